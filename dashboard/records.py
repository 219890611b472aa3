"""The records behind the figures, for tables, maps and lists. No person ever leaves this module.

Every frame has codes beside labels in the selection's language, dates as datetime64 and counts as int64
(Int64 where some are missing). An empty answer is a frame with the same columns and no rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dashboard.catalogue import UNSTATED, labels, load_dimensions
from dashboard.counting import slots_of
from dashboard.database import Snapshot
from dashboard.organisations import Organisation, organisations, visible_organisation
from dashboard.queries import measure
from dashboard.scope import NO_DATA, OK, SUPPRESSED, WHOLE, Cell, Scope, Sum, hidden_cells
from dashboard.selection import Language, Period, Selection
from dashboard.statements import Slot

_TRACE = "submission.file_name, record.sheet_name, record.row_no"


def activities(
    snapshot: Snapshot,
    selection: Selection,
    month: str | None = None,
    limit: int | None = 500,
    scope: Scope = WHOLE,
) -> pd.DataFrame:
    """Activities of the period (or of one sub-period of it, e.g. "2021-11"), the latest first.

    Columns: activity_id, held_on, ended_on, title, type, type_label, themed, themed_label, class,
    class_label, item, item_label, community, community_label, organiser (the member unit or the
    community itself), organiser_label, venue, head_count, attended_count, volunteer_hours, file_name,
    sheet_name, row_no. Filters: type, themed, class, item.
    """
    conditions, parameters = _activity_conditions(snapshot, selection, month, scope)
    frame = snapshot.frame(
        f"""select activity_id, held_on, ended_on, title, activity_type as type,
                   cast(themed as varchar) as themed, class_code as class, item_code as item,
                   record.community_code as community, coalesce(record.unit_code, record.community_code) as organiser,
                   venue, cast(head_count as bigint) as head_count, cast(attended_count as bigint) as attended_count,
                   volunteer_hours, {_TRACE}
            from {_ACTIVITIES} where {conditions}
            order by held_on desc, activity_id {"" if limit is None else f"limit {int(limit)}"}""",
        parameters,
    )
    for name in ("type", "themed", "class", "item"):
        _add_label(snapshot, frame, name, selection.language)
    for name in ("community", "organiser"):
        _add_name(snapshot, frame, name, selection.language)
    return frame


def activity_total(
    snapshot: Snapshot, selection: Selection, month: str | None = None, scope: Scope = WHOLE
) -> int:
    """How many activities `activities` would give without a limit."""
    conditions, parameters = _activity_conditions(snapshot, selection, month, scope)
    ((total,),) = snapshot.rows(f"select count(*) from {_ACTIVITIES} where {conditions}", parameters)
    return int(total)


_ACTIVITIES = """fact_activity record
    join dim_organisation place on place.org_code = record.community_code
    left join meta_submission submission on submission.submission_id = record.submission_id"""


def _activity_conditions(
    snapshot: Snapshot, selection: Selection, month: str | None, scope: Scope
) -> tuple[str, list[object]]:
    org = visible_organisation(snapshot, selection.org)
    conditions, parameters = _inside(org)
    period = selection.period
    part = _part(month)
    first = max(period.first_on, part.first_on) if part else period.first_on
    last = min(period.last_on, part.last_on) if part else period.last_on
    conditions.append("record.held_on between ? and ?")
    parameters += [first, last]
    _held(snapshot, selection, ("type", "themed", "class", "item"), conditions, parameters)
    return " and ".join(conditions), parameters


def _part(month: str | None) -> Period | None:
    """A sub-period from a URL; one that cannot be read narrows nothing."""
    try:
        return Period.parse(month) if month else None
    except ValueError:
        return None


def service_points(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Liaison points open at the period's end, in the order of the hierarchy.

    Columns: point_id, name, kind, kind_label, longitude, latitude (WGS-84, NaN when not located),
    located, community, community_label, unit, unit_label (responsible unit, may be missing), opened_on,
    closed_on, file_name, sheet_name, row_no. Filters: point_kind, unit_kind.
    """
    org = visible_organisation(snapshot, selection.org)
    conditions, parameters = _inside(org)
    conditions.append(_valid_at(_slot(snapshot, selection)))
    _held(snapshot, selection, ("point_kind", "unit_kind"), conditions, parameters, table="span")
    frame = snapshot.frame(
        f"""select point_id, record.point_name as name, record.point_kind as kind, record.longitude, record.latitude,
                   record.located, record.community_code as community, record.unit_code as unit, opened_on, closed_on,
                   {_TRACE}
            from mart_point_span span join fact_service_point record using (point_id)
            join dim_organisation place on place.org_code = record.community_code
            left join meta_submission submission on submission.submission_id = record.submission_id
            where {" and ".join(conditions)} order by place.sort_no, place.org_code, record.row_no, point_id""",
        parameters,
    )
    _add_label(snapshot, frame, "kind", selection.language, "point_kind")
    for name in ("community", "unit"):
        _add_name(snapshot, frame, name, selection.language)
    return frame


