"""Rows of a long text in which nothing is odd, read as columns: some ten times as quick as cell by cell.

What makes a row ordinary is checked here, for all rows at once; the few that need a closer look get it
from records.py. Where that is not enough, the whole part is left to the reader of sheets (tables.py),
so that both ways give the same rows and findings. Each distinct text of a column is looked at once.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from etl import records
from etl.headers import Header, is_ignored
from etl.preface import Context
from etl.sheets import Cell, Sheet
from etl.tables import Place, Recogniser, Table

_CODED = pa.dictionary(pa.int32(), pa.string())


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
        self._headings = recogniser.search.spelled | set(header.headings.values())
        self._ignored = {at for at, heading in header.headings.items() if is_ignored(heading)}
        self._needed = sum(column.required for column in self._contract.columns)

    def table(self, text: str, first_row_no: int, delimiter: str) -> Table | None:
        """The table of some whole lines, of which the first is sheet row `first_row_no`; None where something is odd."""
        if '"' in text or len(delimiter.encode()) > 1:
            return None
        try:
            columns = self._columns(text, delimiter)
            is_record = self._are_records(columns)
            numbers = np.flatnonzero(is_record)
            if len(numbers) < len(is_record):
                columns = [column.take(pa.array(numbers)) for column in columns]
            return replace(
                self._table,
                row_nos=(numbers + first_row_no).tolist(),
                cells=self._cells(columns, len(numbers)),
                rejected=(),
            )
        except _Odd:
            return None

    def _columns(self, text: str, delimiter: str) -> list[pa.DictionaryArray]:
        """One array a cell of the header, blanks around texts taken off and empty texts NULL."""
        content = text.encode()
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
        columns = [_stripped(_one(column)) for column in read.columns]
        if len(content) > csv.field_size_limit():
            longest = max(
                (len(text) for column in columns for text in column.dictionary.to_pylist()), default=0
            )
            if longest > csv.field_size_limit():
                raise _Odd
        return columns

    def _are_records(self, columns: Sequence[pa.DictionaryArray]) -> NDArray[np.bool_]:
        """Which rows are records, as records.records_of tells them."""
        texts = [column.dictionary.to_pylist() for column in columns[:5]]
        if not all(self._headings.isdisjoint(distinct) for distinct in texts):
            raise _Odd  # another header, or this one again
        rows = len(columns[0])
        is_plain = np.ones(rows, np.bool_) if len(columns) >= 3 else np.zeros(rows, np.bool_)
        for column, distinct in zip(columns[:3], texts, strict=False):
            plain = np.array([text[0] not in records.TOTAL_INITIALS for text in distinct] + [False])
            is_plain &= plain[_codes(column, len(distinct))]
        at = np.flatnonzero(~is_plain)
        unclear = [column.take(pa.array(at)).to_pylist() for column in columns]
        top: Sequence[Cell] = self._sheet.rows[self._header.last]
        for row_no, *row in zip(at, *unclear, strict=True):
            is_plain[row_no] = records.is_record(row, top, self._ignored, 0, self._needed, False)
        return is_plain

    def _cells(self, columns: Sequence[pa.DictionaryArray], rows: int) -> dict[str, pa.DictionaryArray]:
        """What of the columns is kept, by the contract's."""
        distinct: list[list[Cell]] = [[*column.dictionary.to_pylist(), None] for column in columns]
        place = Place(self._sheet, self._header, self._contract, Context(), _tell)
        kept: Mapping[str, list[Cell]] = self._recogniser.cells(
            place, distinct, range(len(max(distinct, key=len)))
        )
        cells = {}
        for name, texts in kept.items():
            at = self._header.columns.get(name.removesuffix("__verdict"))
            if at is None:
                codes, texts = np.zeros(rows, np.int32), [None]
            else:
                codes = _codes(columns[at], len(distinct[at]) - 1)
            cells[name] = pa.DictionaryArray.from_arrays(
                pa.array(codes, pa.int32()), pa.array(texts, pa.string())
            )
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


def _one(column: pa.ChunkedArray) -> pa.DictionaryArray:
    return column.chunk(0) if column.num_chunks == 1 else column.unify_dictionaries().combine_chunks()


def _stripped(column: pa.DictionaryArray) -> pa.DictionaryArray:
    texts = column.dictionary.to_pylist()
    stripped = [text.strip() or None for text in texts]
    if stripped == texts:
        return column
    places: dict[str, int] = {}
    codes = [None if text is None else places.setdefault(text, len(places)) for text in stripped]
    return pa.DictionaryArray.from_arrays(
        pa.array(codes, pa.int32()).take(column.indices), pa.array(list(places), pa.string())
    )


def _codes(column: pa.DictionaryArray, of_null: int) -> NDArray[np.int32]:
    """The place of each row's text among the distinct ones; `of_null` where there is none."""
    return np.asarray(column.indices.fill_null(of_null))


def _tell(*_: object, **__: object) -> None:
    """Whatever there is to tell, the reader of sheets tells it."""
    raise _Odd
