"""Indicator + grouping + Selection -> frame: the one way in which figures leave a snapshot."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.catalogue import Indicator, labels, load_catalogue, load_dimensions, load_levels
from dashboard.counting import Figures, Floats, applied_filters, counted, slots_of
from dashboard.database import Snapshot
from dashboard.organisations import (
    Organisation,
    QueryRefused,
    ancestors,
    children,
    district,
    organisation,
    organisations,
    unknown,
    visible_organisation,
)
from dashboard.scope import NO_DATA, OK, WHOLE, Scope
from dashboard.selection import MONTHS_IN, Period, Selection
from dashboard.statements import Slot

__all__ = [
    "Comparison",
    "Organisation",
    "QueryRefused",
    "ancestors",
    "children",
    "compare",
    "default_selection",
    "district",
    "indicator_named",
    "measure",
    "organisation",
    "read_selection",
    "tree",
]

MOST_KEYS = 3
FEWEST_PEERS = 3  # of whom a viewer who may not see them is told the median


@dataclass(frozen=True)
class Comparison:
    """One figure of one organisation beside others; None where there is nothing to compare with.

    `period` is what was counted: the selected one, cut off after the last month with data. The two
    earlier periods are as long as that. `plan` is the plan of the whole years that the period touches.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    state: str  # "ok" | "no_data" | "suppressed"
    period: Period
    year_before: float | None
    year_before_period: Period
    previous: float | None
    previous_period: Period
    plan: float | None
    plan_completion: float | None  # a fraction
    plan_label: str
    peers_median: float | None
    peer_count: int  # peers with a figure, without oneself

    def change(self, against: str) -> float | None:
        """Relative change to the same period last year ("yoy") or the previous one ("prev")."""
        base = self.year_before if against == "yoy" else self.previous
        return None if base is None or not base or self.value is None else self.value / base - 1


def indicator_named(snapshot: Snapshot, key: str) -> Indicator:
    """By key. Raises QueryRefused that names close ones."""
    catalogue = load_catalogue(snapshot)
    if key not in catalogue:
        raise QueryRefused(unknown("指标", key, catalogue))
    return catalogue[key]


def default_selection(snapshot: Snapshot) -> Selection:
    """The whole district in the last year with data."""
    return Selection(district(snapshot).code, Period.parse(str(snapshot.last_month.year)))


def read_selection(snapshot: Snapshot, params: Mapping[str, object]) -> Selection:
    """The Selection that a URL asks for, as far as this snapshot knows what it names; never raises."""
    known = {key: labels(snapshot, key) for key in load_dimensions(snapshot)}
    return Selection.from_params(params, default_selection(snapshot), known, organisations(snapshot))


def measure(
    snapshot: Snapshot,
    indicator: str,
    selection: Selection,
    by: Sequence[str] = (),
    scope: Scope = WHOLE,
) -> pd.DataFrame:
    """One indicator, split by up to three of: level keys, one of month/quarter/year, dimensions.

    Columns: for each key of `by` its code `<key>` and `<key>_label`, then `value`, `numerator`,
    `denominator` (float64; denominator NaN where there is none) and `state`: "ok", "no_data" (nothing
    to divide by, outside the release's months, or the organisation did not exist), "suppressed".
    Rows in the order of the hierarchy, of time, and of the dimensions' declared values; every
    organisation that existed and every sub-period has its row. Filters apply where the numerator's
    records have that dimension. Raises QueryRefused.
    """
    what = indicator_named(snapshot, indicator)
    org = visible_organisation(snapshot, selection.org)
    levels, grain, dimensions = _keys(snapshot, what, org, tuple(by))
    whole = selection.period
    parts = _parts(whole, grain)
    stretches = [(max(part.first_on, whole.first_on), min(part.last_on, whole.last_on)) for part in parts]
    slots = slots_of(snapshot, stretches)

    if len(levels) < 2 and not dimensions:
        level = levels[0] if levels else org.level
        figures = _inside(
            snapshot,
            org,
            levels,
            _of_level(snapshot, what, level, slots, selection.filters, scope),
            len(slots),
        )
    else:
        figures = counted(snapshot, what, org, levels, dimensions, slots, selection.filters, scope)
    return _labelled(snapshot, figures, selection, tuple(by), parts)


