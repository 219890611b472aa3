"""Liaison points: where they lie, when they opened, and which of them are wrongly located."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from shapely import prepare
from shapely.geometry import Point
from shapely.ops import nearest_points

from etl.demo import words
from etl.demo.allotment import draw_day, scaled
from etl.demo.district import Committee, District
from etl.demo.names import NameBook
from etl.demo.timetable import size_of
from etl.demo.units import Unit

EARLIEST = date(2010, 1, 1)
METRES_PER_DEGREE = 111_320.0
# Kept this far inside the outline, so that no point hangs on the tolerance at the border.
INSET_M = 80.0
# What may be wrong with a position, and in how many points of a district of 35 committees.
POSITION_FAULTS = {"position_swapped": 3, "position_zero": 3, "position_outside": 3}
WITHOUT_POSITION = 3


@dataclass(frozen=True)
class LiaisonPoint:
    """A point with its true position in WGS-84; `fault` says how the committee miswrote it."""

    committee_code: str
    name: str
    kind: str
    longitude: float | None
    latitude: float | None
    unit_name: str | None
    opened_on: date
    closed_on: date | None
    fault: str | None = None


def make_points(
    district: District,
    units: list[Unit],
    window: tuple[date, date],
    known_until: dict[str, date],
    book: NameBook,
    rng: Random,
) -> list[LiaisonPoint]:
    """Exactly the published number of points open at the end of the window, and some closed before."""
    first, last = window
    standing = tuple(committee for committee in district.committees if committee.exists_on(last))
    open_points = size_of(standing, district.targets.points, 3, rng)
    closed = {committee.code: 0 if committee in standing else 2 for committee in district.committees}
    for committee in rng.choices(standing, k=scaled(21, len(district.committees))):
        closed[committee.code] += 1
    inside = _inside(district)
    points = []
    for committee in district.committees:
        own_units = [unit for unit in units if unit.committee_code == committee.code]
        spots = _spots(committee, district.committees, rng)
        until = known_until[committee.code]
        states = [False] * open_points.get(committee.code, 0) + [True] * closed[committee.code]
        for is_closed in states:
            opened_on, closed_on = _lifetime(rng, committee, is_closed, first, until)
            around = [unit for unit in own_units if unit.under_agreement(closed_on or until)]
            kinds = words.POINT_KIND_WEIGHTS["town" if committee.in_town else "street"]
            kind = rng.choices(list(kinds), list(kinds.values()))[0]
            unit = rng.choice(around) if around and rng.random() < 0.75 else None
            if kind == "unit":
                # A point inside a unit is there only since the unit joined.
                unit = unit or (rng.choice(around) if around else None)
                if unit is None or is_closed:
                    kind = "grid"
                else:
                    opened_on = max(
                        opened_on, min(until, unit.signed_on + timedelta(days=rng.randint(5, 90)))
                    )
            longitude, latitude = _place(rng, spots, committee, inside)
            points.append(
                LiaisonPoint(
                    committee_code=committee.code,
                    name=book.point(committee, kind, unit.name if unit else committee.short_name),
                    kind=kind,
                    longitude=longitude,
                    latitude=latitude,
                    unit_name=unit.name if unit else None,
                    opened_on=opened_on,
                    closed_on=closed_on,
                )
            )
    return sorted(points, key=lambda point: (point.committee_code, point.opened_on, point.name))


def spoil_positions(
    points: list[LiaisonPoint], able: list[str], last_quarter: tuple[date, date], rng: Random
) -> list[LiaisonPoint]:
    """A few open points of the committees in `able` get no position or a wrong one.

    The wrong ones are new in the last quarter: each stands in one workbook only, as a mistake
    does that nobody has pointed out yet.
    """
    candidates = [
        index
        for index, point in enumerate(points)
        if point.committee_code in able and point.closed_on is None and point.kind != "unit"
    ]
    rng.shuffle(candidates)
    committee_count = len({point.committee_code for point in points})
    wanted = [fault for fault, base in POSITION_FAULTS.items() for _ in range(scaled(base, committee_count))]
    wanted += [""] * scaled(WITHOUT_POSITION, committee_count)
    spoiled = list(points)
    for index, fault in zip(candidates[: len(points) // 6], wanted, strict=False):
        point = spoiled[index]
        if fault:
            opened_on = draw_day(rng, last_quarter[0], last_quarter[1] - timedelta(days=2))
            spoiled[index] = replace(point, opened_on=opened_on, fault=fault)
        else:
            spoiled[index] = replace(point, longitude=None, latitude=None)
    return spoiled


def _lifetime(
    rng: Random, committee: Committee, is_closed: bool, first: date, until: date
) -> tuple[date, date | None]:
    """When a point opened and, for some, closed. Two thirds were there before the window."""
    earliest = max(EARLIEST, committee.valid_from)
    if is_closed:
        end = min(until, committee.valid_to or until)
        closed_on = draw_day(rng, first + timedelta(days=35), end - timedelta(days=8), inner=True)
        return draw_day(rng, earliest, max(earliest, closed_on - timedelta(days=400))), closed_on
    before = max(earliest, first - timedelta(days=1))
    return (draw_day(rng, earliest, before) if rng.random() < 0.67 else draw_day(rng, before, until)), None


def _inside(district: District) -> Callable[[float, float], tuple[float, float]]:
    """A function that moves a position into the outline when it lies outside."""
    if district.outline is None:
        return lambda longitude, latitude: (longitude, latitude)
    inset = district.outline.buffer(-INSET_M / METRES_PER_DEGREE)
    prepare(inset)

    def move(longitude: float, latitude: float) -> tuple[float, float]:
        point = Point(longitude, latitude)
        if inset.is_empty or inset.contains(point):
            return longitude, latitude
        nearest = nearest_points(inset, point)[0]
        return float(nearest.x), float(nearest.y)

    return move


def _spots(
    committee: Committee, committees: tuple[Committee, ...], rng: Random
) -> list[tuple[float, float, float]]:
    """The neighbourhoods of a community: (metres east, metres north, spread in metres).

    A community reaches about half-way to its nearest neighbour: a few hundred metres in town,
    two or three kilometres where communities lie far apart.
    """
    distances = [
        math.hypot(*_metres(committee, other.longitude, other.latitude))
        for other in committees
        if other.code != committee.code
    ]
    reach = min(2600.0, max(160.0, 0.5 * min(distances, default=1000.0)))
    return [
        (rng.uniform(-0.6, 0.6) * reach, rng.uniform(-0.6, 0.6) * reach, rng.uniform(0.15, 0.35) * reach)
        for _ in range(rng.randint(3, 5))
    ]


def _metres(committee: Committee, longitude: float, latitude: float) -> tuple[float, float]:
    shrink = math.cos(math.radians(committee.latitude))
    return (
        (longitude - committee.longitude) * METRES_PER_DEGREE * shrink,
        (latitude - committee.latitude) * METRES_PER_DEGREE,
    )


def _place(
    rng: Random,
    spots: list[tuple[float, float, float]],
    committee: Committee,
    inside: Callable[[float, float], tuple[float, float]],
) -> tuple[float, float]:
    east, north, spread = rng.choice(spots)
    east, north = rng.gauss(east, spread), rng.gauss(north, spread)
    shrink = math.cos(math.radians(committee.latitude))
    return inside(
        committee.longitude + east / (METRES_PER_DEGREE * shrink),
        committee.latitude + north / METRES_PER_DEGREE,
    )
