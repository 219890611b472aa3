"""From figures back to rows: what lineage.toml declares, checked against the tables and baked into a snapshot."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import duckdb

FILE = Path(__file__).with_name("lineage.toml")
TRACE = ("submission_id", "sheet_name", "row_no", "record")


class LineageError(Exception):
    """A declaration is wrong: a programmer's fault, told with the table."""


def read_lineage(file: Path = FILE) -> Mapping[str, str]:
    """Table -> the SELECT of the rows of ledgers that it counts. Raises LineageError."""
    return {
        table: _select(table, block)
        for table, block in tomllib.loads(file.read_text(encoding="utf-8")).items()
    }


def _select(table: str, block: Mapping[str, str]) -> str:
    if set(block) == {"sql"}:
        return block["sql"].strip()
    if set(block) != {"fact", "key", "record"}:
        raise LineageError(f"lineage.toml: [{table}] needs either sql, or fact, key and record")
    return (
        f"select counted.*, told.submission_id, told.sheet_name, told.row_no, told.{block['record']} as record"
        f" from {table} as counted join {block['fact']} as told using ({block['key']})"
    )


def lineage_rows(lineage: Mapping[str, str]) -> list[dict[str, str]]:
    """Rows of meta_lineage."""
    return [{"table_name": table, "sql": sql} for table, sql in lineage.items()]


def check_queries(connection: duckdb.DuckDBPyConnection, lineage: Mapping[str, str]) -> None:
    """Raise LineageError when a SELECT does not run, or does not say where its rows stand."""
    for table, sql in lineage.items():
        try:
            found = {row[0] for row in connection.execute(f"describe {sql}").fetchall()}
        except duckdb.Error as problem:
            raise LineageError(f"lineage.toml: [{table}] {str(problem).splitlines()[0]}") from problem
        if missing := {"community_code", *TRACE} - found:
            raise LineageError(f"lineage.toml: [{table}] does not give {', '.join(sorted(missing))}")


def write_cells(connection: duckdb.DuckDBPyConnection) -> None:
    """meta_cell: in which column of which sheet a submission states what. Where two tables of one sheet
    differ, the row is all that is known."""
    connection.execute(
        """create table meta_cell as
           with stated as (
               select submission_id, in_submission.community_code, sheet_name,
                      unnest(map_keys(letters)) as column_name, unnest(map_values(letters)) as column_letter
               from sheets join in_submission using (sha256, dataset, community_code, period_key)
           )
           select submission_id, community_code, sheet_name, column_name, min(column_letter) as column_letter
           from stated group by all having count(distinct column_letter) = 1
           order by submission_id, sheet_name, column_name"""
    )
