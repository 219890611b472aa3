"""What only several ledgers together can tell: a chair that is no member unit, a use outside opening hours.

One file in checks/ is one SELECT over core tables that gives the records that contradict another one:
dataset, submission_id, sheet_name, row_no, column_name, value. Its name is the code of the finding; the
first comment line is the sentence ({value} stands for the value), the second one what to do. Such a
record counts all the same: which of the two ledgers is wrong, only their keepers know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from etl.contract import Contract
from etl.findings import FINDING_COLUMNS, Severity

FOLDER = Path(__file__).resolve().parent / "checks"


@dataclass(frozen=True)
class CrossCheck:
    code: str
    sentence: str
    hint: str
    sql: str


def load_checks(folder: Path = FOLDER) -> list[CrossCheck]:
    """Every check, by name. Raises ValueError for a file without sentence and hint."""
    checks = []
    for file in sorted(folder.glob("*.sql")):
        sql = file.read_text(encoding="utf-8")
        head = [line[2:].strip() for line in sql.splitlines() if line.startswith("--")]
        if len(head) < 2:
            raise ValueError(f"{file.name}: the first two lines must be the sentence and what to do")
        checks.append(CrossCheck(file.stem, head[0], head[1], sql))
    return checks


def run(connection: duckdb.DuckDBPyConnection, contracts: Mapping[str, Contract]) -> int:
    """Make the temp table cross_finding (the columns of a finding). Returns how many there are."""
    headings = pa.table(
        {
            "dataset": [c.name for c in contracts.values() for _ in c.columns],
            "column_name": [column.name for c in contracts.values() for column in c.columns],
            "heading": [column.zh for c in contracts.values() for column in c.columns],
        }
    )
    connection.register("official_heading", headings)
    # `told` has no row: it gives the table its columns where no check is declared.
    nothing = (
        "'' as dataset, 0 as submission_id, '' as sheet_name, 0 as row_no, '' as column_name, '' as value"
    )
    selects = [f"select {nothing}, '' as code, '' as sentence, '' as hint where false"]
    parameters: list[object] = []
    for check in load_checks():
        selects.append(
            "select dataset, submission_id, sheet_name, row_no, column_name, cast(value as varchar) as value, "
            f"'{check.code}' as code, replace(?, '{{value}}', coalesce(cast(value as varchar), '')) as sentence, "
            f"? as hint from ({check.sql})"
        )
        parameters += [check.sentence, check.hint]
    columns = ", ".join(_COLUMNS.get(name, f"told.{name}") for name in FINDING_COLUMNS)
    connection.execute(
        f"""create temp table cross_finding as
            select {columns} from ({" union all ".join(selects)}) told
            join in_submission using (submission_id)
            left join official_heading on official_heading.dataset = told.dataset
                and official_heading.column_name = told.column_name""",
        parameters,
    ).fetchall()
    connection.unregister("official_heading")
    ((count,),) = connection.execute("select count(*) from cross_finding").fetchall()
    return int(count)


_COLUMNS = {
    "sha256": "in_submission.sha256",
    "file_name": "in_submission.file_name",
    "severity": f"'{Severity.WARNING}' as severity",
    "community_code": "in_submission.community_code",
    "period_key": "in_submission.period_key",
    "row_no": "cast(told.row_no as integer) as row_no",
    "column_letter": "'' as column_letter",
    "heading": "coalesce(official_heading.heading, '') as heading",
    "suggestion": "cast(null as varchar) as suggestion",
}
