"""A Report as slides: one block or sensible group a slide, its message as the title, native editable charts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pptx.opc.constants import CONTENT_TYPE as CT
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.parts.chart import ChartPart
from pptx.parts.embeddedpackage import EmbeddedXlsxPart
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide

from dashboard.exports import layout, slide_look, slide_maps, slide_tables, words
from dashboard.exports import slideml as ml
from dashboard.exports.chartml import chart_xml, workbook
from dashboard.exports.grid import (
    Grid,
    calendar_grid,
    definition_grid,
    icicle_grid,
    sides,
    table_grid,
    task_grid,
    without_aside,
)
from dashboard.exports.native import NativeChart, native, parted, reference_words
from dashboard.exports.packaging import undated
from dashboard.exports.slide_cards import cards
from dashboard.exports.slide_texts import Text, all_of, height_of, largest
from dashboard.exports.slideml import Box, Para, Run
from dashboard.exports.text import line, shortened
from dashboard.maps.shapes import drawing
from dashboard.report import (
    Block,
    Chart,
    Columns,
    Crumbs,
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

_MOST_ROWS = 60  # of a table on slides
_MOST_BARS = 36
_READ = (20.0, 18.0, 16.0, 15.0)  # points of running text, as large as its slide has room for
_BESIDE = (17.0, 16.0, 15.0, 14.0, 13.0)  # beside a picture
_ABOVE = 14.0  # above a table


def write(report: Report, imprint: Imprint) -> bytes:
    """The presentation. Its parts are equal for equal reports and imprints."""
    deck = slide_look.blank()
    writer = _Writer(deck, imprint)
    writer.cover(report)
    writer.blocks(report.blocks)
    if known := words.definitions(report, imprint):
        writer.section = ""
        writer.table(writer.say("指标口径"), definition_grid(known, imprint.language), writer.release(), None)
    core = deck.core_properties
    core.created = core.modified = imprint.made_at.replace(tzinfo=None, microsecond=0)
    core.title, core.subject = words.title(report)[:255], line(report.subtitle)[:255]
    core.author = core.last_modified_by = line(imprint.authority)[:255]
    core.comments = words.foot(imprint)[:255]
    core.revision = 1
    buffer = io.BytesIO()
    deck.save(buffer)
    return undated(buffer.getvalue())


@dataclass
class _Writer(words.Spoken):
    deck: Deck
    imprint: Imprint
    section: str = ""
    heading: str = ""
    texts: list[Text] = field(default_factory=list)
    charts: int = 0

    def release(self) -> str:
        demo = self.say("演示数据") if self.imprint.is_demo else ""
        said = f"{self.say('数据版本')} {line(self.imprint.release)}"
        return "　".join(part for part in (said, demo) if part)

    # ------------------------------------------------------------ slides

    def cover(self, report: Report) -> None:
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        title, subtitle = slide.placeholders
        _put(title, words.title(report), 36 if layout.em(report.title) <= 22 else 28, LIGHT.text, bold=True)
        _put(subtitle, line(report.subtitle), 18, LIGHT.muted)
        height = slide_look.HEIGHT
        shapes = [ml.text(20, "band", Box(0, 0, 56, height), (), fill=LIGHT.accent)]
        if said := words.demo(self.imprint):
            label = Para((Run(said, 13, LIGHT.warning, True),), "ctr")
            width = layout.em(said) * 13 + 36
            shapes.append(
                ml.text(
                    21, "demo", Box(92, 92, width, 30), (label,), "ctr", 4, fill="#FBF1EC", edge="#E6AE9B"
                )
            )
        pairs = words.particulars(self.imprint)
        if self.imprint.link:
            pairs.append((self.say("网页地址"), line(self.imprint.link)))
        facts = [
            Para((Run(f"{label}　", 12, LIGHT.muted), Run(shortened(text, 120), 12)), after=4)
            for label, text in pairs
        ]
        shapes.append(ml.text(22, "particulars", Box(92, 330, slide_look.WIDTH - 160, 150), facts))
        _add(slide, "".join(shapes))

    def slide(self, title: str, source: str = "") -> Slide:
        """A slide with title, section, source and the line that says what the deck is."""
        slide: Slide = self.deck.slides.add_slide(self.deck.slide_layouts[1])
        said = line(title) or self.say("正文")
        letters = layout.em(said)
        size = 24 if letters <= 34 else 20 if letters <= 80 else 14
        _put(slide.placeholders[0], shortened(said, 400, self.language), size, LIGHT.text, bold=True)
        box = slide_look.TITLE
        shapes = [
            ml.text(20, "accent", Box(box.x, box.y + box.height + 4, 54, 3), (), fill=LIGHT.accent),
            ml.text(
                21, "rule", Box(box.x + 54, box.y + box.height + 5, box.width - 54, 0.75), (), fill=LIGHT.line
            ),
        ]
        if self.section and self.section != said:
            eyebrow = Para((Run(self.section, 11, LIGHT.accent, True),))
            shapes.append(ml.text(22, "section", Box(box.x, 16, box.width - 120, 16), (eyebrow,)))
        foot = slide_look.FOOT
        if source:
            lines = Para((Run(shortened(source, 300, self.language), 9, LIGHT.muted),))
            shapes.append(ml.text(23, "source", slide_look.SOURCE, (lines,), "b"))
        stamp = Para((Run(words.foot(self.imprint), 9, LIGHT.muted),))
        shapes.append(
            ml.text(24, "imprint", Box(foot.x, foot.y, foot.width - 60, foot.height), (stamp,), "ctr")
        )
        shapes.append(ml.page_number(25, Box(foot.x + foot.width - 60, foot.y, 60, foot.height)))
        _add(slide, "".join(shapes))
        return slide

    # ------------------------------------------------------------ blocks

    def blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if isinstance(block, Columns) and (pair := _beside(block)):
                self.told()
                self.beside(*pair)
            elif isinstance(block, Columns):
                for part in block.cells:
                    self.blocks(part)
            elif isinstance(block, Heading):
                self.told()
                self.section = line(block.text)
                if block.lead:
                    self.texts.append(Note(block.lead))
            elif isinstance(block, Note | Notes | Prose):
                self.texts.append(block)
            elif self.texts and (rows := self.rows(block)) is not None and self.leads(self.texts):
                texts, self.texts = self.texts, []
                self.table(*rows, lead=texts)
            elif isinstance(block, Chart | Map) and self.texts and _drawable(block):
                texts, self.texts = self.texts, []  # the sentences that lead up to a picture stand beside it
                self.beside(block, texts)
            elif not isinstance(block, Crumbs):
                self.told()
                self.block(block)
        self.told()

    def block(self, block: Block) -> None:
        match block:
            case KpiRow() | Kpi():
                row = block if isinstance(block, KpiRow) else KpiRow((block,))
                for part in range(0, len(row.items), 10):
                    slide = self.slide(self.say("主要指标"), self.release())
                    _add(slide, cards(row.items[part : part + 10], slide_look.BODY, 30))
            case Table() | Tasks():
                if rows := self.rows(block):
                    self.table(*rows)
                else:
                    source = block.source if isinstance(block, Table) else None
                    said = words.source_line(source, self.imprint) if source else self.release()
                    self.nothing(block.title, words.nothing(block, self.language), said)
            case Chart():
                self.chart(block)
            case Map():
                slide = self.slide(block.title, self.map_source(block))
                self.map(slide, block, slide_look.BODY)

    def rows(self, block: Block) -> tuple[str, Grid, str, str | None] | None:
        """Of what is shown as a table and is not empty: title, rows, source and what it says to those who cannot see."""
        match block:
            case Table() if not block.frame.empty:
                return block.title, table_grid(block), words.source_line(block.source, self.imprint), None
            case Tasks() if block.items:
                grid = without_aside(task_grid(block, self.language))
                return block.title, grid, self.release(), None
            case Chart() if block.kind == "calendar" and not block.frame.empty:
                source = words.source_line(block.source, self.imprint, reference_words(block))
                return block.title, calendar_grid(block, self.language), source, block.alt
        return None

    def leads(self, texts: Sequence[Text]) -> bool:
        """Whether the sentences leave most of a slide to the table below them."""
        return height_of(all_of(texts, True, _ABOVE), slide_look.BODY) < slide_look.BODY.height * 0.45

    def told(self) -> None:
        """The texts that have gathered, on as many slides as they need; a list keeps its title."""
        texts, self.texts = self.texts, []
        if not texts:
            return
        first = texts[0]
        title = (
            first.title if isinstance(first, Notes) and len(texts) == 1 else self.section or self.say("要点")
        )
        body = slide_look.BODY
        for part in largest(texts, body, _READ, titled=len(texts) > 1):
            _add(self.slide(title), ml.text(30, "text", body, part))

    def nothing(self, title: str, said: str, source: str) -> None:
        words_of = Para((Run(f"○ {said}", 16, LIGHT.muted),), "ctr")
        _add(self.slide(title, source), ml.text(30, "nothing", slide_look.BODY, (words_of,), "ctr"))

    def beside(self, visual: Chart | Map, texts: Sequence[Text]) -> None:
        """A picture with the sentences about it."""
        body = slide_look.BODY
        wide = Box(body.x, body.y, body.width * 0.62, body.height)
        narrow = Box(body.x + body.width * 0.65, body.y, body.width * 0.35, body.height)
        parts = largest(texts, narrow, _BESIDE, titled=True)
        drawn = native(visual) if isinstance(visual, Chart) else None
        if (
            not _drawable(visual)
            or len(parts) > 1
            or any(height_of(part, narrow) > body.height for part in parts)
        ):
            self.texts += texts
            self.told()
            self.block(visual)
            return
        if isinstance(visual, Map):
            slide = self.slide(visual.title, self.map_source(visual))
            self.map(slide, visual, wide)
        else:
            slide = self.slide(
                visual.title, words.source_line(visual.source, self.imprint, reference_words(visual))
            )
            if drawn is not None:
                self.native(slide, drawn, visual, wide)
        _add(slide, ml.text(900, "text", narrow, parts[0] if parts else ()))

    # ------------------------------------------------------------ charts and maps

    def chart(self, chart: Chart) -> None:
        source = words.source_line(chart.source, self.imprint, reference_words(chart))
        if chart.frame.empty:
            self.nothing(chart.title, words.nothing(chart, self.language), source)
            return
        if rows := self.rows(chart):
            self.table(*rows)
            return
        drawn = native(chart)
        if drawn is not None:
            parts = parted(drawn, _MOST_BARS)
            for number, part in enumerate(parts, 1):
                place = f"（{number}/{len(parts)}）" if len(parts) > 1 else ""
                self.native(self.slide(chart.title + place, source), part, chart, slide_look.BODY)
        if chart.kind == "icicle":
            self.table(chart.title, icicle_grid(chart, self.language), source, chart.alt)

    def native(self, slide: Slide, drawn: NativeChart, chart: Chart, box: Box) -> None:
        self.charts += 1
        rows = len(drawn.categories) * (1 if drawn.stacked or not drawn.lying else len(drawn.series))
        size = 11 if rows <= 22 else 9 if rows <= 30 else 8
        if drawn.lying and rows < 6:  # a few bars need not fill the slide
            box = replace(box, height=max(150.0, box.height * (rows + 2) / 8))
        package = slide.part.package
        xml = chart_xml(drawn, ml.FACE, ml.FACE, size)
        name = package.next_partname(ChartPart.partname_template)
        part = ChartPart.load(name, CT.DML_CHART, package, xml)
        data = EmbeddedXlsxPart.new(workbook(drawn, self.imprint.made_at), package)
        part.relate_to(data, RT.PACKAGE)
        relation = slide.part.relate_to(part, RT.CHART)
        _add(slide, ml.chart(40, line(chart.title), chart.alt, box, relation))

    def map_source(self, block: Map) -> str:
        return words.source_line(block.source, self.imprint, *words.map_words(block, self.imprint))

    def map(self, slide: Slide, block: Map, box: Box) -> None:
        sheet = drawing(block, self.language, box.width * 1.06, box.height * 1.06 - 90)
        shapes, _ = slide_maps.shapes(sheet, box, 101)
        _add(slide, ml.group(100, line(block.title), block.alt, box, shapes))

    # ------------------------------------------------------------ tables

    def table(self, title: str, grid: Grid, source: str, alt: str | None, lead: Sequence[Text] = ()) -> None:
        """As many slides as the rows need, the heading on each; a long list is cut, and says so."""
        body = slide_look.BODY
        rows = grid.rows[:_MOST_ROWS]
        source = "　".join(
            part for part in (source, words.cut(len(grid.rows), len(rows), self.language)) if part
        )
        shown = Grid(grid.heads, rows, grid.keys, grid.tiles)
        paras = all_of(lead, True, _ABOVE)
        above = height_of(paras, body) + 8 if paras else 0.0
        made = slide_tables.laid_out(shown, body.width, body.height - (24 if grid.keys else 0), above)
        points = [each * made.size for each in made.columns]
        placed = sides(shown)
        for number, (part, heights) in enumerate(made.parts, 1):
            place = f"（{number}/{len(made.parts)}）" if len(made.parts) > 1 else ""
            slide = self.slide(f"{line(title)}{place}", source)
            top = body.y + (above if number == 1 else 0.0)
            if paras and number == 1:
                _add(slide, ml.text(30, "text", Box(body.x, body.y, body.width, above), paras))
            box = Box(body.x, top, sum(points), made.head + sum(heights))
            drawn = ml.table(
                40, line(title), alt or title, box, part, points, [made.head, *heights], made.size, placed
            )
            _add(slide, drawn + _keys(grid, Box(body.x, body.y + body.height - 18, body.width, 18)))


def _put(placeholder: object, said: str, size: float, colour: str, bold: bool = False) -> None:
    """A title stays a title (for outlines and screen readers); only its letters are ours."""
    body = placeholder._element.txBody  # type: ignore[attr-defined]
    for old in list(body)[2:]:
        body.remove(old)
    xml = ml.para(Para((Run(said, size, colour, bold),))).replace("<a:p>", f"<a:p {_A}>", 1)
    body.append(parse_xml(xml))
    body.bodyPr.set("anchor", "b")
    for side in ("lIns", "rIns", "tIns", "bIns"):
        body.bodyPr.set(side, "0")


_A = ml.NAMESPACES


def _add(slide: Slide, shapes: str) -> None:
    holder = parse_xml(f"<p:spTree {ml.NAMESPACES}>{shapes}</p:spTree>")
    for shape in list(holder):
        slide.shapes._spTree.append(shape)


def _keys(grid: Grid, box: Box) -> str:
    """What the colours of the tiles mean, as chips in a row."""
    shapes, x = [], box.x
    for number, key in enumerate(grid.keys):
        width = layout.em(key.label) * 9 + 16
        label = Para((Run(key.label, 9, key.ink),), "ctr")
        shapes.append(
            ml.text(60 + number, key.label, Box(x, box.y, width, 16), (label,), "ctr", fill=key.fill)
        )
        x += width + 8
    return "".join(shapes)


def _beside(columns: Columns) -> tuple[Chart | Map, list[Text]] | None:
    """One chart or map with nothing but texts in the other columns."""
    visuals = [block for cell in columns.cells for block in cell if isinstance(block, Chart | Map)]
    others = [block for cell in columns.cells for block in cell if not isinstance(block, Chart | Map)]
    texts = [block for block in others if isinstance(block, Note | Notes | Prose)]
    if len(visuals) != 1 or len(texts) < len(others) or not texts:
        return None
    return visuals[0], list(texts)


def _drawable(block: Chart | Map) -> bool:
    """Whether it is one picture, which leaves room beside it."""
    if isinstance(block, Map):
        return True
    drawn = native(block)
    return drawn is not None and block.kind != "icicle" and len(drawn.categories) <= _MOST_BARS
