"""Rows of a long text in which nothing is odd, read as columns: some ten times as quick as cell by cell.

What makes a row ordinary is checked here, for all rows at once; the few that need a closer look get it
from records.py. Where that is not enough, the whole part is left to the reader of sheets (tables.py),
so that both ways give the same rows and findings. Each distinct text of a column is looked at once.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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

    def table(self, content: bytes, first_row_no: int, delimiter: str) -> tuple[Table, int] | None:
        """The table of some whole lines in UTF-8, of which the first is sheet row `first_row_no`, and how many
        rows these are; None where something is odd."""
        if b'"' in content or len(delimiter.encode()) > 1:
            return None
        try:
            columns = self._columns(content, delimiter)
            is_record = self._are_records(columns)
            numbers = np.flatnonzero(is_record)
            table = replace(
                self._table,
                row_nos=(numbers + first_row_no).tolist(),
                cells=self._cells(columns, numbers),
                rejected=(),
            )
            return table, len(is_record)
        except _Odd:
            return None

    def _columns(self, content: bytes, delimiter: str) -> list[_Column]:
        """One for each cell of the header."""
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
        return [_column(column) for column in read.columns]

    def _are_records(self, columns: Sequence[_Column]) -> NDArray[np.bool_]:
        """Which rows are records, as records.records_of tells them."""
        if not all(self._headings.isdisjoint(column.texts) for column in columns[:5]):
            raise _Odd  # another header, or this one again
        is_record = np.full(len(columns[0].codes), len(columns) >= 3)
        for column in columns[:3]:
            plain = [text is not None and text[0] not in records.TOTAL_INITIALS for text in column.texts]
            is_record &= np.array(plain)[column.codes]
        top: Sequence[Cell] = self._sheet.rows[self._header.last]
        for at in np.flatnonzero(~is_record):
            row = [column.texts[column.codes[at]] for column in columns]
            is_record[at] = records.is_record(row, top, self._ignored, 0, self._needed, False)
        return is_record

    def _cells(self, columns: Sequence[_Column], rows: NDArray[np.intp]) -> dict[str, pa.DictionaryArray]:
        """What of some rows is kept, by the contract's columns."""
        at_of = self._header.columns
        distinct = [column.texts if at in at_of.values() else [] for at, column in enumerate(columns)]
        place = Place(self._sheet, self._header, self._contract, Context(), _tell)
        kept = self._recogniser.cells(place, distinct, range(max(map(len, distinct))))
        cells = {}
        for name, texts in kept.items():
            at = at_of.get(name.removesuffix("__verdict"))
            codes = np.zeros(len(rows), np.int32) if at is None else columns[at].codes[rows]
            cells[name] = pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(texts, pa.string()))
        return cells


@dataclass(frozen=True)
class _Column:
    """`texts[codes[i]]` stands in row i, without blanks around it; the last of the texts is None."""

    codes: NDArray[np.int32]
    texts: list[Cell]


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


def _column(read: pa.ChunkedArray) -> _Column:
    coded = read.unify_dictionaries().combine_chunks()
    if (pc.max(pc.utf8_length(coded.dictionary)).as_py() or 0) > csv.field_size_limit():
        raise _Odd
    texts = coded.dictionary.to_pylist()
    codes = np.asarray(coded.indices.fill_null(len(texts)))
    stripped = [text.strip() or None for text in texts]
    return _Column(codes, [*stripped, None])


def _tell(*_: object, **__: object) -> None:
    """Whatever there is to tell, the reader of sheets tells it."""
    raise _Odd
