"""联席会议, 会议出席, 议定事项: one plan of meetings a committee, told in three ledgers.

Most meetings are held in time. In the first quarter of an epidemic many are excused; committees of little
zeal meet late, now and then not at all, and leave what they resolved undone for longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from etl.demo.allotment import draw_weekday
from etl.demo.mechanisms import agenda
from etl.demo.mechanisms.book import Book, Entry, World
from etl.demo.sheets import Value
from etl.demo.timetable import CHINESE_QUARTER, Quarter, quarters_between
from etl.demo.units import Unit

_EPIDEMIC = (date(2020, 1, 24), date(2020, 4, 30))
_FLOOD_MONTHS = (6, 7, 8, 9)
_ADHOC_SHARE = 0.3  # chance of one in a quarter
_LONGEST_TITLE = 60


@dataclass(frozen=True)
class Resolution:
    text: str
    owner: str | None  # None: the committee itself
    due_on: date
    closed_on: date | None


@dataclass(frozen=True)
class Meeting:
    """A meeting that was planned; `held_on` is None for one that was excused or never took place."""

    title: str
    kind: str
    quarter: Quarter
    held_on: date | None
    excuse: str | None
    topics: str
    minutes: str | None
    attendance: tuple[tuple[str, str], ...]  # unit, present / leave / absent
    resolutions: tuple[Resolution, ...]

    @property
    def known_from(self) -> date:
        """Planned meetings are in the ledger from the quarter's beginning on, others once they took place."""
        return self.held_on if self.kind == "adhoc" and self.held_on else self.quarter.first_on


def plans_of(world: World) -> dict[str, list[Meeting]]:
    """Every committee's meetings in order. Three books tell of the same ones, so each has chance of its own."""
    ranking = sorted(world.zeal, key=lambda code: world.zeal[code])
    keenness = {code: (place + 0.5) / len(ranking) for place, code in enumerate(ranking)}
    found = {}
    for committee in world.district.committees:
        code = committee.code
        until = min(world.known_until[code], world.window[1])
        quarters = [
            quarter
            for quarter in quarters_between(*world.window)
            if committee.valid_from <= quarter.first_on
            and committee.exists_on(quarter.last_on)
            and quarter.last_on <= until
        ]
        rng = Random(f"{world.zeal[code]!r}/{code}/meetings")
        maker = _Maker(world.units[code], keenness[code], until, rng)
        found[code] = [meeting for quarter in quarters for meeting in maker.quarter(quarter)]
    return found