def member_units(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Member units whose agreement is in force at the period's end, with what each contributes.

    Columns: unit, unit_label, kind, kind_label, sector, sector_label, community, community_label,
    signed_on, ends_on, days_left (to the agreement's end, from the period's end), member_count and
    member_state (the unit's own members as it states them), dual_member_count and dual_member_state
    (state: "ok", "no_data", "suppressed"), activity_count (organised in the period), point_count,
    file_name, sheet_name, row_no. Filters: unit_kind, sector.
    """
    org = visible_organisation(snapshot, selection.org)
    slot = _slot(snapshot, selection)
    conditions, parameters = _inside(org)
    conditions.append(_valid_at(slot))
    _held(snapshot, selection, ("unit_kind", "sector"), conditions, parameters, table="span")
    frame = snapshot.frame(
        f"""select record.unit_code as unit, record.unit_kind as kind, record.sector, record.community_code as community,
                   record.signed_on, record.ends_on, date_diff('day', date '{slot.as_of}', record.ends_on) as days_left,
                   cast(record.member_count as double) as member_count, {_TRACE}
            from mart_unit_span span join fact_member_unit record using (unit_code)
            join dim_organisation place on place.org_code = record.community_code
            left join meta_submission submission on submission.submission_id = record.submission_id
            where {" and ".join(conditions)} order by place.sort_no, place.org_code, record.unit_code""",
        parameters,
    )
    _add_label(snapshot, frame, "kind", selection.language, "unit_kind")
    _add_label(snapshot, frame, "sector", selection.language)
    for name in ("unit", "community"):
        _add_name(snapshot, frame, name, selection.language)
    _hide_small(frame, "member_count", "member_state", scope.threshold(snapshot.settings))
    everything = Selection(selection.org, selection.period, language=selection.language)
    for name in ("dual_member_count", "activity_count", "service_point_count"):
        figures = measure(snapshot, name, everything, ("unit",), scope).set_index("unit")
        column = {"service_point_count": "point_count"}.get(name, name)
        frame[column] = frame["unit"].map(figures["value"]).astype(float)
        if name == "dual_member_count":
            frame["dual_member_state"] = frame["unit"].map(figures["state"])
    return frame.astype({"activity_count": "Int64", "point_count": "Int64", "dual_member_count": "Int64"})


def _hide_small(frame: pd.DataFrame, column: str, state: str, threshold: int) -> None:
    """Blank counts of persons below the threshold and, within a community, the one that tells them."""
    counts = frame[column].to_numpy()
    places = frame["community"].tolist()
    cells: dict[Cell, int] = {
        (number, place): int(count)
        for number, (place, count) in enumerate(zip(places, counts, strict=True))
        if not np.isnan(count)
    }
    of_place: dict[str, list[Cell]] = {}
    for cell in cells:
        of_place.setdefault(str(cell[1]), []).append(cell)
    hidden = hidden_cells(cells, threshold, [Sum(None, tuple(parts)) for parts in of_place.values()])
    mask = np.array([(number, place) in hidden for number, place in enumerate(places)], dtype=bool)
    frame[state] = np.where(mask, SUPPRESSED, np.where(np.isnan(counts), NO_DATA, OK))
    frame[column] = frame[column].mask(mask).astype("Int64")


def org_areas(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """The areas of the communities in and below the selected organisation that existed in the period.

    Columns: org_code, org_name, street, street_label, geometry (GeoJSON text), area_m2, is_approximate.
    For a member unit: its community's area.
    """
    org = visible_organisation(snapshot, selection.org)
    frame = snapshot.frame(
        f"""select area.community_code as org_code, place.street_code as street, geometry, area_m2, is_approximate
            from geo_area area join dim_organisation place on place.org_code = area.community_code
            where {_area_condition(selection)} order by place.sort_no, place.org_code""",
        _area_parameters(org),
    )
    _name_areas(snapshot, frame, selection.language)
    return frame


def coverage(
    snapshot: Snapshot, selection: Selection, walking_m: int = 500, scope: Scope = WHOLE
) -> pd.DataFrame:
    """What share of each community's area lies within `walking_m` metres of a point.

    Columns: org_code, org_name, street, street_label, walking_m, area_m2, covered_m2, covered_share (0..1),
    gap_geometry (GeoJSON text of what is not reached; missing when everything is).
    """
    org = visible_organisation(snapshot, selection.org)
    frame = snapshot.frame(
        f"""select area.community_code as org_code, place.street_code as street, reach.walking_m, area_m2,
                   reach.covered_m2, reach.covered_m2 / nullif(area_m2, 0) as covered_share, reach.gap_geometry
            from geo_area area join geo_coverage reach using (community_code)
            join dim_organisation place on place.org_code = area.community_code
            where reach.walking_m = ? and {_area_condition(selection)} order by place.sort_no, place.org_code""",
        [int(walking_m), *_area_parameters(org)],
    )
    _name_areas(snapshot, frame, selection.language)
    return frame


def walking_distances(snapshot: Snapshot) -> tuple[int, ...]:
    """The distances in metres that the coverage was worked out for."""
    return tuple(row[0] for row in snapshot.rows("select distinct walking_m from geo_coverage order by 1"))


def outline(snapshot: Snapshot) -> str:
    """The district's outline as GeoJSON geometry text; "" when there is none."""
    rows = snapshot.rows("select geometry from geo_outline limit 1")
    return str(rows[0][0]) if rows else ""


def _area_condition(selection: Selection) -> str:
    period = selection.period
    return (
        "? in (place.district_code, place.street_code, place.community_code)"
        f" and place.valid_from <= date '{period.last_on}'"
        f" and (place.valid_to is null or place.valid_to > date '{period.first_on}')"
    )


def _area_parameters(org: Organisation) -> list[object]:
    return [org.codes.get("community", org.code)]


def _name_areas(snapshot: Snapshot, frame: pd.DataFrame, language: Language) -> None:
    everyone = organisations(snapshot)
    frame.insert(1, "org_name", [everyone[code].label(language) for code in frame["org_code"]])
    _add_name(snapshot, frame, "street", language)


def _slot(snapshot: Snapshot, selection: Selection) -> Slot:
    return slots_of(snapshot, [(selection.period.first_on, selection.period.last_on)])[0]


def _valid_at(slot: Slot) -> str:
    day = f"date '{slot.as_of}'"
    return f"span.valid_from <= {day} and (span.valid_to is null or span.valid_to > {day})"


def _inside(org: Organisation) -> tuple[list[str], list[object]]:
    if org.level_no == 1:
        return ["true"], []
    if org.level == "unit":
        return ["record.unit_code = ?"], [org.code]
    return [f"place.{org.level}_code = ?"], [org.code]


def _held(
    snapshot: Snapshot,
    selection: Selection,
    dimensions: Sequence[str],
    conditions: list[str],
    parameters: list[object],
    table: str = "record",
) -> None:
    known = load_dimensions(snapshot)
    for name in dimensions:
        value = selection.filter(name)
        if value is not None and name in known:
            conditions.append(f"coalesce(cast({table}.{known[name].column} as varchar), '{UNSTATED}') = ?")
            parameters.append(value)


def _add_label(
    snapshot: Snapshot, frame: pd.DataFrame, column: str, language: Language, dimension: str | None = None
) -> None:
    _insert_after(frame, column, labels(snapshot, dimension or column, language))


def _add_name(snapshot: Snapshot, frame: pd.DataFrame, column: str, language: Language) -> None:
    everyone = organisations(snapshot)
    _insert_after(frame, column, {code: org.label(language) for code, org in everyone.items()})


def _insert_after(frame: pd.DataFrame, column: str, names: Mapping[str, str]) -> None:
    texts = [names.get(code, code) if isinstance(code, str) else None for code in frame[column]]
    place = list(frame.columns).index(column) + 1
    frame.insert(place, f"{column}_label", pd.Series(texts, index=frame.index, dtype="str"))
