"""Two-new organisations: exactly the published number, and exactly the published number of members developed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from random import Random

from etl.demo import words
from etl.demo.allotment import divide, draw_day, scaled
from etl.demo.district import Committee
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.sheets import Value

EARLIEST = date(2012, 3, 1)
# field -> names and how common it is in streets and in towns
NAMES: dict[str, tuple[str, ...]] = {
    "business_district": ("{name}商圈联合党支部", "{name}步行街商户联合党支部", "{name}市场流动党员党支部"),
    "logistics": ("{name}物流有限公司党支部", "{name}快递网点联合党支部", "{name}货运站联合党支部"),
    "internet": ("{name}网络科技有限公司党支部", "{name}电商产业园联合党支部", "{name}信息服务公司党支部"),
    "association": ("{name}餐饮行业协会党支部", "{name}商会党支部", "{name}志愿服务联合会党支部"),
    "other": ("{name}大厦楼宇联合党支部", "{name}物业服务公司党支部", "{name}诊所联合党支部"),
}
WEIGHTS = {
    "street": {"business_district": 38, "logistics": 10, "internet": 18, "association": 20, "other": 14},
    "town": {"business_district": 18, "logistics": 36, "internet": 6, "association": 24, "other": 16},
}
DORMANT = 9  # of a district of 35 committees
DISSOLVED = 6


@dataclass
class _Organisation:
    committee_code: str
    name: str
    field_kind: str
    founded_on: date
    dormant_since: date | None = None
    dissolved_on: date | None = None
    developed_on: list[date] = field(default_factory=list)


def make(world: World, rng: Random) -> Mapping[str, Sequence[Entry]]:
    first, last = world.window
    targets = world.district.targets
    standing = [committee for committee in world.district.committees if committee.exists_on(last)]
    # Business is concentrated: a few communities have many of them, most a few, some none.
    counts = divide(targets.two_new_organisations, [rng.lognormvariate(0.0, 0.75) for _ in standing])
    taken: set[str] = set()
    current = [
        _founded(world, rng, committee, taken)
        for committee, count in zip(standing, counts, strict=True)
        for _ in range(count)
    ]
    everyone = scaled(DORMANT, len(world.district.committees))
    for one in rng.sample(current, min(everyone, len(current) // 4)):
        until = world.known_until[one.committee_code]
        begin = max(one.founded_on + timedelta(days=200), first)
        one.dormant_since = draw_day(rng, min(begin, until), until, inner=True)
        if one.dormant_since <= one.founded_on:
            one.dormant_since = None
    former = []
    for committee in rng.choices(standing, k=scaled(DISSOLVED, len(world.district.committees))):
        one = _founded(world, rng, committee, taken)
        until = world.known_until[committee.code]
        one.dissolved_on = draw_day(rng, max(first, one.founded_on), until, inner=True)
        if one.dissolved_on > one.founded_on:
            former.append(one)
    _develop(world, rng, current, targets.two_new_members)
    found: dict[str, list[Entry]] = {committee.code: [] for committee in world.district.committees}
    for one in sorted((*current, *former), key=lambda one: (one.founded_on, one.name)):
        found[one.committee_code].append(Entry(one.founded_on, partial(_values, one)))
    return found


def _founded(world: World, rng: Random, committee: Committee, taken: set[str]) -> _Organisation:
    kinds = WEIGHTS["town" if committee.in_town else "street"]
    kind = rng.choices(list(kinds), list(kinds.values()))[0]
    pattern = rng.choice(NAMES[kind])
    name = pattern.format(name=rng.choice(words.NAME_HEADS) + rng.choice(words.NAME_TAILS))
    number = 2
    while name in taken:
        name = f"{name.partition('（')[0]}（{number}）"
        number += 1
    taken.add(name)
    first, until = world.window[0], world.known_until[committee.code]
    earliest = max(EARLIEST, committee.valid_from)
    if rng.random() < 0.68 and earliest < first:
        founded_on = draw_day(rng, earliest, first - timedelta(days=2), inner=True)
    else:
        founded_on = draw_day(rng, max(first, earliest) + timedelta(days=1), until, inner=True)
    return _Organisation(committee.code, name, kind, min(founded_on, until))


def _develop(world: World, rng: Random, organisations: Sequence[_Organisation], total: int) -> None:
    """Who develops members does so again and again: few organisations, several members each."""
    weights = [rng.lognormvariate(0.0, 1.3) if one.dormant_since is None else 0.2 for one in organisations]
    for one, count in zip(organisations, divide(total, weights), strict=True):
        until = world.known_until[one.committee_code]
        one.developed_on = [draw_day(rng, min(one.founded_on, until), until) for _ in range(count)]


def _values(one: _Organisation, known_on: date) -> dict[str, Value]:
    return {
        "organisation_name": one.name,
        "two_new_field": one.field_kind,
        "founded_on": one.founded_on,
        "members_developed": sum(day <= known_on for day in one.developed_on),
        "dormant_since": one.dormant_since if one.dormant_since and one.dormant_since <= known_on else None,
        "dissolved_on": one.dissolved_on if one.dissolved_on and one.dissolved_on <= known_on else None,
    }


BOOK = Book(
    dataset="two_new_organisations",
    sheet="两新组织",
    title="两新党组织台账",
    note="注：停止活动而未撤销的请保留，并填写停止活动日期。",
    make=make,
    widths={"organisation_name": 32},
    summed=("members_developed",),
)
