"""Activities: what was held when, by whom, for how many, so that the published totals come out."""

import math
from bisect import bisect
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from etl.demo.allotment import divide
from etl.demo.district import OTHER_TYPES, Committee, District, Item, Targets
from etl.demo.names import NameBook, activity_title, haunts_of, pick_item, venue
from etl.demo.timetable import Filing, Quarter
from etl.demo.units import Unit

# Spring Festival, Mid-Autumn and Chongyang, month and day, of the years that a demo may cover.
FESTIVALS: dict[int, tuple[tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    2018: ((2, 16), (9, 24), (10, 17)),
    2019: ((2, 5), (9, 13), (10, 7)),
    2020: ((1, 25), (10, 1), (10, 25)),
    2021: ((2, 12), (9, 21), (10, 14)),
    2022: ((2, 1), (9, 10), (10, 4)),
    2023: ((1, 22), (9, 29), (10, 23)),
    2024: ((2, 10), (9, 17), (10, 11)),
    2025: ((1, 29), (10, 6), (10, 29)),
    2026: ((2, 17), (9, 25), (10, 18)),
}
USUAL_FESTIVALS = ((2, 5), (9, 20), (10, 14))

# Published activities there are besides: one of another type for every six.
OTHER_SHARE = 1 / 6
MONTHS: dict[str, tuple[float, ...]] = {
    #             1    2    3    4    5    6    7    8    9   10   11   12
    "volunteer": (0.8, 0.6, 2.3, 1.0, 1.0, 1.0, 1.2, 0.8, 0.9, 1.1, 1.0, 1.4),
    "gala":      (1.2, 0.9, 0.6, 0.6, 0.9, 1.3, 1.2, 0.7, 1.1, 1.2, 0.6, 1.1),
    "training":  (0.3, 0.3, 1.1, 1.3, 1.3, 1.1, 0.9, 0.8, 1.2, 1.2, 1.4, 0.8),
    "party_day": (0.8, 0.7, 1.0, 1.0, 1.0, 1.5, 1.9, 0.9, 1.0, 1.0, 1.0, 1.0),
    "lecture":   (0.5, 0.5, 1.0, 1.1, 1.0, 1.3, 1.2, 0.8, 1.1, 1.1, 1.4, 1.3),
    "other":     (0.8, 0.7, 1.0, 1.1, 1.0, 1.0, 1.2, 1.1, 1.0, 1.0, 1.0, 0.9),
}  # fmt: skip
# type -> usual heads, how much they vary, how often one person comes again
CROWD = {
    "volunteer": (22, 0.5, 1.35),
    "gala": (130, 0.6, 1.1),
    "training": (42, 0.35, 2.2),
    "party_day": (28, 0.35, 1.0),
    "lecture": (46, 0.45, 1.15),
    "other": (30, 0.5, 1.2),
}
# A few galas fill a square.
GREAT_GALA_SHARE = 0.05
# How readily an activity of a type is a themed one.
THEME_WEIGHT = {
    "volunteer": 0.8,
    "gala": 1.1,
    "training": 0.8,
    "party_day": 3.0,
    "lecture": 1.6,
    "other": 0.6,
}


@dataclass(frozen=True)
class Activity:
    committee_code: str
    held_on: date
    ended_on: date | None
    title: str
    activity_type: str
    themed: bool
    item: Item
    unit_name: str | None
    venue: str
    head_count: int | None
    attended_count: int | None
    volunteer_hours: float | None


class ActivityMaker:
    """Makes one activity of a committee at a time; no two of a committee alike in day, title and venue."""

    def __init__(self, district: District, units: list[Unit], book: NameBook, rng: Random) -> None:
        self._rng = rng
        self._items = {item.code: item for item in district.items}
        self._committees = {committee.code: committee for committee in district.committees}
        self._units: dict[str, list[Unit]] = {code: [] for code in self._committees}
        for unit in units:
            self._units[unit.committee_code].append(unit)
        self._haunts = {code: haunts_of(rng, committee, book) for code, committee in self._committees.items()}
        self._taken: set[tuple[str, date, str, str]] = set()

    def make(self, code: str, activity_type: str, held_on: date, quarter_end: date) -> Activity:
        rng = self._rng
        committee = self._committees[code]
        while True:
            item = pick_item(rng, activity_type, held_on, self._items)
            unit_name = self._organiser(code, held_on)
            title = activity_title(rng, item, held_on)
            place = venue(rng, committee, unit_name, self._haunts[code])
            if (code, held_on, title, place) not in self._taken:
                break
        self._taken.add((code, held_on, title, place))
        heads, attendances, hours = self._crowd(activity_type)
        two_days = activity_type != "party_day" and held_on < quarter_end and rng.random() < 0.03
        return Activity(
            committee_code=code,
            held_on=held_on,
            ended_on=held_on + timedelta(days=1) if two_days else None,
            title=title,
            activity_type=activity_type,
            themed=False,
            item=item,
            unit_name=unit_name,
            venue=place,
            head_count=heads,
            attended_count=attendances,
            volunteer_hours=hours,
        )

    def _organiser(self, code: str, held_on: date) -> str | None:
        """Mostly a member unit under agreement that day; otherwise the committee itself."""
        able = [unit for unit in self._units[code] if unit.under_agreement(held_on)]
        if not able or self._rng.random() < 0.3:
            return None
        return self._rng.choices(able, [unit.diligence for unit in able])[0].name

    def _crowd(self, activity_type: str) -> tuple[int | None, int | None, float | None]:
        rng = self._rng
        usual, spread, again = CROWD[activity_type]
        heads = max(4, round(usual * math.exp(rng.gauss(0.0, spread))))
        if activity_type == "gala" and rng.random() < GREAT_GALA_SHARE:
            heads *= 6
        attendances = max(heads, round(heads * rng.uniform(1.0, again)))
        hours = round(heads * rng.uniform(1.0, 4.0) * 2) / 2 if activity_type == "volunteer" else None
        forgotten = rng.random()
        if forgotten < 0.012:
            return None, None, hours
        return heads, (None if forgotten < 0.02 else attendances), hours


def make_activities(
    district: District,
    maker: ActivityMaker,
    filings: dict[str, list[Filing]],
    zeal: dict[str, float],
    window: tuple[date, date],
    rng: Random,
) -> list[Activity]:
    """All activities that count, on days of quarters whose workbook was sent."""
    reported = {code: [filing.quarter for filing in sent] for code, sent in filings.items()}
    codes = [committee.code for committee in district.committees if reported[committee.code]]
    trends = {code: rng.gauss(0.0, 0.22) for code in codes}
    activities = []
    for activity_type, count in _counts(district.targets).items():
        tastes = [zeal[code] * rng.uniform(0.65, 1.45) * len(reported[code]) for code in codes]
        for code, share in zip(codes, divide(count, tastes), strict=True):
            days = _Days(activity_type, district_days(district, code, reported[code]), trends[code], window)
            for held_on, quarter_end in days.draw(share, rng):
                activities.append(maker.make(code, activity_type, held_on, quarter_end))
    activities += _enough_for_themes(activities, district.targets, reported, codes, maker, rng)
    themed = _choose_themed(activities, district.targets, codes, rng)
    chosen = [
        replace(activity, themed=True) if index in themed else activity
        for index, activity in enumerate(activities)
    ]
    return sorted(chosen, key=lambda activity: (activity.committee_code, activity.held_on, activity.title))


def district_days(district: District, code: str, quarters: list[Quarter]) -> list[tuple[date, date]]:
    """The days on which a committee could hold something, each with the last day of its quarter."""
    committee: Committee = next(each for each in district.committees if each.code == code)
    return [
        (day, quarter.last_on)
        for quarter in quarters
        for offset in range((quarter.last_on - quarter.first_on).days + 1)
        if committee.exists_on(day := quarter.first_on + timedelta(days=offset))
    ]


class _Days:
    """Draws days by season, festival, weekday and the committee's own trend."""

    def __init__(
        self, activity_type: str, days: list[tuple[date, date]], trend: float, window: tuple[date, date]
    ) -> None:
        self._days = days
        span = max(1, (window[1] - window[0]).days)
        self._sums = list(
            accumulate(
                season(activity_type, day) * math.exp((trend + 0.12) * 2 * (day - window[0]).days / span)
                for day, _ in days
            )
        )

    def draw(self, count: int, rng: Random) -> list[tuple[date, date]]:
        return [
            self._days[min(len(self._days) - 1, bisect(self._sums, rng.random() * self._sums[-1]))]
            for _ in range(count)
        ]


def season(activity_type: str, day: date) -> float:
    """How likely an activity of this type is on a day, compared with an ordinary one."""
    weight = MONTHS[activity_type][day.month - 1]
    weight *= (1.6 if activity_type == "gala" else 1.25) if day.weekday() >= 5 else 1.0
    spring, autumn, chongyang = (
        date(day.year, month, number) for month, number in FESTIVALS.get(day.year, USUAL_FESTIVALS)
    )
    to_spring = (day - spring).days
    if activity_type == "gala":
        # The weeks before Spring Festival and up to the Lantern Festival, and Mid-Autumn.
        weight *= 3.2 if -16 <= to_spring <= -2 or 8 <= to_spring <= 15 else 1.0
        weight *= 2.5 if -4 <= (day - autumn).days <= 0 else 1.0
    if 0 <= to_spring <= 6:
        weight *= 0.15
    if activity_type == "volunteer":
        weight *= 3.0 if (day.month, day.day) in ((3, 5), (12, 5)) else 1.0
        weight *= 2.2 if abs((day - chongyang).days) <= 3 else 1.0
    if activity_type == "party_day" and (day.month, day.day) in ((6, 30), (7, 1)):
        weight *= 5.0
    return weight * _epidemic(activity_type, day)


def _epidemic(activity_type: str, day: date) -> float:
    """In early 2020 gatherings stopped; volunteers were on duty at the gates."""
    on_duty = activity_type == "volunteer"
    if date(2020, 1, 24) <= day < date(2020, 3, 1):
        return 0.35 if on_duty else 0.03
    if date(2020, 3, 1) <= day < date(2020, 4, 1):
        return 0.55 if on_duty else 0.1
    if date(2020, 4, 1) <= day < date(2020, 6, 1):
        return 0.8 if on_duty else 0.5
    return 1.0


def _counts(targets: Targets) -> dict[str, int]:
    others = round(sum(targets.activities.values()) * OTHER_SHARE)
    shares = divide(others, [0.45, 0.33, 0.22], 1)
    return targets.activities | dict(zip(OTHER_TYPES, shares, strict=True))


def _enough_for_themes(
    activities: list[Activity],
    targets: Targets,
    reported: dict[str, list[Quarter]],
    codes: list[str],
    maker: ActivityMaker,
    rng: Random,
) -> list[Activity]:
    """Party days in addition where a year has fewer activities than themed ones are published."""
    added = []
    for year, wanted in targets.themed.items():
        held = sum(activity.held_on.year == year for activity in activities)
        able = [(code, quarter) for code in codes for quarter in reported[code] if quarter.year == year]
        for _ in range(max(0, math.ceil(wanted * 1.2) - held) if able else 0):
            code, quarter = rng.choice(able)
            offset = rng.randint(0, (quarter.last_on - quarter.first_on).days)
            added.append(
                maker.make(code, "party_day", quarter.first_on + timedelta(days=offset), quarter.last_on)
            )
    return added


def _choose_themed(activities: list[Activity], targets: Targets, codes: list[str], rng: Random) -> set[int]:
    """Exactly the target of each year, drawn by weight without repetition."""
    keenness = {code: rng.uniform(0.6, 1.6) for code in codes}
    chosen: set[int] = set()
    for year, wanted in targets.themed.items():
        keys = {
            index: rng.random()
            ** (1 / (THEME_WEIGHT[activity.activity_type] * keenness[activity.committee_code]))
            for index, activity in enumerate(activities)
            if activity.held_on.year == year
        }
        chosen |= set(sorted(keys, key=lambda index: -keys[index])[:wanted])
    return chosen
