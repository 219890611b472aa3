"""A drawing as native shapes of a slide: each area can be coloured anew by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboard.exports import slideml as ml
from dashboard.exports.slideml import Box, Para, Run
from dashboard.lettering import measure
from dashboard.maps.shapes import Dots, Drawing, Fill, Line, Stroke, Word


def shapes(sheet: Drawing, box: Box, first: int) -> tuple[str, int]:
    """The shapes, fitted into the box, and the next free number."""
    scale = min(box.width / sheet.width, box.height / sheet.height)
    left = box.x + (box.width - sheet.width * scale) / 2
    found = list(_shapes(sheet, scale, left, box.y))
    numbered = [make(first + number) for number, make in enumerate(found)]
    return "".join(numbered), first + len(found)


class _Make:
    """One shape that still lacks its number."""

    def __init__(self, kind: str, *parts: object) -> None:
        self._kind, self._parts = kind, parts

    def __call__(self, number: int) -> str:
        made: str = getattr(ml, self._kind)(number, *self._parts)
        return made


def _shapes(sheet: Drawing, scale: float, left: float, top: float) -> Iterator[_Make]:
    def placed(lines: Sequence[Line]) -> list[list[tuple[float, float]]]:
        return [[(left + x * scale, top + y * scale) for x, y in each] for each in lines if len(each) > 1]

    for mark in sheet.marks:
        match mark:
            case Fill():
                if rings := placed(mark.rings):
                    looks = ml.solid(mark.colour, mark.opacity) + ml.border(mark.border, mark.width * scale)
                    yield _Make("free", mark.name or "area", rings, looks)
            case Stroke():
                if lines := placed(mark.lines):
                    looks = "<a:noFill/>" + ml.border(mark.colour, mark.width * scale)
                    yield _Make("free", "line", lines, looks, False)
            case Dots():
                at = [(left + x * scale, top + y * scale) for x, y in mark.centres]
                looks = ml.solid(mark.colour) + ml.border(mark.border, 0.6)
                yield _Make("dots", "points", at, mark.radius * scale, looks)
            case Word():
                size = max(6.0, mark.size * scale)
                width = measure(mark.text, size) * 1.15 + 4
                at_x = left + mark.x * scale
                start = {"start": at_x, "middle": at_x - width / 2, "end": at_x - width}[mark.anchor]
                place = Box(start, top + mark.y * scale - size * 0.8, width, size * 1.6)
                align = {"start": "l", "middle": "ctr", "end": "r"}[mark.anchor]
                said = Para((Run(mark.text, size, mark.colour),), align)
                yield _Make("text", mark.text, place, (said,), "ctr", 0.0, "", "", "rect", False)
