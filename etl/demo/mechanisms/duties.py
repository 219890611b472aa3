"""Duty lists: what each member unit has to do in a year, by when, and what shows that it was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from etl.demo.allotment import draw_weekday
from etl.demo.district import Committee
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.sheets import Value
from etl.demo.units import Unit

DUTIES = {
    "members": (
        "组织在职党员到社区报到",
        "开展一次联合主题党日",
        "向社区反馈党员参加服务情况",
        "组织党员认领服务岗位",
        "为社区讲一次党课",
    ),
    "service": (
        "开放单位会议室供居民议事",
        "开展一次便民服务进小区",
        "办理一件群众微心愿",
        "开放停车位供居民错时使用",
        "开展一次政策咨询服务",
        "参加一次清洁家园行动",
    ),
    "pairing": (
        "走访结对的困难家庭",
        "为结对家庭办一件实事",
        "慰问结对的独居老人",
        "与结对支部开展一次共建",
    ),
}
EVIDENCE = (
    "活动照片{n}张",
    "签到表{n}页",
    "会议记录{n}页",
    "活动简报{n}期",
    "走访记录{n}份",
    "服务登记表{n}页",
)
EMPTY = 0.035  # of the units, those that have no list in a year
LINGERS = 300  # days for which a duty may stay undone
UNDATED = 60  # days after the agreement before a first duty falls due


def make(world: World, rng: Random) -> Mapping[str, Sequence[Entry]]:
    keenest = max(world.zeal.values())
    return {
        committee.code: _entries(world, committee, world.zeal[committee.code] / keenest, rng)
        for committee in world.district.committees
    }


def _entries(world: World, committee: Committee, zeal: float, rng: Random) -> list[Entry]:
    first, last = world.window
    until = min(last, world.known_until[committee.code])
    entries = []
    for year in range(first.year, last.year + 1):
        for unit in world.units[committee.code]:
            if rng.random() < EMPTY:
                continue
            for duty_class, duties in DUTIES.items():
                # A committee that has sent nothing since cannot tell of what fell due later.
                due_on = draw_weekday(rng, date(year, 2, 20), date(year, 12, 20))
                entry = _entry(unit, duty_class, rng.choice(duties), due_on, last, zeal, rng)
                if (
                    _was_member(unit, due_on, until)
                    and first <= due_on <= until
                    and committee.exists_on(due_on)
                ):
                    entries.append(entry)
    return entries


def _was_member(unit: Unit, due_on: date, known_on: date) -> bool:
    ends_on = unit.ends_on(known_on)
    settled = unit.signed_on + timedelta(days=UNDATED) <= due_on
    return settled and unit.under_agreement(due_on) and (ends_on is None or due_on <= ends_on)


def _entry(
    unit: Unit, duty_class: str, duty: str, due_on: date, last: date, zeal: float, rng: Random
) -> Entry:
    lazy = unit.diligence < 0.1 or zeal < 0.1
    chance = rng.random()
    never, late = (0.1, 0.36) if lazy else (0.012, 0.12)
    if due_on <= last - timedelta(days=LINGERS):
        never /= 4  # sooner or later, most are done after all
    if chance < never:
        done_on = None
    elif chance < late:
        done_on = due_on + timedelta(days=rng.randint(2, 70 if lazy else 34))
    else:
        done_on = due_on - timedelta(days=rng.randint(0, 38))
    proof = rng.choice(EVIDENCE).format(n=rng.randint(1, 12))
    evidence = None if rng.random() < (0.05 if lazy else 0.01) else proof

    def values(known_on: date) -> dict[str, Value]:
        is_done = done_on is not None and done_on <= known_on
        return {
            "unit_name": unit.name,
            "duty_class": duty_class,
            "duty": duty,
            "due_on": due_on,
            "done_on": done_on if is_done else None,
            "evidence": evidence if is_done else None,
        }

    return Entry(date(due_on.year, 1, 15), values)


BOOK = Book(
    dataset="duties",
    sheet="职责清单",
    title="成员单位职责清单",
    note="注：每年年初列出各成员单位当年的职责；完成后填写日期和佐证材料。",
    make=make,
    widths={"unit_name": 30, "duty": 34, "evidence": 18},
)
