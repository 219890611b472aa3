"""Runs the SQL files of core/ and marts/ in the order that the SQL itself implies.

One file is one SELECT is one table of the file's name. The comment lines at its head document the
table and each column; they go into the snapshot with the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

_HERE = Path(__file__).resolve().parent
FOLDERS = (_HERE / "core", _HERE / "marts")


class SqlError(Exception):
    """A SQL file of ours is wrong: a programmer's fault, told with the file."""


@dataclass(frozen=True)
class Model:
    name: str
    kind: str  # core or marts
    sql: str
    comment: str
    columns: Mapping[str, str]  # column -> what it means
    needs: frozenset[str]  # every table it reads


def load_models(connection: duckdb.DuckDBPyConnection, folders: Iterable[Path] = FOLDERS) -> list[Model]:
    """All models, each after those it reads, marts after all of core. Raises SqlError on a cycle or an unparsable file."""
    models = {
        file.stem: _model(connection, file) for folder in folders for file in sorted(folder.glob("*.sql"))
    }
    order = TopologicalSorter({name: sorted(model.needs & models.keys()) for name, model in models.items()})
    try:
        return sorted((models[name] for name in order.static_order()), key=lambda model: model.kind != "core")
    except CycleError as problem:
        raise SqlError(f"these models need each other: {problem.args[1]}") from problem


def _model(connection: duckdb.DuckDBPyConnection, file: Path) -> Model:
    sql = file.read_text(encoding="utf-8")
    head = [line[2:].strip() for line in sql.splitlines() if line.startswith("--")]
    columns = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
    return Model(
        file.stem, file.parent.name, sql, head[0] if head else "", columns, tables_read(connection, sql, file)
    )


def tables_read(connection: duckdb.DuckDBPyConnection, sql: str, file: Path) -> frozenset[str]:
    """The tables a SELECT reads, without its CTEs (duckdb's get_table_names counts these wrongly)."""
    if sql not in _tables_read:
        _tables_read[sql] = _parsed(connection, sql, file)
    return _tables_read[sql]


# What a SELECT reads follows from its text alone: whoever builds again in one process need not parse again.
_tables_read: dict[str, frozenset[str]] = {}


def _parsed(connection: duckdb.DuckDBPyConnection, sql: str, file: Path) -> frozenset[str]:
    row = connection.execute("select json_serialize_sql(?)", [sql]).fetchone()
    tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    if tree.get("error"):
        raise SqlError(f"{file.name}: {tree.get('error_message')}")
    nodes = list(_nodes(tree))
    ctes = {
        entry["key"]
        for node in nodes
        if isinstance(cte := node.get("cte_map"), dict)
        for entry in cte.get("map", [])
    }
    read = {str(node["table_name"]) for node in nodes if node.get("type") == "BASE_TABLE"}
    return frozenset(read - ctes)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for value in tree.values():
            yield from _nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value)


def run(connection: duckdb.DuckDBPyConnection, model: Model) -> int:
    """Create the model's table with its comments. Returns its number of rows."""
    connection.execute(f"create table {model.name} as {model.sql}")
    describe(connection, model.name, model.comment, model.columns)
    ((count,),) = connection.execute(f"select count(*) from {model.name}").fetchall()
    return int(count)


def describe(
    connection: duckdb.DuckDBPyConnection, table: str, comment: str, columns: Mapping[str, str]
) -> None:
    statements = [f"comment on table {table} is {_quoted(comment)}"]
    statements += [f"comment on column {table}.{name} is {_quoted(text)}" for name, text in columns.items()]
    connection.execute(";".join(statements))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def create_table(
    connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table, columns: str = "*", kind: str = "table"
) -> None:
    """Make a table of these rows; `columns`, in SQL, says what of them."""
    connection.register("incoming", rows)
    connection.execute(f"create {kind} {name} as select {columns} from incoming")
    connection.unregister("incoming")


def temp_table(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """A table that the build reads and no release keeps."""
    create_table(connection, name, rows, kind="temp table")
