"""Which labels stand along an axis, and what they say: chosen here, not left to the drawing library."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from dashboard.theme import number

_YEAR = re.compile(r"\d{4}年?")
_MONTH = re.compile(r"(\d{4})(?:年|-)(\d{1,2})月?")
_QUARTER = re.compile(r"(\d{4})(?:年第([一二三四])季度|-Q([1-4]))")
_MONTH_EN = re.compile(
    r"(?:(January|February|March|April|May|June|July|August|September|October|November|December)) (\d{4})"
)
_QUARTER_EN = re.compile(r"Q([1-4]) (\d{4})")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip
_DIGITS = "一二三四"


def categories(
    labels: Sequence[str], width: int = 8, most: int = 24, series: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """The categories to be labelled and their texts.

    Months and quarters say the year once, below its first label, and step by whole quarters or years
    when they are many; other categories are broken into lines of `width` characters, and every n-th is
    labelled beyond `most`. Where the `series` are years, the axis says none.
    """
    parts = [_time_parts(label) for label in labels]
    if labels and all(part is not None for part in parts):
        known = [part for part in parts if part is not None]
        told = bool(series) and all(_YEAR.fullmatch(name) for name in series)
        return _time_ticks(labels, known, known[0][0] if told else 0)
    step = math.ceil(len(labels) / most) if labels else 1
    chosen = list(labels[::step])
    return chosen, [wrap(label, width) for label in chosen]


def _time_parts(label: str) -> tuple[int, int, int, bool] | None:
    """(year, part, parts in a year, written in English) of a month or quarter, however it is written."""
    if found := _MONTH.fullmatch(label):
        return int(found[1]), int(found[2]), 12, False
    if found := _QUARTER.fullmatch(label):
        return int(found[1]), _DIGITS.index(found[2]) + 1 if found[2] else int(found[3]), 4, False
    if found := _MONTH_EN.fullmatch(label):
        return int(found[2]), _MONTHS.index(found[1]) + 1, 12, True
    if found := _QUARTER_EN.fullmatch(label):
        return int(found[2]), int(found[1]), 4, True
    return None


def _time_ticks(
    labels: Sequence[str], parts: Sequence[tuple[int, int, int, bool]], said: int
) -> tuple[list[str], list[str]]:
    step = next(step for step in (1, 3, 6, 12, 10**6) if len(labels) <= 13 * step)
    if parts[0][2] == 4:
        step = 1 if len(labels) <= 16 else 4
    quarter = "季度" if len(labels) <= 8 else "季"  # a phone has room for so many and no more
    chosen, texts = [], []
    for label, (year, part, per_year, english) in zip(labels, parts, strict=True):
        if (part - 1) % step:
            continue
        if step >= per_year:
            text = str(year) if english else f"{year}年"
        elif english:
            text = _MONTHS[part - 1][:3] if per_year == 12 else f"Q{part}"
        else:
            text = f"{part}月" if per_year == 12 else f"{_DIGITS[part - 1]}{quarter}"
        if year != said and step < per_year:
            text += f"<br>{year}" if english else f"<br>{year}年"
        said = year
        chosen.append(label)
        texts.append(text)
    return chosen, texts


def values(lowest: float, highest: float, style: str, most: int = 5) -> tuple[list[float], list[str]]:
    """Round numbers that cover lowest..highest (zero included), and their texts."""
    low, high = min(0.0, lowest), max(0.0, highest)
    if high == low:
        high = 1.0
    step = _nice((high - low) / most, whole=style == "integer")
    first, last = math.floor(low / step), math.ceil(round(high / step, 9))
    marks = [round(i * step, 10) for i in range(first, last + 1)]
    if style == "percent":
        digits = 0 if step * 100 >= 1 else 1
        return marks, [f"{mark * 100:,.{digits}f}%" for mark in marks]
    return marks, [number(mark, "integer" if step >= 1 else style) for mark in marks]


def _nice(rough: float, whole: bool) -> float:
    """The next larger of 1, 2, 2.5, 5 times a power of ten; a whole number if asked for."""
    unit = 10.0 ** math.floor(math.log10(rough))
    steps = (factor * unit for factor in (1, 2, 2.5, 5, 10))
    return next((step for step in steps if rough <= step * 1.0001 and not (whole and step % 1)), 1.0)


def wrap(text: str, width: int) -> str:
    """Break a long label into lines of about `width` characters (two Latin letters count as one)."""
    lines, line, length = [], "", 0.0
    for word in re.findall(r"[ -~]+? |[!-~]+|.", text):
        size = sum(0.5 if character < "⺀" else 1.0 for character in word)
        if line and length + size > width:
            lines.append(line.rstrip())
            line, length = "", 0.0
        line += word
        length += size
    lines.append(line.rstrip())
    if len(lines) > 1 and len(lines[-1]) == 1:  # no single character left over
        lines[-2:] = [lines[-2] + lines[-1]]
    return "<br>".join(line for line in lines if line)
