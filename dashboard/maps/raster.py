"""A drawing as PNG, made here: no browser, no window, and the same bytes every time."""

from __future__ import annotations

import io
from functools import cache

from noto_cjk_sans_otc import FONT_PATH
from PIL import Image, ImageColor, ImageDraw, ImageFont

from dashboard.maps.shapes import Dots, Drawing, Fill, Stroke, Word
from dashboard.theme import LIGHT

_SIMPLIFIED = 2  # the face of the collection that has mainland forms
_SMOOTHING = 2  # drawn so many times larger and scaled down, for smooth edges


def png(sheet: Drawing, width: int = 1800) -> bytes:
    """The picture, `width` pixels wide, on white."""
    scale = width * _SMOOTHING / sheet.width
    size = round(sheet.width * scale), round(sheet.height * scale)
    image = Image.new("RGB", size, LIGHT.surface)
    pen = ImageDraw.Draw(image, "RGBA")  # which lays colours over one another
    for mark in sheet.marks:
        match mark:
            case Fill():
                _fill(pen, mark, scale)
            case Stroke():
                for line in mark.lines:
                    points = [(x * scale, y * scale) for x, y in line]
                    pen.line(points, mark.colour, max(1, round(mark.width * scale)), joint="curve")
            case Dots():
                _dots(pen, mark, scale)
            case Word():
                pass  # in the end, upon everything and at the final size: letters have smooth edges already
    height = round(sheet.height * scale / _SMOOTHING)
    image = image.resize((width, height), Image.Resampling.BOX)
    pen, scale = ImageDraw.Draw(image), scale / _SMOOTHING
    for mark in sheet.marks:
        if isinstance(mark, Word):
            _word(pen, mark, scale)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(220, 220))
    return buffer.getvalue()


def _fill(pen: ImageDraw.ImageDraw, mark: Fill, scale: float) -> None:
    for ring in mark.rings:
        points = [(x * scale, y * scale) for x, y in ring]
        if len(points) < 3:
            continue
        pen.polygon(points, fill=(*ImageColor.getrgb(mark.colour)[:3], round(255 * mark.opacity)))
        if mark.border:
            pen.line(points, mark.border, max(1, round(mark.width * scale)), joint="curve")


def _dots(pen: ImageDraw.ImageDraw, mark: Dots, scale: float) -> None:
    for x, y in mark.centres:
        for radius, colour in ((mark.radius + 0.8, mark.border), (mark.radius, mark.colour)):
            if colour:
                reach = radius * scale
                pen.ellipse(
                    (x * scale - reach, y * scale - reach, x * scale + reach, y * scale + reach), fill=colour
                )


def _word(pen: ImageDraw.ImageDraw, mark: Word, scale: float) -> None:
    anchor = {"start": "lm", "middle": "mm", "end": "rm"}[mark.anchor]
    rim = round(scale * 1.2) if mark.ground else 0
    pen.text(
        (mark.x * scale, mark.y * scale),
        mark.text,
        mark.colour,
        _font(round(mark.size * scale)),
        anchor=anchor,
        stroke_width=rim,
        stroke_fill=mark.ground if rim else None,
    )


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT_PATH), size, index=_SIMPLIFIED)
