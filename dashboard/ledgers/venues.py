"""Shared venues: where and when they are open, who used them, and when nobody does."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from dashboard.catalogue import UNSTATED
from dashboard.database import Snapshot
from dashboard.ledgers.cut import SUBMISSION, TRACE, add_label, add_name, cut_of, day
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection

# The kinds that every community should have one of.
SERVICE_KINDS = ("service_center", "service_station", "red_post")
HOURS = range(24)
WEEKDAYS = range(7)  # Monday first
_OPEN_ON = {"daily": WEEKDAYS, "weekdays": WEEKDAYS[:5], "weekends": WEEKDAYS[5:]}


def venues(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Shared venues in use at the period's end, in the order of the hierarchy; of a unit, those it provides.

    Columns: venue, name, kind, kind_label, community, community_label, unit, unit_label (who provides it,
    may be missing), longitude, latitude (WGS-84, NaN when not located), located, open_days, open_days_label,
    opens, closes (minutes since midnight), weekly_hours, for_residents, opened_on, uses, open_hours,
    used_hours, use_rate (of the period; 0..1, NaN when never open), last_used_on (up to the period's end,
    may be missing), file_name, sheet_name, row_no. Filter: venue_kind.
    """
    cut = cut_of(snapshot, selection, scope, ("venue_kind",), table="span")
    as_of, period = day(cut.as_of), selection.period
    frame = snapshot.frame(
        f"""with used as (
                select venue_code, max(used_on) as last_used_on,
                       count(*) filter (where used_on >= {day(period.first_on)}) as uses
                from fact_venue_use where used_on <= {as_of} group by venue_code
            ),
            open as (
                select venue_code, sum(open_minutes) / 60.0 as open_hours, sum(used_open_minutes) / 60.0 as used_hours
                from mart_venue_month where month_on between {day(period.first_on)} and {as_of} group by venue_code
            )
            select span.venue_code as venue, record.venue_name as name, span.venue_kind as kind,
                   span.community_code as community, span.unit_code as unit, record.longitude, record.latitude,
                   record.located, record.open_days, record.opens_minute as opens, record.closes_minute as closes,
                   span.weekly_open_minutes / 60.0 as weekly_hours, record.open_to_residents as for_residents,
                   record.opened_on, coalesce(used.uses, 0) as uses,
                   cast(coalesce(open.open_hours, 0) as double) as open_hours,
                   cast(coalesce(open.used_hours, 0) as double) as used_hours,
                   cast(open.used_hours / nullif(open.open_hours, 0) as double) as use_rate,
                   used.last_used_on, {TRACE}
            from mart_venue_span span join fact_venue record using (venue_code)
            join dim_organisation place on place.org_code = span.community_code
            left join used using (venue_code) left join open using (venue_code) {SUBMISSION}
            where {cut.sql} and span.valid_from <= {as_of} and (span.valid_to is null or span.valid_to > {as_of})
            order by place.sort_no, span.community_code, record.row_no, span.venue_code""",
        cut.parameters,
    )
    add_label(snapshot, frame, "kind", selection.language, "venue_kind")
    add_label(snapshot, frame, "open_days", selection.language)
    for name in ("community", "unit"):
        add_name(snapshot, frame, name, selection.language)
    return frame


def uses(
    snapshot: Snapshot, selection: Selection, limit: int | None = 300, scope: Scope = WHOLE
) -> pd.DataFrame:
    """Uses in the period, the latest first; of a unit, its own.

    Columns: used_on, starts, ends (minutes since midnight), venue, name (of the venue), kind, kind_label,
    community, community_label, purpose, purpose_label, unit, unit_label (missing where it is no member
    unit's), head_count, used_hours, outside_hours (of these outside opening hours; NaN when the venue is
    unknown), file_name, sheet_name, row_no. Filters: venue_kind, use_purpose.
    """
    cut = cut_of(snapshot, selection, scope, ("venue_kind", "use_purpose"))
    period = selection.period
    frame = snapshot.frame(
        f"""select used_on, starts_minute as starts, ends_minute as ends, venue_code as venue, venue_name as name,
                   coalesce(venue_kind, '{UNSTATED}') as kind, record.community_code as community, use_purpose as purpose,
                   unit_code as unit, cast(head_count as bigint) as head_count, used_minutes / 60.0 as used_hours,
                   case when venue_known then (used_minutes - used_open_minutes) / 60.0 end as outside_hours, {TRACE}
            from (
                select used.*, place.district_code, place.street_code
                from fact_venue_use used join dim_organisation place on place.org_code = used.community_code
            ) record {SUBMISSION}
            where {cut.sql} and used_on between {day(period.first_on)} and {day(cut.as_of)}
            order by used_on desc, record.community_code, starts_minute, use_id {"" if limit is None else f"limit {int(limit)}"}""",
        cut.parameters,
    )
    add_label(snapshot, frame, "kind", selection.language, "venue_kind")
    add_label(snapshot, frame, "purpose", selection.language, "use_purpose")
    for name in ("community", "unit"):
        add_name(snapshot, frame, name, selection.language)
    return frame.astype({"head_count": "Int64"})


