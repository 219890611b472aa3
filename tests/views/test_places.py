"""服务阵地 over the invented district: the map in its three modes, and the same as tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard import drawing, maps, records
from dashboard.database import Snapshot, open_snapshot
from dashboard.report import Chart, Map, Note, Report, Table
from dashboard.selection import Selection
from dashboard.views import places
from tests.unit.tiny_snapshot import DISTRICT, DONGYUAN, HEDONG, LIUAN, TASHAN, UNIT, XINXU, YUNXI
from tests.views.selections import PERIODS, awkward, selection
from tests.views.wellformed import check, flat

MODES = ("points", "density", "coverage")


def build(tiny: Snapshot, org: str = DISTRICT, period: str = "2021", **options: str) -> Report:
    return places.build(selection(org, period, **{"part": "all", **options}), tiny)


def the_map(report: Report) -> Map:
    return next(block for block in flat(report.blocks) if isinstance(block, Map))


def chart(report: Report, key: str) -> Chart:
    return next(block for block in flat(report.blocks) if isinstance(block, Chart) and block.key == key)


def table(report: Report, key: str) -> Table:
    return next(block for block in flat(report.blocks) if isinstance(block, Table) and block.key == key)


def said(report: Report) -> str:
    return "".join(block.text for block in flat(report.blocks) if isinstance(block, Note))


# The ways of drawing the map take turns: each meets every level and every kind of period.
TURNS = [(chosen, MODES[(turn + turn // len(PERIODS)) % len(MODES)]) for turn, chosen in enumerate(awkward())]


@pytest.mark.parametrize(
    ("chosen", "mode"),
    [pytest.param(*one, id="-".join((*one[0].to_params().values(), one[1]))) for one in TURNS],
)
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection, mode: str) -> None:
    report = places.build(replace(chosen, options=(*chosen.options, ("mode", mode), ("part", "all"))), tiny)
    check(report, tiny, chosen.language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["village", "unit", "unstated"])
def test_every_filter_gives_a_page(tiny: Snapshot, kind: str, language: str) -> None:
    chosen = replace(
        selection(mode="coverage", rank="on"), filters=(("point_kind", kind),), language=language
    )
    check(places.build(chosen, tiny), tiny, language)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("org", [DISTRICT, YUNXI, LIUAN, UNIT[1], UNIT[5]])
def test_the_map_can_be_drawn(tiny: Snapshot, org: str, mode: str) -> None:
    block = the_map(build(tiny, org, mode=mode))
    assert maps.deck(block).to_json()
    assert drawing.svg(block).startswith("<svg")


def test_points_with_a_position_are_on_the_map_and_the_others_are_listed(tiny: Snapshot) -> None:
    report = build(tiny)
    found = the_map(report)
    assert set(found.points["name"]) == {"东园一号点", "柳岸商圈点", "塔山村屯点", "新圩村屯点"}
    assert found.title == "云溪区的 5 个联系点中 4 个在图上，其余没有可用的坐标"
    lost = table(report, "unlocated")
    assert list(lost.frame["name"]) == ["柳岸未定位点"]
    assert list(lost.frame["reason"]) == ["没有可用的坐标"]  # no finding speaks of its row
    assert len(table(report, "points").frame) == 5


def test_points_are_those_of_the_periods_end(tiny: Snapshot) -> None:
    assert "东园二号点" in set(the_map(build(tiny, period="2020")).points["name"])
    assert "东园二号点" not in set(the_map(build(tiny)).points["name"])


def test_kinds_stand_together_in_their_declared_order(tiny: Snapshot) -> None:
    assert list(the_map(build(tiny)).points["kind"]) == ["estate", "business", "village", "village"]


def test_a_click_on_an_area_selects_the_community(tiny: Snapshot) -> None:
    found = the_map(build(tiny))
    assert found.click is not None
    assert (found.click.param, found.click.column) == ("org", "org_code")
    assert set(found.areas["org_code"]) == {DONGYUAN, LIUAN, TASHAN, XINXU}
    assert found.focus is None


def test_a_community_is_shown_among_its_neighbours(tiny: Snapshot) -> None:
    found = the_map(build(tiny, LIUAN))
    assert found.focus == LIUAN
    assert set(found.areas["org_code"]) == {DONGYUAN, LIUAN}
    tips = found.areas.set_index("org_code")["tip"]
    assert "联系点 2 个" in tips[LIUAN]
    assert "联系点" not in tips[DONGYUAN]
    alone = places.build(selection(LIUAN), open_snapshot(tiny.path, LIUAN))
    assert set(the_map(alone).areas["org_code"]) == {LIUAN}


def test_coverage_is_the_ratio_of_the_sums(tiny: Snapshot) -> None:
    found = the_map(build(tiny, mode="coverage"))
    assert found.value is not None
    assert found.value.format == "percent"
    assert list(found.areas["value"]) == [0.25] * 4
    assert found.gaps is not None
    assert len(found.gaps) == 4
    assert found.title == (
        "云溪区 0 个社区有一半以上的面积在联系点 500 米之内，4 个不到一半；按面积合计为 25.0%"
    )


@pytest.mark.parametrize(
    ("walk", "share"), [("300", 0.1), ("500", 0.25), ("1000", 0.75), ("x", 0.25), ("900", 0.75)]
)
def test_the_walking_distance_can_be_chosen(tiny: Snapshot, walk: str, share: float) -> None:
    report = build(tiny, YUNXI, mode="coverage", walk=walk)
    assert chart(report, "by_coverage").frame["value"].tolist() == [share, share]


def test_a_single_community_is_shown_at_every_distance(tiny: Snapshot) -> None:
    found = chart(build(tiny, TASHAN, mode="coverage", walk="1000"), "by_coverage")
    assert found.frame["value"].tolist() == [0.1, 0.25, 0.75]
    assert found.highlight == "1000 米"
    assert found.click is not None
    assert found.click.param == "walk"


def test_areas_are_sketches_and_never_limits(tiny: Snapshot) -> None:
    text = said(build(tiny))
    assert "示意范围" in text
    assert "手工摆放" in text
    assert "边界" not in text


def test_without_an_outline_the_tables_remain(tiny: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "outline", lambda _: "")
    report = build(tiny)
    assert not [block for block in report.blocks if isinstance(block, Map)]
    assert "没有辖区轮廓" in said(report)
    assert len(table(report, "points").frame) == 5


def test_communities_stand_in_the_order_of_the_register_until_ranked(tiny: Snapshot) -> None:
    plain = chart(build(tiny), "by_organisation")
    assert list(dict.fromkeys(plain.frame["org"])) == [DONGYUAN, LIUAN, TASHAN, XINXU]
    assert plain.frame.groupby("org")["value"].sum().to_dict() == {DONGYUAN: 1, LIUAN: 2, TASHAN: 1, XINXU: 1}
    ranked = chart(build(tiny, rank="on"), "by_organisation")
    assert next(iter(ranked.frame["org"])) == LIUAN


def test_points_that_no_unit_answers_for_are_told_of(tiny: Snapshot) -> None:
    found = chart(build(tiny, LIUAN), "by_organisation")
    assert found.source.note == "另有 1 个联系点没有写明责任单位，不在图中"


def test_the_table_gives_every_distance(tiny: Snapshot) -> None:
    found = table(build(tiny, HEDONG), "areas")
    assert [column.label for column in found.columns][-3:] == [
        "300 米内覆盖",
        "500 米内覆盖",
        "1000 米内覆盖",
    ]
    row = found.frame.set_index("org").loc[LIUAN]
    assert (row["point_count"], row["unlocated_count"], row["area_km2"]) == (2, 1, 4.0)
    assert row["reach_300"] == 0.1


def test_a_review_number_is_passed_on(tiny: Snapshot) -> None:
    numbered = replace(tiny, settings={**tiny.settings, "review_number": "桂S(2021)1号"})
    assert the_map(places.build(selection(), numbered)).review_number == "桂S(2021)1号"


def test_no_open_point_is_said_in_words(tiny: Snapshot) -> None:
    report = build(tiny, XINXU, "2021-01")
    assert the_map(report).title == "新圩社区在所选时段没有开放的联系点"
    assert chart(report, "by_kind").empty == "所选范围内没有开放的联系点。"
    assert table(report, "unlocated").empty == "所选范围内没有开放的联系点。"
