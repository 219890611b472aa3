"""Axes and reference lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.charts import ticks
from dashboard.charts.words import escape
from dashboard.report import Chart, Column
from dashboard.theme import Palette


def category_axis(labels: Sequence[str], colours: Palette, width: int = 6, most: int = 16) -> dict[str, Any]:
    """Categories in the given order: never read as dates, labels chosen by `ticks`."""
    chosen, texts = ticks.categories(labels, width, most)
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": list(labels),
        "tickmode": "array",
        "tickvals": chosen,
        "ticktext": texts,
        "range": [-0.5, len(labels) - 0.5],
        # Slanted labels are for long lists only; months and a few wrapped names stand upright.
        "tickangle": 0 if len(chosen) <= 13 else None,
        "tickfont": {"color": colours.muted, "size": 12 if len(chosen) <= 10 else 11},
    }


def value_axis(
    extent: tuple[float, float], column: Column, colours: Palette, room: float = 0.0, shown: bool = True
) -> dict[str, Any]:
    marks, texts = ticks.values(*extent, column.format)
    low, high = min(0.0, extent[0]), max(0.0, extent[1])
    span = (high - low) or 1.0
    if shown:
        low, high = marks[0], max(marks[-1], high)
    return {
        "tickmode": "array",
        "tickvals": marks,
        "ticktext": texts,
        "range": [low - (span * room if extent[0] < 0 else 0), high + span * room],
        "showgrid": shown,
        "gridcolor": colours.line,
        "zeroline": low < 0,
        "zerolinecolor": colours.muted,
        "showticklabels": shown,
    }


def margins(fig: go.Figure) -> dict[str, int]:
    """Room for the labels and one row of the legend. Plotly would find it by drawing everything twice,
    and still does where this is too little."""
    layout, found = fig.layout, {}
    if layout.yaxis.ticktext and layout.yaxis.showticklabels is not False:
        found["l"] = 16 + max(
            sum(12 if letter >= "⺀" else 7 for letter in line) for line in _lines(layout.yaxis.ticktext)
        )
        found["t"] = max(layout.margin.t, 14)  # half of the topmost label, which is left out without room
    if layout.xaxis.ticktext and layout.xaxis.showticklabels is not False:
        found["b"] = 15 + 16 * max(text.count("<br>") + 1 for text in layout.xaxis.ticktext)
    if layout.showlegend:
        found["t"] = max(layout.margin.t, round(38 + 0.015 * layout.height))
    return found


def _lines(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in text.split("<br>")]


def reference(fig: go.Figure, chart: Chart, colours: Palette, axis: str) -> None:
    """A dashed line at a value. Its name stands above a vertical line, and beside the legend otherwise,
    where it cannot cover the figures on the bars."""
    if chart.reference is None:
        return
    value, label = chart.reference
    line = {"color": colours.muted, "width": 1.5, "dash": "dash"}
    if axis == "x":
        fig.add_shape(type="line", x0=value, x1=value, y0=0, y1=1, yref="paper", line=line)
        fig.add_annotation(
            x=value,
            y=1,
            yref="paper",
            yanchor="bottom",
            text=escape(label),
            showarrow=False,
            font={"size": 12, "color": colours.muted},
        )
        fig.update_layout(margin_t=26)
        return
    fig.add_shape(type="line", x0=0, x1=1, xref="paper", y0=value, y1=value, line=line)
    fig.add_scatter(
        x=[None], y=[None], mode="lines", line=line, name=escape(label), showlegend=True, hoverinfo="skip"
    )
    fig.update_layout(showlegend=True)
