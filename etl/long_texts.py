"""Text files too long to be held at once: the same rows by the same rules, some tens of thousands at a time.

Each part is recognised as a sheet of its own that begins with the head of the file, so that whatever
holds for a short file holds for a long one. What cannot be told part by part (a second table further
down) is left to the reader of whole files.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from etl import text_files
from etl.bounds import Bounds
from etl.findings import Finding, Severity
from etl.sheets import Cell, Sheet, Unreadable
from etl.tables import Recogniser, Table

if TYPE_CHECKING:
    from etl.ordinary import OrdinaryRows

_FIRST_ROWS = 2_000  # of the part in which the table is recognised
_HEAD_ROWS = 40  # repeated before each part; a header is looked for in the first 30
_HEAD = 20_000  # characters in which the delimiter is looked for
_BLOCK = 1 << 20  # bytes
_BY_CELL = (
    4  # a part that must be read cell by cell has so many times fewer rows, since each takes more memory
)
_LONE_RETURN = re.compile(r"\r(?!\n)")


class NotInParts(Exception):
    """The file has to be read as a whole."""


@dataclass(frozen=True)
class Part:
    """What was found in some rows of a file; number 0 is always the first, and begins anew what was before."""

    number: int
    tables: Sequence[Table]
    findings: Sequence[Finding]


def parts(
    recogniser: Recogniser, sha256: str, name: str, path: Path, size: int, bounds: Bounds
) -> Generator[Part, None, str]:
    """The parts of the file at `path`, each of `size` rows, or a quarter as many where something is odd, in its
    order; returns the name of its encoding.

    Raises NotInParts and Unreadable, both at any moment: then the parts so far stand for nothing.
    """
    if path.stat().st_size > bounds.text_mb << 20:
        raise Unreadable("file_too_large", limit=f"{bounds.text_mb:,}")
    with path.open("rb") as stream:
        encoding = text_files.encoding_of(iter(lambda: stream.read(_BLOCK), b""))
    if encoding is None:
        raise NotInParts
    with path.open(encoding=encoding, newline="") as lines:
        start = lines.read(_HEAD)
    if text_files.decode(start.encode()) is None:
        raise NotInParts
    stated = text_files.stated_delimiter(start)
    delimiter = stated or text_files.delimiter_of(start)
    # Where only line feeds end lines, they are found without decoding.
    is_plain = encoding == "utf-8" and not _LONE_RETURN.search(start)
    with path.open("rb") as plain, path.open(encoding=encoding) as decoded:
        text = _Text(plain if is_plain else (line.encode() for line in decoded), delimiter, bounds)
        head = text.rows_of(text.lines(_HEAD_ROWS))
        if stated and head:
            head[0] = []
        yield from _parts(recogniser, sha256, name, head, text, size)
    return text_files.encoding_name(encoding)


class _Text:
    """The rows of a text, taken from its beginning, some lines (in UTF-8) at a time."""

    def __init__(self, lines: Iterator[bytes], delimiter: str, bounds: Bounds) -> None:
        self.delimiter = delimiter
        self.bounds = bounds
        self._lines = lines
        self._returned: deque[bytes] = deque()
        self._line_num = 0  # of the last line taken

    def lines(self, most: int) -> list[bytes]:
        found = list(islice(self._untaken(), most))
        self._line_num += len(found)
        return found

    def give_back(self, lines: Sequence[bytes]) -> None:
        """The last of the lines just taken; they come again."""
        self._returned.extendleft(reversed(lines))
        self._line_num -= len(lines)

    def _untaken(self) -> Iterator[bytes]:
        while self._returned:
            yield self._returned.popleft()
        for line in self._lines:  # noqa: UP028  (`yield from` would close the file with this generator)
            yield line

    def rows_of(self, taken: Sequence[bytes]) -> list[list[Cell]]:
        """The rows that begin in some lines just taken; what the last one needs more of is taken, too."""
        own = _decoded(b"".join(taken))
        further = (line for more in self._untaken() for line in _decoded(more))
        before = self._line_num - len(taken)
        reader = csv.reader(chain(own, further), delimiter=self.delimiter, strict=True)
        rows: list[list[Cell]] = []
        try:
            while reader.line_num < len(own):
                rows.append([cell.strip() or None for cell in next(reader)])
        except csv.Error as problem:
            raise Unreadable("broken_quotes", line=str(before + reader.line_num)) from problem
        if max(map(len, rows), default=0) > self.bounds.columns:
            raise Unreadable("too_many_columns", limit=f"{self.bounds.columns:,}")
        self._line_num = before + reader.line_num
        return rows


def _decoded(lines: bytes) -> list[str]:
    """A lone carriage return ends a line, too."""
    return list(io.StringIO(lines.decode(), newline=None))


def _parts(
    recogniser: Recogniser, sha256: str, name: str, head: list[list[Cell]], text: _Text, size: int
) -> Iterator[Part]:
    layouts: set[tuple[str, ...]] = set()
    told: set[tuple[object, ...]] = set()
    before, most, fewer = len(head), text.bounds.rows_of_text, -(-size // _BY_CELL)
    ordinary: OrdinaryRows | None = None
    for number in range(most):
        lines = text.lines(size if number else min(size, _FIRST_ROWS))
        if not lines and number:
            return
        if ordinary and (found := ordinary.table(b"".join(lines), before + 1, text.delimiter)):
            table, rows_read = found
            before += rows_read
            if before > most:
                raise Unreadable("too_many_rows", limit=f"{most:,}")
            yield Part(number, [table] if table.row_nos else [], [])
            continue
        if number:
            text.give_back(lines[fewer:])
            lines = lines[:fewer]
        rows = text.rows_of(lines)
        if before + len(rows) > most:
            raise Unreadable("too_many_rows", limit=f"{most:,}")
        sheet = Sheet(Path(name).stem, head + rows)
        tables, findings = recogniser.tables(sha256, name, [sheet])
        if not number and not tables and any(f.severity is Severity.SUBMISSION for f in findings):
            yield Part(0, (), findings)  # nothing further down can be of use
            return
        are_names = any(finding.code == "names_in_column" for finding in findings)
        layouts |= {(table.dataset, *table.letters.values()) for table in tables}
        if len(layouts) != 1 or len(recogniser.search.headers(sheet)) != 1:
            raise NotInParts
        if number:
            tables, findings = _without_head(tables, findings, len(head), before - len(head), told)
        else:
            from etl.ordinary import ordinary_rows  # heavy, and of use to long texts only

            ordinary = ordinary_rows(recogniser, tables, sheet)
        if are_names:  # which a short part alone would not show
            ordinary = None
        told |= {_place(finding) for finding in findings if (finding.row_no or 0) <= len(head)}
        yield Part(number, tables, findings)
        before += len(rows)


def _without_head(
    tables: Sequence[Table],
    findings: Sequence[Finding],
    head: int,
    further: int,
    told: set[tuple[object, ...]],
) -> tuple[list[Table], list[Finding]]:
    """Less what the head gives each time, with the rows' numbers in the whole file."""
    kept = []
    for table in tables:
        first = bisect_right(table.row_nos, head)
        rejected = [row_no + further for row_no in table.rejected if row_no > head]
        if first < len(table.row_nos) or rejected:
            cells = {name: column[first:] for name, column in table.cells.items()}
            row_nos = [row_no + further for row_no in table.row_nos[first:]]
            kept.append(replace(table, row_nos=row_nos, cells=cells, rejected=rejected))
    new = []
    for finding in findings:
        if finding.row_no is not None and finding.row_no > head:
            new.append(replace(finding, row_no=finding.row_no + further))
        elif finding.row_no is not None and _place(finding) not in told:
            new.append(finding)
    return kept, new


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.row_no, finding.column_letter
