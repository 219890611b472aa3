"""信息共享 over the invented county's release: what the page shows is what the indicators say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest

from dashboard import attention
from dashboard.database import Snapshot, open_snapshot
from dashboard.organisations import district as top_of
from dashboard.organisations import organisations
from dashboard.queries import measure
from dashboard.report import Chart, KpiRow, Notes, Report, Table
from dashboard.selection import Language, Period, Selection
from dashboard.views import notices
from tests.conftest import Release
from tests.views.wellformed import check, flat

PERIODS = (
    "2021",
    "2020",  # the first one: nothing before it
    "2020..2021",
    "2021-Q2",
    "2021-11",
    "2020-11..2021-02",
    "2021..2022",  # goes beyond the data
    "2022-Q1",  # after the data
    "2015",  # before the data
)


@pytest.fixture(scope="module")
def county_year(district: Release) -> Iterator[Snapshot]:
    opened = open_snapshot(district.snapshot)
    yield opened
    opened.close()


def codes(snapshot: Snapshot, level: str) -> list[str]:
    return [one.code for one in organisations(snapshot).values() if one.level == level]


def everywhere(snapshot: Snapshot) -> list[str]:
    """The top, and every organisation below it but for the units, of which a few."""
    units = codes(snapshot, "unit")
    return [code for level in ("district", "street", "community") for code in codes(snapshot, level)] + units[
        ::4
    ]


def selection(
    snapshot: Snapshot, org: str = "", period: str = "2021", language: Language = "zh"
) -> Selection:
    chosen = org or top_of(snapshot).code
    return Selection(chosen, Period.parse(period), language=language, options=(("part", "all"),))


def chart(report: Report, key: str) -> Chart:
    return next(block for block in flat(report.blocks) if isinstance(block, Chart) and block.key == key)


def table(report: Report, key: str) -> Table:
    return next(block for block in flat(report.blocks) if isinstance(block, Table) and block.key == key)


def notes(report: Report) -> Notes:
    return next(block for block in flat(report.blocks) if isinstance(block, Notes))


def figure(snapshot: Snapshot, chosen: Selection, indicator: str) -> pd.Series[float]:
    return measure(snapshot, indicator, chosen).iloc[0]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("period", PERIODS)
def test_every_selection_gives_a_page(county_year: Snapshot, period: str, language: Language) -> None:
    for org in everywhere(county_year):
        chosen = selection(county_year, org, period, language)
        check(notices.build(chosen, county_year), county_year, language)
        for part in ("flow", "follow", "place", "nonsense"):
            report = notices.build(replace(chosen, options=(("part", part), ("rank", "on"))), county_year)
            check(report, county_year, language)


@pytest.mark.parametrize(
    "filters",
    [
        (("notice_kind", "task"),),
        (("unit_kind", "school"),),
        (("notice_kind", "plan"), ("unit_kind", "police")),
    ],
)
def test_every_filter_gives_a_page_whose_parts_agree(
    county_year: Snapshot, filters: tuple[tuple[str, str], ...]
) -> None:
    for org in everywhere(county_year):
        chosen = replace(selection(county_year, org), filters=filters)
        if not organisations(county_year)[org].exists_in(chosen.period):
            continue
        report = notices.build(chosen, county_year)
        check(report, county_year)
        shown = chart(report, "funnel").frame.groupby("step")["value"].sum()
        assert shown.get("已送达", 0) == figure(county_year, chosen, "notice_recipient_count")["value"]


@pytest.mark.parametrize("period", ["2021", "2020..2021", "2021-Q2", "2020-11..2021-02"])
def test_charts_and_tables_show_what_the_indicators_say(county_year: Snapshot, period: str) -> None:
    for org in everywhere(county_year):
        chosen = selection(county_year, org, period)
        if not organisations(county_year)[org].exists_in(chosen.period):
            continue
        report = notices.build(chosen, county_year)
        steps = chart(report, "funnel").frame.groupby("step")["value"].sum()
        read, acted = (figure(county_year, chosen, f"notice_{name}_share") for name in ("read", "acted"))
        assert steps.get("已送达", 0) == figure(county_year, chosen, "notice_recipient_count")["value"]
        assert steps.get("已阅读", 0) == read["numerator"]
        assert steps.get("其中需要落实", 0) == acted["denominator"]
        assert steps.get("已落实", 0) == acted["numerator"]
        passed_by = table(report, "passed_by").frame
        assert (passed_by["reached"] == 0).sum() == figure(county_year, chosen, "unit_left_out_count")[
            "value"
        ]
        overdue = table(report, "overdue").frame
        assert len(overdue) == figure(county_year, chosen, "overdue_task_count")["value"]
        assert (overdue["days"] > 30).all()
        if org not in codes(county_year, "unit"):
            states = chart(report, "by_whom").frame.groupby("state")["value"].sum()
            assert states.sum() == steps.get("应当送达", 0)
            soon = figure(county_year, chosen, "notice_read_soon_share")
            assert states.get("三日内阅读", 0) == soon["numerator"]
            records = table(report, "records").frame
            assert len(records) == figure(county_year, chosen, "notice_count")["value"]
            assert records["recipients"].sum() == steps.get("已送达", 0)


def test_titles_say_what_was_found(county_year: Snapshot) -> None:
    report = notices.build(selection(county_year), county_year)
    read = measure(county_year, "notice_read_share", selection(county_year)).iloc[0]["value"]
    assert f"其中阅读 {read * 100:.1f}%" in chart(report, "funnel").title
    assert chart(report, "funnel").title.startswith("2021年应送达 ")
    assert "在三日内阅读" in chart(report, "by_whom").title
    town = codes(county_year, "community")[0]
    name = organisations(county_year)[town].short_name
    assert chart(notices.build(selection(county_year, town), county_year), "funnel").title.startswith(name)


def test_a_community_is_shown_by_its_units_and_a_unit_by_what_it_received(county_year: Snapshot) -> None:
    community = codes(county_year, "community")[0]
    whom = chart(notices.build(selection(county_year, community), county_year), "by_whom")
    assert whom.click is not None
    assert whom.click.param == "org"
    unit = whom.frame["unit"].iloc[0]
    records = table(notices.build(selection(county_year, unit), county_year), "records")
    got = measure(county_year, "notice_recipient_count", selection(county_year, unit)).iloc[0]["value"]
    assert (records.frame["state_label"] != "没有送达").sum() == got
    assert set(records.frame["state_label"]) <= {
        "没有送达",
        "尚未阅读",
        "已阅读",
        "已阅读，尚未落实",
        "已落实",
    }
    assert records.frame.loc[records.frame["is_received"], "origin"].str.contains("信息通报，第").all()


def test_records_lead_back_to_their_sheet(county_year: Snapshot) -> None:
    records = table(notices.build(selection(county_year), county_year), "records").frame
    assert records["origin"].str.contains("信息通报，第").all()
    assert records["sent_on"].is_monotonic_decreasing


def test_communities_stand_in_the_order_of_the_register_until_ranked(county_year: Snapshot) -> None:
    chosen = selection(county_year)
    register = [
        code
        for code in codes(county_year, "community")
        if organisations(county_year)[code].exists_in(chosen.period)
    ]
    assert table(notices.build(chosen, county_year), "alongside").frame["org"].tolist() == register
    ranked = replace(chosen, options=(*chosen.options, ("rank", "on")))
    shares = table(notices.build(ranked, county_year), "alongside").frame["notice_read_soon_share"].dropna()
    assert shares.is_monotonic_decreasing


def test_attention_counts_what_the_tables_list_and_leads_there(county_year: Snapshot) -> None:
    for period in ("2020", "2021", "2021-Q2", "2021-11"):
        chosen = selection(county_year, period=period)
        report = notices.build(chosen, county_year)
        found = attention.by_rule(attention.found(county_year, chosen, page=notices.KEY))
        assert len(found.get("task_overdue", ())) == len(table(report, "overdue").frame)
        for item in found.get("task_overdue", ()):
            own = replace(chosen, org=item.unit, options=tuple(item.rule.params.items()))
            rows = table(notices.build(own, county_year), "overdue").frame
            assert item.subject in set(rows["title"])
            assert item.days in set(rows["days"])
        assert len(notes(report).items) == len(found)


def test_a_time_without_data_says_so(county_year: Snapshot) -> None:
    for period in ("2015", "2022-Q1"):
        report = notices.build(selection(county_year, period=period), county_year)
        assert not any(isinstance(block, KpiRow | Chart) for block in report.blocks)
        assert check(report, county_year) is None
