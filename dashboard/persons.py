"""Which counts of persons a release must not show, worked out over everything that can be asked of it.

A cell's fate may not depend on how it is asked for, and what one table hides another one must not give
away. So all that can be had of a population on one day (every level, every combination of categories,
and the shares of it) is decided together. Nor may two releases give away together what neither shows: what is
written down of a release beside it was decided after what those before it told (disclosed.py). Where nothing is
written down there was none before it, and it is decided when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from threading import Lock
from typing import TypeAlias

from dashboard import disclosed
from dashboard.catalogue import Source, load_catalogue, load_dimensions, load_levels
from dashboard.database import Snapshot
from dashboard.disclosed import Count, Memory
from dashboard.organisations import organisations
from dashboard.scope import WHOLE, Cell, Sum
from dashboard.selection import Period
from dashboard.statements import Cut, Slot, amounts_sql

_ALWAYS = date.min  # the day of what is counted without time
_HELD = re.compile(r"s\.(\w+) = '([^']*)'")


@dataclass(frozen=True)
class _Population:
    """Whom a source counts: all that its table has, perhaps held at values of some dimensions."""

    base: Source
    held: Mapping[str, str]  # dimension -> value


def hidden_persons(
    snapshot: Snapshot,
    source: Source,
    level_no: int,
    dimensions: tuple[str, ...],
    slots: tuple[Slot, ...],
    threshold: int,
) -> frozenset[Cell]:
    """The hidden cells (slot number, organisation code, value of each dimension) of one level."""
    population = _population(snapshot, source)
    days = [_day(population.base, slot) for slot in slots]
    decided = _decided(snapshot, population.base, days, threshold)
    keys = tuple(sorted({*dimensions, *population.held}))
    found = set()
    for number, day in enumerate(days):
        for org, *values in decided[day].get((level_no, keys), ()):
            kinds = dict(zip(keys, values, strict=True))
            if all(kinds[key] == value for key, value in population.held.items()):
                found.add((number, org, *(kinds[key] for key in dimensions)))
    return frozenset(found)


def disclose(snapshot: Snapshot, before: Mapping[disclosed.About, Memory]) -> dict[disclosed.About, Memory]:
    """All that anybody may know once a release is served, who knows what was told before.

    Every month of every source: seconds for the first release, later ones mostly have what is known. What an
    earlier one had of other days is kept, since a later one may have them again.
    """
    found = {about: Memory(memory.counts, {}, memory.equations) for about, memory in before.items()}
    for base in _bases(snapshot):
        decider = _Decider(snapshot, base, threshold(snapshot))
        days = _days(snapshot) if base.time == "stock" else [_ALWAYS]
        for day, counts in _counts(snapshot, base, days).items():
            about = _name(base), day
            found[about] = decider.follow(before.get(about, Memory()), counts)
    return found


def _bases(snapshot: Snapshot) -> list[Source]:
    """The populations that are counted at all."""
    sources = [source for what in load_catalogue(snapshot).values() for source in what.sources]
    return list(dict.fromkeys(_population(snapshot, source).base for source in sources if source.persons))


def _population(snapshot: Snapshot, source: Source) -> _Population:
    """A condition that only holds a dimension at a value is a category of the population without it."""
    columns = {
        dimension.column: key
        for key, dimension in load_dimensions(snapshot).items()
        if dimension.column in snapshot.columns()[source.table]
    }
    condition = _HELD.fullmatch(source.where)
    if condition is None or condition[1] not in columns:
        return _Population(source, {})
    return _Population(replace(source, where=""), {columns[condition[1]]: condition[2]})


def threshold(snapshot: Snapshot) -> int:
    """At which what everybody sees is decided."""
    return WHOLE.threshold(snapshot.settings)


def _name(base: Source) -> str:
    """What a population is called in what is written down."""
    return f"{base.table}: {base.sql}" + (f" where {base.where}" if base.where else "")


def _days(snapshot: Snapshot) -> list[date]:
    """The last day of every month with data."""
    window = Period.of_days(snapshot.first_month, snapshot.last_month)
    return [month.last_on for month in window.months()]


def _day(base: Source, slot: Slot) -> date:
    """The day on which a slot counts persons: a month, its quarter and its year end with the same ones."""
    return slot.as_of if base.time == "stock" else _ALWAYS


_Table: TypeAlias = tuple[int, tuple[str, ...]]  # level number, dimensions
_Tables: TypeAlias = Mapping[_Table, frozenset[Cell]]


def _decided(
    snapshot: Snapshot, base: Source, days: Sequence[date], threshold: int
) -> Mapping[date, _Tables]:
    """Table -> its hidden cells (organisation code, values), for each of the days at least."""

    def nothing_yet() -> dict[date, _Tables]:
        return {}

    decided = snapshot.hold(("hidden", base, threshold), nothing_yet)
    if all(day in decided for day in days):
        return decided
    # After a release all ask for the same at once: one works it out, the others wait for it.
    with snapshot.hold(("deciding", base, threshold), Lock):
        if not decided:
            written = disclosed.hidden(snapshot.path, _name(base), threshold)
            decided.update({day: _by_table(cells) for day, cells in written.items()})
        missing = [day for day in dict.fromkeys(days) if day not in decided]
        if missing:
            decider = _Decider(snapshot, base, threshold)
            for day, counts in _counts(snapshot, base, missing).items():
                decided[day] = _by_table(decider.follow(Memory(), counts).hidden())
    return decided


def _by_table(hidden: Iterable[Count]) -> _Tables:
    found: dict[_Table, set[Cell]] = {}
    for level_no, org, kinds in hidden:
        keys = tuple(key for key, _ in kinds)
        values = tuple(value for _, value in kinds)
        found.setdefault((level_no, keys), set()).add((org, *values))
    return {table: frozenset(cells) for table, cells in found.items()}


class _Decider:
    """Decides one population day by day.

    What is hidden beside a small count is chosen by its size in the last month, and that only roughly: the
    same one in every period and, mostly, in the next release. Otherwise what one of them hides and another
    one shows would give the small count away.
    """

    def __init__(self, snapshot: Snapshot, base: Source, threshold: int) -> None:
        self.snapshot, self.threshold = snapshot, threshold
        (last,) = _counts(snapshot, base, _days(snapshot)[-1:]).values()
        self.ranks = {cell: count.bit_length() // 2 for cell, count in last.items()}

    def follow(self, memory: Memory, counts: Mapping[Count, int]) -> Memory:
        """What is known of one day after these counts, too, are told as far as they may be."""
        if memory.is_all(counts):
            return memory
        sums = _sums(self.snapshot, counts)
        return disclosed.follow(memory, counts, sums, self.threshold, self.ranks)


def _counts(snapshot: Snapshot, base: Source, days: Sequence[date]) -> dict[date, dict[Count, int]]:
    """Every cell with persons in it, by day."""
    columns = snapshot.columns()
    known = {
        key: dimension.column
        for key, dimension in sorted(load_dimensions(snapshot).items())
        if dimension.column in columns[base.table]
    }
    slots = tuple(Slot(day, day, day) for day in days)
    found: dict[date, dict[Count, int]] = {day: {} for day in days}
    for level in load_levels(snapshot):
        for size in range(len(known) + 1):
            for keys in combinations(known, size):
                cut = Cut((level.key,), {key: known[key] for key in keys}, slots)
                for _, number, org, *values, amount in snapshot.rows(*amounts_sql([base], cut, columns)):
                    if org is not None and amount:
                        kinds = tuple(zip(keys, values, strict=True))
                        found[days[number]][level.number, org, kinds] = int(amount)
    # In one order, however they were asked for: it has a say in what is hidden.
    return {day: dict(sorted(counts.items())) for day, counts in found.items()}


def _sums(snapshot: Snapshot, counts: Mapping[Count, int]) -> list[Sum[Count]]:
    """What adds up to what: organisations to the one above them, the values of a dimension to all of it."""
    everyone = organisations(snapshot)
    parts: dict[tuple[Count, str], list[Count]] = {}
    for cell in counts:
        level_no, org, kinds = cell
        if level_no > 1:
            above = (level_no - 1, everyone[org].parent, kinds)
            parts.setdefault((above, ""), []).append(cell)
        for kind in kinds:
            others = tuple(other for other in kinds if other != kind)
            parts.setdefault(((level_no, org, others), kind[0]), []).append(cell)
    return [
        Sum(
            total,
            tuple(cells),
            max(0, counts.get(total, 0) - sum(counts[cell] for cell in cells)),
            disclosed.rest(total, dimension),
        )
        for (total, dimension), cells in parts.items()
    ]
