"""Notices of the committees to their member units: how far each one came, and whom it passed by."""

from __future__ import annotations

import pandas as pd

from dashboard.catalogue import UNSTATED
from dashboard.database import Snapshot
from dashboard.ledgers.cut import SUBMISSION, TRACE, add_label, add_name, cut_of, day
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection

DIMENSIONS = ("notice_kind", "unit_kind")
_BY = {
    "notice_kind": f"coalesce(record.notice_kind, '{UNSTATED}')",
    "unit_kind": f"coalesce(record.unit_kind, '{UNSTATED}')",
    "unit": "record.unit_code",
}
_STAGES = """cast(sum(record.due_count) as bigint) as due, cast(sum(record.recipient_count) as bigint) as recipients,
    cast(sum(record.reached_count) as bigint) as reached, cast(sum(record.read_count) as bigint) as read,
    cast(sum(record.read_soon_count) as bigint) as read_soon, cast(sum(record.task_count) as bigint) as tasks,
    cast(sum(record.acted_count) as bigint) as acted"""


def stages(snapshot: Snapshot, selection: Selection, by: str, scope: Scope = WHOLE) -> pd.DataFrame:
    """How many deliveries of the period came how far, by "notice_kind", "unit_kind" or "unit".

    Columns: <by>, <by>_label; due (unit under agreement that day), recipients, reached (both), read,
    read_soon (within three days), tasks (need action), acted. Filters: notice_kind, unit_kind.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS)
    period = selection.period
    order = {
        "notice_kind": "min(case record.notice_kind when 'work' then 1 when 'task' then 2 else 3 end)",
        "unit": "min(place.sort_no)",
    }
    frame = snapshot.frame(
        f"""select {_BY[by]} as {by}, {_STAGES}
            from mart_notice_unit record join dim_organisation place on place.org_code = record.community_code
            where {cut.sql} and record.sent_on between {day(period.first_on)} and {day(period.last_on)}
              and {_BY[by]} is not null
            group by {_BY[by]} order by {order.get(by, "due desc")}, {_BY[by]}""",
        cut.parameters,
    )
    name = add_name if by == "unit" else add_label
    name(snapshot, frame, by, selection.language)
    return frame


def notices(
    snapshot: Snapshot, selection: Selection, limit: int | None = 300, scope: Scope = WHOLE
) -> pd.DataFrame:
    """Notices of the period, the latest first.

    Columns: notice, sent_on, title, kind, kind_label, community, community_label, due, recipients, reached,
    missed, read, read_soon, tasks, acted, file_name, sheet_name, row_no (of its first recipient).
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS)
    period = selection.period
    frame = snapshot.frame(
        f"""with one as (
                select record.notice_id, record.sent_on, record.notice_kind, record.community_code, {_STAGES}
                from mart_notice_unit record
                where {cut.sql} and record.sent_on between {day(period.first_on)} and {day(period.last_on)}
                group by all having sum(record.recipient_count) > 0
            ),
            record as (
                select notice_id, notice_title, submission_id, sheet_name, min(row_no) as row_no
                from fact_notice group by all
            )
            select one.notice_id as notice, one.sent_on, record.notice_title as title, one.notice_kind as kind,
                   one.community_code as community, one.due, one.recipients, one.reached, one.due - one.reached as missed,
                   one.read, one.read_soon, one.tasks, one.acted, {TRACE}
            from one join record using (notice_id) {SUBMISSION}
            order by one.sent_on desc, one.notice_id {"" if limit is None else f"limit {int(limit)}"}""",
        cut.parameters,
    )
    add_label(snapshot, frame, "kind", selection.language, "notice_kind")
    add_name(snapshot, frame, "community", selection.language)
    return frame


