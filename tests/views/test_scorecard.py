"""运行评价: grades by declared thresholds, told by mark and word; no total, no ranking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dashboard.catalogue import load_catalogue
from dashboard.database import Snapshot, open_snapshot
from dashboard.locale import translator
from dashboard.queries import compare, default_selection
from dashboard.report import Chart, KpiRow, Notes, Table
from dashboard.selection import Period, Selection
from dashboard.views import PAGES, scorecard
from tests.conftest import Release
from tests.views.selections import awkward
from tests.views.wellformed import check


@pytest.fixture(scope="module")
def qinghe(district: Release) -> Iterator[Snapshot]:
    snapshot = open_snapshot(district.snapshot)
    yield snapshot
    snapshot.close()


@pytest.mark.parametrize("chosen", awkward(), ids=str)
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection) -> None:
    for part in ("table", "grid"):
        view = replace(chosen, options=(*chosen.options, ("part", part)))
        check(scorecard.build(view, tiny), tiny, view.language)


def blocks(snapshot: Snapshot, selection: Selection, kind: type) -> list:
    return [block for block in scorecard.build(selection, snapshot).blocks if isinstance(block, kind)]


def test_counts_table_and_figures_agree(qinghe: Snapshot) -> None:
    chosen = default_selection(qinghe)
    (row,) = blocks(qinghe, chosen, KpiRow)
    (table,) = blocks(qinghe, chosen, Table)
    grades = table.frame["grade"].str[:1].value_counts()
    assert [int(card.value) for card in row.items[:3]] == [int(grades.get(mark, 0)) for mark in "●▲■"]
    assert len(table.frame) == sum(int(card.value) for card in row.items)
    catalogue = load_catalogue(qinghe)
    assert len(table.frame) >= 20
    for key, grade in zip(table.frame["indicator"], table.frame["grade"], strict=True):
        what = catalogue[key]
        assert grade == scorecard.grade_text(what.grade(compare(qinghe, key, chosen).value), "zh")


def test_red_figures_are_said_in_words_and_lead_to_their_trend(qinghe: Snapshot) -> None:
    chosen = default_selection(qinghe)
    (notes,) = blocks(qinghe, chosen, Notes)
    (table,) = blocks(qinghe, chosen, Table)
    red = table.frame[table.frame["grade"].str.startswith("■")]
    assert len(notes.items) == min(5, len(red))
    assert all(note.link and note.link.view in {page.key for page in PAGES} for note in notes.items)


def test_every_ledger_has_a_page_that_shows_it(qinghe: Snapshot) -> None:
    named = {name for what in load_catalogue(qinghe).values() for name in what.datasets}
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
def test_the_threshold_itself_still_counts(qinghe: Snapshot, value: float, grade: str) -> None:
    assert load_catalogue(qinghe)["submission_on_time_share"].grade(value) == grade


@pytest.mark.parametrize(
    ("value", "grade"), [(0.0, "good"), (0.01, "good"), (0.02, "fair"), (0.031, "poor"), (None, None)]
)
def test_where_lower_is_better_the_order_turns_round(
    qinghe: Snapshot, value: float | None, grade: str | None
) -> None:
    assert load_catalogue(qinghe)["quarantined_row_share"].grade(value) == grade


def test_the_grid_stands_in_the_order_of_the_register(qinghe: Snapshot) -> None:
    chosen = replace(default_selection(qinghe), options=(("part", "grid"),))
    (chart,) = blocks(qinghe, chosen, Chart)
    names = list(dict.fromkeys(chart.frame["name"]))
    assert (
        names
        == [
            name
            for (name,) in qinghe.rows(
                "select short_name from dim_organisation where level_no = 2 order by sort_no"
            )
        ]
        or len(names) > 2
    )
    assert {state.key for state in chart.states} >= set(chart.frame["grade"])
    assert all(state.sign for state in chart.states if state.key != "none")


def test_outside_the_data_there_is_a_sentence(qinghe: Snapshot) -> None:
    chosen = replace(default_selection(qinghe), period=Period.parse("2015"))
    assert not blocks(qinghe, chosen, KpiRow)
