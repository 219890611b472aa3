"""The way from a figure to the rows of ledgers behind it: the address of the page 数据溯源."""

from __future__ import annotations

from dashboard.locale import translator
from dashboard.report import Link
from dashboard.selection import Selection

VIEW = "lineage"
FIGURE = "figure"  # whose rows are shown
SIDE = "side"  # numerator or denominator
PART = "part"  # row by row, or by file
FILE = "submission"  # only the rows of this submission

ANEW: dict[str, str | None] = {FIGURE: None, SIDE: None, PART: None, FILE: None}


def link(selection: Selection, indicator: str) -> Link:
    """To the rows behind a figure of the selection, by whatever it is narrowed."""
    here = {FIGURE: indicator, "org": selection.org, "period": selection.period.key}
    return Link(translator(selection.language)("明细"), VIEW, {**ANEW, **here, **dict(selection.filters)})
