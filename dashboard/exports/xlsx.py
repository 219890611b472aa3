"""A Report as a workbook: a cover, a sheet for each block with its native chart, and the definitions.

Every text goes through write_string: nothing that stands in the data can become a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from dashboard.exports import words
from dashboard.exports.grid import (
    MARKS,
    Grid,
    calendar_grid,
    data_grid,
    definition_grid,
    icicle_grid,
    kpi_grid,
    table_grid,
    task_grid,
)
from dashboard.exports.native import native
from dashboard.exports.numbering import Captions
from dashboard.exports.sheet_charts import CHART_COLUMNS, put_first_level, put_native, wide_grid
from dashboard.exports.sheets import COLUMN, HEAD, ROW, Book, put_grid, put_head, put_rows, put_text
from dashboard.exports.text import clean, line, sheet_names, shortened
from dashboard.lettering import measure
from dashboard.locale import translator
from dashboard.maps.raster import png
from dashboard.maps.shapes import drawing
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

_TEXT_WIDTH = 76  # characters of a line of running text: fits a page whatever the face
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_TITLE_COLUMNS = 8  # that the title and the source above a narrow chart run over
MAP_WIDTH = 800  # pixels
_TEXT = Heading | Note | Notes | Prose


def write(report: Report, imprint: Imprint) -> bytes:
    """The workbook. Equal for equal reports and imprints, byte for byte."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    made = imprint.made_at.replace(tzinfo=None, microsecond=0)
    book.set_properties(
        {
            "title": words.title(report),
            "subject": line(report.subtitle),
            "author": line(imprint.authority),
            "comments": words.foot(imprint),
            "created": made,
        }
    )
    sheets = _sheets(report, imprint)
    names = sheet_names([translator(imprint.language)("封面"), *(name for name, _ in sheets)])
    writer = Book(book, imprint, line(report.subtitle))
    _cover(writer, report, names, [titled(block) for _, block in sheets])
    for name, (_, block) in zip(names[1:], sheets, strict=True):
        _sheet(writer, book.add_worksheet(name), block)
    book.close()
    return buffer.getvalue()


def block_bytes(block: Chart | Map | Table, language: str = "zh", is_demo: bool = False) -> bytes:
    """One block as a workbook of one sheet, as it stands in the workbook of its page."""
    source = block.source
    imprint = Imprint(source.datasets, source.period, source.release, words.UNDATED, is_demo, language)
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    book.set_properties({"title": line(block.title), "created": words.UNDATED})
    (name,) = sheet_names([line(block.title)])
    _sheet(Book(book, imprint, source.period), book.add_worksheet(name), block)
    book.close()
    return buffer.getvalue()


_Content = Block | tuple[Any, ...] | Grid


def _sheets(report: Report, imprint: Imprint) -> list[tuple[str, _Content]]:
    """Name and content of each sheet: texts that follow one another share one."""
    say = translator(imprint.language)
    numbered = Captions(imprint.language)
    found: list[tuple[str, _Content]] = []
    texts: list[_TEXT] = []

    def told() -> None:
        if any(not isinstance(block, Heading) or block.lead for block in texts):
            found.append((_title_of(texts[0]) or say("要点"), tuple(texts)))
            texts.clear()

    for block in words.flat(report.blocks):
        if isinstance(block, Heading | Note | Notes | Prose):
            texts.append(block)
            continue
        told()
        texts.clear()
        if isinstance(block, Chart | Map):
            name = numbered.figure()
        elif isinstance(block, Table | Tasks):
            name = numbered.table()
        else:
            name = say("主要指标")
        found.append((name, block))
    told()
    if known := words.definitions(report, imprint):
        found.append((say("指标口径"), definition_grid(known, imprint.language)))
    return found


def _title_of(block: _TEXT) -> str:
    return (
        line(block.text)
        if isinstance(block, Heading)
        else line(block.title)
        if isinstance(block, Notes)
        else ""
    )


def titled(block: _Content) -> str:
    """What the content is called; "" for cards and texts."""
    return line(getattr(block, "title", "")) if isinstance(block, Chart | Map | Table | Tasks) else ""


