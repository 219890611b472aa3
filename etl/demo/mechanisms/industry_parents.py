"""Industry parents: which units have an industry committee beside their community, from when, until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random

from etl.demo.allotment import off_month_ends
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.sheets import Value
from etl.demo.units import Unit

BEGUN_ON = date(2017, 7, 1)  # before, nobody was assigned
BY_KIND = {"school": "education", "hospital": "health", "social": "social"}
BY_SECTOR = {"logistics": "logistics", "internet": "internet"}
# The others of a kind: small shops go to one committee, larger ones to another.
ENTERPRISES = ("self_employed", "self_employed", "commerce")
ASSIGNED = 0.82
CHANGED = 0.06
RELEASED = 0.03


def make(world: World, rng: Random) -> Mapping[str, Sequence[Entry]]:
    return {
        code: [entry for unit in units for entry in _history(world, rng, unit)]
        for code, units in world.units.items()
    }


def _history(world: World, rng: Random, unit: Unit) -> Iterator[Entry]:
    until = world.known_until[unit.committee_code]
    parent = BY_KIND.get(unit.kind) or BY_SECTOR.get(unit.sector)
    if parent is None and unit.kind == "enterprise":
        parent = rng.choice(ENTERPRISES)
    asked_on = max(unit.signed_on, BEGUN_ON) + timedelta(days=rng.randint(1, 260))
    from_on = off_month_ends(asked_on)
    if from_on > until or not unit.under_agreement(from_on):
        return
    if parent is None:
        if rng.random() < 0.12:  # some committees say so in words
            yield Entry(from_on, partial(_values, unit.name, "none", from_on, None))
        return
    if rng.random() >= ASSIGNED:
        return
    chance = rng.random()
    moved_on = off_month_ends(from_on + timedelta(days=rng.randint(300, 900)))
    moves = moved_on <= until and unit.under_agreement(moved_on)
    if moves and chance < CHANGED and unit.kind == "enterprise":
        yield Entry(from_on, partial(_values, unit.name, "self_employed", from_on, moved_on))
        yield Entry(moved_on, partial(_values, unit.name, "commerce", moved_on, None))
    elif moves and chance < CHANGED + RELEASED:
        yield Entry(from_on, partial(_values, unit.name, parent, from_on, moved_on))
    else:
        yield Entry(from_on, partial(_values, unit.name, parent, from_on, unit.ended_on))


def _values(
    unit_name: str, parent: str, from_on: date, until_on: date | None, known_on: date
) -> dict[str, Value]:
    return {
        "unit_name": unit_name,
        "industry_parent": parent,
        "from_on": from_on,
        "until_on": until_on if until_on and until_on <= known_on else None,
    }


BOOK = Book(
    dataset="industry_parents",
    sheet="行业归口",
    title="成员单位行业归口台账",
    note="注：区域统抓以社区为准，不必填写；没有行业归口的单位可以不列。",
    make=make,
    widths={"unit_name": 30, "industry_parent": 22},
)
