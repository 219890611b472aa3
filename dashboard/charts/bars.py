"""Vertical and lying bars, plain, stacked or side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.axes import category_axis, reference, value_axis
from dashboard.charts.look import UNDIMMED
from dashboard.charts.words import click_values, column_of, numbers_of, series_colours, series_names, tooltips
from dashboard.report import Chart, Column
from dashboard.theme import Palette, cell

_LABEL_ROOM = 72  # characters of value labels that fit side by side above the bars, at phone width
_ROW_HEIGHT = 26
_PLACES = 6  # bars that standing ones have room for, however few they are


def draw_bars(fig: go.Figure, chart: Chart, colours: Palette, language: str) -> None:
    """Vertical or lying bars; with a series stacked, or side by side."""
    lying = chart.kind == "barh"
    category, value = (chart.y, chart.x) if lying else (chart.x, chart.y)
    labels = list(dict.fromkeys(str(label) for label in chart.frame[category]))
    column = column_of(chart, value)
    names = series_names(chart)
    numbers = numbers_of(chart.frame[value])
    texts = [cell(number, column.format) if number is not None else "" for number in numbers]
    grouped = chart.grouped and len(names) > 1
    count = len(numbers) if grouped or not names else len(labels)
    labelled = count <= 45 if lying else count <= 24 and sum(len(text) for text in texts) <= _LABEL_ROOM
    columns = {
        "category": [str(label) for label in chart.frame[category]],
        "value": numbers,
        "text": texts,
        "hover": tooltips(chart, category, value, language),
        "click": click_values(chart),
        "series": [str(name) for name in chart.frame[chart.series]] if chart.series else [""] * len(numbers),
    }
    rows = pd.DataFrame({name: pd.Series(data, dtype=object) for name, data in columns.items()})
    fill_of = fills(chart, colours)
    for name in names or [""]:
        part = rows[rows["series"] == name]
        fill = [fill_of(name, label) for label in part["category"]]
        _bar(
            fig,
            part,
            lying,
            name,
            fill[0] if len(set(fill)) == 1 else fill,
            colours,
            with_text=labelled and (grouped or not names),
        )
    if names and not grouped and labelled and column.format != "percent":
        _totals(fig, chart, rows, labels, column, colours, lying)
    extent = _extent(rows, stacked=bool(names) and not grouped)
    if chart.reference is not None:
        extent = (min(extent[0], chart.reference[0]), max(extent[1], chart.reference[0]))
    _bar_axes(fig, chart, labels, column, colours, lying, labelled, extent)
    fig.update_layout(barmode="group" if grouped else "relative", showlegend=len(names) > 1)
    reference(fig, chart, colours, "x" if lying else "y")
    if lying:
        thickness = _ROW_HEIGHT * (len(names) * 0.7 if grouped else 1)
        fig.update_layout(
            height=round(max(chart.height if len(labels) > 4 else 0, len(labels) * thickness + 48))
        )


def fills(chart: Chart, colours: Palette) -> Callable[[str, str], str]:
    """(series, category) -> the colour of a bar or of its part; what is emphasised alone has the accent."""
    names = series_names(chart)
    shade = series_colours(chart, names, colours)
    emphasised = chart.highlight

    def fill(series: str, category: str) -> str:
        if emphasised is None or (names and emphasised not in names):
            return shade.get(series, colours.accent)
        return colours.accent if emphasised == (series if names else category) else colours.faint

    return fill


def _bar(
    fig: go.Figure,
    part: pd.DataFrame,
    lying: bool,
    name: str,
    fill: str | list[str],
    colours: Palette,
    with_text: bool,
) -> None:
    ends = (
        {"x": part["value"], "y": part["category"]} if lying else {"x": part["category"], "y": part["value"]}
    )
    fig.add_bar(
        **{axis: list(data) for axis, data in ends.items()},
        orientation="h" if lying else "v",
        name=name,
        showlegend=bool(name),
        marker={"color": fill, "line": {"width": 0}},
        customdata=list(part["click"]),
        hovertext=list(part["hover"]),
        hovertemplate="%{hovertext}<extra></extra>",
        text=list(part["text"]) if with_text else None,
        textposition="outside" if with_text else "none",
        textangle=0,
        textfont={"size": 12, "color": colours.text},
        cliponaxis=False,
        **UNDIMMED,
    )


def _totals(
    fig: go.Figure,
    chart: Chart,
    rows: pd.DataFrame,
    labels: Sequence[str],
    column: Column,
    colours: Palette,
    lying: bool,
) -> None:
    """The sum of each stack, written at its end."""
    known = rows.dropna(subset=["value"])
    sums = {label: sum(known.loc[known["category"] == label, "value"]) for label in labels}
    ends = [sums[label] for label in labels]
    place = {"x": ends, "y": list(labels)} if lying else {"x": list(labels), "y": ends}
    fig.add_scatter(
        **place,
        mode="text",
        text=[f" {cell(end, column.format)}" if lying else cell(end, column.format) for end in ends],
        textposition="middle right" if lying else "top center",
        textfont={"size": 12, "color": colours.text},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )


def _extent(rows: pd.DataFrame, stacked: bool) -> tuple[float, float]:
    known = rows.dropna(subset=["value"])
    if known.empty:
        return 0.0, 0.0
    value = known["value"].astype(float)
    if stacked:
        up = value.clip(lower=0).groupby(known["category"]).sum()
        down = value.clip(upper=0).groupby(known["category"]).sum()
        return float(down.min()), float(up.max())
    return float(value.min()), float(value.max())


def _bar_axes(
    fig: go.Figure,
    chart: Chart,
    labels: list[str],
    column: Column,
    colours: Palette,
    lying: bool,
    labelled: bool,
    extent: tuple[float, float],
) -> None:
    across = category_axis(labels, colours, width=12 if lying else 6, most=60 if lying else 40)
    if lying:  # the first category on top
        across |= {"range": [len(labels) - 0.5, -0.5], "tickfont": {"color": colours.text, "size": 12}}
    else:  # one month alone is a bar, not a wall
        aside = max(0.0, (_PLACES - len(labels)) / 2)
        across |= {"range": [-0.5 - aside, len(labels) - 0.5 + aside]}
    along = value_axis(extent, column, colours, room=0.14 if labelled else 0.0, shown=not labelled)
    fig.update_layout(xaxis=along if lying else across, yaxis=across if lying else along)
