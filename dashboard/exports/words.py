"""What every document says of itself: whose, when, from which release, when it was made, whether it is a demo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dashboard.exports.text import clean, line
from dashboard.locale import translator
from dashboard.report import (
    Block,
    Chart,
    Columns,
    Crumbs,
    Definition,
    Imprint,
    KpiRow,
    Map,
    Report,
    Source,
    Table,
    Tasks,
)
from dashboard.theme import caption


def flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks in reading order; those side by side one after the other, the way through the site left out."""
    for block in blocks:
        if isinstance(block, Columns):
            for part in block.cells:
                yield from flat(part)
        elif not isinstance(block, Crumbs):
            yield block


@dataclass
class Numbering:
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


def title(report: Report) -> str:
    return line(report.title)


def demo(imprint: Imprint) -> str:
    """The word that the figures are invented; "" when they are not."""
    return translator(imprint.language)("演示数据，均为合成，不代表真实情况") if imprint.is_demo else ""


def particulars(imprint: Imprint) -> list[tuple[str, str]]:
    """Label and text, for a cover."""
    say = translator(imprint.language)
    pairs = [
        (say("编制单位"), imprint.authority),
        (say("时段"), imprint.period),
        (say("数据版本"), imprint.release),
        (say("制作时间"), made_at(imprint)),
        (say("报告编号"), imprint.report_id),
        (say("审图号"), imprint.review_number),
    ]
    return [(label, line(text)) for label, text in pairs if text]


def made_at(imprint: Imprint) -> str:
    return f"{imprint.made_at:%Y-%m-%d %H:%M}"


def made_on(imprint: Imprint) -> str:
    """The day as a letter is dated."""
    day = imprint.made_at
    return f"{day.year}年{day.month}月{day.day}日" if imprint.language == "zh" else f"{day:%Y-%m-%d}"


def foot(imprint: Imprint) -> str:
    """One line for the edge of every page."""
    say = translator(imprint.language)
    colon = "：" if imprint.language == "zh" else ": "
    parts = [
        say("演示数据") if imprint.is_demo else "",
        imprint.authority,
        imprint.period,
        f"{say('数据版本')}{colon}{imprint.release}",
        f"{say('制作时间')}{colon}{made_at(imprint)}",
    ]
    return "　".join(line(part) for part in parts if part)


def source_line(source: Source, imprint: Imprint, *more: str) -> str:
    """Under every chart and table; the word 演示数据 goes along when it is taken out of its page."""
    say = translator(imprint.language)
    marked = say("演示数据") if imprint.is_demo else ""
    return clean("　".join(part for part in (caption(source, imprint.language), *more, marked) if part))


def map_words(block: Map, imprint: Imprint) -> list[str]:
    say = translator(imprint.language)
    number = block.review_number or imprint.review_number
    said = [say("社区范围为示意，不作为划界依据")]
    return [*said, f"{say('审图号：')}{line(number)}"] if number else said


def nothing(block: Chart | Table | Tasks, language: str) -> str:
    return clean(block.empty or translator(language)("所选范围内没有数据"))


def definitions(report: Report, imprint: Imprint) -> tuple[Definition, ...]:
    """What the figures mean, those given and else those of the report's cards; none where a table says it."""
    blocks = list(flat(report.blocks))
    if any(isinstance(block, Table) and block.key == "definitions" for block in blocks):
        return ()
    if imprint.definitions:
        return imprint.definitions
    cards = [item for block in blocks if isinstance(block, KpiRow) for item in block.items if item.help]
    found = {item.label: Definition(item.label, item.unit, item.help, "") for item in cards}
    return tuple(found.values())
