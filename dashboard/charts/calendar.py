"""Tiles in rows and columns, coloured by value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts import ticks
from dashboard.charts.axes import category_axis
from dashboard.charts.look import UNDIMMED
from dashboard.charts.words import click_values, column_of, columns_of, hover_texts, numbers_of
from dashboard.report import Chart, Column
from dashboard.theme import Palette, cell, class_of, classes, ink_on, mix, ramp


@dataclass(frozen=True)
class Band:
    """The tiles of one colour."""

    name: str
    fill: str
    ink: str
    sign: str = ""


def draw_calendar(fig: go.Figure, chart: Chart, colours: Palette, language: str) -> None:
    """Tiles that fill the width, one a row of the frame; drawn as bars, because heat maps take no click."""
    across = list(dict.fromkeys(str(label) for label in chart.frame[chart.x]))
    down = list(dict.fromkeys(str(label) for label in chart.frame[chart.y]))
    bands, numbers = bands_of(chart, colours, language)
    place = {label: len(down) - 1 - i for i, label in enumerate(down)}
    click_column = chart.click.column if chart.click else None
    names = [name for name in columns_of(chart) if name not in (chart.x, click_column)]
    hover = hover_texts(chart, chart.x, names, language)
    rows = [
        (str(x), place[str(y)], number, text, click)
        for x, y, number, text, click in zip(
            chart.frame[chart.x], chart.frame[chart.y], numbers, hover, click_values(chart), strict=True
        )
    ]
    for number, band in enumerate(bands):
        part = [row for row in rows if row[2] == number]
        if not part:
            continue
        sign = {"text": [band.sign] * len(part), **_SIGN, "insidetextfont": {"color": band.ink, "size": 12}}
        fig.add_bar(
            x=[row[0] for row in part],
            y=[0.9] * len(part),
            base=[row[1] + 0.05 for row in part],
            name=band.name,
            marker={"color": band.fill, "line": {"width": 0}},
            hovertext=[row[3] for row in part],
            customdata=[row[4] for row in part],
            hovertemplate="%{hovertext}<extra></extra>",
            **(sign if band.sign else {}),
            **UNDIMMED,
        )
    names_down = [ticks.wrap(label, 16 if label.isascii() else 12) for label in down]
    lines = max(name.count("<br>") + 1 for name in names_down)
    fig.update_layout(
        barmode="overlay",
        bargap=0.08,
        showlegend=True,
        legend_itemclick=False,
        legend_itemdoubleclick=False,
        xaxis=category_axis(across, colours, 6 if len(across) <= _FEW else 3, most=31) | {"showline": False},
        yaxis={
            "range": [0, len(down)],
            "tickmode": "array",
            "tickvals": [place[label] + 0.5 for label in down],
            "ticktext": names_down,
            "tickfont": {"color": colours.text},
            "showline": False,
        },
        height=max(chart.height if len(down) > _FEW else 0, len(down) * max(24, 15 * lines + 4) + 96),
    )


_FEW = 8  # columns with room for a name in one line; so few rows need no least height
_SIGN = {"textposition": "inside", "insidetextanchor": "middle", "textangle": 0, "constraintext": "none"}


def bands_of(chart: Chart, colours: Palette, language: str) -> tuple[list[Band], list[int]]:
    """The colours of the tiles with what they mean, and which of them each row of the frame has."""
    return _by_state(chart, colours) if chart.states else _by_value(chart, colours, language)


def _by_value(chart: Chart, colours: Palette, language: str) -> tuple[list[Band], list[int]]:
    """Classes of numbers, the absent ones first; and the place of each row's class among them."""
    value = chart.value or "value"
    column = column_of(chart, value)
    numbers = numbers_of(chart.frame[value])
    bounds = _bounds(numbers, column)
    steps = ramp(colours, len(bounds))
    bands = [Band(_band_label(None, bounds, column, language), colours.line, colours.text)]
    bands += [
        Band(_band_label(number, bounds, column, language), step, colours.text)
        for number, step in enumerate(steps)
    ]
    classed = [class_of(number, bounds) for number in numbers]
    return bands, [0 if number is None else number + 1 for number in classed]


def _by_state(chart: Chart, colours: Palette) -> tuple[list[Band], list[int]]:
    """The declared states in their order; what is as it should be stands back."""
    fills = {
        "good": mix(colours.good, colours.surface, 0.3),
        "attention": mix(colours.attention, colours.surface, 0.6),
        "warning": colours.warning,
        "plain": colours.faint,
        "empty": colours.line,
    }
    bands = [
        Band(f"{state.sign} {state.label}".strip(), fills[state.tone], ink_on(fills[state.tone]), state.sign)
        for state in chart.states
    ]
    places = {state.key: number for number, state in enumerate(chart.states)}
    return bands, [places[str(key)] for key in chart.frame[chart.value or "value"]]


def _bounds(numbers: Sequence[float | None], column: Column) -> tuple[float, ...]:
    """Colour classes; where nothing happened is a class of its own, for that is what a calendar is read for."""
    if column.format == "integer" and 0 in numbers:
        return (0.0, *classes(number for number in numbers if number))
    return classes(numbers)


def _band_label(band: int | None, bounds: Sequence[float], column: Column, language: str) -> str:
    if band is None:
        return "无数据" if language == "zh" else "No data"
    high = cell(bounds[band], column.format)
    if band == 0:
        return high if bounds[0] == 0 else f"≤ {high}"
    low = bounds[band - 1]
    if column.format == "integer":
        low += 1
        if low == bounds[band]:
            return high
    return f"{cell(low, column.format)}–{high}"
