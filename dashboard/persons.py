"""Which counts of persons a release must not show, worked out over the whole hierarchy.

A cell's fate may not depend on how it is asked for: a community that is hidden among its neighbours is
hidden on its own page, too. So the decision is made on whole levels, from the top down, and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from dashboard.catalogue import Source, load_dimensions, load_levels, table_columns
from dashboard.database import Snapshot
from dashboard.organisations import organisations
from dashboard.scope import Cell, Family, hidden_cells
from dashboard.statements import Cut, Slot, amounts_sql


def hidden_persons(
    snapshot: Snapshot,
    source: Source,
    level_no: int,
    dimensions: tuple[str, ...],
    slots: tuple[Slot, ...],
    threshold: int,
) -> frozenset[Cell]:
    """The hidden cells (slot number, organisation code, value of each dimension) of one level.

    A cell belongs to the total of its parent organisation and, for each dimension, to the total over
    that dimension's values.
    """

    def decide() -> frozenset[Cell]:
        def upper(number: int, kept: tuple[str, ...]) -> frozenset[Cell]:
            return hidden_persons(snapshot, source, number, kept, slots, threshold)

        families = []
        if level_no > 1:
            families.append(Family(_parent_of(snapshot), upper(level_no - 1, dimensions)))
        for place, dimension in enumerate(dimensions, start=2):
            others = tuple(other for other in dimensions if other != dimension)
            families.append(Family(_without(place), upper(level_no, others)))
        return hidden_cells(_counts(snapshot, source, level_no, dimensions, slots), threshold, families)

    return snapshot.keep(("hidden", source, level_no, dimensions, slots, threshold), decide)


def _counts(
    snapshot: Snapshot, source: Source, level_no: int, dimensions: tuple[str, ...], slots: tuple[Slot, ...]
) -> dict[Cell, int]:
    known = load_dimensions(snapshot)
    level = load_levels(snapshot)[level_no - 1].key
    cut = Cut((level,), {key: known[key].column for key in dimensions}, slots)
    rows = snapshot.rows(*amounts_sql([source], cut, table_columns(snapshot)))
    return {cell: int(amount or 0) for _, *key, amount in rows if (cell := tuple(key))[1] is not None}


def _parent_of(snapshot: Snapshot) -> Callable[[Cell], Cell]:
    everyone = organisations(snapshot)
    return lambda cell: (cell[0], everyone[cast(str, cell[1])].parent, *cell[2:])


def _without(place: int) -> Callable[[Cell], Cell]:
    return lambda cell: cell[:place] + cell[place + 1 :]