def compare(snapshot: Snapshot, indicator: str, selection: Selection, scope: Scope = WHOLE) -> Comparison:
    """The selected organisation's figure beside last year's, the previous one, the plan and its peers.

    Peers are the organisations of its level in the whole district. Raises QueryRefused.
    """
    what = indicator_named(snapshot, indicator)
    org = visible_organisation(snapshot, selection.org)
    _keys(snapshot, what, org, ())
    period = selection.period if what.is_timeless else selection.period.until(snapshot.last_month)
    earlier = selection.period.previous().first_months(period.month_count)
    periods = [period] if what.is_timeless else [period, period.year_before(), earlier]
    slots = slots_of(snapshot, [(part.first_on, part.last_on) for part in periods])
    figures = _of_level(snapshot, what, org.level, slots, selection.filters, scope)
    is_own = np.array([code == org.code for code in figures.codes[org.level]], dtype=bool)
    own = {int(figures.slot_nos[place]): int(place) for place in np.flatnonzero(is_own)}
    peers = figures.value[~is_own & (figures.slot_nos == 0) & (figures.state == OK)].tolist()
    value = _number(figures.value, own.get(0))
    if snapshot.within and len(peers) < FEWEST_PEERS:
        peers = []
    plan, plan_label = _plan(snapshot, what, org, selection)

    def past(slot_no: int) -> float | None:
        complete = slot_no < len(periods) and periods[slot_no].first_on >= snapshot.first_month
        return _number(figures.value, own.get(slot_no)) if complete else None

    return Comparison(
        value=value,
        numerator=_number(figures.numerator, own.get(0)),
        denominator=_number(figures.denominator, own.get(0)),
        state=str(figures.state[own[0]]) if 0 in own else NO_DATA,
        period=period,
        year_before=past(1),
        year_before_period=period.year_before(),
        previous=past(2),
        previous_period=earlier,
        plan=plan,
        plan_completion=None if plan is None or not plan or value is None else value / plan,
        plan_label=plan_label,
        peers_median=statistics.median(peers) if peers else None,
        peer_count=len(peers),
    )


