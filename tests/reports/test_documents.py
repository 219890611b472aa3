"""Every format is opened again and read: what the report says stands there, and nothing is a box."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import typst
from pypdf import PdfReader

from dashboard.database import Snapshot
from dashboard.exports import DOCUMENTS, PICTURES, fonts
from dashboard.exports.grid import table_grid
from dashboard.organisations import district, organisations
from dashboard.report import Chart, Cited, Heading, Map, Prose, Table
from dashboard.reports.compose import Composed, compose, kind_named
from dashboard.selection import Period
from tests.reports.again import MADE_AT

_SPACE = re.compile(r"\s+")


NUMBER = "桂S(2021)00-001号"  # 审图号, as a district sets it


@pytest.fixture(scope="module")
def composed(county_years: Snapshot) -> Composed:
    """One report with every kind of block, read back from every format."""
    numbered = replace(county_years, settings={**county_years.settings, "review_number": NUMBER})
    top = district(county_years).code
    return compose(
        numbered, kind_named("quarterly"), top, Period.parse("2021-Q4"), MADE_AT, "20220110-abcdef"
    )


@pytest.fixture(scope="module")
def written(composed: Composed) -> dict[str, bytes]:
    return {key: form.write(composed.report, composed.imprint) for key, form in DOCUMENTS.items()}


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


def _read_pdf(made: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


class _Text(HTMLParser):
    """What a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.told.append(data)


def _read_html(made: bytes) -> str:
    reader = _Text()
    reader.feed(made.decode("utf-8"))
    return "".join(reader.told)


def _read_office(made: bytes) -> str:
    """The texts of every XML part, in their order; strings of a workbook are shared or inline."""
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        told = []
        for name in sorted(parts.namelist()):
            if name.endswith(".xml"):
                text = parts.read(name).decode("utf-8")
                told += re.findall(r"<(?:w:t|a:t|t|v|c:v)(?: [^>]*)?>([^<]*)<", text)
    from html import unescape

    return unescape("".join(told))


READ = {"pdf": _read_pdf, "html": _read_html}


def _sentences(composed: Composed) -> Iterator[str]:
    for block in composed.report.blocks:
        if isinstance(block, Prose):
            yield block.text
        if isinstance(block, Heading):
            yield block.text


def _cells(composed: Composed) -> Iterator[str]:
    for block in composed.report.blocks:
        if isinstance(block, Table):
            for row in table_grid(block).rows:
                yield from (cell.text for cell in row)


@pytest.mark.parametrize("key", list(DOCUMENTS))
def test_a_document_says_what_the_report_says(
    composed: Composed, written: dict[str, bytes], key: str
) -> None:
    told = _bare(READ.get(key, _read_office)(written[key]))
    # A running foot may fall between two halves of a sentence that turns the page.
    whole = key in ("html", "docx")
    for sentence in _sentences(composed):
        parts = [sentence] if whole else re.split(r"[，；。]", sentence)
        missing = [part for part in parts if _bare(part) not in told]
        assert len(missing) <= (0 if whole else 1), missing
    figures = {piece.text for block in composed.report.blocks if isinstance(block, Prose) for piece in block.sentences if isinstance(piece, Cited)}  # fmt: skip
    assert figures <= {figure for figure in figures if figure in told}
    if key in READ:
        lost = {cell for cell in _cells(composed) if _bare(cell) not in told}
        assert len(lost) <= (5 if key == "pdf" else 0), lost  # a cell that wraps over a page's end
    for word in ("演示数据", composed.report.release, "2022-01-10"):
        assert word in told, word
    titles = [block.title for block in composed.report.blocks if isinstance(block, Table | Chart | Map)]
    assert sum(_bare(title) in told for title in titles) >= len(titles) - 1


