"""The faces that documents and pictures are set in: the machine's own where it has them, a packaged one otherwise.

The packaged Noto Sans CJK (OFL) has every Chinese character that a report can need, so that no machine
prints boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import typst
from noto_cjk_sans_otc import FONT_PATH

PACKAGED = "Noto Sans CJK SC"
# By what GB/T 9704-2012 asks for, as Windows, WPS, macOS and Linux call them, the best first.
TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "STZhongsong", "Source Han Serif SC", "Noto Serif CJK SC", "SimSun", "Songti SC", PACKAGED)  # fmt: skip
BODY = ("FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02S", "Source Han Serif SC", "Noto Serif CJK SC", "SimSun", "Songti SC", PACKAGED)  # fmt: skip
HEADING = ("SimHei", "Heiti SC", "STHeiti", "FZHei-B01S", "Microsoft YaHei", "PingFang SC", "Source Han Sans SC", PACKAGED)  # fmt: skip
SUBHEADING = ("KaiTi_GB2312", "KaiTi", "STKaiti", "Kaiti SC", "FZKai-Z03S", "Source Han Serif SC", "Noto Serif CJK SC", PACKAGED)  # fmt: skip
TABLE = ("SimSun", "Songti SC", "STSong", "Source Han Serif SC", "Noto Serif CJK SC", PACKAGED)
SANS = ("Microsoft YaHei", "PingFang SC", "Source Han Sans SC", PACKAGED)


@cache
def found() -> typst.Fonts:
    """The machine's faces and the packaged one; looked through once."""
    return typst.Fonts(True, False, [str(Path(str(FONT_PATH)).parent)])


@cache
def _families() -> frozenset[str]:
    return frozenset(found().families())


def present(wanted: Sequence[str]) -> tuple[str, ...]:
    """Those of the faces that there are; the packaged one is always among them."""
    return tuple(face for face in wanted if face in _families() or face == PACKAGED)


def picture_face() -> str:
    """The face of drawings, as SVG names it."""
    return ", ".join(f"'{face}'" for face in present(SANS))
