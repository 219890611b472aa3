"""The names of coordinate systems, as clerks and settings spell them.

Apart from places.py so that what reads workbooks need not load the geometry libraries.
"""

from __future__ import annotations

import re
import unicodedata

WGS84, GCJ02, BD09 = "WGS-84", "GCJ-02", "BD-09"
CRS_NAMES = (WGS84, GCJ02, BD09)

# Spellings after folding (see `_folded`). 天地图 and CGCS2000 count as WGS-84: the two differ by
# centimetres at their definition and by under a metre of plate motion since, far below the
# tolerance at the border.
_SPELLINGS = {
    WGS84: (
        "wgs84 wgs1984 gps epsg4326 4326 北斗 国际 地球 天地图 cgcs2000 2000 cgs2000 epsg4490 4490 "
        "国家2000 2000国家 2000国家大地 国家大地2000 大地2000 中国大地2000 国际标准"
    ),
    GCJ02: "gcj02 gcj 火星 国测局 高德 amap 腾讯 qq tencent 谷歌中国",
    BD09: "bd09 bd09ll bd 百度 baidu",
}
_CRS_BY_SPELLING = {spelling: crs for crs, text in _SPELLINGS.items() for spelling in text.split()}
_CRS_SUFFIX = re.compile(r"(坐标系统|坐标系|坐标|大地|地图|经纬度|系)+$")


def _folded(text: str) -> str:
    return re.sub(r"[\s\-_—–:.·]+", "", unicodedata.normalize("NFKC", text)).lower()


def crs_name(text: str | None) -> str | None:
    """The system that a cell or a setting states: "WGS-84", "GCJ-02", "BD-09", or None.

    None stands for "not stated" and for anything unknown or contradictory ("高德/百度"): a
    system is never guessed. Every part of "GCJ-02（高德）" must be known and mean the same.
    """
    if text is None:
        return None
    folded = _folded(text)
    parts = {part for part in re.split(r"[()\[\]【】/、,;|]+", folded) if part}
    found = {_CRS_BY_SPELLING.get(part) or _CRS_BY_SPELLING.get(_CRS_SUFFIX.sub("", part)) for part in parts}
    return found.pop() if len(found) == 1 else None
