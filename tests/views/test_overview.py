"""总览 over the invented district."""

from __future__ import annotations

import pytest

from dashboard.database import Snapshot
from dashboard.report import Chart, Kpi, KpiRow, Note, Notes, Report
from dashboard.scope import Scope
from dashboard.selection import Period, Selection
from dashboard.views import overview
from tests.unit.tiny_snapshot import DISTRICT, DONGYUAN, HEDONG, LIUAN, TASHAN, UNIT, XINXU
from tests.views.selections import awkward, selection
from tests.views.wellformed import check, flat


def kpis(report: Report) -> dict[str, Kpi]:
    return {
        item.key: item for block in flat(report.blocks) if isinstance(block, KpiRow) for item in block.items
    }


def notes(report: Report, title: str) -> list[str]:
    return [
        note.text
        for block in flat(report.blocks)
        if isinstance(block, Notes) and block.title == title
        for note in block.items
    ]


def chart(report: Report, key: str) -> Chart:
    return next(block for block in flat(report.blocks) if isinstance(block, Chart) and block.key == key)


@pytest.mark.parametrize("chosen", awkward(), ids=lambda chosen: "-".join(chosen.to_params().values()))
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection) -> None:
    check(overview.build(chosen, tiny), tiny, chosen.language)


def test_headline_figures_with_comparison_plan_and_months(tiny: Snapshot) -> None:
    found = kpis(overview.build(selection(), tiny))
    held = found["activity_count"]
    assert (held.value, held.unit) == ("25", "场")
    assert [(delta.label, delta.text, delta.tone) for delta in held.deltas] == [
        ("同比", "+66.7%", "good"),
        ("完成2021年计划", "125.0%", "good"),
    ]
    assert sum(value or 0 for value in held.spark) == 25
    assert (held.spark_labels[0], len(held.spark)) == ("2021年1月", 12)
    quiet = found["silent_month_count"]  # fewer are better
    assert quiet.deltas[0].direction == "up"
    assert quiet.deltas[0].tone == "attention"
    assert found["dual_member_count"].value == "30"  # a person in two communities counts once
    assert len(found) <= 10


def test_small_counts_are_compared_by_their_difference(tiny: Snapshot) -> None:
    assert kpis(overview.build(selection(), tiny))["member_unit_count"].deltas[0].text == "+1 个"


def test_first_period_has_no_invented_comparison(tiny: Snapshot) -> None:
    report = overview.build(selection(period="2020"), tiny)
    delta = kpis(report)["activity_count"].deltas[0]
    assert (delta.text, delta.direction, delta.tone) == ("2019年无数据", "none", "empty")
    changes = next(
        block for block in flat(report.blocks) if isinstance(block, Notes) and block.title.startswith("变化")
    )
    assert changes.items == ()
    assert changes.empty == "2019年没有完整的数据，不能比较。"
    assert chart(report, "monthly").title == "2020年活动场次为 15 场"


def test_after_the_data_nothing_is_zero(tiny: Snapshot) -> None:
    report = overview.build(selection(period="2022-Q1"), tiny)
    assert {item.value for item in kpis(report).values()} == {"—"}
    assert notes(report, "需要关注") == []
    assert chart(report, "monthly").empty == "2022年第一季度不在数据时段之内，现有数据为2020年—2021年。"


def test_a_unit_with_few_members_shows_why_not(tiny: Snapshot) -> None:
    members = kpis(overview.build(selection(UNIT[6]), tiny))["dual_member_count"]
    assert (members.value, members.deltas[0].text, members.spark) == ("—", "不足 5 人，不显示", ())


def test_title_says_the_change(tiny: Snapshot) -> None:
    shown = chart(overview.build(selection(), tiny), "monthly")
    assert shown.title == "2021年活动场次比上年增加 66.7%"  # three months have 3 each
    assert shown.order == ("2021年", "2020年")
    assert set(shown.frame["label"]) == {f"2021年{month}月" for month in range(1, 13)}
    last_year = shown.frame[shown.frame["series"] == "2020年"]
    assert last_year["value"].sum() == 15
    assert last_year["part"].iloc[0] == "2020-01"  # what a click on last year's line selects


def test_title_names_the_organisation_below_the_district(tiny: Snapshot) -> None:
    quarter = Selection(LIUAN, Period.parse("2021-Q2"), "prev")
    title = chart(overview.build(quarter, tiny), "monthly").title
    assert title == "2021年第二季度柳岸社区活动场次比上季度增加 2 场"


