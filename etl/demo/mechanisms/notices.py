"""Notices of the joint committees, one entry for each unit that a notice was sent to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from etl.demo.allotment import draw_weekday
from etl.demo.district import Committee
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.sheets import Value
from etl.demo.units import Unit

# Below this share of the keenest committee's zeal, a committee hardly informs anybody.
SILENT = 0.1
A_YEAR, A_YEAR_IF_SILENT = (8, 10), (1, 3)
KINDS = {"work": 4, "task": 3, "plan": 2}
TITLES = {
    "work": (
        "{year}年第{number}期联建工作动态",
        "{month}月社区联合党委工作动态（第{number}期）",
        "联建共建工作简报{year}年第{number}期",
    ),
    "task": (
        "关于组织成员单位参加文明交通劝导的通知（{year}年第{number}号）",
        "关于做好汛期隐患排查的通知（{year}年第{number}号）",
        "关于报送双重管理党员变动情况的通知（{year}年第{number}号）",
        "关于认领群众微心愿的通知（{year}年第{number}号）",
        "关于参加清洁家园行动的通知（{year}年第{number}号）",
        "关于落实结对走访安排的通知（{year}年第{number}号）",
        "关于开展安全生产宣传的通知（{year}年第{number}号）",
    ),
    "plan": (
        "{year}年{month}月起联建工作计划（第{number}号）",
        "{year}年轮值和主题活动计划（第{number}号）",
    ),
}
# In so many committees, one unit was forgotten on the list of recipients for a year.
FORGETFUL = 0.55
LINGERS = 300  # days for which a task may stay undone
SLIPS = 0.035  # of the recipients of a notice, those who were left out this once


def make(world: World, rng: Random) -> Mapping[str, Sequence[Entry]]:
    keenest = max(world.zeal.values())
    return {
        committee.code: _entries(world, committee, world.zeal[committee.code] / keenest, rng)
        for committee in world.district.committees
    }


def _entries(world: World, committee: Committee, zeal: float, rng: Random) -> list[Entry]:
    units = world.units[committee.code]
    first, last = world.window
    until = min(last, world.known_until[committee.code])
    forgotten = _forgotten(units, range(first.year, last.year + 1), rng)
    entries: list[Entry] = []
    for year in range(first.year, last.year + 1):
        for number, (sent_on, kind) in enumerate(_calendar(year, zeal, rng), start=1):
            title = rng.choice(TITLES[kind]).format(year=year, month=sent_on.month, number=number)
            addressed = [unit for unit in units if _is_member(unit, sent_on, until)]
            addressed = [
                unit for unit in addressed if (unit.name, year) not in forgotten and rng.random() >= SLIPS
            ]
            if not first <= sent_on <= until or not committee.exists_on(sent_on):
                continue
            entries += [_entry(unit, title, kind, sent_on, last, zeal, rng) for unit in addressed]
    return entries


def _calendar(year: int, zeal: float, rng: Random) -> list[tuple[date, str]]:
    """The notices of a year: plans early in each half, the others spread over the months."""
    count = rng.randint(*(A_YEAR if zeal >= SILENT else A_YEAR_IF_SILENT))
    kinds = ["plan", "plan"][: max(1, count // 4)]
    kinds += rng.choices(("work", "task"), (KINDS["work"], KINDS["task"]), k=count - len(kinds))
    days = []
    plans = iter(((1, 2), (7, 8)))
    others = len(kinds) - kinds.count("plan")
    slots = iter(int(12 * (place + rng.random()) / others) + 1 for place in range(others))
    for kind in kinds:
        month = rng.choice(next(plans)) if kind == "plan" else next(slots)
        days.append((draw_weekday(rng, date(year, month, 2), date(year, month, 27)), kind))
    return sorted(days)


def _is_member(unit: Unit, day: date, known_on: date) -> bool:
    """Under agreement, and so according to the last list of units that the committee sent."""
    ends_on = unit.ends_on(known_on)
    return unit.under_agreement(day) and (ends_on is None or day <= ends_on)


def _forgotten(units: Sequence[Unit], years: range, rng: Random) -> set[tuple[str, int]]:
    """(unit, year): most often a unit that has just joined, or one that is hardly seen."""
    found = set()
    for year in years:
        if rng.random() >= FORGETFUL * 0.4:
            continue
        weights = [
            (4.0 if unit.signed_on.year == year else 1.0) / (0.3 + min(1.0, unit.diligence)) for unit in units
        ]
        found.add((rng.choices(units, weights)[0].name, year))
    return found


def _entry(unit: Unit, title: str, kind: str, sent_on: date, last: date, zeal: float, rng: Random) -> Entry:
    lazy = unit.diligence < 0.1 or zeal < SILENT
    # A task from above is hardly ever left lying altogether.
    never = rng.random() < (0.16 if lazy else 0.03) * (0.1 if kind == "task" else 1.0)
    slow = rng.random() < (0.45 if lazy else 0.16)
    read_on = None if never else sent_on + timedelta(days=rng.randint(4, 26) if slow else rng.randint(0, 3))
    needs_action = kind == "task"
    acted_on = None
    waits = rng.randint(22, 55) if rng.random() < 0.08 else rng.randint(2, 18)
    undone = (0.12 if lazy else 0.03) * (0.15 if sent_on <= last - timedelta(days=LINGERS) else 1.0)
    if needs_action and read_on and rng.random() >= undone:
        acted_on = read_on + timedelta(days=waits)

    def values(known_on: date) -> dict[str, Value]:
        return {
            "notice_title": title,
            "notice_kind": kind,
            "sent_on": sent_on,
            "unit_name": unit.name,
            "needs_action": "是" if needs_action else "否",
            "read_on": read_on if read_on and read_on <= known_on else None,
            "acted_on": acted_on if acted_on and acted_on <= known_on else None,
        }

    return Entry(sent_on, values)


BOOK = Book(
    dataset="notices",
    sheet="信息通报",
    title="信息通报台账",
    note="注：一份通报发给几个单位就填几行；没有阅读或落实的，日期留空。",
    make=make,
    widths={"notice_title": 44, "unit_name": 30},
)
