"""A sheet of SVG: a few shapes and lines of text.

Lengths are CSS pixels (96 to the inch), y downwards. Equal calls give equal text, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


class Canvas:
    """Collects the shapes of one picture, from the bottom up."""

    def __init__(self, width: float, font: str) -> None:
        self.width = width
        self.font = font
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, fill: str, round_by: float = 0.0) -> None:
        if width <= 0 or height <= 0:
            return
        corner = f' rx="{_n(round_by)}"' if round_by else ""
        self._parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"{corner} fill="{fill}"/>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.0, dash: str = ""
    ) -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" stroke="{colour}"'
            f' stroke-width="{_n(width)}"{dashed}/>'
        )

    def run(self, points: Sequence[Point], colour: str, width: float) -> None:
        """A bent line through the points."""
        path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{_n(width)}"'
            ' stroke-linejoin="round" stroke-linecap="round"/>'
        )

    def dot(self, x: float, y: float, radius: float, fill: str, border: str = "") -> None:
        edge = f' stroke="{border}" stroke-width="0.6"' if border else ""
        self._parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{fill}"{edge}/>')

    def shape(
        self,
        rings: Iterable[Sequence[Point]],
        fill: str,
        border: str,
        width: float,
        opacity: float = 1.0,
    ) -> None:
        """Closed rings, filled."""
        path = "".join("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in ring) + "Z" for ring in rings)
        if path:
            faint = f' fill-opacity="{_n(opacity)}"' if opacity < 1 else ""
            self._parts.append(
                f'<path d="{path}" fill="{fill}"{faint} fill-rule="evenodd" stroke="{border}"'
                f' stroke-width="{_n(width)}" stroke-linejoin="round"/>'
            )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        fill: str,
        anchor: Anchor = "start",
        bold: bool = False,
        halo: str = "",
    ) -> None:
        """One line; y is its baseline. `halo`: a soft edge where it stands on something."""
        placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
        heavy = ' font-weight="bold"' if bold else ""
        common = f'x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}"{placed}{heavy}'
        said = escape(_clean(words), quote=False)
        if halo:
            self._parts.append(
                f'<text {common} fill="{halo}" stroke="{halo}" stroke-width="2.4" stroke-linejoin="round"'
                f' aria-hidden="true">{said}</text>'
            )
        self._parts.append(f'<text {common} fill="{fill}">{said}</text>')

    def svg(self, height: float, alt: str, ground: str, margin: float = 0.0) -> str:
        """The finished picture; `alt` says in a sentence what it shows."""
        wide, high = _n(self.width + 2 * margin), _n(height + 2 * margin)
        font = escape(self.font.replace('"', "'"), quote=True)
        said = escape(_clean(alt), quote=True)
        inner = "".join(self._parts)
        if margin:
            inner = f'<g transform="translate({_n(margin)} {_n(margin)})">{inner}</g>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}"'
            f' role="img" aria-label="{said}" font-family="{font}"><title>{said}</title>'
            f'<rect width="{wide}" height="{high}" fill="{ground}"/>{inner}</svg>'
        )


def _n(value: float) -> str:
    """A number with two decimals at most, and no minus zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _clean(text: str) -> str:
    """Without what XML forbids: control characters and lone surrogates."""
    return "".join(
        letter
        for letter in text
        if letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff"
    )
