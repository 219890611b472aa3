"""The cells of every table and the figures of every chart, read back from the files, are those of the report."""

from __future__ import annotations

import csv
import io
import math
import zipfile
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser

import docx
import openpyxl
import pandas as pd
import pptx
import pytest

from dashboard.database import Snapshot
from dashboard.exports import DOCUMENTS, FORMATS
from dashboard.exports.csv import map_rows
from dashboard.exports.grid import Grid, calendar_grid, heading, table_grid
from dashboard.exports.text import clean, line
from dashboard.organisations import district
from dashboard.report import Chart, Map, Table
from dashboard.reports.compose import Composed, compose, kind_named
from dashboard.selection import Period
from tests.reports.again import MADE_AT

Rows = list[list[str]]


@pytest.fixture(scope="module")
def composed(county_years: Snapshot) -> Composed:
    """The kind with most blocks."""
    top = district(county_years).code
    return compose(county_years, kind_named("yearly"), top, Period.parse("2021"), MADE_AT, "20220110-abcdef")


@pytest.fixture(scope="module")
def written(composed: Composed) -> dict[str, bytes]:
    keys = ("docx", "pptx", "xlsx", "html")
    return {key: DOCUMENTS[key].write(composed.report, composed.imprint) for key in keys}


def _charts(composed: Composed) -> list[Chart]:
    """Those that become native charts."""
    blocks = (block for block in composed.report.blocks if isinstance(block, Chart))
    return [block for block in blocks if block.kind != "calendar"]


# ---------------------------------------------------------------- tables


def _wanted(composed: Composed, calendars: bool) -> Iterator[Rows]:
    for block in composed.report.blocks:
        grid: Grid | None = None
        if isinstance(block, Table):
            grid = table_grid(block)
        elif calendars and isinstance(block, Chart) and block.kind == "calendar":
            grid = calendar_grid(block)
        if grid is not None:
            yield [
                [heading(each) for each in grid.heads],
                *([cell.text for cell in row] for row in grid.rows),
            ]


def _docx(made: bytes) -> list[Rows]:
    return [
        [
            ["".join(t.text or "" for t in cell.iter("{*}t")) for cell in row.tc_lst]
            for row in table._tbl.tr_lst
        ]
        for table in docx.Document(io.BytesIO(made)).tables
    ]


def _pptx(made: bytes) -> list[Rows]:
    shapes = [shape for slide in pptx.Presentation(io.BytesIO(made)).slides for shape in slide.shapes]
    return [
        [
            ["".join(t.text or "" for t in cell.iter("{*}t")) for cell in row.tc_lst]
            for row in shape.table._tbl.tr_lst
        ]
        for shape in shapes
        if shape.has_table
    ]


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Rows] = []
        self._is_open = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._is_open = True

    def handle_endtag(self, tag: str) -> None:
        self._is_open = self._is_open and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._is_open:
            self.tables[-1][-1][-1] += data


def _html(made: bytes) -> list[Rows]:
    reader = _Tables()
    reader.feed(made.decode("utf-8"))
    return reader.tables


READ: dict[str, Callable[[bytes], list[Rows]]] = {"docx": _docx, "pptx": _pptx, "html": _html}


@pytest.mark.parametrize("key", READ)
def test_every_cell_of_every_table_is_read_back(
    composed: Composed, written: dict[str, bytes], key: str
) -> None:
    """A long one over several tables, the heading on each."""
    found = READ[key](written[key])
    for head, *rows in _wanted(composed, calendars=key != "html"):  # which draws its calendars
        there = [row for table in found if table[0] == head for row in table[1:]]
        assert [row for row in rows if row not in there] == [], head
        assert len(there) >= len(rows)


# ---------------------------------------------------------------- charts


def _check_chart(chart: Chart, rows: Sequence[Sequence[object]]) -> None:
    """`rows`: categories down, series across, as a sheet behind a native chart has them."""
    category, value = (chart.y, chart.x) if chart.kind == "barh" else (chart.x, chart.y)
    categories = list(dict.fromkeys(str(each) for each in chart.frame[category]))
    heads = [str(head) for head in rows[0]]
    for row in chart.frame.to_dict("records"):
        place = heads.index(line(row[chart.series])) if chart.series else 1
        found = rows[1 + categories.index(str(row[category]))][place]
        if pd.isna(row[value]):
            assert found in (None, "—"), (chart.key, row)
        else:
            assert isinstance(found, int | float), (chart.key, row, found)
            assert math.isclose(found, float(row[value]), abs_tol=1e-9), (chart.key, row, found)


def _sheet(book: bytes) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def _embedded(made: bytes, folder: str) -> list[list[list[object]]]:
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        names = [name for name in package.namelist() if name.startswith(folder) and name.endswith(".xlsx")]
        names.sort(key=lambda name: int("".join(filter(str.isdigit, name.rpartition("/")[2])) or 0))
        return [_sheet(package.read(name)) for name in names]


@pytest.mark.parametrize(("key", "folder"), [("docx", "word/embeddings/"), ("pptx", "ppt/embeddings/")])
def test_the_sheet_behind_every_chart_holds_its_figures(
    composed: Composed, written: dict[str, bytes], key: str, folder: str
) -> None:
    books = _embedded(written[key], folder)
    charts = _charts(composed)
    assert len(books) == len(charts)
    for chart, rows in zip(charts, books, strict=True):
        _check_chart(chart, rows)


def test_a_workbook_holds_every_figure_as_a_number(composed: Composed, written: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written["xlsx"]))
    sheets = {str(sheet["A1"].value): [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}  # fmt: skip
    for chart in _charts(composed):
        _check_chart(chart, sheets[line(chart.title)][4:])
    for block in composed.report.blocks:
        if isinstance(block, Table):
            grid = table_grid(block, printed=False)
            head, *rows = sheets[line(block.title)][4:]
            assert head[: len(grid.heads)] == [heading(each) for each in grid.heads]
            for wanted, found in zip(grid.rows, rows, strict=False):
                for cell, value in zip(wanted, found, strict=False):
                    if isinstance(cell.value, float):
                        assert value == pytest.approx(cell.value, abs=1e-9), block.key
                    elif cell.value is None:
                        assert (value or "") == cell.text, block.key


def test_the_data_file_of_every_block_holds_its_rows(composed: Composed) -> None:
    for block in composed.report.blocks:
        if not isinstance(block, Table | Chart | Map):
            continue
        frame = map_rows(block) if isinstance(block, Map) else block.frame
        text = FORMATS["csv"].write(block).decode("utf-8-sig")
        _, *rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len(rows) == len(frame), block.key
        columns = [column for column in block.columns if column.name in frame.columns]
        for place, column in enumerate(columns):
            for told, value in zip([row[place] for row in rows], frame[column.name], strict=True):
                if column.format in ("integer", "decimal", "percent") and not pd.isna(value):
                    scale = 100 if column.format == "percent" else 1
                    assert float(told) == pytest.approx(float(value) * scale), (block.key, column.name)
                elif column.format == "text" and isinstance(value, str):
                    assert told.removeprefix("'") == clean(value).removeprefix("'"), (block.key, column.name)
