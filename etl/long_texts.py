"""Text files too long to be held at once: the same rows by the same rules, some tens of thousands at a time.

Each part is recognised as a sheet of its own that begins with the head of the file, so that whatever
holds for a short file holds for a long one. What cannot be told part by part (a second table further
down) is left to the reader of whole files.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from etl import text_files
from etl.bounds import Bounds
from etl.findings import Finding, Severity
from etl.sheets import Cell, Sheet, Unreadable
from etl.tables import Recogniser, Table

_HEAD_ROWS = 40  # repeated before each part; a header is looked for in the first 30
_HEAD = 20_000  # characters in which the delimiter is looked for
_BLOCK = 1 << 20  # bytes


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
    """The parts of the file at `path`, each of `size` rows, in its order; returns the name of its encoding.

    Raises NotInParts and Unreadable, both at any moment: then the parts so far stand for nothing.
    """
    if path.stat().st_size > bounds.text_mb << 20:
        raise Unreadable("file_too_large", limit=f"{bounds.text_mb:,}")
    with path.open("rb") as stream:
        encoding = text_files.encoding_of(iter(lambda: stream.read(_BLOCK), b""))
    if encoding is None:
        raise NotInParts
    with path.open(encoding=encoding) as lines:
        start = lines.read(_HEAD)
    if text_files.decode(start.encode()) is None:
        raise NotInParts
    stated = text_files.stated_delimiter(start)
    delimiter = stated or text_files.delimiter_of(start)
    with path.open(encoding=encoding) as lines:  # a lone carriage return ends a line, too
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            head = _rows(reader, _HEAD_ROWS, bounds)
            if stated and head:
                head[0] = []
            yield from _parts(recogniser, sha256, name, head, reader, size, bounds)
        except csv.Error as problem:
            raise Unreadable("broken_quotes", line=str(reader.line_num)) from problem
    return text_files.encoding_name(encoding)


def _parts(
    recogniser: Recogniser,
    sha256: str,
    name: str,
    head: list[list[Cell]],
    reader: Iterator[list[str]],
    size: int,
    bounds: Bounds,
) -> Iterator[Part]:
    layouts: set[tuple[str, ...]] = set()
    told: set[tuple[object, ...]] = set()
    before = len(head)
    for number in range(bounds.rows_of_text):
        rows = _rows(reader, size, bounds)
        if not rows and number:
            return
        if before + len(rows) > bounds.rows_of_text:
            raise Unreadable("too_many_rows", limit=f"{bounds.rows_of_text:,}")
        tables, findings = recogniser.tables(sha256, name, [Sheet(Path(name).stem, head + rows)])
        if not number and not tables and any(f.severity is Severity.SUBMISSION for f in findings):
            yield Part(0, (), findings)  # nothing further down can be of use
            return
        layouts |= {(table.dataset, *table.letters.values()) for table in tables}
        if len(layouts) != 1:
            raise NotInParts
        if number:
            tables, findings = _without_head(tables, findings, len(head), before - len(head), told)
        told |= {_place(finding) for finding in findings if (finding.row_no or 0) <= len(head)}
        yield Part(number, tables, findings)
        before += len(rows)


def _rows(reader: Iterator[list[str]], most: int, bounds: Bounds) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[cell.strip() or None for cell in row] for row in islice(reader, most)]
    if max(map(len, rows), default=0) > bounds.columns:
        raise Unreadable("too_many_columns", limit=f"{bounds.columns:,}")
    return rows


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
