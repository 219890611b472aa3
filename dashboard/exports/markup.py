"""A Report as typst markup, laid out by GB/T 9704-2012: every text is a string, never markup of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dashboard import drawing
from dashboard.exports import fonts, layout, words
from dashboard.exports.grid import Grid, definition_grid, heading, sides, table_grid
from dashboard.exports.numbering import Captions, Outline
from dashboard.exports.text import clean, line
from dashboard.report import (
    Block,
    Chart,
    Heading,
    Imprint,
    Kpi,
    KpiRow,
    Map,
    Note,
    Notes,
    Prose,
    Report,
    Table,
    Tasks,
)
from dashboard.theme import LIGHT

_ROOM = 156 / 25.4 * 72  # points between the margins
_SIZES = (10.5, 9.0, 8.5)  # of a table's letters, the largest that its columns allow
MOST_ROWS = 400  # of a printed table; the data files have them all
_MARKS: Mapping[str, str] = {"good": "●", "attention": "▲", "warning": "■", "plain": "·", "empty": "○"}

# Page, type area (22 lines of 28 characters), headings, numbering of pages: the standard's measures.
_LAYOUT = """
#set text(font: BODY, size: 16pt, lang: "LANG", region: "CN", top-edge: 0.8em, bottom-edge: -0.2em, tracking: -0.22pt, fallback: true, cjk-latin-spacing: none)
#set par(leading: 12.9pt, spacing: 12.9pt, justify: true, first-line-indent: (amount: 2em, all: true))
#show heading: set text(size: 16pt, weight: "regular")
#show heading: set block(above: 12.9pt, below: 12.9pt, sticky: true)
#show heading.where(level: 1): it => block(sticky: true, text(font: HEADING, h(2em) + it.body))
#show heading.where(level: 2): it => block(sticky: true, text(font: SUBHEADING, h(2em) + it.body))
#show heading.where(level: 3): it => block(sticky: true, text(font: BODY, weight: "bold", h(2em) + it.body))
#show heading.where(level: 4): it => block(sticky: true, text(font: BODY, h(2em) + it.body))
#set table(stroke: none, inset: (x: 2.5pt, y: 4pt))
#let small(body, size: 9pt, fill: rgb("MUTED")) = text(font: SANS, size: size, fill: fill, tracking: 0pt, body)
#let sourced(words, size: 9pt) = small(size: size, words.split("　").map(part => if part.len() < 90 { box(part) } else { part }).join("　"))
#let plain(body) = { set par(first-line-indent: 0em, leading: 4pt, spacing: 5pt, justify: false); body }
#let titled(words) = plain(block(width: 100%, align(center, text(font: HEADING, size: 12pt, tracking: 0pt, words))))
#let drawn(title, picture, source, alt) = block(breakable: false, above: 14pt, below: 16pt, width: 100%, plain({
  image(bytes(picture), format: "svg", width: 100%, alt: alt)
  v(3pt)
  titled(title)
  v(1pt)
  align(center, sourced(source))
}))
#let empty(title, words) = block(breakable: false, above: 12pt, below: 12pt, width: 100%, plain({
  titled(title)
  v(2pt)
  align(center, small(words, size: 10.5pt))
}))
#let listed(title, source, size, widths, aligned, head, cells) = block(above: 14pt, below: 16pt, width: 100%, plain({
  if title != "" { block(sticky: true, below: 6pt, titled(title)) }
  set text(font: TABLE, size: size, tracking: 0pt)
  // The last rows and the source stay together: an empty cell beside them spans them all and does not break.
  let (across, rows) = (widths.len(), cells.chunks(widths.len()))
  let last = calc.min(3, rows.len())
  let own = rows.enumerate().map(((place, row)) => {
    let beside = if place + last == rows.len() { (table.cell(rowspan: last + 1, breakable: false, inset: 0pt)[],) } else if place + last < rows.len() { (table.cell(inset: 0pt)[],) } else { () }
    row.map(words => [#words]) + beside
  }).flatten()
  table(columns: (..widths, 0pt), align: (x, y) => if y == 0 { center + horizon } else { aligned.at(x, default: left) + horizon },
    table.hline(stroke: 1.2pt), table.header(repeat: true, ..head.map(words => text(font: HEADING, words)), table.cell(inset: 0pt)[]),
    table.hline(stroke: 0.6pt), ..own, table.hline(stroke: 1.2pt),
    table.cell(colspan: across, align: left, inset: (x: 0pt, y: 4pt), if source != "" { sourced(source) }))
}))
#let signed(..words) = { parbreak(); v(12.9pt + 1em); block(breakable: false, width: 100%, plain({ set par(leading: 12.9pt); align(right, pad(right: 4em, words.pos().map(each => [#each]).join(linebreak()))) })) }
#let colophon(words) = block(breakable: false, above: 26pt, width: 100%, inset: (y: 5pt), stroke: (top: 0.75pt + rgb("MUTED"), bottom: 0.75pt + rgb("MUTED")), plain(sourced(words)))
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
    return "".join([_head(report, imprint), *_Writer(imprint).whole(report)])


