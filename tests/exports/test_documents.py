"""A Report in every document format: opened again by its own library, read, compared, and fed what is awkward."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pypdf import PdfReader

from dashboard.exports import DOCUMENTS, FORMATS, PICTURES, fonts
from dashboard.exports.markup import markup
from dashboard.exports.text import file_name
from dashboard.report import Prose
from tests.exports.packages import parts, pretty
from tests.exports.reports import AWKWARD, IMPRINT, LONG, a_map, awkward, chart, report, table, whole

OFFICE = ("pptx", "docx", "xlsx")
GOLDEN = Path(__file__).parent / "golden"
_MADE_ANEW = {
    "docx": (
        "word/document.xml",
        "word/charts/chart1.xml",
        "word/charts/chart2.xml",
        "word/header1.xml",
        "word/footer1.xml",
    ),
    "xlsx": (
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet4.xml",
        "xl/charts/chart2.xml",
        "docProps/core.xml",
    ),
    "pptx": (
        "ppt/slides/slide1.xml",
        "ppt/slides/slide3.xml",
        "ppt/slides/slide17.xml",
        "ppt/charts/chart2.xml",
    ),
    # What stands in no package: the source that the PDF is set from, and single blocks.
    "html": ("report.html",),
    "pdf": ("report.typ",),
    "svg": ("bars.svg", "map.svg"),
    "csv": ("bars.csv", "table.csv", "map.csv"),
}


@pytest.fixture(scope="module")
def written() -> dict[str, bytes]:
    return {key: form.write(whole(), IMPRINT) for key, form in DOCUMENTS.items()}


@pytest.mark.parametrize("key", DOCUMENTS)
def test_two_exports_are_equal_part_by_part(key: str, written: dict[str, bytes]) -> None:
    again = DOCUMENTS[key].write(whole(), IMPRINT)
    if key in OFFICE:
        assert parts(again) == parts(written[key])
    assert again == written[key]


@pytest.mark.parametrize("key", [*PICTURES, *FORMATS])
def test_two_exports_of_a_block_are_equal(key: str) -> None:
    for block in (chart(), a_map()):
        if key in PICTURES:
            assert PICTURES[key].write(block) == PICTURES[key].write(block)
        else:
            assert FORMATS[key].write(block) == FORMATS[key].write(block)


def _golden_parts(key: str, written: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Name -> text of a format's parts, without what differs from machine to machine."""
    if key in OFFICE:
        return {name: pretty(part) for name, part in parts(written[key]).items() if name in _MADE_ANEW[key]}
    if key == "svg":
        return {
            "bars.svg": pretty(PICTURES["svg"].write(chart())),
            "map.svg": pretty(PICTURES["svg"].write(a_map())),
        }
    if key == "csv":
        blocks = {"bars.csv": chart(), "table.csv": table(), "map.csv": a_map()}
        return {
            name: FORMATS["csv"].write(block).decode("utf-8-sig").replace("\r", "")
            for name, block in blocks.items()
        }
    if key == "pdf":
        monkeypatch.setattr(fonts, "_families", frozenset)  # a machine with the packaged face alone
        return {"report.typ": _DRAWN.sub('"<svg/>"', markup(whole(), IMPRINT))}
    page = re.sub(r"base64,[A-Za-z0-9+/=]+", "base64,…", written[key].decode("utf-8"))
    return {"report.html": pretty(re.sub(r"<svg.*?</svg>", "<svg/>", page, flags=re.DOTALL).encode())}


_DRAWN = re.compile(r'"<svg(?:[^"\\]|\\.)*"')


