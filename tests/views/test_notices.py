"""信息共享 over the invented county's release: what the page shows is what the indicators say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard import attention
from dashboard.database import Snapshot
from dashboard.organisations import organisations
from dashboard.queries import measure
from dashboard.report import Chart, KpiRow
from dashboard.selection import Language
from dashboard.views import notices
from tests.views.county import TIMES, chart, codes, everywhere, figure, notes, selection, table, taking_turns
from tests.views.wellformed import check


@pytest.mark.parametrize(("period", "language"), TIMES)
def test_every_selection_gives_a_page(county_years: Snapshot, period: str, language: Language) -> None:
    for chosen in taking_turns(county_years, period, language, ("flow", "follow", "place", "nonsense")):
        check(notices.build(chosen, county_years), county_years, language)


@pytest.mark.parametrize(
    "filters",
    [
        (("notice_kind", "task"),),
        (("unit_kind", "school"),),
        (("notice_kind", "plan"), ("unit_kind", "police")),
    ],
)
def test_every_filter_gives_a_page_whose_parts_agree(
    county_years: Snapshot, filters: tuple[tuple[str, str], ...]
) -> None:
    for org in everywhere(county_years):
        chosen = replace(selection(county_years, org), filters=filters)
        if not organisations(county_years)[org].exists_in(chosen.period):
            continue
        report = notices.build(chosen, county_years)
        check(report, county_years)
        shown = chart(report, "funnel").frame.groupby("step")["value"].sum()
        assert shown.get("已送达", 0) == figure(county_years, chosen, "notice_recipient_count")["value"]


@pytest.mark.parametrize("period", ["2021", "2020..2021", "2021-Q2", "2020-11..2021-02"])
def test_charts_and_tables_show_what_the_indicators_say(county_years: Snapshot, period: str) -> None:
    for org in everywhere(county_years):
        chosen = selection(county_years, org, period)
        if not organisations(county_years)[org].exists_in(chosen.period):
            continue
        report = notices.build(chosen, county_years)
        steps = chart(report, "funnel").frame.groupby("step")["value"].sum()
        read, acted = (figure(county_years, chosen, f"notice_{name}_share") for name in ("read", "acted"))
        assert steps.get("已送达", 0) == figure(county_years, chosen, "notice_recipient_count")["value"]
        assert steps.get("已阅读", 0) == read["numerator"]
        assert steps.get("其中需要落实", 0) == acted["denominator"]
        assert steps.get("已落实", 0) == acted["numerator"]
        passed_by = table(report, "passed_by").frame
        assert (passed_by["reached"] == 0).sum() == figure(county_years, chosen, "unit_left_out_count")[
            "value"
        ]
        overdue = table(report, "overdue").frame
        assert len(overdue) == figure(county_years, chosen, "overdue_task_count")["value"]
        assert (overdue["days"] > 30).all()
        if org not in codes(county_years, "unit"):
            states = chart(report, "by_whom").frame.groupby("state")["value"].sum()
            assert states.sum() == steps.get("应当送达", 0)
            soon = figure(county_years, chosen, "notice_read_soon_share")
            assert states.get("三日内阅读", 0) == soon["numerator"]
            records = table(report, "records").frame
            assert len(records) == figure(county_years, chosen, "notice_count")["value"]
            assert records["recipients"].sum() == steps.get("已送达", 0)


def test_titles_say_what_was_found(county_years: Snapshot) -> None:
    report = notices.build(selection(county_years), county_years)
    read = measure(county_years, "notice_read_share", selection(county_years)).iloc[0]["value"]
    assert f"其中阅读 {read * 100:.1f}%" in chart(report, "funnel").title
    assert chart(report, "funnel").title.startswith("2021年应送达 ")
    assert "在三日内阅读" in chart(report, "by_whom").title
    town = codes(county_years, "community")[0]
    name = organisations(county_years)[town].short_name
    assert chart(notices.build(selection(county_years, town), county_years), "funnel").title.startswith(name)


def test_a_community_is_shown_by_its_units_and_a_unit_by_what_it_received(county_years: Snapshot) -> None:
    community = codes(county_years, "community")[0]
    whom = chart(notices.build(selection(county_years, community), county_years), "by_whom")
    assert whom.click is not None
    assert whom.click.param == "org"
    unit = whom.frame["unit"].iloc[0]
    records = table(notices.build(selection(county_years, unit), county_years), "records")
    got = measure(county_years, "notice_recipient_count", selection(county_years, unit)).iloc[0]["value"]
    assert (records.frame["state_label"] != "没有送达").sum() == got
    assert set(records.frame["state_label"]) <= {
        "没有送达",
        "尚未阅读",
        "已阅读",
        "已阅读，尚未落实",
        "已落实",
    }
    assert records.frame.loc[records.frame["is_received"], "origin"].str.contains("信息通报，第").all()


def test_records_lead_back_to_their_sheet(county_years: Snapshot) -> None:
    records = table(notices.build(selection(county_years), county_years), "records").frame
    assert records["origin"].str.contains("信息通报，第").all()
    assert records["sent_on"].is_monotonic_decreasing


def test_communities_stand_in_the_order_of_the_register_until_ranked(county_years: Snapshot) -> None:
    chosen = selection(county_years)
    register = [
        code
        for code in codes(county_years, "community")
        if organisations(county_years)[code].exists_in(chosen.period)
    ]
    assert table(notices.build(chosen, county_years), "alongside").frame["org"].tolist() == register
    ranked = replace(chosen, options=(*chosen.options, ("rank", "on")))
    shares = table(notices.build(ranked, county_years), "alongside").frame["notice_read_soon_share"].dropna()
    assert shares.is_monotonic_decreasing


def test_attention_counts_what_the_tables_list_and_leads_there(county_years: Snapshot) -> None:
    for period in ("2020", "2021", "2021-Q2", "2021-11"):
        chosen = selection(county_years, period=period)
        report = notices.build(chosen, county_years)
        found = attention.by_rule(attention.found(county_years, chosen, page=notices.KEY))
        assert len(found.get("task_overdue", ())) == len(table(report, "overdue").frame)
        for item in found.get("task_overdue", ()):
            own = replace(chosen, org=item.unit, options=tuple(item.rule.params.items()))
            rows = table(notices.build(own, county_years), "overdue").frame
            assert item.subject in set(rows["title"])
            assert item.days in set(rows["days"])
        assert len(notes(report).items) == len(found)


def test_a_time_without_data_says_so(county_years: Snapshot) -> None:
    for period in ("2015", "2022-Q1"):
        report = notices.build(selection(county_years, period=period), county_years)
        assert not any(isinstance(block, KpiRow | Chart) for block in report.blocks)
        assert check(report, county_years) is None
