"""Workbooks are zip files: unpacked here with a limit on every byte, and handed to the parser anew.

What the parser gets is what was measured: only the parts that hold cells, stored without
compression. Macros, pictures and links stay behind. A zip's own statements about its sizes are
believed only when they refuse it.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from etl.bounds import Bounds
from etl.sheets import Unreadable

_MOST_PARTS = 5000
_ENCRYPTED = 0x1
# Of an .xlsx and an .ods: cells, their formats, and what says where these are.
_NEEDED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/_rels/workbook\.xml\.rels|"
    r"xl/(?:workbook|styles|sharedStrings)\.xml|xl/worksheets/(?:_rels/)?[^/]+\.xml(?:\.rels)?|"
    r"mimetype|content\.xml|META-INF/manifest\.xml",
    re.IGNORECASE,
)
_KINDS = (
    ("xl/workbook.xml", "xlsx"),
    ("content.xml", "ods"),
    ("xl/workbook.bin", "xlsb"),
    ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"),
)
# A workbook never declares a document type; whoever does wants its entities expanded.
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|<\x00!\x00|\x00<\x00!", re.IGNORECASE)


@dataclass(frozen=True)
class Package:
    """`kind`: "xlsx", "ods", "xlsb", "docx", "pptx" or "zip"; `parts`: what of it is needed, unpacked."""

    kind: str
    parts: Mapping[str, bytes]
    checksums: Mapping[str, int]  # as the zip states them; the parser finds out whether they are right

    def repacked(self) -> io.BytesIO:
        """The parts as a zip of their own."""
        out, directory = io.BytesIO(), bytearray()
        for name, content in self.parts.items():
            encoded, offset = name.encode(), out.tell()
            common = struct.pack(
                "<HHHHHIIIHH", 20, 0x800, 0, 0, 33, self.checksums[name], len(content), len(content), len(encoded), 0
            )  # fmt: skip
            out.write(b"PK\x03\x04" + common + encoded)
            out.write(content)
            directory += b"PK\x01\x02\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0, offset) + encoded
        start = out.tell()
        out.write(directory)
        count = len(self.parts)
        out.write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), start, 0))
        out.seek(0)
        return out


def unpack(content: bytes, bounds: Bounds) -> Package:
    """The parts of a zip that hold cells. Raises Unreadable when it is damaged, encrypted or made to do harm."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except Exception as problem:  # zipfile meets damage with a dozen kinds of exception
        raise Unreadable("unreadable") from problem
    names = {entry.filename for entry in entries}
    kind = next((kind for name, kind in _KINDS if name in names), "zip")
    if kind == "zip" and any(name.startswith("xl/") for name in names):
        kind = "xlsx"  # what is left of one
    if kind in {"zip", "xlsb", "docx", "pptx"}:
        return Package(kind, {}, {})
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Unreadable("encrypted")
    limit = bounds.unpacked_mb << 20
    if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > limit:
        raise Unreadable("too_much_inside", limit=f"{bounds.unpacked_mb}")
    _refuse_overlaps(entries, len(content))
    parts: dict[str, bytes] = {}
    for entry in entries:
        if _NEEDED.fullmatch(entry.filename):
            parts[entry.filename] = part = _inflated(content, entry, limit, bounds)
            limit -= len(part)
            if _declares_entities(part):
                raise Unreadable("unsafe_xml")
    if kind == "ods" and b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Unreadable("encrypted")
    return Package(kind, parts, {entry.filename: entry.CRC for entry in entries})


def _declares_entities(part: bytes) -> bool:
    head = part[:4096]
    is_likely = b"<!" in head or b"\x00" in head
    return (is_likely and bool(_DECLARATION.search(head))) or b"<!ENTITY" in part


def _refuse_overlaps(entries: list[zipfile.ZipInfo], size: int) -> None:
    """A few bytes that many parts share unpack to anything, and no program writes such a file."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Unreadable("unsafe_zip")
        end = entry.header_offset + 30 + entry.compress_size
    if end > size:
        raise Unreadable("unreadable")


def _inflated(content: bytes, entry: zipfile.ZipInfo, limit: int, bounds: Bounds) -> bytes:
    head = content[entry.header_offset : entry.header_offset + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise Unreadable("unreadable")
    name_length, extra_length = struct.unpack("<HH", head[26:30])
    start = entry.header_offset + 30 + name_length + extra_length
    packed = memoryview(content)[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        part = bytes(packed)
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-15)
        try:
            part = inflater.decompress(packed, limit + 1)
        except zlib.error as problem:
            raise Unreadable("unreadable") from problem
        if len(part) <= limit and not inflater.eof:
            raise Unreadable("unreadable")
    else:
        raise Unreadable("unreadable")
    if len(part) > limit:
        raise Unreadable("too_much_inside", limit=f"{bounds.unpacked_mb}")
    return part
