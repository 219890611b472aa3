"""Committee posts: who fills them is told by the kind of unit only; some are vacant, some were for a while."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random

from etl.demo.allotment import draw_weekday
from etl.demo.district import Committee
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.sheets import Value
from etl.demo.units import Unit

MEMBERS = ("组织委员", "宣传委员", "纪检委员")
NUMBERS = "一二三四"
# How likely a kind of unit is to send a part-time member.
WILLING = {
    "government": 1.2,
    "institution": 1.0,
    "enterprise": 0.9,
    "social": 0.7,
    "school": 1.0,
    "hospital": 1.1,
    "police": 2.4,
}
TERM_DAYS = 5 * 365
# How many posts of a kind were left and not filled again, or never filled at all.
LEFT_EMPTY = {"secretary": 0.0, "deputy": 0.05, "member": 0.04, "part_time": 0.1}


def _posts(rng: Random, unit_count: int) -> Iterator[tuple[str, str]]:
    """Name and kind of each post of a committee."""
    yield "书记", "secretary"
    deputies = rng.choice((1, 1, 2))
    yield from ((name, "deputy") for name in (("副书记",) if deputies == 1 else ("第一副书记", "副书记")))
    yield from ((name, "member") for name in MEMBERS[: rng.choice((2, 3, 3))])
    for number in NUMBERS[: max(1, min(rng.choice((2, 2, 3, 4)), unit_count))]:
        yield f"兼职委员（{number}）", "part_time"


def make(world: World, rng: Random) -> Mapping[str, Sequence[Entry]]:
    return {
        committee.code: [
            entry
            for name, kind in _posts(rng, len(world.units[committee.code]))
            for entry in _history(world, rng, committee, name, kind)
        ]
        for committee in world.district.committees
    }


def _history(world: World, rng: Random, committee: Committee, name: str, kind: str) -> Iterator[Entry]:
    """One entry a term; the terms change with the election of the community's committee, every five years."""
    first, _ = world.window
    until = world.known_until[committee.code]
    begun = max(committee.valid_from, first - timedelta(days=rng.randint(500, TERM_DAYS)))
    if kind == "part_time" and rng.random() < 0.3:  # a seat added later
        begun = max(begun, draw_weekday(rng, first, max(first, until - timedelta(days=150))))
    planned_on = min(begun, until - timedelta(days=30))
    if kind == "part_time" and rng.random() < LEFT_EMPTY[kind] / 2:
        planned_on = max(committee.valid_from, until - timedelta(days=rng.randint(40, 640)))
        yield Entry(planned_on, partial(_values, name, kind, planned_on, None, None, None))
        return
    filled_from = min(planned_on + timedelta(days=rng.choice((0, 0, 0, 12, 40))), until)
    election = draw_weekday(rng, date(first.year + 2, 2, 10), date(first.year + 2, 4, 20))
    changes = rng.random() < 0.45 and filled_from + timedelta(days=300) < election < until
    unit = _sender(world, rng, committee, kind, filled_from)
    left_on: date | None = None
    if changes:
        left_on = election
    elif unit and unit.ended_on:
        left_on = unit.ended_on
    elif rng.random() < LEFT_EMPTY[kind]:
        left_on = until - timedelta(days=round(rng.uniform(2, 18) ** 2))
    if left_on is not None and not filled_from < left_on <= until:
        left_on = None
    yield Entry(filled_from, partial(_values, name, kind, planned_on, filled_from, left_on, unit))
    if left_on is None or not (changes or rng.random() < 0.35):
        return
    again_on = left_on + timedelta(days=rng.choice((0, 0, 0, 5, 21, 75, 160)))
    if again_on <= until:
        sender = _sender(world, rng, committee, kind, again_on)
        yield Entry(again_on, partial(_values, name, kind, planned_on, again_on, None, sender))


def _sender(world: World, rng: Random, committee: Committee, kind: str, day: date) -> Unit | None:
    """The unit that the post is filled from; None for the community's own ranks."""
    able = [unit for unit in world.units[committee.code] if unit.under_agreement(day)]
    chance = {"secretary": 0.0, "deputy": 0.4, "member": 0.12, "part_time": 1.0}[kind]
    if not able or rng.random() >= chance:
        return None
    return rng.choices(able, [WILLING[unit.kind] for unit in able])[0]


def _values(
    name: str,
    kind: str,
    planned_on: date,
    filled_from: date | None,
    left_on: date | None,
    unit: Unit | None,
    known_on: date,
) -> dict[str, Value]:
    return {
        "post_name": name,
        "post_kind": kind,
        "planned_on": planned_on,
        "post_source": (unit.kind if unit else "community") if filled_from else None,
        "unit_name": unit.name if unit else None,
        "filled_from": filled_from,
        "filled_until": left_on if left_on and left_on <= known_on else None,
    }


BOOK = Book(
    dataset="committee_posts",
    sheet="班子职务",
    title="社区联合党委班子职务台账",
    note="注：只填职务和人选来源，不填姓名；空缺的职务不填任职日期。",
    make=make,
    widths={"post_name": 16, "unit_name": 30},
)
