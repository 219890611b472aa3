"""What a further ledger of the demo is made of: entries, each of which says what was known of it on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from etl.demo.activities import Activity
from etl.demo.district import District
from etl.demo.names import NameBook
from etl.demo.points import LiaisonPoint
from etl.demo.sheets import Row, Value
from etl.demo.units import Unit


@dataclass(frozen=True)
class World:
    """What the demo has made up already; mappings are by the committee's code."""

    district: District
    window: tuple[date, date]
    known_until: Mapping[str, date]  # the last day of which the committee's workbooks can tell
    zeal: Mapping[str, float]
    units: Mapping[str, tuple[Unit, ...]]
    activities: Mapping[str, tuple[Activity, ...]]
    points: Mapping[str, tuple[LiaisonPoint, ...]]
    names: NameBook


@dataclass(frozen=True)
class Entry:
    """One line of a ledger. `values(day)`: its columns as a ledger of that day states them.

    `fault`: the code of the mistake that the line holds on purpose.
    """

    known_from: date
    values: Callable[[date], dict[str, Value]]
    fault: str | None = None


@dataclass(frozen=True)
class Book:
    """One dataset's demo. `make` gives the entries of each committee, in the order of the ledger."""

    dataset: str
    sheet: str  # the sheet's name
    title: str
    note: str
    make: Callable[[World, Random], Mapping[str, Sequence[Entry]]]
    widths: Mapping[str, int] = field(default_factory=dict)  # column -> characters
    summed: tuple[str, ...] = ()  # columns that the total row adds up


def rows_on(entries: Sequence[Entry], known_on: date) -> tuple[Row, ...]:
    """The ledger as it stands on a day."""
    return tuple(
        Row(entry.values(known_on), entry.fault) for entry in entries if entry.known_from <= known_on
    )