def open_at(venues: pd.DataFrame) -> pd.DataFrame:
    """How many of `venues` are open within each hour: hour (0..23), weekday (Monday to Friday), weekend."""
    opens, closes = venues["opens"].to_numpy(), venues["closes"].to_numpy()
    weekday = (venues["open_days"] != "weekends").to_numpy()
    weekend = (venues["open_days"] != "weekdays").to_numpy()
    rows = []
    for hour in HOURS:
        is_open = (opens < hour * 60 + 60) & (closes > hour * 60)
        rows.append((hour, int((is_open & weekday).sum()), int((is_open & weekend).sum())))
    return pd.DataFrame(rows, columns=["hour", "weekday", "weekend"])


def slots(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Each hour of each day of the week at which some venue was open in the period.

    Columns: weekday (0 = Monday), hour, open_hours, used_hours (of these). Of a unit: the venues it
    provides, whoever uses them. Filter: venue_kind.
    """
    cut = cut_of(snapshot, selection, scope, ("venue_kind",), table="span")
    first, last = selection.period.first_on, cut.as_of
    known = snapshot.frame(
        f"""select span.venue_code, record.open_days, opens_minute as opens, closes_minute as closes,
                   greatest(span.valid_from, {day(first)}) as first_on,
                   least(coalesce(span.valid_to, {day(last)} + 1), {day(last)} + 1) as until_on
            from mart_venue_span span join fact_venue record using (venue_code)
            where {cut.sql} and span.valid_from <= {day(last)} and (span.valid_to is null or span.valid_to > {day(first)})""",
        cut.parameters,
    )
    used = snapshot.frame(
        f"""select isodow(used_on) - 1 as weekday, greatest(starts_minute, opens_minute) as opens,
                   least(ends_minute, closes_minute) as closes
            from fact_venue_use used join mart_venue_span span using (venue_code) join fact_venue record using (venue_code)
            where {cut.sql} and used.is_open_day and used_on between {day(first)} and {day(last)}""",
        cut.parameters,
    )
    open_hours, used_hours = np.zeros((7, 24)), np.zeros((7, 24))
    if len(known):
        begins = known["first_on"].to_numpy().astype("datetime64[D]")
        ends = np.maximum(begins, known["until_on"].to_numpy().astype("datetime64[D]"))
        within = _hours_of(known)
        for weekday in WEEKDAYS:
            mask = "".join("1" if number == weekday else "0" for number in WEEKDAYS)
            is_open = np.array([weekday in _OPEN_ON[days] for days in known["open_days"]], dtype=bool)
            open_hours[weekday] = (np.busday_count(begins, ends, weekmask=mask) * is_open) @ within
    if len(used):
        np.add.at(used_hours, used["weekday"].to_numpy(), _hours_of(used))
    found = open_hours > 0
    weekdays, hours = np.nonzero(found)
    return pd.DataFrame(
        {
            "weekday": weekdays,
            "hour": hours,
            "open_hours": open_hours[found],
            "used_hours": used_hours[found],
        }
    )


def _hours_of(frame: pd.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """For each row, what part of each hour of the day lies between `opens` and `closes`."""
    opens, closes = frame["opens"].to_numpy()[:, None], frame["closes"].to_numpy()[:, None]
    begin = np.array(HOURS)[None, :] * 60
    minutes = np.minimum(closes, begin + 60) - np.maximum(opens, begin)
    shares: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.clip(minutes, 0, 60) / 60.0
    return shares


def clock(minute: int) -> str:
    """570 -> "09:30"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def clocks(begins: Iterable[int], ends: Iterable[int]) -> list[str]:
    """ "09:30–17:00" for each pair."""
    return [f"{clock(int(begin))}–{clock(int(end))}" for begin, end in zip(begins, ends, strict=True)]
