"""One chart or map as a picture of report size: SVG as it is drawn here, PNG of the same drawing by typst.

No browser takes part, so nothing is shared between viewers and nothing is fetched.
"""

from __future__ import annotations

from datetime import datetime

import typst

from dashboard import drawing
from dashboard.exports import fonts
from dashboard.exports.markup import text
from dashboard.locale import translator
from dashboard.report import Chart, Map

PIXELS_PER_INCH = 220.0  # 760 CSS pixels wide: 1,741 pixels, sharp in a printed report


def svg_bytes(block: Chart | Map, language: str = "zh", is_demo: bool = False, made_at: datetime | None = None) -> bytes:  # fmt: skip
    """With title, source and imprint; set in the reader's own faces."""
    return drawing.picture(block, language, _marks(language, is_demo, made_at)).encode("utf-8")


def png_bytes(block: Chart | Map, language: str = "zh", is_demo: bool = False, made_at: datetime | None = None) -> bytes:  # fmt: skip
    """The same picture in pixels; Chinese glyphs from the packaged face where the machine has none."""
    return pixels(
        drawing.picture(block, language, _marks(language, is_demo, made_at), fonts.picture_face()), block.alt
    )


def pixels(drawn: str, alt: str) -> bytes:
    """A drawing of dashboard/drawing as PNG."""
    high = drawing.height_of(drawn)
    width = f"{drawing.PICTURE_WIDTH * 0.75:g}pt"
    source = (
        f"#set page(width: {width}, height: {high * 0.75:g}pt, margin: 0pt)\n"
        f'#image(bytes({text(drawn)}), format: "svg", width: 100%, alt: {text(alt)})'
    )
    made = typst.compile(source.encode(), font_paths=fonts.found(), format="png", ppi=PIXELS_PER_INCH)
    return bytes(made)


def _marks(language: str, is_demo: bool, made_at: datetime | None) -> tuple[str, ...]:
    say = translator(language)
    colon = "：" if language == "zh" else ": "
    told = [say("演示数据")] if is_demo else []
    if made_at is not None:
        told.append(f"{say('制作时间')}{colon}{made_at:%Y-%m-%d %H:%M}")
    return ("　".join(told),) if told else ()
