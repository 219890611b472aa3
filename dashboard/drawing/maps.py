"""The map on paper: areas, gaps, points, names, a scale; what is too small for its name is drawn again, enlarged."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from dashboard.drawing.canvas import Canvas, Point, measure
from dashboard.drawing.plot import Entry, legend
from dashboard.locale import translator
from dashboard.maps.geometry import (
    METRES_PER_DEGREE,
    Bounds,
    joint_bounds,
    label_point,
    rings,
    room_m,
    shrink,
    simpler,
)
from dashboard.maps.marks import Area, Marks, marks
from dashboard.report import Map
from dashboard.theme import LIGHT, ink_on, mix

_HIGHEST = 420.0
_SMALL = 0.12  # share of the whole extent below which an area is enlarged
_PAD = 0.02
_LETTER = 9.0
_GAP = 18.0  # between the two panels
_FINE = 0.4  # pixels by which a simplified border may be off


@dataclass(frozen=True)
class _Panel:
    """A window: which degrees it shows, and where it stands on the sheet."""

    bounds: Bounds
    left: float
    width: float
    top: float

    @property
    def per_degree(self) -> float:
        """Pixels of a degree of latitude."""
        west, south, east, north = self.bounds
        wide = (east - west) * (1 + 2 * _PAD) * shrink((south + north) / 2)
        return min(self.width / wide, _HIGHEST / ((north - south) * (1 + 2 * _PAD)))

    @property
    def height(self) -> float:
        _, south, _, north = self.bounds
        return (north - south) * (1 + 2 * _PAD) * self.per_degree

    def at(self, x: float, y: float) -> Point:
        west, south, east, north = self.bounds
        middle = self.left + self.width / 2
        across = (x - (west + east) / 2) * shrink((south + north) / 2) * self.per_degree
        return middle + across, self.top + (north - y + (north - south) * _PAD) * self.per_degree

    def fits(self, area: Area) -> bool:
        """Whether the name can stand within the area."""
        return measure(area.name, _LETTER) <= room_m(area.shape) / METRES_PER_DEGREE * self.per_degree

    def shows(self, x: float, y: float) -> bool:
        west, south, east, north = self.bounds
        return west <= x <= east and south <= y <= north


def draw_map(canvas: Canvas, block: Map, top: float, language: str) -> float:
    """Returns the lower edge."""
    shown = marks(replace(block, close_up=False), LIGHT, language)
    say = translator(language)
    y = legend(canvas, [Entry(item.label, item.colour, item.shape) for item in shown.legend], top)
    panels = _panels(shown, canvas.width, y + 2)
    for panel in panels:
        _draw(canvas, shown, panel, block.value is not None)
    bottom = max(panel.top + panel.height for panel in panels)
    for panel in panels:
        _scale(canvas, panel, bottom + 12, say("公里"))
    line = bottom + 34
    if block.review_number:
        canvas.text(0, line, f"{say('审图号：')}{block.review_number}", 11, LIGHT.muted)
    canvas.text(canvas.width, line, say("社区范围为示意，不作为划界依据"), 11, LIGHT.muted, "end")
    return line + 5


def _panels(shown: Marks, width: float, top: float) -> list[_Panel]:
    whole = _Panel(shown.bounds, 0.0, width, top)
    west, _, east, _ = shown.bounds
    crowded = joint_bounds(
        area.shape for area in shown.areas if not whole.fits(area) and _is_small(area, shown.bounds)
    )
    if crowded is None or crowded[2] - crowded[0] > 0.6 * (east - west):
        return [whole]
    left = (width - _GAP) * 0.42
    return [
        _Panel(shown.bounds, 0.0, left, top),
        _Panel(crowded, left + _GAP, width - left - _GAP, top),
    ]


def _is_small(area: Area, bounds: Bounds) -> bool:
    """Short and narrow: enlarging a long sliver would only make room for nothing else."""
    west, south, east, north = area.shape.bounds
    across, along = (east - west) / (bounds[2] - bounds[0]), (north - south) / (bounds[3] - bounds[1])
    return bool(max(across, along) < _SMALL)


def _draw(canvas: Canvas, shown: Marks, panel: _Panel, coloured: bool) -> None:
    fine = _FINE / panel.per_degree * METRES_PER_DEGREE

    def fill(each: BaseGeometry, colour: str, border: str, width: float, opacity: float = 1.0) -> None:
        placed = [[panel.at(x, y) for x, y in ring] for ring in rings(_clipped(simpler(each, fine), panel))]
        canvas.shape(placed, colour, border, width, opacity)

    fill(shown.outline, LIGHT.panel, LIGHT.muted, 1.2)
    for area in shown.areas:
        fill(area.shape, area.colour, LIGHT.surface if coloured else LIGHT.faint, 0.8)
    for patch in shown.patches:
        fill(patch.shape, patch.colour, LIGHT.surface, 0.4, 0.88)
    for gap in shown.gaps:
        fill(gap.shape, LIGHT.gap, LIGHT.gap, 0.4, 0.14)
        for run in gap.lines:
            inside = [point for point in run if panel.shows(*point)]
            if len(inside) > 1:
                canvas.run([panel.at(x, y) for x, y in inside], mix(LIGHT.gap, LIGHT.surface, 0.6), 0.6)
    for point in shown.points:
        if panel.shows(point.longitude, point.latitude):
            canvas.dot(*panel.at(point.longitude, point.latitude), 2.4, point.colour, LIGHT.surface)
    for area in shown.areas:
        x, y = label_point(area.shape)
        if panel.fits(area) and panel.shows(x, y):
            across, down = panel.at(x, y)
            light = ink_on(area.colour) != LIGHT.text
            ink, edge = (
                (ink_on(area.colour), "") if light else (LIGHT.text, mix(area.colour, LIGHT.surface, 0.4))
            )
            canvas.text(across, down + _LETTER * 0.35, area.name, _LETTER, ink, "middle", halo=edge)


def _clipped(each: BaseGeometry, panel: _Panel) -> BaseGeometry:
    """Only what the window shows, with a little more."""
    west, south, east, north = panel.bounds
    pad_x, pad_y = (east - west) * _PAD, (north - south) * _PAD
    valid = each if each.is_valid else each.buffer(0)
    return shapely.clip_by_rect(valid, west - pad_x, south - pad_y, east + pad_x, north + pad_y)


def _scale(canvas: Canvas, panel: _Panel, y: float, unit: str) -> None:
    west, _, east, _ = panel.bounds
    middle = (panel.bounds[1] + panel.bounds[3]) / 2
    rough = (east - west) * shrink(middle) * METRES_PER_DEGREE / 1000 / 5
    step = 10 ** math.floor(math.log10(rough))
    length = next(step * factor for factor in (5, 2, 1) if step * factor <= rough)
    pixels = length * 1000 / METRES_PER_DEGREE * panel.per_degree
    canvas.line(panel.left, y, panel.left + pixels, y, LIGHT.muted, 1.6)
    for end in (panel.left, panel.left + pixels):
        canvas.line(end, y - 3, end, y + 1, LIGHT.muted, 1.2)
    canvas.text(panel.left + pixels + 6, y + 4, f"{length:g} {unit}", 11, LIGHT.muted)
