"""Text files: encodings, delimiters, quotation marks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.submissions.faulty_layouts import A
from tests.submissions.make import Sheet, row, rows, text_of

TEXT = text_of(Sheet(A, rows(A, 3, venue="堽头礼堂")))


def text(content: str, encoding: str = "utf-8", cut: int = 0) -> Callable[[Path], object]:
    encoded = content.encode(encoding)
    return lambda path: path.write_bytes(encoded[: len(encoded) - cut])


FILES: dict[str, tuple[str, str, Callable[[Path], object]]] = {
    "text-utf-8": (".csv", "UTF-8", text(TEXT)),
    "text-utf-8-marked": (".csv", "UTF-8 with a byte-order mark", text(TEXT, "utf-8-sig")),
    "text-gb18030": (".csv", "GB18030, with a character that GB2312 lacks", text(TEXT, "gb18030")),
    "text-gb18030-late": (".csv", "a first word beyond ASCII after 100 kB", text(text_of(Sheet(A, rows(A, 1))) + ("," * 50 + "\r\n") * 2_000 + "注：以上,,\r\n", "gb18030")),
    "text-utf-16": (".csv", "UTF-16 with a byte-order mark", text(TEXT, "utf-16")),
    "text-utf-16-le": (".csv", "UTF-16LE without one", text(TEXT, "utf-16-le")),
    "text-utf-16-be": (".csv", "UTF-16BE without one", text(TEXT, "utf-16-be")),
    "text-tabs": (".tsv", "tabs between the cells", text(TEXT.replace(",", "\t"))),
    "text-semicolons": (".csv", "semicolons below a title that has none", text(TEXT.replace(",", ";"))),
    "text-separator-stated": (".csv", "Excel's line sep=;", text("sep=;\r\n" + TEXT.replace(",", ";"))),
    "text-called-xls": (".xls", "text called .xls, as some programs write it", text(TEXT.replace(",", "\t"), "gb18030")),
    "text-lone-returns": (".csv", "lines that end in a carriage return only", text(TEXT.replace("\r\n", "\r"))),
    "text-break-in-cell": (".csv", "a line break within quotation marks", text(text_of(Sheet(A, rows(A, 2, venue="河岸\n广场"))))),
    "text-comma-in-cell": (".csv", "a comma in a cell without quotation marks", text(TEXT.replace("清洁河岸2", "清洁,河岸2"))),
    "text-quote-open": (".csv", "a quotation mark that is never closed", text(TEXT.replace("清洁河岸2", '"清洁河岸2'))),
    "text-quotes-within": (".csv", "a quotation mark within a cell", text(TEXT.replace("清洁河岸2", '"清洁"河岸2'))),
    "text-cut": (".csv", "UTF-8 cut within a character", text(TEXT + "注：完", cut=1)),
    "text-two-encodings": (".csv", "a line of GB18030 in UTF-8",
                           lambda path: path.write_bytes(TEXT.encode() + "注：以上属实".encode("gb18030"))),
    "text-day-cut": (".csv", "6.3 in a text file, where nobody knows what it was", text(text_of(Sheet(A, [row(A, held_on="11.1"), row(A, held_on="11.15")])))),
    "text-too-many-rows": (".csv", "more rows than a file may have", text(TEXT + "\r\n" * 3100)),
    "text-short-rows": (".csv", "rows that end early", text(TEXT.replace(",堽头礼堂,30,45,60.5", ",堽头礼堂"))),
    "text-of-something-else": (".csv", "a text that is no table", text("各位：\r\n材料已发，请查收。\r\n")),
}  # fmt: skip
