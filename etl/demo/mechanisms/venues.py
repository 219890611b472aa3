"""共享阵地: what the committees and their units share, where it is and when it is open."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from random import Random

from etl.demo.allotment import deal, draw_day, draw_weekday, scaled
from etl.demo.district import Committee
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.sheets import Value
from etl.demo.units import Unit

EARLIEST = date(2012, 1, 1)
# kind -> what it is called, and for which hours it is shared: days, opens, closes (minutes since midnight)
SERVICE_KINDS = {
    "service_center": (
        "{short}党群活动服务中心",
        (("daily", 870, 1050), ("weekdays", 540, 720), ("daily", 1110, 1290), ("weekends", 540, 1050)),
    ),
    "service_station": (
        "{short}党务工作服务站",
        (("weekdays", 870, 1050), ("weekdays", 540, 720), ("weekdays", 540, 1020)),
    ),
    "red_post": (
        "{short}红色驿站",
        (("daily", 690, 870), ("daily", 1110, 1260), ("weekends", 540, 1080), ("weekdays", 690, 870)),
    ),
}
SERVICE_WEIGHTS = {"service_center": 9, "service_station": 6, "red_post": 5}
# kind of the providing unit -> (kind of venue, what it is called)
SHARED_BY = {
    "government": (("party", "{unit}党员活动室"), ("party", "{unit}党建展厅")),
    "institution": (("culture", "{unit}多功能厅"), ("culture", "{unit}阅览室")),
    "enterprise": (("red_post", "{unit}红色驿站"), ("culture", "{unit}职工之家")),
    "social": (("culture", "{unit}活动室"), ("party", "{unit}党员议事厅")),
    "school": (("sports", "{unit}操场"), ("culture", "{unit}阅览室"), ("sports", "{unit}体育馆")),
    "hospital": (("health", "{unit}健康小屋"), ("health", "{unit}健康讲堂")),
    "police": (("party", "{unit}警民议事厅"),),
}
OWN_NAMES = (("culture", "{short}文化活动室"), ("sports", "{short}健身广场"), ("health", "{short}健康驿站"))
HOURS = {
    "party": (("weekdays", 870, 1050), ("weekdays", 540, 720)),
    "culture": (("daily", 870, 1050), ("weekends", 540, 1020), ("daily", 1110, 1290)),
    "sports": (("daily", 1110, 1260), ("weekends", 480, 1080)),
    "health": (("weekdays", 870, 1020), ("weekdays", 540, 690)),
}
FOR_RESIDENTS = {"service": 0.93, "other": 0.62}
IDLE, DWINDLING = 0.07, 0.06  # shares of the venues that nobody uses, or nobody any more
LATE = 0.2  # of the committees had none of the service kinds when the window began
CLOSED = 4  # in a district of 35 committees
WITHOUT_POSITION = 2
METRES_PER_DEGREE = 111_320.0
# How a committee writes a time of day; a number is what Excel keeps under it.
CLOCKS = {"padded": 0.4, "plain": 0.25, "full_width": 0.1, "chinese": 0.15, "excel": 0.1}


@dataclass(frozen=True)
class Venue:
    """One shared venue; positions in WGS-84, hours in minutes since midnight."""

    name: str
    kind: str
    unit: Unit | None
    longitude: float | None
    latitude: float | None
    open_days: str
    opens: int
    closes: int
    for_residents: bool
    opened_on: date
    closed_on: date | None
    habit: str  # "used", "idle" or "dwindling"

    def is_open_on(self, day: date) -> bool:
        return (
            self.opened_on <= day
            and (self.closed_on is None or day < self.closed_on)
            and (self.open_days == "daily" or (self.open_days == "weekends") == (day.weekday() >= 5))
        )


def chance_of(world: World, purpose: str) -> Random:
    """Two ledgers speak of the same venues: what they share hangs on the world alone, not on either's chance."""
    return Random(f"{purpose}/{sorted(world.zeal.items())}")


def clock_of(world: World) -> Mapping[str, str]:
    """In which form each committee writes times of day."""
    codes = [committee.code for committee in world.district.committees]
    return dict(zip(codes, deal(chance_of(world, "clocks"), len(codes), CLOCKS), strict=True))


def written(minute: int, form: str) -> Value:
    """A time of day on paper: 09:30, 9:30, 9：30, 9点30分 or Excel's part of a day."""
    hour, rest = divmod(minute, 60)
    forms: dict[str, Value] = {
        "plain": f"{hour}:{rest:02}",
        "full_width": f"{hour}：{rest:02}",
        "chinese": f"{hour}点{rest}分" if rest else f"{hour}点",
        "excel": round(minute / 1440, 6),
    }
    return forms.get(form, f"{hour:02}:{rest:02}")


def venues_of(world: World) -> Mapping[str, tuple[Venue, ...]]:
    """Two to four venues of each committee, one of them at least of a service kind."""
    rng = chance_of(world, "venues")
    committees = world.district.committees
    late = set(rng.sample([c.code for c in committees], k=scaled(round(LATE * 35), len(committees))))
    made = {c.code: _of_committee(world, c, c.code in late, rng) for c in committees}
    able = [(code, number) for code, venues in made.items() for number in range(1, len(venues))]
    rng.shuffle(able)
    closing = able[: scaled(CLOSED, len(committees))]
    unlocated = able[len(closing) :][: scaled(WITHOUT_POSITION, len(committees))]
    return {
        code: tuple(
            _changed(world, code, venue, (code, n) in closing, (code, n) in unlocated, rng)
            for n, venue in enumerate(venues)
        )
        for code, venues in made.items()
    }