@pytest.mark.parametrize("key", _MADE_ANEW)
def test_parts_are_as_they_were(
    key: str, written: dict[str, bytes], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of a document is read in the diff; `pytest --update-golden` accepts it."""
    found = _golden_parts(key, written, monkeypatch)
    assert sorted(found) == sorted(_MADE_ANEW[key])
    for name, text in found.items():
        file = GOLDEN / key / name.rpartition("/")[2]
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8"), f"{key}: {name}"


@pytest.mark.parametrize("key", OFFICE)
def test_every_document_says_where_it_is_from(key: str, written: dict[str, bytes]) -> None:
    text = all_text(written[key])
    for said in (
        "202112-abcdef",
        "演示数据",
        "2022-01-05 09:30",
        "清河县",
        "2021年第四季度",
        "不足 5 人的数不显示",
    ):
        assert said in text, said
    assert "桂S(2021)00-001号" in text
    assert "社区范围为示意，不作为划界依据" in text


@pytest.mark.parametrize("key", OFFICE)
def test_nothing_becomes_a_formula_or_is_lost(key: str) -> None:
    document = DOCUMENTS[key].write(awkward(), replace(IMPRINT, authority="=单位\x00", link="=x"))
    for name, part in parts(document).items():
        if "worksheets" in name:
            assert b"<f>" not in part, name
        assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", part) or not name.endswith(
            (".xml", ".rels")
        ), name
    text = all_text(document)
    for kept in ("生僻字堽𠮷", "表情🎉👨‍👩‍👧", "=HYPERLINK(", "半个\ufffd字", "控制符", "<b>&amp;\"'"):
        assert kept in text, kept
    assert "\u202e" not in text
    assert LONG in text or "内容过长，共 40,000 字" in text


def all_text(document: bytes) -> str:
    """Every text of every part, as a reader would find it."""
    import html

    return "\n".join(
        html.unescape(re.sub(r"<[^>]*>", "", part.decode("utf-8")).replace("_x005F_", "_"))
        for name, part in parts(document).items()
        if name.endswith(".xml")
    ).replace("&#10;", "\n") + html.unescape(
        "\n".join(part.decode("utf-8") for name, part in parts(document).items() if name.endswith(".xml"))
    )


def test_a_document_opens_in_word_with_its_parts() -> None:
    document = docx.Document(io.BytesIO(DOCUMENTS["docx"].write(whole(), IMPRINT)))
    section = document.sections[0]
    assert section.page_width is not None
    assert [
        round(side.mm)
        for side in (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    ] == [37, 28, 26, 35]  # type: ignore[union-attr]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "一、总体情况" in texts
    assert "（一）需要关注" in texts, "a list stands below the heading that it belongs to"
    assert "（三）图" in texts
    assert "2021年第四季度，清河县共开展活动2,382场。" in texts
    assert "清河县" in texts
    assert "2022年1月5日" in texts
    for footer in (section.footer, section.even_page_footer):
        told = ["".join(each._p.xpath(".//w:t/text()")) for each in footer.paragraphs]
        stamp = "数据版本：202112-abcdef　制作时间：2022-01-05 09:30　报告编号：202112-Q4-01"
        assert told == ["— 1 —", stamp], "on every page"
    charts = [rel for rel in document.part.rels.values() if rel.reltype.endswith("/chart")]
    assert len(charts) == 8
    repeated = [each for each in document.tables if each.rows[0]._tr.xpath("./w:trPr/w:tblHeader")]
    assert len(repeated) == len(document.tables) - 1
    cards = document.tables[0]  # which have no heading
    assert [cell.text.split("\n")[:2] for cell in cards.rows[0].cells] == [
        ["活动场次", "2,382 场"],
        ["办结率", "96.2%"],
        ["党员", "—"],
    ]
    data = next(each for each in document.tables if each.cell(0, 0).text == "活动名称")
    assert [cell.text for cell in data.rows[1].cells] == ["活动0", "2021-10-01", "1,234", "12.5%"]
    assert "出处" not in [cell.text for cell in data.rows[0].cells]


def test_a_title_and_the_text_have_the_official_faces() -> None:
    styles = docx.Document(io.BytesIO(DOCUMENTS["docx"].write(whole(), IMPRINT))).styles

    def face(name: str) -> tuple[str, float]:
        style = styles[name]
        return style.element.xpath("./w:rPr/w:rFonts/@w:eastAsia")[0], style.font.size.pt  # type: ignore[attr-defined]

    assert face("Title") == ("方正小标宋简体", 22)
    assert face("LDBody") == ("仿宋", 16)
    assert face("Heading 1") == ("黑体", 16)
    assert face("Heading 2") == ("楷体", 16)
    assert face("Footer") == ("宋体", 14)
    fonts = parts(DOCUMENTS["docx"].write(whole(), IMPRINT))["word/fontTable.xml"].decode()
    assert "仿宋_GB2312" in fonts, "the older name leads to the same hand"


def test_a_page_of_text_holds_22_lines_of_28_letters() -> None:
    """As GB/T 9704-2012 wants it; Word lays out by the same measures, which the styles hold."""
    long = report(Prose(("党建引领社区治理" * 400,)))
    page = PdfReader(io.BytesIO(DOCUMENTS["pdf"].write(long, IMPRINT))).pages[1]
    lines = [each.replace(" ", "") for each in page.extract_text().splitlines() if "治理" in each]
    assert [len(each) for each in lines] == [28] * 22


def test_a_workbook_opens_with_numbers_as_numbers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(DOCUMENTS["xlsx"].write(whole(), IMPRINT)))
    assert book.sheetnames[0] == "封面"
    assert book.sheetnames[-1] == "指标口径"
    drawn = [sheet for sheet in book if sheet._charts]
    assert len(drawn) == 8
    data = next(sheet for sheet in book if sheet["A1"].value == "三场活动")
    assert [cell.value for cell in data[5]] == ["活动名称", "日期", "参加人数", "占比", "出处"]
    assert data["C6"].value == 1234
    assert data["C6"].number_format == "#,##0"
    assert data["D6"].value == 0.125
    assert data["D6"].number_format == "0.0%"
    assert data["B6"].value.date() == date(2021, 10, 1)
    assert data.freeze_panes == "B6"
    assert data.print_title_rows == "$5:$5"


def test_a_block_alone_is_a_workbook_with_its_chart_and_its_data() -> None:
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"].write(chart(), "zh", True)))
    (sheet,) = book
    assert sheet.title == "12月最多，21 场"
    assert len(sheet._charts) == 1
    assert [[cell.value for cell in row] for row in sheet["A5:C6"]] == [
        ["月份", "甲", "乙"],
        ["10月\n2021年", 0, 1],
    ]
    assert "202112-abcdef" in str(sheet["A3"].value)
    assert "演示数据" in str(sheet["A2"].value)
    assert "1980" not in str(sheet.oddFooter.left.text)


def test_slides_open_with_titles_charts_and_a_map_of_shapes() -> None:
    deck = pptx.Presentation(io.BytesIO(DOCUMENTS["pptx"].write(whole(), IMPRINT)))
    slides = list(deck.slides)
    assert all(slide.shapes.title is not None and slide.shapes.title.text for slide in slides)
    charts = [shape for slide in slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) == 8
    for shape in charts:
        assert shape._element.xpath(".//p:cNvPr/@descr")
        assert shape.chart.plots[0].categories
        with io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob) as data:
            sheet = openpyxl.load_workbook(data).active
            assert sheet is not None
            assert [cell.value for cell in sheet["A"]][1:] == list(shape.chart.plots[0].categories)
    mapped = next(slide for slide in slides if slide.shapes.title.text == "三个联系点中两个在图上")
    drawn = next(shape for shape in mapped.shapes if shape.shape_type == MSO_SHAPE_TYPE.GROUP)
    assert "东园社区" in [shape.name for shape in drawn.shapes]
    for slide in slides:
        numbers = slide.shapes._spTree.xpath(".//p:cNvPr/@id")
        assert len(numbers) == len(set(numbers)), "PowerPoint repairs a slide with one number twice"


def test_everything_stands_within_its_slide() -> None:
    deck = pptx.Presentation(io.BytesIO(DOCUMENTS["pptx"].write(awkward(), IMPRINT)))
    for number, slide in enumerate(deck.slides, 1):
        for shape in slide.shapes:
            assert shape.left >= 0, (number, shape.name)
            assert shape.left + shape.width <= deck.slide_width + 1000, (number, shape.name)
            assert shape.top + shape.height <= deck.slide_height, (number, shape.name)


def test_a_long_table_says_what_is_left_out() -> None:
    document = docx.Document(io.BytesIO(DOCUMENTS["docx"].write(report(table(400)), IMPRINT)))
    assert len(document.tables[0].rows) == 151
    assert any("共 400 行，这里列出前 150 行" in paragraph.text for paragraph in document.paragraphs)


def test_names_of_files_are_safe_for_awkward_titles() -> None:
    name = file_name(awkward().title, awkward().subtitle, extension="docx")
    assert not set(name) & set('\\/:*?"<>|\x00')
    assert AWKWARD
