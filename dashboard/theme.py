"""Colours, fonts and number formats: one look for the screen, the pictures and the documents."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from numbers import Real

import numpy as np
import pandas as pd

from dashboard.locale import translator
from dashboard.report import Source

# A system's own CJK font first; the served subset (dashboard/static) is fetched only where none exists.
FONT_FAMILY = (
    '"Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "Noto Sans CJK SC", "Noto Sans SC", '
    '"Source Han Sans SC", "WenQuanYi Micro Hei", "Liandong Sans", sans-serif'
)
MISSING = "—"


@dataclass(frozen=True)
class Palette:
    """Every colour of one appearance."""

    accent: str
    text: str
    muted: str  # captions, axis labels
    surface: str  # page
    panel: str  # cards, tooltips
    line: str  # borders, gridlines
    faint: str  # marks that stand back behind a highlighted one
    good: str
    attention: str
    warning: str
    gap: str  # what no service point reaches
    series: tuple[str, ...]  # colour-blind safe, at least ten
    sequential: tuple[str, ...]  # low to high


LIGHT = Palette(
    accent="#A61C1C",
    text="#22252A",
    muted="#636A73",
    surface="#FFFFFF",
    panel="#FAF8F6",
    line="#E4E1DC",
    faint="#CFCBC5",
    good="#1F7A5C",
    attention="#9A6200",
    warning="#A61C1C",
    gap="#C8372D",
    series=(
        "#A61C1C",
        "#1B4F8A",
        "#D39A2C",
        "#1C9A7A",
        "#9A78CE",
        "#5BB8E8",
        "#6B645F",
        "#F0B9A0",
        "#2E2A55",
        "#C79BC0",
    ),
    sequential=("#FBF1EC", "#F3D5C8", "#E6AE9B", "#D5826F", "#BF5347", "#A61C1C", "#7A1013"),
)

DARK = Palette(
    accent="#E5675D",
    text="#E9E6E2",
    muted="#A5A29D",
    surface="#16181B",
    panel="#1F2226",
    line="#34383E",
    faint="#4A4F57",
    good="#5CC3A0",
    attention="#E3B04B",
    warning="#EF7B70",
    gap="#F0655A",
    series=(
        "#E5675D",
        "#3F86D0",
        "#F3D26A",
        "#38C0A0",
        "#B69AF2",
        "#BCDDF5",
        "#8A9693",
        "#8F5A1E",
        "#4D5AA0",
        "#F0A6C8",
    ),
    sequential=("#2A2322", "#4A2B29", "#6E3632", "#95433D", "#BC544C", "#E5675D", "#F6A79B"),
)


def palette(dark: bool) -> Palette:
    """The colours of the light or the dark appearance."""
    return DARK if dark else LIGHT


def number(value: float | None, style: str = "integer") -> str:
    """A figure as text: 23530 -> "23,530"; style "decimal" -> "23.5"; "percent" takes 0.123 -> "12.3%".

    None, NaN and infinities give "—".
    """
    if value is None or not math.isfinite(value):
        return MISSING
    if style == "percent":
        return f"{value * 100:,.1f}%"
    if style == "decimal":
        return f"{value:,.1f}"
    return f"{_half_up(value):,}"


def _half_up(value: float) -> int:
    """2.5 -> 3: readers check figures with school rounding, not with banker's rounding."""
    return math.floor(abs(value) + 0.5) * (1 if value >= 0 else -1)


def signed_percent(fraction: float | None) -> str:
    """A relative change: 0.123 -> "+12.3%", -0.05 -> "-5.0%", 0 -> "0.0%"; None -> "—"."""
    if fraction is None or not math.isfinite(fraction):
        return MISSING
    rounded = round(fraction * 100, 1)
    return f"{rounded:+,.1f}%" if rounded else "0.0%"


def signed_points(difference: float | None, language: str = "zh") -> str:
    """The difference of two fractions in percentage points: 0.012 -> "+1.2个百分点"."""
    if difference is None or not math.isfinite(difference):
        return MISSING
    rounded = round(difference * 100, 1)
    figure = f"{rounded:+,.1f}" if rounded else "0.0"
    return f"{figure}个百分点" if language == "zh" else f"{figure} pp"


