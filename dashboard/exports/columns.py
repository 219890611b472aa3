"""How the columns of a printed table are headed and aligned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from dashboard.exports.text import line
from dashboard.locale import translator
from dashboard.report import Column, Imprint, Source, Table
from dashboard.theme import MISSING

_LONGEST_FIGURE = 12  # with its unit: "+10.7个百分点"


def definitions(imprint: Imprint) -> Table | None:
    """What the document's figures mean, as a table at its end; None where it has none."""
    if not imprint.definitions:
        return None
    say = translator(imprint.language)
    rows = [[each.label, each.unit, each.text] for each in imprint.definitions]
    return Table(
        "definitions",
        say("指标口径"),
        pd.DataFrame(rows, columns=["label", "unit", "text"]),
        (Column("label", say("指标")), Column("unit", say("单位")), Column("text", say("口径"))),
        Source(say("指标目录"), imprint.period, imprint.release),
    )


def printed(table: Table) -> list[Column]:
    """The columns that a page shows: those that the frame has, without the ones set aside."""
    return [column for column in table.columns if column.name in table.frame.columns and not column.aside]


def heading(column: Column) -> str:
    """With its unit, once."""
    wanted = column.unit and column.unit not in column.label and column.format != "percent"
    return f"{line(column.label)}（{column.unit}）" if wanted else line(column.label)


def alignment(column: Column, cells: Sequence[str]) -> Literal["left", "center", "right"]:
    """Figures to the right, also where a column of texts holds nothing else; short words in the middle."""
    if column.format in ("integer", "decimal", "percent"):
        return "right"
    told = [cell for cell in cells if cell != MISSING]
    if told and all(_is_figure(cell) for cell in told):
        return "right"
    return "center" if column.format == "date" or all(len(cell) <= 4 for cell in told) else "left"


def _is_figure(text: str) -> bool:
    """ "3,602", "-7.1%", "+2 次"; and the words that stand in place of one. No date."""
    if text in ("持平", "无数据", "No data", "unchanged"):
        return True
    return len(text) <= _LONGEST_FIGURE and (text[:1].isdigit() or text[:1] in "+-≥≤") and "年" not in text
