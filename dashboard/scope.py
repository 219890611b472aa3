"""No count of persons that gives one away. (Which part of the district a viewer sees: confined.py.)"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
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
    `remainder`: what the rest is called, where it can be told from that of other sums.
    """

    total: _C | None
    parts: tuple[_C, ...]
    rest: int = 0
    remainder: _C | None = None


@dataclass(frozen=True)
class Disclosed(Generic[_C]):
    """What whoever looks may know from elsewhere, of counts that have a number each.

    `numbers`: of the counts, and of the remainders, that are to be decided. Those that he was `shown` are known to
    everybody, and hiding them hides nothing; those that were `hidden` from him would tell what is hidden there.
    `equations`: what he knows of hidden ones, `small`: those of them that he must not find out.
    """

    numbers: Mapping[_C, int]
    shown: Collection[_C] = ()
    hidden: Collection[_C] = ()
    equations: Sequence[Equation[int]] = ()
    small: Collection[int] = ()


@dataclass(frozen=True)
class Decision(Generic[_C]):
    """`equations`: what the counts that are shown tell of the hidden ones; `is_safe`: it tells no small one."""

    hidden: frozenset[_C]
    equations: tuple[Equation[int], ...]
    is_safe: bool


def decide(
    counts: Mapping[_C, int],
    threshold: int,
    sums: Sequence[Sum[_C]] = (),
    ranks: Mapping[_C, int] | None = None,
    disclosed: Disclosed[_C] | None = None,
) -> Decision[_C]:
    """Which counts of persons must not be shown.

    First those from 1 to threshold − 1. Then, in every sum, what would give a hidden one away: the hidden
    parts of a shown total are at least two, and so many persons that each part might be threshold; of a
    hidden total a part is hidden, too. What is hidden in addition is what leaves the fewest other sums
    open, then what ranks first (by default the smallest); where no part is left, the total. Zero gives
    nobody away and stays. Repeated until nothing changes, since a cell belongs to several sums, and until
    nothing follows from all sums together, those told elsewhere included.
    """
    work = _Work(counts, threshold, sums, ranks if ranks is not None else counts, disclosed)
    work.settle(
        one for one in sums if one.rest or any(map(work.hidden.__contains__, (one.total, *one.parts)))
    )
    while (given_away := work.given_away()) and work.cover(given_away):
        work.settle(sums)
    return Decision(frozenset(work.hidden), tuple(work.equations()), not given_away)


def hidden_cells(
    counts: Mapping[_C, int],
    threshold: int,
    sums: Sequence[Sum[_C]] = (),
    ranks: Mapping[_C, int] | None = None,
) -> frozenset[_C]:
    """Which counts must not be shown where nothing else is told of them."""
    return decide(counts, threshold, sums, ranks).hidden


class _Work(Generic[_C]):
    """What is hidden so far."""

    def __init__(
        self,
        counts: Mapping[_C, int],
        threshold: int,
        sums: Sequence[Sum[_C]],
        ranks: Mapping[_C, int],
        disclosed: Disclosed[_C] | None,
    ) -> None:
        self.counts, self.threshold, self.sums, self.ranks = counts, threshold, sums, ranks
        self.disclosed = disclosed or Disclosed({cell: number for number, cell in enumerate(counts)})
        self.known = frozenset(self.disclosed.shown)
        small = {cell for cell, count in counts.items() if 0 < count < threshold}
        self.hidden = small.union(self.disclosed.hidden)
        self.small = {self.disclosed.numbers[cell] for cell in small}.union(self.disclosed.small)
        self.cells = {self.disclosed.numbers[cell]: cell for cell in counts}
        self.of_cell: dict[_C, list[Sum[_C]]] = {}
        for one in sums:
            for cell in _cells(one):
                self.of_cell.setdefault(cell, []).append(one)
        self.disclosed_of: dict[int, list[Equation[int]]] = {}
        for equation in self.disclosed.equations:
            for number in equation.unknown:
                self.disclosed_of.setdefault(number, []).append(equation)

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

    def equations(self) -> Iterator[Equation[int]]:
        """What the shown counts tell of the hidden ones. A remainder without a name is nowhere else.

        Where the parts are more than the total (who is in two of them counts once in it) nothing follows.
        """
        numbers = self.disclosed.numbers
        for unnamed, one in enumerate(self.sums, start=1):
            missing = self._missing(one)
            is_open = one.total is not None and one.total in self.hidden
            if not missing and not is_open:
                continue
            together = sum(self.counts[cell] for cell in one.parts)
            if one.total is not None and together > self.counts.get(one.total, 0):
                continue
            shown = together - sum(self.counts[cell] for cell in missing)
            amount = -shown if is_open else sum(self.counts[cell] for cell in missing) + one.rest
            unknown = [numbers[cell] for cell in missing]
            if one.rest:
                unknown.append(-unnamed if one.remainder is None else numbers[one.remainder])
            total = numbers[one.total] if is_open and one.total is not None else None
            yield Equation(tuple(unknown), total, amount)

    def given_away(self) -> set[int]:
        """The small counts that can be worked out from several sums together."""
        system: list[Equation[int]] = [*self.disclosed.equations, *self.equations()]
        found = determined(system)
        return self.small & found

    def cover(self, numbers: Collection[int]) -> bool:
        """Hide one more cell, as near to these as can be; False when nothing near is left to hide."""
        reached, seen = sorted(numbers), set(numbers)
        while reached:
            near = dict.fromkeys(other for number in reached for other in self._beside(number))
            shown = [cell for number in near if (cell := self.cells.get(number)) and self._may_cover(cell)]
            if shown:
                self.hidden.add(min(shown, key=self._cost))
                return True
            reached = [number for number in near if number not in seen and self._is_unknown(number)]
            seen.update(reached)
        return False

    def _beside(self, number: int) -> Iterator[int]:
        """What stands in a sum with it, now or elsewhere."""
        for equation in self.disclosed_of.get(number, ()):
            yield from equation.unknown
        if number in self.cells:
            for one in self.of_cell.get(self.cells[number], ()):
                yield from (self.disclosed.numbers[cell] for cell in _cells(one))

    def _is_unknown(self, number: int) -> bool:
        return number in self.disclosed_of or self.cells.get(number) in self.hidden

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
