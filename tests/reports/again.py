"""A cited figure asked again, through the query that people type and the rules that the pages run."""

from __future__ import annotations

import math
import statistics
from dataclasses import replace
from datetime import UTC, datetime

from dashboard import attention, commands
from dashboard.catalogue import load_catalogue, load_levels
from dashboard.database import Snapshot
from dashboard.narrative import matters
from dashboard.narrative.facts import Facts
from dashboard.organisations import organisations
from dashboard.report import Cited
from dashboard.selection import Period, Selection

MADE_AT = datetime(2022, 1, 10, 9, 0, tzinfo=UTC)


def asked_again(snapshot: Snapshot, cited: Cited) -> float | None:
    """What the figure is worked out to be, by another way than the report's."""
    if cited.how.startswith("item"):
        return _items(snapshot, cited)
    if cited.how == "due":
        facts = Facts(snapshot, Selection(cited.org, Period.parse(cited.period)))
        return float(
            sum(each.kind == cited.indicator or not cited.indicator for each in matters.coming(facts))
        )
    period = Period.parse(cited.period)
    if cited.how in ("value", "numerator", "denominator"):
        return _asked(snapshot, cited, period, cited.how)
    now = _asked(snapshot, cited, period)
    assert now is not None
    if cited.how == "share":
        whole = _asked(snapshot, replace(cited, filters=()), period)
        return now / whole if whole else None
    if cited.how == "plan":
        (target,) = snapshot.rows(
            "select target from ref_plan where indicator = ? and org_code = ? and year = ?",
            [cited.indicator, cited.org, period.first_on.year],
        )[0]
        return now / float(target)
    if cited.how == "median":
        return _median(snapshot, cited, period)
    against, _, what = cited.how.partition("_")
    base = _asked(snapshot, cited, period.year_before() if against == "yoy" else period.previous())
    assert base is not None
    return {"": (now - base) / abs(base) if base else None, "difference": now - base, "times": now / base if base else None}[what]  # fmt: skip


def _asked(snapshot: Snapshot, cited: Cited, period: Period, column: str = "value") -> float | None:
    frame = commands.query(
        snapshot.path,
        cited.indicator,
        (),
        period.key,
        cited.org,
        tuple(f"{key}={value}" for key, value in cited.filters),
    )
    value = frame[column].iloc[0]
    return None if value != value else float(value)


def _median(snapshot: Snapshot, cited: Cited, period: Period) -> float:
    level = organisations(snapshot)[cited.org].level
    top = load_levels(snapshot)[0].key
    frame = commands.query(snapshot.path, cited.indicator, (level,), period.key)
    others = frame[(frame[level] != cited.org) & (frame["state"] == "ok")]
    assert top != level
    return float(statistics.median(float(value) for value in others["value"]))


def _items(snapshot: Snapshot, cited: Cited) -> float:
    """Matters counted from the frame that the page 督办事项 lists, without any record of follow-ups."""
    selection = Selection(cited.org, Period.parse(cited.period))
    rules = set(cited.indicator.split(",")) if cited.indicator else set(attention.rules(snapshot))
    held = dict(cited.filters)
    before = selection.period.previous()
    now = _keys(snapshot, selection, rules, held)
    earlier = _keys(snapshot, replace(selection, period=before), rules, held)
    joint = Period.of_days(before.first_on, selection.period.last_on)
    again = _keys(snapshot, replace(selection, period=joint), rules, held)
    if cited.how == "items_open":
        return float(len(now))
    if cited.how == "items_places":
        return float(len({community for _, _, _, community in now if community}))
    if cited.how == "items_before":
        return float(len(earlier))
    if cited.how == "items_new":
        return float(len([item for item in now if item[:2] not in {old[:2] for old in earlier}]))
    if cited.how in ("item_amount", "item_days"):
        (item,) = (each for each in attention.found(snapshot, selection) if each.code == held["item"])
        return float(item.amount or 0) if cited.how == "item_amount" else float(item.days)
    there = {item[:2] for item in (*now, *again)}
    units = {(rule, unit) for rule, _, unit, _ in (*now, *again) if unit}
    waiting = [item for item in earlier if item[:2] in there or (item[0], item[2]) in units]
    return float(len(waiting) if cited.how == "items_waiting" else len(earlier) - len(waiting))


def _keys(
    snapshot: Snapshot, selection: Selection, rules: set[str], held: dict[str, str]
) -> list[tuple[str, str, str, str]]:
    frame = attention.items(snapshot, selection)
    return [
        (
            row["rule"],
            row["item_key"],
            str(row["unit"]) if row["unit"] == row["unit"] and row["unit"] else "",
            str(row["community"]) if row["community"] == row["community"] and row["community"] else "",
        )
        for row in frame.to_dict("records")
        if row["rule"] in rules and held.get("severity", row["severity"]) == row["severity"]
    ]


def as_said(snapshot: Snapshot, cited: Cited, value: float) -> set[str]:
    """How that value may stand in a sentence."""
    what = load_catalogue(snapshot).get(cited.indicator)
    style = what.format if what else "integer"
    if cited.how in ("numerator", "denominator"):
        style = "integer"
    if cited.how in ("yoy", "prev", "plan", "share"):
        style = "percent"
    if cited.how.endswith("_times"):
        style = "decimal"
    size = abs(value)
    if cited.how.endswith("_difference") and style == "percent":
        return {f"{round(size * 100, 1):,.1f}"}
    told = {f"{math.floor(size + 0.5):,}"}
    if style == "percent":
        told = {f"{size * 100:,.1f}%", f"{size * 100:,.0f}%" if not round(size * 100, 1) % 1 else ""}
    elif style == "decimal" or cited.how in ("median", "item_amount"):
        told |= {f"{size:,.1f}"}
    return told