def test_title_says_the_month_with_most(tiny: Snapshot) -> None:
    shown = chart(overview.build(selection(period="2021-Q1"), tiny), "monthly")
    assert shown.title == "2021年第一季度活动场次比上年同期增加 1 场，3月最多（3 场）"
    assert len(set(shown.frame["label"])) == 12  # a quarter stands among the months before it


def test_months_before_a_community_existed_are_not_zero(tiny: Snapshot) -> None:
    report = overview.build(selection(XINXU, "2021-Q2"), tiny)
    assert kpis(report)["activity_count"].spark == (*(None,) * 6, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0)
    absent = overview.build(selection(XINXU, "2020"), tiny)
    assert all(item.spark == () for item in kpis(absent).values())
    assert absent.blocks[0] == Note("2020年还没有新圩社区：自 2021-01-01 起才有。", "empty")


def test_attention_names_the_places_and_opens_them(tiny: Snapshot) -> None:
    report = overview.build(selection(), tiny)
    found = notes(report, "需要关注")
    assert found == [
        "1 份台账没有报送：塔山社区",
        "3 个社区有没开展活动的月份，合计 25 个月",
        "1 份台账迟报：柳岸社区",
        "报送的台账有 2 处错误待改正，1 处需要核对",
        "5 个联系点中有 1 个没有有效坐标，不能上图",
        "1 份共建协议将在 180 天内到期：远大商贸",
    ]
    block = next(
        block for block in flat(report.blocks) if isinstance(block, Notes) and block.title == "需要关注"
    )
    opened = [(note.link.view, note.link.params.get("org")) for note in block.items if note.link]
    assert opened[0] == ("profile", TASHAN)
    assert opened[1] == ("hierarchy", None)
    assert opened[5] == ("profile", UNIT[3])


def test_attention_to_a_silent_quarter(tiny: Snapshot) -> None:
    found = notes(overview.build(selection(HEDONG, "2021-Q1"), tiny), "需要关注")
    assert found[0] == "1 个社区本期没有开展活动：柳岸社区"
    found = notes(overview.build(selection(XINXU, "2021-Q4"), tiny), "需要关注")
    assert found[0] == "新圩社区本期没有开展活动"


def test_plan_behind_schedule(tiny: Snapshot) -> None:
    assert any(
        text == "活动场次完成2020年计划的 75.0%，还差 5 场"
        for text in notes(overview.build(selection(period="2020"), tiny), "需要关注")
    )


def test_four_levels_at_a_glance(tiny: Snapshot) -> None:
    assert notes(overview.build(selection(), tiny), "四级一览") == [
        "指挥部：城区，云溪区",
        "龙头：街道（镇），2 个",
        "战斗堡垒：社区，4 个",
        "突击队员：成员单位，6 个，本期主办过活动的 3 个",
    ]
    assert notes(overview.build(selection(DONGYUAN), tiny), "四级一览")[1:3] == [
        "龙头：街道（镇），河东街道",
        "战斗堡垒：社区，东园社区",
    ]
    in_2020 = notes(overview.build(selection(period="2020"), tiny), "四级一览")
    assert in_2020[2] == "战斗堡垒：社区，3 个"  # 新圩 did not exist yet


def test_communities_side_by_side_only_when_asked_and_in_the_registers_order(tiny: Snapshot) -> None:
    assert not any(
        isinstance(b, Chart) and b.kind == "barh" for b in flat(overview.build(selection(), tiny).blocks)
    )
    report = overview.build(selection(beside="on"), tiny)
    check(report, tiny)
    assert chart(report, "alongside").frame["name"].tolist() == [
        "东园社区",
        "柳岸社区",
        "塔山社区",
        "新圩社区",
    ]


def test_outside_ones_scope_there_is_a_sentence_instead_of_figures(tiny: Snapshot) -> None:
    report = overview.build(selection(DISTRICT), tiny, Scope(HEDONG))
    check(report, tiny)
    assert not kpis(report)


def test_higher_threshold_of_a_scope_holds(tiny: Snapshot) -> None:
    found = kpis(overview.build(selection(LIUAN), tiny, Scope(person_threshold=10)))
    assert found["dual_member_count"].deltas[0].text == "不足 10 人，不显示"
