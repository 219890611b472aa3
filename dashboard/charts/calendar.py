"""Tiles in rows and columns, coloured by value."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts import ticks
from dashboard.charts.axes import category_axis
from dashboard.charts.look import UNDIMMED
from dashboard.charts.words import click_values, column_of, columns_of, hover_texts, numbers_of
from dashboard.report import Chart, Column
from dashboard.theme import Palette, cell, class_of, classes, ramp


def draw_calendar(fig: go.Figure, chart: Chart, colours: Palette, language: str) -> None:
    """Tiles that fill the width, one a row of the frame; drawn as bars, because heat maps take no click."""
    value = chart.value or "value"
    column = column_of(chart, value)
    across = list(dict.fromkeys(str(label) for label in chart.frame[chart.x]))
    down = list(dict.fromkeys(str(label) for label in chart.frame[chart.y]))
    numbers = numbers_of(chart.frame[value])
    bounds = _bounds(numbers, column)
    steps = ramp(colours, len(bounds))
    place = {label: len(down) - 1 - i for i, label in enumerate(down)}
    click_column = chart.click.column if chart.click else None
    names = [name for name in columns_of(chart) if name not in (chart.x, click_column)]
    hover = hover_texts(chart, chart.x, names, language)
    rows = [
        (str(x), place[str(y)], class_of(number, bounds), text, click)
        for x, y, number, text, click in zip(
            chart.frame[chart.x], chart.frame[chart.y], numbers, hover, click_values(chart), strict=True
        )
    ]
    bands: list[int | None] = [None, *range(len(bounds))]
    for band in bands:
        part = [row for row in rows if row[2] == band]
        if not part:
            continue
        fig.add_bar(
            x=[row[0] for row in part],
            y=[0.9] * len(part),
            base=[row[1] + 0.05 for row in part],
            name=_band_label(band, bounds, column, language),
            marker={"color": colours.line if band is None else steps[band], "line": {"width": 0}},
            hovertext=[row[3] for row in part],
            customdata=[row[4] for row in part],
            hovertemplate="%{hovertext}<extra></extra>",
            **UNDIMMED,
        )
    fig.update_layout(
        barmode="overlay",
        bargap=0.08,
        showlegend=True,
        legend_itemclick=False,
        legend_itemdoubleclick=False,
        xaxis=category_axis(across, colours, most=31) | {"showline": False},
        yaxis={
            "range": [0, len(down)],
            "tickmode": "array",
            "tickvals": [place[label] + 0.5 for label in down],
            "ticktext": [ticks.wrap(label, 12) for label in down],
            "tickfont": {"color": colours.text},
            "showline": False,
        },
        height=max(chart.height if len(down) > 8 else 0, len(down) * 24 + 96),
    )


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
