"""四级联动 over the invented district."""

from __future__ import annotations

import pytest

from dashboard.database import Snapshot
from dashboard.report import Chart, Click, Crumbs, Note, Report, Table
from dashboard.selection import Selection
from dashboard.views import hierarchy
from tests.unit.tiny_snapshot import DISTRICT, DONGYUAN, HEDONG, LIUAN, TASHAN, UNIT, XINXU
from tests.views.selections import awkward, selection
from tests.views.wellformed import check, flat


def icicle(report: Report) -> Chart:
    return next(block for block in flat(report.blocks) if isinstance(block, Chart))


def table(report: Report) -> Table:
    return next(block for block in flat(report.blocks) if isinstance(block, Table))


@pytest.mark.parametrize("chosen", awkward(), ids=lambda chosen: "-".join(chosen.to_params().values()))
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection) -> None:
    check(hierarchy.build(chosen, tiny), tiny, chosen.language)


@pytest.mark.parametrize("size", [*dict(hierarchy.SIZE.options), "nonsense"])
@pytest.mark.parametrize("org", [DISTRICT, HEDONG, DONGYUAN, TASHAN])
def test_every_size_of_the_blocks(tiny: Snapshot, org: str, size: str) -> None:
    for deep in ("1", "2"):
        report = hierarchy.build(selection(org, size=size, list=deep), tiny)
        check(report, tiny)
        assert table(report).columns


def test_blocks_and_rows_are_the_same_figures(tiny: Snapshot) -> None:
    report = hierarchy.build(selection(), tiny)
    shown = icicle(report)
    assert shown.title == "云溪区2021年活动场次 25 场，期末下有 2 个街道（镇）、4 个社区、6 个成员单位"
    blocks = dict(zip(shown.frame["id"], shown.frame["value"], strict=True))
    rows = dict(zip(table(report).frame["org"], table(report).frame["activity_count"], strict=True))
    assert blocks[DISTRICT] == 25
    assert {code: blocks[code] for code in rows} == rows
    assert sum(rows.values()) == 25
    assert set(shown.frame["level"]) == {"城区", "街道（镇）", "社区"}  # units appear one click further down


def test_a_click_goes_down_or_opens_the_profile(tiny: Snapshot) -> None:
    assert icicle(hierarchy.build(selection(), tiny)).click == Click("org", "org", None)
    opened = hierarchy.build(selection(open="profile"), tiny)
    assert icicle(opened).click == table(opened).click == Click("org", "org", "profile")
    units = hierarchy.build(selection(DONGYUAN), tiny)
    assert table(units).click == Click("org", "org", "profile")  # nothing is below a unit


def test_breadcrumbs_from_the_top_down(tiny: Snapshot) -> None:
    crumbs = next(b for b in hierarchy.build(selection(UNIT[4]), tiny).blocks if isinstance(b, Crumbs))
    assert [link.label for link in crumbs.items] == ["云溪区", "河东街道", "柳岸社区", "柳岸小学"]
    assert [link.params["org"] for link in crumbs.items] == [DISTRICT, HEDONG, LIUAN, UNIT[4]]


def test_the_list_two_levels_down_says_where_each_one_belongs(tiny: Snapshot) -> None:
    listed = table(hierarchy.build(selection(list="2"), tiny))
    assert listed.frame["org_label"].tolist() == ["东园社区", "柳岸社区", "塔山社区", "新圩社区"]
    assert listed.frame["above"].tolist() == ["河东街道", "河东街道", "云溪镇", "云溪镇"]


def test_nobody_is_ranked(tiny: Snapshot) -> None:
    listed = table(hierarchy.build(selection(HEDONG, size="silent_month_count"), tiny))
    assert listed.frame["org"].tolist() == [DONGYUAN, LIUAN]
    assert listed.frame["silent_month_count"].tolist() == [0, 9]


def test_hidden_persons_are_told_apart_from_none(tiny: Snapshot) -> None:
    report = hierarchy.build(selection(DONGYUAN, size="dual_member_count"), tiny)
    rows = table(report).frame.set_index("org")
    assert rows.loc[UNIT[2], "remark"] == "不足 5 人，不显示"
    assert rows.loc[UNIT[3], "dual_member_count"] == 0
    assert rows.loc[UNIT[3], "remark"] == ""
    assert "不足 5 人的数不显示" in table(report).source.note


def test_only_what_existed_is_listed(tiny: Snapshot) -> None:
    codes = table(hierarchy.build(selection(period="2020", list="2"), tiny)).frame["org"].tolist()
    assert XINXU not in codes


def test_a_unit_is_the_end(tiny: Snapshot) -> None:
    report = hierarchy.build(selection(UNIT[1]), tiny)
    assert any(isinstance(block, Note) and "没有下级" in block.text for block in report.blocks)
    assert not any(isinstance(block, Table) for block in report.blocks)


def test_all_zero_is_said_not_drawn(tiny: Snapshot) -> None:
    shown = icicle(hierarchy.build(selection(TASHAN, "2021-Q3"), tiny))
    assert shown.frame.empty
    assert shown.empty == "塔山社区2021年第三季度没有可以显示的活动场次。"
