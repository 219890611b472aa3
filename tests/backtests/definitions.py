"""Every indicator of the catalogue defined a second time, over the recount's frames.

Written from the sentences that viewers read (`definition` in etl/indicators), not from the SQL beside
them. An agreement holds through its last day; a member has left and a point is closed from the day
stated on.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from tests.backtests.books import Books, Definition, Quarter, Rows, different, number, total
from tests.backtests.mechanisms import DEFINITIONS as MECHANISMS
from tests.backtests.quality import DEFINITIONS as QUALITY

# ---- which records ------------------------------------------------------------------------------


@cache
def held(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Activities that began in the quarter."""
    return books.activities[books.activities.held_on.between(quarter.first, quarter.last)]


def held_where(column: str, value: object) -> Rows:
    return lambda books, quarter: held(books, quarter).loc[lambda frame: frame[column] == value]


def held_with(column: str) -> Rows:
    return lambda books, quarter: held(books, quarter).dropna(subset=[column])


def agreed(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Units under agreement on the last day of the quarter."""
    units = books.units
    return units[(units.signed_on <= quarter.last) & ~(units.ends_on < quarter.last)]


def agreed_meanwhile(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Units under agreement on any day of the quarter."""
    units = books.units
    return units[(units.signed_on <= quarter.last) & ~(units.ends_on < quarter.first)]


def signed(books: Books, quarter: Quarter) -> pd.DataFrame:
    return books.units[books.units.signed_on.between(quarter.first, quarter.last)]


def ending_soon(books: Books, quarter: Quarter) -> pd.DataFrame:
    units = agreed(books, quarter)
    return units[units.ends_on <= quarter.last + pd.Timedelta(days=180)]


def held_by_units_under_agreement(books: Books, quarter: Quarter) -> pd.DataFrame:
    activities = held(books, quarter)
    return activities[activities.unit_code.isin(agreed_meanwhile(books, quarter).unit_code)]


def registered(books: Books, quarter: Quarter) -> pd.DataFrame:
    members = books.members
    return members[(members.since_on <= quarter.last) & ~(members.until_on <= quarter.last)]


def probationary(books: Books, quarter: Quarter) -> pd.DataFrame:
    return registered(books, quarter).loc[lambda frame: frame.member_status == "probationary"]


def open_points(books: Books, quarter: Quarter) -> pd.DataFrame:
    points = books.points
    return points[(points.opened_on <= quarter.last) & ~(points.closed_on <= quarter.last)]


def open_and_located(books: Books, quarter: Quarter) -> pd.DataFrame:
    return open_points(books, quarter).loc[lambda frame: frame.located]


def opened(books: Books, quarter: Quarter) -> pd.DataFrame:
    return books.points[books.points.opened_on.between(quarter.first, quarter.last)]


def committees_on(books: Books, day: pd.Timestamp) -> pd.DataFrame:
    committees = books.committees
    return committees[(committees.valid_from <= day) & ~(committees.valid_to <= day)]


def committees(books: Books, quarter: Quarter) -> pd.DataFrame:
    return committees_on(books, quarter.last)


@cache
def community_months(books: Books, quarter: Quarter) -> pd.DataFrame:
    """A row for each month of the quarter and each committee that existed all through it."""
    months = []
    for first in pd.date_range(quarter.first, quarter.last, freq="MS"):
        existing = committees_on(books, first + pd.offsets.MonthEnd(0))
        existing = existing[existing.valid_from <= first]
        in_month = held(books, quarter).loc[lambda frame, first=first: frame.held_on.dt.month == first.month]
        months.append(existing.assign(is_silent=~existing.community_code.isin(in_month.community_code)))
    return pd.concat(months)


def silent_months(books: Books, quarter: Quarter) -> pd.DataFrame:
    return community_months(books, quarter).loc[lambda frame: frame.is_silent]


def silent_communities(books: Books, quarter: Quarter) -> pd.DataFrame:
    months = community_months(books, quarter)
    active = months[~months.is_silent].community_code
    return months[~months.community_code.isin(active)]


def due(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Committees of which a report of the quarter was expected."""
    return committees_on(books, quarter.first)


def received(books: Books, quarter: Quarter) -> pd.DataFrame:
    sent = books.reports[books.reports.quarter == quarter.key]
    return due(books, quarter).loc[lambda frame: frame.community_code.isin(sent.community_code)]


def received_on_time(books: Books, quarter: Quarter) -> pd.DataFrame:
    sent = books.reports[books.reports.quarter == quarter.key]
    early = sent[sent.reported_on <= quarter.last + pd.Timedelta(days=15)]
    return due(books, quarter).loc[lambda frame: frame.community_code.isin(early.community_code)]


def reported(books: Books, quarter: Quarter) -> pd.DataFrame:
    """The report that counts of each committee, with its numbers of rows."""
    reports = books.reports
    counting = reports[(reports.quarter == quarter.key) & reports.is_current]
    return due(books, quarter).merge(counting, on="community_code")


def areas(books: Books, _: Quarter) -> pd.DataFrame:
    return books.areas


PERSONS = different("identity_number", registered)
DEFINITIONS: dict[str, Definition] = (
    {
        "committee_count": Definition(number(committees)),
        "member_unit_count": Definition(number(agreed)),
        "units_per_community": Definition(number(agreed), number(committees)),
        "unit_kind_count": Definition(different("unit_kind", agreed)),
        "new_unit_count": Definition(number(signed)),
        "expiring_agreement_count": Definition(number(ending_soon)),
        "active_unit_count": Definition(different("unit_code", held_by_units_under_agreement)),
        "active_unit_share": Definition(
            different("unit_code", held_by_units_under_agreement), number(agreed_meanwhile)
        ),
        "activity_count": Definition(number(held)),
        "themed_activity_count": Definition(number(held_where("themed", True))),
        "volunteer_activity_count": Definition(number(held_where("activity_type", "volunteer"))),
        "gala_count": Definition(number(held_where("activity_type", "gala"))),
        "training_count": Definition(number(held_where("activity_type", "training"))),
        "head_count": Definition(total("head_count", held)),
        "attended_count": Definition(total("attended_count", held)),
        "volunteer_hours": Definition(total("volunteer_hours", held)),
        "heads_per_activity": Definition(total("head_count", held), number(held_with("head_count"))),
        "attendances_per_activity": Definition(
            total("attended_count", held), number(held_with("attended_count"))
        ),
        "heads_known_share": Definition(number(held_with("head_count")), number(held)),
        "themed_share": Definition(number(held_where("themed", True)), number(held)),
        "unit_led_share": Definition(number(held_with("unit_code")), number(held)),
        "activities_per_community": Definition(number(held), number(committees)),
        "activities_per_100_members": Definition(number(held), PERSONS, scale=100, persons=("denominator",)),
        "catalogue_item_count": Definition(different("item_code", held)),
        "silent_community_count": Definition(different("community_code", silent_communities)),
        "silent_month_count": Definition(number(silent_months)),
        "silent_month_share": Definition(number(silent_months), number(community_months)),
        "dual_member_count": Definition(PERSONS, persons=("numerator",)),
        "dual_probationary_share": Definition(
            different("identity_number", probationary), PERSONS, persons=("numerator", "denominator")
        ),
        "members_per_unit": Definition(PERSONS, number(agreed), persons=("numerator",)),
        "service_point_count": Definition(number(open_points)),
        "new_point_count": Definition(number(opened)),
        "located_point_share": Definition(number(open_and_located), number(open_points)),
        "points_per_community": Definition(number(open_points), number(committees)),
        "points_per_1000_members": Definition(
            number(open_points), PERSONS, scale=1000, persons=("denominator",)
        ),
        # Circles of 128 corners and another projection: they agree within 0.05 %.
        "covered_area_share": Definition(
            total("covered_m2", areas), total("area_m2", areas), tolerance=0.0005
        ),
        "submission_received_share": Definition(number(received), number(due)),
        "submission_on_time_share": Definition(number(received_on_time), number(due)),
        "quarantined_row_share": Definition(total("back_count", reported), total("row_count", reported)),
    }
    | MECHANISMS
    | QUALITY
)
