"""No count of persons that gives one away. (Which part of the district a viewer sees: confined.py.)"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

OK, NO_DATA, SUPPRESSED = "ok", "no_data", "suppressed"
Cell: TypeAlias = tuple[Hashable, ...]


@dataclass(frozen=True)
class Scope:
    """`person_threshold`: raises the release's own threshold (10 for publication), never lowers it."""

    person_threshold: int = 0

    def threshold(self, settings: Mapping[str, str]) -> int:
        return max(self.person_threshold, int(settings.get("person_threshold") or 5))


WHOLE = Scope()


@dataclass(frozen=True)
class Family:
    """Cells that add up to a total which is shown elsewhere. `total_of` names that total's cell."""

    total_of: Callable[[Cell], Cell]
    hidden_totals: Collection[Cell]  # totals that are not shown


def hidden_cells(
    counts: Mapping[Cell, int], threshold: int, families: Sequence[Family] = ()
) -> frozenset[Cell]:
    """Which counts of persons must not be shown.

    First those from 1 to threshold − 1. Then, in every family, the next smallest count as long as what
    is hidden could be found by subtraction: the hidden parts of a shown total when they are only one or
    together below the threshold, or a hidden total whose parts are all shown. Zero gives nobody away
    and stays. Repeated until nothing changes, since a cell can belong to several families.
    """
    hidden = {cell for cell, count in counts.items() if 0 < count < threshold}
    grouped = [_grouped(counts, family) for family in families]
    while True:
        before = len(hidden)
        for family, groups in zip(families, grouped, strict=True):
            for total, cells in groups.items():
                missing = [counts[cell] for cell in cells if cell in hidden]
                if total in family.hidden_totals:
                    safe = bool(missing)
                else:
                    safe = not missing or (len(missing) > 1 and sum(missing) >= threshold)
                shown = [cell for cell in cells if cell not in hidden]
                if shown and not safe:
                    hidden.add(min(shown, key=lambda cell: (counts[cell], str(cell))))
        if len(hidden) == before:
            return frozenset(hidden)


def _grouped(counts: Mapping[Cell, int], family: Family) -> dict[Cell, list[Cell]]:
    groups: dict[Cell, list[Cell]] = {}
    for cell, count in counts.items():
        if count > 0:
            groups.setdefault(family.total_of(cell), []).append(cell)
    return groups
