"""The ledgers of the mechanisms beside activities, units, members and points. To add one: a module
here that holds a `Book`, and a line in BOOKS."""

from __future__ import annotations

from etl.demo.mechanisms import (
    chairs,
    committee_posts,
    duties,
    industry_parents,
    jobs,
    meetings,
    notices,
    orders,
    service_teams,
    supply,
    two_new_organisations,
    venue_uses,
    venues,
)
from etl.demo.mechanisms.book import Book

BOOKS: tuple[Book, ...] = (
    meetings.MEETINGS,
    meetings.ATTENDANCE,
    meetings.RESOLUTIONS,
    chairs.BOOK,
    notices.BOOK,
    duties.BOOK,
    orders.BOOK,
    supply.RESOURCE_BOOK,
    supply.NEED_BOOK,
    committee_posts.BOOK,
    two_new_organisations.BOOK,
    service_teams.BOOK,
    jobs.BOOK,
    industry_parents.BOOK,
    venues.BOOK,
    venue_uses.BOOK,
)
