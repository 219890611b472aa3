"""Lines over time or another ordered category."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.axes import category_axis, reference, value_axis
from dashboard.charts.look import UNDIMMED
from dashboard.charts.words import click_values, column_of, numbers_of, series_colours, series_names, tooltips
from dashboard.report import Chart
from dashboard.theme import Palette


def draw_lines(fig: go.Figure, chart: Chart, colours: Palette, language: str) -> None:
    labels = list(dict.fromkeys(str(label) for label in chart.frame[chart.x]))
    column = column_of(chart, chart.y)
    names = series_names(chart)
    shade = series_colours(chart, names, colours)
    rows = pd.DataFrame(
        {
            "x": [str(label) for label in chart.frame[chart.x]],
            "y": pd.Series(numbers_of(chart.frame[chart.y]), dtype=object),
            "hover": tooltips(chart, chart.x, chart.y, language),
            "click": pd.Series(click_values(chart), dtype=object),
            "series": [str(name) for name in chart.frame[chart.series]] if chart.series else "",
        }
    )
    known = [value for value in rows["y"] if value is not None]
    drawn = sorted(names or [""], key=lambda name: name == chart.highlight)  # the emphasised one on top
    for name in drawn:
        part = rows[rows["series"] == name]
        back = bool(names) and chart.highlight is not None and name != chart.highlight
        colour = colours.faint if back else shade.get(name, colours.accent)
        if names and name == chart.highlight:
            colour = colours.accent
        fig.add_scatter(
            x=list(part["x"]),
            y=list(part["y"]),
            name=name,
            showlegend=len(names) > 1,
            mode="lines+markers" if len(labels) <= 40 else "lines",
            line={"color": colour, "width": 1.6 if back else 2.4},
            marker={"size": 4 if back else 6, "color": colour},
            connectgaps=False,
            cliponaxis=False,
            customdata=list(part["click"]),
            hovertext=list(part["hover"]),
            hovertemplate="%{hovertext}<extra></extra>",
            **UNDIMMED,
        )
    extent = (min(known), max(known)) if known else (0.0, 0.0)
    if chart.reference is not None:
        extent = (min(extent[0], chart.reference[0]), max(extent[1], chart.reference[0]))
    fig.update_layout(
        showlegend=len(names) > 1,
        hovermode="closest",
        hoverdistance=40,
        xaxis=category_axis(labels, colours) | {"range": [-0.4, len(labels) - 0.6]},
        yaxis=value_axis(extent, column, colours),
    )
    reference(fig, chart, colours, "y")
