"""Map block -> static plotly figure, for pictures and documents: polygons on plain axes, equal aspect."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
from shapely.geometry.base import BaseGeometry

from dashboard.charts.look import PICTURE_WIDTH, UNDIMMED, picture_layout, template
from dashboard.locale import translator
from dashboard.maps.geometry import METRES_PER_DEGREE, label_point, rings, shrink
from dashboard.maps.marks import Marks, marks
from dashboard.maps.panels import LETTER, PAD, Panel, panels
from dashboard.report import Map
from dashboard.theme import Palette, ink_on, palette, rgba

_HIGHEST = 640  # pixels of the drawing, without title and notes
_SIDES = 56  # pixels beside it
_BELOW = 56


def figure(block: Map, dark: bool = False, language: str = "zh") -> go.Figure:
    """The map as a picture. Areas too small for their names are drawn a second time, enlarged, beside it."""
    colours = palette(dark)
    say = translator(language)
    shown = marks(replace(block, close_up=False), colours, language)
    fig = go.Figure(layout=go.Layout(template=template(colours)))
    laid_out = panels(shown, PICTURE_WIDTH - _SIDES, _HIGHEST)
    for panel in laid_out:
        _draw(fig, shown, block, panel, colours)
    _scale_bars(fig, laid_out, colours, say("公里"))
    for item in shown.legend:
        symbol = {"dot": "circle", "square": "square", "hatch": "x-thin-open"}[item.shape]
        fig.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            name=item.label,
            marker={"symbol": symbol, "color": item.colour, "size": 11},
            showlegend=True,
        )
    fig.update_layout(hovermode=False, showlegend=True)
    height = round(max(panel.pixels_high for panel in laid_out))
    layout = picture_layout(block.title, block.source, colours, language, height)
    layout["margin"] |= {"b": _BELOW}
    layout["height"] += _BELOW
    layout["annotations"] = [
        *(note.to_plotly_json() for note in fig.layout.annotations),
        *_notes(block, colours, say),
    ]
    layout["meta"] = [{"width": layout["width"], "height": layout["height"]}]
    return fig.update_layout(layout, overwrite=True)


def _notes(block: Map, colours: Palette, say: Any) -> list[dict[str, Any]]:
    common = {
        "xref": "paper",
        "yref": "paper",
        "yanchor": "top",
        "y": -0.01,
        "showarrow": False,
        "font": {"size": 12, "color": colours.muted},
    }
    notes = [{"text": say("社区范围为示意，不作为划界依据"), "x": 1, "xanchor": "right", **common}]
    if block.review_number:
        notes.append({"text": f"{say('审图号：')}{block.review_number}", "x": 0, "xanchor": "left", **common})
    return notes


def _draw(fig: go.Figure, shown: Marks, block: Map, panel: Panel, colours: Palette) -> None:
    _fill(fig, shown.outline, panel, colours.panel, colours.muted, 1.6)
    for area in shown.areas:
        border = colours.surface if block.value is not None else colours.faint
        _fill(fig, area.shape, panel, area.colour, border, 1)
    for patch in shown.patches:
        _fill(fig, patch.shape, panel, rgba(patch.colour, 0.88), colours.surface, 0.5)
    for gap in shown.gaps:
        _fill(fig, gap.shape, panel, rgba(colours.gap, 0.14), rgba(colours.gap, 0.5), 0.6)
    if lines := [list(line) for gap in shown.gaps for line in gap.lines]:
        _trace(fig, panel, *_columns(lines), line={"color": rgba(colours.gap, 0.6), "width": 0.8})
    for colour in dict.fromkeys(point.colour for point in shown.points):
        fig.add_scatter(
            x=[point.longitude for point in shown.points if point.colour == colour],
            y=[point.latitude for point in shown.points if point.colour == colour],
            mode="markers",
            marker={"color": colour, "size": 6, "line": {"color": colours.surface, "width": 0.8}},
            showlegend=False,
            hoverinfo="skip",
            **_axes(panel),
            **UNDIMMED,
        )
    named = [area for area in shown.areas if panel.fits(area)]
    places = [label_point(area.shape) for area in named]
    west, south, east, north = panel.bounds
    inside = [
        (area.name, x, y, ink_on(area.colour))
        for area, (x, y) in zip(named, places, strict=True)
        if west <= x <= east and south <= y <= north
    ]
    fig.add_scatter(
        x=[x for _, x, _, _ in inside],
        y=[y for _, _, y, _ in inside],
        text=[name for name, *_ in inside],
        mode="text",
        textfont={"size": LETTER, "color": [ink for *_, ink in inside], "shadow": "auto"},
        showlegend=False,
        hoverinfo="skip",
        **_axes(panel),
    )
    middle = shrink((south + north) / 2)
    fig.update_layout(
        {
            f"xaxis{panel.number}": {
                "visible": False,
                "domain": list(panel.domain),
                "anchor": f"y{panel.number}",
                "range": [west - (east - west) * PAD, east + (east - west) * PAD],
                "constrain": "domain",
            },
            f"yaxis{panel.number}": {
                "visible": False,
                "anchor": f"x{panel.number}",
                "range": [south - (north - south) * PAD, north + (north - south) * PAD],
                "scaleanchor": f"x{panel.number}",
                "scaleratio": 1 / middle,
                "constrain": "domain",
                "constraintoward": "top",
            },
        }
    )


def _axes(panel: Panel) -> dict[str, str]:
    return {"xaxis": f"x{panel.number}", "yaxis": f"y{panel.number}"}


def _fill(fig: go.Figure, each: BaseGeometry, panel: Panel, fill: str, border: str, width: float) -> None:
    xs, ys = _columns(rings(each))
    _trace(fig, panel, xs, ys, fill="toself", fillcolor=fill, line={"color": border, "width": width})


def _trace(
    fig: go.Figure, panel: Panel, xs: list[float | None], ys: list[float | None], **style: Any
) -> None:
    fig.add_scatter(x=xs, y=ys, mode="lines", showlegend=False, hoverinfo="skip", **_axes(panel), **style)


def _columns(lines: list[list[tuple[float, float]]]) -> tuple[list[float | None], list[float | None]]:
    """The lines one after the other, with a gap (None) between them."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for line in lines:
        xs += [*(round(x, 5) for x, _ in line), None]
        ys += [*(round(y, 5) for _, y in line), None]
    return xs, ys


def _scale_bars(fig: go.Figure, panels: list[Panel], colours: Palette, unit: str) -> None:
    for panel in panels:
        west, south, east, north = panel.bounds
        per_km = 1000 / METRES_PER_DEGREE / shrink((south + north) / 2)
        rough = (east - west) / per_km / 5
        length = 10 ** math.floor(math.log10(rough))
        length = next(length * factor for factor in (5, 2, 1) if length * factor <= rough)
        y = south - (north - south) * 0.01
        _trace(fig, panel, [west, west + length * per_km], [y, y], line={"color": colours.muted, "width": 2})
        fig.add_annotation(
            x=west + length * per_km,
            y=y,
            xref=f"x{panel.number}",
            yref=f"y{panel.number}",
            text=f" {length:g} {unit}",
            showarrow=False,
            xanchor="left",
            font={"size": 11, "color": colours.muted},
        )