def receipts(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """What the selected organisation received of the period's notices, those it did not receive included.

    Columns: sent_on, title, kind, kind_label, unit, unit_label, is_received, is_task, read_on, acted_on,
    file_name, sheet_name, row_no. Filters: notice_kind, unit_kind.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS)
    period = selection.period
    frame = snapshot.frame(
        f"""with titled as (select distinct notice_id, notice_title from fact_notice)
            select record.sent_on, titled.notice_title as title, record.notice_kind as kind,
                   record.unit_code as unit, record.recipient_count = 1 as is_received, record.task_count = 1 as is_task,
                   receipt.read_on, receipt.acted_on, submission.file_name, receipt.sheet_name, receipt.row_no
            from mart_notice_unit record join titled using (notice_id)
            left join fact_notice receipt
                on receipt.notice_id = record.notice_id and receipt.unit_code = record.unit_code
            left join meta_submission submission on submission.submission_id = receipt.submission_id
            where {cut.sql} and record.sent_on between {day(period.first_on)} and {day(period.last_on)}
            order by record.sent_on desc, record.notice_id, record.unit_code""",
        cut.parameters,
    )
    add_label(snapshot, frame, "kind", selection.language, "notice_kind")
    add_name(snapshot, frame, "unit", selection.language)
    return frame


def passed_by(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Units that received none of the period's notices, or less than half of them, in the register's order.

    Columns: unit, unit_label, kind, kind_label, community, community_label, due, reached, missed,
    first_missed_on, last_missed_on. Filters: notice_kind, unit_kind.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS)
    period = selection.period
    frame = snapshot.frame(
        f"""select record.unit_code as unit, coalesce(record.unit_kind, '{UNSTATED}') as kind,
                   record.community_code as community, cast(sum(record.due_count) as bigint) as due,
                   cast(sum(record.reached_count) as bigint) as reached,
                   cast(sum(record.due_count - record.reached_count) as bigint) as missed,
                   min(record.sent_on) filter (where record.reached_count = 0) as first_missed_on,
                   max(record.sent_on) filter (where record.reached_count = 0) as last_missed_on
            from mart_notice_unit record join dim_organisation place on place.org_code = record.community_code
            where {cut.sql} and record.due_count = 1
              and record.sent_on between {day(period.first_on)} and {day(period.last_on)}
            group by record.unit_code, record.unit_kind, record.community_code, place.sort_no
            having sum(record.reached_count) * 2 < sum(record.due_count)
            order by sum(record.reached_count) > 0, place.sort_no, record.community_code, record.unit_code""",
        cut.parameters,
    )
    add_label(snapshot, frame, "kind", selection.language, "unit_kind")
    for name in ("unit", "community"):
        add_name(snapshot, frame, name, selection.language)
    return frame


def overdue_tasks(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Deliveries that need action and wait for it since more than 30 days at the period's end, the oldest first.

    Columns: sent_on, days (since it was sent), title, kind, kind_label, unit, unit_label, community,
    community_label, read_on, file_name, sheet_name, row_no. Filters: notice_kind, unit_kind.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS, table="span")
    as_of = day(cut.as_of)
    frame = snapshot.frame(
        f"""select record.sent_on, {as_of} - record.sent_on as days, record.notice_title as title,
                   span.notice_kind as kind, coalesce(record.unit_code, record.unit_name) as unit,
                   record.community_code as community,
                   case when record.read_on <= {as_of} then record.read_on end as read_on, {TRACE}
            from mart_notice_unit span
            join fact_notice record
                on record.notice_id = span.notice_id and record.unit_code is not distinct from span.unit_code
            {SUBMISSION}
            where {cut.sql} and record.needs_action
              and span.valid_from <= {as_of} and (span.valid_to is null or span.valid_to > {as_of})
            order by record.sent_on, record.notice_id, record.row_no""",
        cut.parameters,
    )
    add_label(snapshot, frame, "kind", selection.language, "notice_kind")
    for name in ("unit", "community"):
        add_name(snapshot, frame, name, selection.language)
    frame["unit_label"] = frame["unit_label"].fillna(frame["unit"])
    return frame
