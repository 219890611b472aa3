"""Rows of a long text in which nothing is odd, read as columns: some ten times as quick as cell by cell.

What makes a row ordinary is checked here, for all rows at once; the few that need a closer look get it
from records.py. Where that is not enough, the whole part is left to the reader of sheets (tables.py),
so that both ways give the same rows and findings. Each distinct text of a column is looked at once.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from etl import names, people, records
from etl.headers import Header, is_ignored
from etl.preface import Context
from etl.sheets import Cell, Sheet
from etl.tables import Place, Recogniser, Table

_CODED = pa.dictionary(pa.int32(), pa.string())
_TOTAL_INITIALS = pa.array(sorted(records.TOTAL_INITIALS), pa.string())
_SAMPLE = 2_000  # distinct texts by which a column of names is known; a part is one itself


class _Odd(Exception):
    """These rows need the reader of sheets."""


class OrdinaryRows:
    """Rows below the header of `table`, which the reader of sheets has found on `sheet`."""

    def __init__(self, recogniser: Recogniser, table: Table, sheet: Sheet, header: Header) -> None:
        self._recogniser = recogniser
        self._table = table
        self._sheet = sheet
        self._header = header
        self._contract = recogniser.contracts[table.dataset]
        self._width = header.right + 1
        self._headings = pa.array([*recogniser.search.spelled, *header.headings.values()], pa.string())
        self._ignored = {at for at, heading in header.headings.items() if is_ignored(heading)}
        self._required = records.required_of(header, self._contract)

    def table(self, content: bytes, first_row_no: int, delimiter: str) -> tuple[Table, int] | None:
        """The table of some whole lines in UTF-8, of which the first is sheet row `first_row_no`, and how many
        rows these are; None where something is odd."""
        if b'"' in content or len(delimiter.encode()) > 1:
            return None
        try:
            columns = self._columns(content, delimiter)
            is_record = self._are_records(columns)
            numbers = np.flatnonzero(is_record)
            if len(numbers) < len(is_record):
                columns = [column.take(pa.array(numbers)) for column in columns]
            table = replace(
                self._table,
                row_nos=(numbers + first_row_no).tolist(),
                cells=self._cells(columns, len(numbers)),
                rejected=(),
            )
            return table, len(is_record)
        except _Odd:
            return None

    def _columns(self, content: bytes, delimiter: str) -> list[pa.DictionaryArray]:
        """One for each cell of the header: each distinct text once, without blanks around it; empty ones are NULL."""
        names = [str(at) for at in range(self._width)]
        try:
            read = pyarrow.csv.read_csv(
                pa.BufferReader(content),
                read_options=pyarrow.csv.ReadOptions(
                    use_threads=False, block_size=len(content) + 1, column_names=names
                ),
                parse_options=pyarrow.csv.ParseOptions(
                    delimiter=delimiter, quote_char=False, double_quote=False, ignore_empty_lines=False
                ),
                convert_options=pyarrow.csv.ConvertOptions(
                    column_types=dict.fromkeys(names, _CODED), strings_can_be_null=True, null_values=[""]
                ),
            )
        except pa.ArrowInvalid as problem:  # rows of different lengths
            raise _Odd from problem
        return [_trimmed(column) for column in read.columns]

    def _are_records(self, columns: Sequence[pa.DictionaryArray]) -> NDArray[np.bool_]:
        """Which rows are records, as records.records_of tells them."""
        if any(pc.any(pc.is_in(column.dictionary, self._headings)).as_py() for column in columns[:5]):
            raise _Odd  # another header, or this one again
        is_record = np.full(len(columns[0]), len(columns) >= 3)
        for column in columns[:3]:
            initials = pc.utf8_slice_codeunits(column.dictionary, 0, 1)
            plain = np.append(pc.invert(pc.is_in(initials, _TOTAL_INITIALS)), False)
            is_record &= plain[column.indices.fill_null(len(plain) - 1)]
        unclear = np.flatnonzero(~is_record)
        rows = zip(*(column.take(pa.array(unclear)).to_pylist() for column in columns), strict=True)
        top: Sequence[Cell] = self._sheet.rows[self._header.last]
        for at, row in zip(unclear, rows, strict=True):
            is_record[at] = records.is_record(row, top, self._ignored, 0, self._required, False)
        return is_record

    def _cells(self, columns: Sequence[pa.DictionaryArray], rows: int) -> dict[str, pa.DictionaryArray]:
        """What of the columns is kept, by the contract's: as it stands, but for what may speak of persons."""
        header, contract = self._header, self._contract
        kinds = {header.columns[one.name]: one.type for one in contract.columns if one.name in header.columns}
        close = {at for at, kind in kinds.items() if _needs_a_close_look(kind, columns[at])}
        distinct = [
            [*column.dictionary.to_pylist(), None] if at in close else [] for at, column in enumerate(columns)
        ]
        place = Place(self._sheet, header, contract, Context(), _tell)
        kept = self._recogniser.cells(place, distinct, range(max(map(len, distinct))))
        cells = {}
        for name, texts in kept.items():
            at = header.columns.get(name.removesuffix("__verdict"))
            if at is None:
                cells[name] = _coded(pa.nulls(rows, pa.int32()), [])
            elif at in close:
                cells[name] = _coded(columns[at].indices.fill_null(len(distinct[at]) - 1), texts)
            else:
                cells[name] = columns[at]
        return cells


def ordinary_rows(recogniser: Recogniser, tables: Sequence[Table], sheet: Sheet) -> OrdinaryRows | None:
    """For the rows further down of a text of which `sheet` is the beginning and `tables` what was found there;
    None unless it is one plain table of one committee and period."""
    headers = recogniser.search.headers(sheet)
    if len(headers) != 1 or len(tables) != 1:
        return None
    header = headers[0]
    if header.left or header.committee_at is not None or header.period_at is not None:
        return None
    return OrdinaryRows(recogniser, tables[0], sheet, header)


def _trimmed(read: pa.ChunkedArray) -> pa.DictionaryArray:
    column = read.unify_dictionaries().combine_chunks()
    if (pc.max(pc.utf8_length(column.dictionary)).as_py() or 0) > csv.field_size_limit():
        raise _Odd
    texts = pc.utf8_trim_whitespace(column.dictionary)
    if texts.equals(column.dictionary):
        return column
    again = texts.dictionary_encode()
    codes = pc.if_else(pc.equal(texts, ""), None, again.indices)
    return pa.DictionaryArray.from_arrays(codes.take(column.indices), again.dictionary)


def _needs_a_close_look(kind: str, column: pa.DictionaryArray) -> bool:
    """Whether something in the column may have to be hidden, or make a pseudonym. In doubt it does."""
    if kind not in {"text", "unit"}:
        return kind.startswith("person")
    if pc.any(pc.match_substring_regex(column.dictionary, people.MAY_HIDE)).as_py():
        return True
    step = max(len(column.dictionary) // _SAMPLE, 1)
    some = column.dictionary.take(pa.array(range(0, len(column.dictionary), step), pa.int64()))
    return names.are_names(some.to_pylist(), is_read=False)


def _coded(codes: pa.Array, texts: Sequence[Cell]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(codes, pa.array(texts, pa.string()))


def _tell(*_: object, **__: object) -> None:
    """Whatever there is to tell, the reader of sheets tells it."""
    raise _Odd
