"""Files as such: old and foreign formats, damaged ones, and ones that are made to do harm."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import xlwt
from odf import style, table, text
from odf.opendocument import OpenDocumentSpreadsheet
from xlwt.CompoundDoc import XlsDoc

from tests.submissions.faulty_layouts import A, grid, two_rows
from tests.submissions.make import Sheet, Value, rows, workbook

Make = Callable[[Path], object]
_AT = (2022, 1, 10, 8, 0, 0)


def xls(cells: list[list[Value]], merged: tuple[int, int, int, int] | None = None) -> bytes:
    out = xlwt.Workbook(encoding="utf-8")
    page, day = out.add_sheet("活动"), xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for row_no, line in enumerate(cells):
        for column_no, value in enumerate(line):
            if isinstance(value, date):
                page.write(row_no, column_no, value, day)
            elif value is not None and (merged is None or (row_no, column_no) != (merged[0], merged[2])):
                page.write(row_no, column_no, value)
    if merged:
        page.write_merge(*merged, cells[merged[0]][merged[2]])
    stream = io.BytesIO()
    out.save(stream)
    return stream.getvalue()


def content(made: Callable[[], bytes]) -> Make:
    return lambda path: path.write_bytes(made())


def plain(folder: Path) -> bytes:
    return workbook(folder.with_name("." + folder.name + ".whole"), Sheet(A, rows(A, 3))).read_bytes()


def from_plain(change: Callable[[bytes], bytes]) -> Make:
    """A good workbook with its bytes changed."""

    def make(path: Path) -> None:
        whole = path.with_name(f".{path.name}.whole")
        workbook(whole, Sheet(A, rows(A, 3)))
        changed = change(whole.read_bytes())
        whole.unlink()
        path.write_bytes(changed)

    return make


def parts_of(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in parts.items():
            out.writestr(zipfile.ZipInfo(name, _AT), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def part_changed(change: Callable[[bytes], bytes], name: str = "xl/worksheets/sheet1.xml") -> Make:
    def changed(archive: bytes) -> bytes:
        parts = parts_of(archive)
        return zipped(parts | {name: change(parts[name])})

    return from_plain(changed)


def far_out(cell: str) -> Make:
    number = re.sub("[A-Z]", "", cell)
    value = f'<row r="{number}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    return part_changed(lambda part: part.replace(b"</sheetData>", value))


def entities(declaration: str, use: str) -> Make:
    def change(part: bytes) -> bytes:
        head, body = part.split(b"?>", 1)
        return head + b"?>" + declaration.encode() + body.replace(b"<t>", f"<t>{use}".encode(), 1)

    return part_changed(change, "xl/sharedStrings.xml")


_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "哈">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def lying(archive: bytes) -> bytes:
    """A part of 5 MB whose size the zip states as 100 bytes."""
    parts = parts_of(archive)
    packed = bytearray(zipped(parts | {"xl/sharedStrings.xml": b" " * (5 << 20)}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = 0
        while (start := packed.find(mark, start)) >= 0:
            if packed[start + at : start + at + 4] == struct.pack("<I", 5 << 20):
                packed[start + at : start + at + 4] = struct.pack("<I", 100)
            start += 4
    return bytes(packed)


def overlapping(archive: bytes) -> bytes:
    """Two names in the directory for the same bytes."""
    packed = zipped(parts_of(archive))
    end = packed.rfind(b"PK\x05\x06")
    size, start = struct.unpack("<II", packed[end + 12 : end + 20])
    first = packed[start : packed.find(b"PK\x01\x02", start + 4)]
    count = struct.unpack("<H", packed[end + 10 : end + 12])[0] + 1
    tail = packed[end : end + 8] + struct.pack("<HHII", count, count, size + len(first), start) + b"\x00\x00"
    return packed[:end] + first + tail


def locked(archive: bytes) -> bytes:
    """Every part marked as encrypted, as zip programs do with a password."""
    packed = bytearray(archive)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := packed.find(mark, start)) >= 0:
            packed[start + at] |= 1
            start += 4
    return bytes(packed)


def with_checksum(archive: bytes) -> bytes:
    """One part whose checksum is wrong: a bit was lost on the way."""
    packed = bytearray(archive)
    checksum = struct.pack("<I", zlib.crc32(parts_of(archive)["xl/worksheets/sheet1.xml"]))
    return bytes(packed).replace(checksum, struct.pack("<I", 1))


def ole(*streams: str) -> bytes:
    """A container of old Office files with streams of these names and nothing in them."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in streams)
    return (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + names).ljust(2048, b"\x00")


