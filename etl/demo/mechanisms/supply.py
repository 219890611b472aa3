"""资源清单 and 需求清单: what units offer, what is asked for, and which of the two were brought together.

Both ledgers are made in one go, since a need is met by a resource: `plan` draws from chance of its own,
seeded by the district's units, so that each of the two books finds the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from random import Random

from etl.demo import words
from etl.demo.allotment import divide, draw_weekday, scaled
from etl.demo.district import Committee, Item
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.mechanisms.supply_words import GENERAL, ITEMS_BY_KIND, ITEMS_BY_SECTOR, NEED_WEIGHTS, THINGS
from etl.demo.sheets import Value
from etl.demo.units import Unit

RESOURCES, NEEDS = 450, 700  # of a district of 35 committees in three years
IDLE_UNITS = 0.12  # share of the units that offer nothing
PAUSED, WITHDRAWN = 0.04, 0.68
ASKED_BY = {"residents": 55, "estate": 30, "unit": 15}
NEARBY_M = 4000.0


@dataclass(frozen=True)
class Offer:
    """One resource. `used_on`: when it was first matched; `paused_on`: since when it is not offered any more."""

    unit: Unit
    item: Item
    title: str
    quantity: int
    measure: str
    first_on: date
    last_on: date | None
    used_on: date | None = None
    paused_on: date | None = None

    def on_offer(self, day: date) -> bool:
        return self.first_on <= day and (self.last_on is None or day <= self.last_on) and not self.paused_on

    def known(self, known_on: date) -> dict[str, Value]:
        used = self.used_on is not None and self.used_on <= known_on
        paused = self.paused_on is not None and self.paused_on <= known_on
        return {
            "unit_name": self.unit.name,
            "resource_title": self.title,
            "item_code": self.item.name,
            "quantity": self.quantity,
            "quantity_unit": self.measure,
            "available_from": self.first_on,
            "available_until": self.last_on,
            "resource_state": "paused" if paused else "matched" if used else "available",
        }


@dataclass(frozen=True)
class Need:
    """One need with all that ever happens to it; None: never."""

    title: str
    asked_by: str
    item: Item
    quantity: int
    measure: str
    asked_on: date
    wanted_until: date | None
    unit_name: str | None = None
    matched_on: date | None = None
    met_on: date | None = None
    withdrawn_on: date | None = None

    def known(self, known_on: date) -> dict[str, Value]:
        def by_then(day: date | None) -> bool:
            return day is not None and day <= known_on

        matched = by_then(self.matched_on)
        state = "withdrawn" if by_then(self.withdrawn_on) else "matched" if matched else "open"
        return {
            "need_title": self.title,
            "asked_by": self.asked_by,
            "item_code": self.item.name,
            "quantity": self.quantity,
            "quantity_unit": self.measure,
            "asked_on": self.asked_on,
            "wanted_until": self.wanted_until,
            "need_state": "met" if by_then(self.met_on) else state,
            "unit_name": self.unit_name if matched else None,
            "matched_on": self.matched_on if matched else None,
        }


@dataclass(frozen=True)
class Plan:
    """By the committee's code."""

    offers: Mapping[str, list[Offer]]
    needs: Mapping[str, list[Need]]


def plan(world: World) -> Plan:
    """The resources and needs of all committees, the same whenever it is called for the same world."""
    names = [unit.name for units in world.units.values() for unit in units]
    rng = Random("/".join(names))
    years = (world.window[1].year - world.window[0].year + 1) / 3
    committees = world.district.committees
    offers = _offers(world, round(scaled(RESOURCES, len(committees)) * years), rng)
    # The eager write more down, but not as much more as they hold activities.
    weights = [world.zeal[committee.code] ** 0.5 for committee in committees]
    counts = divide(round(scaled(NEEDS, len(committees)) * years), weights, 3)
    needs = {
        committee.code: sorted(
            (_need(world, committee, offers, rng) for _ in range(count)),
            key=lambda need: (need.asked_on, need.title),
        )
        for committee, count in zip(committees, counts, strict=True)
    }
    return Plan(offers, needs)


# ---- what is offered ----------------------------------------------------------------------------


