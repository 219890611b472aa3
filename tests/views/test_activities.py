"""活动 over the invented district: figures, charts, focus and records."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from dashboard.catalogue import labels
from dashboard.database import Snapshot, open_snapshot
from dashboard.records import activity_total
from dashboard.report import Chart, Link, Note, Report, Table
from dashboard.selection import Period, Selection
from dashboard.views import activities, focus
from tests.unit.tiny_snapshot import DISTRICT, DONGYUAN, HEDONG, LIUAN, TASHAN, UNIT, XINXU
from tests.views.selections import awkward, selection
from tests.views.wellformed import check, flat


def chart(report: Report, key: str) -> Chart:
    return next(block for block in flat(report.blocks) if isinstance(block, Chart) and block.key == key)


def records(report: Report) -> Table:
    return next(block for block in flat(report.blocks) if isinstance(block, Table) and block.key == "records")


def notes(report: Report) -> list[Note]:
    return [block for block in flat(report.blocks) if isinstance(block, Note)]


def build(tiny: Snapshot, org: str = DISTRICT, period: str = "2021", **options: str) -> Report:
    return activities.build(selection(org, period, **options), tiny)


@pytest.mark.parametrize("chosen", awkward(), ids=lambda chosen: "-".join(chosen.to_params().values()))
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection) -> None:
    whole = replace(chosen, options=(*chosen.options, ("part", "all")))
    check(activities.build(whole, tiny), tiny, chosen.language)


@pytest.mark.parametrize("filters", [(("type", "gala"),), (("themed", "true"),), (("class", "unstated"),)])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("org", [DISTRICT, LIUAN, UNIT[6]])
def test_every_filter_gives_a_page(
    tiny: Snapshot, org: str, language: str, filters: tuple[tuple[str, str], ...]
) -> None:
    chosen = replace(selection(org, part="all", rank="on"), filters=filters, language=language)
    check(activities.build(chosen, tiny), tiny, language)


def test_by_month_is_stacked_by_type_and_adds_up(tiny: Snapshot) -> None:
    found = chart(build(tiny), "by_month")
    assert found.series == "type_label"
    assert found.frame["value"].sum() == 25
    assert list(dict.fromkeys(found.frame["time"])) == [f"2021-{month:02d}" for month in range(1, 13)]
    assert found.title == "2021年的 25 场活动中志愿服务最多，13 场，占 52.0%"


def test_types_keep_their_colours(tiny: Snapshot) -> None:
    orders = {chart(build(tiny, org), "by_month").order for org in (DISTRICT, LIUAN, TASHAN)}
    assert orders == {tuple(labels(tiny, "type").values())}


def test_the_title_names_no_leader_where_two_are_equal(tiny: Snapshot) -> None:
    assert chart(build(tiny, TASHAN), "by_month").title == "塔山社区2021年的 2 场活动分属 2 类"


def test_a_single_type_is_said_plainly(tiny: Snapshot) -> None:
    assert chart(build(tiny, XINXU), "by_month").title == "新圩社区2021年的 6 场活动都是主题党日"


def test_last_year_stands_beside_this_one(tiny: Snapshot) -> None:
    found = chart(build(tiny), "monthly")
    assert found.order == ("2021年", "2020年")
    types = chart(build(tiny, part="content"), "by_type")
    assert types.grouped
    assert types.order == ("2021年", "2020年")
    assert types.title == "2021年与2020年相比，主题党日增加最多（+6 场），志愿服务减少最多（-1 场）"
    both = types.frame.groupby("series")["value"].sum()
    assert (both["2021年"], both["2020年"]) == (25, 15)
    earlier = types.frame[types.frame["series"] == "2020年"]
    assert set(earlier["mark"]) == {""}, "the records of last year are not on this page"


def test_the_first_year_has_nothing_to_compare_with(tiny: Snapshot) -> None:
    found = chart(build(tiny, period="2020", part="content"), "by_type")
    assert found.series is None
    assert "2019年没有完整的数据" in found.source.note
    assert found.title == "2020年的活动中志愿服务最多，14 场"


def test_service_items_are_coloured_by_class_and_count_what_is_not_stated(tiny: Snapshot) -> None:
    found = chart(build(tiny, part="content"), "by_item")
    assert found.frame["value"].sum() == 25
    assert found.frame.set_index("item")["value"]["unstated"] == 2
    assert found.frame.set_index("item")["item_label"]["unstated"] == "未填写"
    assert found.title.startswith("2021年的活动涉及 6 个服务事项")


def test_communities_stand_in_the_order_of_the_register_until_ranked(tiny: Snapshot) -> None:
    plain = chart(build(tiny, part="place"), "by_organisation")
    assert list(plain.frame["org"]) == [DONGYUAN, LIUAN, TASHAN, XINXU]
    assert "最多" not in plain.title
    ranked = chart(build(tiny, part="place", rank="on"), "by_organisation")
    assert list(ranked.frame["value"]) == [14, 6, 3, 2]
    assert "最多的是东园社区 14 场" in ranked.title


def test_few_organisations_are_named_one_by_one(tiny: Snapshot) -> None:
    assert chart(build(tiny, HEDONG, part="place"), "by_organisation").title == (
        "河东街道2021年活动场次：东园社区 14 场、柳岸社区 3 场"
    )


def test_a_committees_own_activities_are_told_of(tiny: Snapshot) -> None:
    found = chart(build(tiny, DONGYUAN, part="place"), "by_organisation")
    assert found.frame.set_index("org")["value"][UNIT[1]] == 2
    assert found.source.note == "另有 12 场由联合党委主办，不在图中"


def test_silent_months_show_and_unsent_ledgers_are_not_silence(tiny: Snapshot) -> None:
    """塔山 was active in two months and sent no ledger for the second quarter."""
    found = chart(build(tiny, part="place"), "calendar")
    tiles = found.frame.set_index(["org", "time"])["value"]
    assert len(tiles) == 48
    assert tiles[TASHAN, "2021-01"] == 0
    assert pd.isna(tiles[TASHAN, "2021-05"])
    assert tiles[XINXU, "2021-01"] == 0
    assert found.title == (
        "2021年，4 个社区合计 45 个月，其中 22 个月没有活动，1 个社区没有空白；另有 3 个月台账未报"
    )


def test_a_month_whose_ledger_never_came_has_no_value(tiny: Snapshot) -> None:
    report = build(tiny, TASHAN, part="place")
    found = chart(report, "calendar").frame
    april = found[found["time"] == "2021-04"]
    assert april["value"].isna().all()
    assert set(april["remark"]) == {"活动台账未报"}
    assert (found[found["time"] == "2021-01"]["value"] == 0).all()
    assert any("1 份活动台账尚未报送" in note.text for note in notes(report))


def test_a_community_that_did_not_exist_yet_has_no_value(tiny: Snapshot) -> None:
    found = chart(build(tiny, period="2020..2021", part="place"), "calendar").frame.set_index(["org", "time"])
    assert pd.isna(found["value"][XINXU, "2020-05"])
    assert found["remark"][XINXU, "2020-05"] == "尚未成立或已撤销"


def test_a_unit_has_its_years_below_each_other(tiny: Snapshot) -> None:
    found = chart(build(tiny, UNIT[1], "2020..2021", part="place"), "calendar")
    assert list(dict.fromkeys(found.frame["row"])) == ["2020年", "2021年"]
    assert found.frame["value"].sum() == 2
    assert found.title == "东园小学2020年—2021年的 24 个月中，22 个月没有活动"


# ---------------------------------------------------------------- the records behind a mark


def test_without_a_click_the_latest_records_are_listed(tiny: Snapshot) -> None:
    found = records(build(tiny))
    assert len(found.frame) == 25
    assert found.frame["held"].is_monotonic_decreasing
    assert found.title == "2021年的活动记录，共 25 场"


def test_a_click_lists_what_it_stands_for_and_can_be_undone(tiny: Snapshot) -> None:
    marks = chart(build(tiny), "by_month").frame
    gala = marks[(marks["time"] == "2021-10") & (marks["type"] == "gala")]["mark"].iloc[0]
    report = build(tiny, focus=gala)
    assert list(records(report).frame["title"]) == ["游园会"]
    said = next(note for note in notes(report) if "您点选了" in note.text)
    assert "“2021年10月 · 文艺晚会、游园”" in said.text
    assert said.link == Link("取消点选，显示本期全部记录", "activities", {"focus": None})


def test_every_mark_lists_as_many_records_as_it_shows(tiny: Snapshot) -> None:
    report = build(tiny, part="all")
    for key in ("by_month", "by_type", "by_item", "by_organisation", "calendar"):
        found = chart(report, key).frame.dropna(subset=["value"])
        for mark, count in zip(found["mark"], found["value"], strict=True):
            chosen = selection(focus=mark)
            cut = focus.narrowed(chosen, focus.read(tiny, chosen))
            assert not mark or activity_total(tiny, cut) == count, mark


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "x",
        "time.",
        "time.2020-11",  # outside the period
        "time.yesterday",
        "org.000000",
        f"org.{XINXU}",  # not below the selected street
        "type.unknown",
        "colour.red",
        "~~.~",
        "type.volunteer",  # another type is filtered
    ],
)
def test_a_mark_that_does_not_fit_is_dropped(tiny: Snapshot, mark: str) -> None:
    chosen = replace(selection(HEDONG, focus=mark), filters=(("type", "gala"),))
    assert not focus.read(tiny, chosen)
    assert len(records(activities.build(chosen, tiny)).frame) == 2


def test_heads_and_attendances_stay_apart(tiny: Snapshot) -> None:
    found = records(build(tiny))
    units = {column.name: column.unit for column in found.columns}
    assert (units["head_count"], units["attended_count"]) == ("人", "人次")
    assert "不能相加" in found.source.note


def test_a_record_says_where_it_was_found(tiny: Snapshot) -> None:
    assert records(build(tiny, XINXU)).frame["origin"].iloc[0].startswith("新圩-2021Q4.xlsx，活动，第 ")


def test_a_filter_that_a_figure_ignores_is_told_of(tiny: Snapshot) -> None:
    chosen = replace(selection(), filters=(("type", "gala"),))
    assert any(
        note.text == "不随筛选变化的指标：无活动月数。" for note in notes(activities.build(chosen, tiny))
    )


def test_nothing_at_all_is_said_in_words(tiny: Snapshot) -> None:
    report = build(tiny, UNIT[5], part="all")
    found = chart(report, "by_month")
    assert found.frame.empty
    assert found.title == "柳岸派出所2021年没有活动记录"
    assert records(report).frame.empty
    assert records(report).empty == "没有符合条件的活动记录。"


def test_a_viewer_sees_only_what_the_scope_allows(tiny: Snapshot) -> None:
    report = activities.build(selection(LIUAN), open_snapshot(tiny.path, DONGYUAN))
    assert [type(block) for block in report.blocks if isinstance(block, Chart | Table)] == []
    assert any("查看范围不包括" in note.text for note in notes(report))


def test_a_long_period_is_drawn_by_quarter(tiny: Snapshot) -> None:
    long = Selection(DISTRICT, Period.parse("2018..2021"), options=(("part", "all"),))
    found = chart(activities.build(long, tiny), "by_month")
    assert set(found.frame["time"].str.len()) == {7}
    assert found.frame["time"].str.contains("Q").all()
    assert found.frame["value"].sum() == 40


def test_title_says_the_change(tiny: Snapshot) -> None:
    shown = chart(build(tiny), "monthly")
    assert shown.title == "2021年活动场次比上年增加 66.7%"  # three months have 3 each
    assert shown.order == ("2021年", "2020年")
    assert set(shown.frame["label"]) == {f"2021年{month}月" for month in range(1, 13)}
    last_year = shown.frame[shown.frame["series"] == "2020年"]
    assert last_year["value"].sum() == 15
    assert last_year["part"].iloc[0] == "2020-01"  # what a click on last year's line selects


def test_title_names_the_organisation_below_the_district(tiny: Snapshot) -> None:
    quarter = Selection(LIUAN, Period.parse("2021-Q2"), "prev")
    title = chart(activities.build(quarter, tiny), "monthly").title
    assert title == "2021年第二季度柳岸社区活动场次比上季度增加 2 场"


def test_title_says_the_month_with_most(tiny: Snapshot) -> None:
    shown = chart(build(tiny, period="2021-Q1"), "monthly")
    assert shown.title == "2021年第一季度活动场次比上年同期增加 1 场，3月最多（3 场）"
    assert len(set(shown.frame["label"])) == 12  # a quarter stands among the months before it
