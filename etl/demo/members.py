"""Members under dual management: synthetic persons and where they are registered.

The identity numbers are built so that nobody can own one: they begin with 999999, a division that
does not exist. The check digit follows GB 11643, so that the reader's own check is exercised.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from etl.demo.allotment import draw_day, off_month_ends
from etl.demo.units import Unit, member_shares

NO_SUCH_DIVISION = "999999"
CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"

# Of the persons: how many are registered at a second community, joined the Party in a recent year,
# or were registered once and have left.
DOUBLE_SHARE = 0.0064
RECENT_SHARE = 0.064
LEFT_SHARE = 0.03
MOVED_SHARE = 0.002


@dataclass(frozen=True)
class Person:
    name: str
    identity_number: str
    phone: str
    probation_until: date | None  # a full member from this day on; None: has long been one

    def status(self, known_on: date) -> str:
        return "probationary" if self.probation_until and known_on < self.probation_until else "full"


@dataclass(frozen=True)
class Membership:
    """One line of the ledger: a person registered at a unit of a committee."""

    committee_code: str
    unit_name: str
    person: Person
    since_on: date
    until_on: date | None


class People:
    """Makes persons, no two with the same identity number."""

    def __init__(self, last: date, rng: Random) -> None:
        self._last = last
        self._rng = rng
        self._born: dict[date, int] = {}
        self._count = 0

    def make(self, probation_until: date | None) -> Person:
        oldest, youngest = (80, 26) if probation_until is None else (36, 22)
        born = draw_day(
            self._rng, date(self._last.year - oldest, 1, 1), date(self._last.year - youngest, 12, 31)
        )
        order = self._born.get(born, 0) + 1
        self._born[born] = order
        self._count += 1
        return Person(
            name=f"演示党员{self._count:04d}",
            identity_number=identity_number(born, order),
            phone=f"0000-{1_000_000 + self._count:07d}",
            probation_until=probation_until,
        )


def identity_number(born: date, order: int) -> str:
    """An impossible number with a correct check digit (GB 11643). `order` counts those born that day."""
    body = f"{NO_SUCH_DIVISION}{born:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, CHECK_WEIGHTS, strict=True))
    return body + CHECK_DIGITS[total % 11]


def make_memberships(
    units: list[Unit],
    total: int,
    window: tuple[date, date],
    known_until: dict[str, date],
    rng: Random,
) -> list[Membership]:
    """Ledger lines such that exactly `total` different persons are registered at the end of the window."""
    first, last = window
    people = People(last, rng)
    current_units = [unit for unit in units if unit.ended_on is None]
    lines: list[Membership] = []
    for unit, share in zip(current_units, member_shares(current_units, total, rng), strict=True):
        lines += [_join(unit, people, known_until[unit.committee_code], last, rng) for _ in range(share)]
    current = list(lines)
    second = _second_registrations(current, current_units, total, known_until, rng)
    registered_twice = {line.person.identity_number for line in second}
    once = [line for line in current if line.person.identity_number not in registered_twice]
    lines += second + _moved(once, current_units, total, window, known_until, rng)
    for unit in current_units:
        until = known_until[unit.committee_code]
        leavers = sum(rng.random() < LEFT_SHARE for _ in range(unit.size))
        lines += _leavers(unit, leavers, (first, until), people, rng)
    for unit in units:
        if unit.ended_on is not None:
            lines += [
                Membership(
                    unit.committee_code, unit.name, person, _since(unit, unit.ended_on, rng), unit.ended_on
                )
                for person in (people.make(None) for _ in range(max(3, unit.size // 2)))
            ]
    return sorted(
        lines, key=lambda line: (line.committee_code, line.unit_name, line.since_on, line.person.name)
    )


def _since(unit: Unit, until: date, rng: Random) -> date:
    """Most are registered soon after their unit signed, the others bit by bit."""
    latest = max(unit.signed_on, until - timedelta(days=3))
    soon = min(latest, unit.signed_on + timedelta(days=90))
    return draw_day(rng, unit.signed_on, soon if rng.random() < 0.7 else latest)


def _join(unit: Unit, people: People, until: date, last: date, rng: Random) -> Membership:
    if rng.random() >= RECENT_SHARE:
        return Membership(unit.committee_code, unit.name, people.make(None), _since(unit, until, rng), None)
    # Somebody who joined the Party within the last three years and was on probation for one.
    # Not on the day itself: a status that changes at a quarter's end is nobody's business here.
    earliest = max(unit.signed_on, last - timedelta(days=3 * 365))
    joined = draw_day(rng, earliest, until) if earliest < until else until
    since = draw_day(rng, joined, min(until, joined + timedelta(days=45)))
    return Membership(
        unit.committee_code, unit.name, people.make(off_month_ends(joined + timedelta(days=365))), since, None
    )


def _second_registrations(
    current: list[Membership],
    units: list[Unit],
    total: int,
    known_until: dict[str, date],
    rng: Random,
) -> list[Membership]:
    """The same person at another community too: the district must count him or her once."""
    lines = []
    for line in rng.sample(current, min(len(current), max(1, round(total * DOUBLE_SHARE)))):
        elsewhere = [unit for unit in units if unit.committee_code != line.committee_code and unit.size > 0]
        if elsewhere:
            unit = rng.choice(elsewhere)
            until = known_until[unit.committee_code]
            since = max(line.since_on, _since(unit, until, rng))
            lines.append(Membership(unit.committee_code, unit.name, line.person, min(since, until), None))
    return lines


def _moved(
    current: list[Membership],
    units: list[Unit],
    total: int,
    window: tuple[date, date],
    known_until: dict[str, date],
    rng: Random,
) -> list[Membership]:
    """Where somebody had been registered before moving to the unit of today."""
    arrived = [line for line in current if line.since_on > window[0] + timedelta(days=90)]
    lines = []
    for line in rng.sample(arrived, min(len(arrived), max(1, round(total * MOVED_SHARE)))):
        left_on = off_month_ends(line.since_on - timedelta(days=rng.randint(1, 25)))
        origins = [
            unit
            for unit in units
            if unit.committee_code != line.committee_code
            and unit.size > 0
            and unit.signed_on < left_on - timedelta(days=200)
            and left_on <= known_until[unit.committee_code]
        ]
        if origins:
            unit = rng.choice(origins)
            since = draw_day(rng, unit.signed_on, left_on - timedelta(days=100))
            lines.append(Membership(unit.committee_code, unit.name, line.person, since, left_on))
    return lines


def _leavers(
    unit: Unit, count: int, window: tuple[date, date], people: People, rng: Random
) -> list[Membership]:
    earliest = max(window[0], unit.signed_on) + timedelta(days=60)
    if earliest >= window[1] - timedelta(days=10):
        return []
    lines = []
    for _ in range(count):
        until_on = draw_day(rng, earliest, window[1] - timedelta(days=5), inner=True)
        lines.append(
            Membership(
                unit.committee_code, unit.name, people.make(None), _since(unit, until_on, rng), until_on
            )
        )
    return lines
