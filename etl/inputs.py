"""What a build starts from (staged rows, winning submissions, reference files) and what it ends
with (the snapshot's meta tables)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
from numpy.typing import ArrayLike

from etl import attention, decisions, labels, lineage, places, snapshot, staging, validation, warehouse
from etl.archive import Receipt
from etl.catalogue import Catalogue, read_catalogue
from etl.decisions import Decision
from etl.expectations import Expectations
from etl.reference import COLUMNS
from etl.staging import Workshop
from etl.tables import quarter_of
from etl.warehouse import Model


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
        _temp_table(connection, name, table)
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
# withdrawn is not usable. A correction came, or was withdrawn or
# restored, while its period was locked.
_SUBMISSIONS = """
create temp table in_submission as
with usable as (
    select slices.*, receipt.received_at, receipt.arrival,
           in_withdrawal.sha256 is not null as is_withdrawn,
           in_withdrawal.sha256 is null
               and (slices.accepted_count > 0 or (slices.row_count = 0 and in_dataset.slice = 'quarter')) as is_usable,
           in_dataset.slice = 'ledger' as is_ledger,
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
    received_at, file_format, encoding, is_demo, row_count, accepted_count, row_count - accepted_count as quarantined_count,
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
    _temp_table(connection, "receipt", table)


def _register_batches(
    connection: duckdb.DuckDBPyConnection, workshop: Workshop, batches: Sequence[Path]
) -> None:
    datasets = pa.table(
        {
            "dataset": list(workshop.contracts),
            "slice": [contract.slice for contract in workshop.contracts.values()],
        }
    )
    _temp_table(connection, "in_dataset", datasets)
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
        _temp_table(connection, f"staged_{name}", empty)


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
        connection.register("incoming", incoming)
        connection.execute(f"create table ref_{name} as select {columns} from incoming")
        connection.unregister("incoming")


_ORGANISATION = """code, name, name_en, short_name, cast(level as integer) as level_no,
    nullif(parent_code, '') as parent_code, cast(valid_from as date) as valid_from,
    cast(nullif(valid_to, '') as date) as valid_to, cast(nullif(longitude, '') as double) as longitude,
    cast(nullif(latitude, '') as double) as latitude, sort_no"""
_PLAN = "indicator, org_code, cast(year as integer) as year, cast(target as double) as target"


def _register_time(
    connection: duckdb.DuckDBPyConnection, workshop: Workshop, first: date, last: date
) -> None:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    _temp_table(connection, "in_day", pa.table({"day_on": pa.array(days, pa.date32())}))
    quarters = list(dict.fromkeys(quarter_of(day) for day in days))
    _temp_table(
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
        connection.register("incoming", table)
        connection.execute(f"create table {name} as from incoming")
        connection.unregister("incoming")


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


def write_meta(
    connection: duckdb.DuckDBPyConnection,
    workshop: Workshop,
    release_id: str,
    window: Window,
    models: Sequence[Model],
    steps: Sequence[tuple[str, float, int | None]],
) -> None:
    """The release's own record: what went in, what it means, how long it took."""
    settings = workshop.settings
    catalogue = read_catalogue()
    rules = attention.read_rules()
    rows_of = lineage.read_lineage()
    connection.execute(
        """create table meta_submission as
           select submission_id, file_name, sha256, community_code, dataset, period_key,
                  received_at, reported_on, days_after_due, state, is_correction, in_withdrawal.reason as withdrawn_for,
                  row_count, accepted_count, quarantined_count, file_format, encoding
           from in_submission left join in_withdrawal using (sha256) order by submission_id"""
    )
    _write_decisions(connection, catalogue)
    connection.execute(
        """create table meta_release as
           select ? as release_id, cast(? as timestamp) as built_at, ? as format_version,
                  coalesce(bool_or(is_demo) filter (state = 'current'), false) as is_demo,
                  cast(? as date) as first_month, cast(? as date) as last_month,
                  count(*) filter (state = 'current') as submission_count,
                  count(*) filter (is_correction and state in ('current', 'withdrawn')) as correction_count,
                  count(*) filter (state = 'withdrawn') as withdrawn_count,
                  (select coalesce(max(arrival), 0) from receipt) as receipt_order,
                  (select coalesce(max(number), 0) from in_decision) as decision_number,
                  cast(coalesce(sum(row_count), 0) as bigint) as row_count,
                  cast(coalesce(sum(accepted_count), 0) as bigint) as accepted_count,
                  cast(coalesce(sum(quarantined_count), 0) as bigint) as quarantined_count
           from in_submission""",
        [
            release_id,
            datetime.now(UTC).replace(tzinfo=None),
            snapshot.FORMAT_VERSION,
            window.first_month,
            window.last_month,
        ],
    )
    level_rows = [
        {"level_no": number, "level_key": level.key, "title": level.title, "title_en": level.title_en,
         "body": level.body, "role": level.role}
        for number, level in enumerate(settings.levels, start=1)
    ]  # fmt: skip
    dimension_rows = catalogue.dimension_rows()
    step_rows = [
        {"step_no": number, "step": name, "seconds": seconds, "row_count": rows}
        for number, (name, seconds, rows) in enumerate(steps, start=1)
    ]
    model_rows = [
        {
            "table_name": model.name,
            "kind": model.kind,
            "needs": "、".join(sorted(model.needs)),
            "comment": model.comment,
        }
        for model in models
    ]
    setting_rows = [{"name": name, "value": value} for name, value in settings.for_snapshot().items()]
    for name, rows in (
        ("setting", setting_rows),
        ("level", level_rows),
        ("indicator", catalogue.indicator_rows()),
        ("dimension", dimension_rows),
        ("attention_rule", attention.rule_rows(rules)),
        ("lineage", lineage.lineage_rows(rows_of)),
        ("label", labels.label_rows(workshop, dimension_rows)),
        ("step", step_rows),
        ("model", model_rows),
    ):
        connection.register("incoming", pa.Table.from_pylist(list(rows)))
        connection.execute(f"create table meta_{name} as from incoming")
        connection.unregister("incoming")
    attention.check_queries(connection, rules)
    lineage.check_queries(connection, rows_of)
    lineage.write_cells(connection)
    _describe_fixed_tables(connection)


def _register_expectations(connection: duckdb.DuckDBPyConnection, workshop: Workshop) -> None:
    """What belongs into a cell, by dataset, code and column; findings themselves do not repeat it."""
    told = Expectations(workshop.contracts, workshop.catalogue, workshop.outline)
    _temp_table(connection, "expectation", pa.Table.from_pylist(list(told.rows())))


def _write_decisions(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """What was decided, without the accounts that decided it; and which figures corrections touch."""
    connection.execute(
        """create table meta_decision as
           select number as decision_number, kind, "at" as decided_at, nullif(dataset, '') as dataset,
                  nullif(period_key, '') as period_key, nullif(community_code, '') as community_code,
                  nullif(sha256, '') as sha256, nullif(reason, '') as reason
           from in_decision order by number"""
    )
    reads = [(name, key) for key, block in catalogue.indicators.items() for name in block["datasets"]]
    _temp_table(
        connection,
        "in_indicator_dataset",
        pa.table({"dataset": [name for name, _ in reads], "indicator": [key for _, key in reads]}),
    )
    connection.execute(
        """create table meta_correction as
           select submission_id, indicator, community_code, period_key
           from in_submission join in_indicator_dataset using (dataset)
           where is_correction and state in ('current', 'withdrawn')
           order by submission_id, indicator"""
    )


def _describe_fixed_tables(connection: duckdb.DuckDBPyConnection) -> None:
    described = tomllib.loads(Path(__file__).with_name("fixed_tables.toml").read_text(encoding="utf-8"))
    for table, text in described.items():
        warehouse.describe(connection, table, text.pop("table"), text)


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
        _temp_table(connection, "wanted", pa.table({"sha256": list(sha256s)}))
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


def _temp_table(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("incoming", table)
    connection.execute(f"create temp table {name} as from incoming")
    connection.unregister("incoming")


def _temp_view(connection: duckdb.DuckDBPyConnection, name: str, files: Sequence[Path]) -> None:
    listed = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    if files:
        connection.execute(f"create temp view {name} as from read_parquet([{listed}], union_by_name = true)")
    else:
        schemas = {"slices": staging.SLICE_SCHEMA, "sheets": staging.SHEET_SCHEMA}
        _temp_table(connection, name, schemas.get(name, validation.FINDING_SCHEMA).empty_table())
