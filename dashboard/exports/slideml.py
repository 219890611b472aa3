"""Pieces of a slide as XML text: text boxes, cards, tables, charts, free shapes. Lengths are points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from pptx.oxml.ns import nsdecls

from dashboard.exports.grid import Grid, Side, heading, sides
from dashboard.exports.text import clean, line
from dashboard.theme import LIGHT

FACE = "Microsoft YaHei"
LINE = 1.22  # of a line's height to the size of its letters
_ALIGN: dict[Side, str] = {"left": "l", "center": "ctr", "right": "r"}
_EMU = 12_700
_GRAPHIC = "http" + "://schemas.openxmlformats.org/drawingml/2006/"  # a name, not an address
NAMESPACES = nsdecls("p", "a", "r", "c")


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Run:
    text: str
    size: float
    colour: str = LIGHT.text
    bold: bool = False


@dataclass(frozen=True)
class Para:
    runs: tuple[Run, ...]
    align: str = "l"  # l, ctr, r
    after: float = 0.0  # points below
    hanging: float = 0.0  # points that following lines stand in
    first: float = 0.0  # points that the first line stands in
    spacing: float = 1.0


def emu(points: float) -> int:
    return round(points * _EMU)


def frame(box: Box, tag: str = "a:xfrm") -> str:
    return (
        f'<{tag}><a:off x="{emu(box.x)}" y="{emu(box.y)}"/>'
        f'<a:ext cx="{emu(box.width)}" cy="{emu(box.height)}"/></{tag}>'
    )


def solid(colour: str, opacity: float = 1.0) -> str:
    alpha = f'<a:alpha val="{round(opacity * 100_000)}"/>' if opacity < 1 else ""
    return f'<a:solidFill><a:srgbClr val="{colour[1:]}">{alpha}</a:srgbClr></a:solidFill>'


def border(colour: str, points: float) -> str:
    if not colour or not points:
        return "<a:ln><a:noFill/></a:ln>"
    return f'<a:ln w="{emu(points)}">{solid(colour)}<a:round/></a:ln>'


def faces() -> str:
    return f'<a:latin typeface="{FACE}"/><a:ea typeface="{FACE}"/><a:cs typeface="{FACE}"/>'


def run(part: Run) -> str:
    pieces = clean(part.text).split("\n")
    properties = f'lang="zh-CN" altLang="en-US" sz="{round(part.size * 100)}" b="{int(part.bold)}" dirty="0"'
    looks = f"{solid(part.colour)}{faces()}"
    made = [f"<a:r><a:rPr {properties}>{looks}</a:rPr><a:t>{escape(piece)}</a:t></a:r>" for piece in pieces]
    return f"<a:br><a:rPr {properties}>{looks}</a:rPr></a:br>".join(made)


def para(each: Para) -> str:
    indent = (
        f' marL="{emu(each.hanging)}" indent="{emu(each.first - each.hanging)}"'
        if each.hanging or each.first
        else ""
    )
    # In points, not in the face's own measure: the machine that shows it may have another face.
    high = max([part.size for part in each.runs] or [12.0]) * LINE * each.spacing
    return (
        f'<a:p><a:pPr algn="{each.align}"{indent}><a:lnSpc><a:spcPts val="{round(high * 100)}"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="0"/></a:spcBef><a:spcAft><a:spcPts val="{round(each.after * 100)}"/></a:spcAft>'
        f"<a:buNone/></a:pPr>{''.join(run(part) for part in each.runs)}</a:p>"
    )


def text(
    number: int,
    name: str,
    box: Box,
    paras: Sequence[Para],
    anchor: str = "t",
    inset: float = 0.0,
    fill: str = "",
    edge: str = "",
    shape: str = "rect",
    wrap: bool = True,
) -> str:
    """A text box, or a shape that holds text."""
    pad = emu(inset)
    ground = solid(fill) if fill else "<a:noFill/>"
    is_box = ' txBox="1"' if not fill else ""
    body = "".join(para(each) for each in paras) or "<a:p/>"
    round_by = '<a:gd name="adj" fmla="val 5000"/>' if shape == "roundRect" else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(line(name))}/><p:cNvSpPr{is_box}/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr>{frame(box)}<a:prstGeom prst="{shape}"><a:avLst>{round_by}</a:avLst></a:prstGeom>{ground}'
        f'{border(edge, 0.75)}</p:spPr><p:txBody><a:bodyPr wrap="{"square" if wrap else "none"}" lIns="{pad}" '
        f'tIns="{pad}" rIns="{pad}" bIns="{pad}" anchor="{anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle/>{body}</p:txBody></p:sp>'
    )


def page_number(number: int, box: Box) -> str:
    properties = 'lang="zh-CN" sz="900" dirty="0"'
    looks = f"{solid(LIGHT.muted)}{faces()}"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Page"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr>{frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
        '<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:lstStyle/><a:p><a:pPr algn="r"/>'
        f'<a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum"><a:rPr {properties}>{looks}</a:rPr>'
        "<a:t>1</a:t></a:fld></a:p></p:txBody></p:sp>"
    )


def chart(number: int, name: str, alt: str, box: Box, relation: str) -> str:
    return _graphic(
        number,
        name,
        alt,
        box,
        f'<a:graphicData uri="{_GRAPHIC}chart"><c:chart r:id="{relation}"/></a:graphicData>',
    )


def _graphic(number: int, name: str, alt: str, box: Box, data: str) -> str:
    return (
        f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{number}" name={quoteattr(line(name))} '
        f'descr={quoteattr(line(alt))}/><p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr>'
        f"<p:nvPr/></p:nvGraphicFramePr>{frame(box, 'p:xfrm')}<a:graphic>{data}</a:graphic></p:graphicFrame>"
    )


def table(
    number: int,
    name: str,
    alt: str,
    box: Box,
    grid: Grid,
    columns: Sequence[float],
    heights: Sequence[float],
    size: float,
    placed: Sequence[Side] = (),
) -> str:
    """A native table. `columns` and `heights` (the heading's first) in points; `placed`: the columns' sides."""
    lanes = "".join(f'<a:gridCol w="{emu(width)}"/>' for width in columns)
    head = "".join(
        _cell(heading(each), size, "ctr", "#FFFFFF", LIGHT.accent, bold=True) for each in grid.heads
    )
    rows = [f'<a:tr h="{emu(heights[0])}">{head}</a:tr>']
    placed = placed or sides(grid)
    for place, (row, height) in enumerate(zip(grid.rows, heights[1:], strict=True)):
        cells = "".join(
            _cell(
                "　" * found.indent + found.text,
                size,
                _ALIGN[placed[n]],
                found.ink or LIGHT.text,
                found.fill or (LIGHT.panel if place % 2 and not grid.tiles else "#FFFFFF"),
                tight=grid.tiles,
            )
            for n, found in enumerate(row)
        )
        rows.append(f'<a:tr h="{emu(height)}">{cells}</a:tr>')
    data = (
        f'<a:graphicData uri="{_GRAPHIC}table"><a:tbl><a:tblPr firstRow="1"/><a:tblGrid>{lanes}</a:tblGrid>'
        f"{''.join(rows)}</a:tbl></a:graphicData>"
    )
    return _graphic(number, name, alt, box, data)


def _cell(
    said: str, size: float, align: str, ink: str, fill: str, bold: bool = False, tight: bool = False
) -> str:
    rim = f'w="{emu(0.5)}"'
    edges = "".join(
        f"<a:{side} {rim}>{solid(LIGHT.line)}</a:{side}>" for side in ("lnL", "lnR", "lnT", "lnB")
    )
    up = 0 if tight else 25_400
    content = para(Para((Run(said, size, ink, bold),), align))
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{content}</a:txBody>"
        f'<a:tcPr marL="50800" marR="50800" marT="{up}" marB="{up}" anchor="ctr">{edges}{solid(fill)}</a:tcPr></a:tc>'
    )


def free(
    number: int, name: str, rings: Sequence[Sequence[tuple[float, float]]], looks: str, closed: bool = True
) -> str:
    """A free shape of straight lines through points of the slide."""
    xs = [x for ring in rings for x, _ in ring]
    ys = [y for ring in rings for _, y in ring]
    left, top = min(xs), min(ys)
    box = Box(left, top, max(max(xs) - left, 0.01), max(max(ys) - top, 0.01))
    path = "".join(_ring(ring, left, top, closed) for ring in rings)
    return _shaped(number, name, box, path, looks, closed)


def _ring(ring: Sequence[tuple[float, float]], left: float, top: float, closed: bool) -> str:
    points = [f'<a:pt x="{emu(x - left)}" y="{emu(y - top)}"/>' for x, y in ring]
    rest = "".join(f"<a:lnTo>{point}</a:lnTo>" for point in points[1:])
    return f"<a:moveTo>{points[0]}</a:moveTo>{rest}{'<a:close/>' if closed else ''}"


def dots(number: int, name: str, centres: Sequence[tuple[float, float]], radius: float, looks: str) -> str:
    """Many dots as one shape: hundreds of shapes would make a slide slow."""
    left, top = min(x for x, _ in centres) - radius, min(y for _, y in centres) - radius
    right, bottom = max(x for x, _ in centres) + radius, max(y for _, y in centres) + radius
    reach = emu(radius)
    path = "".join(
        f'<a:moveTo><a:pt x="{emu(x + radius - left)}" y="{emu(y - top)}"/></a:moveTo>'
        f'<a:arcTo wR="{reach}" hR="{reach}" stAng="0" swAng="21600000"/><a:close/>'
        for x, y in centres
    )
    return _shaped(number, name, Box(left, top, right - left, bottom - top), path, looks, True)


def _shaped(number: int, name: str, box: Box, path: str, looks: str, filled: bool) -> str:
    empty = "" if filled else ' fill="none"'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(line(name) or "Shape")}/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
        f"<p:spPr>{frame(box)}<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        '<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>'
        f'<a:path w="{emu(box.width)}" h="{emu(box.height)}"{empty}>{path}</a:path></a:pathLst></a:custGeom>{looks}</p:spPr></p:sp>'
    )


def group(number: int, name: str, alt: str, box: Box, shapes: str) -> str:
    """Shapes that are moved together; they keep their places on the slide."""
    place = (
        f'<a:off x="{emu(box.x)}" y="{emu(box.y)}"/><a:ext cx="{emu(box.width)}" cy="{emu(box.height)}"/>'
        f'<a:chOff x="{emu(box.x)}" y="{emu(box.y)}"/><a:chExt cx="{emu(box.width)}" cy="{emu(box.height)}"/>'
    )
    return (
        f'<p:grpSp><p:nvGrpSpPr><p:cNvPr id="{number}" name={quoteattr(line(name))} descr={quoteattr(line(alt))}/>'
        f"<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>{place}</a:xfrm></p:grpSpPr>{shapes}</p:grpSp>"
    )
