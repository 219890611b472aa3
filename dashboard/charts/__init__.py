"""Chart block -> plotly figure. One look for screen, picture and document, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import plotly.graph_objects as go

from dashboard.charts import axes, ticks
from dashboard.charts.bars import draw_bars
from dashboard.charts.calendar import draw_calendar
from dashboard.charts.icicle import draw_icicle
from dashboard.charts.lines import draw_lines
from dashboard.charts.look import base_layout, drawn_once, picture_layout
from dashboard.report import Chart, ChartKind
from dashboard.theme import Palette, palette

_DRAW: dict[ChartKind, Callable[[go.Figure, Chart, Palette, str], None]] = {
    "bar": draw_bars,
    "barh": draw_bars,
    "line": draw_lines,
    "icicle": draw_icicle,
    "calendar": draw_calendar,
}


def figure(chart: Chart, dark: bool = False, language: str = "zh") -> go.Figure:
    """The chart as it stands on a page: without its title, which the page sets as text.

    `layout.meta[0]` holds what an exported picture adds (title, caption, size). Each mark's
    customdata is the list of the value that a click on it selects.
    """
    colours = palette(dark)
    fig = go.Figure(layout=base_layout(colours) | drawn_once(chart.click is not None))
    fig.layout.template = None  # plotly's or Streamlit's own, else
    if chart.frame.empty:
        fig.add_annotation(text=ticks.wrap(chart.empty or "—", 30), showarrow=False, font_color=colours.muted)
        fig.update_xaxes(visible=False)
        fig.update_yaxes(visible=False)
    else:
        _DRAW[chart.kind](fig, chart, colours, language)
    height = fig.layout.height or chart.height
    # In a list: Plotly compares a bare object by identity, see drawn_once.
    meta = [picture_layout(chart.title, chart.source, colours, language, height)]
    fig.update_layout(height=height, meta=meta)
    return fig.update_layout(margin=axes.margins(fig))


def picture(chart: Chart, dark: bool = False, language: str = "zh") -> go.Figure:
    """The chart as it stands alone, in a file or a document: with title, caption and a fixed size."""
    fig = figure(chart, dark, language)
    return fig.update_layout(fig.layout.meta[0], overwrite=True)


def clicked(chart: Chart, selection: Mapping[str, Any]) -> str | None:
    """The value of the mark that was clicked, from Streamlit's account of it; None for a deselection."""
    points = selection.get("points") or []
    if chart.click is None or not points:
        return None
    point = points[0]
    if data := point.get("customdata"):
        return str(data[0] if isinstance(data, list | tuple) else data)
    position = point.get("point_number", point.get("pointNumber"))  # an icicle reports no customdata
    if isinstance(position, int) and position < len(chart.frame):
        return str(chart.frame[chart.click.column].iloc[position])
    return None