class _Maker:
    """Makes one committee's meetings, quarter by quarter. `keenness`: 0 the laziest, 1 the keenest."""

    def __init__(self, units: Sequence[Unit], keenness: float, until: date, rng: Random) -> None:
        self._units = units
        self._keenness = keenness
        self._until = until
        self._rng = rng
        self._minutes = 0
        self._year = 0
        self._titles: set[str] = set()
        self._resolved: set[tuple[date, str]] = set()

    def quarter(self, quarter: Quarter) -> Iterator[Meeting]:
        title = f"{quarter.year}年度联席会议"
        if quarter.number == 1:
            yield self._planned(title, "annual", quarter, ("、".join(agenda.ANNUAL_TOPICS)))
        title = f"{quarter.year}年第{CHINESE_QUARTER[quarter.number - 1]}季度联席会议"
        topics = "、".join(self._rng.sample(agenda.TOPICS[quarter.number], 2))
        yield self._planned(title, "quarterly", quarter, topics)
        if self._rng.random() < _ADHOC_SHARE:
            meeting = self._adhoc(quarter)
            if meeting:
                yield meeting

    def _planned(self, title: str, kind: str, quarter: Quarter, topics: str) -> Meeting:
        rng = self._rng
        chance = rng.random()
        missed = 0.015 + 0.09 * (1 - self._keenness) ** 2
        late = 0.03 + 0.14 * (1 - self._keenness)
        excuse = self._excuse(quarter)
        first = quarter.first_on + timedelta(days=4)
        held_on: date | None
        if excuse or chance < missed:
            held_on = None
        elif chance < missed + late:
            held_on = draw_weekday(
                rng, quarter.last_on + timedelta(days=3), quarter.last_on + timedelta(days=34)
            )
        elif kind == "annual":  # at the year's beginning
            held_on = draw_weekday(rng, first, quarter.first_on + timedelta(days=60))
        else:
            held_on = draw_weekday(rng, first + timedelta(days=20), quarter.last_on - timedelta(days=3))
        if held_on and held_on > self._until:
            held_on = None
        return self._made(title, kind, quarter, held_on, excuse, topics)

    def _excuse(self, quarter: Quarter) -> str | None:
        chance = self._rng.random()
        if quarter.first_on <= _EPIDEMIC[1] and quarter.last_on >= _EPIDEMIC[0]:
            return "epidemic" if chance < (0.38 if quarter.number == 1 else 0.12) else None
        if chance < 0.012:
            return self._rng.choice(("merged", "merged", "other"))
        if quarter.number == 3 and chance < 0.04:
            return "flood"
        return None

    def _adhoc(self, quarter: Quarter) -> Meeting | None:
        rng = self._rng
        held_on = draw_weekday(rng, quarter.first_on + timedelta(days=5), quarter.last_on - timedelta(days=2))
        name, topics = rng.choice(agenda.SPECIAL)
        if _EPIDEMIC[0] <= held_on <= _EPIDEMIC[1]:
            name, topics = agenda.EPIDEMIC
        title = f"{name}（{held_on.year}年{held_on.month}月）"
        if title in self._titles or held_on > self._until:
            return None
        self._titles.add(title)
        return self._made(title, "adhoc", quarter, held_on, None, topics)

    def _made(
        self, title: str, kind: str, quarter: Quarter, held_on: date | None, excuse: str | None, topics: str
    ) -> Meeting:
        attendance: tuple[tuple[str, str], ...] = ()
        minutes = None
        if held_on:
            attendance = tuple(self._invited(kind, held_on))
            if held_on.year != self._year:
                self._year, self._minutes = held_on.year, 0
            self._minutes += 1
            if self._rng.random() < 0.9 + 0.08 * self._keenness:
                minutes = f"联席纪要〔{held_on.year}〕{self._minutes}号"
        resolutions = tuple(self._resolutions(held_on, attendance)) if held_on else ()
        return Meeting(title, kind, quarter, held_on, excuse, topics, minutes, attendance, resolutions)

    def _invited(self, kind: str, held_on: date) -> Iterator[tuple[str, str]]:
        rng = self._rng
        units = [unit for unit in self._units if unit.under_agreement(held_on)]
        if kind != "annual":
            share = 0.6 if kind == "quarterly" else 0.45
            wanted = min(len(units), max(2, round(share * len(units))))
            units = sorted(rng.sample(units, wanted), key=self._units.index)
        for unit in units:
            # Units that hardly ever organise anything hardly ever come, either.
            present = min(0.97, 0.28 + 0.5 * min(unit.diligence, 1.0) + 0.08 * unit.diligence)
            chance = rng.random()
            state = "present" if chance < present else "leave" if rng.random() < 0.6 else "absent"
            yield unit.name, state

    def _resolutions(self, held_on: date, attendance: Sequence[tuple[str, str]]) -> Iterator[Resolution]:
        rng = self._rng
        present = [unit for unit, state in attendance if state == "present"]
        for text, fewest, most in rng.sample(agenda.RESOLUTIONS, rng.choice((0, 1, 1, 2, 2, 3))):
            if (held_on, text) in self._resolved:
                continue
            self._resolved.add((held_on, text))
            owner = rng.choice(present) if present and rng.random() < 0.68 else None
            due_on = held_on + timedelta(days=rng.randint(fewest, most))
            yield Resolution(text, owner, due_on, self._closed_on(held_on, due_on))

    def _closed_on(self, held_on: date, due_on: date) -> date | None:
        rng = self._rng
        chance = rng.random()
        never = 0.004 + 0.05 * (1 - self._keenness) ** 2
        late = 0.06 + 0.2 * (1 - self._keenness)
        if chance < never:
            return None
        if chance < never + late:
            closed_on = due_on + timedelta(days=rng.randint(2, 75))
        else:
            days = (due_on - held_on).days
            closed_on = held_on + timedelta(days=rng.randint(max(3, days // 3), days))
        return closed_on if closed_on <= self._until else None


# ---- the three ledgers --------------------------------------------------------------------------


def _meeting_entry(meeting: Meeting) -> Entry:
    def values(known_on: date) -> dict[str, Value]:
        held_on = meeting.held_on if meeting.held_on and meeting.held_on <= known_on else None
        state = "held" if held_on else "excused" if meeting.excuse else "pending"
        planned = meeting.kind != "adhoc"
        return {
            "meeting_title": meeting.title,
            "meeting_kind": meeting.kind,
            "plan_year": meeting.quarter.year if planned else None,
            "plan_quarter": f"q{meeting.quarter.number}" if meeting.kind == "quarterly" else None,
            "meeting_state": state,
            "held_on": held_on,
            "excuse_reason": meeting.excuse,
            "topics": meeting.topics,
            "evidence": meeting.minutes if held_on else None,
        }

    return Entry(meeting.known_from, values)


def _meetings(world: World, _: Random) -> Mapping[str, Sequence[Entry]]:
    return {code: [_meeting_entry(each) for each in plan] for code, plan in plans_of(world).items()}


def _attendance(world: World, _: Random) -> Mapping[str, Sequence[Entry]]:
    def entry(meeting: Meeting, held_on: date, unit: str, state: str) -> Entry:
        row: dict[str, Value] = {
            "meeting_title": meeting.title,
            "met_on": held_on,
            "unit_name": unit,
            "attendance_state": state,
        }
        return Entry(held_on, lambda _: row)

    return {
        code: [
            entry(meeting, meeting.held_on, unit, state)
            for meeting in plan
            if meeting.held_on
            for unit, state in meeting.attendance
        ]
        for code, plan in plans_of(world).items()
    }


def _resolutions(world: World, _: Random) -> Mapping[str, Sequence[Entry]]:
    def entry(meeting: Meeting, held_on: date, each: Resolution) -> Entry:
        def values(known_on: date) -> dict[str, Value]:
            return {
                "meeting_title": meeting.title,
                "met_on": held_on,
                "resolution": each.text,
                "unit_name": each.owner,
                "due_on": each.due_on,
                "closed_on": each.closed_on if each.closed_on and each.closed_on <= known_on else None,
            }

        return Entry(held_on, values)

    return {
        code: [
            entry(meeting, meeting.held_on, each)
            for meeting in plan
            if meeting.held_on
            for each in meeting.resolutions
        ]
        for code, plan in plans_of(world).items()
    }


MEETINGS = Book(
    dataset="meetings",
    sheet="联席会议",
    title="联席会议台账",
    note="注：应开而未开的会议也要列出；经批准免开的写明原因。",
    make=_meetings,
    widths={"meeting_title": 32, "topics": 40, "evidence": 22},
)
ATTENDANCE = Book(
    dataset="meeting_attendance",
    sheet="会议出席",
    title="会议出席台账",
    note="注：通知到会的成员单位每家一行，请假的与缺席的分开填写。",
    make=_attendance,
    widths={"meeting_title": 32, "unit_name": 30},
)
RESOLUTIONS = Book(
    dataset="resolutions",
    sheet="议定事项",
    title="议定事项台账",
    note="注：牵头单位空白的由社区联合党委自办；未办结的保留在表中。",
    make=_resolutions,
    widths={"meeting_title": 32, "resolution": 32, "unit_name": 30},
)
