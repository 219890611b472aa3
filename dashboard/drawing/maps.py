"""The map on paper: the shapes of maps/drawing.py on a sheet of SVG."""

from __future__ import annotations

from dashboard.drawing.canvas import Canvas, Point
from dashboard.maps.drawing import Dots, Fill, Line, Stroke, drawing
from dashboard.report import Map
from dashboard.theme import LIGHT, mix

_ZOOM = 1.35  # a report's page is read from nearer than a screen: smaller letters, more names
_HIGHEST = 400.0  # pixels of the map itself


def draw_map(canvas: Canvas, block: Map, top: float, language: str) -> float:
    """Returns the lower edge."""
    sheet = drawing(block, language, canvas.width * _ZOOM, _HIGHEST * _ZOOM)

    def placed(line: Line) -> list[Point]:
        return [(x / _ZOOM, top + y / _ZOOM) for x, y in line]

    for mark in sheet.marks:
        match mark:
            case Fill():
                shapes = [placed(ring) for ring in mark.rings]
                canvas.shape(shapes, mark.colour, mark.border or "none", mark.width / _ZOOM, mark.opacity)
            case Stroke():
                for line in mark.lines:
                    canvas.run(placed(line), mark.colour, mark.width / _ZOOM)
            case Dots():
                for x, y in placed(mark.centres):
                    canvas.dot(x, y, mark.radius / _ZOOM, mark.colour, mark.border)
            case _:
                ((x, y),) = placed(((mark.x, mark.y),))
                size = mark.size / _ZOOM
                rim = (
                    mix(mark.ground, LIGHT.surface, 0.4) if mark.ground and mark.colour == LIGHT.text else ""
                )
                canvas.text(x, y + size * 0.36, mark.text, size, mark.colour, mark.anchor, halo=rim)
    return top + sheet.height / _ZOOM
