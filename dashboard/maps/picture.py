"""Map block -> static plotly figure, for pictures and documents: polygons on plain axes, equal aspect."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import plotly.graph_objects as go
from shapely.geometry.base import BaseGeometry

from dashboard.charts.look import PICTURE_WIDTH, UNDIMMED, picture_layout, template
from dashboard.locale import translator
from dashboard.maps.geometry import (
    METRES_PER_DEGREE,
    Bounds,
    joint_bounds,
    label_point,
    rings,
    room_m,
    shrink,
)
from dashboard.maps.marks import Area, Marks, marks
from dashboard.report import Map
from dashboard.theme import Palette, ink_on, palette, rgba

_HIGHEST = 640  # pixels of the drawing, without title and notes
_SIDES = 56  # pixels beside it
_BELOW = 56
_SMALL = 0.12  # share of the whole extent
_PAD = 0.02  # share of the extent left free around it
_LETTER = 12  # pixels of a letter of a name


@dataclass(frozen=True)
class _Panel:
    """One pair of axes: what it shows, and where across the picture it stands."""

    number: str  # "" or "2", as plotly names axes
    bounds: Bounds
    domain: tuple[float, float]  # of the width

    @property
    def pixels_per_metre(self) -> float:
        """At the size of the exported picture."""
        west, south, east, north = self.bounds
        wide = (east - west) * (1 + 2 * _PAD) * shrink((south + north) / 2) * METRES_PER_DEGREE
        high = (north - south) * (1 + 2 * _PAD) * METRES_PER_DEGREE
        width = (PICTURE_WIDTH - _SIDES) * (self.domain[1] - self.domain[0])
        return min(width / wide, _HIGHEST / high)

    @property
    def pixels_high(self) -> float:
        south, north = self.bounds[1], self.bounds[3]
        return (north - south) * (1 + 2 * _PAD) * METRES_PER_DEGREE * self.pixels_per_metre

    def axes(self) -> dict[str, str]:
        return {"xaxis": f"x{self.number}", "yaxis": f"y{self.number}"}

    def fits(self, area: Area) -> bool:
        """Whether the name can stand within the area."""
        return bool(len(area.name) * _LETTER <= room_m(area.shape) * self.pixels_per_metre)


def figure(block: Map, dark: bool = False, language: str = "zh") -> go.Figure:
    """The map as a picture. Areas too small for their names are drawn a second time, enlarged, beside it."""
    colours = palette(dark)
    say = translator(language)
    shown = marks(replace(block, close_up=False), colours, language)
    fig = go.Figure(layout=go.Layout(template=template(colours)))
    panels = _panels(shown)
    for panel in panels:
        _draw(fig, shown, block, panel, colours)
    _scale_bars(fig, panels, colours, say("公里"))
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
    height = round(max(panel.pixels_high for panel in panels))
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


def _panels(shown: Marks) -> list[_Panel]:
    whole = _Panel("", shown.bounds, (0.0, 1.0))
    crowded = joint_bounds(
        area.shape for area in shown.areas if not whole.fits(area) and _is_small(area, shown.bounds)
    )
    west, _, east, _ = shown.bounds
    if crowded is None or crowded[2] - crowded[0] > 0.6 * (east - west):
        return [whole]
    return [_Panel("", shown.bounds, (0.0, 0.44)), _Panel("2", crowded, (0.47, 1.0))]


def _is_small(area: Area, bounds: Bounds) -> bool:
    """Short and narrow: enlarging a long sliver would only make room for nothing else."""
    west, south, east, north = area.shape.bounds
    across, along = (east - west) / (bounds[2] - bounds[0]), (north - south) / (bounds[3] - bounds[1])
    return bool(max(across, along) < _SMALL)


def _draw(fig: go.Figure, shown: Marks, block: Map, panel: _Panel, colours: Palette) -> None:
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
            **panel.axes(),
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
        textfont={"size": _LETTER, "color": [ink for *_, ink in inside], "shadow": "auto"},
        showlegend=False,
        hoverinfo="skip",
        **panel.axes(),
    )
    middle = shrink((south + north) / 2)
    fig.update_layout(
        {
            f"xaxis{panel.number}": {
                "visible": False,
                "domain": list(panel.domain),
                "anchor": f"y{panel.number}",
                "range": [west - (east - west) * _PAD, east + (east - west) * _PAD],
                "constrain": "domain",
            },
            f"yaxis{panel.number}": {
                "visible": False,
                "anchor": f"x{panel.number}",
                "range": [south - (north - south) * _PAD, north + (north - south) * _PAD],
                "scaleanchor": f"x{panel.number}",
                "scaleratio": 1 / middle,
                "constrain": "domain",
                "constraintoward": "top",
            },
        }
    )


def _fill(fig: go.Figure, each: BaseGeometry, panel: _Panel, fill: str, border: str, width: float) -> None:
    xs, ys = _columns(rings(each))
    _trace(fig, panel, xs, ys, fill="toself", fillcolor=fill, line={"color": border, "width": width})


def _trace(
    fig: go.Figure, panel: _Panel, xs: list[float | None], ys: list[float | None], **style: Any
) -> None:
    fig.add_scatter(x=xs, y=ys, mode="lines", showlegend=False, hoverinfo="skip", **panel.axes(), **style)


def _columns(lines: list[list[tuple[float, float]]]) -> tuple[list[float | None], list[float | None]]:
    """The lines one after the other, with a gap (None) between them."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for line in lines:
        xs += [*(round(x, 5) for x, _ in line), None]
        ys += [*(round(y, 5) for _, y in line), None]
    return xs, ys


def _scale_bars(fig: go.Figure, panels: list[_Panel], colours: Palette, unit: str) -> None:
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
