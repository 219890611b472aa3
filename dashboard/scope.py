"""No count of persons that gives one away. (Which part of the district a viewer sees: confined.py.)"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from dashboard.guessing import Equation, determined

OK, NO_DATA, SUPPRESSED = "ok", "no_data", "suppressed"
Cell: TypeAlias = tuple[Hashable, ...]
_C = TypeVar("_C", bound=Hashable)


@dataclass(frozen=True)
class Scope:
    """`person_threshold`: raises the release's own threshold (10 for publication), never lowers it."""

    person_threshold: int = 0

    def threshold(self, settings: Mapping[str, str]) -> int:
        return max(self.person_threshold, int(settings.get("person_threshold") or 5))


WHOLE = Scope()


@dataclass(frozen=True)
class Sum(Generic[_C]):
    """Cells that add up to a total. `total` is its cell, or None when it is certainly shown.

    `rest`: how many persons of the total are in none of the parts; that number is never shown itself.
    """

    total: _C | None
    parts: tuple[_C, ...]
    rest: int = 0


def hidden_cells(
    counts: Mapping[_C, int],
    threshold: int,
    sums: Sequence[Sum[_C]] = (),
    ranks: Mapping[_C, int] | None = None,
    known: Collection[_C] = (),
    still: Collection[_C] = (),
) -> frozenset[_C]:
    """Which counts of persons must not be shown.

    First those from 1 to threshold − 1. Then, in every sum, what would give a hidden one away: the hidden
    parts of a shown total are at least two, and so many persons that each part might be threshold; of a
    hidden total a part is hidden, too. What is hidden in addition is what leaves the fewest other sums
    open, then what ranks first (by default the smallest); where no part is left, the total. Zero gives
    nobody away and stays. Repeated until nothing changes, since a cell belongs to several sums.

    `known`: counts that whoever looks has seen elsewhere, so that hiding them hides nothing. `still`: those
    that were hidden elsewhere and would tell what is hidden there.
    """
    work = _Work(counts, threshold, sums, ranks if ranks is not None else counts, known, still)
    work.settle(
        one for one in sums if one.rest or any(map(work.hidden.__contains__, (one.total, *one.parts)))
    )
    while (given_away := work.given_away()) and work.cover(given_away):
        work.settle(sums)
    return frozenset(work.hidden)


class _Work(Generic[_C]):
    """What is hidden so far."""

    def __init__(
        self,
        counts: Mapping[_C, int],
        threshold: int,
        sums: Sequence[Sum[_C]],
        ranks: Mapping[_C, int],
        known: Collection[_C],
        still: Collection[_C],
    ) -> None:
        self.counts, self.threshold, self.sums, self.ranks = counts, threshold, sums, ranks
        self.hidden = {cell for cell, count in counts.items() if 0 < count < threshold} | {*still}
        self.known = frozenset(known)
        self.of_cell: dict[_C, list[Sum[_C]]] = {}
        for one in sums:
            for cell in _cells(one):
                self.of_cell.setdefault(cell, []).append(one)

    def settle(self, sums: Iterable[Sum[_C]]) -> None:
        """Hide more until none of these sums, and none that is touched by it, gives anything away."""
        waiting = deque(sums)
        while waiting:
            one = waiting.popleft()
            if self._is_safe(one):
                continue
            shown = [cell for cell in one.parts if self._may_cover(cell)]
            if shown:
                more = min(shown, key=self._cost)
            elif one.total is not None and self._may_cover(one.total):
                more = one.total
            else:
                continue
            self.hidden.add(more)
            waiting.extend(self.of_cell[more])

    def given_away(self) -> set[_C]:
        """The small counts that can be worked out from several sums together."""
        system: list[Equation[Hashable]] = []
        for number, one in enumerate(self.sums):
            missing = self._missing(one)
            is_open = one.total is not None and one.total in self.hidden
            if not missing and not is_open:
                continue
            shown = sum(self.counts[cell] for cell in one.parts) - sum(self.counts[cell] for cell in missing)
            amount = -shown if is_open else sum(self.counts[cell] for cell in missing) + one.rest
            rest = (("rest", number),) if one.rest else ()
            system.append(Equation((*missing, *rest), one.total if is_open else None, amount))
        found = determined(system)
        return {cell for cell in self.hidden if cell in found and self.counts[cell] < self.threshold}

    def cover(self, cells: Collection[_C]) -> bool:
        """Hide one more cell, as near to these as can be; False when nothing near is left to hide."""
        reached, seen = sorted(cells, key=str), set(cells)
        while reached:
            near = [cell for known in reached for one in self.of_cell[known] for cell in _cells(one)]
            shown = [cell for cell in near if self._may_cover(cell)]
            if shown:
                self.hidden.add(min(shown, key=self._cost))
                return True
            reached = [cell for cell in dict.fromkeys(near) if cell not in seen and cell in self.hidden]
            seen.update(reached)
        return False

    def _may_cover(self, cell: _C) -> bool:
        return self.counts[cell] > 0 and cell not in self.hidden and cell not in self.known

    def _cost(self, cell: _C) -> tuple[int, int, str]:
        """First what is the only hidden part of the fewest sums."""
        opened = sum(not self._missing(one) and one.rest == 0 for one in self.of_cell[cell])
        return opened, self.ranks.get(cell, self.counts[cell]), str(cell)

    def _missing(self, one: Sum[_C]) -> list[_C]:
        return [cell for cell in one.parts if cell in self.hidden and self.counts[cell] > 0]

    def _is_safe(self, one: Sum[_C]) -> bool:
        missing = self._missing(one)
        if one.total is not None and one.total in self.hidden:
            return bool(missing or one.rest)
        if not missing:  # the rest is found by subtraction
            return one.rest == 0 or one.rest >= self.threshold
        if len(missing) + (one.rest > 0) < 2:
            return False
        # The others are one each at least: what is left for one of them must not be small, either.
        together = sum(self.counts[cell] for cell in missing) + one.rest
        return together - len(missing) + 1 >= self.threshold


def _cells(one: Sum[_C]) -> tuple[_C, ...]:
    return one.parts if one.total is None else (*one.parts, one.total)
