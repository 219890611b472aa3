"""The map on paper: the shapes of maps/shapes.py on a sheet of SVG."""

from __future__ import annotations

from dashboard.drawing.canvas import Canvas, Point
from dashboard.maps.shapes import PRINTED_HEIGHT, PRINTED_WIDTH, Dots, Fill, Line, Stroke, drawing
from dashboard.report import Map
from dashboard.theme import LIGHT, mix


def draw_map(canvas: Canvas, block: Map, top: float, language: str) -> float:
    """Returns the lower edge."""
    sheet = drawing(block, language, PRINTED_WIDTH, PRINTED_HEIGHT)
    zoom = sheet.width / canvas.width

    def placed(line: Line) -> list[Point]:
        return [(x / zoom, top + y / zoom) for x, y in line]

    for mark in sheet.marks:
        match mark:
            case Fill():
                shapes = [placed(ring) for ring in mark.rings]
                canvas.shape(shapes, mark.colour, mark.border or "none", mark.width / zoom, mark.opacity)
            case Stroke():
                for line in mark.lines:
                    canvas.run(placed(line), mark.colour, mark.width / zoom)
            case Dots():
                for x, y in placed(mark.centres):
                    canvas.dot(x, y, mark.radius / zoom, mark.colour, mark.border)
            case _:
                ((x, y),) = placed(((mark.x, mark.y),))
                size = mark.size / zoom
                rim = (
                    mix(mark.ground, LIGHT.surface, 0.4) if mark.ground and mark.colour == LIGHT.text else ""
                )
                canvas.text(x, y + size * 0.36, mark.text, size, mark.colour, mark.anchor, halo=rim)
    return top + sheet.height / zoom
