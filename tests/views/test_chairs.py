"""轮值主席 over the invented county's release: who had the chair, how fairly, and who is next."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard import attention, theme
from dashboard.database import Snapshot, open_snapshot
from dashboard.ledgers import chairs as ledger
from dashboard.organisations import organisations
from dashboard.queries import measure
from dashboard.report import KpiRow, Note, Report, Table
from dashboard.selection import Language, Selection
from dashboard.views import chairs
from tests.views.county import TIMES, chart, codes, selection, table, taking_turns
from tests.views.wellformed import check, flat

PARTS = ("roster", "fairness", "coming")


def built(snapshot: Snapshot, org: str = "", period: str = "2021", part: str = "all") -> Report:
    return chairs.build(selection(snapshot, org, period, part=part), snapshot)


def value(snapshot: Snapshot, chosen: Selection, indicator: str) -> float:
    return float(measure(snapshot, indicator, chosen)["value"].iloc[0])


@pytest.mark.parametrize(("period", "language"), TIMES)
def test_every_selection_gives_a_page(county_years: Snapshot, period: str, language: Language) -> None:
    for chosen in taking_turns(county_years, period, language, PARTS):
        check(chairs.build(chosen, county_years), county_years, language)


@pytest.mark.parametrize("period", ["2021", "2020", "2021-Q3"])
def test_the_figures_on_the_page_are_those_of_the_indicators(county_years: Snapshot, period: str) -> None:
    for org in ("", *codes(county_years, "community")):
        chosen = selection(county_years, org, period)
        rows = [block for block in flat(built(county_years, org, period).blocks) if isinstance(block, KpiRow)]
        for item in (item for row in rows for item in row.items):
            frame = measure(county_years, item.key, chosen)
            form = (
                "percent"
                if item.key.endswith("share")
                else "decimal"
                if item.key == "themed_per_turn"
                else "integer"
            )
            assert item.value == theme.number(float(frame["value"].iloc[0]), form), (org, item.key)


@pytest.mark.parametrize("year", ["2020", "2021"])
def test_the_tiles_of_the_roster_add_up_to_the_indicators(county_years: Snapshot, year: str) -> None:
    for org in ("", *codes(county_years, "street"), *codes(county_years, "community")):
        chosen = selection(county_years, org, year)
        frame = chart(built(county_years, org, year), "roster").frame
        states = frame["state"].value_counts()
        share = measure(county_years, "chaired_month_share", chosen)
        chaired = int(states.get("themed", 0) + states.get("quiet", 0))
        assert chaired == share["numerator"].iloc[0]
        assert chaired + int(states.get("vacant", 0)) == share["denominator"].iloc[0]
        has_chair = frame["state"].isin(("themed", "quiet"))
        assert ((frame["unit_label"] != "") == has_chair).all()


def test_a_tile_never_speaks_by_colour_alone(county_years: Snapshot) -> None:
    states = chart(built(county_years), "roster").states
    assert [state.key for state in states] == list(ledger.STATES)
    assert len({state.sign for state in states} - {""}) == len(states)


def test_turns_carry_the_themed_activities_of_their_month(county_years: Snapshot) -> None:
    chosen = selection(county_years)
    frame = table(built(county_years), "turns").frame
    assert len(frame) == value(county_years, chosen, "chair_turn_count")
    share = measure(county_years, "themed_per_turn", chosen)
    assert frame["themed_count"].sum() == share["numerator"].iloc[0]
    assert frame["month"].is_monotonic_decreasing
    assert frame["origin"].str.contains("轮值主席，第").all()


def test_waits_agree_with_the_indicators(county_years: Snapshot) -> None:
    for period in ("2020", "2021", "2021-Q1"):
        for org in ("", *codes(county_years, "community")):
            chosen = selection(county_years, org, period)
            units = ledger.waiting(county_years, chosen)
            never = units["all_turns"] == 0
            assert never.sum() == value(county_years, chosen, "never_chaired_unit_count")
            assert units["last_month"].isna().equals(never)
            assert (units["waited_months"] >= 0).all()
            assert (units["period_turns"] <= units["all_turns"]).all()


def test_the_chart_of_waits_holds_every_unit_once(county_years: Snapshot) -> None:
    found = chart(built(county_years), "waits").frame
    assert found["count"].sum() == value(county_years, selection(county_years), "member_unit_count")


def test_what_comes_is_listed_or_worked_out_and_says_which(county_years: Snapshot) -> None:
    """Whoever is worked out has waited longer than the listed ones and the others that are free."""
    chosen = selection(county_years)
    frame = ledger.coming(county_years, chosen)
    assert set(frame["month"]) == {"2022-01", "2022-02", "2022-03"}
    assert not frame.duplicated(["community", "month"]).any()
    assert set(frame["listed"]) == {True, False}
    shown = table(built(county_years), "coming")
    assert set(shown.frame["basis"]) == {"台账已排", "推算"}
    assert "推算" in shown.source.note
    units = ledger.waiting(county_years, chosen)
    for community, part in frame[~frame["listed"]].groupby("community"):
        if frame.loc[frame["community"] == community, "listed"].any():
            continue
        waits = units.loc[units["community"] == community, "waited_months"].sort_values(ascending=False)
        assert int(part["waited_months"].iloc[0]) == int(waits.iloc[0])


def test_months_that_were_to_come_then_are_told_as_they_were_listed(county_years: Snapshot) -> None:
    """Of a period that is over, the following months stand in the ledger."""
    frame = ledger.coming(county_years, selection(county_years, period="2020"))
    assert set(frame["month"]) == {"2021-01", "2021-02", "2021-03"}
    assert frame["listed"].mean() > 0.8


def test_a_unit_sees_its_turns_and_its_committees_roster(county_years: Snapshot) -> None:
    turns = ledger.turns(county_years, selection(county_years))
    unit = str(turns["unit"].iloc[0])
    report = chairs.build(selection(county_years, unit), county_years)
    own = table(report, "turns").frame
    assert set(own["unit"]) == {unit}
    assert len(own) == value(county_years, selection(county_years, unit), "chair_turn_count")
    assert len(chart(report, "roster").frame) == 12
    assert list(table(report, "by_unit").frame["unit"]) == [unit]


def test_the_order_of_the_register_is_kept(county_years: Snapshot) -> None:
    shown = table(built(county_years), "by_community").frame["community"].tolist()
    register = [code for code in codes(county_years, "community") if code in shown]
    assert shown == register


def test_an_empty_month_is_told_in_the_title(county_years: Snapshot) -> None:
    found = chart(built(county_years, period="2020..2021", part="roster"), "roster")
    vacant = int((found.frame["state"] == "vacant").sum())
    assert (f"{vacant} 个没有轮值主席" in found.title) == (vacant > 0)


def test_what_needs_attention_is_found_where_it_leads(county_years: Snapshot) -> None:
    for period in ("2020", "2021"):
        for item in attention.found(county_years, selection(county_years, period=period), page=chairs.KEY):
            chosen = selection(county_years, item.community, period, part=item.rule.params["part"])
            report = chairs.build(chosen, county_years)
            if item.rule.key == "chair_vacant":
                frame = chart(report, "roster").frame
                assert set(frame.loc[frame["month"] == item.subject, "state"]) == {"vacant"}
            if item.rule.key == "unit_never_chaired":
                frame = table(report, "by_unit").frame
                assert frame.loc[frame["unit"] == item.unit, "all_turns"].tolist() == [0]


def test_a_period_without_data_is_explained(county_years: Snapshot) -> None:
    (note,) = [block for block in built(county_years, period="2022-Q1").blocks if isinstance(block, Note)]
    assert note.tone == "empty"


def test_a_viewer_sees_no_other_organisation(county_years: Snapshot) -> None:
    own, other = codes(county_years, "community")[:2]
    report = chairs.build(selection(county_years, other), open_snapshot(county_years.path, own))
    assert [block.tone for block in report.blocks if isinstance(block, Note)] == ["empty"]
    unit = next(one.code for one in organisations(county_years).values() if one.parent == own)
    check(chairs.build(selection(county_years, unit), open_snapshot(county_years.path, unit)), county_years)


def test_no_person_is_named(county_years: Snapshot) -> None:
    for block in flat(built(county_years).blocks):
        if isinstance(block, Table):
            assert not {"person_key", "person_name"} & set(block.frame.columns)
            assert isinstance(block.frame, pd.DataFrame)