def _offers(world: World, total: int, rng: Random) -> dict[str, list[Offer]]:
    units = [unit for units in world.units.values() for unit in units]
    weights = [0.0 if rng.random() < IDLE_UNITS else unit.diligence + 0.4 for unit in units]
    found: dict[str, list[Offer]] = {code: [] for code in world.units}
    for unit, count in zip(units, divide(total, weights), strict=True):
        begin = max(world.window[0], unit.signed_on)
        end = min(world.known_until[unit.committee_code], unit.ended_on or date.max)
        for _ in range(count if begin < end - timedelta(days=30) else 0):
            offer = _offer(world, unit, begin, end, rng)
            taken = {(one.unit.name, one.title, one.first_on) for one in found[unit.committee_code]}
            if (offer.unit.name, offer.title, offer.first_on) not in taken:
                found[unit.committee_code].append(offer)
    return {
        code: sorted(several, key=lambda one: (one.first_on, one.unit.name, one.title))
        for code, several in found.items()
    }


def _offer(world: World, unit: Unit, begin: date, end: date, rng: Random) -> Offer:
    items = _items_of(unit, world.district.items, rng)
    item = rng.choice(items)
    title, measure, fewest, most = rng.choice(THINGS.get(item.code, GENERAL))
    first_on = draw_weekday(rng, begin, end - timedelta(days=20))
    length = rng.choice((180, 365, 365, 540, 730, 0, 0))
    last_on = first_on + timedelta(days=length - 1) if length else None
    if unit.ended_on:  # what a unit offers ends with its agreement
        last_on = min(last_on or date.max, unit.ended_on - timedelta(days=1))
    paused = first_on + timedelta(days=rng.randint(30, 200)) if rng.random() < PAUSED else None
    return Offer(
        unit=unit,
        item=item,
        title=title.format(item=item.name),
        quantity=rng.randint(fewest, most),
        measure=measure,
        first_on=first_on,
        last_on=last_on,
        paused_on=paused,
    )


def _items_of(unit: Unit, items: Sequence[Item], rng: Random) -> list[Item]:
    """What a unit of its kind can give; where the catalogue is another one, anything but its last item."""
    able = [item for item in items if _can(unit, item)]
    return able or [rng.choice(items[: max(1, len(items) - 1)])]


def _can(unit: Unit, item: Item) -> bool:
    return item.code in (ITEMS_BY_SECTOR.get(unit.sector) or ITEMS_BY_KIND.get(unit.kind, ()))


# ---- what is asked for --------------------------------------------------------------------------


