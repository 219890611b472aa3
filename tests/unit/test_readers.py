"""Files become sheets of text; what a file is, its content says."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest

from etl.readers import Sheet, Unreadable, as_text, column_letter
from etl.readers import read as read_book
from etl.text_files import decode
from tests.submissions.make import workbook

TEXT = "单位名称,党员人数\n青河县第一小学,25\n"
CELLS = [["单位名称", "党员人数"], ["青河县第一小学", "25"]]


def read(path: Path, name: str) -> list[Sheet]:
    return list(read_book(path, name).sheets)


def written(folder: Path, name: str, content: bytes) -> Path:
    place = folder / name
    place.write_bytes(content)
    return place


def zipped(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/"), text)
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_file_is_read_in_every_encoding_that_office_programs_write(
    tmp_path: Path, encoding: str
) -> None:
    place = written(tmp_path, "台账.csv", TEXT.encode(encoding))
    assert read(place, "台账.csv") == [Sheet("台账", CELLS)]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，"])
def test_a_csv_file_is_read_with_any_usual_delimiter(tmp_path: Path, delimiter: str) -> None:
    place = written(tmp_path, "台账.txt", TEXT.replace(",", delimiter).encode())
    assert read(place, "台账.txt")[0].rows == CELLS


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(tmp_path: Path, ending: str) -> None:
    place = written(tmp_path, "台账.csv", TEXT.replace("\n", ending).encode())
    assert read(place, "台账.csv")[0].rows == CELLS


def test_a_character_outside_gb2312_survives() -> None:
    assert decode("五里堽社区".encode("gb18030")) == ("五里堽社区", "gb18030")


def test_a_quoted_cell_may_hold_the_delimiter_and_a_line_break(tmp_path: Path) -> None:
    place = written(tmp_path, "a.csv", '名称,备注\n"甲,乙","第一行\n第二行"\n'.encode())
    assert read(place, "a.csv")[0].rows[1] == ["甲,乙", "第一行\n第二行"]


def test_cells_of_a_workbook_stand_where_excel_shows_them(tmp_path: Path) -> None:
    place = workbook(tmp_path / "a.xlsx", ("表", [[], [None, None, "  名称 "], [None, None, 12, 36.5, True]]))
    (sheet,) = read(place, "a.xlsx")
    assert sheet.name == "表"
    assert sheet.rows[1][2] == "名称"
    assert list(sheet.rows[2][2:5]) == ["12", "36.5", "是"]
    assert not any(sheet.rows[0])


def test_hidden_sheets_are_told_apart(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("看得见").write_string(0, 0, "甲")
        hidden = book.add_worksheet("旧数据")
        hidden.write_string(0, 0, "乙")
        hidden.hide()
    assert [(one.name, one.is_hidden) for one in read(tmp_path / "a.xlsx", "a.xlsx")] == [
        ("看得见", False), ("旧数据", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("  ", None),
        (" 甲 ", "甲"),
        (120.0, "120"),
        (36.5, "36.5"),
        (-5.0, "-5"),
        (True, "是"),
        (False, "否"),
        (date(2021, 3, 5), "2021-03-05"),
        (datetime(2021, 3, 5), "2021-03-05"),
        (datetime(2021, 3, 5, 14, 30), "2021-03-05 14:30:00"),
        (time(14, 30), "14:30:00"),
    ],
)
def test_a_cell_becomes_what_a_person_would_type(value: object, text: str | None) -> None:
    assert as_text(value) == text


def test_a_long_number_kept_as_a_float_shows_that_its_end_is_lost() -> None:
    assert as_text(450102199001011234.0) == "450102199001011264.0"


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_excels_letters(index: int, letter: str) -> None:
    assert column_letter(index) == letter


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
NOT_A_TABLE = {
    "a pdf called xlsx": ("a.xlsx", b"%PDF-1.7\n1 0 obj\n", "not_as_named"),
    "a picture called xlsx": ("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(60), "not_as_named"),
    "an old workbook called xlsx": ("a.xlsx", OLE, "unreadable"),
    "a document in a zip called xlsx": ("a.xlsx", zipped(word__document_xml="<w/>"), "not_as_named"),
    "a text file called docx": ("a.docx", TEXT.encode(), "not_as_named"),
    "a picture called csv": ("a.csv", b"\xff\xd8\xff\xe0" + bytes(60), "not_as_named"),
    "an empty workbook file": ("a.xlsx", b"", "empty_file"),
    "an empty text file": ("a.csv", b"", "empty_file"),
    "half a workbook": ("a.xlsx", zipped(xl__workbook_xml="<workbook/>" * 50)[:200], "unreadable"),
    "a workbook without its parts": ("a.xlsx", zipped(xl__workbook_xml="<workbook"), "unreadable"),
    "an old workbook": ("a.xls", OLE, "unreadable"),
    "a letter": ("a.docx", zipped(word__document_xml="<w/>"), "format_not_supported"),
    "a file without an ending": ("README", b"\x00\x01\x02\x03", "format_not_supported"),
}


@pytest.mark.parametrize(("name", "content", "code"), NOT_A_TABLE.values(), ids=NOT_A_TABLE)
def test_what_is_not_a_table_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(written(tmp_path, "stored", content), name)
    assert refusal.value.code == code


def test_a_text_called_xls_as_some_programs_do_is_read_as_text(tmp_path: Path) -> None:
    assert read(written(tmp_path, "a.xls", TEXT.encode("gb18030")), "a.xls")[0].rows == CELLS


def test_a_workbook_with_any_name_is_a_workbook(tmp_path: Path) -> None:
    place = workbook(tmp_path / "a.xlsx", ("表", [["甲"]]))
    assert read(place, "台账.csv")[0].rows == [["甲"]]


@pytest.mark.parametrize("cut", range(10, 100, 10))
def test_a_workbook_cut_at_any_place_is_refused_not_crashed_on(tmp_path: Path, cut: int) -> None:
    content = workbook(tmp_path / "a.xlsx", ("表", [["甲", n] for n in range(50)])).read_bytes()
    place = written(tmp_path, "cut.xlsx", content[: len(content) * cut // 100])
    with pytest.raises(Unreadable) as refusal:
        read(place, "cut.xlsx")
    assert refusal.value.code == "unreadable"


def test_a_zip_of_a_version_to_come_is_refused(tmp_path: Path) -> None:
    content = bytearray(workbook(tmp_path / "a.xlsx", ("表", [["甲"]])).read_bytes())
    content[content.index(b"PK\x01\x02") + 6] = 255  # "version needed to extract" in the directory
    with pytest.raises(Unreadable) as refusal:
        read(written(tmp_path, "later.xlsx", bytes(content)), "later.xlsx")
    assert refusal.value.code == "unreadable"


def test_a_binary_file_is_not_taken_for_text() -> None:
    assert decode(bytes(range(256)) * 4) is None
    assert decode(b"\x81\x30\x81\x30\x01\x02") is None
