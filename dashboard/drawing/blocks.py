"""The hierarchy as blocks within blocks, from left to right."""

from __future__ import annotations

from dashboard.charts.words import column_of, numbers_of, quantity
from dashboard.drawing.canvas import Canvas
from dashboard.drawing.plot import MOST_HIGH
from dashboard.lettering import measure, shortened
from dashboard.report import Chart
from dashboard.theme import LIGHT, cell, ink_on, mix

_LEAF = 19.0  # height of the smallest block that still says its name
_SIZE = 11.0
_DEEPEST = 3  # levels that are drawn


def draw_blocks(canvas: Canvas, chart: Chart, top: float) -> float:
    """Each level's share of its parent is the height of its block. Returns the lower edge."""
    frame = chart.frame
    column = column_of(chart, "value")
    ids = [str(value) for value in frame["id"]]
    above = {
        own: "" if cell(parent) not in ids else cell(parent)
        for own, parent in zip(ids, frame["parent"], strict=True)
    }
    sizes = dict(zip(ids, (max(value or 0.0, 0.0) for value in numbers_of(frame["value"])), strict=True))
    texts = {
        own: (str(label), quantity(value, column))
        for own, label, value in zip(ids, frame["label"], frame["value"], strict=True)
    }
    below: dict[str, list[str]] = {}
    for own in ids:
        below.setdefault(above[own], []).append(own)
    root = next(own for own in ids if not above[own])
    branches = below.get(root, [])
    depth = {root: 0}
    for own in ids:
        if own not in depth and above[own] in depth:
            depth[own] = depth[above[own]] + 1
    deepest = min(_DEEPEST - 1, max(depth.values()))
    leaves = [own for own in depth if depth[own] == deepest or (depth[own] < deepest and own not in below)]
    high = min(MOST_HIGH, max(160.0, _LEAF * len(leaves)))
    wide = canvas.width / (deepest + 1)
    hue = {own: LIGHT.series[number % len(LIGHT.series)] for number, own in enumerate(branches)}

    def draw(own: str, y: float, height: float, colour: str) -> None:
        level = depth[own]
        fill = LIGHT.line if level == 0 else mix(colour, LIGHT.surface, 0.42 if level == 1 else 0.24)
        canvas.rect(wide * level, y, wide - 1.5, height - 1.2, fill)
        _say(canvas, texts[own], wide * level, y, wide, height, ink_on(fill))
        parts = below.get(own, []) if level < deepest else []
        weights = [sizes[part] for part in parts]
        if not sum(weights):
            weights = [1.0] * len(parts)
        # No block vanishes: every part has a little of the height, the rest goes by size.
        least = min(height / max(1, len(parts)), 11.0) if parts else 0.0
        rest = height - least * len(parts)
        for part, weight in zip(parts, weights, strict=True):
            share = least + rest * weight / sum(weights)
            draw(part, y, share, hue.get(part, colour))
            y += share

    draw(root, top, high, LIGHT.muted)
    return top + high


def _say(
    canvas: Canvas, words: tuple[str, str], x: float, y: float, width: float, height: float, ink: str
) -> None:
    name, amount = words
    size = min(_SIZE, height - 1.5)
    if size < 7:
        return
    line = f"{name}　{amount}"
    if measure(line, size) <= width - 10 or height < 2 * _SIZE + 8:
        line = line if measure(line, size) <= width - 10 else shortened(name, size, width - 10)
        canvas.text(x + 5, y + height / 2 + size * 0.36, line, size, ink)
        return
    canvas.text(x + 5, y + height / 2 - 3, shortened(name, size, width - 10), size, ink)
    canvas.text(x + 5, y + height / 2 + 11, shortened(amount, size, width - 10), size, ink)
