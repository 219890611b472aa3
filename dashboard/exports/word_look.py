"""How a Word document looks: page, grid, faces and styles of GB/T 9704-2012.

A4 with 37, 28, 26 and 35 mm of margin; the title in 小标宋 of size 2 (22 pt), the text in 仿宋 of size 3 (16 pt),
22 lines of 28 letters; headings in 黑体, then 楷体; the page number between dashes in size 4 (14 pt), outside.
"""

from __future__ import annotations

from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from dashboard.theme import LIGHT

# Each with the names under which the same hand is found on Windows, on a Mac, in WPS and on domestic systems.
TITLE_FACE, BODY_FACE, HEAD_FACE, SECOND_FACE = "方正小标宋简体", "仿宋", "黑体", "楷体"
LATIN_FACE = "Times New Roman"
_ALSO_CALLED = {
    TITLE_FACE: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,宋体,SimSun",
    BODY_FACE: "仿宋_GB2312,FangSong,FangSong_GB2312,方正仿宋_GBK,华文仿宋,STFangsong",
    HEAD_FACE: "SimHei,方正黑体_GBK,华文黑体,STHeiti",
    SECOND_FACE: "楷体_GB2312,KaiTi,KaiTi_GB2312,方正楷体_GBK,华文楷体,STKaiti",
}
PITCH = 579  # twips: 22 lines in the 225 mm between the margins
WIDTH_MM, HEIGHT_MM = 156.0, 225.0  # of the text
WIDE_MM, LOW_MM = 225.0, 156.0  # on a page that lies
MARGINS_MM = {"top": 37, "left": 28, "right": 26, "bottom": 35}
_TIGHTER = -5  # twentieths of a point: 28 letters of 16 pt in 156 mm


def blank() -> Word:
    """An empty document with the page, the faces and the styles."""
    document = Document()
    _page(document)
    _faces(document)
    _defaults(document)
    for style in _STYLES:
        _style(document, **style)
    _without_copy_of_styles(document)
    return document


def _without_copy_of_styles(document: Word) -> None:
    """The template brings a second set of styles, for a Word of 2010; it would contradict the first."""
    for key, relation in list(document.part.rels.items()):
        if relation.reltype.endswith("/stylesWithEffects"):
            del document.part.rels[key]


def _page(document: Word) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, width in MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(width))
    section.header_distance, section.footer_distance = Mm(24), Mm(17)
    document.settings.odd_and_even_pages_header_footer = True
    grid = parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{PITCH}"/>')
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(grid)


