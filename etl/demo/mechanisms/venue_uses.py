"""阵地使用: who used which shared venue from when to when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from random import Random

from etl.demo.allotment import divide, scaled
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.mechanisms.venues import Venue, clock_of, venues_of, written
from etl.demo.sheets import Value
from etl.demo.units import Unit

USES_PER_COMMITTEE_YEAR = 32
# purpose -> (weight, shortest and longest in half hours, fewest and most heads, share used by a unit)
PURPOSES = {
    "residents": (40, 4, 9, 6, 40, 0.0),
    "activity": (30, 4, 7, 15, 90, 0.5),
    "meeting": (18, 3, 5, 8, 35, 0.45),
    "training": (12, 4, 7, 15, 60, 0.6),
}
# Hour of the day -> how gladly people begin then: nobody at noon, few late.
BEGINNINGS = {8: 5, 9: 12, 10: 8, 11: 2, 12: 1, 13: 1, 14: 9, 15: 11, 16: 5, 17: 2, 18: 5, 19: 12, 20: 3}
# Monday to Sunday
WEEKDAYS = (0.7, 0.85, 0.9, 0.9, 1.0, 1.0, 0.75)
SEASON = (0.8, 0.4, 1.0, 1.0, 1.05, 1.0, 1.15, 1.1, 1.0, 1.1, 1.0, 0.95)
SHUT = (date(2020, 1, 24), date(2020, 4, 20))  # everything was shut against the epidemic
WITHOUT_HEADS = 0.12
OUTSIDE_HOURS = 4  # in a district of 35 committees


@dataclass(frozen=True)
class Use:
    venue: Venue
    used_on: date
    starts: int  # minutes since midnight
    ends: int
    purpose: str
    unit: Unit | None
    head_count: int | None


def make(world: World, rng: Random) -> Mapping[str, Sequence[Entry]]:
    """About 32 uses a committee and year; some venues get most of them, some none."""
    first, last = world.window
    venues = [(code, venue) for code, own in venues_of(world).items() for venue in own]
    weights = [_weight(world, code, venue, rng) for code, venue in venues]
    years = (last - first).days / 365
    total = round(len(world.district.committees) * USES_PER_COMMITTEE_YEAR * years)
    uses: dict[str, list[Use]] = {committee.code: [] for committee in world.district.committees}
    for (code, venue), count in zip(venues, divide(total, weights), strict=True):
        uses[code] += _of_venue(world, code, venue, count, rng)
    _overrun(uses, last, rng)
    clocks = clock_of(world)
    return {
        code: tuple(
            Entry(use.used_on, partial(_values, use, clocks[code]))
            for use in sorted(own, key=lambda use: (use.used_on, use.starts, use.venue.name))
        )
        for code, own in uses.items()
    }


def _weight(world: World, code: str, venue: Venue, rng: Random) -> float:
    popularity = rng.lognormvariate(0.0, 0.7)
    if venue.habit == "idle":
        return 0.0
    first, last = _stretch(world, code, venue)
    days = max(0, (last - first).days)
    is_service = venue.kind in ("service_center", "service_station", "red_post")
    return popularity * days * float(world.zeal[code] ** 0.4) * (1.6 if is_service else 1.0)


def _stretch(world: World, code: str, venue: Venue) -> tuple[date, date]:
    """The days of the window on which the venue is in use."""
    first, last = max(world.window[0], venue.opened_on), world.known_until[code]
    if venue.closed_on:
        last = min(last, venue.closed_on - timedelta(days=1))
    if venue.habit == "dwindling":
        last = min(last, world.window[1] - timedelta(days=290))
    return first, last


def _of_venue(world: World, code: str, venue: Venue, count: int, rng: Random) -> list[Use]:
    first, last = _stretch(world, code, venue)
    taken: dict[date, list[tuple[int, int]]] = {}
    found: list[Use] = []
    for _ in range(count * 40):
        if len(found) == count or first > last:
            break
        day = first + timedelta(days=rng.randint(0, (last - first).days))
        wanted = SEASON[day.month - 1] * WEEKDAYS[day.weekday()]
        if not venue.is_open_on(day) or SHUT[0] <= day < SHUT[1] or rng.random() > wanted:
            continue
        use = _use(world, code, venue, day, rng)
        if all(use.ends <= begin or use.starts >= end for begin, end in taken.get(day, ())):
            taken.setdefault(day, []).append((use.starts, use.ends))
            found.append(use)
    return found


def _use(world: World, code: str, venue: Venue, day: date, rng: Random) -> Use:
    purposes = {name: each[0] for name, each in PURPOSES.items()}
    if not venue.for_residents:
        del purposes["residents"]
    purpose = rng.choices(list(purposes), list(purposes.values()))[0]
    _, shortest, longest, fewest, most, by_unit = PURPOSES[purpose]
    length = min(30 * rng.randint(shortest, longest), venue.closes - venue.opens)
    starts = range(venue.opens, venue.closes - length + 1, 30)
    start = rng.choices(starts, [BEGINNINGS.get(minute // 60, 1) for minute in starts])[0]
    units = [unit for unit in world.units[code] if unit.under_agreement(day)]
    unit = rng.choice(units) if units and rng.random() < by_unit else None
    heads = rng.randint(fewest, most) if rng.random() >= WITHOUT_HEADS else None
    return Use(venue, day, start, start + length, purpose, unit, heads)


def _overrun(uses: dict[str, list[Use]], last: date, rng: Random) -> None:
    """A few uses of the last year go on after the venue has closed."""
    able = [
        (code, number)
        for code, own in uses.items()
        for number, use in enumerate(own)
        if use.used_on.year == last.year and use.ends == use.venue.closes < 1260
    ]
    for code, number in rng.sample(able, min(len(able), scaled(OUTSIDE_HOURS, len(uses)))):
        use = uses[code][number]
        uses[code][number] = replace(use, ends=use.ends + rng.choice((60, 90, 120)))


def _values(use: Use, clock: str, known_on: date) -> dict[str, Value]:
    return {
        "used_on": use.used_on,
        "venue_name": use.venue.name,
        "starts_at": written(use.starts, clock),
        "ends_at": written(use.ends, clock),
        "use_purpose": use.purpose,
        "unit_name": use.unit.name if use.unit else None,
        "head_count": use.head_count,
    }


BOOK = Book(
    dataset="venue_uses",
    sheet="阵地使用",
    title="阵地使用台账",
    note="注：每次使用填一行，居民自用的使用单位留空。",
    make=make,
    widths={"venue_name": 30, "unit_name": 30},
    summed=("head_count",),
)
