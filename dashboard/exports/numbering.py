"""What a document numbers: its headings as official documents have them, 一、（一）1.（1）, and its pictures and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from dashboard.exports.text import line
from dashboard.locale import translator
from dashboard.report import Block, Heading

_DIGITS = "一二三四五六七八九"
_DEEPEST = 4
# An annex has no number, and what brings its own keeps it.
_NUMBERED = re.compile(rf"附|附件|Annex|[{_DIGITS}十百]+、|（[{_DIGITS}十百]+）|\d+[.．、]|（\d+）")


@dataclass
class Outline:
    """The headings of one document, in the order in which they are read."""

    language: str
    highest: int  # level of its most general headings
    counts: list[int] = field(default_factory=lambda: [0] * _DEEPEST)
    depth: int = 0  # of the last heading

    @classmethod
    def of(cls, blocks: Iterable[Block], language: str) -> Outline:
        levels = [block.level for block in blocks if isinstance(block, Heading)]
        return cls(language, min(levels, default=2))

    def heading(self, block: Heading) -> tuple[int, str]:
        """Its depth, from 1 on, and its text with its number."""
        self.depth = min(max(block.level - self.highest + 1, 1), _DEEPEST)
        return self.depth, self._numbered(line(block.text), self.depth)

    def under(self, title: str) -> tuple[int, str]:
        """The title of a list, one step below the heading that it stands under."""
        depth = min(self.depth + 1, _DEEPEST)
        return depth, self._numbered(line(title), depth)

    def _numbered(self, text: str, depth: int) -> str:
        if _NUMBERED.match(text):
            return text
        self.counts[depth - 1] += 1
        self.counts[depth:] = [0] * (_DEEPEST - depth)
        count = self.counts[depth - 1]
        if self.language != "zh":
            return ".".join(str(each) for each in self.counts[:depth]) + f" {text}"
        return (f"{chinese(count)}、", f"（{chinese(count)}）", f"{count}.", f"（{count}）")[depth - 1] + text


@dataclass
class Captions:
    """图1, 图2, 表1: one count for pictures and one for tables, from the beginning of a document."""

    language: str
    figures: int = 0
    tables: int = 0

    def figure(self) -> str:
        self.figures += 1
        return f"{translator(self.language)('图')}{self.figures}"

    def table(self) -> str:
        self.tables += 1
        return f"{translator(self.language)('表')}{self.tables}"


def chinese(number: int) -> str:
    """一, 十, 十一, 二十, 二十一 … 九十九; beyond that in figures."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _DIGITS[tens - 1]) + "十" if tens else ""
    return head + (_DIGITS[ones - 1] if ones else "")
