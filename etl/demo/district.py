"""What the generator is told about a district: its committees, services, outline and totals.

Everything comes from the reference folder, so that another district needs other files and no other code.
"""

import csv
import json
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shapely.geometry import shape
from shapely.ops import unary_union

# The types of the activities contract whose totals may be published; the others are written in addition.
PUBLISHED_TYPES = ("volunteer", "gala", "training")
OTHER_TYPES = ("party_day", "lecture", "other")

# Used only for a figure that a district does not publish, as so many for each committee.
UNPUBLISHED_PER_COMMITTEE: dict[str, float] = {
    "member_unit_count": 5,
    "dual_member_count": 250,
    "service_point_count": 15,
    "two_new_organisation_count": 3,
    "two_new_member_count": 2,
    "service_team_count": 0.5,
    "job_count": 7,
    "themed_activity_count": 20,
    "volunteer": 100,
    "gala": 50,
    "training": 2,
}
# How far above a lower bound the years of the demo lie, one after the other.
THEMED_EXCESS = (0.004, 0.015, 0.057)
MEMBERS_EXCESS = 0.005


@dataclass(frozen=True)
class Committee:
    """One joint committee: the level that sends workbooks."""

    code: str
    name: str
    short_name: str
    other_names: tuple[str, ...]
    in_town: bool  # belongs to a town (镇、乡) rather than to a street
    longitude: float
    latitude: float
    valid_from: date
    valid_to: date | None

    def exists_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Item:
    """One item of the service catalogue."""

    code: str
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Targets:
    """What the accepted rows must add up to."""

    units: int
    members: int
    points: int
    activities: dict[str, int]  # by published type, over the whole window
    themed: dict[int, int]  # by year
    two_new_organisations: int
    two_new_members: int  # members that the two-new organisations have developed
    teams: int
    jobs: int


@dataclass(frozen=True)
class District:
    name: str
    committees: tuple[Committee, ...]
    items: tuple[Item, ...]
    outline: Any  # a shapely geometry in WGS-84, or None where no outline is given
    targets: Targets


def read_district(reference: Path, first: date, last: date, name: str | None = None) -> District:
    """Read the reference folder.

    `first` and `last` are the window: committees that did not exist in it are left out.
    Raises ValueError when the folder names no committee.
    """
    organisations = _rows(reference / "organisations.csv")
    committees = _committees(organisations, first, last)
    if not committees:
        raise ValueError(f"{reference / 'organisations.csv'} 中没有可用的社区联合党委")
    district = next((row["short_name"] or row["name"] for row in organisations if row["level"] == "1"), "")
    return District(
        name=name or district,
        committees=committees,
        items=tuple(
            Item(row["item_code"], row["item_name"], _split(row.get("aliases", "")))
            for row in _rows(reference / "catalogue.csv")
        ),
        outline=_outline(reference / "outline.geojson"),
        targets=_targets(_rows(reference / "published_figures.csv"), len(committees), first.year, last.year),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _committees(organisations: list[dict[str, str]], first: date, last: date) -> tuple[Committee, ...]:
    names_by_code = {row["code"]: row["name"] for row in organisations}
    spellings: dict[str, int] = {}
    for row in organisations:
        for spelling in {row["name"], row["short_name"], *_split(row["aliases"])}:
            spellings[spelling] = spellings.get(spelling, 0) + 1
    committees = []
    for row in organisations:
        if row["level"] != "3":
            continue
        parent = names_by_code.get(row["parent_code"], "")
        committee = Committee(
            code=row["code"],
            name=row["name"],
            short_name=row["short_name"] or row["name"],
            # A spelling shared with another organisation would not say who reports.
            other_names=tuple(
                spelling
                for spelling in (row["short_name"], *_split(row["aliases"]))
                if spelling and spelling != row["name"] and spellings[spelling] == 1
            ),
            in_town="镇" in parent or "乡" in parent,
            longitude=float(row["longitude"]),
            latitude=float(row["latitude"]),
            valid_from=_day(row["valid_from"]) or date(2009, 1, 1),
            valid_to=_day(row["valid_to"]),
        )
        if committee.valid_from <= last and (committee.valid_to is None or committee.valid_to > first):
            committees.append(committee)
    return tuple(committees)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _outline(path: Path) -> Any:
    if not path.exists():
        return None
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return unary_union([shape(feature["geometry"]).buffer(0) for feature in features])


def _targets(figures: list[dict[str, str]], committee_count: int, first_year: int, last_year: int) -> Targets:
    published = {
        (row["indicator"], row["where_dim"], row["where_value"]): (int(row["value"]), row["statement"])
        for row in figures
        if row["indicator"]
    }

    def aim(indicator: str, excess: float, activity_type: str = "") -> int:
        key = (indicator, "type" if activity_type else "", activity_type)
        per_committee = UNPUBLISHED_PER_COMMITTEE[activity_type or indicator]
        value, statement = published.get(key, (round(per_committee * committee_count), "exact"))
        return value + (math.ceil(value * excess) if statement == "at_least" else 0)

    return Targets(
        units=aim("member_unit_count", 0.01),
        members=aim("dual_member_count", MEMBERS_EXCESS),
        points=aim("service_point_count", 0.01),
        activities={kind: aim("activity_count", 0.01, kind) for kind in PUBLISHED_TYPES},
        themed={
            year: aim("themed_activity_count", THEMED_EXCESS[(year - first_year) % len(THEMED_EXCESS)])
            for year in range(first_year, last_year + 1)
        },
        two_new_organisations=aim("two_new_organisation_count", 0.01),
        two_new_members=aim("two_new_member_count", 0.01),
        teams=aim("service_team_count", 0.01),
        jobs=aim("job_count", 0.01),
    )
