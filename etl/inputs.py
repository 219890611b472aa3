"""What a build starts from: staged rows, winning submissions, reference files, findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
from numpy.typing import ArrayLike

from etl import decisions, places, staging, validation, warehouse
from etl.archive import Receipt
from etl.decisions import Decision
from etl.expectations import Expectations
from etl.reference import COLUMNS
from etl.staging import Workshop
from etl.tables import quarter_of


@dataclass(frozen=True)
class Window:
    """The months that the data speaks of, first and last (their first days)."""

    first_month: date
    last_month: date


class Positions(NamedTuple):
    """Arrays in degrees, NaN where there is no position."""

    codes: Sequence[str]
    longitudes: ArrayLike
    latitudes: ArrayLike
    points_longitude: ArrayLike
    points_latitude: ArrayLike


def register(
    connection: duckdb.DuckDBPyConnection,
    workshop: Workshop,
    received: Sequence[Receipt],
    decided: Sequence[Decision],
    batches: Sequence[Path],
) -> Window | None:
    """Make the tables that core/ reads. None when nothing usable was ever received."""
    _register_receipts(connection, received)
    for name, table in decisions.tables(decided).items():
        warehouse.temp_table(connection, name, table)
    _register_batches(connection, workshop, batches)
    connection.execute(_SUBMISSIONS, {"due_days": workshop.settings.due_days})
    window = connection.execute(
        "select min(period_first_on), max(period_last_on) from in_submission where state <> 'withdrawn'"
    ).fetchone()
    if not window or window[0] is None:
        return None
    _register_accepted(connection, workshop)
    _register_reference(connection, workshop)
    _register_time(connection, workshop, window[0], window[1])
    return Window(window[0], window[1].replace(day=1))


# One submission = what one file states for one committee, dataset and period. Of the usable ones
# the newest wins: by the date written on it, then by the order of arrival. A quarter without records
# is a statement; a standing list without lines is a sheet that somebody left as it was. What was
# withdrawn is not usable. A correction came, or was withdrawn or restored, while its period was
# locked. Rows that are persons are not counted: nothing would hide a small count of them.
_SUBMISSIONS = """
create temp table in_submission as
with usable as (
    select slices.*, receipt.received_at, receipt.arrival,
           in_withdrawal.sha256 is not null as is_withdrawn,
           in_withdrawal.sha256 is null
               and (slices.accepted_count > 0 or (slices.row_count = 0 and in_dataset.slice = 'quarter')) as is_usable,
           in_dataset.slice = 'ledger' as is_ledger,
           in_dataset.is_of_persons,
           exists (
               select 1 from in_lock
               left join in_decision on in_decision.sha256 = slices.sha256
               where in_lock.dataset = slices.dataset and in_lock.period_key = slices.period_key
                 and (receipt.arrival > in_lock.after_order
                          and receipt.arrival <= coalesce(in_lock.until_order, receipt.arrival)
                      or in_decision.number > in_lock.after_number
                          and in_decision.number < coalesce(in_lock.until_number, in_decision.number + 1))
           ) as is_correction
    from slices
    join receipt using (sha256)
    join in_dataset on in_dataset.dataset = slices.dataset
    left join in_withdrawal using (sha256)
),
ranked as (
    select *,
        row_number() over (
            partition by dataset, community_code, case when is_ledger then '' else period_key end, is_usable
            order by period_key desc, coalesce(reported_on, cast(received_at as date)) desc, arrival desc
        ) as newest
    from usable
)
select
    cast(row_number() over (order by community_code, dataset, period_key, reported_on, sha256) as integer) as submission_id,
    sha256, file_name, dataset, community_code, period_key, period_first_on, period_last_on, reported_on,
    received_at, file_format, encoding, is_demo,
    case when not is_of_persons then row_count end as row_count,
    case when not is_of_persons then accepted_count end as accepted_count,
    case when not is_of_persons then row_count - accepted_count end as quarantined_count,
    coalesce(reported_on, cast(received_at as date)) - (period_last_on + cast($due_days as integer)) as days_after_due,
    case when is_withdrawn then 'withdrawn' when not is_usable then 'refused'
         when newest = 1 then 'current' else 'superseded' end as state,
    is_correction
