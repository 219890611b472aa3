"""The release's own record, which a build ends with: what went in, what it means, how long it took."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from etl import attention, labels, lineage, snapshot, warehouse
from etl.catalogue import Catalogue, read_catalogue
from etl.inputs import Window
from etl.staging import Workshop
from etl.warehouse import Model


def write(
    connection: duckdb.DuckDBPyConnection,
    workshop: Workshop,
    release_id: str,
    window: Window,
    models: Sequence[Model],
    steps: Sequence[tuple[str, float, int | None]],
) -> None:
    """The tables meta_… of a release, but for meta_finding, which marts count."""
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
        warehouse.create_table(connection, f"meta_{name}", pa.Table.from_pylist(list(rows)))
    attention.check_queries(connection, rules)
    lineage.check_queries(connection, rows_of)
    lineage.write_cells(connection)
    _describe_fixed_tables(connection)


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
    warehouse.temp_table(
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
