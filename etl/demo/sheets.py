"""What stands in a workbook, before anything is said about cells: sheets of rows of plain values."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TypeAlias

from etl.crs import WGS84
from etl.demo.activities import Activity
from etl.demo.members import Membership
from etl.demo.points import LiaisonPoint
from etl.demo.units import Unit
from etl.places import convert

# A pair of dates is a range: the first and the last day of an activity.
Value: TypeAlias = str | int | float | date | tuple[date, date] | None


@dataclass(frozen=True)
class Row:
    """Values by column name; `fault` is the code of the mistake that the row holds on purpose."""

    values: dict[str, Value]
    fault: str | None = None


@dataclass(frozen=True)
class SheetContent:
    dataset: str
    rows: tuple[Row, ...]


def activity_row(activity: Activity, rng: Random, aliases: bool) -> Row:
    names = (activity.item.name, *activity.item.aliases) if aliases else (activity.item.name,)
    return Row(
        {
            "held_on": (activity.held_on, activity.ended_on) if activity.ended_on else activity.held_on,
            "title": activity.title,
            "activity_type": activity.activity_type,
            "themed": "是" if activity.themed else "否",
            "item_code": rng.choice(names),
            "unit_name": activity.unit_name,
            "venue": activity.venue,
            "head_count": activity.head_count,
            "attended_count": activity.attended_count,
            "volunteer_hours": activity.volunteer_hours,
        }
    )


def unit_rows(units: list[Unit], members: list[Membership], known_on: date) -> tuple[Row, ...]:
    """The list of units as known on a day, those included whose agreement has ended."""
    registered: dict[str, int] = {}
    for line in members:
        if line.since_on <= known_on and (line.until_on is None or line.until_on > known_on):
            registered[line.unit_name] = registered.get(line.unit_name, 0) + 1
    return tuple(
        Row(
            {
                "unit_name": unit.name,
                "unit_kind": unit.kind,
                "sector": unit.sector,
                # A unit has a few members more than have registered with the community.
                "member_count": (count := registered.get(unit.name, 0)) + count // 14,
                "signed_on": unit.signed_on,
                "ends_on": unit.ends_on(known_on),
            }
        )
        for unit in units
        if unit.signed_on <= known_on
    )


def member_rows(members: list[Membership], known_on: date) -> tuple[Row, ...]:
    return tuple(
        Row(
            {
                "person_name": line.person.name,
                "person_key": line.person.identity_number,
                "phone": line.person.phone,
                "unit_name": line.unit_name,
                "member_status": line.person.status(known_on),
                "since_on": line.since_on,
                "until_on": line.until_on if line.until_on and line.until_on <= known_on else None,
            }
        )
        for line in members
        if line.since_on <= known_on
    )


def point_rows(points: list[LiaisonPoint], units: list[Unit], known_on: date, crs: str) -> tuple[Row, ...]:
    """The list of points as known on a day, with positions in the committee's coordinate system."""
    known = [point for point in points if point.opened_on <= known_on]
    # A point may be older than the agreement with the unit that looks after it today.
    signed = {unit.name for unit in units if unit.signed_on <= known_on}
    longitudes, latitudes = convert(
        [point.longitude if point.longitude is not None else float("nan") for point in known],
        [point.latitude if point.latitude is not None else float("nan") for point in known],
        WGS84,
        crs,
    )
    rows = []
    for point, longitude, latitude in zip(known, longitudes, latitudes, strict=True):
        x, y = _miswritten(point.fault)(round(float(longitude), 6), round(float(latitude), 6))
        located = point.longitude is not None
        rows.append(
            Row(
                {
                    "point_name": point.name,
                    "point_kind": point.kind,
                    "longitude": x if located else None,
                    "latitude": y if located else None,
                    "crs": crs,
                    "unit_name": point.unit_name if point.unit_name in signed else None,
                    "opened_on": point.opened_on,
                    "closed_on": point.closed_on if point.closed_on and point.closed_on <= known_on else None,
                },
                point.fault,
            )
        )
    return tuple(rows)


def in_system(rows: tuple[Row, ...], crs: str) -> tuple[Row, ...]:
    """The rows of a further ledger with their positions, which are WGS-84, in the committee's system."""
    if not rows or "longitude" not in rows[0].values:
        return rows
    positions = [(row.values["longitude"], row.values["latitude"]) for row in rows]
    numbers = [[place if isinstance(place, float) else math.nan for place in pair] for pair in positions]
    longitudes, latitudes = convert([x for x, _ in numbers], [y for _, y in numbers], WGS84, crs)
    rewritten = []
    for row, x, y in zip(rows, longitudes, latitudes, strict=True):
        values = row.values | {"crs": crs}
        if row.values["longitude"] is not None:
            values |= {"longitude": round(float(x), 6), "latitude": round(float(y), 6)}
        rewritten.append(Row(values, row.fault))
    return tuple(rewritten)


def _miswritten(fault: str | None) -> Callable[[float, float], tuple[float, float]]:
    """How a position comes to be wrong: columns mixed up, not measured, one digit mistyped."""
    return {
        "position_swapped": lambda x, y: (y, x),
        "position_zero": lambda x, y: (0.0, 0.0),
        "position_outside": lambda x, y: (round(x + 1.0, 6), y),
    }.get(fault or "", lambda x, y: (x, y))
