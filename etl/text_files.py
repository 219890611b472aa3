"""Text files -> rows of cells: in which encoding, with which delimiter. Both are found on the head of a file.

An encoding is found by byte-order mark, NUL pattern, strict UTF-8, strict GB18030, in this order.
The order was right on every file tried; statistical guessers call small GBK files Big5.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from etl.sheets import Cell, Unreadable

DELIMITERS = ",\t;，"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SHOWN = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8（带 BOM）", "gb18030": "GB18030", "utf-16": "UTF-16",
          "utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE"}  # fmt: skip
_HEAD = 4000  # bytes or characters in which a binary file gives itself away
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\r?\n?", re.IGNORECASE)
_ENOUGH_UTF8 = (
    20  # characters of several bytes that fit UTF-8 one after the other: no other encoding does that
)


def encoding_name(encoding: str) -> str:
    """As people know it: GB18030."""
    return _SHOWN.get(encoding, encoding)


def encoding_of(blocks: Iterable[bytes]) -> str | None:
    """The Python name of the encoding of a text that comes in blocks; None for what is no text.

    All blocks are looked at, since a file may be plain ASCII up to its last line. Raises Unreadable
    ("broken_text") for UTF-8 that is damaged: as GB18030 it would be read, and every word wrong.
    """
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")}
    several_bytes = 0
    head = b""
    for block in blocks:
        if not head:
            head = block[:_HEAD]
            if certain := _by_mark_or_pattern(head):
                return certain
        for name in list(decoders):
            try:
                text = decoders[name].decode(block)
            except UnicodeDecodeError as problem:
                del decoders[name]
                if name == "utf-8":
                    several_bytes += _several_bytes(block[: problem.start])
                continue
            if name == "utf-8" and several_bytes < _ENOUGH_UTF8:
                several_bytes += sum(not char.isascii() for char in text[:_HEAD])
    for name in list(decoders):
        try:
            decoders[name].decode(b"", final=True)
        except UnicodeDecodeError:
            del decoders[name]
    if "utf-8" in decoders:
        return "utf-8" if head else None
    if several_bytes >= _ENOUGH_UTF8:
        raise Unreadable("broken_text")
    return "gb18030" if "gb18030" in decoders else None


def _several_bytes(valid: bytes) -> int:
    return sum(not char.isascii() for char in valid[-_HEAD:].decode("utf-8", "ignore"))


def _by_mark_or_pattern(head: bytes) -> str | None:
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked or b"\x00" not in head:
        return marked
    # Digits and commas have a zero byte behind them or in front; a few characters (一) have the other one.
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"


def decode(content: bytes) -> tuple[str, str] | None:
    """The text and its encoding; None for what is no text. Raises Unreadable ("broken_text")."""
    encoding = encoding_of((content,))
    if encoding is None:
        return None
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    # Binary files decode as GB18030 now and then; text has no control characters.
    return None if _CONTROL.search(text, 0, _HEAD) else (text, encoding)


def stated_delimiter(text: str) -> str | None:
    """Of Excel's first line "sep=;", which is no row of the table."""
    match = _SEPARATOR_LINE.match(text)
    return match[1] if match else None


def delimiter_of(head: str) -> str:
    """The delimiter by which most of the first lines fall into equally many cells; a title has none of it."""
    best, found = 0, ","
    for delimiter in DELIMITERS:
        try:
            widths = Counter(
                len(row) for row in islice(csv.reader(io.StringIO(head), delimiter=delimiter), 40)
            )
        except csv.Error:
            continue
        widths.pop(1, None)
        score = max((width * count for width, count in widths.items()), default=0)
        if score > best:
            best, found = score, delimiter
    return found


def rows_of(text: str) -> list[list[Cell]]:
    """Raises Unreadable where quotation marks do not match: all that follows would be one cell."""
    stated = stated_delimiter(text)
    lines = io.StringIO(text, newline=None)  # a lone carriage return ends a line, too
    reader = csv.reader(lines, delimiter=stated or delimiter_of(text[:20_000]), strict=True)
    rows: list[list[Cell]] = []
    try:
        rows.extend([cell.strip() or None for cell in row] for row in reader)
    except csv.Error as problem:
        raise Unreadable("broken_quotes", line=str(reader.line_num)) from problem
    if stated and rows:
        rows[0] = []
    return rows
