"""The whole demo set: from a reference folder to a folder of workbooks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from etl.contract import load_contracts
from etl.demo.activities import Activity, ActivityMaker, make_activities
from etl.demo.district import Committee, District, read_district
from etl.demo.habits import Habit, deal_habits
from etl.demo.haste import write_in_haste
from etl.demo.mechanisms import BOOKS
from etl.demo.mechanisms.book import Entry, World, rows_on
from etl.demo.members import Membership, make_memberships
from etl.demo.mistakes import Mistake, first_version, place_mistakes, with_mistake
from etl.demo.names import NameBook
from etl.demo.points import LiaisonPoint, make_points, spoil_positions
from etl.demo.sheets import (
    Row,
    SheetContent,
    activity_row,
    in_system,
    member_rows,
    point_rows,
    unit_rows,
)
from etl.demo.timetable import Filing, Quarter, quarters_between, schedule, zeal_of
from etl.demo.units import Unit, make_units
from etl.demo.workbook import Paper, write_workbook

DEMO_FIRST = date(2019, 1, 1)
DEMO_LAST = date(2021, 12, 31)


@dataclass(frozen=True)
class DemoSet:
    """What was written: the workbooks in the order in which they would have come in, and the mistakes."""

    paths: tuple[Path, ...]
    mistakes: tuple[Mistake, ...]
    missing: tuple[tuple[str, str], ...]  # (committee code, quarter's title) that was never sent
    superseded: tuple[Path, ...]  # first versions that a later workbook corrected


@dataclass(frozen=True)
class _Records:
    """One committee's records over all the years."""

    activities: dict[Quarter, list[Activity]]
    units: list[Unit]
    members: list[Membership]
    points: list[LiaisonPoint]
    books: dict[str, Sequence[Entry]]  # by dataset


def write_demo(
    directory: Path,
    reference: Path,
    *,
    district_name: str | None = None,
    first: date = DEMO_FIRST,
    last: date = DEMO_LAST,
    due_days: int = 15,
    seed: int = 2009,
    progress: Callable[[int, int], None] | None = None,
) -> DemoSet:
    """Write the workbooks that the committees in `reference` would have sent for `first`..`last`.

    The window must hold at least one whole quarter. Same arguments, same bytes. `progress` is
    called with (workbooks written, workbooks in all). `district_name` defaults to the name of the
    level-1 organisation. Raises ValueError when there is nothing to write.
    """
    quarters = quarters_between(first, last)
    if not quarters:
        raise ValueError("演示数据的起止日期至少要包含一个完整的季度")
    district = read_district(reference, first, last, district_name)

    def chance(purpose: str) -> Random:
        # One stream for each purpose: a change in one place leaves the others as they were.
        return Random(f"{seed}/{purpose}")

    zeal = zeal_of(district.committees, chance("committee zeal"))
    filings = schedule(district.committees, quarters, zeal, due_days, chance("schedule"))
    records, maker = _make_records(district, quarters, filings, zeal, (first, last), chance)
    habits = deal_habits(district, load_contracts(), chance("habits"))
    row_counts = {
        (code, quarter): len(activities)
        for code, record in records.items()
        for quarter, activities in record.activities.items()
    }
    mistaken = place_mistakes(filings, row_counts, chance("mistakes"))

    total = sum(1 + (filing.corrected_on is not None) for sent in filings.values() for filing in sent)
    paths: list[Path] = []
    superseded: list[Path] = []
    mistakes: list[Mistake] = []
    for committee in district.committees:
        told = _Told()
        sent = filings[committee.code]
        habit = habits[committee.code]
        for filing in sent:
            rng = chance(f"{committee.code}/{filing.quarter.title}")
            contents = _contents(records[committee.code], told, filing, sent, quarters[0], habit, rng)
            fault = mistaken.get((committee.code, filing.quarter))
            if fault:
                contents[0] = with_mistake(contents[0], fault, committee.code, filing.quarter, maker, rng)
            for again, reported_on in enumerate(filter(None, (filing.reported_on, filing.corrected_on))):
                path = _path(directory, committee, filing.quarter, again > 0)
                path.parent.mkdir(parents=True, exist_ok=True)
                is_first_version = filing.corrected_on is not None and again == 0
                shown = [first_version(each, rng) for each in contents] if is_first_version else contents
                paper = Paper(district, committee, habit, filing.quarter, reported_on, due_days)
                mistakes += write_workbook(path, paper, shown, rng)
                paths.append(path)
                if is_first_version:
                    superseded.append(path)
                if progress:
                    progress(len(paths), total)
    return DemoSet(
        paths=tuple(sorted(paths, key=lambda path: (_position(path, quarters), path.name))),
        mistakes=tuple(mistakes),
        missing=tuple(
            (committee.code, quarter.title)
            for committee in district.committees
            for quarter in quarters
            if committee.exists_on(quarter.last_on)
            and quarter not in {filing.quarter for filing in filings[committee.code]}
        ),
        superseded=tuple(superseded),
    )