from ranked
"""


def _register_receipts(connection: duckdb.DuckDBPyConnection, received: Sequence[Receipt]) -> None:
    table = pa.table(
        {
            "sha256": pa.array([receipt.sha256 for receipt in received], pa.string()),
            "received_at": pa.array([receipt.received_at for receipt in received], pa.string()),
            "arrival": pa.array([receipt.order for receipt in received], pa.int64()),
        }
    )
    warehouse.temp_table(connection, "receipt", table)


def _register_batches(
    connection: duckdb.DuckDBPyConnection, workshop: Workshop, batches: Sequence[Path]
) -> None:
    datasets = pa.table(
        {
            "dataset": list(workshop.contracts),
            "slice": [contract.slice for contract in workshop.contracts.values()],
            "is_of_persons": [contract.is_of_persons for contract in workshop.contracts.values()],
        }
    )
    warehouse.temp_table(connection, "in_dataset", datasets)
    for name in ("slices", "sheets", "findings"):
        _temp_view(connection, name, [file for batch in batches for file in staging.files_of(batch, name)])
    never_sent = []
    for name, contract in workshop.contracts.items():
        files = [file for batch in batches for file in staging.files_of(batch, f"accepted_{name}")]
        if files:
            _temp_view(connection, f"staged_{name}", files)
        else:
            never_sent.append(contract)
    for name, empty in staging.empty(workshop, never_sent).items():
        warehouse.temp_table(connection, f"staged_{name}", empty)


def _register_accepted(connection: duckdb.DuckDBPyConnection, workshop: Workshop) -> None:
    for name in workshop.contracts:
        connection.execute(
            f"""create temp view accepted_{name} as
                select staged.* exclude (sha256, dataset, period_key), in_submission.submission_id
                from staged_{name} as staged
                join in_submission using (sha256, dataset, community_code, period_key)
                where in_submission.state = 'current'"""
        )


def _register_reference(connection: duckdb.DuckDBPyConnection, workshop: Workshop) -> None:
    reference = workshop.reference
    for name, file, rows, columns in (
        ("organisation", "organisations", reference.organisations, _ORGANISATION),
        ("catalogue", "catalogue", reference.catalogue, "* exclude (aliases)"),
        ("plan", "plans", reference.plans, _PLAN),
        (
            "published",
            "published_figures",
            reference.published_figures,
            "* replace (cast(value as double) as value)",
        ),
    ):
        heads = [(column, pa.string()) for column in COLUMNS[file]]
        incoming = pa.Table.from_pylist(
            [{**row, "sort_no": number} for number, row in enumerate(rows, start=1)],
            schema=pa.schema([*heads, ("sort_no", pa.int64())]),
        )
        warehouse.create_table(connection, f"ref_{name}", incoming, columns)


_ORGANISATION = """code, name, name_en, short_name, cast(level as integer) as level_no,
    nullif(parent_code, '') as parent_code, cast(valid_from as date) as valid_from,
    cast(nullif(valid_to, '') as date) as valid_to, cast(nullif(longitude, '') as double) as longitude,
    cast(nullif(latitude, '') as double) as latitude, sort_no"""
_PLAN = "indicator, org_code, cast(year as integer) as year, cast(target as double) as target"


def _register_time(
    connection: duckdb.DuckDBPyConnection, workshop: Workshop, first: date, last: date
) -> None:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    warehouse.temp_table(connection, "in_day", pa.table({"day_on": pa.array(days, pa.date32())}))
    quarters = list(dict.fromkeys(quarter_of(day) for day in days))
    warehouse.temp_table(
        connection,
        "in_quarter",
        pa.table(
            {
                "quarter_on": pa.array([quarter.first_on for quarter in quarters], pa.date32()),
                "quarter_key": [quarter.key for quarter in quarters],
                "due_on": pa.array(
                    [quarter.last_on + timedelta(days=workshop.settings.due_days) for quarter in quarters],
                    pa.date32(),
                ),
            }
        ),
    )


def positions(connection: duckdb.DuckDBPyConnection) -> Positions:
    """Where the communities and the open service points lie, of the tables of core."""
    centres = connection.execute(
        "select org_code, longitude, latitude from dim_organisation where level_no = 3 order by sort_no"
    ).fetchnumpy()
    points = connection.execute(
        "select longitude, latitude from fact_service_point where located and closed_on is null order by point_id"
    ).fetchnumpy()
    return Positions(
        [str(code) for code in centres["org_code"]],
        _plain(centres["longitude"]), _plain(centres["latitude"]),
        _plain(points["longitude"]), _plain(points["latitude"]),
    )  # fmt: skip


def draw_places(positions: Positions, workshop: Workshop) -> dict[str, pa.Table]:
    """Community areas and what of them lies within walking distance of a point that is open."""
    own = places.load_areas(file) if (file := workshop.reference.own_areas) else None
    return places.geo_tables(*positions, workshop.outline, workshop.settings.walking_m, own)


def register_places(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table]) -> None:
    """Make the tables geo_…."""
    for name, table in tables.items():
        warehouse.create_table(connection, name, table)


def _plain(values: Any) -> Any:
    """A numpy array in which NULL is NaN."""
    return values.filled(float("nan")) if hasattr(values, "filled") else values


def register_findings(connection: duckdb.DuckDBPyConnection, workshop: Workshop) -> None:
    """Every finding, of a file alone and of several ledgers together, as it stays in the release; marts count them."""
    _register_expectations(connection, workshop)
    connection.execute(
        """create table meta_finding as
           select cast(row_number() over (order by findings.sha256, findings.sheet_name, row_no, findings.code, findings.column_name) as integer)
                      as finding_id,
                  in_submission.submission_id, findings.* exclude (suggestion) replace (nullif(findings.community_code, '') as community_code),
                  coalesce(rule.expected, cell.expected, whole.expected, '') as expected,
                  coalesce(findings.suggestion, rule.example, cell.example, whole.example, '') as example
           from (select * from findings semi join receipt using (sha256)
                 union all by name select * from cross_finding) findings
           left join in_submission
             on in_submission.sha256 = findings.sha256 and in_submission.dataset = findings.dataset
            and in_submission.community_code = findings.community_code and in_submission.period_key = findings.period_key
            left join expectation rule on rule.dataset = findings.dataset and rule.code = findings.code
             and rule.column_name = findings.column_name
            left join expectation cell on cell.dataset = findings.dataset and cell.code = ''
             and cell.column_name = findings.column_name
            left join expectation whole on whole.dataset = '' and whole.code = findings.code
             and coalesce(findings.column_name, '') = ''
           where in_submission.submission_id is not null
              or findings.sha256 not in (select sha256 from in_withdrawal)
           order by finding_id"""
    )
    connection.execute("create temp view in_finding as from meta_finding")


def _register_expectations(connection: duckdb.DuckDBPyConnection, workshop: Workshop) -> None:
    """What belongs into a cell, by dataset, code and column; findings themselves do not repeat it."""
    told = Expectations(workshop.contracts, workshop.catalogue, workshop.outline)
    warehouse.temp_table(connection, "expectation", pa.Table.from_pylist(list(told.rows())))


def summary(workshop: Workshop, sha256s: Sequence[str]) -> dict[str, Any]:
    """Rows, severities and the worst findings of the files named, for the words at the end of a load."""
    root = workshop.settings.data / "staging" / workshop.code_id()
    batches = list(staging.complete_batches(root))
    empty: dict[str, Any] = {
        "refused_files": 0,
        "row_count": 0,
        "accepted_count": 0,
        "severities": {},
        "findings": [],
    }
    if not sha256s or not batches:
        return empty
    with duckdb.connect() as connection:
        warehouse.temp_table(connection, "wanted", pa.table({"sha256": list(sha256s)}))
        for name in ("slices", "findings"):
            _temp_view(
                connection, name, [file for batch in batches for file in staging.files_of(batch, name)]
            )
        rows = connection.execute(
            "select coalesce(sum(row_count), 0), coalesce(sum(accepted_count), 0), "
            "count(distinct sha256) filter (accepted_count > 0 or row_count = 0) from slices semi join wanted using (sha256)"
        ).fetchone()
        severities = connection.execute(
            "select severity, count(*) from findings semi join wanted using (sha256) group by all"
        ).fetchall()
        findings = connection.execute(
            """select severity, code, file_name, sheet_name, coalesce(column_letter || row_no, '') as cell, sentence, hint
               from findings semi join wanted using (sha256)
               order by case severity when 'submission' then 1 when 'row' then 2 else 3 end, file_name, sheet_name, row_no"""
        )
        names = [column[0] for column in findings.description or []]
        return {
            "row_count": int(rows[0]) if rows else 0,
            "accepted_count": int(rows[1]) if rows else 0,
            "refused_files": len(sha256s) - (int(rows[2]) if rows else 0),
            "severities": {str(severity): int(count) for severity, count in severities},
            "findings": [dict(zip(names, map(str, row), strict=True)) for row in findings.fetchall()],
        }


def _temp_view(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path]) -> None:
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    if files:
        connection.execute(f"create temp view {name} as from read_parquet([{listed}], union_by_name = true)")
    else:
        schemas = {"slices": staging.SLICE_SCHEMA, "sheets": staging.SHEET_SCHEMA}
        warehouse.temp_table(connection, name, schemas.get(name, validation.FINDING_SCHEMA).empty_table())
