"""What the committees have to work with, record by record: posts, two-new organisations, teams, jobs, and
under which industry committee each unit is. No person and no number of persons of a single organisation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from dashboard.catalogue import UNSTATED
from dashboard.database import Snapshot
from dashboard.ledgers.cut import SUBMISSION, TRACE, add_label, add_name, cut_of, day
from dashboard.organisations import visible_organisation
from dashboard.queries import measure
from dashboard.scope import OK, WHOLE, Scope
from dashboard.selection import Selection

NO_INDUSTRY = "none"
# The size of a team is told as a class: the first number of each, as far as it is above the threshold.
_SIZES = (5, 10, 20, 40)
_IN_ORDER = "place.sort_no, record.community_code, record.row_no"


def posts(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """The committees' posts at the period's end, each filled or vacant, in the register's order.

    Columns: name, kind, kind_label, is_filled, source, source_label (missing where vacant), unit,
    unit_label, community, community_label, since_on, days, file_name, sheet_name, row_no.
    Filters: post_kind, post_source.
    """
    cut = cut_of(snapshot, selection, scope, ("post_kind", "post_source"), table="span")
    as_of = day(cut.as_of)
    frame = snapshot.frame(
        f"""select span.post_name as name, span.post_kind as kind, span.filled_count = 1 as is_filled,
                   span.post_source as source, span.unit_code as unit, span.community_code as community,
                   span.valid_from as since_on, {as_of} - span.valid_from as days, {TRACE}
            from mart_post_span span
            join fact_committee_post record on record.post_id = span.post_id
            join dim_organisation place on place.org_code = span.community_code
            {SUBMISSION}
            where {cut.sql} and {_valid(as_of)}
            order by {_IN_ORDER}""",
        cut.parameters,
    )
    add_label(snapshot, frame, "kind", selection.language, "post_kind")
    add_label(snapshot, frame, "source", selection.language, "post_source")
    frame["source_label"] = frame["source_label"].where(frame["is_filled"].astype(bool))
    for name in ("unit", "community"):
        add_name(snapshot, frame, name, selection.language)
    return frame


def two_new(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Two-new organisations that stand at the period's end, in the register's order.

    Columns: name, field, field_label, community, community_label, founded_on, founded_year, dormant_since,
    is_dormant, file_name, sheet_name, row_no. Filter: two_new_field.
    """
    cut = cut_of(snapshot, selection, scope, ("two_new_field",), table="span")
    as_of = day(cut.as_of)
    frame = snapshot.frame(
        f"""select record.organisation_name as name, record.two_new_field as field,
                   record.community_code as community, record.founded_on,
                   cast(year(record.founded_on) as bigint) as founded_year,
                   case when record.dormant_since <= {as_of} then record.dormant_since end as dormant_since,
                   coalesce(record.dormant_since <= {as_of}, false) as is_dormant, {TRACE}
            from mart_two_new_span span
            join fact_two_new_organisation record on record.organisation_id = span.organisation_id
            join dim_organisation place on place.org_code = span.community_code
            {SUBMISSION}
            where {cut.sql} and {_valid(as_of)}
            order by {_IN_ORDER}""",
        cut.parameters,
    )
    add_label(snapshot, frame, "field", selection.language, "two_new_field")
    add_name(snapshot, frame, "community", selection.language)
    return frame