@pytest.mark.parametrize("key", list(DOCUMENTS))
def test_the_review_number_stands_below_every_map(
    composed: Composed, written: dict[str, bytes], key: str
) -> None:
    maps = [block for block in composed.report.blocks if isinstance(block, Map)]
    assert maps
    told = _bare(READ.get(key, _read_office)(written[key]))
    said = f"社区范围为示意，不作为划界依据审图号：{NUMBER}"
    assert told.count(_bare(said)) >= len(maps)


def test_the_review_number_stands_in_the_picture_of_a_map(composed: Composed) -> None:
    for block in (block for block in composed.report.blocks if isinstance(block, Map)):
        assert f"审图号：{NUMBER}" in PICTURES["svg"].write(block).decode("utf-8")
        assert PICTURES["png"].write(block) != PICTURES["png"].write(replace(block, review_number=""))


def test_pages_of_a_pdf_say_release_moment_and_demo(composed: Composed, written: dict[str, bytes]) -> None:
    reader = PdfReader(io.BytesIO(written["pdf"]))
    for number, page in enumerate(reader.pages, start=1):
        told = page.extract_text()
        for word in (
            composed.report.release,
            "2022-01-10 09:00",
            "演示数据",
            "20220110-abcdef",
            f"— {number} —",
        ):
            assert word in told, (number, word)
    assert reader.metadata is not None
    assert reader.metadata.title == composed.report.title
    assert next(item.title for item in reader.outline if not isinstance(item, list)).startswith("一、")


@pytest.mark.parametrize("level", kind_named("brief").levels)
def test_a_leaflet_has_one_page(county_years: Snapshot, level: str) -> None:
    org = next(one.code for one in organisations(county_years).values() if one.level == level)
    made = compose(
        county_years, kind_named("brief"), org, Period.parse("2021-Q4"), MADE_AT, "20220110-abcdef"
    )
    assert len(PdfReader(io.BytesIO(DOCUMENTS["pdf"].write(made.report, made.imprint))).pages) == 1


def test_html_asks_for_nothing_and_describes_its_pictures(
    composed: Composed, written: dict[str, bytes]
) -> None:
    reader = _Text()
    reader.feed(written["html"].decode("utf-8"))
    tags = [tag for tag, _ in reader.tags]
    assert "script" not in tags
    for tag, attributes in reader.tags:
        for name in ("src", "href"):
            assert (attributes.get(name) or "data:").startswith(("data:", "#")), (tag, attributes)
    pictures = [attributes for tag, attributes in reader.tags if tag == "svg"]
    drawn = [
        b for b in composed.report.blocks if isinstance(b, Map) or (isinstance(b, Chart) and len(b.frame))
    ]
    assert len(pictures) == len(drawn)
    assert [each["aria-label"] for each in pictures] == [block.alt for block in drawn]


def test_a_machine_without_fonts_prints_no_boxes(composed: Composed, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the packaged face alone, as on a bare machine: every glyph is there and embedded."""
    folder = str(fonts.FONT_PATH).rpartition("/")[0]
    bare = typst.Fonts(False, False, [folder])
    monkeypatch.setattr(fonts, "found", lambda: bare)
    monkeypatch.setattr(fonts, "_families", lambda: frozenset(bare.families()))
    rare = Prose(("长堽、𠮷、一二三，3,602场。",))
    report = replace(composed.report, blocks=(rare, *composed.report.blocks))
    reader = PdfReader(io.BytesIO(DOCUMENTS["pdf"].write(report, composed.imprint)))
    assert "长堽、𠮷、一二三，3,602场。" in _bare(reader.pages[0].extract_text())
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            (inner,) = font.get_object()["/DescendantFonts"]
            descriptor = inner.get_object()["/FontDescriptor"].get_object()
            assert "NotoSansCJK" in descriptor["/FontName"]
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
        codes = re.findall(rb"<([0-9A-Fa-f]+)>", page.get_contents().get_data())
        glyphs = [code[i : i + 4] for code in codes for i in range(0, len(code), 4)]
        assert b"0000" not in glyphs, "a glyph that the face does not have"
