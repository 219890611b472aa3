"""The rotating chair: who had it in which month, who has waited how long, and who is next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from dashboard.database import Snapshot
from dashboard.ledgers.cut import SUBMISSION, TRACE, add_name, cut_of, day
from dashboard.ledgers.meetings import at_community
from dashboard.organisations import visible_organisation
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Period, Selection

# A month with a chair and a themed activity, with a chair only, without one, not yet told of.
STATES = ("themed", "quiet", "vacant", "unreported")
AHEAD = 3  # months of which the coming chairs are shown


def months(snapshot: Snapshot, selection: Selection, stretch: Period, scope: Scope = WHOLE) -> pd.DataFrame:
    """Every month of `stretch` (within the release's) of every community that existed all through it.

    Columns: community, community_label, month (key), state (one of STATES), unit, unit_label (as the
    ledger calls it where it is no member unit), theme, themed_count (themed activities of that month).
    """
    cut = cut_of(snapshot, at_community(snapshot, selection, scope), WHOLE, table="place")
    frame = snapshot.frame(
        f"""with month as (select month_on, max(day_on) as last_on from dim_calendar
                where month_on between {day(stretch.first_on)} and {day(stretch.last_on)} group by month_on)
            select place.org_code as community, substr(cast(month.month_on as varchar), 1, 7) as month,
                   case when record.community_code is null then 'unreported' when record.chaired_count = 0 then 'vacant'
                        when record.themed_count = 0 then 'quiet' else 'themed' end as state,
                   coalesce(turn.unit_code, turn.unit_name) as unit, turn.theme,
                   coalesce(record.themed_count, 0) as themed_count
            from month join dim_organisation place on place.level_key = 'community' and place.valid_from <= month.month_on
                and (place.valid_to is null or place.valid_to > month.last_on)
            left join mart_chair_month record on record.community_code = place.org_code and record.month_on = month.month_on
            left join fact_chair_turn turn on turn.community_code = record.community_code
                and turn.month_on = record.month_on and turn.turn_no = 1
            where {cut.sql} order by place.sort_no, place.org_code, month.month_on""",
        cut.parameters,
    )
    _name(snapshot, frame, selection)
    return frame


def turns(
    snapshot: Snapshot, selection: Selection, limit: int | None = 300, scope: Scope = WHOLE
) -> pd.DataFrame:
    """Turns in the period, the latest first; of a member unit its own.

    Columns: month (key), unit, unit_label, theme, themed_count, community, community_label, file_name,
    sheet_name, row_no.
    """
    org = visible_organisation(snapshot, selection.org)
    own = " and record.unit_code = ?" if org.level == "unit" else ""
    cut = cut_of(snapshot, at_community(snapshot, selection, scope), WHOLE, table="place")
    frame = snapshot.frame(
        f"""select substr(cast(record.month_on as varchar), 1, 7) as month,
                   coalesce(record.unit_code, record.unit_name) as unit, record.theme,
                   told.themed_count, record.community_code as community, {TRACE}
            from fact_chair_turn record join dim_organisation place on place.org_code = record.community_code
            join mart_chair_month told on told.community_code = record.community_code and told.month_on = record.month_on
            {SUBMISSION}
            where {cut.sql}{own} and record.turn_no = 1 and record.month_on between {day(selection.period.first_on)} and {day(cut.as_of)}
            order by record.month_on desc, place.sort_no, record.row_no {"" if limit is None else f"limit {int(limit)}"}""",
        [*cut.parameters, *([org.code] if own else [])],
    )
    _name(snapshot, frame, selection)
    return frame


def waiting(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Every unit under agreement at the period's end, in the register's order: its turns and its wait.

    Columns: unit, unit_label, community, community_label, period_turns, all_turns (up to the period's end),
    last_month (key; missing for one that never chaired), waited_months (since then; of one that never chaired
    since it signed, but not since before the data begins), file_name, sheet_name, row_no (in the list of units).
    """
    cut = cut_of(snapshot, selection, scope, table="span")
    as_of = day(cut.as_of)
    frame = snapshot.frame(
        f"""with taken as (
                select unit_code, count(*) as all_turns, max(month_on) as last_on,
                       count(*) filter (month_on >= {day(selection.period.first_on)}) as period_turns
                from mart_chair_month where unit_code is not null and month_on <= {as_of} group by unit_code
            )
            select span.unit_code as unit, span.community_code as community,
                   coalesce(taken.period_turns, 0) as period_turns, coalesce(taken.all_turns, 0) as all_turns,
                   substr(cast(taken.last_on as varchar), 1, 7) as last_month,
                   date_diff('month', coalesce(taken.last_on, greatest(span.valid_from, {day(snapshot.first_month)})), {as_of})
                       as waited_months, {TRACE}
            from mart_unit_span span join fact_member_unit record using (unit_code)
            join dim_organisation place on place.org_code = span.community_code
            left join taken using (unit_code) {SUBMISSION}
            where {cut.sql} and span.valid_from <= {as_of} and (span.valid_to is null or span.valid_to > {as_of})
            order by place.sort_no, place.org_code, span.valid_from, span.unit_code""",
        cut.parameters,
    )
    _name(snapshot, frame, selection)
    return frame


def coming(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Who has the chair in the months after the period: as listed, else whoever has waited longest by then.

    Columns: community, community_label, month (key), unit, unit_label, listed (False: worked out), waited_months
    (of one that was worked out, at the period's end). Only communities whose list of chairs is known.
    """
    chosen = at_community(snapshot, selection, scope)
    cut = cut_of(snapshot, chosen, WHOLE, table="place")
    after = [_month_after(cut.as_of, number) for number in range(1, AHEAD + 1)]
    rows = snapshot.rows(
        f"""select record.community_code, record.month_on, coalesce(record.unit_code, record.unit_name)
            from fact_chair_turn record join dim_organisation place on place.org_code = record.community_code
            where {cut.sql} and record.turn_no = 1 and record.month_on between {day(after[0])} and {day(after[-1])}""",
        cut.parameters,
    )
    listed = {(community, month): unit for community, month, unit in rows}
    ends: Mapping[str, date | None] = dict(snapshot.rows("select unit_code, valid_to from mart_unit_span"))
    known = {code for (code,) in snapshot.rows("select distinct community_code from mart_chair_month")}
    found = []
    queue = waiting(snapshot, chosen)
    for community, units in queue[queue["community"].isin(known)].groupby("community", sort=False):
        # The sort is stable: of those who have waited equally long, who signed first.
        order = units.sort_values("waited_months", ascending=False, kind="stable")
        waited = dict(zip(order["unit"], order["waited_months"].astype(int), strict=True))
        spoken_for = {listed.get((str(community), month)) for month in after}
        free = [unit for unit in waited if unit not in spoken_for] or list(waited)
        for month in after:
            unit = listed.get((str(community), month))
            if unit is None:
                able = [one for one in free if (end := ends.get(one)) is None or end > month]
                if not able:
                    continue
                unit = able[0]
                free.remove(unit)
                free.append(unit)
                found.append((community, month, unit, False, waited[unit]))
            else:
                found.append((community, month, unit, True, None))
    frame = pd.DataFrame(found, columns=["community", "month", "unit", "listed", "waited_months"])
    frame["month"] = [f"{month:%Y-%m}" for month in frame["month"]]
    _name(snapshot, frame, selection)
    return frame.astype({"waited_months": "Int64", "listed": "bool"})


def _name(snapshot: Snapshot, frame: pd.DataFrame, selection: Selection) -> None:
    for name in ("unit", "community"):
        add_name(snapshot, frame, name, selection.language)
    frame["unit_label"] = frame["unit_label"].fillna(frame["unit"])


def _month_after(moment: date, count: int) -> date:
    number = moment.year * 12 + moment.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)