def _faces(document: Word) -> None:
    """The other names of each face stand in the font table, where Word and WPS look for a stand-in."""
    part = next(rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable"))
    fonts = parse_xml(part.blob)
    for font in list(fonts):
        fonts.remove(font)
    for face, others in _ALSO_CALLED.items():
        fonts.append(
            parse_xml(
                f'<w:font {nsdecls("w")} w:name="{face}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
                '<w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
            )
        )
    fonts.append(
        parse_xml(
            f'<w:font {nsdecls("w")} w:name="{LATIN_FACE}"><w:charset w:val="00"/><w:family w:val="roman"/>'
            '<w:pitch w:val="variable"/></w:font>'
        )
    )
    part._blob = serialize_part_xml(fonts)


def _defaults(document: Word) -> None:
    styles = document.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    new = parse_xml(
        f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>{_face(BODY_FACE)}"
        '<w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    styles.replace(defaults, new)


def _face(face: str) -> str:
    return (
        f'<w:rFonts w:ascii="{LATIN_FACE}" w:eastAsia="{face}" w:hAnsi="{LATIN_FACE}" w:cs="{LATIN_FACE}"/>'
    )


_EXACT = f'w:line="{PITCH}" w:lineRule="exact"'
_SINGLE = 'w:line="240" w:lineRule="auto"'
_TWO = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'  # a paragraph begins two letters in
# No gap between Chinese letters and figures: a line holds its 28 letters.
_TOGETHER = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
_OFF_GRID = '<w:snapToGrid w:val="0"/>'
_STYLES: tuple[dict[str, Any], ...] = (
    {"name": "Normal", "face": BODY_FACE, "size": 16, "spacing": _EXACT, "after": '<w:jc w:val="both"/>', "tight": True},
    {"name": "LDBody", "face": BODY_FACE, "size": 16, "spacing": _EXACT, "after": _TWO + '<w:jc w:val="both"/>', "tight": True},
    {"name": "Title", "face": TITLE_FACE, "size": 22, "spacing": 'w:before="0" w:after="120" w:line="640" w:lineRule="exact"', "after": '<w:jc w:val="center"/>'},
    {"name": "Subtitle", "face": SECOND_FACE, "size": 16, "spacing": f'w:before="0" w:after="{PITCH}" {_EXACT}', "after": '<w:jc w:val="center"/>'},
    {"name": "Heading 1", "face": HEAD_FACE, "size": 16, "spacing": f'w:before="0" w:after="0" {_EXACT}', "after": _TWO + '<w:outlineLvl w:val="0"/>', "keep": True},
    {"name": "Heading 2", "face": SECOND_FACE, "size": 16, "spacing": f'w:before="0" w:after="0" {_EXACT}', "after": _TWO + '<w:outlineLvl w:val="1"/>', "keep": True},
    {"name": "Heading 3", "face": BODY_FACE, "size": 16, "bold": True, "spacing": f'w:before="0" w:after="0" {_EXACT}', "after": _TWO + '<w:outlineLvl w:val="2"/>', "keep": True},
    {"name": "Heading 4", "face": BODY_FACE, "size": 16, "spacing": f'w:before="0" w:after="0" {_EXACT}', "after": _TWO + '<w:outlineLvl w:val="3"/>', "keep": True},
    {"name": "Caption", "face": HEAD_FACE, "size": 12, "spacing": f'w:before="120" w:after="60" {_SINGLE}', "after": '<w:jc w:val="center"/>', "keep": True, "off": True},
    {"name": "LDFigure", "face": BODY_FACE, "size": 12, "spacing": f'w:before="60" w:after="0" {_SINGLE}', "after": '<w:jc w:val="center"/>', "keep": True, "off": True},
    {"name": "LDSource", "face": BODY_FACE, "size": 9, "colour": LIGHT.muted, "spacing": f'w:before="40" w:after="160" {_SINGLE}', "after": "", "off": True},
    {"name": "LDHead", "face": HEAD_FACE, "size": 9, "spacing": f'w:before="30" w:after="30" {_SINGLE}', "after": "", "keep": True, "off": True},
    {"name": "LDCell", "face": BODY_FACE, "size": 9, "spacing": f'w:before="20" w:after="20" {_SINGLE}', "after": "", "off": True},
    {"name": "LDNumber", "face": HEAD_FACE, "size": 15, "spacing": f'w:before="0" w:after="0" {_SINGLE}', "after": "", "off": True},
    {"name": "LDGap", "face": BODY_FACE, "size": 5, "spacing": f'w:before="0" w:after="0" {_SINGLE}', "after": "", "off": True},
    {"name": "Header", "face": BODY_FACE, "size": 7.5, "colour": LIGHT.muted, "spacing": _SINGLE, "after": '<w:jc w:val="center"/>', "off": True},
    {"name": "LDStamp", "face": BODY_FACE, "size": 7.5, "colour": LIGHT.muted, "spacing": f'w:before="20" w:after="0" {_SINGLE}', "after": '<w:jc w:val="center"/>', "off": True},
    {"name": "Footer", "face": "宋体", "size": 14, "spacing": _SINGLE, "after": "", "off": True},
)  # fmt: skip


def _style(
    document: Word,
    name: str,
    face: str,
    size: float,
    spacing: str,
    after: str,
    bold: bool = False,
    colour: str = "",
    keep: bool = False,
    off: bool = False,
    tight: bool = False,
) -> None:
    """Sets a style anew: of what the template had only name and id remain."""
    known = {style.name for style in document.styles}
    style = (
        document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    )
    element = style.element
    for tag in ("w:pPr", "w:rPr"):
        for old in element.findall(qn(tag)):
            element.remove(old)
    kept = "<w:keepNext/><w:keepLines/>" if keep else ""
    element.append(
        parse_xml(
            f"<w:pPr {nsdecls('w')}>{kept}{_TOGETHER}{_OFF_GRID if off else ''}<w:spacing {spacing}/>{after}</w:pPr>"
        )
    )
    ink = f'<w:color w:val="{(colour or "#000000")[1:]}"/>'
    pull = f'<w:spacing w:val="{_TIGHTER}"/>' if tight else ""
    half_points = round(Pt(size).pt * 2)
    element.append(
        parse_xml(
            f'<w:rPr {nsdecls("w")}>{_face(face)}<w:b w:val="{int(bold)}"/><w:i w:val="0"/>{ink}{pull}'
            f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>'
        )
    )
