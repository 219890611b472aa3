"""Tiles in rows and columns, coloured by value or by state; a state carries its sign."""

from __future__ import annotations

from dashboard.charts import ticks
from dashboard.charts.calendar import bands_of
from dashboard.drawing.canvas import Canvas
from dashboard.drawing.plot import LINE, MOST_HIGH, SIZE, Entry, legend
from dashboard.lettering import measure, shortened
from dashboard.report import Chart
from dashboard.theme import LIGHT

_ROW = 20.0


def draw_tiles(canvas: Canvas, chart: Chart, top: float, language: str) -> float:
    """Returns the lower edge."""
    bands, places = bands_of(chart, LIGHT, language)
    used = set(places)
    entries = [Entry(band.name, band.fill) for number, band in enumerate(bands) if number in used]
    y = legend(canvas, entries, top) + 4
    across = tuple(dict.fromkeys(str(label) for label in chart.frame[chart.x]))
    down = tuple(dict.fromkeys(str(label) for label in chart.frame[chart.y]))
    left = min(max(measure(label, SIZE) for label in down), canvas.width * 0.3) + 8
    wide = (canvas.width - left) / len(across)
    high = max(
        11.0,
        min(_ROW, (MOST_HIGH - 90) / len(down), 14.5 if len(down) > 24 else 17.0 if len(down) > 16 else _ROW),
    )
    size = min(SIZE, high - 2)
    for number, label in enumerate(down):
        name = shortened(label, size, left - 8)
        canvas.text(left - 8, y + high * (number + 0.5) + size * 0.35, name, size, LIGHT.text, "end")
    rows = zip(chart.frame[chart.x], chart.frame[chart.y], places, strict=True)
    for column, row, place in rows:
        x, level = left + wide * across.index(str(column)), y + high * down.index(str(row))
        band = bands[place]
        canvas.rect(x + 1, level + 1, wide - 2, high - 2, band.fill, 1.5)
        if band.sign:
            canvas.text(x + wide / 2, level + high / 2 + size * 0.33, band.sign, size - 1, band.ink, "middle")
    bottom = y + high * len(down)
    chosen, texts = ticks.categories(across, max(3, int(wide / SIZE)), most=31)
    lines = 1
    for label, text in zip(chosen, texts, strict=True):
        parts = text.split("<br>")[:3]
        lines = max(lines, len(parts))
        for number, part in enumerate(parts):
            middle = left + wide * (across.index(label) + 0.5)
            canvas.text(middle, bottom + 15 + LINE * 0.94 * number, part, SIZE, LIGHT.muted, "middle")
    return bottom + 6 + LINE * lines
