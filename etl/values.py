"""Cells of text -> values. Ledgers repeat themselves, so each distinct text is read once, and all
columns of one kind, of whatever dataset, in one query: planning a query costs more than reading a
thousand texts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.contract import Column, Contract, Value
from etl.crs import crs_name
from etl.tables import Table

# Reading numbers and dates out of text.
MACROS = Path(__file__).with_name("text_values.sql").read_text(encoding="utf-8")

_BOOLEANS = (
    Value("true", "是", "Yes", ("是", "√", "✓", "有", "Y", "y", "1", "对")),
    Value("false", "否", "No", ("否", "×", "无", "N", "n", "0", "不是", "-", "—", "/")),
)
_NO_VALUES = ("", "-", "－", "—", "——", "/", "／", "无", "N/A")  # ways of leaving a cell empty
_MARKS = ", ".join(f"'{text}'" for text in _NO_VALUES)
_NO_VALUE = "|".join(_NO_VALUES)


@dataclass(frozen=True)
class _Kind:
    """How a text is read: cleaned; NULL if it is one of `empty`, else `raw`; then stage by stage, each
    in a subquery of its own, because macros within macros multiply."""

    clean: str
    empty: str
    stages: tuple[str, ...]
    gives: tuple[str, ...]
    # Where all texts match `plain` (or are empty) the same comes of `plain_stages`, which are planned ten times as quickly.
    plain: str = ""
    plain_stages: tuple[str, ...] = ()


_DAYS = (
    "range_parts(d) as r, day_of(d) as only_day",
    "sane(only_day) as day, range_last(r) as range_end, range_first(r) as first_day",
    "sane(first_day) as range_start",
    # A range with an end that cannot be is as unreadable as a day that cannot be.
    "coalesce(day, case when range_end is not null then range_start end) as first",
    "coalesce(sane(range_end), first) as last, is_cut_day(raw) as cut, is_day_of_year(raw) as yearless",
)
_DAY = ("raw", "day", "first", "last", "cut", "yearless")
_NOT = "case when raw is not null then false end"
_PLAIN_DAY = (
    r"\d{4}-\d\d-\d\d",
    (f"sane(day_of(raw)) as day, {_NOT} as cut, {_NOT} as yearless", "day as first, day as last"),
)
# Where a dash may be the answer, only nothing is nothing.
_KINDS = {
    "text": _Kind("trimmed", "''", (), ("raw",)),
    "word": _Kind("trimmed", _MARKS, ("replace(raw, ' ', '') as word",), ("raw", "word")),
    "yes_no": _Kind("half_width", "''", ("replace(raw, ' ', '') as word",), ("raw", "word")),
    "unit": _Kind(
        "trimmed",
        "''",
        ("unit_name_of(raw) as name", "left(sha256(name), 6) as digest"),
        ("raw", "name", "digest"),
    ),
    "figure": _Kind(
        "half_width",
        _MARKS,
        (
            "figure_of(raw) as figure",
            "numeral_digits(figure) as digits",
            "numeral_part(split_part(digits, '万', 1)) as above, numeral_part(split_part(digits, '万', 2)) as below",
            "numeral_value(digits, above, below) as numeral",
            "number_text(raw, figure, numeral) as n",
            "to_whole(n) as whole, to_number(n) as number, is_about(raw) as about",
        ),
        ("raw", "whole", "number", "about"),
        r"[+-]?\d+(\.\d+)?",
        ("to_whole(raw) as whole, to_number(raw) as number, false as about",),
    ),
    "day": _Kind("half_width", _MARKS, ("dashed(raw) as d", *_DAYS), _DAY, *_PLAIN_DAY),
    # A day without a year has that of the submission's period.
    "day_of_period": _Kind(
        "half_width",
        _MARKS,
        ("dashed(raw) as dashed", "with_year(dashed, raw, period_first_on) as d", *_DAYS),
        _DAY,
        *_PLAIN_DAY,
    ),
    "time": _Kind(
        "half_width",
        _MARKS,
        ("clock_parts(raw) as c", "coalesce(minute_of(c), minute_of_fraction(raw)) as minute"),
        ("raw", "minute"),
    ),
}
# What a check wants to know of a text besides its value becomes `<column>__<name>`.
_ASIDES = {"cut", "yearless", "about"}
# Column type -> its kind, and which of what the kind gives is the column's value.
_TYPES = {
    "text": ("text", "raw"),
    "unit": ("unit", "name"),
    "enum": ("word", "word"),
    "catalogue_item": ("word", "word"),
    "crs": ("word", "raw"),
    "boolean": ("yes_no", "word"),
    "integer": ("figure", "whole"),
    "number": ("figure", "number"),
    "longitude": ("figure", "number"),
    "latitude": ("figure", "number"),
    "date": ("day", "day"),
    "time": ("time", "minute"),
}


def options(column: Column, catalogue: Sequence[Value]) -> Sequence[Value]:
    """What may stand in a column that takes only certain words; empty for all others."""
    return {"enum": column.values, "boolean": _BOOLEANS, "catalogue_item": catalogue}.get(column.type, ())


@dataclass(frozen=True)
class _Cells:
    """The cells of one column: `codes[i]` is the place in `texts` (and `days`) of the text in row i."""

    column: Column
    codes: pa.Array
    texts: pa.Array
    days: pa.Array | None = None  # the first day of the period, where the same text may be a day of any year

    @property
    def kind(self) -> str:
        return "day_of_period" if self.days is not None else _TYPES[self.column.type][0]


def typed(
    cursor: Callable[[], duckdb.DuckDBPyConnection],
    pool: Executor,
    asked: Sequence[tuple[Contract, Sequence[Table]]],
    catalogue: Sequence[Value],
) -> list[pa.Table]:
    """One table for each dataset asked: a row a sheet row, `raw_<column>` (as typed in, for findings) and
    `<column>` (its value or NULL), and where from: `source_no` counts the tables, `row_no` is the sheet's.

    `cursor` gives a connection that knows MACROS, for the use of one thread.
    """
    by_dataset = [_cells(contract, tables) for contract, tables in asked]
    by_kind: dict[str, list[_Cells]] = {}
    for cells in chain.from_iterable(by_dataset):
        by_kind.setdefault(cells.kind, []).append(cells)
    running = [pool.submit(_read, cursor, kind, cells) for kind, cells in by_kind.items()]
    read = {column: values for answer in running for column, values in answer.result().items()}
    return [
        _table(contract, tables, cells, read, catalogue)
        for (contract, tables), cells in zip(asked, by_dataset, strict=True)
    ]


def _cells(contract: Contract, tables: Sequence[Table]) -> list[_Cells]:
    found = []
    for column in contract.columns:
        if not column.is_secret:
            coded = _coded([table.cells[column.name] for table in tables])
            cells = _Cells(column, coded.indices, coded.dictionary)
            found.append(_dated(cells, tables) if column.in_period else cells)
    return found


def _dated(cells: _Cells, tables: Sequence[Table]) -> _Cells:
    """The same cells, with a text counted once for each period that it stands in."""
    days = list(dict.fromkeys(table.period.first_on for table in tables))
    day_no = np.repeat([days.index(t.period.first_on) for t in tables], [len(t.row_nos) for t in tables])
    is_empty = cells.codes.is_null().to_numpy(zero_copy_only=False)
    pairs = cells.codes.fill_null(0).to_numpy().astype(np.int64) * len(days) + day_no
    distinct, codes = np.unique(pairs, return_inverse=True)
    return _Cells(
        cells.column,
        pa.array(codes, pa.int32(), mask=is_empty),
        cells.texts.take(pa.array(distinct // len(days)))
        if len(cells.texts)
        else pa.nulls(len(distinct), pa.string()),
        pa.array([days[number] for number in distinct % len(days)], pa.date32()),
    )


def _coded(columns: Sequence[list[str | None] | pa.DictionaryArray]) -> pa.DictionaryArray:
    if len(columns) == 1 and isinstance(columns[0], pa.Array):
        return columns[0]
    return _text(columns).dictionary_encode()


def _text(columns: Sequence[list[str | None] | pa.DictionaryArray]) -> pa.Array:
    """Cells one below the other, as they were read: lists, or the arrays of long texts."""
    if any(isinstance(cells, pa.Array) for cells in columns):
        return pa.concat_arrays(
            [
                cells.dictionary_decode() if isinstance(cells, pa.Array) else pa.array(cells, pa.string())
                for cells in columns
            ]
        )
    return pa.array(list(chain.from_iterable(columns)), pa.string())


def _read(
    cursor: Callable[[], duckdb.DuckDBPyConnection], kind: str, columns: Sequence[_Cells]
) -> dict[int, dict[str, pa.Array]]:
    """What the kind gives for each distinct text of each column, by the identity of its cells."""
    how = _KINDS[kind]
    texts = pa.concat_arrays([cells.texts for cells in columns])
    cell = pa.table({"text": texts})
    if days := [cells.days for cells in columns if cells.days is not None]:
        cell = cell.append_column("period_first_on", pa.concat_arrays(days))
    with cursor() as connection:  # one thread: answers come in the order of the texts
        connection.register("cell", cell)
        answers = connection.sql(query(kind, _are_plain(texts, how))).to_arrow_table()
        connection.unregister("cell")
    answers = answers.combine_chunks()
    result: dict[int, dict[str, pa.Array]] = {}
    start = 0
    for cells in columns:
        own = answers.slice(start, len(cells.texts))
        result[id(cells)] = {name: _flat(own[name]) for name in how.gives}
        start += len(cells.texts)
    return result


def query(kind: str, are_plain: bool = False) -> str:
    """What reads the column `text` of the table `cell`; a day of a period's year also `period_first_on`."""
    how = _KINDS[kind]
    sql = f"select *, {how.clean}(text) as t from cell"
    sql = f"select *, case when t not in ({how.empty}) then t end as raw from ({sql})"
    for stage in how.plain_stages if are_plain else how.stages:
        sql = f"select *, {stage} from ({sql})"
    return f"select {', '.join(how.gives)} from ({sql})"


