"""Chart and map blocks as small SVG pictures, drawn here: no browser, no network, equal input gives equal bytes.

For documents, for pictures and for the printed page. The screen's own drawing is dashboard/charts and maps.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dashboard.drawing.bars import draw_lying, draw_standing
from dashboard.drawing.blocks import draw_blocks
from dashboard.drawing.canvas import Canvas
from dashboard.drawing.lines import draw_lines
from dashboard.drawing.maps import draw_map
from dashboard.drawing.tiles import draw_tiles
from dashboard.lettering import wrapped
from dashboard.report import Chart, ChartKind, Map
from dashboard.theme import FONT_FAMILY, LIGHT, caption

__all__ = ["PICTURE_WIDTH", "TEXT_WIDTH", "height_of", "picture", "svg"]

TEXT_WIDTH = 590.0  # of a report's text, 156 mm
PICTURE_WIDTH = 760.0  # of a picture that stands alone
_MARGIN = 22.0

_DRAW: dict[ChartKind, Callable[[Canvas, Chart, float, str], float]] = {
    "bar": lambda canvas, chart, top, _: draw_standing(canvas, chart, top),
    "barh": lambda canvas, chart, top, _: draw_lying(canvas, chart, top),
    "line": lambda canvas, chart, top, _: draw_lines(canvas, chart, top),
    "icicle": lambda canvas, chart, top, _: draw_blocks(canvas, chart, top),
    "calendar": draw_tiles,
}


def svg(block: Chart | Map, language: str = "zh", width: float = TEXT_WIDTH, font: str = FONT_FAMILY) -> str:
    """The drawing alone: its title and its source stand in the document around it."""
    canvas = Canvas(width, font)
    bottom = _draw(canvas, block, 0.0, language)
    return canvas.svg(bottom, block.alt, LIGHT.surface)


def picture(
    block: Chart | Map, language: str = "zh", marks: tuple[str, ...] = (), font: str = FONT_FAMILY
) -> str:
    """The drawing as a file of its own: with title, source and the lines of `marks` (when made, demo data)."""
    inner = PICTURE_WIDTH - 2 * _MARGIN
    drawn = Canvas(inner, font)
    y = 20.0
    for line in wrapped(block.title, 18, inner):
        drawn.text(0, y, line, 18, LIGHT.text, bold=True)
        y += 25
    y = _draw(drawn, block, y, language) + 24
    for text in (caption(block.source, language), *marks):
        for line in wrapped(text, 11, inner):
            drawn.text(0, y, line, 11, LIGHT.muted)
            y += 16
    return drawn.svg(y - 12, block.alt, LIGHT.surface, _MARGIN)


def height_of(drawn: str) -> float:
    """Of a drawing of this package, in pixels."""
    found = re.search(r' height="([\d.]+)"', drawn)
    return float(found[1]) if found else 0.0


def _draw(canvas: Canvas, block: Chart | Map, top: float, language: str) -> float:
    if isinstance(block, Map):
        return draw_map(canvas, block, top, language)
    if block.frame.empty:
        lines = wrapped(block.empty or "—", 13, canvas.width)
        for number, line in enumerate(lines):
            canvas.text(canvas.width / 2, top + 30 + 20 * number, line, 13, LIGHT.muted, "middle")
        return top + 34 + 20 * len(lines)
    return _DRAW[block.kind](canvas, block, top, language)