def teams(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Service teams that exist at the period's end with what they carried in it, in the register's order.

    Columns: name, item, item_label, class, class_label, community, community_label, formed_on,
    activity_count (of the period, with the team's focus in its community), size_from and size_to (the class
    that the team's size falls into; missing for the last class's end, both for a size that is not shown),
    file_name, sheet_name, row_no. Filters: class, item.
    """
    cut = cut_of(snapshot, selection, scope, ("class", "item"), table="span")
    as_of, period = day(cut.as_of), selection.period
    frame = snapshot.frame(
        f"""with held as (
                select community_code, item_code, sum(activity_count) as activity_count
                from mart_team_activity_month
                where month_on between {day(period.first_on)} and {day(period.last_on)}
                group by community_code, item_code
            )
            select record.team_name as name, coalesce(record.item_code, '{UNSTATED}') as item,
                   coalesce(record.class_code, '{UNSTATED}') as class, record.community_code as community,
                   record.formed_on, cast(coalesce(held.activity_count, 0) as bigint) as activity_count,
                   cast(record.team_size as double) as size, {TRACE}
            from mart_team_span span
            join fact_service_team record on record.team_id = span.team_id
            join dim_organisation place on place.org_code = span.community_code
            left join held on held.community_code = span.community_code and held.item_code = span.item_code
            {SUBMISSION}
            where {cut.sql} and {_valid(as_of)}
            order by {_IN_ORDER}""",
        cut.parameters,
    )
    _tell_sizes(snapshot, selection, scope, frame)
    for name in ("item", "class"):
        add_label(snapshot, frame, name, selection.language)
    add_name(snapshot, frame, "community", selection.language)
    return frame


def _tell_sizes(snapshot: Snapshot, selection: Selection, scope: Scope, frame: pd.DataFrame) -> None:
    """`size` becomes a class, and nothing where it is small or stands in for a small one beside it."""
    threshold = scope.threshold(snapshot.settings)
    bounds = [threshold, *(bound for bound in _SIZES if bound > threshold)]
    told = measure(snapshot, "team_member_count", replace(selection, filters=()), ("community",), scope)
    hidden = frame["community"].isin(told.loc[told["state"] != OK, "community"])
    sizes = frame.pop("size").mask(hidden).fillna(0).to_numpy(dtype=float)
    places = np.searchsorted(bounds, sizes, side="right")
    firsts, lasts = [None, *bounds], [None, *(bound - 1 for bound in bounds[1:]), None]
    frame["size_from"] = pd.array([firsts[place] for place in places], dtype="Int64")
    frame["size_to"] = pd.array([lasts[place] for place in places], dtype="Int64")


def jobs(
    snapshot: Snapshot, selection: Selection, limit: int | None = 300, scope: Scope = WHOLE
) -> pd.DataFrame:
    """Jobs offered in the period, the latest first.

    Columns: offered_on, unit, unit_label (as stated where it is no member unit), kind, kind_label, job_title,
    job_count, community, community_label, file_name, sheet_name, row_no. Filter: unit_kind.
    """
    is_unit = visible_organisation(snapshot, selection.org).level == "unit"
    cut = cut_of(snapshot, selection, scope, (), table="record" if is_unit else "place")
    period = selection.period
    conditions, parameters = [cut.sql], list(cut.parameters)
    kind = selection.filter("unit_kind")
    if kind is not None:
        conditions.append(f"coalesce(member.unit_kind, '{UNSTATED}') = ?")
        parameters.append(kind)
    frame = snapshot.frame(
        f"""select record.offered_on, record.unit_code as unit, record.unit_name,
                   coalesce(member.unit_kind, '{UNSTATED}') as kind, record.job_title,
                   cast(record.job_count as bigint) as job_count, record.community_code as community, {TRACE}
            from fact_job record
            join dim_organisation place on place.org_code = record.community_code
            left join fact_member_unit member on member.unit_code = record.unit_code
            {SUBMISSION}
            where {" and ".join(conditions)}
              and record.offered_on between {day(period.first_on)} and {day(period.last_on)}
            order by record.offered_on desc, record.community_code, record.row_no
            {"" if limit is None else f"limit {int(limit)}"}""",
        parameters,
    )
    add_label(snapshot, frame, "kind", selection.language, "unit_kind")
    for name in ("unit", "community"):
        add_name(snapshot, frame, name, selection.language)
    frame["unit_label"] = frame["unit_label"].fillna(frame.pop("unit_name"))
    return frame


def tracks(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Member units under agreement at the period's end, each with its area and its industry parent.

    Columns: unit, unit_label, kind, kind_label, community, community_label, industry, industry_label,
    since_on (of the industry parent, or of having none), file_name, sheet_name, row_no (of the record that
    assigns the industry parent, otherwise of the unit). Filters: industry, unit_kind.
    """
    cut = cut_of(snapshot, selection, scope, ("industry", "unit_kind"), table="span")
    as_of = day(cut.as_of)
    frame = snapshot.frame(
        f"""with assigned as (
                select unit_code, submission_id, sheet_name, row_no
                from fact_industry_parent
                where from_on <= {as_of} and (until_on is null or until_on > {as_of})
                qualify row_number() over (partition by unit_code order by from_on desc) = 1
            ),
            record as (
                select fact_member_unit.unit_code,
                       coalesce(assigned.submission_id, fact_member_unit.submission_id) as submission_id,
                       coalesce(assigned.sheet_name, fact_member_unit.sheet_name) as sheet_name,
                       coalesce(assigned.row_no, fact_member_unit.row_no) as row_no
                from fact_member_unit left join assigned using (unit_code)
            )
            select span.unit_code as unit, coalesce(span.unit_kind, '{UNSTATED}') as kind,
                   span.community_code as community, span.industry_parent as industry,
                   span.valid_from as since_on, {TRACE}
            from mart_track_span span
            join record on record.unit_code = span.unit_code
            join dim_organisation place on place.org_code = span.community_code
            {SUBMISSION}
            where {cut.sql} and {_valid(as_of)}
            order by place.sort_no, span.community_code, span.unit_code""",
        cut.parameters,
    )
    add_label(snapshot, frame, "kind", selection.language, "unit_kind")
    add_label(snapshot, frame, "industry", selection.language)
    for name in ("unit", "community"):
        add_name(snapshot, frame, name, selection.language)
    return frame


def _valid(as_of: str) -> str:
    return f"span.valid_from <= {as_of} and (span.valid_to is null or span.valid_to > {as_of})"
