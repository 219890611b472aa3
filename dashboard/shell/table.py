"""A table of a page's length as HTML: text that wraps, prints, can be searched, copied and read aloud.

Sorting is done in the browser by liandong.js. Longer tables stay with Streamlit, which draws only what
is seen.
"""

from __future__ import annotations

from html import escape

import pandas as pd

from dashboard.report import Column, Table
from dashboard.shell.links import Here, address, params_for
from dashboard.theme import MISSING, cell

MOST_ROWS = 60
_SHORT = 10  # characters that are not broken into lines: dates, months, numbers of orders
_LONG = 30  # characters that fill two lines of a narrow column; beyond, the column is wider
_NUMBERS = ("integer", "decimal", "percent")


def html(table: Table, here: Here, sort_hint: str) -> str:
    columns = [column for column in table.columns if column.name in table.frame.columns]
    heads = "".join(
        f'<th scope="col" class="{_side(column)}"><button type="button" class="ld-sort" title="{escape(sort_hint)}">'
        f"{escape(heading(column))}</button></th>"
        for column in columns
    )
    links = _links(table, here)
    rows = "".join(
        "<tr>"
        + "".join(
            _cell(value, column, links[number] if place == 0 else "")
            for place, (value, column) in enumerate(zip(values, columns, strict=True))
        )
        + "</tr>"
        for number, values in enumerate(
            table.frame[[column.name for column in columns]].itertuples(index=False, name=None)
        )
    )
    return (
        f'<div class="ld-table" tabindex="0"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def heading(column: Column) -> str:
    """The column's name, with its unit unless the name says it."""
    if not column.unit or column.unit in column.label:
        return column.label
    return f"{column.label}（{column.unit}）"


def _links(table: Table, here: Here) -> list[str]:
    """Where each row's first cell leads; "" where nowhere."""
    if table.click is None:
        return [""] * len(table.frame)
    found = []
    for value in table.frame[table.click.column]:
        if pd.isna(value) or not str(value):
            found.append("")
            continue
        params = params_for(here, table.click.view, {table.click.param: str(value)})
        found.append(address(table.click.view or here.view, params, here.home))
    return found


def _side(column: Column) -> str:
    return "ld-number" if column.format in _NUMBERS and not column.share_bar else ""


def _cell(value: object, column: Column, link: str) -> str:
    text = escape(cell(value, column.format))
    if column.share_bar and text != MISSING:
        share = min(max(float(str(value)), 0.0), 1.0)
        return f'<td><span class="ld-share" style="--v:{share:.1%}">{text}</span></td>'
    if column.format in _NUMBERS:
        known = "" if pd.isna(value) else f' data-v="{value}"'  # type: ignore[call-overload]
        return f'<td class="ld-number"{known}>{text}</td>'
    shape = "ld-short" if len(text) <= _SHORT else "ld-long" if len(text) <= _LONG else "ld-longer"
    if link:
        return f'<td class="{shape}"><a class="ld-link ld-go" href="{escape(link)}">{text}</a></td>'
    return f'<td class="{shape}">{text}</td>'
