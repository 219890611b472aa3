"""Joint meetings: what was due and became of it, who came, and what was resolved and is still open."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard.catalogue import UNSTATED
from dashboard.database import Snapshot
from dashboard.ledgers.cut import SUBMISSION, TRACE, add_label, add_name, cut_of, day
from dashboard.organisations import Organisation, visible_organisation
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Period, Selection

# How a meeting that was due stands: in time, late, not held, excused, not yet told of, not yet due.
STATES = ("in_time", "late", "missed", "excused", "unreported", "coming")


def at_community(snapshot: Snapshot, selection: Selection, scope: Scope) -> Selection:
    """For what only committees have: of a member unit, that of its community, whoever may see the unit.

    Raises QueryRefused outside the viewer's scope.
    """
    org = visible_organisation(snapshot, selection.org)
    return replace(selection, org=org.parent) if org.level == "unit" else selection


def due_meetings(
    snapshot: Snapshot, selection: Selection, years: Period, scope: Scope = WHOLE
) -> pd.DataFrame:
    """The annual and quarterly meetings due in `years`, judged at the end of the selected period.

    Columns: community, community_label, meeting_kind, due_on, state (one of STATES), held_on (missing
    unless held by then), reason, reason_label, meeting_title, topics, evidence. Communities in the
    register's order, meetings by the day on which they are due, the annual one first.
    """
    cut = cut_of(snapshot, at_community(snapshot, selection, scope), WHOLE, table="slot")
    as_of = day(cut.as_of)
    frame = snapshot.frame(
        f"""select slot.community_code as community, slot.meeting_kind, slot.due_on,
                   case when slot.held_on <= {as_of} then case when slot.held_on <= slot.due_on then 'in_time' else 'late' end
                        when slot.due_on > {as_of} then 'coming'
                        when slot.slot_state in ('excused', 'unreported') then slot.slot_state
                        else 'missed' end as state,
                   case when slot.held_on <= {as_of} then slot.held_on end as held_on,
                   case when slot.slot_state = 'excused' and slot.due_on <= {as_of} then coalesce(slot.excuse_reason, '{UNSTATED}')
                        end as reason,
                   record.meeting_title, record.topics,
                   case when slot.held_on <= {as_of} then record.evidence end as evidence
            from mart_meeting_due slot join dim_organisation place on place.org_code = slot.community_code
            left join fact_meeting record on record.community_code = slot.community_code
                and record.meeting_kind = slot.meeting_kind and record.plan_quarter_on = slot.quarter_on
                and record.held_on is not distinct from slot.held_on
            where {cut.sql} and slot.due_on between {day(years.first_on)} and {day(years.last_on)}
            qualify row_number() over (
                partition by slot.community_code, slot.meeting_kind, slot.due_on order by record.row_no) = 1
            order by place.sort_no, place.org_code, slot.due_on, slot.meeting_kind""",
        cut.parameters,
    )
    add_name(snapshot, frame, "community", selection.language)
    add_label(snapshot, frame, "reason", selection.language, "excuse_reason")
    return frame


def held_meetings(
    snapshot: Snapshot, selection: Selection, limit: int | None = 300, scope: Scope = WHOLE
) -> pd.DataFrame:
    """Meetings held in the period, the latest first; of a member unit those to which it was asked.

    Columns: held_on, meeting_title, kind, kind_label, community, community_label, invited_count,
    present_count, resolution_count, topics, evidence, file_name, sheet_name, row_no.
    """
    org = visible_organisation(snapshot, selection.org)
    place, parameters = _place(org)
    own = ""
    if org.level == "unit":
        own = (
            " and exists (select 1 from fact_meeting_attendance own where own.unit_code = ? and "
            + _SAME
            + ")"
        )
        own = own.replace("asked.", "own.")
        place, parameters = "place.community_code = ?", [org.parent, org.code]
    cut = cut_of(snapshot, selection, scope)
    frame = snapshot.frame(
        f"""select record.held_on, record.meeting_title, record.meeting_kind as kind, record.community_code as community,
                   coalesce(asked.invited_count, 0) as invited_count, coalesce(asked.present_count, 0) as present_count,
                   coalesce(resolved.resolution_count, 0) as resolution_count, record.topics, record.evidence, {TRACE}
            from fact_meeting record join dim_organisation place on place.org_code = record.community_code
            left join (select community_code, meeting_title, count(*) as invited_count,
                              count(*) filter (attendance_state = 'present') as present_count
                       from fact_meeting_attendance group by all) asked on {_SAME}
            left join (select community_code, meeting_title, count(*) as resolution_count
                       from fact_resolution group by all) resolved on {_SAME.replace("asked.", "resolved.")}
            {SUBMISSION}
            where {place} and record.held_on between {day(selection.period.first_on)} and {day(cut.as_of)}{own}
            order by record.held_on desc, place.sort_no, record.row_no {_limited(limit)}""",
        parameters,
    )
    add_label(snapshot, frame, "kind", selection.language, "meeting_kind")
    add_name(snapshot, frame, "community", selection.language)
    return frame


_SAME = "asked.community_code = record.community_code and asked.meeting_title = record.meeting_title"


def attendance(snapshot: Snapshot, selection: Selection, by: str, scope: Scope = WHOLE) -> pd.DataFrame:
    """How often units were asked and came, by "community", "unit" or "unit_kind", in the register's order.

    Columns: <by>, <by>_label, invited_count, present_count, leave_count, absent_count, present_share (0..1).
    Unit by unit: community and community_label, too.
    """
    cut = cut_of(snapshot, selection, scope)
    column = {"community": "community_code", "unit": "unit_code", "unit_kind": "unit_kind"}[by]
    community = ", any_value(record.community_code) as community" if by == "unit" else ""
    frame = snapshot.frame(
        f"""select record.{column} as {by}{community}, cast(sum(invited_count) as bigint) as invited_count,
                   cast(sum(present_count) as bigint) as present_count, cast(sum(leave_count) as bigint) as leave_count,
                   cast(sum(absent_count) as bigint) as absent_count,
                   sum(present_count) / sum(invited_count) as present_share
            from mart_attendance_month record join dim_organisation place on place.org_code = record.community_code
            where {cut.sql} and record.{column} is not null
              and month_on between {day(selection.period.first_on)} and {day(cut.as_of)}
            group by record.{column} order by min(place.sort_no), record.{column}""",
        cut.parameters,
    )
    if by == "unit_kind":
        add_label(snapshot, frame, by, selection.language)
        return frame
    for name in (by, "community") if by == "unit" else (by,):
        add_name(snapshot, frame, name, selection.language)
    return frame


def own_attendance(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """The meetings of the period to which the selected member unit was asked, the latest first.

    Columns: met_on, meeting_title, kind, kind_label, state, state_label, file_name, sheet_name, row_no.
    """
    org = visible_organisation(snapshot, selection.org)
    cut = cut_of(snapshot, selection, scope)
    frame = snapshot.frame(
        f"""select record.met_on, record.meeting_title, coalesce(record.meeting_kind, '{UNSTATED}') as kind,
                   record.attendance_state as state, {TRACE}
            from fact_meeting_attendance record {SUBMISSION}
            where record.unit_code = ? and record.met_on between {day(selection.period.first_on)} and {day(cut.as_of)}
            order by record.met_on desc, record.row_no""",
        [org.code],
    )
    add_label(snapshot, frame, "kind", selection.language, "meeting_kind")
    add_label(snapshot, frame, "state", selection.language, "attendance_state")
    return frame


def action_items(
    snapshot: Snapshot, selection: Selection, limit: int | None = 300, scope: Scope = WHOLE
) -> pd.DataFrame:
    """What was resolved and is open at the period's end, the longest overdue first; then what was closed in it.

    Columns: resolution, owner (a unit or the community), owner_label, community, community_label,
    meeting_title, met_on, due_on, closed_on (missing while open), age_days (until closed, or the period's
    end), overdue_days (missing unless late), state ("overdue", "open", "closed", "closed_late"), carried
    (resolved before the period), file_name, sheet_name, row_no.
    """
    org = visible_organisation(snapshot, selection.org)
    place, parameters = _place(org)
    cut = cut_of(snapshot, selection, scope)
    as_of, first = day(cut.as_of), day(selection.period.first_on)
    frame = snapshot.frame(
        f"""with seen as (
                select record.*, case when record.closed_on <= {as_of} then record.closed_on end as done_on
                from fact_resolution record join dim_organisation place on place.org_code = record.community_code
                where {place} and record.met_on <= {as_of}
                  and (record.closed_on is null or record.closed_on >= {first})
            )
            select record.resolution, coalesce(record.unit_code, record.unit_name, record.community_code) as owner,
                   record.community_code as community, record.meeting_title, record.met_on, record.due_on,
                   record.done_on as closed_on, coalesce(record.done_on, {as_of}) - record.met_on as age_days,
                   case when coalesce(record.done_on, {as_of}) > record.due_on
                        then coalesce(record.done_on, {as_of}) - record.due_on end as overdue_days,
                   case when record.done_on is null and record.due_on < {as_of} then 'overdue'
                        when record.done_on is null then 'open'
                        when record.done_on > record.due_on then 'closed_late' else 'closed' end as state,
                   record.met_on < {first} as carried, {TRACE}
            from seen record {SUBMISSION}
            order by record.done_on is not null, case when record.done_on is null then record.due_on end,
                     record.done_on desc, record.community_code, record.row_no {_limited(limit)}""",
        parameters,
    )
    for name in ("owner", "community"):
        add_name(snapshot, frame, name, selection.language)
    frame["owner_label"] = frame["owner_label"].fillna(frame["owner"])  # as the ledger calls it
    return frame.astype({"overdue_days": "Int64"})


def _place(org: Organisation) -> tuple[str, list[object]]:
    """The records inside an organisation, whose units stand in the records and not in `place`."""
    if org.level_no == 1:
        return "true", []
    if org.level == "unit":
        return "record.unit_code = ?", [org.code]
    return f"place.{org.level}_code = ?", [org.code]


def _limited(limit: int | None) -> str:
    return "" if limit is None else f"limit {int(limit)}"
