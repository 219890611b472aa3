"""The numbers of headings as official documents have them: 一、（一）1.（1）."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dashboard.report import Block, Heading

_DIGITS = "零一二三四五六七八九"
_ANNEX = ("附", "附件", "Annex")


def numbered(blocks: Iterable[Block]) -> Iterator[tuple[Block, str]]:
    """Each block, a heading with its number ("" for an annex, and for everything else)."""
    counts = [0, 0, 0]
    for block in blocks:
        if not isinstance(block, Heading):
            yield block, ""
            continue
        level = max(0, min(block.level - 2, 2))
        if block.text.startswith(_ANNEX):
            yield block, ""
            continue
        counts[level] += 1
        counts[level + 1 :] = [0] * (2 - level)
        number = counts[level]
        yield block, (f"{chinese(number)}、", f"（{chinese(number)}）", f"{number}.")[level]


def chinese(number: int) -> str:
    """1 -> 一, 10 -> 十, 21 -> 二十一; up to 99."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
