"""Lying bars in HTML: plain, stacked or side by side; legible at any width, and cheap to draw."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from dashboard.charts.bars import fills
from dashboard.charts.words import click_values, column_of, numbers_of, said, series_names
from dashboard.report import Chart
from dashboard.shell.links import Here, address, params_for
from dashboard.theme import Palette, cell, palette


@dataclass(frozen=True)
class _Part:
    """One row of the frame."""

    category: str
    series: str
    number: float
    text: str
    said: str
    fill: str
    link: str


def fits(chart: Chart) -> bool:
    """Whether every bar grows in one direction."""
    return chart.kind == "barh" and all((number or 0) >= 0 for number in numbers_of(chart.frame[chart.x]))


def html(chart: Chart, here: Here, dark: bool) -> str:
    colours, names = palette(dark), series_names(chart)
    parts = _parts(chart, here, colours)
    rows: dict[str, list[_Part]] = {}
    for part in parts:
        rows.setdefault(part.category, []).append(part)
    grouped = chart.grouped and len(names) > 1
    ends = [part.number for part in parts] if grouped else [_sum(row) for row in rows.values()]
    most = max([*ends, chart.reference[0] if chart.reference else 0.0]) or 1.0
    column = column_of(chart, chart.x)
    summed = not names or (not grouped and column.format != "percent")
    order = {name: place for place, name in enumerate(names)}
    drawn = ""
    for category, row in rows.items():
        row.sort(key=lambda part: order.get(part.series, 0))
        if grouped:
            tracks = "".join(_track([part], most, part.text) for part in row)
        else:
            tracks = _track(row, most, cell(_sum(row), column.format) if summed and _known(row) else "")
        drawn += f'<span class="ld-name">{escape(category)}</span><span class="ld-tracks">{tracks}</span>'
    shape = "ld-bars" + (" ld-grouped" if grouped else "") + (" ld-crossed" if chart.reference else "")
    across = f' style="--at:{chart.reference[0] / most:.4f}"' if chart.reference else ""
    return (
        f"{_legend(chart, names, colours)}"
        f'<div class="{shape}"{across} role="figure" aria-label="{escape(chart.alt)}">'
        f"{_reference(chart)}{drawn}</div>"
    )


def _parts(chart: Chart, here: Here, colours: Palette) -> list[_Part]:
    frame, column = chart.frame, column_of(chart, chart.x)
    named = [name for name in (chart.series, chart.x) if name]
    extra = [
        item.name
        for item in chart.columns
        if item.name not in (chart.y, *named) and not (chart.click and item.name == chart.click.column)
    ]
    fill = fills(chart, colours)
    series = [str(name) for name in frame[chart.series]] if chart.series else [""] * len(frame)
    return [
        _Part(
            category,
            kind,
            number or 0.0,
            "" if number is None else cell(number, column.format),
            "\n".join(lines),
            fill(kind, category),
            _link(chart, here, click),
        )
        for category, kind, number, lines, click in zip(
            map(str, frame[chart.y]),
            series,
            numbers_of(frame[chart.x]),
            said(chart, chart.y, [*named, *extra], here.selection.language),
            click_values(chart),
            strict=True,
        )
    ]


def _link(chart: Chart, here: Here, click: list[str]) -> str:
    if chart.click is None or not click or click[0] in ("", "—"):
        return ""
    params = params_for(here, chart.click.view, {chart.click.param: click[0]})
    return address(chart.click.view or here.view, params, here.home)


def _sum(row: list[_Part]) -> float:
    return sum(part.number for part in row)


def _known(row: list[_Part]) -> bool:
    return any(part.text for part in row)


def _track(row: list[_Part], most: float, end: str) -> str:
    bars = ""
    for part in row:
        face = f'class="ld-bar ld-tip-host{" ld-go" if part.link else ""}" style="width:{part.number / most:.3%};background:{part.fill}"'
        tag = f'a href="{escape(part.link)}"' if part.link else 'span tabindex="0"'
        bars += f'<{tag} {face} aria-label="{escape(part.said)}"></{"a" if part.link else "span"}>'
    return f'<span class="ld-track">{bars}<b>{escape(end)}</b></span>'


def _legend(chart: Chart, names: list[str], colours: Palette) -> str:
    if len(names) < 2:
        return ""
    fill = fills(chart, colours)
    keys = "".join(
        f'<span class="ld-key"><i style="--c:{fill(name, "")}"></i>{escape(name)}</span>' for name in names
    )
    return f'<div class="ld-legend">{keys}</div>'


def _reference(chart: Chart) -> str:
    """The name of the dashed line across all bars, above it."""
    if chart.reference is None:
        return ""
    return f'<span></span><span class="ld-tracks ld-across"><b>{escape(chart.reference[1])}</b></span>'
