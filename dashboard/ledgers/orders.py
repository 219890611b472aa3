"""Service orders: how far each came and how long it took. Who ordered is a kind, never a person.

Everything is judged at the period's end, or at the last day with data where the period goes beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard.catalogue import UNSTATED
from dashboard.database import Snapshot
from dashboard.ledgers.cut import SUBMISSION, TRACE, add_label, add_name, cut_of, day
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection

DIMENSIONS = ("class", "item", "ordered_by", "acceptor_kind")
STAGES = ("ordered", "dispatched", "accepted", "closed", "rated")
STEPS = ("dispatch", "accept", "close", "whole")


@dataclass(frozen=True)
class Funnel:
    """Orders placed in the period and how many of them came how far by its end; withdrawn ones apart."""

    ordered: int
    dispatched: int
    accepted: int
    closed: int
    rated: int
    withdrawn: int

    def counts(self) -> tuple[int, ...]:
        return self.ordered, self.dispatched, self.accepted, self.closed, self.rated


def funnel(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> Funnel:
    """As the indicators order_count and order_…_share count them. Filters: DIMENSIONS."""
    cut = cut_of(snapshot, selection, scope, DIMENSIONS)
    end, kept = day(cut.as_of), _standing(cut.as_of)
    ((row),) = snapshot.rows(
        f"""select count(*) filter (where {kept}),
                   count(*) filter (where {kept} and record.dispatched_on <= {end}),
                   count(*) filter (where {kept} and record.accepted_on <= {end}),
                   count(*) filter (where {kept} and record.closed_on <= {end}),
                   count(*) filter (where {kept} and record.closed_on <= {end} and record.rating is not null),
                   count(*) filter (where record.cancelled_on <= {end})
            from mart_order_span record where {cut.sql} and {_placed(selection)}""",
        cut.parameters,
    )
    return Funnel(*map(int, row))


def step_days(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """How many days each step took in the orders closed in the period.

    Columns: step (STEPS: to dispatch, from there to acceptance, from there to closing, the whole way),
    order_count, median_days, mean_days (NaN without orders). Filters: DIMENSIONS.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS)
    spans = {
        "dispatch": "record.dispatched_on - record.ordered_on",
        "accept": "record.accepted_on - record.dispatched_on",
        "close": "record.closed_on - record.accepted_on",
        "whole": "record.closed_on - record.ordered_on",
    }
    columns = ", ".join(f"count({sql}), median({sql}), avg({sql})" for sql in spans.values())
    ((row),) = snapshot.rows(
        f"select {columns} from mart_order_span record where {cut.sql} and {_closed(selection)}",
        cut.parameters,
    )
    return pd.DataFrame(
        {
            "step": list(spans),
            "order_count": [int(value) for value in row[0::3]],
            "median_days": pd.Series(row[1::3], dtype="float64"),
            "mean_days": pd.Series(row[2::3], dtype="float64"),
        }
    )


