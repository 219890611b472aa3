"""Old workbooks (.xls) are small file systems: sectors in chains. A chain that bites its own tail gives a
parser bytes without end, so damaged ones are told here, before one is asked ([MS-CFB] 2.3 to 2.6)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

_HEADER = 512  # bytes
_HIGHEST = 0xFFFFFFFA  # above it, a number is no sector: the end of a chain, a free sector …
_FATS_IN_HEADER = 109


def has_sound_chains(content: bytes) -> bool:
    """Whether every chain of sectors, and of the small sectors within them, comes to an end."""
    if len(content) < _HEADER:
        return False
    (shift,) = struct.unpack_from("<H", content, 30)
    small, _, first_of_more, more = struct.unpack_from("<4I", content, 60)
    if shift not in {9, 12}:
        return False
    size = 1 << shift
    fats = list(struct.unpack_from(f"<{_FATS_IN_HEADER}I", content, 76))
    sectors = len(content) // size + 1
    for _ in range(min(more, sectors)):  # of large files, where further parts of the table stand
        if first_of_more > _HIGHEST:
            break
        *further, first_of_more = _numbers(content, first_of_more, size)
        fats += further
    table = [number for fat in fats if fat <= _HIGHEST for number in _numbers(content, fat, size)]
    if not _all_end(table):
        return False
    return _all_end([number for at in _chain(table, small) for number in _numbers(content, at, size)])


def _numbers(content: bytes, sector: int, size: int) -> Sequence[int]:
    start = (sector + 1) * size
    part = content[start : start + size]
    return struct.unpack(f"<{len(part) // 4}I", part[: len(part) // 4 * 4]) or (_HIGHEST + 1,)


def _chain(table: Sequence[int], start: int) -> Iterator[int]:
    """The sectors from `start` on, in a table in which all chains end."""
    while start < len(table):
        yield start
        start = table[start]


def _all_end(table: Sequence[int]) -> bool:
    """Whether from no sector on a chain comes back to a sector that it has passed."""
    passed_from = [0] * len(table)  # the start of the first walk over a sector, counted from 1
    for start in range(len(table)):
        at = start
        while at < len(table) and not passed_from[at]:
            passed_from[at] = start + 1
            at = table[at]
        if at < len(table) and passed_from[at] == start + 1:
            return False
    return True
