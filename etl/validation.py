"""Rows of a dataset -> accepted rows and findings, as the contract says.

Every check is one bit of a mask; a second query turns the bits that are set into findings. Rows
read = rows accepted + rows quarantined, always: a row is quarantined when a check of severity
"row" fails, and a warning never removes one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from etl import people, places, values
from etl.contract import Contract, Value
from etl.criteria import Check, checks_of
from etl.findings import FINDING_COLUMNS, POSITION_SENTENCES, Severity
from etl.tables import Table

_THREADS = 2
FINDING_SCHEMA = pa.schema(
    {name: pa.int32() if name == "row_no" else pa.string() for name in FINDING_COLUMNS}
)


@dataclass(frozen=True)
class Validated:
    accepted: pa.Table
    findings: pa.Table  # FINDING_COLUMNS
    row_count: int
    accepted_count: int


def database() -> duckdb.DuckDBPyConnection:
    """A database in memory in which rows can be checked; a cursor of it is a checker of its own.

    Opening one costs as much as checking a thousand rows, so all datasets share it. One thread: a
    dataset has too few rows for more, and several are checked side by side.
    """
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(values.MACROS)
    return connection


_MARKS = 27  # bits of a hash that choose a mark: 128 MiB of marks, of which ten million rows set a seventh


class Seen:
    """The rows accepted of the parts before, each as two hashes of what must not come twice: 128 bits that
    differ stand for rows that differ.

    Each row leaves a mark for each of its hashes. Only the few whose marks are both there already are
    looked for among the rows themselves, which are kept by part, in the order of the first hash.
    """

    def __init__(self) -> None:
        self._marks = np.zeros(1 << _MARKS, np.bool_)  # which takes memory only where it is written to
        self._parts: list[tuple[NDArray[np.uint64], NDArray[np.uint64]]] = []

    def holds(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        found = np.zeros(len(hashes), np.bool_)
        suspects = np.flatnonzero(self._marks[_marks(hashes)].all(axis=1))
        suspects = suspects[np.argsort(hashes[suspects, 0])]  # neighbours are looked up quickly
        first, again = hashes[suspects, 0], hashes[suspects, 1]
        for part in self._parts:
            at = np.searchsorted(part[0], first)
            at[at == len(part[0])] = 0
            found[suspects] |= (part[0][at] == first) & (part[1][at] == again)
        return found

    def add(self, hashes: NDArray[np.uint64]) -> None:
        if len(hashes):
            self._marks[_marks(hashes)] = True
            order = np.argsort(hashes[:, 0])
            self._parts.append((hashes[order, 0], hashes[order, 1]))


def _marks(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return hashes >> np.uint64(64 - _MARKS)


Judge: TypeAlias = Callable[[Mapping[str, Seen]], dict[str, Validated]]


def validate(
    asked: Sequence[tuple[Contract, Sequence[Table]]],
    catalogue: Sequence[Value],
    outline: places.Outline,
    tolerance_m: float,
    opened: duckdb.DuckDBPyConnection,
) -> Judge:
    """Read the cells of some datasets, each with all its tables, two at a time, in a `database()`.

    What is returned checks the rows, once. It is told the rows accepted so far, by dataset, of tables that
    come in parts, and so may be called only after it was for the part before; the reading need not wait.
    """
    with ThreadPoolExecutor(_THREADS) as pool:
        rows = values.typed(opened.cursor, pool, asked, catalogue) if asked else []
    # Those with many rows first, lest one be left at the end.
    longest_first = sorted(zip(asked, rows, strict=True), key=lambda one: -one[1].num_rows)

    def judge(seen: Mapping[str, Seen]) -> dict[str, Validated]:
        frame = _Frame(catalogue, outline, tolerance_m, seen)
        with ThreadPoolExecutor(_THREADS) as pool:
            answers = [
                (contract.name, pool.submit(_checked, opened.cursor, contract, tables, typed, frame))
                for (contract, tables), typed in longest_first
            ]
            return {name: answer.result() for name, answer in answers}

    return judge


@dataclass(frozen=True)
class _Frame:
    """What all checks lean on."""

    catalogue: Sequence[Value]
    outline: places.Outline
    tolerance_m: float
    seen: Mapping[str, Seen]


def _checked(
    cursor: Callable[[], duckdb.DuckDBPyConnection],
    contract: Contract,
    tables: Sequence[Table],
    typed: pa.Table,
    frame: _Frame,
) -> Validated:
    checks = checks_of(contract, frame.catalogue)
    blocking = sum(1 << check.bit for check in checks if check.severity is Severity.ROW)
    position = _judged_positions(contract, tables, typed, frame)
    with cursor() as connection:
        flags, hashes = _flags(connection, contract, tables, typed, checks)
        fit = flags & blocking == 0
        repeated = _repeated(contract, tables, typed, fit, hashes[:, 0])
        if seen := frame.seen.get(contract.name):
            repeated |= fit & seen.holds(hashes)
            seen.add(hashes[fit & ~repeated])
        is_faulty = (flags != 0) | repeated
        if position:
            is_faulty |= fit & (position.verdict != "located")
        fit &= ~repeated
        at = np.flatnonzero(is_faulty)
        faulty = (
            typed.take(pa.array(at))
            .append_column("flags", pa.array(flags[at]))
            .append_column("is_repeated", pa.array(repeated[at]))
        )
        if position:
            # Of rows that are out, the place is no matter.
            verdict = np.where(fit[at], position.verdict[at], "located")
            faulty = faulty.append_column("position_verdict", pa.array(verdict.astype(object), pa.string()))
        findings = _findings(connection, contract, tables, checks, faulty)
    accepted = _accepted(contract, tables, typed, position).filter(pa.array(fit))
    return Validated(accepted, findings, typed.num_rows, accepted.num_rows)


def _sources(tables: Sequence[Table]) -> pa.Table:
    rows = [
        {
            "source_no": number,
            "sha256": table.sha256,
            "file_name": table.file_name,
            "sheet_name": table.sheet_name,
            "dataset": table.dataset,
            "community_code": table.community_code,
            "period_key": table.period.key,
            "letters": list(table.letters.items()),
            "headings": list(table.headings.items()),
        }
        for number, table in enumerate(tables)
    ]
    text_map = pa.map_(pa.string(), pa.string())
    texts = ("sha256", "file_name", "sheet_name", "dataset", "community_code", "period_key")
    schema = pa.schema(
        [
            ("source_no", pa.int32()),
            *((name, pa.string()) for name in texts),
            ("letters", text_map),
            ("headings", text_map),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class _Positions:
    """For each row, what its cells say of a place: WGS-84 degrees, NaN unless located."""

    longitude: str  # the columns that say it
    latitude: str
    system: pa.Array
    wgs_longitude: NDArray[np.float64]
    wgs_latitude: NDArray[np.float64]
    verdict: NDArray[np.str_]


def _judged_positions(
    contract: Contract, tables: Sequence[Table], typed: pa.Table, frame: _Frame
) -> _Positions | None:
    """Positions converted and judged, where the contract has any."""
    kinds = {column.type: column.name for column in contract.columns}
    if not {"longitude", "latitude"} <= kinds.keys():
        return None
    system = pa.array([table.crs for table in tables], pa.string()).take(_flat(typed["source_no"]))
    if "crs" in kinds:
        system = pc.coalesce(_flat(typed[f"{kinds['crs']}__system"]), system)
    system = system.fill_null("")
    lon, lat, verdict = places.judge_positions(
        typed[kinds["longitude"]].to_numpy().astype(float),
        typed[kinds["latitude"]].to_numpy().astype(float),
        system.to_pylist(),
        frame.outline,
        frame.tolerance_m,
    )
    return _Positions(kinds["longitude"], kinds["latitude"], system, lon, lat, verdict)


def _flags(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    tables: Sequence[Table],
    typed: pa.Table,
    checks: Sequence[Check],
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """For each row the bits of the checks that it fails, and two hashes of what must not come twice."""
    mask = (
        " + ".join(f"case when {check.violated} then {1 << check.bit}::bigint else 0 end" for check in checks)
        or "0::bigint"
    )
    of_table = pa.array([" ".join(map(str, _slice(table))) for table in tables], pa.string())
    connection.register("typed", typed.append_column("slice", of_table.take(_flat(typed["source_no"]))))
    keys = ", ".join(("slice", *contract.key))
    found = connection.sql(
        f"select {mask} as flags, hash({keys}) as hash, hash('again', {keys}) as again from typed"
    ).fetchnumpy()
    connection.unregister("typed")
    hashes = np.column_stack([np.asarray(found[name], np.uint64) for name in ("hash", "again")])
    return np.asarray(found["flags"], np.int64), hashes


def _slice(table: Table) -> tuple[object, ...]:
    """Within which no row may repeat another one."""
    return table.sha256, table.community_code, table.period.first_on


def _repeated(
    contract: Contract,
    tables: Sequence[Table],
    typed: pa.Table,
    fit: NDArray[np.bool_],
    hashes: NDArray[np.uint64],
) -> NDArray[np.bool_]:
    """Which of the rows that are otherwise fit repeat an earlier one: only where hashes meet are keys compared."""
    repeated = np.zeros(len(fit), np.bool_)
    rows = np.flatnonzero(fit)
    _, place, count = np.unique(hashes[rows], return_inverse=True, return_counts=True)
    suspects = rows[count[place] > 1]
    keys = typed.select(["source_no", *contract.key]).take(pa.array(suspects))
    seen: set[tuple[object, ...]] = set()
    for row, (source_no, *key) in zip(
        suspects, zip(*(c.to_pylist() for c in keys.columns), strict=True), strict=True
    ):
        whole = (*_slice(tables[source_no]), *key)
        repeated[row] = whole in seen
        seen.add(whole)
    return repeated


def _accepted(
    contract: Contract, tables: Sequence[Table], typed: pa.Table, positions: _Positions | None
) -> pa.Table:
    """The rows as they are kept, before those that are out are taken out."""
    source_no = _flat(typed["source_no"])
    # What is the same for all rows of a table is kept once a table: most of what is written, otherwise.
    columns: dict[str, pa.Array] = {
        name: pa.DictionaryArray.from_arrays(source_no, pa.array(of_tables, pa.string()))
        for name, of_tables in (
            ("sha256", [table.sha256 for table in tables]),
            ("dataset", [table.dataset for table in tables]),
            ("period_key", [table.period.key for table in tables]),
            ("sheet_name", [table.sheet_name for table in tables]),
        )
    }
    dropped = {"source_no", "period_first_on", "period_last_on"}
    if positions:
        dropped |= {positions.longitude, positions.latitude}
        dropped |= {column.name for column in contract.columns if column.type == "crs"}
    columns |= {
        name: typed[name]
        for name in typed.column_names
        if name not in dropped and not name.startswith("raw_") and "__" not in name
    }
    if positions:
        columns |= {
            "original_longitude": typed[positions.longitude],
            "original_latitude": typed[positions.latitude],
            "wgs_longitude": pa.array(positions.wgs_longitude, from_pandas=True),
            "wgs_latitude": pa.array(positions.wgs_latitude, from_pandas=True),
            "located": pa.array(positions.verdict == "located"),
            "position_crs": positions.system,
        }
    return pa.table(columns)


def _findings(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    tables: Sequence[Table],
    checks: Sequence[Check],
    faulty: pa.Table,
) -> pa.Table:
    """What is wrong with the faulty rows: `flags`, `is_repeated` and, where there are positions, `position_verdict`."""
    if not faulty.num_rows:
        return FINDING_SCHEMA.empty_table()
    connection.register("faulty", faulty)
    connection.register("source", _sources(tables))
    rules = pa.table(
        {
            "bit": pa.array([1 << check.bit for check in checks], pa.int64()),
            **{
                name: pa.array([str(getattr(check, name)) for check in checks], pa.string())
                for name in ("code", "column", "severity", "sentence", "hint")
            },
        }
    ).rename_columns(["bit", "code", "column_name", "severity", "sentence", "hint"])
    connection.register("rules", rules)
    values = " ".join(
        f"when '{column.name}' then raw_{column.name}" for column in contract.columns if not column.is_secret
    )
    corrected = " ".join(
        f"when '{rule.code}' then cast({rule.corrected} as varchar)"
        for rule in contract.rules
        if rule.corrected
    )
    suggested = f"case rules.code {corrected} end" if corrected else "null"
    zh = " ".join(f"when '{column.name}' then {_quoted(column.zh)}" for column in contract.columns)
    key_title = " || '、' || ".join(_quoted(contract.column(name).zh) for name in contract.key)
    parts = [
        f"""select source_no, row_no, rules.severity, rules.code, rules.column_name,
                   case rules.column_name {values} end as value, rules.sentence, rules.hint,
                   {suggested} as suggestion
            from faulty join rules on flags & rules.bit <> 0""",
        f"""select source_no, row_no, 'row', 'duplicate_row', '{contract.key[0]}', null,
                   '与前面某一行重复（' || {key_title} || '相同）', '如果确是两条记录，请在名称中加以区分；否则删去一行', null
            from faulty where is_repeated""",
    ]
    if "position_verdict" in faulty.column_names:
        said, advice = (
            " ".join(
                f"when '{verdict}' then {_quoted(words[at])}" for verdict, words in POSITION_SENTENCES.items()
            )
            for at in (0, 1)
        )
        lon, lat = (
            next(column.name for column in contract.columns if column.type == kind)
            for kind in ("longitude", "latitude")
        )
        parts.append(
            f"""select source_no, row_no, 'warning', 'position_' || position_verdict, '{lon}',
                       concat_ws('，', raw_{lon}, raw_{lat}), case position_verdict {said} end,
                       case position_verdict {advice} end, null
                from faulty where position_verdict <> 'located'"""
        )
    found = connection.sql(f"""
        with fault(source_no, row_no, severity, code, column_name, value, sentence, hint, suggestion) as ({" union all ".join(parts)}),
        headed as (
            select source.* exclude (source_no), fault.*,
                   coalesce(source.letters[fault.column_name], '') as column_letter,
                   coalesce(source.headings[fault.column_name], case fault.column_name {zh} end, '') as heading
            from fault join source on source.source_no = fault.source_no
        )
        select sha256, file_name, severity, code,
               replace(replace(sentence, '{{heading}}', heading), '{{value}}', coalesce(value, '')) as sentence,
               replace(hint, '{{suggestion}}', coalesce(suggestion, '')) as hint,
               dataset, community_code, period_key, sheet_name, row_no, column_letter, column_name, heading, value, suggestion
        from headed order by source_no, row_no, code""").to_arrow_table()
    for name in ("rules", "faulty", "source"):
        connection.unregister(name)
    return _masked(found).cast(FINDING_SCHEMA)


def _masked(findings: pa.Table) -> pa.Table:
    """No value of a person leaves with a finding, whatever column it was typed into."""
    for cell, words in (("value", "sentence"), ("suggestion", "hint")):
        values, sentences = findings[cell].to_pylist(), findings[words].to_pylist()
        shown = [people.mask_cell(value) if value else value for value in values]
        said = [
            people.mask(sentence if value == instead else sentence.replace(value, instead))
            for sentence, value, instead in zip(sentences, values, shown, strict=True)
        ]
        for name, texts in ((cell, shown), (words, said)):
            at = findings.schema.get_field_index(name)
            findings = findings.set_column(at, name, pa.array(texts, pa.string()))
    return findings.select(list(FINDING_COLUMNS))
