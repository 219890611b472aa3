"""Member units: who signed the co-building agreement, from when, until when."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from etl.demo import words
from etl.demo.allotment import divide, draw_day, draw_weekday, off_month_ends, scaled
from etl.demo.district import Committee
from etl.demo.names import NameBook
from etl.demo.timetable import size_of

# The first joint committee was formed in this year.
EARLIEST = date(2009, 3, 1)


@dataclass(frozen=True)
class Unit:
    """A member unit. `term_years` = 0: an agreement without an end.

    An agreement with a term was renewed whenever the term ran out, except where `ended_on` says
    that it was not.
    """

    committee_code: str
    name: str
    kind: str
    sector: str
    size: int  # Party members, before they are scaled to the district's total
    signed_on: date
    term_years: int
    ended_on: date | None
    diligence: float  # how often the unit organises

    def under_agreement(self, day: date) -> bool:
        return self.signed_on <= day and (self.ended_on is None or day < self.ended_on)

    def ends_on(self, known_on: date) -> date | None:
        """The end of the agreement as a ledger of that day states it."""
        if self.ended_on is not None:
            return self.ended_on
        if self.term_years == 0:
            return None
        years = self.term_years
        while _years_later(self.signed_on, years) <= known_on:
            years += self.term_years
        return _years_later(self.signed_on, years)


def make_units(
    committees: tuple[Committee, ...],
    total: int,
    window: tuple[date, date],
    known_until: dict[str, date],
    book: NameBook,
    rng: Random,
) -> list[Unit]:
    """`total` units under agreement at the end of the window, and some whose agreement ended before.

    `known_until` is the last day of which each committee's workbooks can tell.
    """
    first, last = window
    standing = tuple(committee for committee in committees if committee.exists_on(last))
    current = size_of(standing, total, 2, rng)
    former = {committee.code: 0 if committee in standing else 2 for committee in committees}
    for committee in rng.choices(standing, k=scaled(8, len(committees))):
        former[committee.code] += 1
    tiny = scaled(7, len(committees))
    places = [
        (committee, is_former)
        for committee in committees
        for is_former in [False] * current.get(committee.code, 0) + [True] * former[committee.code]
    ]
    tiny_places = set(rng.sample(range(len(places)), min(tiny, len(places) // 3)))
    units = []
    for position, (committee, is_former) in enumerate(places):
        kinds = words.UNIT_KIND_WEIGHTS
        kind = rng.choices(list(kinds), list(kinds.values()))[0]
        ending, sector, fewest, most = rng.choice(words.UNIT_ENDINGS[kind])
        size = rng.randint(fewest, most)
        if position in tiny_places:
            size = 0  # gets the few members of its own that `memberships` leaves to it
        earliest = max(EARLIEST, committee.valid_from)
        latest = min(known_until[committee.code], last - timedelta(days=20))
        ended_on = None
        if is_former:
            end = min(latest, committee.valid_to or latest)
            ended_on = draw_day(rng, first + timedelta(days=40), end - timedelta(days=5), inner=True)
            signed_on = _earlier_years(ended_on, rng.choice((3, 5)), earliest)
        else:
            # Most signed before the window; the list still grows within it.
            middle = min(latest, max(first, earliest + timedelta(days=365)))
            signed_on = (
                draw_weekday(rng, earliest, middle)
                if rng.random() < 0.7
                else draw_weekday(rng, middle, latest)
            )
        units.append(
            Unit(
                committee_code=committee.code,
                name=book.unit(ending),
                kind=kind,
                sector=sector,
                size=size,
                signed_on=signed_on,
                term_years=rng.choice((0, 0, 3, 3, 5)),
                ended_on=ended_on,
                diligence=rng.choice((0.05, 0.5, 1.0, 1.0, 2.0, 3.0)),
            )
        )
    return sorted(units, key=lambda unit: (unit.committee_code, unit.signed_on, unit.name))


def member_shares(units: list[Unit], total: int, rng: Random) -> list[int]:
    """Divide the members of the district between its units; a few units have fewer than five."""
    tiny = [rng.randint(1, 4) if unit.size == 0 else 0 for unit in units]
    spoken_for = min(sum(tiny), total)
    if spoken_for < sum(tiny):
        return divide(total, [1.0] * len(units))
    large = [position for position, unit in enumerate(units) if unit.size > 0]
    shares = divide(total - spoken_for, [float(units[position].size) for position in large], 5)
    for position, share in zip(large, shares, strict=True):
        tiny[position] = share
    return tiny


def _years_later(day: date, years: int) -> date:
    return off_month_ends(date(day.year + years, day.month, min(day.day, 28)) - timedelta(days=1))


def _earlier_years(day: date, years: int, earliest: date) -> date:
    return max(earliest, date(day.year - years, day.month, min(day.day, 28)))