def _of_committee(world: World, committee: Committee, is_late: bool, rng: Random) -> list[Venue]:
    first, _ = world.window
    until = world.known_until[committee.code]
    begin = max(EARLIEST, committee.valid_from)
    places = _places(world, committee, rng)
    kinds = rng.choices(list(SERVICE_WEIGHTS), list(SERVICE_WEIGHTS.values()), k=2)
    kinds = list(dict.fromkeys(kinds)) if rng.random() < 0.6 else kinds[:1]
    venues = []
    for number, kind in enumerate(kinds):
        name, hours = SERVICE_KINDS[kind]
        if number == 0 and not is_late:
            opened_on = draw_weekday(rng, begin, max(begin, first - timedelta(days=30)))
        else:
            opened_on = draw_weekday(rng, max(begin, first), max(begin, first, until - timedelta(days=380)))
        venues.append(_venue(committee, next(places), kind, name, hours, None, opened_on, rng))
    units = [unit for unit in world.units[committee.code] if unit.ended_on is None]
    rng.shuffle(units)
    units = [unit for unit in units if unit.signed_on < until - timedelta(days=200)]
    own_names = rng.sample(OWN_NAMES, 2)
    for position in range(rng.choice((1, 1, 2, 2))):
        unit = units[position] if position < len(units) and rng.random() > 0.25 else None
        kind, name = rng.choice(SHARED_BY[unit.kind]) if unit else own_names[position]
        earliest = max(begin, unit.signed_on + timedelta(days=20)) if unit else begin
        hours = SERVICE_KINDS[kind][1] if kind in SERVICE_KINDS else HOURS[kind]
        opened_on = draw_weekday(rng, earliest, max(earliest, until - timedelta(days=170)))
        venues.append(_venue(committee, next(places), kind, name, hours, unit, opened_on, rng))
    return venues


def _venue(
    committee: Committee,
    place: tuple[float, float],
    kind: str,
    name: str,
    hours: Sequence[tuple[str, int, int]],
    unit: Unit | None,
    opened_on: date,
    rng: Random,
) -> Venue:
    open_days, opens, closes = rng.choice(hours)
    share = FOR_RESIDENTS["service" if kind in SERVICE_KINDS else "other"]
    fate = rng.random()
    return Venue(
        name=name.format(short=committee.short_name, unit=unit.name if unit else ""),
        kind=kind,
        unit=unit,
        longitude=place[0],
        latitude=place[1],
        open_days=open_days,
        opens=opens,
        closes=closes,
        for_residents=rng.random() < share,
        opened_on=opened_on,
        closed_on=None,
        habit="idle" if fate < IDLE else "dwindling" if fate < IDLE + DWINDLING else "used",
    )


def _places(world: World, committee: Committee, rng: Random) -> Iterator[tuple[float, float]]:
    """Some steps from the liaison points, which lie where people live; each point once as far as they last."""
    spots = [
        (point.longitude, point.latitude)
        for point in world.points[committee.code]
        if point.longitude is not None and point.latitude is not None
    ] or [(committee.longitude, committee.latitude)]
    rng.shuffle(spots)
    for longitude, latitude in cycle(spots):
        shrink = math.cos(math.radians(latitude))
        yield (
            longitude + rng.uniform(-35, 35) / (METRES_PER_DEGREE * shrink),
            latitude + rng.uniform(-35, 35) / METRES_PER_DEGREE,
        )


def _changed(
    world: World, code: str, venue: Venue, is_closed: bool, is_unlocated: bool, rng: Random
) -> Venue:
    soonest = max(world.window[0], venue.opened_on) + timedelta(days=120)
    latest = world.known_until[code] - timedelta(days=20)
    if is_closed and soonest < latest:
        venue = replace(venue, closed_on=draw_day(rng, soonest, latest, inner=True))
    return replace(venue, longitude=None, latitude=None) if is_unlocated else venue


def make(world: World, rng: Random) -> Mapping[str, Sequence[Entry]]:
    clocks = clock_of(world)
    return {
        code: tuple(
            Entry(venue.opened_on, partial(_values, venue, clocks[code]))
            for venue in sorted(venues, key=lambda venue: (venue.opened_on, venue.name))
        )
        for code, venues in venues_of(world).items()
    }


def _values(venue: Venue, clock: str, known_on: date) -> dict[str, Value]:
    return {
        "venue_name": venue.name,
        "venue_kind": venue.kind,
        "unit_name": venue.unit.name if venue.unit else None,
        "longitude": venue.longitude,
        "latitude": venue.latitude,
        "opens_at": written(venue.opens, clock),
        "closes_at": written(venue.closes, clock),
        "open_days": venue.open_days,
        "open_to_residents": "是" if venue.for_residents else "否",
        "opened_on": venue.opened_on,
        "closed_on": venue.closed_on if venue.closed_on and venue.closed_on <= known_on else None,
    }


BOOK = Book(
    dataset="venues",
    sheet="共享阵地",
    title="共享阵地台账",
    note="注：已停用的阵地请保留并填写停用日期；开门、关门时间按平日填写。",
    make=make,
    widths={"venue_name": 30, "venue_kind": 18, "unit_name": 30},
)