def _need(world: World, committee: Committee, offers: dict[str, list[Offer]], rng: Random) -> Need:
    first, last = world.window
    until = min(last, world.known_until[committee.code], committee.valid_to or last)
    begin = max(first, committee.valid_from)
    # More and more are written down as the lists become known.
    span = max(1, (until - begin).days)
    asked_on = begin + timedelta(days=round(span * rng.random() ** 0.8))
    item = _needed_item(world.district.items, asked_on, rng)
    title, measure, fewest, most = rng.choice(THINGS.get(item.code, GENERAL))
    place = rng.choice(words.NAME_HEADS) + rng.choice(words.NAME_TAILS) + rng.choice(words.ESTATES)
    need = Need(
        title=f"{place}{rng.choice(('需要', '急需', '希望提供'))}{title.format(item=item.name)}",
        asked_by=rng.choices(list(ASKED_BY), list(ASKED_BY.values()))[0],
        item=item,
        quantity=max(1, rng.randint(fewest, most) * 2 // 3),
        measure=measure,
        asked_on=asked_on,
        wanted_until=asked_on + timedelta(days=rng.choice((30, 45, 60, 90, 180)))
        if rng.random() < 0.85
        else None,
    )
    return _settled(need, world, committee, offers, rng)


def _needed_item(items: Sequence[Item], day: date, rng: Random) -> Item:
    weights = [float(NEED_WEIGHTS.get(item.code, 0)) for item in items]
    for place, item in enumerate(items):
        if item.code == "epidemic":
            weights[place] = 0.0 if day < date(2020, 1, 23) else 18.0 if day < date(2020, 5, 1) else 2.0
    return rng.choices(items, weights)[0] if any(weights) else rng.choice(items)


def _settled(
    need: Need, world: World, committee: Committee, offers: dict[str, list[Offer]], rng: Random
) -> Need:
    """Matched with a resource of the community, else of one nearby, else with a unit that lists none;
    otherwise withdrawn after months, or left open."""
    own = offers[committee.code]
    days = 1 + int(rng.lognormvariate(0, 0.8) * 8)
    chance = rng.random()
    for place, offer in _fitting(own, need, days, rng):
        if chance < 0.9:
            own[place] = replace(
                offer, used_on=min(offer.used_on or date.max, need.asked_on + timedelta(days=days))
            )
            return _matched(need, offer.unit.name, days, rng)
    for code in _nearby(world, committee):
        for place, offer in _fitting(offers[code], need, days + 14, rng):
            if chance < 0.3:
                there = need.asked_on + timedelta(days=days + 14)
                offers[code][place] = replace(offer, used_on=min(offer.used_on or date.max, there))
                return _matched(need, offer.unit.name, days + 14, rng)
    then = need.asked_on + timedelta(days=days + 10)
    around = [one for one in world.units[committee.code] if one.under_agreement(then)]
    able = [one for one in around if _can(one, need.item)]
    if able and chance < 0.88:
        return _matched(need, rng.choice(able).name, days + 10, rng)
    is_given = any(offer.item == need.item for several in offers.values() for offer in several)
    if around and is_given and chance < 0.62:  # some unit helps with what it never listed
        return _matched(need, rng.choice(around).name, days + 16, rng)
    if rng.random() < WITHDRAWN:
        return replace(need, withdrawn_on=need.asked_on + timedelta(days=rng.randint(40, 150)))
    return need


def _fitting(offers: Sequence[Offer], need: Need, days: int, rng: Random) -> list[tuple[int, Offer]]:
    """At most one resource for the need that is on offer when it would be matched, and its place."""
    then = need.asked_on + timedelta(days=days)
    found = [
        (place, offer)
        for place, offer in enumerate(offers)
        if offer.item == need.item and offer.on_offer(then)
    ]
    return [rng.choice(found)] if found else []


def _matched(need: Need, unit_name: str, days: int, rng: Random) -> Need:
    matched_on = need.asked_on + timedelta(days=days)
    met_on = matched_on + timedelta(days=rng.randint(3, 60)) if rng.random() < 0.85 else None
    return replace(need, unit_name=unit_name, matched_on=matched_on, met_on=met_on)


def _nearby(world: World, committee: Committee) -> list[str]:
    """The other committees within a few kilometres, the nearest first."""
    metres = {
        other.code: 111_320.0
        * math.hypot(
            (other.longitude - committee.longitude) * math.cos(math.radians(committee.latitude)),
            other.latitude - committee.latitude,
        )
        for other in world.district.committees
        if other.code != committee.code
    }
    return sorted((code for code, far in metres.items() if far <= NEARBY_M), key=lambda code: metres[code])


# ---- the two ledgers ----------------------------------------------------------------------------


def make_resources(world: World, _: Random) -> Mapping[str, Sequence[Entry]]:
    return {
        code: [Entry(offer.first_on, partial(Offer.known, offer)) for offer in offers]
        for code, offers in plan(world).offers.items()
    }


def make_needs(world: World, _: Random) -> Mapping[str, Sequence[Entry]]:
    return {
        code: [Entry(need.asked_on, partial(Need.known, need)) for need in needs]
        for code, needs in plan(world).needs.items()
    }


RESOURCE_BOOK = Book(
    dataset="resources",
    sheet="资源清单",
    title="资源清单",
    note="注：本表每次填报全部资源，已到期、暂停的也请保留。",
    make=make_resources,
    widths={"unit_name": 30, "resource_title": 24},
)
NEED_BOOK = Book(
    dataset="needs",
    sheet="需求清单",
    title="需求清单",
    note="注：本表每次填报全部需求，已满足、撤回的也请保留。",
    make=make_needs,
    widths={"need_title": 34, "unit_name": 30},
)
