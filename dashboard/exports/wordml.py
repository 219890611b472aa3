"""Pieces of a Word document as XML text: paragraphs, tables, charts and pictures.

Written as text because python-docx looks up every cell of a table anew, which takes seconds for a long one.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from docx.oxml.ns import nsdecls, nsmap

from dashboard.exports import layout
from dashboard.exports.grid import Cell, Grid, Side, heading, sides
from dashboard.exports.text import clean, line
from dashboard.report import Kpi
from dashboard.theme import LIGHT, MISSING

NAMESPACES = nsdecls("w", "r", "wp", "a", "pic", "c")
PER_POINT = 20  # twips
PER_MM = 36_000  # EMU
_RULE = "7F7F7F"
_ACROSS = 4  # headline figures in a row


def paragraph(text: str, style: str, more: str = "", bold: bool = False, colour: str = "") -> str:
    """One paragraph; breaks within the text become breaks within the paragraph. `more`: further w:pPr content."""
    properties = f"<w:rPr>{'<w:b/>' if bold else ''}{_colour(colour)}</w:rPr>" if bold or colour else ""
    runs = f"<w:r>{properties}{_text(text)}</w:r>" if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{runs}</w:p>'


def _colour(colour: str) -> str:
    return f'<w:color w:val="{colour[1:]}"/>' if colour else ""


def _text(text: str) -> str:
    parts = [
        f'<w:t xml:space="preserve">{escape(part)}</w:t>'
        for part in clean(text).replace("\t", " ").split("\n")
    ]
    return "<w:br/>".join(parts)


def table(grid: Grid, room: float, size: float, alt: str) -> str:
    """A native table over `room` points, its heading repeated on every page."""
    columns = layout.widths(grid, room / size)
    twips = [round(each * size * PER_POINT) for each in columns]
    head = "".join(
        _cell(heading(each), width, "LDHead", "center", LIGHT.panel)
        for each, width in zip(grid.heads, twips, strict=True)
    )
    placed = sides(grid)
    rows = "".join(_row(row, twips, placed) for row in grid.rows)
    lanes = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    said = line(alt)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>'
        f"{_border('top', 12)}{_border('bottom', 12)}{_border('insideH', 4)}{_border('insideV', 4)}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        f'</w:tblCellMar><w:tblLook w:val="0020"/><w:tblCaption w:val={quoteattr(said)}/>'
        f"<w:tblDescription w:val={quoteattr(said)}/></w:tblPr>"
        f"<w:tblGrid>{lanes}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{rows}</w:tbl>"
    )


def _border(side: str, eighths: int) -> str:
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="{_RULE if eighths > 4 else "BFBFBF"}"/>'


def _row(row: Sequence[Cell], twips: Sequence[int], placed: Sequence[Side]) -> str:
    cells = "".join(
        _cell(
            "　" * found.indent + found.text,
            width,
            "LDCell",
            side,
            found.fill,
            found.ink,
        )
        for found, width, side in zip(row, twips, placed, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _cell(text: str, width: int, style: str, side: str, fill: str = "", ink: str = "") -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill[1:]}"/>' if fill else ""
    placed = f'<w:jc w:val="{side}"/>' if side != "left" else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f"{paragraph(text, style, placed, colour=ink)}</w:tc>"
    )


def cards(items: Sequence[Kpi], room: float, alt: str) -> str:
    """Headline figures side by side, each with its comparisons, over `room` points."""
    across = min(len(items), _ACROSS)
    width = round(room / across * PER_POINT)
    rows = [items[start : start + across] for start in range(0, len(items), across)]
    lines = "".join(
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(_card(item, width) for item in row)}"
        f"{_empty(width) * (across - len(row))}</w:tr>"
        for row in rows
    )
    said = quoteattr(line(alt))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{width * across}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>'
        f"{_border('insideH', 4)}{_border('insideV', 4)}{_border('bottom', 4)}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="90" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        f'</w:tblCellMar><w:tblLook w:val="0000"/><w:tblCaption w:val={said}/></w:tblPr><w:tblGrid>'
        f'{f"""<w:gridCol w:w="{width}"/>""" * across}</w:tblGrid>{lines}</w:tbl>{paragraph("", "LDGap")}'
    )


def _card(item: Kpi, width: int) -> str:
    edge = f'<w:tcBorders><w:top w:val="single" w:sz="12" w:space="0" w:color="{LIGHT.accent[1:]}"/></w:tcBorders>'
    unit = f" {line(item.unit)}" if item.unit and item.value != MISSING else ""
    figure = (
        f'<w:p><w:pPr><w:pStyle w:val="LDNumber"/></w:pPr><w:r>{_text(line(item.value))}</w:r>'
        f'<w:r><w:rPr><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>{_text(unit)}</w:r></w:p>'
    )
    beside = "".join(
        paragraph(line(f"{delta.label} {delta.text}"), "LDCell", colour=LIGHT.muted) for delta in item.deltas
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{edge}</w:tcPr>'
        f"{paragraph(line(item.label), 'LDCell', colour=LIGHT.muted)}{figure}{beside}</w:tc>"
    )


def _empty(width: int) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p/></w:tc>'


def keys(grid: Grid) -> str:
    """What the colours of the tiles mean, in one line."""
    runs = "".join(
        f'<w:r><w:rPr><w:color w:val="{key.ink[1:]}"/><w:shd w:val="clear" w:color="auto" w:fill="{key.fill[1:]}"/>'
        f"</w:rPr>{_text(f' {key.label} ')}</w:r><w:r>{_text('　')}</w:r>"
        for key in grid.keys
    )
    return f'<w:p><w:pPr><w:pStyle w:val="LDSource"/><w:keepNext/></w:pPr>{runs}</w:p>'


def chart(relation: str, number: int, width_mm: float, height_mm: float, name: str, alt: str) -> str:
    graphic = f'<a:graphicData uri="{nsmap["c"]}"><c:chart r:id="{relation}"/></a:graphicData>'
    return _inline(graphic, number, width_mm, height_mm, name, alt)


def picture(relation: str, number: int, width_mm: float, height_mm: float, name: str, alt: str) -> str:
    size = f'<a:ext cx="{round(width_mm * PER_MM)}" cy="{round(height_mm * PER_MM)}"/>'
    graphic = (
        f'<a:graphicData uri="{nsmap["pic"]}"><pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name={quoteattr(line(name))}/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>{size}</a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData>"
    )
    return _inline(graphic, number, width_mm, height_mm, name, alt)


def _inline(graphic: str, number: int, width_mm: float, height_mm: float, name: str, alt: str) -> str:
    return (
        '<w:p><w:pPr><w:pStyle w:val="LDFigure"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{round(width_mm * PER_MM)}" cy="{round(height_mm * PER_MM)}"/>'
        f'<wp:docPr id="{number}" name={quoteattr(line(name))} descr={quoteattr(line(alt))}/><wp:cNvGraphicFramePr/>'
        f"<a:graphic>{graphic}</a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
