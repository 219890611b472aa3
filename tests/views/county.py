"""What the tests of pages over the invented county's release share: where, when, and how to find a block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

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


def taking_turns(
    snapshot: Snapshot, period: str, language: Language, parts: Sequence[str]
) -> Iterator[Selection]:
    """At one of TIMES the top and every other organisation below it; each with the whole page and with one part.

    Over all TIMES every organisation meets every part, and every level and every part meet every period.
    """
    turn = TIMES.index((period, language))
    top, *below = everywhere(snapshot)
    for number, org in enumerate((top, *below[turn % 2 :: 2])):
        whole = selection(snapshot, org, period, language)
        yield whole
        part = parts[(number + turn // 2) % len(parts)]
        yield replace(whole, options=(("part", part), ("rank", "on")))


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
