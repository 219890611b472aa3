"""How a table is spread over slides: the size of its letters, and which rows stand on which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.exports import layout, slide_look
from dashboard.exports.grid import Grid
from dashboard.exports.slideml import LINE


def laid_out(grid: Grid, width: float, height: float, lead: float = 0.0) -> Layout:
    """As few slides as there can be, in the largest letters that need no more of them.

    `lead`: what a text above the table takes of the first slide's height.
    """
    trials = [_fitted(grid, width, height, lead, size) for size in _sizes(grid)]
    fewest = min(len(trial.parts) for trial in trials)
    return next(trial for trial in trials if len(trial.parts) == fewest)


def _sizes(grid: Grid) -> list[float]:
    """Of the letters: from as large as the columns allow down to what can still be read."""
    if grid.tiles:
        return [13.0, 12.0, 11.0, 10.0, 9.0, 8.0]
    sizes = (14.0, 13.0, 12.0, 11.0, 10.0)
    fitting = [size for size in sizes if sum(layout.natural(grid)) * size <= slide_look.BODY.width]
    return fitting or [9.0]


# Office sets Chinese and figures a quarter of a letter apart, and a face with wider figures may stand in: a row
# that turns out higher than was thought would push the last ones off the slide.
_APART = 1.12


Part = tuple[Grid, list[float]]  # rows of one slide, and their heights


@dataclass(frozen=True)
class Layout:
    size: float  # of the letters
    columns: list[float]  # their widths in letters
    head: float  # the heading's height
    parts: list[Part]


def _fitted(grid: Grid, width: float, height: float, lead: float, size: float) -> Layout:
    columns = layout.widths(grid, width / size)
    pitch, pad = size * LINE, 2.0 if grid.tiles else 5.0
    head = layout.head_lines(grid, columns) * pitch + pad
    room = height - head
    tight = [each / _APART for each in columns]
    heights = [min(room, layout.row_lines(row, tight) * pitch + pad) for row in grid.rows]
    parts = _pages(grid, heights, room, room - lead)
    if len(parts) > 1 and not lead:  # about as many rows on each
        even = min(room, sum(heights) / len(parts) + max(heights))
        parts = min(_pages(grid, heights, even, even), parts, key=len)
    return Layout(size, columns, head, parts)


def _pages(grid: Grid, heights: Sequence[float], room: float, first: float) -> list[Part]:
    found: list[Part] = []
    start, taken = 0, 0.0
    for place, height in enumerate([*heights, room + 1]):
        if place > start and taken + height > (room if found else first):
            found.append((replace(grid, rows=grid.rows[start:place]), list(heights[start:place])))
            start, taken = place, 0.0
        taken += height
    return found or [(grid, [])]