def tree(snapshot: Snapshot, indicator: str, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """The selected organisation and everything below it with one figure each, for an icicle.

    Columns: id, parent ("" for the selected one), label, level, value, numerator, denominator, state,
    size. `size` is what may be drawn: never less than its children together, so that a figure that
    does not add up (distinct persons, ratios) still gives a drawing, and 1 for what is not shown.
    """
    what = indicator_named(snapshot, indicator)
    org = visible_organisation(snapshot, selection.org)
    everyone = organisations(snapshot)
    wanted = [
        level.key
        for level in load_levels(snapshot)
        if level.number >= org.level_no and level.key in what.levels
    ]
    frames = []
    for level in wanted:
        frame = measure(snapshot, indicator, selection, (level,), scope)
        frame = frame.rename(columns={level: "id", f"{level}_label": "label"})
        frame.insert(1, "parent", [everyone[code].parent if code != org.code else "" for code in frame["id"]])
        frame.insert(3, "level", level)
        frames.append(frame)
    if not frames:
        raise QueryRefused(_not_at_level(snapshot, what, org.level))
    found = pd.concat(frames, ignore_index=True)
    below: dict[str, float] = {}
    sizes: list[float] = []
    rows = zip(found["id"].tolist(), found["parent"].tolist(), found["value"].tolist(), strict=True)
    for code, parent, value in reversed(list(rows)):  # the deepest first
        size = max(1.0 if math.isnan(value) else value, below.get(code, 0.0))
        below[parent] = below.get(parent, 0.0) + size
        sizes.append(size)
    return found.assign(size=sizes[::-1])


def _of_level(
    snapshot: Snapshot,
    what: Indicator,
    level: str,
    slots: tuple[Slot, ...],
    filters: tuple[tuple[str, str], ...],
    scope: Scope,
) -> Figures:
    """Of every organisation of a level in the whole district, and kept: they are asked for one by one, by many.

    What lies outside a confined snapshot is for `_inside` and for medians, which tell nothing of anybody.
    """
    whole = snapshot.whole

    def count() -> Figures:
        return counted(whole, what, district(whole), (level,), (), slots, filters, scope)

    return whole.keep(("level", what.key, level, slots, filters, scope), count)


def _inside(
    snapshot: Snapshot, org: Organisation, levels: tuple[str, ...], figures: Figures, slot_count: int
) -> Figures:
    """Of the figures of a level those of `org` itself, or with `levels` of those that belong to it."""
    (codes,) = figures.codes.values()
    everyone = organisations(snapshot)
    own = [code in everyone and everyone[code].codes.get(org.level) == org.code for code in codes]
    if not levels and not any(own):  # it has never existed in this time
        nothing = np.full(slot_count, np.nan)
        return Figures(
            np.arange(slot_count), {}, nothing, nothing, nothing, np.full(slot_count, NO_DATA, dtype=object)
        )
    rows = np.array(own, dtype=bool)
    return Figures(
        slot_nos=figures.slot_nos[rows],
        codes={level: [code for code, is_own in zip(codes, own, strict=True) if is_own] for level in levels},
        value=figures.value[rows],
        numerator=figures.numerator[rows],
        denominator=figures.denominator[rows],
        state=figures.state[rows],
    )


def _keys(
    snapshot: Snapshot, what: Indicator, org: Organisation, by: tuple[str, ...]
) -> tuple[tuple[str, ...], str | None, tuple[str, ...]]:
    """The keys of `by`, told apart: levels from the top down, the grain of time, dimensions."""
    numbers = {level.key: level for level in load_levels(snapshot)}
    known = load_dimensions(snapshot)
    levels = sorted((key for key in by if key in numbers), key=lambda key: numbers[key].number)
    grains = [key for key in by if key in MONTHS_IN]
    dimensions = [key for key in by if key not in numbers and key not in MONTHS_IN]
    if len(by) > MOST_KEYS:
        raise QueryRefused(f"最多同时按 {MOST_KEYS} 项分组，现在有 {len(by)} 项")
    if len(set(by)) < len(by):
        raise QueryRefused("同一项只能用来分组一次")
    if len(grains) > 1:
        raise QueryRefused("按时间分组时，请在月、季度、年中只选一种")
    if grains and what.is_timeless:
        raise QueryRefused(f"“{what.name}”只有最新状况，不能按时间分组")
    for level in levels or [org.level]:
        if level not in what.levels:
            raise QueryRefused(_not_at_level(snapshot, what, level))
    if levels and numbers[levels[0]].number < org.level_no:
        raise QueryRefused(
            f"“{org.short_name}”是{numbers[org.level].title}，不能再按上级“{numbers[levels[0]].title}”分组"
        )
    for key in dimensions:
        if key not in known:
            raise QueryRefused(unknown("分组项", key, [*numbers, *MONTHS_IN, *known]))
        if key not in what.dimensions:
            allowed = "、".join(known[name].name for name in what.dimensions)
            tail = f"，可以按：{allowed}" if allowed else ""
            raise QueryRefused(f"“{what.name}”不能按“{known[key].name}”分组{tail}")
    return tuple(levels), grains[0] if grains else None, tuple(dimensions)


def _not_at_level(snapshot: Snapshot, what: Indicator, level: str) -> str:
    title = next(known.title for known in load_levels(snapshot) if known.key == level)
    return f"“{what.name}”不能按{title}统计"


def _parts(period: Period, grain: str | None) -> list[Period]:
    if grain is None:
        return [period]
    return {"month": period.months, "quarter": period.quarters, "year": period.years}[grain]()


def _labelled(
    snapshot: Snapshot, figures: Figures, selection: Selection, by: tuple[str, ...], parts: Sequence[Period]
) -> pd.DataFrame:
    """The keys of `by` in their order, each with its label; rows sorted by them."""
    language = selection.language
    levels = {level.key for level in load_levels(snapshot)}
    keys: list[tuple[str, Sequence[str], Mapping[str, str], npt.NDArray[np.int64]]] = []
    for key in by:
        if key in MONTHS_IN:
            names: Mapping[str, str] = {part.key: part.label(language) for part in parts}
            keys.append((key, [parts[number].key for number in figures.slot_nos], names, figures.slot_nos))
            continue
        codes = figures.codes[key]
        if key in levels:
            everyone = organisations(snapshot)
            names = {code: everyone[code].label(language) for code in set(codes)}
            order = _order(snapshot)
        else:
            names = labels(snapshot, key, language)
            order = {value: number for number, value in enumerate(names)}
        keys.append(
            (key, codes, names, np.array([order.get(code, len(order)) for code in codes], dtype=np.int64))
        )
    rows = np.lexsort([ranks for *_, ranks in reversed(keys)]) if keys else np.arange(len(figures.value))
    columns: dict[str, object] = {}
    for key, codes, names, _ in keys:
        sorted_codes = [codes[row] for row in rows]
        columns[key] = sorted_codes
        columns[f"{key}_label"] = [names.get(code, code) for code in sorted_codes]
    columns["value"] = figures.value[rows]
    columns["numerator"] = figures.numerator[rows]
    columns["denominator"] = figures.denominator[rows]
    columns["state"] = figures.state[rows].tolist()
    texts = {name: "str" for name in columns if name not in ("value", "numerator", "denominator")}
    frame = pd.DataFrame(columns)
    return frame if len(frame) else frame.astype(texts)


def _order(snapshot: Snapshot) -> Mapping[str, int]:
    """Where an organisation stands among those of its level."""
    everyone = organisations(snapshot)
    return snapshot.keep("order", lambda: {code: number for number, code in enumerate(everyone)})


def _plan(
    snapshot: Snapshot, what: Indicator, org: Organisation, selection: Selection
) -> tuple[float | None, str]:
    """The target for the years that the period touches, when each has one and it can be added up."""
    plans = snapshot.keep("plans", lambda: _read_plans(snapshot))
    years = selection.period.years()
    targets = [plans.get((what.key, org.code, year.first_on.year)) for year in years]
    known = [target for target in targets if target is not None]
    can_be_added = what.rollup == "sum" and what.numerator.time == "flow"
    if len(known) < len(years) or (len(years) > 1 and not can_be_added):
        return None, ""
    if applied_filters(snapshot, what, selection.filters):  # the plan is for everything
        return None, ""
    whole = Period(years[0].first_on, years[-1].last_on, "year")
    name = whole.label(selection.language)
    if selection.period.month_count == whole.month_count:
        return sum(known), f"{name}计划" if selection.language == "zh" else f"plan for {name}"
    return sum(known), f"{name}全年计划" if selection.language == "zh" else f"whole plan for {name}"


def _read_plans(snapshot: Snapshot) -> dict[tuple[str, str, int], float]:
    rows = snapshot.rows("select indicator, org_code, year, target from ref_plan")
    return {(indicator, org, int(year)): float(target) for indicator, org, year, target in rows}


def _number(column: Floats, place: int | None) -> float | None:
    return None if place is None or math.isnan(column[place]) else float(column[place])