def endless_xls() -> bytes:
    """The sector with the list of its streams says that it goes on in itself."""
    book = bytearray(xls(_DAYS))
    directory, table = struct.unpack_from("<I", book, 48)[0], struct.unpack_from("<I", book, 76)[0]
    struct.pack_into("<I", book, (table + 1) * 512 + 4 * directory, directory)
    return bytes(book)


def encrypted_xls() -> bytes:
    """The first records of a workbook of 1997 with a password."""
    begin = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0x2DBB, 0x7CC, 0, 6)
    protection = struct.pack("<HH", 0x2F, 54) + struct.pack("<HHH", 1, 1, 1) + bytes(48)
    stream = begin + protection + struct.pack("<HH", 0x0A, 0)
    out = io.BytesIO()
    XlsDoc().save(out, stream.ljust(4096, b"\x00"))
    return out.getvalue()


def ods(cells: list[list[Value]], spans: Mapping[tuple[int, int], tuple[int, int]] | None = None, hidden: bool = False) -> bytes:  # fmt: skip
    document = OpenDocumentSpreadsheet()
    unseen = style.Style(name="unseen", family="table")
    unseen.addElement(style.TableProperties(display="false"))
    document.automaticstyles.addElement(unseen)

    def add(name: str, **attributes: Any) -> None:
        page = table.Table(name=name, **attributes)
        for row_no, line in enumerate(cells):
            row = table.TableRow()
            for column_no, value in enumerate(line):
                tall, wide = (spans or {}).get((row_no, column_no), (1, 1))
                span: dict[str, Any] = {"numberrowsspanned": tall, "numbercolumnsspanned": wide} if (tall, wide) != (1, 1) else {}  # fmt: skip
                if isinstance(value, date):
                    cell = table.TableCell(valuetype="date", datevalue=value.isoformat(), **span)
                elif isinstance(value, int | float):
                    cell = table.TableCell(valuetype="float", value=value, **span)
                else:
                    cell = table.TableCell(**({"valuetype": "string"} if value else {}), **span)
                if value is not None:
                    cell.addElement(text.P(text=str(value)))
                row.addElement(cell)
            page.addElement(row)
        document.spreadsheet.addElement(page)

    add("活动")
    if hidden:
        add("旧表", stylename="unseen")
    stream = io.BytesIO()
    document.write(stream)
    return zipped(parts_of(stream.getvalue()))


