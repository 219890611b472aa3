"""Jobs: exactly the published number of posts over the window, most in spring and autumn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random

from etl.demo.allotment import divide
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.sheets import Value

POSTS_PER_OFFER = 4.2
#          1    2    3    4    5    6    7    8    9    10   11   12
MONTHS = (0.6, 1.3, 2.4, 1.6, 1.0, 0.8, 0.8, 0.9, 1.5, 1.6, 1.1, 0.7)
# kind of unit -> how often it hires, and what for
HIRING: dict[str, tuple[float, tuple[str, ...]]] = {
    "enterprise": (
        5.0,
        (
            "营业员",
            "收银员",
            "仓储管理员",
            "客服专员",
            "保洁员",
            "配送员",
            "保安员",
            "前台接待",
            "维修工",
            "会计",
        ),
    ),
    "hospital": (1.6, ("护理员", "导诊员", "药房辅助", "保洁员")),
    "school": (1.0, ("保育员", "食堂帮厨", "宿舍管理员", "安保人员")),
    "social": (0.7, ("社会工作助理", "活动策划", "办公室文员")),
    "institution": (0.5, ("窗口辅助人员", "绿化管护员", "讲解员")),
    "government": (0.25, ("公益性岗位协管员", "窗口辅助人员")),
    "police": (0.2, ("巡防辅助人员",)),
}


def make(world: World, rng: Random) -> Mapping[str, Sequence[Entry]]:
    total = world.district.targets.jobs
    days = _days(world)
    chances = [
        (unit, HIRING[unit.kind][0] * rng.lognormvariate(0.0, 0.8))
        for units in world.units.values()
        for unit in units
    ]
    offers: dict[tuple[str, str, str, date], float] = {}
    wanted = max(1, min(total, round(total / POSTS_PER_OFFER)))
    while len(offers) < wanted:
        unit = rng.choices([unit for unit, _ in chances], [weight for _, weight in chances])[0]
        day = rng.choices(list(days), list(days.values()))[0]
        if unit.under_agreement(day) and day <= world.known_until[unit.committee_code]:
            job = rng.choice(HIRING[unit.kind][1])
            offers[unit.committee_code, unit.name, job, day] = rng.lognormvariate(0.0, 0.7)
    found: dict[str, list[Entry]] = {committee.code: [] for committee in world.district.committees}
    counts = divide(total, list(offers.values()), 1)
    for (code, unit_name, job, day), count in sorted(
        zip(offers, counts, strict=True), key=lambda offer: (offer[0][3], offer[0][1])
    ):
        found[code].append(Entry(day, partial(_values, unit_name, job, count, day)))
    return found


def _days(world: World) -> dict[date, float]:
    """Working days of the window by how likely an offer is; hardly any while everything stood still."""
    first, last = world.window
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {
        day: MONTHS[day.month - 1] * (0.1 if date(2020, 1, 24) <= day < date(2020, 3, 15) else 1.0)
        for day in days
        if day.weekday() < 5
    }


def _values(unit_name: str, job: str, count: int, day: date, known_on: date) -> dict[str, Value]:
    return {"unit_name": unit_name, "job_title": job, "job_count": count, "offered_on": day}


BOOK = Book(
    dataset="jobs",
    sheet="就业岗位",
    title="提供就业岗位台账",
    note="注：岗位个数按提供时的招聘个数填写，不填求职者信息。",
    make=make,
    widths={"unit_name": 30, "job_title": 18},
    summed=("job_count",),
)
