"""Standing and lying bars, plain, stacked or side by side, every bar with its figure where there is room."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.charts import ticks
from dashboard.charts.words import series_colours
from dashboard.drawing.canvas import Canvas
from dashboard.drawing.plot import (
    LINE,
    MOST_HIGH,
    SIZE,
    Entry,
    Grid,
    Scale,
    grid,
    legend,
    reference_entry,
    scale,
)
from dashboard.lettering import measure, shortened, wrapped
from dashboard.report import Chart
from dashboard.theme import LIGHT, MISSING, cell, ink_on

_HIGH = 190.0  # of the space that standing bars have
_ROW = 22.0  # of a lying bar, and of one of several side by side
_THIN = 14.0
_MANY = 16  # lying bars that stand closer together
_WIDEST = 64.0  # of a standing bar
_NAMES = 0.34  # of the width, at most, for the names of lying bars


def fills(chart: Chart, names: tuple[str, ...]) -> Mapping[str, str]:
    """The colour of each series."""
    if chart.highlight is not None and chart.highlight in names:
        return {name: LIGHT.accent if name == chart.highlight else LIGHT.faint for name in names}
    return {"": LIGHT.accent} | series_colours(chart, [name for name in names if name], LIGHT)


def _entries(chart: Chart, figures: Grid) -> list[Entry]:
    shade = fills(chart, figures.series)
    named = [Entry(name, shade[name]) for name in figures.series if name]
    return (named if len(named) > 1 else []) + reference_entry(chart)


def _colour(chart: Chart, shade: Mapping[str, str], name: str, label: str) -> str:
    if chart.highlight is not None and not name:
        return LIGHT.accent if label == chart.highlight else LIGHT.faint
    return shade[name]


def _extent(chart: Chart, figures: Grid, stacked: bool) -> list[float]:
    if stacked:
        ups = [sum(v for v in row if v is not None and v > 0) for row in figures.cells]
        downs = [sum(v for v in row if v is not None and v < 0) for row in figures.cells]
        values = ups + downs
    else:
        values = figures.known
    return [*values, *([chart.reference[0]] if chart.reference else [])]


def draw_standing(canvas: Canvas, chart: Chart, top: float) -> float:
    """Categories from left to right; returns the lower edge."""
    figures = grid(chart, chart.x, chart.y)
    grouped = chart.grouped and len(figures.series) > 1
    stacked = len(figures.series) > 1 and not grouped
    y = legend(canvas, _entries(chart, figures), top) + LINE
    shade = fills(chart, figures.series)
    axis = scale(_extent(chart, figures, stacked), figures.column, y + _HIGH, y)
    left = 8 + max(measure(text, SIZE) for text in axis.texts)
    slot = (canvas.width - left) / max(1, len(figures.labels))
    _standing_axis(canvas, axis, left)
    room = min(slot * 0.72, _WIDEST * (2 if grouped else 1))
    for number, label in enumerate(figures.labels):
        x = left + slot * (number + 0.5) - room / 2
        row = figures.cells[number]
        if grouped:
            each = room / len(row)
            for place, value in enumerate(row):
                _standing(
                    canvas, axis, x + each * place, each * 0.92, 0.0, value, shade[figures.series[place]]
                )
                _above(canvas, axis, figures, x + each * (place + 0.46), value, each * 0.92)
        elif stacked:
            up, down = 0.0, 0.0
            for place, value in enumerate(row):
                base = up if (value or 0.0) >= 0 else down
                _standing(canvas, axis, x, room, base, value, shade[figures.series[place]])
                _within(canvas, axis, figures, x, room, base, value, shade[figures.series[place]])
                up, down = up + max(value or 0.0, 0.0), down + min(value or 0.0, 0.0)
            if figures.column.format != "percent":
                _above(canvas, axis, figures, x + room / 2, up + down, slot)
        else:
            _standing(canvas, axis, x, room, 0.0, row[0], _colour(chart, shade, figures.series[0], label))
            _above(canvas, axis, figures, x + room / 2, row[0], slot)
    if chart.reference is not None:
        level = axis.at(chart.reference[0])
        canvas.line(left, level, canvas.width, level, LIGHT.muted, 1.4, "5 4")
    return category_labels(canvas, figures.labels, left, slot, y + _HIGH, figures.series)


def _standing_axis(canvas: Canvas, axis: Scale, left: float) -> None:
    for mark, text in zip(axis.marks, axis.texts, strict=True):
        level = axis.at(mark)
        canvas.line(left, level, canvas.width, level, LIGHT.muted if mark == 0 else LIGHT.line, 1)
        canvas.text(left - 8, level + 4, text, SIZE, LIGHT.muted, "end")


def _standing(
    canvas: Canvas, axis: Scale, x: float, width: float, base: float, value: float | None, fill: str
) -> None:
    if value:
        ends = sorted((axis.at(base), axis.at(base + value)))
        canvas.rect(x, ends[0], width, ends[1] - ends[0], fill)


def _above(
    canvas: Canvas, axis: Scale, figures: Grid, middle: float, value: float | None, room: float
) -> None:
    if value is None:
        return
    text = cell(value, figures.column.format)
    if measure(text, SIZE) <= room * 1.25:
        level = axis.at(max(value, 0.0)) - 5 if value >= 0 else axis.at(value) + 13
        canvas.text(middle, level, text, SIZE, LIGHT.text, "middle")


def _within(
    canvas: Canvas,
    axis: Scale,
    figures: Grid,
    x: float,
    room: float,
    base: float,
    value: float | None,
    fill: str,
) -> None:
    if not value:
        return
    text = cell(value, figures.column.format)
    high = abs(axis.at(base + value) - axis.at(base))
    if high >= 15 and measure(text, 11) <= room - 2:
        level = (axis.at(base + value) + axis.at(base)) / 2 + 4
        canvas.text(x + room / 2, level, text, 11, ink_on(fill), "middle")


def category_labels(
    canvas: Canvas,
    labels: tuple[str, ...],
    left: float,
    slot: float,
    bottom: float,
    series: tuple[str, ...] = (),
) -> float:
    """The categories below the axis, in a few lines each; every n-th when they are many."""
    width = max(3, int(slot / SIZE))
    chosen, texts = ticks.categories(labels, width, max(4, int((canvas.width - left) / 34)), series)
    lines = 1
    for label, text in zip(chosen, texts, strict=True):
        middle = left + slot * (labels.index(label) + 0.5)
        parts = text.split("<br>")[:4]
        lines = max(lines, len(parts))
        for number, part in enumerate(parts):
            canvas.text(middle, bottom + 17 + LINE * number * 0.94, part, SIZE, LIGHT.muted, "middle")
    return bottom + 8 + LINE * lines


def draw_lying(canvas: Canvas, chart: Chart, top: float) -> float:
    """Categories from the top down; returns the lower edge."""
    figures = grid(chart, chart.y, chart.x)
    grouped = chart.grouped and len(figures.series) > 1
    stacked = len(figures.series) > 1 and not grouped
    shade = fills(chart, figures.series)
    y = legend(canvas, _entries(chart, figures), top)
    many = len(figures.labels) > _MANY
    each = (11.0 if many else _THIN) if grouped else 16.0 if many else _ROW
    pitch = each * len(figures.series) + (5 if many else 8) if grouped else each
    if pitch * len(figures.labels) > MOST_HIGH - 60:
        pitch = max(13.0, (MOST_HIGH - 60) / len(figures.labels))
        each = (pitch - 5) / len(figures.series) if grouped else pitch
    widest = max(measure(label, SIZE) for label in figures.labels)
    left = min(widest, canvas.width * _NAMES) + 8
    sums = figures.stacks() if stacked else figures.known
    texts = [cell(value, figures.column.format) for value in sums]
    right = 8 + max((measure(text, SIZE) for text in texts), default=0.0)
    extent = _extent(chart, figures, stacked)
    low, high = min([0.0, *extent]), max([0.0, *extent])
    axis = Scale((low, high if high > low else 1.0), ("", ""), left, canvas.width - right)
    if low < 0:
        axis = Scale(axis.marks, axis.texts, left + right, canvas.width - right)
    ground = "" if chart.reference is None else LIGHT.surface  # where a figure stands on the line across
    if chart.reference is not None:
        canvas.line(axis.at(chart.reference[0]), y, axis.at(chart.reference[0]), y + pitch * len(figures.labels), LIGHT.muted, 1.4, "5 4")  # fmt: skip
    for number, label in enumerate(figures.labels):
        line = y + pitch * number
        _name(canvas, label, left, line + pitch / 2, pitch)
        row = figures.cells[number]
        if grouped:
            for place, value in enumerate(row):
                _lying(
                    canvas,
                    axis,
                    line + (pitch - each * len(row)) / 2 + each * place,
                    each - 1.5,
                    0.0,
                    value,
                    shade[figures.series[place]],
                )
                _beside(
                    canvas,
                    axis,
                    figures,
                    line + (pitch - each * len(row)) / 2 + each * (place + 0.5),
                    value,
                    min(11.0, each),
                    ground,
                )
        elif stacked:
            up = 0.0
            for place, value in enumerate(row):
                fill = shade[figures.series[place]]
                _lying(canvas, axis, line + pitch * 0.14, each * 0.72, up, value, fill)
                _inside(canvas, axis, figures, line + pitch / 2, up, value, fill)
                up += value or 0.0
            if figures.column.format != "percent":
                _beside(canvas, axis, figures, line + pitch / 2, up, SIZE, ground)
        else:
            fill = _colour(chart, shade, figures.series[0], label)
            _lying(canvas, axis, line + pitch * 0.14, each * 0.72, 0.0, row[0], fill)
            _beside(canvas, axis, figures, line + pitch / 2, row[0], SIZE, ground)
    bottom = y + pitch * len(figures.labels)
    canvas.line(axis.at(0.0), y, axis.at(0.0), bottom, LIGHT.muted, 1)
    return bottom + 4


def _name(canvas: Canvas, label: str, left: float, middle: float, pitch: float) -> None:
    lines = wrapped(label, SIZE, left - 8, most=2 if pitch >= 2 * 13 else 1)
    if len(lines) == 1:
        lines = [shortened(label, SIZE, left - 8)]
    first = middle + 4 - (len(lines) - 1) * 6.5
    for number, line in enumerate(lines):
        canvas.text(left - 8, first + 13 * number, line, SIZE, LIGHT.text, "end")


def _lying(
    canvas: Canvas, axis: Scale, y: float, height: float, base: float, value: float | None, fill: str
) -> None:
    if value:
        ends = sorted((axis.at(base), axis.at(base + value)))
        canvas.rect(ends[0], y, ends[1] - ends[0], height, fill)


def _beside(
    canvas: Canvas, axis: Scale, figures: Grid, middle: float, value: float | None, size: float, ground: str
) -> None:
    """The figure at the end of its bar; on `ground` where a line across would run through it."""
    if value is None:  # hidden or unknown: not the same as nothing
        canvas.text(axis.at(0.0) + 5, middle + 4, MISSING, size, LIGHT.muted)
        return
    text = cell(value, figures.column.format)
    wide = measure(text, size)
    left = axis.at(value) - 5 - wide if value < 0 else axis.at(value) + 5
    if ground:
        canvas.rect(left - 1, middle - size * 0.55, wide + 2, size * 1.1, ground)
    canvas.text(
        left + (wide if value < 0 else 0.0),
        middle + 4,
        text,
        size,
        LIGHT.text,
        "end" if value < 0 else "start",
    )


def _inside(
    canvas: Canvas, axis: Scale, figures: Grid, middle: float, base: float, value: float | None, fill: str
) -> None:
    if not value:
        return
    text = cell(value, figures.column.format)
    ends = sorted((axis.at(base), axis.at(base + value)))
    if measure(text, 11) + 6 <= ends[1] - ends[0]:
        canvas.text((ends[0] + ends[1]) / 2, middle + 4, text, 11, ink_on(fill), "middle")
