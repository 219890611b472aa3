"""Lines over time or another ordered category."""

from __future__ import annotations

from dashboard.charts.words import series_colours
from dashboard.drawing.bars import category_labels
from dashboard.drawing.canvas import Canvas, Point
from dashboard.drawing.plot import LINE, SIZE, Entry, Grid, Scale, grid, legend, reference_entry, scale
from dashboard.lettering import measure
from dashboard.report import Chart
from dashboard.theme import LIGHT, cell

_HIGH = 180.0
_LABELLED = 16  # points, at most, that carry their figures


def draw_lines(canvas: Canvas, chart: Chart, top: float) -> float:
    """One line a series; the highlighted one, or the only one, says its figures. Returns the lower edge."""
    figures = grid(chart, chart.x, chart.y)
    colours = _colours(chart, figures)
    names = [name for name in figures.series if name]
    entries = [Entry(name, colours[name], "line") for name in names] if len(names) > 1 else []
    y = legend(canvas, entries + reference_entry(chart), top) + LINE
    extent = [*figures.known, *([chart.reference[0]] if chart.reference else [])]
    axis = scale(extent, figures.column, y + _HIGH, y)
    left = 8 + max(measure(text, SIZE) for text in axis.texts)
    slot = (canvas.width - left) / max(1, len(figures.labels))
    for mark, text in zip(axis.marks, axis.texts, strict=True):
        level = axis.at(mark)
        canvas.line(left, level, canvas.width, level, LIGHT.muted if mark == 0 else LIGHT.line, 1)
        canvas.text(left - 8, level + 4, text, SIZE, LIGHT.muted, "end")
    if chart.reference is not None:
        level = axis.at(chart.reference[0])
        canvas.line(left, level, canvas.width, level, LIGHT.muted, 1.4, "5 4")
    said = chart.highlight if chart.highlight in figures.series else figures.series[0]
    for name in sorted(figures.series, key=lambda name: name == said):  # the emphasised one on top
        place = figures.series.index(name)
        values = [row[place] for row in figures.cells]
        _line(canvas, axis, values, left, slot, colours[name], 2.4 if name == said else 1.6)
        if name == said:
            _figures(canvas, axis, figures, values, left, slot)
    return category_labels(canvas, figures.labels, left, slot, y + _HIGH, figures.series)


def _colours(chart: Chart, figures: Grid) -> dict[str, str]:
    shade = {"": LIGHT.accent} | series_colours(chart, [name for name in figures.series if name], LIGHT)
    if chart.highlight in figures.series:
        return {name: LIGHT.accent if name == chart.highlight else LIGHT.muted for name in shade}
    return shade


def _line(
    canvas: Canvas,
    axis: Scale,
    values: list[float | None],
    left: float,
    slot: float,
    colour: str,
    width: float,
) -> None:
    run: list[Point] = []
    for number, value in enumerate([*values, None]):
        if value is not None:
            run.append((left + slot * (number + 0.5), axis.at(value)))
            continue
        if len(run) > 1:
            canvas.run(run, colour, width)
        if len(values) <= 40:
            for x, y in run:
                canvas.dot(x, y, width * 1.25, colour)
        run = []


def _figures(
    canvas: Canvas, axis: Scale, figures: Grid, values: list[float | None], left: float, slot: float
) -> None:
    if len(values) > _LABELLED:
        return
    for number, value in enumerate(values):
        if value is None:
            continue
        text = cell(value, figures.column.format)
        if measure(text, 11) <= slot * 1.2:
            # In a dip the figure stands below, where the line does not run through it.
            around = [v for v in (*values[max(0, number - 1) : number], *values[number + 1 : number + 2]) if v is not None]  # fmt: skip
            below = bool(around) and value < min(around) and axis.at(value) < axis.low - 22
            level = axis.at(value) + (16 if below else -8)
            canvas.text(
                left + slot * (number + 0.5), level, text, 11, LIGHT.text, "middle", halo=LIGHT.surface
            )
