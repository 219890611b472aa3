"""What changed between two releases: which figures, and because of which submissions.

Figures are compared for every indicator, in every quarter, for the district and every level that keeps
ledgers; not for member units. An indicator is asked only where a table that it is counted from differs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dashboard.catalogue import Indicator, labels, load_catalogue, load_levels, table_print
from dashboard.database import Snapshot
from dashboard.organisations import Organisation, QueryRefused, district, organisations
from dashboard.queries import measure
from dashboard.scope import NO_DATA
from dashboard.selection import Period, Selection

FIGURES = (
    "indicator", "name", "unit", "level", "org", "org_label", "period", "before", "after", "change",
    "before_state", "after_state", "files",
)  # fmt: skip
CHANGES = (
    "what",
    "file_name",
    "sha256",
    "dataset",
    "dataset_label",
    "community",
    "community_label",
    "period",
)
_WHOLE = "全部时间"  # the period of what is counted without one
_TOLERANCE = 1e-9  # relative; sums of decimals depend on the order of rows
_FILES_NAMED = 3
_TABLE = re.compile(r"\b(?:mart|fact|dim|geo|ref)_\w+")
# Every figure is counted over these.
_EVERYWHERE = ("dim_organisation", "meta_setting")


@dataclass(frozen=True)
class Differences:
    """`figures`: FIGURES, the greatest change first, measured against the district's figure of that
    quarter. `changes`: CHANGES, the submissions and decisions that the two releases do not share."""

    figures: pd.DataFrame
    changes: pd.DataFrame


def differences(
    before: Snapshot, after: Snapshot, indicators: Sequence[str] = (), org: Organisation | None = None
) -> Differences:
    """All indicators that both releases have, or those named; the whole district, or what lies in `org`."""
    causes = submission_changes(before, after)
    old, new = load_catalogue(before), load_catalogue(after)
    known = [key for key in new if key in old and key in (indicators or new)]
    differing = _differing_tables(before, after)
    period = Period.of_days(
        min(before.first_month, after.first_month), max(before.last_month, after.last_month)
    )
    frames = [
        _figures(before, after, new[key], period, org)
        for key in known
        if old[key] != new[key] or _reads(new[key]) & differing
    ]
    figures = pd.concat(frames) if frames else pd.DataFrame(columns=[*FIGURES, "size"])
    figures = figures.sort_values("size", ascending=False, kind="stable")
    figures["files"] = _files(figures, causes, new, after)
    return Differences(figures.reindex(columns=list(FIGURES)).reset_index(drop=True), causes)


def _reads(what: Indicator) -> set[str]:
    text = " ".join(f"{source.table} {source.sql} {source.where}" for source in what.sources)
    return {*_TABLE.findall(text), *_EVERYWHERE}


def _differing_tables(before: Snapshot, after: Snapshot) -> set[str]:
    columns = (before.columns(), after.columns())
    return {
        table
        for table in {*columns[0], *columns[1]}
        if columns[0].get(table) != columns[1].get(table)
        or table_print(before, table) != table_print(after, table)
    }


# ---- figures ------------------------------------------------------------------------------------


def _figures(
    before: Snapshot, after: Snapshot, what: Indicator, period: Period, org: Organisation | None
) -> pd.DataFrame:
    """The figures of one indicator that differ, with `size`."""
    levels = [level.key for level in load_levels(after)][:-1]
    whole = _measured(before, after, what, period, district(after), levels[0])
    scale = np.maximum(whole["value_old"].abs().fillna(0), whole["value_new"].abs().fillna(0))
    of_district = dict(zip(whole["period"], scale, strict=True))
    inside = org or district(after)
    found = []
    for level in levels[levels.index(inside.level) if inside.level in levels else len(levels) :]:
        if level in what.levels:
            frame = (
                whole
                if (level, org) == (levels[0], None)
                else _measured(before, after, what, period, inside, level)
            )
            found.append(frame[_differs(frame)].assign(level=level))
    frame = pd.concat(found) if found else whole[:0].assign(level="")
    change = frame["value_new"] - frame["value_old"]
    moved = change.abs().fillna(frame["value_new"].abs()).fillna(frame["value_old"].abs()).fillna(0)
    base = frame["period"].map(of_district).astype("float64").replace(0, np.nan)
    return pd.DataFrame(
        {
            "indicator": what.key, "name": what.label("zh"), "unit": what.unit_label("zh"),
            "level": frame["level"], "org": frame["org"], "org_label": frame["org_label"],
            "period": frame["period"], "before": frame["value_old"], "after": frame["value_new"],
            "change": change, "before_state": frame["state_old"], "after_state": frame["state_new"],
            "size": (moved / base).fillna(1.0),
        }
    )  # fmt: skip


def _measured(
    before: Snapshot, after: Snapshot, what: Indicator, period: Period, inside: Organisation, level: str
) -> pd.DataFrame:
    """org, org_label, period, value and state of both releases side by side."""
    by = (level,) if what.is_timeless else (level, "quarter")
    both = []
    for snapshot in (before, after):
        if inside.code not in organisations(snapshot):
            raise QueryRefused(f"版本 {snapshot.release_id} 里没有组织“{inside.label()}”")
        frame = measure(snapshot, what.key, Selection(inside.code, period), by)
        frame = frame.rename(columns={level: "org", f"{level}_label": "org_label", "quarter": "period"})
        if what.is_timeless:
            frame["period"] = _WHOLE
        both.append(frame[["org", "org_label", "period", "value", "state"]])
    frame = both[0].merge(both[1], on=["org", "period"], how="outer", suffixes=("_old", "_new"), sort=False)
    frame["org_label"] = frame["org_label_new"].fillna(frame["org_label_old"])
    for name in ("state_old", "state_new"):
        frame[name] = frame[name].fillna(NO_DATA)
    return frame


def _differs(frame: pd.DataFrame) -> pd.Series:
    old, new = frame["value_old"].to_numpy("float64"), frame["value_new"].to_numpy("float64")
    same = np.isclose(old, new, rtol=_TOLERANCE, atol=0, equal_nan=True)
    return ~pd.Series(same, index=frame.index) | (frame["state_old"] != frame["state_new"])


# ---- why ----------------------------------------------------------------------------------------


def submission_changes(before: Snapshot, after: Snapshot) -> pd.DataFrame:
    """CHANGES, by file. `what`: added, corrected (came after the lock), restored, used_again (what had
    replaced it was taken back), superseded, withdrawn, dropped (the other release does not know it);
    excuse and unexcuse, which have no file."""
    key = ["sha256", "dataset", "community", "period"]
    both = [
        snapshot.frame(
            """select sha256, dataset, community_code as community, period_key as period, any_value(file_name) as file_name,
                      any_value(state) as state, any_value(is_correction) as is_correction
               from meta_submission group by all"""
        )
        for snapshot in (before, after)
    ]
    frame = both[0].merge(both[1], on=key, how="outer", suffixes=("_old", "_new"))
    was, now = frame["state_old"] == "current", frame["state_new"] == "current"
    frame = frame[was ^ now].copy()
    frame["file_name"] = frame["file_name_new"].fillna(frame["file_name_old"])
    frame["what"] = [
        _what(old, new, correction is True)
        for old, new, correction in zip(
            *(frame[name].astype(object).where(frame[name].notna(), None).tolist()
              for name in ("state_old", "state_new", "is_correction_new")),
            strict=True,
        )
    ]  # fmt: skip
    frame = pd.concat([frame, _other_decisions(before, after)])
    places, ledgers = organisations(after), labels(after, "dataset")
    frame["community_label"] = [
        places[code].label() if code in places else code for code in frame["community"]
    ]
    frame["dataset_label"] = [ledgers.get(name, name) for name in frame["dataset"]]
    frame = frame.sort_values(["file_name", "community", "dataset", "period"], kind="stable")
    return frame.reindex(columns=list(CHANGES)).reset_index(drop=True)


def _what(old: str | None, new: str | None, is_correction: bool) -> str:
    if new == "current":
        if old == "withdrawn":
            return "restored"
        if old == "superseded":
            return "used_again"
        return "corrected" if is_correction else "added"
    return {"superseded": "superseded", "withdrawn": "withdrawn"}.get(new or "", "dropped")


def _other_decisions(before: Snapshot, after: Snapshot) -> pd.DataFrame:
    """Excuses that one release knows and the other does not."""
    rows = [
        set(
            snapshot.rows(
                """select community_code, dataset, period_key from meta_decision where kind in ('excuse', 'unexcuse')
                   group by all having arg_max(kind, decision_number) = 'excuse'"""
            )
        )
        for snapshot in (before, after)
    ]
    told = [("excuse", *row) for row in sorted(rows[1] - rows[0])]
    told += [("unexcuse", *row) for row in sorted(rows[0] - rows[1])]
    return pd.DataFrame(told, columns=["what", "community", "dataset", "period"]).assign(file_name="")


def _files(
    figures: pd.DataFrame, causes: pd.DataFrame, catalogue: Mapping[str, Indicator], snapshot: Snapshot
) -> list[str]:
    """For each figure the files that it can have changed for: of its ledgers, its communities, its quarter.

    A list restates all of its past, so a new one can change every quarter.
    """
    places = organisations(snapshot)
    quarterly = {name for (name,) in snapshot.rows("select distinct dataset from mart_submission_quarter")}
    told = [
        (str(name), str(dataset), str(stated), frozenset(places[community].codes.values()))
        for name, dataset, stated, community in zip(
            *(causes[column].tolist() for column in ("file_name", "dataset", "period", "community")),
            strict=True,
        )
        if name and community in places
    ]
    found = []
    for indicator, org, period in zip(
        figures["indicator"].tolist(), figures["org"].tolist(), figures["period"].tolist(), strict=True
    ):
        wanted = set(catalogue[indicator].datasets)
        names = dict.fromkeys(
            name
            for name, dataset, stated, codes in told
            if dataset in wanted and org in codes and (dataset not in quarterly or period in (stated, _WHOLE))
        )
        listed = list(names)
        more = f"、等 {len(listed):,} 份" if len(listed) > _FILES_NAMED else ""
        found.append("、".join(listed[:_FILES_NAMED]) + more)
    return found