def _are_plain(texts: pa.Array, how: _Kind) -> bool:
    if not how.plain:
        return False
    found = pc.match_substring_regex(texts, f"^(?:{how.plain}|{_NO_VALUE})$")
    return bool(pc.all(found).as_py() is not False)


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return (
        column.chunk(0)
        if column.num_chunks == 1
        else pa.concat_arrays(column.chunks or [pa.array([], column.type)])
    )


def _table(
    contract: Contract,
    tables: Sequence[Table],
    cells: Sequence[_Cells],
    read: Mapping[int, Mapping[str, pa.Array]],
    catalogue: Sequence[Value],
) -> pa.Table:
    source_no = pa.array(np.repeat(np.arange(len(tables)), [len(t.row_nos) for t in tables]), pa.int32())

    def of_source(values: Sequence[str | date], kind: pa.DataType) -> pa.Array:
        return pa.array(values, kind).take(source_no)

    columns: dict[str, pa.Array] = {
        "source_no": source_no,
        "row_no": pa.array(list(chain.from_iterable(table.row_nos for table in tables)), pa.int32()),
        "community_code": of_source([table.community_code for table in tables], pa.string()),
        "period_first_on": of_source([table.period.first_on for table in tables], pa.date32()),
        "period_last_on": of_source([table.period.last_on for table in tables], pa.date32()),
    }
    by_name = {one.column.name: one for one in cells}
    for column in contract.columns:
        if column.type == "person_id":  # a pseudonym already
            for name in (column.name, f"{column.name}__verdict"):
                columns[name] = _text([table.cells[name] for table in tables])
        elif not column.is_secret:
            own = by_name[column.name]
            columns |= _column(own, read[id(own)], columns["community_code"], options(column, catalogue))
    return pa.table(columns)


