"""Which counts of persons a release must not show, worked out over everything that can be asked of it.

A cell's fate may not depend on how it is asked for, and what one table hides another one must not give
away. So all that can be had of a population at one time (every level, every combination of categories,
and the shares of it) is decided together and kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from threading import Lock

from dashboard.catalogue import Source, load_dimensions, load_levels, table_columns, table_print
from dashboard.database import Snapshot, SnapshotError, open_apart, open_snapshot
from dashboard.organisations import organisations
from dashboard.scope import Cell, Sum, hidden_cells
from dashboard.selection import Period
from dashboard.statements import Cut, Slot, amounts_sql

_LOOK_BACK = 2  # earlier releases with other rows whose figures may still be in somebody's hands
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
    decided = _decided(snapshot, population.base, slots, threshold)
    keys = tuple(sorted({*dimensions, *population.held}))
    found = set()
    for number, slot in enumerate(slots):
        for org, *values in decided[slot].get((level_no, keys), ()):
            kinds = dict(zip(keys, values, strict=True))
            if all(kinds[key] == value for key, value in population.held.items()):
                found.add((number, org, *(kinds[key] for key in dimensions)))
    return frozenset(found)


def _population(snapshot: Snapshot, source: Source) -> _Population:
    """A condition that only holds a dimension at a value is a category of the population without it."""
    columns = {
        dimension.column: key
        for key, dimension in load_dimensions(snapshot).items()
        if dimension.column in table_columns(snapshot)[source.table]
    }
    condition = _HELD.fullmatch(source.where)
    if condition is None or condition[1] not in columns:
        return _Population(source, {})
    return _Population(replace(source, where=""), {columns[condition[1]]: condition[2]})


_Count = tuple[int, str, tuple[tuple[str, str], ...]]  # level number, organisation, dimensions at values
_Table = tuple[int, tuple[str, ...]]  # level number, dimensions
_Decided = dict[Slot, Mapping[_Table, frozenset[Cell]]]


def _decided(snapshot: Snapshot, base: Source, slots: Sequence[Slot], threshold: int) -> _Decided:
    """Table -> its hidden cells (organisation code, values), for each of the slots at least."""

    def nothing_yet() -> _Decided:
        return {}

    decided = snapshot.hold(("hidden by table", base, threshold), nothing_yet)
    missing = [slot for slot in slots if slot not in decided]
    hidden = _hidden(snapshot, base, missing, threshold, _LOOK_BACK)
    decided.update({slot: _by_table(hidden[slot]) for slot in missing})
    return decided


_Hidden = dict[Slot, frozenset[_Count]]


def _hidden(
    snapshot: Snapshot, base: Source, slots: Sequence[Slot], threshold: int, look_back: int
) -> _Hidden:
    """Which counts are hidden, for each of the slots at least.

    What an earlier release showed of a count that is still the same, everybody may know; what it hid, he would
    be told by seeing it now.
    """

    def nothing_yet() -> _Hidden:
        return {}

    found = snapshot.hold(("hidden", base, threshold, look_back), nothing_yet)
    if all(slot in found for slot in slots):
        return found
    # After a release all ask at once: one works it out, the others wait for it. Whoever holds the lock of a
    # release waits for those of earlier ones only.
    with snapshot.hold(("deciding", base), Lock):
        missing = tuple(dict.fromkeys(slot for slot in slots if slot not in found))
        if not missing:
            return found
        others = _earlier(snapshot, base.table, look_back)
        counts = _counts(snapshot, base, missing)
        before = [_counts(other, base, missing) for other in others]
        # Where nothing changed there is nothing to decide; most months are over.
        settled = [slot for slot in missing if before and before[0][slot] == counts[slot]]
        if settled:
            there = _hidden(others[0], base, settled, threshold, look_back - 1)
            found.update({slot: there[slot] for slot in settled})
        changed = [slot for slot in missing if slot not in found]
        hidden = [
            _hidden(other, base, changed, threshold, look_back - number)
            for number, other in enumerate(others, start=1)
        ]
        for slot in changed:
            known: set[_Count] = set()
            still: set[_Count] = set()
            for earlier, away in zip(before, hidden, strict=True):
                same = {cell for cell, count in earlier[slot].items() if counts[slot].get(cell) == count}
                known |= same - away[slot]
                still |= same & away[slot]
            ranks = snapshot.hold(("ranks", base), lambda: _ranks(snapshot, base))
            sums = _sums(snapshot, counts[slot])
            found[slot] = hidden_cells(counts[slot], threshold, sums, ranks, known, still - known)
    return found


def _earlier(snapshot: Snapshot, table: str, most: int) -> list[Snapshot]:
    """The last releases before this one that are kept and in which the table has other rows, newest first.

    Their paths are held, not they: each would hold those before it, and none would ever be closed.
    """

    def look() -> list[Path]:
        seen, others = {table_print(snapshot, table)}, list[Path]()
        for file in snapshot.published_before():
            try:
                other = open_apart(file)
            except SnapshotError:  # of another format: nobody can look at it, either
                continue
            if table in table_columns(other) and (own := table_print(other, table)) not in seen:
                seen.add(own)
                others.append(file)
            if len(others) == _LOOK_BACK:
                break
        return others

    found = []
    for file in snapshot.hold(("earlier", table), look)[:most]:
        with suppress(SnapshotError):  # pruned since: nobody can look at it any more
            found.append(open_snapshot(file))
    return found


def _by_table(hidden: Iterable[_Count]) -> Mapping[_Table, frozenset[Cell]]:
    found: dict[_Table, set[Cell]] = {}
    for level_no, org, kinds in hidden:
        keys = tuple(key for key, _ in kinds)
        values = tuple(value for _, value in kinds)
        found.setdefault((level_no, keys), set()).add((org, *values))
    return {table: frozenset(cells) for table, cells in found.items()}


def _ranks(snapshot: Snapshot, base: Source) -> Mapping[_Count, int]:
    """What is hidden beside a small count is chosen by its size in the last month, and that only roughly: the
    same one in every period and, mostly, in the next release. Otherwise what one of them hides and another
    one shows would give the small count away.
    """
    last = Period.of_days(snapshot.last_month, snapshot.last_month)
    slot = Slot(last.first_on, last.last_on, last.last_on)
    return {cell: count.bit_length() // 2 for cell, count in _counts(snapshot, base, (slot,))[slot].items()}


def _counts(snapshot: Snapshot, base: Source, slots: Sequence[Slot]) -> Mapping[Slot, Mapping[_Count, int]]:
    """Every cell (level number, organisation code, ((dimension, value), …)) with persons in it, by slot.

    Held, because the next two releases are compared with it.
    """

    def nothing_yet() -> dict[Slot, dict[_Count, int]]:
        return {}

    known = snapshot.hold(("counts", base), nothing_yet)
    if missing := [slot for slot in slots if slot not in known]:
        known.update(_counted(snapshot, base, missing))
    return {slot: known[slot] for slot in slots}


def _counted(snapshot: Snapshot, base: Source, slots: Sequence[Slot]) -> dict[Slot, dict[_Count, int]]:
    columns = table_columns(snapshot)
    known = {
        key: dimension.column
        for key, dimension in sorted(load_dimensions(snapshot).items())
        if dimension.column in columns[base.table]
    }
    found: dict[Slot, dict[_Count, int]] = {slot: {} for slot in slots}
    for level in load_levels(snapshot):
        for size in range(len(known) + 1):
            for keys in combinations(known, size):
                cut = Cut((level.key,), {key: known[key] for key in keys}, tuple(slots))
                for _, number, org, *values, amount in snapshot.rows(*amounts_sql([base], cut, columns)):
                    if org is not None and amount:
                        kinds = tuple(zip(keys, values, strict=True))
                        found[slots[number]][level.number, org, kinds] = int(amount)
    return found


def _sums(snapshot: Snapshot, counts: Mapping[_Count, int]) -> list[Sum[_Count]]:
    """What adds up to what: organisations to the one above them, the values of a dimension to all of it."""
    everyone = organisations(snapshot)
    parts: dict[tuple[_Count, str], list[_Count]] = {}
    for cell in counts:
        level_no, org, kinds = cell
        if level_no > 1:
            above = (level_no - 1, everyone[org].parent, kinds)
            parts.setdefault((above, ""), []).append(cell)
        for kind in kinds:
            others = tuple(other for other in kinds if other != kind)
            parts.setdefault(((level_no, org, others), kind[0]), []).append(cell)
    return [
        Sum(total, tuple(cells), max(0, counts.get(total, 0) - sum(counts[cell] for cell in cells)))
        for (total, _), cells in parts.items()
    ]
