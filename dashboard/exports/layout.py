"""How much room texts and tables take on paper and on slides, measured without the fonts at hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dashboard.exports.grid import Cell, Grid, heading
from dashboard.maps.drawing import text_width

_LONGEST = 17.0  # letters of a column that wraps, before it asks for more room
_LEAST = 2.6
_MARGIN = 1.1  # letters between the text of a cell and that of the next one


def em(text: str) -> float:
    """The width of the longest line, in letters: a Chinese one is 1."""
    return max((text_width(part, 1.0) for part in text.split("\n")), default=0.0)


def lines(text: str, width: float) -> int:
    """Into how many lines a text breaks at `width` letters."""
    return sum(max(1, math.ceil(text_width(part, 1.0) / max(width, 1.0))) for part in text.split("\n"))


def natural(grid: Grid) -> list[float]:
    """Letters that each column asks for: numbers never break, long texts do."""
    wanted = []
    for number, head in enumerate(grid.heads):
        breaking = all(not row[number].is_number and row[number].format != "date" for row in grid.rows)
        texts = [em(row[number].text) + row[number].indent for row in grid.rows]
        longest = max(texts, default=0.0)
        title = em(heading(head))
        # A heading of two lines is better than a wide column of small numbers.
        wanted.append(
            max(
                _LEAST,
                min(longest, _LONGEST) if breaking else longest,
                min(
                    title,
                    4.0,
                ),
                title / 2,
            )
            + _MARGIN
        )
    return wanted


def widths(grid: Grid, room: float) -> list[float]:
    """The columns' widths in letters, which add up to `room`."""
    if grid.tiles:
        first = min(room * 0.3, max([em(row[0].text) for row in grid.rows] or [4.0]) + _MARGIN)
        return [first, *([(room - first) / max(1, len(grid.heads) - 1)] * (len(grid.heads) - 1))]
    wanted = natural(grid)
    over = sum(wanted) - room
    if over <= 0:
        longest = [
            min(60.0, max([em(row[n].text) for row in grid.rows] or [1.0])) for n in range(len(wanted))
        ]
        return _shared(
            wanted, -over, [max(0.5, full - have) for full, have in zip(longest, wanted, strict=True)]
        )
    soft = [max(0.0, each - 5.0) for each in wanted]
    given = min(1.0, over / sum(soft)) if sum(soft) else 0.0
    narrowed = [each - part * given for each, part in zip(wanted, soft, strict=True)]
    scale = room / sum(narrowed)
    return [each * scale for each in narrowed]


def _shared(wanted: Sequence[float], free: float, appetite: Sequence[float]) -> list[float]:
    whole = sum(appetite)
    return [each + free * part / whole for each, part in zip(wanted, appetite, strict=True)]


def row_lines(row: Sequence[Cell], columns: Sequence[float]) -> int:
    return max(
        (
            lines(found.text, width - _MARGIN - found.indent)
            for found, width in zip(row, columns, strict=True)
        ),
        default=1,
    )


def head_lines(grid: Grid, columns: Sequence[float]) -> int:
    return max((lines(heading(h), w - _MARGIN) for h, w in zip(grid.heads, columns, strict=True)), default=1)
