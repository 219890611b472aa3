"""The ledgers themselves, counted a second time: rows read and sent back, what should be checked, how old a list is."""

from __future__ import annotations

from functools import cache

import pandas as pd

from tests.backtests.books import Books, Definition, Quarter, number, total
from tests.backtests.mechanisms import venues

A_YEAR_AGO = pd.DateOffset(years=1)


def _placed(books: Books, frame: pd.DataFrame) -> pd.DataFrame:
    """With the code of each level, looked up by committee."""
    places = books.committees[["community_code", "street_code", "district_code", "unit_code"]]
    return frame[frame.columns.difference(places.columns[1:])].merge(places, on="community_code")


@cache
def ledgers(books: Books) -> pd.DataFrame:
    """Every ledger in use: rows read, sent back, accepted. An empty list replaces nothing, so it is not in use."""
    tables = books.counted.submissions
    tables = tables[tables.is_current & ((tables.row_count > 0) | (tables.dataset == "activities"))]
    rejected = books.counted.rejected.assign(dataset=lambda frame: frame.sheet.map(_sheets(books)))
    back = rejected.groupby(["path", "dataset"]).size().rename("back_count")
    found = tables.join(back, on=["path", "dataset"]).fillna({"back_count": 0})
    return _placed(books, found.assign(accepted_count=found.row_count - found.back_count))


def _sheets(books: Books) -> dict[str, str]:
    """Sheet -> dataset, as the rows themselves say."""
    frames = {
        "activities": books.counted.activities, "units": books.counted.units, "points": books.counted.points,
        "members": books.counted.members, **books.counted.ledgers,
    }  # fmt: skip
    return {str(sheet): name for name, frame in frames.items() for sheet in frame.sheet.unique()}


def sent_for(books: Books, quarter: Quarter) -> pd.DataFrame:
    """A list of persons has no count of rows: it would be one of persons."""
    return ledgers(books).loc[lambda frame: (frame.quarter == quarter.key) & (frame.dataset != "members")]


@cache
def doubts(books: Books) -> pd.DataFrame:
    """A row for each value that counts and should be checked, with the quarter of the ledger that holds it."""
    activities, duties = books.activities, books.ledger("duties")
    uses, places = venues.uses(books), venues.venues(books).set_index("venue")
    was_there = uses.join(places[["opened_on", "closed_on"]], on="venue")
    in_time = (was_there.opened_on <= was_there.used_on) & ~(was_there.closed_on <= was_there.used_on)
    empty = ledgers(books).loc[lambda frame: frame.row_count == 0]
    several = [
        activities[activities.attended_count < activities.head_count],
        books.points[~books.points.located],
        venues.venues(books).loc[lambda frame: ~frame.located],
        duties[duties.done_on.notna() & duties.evidence.isna()],
        uses[in_time & (uses.open_hours < uses.hours - 1e-9)],
        empty,
    ]
    return _placed(books, pd.concat([frame[["community_code", "quarter"]] for frame in several]))


def doubts_of(books: Books, quarter: Quarter) -> pd.DataFrame:
    return doubts(books).loc[lambda frame: frame.quarter == quarter.key]


@cache
def latest(books: Books, quarter: Quarter) -> pd.DataFrame:
    """The newest ledger of each kind up to the quarter, and how many days before its end it stops."""
    tables = books.counted.submissions
    tables = tables[
        (tables.quarter <= quarter.key) & ((tables.row_count > 0) | (tables.dataset == "activities"))
    ]
    newest = tables.groupby(["community_code", "dataset"], as_index=False).quarter.max()
    newest["known_on"] = newest.quarter.map(lambda key: Quarter(key).last)
    there = books.committees[~(books.committees.valid_to <= quarter.last)]
    newest = newest[newest.community_code.isin(there.community_code)]
    return _placed(books, newest.assign(lag_days=(quarter.last - newest.known_on).dt.days))


def stale(books: Books, quarter: Quarter) -> pd.DataFrame:
    return latest(books, quarter).loc[lambda frame: frame.known_on <= quarter.last - A_YEAR_AGO]


DEFINITIONS: dict[str, Definition] = {
    "read_row_count": Definition(total("row_count", sent_for)),
    "accepted_row_count": Definition(total("accepted_count", sent_for)),
    "quarantined_row_count": Definition(total("back_count", sent_for)),
    "warning_count": Definition(number(doubts_of)),
    "warnings_per_1000_rows": Definition(number(doubts_of), total("row_count", sent_for), scale=1000),
    "ledger_lag_days": Definition(total("lag_days", latest), number(latest)),
    "stale_ledger_count": Definition(number(stale)),
}