def _cover(writer: Book, report: Report, names: Sequence[str], titles: Sequence[str]) -> None:
    imprint = writer.imprint
    sheet = writer.book.add_worksheet(names[0])
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, 24)
    sheet.set_column(2, 2, 84)
    row = 1
    sheet.set_row(row, 40)
    put_text(
        sheet, row, 1, words.title(report), writer.style(font_size=22, bold=True, font_color=LIGHT.accent)
    )
    put_text(sheet, row + 1, 1, line(report.subtitle), writer.style(font_size=12, font_color=LIGHT.muted))
    row += 3
    if said := words.demo(imprint):
        style = writer.style(
            bold=True, font_color=LIGHT.warning, bg_color="#FBF1EC", border=1, border_color="#E6AE9B"
        )
        sheet.merge_range(row, 1, row, 2, "", style)
        put_text(sheet, row, 1, said, style)
        row += 2
    label, value = writer.style(font_color=LIGHT.muted), writer.style()
    for name, text in words.particulars(imprint):
        put_text(sheet, row, 1, name, label)
        put_text(sheet, row, 2, text, value)
        row += 1
    if imprint.link:
        put_text(sheet, row, 1, writer.say("网页地址"), label)
        put_text(sheet, row, 2, line(imprint.link), value)
        row += 1
    row += 1
    head = writer.style(bold=True, bottom=2, bottom_color=LIGHT.accent)
    put_text(sheet, row, 1, writer.say("工作表"), head)
    put_text(sheet, row, 2, writer.say("内容"), head)
    link = writer.style(font_color=LIGHT.series[1], underline=1, bottom=1, bottom_color=LIGHT.line)
    said_of = writer.style(bottom=1, bottom_color=LIGHT.line, text_wrap=True)
    for name, title in zip(names[1:], titles, strict=True):
        row += 1
        quoted = name.replace("'", "''")
        sheet.write_url(row, 1, f"internal:'{quoted}'!A1", link, line(name))
        put_text(sheet, row, 2, title or name, said_of)
    _paper(sheet, writer, landscape=False)


def _sheet(writer: Book, sheet: Any, block: _Content) -> None:
    language = writer.imprint.language
    sheet.hide_gridlines(2)
    match block:
        case tuple():
            _texts(writer, sheet, block)
        case Grid():
            put_head(writer, sheet, writer.say("指标口径"), "")
            put_grid(writer, sheet, block, HEAD, frozen=True)
        case KpiRow() | Kpi():
            row = block if isinstance(block, KpiRow) else KpiRow((block,))
            put_head(
                writer, sheet, writer.say("主要指标"), f"{writer.say('数据版本')} {writer.imprint.release}"
            )
            put_grid(writer, sheet, kpi_grid(row, language), HEAD, frozen=True)
        case Tasks():
            put_head(writer, sheet, block.title, f"{writer.say('数据版本')} {writer.imprint.release}")
            if block.items:
                put_grid(writer, sheet, task_grid(block, language), HEAD, frozen=True)
            else:
                put_text(sheet, HEAD, 0, words.nothing(block, language), writer.style(italic=True))
        case Table():
            put_head(writer, sheet, block.title, words.source_line(block.source, writer.imprint))
            if block.frame.empty:
                put_text(sheet, HEAD, 0, words.nothing(block, language), writer.style(italic=True))
            else:
                put_grid(writer, sheet, table_grid(block, printed=False), HEAD, frozen=True, filtered=True)
        case Chart():
            _chart(writer, sheet, block)
        case Map():
            _map(writer, sheet, block)
    _paper(sheet, writer, not isinstance(block, tuple), whole=isinstance(block, Chart | Map))