def ods_changed(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Make:
    return content(lambda: zipped(change(parts_of(ods(grid())))))


_MANIFEST = b'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry></manifest:manifest>'  # fmt: skip
_REPEATED = b'<table:table-row table:number-rows-repeated="900000"><table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row></table:table>'  # fmt: skip
_DAYS: list[list[Value]] = [
    *grid()[:3],
    *([date(2021, 11, 5), *line[1:]] for line in grid()[3:]),
]

FILES: dict[str, tuple[str, str, Make]] = {
    "old-workbook": (".xls", "the format of 1997", content(lambda: xls(_DAYS))),
    "old-workbook-merged": (".xls", "a merged day in the format of 1997",
                            content(lambda: xls([*grid()[:4], [None, *grid()[4][1:]], [None, *grid()[5][1:]]], (3, 5, 0, 0)))),
    "old-workbook-called-xlsx": (".xlsx", "an old workbook under a new name", content(lambda: xls(_DAYS[:5]))),
    "old-workbook-cut": (".xls", "half an old workbook", content(lambda: xls(_DAYS)[:3000])),
    "old-workbook-endless": (".xls", "an old workbook whose sectors go round in a circle", content(endless_xls)),
    "old-workbook-encrypted": (".xls", "an old workbook with a password", content(encrypted_xls)),
    "wps-workbook": (".et", "a workbook of WPS, which is an old workbook inside", content(lambda: xls(_DAYS[:4]))),
    "wps-workbook-unknown": (".et", "a workbook of WPS of a kind of its own", content(lambda: ole("ETDocument"))),
    "open-document": (".ods", "an OpenDocument spreadsheet", content(lambda: ods(_DAYS))),
    "open-document-merged": (".ods", "merged cells in an OpenDocument spreadsheet",
                             content(lambda: ods([*grid()[:4], [None, *grid()[4][1:]], [None, *grid()[5][1:]]], {(3, 0): (3, 1), (0, 0): (1, 10)}))),
    "open-document-two-rows": (".ods", "a header of two rows in an OpenDocument spreadsheet",
                               content(lambda: ods(two_rows(), {(2, 7): (1, 2), **{(2, at): (2, 1) for at in (0, 1, 2, 3, 4, 5, 6, 9)}}))),
    "open-document-hidden": (".ods", "a ledger on a hidden sheet of an OpenDocument spreadsheet", content(lambda: ods(grid(), hidden=True))),
    "open-document-encrypted": (".ods", "an OpenDocument spreadsheet with a password",
                                ods_changed(lambda parts: parts | {"META-INF/manifest.xml": _MANIFEST})),
    "open-document-repeated": (".ods", "a value that is repeated 900,000 times",
                               ods_changed(lambda parts: parts | {"content.xml": parts["content.xml"].replace(b"</table:table>", _REPEATED)})),
    "macros": (".xlsm", "macros, which are left alone",
               from_plain(lambda archive: zipped(parts_of(archive) | {"xl/vbaProject.bin": b"\xcc\x61" * 100}))),
    "binary-workbook": (".xlsb", "Excel's binary format", content(lambda: zipped({"xl/workbook.bin": b"\x83\x01\x00"}))),
    "web-page": (".xls", "a web page called .xls", content(lambda: "<html><table><tr><td>活动时间</td></tr></table></html>".encode())),
    "pdf": (".xlsx", "a PDF called .xlsx", content(lambda: b"%PDF-1.7\n1 0 obj\n")),
    "letter": (".docx", "a letter", content(lambda: zipped({"word/document.xml": b"<w/>"}))),
    "zip-of-workbooks": (".zip", "workbooks in a zip", from_plain(lambda archive: zipped({"东桥.xlsx": archive}))),
    "zip-in-zip": (".xlsx", "a zip in a zip called .xlsx", from_plain(lambda archive: zipped({"a.zip": zipped({"b.zip": archive})}))),
    "encrypted": (".xlsx", "a workbook with a password", content(lambda: ole("EncryptionInfo", "EncryptedPackage"))),
    "encrypted-zip": (".xlsx", "a workbook in an encrypted zip", from_plain(locked)),
    "empty-file": (".xlsx", "nothing at all, as while a file is being copied", content(lambda: b"")),
    "cut-in-half": (".xlsx", "half a workbook", from_plain(lambda archive: archive[: len(archive) // 2])),
    "cut-at-end": (".xlsx", "a workbook without its last bytes", from_plain(lambda archive: archive[:-10])),
    "checksum-wrong": (".xlsx", "a part that was damaged on the way", from_plain(with_checksum)),
    "part-missing": (".xlsx", "a workbook without its sheet",
                     from_plain(lambda archive: zipped({n: p for n, p in parts_of(archive).items() if "sheet1" not in n}))),
    "xml-broken": (".xlsx", "a sheet that ends in the middle", part_changed(lambda part: part[: len(part) // 2])),
    "far-cell": (".xlsx", "a value in the last cell of all", far_out("XFD1048576")),
    "far-row": (".xlsx", "a value in row 200000", far_out("B200000")),
    "far-row-near": (".xlsx", "a value one row too far", far_out("B3001")),
    "far-column": (".xlsx", "a value in column XFD", far_out("XFD7")),
    "many-sheets": (".xlsx", "more sheets than a workbook may have", lambda path: workbook(path, *((f"表{n}", grid(count=1)) for n in range(9)))),
    "bomb": (".xlsx", "5 MB of blanks in 5 kB", part_changed(lambda part: part.replace(b"</sheetData>", b" " * (5 << 20) + b"</sheetData>"))),
    "bomb-lying": (".xlsx", "a part that is larger than the zip says", from_plain(lying)),
    "bomb-overlapping": (".xlsx", "two parts that share their bytes", from_plain(overlapping)),
    "entities": (".xlsx", "entities that grow a billionfold", entities(_LAUGHS, "&i;")),
    "entities-outside": (".xlsx", "an entity that is another file", entities('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;")),
    "too-large": (".xlsx", "a file larger than a workbook may be",
                  from_plain(lambda archive: archive[:-2] + b"\xff\xff" + bytes(range(256)) * 4200)),
}  # fmt: skip
