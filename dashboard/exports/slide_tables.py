"""How a table is spread over slides: the size of its letters, and which rows stand on which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboard.exports import layout, slide_look
from dashboard.exports.grid import Grid


def largest(grid: Grid) -> float:
    """Of the letters: as large as the columns allow."""
    if grid.tiles:
        return 10.0 if len(grid.rows) <= 22 else 8.0
    for size in (13.0, 12.0, 11.0, 10.0):
        if sum(layout.natural(grid)) * size <= slide_look.BODY.width:
            return size
    return 9.0


Part = tuple[Grid, list[float]]  # rows of one slide, and their heights


def fitted(
    grid: Grid, width: float, height: float, size: float
) -> tuple[float, list[float], float, list[Part]]:
    """A table in letters of `size`: the columns' widths, the heading's height, and the rows of each slide."""
    columns = layout.widths(grid, width / size)
    pitch, pad = size * 1.22, 1.6 if grid.tiles else 5.0
    head = layout.head_lines(grid, columns) * pitch + pad
    room = height - head
    heights = [min(room, layout.row_lines(row, columns) * pitch + pad) for row in grid.rows]
    parts = _pages(grid, heights, room)
    if len(parts) > 1:  # about as many rows on each
        even = min(room, sum(heights) / len(parts) + max(heights))
        parts = min(_pages(grid, heights, even), parts, key=len)
    return size, columns, head, parts


def _pages(grid: Grid, heights: Sequence[float], room: float) -> list[Part]:
    found: list[Part] = []
    start, taken = 0, 0.0
    for place, height in enumerate([*heights, room + 1]):
        if place > start and taken + height > room:
            found.append((replace(grid, rows=grid.rows[start:place]), list(heights[start:place])))
            start, taken = place, 0.0
        taken += height
    return found or [(grid, [])]
