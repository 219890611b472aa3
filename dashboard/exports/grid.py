"""Every block that a document shows as rows and columns, as one kind of grid: text to read, value to compute with."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from dashboard.charts.calendar import bands_of
from dashboard.charts.words import column_of, numbers_of
from dashboard.exports.csv import map_rows
from dashboard.exports.text import clean, line
from dashboard.locale import translator
from dashboard.report import Chart, Column, Definition, Kpi, KpiRow, Map, NumberFormat, Table, Tasks
from dashboard.theme import LIGHT, MISSING, cell

MARKS = {"plain": "·", "good": "✓", "attention": "!", "warning": "!", "empty": "○"}
Side = Literal["left", "center", "right"]
_DATED = re.compile(r"年|月|\d-\d")
_LONGEST_FIGURE = 12  # with its unit: "+10.7个百分点"


@dataclass(frozen=True)
class Cell:
    text: str
    value: float | date | None = None  # None: only a text
    format: NumberFormat = "text"
    fill: str = ""
    ink: str = ""
    indent: int = 0

    @property
    def is_number(self) -> bool:
        return self.format in ("integer", "decimal", "percent")


@dataclass(frozen=True)
class Key:
    """What a colour (and the sign that stands with it) means."""

    label: str
    fill: str
    ink: str


@dataclass(frozen=True)
class Grid:
    """`tiles`: columns of equal width that hold a sign or a short number each."""

    heads: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[Key, ...] = ()
    tiles: bool = False


def heading(column: Column) -> str:
    """A column's label with its unit; a share shows its sign in each cell."""
    unit = "" if column.format == "percent" else column.unit
    return line(f"{column.label}（{unit}）" if unit and unit not in column.label else column.label)


def sides(grid: Grid) -> tuple[Side, ...]:
    """On which side each column's cells stand: figures right, also where a column of texts holds nothing else."""
    if grid.tiles:
        return tuple("center" if number else "left" for number in range(len(grid.heads)))
    return tuple(_side(head, [row[number] for row in grid.rows]) for number, head in enumerate(grid.heads))


def _side(head: Column, cells: Sequence[Cell]) -> Side:
    if head.format in ("integer", "decimal", "percent") or is_figures(cells):
        return "right"
    short = head.format == "date" or all(len(each.text) <= 4 and not each.indent for each in cells)
    return "center" if short else "left"


def is_figures(cells: Sequence[Cell]) -> bool:
    """Whether a column holds figures and nothing else: "3,602", "-7.1%", "+2 次", or the words in place of one."""
    told = [each for each in cells if each.text not in (MISSING, "")]
    return bool(told) and all(each.is_number or _is_figure(each.text) for each in told)


def _is_figure(text: str) -> bool:
    if text in ("持平", "无数据", "No data", "unchanged"):
        return True
    return (
        len(text) <= _LONGEST_FIGURE
        and (text[:1].isdigit() or text[:1] in "+-≥≤")
        and not _DATED.search(text)
    )


def table_grid(table: Table, printed: bool = True) -> Grid:
    """Printed: without the columns that say where a record came from, and without those that are empty."""
    columns = [column for column in table.columns if column.name in table.frame.columns]
    if printed:
        columns = [
            column
            for column in columns
            if not column.aside and not all(_is_blank(value) for value in table.frame[column.name])
        ] or columns[:1]
    return frame_grid(table.frame, columns)


def frame_grid(frame: pd.DataFrame, columns: Sequence[Column]) -> Grid:
    cells = [[typed(value, column.format) for value in frame[column.name]] for column in columns]
    return Grid(tuple(columns), tuple(zip(*cells, strict=True)))


def data_grid(block: Chart | Map) -> Grid:
    """The rows behind a chart or a map, as the CSV has them."""
    frame = block.frame if isinstance(block, Chart) else map_rows(block)
    columns = [column for column in block.columns if column.name in frame.columns]
    return frame_grid(frame, [c for c in columns if not all(_is_blank(value) for value in frame[c.name])])


def typed(value: object, style: NumberFormat = "text") -> Cell:
    """One value of a frame; what is absent has the text "—" where a number belongs, else none."""
    if _is_blank(value):
        return Cell(MISSING if style != "text" else "", None, style)
    if isinstance(value, bool | np.bool_):
        return Cell("是" if value else "否")
    if style in ("integer", "decimal", "percent") and isinstance(value, int | float | np.number):
        return Cell(cell(value, style), float(value), style)
    if style == "date" and isinstance(value, date):
        day = value.date() if isinstance(value, pd.Timestamp) else value
        return Cell(cell(value), day, style)
    return Cell(clean(cell(value, style)))


def _is_blank(value: object) -> bool:
    if value is None or value is pd.NA or value is pd.NaT or value == "":
        return True
    return isinstance(value, float | np.floating) and not math.isfinite(float(value))


def kpi_grid(row: KpiRow, language: str = "zh") -> Grid:
    """One figure a row, one column for each kind of comparison."""
    say = translator(language)
    kinds = list(dict.fromkeys(delta.label for item in row.items for delta in item.deltas))
    if len(kinds) > 3:  # they belong to single figures, not to columns
        heads = [Column("label", say("指标")), Column("value", say("数值")), Column("deltas", say("说明"))]
        rows = [
            (
                _indicator(item),
                _figure(item),
                Cell("　".join(line(f"{each.label} {each.text}") for each in item.deltas)),
            )
            for item in row.items
        ]
        return Grid(tuple(heads), tuple(rows))
    heads = [
        Column("label", say("指标")),
        Column("value", say("数值"), "integer"),
        Column("unit", say("单位")),
    ]
    heads += [Column(kind, line(kind) or say("说明"), "integer") for kind in kinds]
    found = []
    for item in row.items:
        said = {delta.label: line(delta.text) for delta in item.deltas}
        compared = [Cell(said.get(kind, MISSING), None, "integer") for kind in kinds]
        found.append((_indicator(item), _figure(item), Cell(line(item.unit)), *compared))
    return Grid(tuple(heads), tuple(found))