def signed_number(difference: float | None, style: str = "integer") -> str:
    """A difference in the figure's own unit: 1234 -> "+1,234", -3 -> "-3", 0 -> "0"."""
    if difference is None or not math.isfinite(difference):
        return MISSING
    text = number(difference, style)
    return f"+{text}" if difference > 0 and text.strip("0.,%") else text


def cell(value: object, style: str = "text") -> str:
    """One value of a frame as text, whatever pandas made of it; absent values give "—"."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if style in ("integer", "decimal", "percent") and isinstance(value, Real):
        return number(float(value), style)
    if isinstance(value, date):  # a datetime is a date
        return value.strftime("%Y-%m-%d")
    if isinstance(value, np.datetime64):
        return str(value.astype("datetime64[D]"))
    return str(value)


def classes(values: Iterable[float | None], count: int = 5) -> tuple[float, ...]:
    """Upper bounds of at most `count` colour classes, round numbers, each class about as full as the others.

    Where most values are equal, the different values are shared out instead. Empty without any value.
    """
    known = sorted(float(value) for value in values if value is not None and math.isfinite(value))
    if not known:
        return ()
    bounds = _bounds(known, count)
    return (
        bounds if len(bounds) >= min(count, 3) else max(bounds, _bounds(sorted(set(known)), count), key=len)
    )


def _bounds(known: list[float], count: int) -> tuple[float, ...]:
    bounds: list[float] = []
    for part in range(1, count):
        bound = _round_up(known[min(len(known) - 1, len(known) * part // count)])
        if bound < known[-1] and (not bounds or bound > bounds[-1]):
            bounds.append(bound)
    return (*bounds, known[-1])


def class_of(value: float | None, bounds: tuple[float, ...]) -> int | None:
    """The number of the class that a value falls into, None for an absent value."""
    if value is None or not math.isfinite(value) or not bounds:
        return None
    return min(bisect.bisect_left(bounds, value), len(bounds) - 1)


def _round_up(value: float) -> float:
    """To two significant figures: 1,234 -> 1,300; small whole numbers stay."""
    if value == 0 or (abs(value) < 20 and value == int(value)):
        return value
    unit = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return round(math.ceil(value / unit) * unit, 10)


def ramp(colours: Palette, count: int) -> tuple[str, ...]:
    """`count` colours spread evenly over the sequential scale; one alone is its middle."""
    steps = colours.sequential
    if count <= 1:
        return (steps[len(steps) // 2],) * count
    found = []
    for number in range(count):
        # The palest step is hard to tell from the page, the last one hides what stands on it.
        place = 1 + number * (len(steps) - 3) / (count - 1)
        below = math.floor(place)
        found.append(mix(steps[below + 1], steps[below], place - below) if place > below else steps[below])
    return tuple(found)


def mix(colour: str, ground: str, share: float) -> str:
    """`share` (0..1) of a colour over a ground, as one opaque colour."""
    pairs = zip(_parts(colour), _parts(ground), strict=True)
    return "#" + "".join(f"{round(top * share + below * (1 - share)):02X}" for top, below in pairs)


def ink_on(ground: str) -> str:
    """Dark or white text, whichever is easier to read on a ground."""
    red, green, blue = _parts(ground)
    return LIGHT.text if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else "#FFFFFF"


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def rgba(colour: str, alpha: float) -> str:
    """#RRGGBB and an opacity of 0..1 as plotly and CSS write it."""
    red, green, blue = _parts(colour)
    return f"rgba({red},{green},{blue},{alpha:g})"


def caption(source: Source, language: str = "zh") -> str:
    """The line under a block: where its figures come from, of which period, in which release."""
    say = translator(language)
    colon, dot = ("：", "　") if language == "zh" else (": ", "  ·  ")
    parts = [
        f"{say(name)}{colon}{text}"
        for name, text in (("来源", source.datasets), ("时段", source.period), ("数据版本", source.release))
        if text
    ]
    return dot.join([*parts, *([source.note] if source.note else [])])
