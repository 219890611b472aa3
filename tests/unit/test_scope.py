"""Suppression: what is hidden cannot be found by subtraction."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from dashboard.scope import WHOLE, Family, Scope, hidden_cells

SHOWN_TOTAL = Family(lambda cell: cell[:1], ())


def test_small_counts_and_the_one_that_tells_them_are_hidden() -> None:
    counts = {("a", "1"): 3, ("a", "2"): 40, ("a", "3"): 50, ("b", "4"): 7, ("b", "5"): 0}
    assert hidden_cells(counts, 5, [SHOWN_TOTAL]) == {("a", "1"), ("a", "2")}


def test_zero_is_no_person_and_needs_no_cover() -> None:
    assert hidden_cells({("a", "1"): 0, ("a", "2"): 9}, 5, [SHOWN_TOTAL]) == frozenset()


def test_two_hidden_cells_that_are_still_few_need_a_third() -> None:
    counts = {("a", "1"): 1, ("a", "2"): 1, ("a", "3"): 30, ("a", "4"): 60}
    assert hidden_cells(counts, 5, [SHOWN_TOTAL]) == {("a", "1"), ("a", "2"), ("a", "3")}
    enough = {("a", "1"): 4, ("a", "2"): 4, ("a", "3"): 30}
    assert hidden_cells(enough, 5, [SHOWN_TOTAL]) == {("a", "1"), ("a", "2")}


def test_the_parts_of_a_hidden_total_are_not_all_shown() -> None:
    hidden_total = Family(lambda cell: cell[:1], {("a",)})
    assert hidden_cells({("a", "1"): 20, ("a", "2"): 30}, 5, [hidden_total]) == {("a", "1")}


def test_a_scope_raises_the_threshold_and_never_lowers_it() -> None:
    assert WHOLE.threshold({"person_threshold": "5"}) == 5
    assert Scope(person_threshold=10).threshold({"person_threshold": "5"}) == 10
    assert Scope(person_threshold=1).threshold({"person_threshold": "5"}) == 5
    assert WHOLE.threshold({}) == 5


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from("123456")), st.integers(0, 30), max_size=18
    )
)
def test_no_shown_total_gives_a_small_count_away(counts: dict[tuple[str, str], int]) -> None:
    by_row, by_column = Family(lambda cell: cell[:1], ()), Family(lambda cell: cell[1:], ())
    hidden = hidden_cells(counts, 5, [by_row, by_column])
    assert {cell for cell, count in counts.items() if 0 < count < 5} <= hidden
    assert all(counts[cell] > 0 for cell in hidden)
    for family in (by_row, by_column):
        groups = defaultdict(list)
        for cell, count in counts.items():
            if count:
                groups[family.total_of(cell)].append(cell)
        for cells in groups.values():
            missing = [counts[cell] for cell in cells if cell in hidden]
            everything = len(missing) == len(cells)  # then the total is small itself, or all are hidden
            assert not missing or everything or (len(missing) > 1 and sum(missing) >= 5)
