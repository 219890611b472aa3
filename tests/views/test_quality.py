"""数据质量 over the invented county's release: what came when, how old it is, what is wrong, what looks made up."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from dashboard import attention
from dashboard.database import Snapshot, open_snapshot
from dashboard.ledgers import reports as ledger
from dashboard.report import Note, Table
from dashboard.scope import WHOLE
from dashboard.selection import Language, Period
from dashboard.submissions import release
from dashboard.views import quality, quality_charts
from tests.views.county import PERIODS, TIMES, chart, codes, everywhere, figure, kpis, selection, table
from tests.views.wellformed import check, flat

PARTS = ("reporting", "freshness", "findings", "patterns")


@pytest.mark.parametrize(("period", "language"), TIMES)
def test_every_selection_gives_a_page(county_years: Snapshot, period: str, language: Language) -> None:
    turn = PERIODS.index(period) + len(language)
    for org in ("", *everywhere(county_years)[turn % 4 :: 4]):  # the others take turns
        check(
            quality.build(selection(county_years, org, period, language), county_years),
            county_years,
            language,
        )


@pytest.mark.parametrize("part", PARTS)
def test_one_part_at_a_time_draws_one_chart_and_one_table_or_two_tables(
    county_years: Snapshot, part: str
) -> None:
    blocks = list(flat(quality.build(selection(county_years, part=part), county_years).blocks))
    assert sum(isinstance(block, Table) for block in blocks) <= 2
    assert len([block for block in blocks if hasattr(block, "frame")]) == 2


def test_the_tiles_add_up_to_the_indicators(county_years: Snapshot) -> None:
    for org in ("", codes(county_years, "community")[0]):
        for period in ("2020", "2021-Q4", "2020..2021"):
            chosen = selection(county_years, org, period)
            due = ledger.due(county_years, chosen, Period.parse(period))
            came = figure(county_years, chosen, "submission_received_share")
            timely = figure(county_years, chosen, "submission_on_time_share")
            back = figure(county_years, chosen, "quarantined_row_share")
            expected = due[due["state"] != "excused"]
            assert len(expected) == came["denominator"]
            assert (expected["state"] != "missing").sum() == came["numerator"]
            assert (expected["told"] == "received").sum() == timely["numerator"]
            assert (expected["late_days"] > 0).sum() == (expected["told"] == "late").sum()
            assert due["quarantined_count"].sum() == back["numerator"]
            assert (due["row_count"] == due["accepted_count"] + due["quarantined_count"]).all()


def test_every_state_has_a_sign_of_its_own_in_both_languages(county_years: Snapshot) -> None:
    for language in ("zh", "en"):
        report = quality.build(selection(county_years, language=language), county_years)  # type: ignore[arg-type]
        for key, known in (("matrix", ledger.STATES), ("ages", ledger.AGES)):
            states = chart(report, key).states
            assert {state.key for state in states} == set(known)
            assert len({state.sign for state in states} - {""}) == len(known)


def test_runs_count_what_was_late_or_missing_in_a_row_and_leave_the_excused_out() -> None:
    states = ["late", "received", "missing", "excused", "late", "late"]
    frame = pd.DataFrame(
        {
            "community": "a",
            "dataset": "activities",
            "told": states,
        }
    )
    (row,) = ledger.runs(frame).itertuples()
    assert (row.run, row.longest_run) == (3, 3)
    (row,) = ledger.runs(frame.iloc[:2]).itertuples()
    assert (row.run, row.longest_run) == (0, 1)


def test_a_page_says_the_identity_and_it_holds_for_everything_ever_sent(county_years: Snapshot) -> None:
    for org in ("", *codes(county_years, "street")):
        chosen = selection(county_years, org, "2020..2021", part="findings")
        read, accepted, back = (
            figure(county_years, chosen, f"{name}_row_count")["value"]
            for name in ("read", "accepted", "quarantined")
        )
        assert read == accepted + back
        (note,) = [
            block
            for block in quality.build(chosen, county_years).blocks
            if isinstance(block, Note) and "读取" in block.text
        ]
        assert f"读取 {int(read):,} 行 = 接收 {int(accepted):,} 行 + 退回 {int(back):,} 行" in note.text
    whole = release(county_years)
    ((rows, taken, sent_back),) = county_years.rows(
        "select sum(row_count), sum(accepted_count), sum(quarantined_count) from mart_submission"
    )
    assert (rows, taken, sent_back) == (whole.row_count, whole.accepted_count, whole.quarantined_count)


def test_of_a_list_of_persons_no_number_of_rows_is_said(county_years: Snapshot) -> None:
    chosen = selection(county_years, "", "2020..2021", part="findings")
    said = quality.identity(county_years, chosen, WHOLE).text
    assert "一行是一个人的名册不计行数" in said
    for dataset, is_counted in (("members", False), ("activities", True)):
        said = quality.identity(county_years, replace(chosen, filters=(("dataset", dataset),)), WHOLE).text
        assert bool(re.search(r"\d", said)) is is_counted
        assert "名册" not in said or not is_counted


def test_ages_agree_with_the_indicator(county_years: Snapshot) -> None:
    for period in ("2021", "2020-Q2", "2021-05"):
        for org in ("", *codes(county_years, "community")):
            chosen = selection(county_years, org, period)
            frame = ledger.ages(county_years, chosen)
            known = frame[frame["known_on"].notna()]
            lag = figure(county_years, chosen, "ledger_lag_days")
            assert known["lag_days"].sum() == (lag["numerator"] if len(known) else 0)
            assert len(known) == (lag["denominator"] if len(known) else 0)
            assert (frame["age"] == "never").equals(frame["known_on"].isna())


def test_findings_are_counted_once_and_lead_to_their_cells(county_years: Snapshot) -> None:
    chosen = selection(county_years, period="2020..2021")
    rules = ledger.rules(county_years, chosen)
    assert rules["finding_count"].sum() == len(ledger.findings(county_years, chosen, limit=10_000))
    warnings = rules.loc[rules["severity"] == "warning", "finding_count"].sum()
    assert warnings >= figure(county_years, chosen, "warning_count")["value"]
    code = str(rules["code"].iloc[0])
    opened = replace(chosen, options=(("finding", code), ("part", "findings")))
    frame = table(quality.build(opened, county_years), "finding_list").frame
    assert set(frame["code"]) == {code}
    assert frame["file_name"].str.endswith(".xlsx").all()
    assert frame["cell"].str.fullmatch(r"[A-Z]*\d+").any()


def test_the_trend_counts_what_came_whatever_became_of_it(county_years: Snapshot) -> None:
    chosen = selection(county_years, period="2020..2021")
    frame = ledger.trend(county_years, chosen, Period.parse("2020..2021"))
    ((faults, warnings),) = county_years.rows(
        "select count(*) filter (severity <> 'warning'), count(*) filter (severity = 'warning') from meta_finding"
        " where submission_id is not null"
    )
    assert (frame["fault_count"].sum(), frame["warning_count"].sum()) == (faults, warnings)


def test_the_dataset_filter_is_obeyed_everywhere(county_years: Snapshot) -> None:
    chosen = replace(selection(county_years), filters=(("dataset", "service_points"),))
    assert set(ledger.ages(county_years, chosen)["dataset"]) == {"service_points"}
    assert set(ledger.rules(county_years, chosen)["dataset"]) <= {"service_points"}
    check(quality.build(chosen, county_years), county_years)


def test_a_suspicion_stands_on_records_with_their_place(county_years: Snapshot) -> None:
    chosen = selection(county_years, period="2020..2021", part="patterns")
    items = attention.found(county_years, chosen, keys=ledger.PATTERNS)
    assert {item.rule.key for item in items} <= set(ledger.PATTERNS)
    assert items
    for item in items:
        opened = replace(chosen, options=(("part", "patterns"), ("pattern", item.code)))
        frame = table(quality.build(opened, county_years), "evidence").frame
        assert frame["origin"].str.contains("活动台账，第 ").all()
        if item.rule.key in ("same_head_count", "same_title", "quarter_end_rush", "activity_count_jump"):
            assert len(frame) == item.amount, item.key
        else:
            assert frame["head_count"].max() == item.amount


def test_figures_stand_at_the_head(county_years: Snapshot) -> None:
    assert set(kpis(quality.build(selection(county_years), county_years))) == {
        "submission_received_share",
        "submission_on_time_share",
        "quarantined_row_share",
        "warnings_per_1000_rows",
        "ledger_lag_days",
    }


def test_the_matrix_reaches_back_but_not_before_the_data(county_years: Snapshot) -> None:
    stretch = quality_charts.stretch_of(county_years, selection(county_years, period="2020-Q2"))
    assert stretch.key == "2020-Q1..2020-Q2"
    assert len(quality_charts.stretch_of(county_years, selection(county_years)).quarters()) == 8


def test_a_viewer_sees_no_other_organisation(county_years: Snapshot) -> None:
    own, other = codes(county_years, "community")[:2]
    report = quality.build(selection(county_years, other), open_snapshot(county_years.path, own))
    assert [block.tone for block in report.blocks if isinstance(block, Note)] == ["empty"]
    for part in PARTS:
        chosen = selection(county_years, own, part=part)
        check(quality.build(chosen, open_snapshot(county_years.path, own)), county_years)
