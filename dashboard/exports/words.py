"""What every document says of itself: whose, when, from which release, when it was made, whether it is a demo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from dashboard.exports.text import clean, line
from dashboard.locale import translator
from dashboard.report import (
    Block,
    Chart,
    Columns,
    Crumbs,
    Definition,
    Heading,
    Imprint,
    Map,
    Report,
    Source,
    Table,
    Tasks,
)
from dashboard.theme import caption

UNDATED = datetime(1980, 1, 1)  # of a block that is taken alone, and says nothing of when


class Spoken:
    """For what writes one document: the language that it is in."""

    imprint: Imprint

    @property
    def language(self) -> str:
        return self.imprint.language

    def say(self, told: str) -> str:
        return translator(self.language)(told)


def flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks in reading order; those side by side one after the other, the way through the site left out."""
    for block in blocks:
        if isinstance(block, Columns):
            for part in block.cells:
                yield from flat(part)
        elif not isinstance(block, Crumbs):
            yield block


def parted(blocks: Iterable[Block]) -> tuple[list[Block], list[Block]]:
    """The document itself, and its annexes: the signature stands between them."""
    found = list(blocks)
    start = next(
        (
            n
            for n, block in enumerate(found)
            if isinstance(block, Heading) and line(block.text).startswith("附")
        ),
        len(found),
    )
    return found[:start], found[start:]


def annex(language: str) -> str:
    """The heading of the definitions at the end."""
    say = translator(language)
    return f"{say('附件')}　{say('指标口径')}"


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


def told(imprint: Imprint) -> str:
    """The same in one line."""
    colon = "：" if imprint.language == "zh" else ": "
    return "　".join(f"{label}{colon}{text}" for label, text in particulars(imprint))


def made_at(imprint: Imprint) -> str:
    return "" if imprint.made_at == UNDATED else f"{imprint.made_at:%Y-%m-%d %H:%M}"


def made_on(imprint: Imprint) -> str:
    """The day as a letter is dated."""
    day = imprint.made_at
    return f"{day.year}年{day.month}月{day.day}日" if imprint.language == "zh" else f"{day:%Y-%m-%d}"


def head(imprint: Imprint) -> str:
    """Above every page: whose document it is, and of when."""
    marked = translator(imprint.language)("演示数据") if imprint.is_demo else ""
    return _spaced(marked, imprint.authority, imprint.period)


def stamp(imprint: Imprint) -> str:
    """Below every page: what is needed to print the same again."""
    say = translator(imprint.language)
    pairs = [
        (say("数据版本"), imprint.release),
        (say("制作时间"), made_at(imprint)),
        (say("报告编号"), imprint.report_id),
    ]
    colon = "：" if imprint.language == "zh" else ": "
    return _spaced(*(f"{label}{colon}{text}" if text else "" for label, text in pairs))


def foot(imprint: Imprint) -> str:
    """Both in one line, for the edge of a slide or a sheet."""
    return f"{head(imprint)}　{stamp(imprint)}"


def colophon(imprint: Imprint) -> str:
    """At the end, what no page says yet: where it was taken from; "" for what was taken from no page."""
    colon = "：" if imprint.language == "zh" else ": "
    return f"{translator(imprint.language)('网页地址')}{colon}{line(imprint.link)}" if imprint.link else ""


def _spaced(*parts: str) -> str:
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


def cut(total: int, shown: int, language: str) -> str:
    """That a table is not whole; "" when it is."""
    if shown == total:
        return ""
    said = translator(language)("共 {total} 行，这里列出前 {shown} 行，全部内容见 Excel 导出。")
    return said.format(total=f"{total:,}", shown=f"{shown:,}")


def nothing(block: Chart | Table | Tasks, language: str) -> str:
    return clean(block.empty or translator(language)("所选范围内没有数据"))


def definitions(report: Report, imprint: Imprint) -> tuple[Definition, ...]:
    """What the figures mean; none where a table of the report says it."""
    blocks = list(flat(report.blocks))
    if any(isinstance(block, Table) and block.key == "definitions" for block in blocks):
        return ()
    return imprint.definitions
