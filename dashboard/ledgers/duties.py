"""Duties of the member units: what was due, what is done and shown to be, and who has no list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from dashboard.catalogue import UNSTATED
from dashboard.database import Snapshot
from dashboard.ledgers.cut import SUBMISSION, TRACE, Cut, add_label, add_name, cut_of, day
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection

DIMENSIONS = ("duty_class", "unit_kind")
STATES = ("proven", "bare", "late", "open")
_BY = {
    "duty_class": f"coalesce(record.duty_class, '{UNSTATED}')",
    "unit_kind": f"coalesce(record.unit_kind, '{UNSTATED}')",
    "unit": "record.unit_code",
}
_ORDER: Mapping[str, str] = {
    "duty_class": "min(case record.duty_class when 'members' then 1 when 'service' then 2 else 3 end)",
    "unit": "min(place.sort_no)",
}
_RECORDS = f"from mart_duty span join fact_duty record using (duty_id) {SUBMISSION}"


def states(snapshot: Snapshot, selection: Selection, by: str, scope: Scope = WHOLE) -> pd.DataFrame:
    """How the duties due in the period stand, by "duty_class", "unit_kind" or "unit".

    Columns: <by>, <by>_label, due; of these proven (done on time, with evidence), bare (done on time,
    without), late (done after the due day), open. Filters: duty_class, unit_kind.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS)
    frame = snapshot.frame(
        f"""select {_BY[by]} as {by}, cast(sum(record.duty_count) as bigint) as due,
                   cast(sum(record.fulfilled_count) as bigint) as proven,
                   cast(sum(record.on_time_count - record.fulfilled_count) as bigint) as bare,
                   cast(sum(record.done_count - record.on_time_count) as bigint) as late,
                   cast(sum(record.duty_count - record.done_count) as bigint) as open
            from mart_duty record join dim_organisation place on place.org_code = record.community_code
            where {cut.sql} and {_due_then(selection, cut)} and {_BY[by]} is not null
            group by {_BY[by]} order by {_ORDER.get(by, "due desc")}, {_BY[by]}""",
        cut.parameters,
    )
    name = add_name if by == "unit" else add_label
    name(snapshot, frame, by, selection.language)
    return frame


def duties(
    snapshot: Snapshot, selection: Selection, limit: int | None = 300, scope: Scope = WHOLE
) -> pd.DataFrame:
    """Duties due in the period, the latest first.

    Columns: due_on, duty, duty_class, duty_class_label, unit, unit_label, community, community_label, state
    (one of STATES), done_on, late_days (missing unless late), evidence, file_name, sheet_name, row_no.
    Filters: duty_class, unit_kind.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS, table="span")
    frame = snapshot.frame(
        f"""select record.due_on, record.duty, record.duty_class, coalesce(record.unit_code, record.unit_name) as unit,
                   record.community_code as community,
                   case when record.done_on is null then 'open' when record.done_on > record.due_on then 'late'
                        when record.evidence is null then 'bare' else 'proven' end as state,
                   record.done_on, case when record.done_on > record.due_on then record.done_on - record.due_on end as late_days,
                   record.evidence, {TRACE}
            {_RECORDS}
            where {cut.sql} and {_due_then(selection, cut)}
            order by record.due_on desc, record.duty_id {"" if limit is None else f"limit {int(limit)}"}""",
        cut.parameters,
    )
    _name_all(snapshot, frame, selection)
    return frame.astype({"late_days": "Int64"})


def overdue(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Duties past their due day and not done at the period's end, the oldest first.

    Columns: due_on, days (overdue), duty, duty_class, duty_class_label, unit, unit_label, community,
    community_label, file_name, sheet_name, row_no. Filters: duty_class, unit_kind.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS, table="span")
    as_of = day(cut.as_of)
    frame = snapshot.frame(
        f"""select record.due_on, {as_of} - record.due_on as days, record.duty, record.duty_class,
                   coalesce(record.unit_code, record.unit_name) as unit, record.community_code as community, {TRACE}
            {_RECORDS}
            where {cut.sql} and span.valid_from <= {as_of} and (span.valid_to is null or span.valid_to > {as_of})
            order by record.due_on, record.duty_id""",
        cut.parameters,
    )
    _name_all(snapshot, frame, selection)
    return frame


def coming(snapshot: Snapshot, selection: Selection, until: date, scope: Scope = WHOLE) -> pd.DataFrame:
    """Duties that a list names for the days after the period, up to `until`, and that are not done by its end.

    Columns: due_on, duty, unit, unit_label, community, community_label. The first due first.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS, table="span")
    as_of = day(cut.as_of)
    frame = snapshot.frame(
        f"""select record.due_on, record.duty, coalesce(record.unit_code, record.unit_name) as unit,
                   record.community_code as community
            {_RECORDS}
            where {cut.sql} and record.due_on > {as_of} and record.due_on <= {day(until)}
              and (record.done_on is null or record.done_on > {as_of})
            order by record.due_on, record.duty_id""",
        cut.parameters,
    )
    for name in ("unit", "community"):
        add_name(snapshot, frame, name, selection.language)
    frame["unit_label"] = frame["unit_label"].fillna(frame["unit"])
    return frame


def empty_lists(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Units under agreement for 90 days at the period's end without a duty in that year, in the register's order.

    Columns: unit, unit_label, kind, kind_label, community, community_label, year, signed_on, file_name,
    sheet_name, row_no (of the unit in the list of units). Filter: unit_kind.
    """
    cut = cut_of(snapshot, selection, scope, ("unit_kind",), table="span")
    as_of = day(cut.as_of)
    frame = snapshot.frame(
        f"""select record.unit_code as unit, coalesce(span.unit_kind, '{UNSTATED}') as kind,
                   record.community_code as community, span.year_key as year, record.signed_on, {TRACE}
            from mart_duty_list span join fact_member_unit record using (unit_code)
            join dim_organisation place on place.org_code = record.community_code {SUBMISSION}
            where {cut.sql} and span.empty_count = 1 and span.valid_from <= {as_of} and span.valid_to > {as_of}
            order by place.sort_no, place.org_code, record.unit_code""",
        cut.parameters,
    )
    add_label(snapshot, frame, "kind", selection.language, "unit_kind")
    for name in ("unit", "community"):
        add_name(snapshot, frame, name, selection.language)
    return frame


def _due_then(selection: Selection, cut: Cut) -> str:
    """Due in the period, as far as it is over: a list names later days, too."""
    period = selection.period
    return f"record.due_on between {day(period.first_on)} and {day(min(period.last_on, cut.as_of))}"


def _name_all(snapshot: Snapshot, frame: pd.DataFrame, selection: Selection) -> None:
    add_label(snapshot, frame, "duty_class", selection.language)
    for name in ("unit", "community"):
        add_name(snapshot, frame, name, selection.language)
    frame["unit_label"] = frame["unit_label"].fillna(frame["unit"])  # as the ledger calls it
