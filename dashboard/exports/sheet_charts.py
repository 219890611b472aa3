"""Native charts on a sheet, over cells of the same sheet."""

from __future__ import annotations

from typing import Any

from dashboard.exports.grid import Cell, Grid, heading, typed
from dashboard.exports.native import NativeChart, Series
from dashboard.exports.sheets import COLUMN, FONT, HEAD, ROW, Book, put_cell, put_text
from dashboard.exports.text import clean, line
from dashboard.report import Chart, Column, NumberFormat
from dashboard.theme import LIGHT, ink_on

CHART_COLUMNS = 12


def wide_grid(drawn: NativeChart) -> Grid:
    """Categories down, series across, as the native chart reads them."""
    form = drawn.value.format  # the unit stands in the title: a heading is the name in the chart's legend
    heads = [drawn.category, *(Column(each.name, each.name, form) for each in drawn.series)]
    if drawn.reference is not None and not drawn.lying:
        heads.append(Column("reference", drawn.reference[1], form))
    rows = []
    for number, category in enumerate(drawn.categories):
        figures = [_figure(each.values[number], form) for each in drawn.series]
        if drawn.reference is not None and not drawn.lying:
            figures.append(_figure(drawn.reference[0], form))
        rows.append((Cell(category), *figures))
    return Grid(tuple(heads), tuple(rows))


def _figure(value: float | None, form: NumberFormat) -> Cell:
    return typed(value, form)


def put_first_level(writer: Book, sheet: Any, drawn: NativeChart, column: int) -> tuple[str, int, int]:
    """The bars' own cells, beside the indented list."""
    grid = wide_grid(drawn)
    style = writer.style(bold=True, bg_color=LIGHT.line)
    for number, each in enumerate(grid.heads):
        put_text(sheet, HEAD, column + number, heading(each), style)
    for row, cells in enumerate(grid.rows, HEAD + 1):
        for number, found in enumerate(cells):
            put_cell(writer, sheet, row, column + number, found, False, False)
    sheet.set_column(column, column + 1, 14)
    return sheet.get_name(), HEAD, column


def put_native(
    writer: Book, sheet: Any, chart: Chart, drawn: NativeChart, at: tuple[str, int, int], column: int
) -> int:
    """The native chart of cells that start with the heading row at `at`; gives how many rows it covers."""
    name, top, left = at
    last = top + len(drawn.categories)
    kind = {"bar": "column", "barh": "bar", "line": "line"}[drawn.kind]
    options = {"type": kind, **({"subtype": "stacked"} if drawn.stacked else {})}
    made = writer.book.add_chart(options)
    font = {"name": FONT, "size": 9, "color": LIGHT.text}
    for number, each in enumerate(drawn.series, left + 1):
        made.add_series(
            _series(drawn, each, [name, top, number], [name, top + 1, left, last, left], last, font)
        )
    if drawn.reference is not None and not drawn.lying:
        line_chart = writer.book.add_chart({"type": "line"})
        number = left + 1 + len(drawn.series)
        line_chart.add_series(
            {
                "name": [name, top, number],
                "categories": [name, top + 1, left, last, left],
                "values": [name, top + 1, number, last, number],
                "line": {"color": LIGHT.muted, "width": 1.5, "dash_type": "dash"},
                "marker": {"type": "none"},
            }
        )
        made.combine(line_chart)
    made.set_title(
        {"name": line(chart.title), "overlay": False, "name_font": {**font, "size": 12, "bold": True}}
    )
    made.set_legend({"position": "top", "font": font} if drawn.has_legend else {"none": True})
    category = {"num_font": font, "line": {"color": LIGHT.line}, "major_tick_mark": "none"}
    unlabelled = not all(each.labelled or each.back for each in drawn.series) or drawn.stacked
    value = {
        "num_font": {**font, "color": LIGHT.muted},
        "line": {"none": True},
        "num_format": drawn.number_format.replace(".0%", "%"),
        "major_gridlines": {"visible": unlabelled, "line": {"color": LIGHT.line, "width": 0.75}},
        "visible": unlabelled,
        "min": 0 if not _negative(drawn) else None,
    }
    if drawn.lying:  # the library names axes by where they stand; the first category comes on top
        made.set_y_axis({**category, "reverse": True})
        made.set_x_axis({**value, "label_position": "high"})
    else:
        made.set_x_axis(category)
        made.set_y_axis(value)
    made.set_chartarea({"border": {"color": LIGHT.line}, "fill": {"color": LIGHT.surface}})
    made.show_blanks_as("gap")
    rows = len(drawn.categories) * (len(drawn.series) if not drawn.stacked else 1)
    height = max(340, 96 + 20 * rows) if drawn.lying else 380
    made.set_size({"width": CHART_COLUMNS * COLUMN - 8, "height": height})
    sheet.insert_chart(top, column, made, {"description": clean(chart.alt), "object_position": 2})
    return -(-height // ROW)


def _negative(drawn: NativeChart) -> bool:
    return any((value or 0) < 0 for each in drawn.series for value in each.values)


def _series(
    drawn: NativeChart,
    each: Series,
    name: list[Any],
    categories: list[Any],
    last: int,
    font: dict[str, object],
) -> dict[str, object]:
    sheet, top, column = name
    found: dict[str, object] = {
        "name": name,
        "categories": categories,
        "values": [sheet, top + 1, column, last, column],
    }
    if drawn.kind == "line":
        found["line"] = {"color": each.colour, "width": 1.5 if each.back else 2.25}
        found["marker"] = {
            "type": "circle",
            "size": 4 if each.back else 6,
            "fill": {"color": each.colour},
            "border": {"color": each.colour},
        }
    else:
        found["fill"] = {"color": each.colour}
        found["gap"] = 45
        if each.points:
            found["points"] = [
                {"fill": {"color": each.points[n]}} if n in each.points else None
                for n in range(len(drawn.categories))
            ]
    if each.labelled:
        ink = ink_on(each.colour) if drawn.stacked else LIGHT.text
        labels: dict[str, object] = {
            "value": True,
            "num_format": drawn.number_format,
            "font": {**font, "color": ink, "size": 8},
            "position": "center" if drawn.stacked else "above" if drawn.kind == "line" else "outside_end",
        }
        wanted = set(each.labelled)
        if len(wanted) < len(drawn.categories):
            labels["custom"] = [
                None if n in wanted else {"delete": True} for n in range(len(drawn.categories))
            ]
        found["data_labels"] = labels
    return found
