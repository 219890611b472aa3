"""How slides look: 16:9, our colours and face in the theme, two layouts of our own proportions."""

from __future__ import annotations

import re

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.presentation import Presentation as Deck
from pptx.util import Pt

from dashboard.exports.slideml import FACE, Box
from dashboard.theme import LIGHT

WIDTH, HEIGHT = 960.0, 540.0  # points
SIDE = 44.0
TITLE = Box(SIDE, 30, WIDTH - 2 * SIDE, 58)
BODY = Box(SIDE, 102, WIDTH - 2 * SIDE, 368)
SOURCE = Box(SIDE, 474, WIDTH - 2 * SIDE, 26)
FOOT = Box(SIDE, 508, WIDTH - 2 * SIDE, 18)
COVER_TITLE = Box(92, 148, WIDTH - 160, 104)
COVER_SUBTITLE = Box(92, 256, WIDTH - 160, 36)
_COVER, _TITLED = 0, 5  # of the template's layouts
_SCHEME = {
    "dk1": LIGHT.text,
    "lt1": LIGHT.surface,
    "dk2": LIGHT.muted,
    "lt2": LIGHT.panel,
    **{f"accent{number}": colour for number, colour in enumerate(LIGHT.series[:6], 1)},
    "hlink": LIGHT.series[1],
    "folHlink": LIGHT.muted,
}


def blank() -> Deck:
    """An empty deck; layout 0 is the cover, layout 1 a title with room below."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    layouts = deck.slide_layouts
    kept = (layouts[_COVER], layouts[_TITLED])
    for layout in list(layouts):
        if layout not in kept:
            layouts.remove(layout)
    for holder in (deck.slide_master, *kept):
        for shape in list(holder.placeholders):
            _place(shape, cover=holder is kept[0])
    _theme(deck)
    return deck


def _place(shape: object, cover: bool) -> None:
    """Titles where ours stand; what the template has beside them goes."""
    kind = shape.placeholder_format.type  # type: ignore[attr-defined]
    name = str(kind).split(".")[-1].split(" ")[0]
    box = {
        "TITLE": TITLE,
        "CENTER_TITLE": COVER_TITLE,
        "SUBTITLE": COVER_SUBTITLE,
        "BODY": BODY,
    }.get(name)
    if box is None:
        shape._element.getparent().remove(shape._element)  # type: ignore[attr-defined]
        return
    for side in ("left", "top", "width", "height"):
        value = {"left": box.x, "top": box.y, "width": box.width, "height": box.height}[side]
        setattr(shape, side, Pt(value))


def _theme(deck: Deck) -> None:
    part = deck.slide_master.part.part_related_by(RT.THEME)
    xml = part.blob.decode("utf-8")
    for name, colour in _SCHEME.items():
        xml = re.sub(
            rf"<a:{name}>.*?</a:{name}>",
            f'<a:{name}><a:srgbClr val="{colour[1:]}"/></a:{name}>',
            xml,
            flags=re.DOTALL,
        )
    for kind in ("majorFont", "minorFont"):
        faces = f'<a:latin typeface="{FACE}"/><a:ea typeface="{FACE}"/><a:cs typeface="{FACE}"/>'
        xml = re.sub(
            rf"(<a:{kind}>)\s*<a:latin[^>]*/>\s*<a:ea[^>]*/>\s*<a:cs[^>]*/>",
            rf"\g<1>{faces}",
            xml,
            flags=re.DOTALL,
        )
    part._blob = xml.encode("utf-8")
