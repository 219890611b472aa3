"""联席会议 over the invented county's release: what the page shows is what the indicators and ledgers say."""

from __future__ import annotations

import pytest

from dashboard import attention, theme
from dashboard.database import Snapshot, open_snapshot
from dashboard.ledgers import meetings as ledger
from dashboard.organisations import organisations
from dashboard.queries import measure
from dashboard.report import Chart, KpiRow, Note, Notes, Report
from dashboard.selection import Language, Selection
from dashboard.views import meetings
from tests.views.county import TIMES, chart, codes, selection, table, taking_turns
from tests.views.wellformed import check, flat

PARTS = ("calendar", "attendance", "resolutions")


def built(snapshot: Snapshot, org: str = "", period: str = "2021", part: str = "all") -> Report:
    return meetings.build(selection(snapshot, org, period, part=part), snapshot)


def value(snapshot: Snapshot, chosen: Selection, indicator: str) -> float:
    return float(measure(snapshot, indicator, chosen)["value"].iloc[0])


@pytest.mark.parametrize(("period", "language"), TIMES)
def test_every_selection_gives_a_page(county_years: Snapshot, period: str, language: Language) -> None:
    for chosen in taking_turns(county_years, period, language, PARTS):
        check(meetings.build(chosen, county_years), county_years, language)


def test_an_option_that_nobody_offers_shows_the_first_part(county_years: Snapshot) -> None:
    keys = [
        block.key for block in flat(built(county_years, part="nonsense").blocks) if isinstance(block, Chart)
    ]
    assert keys == ["calendar"]


@pytest.mark.parametrize("period", ["2021", "2020", "2020-Q1", "2021-Q3"])
def test_the_figures_on_the_page_are_those_of_the_indicators(county_years: Snapshot, period: str) -> None:
    for org in ("", *codes(county_years, "community")):
        report = built(county_years, org, period)
        rows = [block for block in flat(report.blocks) if isinstance(block, KpiRow)]
        chosen = selection(county_years, org, period)
        for item in (item for row in rows for item in row.items):
            frame = measure(county_years, item.key, chosen)
            form = "percent" if item.key.endswith("share") else "integer"
            assert item.value == theme.number(float(frame["value"].iloc[0]), form), (org, item.key)


@pytest.mark.parametrize("year", ["2020", "2021"])
def test_the_tiles_of_the_calendar_add_up_to_the_indicators(county_years: Snapshot, year: str) -> None:
    for org in ("", *codes(county_years, "street"), *codes(county_years, "community")):
        chosen = selection(county_years, org, year)
        states = chart(built(county_years, org, year), "calendar").frame["state"].value_counts().to_dict()
        assert states.get("missed", 0) == value(county_years, chosen, "missed_meeting_count")
        assert states.get("excused", 0) == value(county_years, chosen, "excused_meeting_count")
        due = sum(states.get(state, 0) for state in ("in_time", "late", "missed"))
        on_time = measure(county_years, "meeting_on_time_share", chosen)
        if due:
            assert (on_time["denominator"].iloc[0], on_time["numerator"].iloc[0]) == (
                due,
                states.get("in_time", 0),
            )


def test_a_tile_never_speaks_by_colour_alone(county_years: Snapshot) -> None:
    states = chart(built(county_years), "calendar").states
    assert [state.key for state in states] == list(ledger.STATES)
    told = [state.sign for state in states if state.key != "coming"]
    assert all(told)
    assert len(set(told)) == len(told)
    assert len({state.label for state in states}) == len(states)


def test_the_calendar_is_judged_at_the_periods_end(county_years: Snapshot) -> None:
    """What was held later was not yet held, and what is due later is neither late nor missed."""
    frame = chart(built(county_years, period="2021-Q2"), "calendar").frame
    assert set(frame["due_on"].dt.strftime("%m-%d")) >= {"03-31", "06-30", "09-30", "12-31"}
    after = frame[frame["due_on"] > "2021-06-30"]
    assert set(after["state"]) <= {"coming", "in_time"}
    assert (frame["held_on"].dropna() <= "2021-06-30").all()


def test_a_community_that_is_no_more_owes_no_meeting(county_years: Snapshot) -> None:
    """老桥 was dissolved on 2021-07-01; 柳湾南 exists since May 2020."""
    frame = chart(built(county_years, period="2020..2021"), "calendar").frame
    due = frame.groupby("community")["due_on"].agg(["min", "max"])
    assert due.loc["990001001003", "max"].isoformat()[:10] == "2021-06-30"
    assert due.loc["990001101002", "min"].isoformat()[:10] == "2020-09-30"