def by_item(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Orders placed in the period by catalogue item, the most frequent first, and what became of them.

    Columns: item, item_label, ordered, closed, open (both at the period's end). Filters: DIMENSIONS.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS)
    end = day(cut.as_of)
    item = f"coalesce(record.item_code, '{UNSTATED}')"
    frame = snapshot.frame(
        f"""select {item} as item, count(*) as ordered, count(*) filter (where record.closed_on <= {end}) as closed,
                   count(*) filter (where record.closed_on is null or record.closed_on > {end}) as open
            from mart_order_span record where {cut.sql} and {_placed(selection)} and {_standing(cut.as_of)}
            group by {item} order by ordered desc, item""",
        cut.parameters,
    )
    add_label(snapshot, frame, "item", selection.language)
    return frame


def ratings(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """How the orders closed in the period were rated. Columns: rating (5 down to 1), order_count."""
    cut = cut_of(snapshot, selection, scope, DIMENSIONS)
    rows = snapshot.rows(
        f"""select record.rating, count(*) from mart_order_span record
            where {cut.sql} and {_closed(selection)} and record.rating is not null group by record.rating""",
        cut.parameters,
    )
    counts = {int(rating): int(count) for rating, count in rows}
    return pd.DataFrame(
        {"rating": range(5, 0, -1), "order_count": [counts.get(n, 0) for n in range(5, 0, -1)]}
    )


def by_unit(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Member units that accepted or closed an order in the period or have one open, in the register's order.

    Columns: unit, unit_label, community, community_label, accepted, closed (both in the period), open (at
    its end), median_days, mean_days (ordered to closed), rated, mean_rating. Filters: DIMENSIONS.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS)
    end, closed = day(cut.as_of), _closed(selection)
    is_open = f"record.accepted_on <= {end} and (record.valid_to is null or record.valid_to > {end})"
    accepted = (
        f"record.accepted_on between {day(selection.period.first_on)} and {day(selection.period.last_on)}"
    )
    waited = f"record.closed_on - record.ordered_on) filter (where {closed})"
    frame = snapshot.frame(
        f"""select record.unit_code as unit, record.community_code as community,
                   count(*) filter (where {accepted}) as accepted, count(*) filter (where {closed}) as closed,
                   count(*) filter (where {is_open}) as open, median({waited} as median_days, avg({waited} as mean_days,
                   count(record.rating) filter (where {closed}) as rated,
                   avg(record.rating) filter (where {closed}) as mean_rating
            from mart_order_span record join dim_organisation place on place.org_code = record.community_code
            where {cut.sql} and record.unit_code is not null and ({accepted} or {closed} or ({is_open}))
            group by record.unit_code, record.community_code, place.sort_no
            order by place.sort_no, record.community_code, record.unit_code""",
        cut.parameters,
    )
    for name in ("unit", "community"):
        add_name(snapshot, frame, name, selection.language)
    return frame


def still_open(
    snapshot: Snapshot, selection: Selection, limit: int | None = None, scope: Scope = WHOLE
) -> pd.DataFrame:
    """Orders open at the period's end, whenever they were placed, the oldest first.

    Columns: order_no, community, community_label, item, item_label, ordered_by, ordered_by_label, ordered_on,
    days (their age at the end), stage (the last of STAGES that it reached), unit, unit_label (who accepted
    it, where that is a member unit), file_name, sheet_name, row_no. Filters: DIMENSIONS.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS, table="span")
    end = day(cut.as_of)
    frame = snapshot.frame(
        f"""select record.order_no, record.community_code as community, coalesce(record.item_code, '{UNSTATED}') as item,
                   record.ordered_by, record.ordered_on, {end} - record.ordered_on as days,
                   case when record.accepted_on <= {end} then 'accepted' when record.dispatched_on <= {end}
                        then 'dispatched' else 'ordered' end as stage,
                   case when record.accepted_on <= {end} then record.unit_code end as unit, {TRACE}
            from mart_order_span span join fact_order record using (order_id) {SUBMISSION}
            where {cut.sql} and span.valid_from <= {end} and (span.valid_to is null or span.valid_to > {end})
            order by record.ordered_on, record.community_code, record.order_no
            {"" if limit is None else f"limit {int(limit)}"}""",
        cut.parameters,
    )
    _label(snapshot, frame, selection)
    return frame


def orders(
    snapshot: Snapshot, selection: Selection, limit: int | None = 300, scope: Scope = WHOLE
) -> pd.DataFrame:
    """Orders placed in the period, the latest first, with what is known of them at its end.

    Columns: order_no, community, community_label, item, item_label, ordered_by, ordered_by_label, ordered_on,
    dispatched_on, accepted_on, acceptor_kind, acceptor_kind_label, unit, unit_label, closed_on, rating (Int64),
    cancelled_on, file_name, sheet_name, row_no. Filters: DIMENSIONS.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS, table="span")
    end = day(cut.as_of)
    known = ", ".join(
        f"case when record.{name} <= {end} then record.{name} end as {name}"
        for name in ("dispatched_on", "accepted_on", "closed_on", "cancelled_on")
    )
    accepted = f"record.accepted_on <= {end}"
    frame = snapshot.frame(
        f"""select record.order_no, record.community_code as community, coalesce(record.item_code, '{UNSTATED}') as item,
                   record.ordered_by, record.ordered_on, {known},
                   case when {accepted} then record.acceptor_kind end as acceptor_kind,
                   case when {accepted} then record.unit_code end as unit,
                   case when record.closed_on <= {end} then record.rating end as rating, {TRACE}
            from mart_order_span span join fact_order record using (order_id) {SUBMISSION}
            where {cut.sql} and {_placed(selection, "span")}
            order by record.ordered_on desc, record.community_code, record.order_no
            {"" if limit is None else f"limit {int(limit)}"}""",
        cut.parameters,
    )
    _label(snapshot, frame, selection)
    add_label(snapshot, frame, "acceptor_kind", selection.language)
    return frame.astype({"rating": "Int64"})


def _label(snapshot: Snapshot, frame: pd.DataFrame, selection: Selection) -> None:
    for name in ("item", "ordered_by"):
        add_label(snapshot, frame, name, selection.language)
    for name in ("community", "unit"):
        add_name(snapshot, frame, name, selection.language)


def _placed(selection: Selection, table: str = "record") -> str:
    return f"{table}.ordered_on between {day(selection.period.first_on)} and {day(selection.period.last_on)}"


def _closed(selection: Selection) -> str:
    return f"record.closed_on between {day(selection.period.first_on)} and {day(selection.period.last_on)}"


def _standing(as_of: date) -> str:
    """Not withdrawn by then."""
    return f"(record.cancelled_on is null or record.cancelled_on > {day(as_of)})"
