"""What follows from sums: whole numbers from one on that linear equations leave no choice."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

import numpy as np

C = TypeVar("C", bound=Hashable)
Equation: TypeAlias = tuple[Mapping[C, int], int]  # unknown -> its sign, and what they come to


def solved(system: Sequence[Equation[C]]) -> set[C]:
    """The unknowns that can have one value only."""
    unknown = list(dict.fromkeys(cell for terms, _ in system for cell in terms))
    return {*_fixed(system, unknown), *_narrowed(system, unknown)}


def _fixed(system: Sequence[Equation[C]], unknown: Sequence[C]) -> Iterator[C]:
    """By linear algebra."""
    place = {cell: number for number, cell in enumerate(unknown)}
    matrix = np.zeros((len(system), len(unknown)))
    for row, (terms, _) in enumerate(system):
        for cell, sign in terms.items():
            matrix[row, place[cell]] = sign
    _, sizes, directions = np.linalg.svd(matrix)
    free = directions[int((sizes > 1e-9).sum()) :]  # along these the unknown can move
    fixed = np.abs(free).max(axis=0, initial=0.0) < 1e-9
    yield from (cell for cell, is_fixed in zip(unknown, fixed, strict=True) if is_fixed)


def _narrowed(system: Sequence[Equation[C]], unknown: Sequence[C]) -> Iterator[C]:
    """Whole numbers from one on, narrowed by each sum until nothing moves."""
    low, high = dict.fromkeys(unknown, 1.0), dict.fromkeys(unknown, np.inf)
    moved = True
    while moved:
        moved = False
        for terms, side in system:
            for cell, sign in terms.items():
                others = [(other, sign * factor) for other, factor in terms.items() if other != cell]
                least = sign * side - sum(f * (high[o] if f > 0 else low[o]) for o, f in others)
                most = sign * side - sum(f * (low[o] if f > 0 else high[o]) for o, f in others)
                if least > low[cell] or most < high[cell]:
                    low[cell], high[cell] = max(low[cell], least), min(high[cell], most)
                    moved = True
    yield from (cell for cell in unknown if low[cell] == high[cell])