def _position(path: Path, quarters: list[Quarter]) -> int:
    return next(i for i, quarter in enumerate(quarters) if quarter.title == path.parent.name)


def _path(directory: Path, committee: Committee, quarter: Quarter, again: bool) -> Path:
    suffix = "（更正）" if again else ""
    return directory / quarter.title / f"{committee.name}_{quarter.title}台账{suffix}.xlsx"


def _make_records(
    district: District,
    quarters: list[Quarter],
    filings: dict[str, list[Filing]],
    zeal: dict[str, float],
    window: tuple[date, date],
    chance: Callable[[str], Random],
) -> tuple[dict[str, _Records], ActivityMaker]:
    # A committee that did not send the last quarter can tell of nothing that happened in it.
    known_until = {code: sent[-1].quarter.last_on if sent else window[0] for code, sent in filings.items()}
    book = NameBook(chance("names"))
    units = make_units(
        district.committees, district.targets.units, window, known_until, book, chance("units")
    )
    members = make_memberships(units, district.targets.members, window, known_until, chance("members"))
    points = make_points(district, units, window, known_until, book, chance("points"))
    up_to_date = [
        code
        for code, sent in filings.items()
        if sent and sent[-1].quarter == quarters[-1] and sent[-1].corrected_on is None
    ]
    last_quarter = (quarters[-1].first_on, quarters[-1].last_on)
    points = spoil_positions(points, up_to_date, last_quarter, chance("positions"))
    maker = ActivityMaker(district, units, book, chance("activity words"))
    activities = write_in_haste(
        make_activities(district, maker, filings, zeal, window, chance("activities")), units, chance("haste")
    )
    codes = [committee.code for committee in district.committees]
    world = World(
        district=district,
        window=window,
        known_until=known_until,
        zeal=zeal,
        units={code: tuple(unit for unit in units if unit.committee_code == code) for code in codes},
        activities={
            code: tuple(each for each in activities if each.committee_code == code) for code in codes
        },
        points={code: tuple(point for point in points if point.committee_code == code) for code in codes},
        names=book,
    )
    books = {each.dataset: each.make(world, chance(each.dataset)) for each in BOOKS}
    records = {
        code: _Records(
            activities={filing.quarter: [] for filing in filings[code]},
            units=list(world.units[code]),
            members=[line for line in members if line.committee_code == code],
            points=list(world.points[code]),
            books={dataset: entries.get(code, ()) for dataset, entries in books.items()},
        )
        for code in codes
    }
    for activity in activities:
        quarter = Quarter(activity.held_on.year, (activity.held_on.month + 2) // 3)
        records[activity.committee_code].activities[quarter].append(activity)
    return records, maker


@dataclass
class _Told:
    """What a committee's ledgers have said so far, and whether its list of members is overdue."""

    units: Sequence[Row] = ()
    points: Sequence[Row] = ()
    members_due: bool = True


def _contents(
    records: _Records,
    told: _Told,
    filing: Filing,
    sent: list[Filing],
    first_quarter: Quarter,
    habit: Habit,
    rng: Random,
) -> list[SheetContent]:
    """The sheets of one workbook: activities always, ledgers when they are due or have changed."""
    quarter = filing.quarter
    known_on = quarter.last_on
    activities = [activity_row(each, rng, habit.item_aliases) for each in records.activities[quarter]]
    contents = [SheetContent("activities", tuple(activities))]
    # A committee that never sent its last workbooks must have told everything by its last one.
    regular = quarter.number in (1, 4) or filing == sent[-1]
    units = unit_rows(records.units, records.members, known_on)
    if regular or _without_counts(units) != _without_counts(told.units):
        contents.append(SheetContent("member_units", units))
        told.units = units
    points = point_rows(records.points, records.units, known_on, habit.crs)
    if regular or points != told.points:
        contents.append(SheetContent("service_points", points))
        told.points = points
    if quarter.number == 4 or told.members_due or filing == sent[-1]:
        contents.append(SheetContent("members", member_rows(records.members, known_on)))
        told.members_due = False
    elif quarter.number == 3:
        position = sent.index(filing)
        following = sent[position + 1].quarter if position + 1 < len(sent) else None
        # Skips the workbook in which the list would have been due: tell it in the next one.
        told.members_due = following != Quarter(quarter.year, 4)
    if quarter.number == 4 or filing == sent[-1]:  # the other ledgers are asked for once a year
        contents += [
            SheetContent(dataset, in_system(rows, habit.crs))
            for dataset, entries in records.books.items()
            if (rows := rows_on(entries, known_on))
        ]
    return contents


def _without_counts(rows: Sequence[Row]) -> list[tuple[object, ...]]:
    """The list of units as such: the numbers of their members change all the time."""
    return [tuple(value for name, value in row.values.items() if name != "member_count") for row in rows]
