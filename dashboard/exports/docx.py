"""A Report as a Word document in the official layout (GB/T 9704-2012), with native charts and tables."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from docx.document import Document as Word
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from dashboard.exports import layout, words
from dashboard.exports import wordml as ml
from dashboard.exports.chartml import chart_xml, workbook
from dashboard.exports.grid import (
    Grid,
    calendar_grid,
    definition_grid,
    icicle_grid,
    table_grid,
    task_grid,
    without_aside,
)
from dashboard.exports.layout import balanced
from dashboard.exports.native import NativeChart, native, parted, reference_words
from dashboard.exports.numbering import Captions, Outline
from dashboard.exports.packaging import undated
from dashboard.exports.text import clean, line
from dashboard.exports.word_look import (
    BODY_FACE,
    HEIGHT_MM,
    LATIN_FACE,
    LOW_MM,
    MARGINS_MM,
    PITCH,
    WIDE_MM,
    WIDTH_MM,
    blank,
)
from dashboard.maps.raster import png
from dashboard.maps.shapes import PRINTED_HEIGHT, PRINTED_WIDTH, drawing
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

_MM_TO_POINTS = 72 / 25.4
_CELL = 9.0  # points of a table's letters
_MOST_ROWS = 150  # of a table on paper
_MOST_BARS = 44  # of one chart


def write(report: Report, imprint: Imprint) -> bytes:
    """The document. Its parts are equal for equal reports and imprints."""
    document = blank()
    blocks = list(words.flat(report.blocks))
    writer = _Writer(document, imprint, Outline.of(blocks, imprint.language))
    _edges(document, imprint)
    body = "".join(writer.whole(report, blocks))
    holder = parse_xml(f"<w:body {ml.NAMESPACES}>{body}</w:body>")
    target = document.element.body
    last = target.find(qn("w:sectPr"))
    for old in [child for child in target if child is not last]:
        target.remove(old)
    for child in list(holder):
        last.addprevious(child)
    _properties(document, report, imprint)
    buffer = io.BytesIO()
    document.save(buffer)
    return undated(buffer.getvalue())


def _properties(document: Word, report: Report, imprint: Imprint) -> None:
    core = document.core_properties
    made = imprint.made_at.replace(tzinfo=None, microsecond=0)
    core.created = core.modified = made
    core.revision = 1
    core.title, core.subject = words.title(report)[:255], line(report.subtitle)[:255]
    core.author = core.last_modified_by = line(imprint.authority)[:255]
    core.comments = words.foot(imprint)[:255]
    core.language = "zh-CN" if imprint.language == "zh" else "en"


def _edges(document: Word, imprint: Imprint) -> None:
    """Above, what the document is; below, the page number, on right pages right and on left ones left, and the stamp."""
    section = document.sections[0]
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        header.paragraphs[0].text = words.head(imprint)
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        indent = f'<w:ind w:{side}Chars="100" w:{side}="280"/>'
        field_of_page = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        number = footer.paragraphs[0]._element
        number.addprevious(
            parse_xml(
                f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="Footer"/>{indent}<w:jc w:val="{side}"/></w:pPr>'
                f'<w:r><w:t xml:space="preserve">— </w:t></w:r>{field_of_page}<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
            )
        )
        stamp = ml.paragraph(words.stamp(imprint), "LDStamp").replace("<w:p>", f"<w:p {nsdecls('w')}>", 1)
        footer._element.replace(number, parse_xml(stamp))


@dataclass
class _Writer(words.Spoken):
    document: Word
    imprint: Imprint
    outline: Outline
    drawings: int = 0
    captions: Captions = field(init=False)

    def __post_init__(self) -> None:
        self.captions = Captions(self.imprint.language)

    # ------------------------------------------------------------ the whole

    def whole(self, report: Report, blocks: Sequence[Block]) -> Iterator[str]:
        leaflet = self.imprint.leaflet
        if (said := words.demo(self.imprint)) and not leaflet:
            yield ml.paragraph(f"（{said}）", "Subtitle", '<w:spacing w:after="0"/>')
        yield ml.paragraph(balanced(words.title(report)), "Title")
        yield ml.paragraph(line(report.subtitle), "Subtitle", '<w:spacing w:after="60"/>' if leaflet else "")
        own, annexes = words.parted(blocks)
        for block in own:
            yield from self._block(block)
        if not leaflet:
            yield from self._signature()
        for block in annexes:
            yield from self._block(block)
        yield from self._colophon()
        if known := words.definitions(report, self.imprint):
            yield ml.paragraph(words.annex(self.language), "Heading1", "<w:pageBreakBefore/>")
            yield from self._table(definition_grid(known, self.language), self.say("指标口径"), "")

    def _signature(self) -> Iterator[str]:
        """In whose name, and when."""
        indent = '<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>'
        yield ml.paragraph("", "LDBody", "<w:keepNext/>")
        yield ml.paragraph(line(self.imprint.authority), "LDBody", f"<w:keepNext/>{indent}")
        yield ml.paragraph(words.made_on(self.imprint), "LDBody", indent)

    def _colophon(self) -> Iterator[str]:
        """What is needed to make the same document again, between two lines."""
        border = "".join(
            f'<w:{side} w:val="single" w:sz="6" w:space="4" w:color="7F7F7F"/>' for side in ("top", "bottom")
        )
        if said := words.colophon(self.imprint):
            yield ml.paragraph(said, "LDSource", f"<w:keepLines/><w:pBdr>{border}</w:pBdr>")

    def _block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading():
                yield _headed(self.outline.heading(block))
                if block.lead:
                    yield ml.paragraph(block.lead, "LDBody")
            case Prose():
                yield ml.paragraph(block.text, "LDBody")
            case Note():
                yield ml.paragraph(block.text, "LDBody")
            case Notes():
                yield _headed(self.outline.under(block.title))
                for number, item in enumerate(block.items, 1):
                    yield ml.paragraph(f"{number}.{item.text}", "LDBody")
                if not block.items and block.empty:
                    yield ml.paragraph(block.empty, "LDBody")
            case Tasks():
                yield _headed(self.outline.under(block.title))
                if block.items:
                    grid = without_aside(task_grid(block, self.language))
                    yield from self._table(grid, line(block.title), "", captioned=False)
                else:
                    yield ml.paragraph(words.nothing(block, self.language), "LDBody")
            case KpiRow() | Kpi():
                row = block if isinstance(block, KpiRow) else KpiRow((block,))
                if row.items:
                    yield ml.cards(row.items, WIDTH_MM * _MM_TO_POINTS, self.say("主要指标"))
            case Table():
                source = words.source_line(block.source, self.imprint)
                if block.frame.empty:
                    yield ml.paragraph(line(block.title), "Caption")
                    yield ml.paragraph(words.nothing(block, self.language), "LDBody")
                    yield ml.paragraph(source, "LDSource")
                else:
                    yield from self._table(table_grid(block), line(block.title), source)
            case Chart():
                yield from self._chart(block)
            case Map():
                yield from self._map(block)

    def _release(self) -> str:
        demo = self.say("演示数据") if self.imprint.is_demo else ""
        return "　".join(
            part for part in (f"{self.say('数据版本')} {line(self.imprint.release)}", demo) if part
        )

    # ------------------------------------------------------------ tables

    def _table(self, grid: Grid, title: str, source: str, captioned: bool = True) -> Iterator[str]:
        rows = grid.rows[:_MOST_ROWS]
        cut = Grid(grid.heads, rows, grid.keys, grid.tiles)
        wide = not grid.tiles and sum(layout.natural(cut)) > WIDTH_MM * _MM_TO_POINTS / _CELL * 1.3
        if wide:
            yield self._section(lying=False)
        if captioned:
            yield _caption(f"{self.captions.table()}　{title}")
        yield ml.table(cut, (WIDE_MM if wide else WIDTH_MM) * _MM_TO_POINTS, _CELL, title)
        said = [source] if source else []
        if left_out := words.cut(len(grid.rows), len(rows), self.language):
            said.append(left_out)
        yield ml.paragraph("　".join(said), "LDSource")
        if wide:
            yield self._section(lying=True)

    def _section(self, lying: bool) -> str:
        """Ends a section that stands or lies; what follows is of the other kind."""
        last = self.document.sections[0]._sectPr
        references = "".join(_reference(child) for child in last if child.tag.endswith("Reference"))
        size = 'w:w="16838" w:h="11906" w:orient="landscape"' if lying else 'w:w="11906" w:h="16838"'
        top, left, right, bottom = (
            round(MARGINS_MM[side] * 56.6929) for side in ("top", "left", "right", "bottom")
        )
        # A page that lies is the standing one turned: its head is the left edge.
        margins = (left, bottom, top, right) if lying else (top, left, right, bottom)
        names = dict(zip(("top", "left", "right", "bottom"), margins, strict=True))
        header, footer = (850, 680) if lying else (1361, 964)
        return (
            f'<w:p><w:pPr><w:pStyle w:val="LDSource"/><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
            f'<w:sectPr>{references}<w:pgSz {size}/><w:pgMar w:top="{names["top"]}" w:right="{names["right"]}" '
            f'w:bottom="{names["bottom"]}" w:left="{names["left"]}" w:header="{header}" w:footer="{footer}" w:gutter="0"/>'
            f'<w:docGrid w:type="lines" w:linePitch="{PITCH}"/></w:sectPr></w:pPr></w:p>'
        )

    # ------------------------------------------------------------ charts and maps

    def _chart(self, chart: Chart) -> Iterator[str]:
        title = line(chart.title)
        more = [each for each in (reference_words(chart),) if each]
        source = words.source_line(chart.source, self.imprint, *more)
        if chart.frame.empty:
            yield ml.paragraph(words.nothing(chart, self.language), "LDBody", "<w:keepNext/>")
            yield _caption(f"{self.captions.figure()}　{title}")
            yield ml.paragraph(source, "LDSource")
            return
        if chart.kind == "calendar":
            grid = calendar_grid(chart, self.language)
            yield _caption(f"{self.captions.figure()}　{title}")
            yield ml.table(
                grid, WIDTH_MM * _MM_TO_POINTS, _CELL if len(grid.heads) <= 14 else 6.5, clean(chart.alt)
            )
            yield ml.keys(grid)
            yield ml.paragraph(source, "LDSource")
            return
        drawn = native(chart)
        if drawn is not None:
            parts = parted(drawn, _MOST_BARS)
            for number, part in enumerate(parts, 1):
                yield self._native(part, chart)
                place = f"（{number}/{len(parts)}）" if len(parts) > 1 else ""
                name = self.captions.figure() if number == 1 else f"{self.say('续图')}{self.captions.figures}"
                yield _caption(f"{name}　{title}{place}", '<w:spacing w:before="40"/>')
                yield ml.paragraph(source, "LDSource")
        if chart.kind == "icicle":
            yield from self._table(icicle_grid(chart, self.language), title, source)

    def _native(self, part: NativeChart, chart: Chart) -> str:
        self.drawings += 1
        number = self.drawings
        package = self.document.part.package
        data = Part(
            PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx"),
            CT.SML_SHEET,
            workbook(part, self.imprint.made_at),
            package,
        )
        xml = chart_xml(part, BODY_FACE, LATIN_FACE, 9)
        made = Part(PackURI(f"/word/charts/chart{number}.xml"), CT.DML_CHART, xml, package)
        made.relate_to(data, RT.PACKAGE)
        relation = self.document.part.relate_to(made, RT.CHART)
        return ml.chart(relation, number, WIDTH_MM, _height(part), line(chart.title), chart.alt)

    def _map(self, block: Map) -> Iterator[str]:
        self.drawings += 1
        sheet = drawing(block, self.language, PRINTED_WIDTH, PRINTED_HEIGHT)
        relation, _ = self.document.part.get_or_add_image(io.BytesIO(png(sheet)))
        height = WIDTH_MM * sheet.height / sheet.width
        title = line(block.title)
        yield ml.picture(relation, self.drawings, WIDTH_MM, min(height, HEIGHT_MM - 30), title, block.alt)
        yield _caption(f"{self.captions.figure()}　{title}")
        said = words.map_words(block, self.imprint)
        yield ml.paragraph(words.source_line(block.source, self.imprint, *said), "LDSource")


def _headed(heading: tuple[int, str]) -> str:
    depth, text = heading
    return ml.paragraph(text, f"Heading{depth}")


def _caption(text: str, more: str = "") -> str:
    return ml.paragraph(layout.evenly(text, layout.CAPTION), "Caption", more)


def _reference(element: object) -> str:
    """A section's reference to a header or footer, without the namespaces of its document."""
    tag = element.tag.rpartition("}")[2]  # type: ignore[attr-defined]
    kind, relation = element.get(qn("w:type")), element.get(qn("r:id"))  # type: ignore[attr-defined]
    return f'<w:{tag} w:type="{kind}" r:id="{relation}"/>'


def _height(chart: NativeChart) -> float:
    """Millimetres: lying bars need a row each, others a fixed share of the page."""
    legend = 9 if chart.has_legend else 2
    if not chart.lying:
        return 72 + legend
    rows = len(chart.categories) * (1 if chart.stacked else max(1.0, 0.62 * len(chart.series)))
    return min(LOW_MM + 40, max(38, rows * 6.2 + 8 + legend))