def _chart(writer: Book, sheet: Any, chart: Chart) -> None:
    imprint, language = writer.imprint, writer.imprint.language
    put_head(writer, sheet, chart.title, words.source_line(chart.source, imprint))
    if chart.frame.empty:
        put_text(sheet, HEAD, 0, words.nothing(chart, language), writer.style(italic=True))
        return
    drawn = native(chart)
    if chart.kind == "calendar":
        grid = calendar_grid(chart, language)
    elif chart.kind == "icicle":
        grid = icicle_grid(chart, language)
    elif drawn is not None:
        grid = wide_grid(drawn)
    detail = data_grid(chart)
    is_below = chart.kind != "icicle" and chart.kind != "calendar" and chart.series is not None
    below, beside = put_grid(writer, sheet, grid, HEAD, frozen=True, also=detail if is_below else None)
    right = beside - 1
    if drawn is not None:
        at, column = (sheet.get_name(), HEAD, 0), beside + 1
        if chart.kind == "icicle":
            at, column = put_first_level(writer, sheet, drawn, beside + 1), beside + 4
        high = put_native(writer, sheet, chart, drawn, at, column)
        below, right = max(below, HEAD + high), column + CHART_COLUMNS
    # The rows behind it are for computing: they are not printed.
    sheet.print_area(0, 0, below - 1, max(right, _TITLE_COLUMNS))
    if chart.kind == "calendar":
        beside = max(beside, _TITLE_COLUMNS) + 1
        put_text(sheet, HEAD - 1, beside, writer.say("明细"), writer.style(bold=True))
        put_rows(writer, sheet, detail, HEAD, beside)
    elif is_below:
        put_text(sheet, below + 1, 0, writer.say("明细"), writer.style(bold=True))
        put_rows(writer, sheet, detail, below + 2)


def _map(writer: Book, sheet: Any, block: Map) -> None:
    """The picture first, what it shows beside it; only the picture is printed."""
    language = writer.imprint.language
    source = words.source_line(block.source, writer.imprint, *words.map_words(block, writer.imprint))
    put_head(writer, sheet, block.title, source)
    sheet_of = drawing(block, language, MAP_WIDTH, MAP_WIDTH * 0.62)
    options = {
        "image_data": io.BytesIO(png(sheet_of, 2 * MAP_WIDTH)),
        "description": clean(block.alt),
        # Twice as many pixels as it takes on the sheet, whose own are 96 an inch.
        "x_scale": 0.5 * 220 / 96,
        "y_scale": 0.5 * 220 / 96,
        "object_position": 3,
    }
    sheet.insert_image(HEAD, 0, "map.png", options)
    columns = -(-MAP_WIDTH // COLUMN)
    sheet.print_area(0, 0, HEAD + round(sheet_of.height) // ROW + 1, columns - 1)
    grid = data_grid(block)
    put_rows(writer, sheet, grid, HEAD, columns + 1)


def _texts(writer: Book, sheet: Any, blocks: Sequence[_TEXT]) -> None:
    put_head(
        writer,
        sheet,
        _title_of(blocks[0]) or writer.say("要点"),
        f"{writer.say('数据版本')} {writer.imprint.release}",
    )
    sheet.set_column(0, 0, _TEXT_WIDTH)
    row = HEAD
    plain = {"text_wrap": True, "valign": "top", "font_size": 11}
    tones = {"warning": LIGHT.warning, "attention": LIGHT.attention, "good": LIGHT.good, "empty": LIGHT.muted}

    def put(text: str, **style: object) -> None:
        nonlocal row
        said = clean(text)
        sheet.set_row(
            row,
            max(20, 18 * sum(1 + int(measure(part, 2)) // (_TEXT_WIDTH - 4) for part in said.split("\n"))),
        )
        put_text(sheet, row, 0, said, writer.style(**{**plain, **style}))
        row += 1

    if isinstance(blocks[0], Heading) and not blocks[0].lead:
        blocks = blocks[1:]  # it is the sheet's title
    for block in blocks:
        match block:
            case Heading():
                put(block.text, bold=True, font_size=13)
                if block.lead:
                    put(block.lead, font_color=LIGHT.muted)
            case Prose():
                put(f"　　{block.text}")
            case Note():
                put(f"{MARKS[block.tone]} {block.text}", font_color=tones.get(block.tone, LIGHT.text))
            case Notes():
                put(block.title, bold=True)
                for item in block.items:
                    put(
                        f"{MARKS[item.tone]} {item.text}",
                        indent=1,
                        font_color=tones.get(item.tone, LIGHT.text),
                    )
                if not block.items:
                    put(block.empty, indent=1, font_color=LIGHT.muted)


def _paper(sheet: Any, writer: Book, landscape: bool, whole: bool = False) -> None:
    sheet.set_paper(9)  # A4
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 1 if whole else 0)
    # "&" introduces a code in a footer, and 255 characters are all it holds.
    said = [
        shortened(each, 110).replace("&", "&&")
        for each in (words.head(writer.imprint), words.stamp(writer.imprint))
    ]
    sheet.set_footer(f"&L&8{said[0]}\n{said[1]}&R&8&P / &N")
