"""Map block -> shapes on a sheet, in pixels from its top left corner: for whoever draws without a browser.

Slides take them as native shapes, the other documents as a picture (raster.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from dashboard.lettering import measure
from dashboard.locale import translator
from dashboard.maps.geometry import METRES_PER_DEGREE, label_point, rings
from dashboard.maps.marks import LegendItem, Marks, marks
from dashboard.maps.panels import LETTER, Panel, panels
from dashboard.report import Map
from dashboard.theme import LIGHT, Palette, ink_on

Line: TypeAlias = tuple[tuple[float, float], ...]

# Of a map on paper: 156 mm wide, its letters 7.5 points.
PRINTED_WIDTH, PRINTED_HEIGHT = 708.0, 470.0
_ROW = 24  # pixels of a row of the legend
_KEY = 11  # of the sign before its text
_DOT = 3.4  # radius


@dataclass(frozen=True)
class Fill:
    """Closed rings of one colour."""

    rings: tuple[Line, ...]
    colour: str
    border: str = ""
    width: float = 1.0
    opacity: float = 1.0
    name: str = ""


@dataclass(frozen=True)
class Stroke:
    lines: tuple[Line, ...]
    colour: str
    width: float


@dataclass(frozen=True)
class Dots:
    centres: Line
    radius: float
    colour: str
    border: str


@dataclass(frozen=True)
class Word:
    """`x` is where its `anchor` stands, `y` its middle. `ground`: what it stands on, for a rim around it."""

    text: str
    x: float
    y: float
    size: float
    colour: str
    anchor: Literal["start", "middle", "end"] = "start"
    ground: str = ""


Mark: TypeAlias = Fill | Stroke | Dots | Word


@dataclass(frozen=True)
class Drawing:
    width: float
    height: float
    marks: tuple[Mark, ...]  # from the bottom up


def drawing(block: Map, language: str = "zh", width: float = 1200, highest: float = 640) -> Drawing:
    """The map with scale, legend, 审图号 and the word that areas are indicative; without title and caption.

    `highest`: of the map itself; below it follow the legend and the notes. Always in light colours.
    """
    say = translator(language)
    shown = marks(replace(block, close_up=False), LIGHT, language)
    laid_out = panels(shown, width, highest)
    found: list[Mark] = []
    for panel in laid_out:
        found += _Sheet(panel, LIGHT).draw(shown, coloured=block.value is not None)
    if len(laid_out) > 1:
        found.append(_frame(laid_out[0], laid_out[1], LIGHT))
    y = max(panel.pixels_high for panel in laid_out) + 14
    for panel in laid_out:
        found += _scale_bar(panel, y, LIGHT, say("公里"))
    legend, y = _legend(shown.legend, width, y + 26, LIGHT)
    found += legend
    muted = LIGHT.muted
    found.append(Word(say("社区范围为示意，不作为划界依据"), width, y, LETTER, muted, "end"))
    if block.review_number:
        found.append(Word(f"{say('审图号：')}{block.review_number}", 0, y, LETTER, muted))
    return Drawing(width, y + _ROW / 2, tuple(found))


@dataclass(frozen=True)
class _Sheet:
    panel: Panel
    colours: Palette

    def draw(self, shown: Marks, coloured: bool) -> Iterator[Mark]:
        colours = self.colours
        yield from self._bordered(shown.outline, colours.panel, colours.muted, 1.6)
        border = colours.surface if coloured else colours.faint
        for area in shown.areas:
            yield from self._bordered(area.shape, area.colour, border, 1, area.name)
        for colour in dict.fromkeys(patch.colour for patch in shown.patches):
            shapes = [patch.shape for patch in shown.patches if patch.colour == colour]
            yield self._fill(shapes, colour, colours.surface, 0.5)
        if shown.gaps:
            yield self._fill([gap.shape for gap in shown.gaps], colours.gap, "", 0, opacity=0.14)
            yield Stroke(self._cut([line for gap in shown.gaps for line in gap.lines]), colours.gap, 0.8)
        for colour in dict.fromkeys(point.colour for point in shown.points):
            at = [(point.longitude, point.latitude) for point in shown.points if point.colour == colour]
            inside = tuple(self._place(x, y) for x, y in at if self._is_in([(x, y)]))
            if inside:
                yield Dots(inside, _DOT, colour, colours.surface)
        for area in shown.areas:
            x, y = label_point(area.shape)
            if self.panel.fits(area) and self._is_in([(x, y)]):
                ground = area.colour
                yield Word(area.name, *self._place(x, y), LETTER, ink_on(ground), "middle", ground)

    def _bordered(
        self, shape: BaseGeometry, colour: str, border: str, width: float, name: str = ""
    ) -> Iterator[Mark]:
        """What the view cuts off has a border only where it ends itself."""
        frame = box(*self.panel.padded)
        if frame.contains(shape):
            yield self._fill([shape], colour, border, width, name=name)
            return
        yield self._fill([shape], colour, "", 0, name=name)
        cut = shape.boundary.intersection(frame).simplify(self._fine)
        lines = [
            self._line(part.coords) for part in shapely.get_parts(shapely.line_merge(cut)) if part.length
        ]
        yield Stroke(tuple(lines), border, width)

    @property
    def _fine(self) -> float:
        """Half a pixel, in degrees."""
        return self.panel.size_m[1] / METRES_PER_DEGREE / self.panel.pixels_high / 2

    def _fill(
        self,
        shapes: Iterable[BaseGeometry],
        colour: str,
        border: str,
        width: float,
        opacity: float = 1.0,
        name: str = "",
    ) -> Fill:
        frame = box(*self.panel.padded)
        kept = [shape.intersection(frame).simplify(self._fine) for shape in shapes]
        lines = [self._line(ring) for shape in kept for ring in rings(shape)]
        return Fill(tuple(lines), colour, border, width, opacity, name)

    def _cut(self, lines: list[Line]) -> tuple[Line, ...]:
        """What of the lines lies within the view."""
        inside = shapely.get_parts(shapely.intersection(shapely.linestrings(lines), box(*self.panel.padded)))
        return tuple(
            self._line(part.coords) for part in inside if part.geom_type == "LineString" and part.length
        )

    def _is_in(self, line: Iterable[tuple[float, float]]) -> bool:
        west, south, east, north = self.panel.padded
        return all(west <= x <= east and south <= y <= north for x, y in line)

    def _line(self, line: Iterable[tuple[float, float]]) -> Line:
        return tuple(self._place(x, y) for x, y in line)

    def _place(self, longitude: float, latitude: float) -> tuple[float, float]:
        return place(self.panel, longitude, latitude)


def place(panel: Panel, longitude: float, latitude: float) -> tuple[float, float]:
    """Pixels from the left and from the top of the whole sheet."""
    west, south, east, north = panel.padded
    wide = panel.size_m[0] * panel.pixels_per_metre
    left = panel.room[0] * (panel.domain[0] + panel.domain[1]) / 2 - wide / 2
    return (
        round(left + (longitude - west) / (east - west) * wide, 2),
        round((north - latitude) / (north - south) * panel.pixels_high, 2),
    )


def _frame(whole: Panel, part: Panel, colours: Palette) -> Stroke:
    """Around what the second view enlarges."""
    west, south, east, north = part.padded
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return Stroke((tuple(place(whole, x, y) for x, y in corners),), colours.muted, 1.2)


def _scale_bar(panel: Panel, y: float, colours: Palette, unit: str) -> Iterator[Mark]:
    rough = panel.size_m[0] / 1000 / 5
    base = 10.0 ** math.floor(math.log10(rough))
    length = next(base * factor for factor in (5, 2, 1) if base * factor <= rough)
    pixels = length * 1000 * panel.pixels_per_metre
    left = panel.room[0] * panel.domain[0] + 2
    bar = ((left, y - 4), (left, y), (left + pixels, y), (left + pixels, y - 4))
    yield Stroke((bar,), colours.muted, 1.6)
    yield Word(f"{length:g} {unit}", left + pixels + 8, y - 2, LETTER - 1, colours.muted)


def _legend(
    items: Iterable[LegendItem], width: float, y: float, colours: Palette
) -> tuple[list[Mark], float]:
    """The signs with their texts, in as many rows as they need; and the middle of the row below."""
    found: list[Mark] = []
    x = 0.0
    for item in items:
        wide = _KEY + 7 + measure(item.label, LETTER) + 22
        if x and x + wide > width:
            x, y = 0.0, y + _ROW
        found += _sign(item, x, y)
        found.append(Word(item.label, x + _KEY + 7, y, LETTER, colours.text))
        x += wide
    return found, y + (_ROW if x else 0)


def _sign(item: LegendItem, x: float, y: float) -> Iterator[Mark]:
    top, bottom, right = y - _KEY / 2, y + _KEY / 2, x + _KEY
    if item.shape == "dot":
        yield Dots(((x + _KEY / 2, y),), _KEY / 2 - 1, item.colour, "")
        return
    square = ((x, top), (right, top), (right, bottom), (x, bottom), (x, top))
    if item.shape == "square":
        yield Fill((square,), item.colour)
        return
    yield Stroke((square, ((x, bottom), (right, top))), item.colour, 0.8)
