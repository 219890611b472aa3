"""职责清单 over the invented county's release: what the page shows is what the indicators say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard import attention, theme
from dashboard.database import Snapshot
from dashboard.organisations import organisations
from dashboard.report import Chart, KpiRow, Note, Table
from dashboard.selection import Language
from dashboard.views import duties
from tests.views.county import TIMES, chart, codes, everywhere, figure, notes, selection, table, taking_turns
from tests.views.wellformed import check, flat


@pytest.mark.parametrize(("period", "language"), TIMES)
def test_every_selection_gives_a_page(county_years: Snapshot, period: str, language: Language) -> None:
    for chosen in taking_turns(county_years, period, language, ("state", "follow", "place", "nonsense")):
        check(duties.build(chosen, county_years), county_years, language)


@pytest.mark.parametrize(
    "filters",
    [
        (("duty_class", "pairing"),),
        (("unit_kind", "school"),),
        (("duty_class", "service"), ("unit_kind", "police")),
    ],
)
def test_every_filter_gives_a_page_whose_parts_agree(
    county_years: Snapshot, filters: tuple[tuple[str, str], ...]
) -> None:
    for org in everywhere(county_years):
        chosen = replace(selection(county_years, org), filters=filters)
        if not organisations(county_years)[org].exists_in(chosen.period):
            continue
        report = duties.build(chosen, county_years)
        check(report, county_years)
        due = figure(county_years, chosen, "duty_count")["value"]
        assert chart(report, "by_class").frame["value"].sum() == due
        assert len(table(report, "records").frame) == due
        overdue = figure(county_years, chosen, "overdue_duty_count")["value"]
        assert len(table(report, "overdue").frame) == overdue


@pytest.mark.parametrize("period", ["2021", "2020..2021", "2021-Q2", "2020-11..2021-02"])
def test_charts_and_tables_show_what_the_indicators_say(county_years: Snapshot, period: str) -> None:
    for org in everywhere(county_years):
        chosen = selection(county_years, org, period)
        if not organisations(county_years)[org].exists_in(chosen.period):
            continue
        report = duties.build(chosen, county_years)
        states = chart(report, "by_class").frame.groupby("state")["value"].sum()
        fulfilled, done, on_time = (
            figure(county_years, chosen, f"duty_{name}_share") for name in ("fulfilled", "done", "on_time")
        )
        assert states.sum() == figure(county_years, chosen, "duty_count")["value"]
        assert states.get("按时完成并有佐证", 0) == fulfilled["numerator"]
        assert states.get("按时完成，缺佐证", 0) == on_time["numerator"] - fulfilled["numerator"]
        assert states.get("尚未完成", 0) == done["denominator"] - done["numerator"]
        overdue = table(report, "overdue").frame
        assert len(overdue) == figure(county_years, chosen, "overdue_duty_count")["value"]
        assert (overdue["days"] > 0).all()
        empty = table(report, "empty_lists").frame
        assert len(empty) == figure(county_years, chosen, "empty_duty_list_count")["value"]
        records = table(report, "records").frame
        assert len(records) == states.sum()
        late = figure(county_years, chosen, "duty_late_days")
        assert records["late_days"].sum() == late["numerator"]
        if org not in codes(county_years, "unit"):
            assert chart(report, "by_whom").frame["value"].sum() == states.sum()


def test_titles_say_what_was_found(county_years: Snapshot) -> None:
    chosen = selection(county_years)
    report = duties.build(chosen, county_years)
    share = figure(county_years, chosen, "duty_fulfilled_share")
    due, proven = theme.number(share["denominator"]), theme.number(share["value"], "percent")
    assert chart(report, "by_class").title.startswith(f"2021年到期的 {due} 项职责，{proven} 按时完成并有佐证")
    none = duties.build(selection(county_years, period="2020-01"), county_years)
    assert chart(none, "by_class").title == "2020年1月没有到期的职责"
    assert chart(none, "by_class").empty == "这一时段没有到期的职责。"


def test_units_with_empty_lists_are_named_in_words(county_years: Snapshot) -> None:
    """Where one filter leaves no duty at all, every unit of that kind is named; a single one by the table."""
    chosen = selection(county_years)
    report = duties.build(chosen, county_years)
    empty = table(report, "empty_lists").frame
    said = "".join(block.text for block in flat(report.blocks) if isinstance(block, Note))
    assert all((name in said) == (len(empty) > 1) for name in empty["unit_label"])
    for unit in codes(county_years, "unit"):
        own = duties.build(selection(county_years, unit), county_years)
        shown = [
            block for block in flat(own.blocks) if isinstance(block, Table) and block.key == "empty_lists"
        ]
        assert not shown or set(shown[0].frame["unit"]) == ({unit} & set(empty["unit"]))


def test_records_lead_back_to_their_sheet(county_years: Snapshot) -> None:
    records = table(duties.build(selection(county_years), county_years), "records").frame
    assert records["origin"].str.contains("职责清单，第").all()
    assert records["due_on"].is_monotonic_decreasing
    assert records.loc[records["state"] == "proven", "evidence"].notna().all()
    assert records.loc[records["state"] == "open", "done_on"].isna().all()


def test_communities_stand_in_the_order_of_the_register_until_ranked(county_years: Snapshot) -> None:
    chosen = selection(county_years)
    register = [
        code
        for code in codes(county_years, "community")
        if organisations(county_years)[code].exists_in(chosen.period)
    ]
    assert table(duties.build(chosen, county_years), "alongside").frame["org"].tolist() == register
    ranked = replace(chosen, options=(*chosen.options, ("rank", "on")))
    shares = table(duties.build(ranked, county_years), "alongside").frame["duty_fulfilled_share"].dropna()
    assert shares.is_monotonic_decreasing


def test_attention_counts_what_the_tables_list_and_leads_there(county_years: Snapshot) -> None:
    for period in ("2020", "2021", "2021-Q2", "2021-11"):
        chosen = selection(county_years, period=period)
        report = duties.build(chosen, county_years)
        found = attention.by_rule(attention.found(county_years, chosen, page=duties.KEY))
        assert len(found.get("duty_overdue", ())) == len(table(report, "overdue").frame)
        assert len(found.get("duty_list_empty", ())) == len(table(report, "empty_lists").frame)
        for rule, key in (("duty_overdue", "overdue"), ("duty_list_empty", "empty_lists")):
            for item in found.get(rule, ()):
                own = replace(chosen, org=item.unit, options=tuple(item.rule.params.items()))
                assert item.unit in set(table(duties.build(own, county_years), key).frame["unit"])
        assert len(notes(report).items) == len(found)


def test_a_time_without_data_says_so(county_years: Snapshot) -> None:
    for period in ("2015", "2022-Q1"):
        report = duties.build(selection(county_years, period=period), county_years)
        assert not any(isinstance(block, KpiRow | Chart) for block in report.blocks)
        assert check(report, county_years) is None