def _indicator(item: Kpi) -> Cell:
    return Cell(line(item.label))


def _figure(item: Kpi) -> Cell:
    """As it stands on the card, and the number that the card shows."""
    text = line(item.value)
    bare = text.replace(",", "")
    style: NumberFormat = "percent" if bare.endswith("%") else "decimal" if "." in bare else "integer"
    try:
        value = float(bare.rstrip("%")) / (100 if style == "percent" else 1)
    except ValueError:
        return Cell(text, None, "integer")
    return Cell(text, value, style)


def task_grid(tasks: Tasks, language: str = "zh") -> Grid:
    say = translator(language)
    heads = (
        Column("state", say("状态")),
        Column("text", say("事项")),
        Column("about", say("情况")),
        Column("origin", say("出处"), aside=True),
    )
    tones = {"warning": LIGHT.warning, "attention": LIGHT.attention, "good": LIGHT.good}
    rows = tuple(
        (
            Cell(line(item.state_label), ink=tones.get(item.tone, "")),
            Cell(clean(item.text)),
            Cell(clean("　".join(part for part in (item.about, item.said) if part))),
            Cell(clean(item.origin)),
        )
        for item in tasks.items
    )
    return Grid(heads, rows)


def without_aside(grid: Grid) -> Grid:
    kept = [number for number, head in enumerate(grid.heads) if not head.aside]
    return Grid(
        tuple(grid.heads[n] for n in kept), tuple(tuple(row[n] for n in kept) for row in grid.rows), grid.keys
    )


def calendar_grid(chart: Chart, language: str = "zh") -> Grid:
    """Rows and columns of tiles: each with its sign or number, so that nothing is told by colour alone."""
    across = list(dict.fromkeys(str(label) for label in chart.frame[chart.x]))
    down = list(dict.fromkeys(str(label) for label in chart.frame[chart.y]))
    bands, places = bands_of(chart, LIGHT, language)
    value = column_of(chart, chart.value or "value")
    tiles: dict[tuple[str, str], Cell] = {}
    for x, y, raw, place in zip(
        chart.frame[chart.x], chart.frame[chart.y], chart.frame[value.name], places, strict=True
    ):
        band = bands[place]
        known = Cell(band.sign) if chart.states else typed(raw, value.format)
        tiles[str(y), str(x)] = Cell(known.text, known.value, known.format, band.fill, band.ink)
    first = column_of(chart, chart.y)
    heads = (Column(first.name, first.label or ""), *(Column(label, line(label)) for label in _short(across)))
    rows = tuple((Cell(line(y)), *(tiles.get((y, x), Cell("")) for x in across)) for y in down)
    present = {bands[place].name: bands[place] for place in sorted(set(places))}
    keys = tuple(Key(line(band.name), band.fill, band.ink) for band in present.values())
    return Grid(heads, rows, keys, tiles=True)


def _short(labels: Sequence[str]) -> list[str]:
    """Months of one year without the year: the title and the source say it."""
    years = {label[:5] for label in labels}
    if len(years) == 1 and all(label.endswith("月") and label[4:5] == "年" for label in labels):
        return [label[5:] for label in labels]
    return list(labels)


def icicle_grid(chart: Chart, language: str = "zh") -> Grid:
    """The hierarchy as an indented list, each with its figure and its share of what it belongs to."""
    say = translator(language)
    frame = chart.frame
    ids = [str(key) for key in frame["id"]]
    parents = ["" if _is_blank(key) else str(key) for key in frame["parent"]]
    labels = dict(zip(ids, (line(label) for label in frame["label"]), strict=True))
    numbers = dict(zip(ids, numbers_of(frame["value"]), strict=True))
    children: dict[str, list[str]] = {}
    for key, parent in zip(ids, parents, strict=True):
        children.setdefault(parent if parent in labels else "", []).append(key)
    column = column_of(chart, "value")
    rows: list[tuple[Cell, ...]] = []

    def add(key: str, depth: int, whole: float | None) -> None:
        number = numbers[key]
        share = number / whole if number is not None and whole else None
        fill = (LIGHT.line, LIGHT.panel)[depth] if depth < 2 else ""
        rows.append(
            (
                Cell(labels[key], fill=fill, indent=depth),
                _filled(typed(number, column.format), fill),
                _filled(typed(share, "percent"), fill),
            )
        )
        for child in children.get(key, ()):
            add(child, depth + 1, number)

    for root in children.get("", ()):
        add(root, 0, None)
    first = next((each.label for each in chart.columns if each.name == "label"), say("组织"))
    heads = (Column("label", first), column, Column("share", say("占上级的比例"), "percent"))
    return Grid(heads, tuple(rows))


def _filled(found: Cell, fill: str) -> Cell:
    return Cell(found.text, found.value, found.format, fill)


def definition_grid(definitions: Iterable[Definition], language: str = "zh") -> Grid:
    say = translator(language)
    heads = (
        Column("label", say("指标")),
        Column("unit", say("单位")),
        Column("text", say("定义")),
        Column("source", say("来源")),
    )
    rows = tuple(
        tuple(Cell(clean(text)) for text in (each.label, each.unit, each.text, each.source))
        for each in definitions
    )
    return Grid(heads, rows)
