"""Service teams: exactly the published number, at most one a community as long as communities last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random

from etl.demo.allotment import draw_day, scaled
from etl.demo.district import Committee, Item
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.sheets import Value

EARLIEST = date(2013, 3, 5)
BEFORE_WINDOW = 0.85  # of the teams
IDLE = 2  # teams of a district of 35 committees whose focus nobody asks for any more
ENDED = 3
FEW_MEMBERS = 4  # one team has too few to be told


def make(world: World, rng: Random) -> Mapping[str, Sequence[Entry]]:
    last = world.window[1]
    standing = [committee for committee in world.district.committees if committee.exists_on(last)]
    total = world.district.targets.teams
    # Whoever does much has a team; chance decides for the others.
    keen = sorted(standing, key=lambda each: -world.zeal[each.code] * rng.uniform(0.3, 1.0))
    homes = [keen[number % len(keen)] for number in range(total)]
    idle = set(rng.sample(range(total), min(scaled(IDLE, len(standing)), total // 3)))
    taken: dict[str, set[str]] = {committee.code: set() for committee in standing}
    found: dict[str, list[Entry]] = {committee.code: [] for committee in world.district.committees}
    for number, committee in enumerate(homes):
        item = _focus(world, rng, committee, number in idle, taken[committee.code])
        size = FEW_MEMBERS if number == 0 and total > 4 else rng.randint(7, 42)
        found[committee.code].append(
            _entry(world, rng, committee, item, size, number < total * BEFORE_WINDOW)
        )
    for committee in rng.sample(standing, min(scaled(ENDED, len(standing)), len(standing))):
        item = _focus(world, rng, committee, False, taken[committee.code])
        found[committee.code].append(_entry(world, rng, committee, item, rng.randint(6, 20), True, True))
    return found


def _focus(world: World, rng: Random, committee: Committee, idle: bool, taken: set[str]) -> Item:
    """What the community's volunteers do most; for an idle team something that they hardly do."""
    held = Counter(
        each.item.code
        for each in world.activities[committee.code]
        if each.activity_type == "volunteer" and each.held_on.year == world.window[1].year
    )
    free = [item for item in world.district.items if item.code not in taken] or list(world.district.items)
    if idle:
        item = min(free, key=lambda item: (held[item.code], item.code))
    else:
        item = rng.choices(free, [held[item.code] ** 1.5 + 0.01 for item in free])[0]
    taken.add(item.code)
    return item


def _entry(
    world: World,
    rng: Random,
    committee: Committee,
    item: Item,
    size: int,
    is_old: bool,
    has_ended: bool = False,
) -> Entry:
    first, until = world.window[0], world.known_until[committee.code]
    earliest = max(EARLIEST, committee.valid_from)
    if is_old and earliest < first:
        formed_on = draw_day(rng, earliest, first - timedelta(days=2), inner=True)
    else:
        formed_on = draw_day(rng, max(first, earliest), until, inner=True)
    ended_on = (
        draw_day(rng, max(first, formed_on) + timedelta(days=30), until, inner=True) if has_ended else None
    )
    name = f"{committee.short_name}{item.name}党员服务队"
    return Entry(formed_on, partial(_values, name, item, size, formed_on, ended_on))


def _values(
    name: str, item: Item, size: int, formed_on: date, ended_on: date | None, known_on: date
) -> dict[str, Value]:
    return {
        "team_name": name,
        "item_code": item.name,
        "team_size": size,
        "formed_on": formed_on,
        "ended_on": ended_on if ended_on and ended_on <= known_on else None,
    }


BOOK = Book(
    dataset="service_teams",
    sheet="党员服务队",
    title="党员服务队台账",
    note="注：服务方向按服务目录填写；已解散的请保留并填写解散日期。",
    make=make,
    widths={"team_name": 30},
    summed=("team_size",),
)
