"""Runs the statement of an indicator and says of every figure whether it can and may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from dashboard.catalogue import Indicator, Source, load_dimensions, load_levels
from dashboard.database import Snapshot
from dashboard.organisations import Organisation, QueryRefused, organisations, unknown
from dashboard.persons import hidden_persons
from dashboard.scope import NO_DATA, OK, SUPPRESSED, Scope
from dashboard.selection import Period
from dashboard.statements import Cut, Slot, amounts_sql

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Figures:
    """The cells of a question, in order of slots, organisations, dimension values; all of one length."""

    slot_nos: npt.NDArray[np.int64]
    codes: Mapping[str, Sequence[str]]  # level or dimension key -> code in each cell
    value: Floats
    numerator: Floats
    denominator: Floats  # NaN where the indicator has none
    state: npt.NDArray[np.object_]


def slots_of(snapshot: Snapshot, stretches: Iterable[tuple[date, date]]) -> tuple[Slot, ...]:
    """First and last days as slots; stocks are taken no later than the last month with data."""
    end = Period.of_days(snapshot.last_month, snapshot.last_month).last_on
    return tuple(Slot(first_on, last_on, min(last_on, end)) for first_on, last_on in stretches)


def applied_filters(
    snapshot: Snapshot, what: Indicator, filters: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """The filters (dimension -> value) that the indicator obeys; the others leave it as it is.

    A count obeys what its records carry. A ratio obeys only the dimensions that it declares, since its
    two sides may come from different records. Raises QueryRefused for a name that is no dimension.
    """
    known = load_dimensions(snapshot)
    columns = snapshot.columns()[what.numerator.table]
    found = {}
    for key, value in filters:
        if key not in known:
            raise QueryRefused(unknown("筛选项", key, known))
        if key in what.dimensions or (what.denominator is None and known[key].column in columns):
            found[key] = value
    return found


def counted(
    snapshot: Snapshot,
    what: Indicator,
    org: Organisation,
    levels: tuple[str, ...],
    dimensions: tuple[str, ...],
    slots: tuple[Slot, ...],
    filters: Iterable[tuple[str, str]],
    scope: Scope,
) -> Figures:
    """The indicator inside `org`, cut by levels (from the top down), dimensions and slots.

    Zero-filled: every organisation of the deepest level that existed in some slot or has records, in
    every slot, with every combination of dimension values that occurs.
    """
    known, columns = load_dimensions(snapshot), snapshot.columns()
    held = applied_filters(snapshot, what, filters)
    cut = Cut(
        levels=levels,
        dimensions={key: known[key].column for key in dimensions},
        slots=slots,
        inside=(org.level, org.code) if org.level_no > 1 else None,
        held={known[key].column: value for key, value in held.items()},
    )
    amounts: tuple[dict[tuple[object, ...], float | None], ...] = ({}, {})
    for side, *cell, amount in snapshot.rows(*amounts_sql(what.sources, cut, columns)):
        amounts[side][tuple(cell)] = amount
    places, alive = _places(snapshot, org, levels, slots, amounts)
    kinds = sorted({cell[1 + len(levels) :] for side in amounts for cell in side if None not in cell})
    if not dimensions:
        kinds = [()]
    cells = [(number, *place, *kind) for number, place, kind in product(range(len(slots)), places, kinds)]
    missing = [] if what.denominator is None else _lacking(cut, columns[what.denominator.table])
    numerator, has_rows = _looked_up(amounts[0], cells, [])
    denominator, has_more = _looked_up(amounts[1], cells, missing)
    if what.denominator is None:
        denominator[:] = np.nan
        value = what.scale * numerator
    else:
        value = what.scale * numerator / np.where(denominator == 0, np.nan, denominator)
    is_known = np.array([what.is_timeless or _is_known(snapshot, slot) for slot in slots], dtype=bool)
    slot_nos = np.repeat(np.arange(len(slots)), len(places) * len(kinds))
    absent = ~is_known[slot_nos] | ~(np.repeat(alive, len(kinds)) | has_rows | has_more)
    figures = Figures(
        slot_nos=slot_nos,
        codes={
            key: [str(cell[number]) for cell in cells]
            for number, key in enumerate((*levels, *dimensions), start=1)
        },
        value=value,
        numerator=numerator,
        denominator=denominator,
        state=np.full(len(cells), OK, dtype=object),
    )
    _blank(figures, absent)
    figures.state[np.isnan(value)] = NO_DATA
    if what.persons:
        hidden = _hidden(snapshot, what, org, figures, levels, dimensions, slots, held, scope)
        _blank(figures, hidden)
        figures.state[hidden] = SUPPRESSED
    return figures


def _places(
    snapshot: Snapshot,
    org: Organisation,
    levels: tuple[str, ...],
    slots: tuple[Slot, ...],
    amounts: Sequence[Mapping[tuple[object, ...], float | None]],
) -> tuple[list[tuple[str, ...]], npt.NDArray[np.bool_]]:
    """The organisations to show as codes of each level; and for slot × organisation, did it exist."""
    if not levels:
        return [()], np.ones(len(slots), dtype=bool)
    counted_codes = {cell[len(levels)] for side in amounts for cell in side}
    first_on, last_on = min(slot.first_on for slot in slots), max(slot.last_on for slot in slots)
    shown = [
        one
        for one in organisations(snapshot).values()
        if one.level == levels[-1]
        and one.codes.get(org.level) == org.code
        and (one.code in counted_codes or one.exists_between(first_on, last_on))
    ]
    alive = [one.exists_between(slot.first_on, slot.last_on) for slot in slots for one in shown]
    return [tuple(one.codes[key] for key in levels) for one in shown], np.array(alive, dtype=bool)


def _lacking(cut: Cut, columns: Iterable[str]) -> list[int]:
    """At which places of a cell stand dimensions that the table does not have."""
    first = 1 + len(cut.levels)
    return [
        first + number for number, column in enumerate(cut.dimensions.values()) if column not in set(columns)
    ]


def _looked_up(
    amounts: Mapping[tuple[object, ...], float | None],
    cells: Sequence[tuple[object, ...]],
    missing: Sequence[int],
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The amount of each cell (0 without rows, NaN when unknown) and whether it had rows."""
    found: list[float] = []
    has_rows = []
    for cell in cells:
        key = (
            tuple(None if place in missing else code for place, code in enumerate(cell)) if missing else cell
        )
        amount = amounts.get(key, 0.0)
        found.append(np.nan if amount is None else amount)
        has_rows.append(key in amounts)
    return np.array(found, dtype=np.float64), np.array(has_rows, dtype=bool)


