"""一社区一档 over the invented district."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.database import Snapshot
from dashboard.report import Block, Chart, Heading, KpiRow, Note, Report, Table
from dashboard.selection import Selection
from dashboard.views import profile
from tests.unit.tiny_snapshot import DISTRICT, DONGYUAN, LIUAN, TASHAN, UNIT, XINXU
from tests.views.selections import awkward, selection
from tests.views.wellformed import check, flat


def tables(report: Report) -> dict[str, Table]:
    return {block.key: block for block in flat(report.blocks) if isinstance(block, Table)}


def charts(report: Report) -> dict[str, Chart]:
    return {block.key: block for block in flat(report.blocks) if isinstance(block, Chart)}


def first_of(report: Report, kind: type[Block]) -> Block:
    return next(block for block in flat(report.blocks) if isinstance(block, kind))


@pytest.mark.parametrize("chosen", awkward(), ids=lambda chosen: "-".join(chosen.to_params().values()))
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection) -> None:
    everything = replace(chosen, options=(("part", "all"),))
    check(profile.build(everything, tiny), tiny, chosen.language)


@pytest.mark.parametrize("part", [*dict(profile.PART.options), "nonsense"])
@pytest.mark.parametrize("org", [DISTRICT, DONGYUAN, UNIT[6]])
def test_every_part(tiny: Snapshot, org: str, part: str) -> None:
    check(profile.build(selection(org, part=part), tiny), tiny)


@pytest.mark.parametrize("indicator", [*dict(profile.INDICATOR.options), "nonsense", "covered_area_share"])
@pytest.mark.parametrize("org", [DISTRICT, XINXU, UNIT[6]])
def test_every_trend(tiny: Snapshot, org: str, indicator: str) -> None:
    for period in ("2021", "2021-Q2", "2020..2021"):
        check(profile.build(selection(org, period, indicator=indicator), tiny), tiny)


def test_figures_beside_the_peers_median(tiny: Snapshot) -> None:
    row = first_of(profile.build(selection(LIUAN), tiny), KpiRow)
    assert isinstance(row, KpiRow)
    held = next(item for item in row.items if item.key == "activity_count")
    assert held.value == "3"
    assert [(delta.label, delta.text) for delta in held.deltas] == [
        ("同比", "+2 场"),
        ("同级中位数", "6 场"),  # of 14, 2 and 6: without oneself
    ]


def test_the_district_has_no_peers(tiny: Snapshot) -> None:
    row = first_of(profile.build(selection(), tiny), KpiRow)
    assert isinstance(row, KpiRow)
    assert not any("同级" in delta.label for item in row.items for delta in item.deltas)


def test_same_shape_at_each_level(tiny: Snapshot) -> None:
    shapes = {
        tuple(type(block).__name__ for block in flat(profile.build(selection(org), tiny).blocks))
        for org in (DISTRICT, DONGYUAN, UNIT[1])
    }
    assert len(shapes) == 1


def test_a_unit_says_what_it_is(tiny: Snapshot) -> None:
    heading = first_of(profile.build(selection(UNIT[3]), tiny), Heading)
    assert isinstance(heading, Heading)
    assert heading.text == "远大商贸"
    # its three own members are too few to be said
    assert heading.lead == "成员单位（突击队员） · 企业 · 商贸服务 · 共建协议：2021-04-01 至 2022-03-31"


def test_an_agreement_that_ended(tiny: Snapshot) -> None:
    heading = first_of(profile.build(selection(UNIT[5]), tiny), Heading)
    assert isinstance(heading, Heading)
    assert heading.lead.endswith("共建协议：2019-09-01 至 2021-06-30 · 期末已不在有效期内")


def test_latest_activities_and_how_many_there_are(tiny: Snapshot) -> None:
    shown = tables(profile.build(selection(), tiny))["latest"]
    assert shown.title == "最近的 8 场活动（本期共 25 场）"
    assert shown.frame["title"].iloc[0] == "迎新晚会"
    assert [column.name for column in shown.columns if column.name == "community_label"]
    own = tables(profile.build(selection(TASHAN), tiny))["latest"]
    assert own.title == "本期的 2 场活动"
    assert "community_label" not in [column.name for column in own.columns]


def test_points_with_those_that_cannot_be_drawn(tiny: Snapshot) -> None:
    shown = tables(profile.build(selection(LIUAN, part="points"), tiny))["points"]
    assert shown.title == "期末开放的联系点 2 个，其中 1 个没有有效坐标"
    assert shown.frame["located_label"].tolist() == ["是", "否"]


def test_units_of_a_community_without_small_counts(tiny: Snapshot) -> None:
    shown = tables(profile.build(selection(DONGYUAN, part="below"), tiny))["below"]
    rows = shown.frame.set_index("unit")
    assert rows.loc[UNIT[1], "activity_count"] == 2
    assert rows["dual_member_count"].isna().tolist() == [True, True, False]
    assert rows["remark"].tolist() == ["不足 5 人，不显示", "不足 5 人，不显示", ""]
    assert shown.click is not None
    assert shown.click.view == "profile"


def test_reporting_of_the_district_by_community_of_a_community_by_quarter(tiny: Snapshot) -> None:
    whole = tables(profile.build(selection(part="reporting"), tiny))["reporting"]
    assert whole.title == "应报台账 64 份：按时 62，迟报 1，未报 1"
    rows = whole.frame.set_index("org")
    assert rows.loc[TASHAN, ["due", "received", "late", "missing"]].tolist() == [16, 15, 0, 1]
    own = tables(profile.build(selection(LIUAN, part="reporting"), tiny))["reporting"]
    late = own.frame[own.frame["state_label"] == "迟报"]
    assert late["late_days"].tolist() == [6]
    assert len(own.frame) == 16


def test_findings_are_told_with_what_follows(tiny: Snapshot) -> None:
    found = tables(profile.build(selection(part="reporting"), tiny))["findings"]
    assert found.title == "报送中发现的问题 3 处"
    assert set(found.frame["severity_label"]) == {"退回改正", "请核对"}
    clean = tables(profile.build(selection(XINXU, part="reporting"), tiny))["findings"]
    assert clean.frame.empty
    assert clean.empty == "这一时段的台账没有发现问题。"


def test_a_units_reporting_is_that_of_its_community(tiny: Snapshot) -> None:
    report = profile.build(selection(UNIT[6], part="reporting"), tiny)
    assert any(
        isinstance(block, Note) and block.text == "成员单位不单独报送，以下是塔山社区的报送情况。"
        for block in report.blocks
    )


def test_types_say_the_most_frequent_one(tiny: Snapshot) -> None:
    shown = charts(profile.build(selection(DONGYUAN), tiny))["types"]
    assert shown.title == "志愿服务最多，占全部活动的 85.7%"
    nothing = charts(profile.build(selection(TASHAN, "2021-Q3"), tiny))["types"]
    assert (nothing.title, nothing.frame.empty) == ("2021年第三季度没有活动", True)


def test_a_suppressed_trend_is_explained(tiny: Snapshot) -> None:
    shown = charts(profile.build(selection(TASHAN, indicator="dual_member_count"), tiny))["trend"]
    assert shown.frame.empty
    assert shown.empty == "没有可画的数：不足 5 人，不显示。"
