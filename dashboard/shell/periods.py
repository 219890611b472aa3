"""The periods that the selection bar offers: years, quarters and months of the data, or all of it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from dashboard.selection import Period

Kind: TypeAlias = Literal["year", "quarter", "month", "all"]
KINDS: dict[Kind, str] = {"year": "年", "quarter": "季", "month": "月", "all": "全部"}


def kind_of(period: Period, window: Period) -> Kind:
    """How the bar shows a period. A window of a single year is that year, not everything."""
    whole = (period.first_on, period.last_on) == (window.first_on, window.last_on)
    return "all" if whole and window.month_count > 12 else period.grain


def choices(kind: Kind, window: Period) -> list[Period]:
    """Every period of a kind that the data touches, the latest first."""
    if kind == "all":
        return [window]
    parts = {"year": window.years, "quarter": window.quarters, "month": window.months}[kind]()
    return parts[::-1]


def switch(kind: Kind, period: Period, window: Period) -> Period:
    """The period of another kind that stays nearest to the chosen one: the latest that ends within it,
    else the one that contains its end."""
    offered = choices(kind, window)
    last_on = min(period.last_on, window.last_on)
    within = [part for part in offered if period.first_on <= part.first_on and part.last_on <= last_on]
    around = [part for part in offered if part.first_on <= last_on <= part.last_on]
    return (within or around or offered)[0]


def default(window: Period) -> Period:
    """The last year of the data."""
    return window.years()[-1]
