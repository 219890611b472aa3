"""运行评价: grades by declared thresholds, told by mark and word; no total, no ranking."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.catalogue import load_catalogue
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.queries import compare, default_selection
from dashboard.report import Chart, KpiRow, Notes, Table
from dashboard.selection import Period, Selection
from dashboard.views import PAGES, scorecard
from tests.views.selections import awkward
from tests.views.wellformed import check


@pytest.mark.parametrize("chosen", awkward(), ids=str)
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection) -> None:
    for part in ("table", "grid"):
        view = replace(chosen, options=(*chosen.options, ("part", part)))
        check(scorecard.build(view, tiny), tiny, view.language)


def blocks(snapshot: Snapshot, selection: Selection, kind: type) -> list:
    return [block for block in scorecard.build(selection, snapshot).blocks if isinstance(block, kind)]


def test_counts_table_and_figures_agree(county_years: Snapshot) -> None:
    chosen = default_selection(county_years)
    (row,) = blocks(county_years, chosen, KpiRow)
    (table,) = blocks(county_years, chosen, Table)
    grades = table.frame["grade"].str[:1].value_counts()
    assert [int(card.value) for card in row.items[:3]] == [int(grades.get(mark, 0)) for mark in "●▲■"]
    assert len(table.frame) == sum(int(card.value) for card in row.items)
    catalogue = load_catalogue(county_years)
    assert len(table.frame) >= 20
    for key, grade in zip(table.frame["indicator"], table.frame["grade"], strict=True):
        what = catalogue[key]
        assert grade == scorecard.grade_text(what.grade(compare(county_years, key, chosen).value), "zh")


def test_red_figures_are_said_in_words_and_lead_to_their_trend(county_years: Snapshot) -> None:
    chosen = default_selection(county_years)
    (notes,) = blocks(county_years, chosen, Notes)
    (table,) = blocks(county_years, chosen, Table)
    red = table.frame[table.frame["grade"].str.startswith("■")]
    assert len(notes.items) == min(5, len(red))
    assert all(note.link and note.link.view in {page.key for page in PAGES} for note in notes.items)


def test_every_ledger_has_a_page_that_shows_it(county_years: Snapshot) -> None:
    named = {name for what in load_catalogue(county_years).values() for name in what.datasets}
    assert named == set(scorecard.PAGE_OF)
    assert set(scorecard.PAGE_OF.values()) <= {page.key for page in PAGES}


def test_a_grade_is_a_mark_and_a_word_in_both_languages() -> None:
    for language in ("zh", "en"):
        texts = [scorecard.grade_text(grade, language) for grade in ("good", "fair", "poor")]
        assert len({text[0] for text in texts}) == 3
        assert len({text[2:] for text in texts}) == 3
    assert translator("en")("未达标") != "未达标"


@pytest.mark.parametrize(
    ("value", "grade"), [(0.95, "good"), (0.9, "good"), (0.8, "fair"), (0.75, "fair"), (0.7, "poor")]
)
def test_the_threshold_itself_still_counts(county_years: Snapshot, value: float, grade: str) -> None:
    assert load_catalogue(county_years)["submission_on_time_share"].grade(value) == grade


@pytest.mark.parametrize(
    ("value", "grade"), [(0.0, "good"), (0.01, "good"), (0.02, "fair"), (0.031, "poor"), (None, None)]
)
def test_where_lower_is_better_the_order_turns_round(
    county_years: Snapshot, value: float | None, grade: str | None
) -> None:
    assert load_catalogue(county_years)["quarantined_row_share"].grade(value) == grade


def test_the_grid_stands_in_the_order_of_the_register(county_years: Snapshot) -> None:
    chosen = replace(default_selection(county_years), options=(("part", "grid"),))
    (chart,) = blocks(county_years, chosen, Chart)
    names = list(dict.fromkeys(chart.frame["name"]))
    assert (
        names
        == [
            name
            for (name,) in county_years.rows(
                "select short_name from dim_organisation where level_no = 2 order by sort_no"
            )
        ]
        or len(names) > 2
    )
    assert {state.key for state in chart.states} >= set(chart.frame["grade"])
    assert all(state.sign for state in chart.states if state.key != "none")


def test_outside_the_data_there_is_a_sentence(county_years: Snapshot) -> None:
    chosen = replace(default_selection(county_years), period=Period.parse("2015"))
    assert not blocks(county_years, chosen, KpiRow)
