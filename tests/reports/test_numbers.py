"""Every number of a report's tables, charts and cards is found again by asking the release."""

from __future__ import annotations

from dashboard import commands
from dashboard.database import Snapshot
from dashboard.organisations import district
from dashboard.report import Chart, KpiRow, Table
from dashboard.reports.compose import compose, kind_named
from dashboard.selection import Period, Selection
from tests.reports.again import MADE_AT
from tests.reports.recounts import RECOUNTS, recount, recount_cards

# Between them they hold every block that any kind declares, the first period among them.
CASES = (
    ("yearly", "district", "2021"),
    ("quarterly", "district", "2021-Q4"),
    ("quarterly", "community", "2020-Q1"),
    ("street", "street", "2021-Q2"),
    ("community", "community", "2021-Q2"),
    ("brief", "district", "2021-11"),
)


def test_every_number_of_every_block_is_found_again(county_years: Snapshot) -> None:
    seen = set()
    for kind, level, period in CASES:
        org = district(county_years).code
        if level != "district":  # the one with most to list
            late = commands.query(county_years.path, "overdue_duty_count", (level,), period)
            org = str(late.loc[late["value"].fillna(0).astype(float).idxmax(), level])
        chosen = Selection(org, Period.parse(period))
        for block in compose(county_years, kind_named(kind), org, chosen.period, MADE_AT).report.blocks:
            if isinstance(block, KpiRow):
                recount_cards(county_years, chosen, block)
            elif isinstance(block, Table | Chart):
                recount(county_years, chosen, block)
                seen.add(block.key)
    assert set(RECOUNTS) <= seen, "declared and never counted again"
