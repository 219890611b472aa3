"""Texts and names that leave in a file."""

from __future__ import annotations

import pytest

from dashboard.exports.text import LONGEST_CELL, clean, file_name, line, sheet_names, shortened


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("社区\x00活动\x07", "社区活动"),
        ("半个字\ud83d", "半个字\ufffd"),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("exe.\u202excod", "exe.xcod"),  # would be read as exe.docx
        ("堽圩𠮷🎉", "堽圩𠮷🎉"),
        (None, "None"),
        ("\ufffe\uffff", ""),
    ],
)
def test_what_no_format_can_hold_is_taken_out(given: object, kept: str) -> None:
    assert clean(given) == kept


def test_a_title_stays_in_one_line() -> None:
    assert line(" 活动\r\n月报\t") == "活动 月报"


@pytest.mark.parametrize("character", ["字", "𠮷"])
def test_what_is_too_long_says_so(character: str) -> None:
    text = shortened(character * 40_000, LONGEST_CELL)
    assert len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL
    assert text.endswith("（内容过长，共 40,000 字，此处未全部列出）")
    assert shortened("刚好", 2) == "刚好"


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("活动 月报", "兴隆区 · 2021年"), "活动_月报_兴隆区_2021年.docx"),
        (("../../etc/passwd",), "etc_passwd.docx"),
        (("C:\\windows\\a",), "C_windows_a.docx"),
        (("con",), "_con.docx"),
        (("LPT1",), "_LPT1.docx"),
        (("aux.报告",), "_aux.报告.docx"),
        (("", "  "), "_.docx"),
        (("结尾有点...",), "结尾有点.docx"),
        (("a\x00b\ud83d",), "ab\ufffd.docx"),
    ],
)
def test_a_name_is_legal_everywhere(parts: tuple[str, ...], name: str) -> None:
    assert file_name(*parts, extension="docx") == name


def test_a_long_name_fits_a_file_system() -> None:
    assert len(file_name("𠮷" * 300, extension="docx").encode()) <= 255


def test_sheets_have_names_that_excel_takes() -> None:
    titles = ["活动/类型", "活动:类型", "长" * 40, "长" * 41, "'引号'", "History", "", "𠮷" * 20]
    names = sheet_names(titles)
    assert names[:2] == ["活动 类型", "活动 类型 2"]
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name.strip("'") == name
        assert name.casefold() != "history"
