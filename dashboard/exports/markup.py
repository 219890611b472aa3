"""A Report as typst markup, laid out by GB/T 9704-2012: every text is a string, never markup of its own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from dashboard import drawing, theme
from dashboard.drawing.canvas import measure, wrapped
from dashboard.exports import fonts
from dashboard.exports.columns import alignment, definitions, heading, printed
from dashboard.exports.numbering import numbered
from dashboard.exports.text import clean, line
from dashboard.locale import Translator, translator
from dashboard.report import (
    Block,
    Chart,
    Column,
    Columns,
    Heading,
    Imprint,
    Kpi,
    KpiRow,
    Map,
    Note,
    Notes,
    Prose,
    Report,
    Source,
    Table,
    Tasks,
)
from dashboard.theme import LIGHT, MISSING

_TALL = 330.0  # pixels; a taller picture moves to the next page's top, and the text flows on
MOST_ROWS = 400  # of a printed table; the data files have them all
_MARKS: Mapping[str, str] = {"good": "●", "attention": "▲", "warning": "■", "plain": "·", "empty": "○"}

# Page, type area (22 lines of 28 characters), headings, numbering of pages: the standard's measures.
_LAYOUT = """
#set text(font: BODY, size: 16pt, lang: "LANG", region: "CN", top-edge: 0.8em, bottom-edge: -0.2em, tracking: -0.2pt, fallback: true, cjk-latin-spacing: none)
#set par(leading: 12.9pt, spacing: 12.9pt, justify: true, first-line-indent: (amount: 2em, all: true))
#show heading: set text(size: 16pt, weight: "regular")
#show heading: set block(above: 12.9pt, below: 12.9pt, sticky: true)
#show heading.where(level: 1): it => block(sticky: true, text(font: HEADING, h(2em) + it.body))
#show heading.where(level: 2): it => block(sticky: true, text(font: SUBHEADING, h(2em) + it.body))
#show heading.where(level: 3): it => block(sticky: true, text(font: BODY, h(2em) + it.body))
#set table(stroke: none, inset: (x: 3pt, y: 4pt))
#let small(body, size: 9pt, fill: rgb("MUTED")) = text(font: SANS, size: size, fill: fill, tracking: 0pt, body)
#let plain(body) = { set par(first-line-indent: 0em, leading: 4pt, spacing: 5pt, justify: false); body }
#let titled(words) = plain(block(width: 100%, align(center, text(font: HEADING, size: 12pt, tracking: 0pt, words))))
#let drawn(tall, title, picture, source, alt) = {
  let shown = block(breakable: false, above: 14pt, below: 16pt, width: 100%, plain({
  image(bytes(picture), format: "svg", width: 100%, alt: alt)
  v(3pt)
  titled(title)
  v(1pt)
  align(center, small(source))
  }))
  if tall { place(auto, float: true, clearance: 14pt, shown) } else { shown }
}
#let empty(title, words) = block(breakable: false, above: 12pt, below: 12pt, width: 100%, plain({
  titled(title)
  v(2pt)
  align(center, small(words, size: 10.5pt))
}))
#let listed(title, source, size, widths, aligned, head, cells) = block(above: 14pt, below: 16pt, width: 100%, plain({
  block(sticky: true, below: 6pt, titled(title))
  set text(font: TABLE, size: size, tracking: 0pt)
  table(columns: widths, align: (x, y) => if y == 0 { center + horizon } else { aligned.at(x) + horizon },
    table.hline(stroke: 1.2pt), table.header(repeat: true, ..head.map(words => text(font: HEADING, words))),
    table.hline(stroke: 0.6pt), ..cells.map(words => [#words]), table.hline(stroke: 1.2pt))
  v(-2pt)
  small(source)
}))
#let card(label, value, unit, lines) = box(width: 100%, inset: (x: 6pt, y: 7pt), stroke: (top: 1.4pt + rgb("ACCENT"), rest: 0.5pt + rgb("LINE")), plain({
  small(label, size: 9.5pt)
  v(2pt)
  text(font: SANS, size: 17pt, fill: rgb("TEXT"), tracking: 0pt, value)
  small(" " + unit, size: 9.5pt)
  for words in lines { v(1pt); small(words, size: 8.5pt) }
}))
#let cards(count, ..items) = block(above: 12pt, below: 14pt, width: 100%, grid(columns: (1fr,) * count, gutter: 6pt, ..items))
#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm), header: HEADER, footer: FOOTER, header-ascent: 10mm, footer-descent: 7mm)
"""


def markup(report: Report, imprint: Imprint) -> str:
    """The whole document."""
    say = translator(imprint.language)
    meanings = definitions(imprint)
    blocks = (*report.blocks, meanings) if meanings else report.blocks
    return "".join([_head(report, imprint, say), *_body(blocks, imprint, say)])


def text(value: object) -> str:
    """A typst string; what it says is said, whatever it looks like."""
    told = clean(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", " ")
    return f'"{told}"'


def _faces(wanted: Sequence[str]) -> str:
    return "(" + "".join(f'"{face}", ' for face in fonts.present(wanted)) + ")"


def _head(report: Report, imprint: Imprint, say: Translator) -> str:
    layout = _LAYOUT
    for name, value in {
        "HEADER": _header(report, imprint, say),
        "FOOTER": _footer(imprint, say),
        "SUBHEADING": _faces(fonts.SUBHEADING),
        "HEADING": _faces(fonts.HEADING),
        "BODY": _faces(fonts.BODY),
        "TABLE": _faces(fonts.TABLE),
        "SANS": _faces(fonts.SANS),
        "LANG": "zh" if imprint.language == "zh" else "en",
        "MUTED": LIGHT.muted,
        "ACCENT": LIGHT.accent,
        "LINE": LIGHT.line,
        "TEXT": LIGHT.text,
    }.items():
        layout = layout.replace(name, value)
    made = imprint.made_at
    document = (
        f"#set document(title: {text(line(report.title))}, author: {text(line(imprint.authority))}, "
        f"description: {text(line(report.subtitle))}, "
        f"date: datetime(year: {made.year}, month: {made.month}, day: {made.day}, hour: {made.hour},"
        f" minute: {made.minute}, second: {made.second}))\n"
    )
    title = (
        f"#align(center, plain(text(font: {_faces(fonts.TITLE)}, size: 22pt, tracking: 0pt,"
        f" par(leading: 12pt, {text(_balanced(line(report.title)))}))))\n#v(8pt)\n"
        f"#align(center, plain(text(font: {_faces(fonts.SUBHEADING)}, size: 16pt, tracking: 0pt,"
        f" {text(line(report.subtitle))})))\n#v(10pt)\n"
    )
    return document + layout + title


def _balanced(title: str, most: float = 19.0) -> str:
    """A title in lines of about equal length, so that no single character is left over."""
    whole = measure(title, 1.0)
    if whole <= most:
        return title
    return "\n".join(wrapped(title, 1.0, whole / math.ceil(whole / most) + 0.9))


def _header(report: Report, imprint: Imprint, say: Translator) -> str:
    left = f"{line(imprint.authority)}　{line(imprint.period)}"
    demo = f"small({text(say('演示数据'))}, fill: rgb({text(LIGHT.accent)}))" if imprint.is_demo else '""'
    return f"plain(grid(columns: (1fr, auto), small({text(left)}), {demo}))"


def _footer(imprint: Imprint, say: Translator) -> str:
    """The page number between dashes, outwards as the standard wants it, and where the figures come from."""
    told = [f"{say('数据版本')}{_colon(imprint)}{imprint.release}", f"{say('生成时间')}{_colon(imprint)}{imprint.made_at:%Y-%m-%d %H:%M}"]  # fmt: skip
    if imprint.report_id:
        told.append(f"{say('报告编号')}{_colon(imprint)}{imprint.report_id}")
    number = (
        f"text(font: {_faces(fonts.TABLE)}, size: 14pt, tracking: 0pt,"
        ' "— " + str(counter(page).get().first()) + " —")'
    )
    return (
        "context plain({ let odd = calc.odd(counter(page).get().first());"
        f" align(if odd {{ right }} else {{ left }}, pad(x: 14pt, {number}));"
        f" v(1pt); align(center, small({text('　'.join(told))}, size: 8pt)) }})"
    )


def _colon(imprint: Imprint) -> str:
    return "：" if imprint.language == "zh" else ": "


# ---------------------------------------------------------------- blocks


def _body(blocks: Sequence[Block], imprint: Imprint, say: Translator) -> Iterator[str]:
    for block, number in numbered(blocks):
        match block:
            case Heading():
                yield _heading(block, number)
            case Prose():
                yield f"#par({text(block.text)})\n"
            case Note():
                yield f"#par({text(_marked(block))})\n"
            case Notes():
                yield from _notes(block)
            case Kpi():
                yield _cards(KpiRow((block,)))
            case KpiRow():
                yield _cards(block)
            case Chart() | Map():
                yield _picture(block, imprint)
            case Table():
                yield _table(block, imprint, say)
            case Tasks():
                yield from _tasks(block)
            case Columns():
                for cell in block.cells:
                    yield from _body(cell, imprint, say)
            case _:
                continue


def _heading(block: Heading, number: str) -> str:
    lead = f"#par({text(block.lead)})\n" if block.lead else ""
    return f"#heading(level: {max(1, min(block.level - 1, 3))}, {text(number + line(block.text))})\n{lead}"


def _marked(note: Note) -> str:
    return note.text if note.tone in ("plain", "empty") else f"{_MARKS[note.tone]} {note.text}"


def _notes(block: Notes) -> Iterator[str]:
    yield f"#heading(level: 3, {text(line(block.title))})\n"
    if not block.items and block.empty:
        yield f"#par({text(block.empty)})\n"
    for note in block.items:
        yield f"#par({text(_marked(note))})\n"


def _tasks(block: Tasks) -> Iterator[str]:
    yield f"#heading(level: 3, {text(line(block.title))})\n"
    if not block.items and block.empty:
        yield f"#par({text(block.empty)})\n"
    for task in block.items:
        about = "；".join(part for part in (task.about, task.state_label, task.origin) if part)
        yield f"#par({text(f'{_MARKS[task.tone]} {task.text}（{about}）')})\n"


def _cards(row: KpiRow) -> str:
    cards = []
    for item in row.items:
        lines = [f"{delta.label} {delta.text}".strip() for delta in item.deltas]
        told = ", ".join(text(words) for words in lines)
        cards.append(f"card({text(item.label)}, {text(item.value)}, {text(item.unit)}, ({told}{',' if lines else ''}))")  # fmt: skip
    across = 4 if len(cards) > 4 else max(1, len(cards))
    return f"#cards({across}, {', '.join(cards)})\n"


def _caption(source: Source, imprint: Imprint) -> str:
    demo = f"　{translator(imprint.language)('演示数据')}" if imprint.is_demo else ""
    return theme.caption(source, imprint.language) + demo


def _picture(block: Chart | Map, imprint: Imprint) -> str:
    if isinstance(block, Chart) and block.frame.empty:
        return f"#empty({text(line(block.title))}, {text(block.empty or MISSING)})\n"
    shown = drawing.svg(block, imprint.language, font=fonts.picture_face())
    tall = "true" if drawing.height_of(shown) > _TALL else "false"
    return (
        f"#drawn({tall}, {text(line(block.title))}, {text(shown)},"
        f" {text(_caption(block.source, imprint))}, {text(line(block.alt))})\n"
    )


def _table(block: Table, imprint: Imprint, say: Translator) -> str:
    if block.frame.empty:
        return f"#empty({text(line(block.title))}, {text(block.empty or MISSING)})\n"
    columns = printed(block)
    frame = block.frame.head(MOST_ROWS)
    cells = [[theme.cell(value, column.format) for value in frame[column.name]] for column in columns]
    source = _caption(block.source, imprint)
    if len(block.frame) > len(frame):
        left = theme.number(len(block.frame) - len(frame))
        source += "　" + say("另有 {count} 行从略，全部数据见数据文件").format(count=left)
    size = 10.5 if len(columns) <= 7 else 9.0 if len(columns) <= 9 else 8.0
    widths = _widths(columns, cells)
    aligned = ", ".join(alignment(column, column_cells) for column, column_cells in zip(columns, cells, strict=True))  # fmt: skip
    head = ", ".join(text(heading(column)) for column in columns)
    body = ", ".join(text(value) for row in zip(*cells, strict=True) for value in row)
    return (
        f"#listed({text(line(block.title))}, {text(source)}, {size}pt, ({widths},), ({aligned},),"
        f" ({head},), ({body},))\n"
    )


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> str:
    """By what most cells need: a long sentence may wrap, a figure may not."""
    wanted = []
    for column, told in zip(columns, cells, strict=True):
        sizes = sorted(measure(cell, 1.0) for cell in told)
        usual = sizes[min(len(sizes) - 1, len(sizes) * 9 // 10)]
        longest = sizes[-1] if column.format != "text" else usual
        wanted.append(min(20.0, max(measure(heading(column), 1.0) / 2, longest, 2.2)) + 0.9)
    return ", ".join(f"{width:.2f}fr" for width in wanted)