def test_every_open_item_is_carried_forward_until_it_is_closed(county_years: Snapshot) -> None:
    for period in ("2020", "2021", "2020-Q3", "2021-Q1"):
        chosen = selection(county_years, period=period)
        frame = ledger.action_items(county_years, chosen, None)
        is_open = frame["state"].isin(("overdue", "open"))
        assert is_open.sum() == value(county_years, chosen, "open_resolution_count")
        assert (frame["state"] == "overdue").sum() == value(county_years, chosen, "overdue_resolution_count")
        assert (~is_open).sum() == value(county_years, chosen, "resolution_closed_count")
        assert frame.loc[is_open, "closed_on"].isna().all()
        assert (frame["age_days"] >= 0).all()
        due = frame.loc[is_open, "due_on"].tolist()
        assert due == sorted(due), "the longest overdue first"
    shown = table(built(county_years), "action_items").frame
    assert shown["origin"].str.contains("议定事项").all()
    assert shown["carried"].any()


def test_an_item_without_a_unit_belongs_to_the_committee(county_years: Snapshot) -> None:
    frame = ledger.action_items(county_years, selection(county_years), None)
    own = frame[frame["owner"] == frame["community"]]
    assert len(own)
    assert (own["owner_label"] == own["community_label"]).all()


def test_the_open_items_by_delay_are_all_open_items(county_years: Snapshot) -> None:
    report = built(county_years)
    bars = chart(report, "open_by_delay").frame
    open_count = value(county_years, selection(county_years), "open_resolution_count")
    assert bars["count"].sum() == open_count
    assert f"在办 {open_count:.0f} 项" in chart(report, "open_by_delay").title


def test_attendance_by_unit_adds_up_to_the_share(county_years: Snapshot) -> None:
    for org in codes(county_years, "community"):
        frame = table(built(county_years, org), "attendance_by_unit").frame
        share = measure(county_years, "meeting_attendance_share", selection(county_years, org))
        assert frame["present_count"].sum() == share["numerator"].iloc[0]
        assert frame["invited_count"].sum() == share["denominator"].iloc[0]
        parts = frame[["present_count", "leave_count", "absent_count"]].sum(axis=1)
        assert (parts == frame["invited_count"]).all(), "leave is neither"


def test_a_unit_sees_its_own_attendance_and_its_committees_meetings(county_years: Snapshot) -> None:
    unit = next(
        code
        for code in codes(county_years, "unit")
        if len(ledger.own_attendance(county_years, selection(county_years, code)))
    )
    report = meetings.build(selection(county_years, unit, part="calendar"), county_years)
    keeper = organisations(county_years)[organisations(county_years)[unit].parent].short_name
    said = [block.text for block in flat(report.blocks) if isinstance(block, Note)]
    assert f"会议由社区联合党委召开，以下是{keeper}的召开情况。" in said
    share = measure(county_years, "meeting_attendance_share", selection(county_years, unit))
    own = table(report, "own_attendance").frame
    assert (own["state"] == "present").sum() == share["numerator"].iloc[0]
    assert len(own) == share["denominator"].iloc[0]


def test_the_meetings_say_where_they_were_read(county_years: Snapshot) -> None:
    frame = table(built(county_years), "meetings").frame
    assert len(frame) == value(county_years, selection(county_years), "meeting_count")
    assert frame["origin"].str.contains("台账.xlsx，联席会议，第").all()
    assert frame["held_on"].is_monotonic_decreasing


def test_what_needs_attention_leads_to_its_evidence(county_years: Snapshot) -> None:
    found = attention.found(county_years, selection(county_years), page=meetings.KEY)
    rules = {item.rule.key for item in found}
    assert rules <= {"meeting_overdue", "resolution_overdue", "unit_never_present"}
    assert "resolution_overdue" in rules
    notes = next(block for block in flat(built(county_years).blocks) if isinstance(block, Notes))
    assert len(notes.items) == len(rules)
    for item in found:
        if item.rule.key == "resolution_overdue":
            chosen = selection(county_years, item.community, part=item.rule.params["part"])
            shown = table(meetings.build(chosen, county_years), "action_items").frame
            assert item.subject in set(shown.loc[shown["state"] == "overdue", "resolution"])


def test_a_period_without_data_is_explained(county_years: Snapshot) -> None:
    (note,) = [block for block in built(county_years, period="2015").blocks if isinstance(block, Note)]
    assert note.tone == "empty"
    assert "不在数据时段之内" in note.text


def test_a_viewer_sees_no_other_organisation(county_years: Snapshot) -> None:
    own, other = codes(county_years, "community")[:2]
    report = meetings.build(selection(county_years, other), open_snapshot(county_years.path, own))
    assert [block.tone for block in report.blocks if isinstance(block, Note)] == ["empty"]
    unit = next(one.code for one in organisations(county_years).values() if one.parent == own)
    check(meetings.build(selection(county_years, unit), open_snapshot(county_years.path, unit)), county_years)
