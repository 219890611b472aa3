"""Resources on offer, needs, and which of the two might be brought together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.catalogue import UNSTATED
from dashboard.database import Snapshot
from dashboard.ledgers.cut import SUBMISSION, TRACE, add_label, add_name, cut_of, day
from dashboard.organisations import Organisation, district, organisations, visible_organisation
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection

DIMENSIONS = ("class", "item")
REACH_KM = 3.0  # between the centres of two communities
PER_NEED = 2  # suggestions
_KM_PER_DEGREE = 111.32


def open_needs(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Needs without a match at the period's end, the oldest first.

    Columns: need, title, community, community_label, item, item_label, asked_by, asked_by_label, quantity,
    quantity_unit, asked_on, wanted_until, days (since asked), file_name, sheet_name, row_no.
    Filters: class, item. A need that is open belongs to no member unit.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS, table="span")
    end = day(cut.as_of)
    frame = snapshot.frame(
        f"""select record.need_id as need, record.need_title as title, record.community_code as community,
                   coalesce(record.item_code, '{UNSTATED}') as item, record.asked_by, record.quantity,
                   record.quantity_unit, record.asked_on, record.wanted_until, {end} - record.asked_on as days, {TRACE}
            from mart_need_span span join fact_need record using (need_id) {SUBMISSION}
            where {cut.sql} and span.valid_from <= {end} and (span.valid_to is null or span.valid_to > {end})
            order by record.asked_on, record.community_code, record.need_id""",
        cut.parameters,
    )
    for name in ("item", "asked_by"):
        add_label(snapshot, frame, name, selection.language)
    add_name(snapshot, frame, "community", selection.language)
    return frame


def unused_resources(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Resources on offer at the period's end that were never matched, those on offer longest first.

    Columns: resource, title, unit, unit_label (as the ledger states it where it is no member unit),
    community, community_label, item, item_label, quantity, quantity_unit, available_from, available_until,
    days (on offer), file_name, sheet_name, row_no. Filters: class, item.
    """
    cut = cut_of(snapshot, selection, scope, DIMENSIONS, table="span")
    end = day(cut.as_of)
    frame = snapshot.frame(
        f"""select record.resource_id as resource, record.resource_title as title,
                   coalesce(record.unit_code, record.unit_name) as unit, record.community_code as community,
                   coalesce(record.item_code, '{UNSTATED}') as item, record.quantity, record.quantity_unit,
                   record.available_from, record.available_until, {end} - record.available_from as days, {TRACE}
            from mart_resource_span span join fact_resource record using (resource_id) {SUBMISSION}
            where {cut.sql} and span.valid_from <= {end} and (span.valid_to is null or span.valid_to > {end})
              and (span.used_from is null or span.used_from > {end})
            order by record.available_from, record.community_code, record.resource_id""",
        cut.parameters,
    )
    add_label(snapshot, frame, "item", selection.language)
    for name in ("unit", "community"):
        add_name(snapshot, frame, name, selection.language)
    frame["unit_label"] = frame["unit_label"].fillna(frame["unit"])
    return frame


@dataclass(frozen=True)
class Match:
    """A resource that might meet a need: rows of the two frames, and how far apart their communities are."""

    need: int
    resource: int
    kilometres: float  # 0 within one community


def suggestions(
    snapshot: Snapshot, needs: pd.DataFrame, resources: pd.DataFrame, most: int = 100
) -> list[Match]:
    """For each need at most two unused resources: of the same item, in reach and in time, the nearest first.

    In reach: the same community, or one whose centre lies within REACH_KM. In time: on offer on some day
    between the day on which the need was asked and the one by which it is wanted. `needs` and `resources`
    as above; the needs that wait longest come first.
    """
    everyone = organisations(snapshot)
    places: dict[str, list[int]] = {}
    for place, item in enumerate(resources["item"]):
        if item != UNSTATED:
            places.setdefault(item, []).append(place)
    offered = resources["available_from"].to_numpy(dtype="datetime64[D]")
    until = resources["available_until"].to_numpy(dtype="datetime64[D]")
    homes = resources["community"].tolist()
    found: list[Match] = []
    rows = zip(
        needs["item"].tolist(),
        needs["community"].tolist(),
        needs["asked_on"].to_numpy(dtype="datetime64[D]"),
        needs["wanted_until"].to_numpy(dtype="datetime64[D]"),
        strict=True,
    )
    for need, (item, community, asked_on, wanted_until) in enumerate(rows):
        near = []
        for place in places.get(item, ()):
            too_late = not np.isnat(wanted_until) and offered[place] > wanted_until
            over = not np.isnat(until[place]) and until[place] < asked_on
            apart = _kilometres(everyone[community], everyone[homes[place]])
            if apart <= REACH_KM and not too_late and not over:
                near.append((apart, place))
        found += [Match(need, place, apart) for apart, place in sorted(near)[:PER_NEED]]
        if len(found) >= most:
            break
    return found[:most]


def within_reach(
    snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The needs of the selected organisation and the resources that may be set against them: those of the
    whole district, as far as the viewer may see it. Of a member unit: its own resources, and everybody's needs."""
    org = visible_organisation(snapshot, selection.org)
    whole = Selection(
        district(snapshot).code, selection.period, language=selection.language, filters=selection.filters
    )
    if org.level == "unit":
        return open_needs(snapshot, whole, scope), unused_resources(snapshot, selection, scope)
    return open_needs(snapshot, selection, scope), unused_resources(snapshot, whole, scope)


def _kilometres(one: Organisation, other: Organisation) -> float:
    """Between two centres, as the crow flies; a centre that is not known is out of reach."""
    if one.code == other.code:
        return 0.0
    if one.longitude is None or one.latitude is None or other.longitude is None or other.latitude is None:
        return math.inf
    shrink = math.cos(math.radians((one.latitude + other.latitude) / 2))
    return _KM_PER_DEGREE * math.hypot(
        (one.longitude - other.longitude) * shrink, one.latitude - other.latitude
    )
