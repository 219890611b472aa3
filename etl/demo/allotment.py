"""Dividing whole things by weight, exactly, and drawing days."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

Kind = TypeVar("Kind")


def divide(total: int, weights: Sequence[float], minimum: int = 0) -> list[int]:
    """Split `total` into whole parts proportional to `weights` (largest remainder).

    Every part is at least `minimum` as far as `total` reaches; the parts always sum to `total`.
    """
    if not weights:
        return []
    floor = min(minimum, total // len(weights))
    rest = total - floor * len(weights)
    whole = sum(weights) or 1.0
    exact = [rest * weight / whole for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: rest - sum(parts)]:
        parts[i] += 1
    return [floor + part for part in parts]


def deal(rng: Random, count: int, proportions: Mapping[Kind, float]) -> list[Kind]:
    """Shuffle `count` cards whose kinds occur in the given proportions."""
    kinds = list(proportions)
    hand = [
        kind
        for kind, n in zip(kinds, divide(count, list(proportions.values())), strict=True)
        for _ in range(n)
    ]
    rng.shuffle(hand)
    return hand


def scaled(base: int, committee_count: int, at_least: int = 1) -> int:
    """A number that suits 35 committees, for a district of another size."""
    return max(at_least, round(base * committee_count / 35))


def draw_day(rng: Random, first: date, last: date, inner: bool = False) -> date:
    """A day between `first` and `last`, both included; `inner`: see `off_month_ends`."""
    day = first + timedelta(days=rng.randint(0, max(0, (last - first).days)))
    return off_month_ends(day) if inner else day


def off_month_ends(day: date) -> date:
    """The same day, moved off the first and the last day of its month.

    Whether something that ends on the last day of a quarter still counts for that quarter is a
    matter of definition; the demo's totals must not hang on it.
    """
    if day.day == 1:
        return day + timedelta(days=1)
    if (day + timedelta(days=1)).day == 1:
        return day - timedelta(days=1)
    return day


def draw_weekday(rng: Random, first: date, last: date) -> date:
    """A day between `first` and `last`, preferably a working day."""
    day = draw_day(rng, first, last)
    for _ in range(6):
        if day.weekday() < 5:
            return day
        day = draw_day(rng, first, last)
    return day
