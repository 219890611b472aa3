"""Files -> sheets of cells as text, with their place. Nothing here knows what a cell means.

A file is what its content says, not what its name says.
"""

from __future__ import annotations

from pathlib import Path

from etl import text_files, workbooks
from etl.bounds import Bounds
from etl.packages import unpack
from etl.sheets import Area, Book, Cell, Sheet, Unreadable, as_text, column_letter

__all__ = [
    "Area",
    "Book",
    "Bounds",
    "Cell",
    "Sheet",
    "Unreadable",
    "as_text",
    "column_letter",
    "read",
    "sniff",
]

_WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods", ".et"}
_TEXTS = {".csv", ".tsv", ".txt"}
_EXPECTED = dict.fromkeys(_WORKBOOKS, " Excel 工作簿") | dict.fromkeys(_TEXTS, " CSV 文本")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What is no table but easily told: its first bytes, and what people call it.
_MAGIC = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"{\\rtf", "RTF 文档"),
)
_OTHER_ZIPS = {
    "docx": "Word 文档",
    "pptx": "演示文稿",
    "xlsb": "Excel 二进制工作簿（.xlsb）",
    "zip": "压缩包",
}
_OTHER_OLE = (("WordDocument", "旧版 Word 文档"), ("PowerPoint Document", "旧版演示文稿"))
_MARKUP = (b"<?xml", b"<html", b"<!doctype", b"<table", b"<meta", b"mime-version:")


def read(path: Path, name: str, bounds: Bounds | None = None) -> Book:
    """All sheets of the file at `path`, which the sender called `name`. Raises Unreadable."""
    bounds = bounds or Bounds()
    size = path.stat().st_size
    if size > max(bounds.file_mb, bounds.text_mb) << 20:
        raise Unreadable("file_too_large", limit=f"{max(bounds.file_mb, bounds.text_mb):,}")
    content = path.read_bytes()
    kind = sniff(content[:4096])
    if kind == "empty":
        raise Unreadable("empty_file")
    if kind in {"zip", "ole"} and size > bounds.file_mb << 20:
        raise Unreadable("file_too_large", limit=f"{bounds.file_mb:,}")
    if kind == "zip":
        package = unpack(content, bounds)
        if package.kind == "xlsx":
            return Book(workbooks.xlsx_sheets(package, bounds), "xlsx")
        if package.kind == "ods":
            return Book(workbooks.ods_sheets(package, bounds), "ods")
        raise _not_a_table(name, _OTHER_ZIPS[package.kind])
    if kind == "ole":
        return Book(workbooks.xls_sheets(_refuse_other_ole(content, name), bounds), "xls")
    if kind != "text":
        raise _not_a_table(name, kind)
    suffix = Path(name).suffix.lower()
    decoded = text_files.decode(content)
    if decoded is None:
        raise _not_a_table(name, f"“{suffix or '无扩展名'}”")
    if suffix and suffix not in _EXPECTED:
        raise Unreadable("not_as_named", expected="台账表格")
    text, encoding = decoded
    rows = text_files.rows_of(text)
    if len(rows) > bounds.rows_of_text:
        raise Unreadable("too_many_rows", limit=f"{bounds.rows_of_text:,}")
    if max(map(len, rows), default=0) > bounds.columns:
        raise Unreadable("too_many_columns", limit=f"{bounds.columns:,}")
    return Book([Sheet(Path(name).stem, rows)], "csv", text_files.encoding_name(encoding))


def sniff(head: bytes) -> str:
    """By a file's first bytes: "zip", "ole", "text", "empty", or in Chinese what else it is."""
    if not head:
        return "empty"
    if head.startswith((_ZIP, b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if head.startswith(_OLE):
        return "ole"
    known = next((called for magic, called in _MAGIC if head.startswith(magic)), None)
    if known:
        return known
    return "网页格式" if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_MARKUP) else "text"


def _refuse_other_ole(content: bytes, name: str) -> bytes:
    """Old Office formats share a container, and encrypted new ones lie in it, too."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise Unreadable("encrypted")
    if holds("Workbook") or holds("Book"):
        return content
    other = next((called for stream, called in _OTHER_OLE if holds(stream)), None)
    if other:
        raise _not_a_table(name, other)
    if Path(name).suffix.lower() == ".et":
        raise Unreadable("format_not_supported", kind="WPS 表格（.et）")
    raise Unreadable("unreadable")


def _not_a_table(name: str, kind: str) -> Unreadable:
    """What it is, or that it is not what its name says."""
    suffix = Path(name).suffix.lower()
    if suffix in _EXPECTED:
        return Unreadable("not_as_named", expected=_EXPECTED[suffix])
    return Unreadable("format_not_supported", kind=kind)