def _blank(figures: Figures, mask: npt.NDArray[np.bool_]) -> None:
    for column in (figures.value, figures.numerator, figures.denominator):
        column[mask] = np.nan


def _is_known(snapshot: Snapshot, slot: Slot) -> bool:
    return slot.as_of >= slot.first_on and slot.last_on >= snapshot.first_month


def _hidden(
    snapshot: Snapshot,
    what: Indicator,
    org: Organisation,
    figures: Figures,
    levels: tuple[str, ...],
    dimensions: tuple[str, ...],
    slots: tuple[Slot, ...],
    held: Mapping[str, str],
    scope: Scope,
) -> npt.NDArray[np.bool_]:
    """Which cells would give away a small number of persons."""
    threshold = scope.threshold(snapshot.settings)
    numbers = {level.key: level.number for level in load_levels(snapshot)}
    level_no = numbers[levels[-1]] if levels else org.level_no
    size = len(figures.value)
    columns = {key: [code] * size for key, code in held.items()} | dict(figures.codes)
    places = columns[levels[-1]] if levels else [org.code] * size
    mask = np.zeros(size, dtype=bool)
    for source in what.sources:
        if not source.persons:
            continue
        own = _dimensions_of(snapshot, source, {*dimensions, *held})
        hidden = hidden_persons(snapshot.whole, source, level_no, own, slots, threshold)
        if hidden:
            cells = zip(figures.slot_nos.tolist(), places, *(columns[key] for key in own), strict=True)
            mask |= np.fromiter((cell in hidden for cell in cells), dtype=bool, count=size)
    if what.denominator and what.numerator.table == what.denominator.table:
        rest = figures.denominator - figures.numerator  # a share of some persons tells the others, too
        mask |= (rest > 0) & (rest < threshold)
    return mask


def _dimensions_of(snapshot: Snapshot, source: Source, keys: set[str]) -> tuple[str, ...]:
    known, columns = load_dimensions(snapshot), snapshot.columns()[source.table]
    return tuple(sorted(key for key in keys if known[key].column in columns))
