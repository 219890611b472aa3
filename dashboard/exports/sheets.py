"""What is put on a sheet of a workbook: texts, headings and grids, every text as a string and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dashboard.exports import words
from dashboard.exports.grid import Cell, Grid, heading
from dashboard.exports.native import NUMBER_FORMATS
from dashboard.exports.text import LONGEST_CELL, clean, line, shortened
from dashboard.lettering import measure
from dashboard.report import Imprint
from dashboard.theme import LIGHT

FONT = "微软雅黑"
HEAD = 4  # rows above the data: title, what it is of, where from, and a free one
ROW, COLUMN = 20, 64  # pixels of a row and of a column that nobody has set
_WIDEST, _NARROWEST = 46, 9  # characters of a column


@dataclass
class Book(words.Spoken):
    """The workbook while it is written; formats are made once each."""

    book: Any
    imprint: Imprint
    subtitle: str
    formats: dict[tuple[tuple[str, object], ...], Any] = field(default_factory=dict)

    def style(self, **wanted: object) -> Any:
        key = tuple(sorted(wanted.items()))
        if key not in self.formats:
            base = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "font_color": LIGHT.text}
            self.formats[key] = self.book.add_format({**base, **wanted})
        return self.formats[key]


def put_head(writer: Book, sheet: Any, title: str, source: str) -> None:
    sheet.set_row(0, 26)
    put_text(sheet, 0, 0, line(title), writer.style(font_size=14, bold=True, font_color=LIGHT.accent))
    said = "　".join(part for part in (writer.subtitle, words.demo(writer.imprint)) if part)
    put_text(sheet, 1, 0, said, writer.style(font_size=9, font_color=LIGHT.muted))
    put_text(sheet, 2, 0, source, writer.style(font_size=9, font_color=LIGHT.muted))


def put_grid(
    writer: Book,
    sheet: Any,
    grid: Grid,
    top: int,
    frozen: bool = False,
    filtered: bool = False,
    also: Grid | None = None,
) -> tuple[int, int]:
    """Heading and rows from row `top`; gives the first row below and the first column beside them.

    `also`: what will stand below in the same columns.
    """
    head = writer.style(
        bold=True,
        font_color="#FFFFFF",
        bg_color=LIGHT.accent,
        align="center",
        text_wrap=True,
        border=1,
        border_color=LIGHT.line,
    )
    for column, each in enumerate(grid.heads):
        put_text(sheet, top, column, heading(each), head)
    widths = _widths(grid)
    if also is not None:
        more = _widths(also)
        shared = [max(pair) for pair in zip(widths, more, strict=False)]
        widths = [*shared, *widths[len(shared) :], *more[len(shared) :]]
    for number, row in enumerate(grid.rows, top + 1):
        lines = max(_lines(found.text, width) for found, width in zip(row, widths, strict=False))
        if lines > 1:
            sheet.set_row(number, min(400, 15 * lines + 2))
        for column, found in enumerate(row):
            put_cell(writer, sheet, number, column, found, grid.tiles and column > 0, number % 2 == top % 2)
    last = top + len(grid.rows)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for column, each in enumerate(grid.heads):
        if each.share_bar and grid.rows:
            bar = {
                "type": "data_bar",
                "bar_solid": True,
                "bar_color": "#E6AE9B",
                "min_type": "num",
                "max_type": "num",
            }
            sheet.conditional_format(top + 1, column, last, column, {**bar, "min_value": 0, "max_value": 1})
    if frozen:
        sheet.freeze_panes(top + 1, 1)
        sheet.repeat_rows(top)
    if filtered:
        sheet.autofilter(top, 0, last, len(grid.heads) - 1)
    if grid.keys:
        last += 2
        for key in grid.keys:
            style = writer.style(bg_color=key.fill, font_color=key.ink)
            put_text(sheet, last, 0, key.label, style)
            last += 1
    return last + 1, len(widths)


def put_cell(writer: Book, sheet: Any, row: int, column: int, found: Cell, tile: bool, banded: bool) -> None:
    wanted: dict[str, object] = {"border": 1, "border_color": LIGHT.line}
    fill = found.fill or (LIGHT.panel if banded and not tile else "")
    if fill:
        wanted["bg_color"] = fill
    if found.ink:
        wanted["font_color"] = found.ink
    if tile or found.format == "date":
        wanted["align"] = "center"
    elif found.is_number:
        wanted["align"] = "right"
    if found.indent:
        wanted["indent"] = found.indent
    if found.value is None:
        if found.format == "text":
            wanted["text_wrap"] = True
        put_text(sheet, row, column, found.text, writer.style(**wanted))
        return
    style = writer.style(num_format=NUMBER_FORMATS[found.format], **wanted)
    if isinstance(found.value, date):
        if found.value.year < 1900:  # before Excel's calendar
            put_text(sheet, row, column, found.text, style)
        else:
            sheet.write_datetime(row, column, found.value, style)
    else:
        sheet.write_number(row, column, found.value, style)


def _lines(text: str, width: float) -> int:
    """Lines of a wrapped text in a column of `width` characters."""
    return sum(1 + int(measure(part, 2) // max(1.0, width - 1)) for part in text.split("\n"))


def _widths(grid: Grid) -> list[float]:
    if grid.tiles:
        first = max([measure(row[0].text, 2) for row in grid.rows] or [0.0])
        others = [max(4.5, measure(each.label, 2) + 1.5) for each in grid.heads[1:]]
        return [min(_WIDEST, max(_NARROWEST, first + 3)), *others]
    found = []
    for column, each in enumerate(grid.heads):
        longest = max(
            (measure(part, 2) for row in grid.rows[:200] for part in row[column].text.split("\n")),
            default=0.0,
        )
        found.append(min(_WIDEST, max(_NARROWEST, longest + 3, measure(heading(each), 2) + 4)))
    return found


def put_rows(writer: Book, sheet: Any, grid: Grid, top: int, left: int = 0) -> None:
    """A second grid on a sheet: below the first one it keeps its columns' widths, elsewhere it has its own."""
    if left:
        for column, width in enumerate(_widths(grid), left):
            sheet.set_column(column, column, width)
    head = writer.style(bold=True, bg_color=LIGHT.line, border=1, border_color=LIGHT.line, text_wrap=True)
    for column, each in enumerate(grid.heads, left):
        put_text(sheet, top, column, heading(each), head)
    for number, row in enumerate(grid.rows, top + 1):
        for column, found in enumerate(row, left):
            put_cell(writer, sheet, number, column, found, False, False)


def put_text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    sheet.write_string(row, column, shortened(clean(text), LONGEST_CELL), style)
