"""What the tests of pages over the invented county's release share: where, when, and how to find a block."""

from __future__ import annotations

import pandas as pd

from dashboard.database import Snapshot
from dashboard.organisations import district as top_of
from dashboard.organisations import organisations
from dashboard.queries import measure
from dashboard.report import Chart, KpiRow, Notes, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Period, Selection
from tests.views.wellformed import flat

PERIODS = (
    "2021",
    "2020",  # the first one: nothing before it
    "2020..2021",
    "2021-Q2",
    "2021-11",
    "2020-11..2021-02",
    "2021..2022",  # goes beyond the data
    "2022-Q1",  # after the data
    "2015",  # before the data
)
# In English the words differ and nothing else: a third of the periods shows them all.
TIMES: tuple[tuple[str, Language], ...] = (
    *((period, "zh") for period in PERIODS),
    *((period, "en") for period in PERIODS[::3]),
)


def codes(snapshot: Snapshot, level: str) -> list[str]:
    return [one.code for one in organisations(snapshot).values() if one.level == level]


def everywhere(snapshot: Snapshot) -> list[str]:
    """The top, and every organisation below it but for the units, of which a few."""
    above = [code for level in ("district", "street", "community") for code in codes(snapshot, level)]
    return above + codes(snapshot, "unit")[::4]


def selection(
    snapshot: Snapshot, org: str = "", period: str = "2021", language: Language = "zh", part: str = "all"
) -> Selection:
    chosen = org or top_of(snapshot).code
    return Selection(chosen, Period.parse(period), language=language, options=(("part", part),))


def figure(snapshot: Snapshot, chosen: Selection, indicator: str, scope: Scope = WHOLE) -> pd.Series[float]:
    return measure(snapshot, indicator, chosen, (), scope).iloc[0]


def chart(report: Report, key: str) -> Chart:
    return next(block for block in flat(report.blocks) if isinstance(block, Chart) and block.key == key)


def table(report: Report, key: str) -> Table:
    return next(block for block in flat(report.blocks) if isinstance(block, Table) and block.key == key)


def notes(report: Report) -> Notes:
    return next(block for block in flat(report.blocks) if isinstance(block, Notes))


def kpis(report: Report) -> dict[str, str]:
    return {
        item.key: item.value
        for block in flat(report.blocks)
        if isinstance(block, KpiRow)
        for item in block.items
    }
