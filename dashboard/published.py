"""The ledger of the published figures: how each was stated, what is counted, the difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.catalogue import Indicator, labels, load_catalogue
from dashboard.database import Snapshot
from dashboard.organisations import district
from dashboard.queries import measure
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Period, Selection

_STATEMENTS = {
    "exact": {"zh": "确数", "en": "exact"},
    "at_least": {"zh": "不少于", "en": "at least"},
}

_LATEST = {"zh": "最新台账", "en": "latest ledgers"}  # of a count without time


def published_figures(snapshot: Snapshot, language: Language = "zh", scope: Scope = WHOLE) -> pd.DataFrame:
    """The ledger of published figures: as stated, as counted over the release's whole window.

    Columns: figure, label, stated (float), statement ("exact", "at_least"), statement_label, unit,
    window ("year": stated for each year; "moment": for a day that is not named; "none": for a time that is
    not stated at all), window_note (as published, Chinese), indicator ("" where nothing is counted yet),
    indicator_label, where_dim, where_value, where_label (which records were counted), period_key and
    period_label (of the count; for a figure stated per year the whole window), counted_key (of the period in
    which `counted` was counted), counted (float, NaN: not counted, or the viewer may not see the whole
    district), difference, agrees (bool, missing when not counted), detail (for a figure stated per year:
    each year's count; `counted` is then the least).
    """
    frame = snapshot.frame(
        """select figure, name, name_en, cast(value as double) as stated, statement, unit, unit_en,
                  coalesce(window_stated, '') as window_stated, coalesce(window_note, '') as window_note,
                  coalesce(indicator, '') as indicator, coalesce(where_dim, '') as where_dim,
                  coalesce(where_value, '') as where_value
           from ref_published order by rowid"""
    )
    rows = []
    for row in frame.to_dict("records"):
        counted, period, detail, counted_in = _recounted(snapshot, row, language, scope)
        stated, is_known = float(row["stated"]), counted is not None
        agrees = counted is not None and (
            counted == stated if row["statement"] == "exact" else counted >= stated
        )
        what = load_catalogue(snapshot).get(row["indicator"])
        rows.append(
            {
                "figure": row["figure"],
                "label": row["name"] if language == "zh" else row["name_en"],
                "stated": stated,
                "statement": row["statement"],
                "statement_label": _STATEMENTS.get(row["statement"], {}).get(language, row["statement"]),
                "unit": row["unit"] if language == "zh" else row["unit_en"],
                "window": _window(what, row["window_stated"]),
                "window_note": row["window_note"],
                "indicator": row["indicator"],
                "indicator_label": what.label(language) if what else "",
                "where_dim": row["where_dim"],
                "where_value": row["where_value"],
                "where_label": labels(snapshot, row["where_dim"], language).get(row["where_value"], ""),
                "period_key": period.key if period else "",
                "period_label": _LATEST[language] if what and what.is_timeless else _label(period, language),
                "counted_key": counted_in.key if counted_in else "",
                "counted": counted,
                "difference": counted - stated if counted is not None else None,
                "agrees": agrees if is_known else None,
                "detail": detail,
            }
        )
    types = {"counted": "float64", "difference": "float64", "agrees": "boolean"}
    return pd.DataFrame(rows).astype(types) if rows else pd.DataFrame()


def _label(period: Period | None, language: Language) -> str:
    return period.label(language) if period else ""


def _window(what: Indicator | None, stated: str) -> str:
    if stated:
        return "year"
    return "moment" if what and what.numerator.time == "stock" else "none"


def _recounted(
    snapshot: Snapshot, row: Mapping[Any, Any], language: Language, scope: Scope
) -> tuple[float | None, Period | None, str, Period | None]:
    """The count for one published figure, over which period, the years it is made of, and in which of them."""
    key, dimension, value = row["indicator"], row["where_dim"], row["where_value"]
    what = load_catalogue(snapshot).get(key)
    top = district(snapshot).code
    if what is None or snapshot.within:
        return None, None, "", None
    window = Period.of_days(snapshot.first_month, snapshot.last_month)
    held = ((dimension, value),) if dimension else ()
    selection = Selection(top, window, language=language, filters=held)
    if row["window_stated"] == "year":
        years = measure(snapshot, key, selection, ("year",), scope)
        counts = years["value"].dropna()
        unit = what.unit_label(language) if language == "zh" else ""
        parts = [
            f"{label} {count:,.0f}{unit}"
            for label, count in zip(years["year_label"], years["value"], strict=True)
        ]
        detail = ("；" if language == "zh" else "; ").join(parts)
        if counts.empty:
            return None, window, detail, None
        least = min(zip(counts.tolist(), years.loc[counts.index, "year"].tolist(), strict=True))
        return float(least[0]), window, detail, Period.parse(str(least[1]))
    figure = measure(snapshot, key, selection, (), scope)["value"].iloc[0]
    if what.numerator.time == "stock":
        window = window.months()[-1]
    return (None if pd.isna(figure) else float(figure)), window, "", window
