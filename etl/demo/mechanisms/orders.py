"""服务订单: what was ordered, how long each step took, who took it, and how it was rated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from etl.demo.allotment import divide, draw_weekday
from etl.demo.district import Committee, Item
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.sheets import Value

ORDERS_PER_COMMITTEE_YEAR = 24
# Each year of a practice that spreads has more orders than the one before.
GROWTH = (0.68, 1.0, 1.32)
# January to December: little around the Spring Festival, most when the weather is mild.
SEASON = (0.8, 0.45, 1.15, 1.2, 1.15, 1.05, 0.9, 0.85, 1.1, 1.1, 1.15, 1.1)
ITEM_WEIGHTS = {
    "sanitation": 16, "parking": 13, "elderly": 13, "legal": 8, "clinic": 9, "tutoring": 7, "mediation": 8,
    "safety": 7, "employment": 5, "pairing": 5, "traffic": 4, "consumer": 3, "skills": 3, "reading": 2,
}  # fmt: skip
ORDERED_BY = {"resident": 70, "member": 17, "unit": 13}
ACCEPTORS = {"member_unit": 66, "team": 21, "member": 13}
RATINGS = {5: 50, 4: 33, 3: 11, 2: 4, 1: 2}
SLOW_RATINGS = {5: 26, 4: 34, 3: 24, 2: 10, 1: 6}
RATED = 0.6
WITHDRAWN = 0.025
# Where an order is left lying: nobody hands it on, nobody takes it, nobody finishes it.
FORGOTTEN = {"dispatched_on": 0.0012, "accepted_on": 0.0025, "closed_on": 0.004}
SLOWEST = 0.2  # of the committees


@dataclass(frozen=True)
class Order:
    """One order with all that ever happens to it; None: never."""

    number: str
    item: str
    ordered_by: str
    ordered_on: date
    dispatched_on: date | None
    accepted_on: date | None
    acceptor_kind: str | None
    unit_name: str | None
    closed_on: date | None
    rating: int | None
    cancelled_on: date | None

    def known(self, known_on: date) -> dict[str, Value]:
        def so_far(day: date | None) -> date | None:
            return day if day is not None and day <= known_on else None

        taken = so_far(self.accepted_on) is not None
        return {
            "order_no": self.number,
            "item_code": self.item,
            "ordered_by": self.ordered_by,
            "ordered_on": self.ordered_on,
            "dispatched_on": so_far(self.dispatched_on),
            "accepted_on": so_far(self.accepted_on),
            "acceptor_kind": self.acceptor_kind if taken else None,
            "unit_name": self.unit_name if taken else None,
            "closed_on": so_far(self.closed_on),
            "rating": self.rating if so_far(self.closed_on) else None,
            "cancelled_on": so_far(self.cancelled_on),
        }


def make(world: World, rng: Random) -> Mapping[str, Sequence[Entry]]:
    """About 24 orders a committee and year, more where zeal is greater."""
    first, last = world.window
    committees = world.district.committees
    # The eager order more, but not as much more as they hold activities.
    weights = [world.zeal[committee.code] ** 0.6 for committee in committees]
    total = round(
        len(committees)
        * ORDERS_PER_COMMITTEE_YEAR
        * sum(GROWTH[min(year - first.year, 2)] for year in range(first.year, last.year + 1))
    )
    counts = divide(total, weights, 4)
    slow = set(rng.sample([each.code for each in committees], max(1, round(len(committees) * SLOWEST))))
    return {
        committee.code: _entries(world, committee, count, committee.code in slow, rng)
        for committee, count in zip(committees, counts, strict=True)
    }


def _entries(world: World, committee: Committee, count: int, is_slow: bool, rng: Random) -> list[Entry]:
    first, last = world.window
    begin = max(first, committee.valid_from)
    end = min(last, world.known_until[committee.code], *([committee.valid_to] if committee.valid_to else []))
    months = [
        date(year, month, 1)
        for year in range(begin.year, end.year + 1)
        for month in range(1, 13)
        if begin <= date(year, month, 1) <= end
    ]
    weights = [SEASON[month.month - 1] * GROWTH[min(month.year - first.year, 2)] for month in months]
    days = sorted(
        min(end, draw_weekday(rng, month, month + timedelta(days=27)))
        for month in rng.choices(months, weights, k=count)
    )
    numbers: dict[int, int] = {}
    entries = []
    for day in days:
        numbers[day.year] = numbers.get(day.year, 0) + 1
        order = _order(world, committee, f"{day.year}-{numbers[day.year]:03}", day, is_slow, rng)
        entries.append(Entry(day, partial(Order.known, order)))
    return entries


def _order(
    world: World, committee: Committee, number: str, ordered_on: date, is_slow: bool, rng: Random
) -> Order:
    pace = 2.2 if is_slow else 1.0
    forgotten = rng.random() / (3.5 if is_slow else 1.0)
    dispatched_on = accepted_on = closed_on = cancelled_on = None
    if forgotten >= FORGOTTEN["dispatched_on"]:
        dispatched_on = ordered_on + timedelta(days=_days(rng, 0.9 * pace, 1.0))
        if forgotten >= sum(FORGOTTEN[name] for name in ("dispatched_on", "accepted_on")):
            accepted_on = dispatched_on + timedelta(days=_days(rng, 1.3 * pace, 1.0))
            if forgotten >= sum(FORGOTTEN.values()):
                closed_on = accepted_on + timedelta(days=_days(rng, 3.6 * pace, 0.95))
    kind = unit = None
    if accepted_on:
        kind = rng.choices(list(ACCEPTORS), list(ACCEPTORS.values()))[0]
        around = [one for one in world.units[committee.code] if one.under_agreement(accepted_on)]
        if kind == "member_unit" and around:
            unit = rng.choices(around, [one.diligence + 0.2 for one in around])[0].name
        elif kind == "member_unit":
            kind = "team"
    if rng.random() < WITHDRAWN:
        step = rng.choice([day for day in (ordered_on, dispatched_on, accepted_on) if day])
        cancelled_on, closed_on = step + timedelta(days=rng.randint(0, 3)), None
        # Whoever withdraws an order stops it there.
        dispatched_on = dispatched_on if dispatched_on and dispatched_on <= step else None
        if accepted_on and accepted_on > step:
            accepted_on = kind = unit = None
    rating = None
    if closed_on and rng.random() < RATED:
        table = SLOW_RATINGS if (closed_on - ordered_on).days > 14 else RATINGS
        rating = rng.choices(list(table), list(table.values()))[0]
    return Order(
        number=number,
        item=_item(world.district.items, ordered_on, rng).name,
        ordered_by=rng.choices(list(ORDERED_BY), list(ORDERED_BY.values()))[0],
        ordered_on=ordered_on,
        dispatched_on=dispatched_on,
        accepted_on=accepted_on,
        acceptor_kind=kind,
        unit_name=unit,
        closed_on=closed_on,
        rating=rating,
        cancelled_on=cancelled_on,
    )


def _days(rng: Random, median: float, spread: float) -> int:
    """A waiting time in whole days: mostly short, sometimes very long."""
    return min(120, int(rng.lognormvariate(0, spread) * median))


def _item(items: Sequence[Item], day: date, rng: Random) -> Item:
    """By weight where the catalogue has the usual items, otherwise any."""
    weights = [float(ITEM_WEIGHTS.get(item.code, 0)) for item in items]
    for place, item in enumerate(items):
        if item.code == "epidemic" and day.year >= 2020:
            weights[place] = 40.0 if day < date(2020, 5, 1) else 6.0
    if not any(weights):
        return rng.choice(items)
    return rng.choices(items, weights)[0]


BOOK = Book(
    dataset="orders",
    sheet="服务订单",
    title="服务订单台账",
    note="注：本表每次填报全部订单，办结、撤单的也请保留。",
    make=make,
    widths={"unit_name": 30, "order_no": 12},
)
