"""How much room texts and tables take on paper and on slides, measured without the fonts at hand."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from dashboard.exports.grid import Cell, Grid, heading, is_figures
from dashboard.lettering import measure, wrapped

_STOPS = re.compile(r"[，；：、,;:]\s?")
CAPTION = 36.0  # letters of 12 points between the margins of a page
_LONGEST = 17.0  # letters of a column that wraps, before it asks for more room
_ROOMY = 1.12  # a face with wide figures may stand in for the one that was meant
_LEAST = 2.6
_MARGIN = 1.1  # letters between the text of a cell and that of the next one
_SHORT = 11.0  # letters of a text that should stand in one line
_SAMPLE = 120  # rows that are measured for the columns' widths
_STEPS = 80


def em(text: str) -> float:
    """The width of the longest line, in letters: a Chinese one is 1."""
    return max((measure(part, 1.0) for part in text.split("\n")), default=0.0)


def lines(text: str, width: float) -> int:
    """Into how many lines a text breaks at `width` letters."""
    return sum(max(1, math.ceil(measure(part, 1.0) / max(width, 1.0))) for part in text.split("\n"))


def balanced(title: str, most: float = 19.0) -> str:
    """A long title in lines about as long as each other, broken before a year where there is one nearby."""
    count = math.ceil(em(title) / most)
    if count < 2:
        return title
    half = len(title) // count
    year = re.search(r"(?<!\d)\d{4}年", title)
    place = year.start() if count == 2 and year and abs(year.start() - half) <= half // 2 else half
    return f"{title[:place]}\n{balanced(title[place:], most)}"


def evenly(text: str, most: float) -> str:
    """A caption in lines about as long as each other, broken at a comma where there is one: no letter is left over."""
    whole = em(text)
    if whole <= most:
        return text
    half = len(text) / 2
    stops = [stop.end() for stop in _STOPS.finditer(text)]
    fitting = [place for place in stops if max(em(text[:place]), em(text[place:])) <= most]
    if fitting:
        place = min(fitting, key=lambda place: abs(place - half))
        return f"{text[:place]}\n{text[place:]}"
    return "\n".join(wrapped(text, 1.0, whole / math.ceil(whole / most) + 0.9))


def natural(grid: Grid) -> list[float]:
    """Letters that each column asks for: figures never break, long texts do."""
    wanted = []
    for number, head in enumerate(grid.heads):
        cells = [row[number] for row in grid.rows]
        texts = [em(cell.text) + cell.indent for cell in cells]
        longest = max(texts, default=0.0)
        title = em(heading(head))
        whole = longest * _ROOMY if _never_breaks(cells) else min(longest, _LONGEST)
        # A heading of two lines is better than a wide column of small numbers.
        wanted.append(max(_LEAST, whole, min(title, 4.0), title / 2) + _MARGIN)
    return wanted


def _never_breaks(cells: Sequence[Cell]) -> bool:
    """Figures, days, and words so short that two lines of them would look broken."""
    if any(cell.is_number or cell.format == "date" for cell in cells) or is_figures(cells):
        return True
    return max((em(cell.text) for cell in cells), default=0.0) <= 4.5


def widths(grid: Grid, room: float) -> list[float]:
    """The columns' widths in letters, which add up to `room`: what is long gets what makes its rows lower."""
    if grid.tiles:
        first = min(room * 0.3, max([em(row[0].text) for row in grid.rows] or [4.0]) + 2 * _MARGIN)
        return [first, *([(room - first) / max(1, len(grid.heads) - 1)] * (len(grid.heads) - 1))]
    wanted = natural(grid)
    firm = [_never_breaks([row[number] for row in grid.rows]) for number in range(len(wanted))]
    sizes = [[em(cell.text) + cell.indent for cell in row] for row in grid.rows[:_SAMPLE]]
    least = [
        each if fixed else min(each, max(6.0, _usual([row[number] for row in sizes])))
        for number, (each, fixed) in enumerate(zip(wanted, firm, strict=True))
    ]
    if sum(least) >= room:
        return [each * room / sum(least) for each in least]
    found, left = list(least), room - sum(least)
    step = left / _STEPS
    for _ in range(_STEPS):
        worst = _worst(sizes, found)
        if not any(worst):
            whole = sum(wanted)  # every text stands in one line: the rest goes to all alike
            return [have + left * want / whole for have, want in zip(found, wanted, strict=True)]
        found[worst.index(max(worst))] += step
        left -= step
    return found


def _usual(column: Sequence[float]) -> float:
    """What nearly all of its cells need, if they are short: names in two lines each look broken."""
    found = sorted(column)[len(column) * 9 // 10] if column else 0.0
    return found + _MARGIN if found <= _SHORT else 0.0


def _worst(sizes: Sequence[Sequence[float]], columns: Sequence[float]) -> list[float]:
    """Of each column, by how many lines too many it makes rows higher than the other columns do."""
    found = [0.0] * len(columns)
    for row in sizes:
        heights = [size / max(width - _MARGIN, 1.0) for size, width in zip(row, columns, strict=True)]
        highest = max(heights, default=0.0)
        if highest > 1.0:
            found[heights.index(highest)] += highest - 1.0
    return found


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