def text(value: object) -> str:
    """A typst string; what it says is said, whatever it looks like."""
    told = clean(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", " ")
    return f'"{told}"'


def _faces(wanted: Sequence[str]) -> str:
    return "(" + "".join(f'"{face}", ' for face in fonts.present(wanted)) + ")"


def _head(report: Report, imprint: Imprint) -> str:
    setting = _LAYOUT
    for name, value in {
        "HEADER": _header(imprint),
        "FOOTER": _footer(imprint),
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
        setting = setting.replace(name, value)
    made = imprint.made_at
    document = (
        f"#set document(title: {text(line(report.title))}, author: {text(line(imprint.authority))}, "
        f"description: {text(line(report.subtitle))}, "
        f"date: datetime(year: {made.year}, month: {made.month}, day: {made.day}, hour: {made.hour},"
        f" minute: {made.minute}, second: {made.second}))\n"
    )
    demo = f"（{said}）" if (said := words.demo(imprint)) and not imprint.leaflet else ""
    above = f"#align(center, plain(text(font: {_faces(fonts.SUBHEADING)}, size: 16pt, tracking: 0pt, {text(demo)})))\n#v(6pt)\n"
    title = (
        f"{above if demo else ''}#align(center, plain(text(font: {_faces(fonts.TITLE)}, size: 22pt, tracking: 0pt,"
        f" par(leading: 12pt, {text(layout.balanced(line(report.title)))}))))\n#v(8pt)\n"
        f"#align(center, plain(text(font: {_faces(fonts.SUBHEADING)}, size: 16pt, tracking: 0pt,"
        f" {text(line(report.subtitle))})))\n#v(10pt)\n"
    )
    return document + setting + title


def _header(imprint: Imprint) -> str:
    return f"plain(align(center, small({text(words.head(imprint))}, size: 7.5pt)))"


def _footer(imprint: Imprint) -> str:
    """The page number between dashes, outwards as the standard wants it, and what is needed to print it again."""
    number = (
        f"text(font: {_faces(fonts.TABLE)}, size: 14pt, tracking: 0pt,"
        ' "— " + str(counter(page).get().first()) + " —")'
    )
    return (
        "context plain({ let odd = calc.odd(counter(page).get().first());"
        f" align(if odd {{ right }} else {{ left }}, pad(x: 14pt, {number}));"
        f" v(1pt); align(center, small({text(words.stamp(imprint))}, size: 7.5pt)) }})"
    )


# ---------------------------------------------------------------- blocks


@dataclass
class _Writer(words.Spoken):
    imprint: Imprint
    outline: Outline = field(init=False)
    captions: Captions = field(init=False)

    def whole(self, report: Report) -> Iterator[str]:
        blocks = list(words.flat(report.blocks))
        self.outline, self.captions = Outline.of(blocks, self.language), Captions(self.language)
        own, annexes = words.parted(blocks)
        for block in own:
            yield from self._block(block)
        if not self.imprint.leaflet:
            yield f"#signed({text(line(self.imprint.authority))}, {text(words.made_on(self.imprint))})\n"
        for block in annexes:
            yield from self._block(block)
        if said := words.colophon(self.imprint):
            yield f"#colophon({text(said)})\n"
        if known := words.definitions(report, self.imprint):
            yield f"#pagebreak(weak: true)\n#heading(level: 1, {text(words.annex(self.language))})\n"
            yield self._listed(definition_grid(known, self.language), self.say("指标口径"), "")

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading():
                yield _headed(self.outline.heading(block))
                yield f"#par({text(block.lead)})\n" if block.lead else ""
            case Prose():
                yield f"#par({text(block.text)})\n"
            case Note():
                yield f"#par({text(_marked(block))})\n"
            case Notes():
                yield _headed(self.outline.under(block.title))
                for note in block.items:
                    yield f"#par({text(_marked(note))})\n"
                yield f"#par({text(block.empty)})\n" if block.empty and not block.items else ""
            case Kpi() | KpiRow():
                yield _cards(block if isinstance(block, KpiRow) else KpiRow((block,)))
            case Chart() | Map():
                yield self._picture(block)
            case Table():
                yield self._table(block)
            case Tasks():
                yield from self._tasks(block)

    def _tasks(self, block: Tasks) -> Iterator[str]:
        yield _headed(self.outline.under(block.title))
        if not block.items:
            yield f"#par({text(words.nothing(block, self.language))})\n"
        for task in block.items:
            about = "；".join(part for part in (task.about, task.state_label, task.origin) if part)
            yield f"#par({text(f'{_MARKS[task.tone]} {task.text}（{about}）')})\n"

    def _picture(self, block: Chart | Map) -> str:
        title = layout.evenly(f"{self.captions.figure()}　{line(block.title)}", layout.CAPTION)
        if isinstance(block, Chart) and block.frame.empty:
            return f"#empty({text(title)}, {text(words.nothing(block, self.language))})\n"
        shown = drawing.svg(block, self.language, font=fonts.picture_face())
        more = words.map_words(block, self.imprint) if isinstance(block, Map) else ()
        source = words.source_line(block.source, self.imprint, *more)
        return f"#drawn({text(title)}, {text(shown)}, {text(source)}, {text(line(block.alt))})\n"

    def _table(self, block: Table) -> str:
        if block.frame.empty:
            return f"#empty({text(line(block.title))}, {text(words.nothing(block, self.language))})\n"
        return self._listed(
            table_grid(block), line(block.title), words.source_line(block.source, self.imprint)
        )

    def _listed(self, grid: Grid, title: str, source: str) -> str:
        rows = grid.rows[:MOST_ROWS]
        shown = Grid(grid.heads, rows)
        left_out = words.cut(len(grid.rows), len(rows), self.language)
        size = next((each for each in _SIZES if sum(layout.natural(shown)) * each <= _ROOM), _SIZES[-1])
        columns = ", ".join(f"{width:.2f}fr" for width in layout.widths(shown, _ROOM / size))
        head = ", ".join(text(heading(column)) for column in grid.heads)
        body = ", ".join(text("　" * cell.indent + cell.text) for row in rows for cell in row)
        return (
            f"#listed({text(layout.evenly(f'{self.captions.table()}　{title}', layout.CAPTION))}, {text('　'.join(part for part in (source, left_out) if part))},"
            f" {size}pt, ({columns},), ({', '.join(sides(shown))},), ({head},), ({body},))\n"
        )


def _headed(heading: tuple[int, str]) -> str:
    depth, told = heading
    return f"#heading(level: {depth}, {text(told)})\n"


def _marked(note: Note) -> str:
    return note.text if note.tone in ("plain", "empty") else f"{_MARKS[note.tone]} {note.text}"


def _cards(row: KpiRow) -> str:
    cards = []
    for item in row.items:
        lines = [f"{delta.label} {delta.text}".strip() for delta in item.deltas]
        told = ", ".join(text(each) for each in lines)
        cards.append(f"card({text(item.label)}, {text(item.value)}, {text(item.unit)}, ({told}{',' if lines else ''}))")  # fmt: skip
    across = 4 if len(cards) > 4 else max(1, len(cards))
    return f"#cards({across}, {', '.join(cards)})\n"
