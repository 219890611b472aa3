"""What anybody can work out from sums whose parts are partly unknown: whole numbers from one on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf
from typing import Generic, TypeVar

_C = TypeVar("_C", bound=Hashable)
_PRIME = (1 << 31) - 1
_PASSES = 10  # of narrowing; each goes one sum further


@dataclass(frozen=True)
class Equation(Generic[_C]):
    """The unknown `parts` come to `amount`; where the total is unknown, too, to so much more than it."""

    parts: tuple[_C, ...]
    total: _C | None
    amount: int

    @property
    def unknown(self) -> tuple[_C, ...]:
        return self.parts if self.total is None else (*self.parts, self.total)


def determined(system: Sequence[Equation[_C]]) -> set[_C]:
    """The unknowns of which there can be one value only."""
    same = _same(system)
    merged = list(
        dict.fromkeys(
            Equation(
                tuple(sorted((same[cell] for cell in one.parts), key=str)),
                None if one.total is None else same[one.total],
                one.amount,
            )
            for one in system
            if not _says_same(one)
        )
    )
    found = _by_elimination(merged) | _by_narrowing(merged)
    return {cell for cell, first in same.items() if first in found}


def _says_same(one: Equation[_C]) -> bool:
    return len(one.parts) == 1 and one.total is not None and one.amount == 0


def _same(system: Sequence[Equation[_C]]) -> dict[_C, _C]:
    """One unknown for all that are equal: a community's only unit of a kind is all of that kind there."""
    first: dict[_C, _C] = {cell: cell for one in system for cell in one.unknown}

    def root(cell: _C) -> _C:
        while first[cell] != cell:
            first[cell] = cell = first[first[cell]]
        return cell

    for one in system:
        if _says_same(one) and one.total is not None:
            first[root(one.parts[0])] = root(one.total)
    return {cell: root(cell) for cell in first}


def _by_elimination(system: Sequence[Equation[_C]]) -> set[_C]:
    """Gauss and Jordan, exactly, modulo a large prime; the shortest rows first, which keeps them short.

    An unknown is determined when a row is left that holds nothing else.
    """
    rows: list[dict[_C, int]] = []
    holding: dict[_C, set[int]] = {}
    for number, one in enumerate(system):
        rows.append(dict.fromkeys(one.parts, 1) | ({} if one.total is None else {one.total: _PRIME - 1}))
        for cell in rows[number]:
            holding.setdefault(cell, set()).add(number)
    waiting = [(len(row), number) for number, row in enumerate(rows)]
    heapify(waiting)
    used: set[int] = set()
    while waiting:
        size, number = heappop(waiting)
        row = rows[number]
        if number in used or not row:
            continue
        if size != len(row):
            heappush(waiting, (len(row), number))
            continue
        used.add(number)
        pivot = min(row, key=lambda cell: len(holding[cell]))
        inverse = pow(row[pivot], -1, _PRIME)
        for other in list(holding[pivot]):
            if other != number:
                _subtract(rows[other], row, rows[other][pivot] * inverse % _PRIME, other, holding)
                if other not in used and rows[other]:
                    heappush(waiting, (len(rows[other]), other))
    return {cell for row in rows if len(row) == 1 for cell in row}


def _subtract(
    row: dict[_C, int], other: Mapping[_C, int], factor: int, number: int, holding: Mapping[_C, set[int]]
) -> None:
    for cell, value in other.items():
        left = (row.get(cell, 0) - factor * value) % _PRIME
        if left:
            row[cell] = left
            holding[cell].add(number)
        elif cell in row:
            del row[cell]
            holding[cell].discard(number)


def _by_narrowing(system: Sequence[Equation[_C]]) -> set[_C]:
    """Each unknown is at least one; what that says of the others of its sums, again and again."""
    of_cell: dict[_C, list[int]] = {}
    for number, one in enumerate(system):
        for cell in one.unknown:
            of_cell.setdefault(cell, []).append(number)
    low: dict[_C, float] = dict.fromkeys(of_cell, 1)
    high: dict[_C, float] = dict.fromkeys(of_cell, inf)
    is_due = [True] * len(system)  # something that it holds was narrowed since it was last looked at

    def narrow(cell: _C, least: float, most: float) -> None:
        if least > low[cell] or most < high[cell]:
            low[cell], high[cell] = max(low[cell], least), min(high[cell], most)
            for number in of_cell[cell]:
                is_due[number] = True

    for _ in range(_PASSES):
        if True not in is_due:
            break
        for number, one in enumerate(system):
            if not is_due[number]:
                continue
            is_due[number] = False
            least = sum(map(low.__getitem__, one.parts)) - one.amount
            most = sum(map(high.__getitem__, one.parts)) - one.amount
            if one.total is not None:
                narrow(one.total, least, most)
            floor, ceiling = (0, 0) if one.total is None else (low[one.total], high[one.total])
            for cell in one.parts:
                most_of_others = most - high[cell] if most < inf else inf
                narrow(cell, floor - most_of_others, ceiling - (least - low[cell]))
    return {cell for cell in of_cell if low[cell] == high[cell]}