def _column(
    cells: _Cells, given: Mapping[str, pa.Array], community: pa.Array, values: Sequence[Value]
) -> dict[str, pa.Array]:
    column, raw = cells.column, given["raw"].take(cells.codes)
    found = {f"raw_{column.name}": raw}
    answer = given[_TYPES[column.type][1]]
    if values:
        codes = {spelling: value.code for value in values for spelling in value.spellings}
        known = [codes.get(word) for word in answer.to_pylist()]
        if column.type == "boolean":
            answer = pa.array([None if code is None else code == "true" for code in known], pa.bool_())
        else:
            answer = pa.array(known, pa.string())
    elif column.range_end:
        answer = given["first"]
        found = {column.range_end: given["last"].take(cells.codes)} | found
    found[column.name] = raw if answer is given["raw"] else answer.take(cells.codes)
    found |= {f"{column.name}__{name}": given[name].take(cells.codes) for name in _ASIDES & given.keys()}
    if column.type == "crs":
        systems = pa.array([crs_name(text) for text in answer.to_pylist()], pa.string())
        found[f"{column.name}__system"] = systems.take(cells.codes)
    if column.type == "unit":
        code = column.name.removesuffix("_name") + "_code"
        found[code] = pc.binary_join_element_wise(community, given["digest"].take(cells.codes), "-")
    return found
