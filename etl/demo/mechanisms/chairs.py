"""轮值主席: a unit a month, mostly in fair turn; a few committees favour somebody or skip months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from etl.demo.allotment import deal
from etl.demo.district import Committee
from etl.demo.mechanisms import agenda
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.units import Unit

_AHEAD = 3  # months that a committee that plans ahead lists beyond the last one


@dataclass(frozen=True)
class _Manner:
    """How a committee hands its chair on."""

    gap: float  # chance that a month has no chair
    favours: bool  # always the same few units
    plans_ahead: bool


def _chairs(world: World, rng: Random) -> Mapping[str, Sequence[Entry]]:
    committees = world.district.committees
    manners = deal(rng, len(committees), {"fair": 0.74, "favours": 0.13, "gaps": 0.13})
    ahead = deal(rng, len(committees), {True: 0.6, False: 0.4})
    found = {}
    for committee, kind, plans_ahead in zip(committees, manners, ahead, strict=True):
        manner = _Manner(0.2 if kind == "gaps" else 0.008, kind == "favours", plans_ahead)
        own = Random(f"{rng.random()}/{committee.code}")
        found[committee.code] = list(_turns(world, committee, manner, own))
    return found


def _turns(world: World, committee: Committee, manner: _Manner, rng: Random) -> Iterator[Entry]:
    units = world.units[committee.code]
    known_until = world.known_until[committee.code]
    last_turn: dict[str, date] = {}
    month = max(world.window[0], _first_of_next(committee.valid_from - timedelta(days=1)))
    end = known_until
    for _ in range(_AHEAD if manner.plans_ahead else 0):
        end = _month_after(end)
    while month <= end and committee.exists_on(month):
        able = [unit for unit in units if _may_chair(unit, month, known_until)]
        if able and rng.random() >= manner.gap:
            unit = _next(able, last_turn, manner, rng)
            last_turn[unit.name] = month
            yield _entry(month, unit.name, manner, rng)
        month = _first_of_next(month)


def _may_chair(unit: Unit, month: date, known_until: date) -> bool:
    """Under agreement all through the month; of a month to come, as far as the agreement runs today."""
    ends_on = unit.ends_on(known_until)
    lasts = month <= known_until or ends_on is None or ends_on >= _month_end(month)
    return unit.signed_on < month and unit.under_agreement(month) and lasts


def _next(able: Sequence[Unit], last_turn: Mapping[str, date], manner: _Manner, rng: Random) -> Unit:
    """Whoever has waited longest; where somebody is favoured, mostly one of the first few on the list."""
    if manner.favours:
        half = max(1, len(able) // 2)
        return rng.choice(able[:half] if rng.random() < 0.94 else able)
    if rng.random() < 0.06:  # now and then units swap
        return rng.choice(able)
    return min(able, key=lambda unit: (last_turn.get(unit.name, date.min), unit.signed_on, unit.name))


def _entry(month: date, unit_name: str, manner: _Manner, rng: Random) -> Entry:
    theme = rng.choice(agenda.THEMES[month.month]) if rng.random() < 0.85 else None
    known_from = month
    if manner.plans_ahead:
        for _ in range(_AHEAD):
            known_from = (known_from - timedelta(days=1)).replace(day=1)
        known_from = _month_end(known_from)
    return Entry(known_from, lambda _: {"turn_on": month, "unit_name": unit_name, "theme": theme})


def _first_of_next(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _month_end(day: date) -> date:
    return _first_of_next(day) - timedelta(days=1)


def _month_after(end: date) -> date:
    return _month_end(_first_of_next(end))


BOOK = Book(
    dataset="chairs",
    sheet="轮值主席",
    title="轮值主席台账",
    note="注：每月一个轮值单位；以后月份已经排定的也可列出。",
    make=_chairs,
    widths={"turn_on": 16, "unit_name": 30, "theme": 20},
)
