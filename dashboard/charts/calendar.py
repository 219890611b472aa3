"""Tiles in rows and columns, coloured by value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts import ticks
from dashboard.charts.axes import category_axis
from dashboard.charts.look import UNDIMMED
from dashboard.charts.words import click_values, column_of, columns_of, hover_text, numbers_of, said
from dashboard.report import Chart, Column
from dashboard.theme import Palette, cell, class_of, classes, ink_on, mix, ramp


@dataclass(frozen=True)
class Band:
    """The tiles of one colour."""

    name: str
    fill: str
    ink: str
    sign: str = ""


@dataclass(frozen=True)
class Tile:
    """One row of the frame."""

    column: str
    row: str
    band: int
    text: str  # stands in the tile, so that its colour never speaks alone
    said: tuple[str, ...]  # its tooltip, line by line
    click: list[str]  # the value that a click selects, or nothing


@dataclass(frozen=True)
class Tiles:
    across: tuple[str, ...]
    down: tuple[str, ...]
    bands: tuple[Band, ...]
    tiles: tuple[Tile, ...]


def tiles(chart: Chart, colours: Palette, language: str) -> Tiles:
    """A calendar's tiles, before anything is drawn: as HTML on a page, as bars in a picture."""
    bands, numbers = bands_of(chart, colours, language)
    click_column = chart.click.column if chart.click else None
    names = [name for name in columns_of(chart) if name not in (chart.x, click_column)]
    made = tuple(
        Tile(str(x), str(y), number, text, tuple(lines), click)
        for x, y, number, text, lines, click in zip(
            chart.frame[chart.x],
            chart.frame[chart.y],
            numbers,
            _texts(chart, bands, numbers),
            said(chart, chart.x, names, language),
            click_values(chart),
            strict=True,
        )
    )
    return Tiles(
        tuple(dict.fromkeys(tile.column for tile in made)),
        tuple(dict.fromkeys(tile.row for tile in made)),
        tuple(bands),
        made,
    )


def _texts(chart: Chart, bands: Sequence[Band], numbers: Sequence[int]) -> list[str]:
    """The state's sign, or the number itself where all are short."""
    if chart.states:
        return [bands[number].sign for number in numbers]
    value = chart.value or "value"
    column = column_of(chart, value)
    texts = [
        "" if number is None else cell(number, column.format) for number in numbers_of(chart.frame[value])
    ]
    return texts if max(map(len, texts), default=0) <= _SHORT else [""] * len(texts)


def draw_calendar(fig: go.Figure, chart: Chart, colours: Palette, language: str) -> None:
    """Tiles that fill the width, one a row of the frame; drawn as bars, because heat maps take no click."""
    drawn = tiles(chart, colours, language)
    across, down = drawn.across, drawn.down
    place = {label: len(down) - 1 - i for i, label in enumerate(down)}
    for number, band in enumerate(drawn.bands):
        part = [tile for tile in drawn.tiles if tile.band == number]
        if not part:
            continue
        sign = {
            "text": [tile.text for tile in part],
            **_SIGN,
            "insidetextfont": {"color": band.ink, "size": 12},
        }
        fig.add_bar(
            x=[tile.column for tile in part],
            y=[0.9] * len(part),
            base=[place[tile.row] + 0.05 for tile in part],
            name=band.name,
            marker={"color": band.fill, "line": {"width": 0}},
            hovertext=[hover_text(tile.said) for tile in part],
            customdata=[tile.click for tile in part],
            hovertemplate="%{hovertext}<extra></extra>",
            **(sign if any(tile.text for tile in part) else {}),
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


_SHORT = 3  # characters that a tile has room for on a phone
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
        Band(_band_label(number, bounds, column, language), step, ink_on(step))
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
