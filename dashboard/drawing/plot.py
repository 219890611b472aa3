"""What the kinds of charts share: the rows of a frame as numbers, the legend, the axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts import ticks
from dashboard.charts.words import column_of, numbers_of, series_names
from dashboard.drawing.canvas import Canvas
from dashboard.lettering import measure, shortened
from dashboard.report import Chart, Column
from dashboard.theme import LIGHT

SIZE = 12.0  # of labels
LINE = 16.0  # from one line of text to the next
MOST_HIGH = 720.0  # what fits on a page of a report


@dataclass(frozen=True)
class Grid:
    """The figures of a chart: categories in the frame's order × series, None where there is none."""

    labels: tuple[str, ...]
    series: tuple[str, ...]  # ("",) without series
    cells: tuple[tuple[float | None, ...], ...]  # [category][series]
    column: Column

    @property
    def known(self) -> list[float]:
        return [value for row in self.cells for value in row if value is not None]

    def stacks(self) -> list[float]:
        """The sum of each category."""
        return [sum(value for value in row if value is not None) for row in self.cells]


def grid(chart: Chart, category: str, value: str) -> Grid:
    """Rows that name the same category and series are added up."""
    labels = tuple(dict.fromkeys(str(label) for label in chart.frame[category]))
    series = tuple(series_names(chart)) or ("",)
    cells: list[list[float | None]] = [[None] * len(series) for _ in labels]
    rows = [str(label) for label in chart.frame[category]]
    names = [str(name) for name in chart.frame[chart.series]] if chart.series else [""] * len(rows)
    for label, name, number in zip(rows, names, numbers_of(chart.frame[value]), strict=True):
        row, place = cells[labels.index(label)], series.index(name)
        if number is not None:
            row[place] = (row[place] or 0.0) + number
    return Grid(labels, series, tuple(tuple(row) for row in cells), column_of(chart, value))


@dataclass(frozen=True)
class Scale:
    """From figures to places between `low` and `high` (pixels), zero always among them."""

    marks: tuple[float, ...]
    texts: tuple[str, ...]
    low: float
    high: float

    def at(self, value: float) -> float:
        first, last = self.marks[0], self.marks[-1]
        return self.low + (value - first) / (last - first) * (self.high - self.low)


def scale(values: Sequence[float], column: Column, low: float, high: float, most: int = 5) -> Scale:
    lowest, highest = (min(values), max(values)) if values else (0.0, 0.0)
    marks, texts = ticks.values(lowest, highest, column.format, most)
    if marks[-1] < highest:  # a share a hair above the last mark
        marks, texts = [*marks, marks[-1] + (marks[1] - marks[0])], [*texts, ""]
    return Scale(tuple(marks), tuple(texts), low, high)


@dataclass(frozen=True)
class Entry:
    label: str
    colour: str
    shape: str = "square"  # square, dot, line, dash, hatch


def legend(canvas: Canvas, entries: Sequence[Entry], y: float) -> float:
    """In rows from the left; returns where what follows may begin."""
    if not entries:
        return y
    x, line = 0.0, y + 11
    for entry in entries:
        label = shortened(entry.label, SIZE, canvas.width - 20)
        room = 20 + measure(label, SIZE) + 14
        if x and x + room > canvas.width + 14:
            x, line = 0.0, line + LINE + 2
        _sign(canvas, entry, x, line)
        canvas.text(x + 18, line, label, SIZE, LIGHT.text)
        x += room
    return line + 12


def _sign(canvas: Canvas, entry: Entry, x: float, line: float) -> None:
    middle = line - 4
    if entry.shape == "dot":
        canvas.dot(x + 6, middle, 4.5, entry.colour)
    elif entry.shape in ("line", "dash"):
        canvas.line(x, middle, x + 13, middle, entry.colour, 2.2, "4 3" if entry.shape == "dash" else "")
    elif entry.shape == "hatch":
        for step in (0.0, 4.0, 8.0):
            canvas.line(x + step, middle + 5, x + step + 5, middle - 5, entry.colour, 1.2)
    else:
        canvas.rect(x, middle - 5.5, 11, 11, entry.colour, 1.5)


def reference_entry(chart: Chart) -> list[Entry]:
    return [] if chart.reference is None else [Entry(chart.reference[1], LIGHT.muted, "dash")]
