"""The console script's questions, asked in codes and in Chinese."""

from pathlib import Path

import pytest

from dashboard.commands import indicators, query
from dashboard.organisations import QueryRefused
from tests.unit.tiny_snapshot import DISTRICT, LIUAN, build_tiny_snapshot


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_snapshot(tmp_path_factory.mktemp("tiny") / "tiny.duckdb")


def test_every_type_has_its_row(path: Path) -> None:
    frame = query(path, "activity_count", ("type",), "2020..2021")
    assert dict(zip(frame["type"], frame["value"], strict=True)) == {
        "volunteer": 27,
        "gala": 4,
        "training": 1,
        "party_day": 6,
        "lecture": 2,
    }
    assert str(frame["value"].dtype) == "Int64"
    assert frame.to_csv(index=False).splitlines()[1] == "volunteer,志愿服务,27,27,,ok"


def test_chinese_names_do_as_well_as_codes(path: Path) -> None:
    by_name = query(path, "活动场次", ("社区", "活动类型"), "2021", "柳岸社区", ("活动类型=文艺晚会、游园",))
    by_code = query(path, "activity_count", ("community", "type"), "2021", LIUAN, ("type=gala",))
    assert by_name.equals(by_code)
    assert by_code[["community_label", "type_label", "value"]].values.tolist() == [
        ["柳岸社区", "文艺晚会、游园", 2]
    ]
    english = query(path, "activity_count", ("street",), language="en")
    assert english["street_label"].tolist() == ["Hedong Subdistrict", "Yunxi Town"]


def test_defaults_are_the_whole_district_and_the_last_year(path: Path) -> None:
    assert query(path, "activity_count")["value"].tolist() == [25]
    share = query(path, "themed_share", org=DISTRICT, period="2021")
    assert share[["value", "numerator", "denominator"]].values.tolist() == [[0.8, 20, 25]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"indicator": "activity_cout"}, "没有名为“activity_cout”的指标，相近的有：activity_count"),
        ({"indicator": "活动场数"}, "相近的有：活动场次"),
        ({"by": ("tipe",)}, "没有名为“tipe”的分组项，相近的有：type"),
        ({"period": "去年"}, "“去年”不是有效的时间段"),
        ({"org": "柳岸"}, "没有名为“柳岸”的组织，相近的有：柳岸社区"),
        ({"where": ("type",)}, "写法不对"),
        ({"where": ("typ=gala",)}, "没有名为“typ”的筛选项，相近的有：type"),
        ({"where": ("type=galas",)}, "没有名为“galas”的活动类型取值，相近的有：gala"),
        ({"where": ("point_kind=grid",)}, "“活动场次”不能按“联系点类型”筛选"),
        ({"where": ("type=gala", "type=lecture")}, "每个筛选项只能写一次"),
    ],
)
def test_wrong_names_are_answered_with_close_ones(
    path: Path, arguments: dict[str, object], sentence: str
) -> None:
    with pytest.raises(QueryRefused, match=sentence):
        query(path, **{"indicator": "activity_count", **arguments})  # type: ignore[arg-type]


def test_a_missing_snapshot_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(QueryRefused, match="找不到数据版本"):
        indicators(tmp_path / "none.duckdb")


def test_the_list_of_indicators(path: Path) -> None:
    frame = indicators(path).set_index("indicator")
    assert frame.loc["activity_count", ["name", "unit", "theme"]].tolist() == ["活动场次", "场", "活动"]
    assert frame.loc["committee_count", "levels"] == "城区、街道（镇）、社区"
    assert indicators(path, "en")["name"].iloc[0] == "Joint committees"
