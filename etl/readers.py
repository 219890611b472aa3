"""Files -> sheets of cells as text, with their place. Nothing here knows what a cell means.

A file is what its content says, not what its name says.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from python_calamine import CalamineError, CalamineWorkbook

Cell: TypeAlias = str | None


@dataclass(frozen=True)
class Sheet:
    """`rows[0]` is row 1 of the sheet, `rows[0][0]` column A."""

    name: str
    rows: Sequence[Sequence[Cell]]


class Unreadable(Exception):
    """`code` is one of findings.FILE_SENTENCES; `details` fills its sentence."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def read(path: Path, name: str) -> list[Sheet]:
    """All visible sheets of the file at `path`, which the sender called `name`. Raises Unreadable."""
    content = path.read_bytes()
    kind = sniff(content)
    suffix = Path(name).suffix.lower()
    if kind == "xlsx":
        return _workbook(content)
    if kind == "csv":
        if suffix not in {".csv", ".txt"}:
            raise Unreadable("not_as_named", expected=_KINDS.get(suffix, "台账表格"))
        return [Sheet(Path(name).stem, _delimited(content))]
    if kind == "xls":
        if suffix in {".xlsx", ".xlsm", ".csv"}:
            raise Unreadable("not_as_named", expected=_KINDS[suffix])
        raise Unreadable("format_not_supported", kind="旧版 Excel（.xls）")
    if not content or kind == "broken":
        raise Unreadable("unreadable")
    if suffix in _KINDS:
        raise Unreadable("not_as_named", expected=_KINDS[suffix])
    raise Unreadable("format_not_supported", kind=f"“{suffix or '无扩展名'}”")


_KINDS = {".xlsx": " Excel 工作簿", ".xlsm": " Excel 工作簿", ".xls": " Excel 工作簿", ".csv": " CSV 文本"}


def sniff(content: bytes) -> str:
    """ "xlsx", "xls", "csv", "broken" (a workbook or document cut short) or "" for anything else."""
    if content.startswith(b"PK\x03\x04"):
        try:
            names = zipfile.ZipFile(io.BytesIO(content)).namelist()
        except (zipfile.BadZipFile, RuntimeError, ValueError, OSError):  # all seen on damaged files
            return "broken"
        return "xlsx" if any(name.startswith("xl/") for name in names) else ""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if not content or content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf")):
        return ""
    return "csv" if decode(content) is not None else ""


def decode(content: bytes) -> str | None:
    """Text by byte-order mark, NUL pattern, strict UTF-8, strict GB18030, in this order; None if none fits.

    The order was right on every file tried; statistical guessers call small GBK files Big5.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif b"\x00" in content[:200]:
        # Digits and commas have a zero byte behind them or in front; a few characters (一) have the other one.
        start = content[:2000]
        candidates = ["utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Binary files decode as GB18030 now and then; text has no control characters.
        if not any(ord(char) < 32 and char not in "\t\r\n\f" for char in text[:4000]):
            return text
    return None


def _workbook(content: bytes) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            Sheet(
                meta.name,
                [
                    [(cell.strip() or None) if cell.__class__ is str else as_text(cell) for cell in row]
                    for row in workbook.get_sheet_by_name(meta.name).to_python(skip_empty_area=False)
                ],
            )
            for meta in workbook.sheets_metadata
            if str(meta.typ).endswith("WorkSheet") and str(meta.visible).endswith("Visible")
        ]
    except (CalamineError, OSError, ValueError) as problem:
        raise Unreadable("unreadable") from problem


def _delimited(content: bytes) -> list[list[Cell]]:
    text = decode(content) or ""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;，", key=first.count) if first else ","
    lines = io.StringIO(text, newline=None)  # a lone carriage return ends a line, too
    try:
        return [[cell.strip() or None for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    except csv.Error as problem:
        raise Unreadable("unreadable") from problem


def as_text(value: Any) -> Cell:
    """One cell as a person would type it: 2021-03-05, 120, 36.5, 是; None when empty."""
    if isinstance(value, float):
        if not value.is_integer():
            return repr(value)
        # Above 15 digits a float has lost the end of the number; ".0" keeps that visible.
        return str(int(value)) if abs(value) < 1e15 else f"{value:.1f}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return None
    if isinstance(value, date | time | timedelta | int):
        return str(value)
    return str(value).strip() or None


def column_letter(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA, as Excel numbers its columns."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
