"""总览 over the invented district."""

from __future__ import annotations

import pytest

from dashboard.database import Snapshot, open_snapshot
from dashboard.report import Chart, Kpi, KpiRow, Map, Note, Notes, Report
from dashboard.scope import Scope
from dashboard.selection import Selection
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


def test_after_the_data_nothing_is_zero(tiny: Snapshot) -> None:
    report = overview.build(selection(period="2022-Q1"), tiny)
    assert {item.value for item in kpis(report).values()} == {"—"}
    assert notes(report, "需要关注") == []
    assert report.blocks[0] == Note("2022年第一季度不在数据时段之内，现有数据为2020年—2021年。", "empty")


def test_a_unit_with_few_members_shows_why_not(tiny: Snapshot) -> None:
    members = kpis(overview.build(selection(UNIT[6]), tiny))["dual_member_count"]
    assert (members.value, members.deltas[0].text, members.spark) == ("—", "不足 5 人，不显示", ())


def test_months_before_a_community_existed_are_not_zero(tiny: Snapshot) -> None:
    report = overview.build(selection(XINXU, "2021-Q2"), tiny)
    assert kpis(report)["activity_count"].spark == (*(None,) * 6, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0)
    absent = overview.build(selection(XINXU, "2020"), tiny)
    assert all(item.spark == () for item in kpis(absent).values())
    assert absent.blocks[0] == Note("2020年还没有新圩社区：自 2021-01-01 起才有。", "empty")


def test_attention_names_the_places_and_opens_them(tiny: Snapshot) -> None:
    report = overview.build(selection(), tiny)
    assert notes(report, "需要关注") == [
        "塔山社区的“活动”台账没有报送，自 2021-07-01 起应报",
        "有 5 段三个月以上的时间没有开展活动：柳岸社区、塔山社区、新圩社区",
        "2 份台账有错误待改正：东园社区、塔山社区",
        "东园社区与远大商贸的共建协议将于 2022-03-31 到期",
        "柳岸社区的联系点“柳岸未定位点”没有有效坐标，不能上图",
        "有 2 段一两个月的时间没有开展活动：柳岸社区、新圩社区",
    ]
    block = next(
        block for block in flat(report.blocks) if isinstance(block, Notes) and block.title == "需要关注"
    )
    opened = [(note.link.view, dict(note.link.params)) for note in block.items if note.link]
    assert opened[0] == ("quality", {"org": TASHAN, "part": "reporting"})
    assert opened[1] == ("attention", {"rule": "silent_committee"})
    assert opened[3] == ("people", {"org": UNIT[3], "part": "change"})
    assert block.more is not None
    assert (block.more.label, block.more.view) == ("全部 14 项", "attention")


def test_attention_to_a_silent_quarter(tiny: Snapshot) -> None:
    found = notes(overview.build(selection(HEDONG, "2021-Q1"), tiny), "需要关注")
    assert found[0] == "柳岸社区自 2020-06-01 起连续 10 个月没有开展活动"
    found = notes(overview.build(selection(XINXU, "2021-Q4"), tiny), "需要关注")
    assert found == ["新圩社区自 2021-09-01 起连续 4 个月没有开展活动"]


def test_plan_behind_schedule(tiny: Snapshot) -> None:
    found = notes(overview.build(selection(period="2020"), tiny), "需要关注")
    assert "云溪区活动场次完成全年计划的 75%，落后于时间进度" in found


def test_ten_figures_one_map_three_sentences_one_list(tiny: Snapshot) -> None:
    blocks = list(flat(overview.build(selection(), tiny).blocks))
    assert len(kpis(overview.build(selection(), tiny))) == 10
    assert [type(block).__name__ for block in blocks] == ["KpiRow", "Map", "Notes", "Notes"]
    changes, wanted = (block for block in blocks if isinstance(block, Notes))
    assert len(changes.items) <= 3
    assert len(wanted.items) <= 6


def test_the_map_counts_the_open_items_of_each_community(tiny: Snapshot) -> None:
    def shown(org: str, **others: str) -> Map:
        blocks = flat(overview.build(selection(org, **others), tiny).blocks)
        return next(block for block in blocks if isinstance(block, Map))

    whole = shown(DISTRICT)
    assert whole.title == "4 个社区都有未结的督办事项，合计 14 项"
    counts = dict(zip(whole.areas["org_code"], whole.areas["value"], strict=True))
    assert counts == {DONGYUAN: 3, LIUAN: 5, TASHAN: 4, XINXU: 2}
    assert shown(DISTRICT, period="2020").title.endswith("，另有 1 项不分社区"), "the plan is the district's"
    single = shown(LIUAN)
    assert single.title == "柳岸社区有 5 项未结的督办事项"
    assert set(single.areas["org_code"]) == {DONGYUAN, LIUAN}, "among its neighbours"
    assert single.focus == LIUAN


def test_communities_side_by_side_only_when_asked_and_in_the_registers_order(tiny: Snapshot) -> None:
    assert not any(
        isinstance(b, Chart) and b.kind == "barh" for b in flat(overview.build(selection(), tiny).blocks)
    )
    changes = next(
        block for block in flat(overview.build(selection(), tiny).blocks) if isinstance(block, Notes)
    )
    assert changes.more is not None
    assert (changes.more.label, changes.more.params) == ("各社区对比", {"beside": "on"})
    report = overview.build(selection(beside="on"), tiny)
    check(report, tiny)
    assert chart(report, "alongside").frame["name"].tolist() == [
        "东园社区",
        "柳岸社区",
        "塔山社区",
        "新圩社区",
    ]


def test_outside_ones_scope_there_is_a_sentence_instead_of_figures(tiny: Snapshot) -> None:
    report = overview.build(selection(DISTRICT), open_snapshot(tiny.path, HEDONG))
    check(report, tiny)
    assert not kpis(report)


def test_higher_threshold_of_a_scope_holds(tiny: Snapshot) -> None:
    found = kpis(overview.build(selection(LIUAN), tiny, Scope(person_threshold=10)))
    assert found["dual_member_count"].deltas[0].text == "不足 10 人，不显示"
