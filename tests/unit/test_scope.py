"""Suppression: what is hidden cannot be found by subtraction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.disclosed import Count, Memory, follow
from dashboard.scope import WHOLE, Scope, Sum, hidden_cells
from tests.unit.attacker import solved


def hidden(
    counts: dict[str, int], total: str | None = None, rest: int = 0, ranks: dict[str, int] | None = None
) -> str:
    """One sum of the parts a, b, c … as one text."""
    parts = tuple(cell for cell in counts if cell != total)
    return "".join(sorted(hidden_cells(counts, 5, [Sum(total, parts, rest)], ranks)))


def test_small_counts_and_the_one_that_tells_them_are_hidden() -> None:
    assert hidden({"a": 3, "b": 40, "c": 50}) == "ab"
    assert hidden({"a": 7, "b": 0}) == ""


def test_zero_is_no_person_and_needs_no_cover() -> None:
    assert hidden({"a": 0, "b": 9}) == ""


def test_hidden_cells_that_are_still_few_need_another_one() -> None:
    assert hidden({"a": 1, "b": 1, "c": 30, "d": 60}) == "abc"
    assert hidden({"a": 4, "b": 4, "c": 30}) == "ab"
    assert hidden({"a": 2, "b": 2, "c": 2, "d": 30}) == "abcd", (
        "six are one each at least and no more than four"
    )


def test_a_total_is_hidden_where_no_part_can_cover_another() -> None:
    assert hidden({"T": 3, "a": 3}, "T") == "Ta"
    assert hidden({"T": 6, "a": 2, "b": 2, "c": 2}, "T") == "Tabc"


def test_the_parts_of_a_hidden_total_are_not_all_shown() -> None:
    assert hidden({"T": 4, "a": 20, "b": 30}, "T") == "Ta"  # persons in both count once


def test_what_no_part_holds_is_found_by_subtraction() -> None:
    assert hidden({"T": 43, "a": 20, "b": 20}, "T", rest=3) == "a"
    assert hidden({"T": 48, "a": 20, "b": 20}, "T", rest=8) == ""
    assert hidden({"T": 31, "a": 3, "b": 20}, "T", rest=8) == "a", "the rest covers it"


def test_the_rank_chooses_what_covers() -> None:
    assert hidden({"a": 3, "b": 40, "c": 50}, ranks={"b": 9, "c": 8}) == "ac"


def test_a_scope_raises_the_threshold_and_never_lowers_it() -> None:
    assert WHOLE.threshold({"person_threshold": "5"}) == 5
    assert Scope(person_threshold=10).threshold({"person_threshold": "5"}) == 10
    assert Scope(person_threshold=1).threshold({"person_threshold": "5"}) == 5
    assert WHOLE.threshold({}) == 5


PLACES = {"A": "SX", "B": "SX", "C": "SY", "D": "SY", "E": "SZ"}
PERSONS = st.tuples(st.sampled_from("ABCDE"), st.sampled_from("pq"), st.sampled_from("xyz"))


def counted(persons: list[tuple[str, str, str]]) -> dict[Count, int]:
    """Three levels and two categories, every table of them."""
    counts: Counter[Count] = Counter()
    for place, first, second in persons:
        for org, one, two in product((place, PLACES[place], "ALL"), (first, ""), (second, "")):
            counts[
                len(org), org, tuple((key, value) for key, value in (("1", one), ("2", two)) if value)
            ] += 1
    return counts


def holds(cell: Count, finest: Count) -> bool:
    _, place, kinds = finest
    return cell[1] in (place, PLACES[place], "ALL") and set(cell[2]) <= set(kinds)


def sums_of(counts: Mapping[Count, int]) -> list[Sum[Count]]:
    parts = defaultdict(list)
    for cell in counts:
        _, place, kinds = cell
        if place != "ALL":
            above = PLACES.get(place, "ALL")
            parts[(len(above), above, kinds), ""].append(cell)
        for kind in kinds:
            parts[(len(place), place, tuple(other for other in kinds if other != kind)), kind[0]].append(cell)
    return [Sum(total, tuple(cells)) for (total, _), cells in parts.items()]


@settings(deadline=None, max_examples=40)
@given(st.lists(PERSONS, max_size=60))
def test_nobody_finds_a_small_count_in_any_table(persons: list[tuple[str, str, str]]) -> None:
    counts = counted(persons)
    sums = sums_of(counts)
    found = hidden_cells(counts, 5, sums)
    assert {cell for cell, count in counts.items() if count < 5} <= found
    system = []
    for one in sums:
        terms = dict.fromkeys(one.parts, 1) | {one.total: -1}
        unknown = {cell: sign for cell, sign in terms.items() if cell in found}
        if unknown:
            system.append(
                (unknown, -sum(counts[cell] * sign for cell, sign in terms.items() if cell not in found))
            )
    assert not {cell for cell in solved(system) if counts[cell] < 5}


@settings(deadline=None, max_examples=30)
@given(
    st.lists(PERSONS, max_size=80),
    st.lists(
        st.tuples(st.sampled_from("ABCDE"), st.integers(2, 4), st.lists(PERSONS, max_size=4)), max_size=5
    ),
)
def test_nobody_finds_a_small_count_in_several_releases_together(
    persons: list[tuple[str, str, str]], changes: list[tuple[str, int, list[tuple[str, str, str]]]]
) -> None:
    """One place after the other loses every second, third or fourth person and gets some new ones. Whoever looks
    keeps all that was ever shown, and knows in which counts nobody came or went from one release to the next."""
    memory = Memory()
    names: dict[Count, tuple[Count, int]] = {}  # count, and the release since which nobody in it came or went
    before: dict[Count, int] = {}
    amounts: dict[tuple[Count, int], int] = {}
    shown: set[tuple[Count, int]] = set()
    sums: list[tuple[tuple[Count, int], ...]] = []  # total, parts
    for release, (place, step, new) in enumerate([("", 1, []), *changes]):
        there = [one for one in persons if one[0] == place]
        persons = [one for one in persons if one[0] != place] + there[::step]
        persons += [(place, *kinds) for _, *kinds in new]
        counts = counted(persons)
        memory = follow(memory, counts, sums_of(counts), 5, counts)
        finest = {cell: count for cell, count in counts.items() if cell[0] == 1 and len(cell[2]) == 2}
        moved = {cell for cell, _ in finest.items() ^ before.items()}
        before = finest
        names = {
            cell: names[cell]
            if cell in names and not any(holds(cell, one) for one in moved)
            else (cell, release)
            for cell in counts
        }
        amounts |= {names[cell]: count for cell, count in counts.items()}
        hidden = {*memory.hidden()}
        assert hidden <= set(counts)
        shown |= {names[cell] for cell in counts if cell not in hidden}
        sums += [tuple(names[cell] for cell in (one.total, *one.parts) if cell) for one in sums_of(counts)]
    small = {name for name, amount in amounts.items() if amount < 5}
    assert not small & shown
    system = []
    for total, *parts in sums:
        terms = dict.fromkeys(parts, 1) | {total: -1}
        unknown = {name: sign for name, sign in terms.items() if name not in shown}
        if unknown:
            system.append(
                (unknown, -sum(amounts[name] * sign for name, sign in terms.items() if name in shown))
            )
    assert not small & solved(system)
