"""What a mark says and selects: tooltips, click values, series and their colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard.report import Chart, Column
from dashboard.theme import Palette, cell, mix


def columns_of(chart: Chart) -> dict[str, Column]:
    return {column.name: column for column in chart.columns}


def column_of(chart: Chart, name: str) -> Column:
    return columns_of(chart).get(name) or Column(name, "", "decimal")


def quantity(value: object, column: Column) -> str:
    text = cell(value, column.format)
    return f"{text} {column.unit}".rstrip() if column.unit and column.format != "percent" else text


def said(chart: Chart, heading: str, names: Sequence[str], language: str) -> list[list[str]]:
    """What each row says, in lines: the category, then label and value of each further column."""
    colon = "：" if language == "zh" else ": "
    known = columns_of(chart)
    shown = [known[name] for name in names if name in known and name in chart.frame.columns]
    rows = chart.frame[[heading, *(column.name for column in shown)]].itertuples(index=False, name=None)
    return [
        [
            str(first),
            *(
                f"{column.label}{colon}{quantity(value, column)}"
                for column, value in zip(shown, rest, strict=True)
            ),
        ]
        for first, *rest in rows
    ]


def hover_texts(chart: Chart, heading: str, names: Sequence[str], language: str) -> list[str]:
    """One tooltip a row, as Plotly reads it."""
    return [hover_text(lines) for lines in said(chart, heading, names, language)]


def hover_text(lines: Sequence[str]) -> str:
    first, *rest = map(escape, lines)
    return "<br>".join([f"<b>{first}</b>", *rest])


def escape(value: object) -> str:
    return str(value).replace("&", "&amp;").replace("<", "&lt;")


def tooltips(chart: Chart, category: str, value: str, language: str) -> list[str]:
    named = [name for name in (chart.series, value) if name]
    extra = [
        column.name
        for column in chart.columns
        if column.name not in (category, *named) and not (chart.click and column.name == chart.click.column)
    ]
    return hover_texts(chart, category, [*named, *extra], language)


def click_values(chart: Chart) -> list[list[str]]:
    if chart.click is None:
        return [[] for _ in range(len(chart.frame))]
    return [[cell(value)] for value in chart.frame[chart.click.column]]


def numbers_of(column: pd.Series[Any]) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in column]


def series_names(chart: Chart) -> list[str]:
    if chart.series is None:
        return []
    present = dict.fromkeys(str(name) for name in chart.frame[chart.series])
    return [*(name for name in chart.order if name in present), *(n for n in present if n not in chart.order)]


def series_colours(chart: Chart, names: Sequence[str], colours: Palette) -> dict[str, str]:
    """By the place in `order`, so that a series keeps its colour when another one is absent; what is declared
    as a state, by its tone."""
    tones = {state.label: state.tone for state in chart.states}
    place = {name: i for i, name in enumerate([*chart.order, *(n for n in names if n not in chart.order)])}
    fills = _tone_fills(colours)
    return {
        name: fills[tones[name]] if name in tones else colours.series[place[name] % len(colours.series)]
        for name in names
    }


def _tone_fills(colours: Palette) -> dict[str, str]:
    """Of surfaces: what is as it should be stands back behind what is not."""
    return {
        "good": mix(colours.good, colours.surface, 0.62),
        "plain": mix(colours.muted, colours.surface, 0.45),
        "attention": colours.attention,
        "warning": colours.warning,
        "empty": colours.line,
    }
