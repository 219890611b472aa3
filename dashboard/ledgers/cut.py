"""Which records a selection asks for, as conditions of a query; and labels beside their codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from dashboard.catalogue import UNSTATED, labels, load_dimensions
from dashboard.counting import slots_of
from dashboard.database import Snapshot
from dashboard.organisations import organisations, visible_organisation
from dashboard.scope import Scope
from dashboard.selection import Language, Selection

TRACE = "submission.file_name, record.sheet_name, record.row_no"
SUBMISSION = "left join meta_submission submission on submission.submission_id = record.submission_id"


@dataclass(frozen=True)
class Cut:
    """Conditions, their parameters, and the day at which open things are judged."""

    sql: str
    parameters: list[object]
    as_of: date


def cut_of(
    snapshot: Snapshot,
    selection: Selection,
    scope: Scope,
    dimensions: Sequence[str] = (),
    table: str = "record",
) -> Cut:
    """For a query over `table`, a mart: the selected organisation, and the filters among `dimensions`.

    Raises QueryRefused outside the viewer's scope.
    """
    org = visible_organisation(snapshot, selection.org)
    conditions, parameters = ["true"], list[object]()
    if org.level_no > 1:
        conditions.append(f"{table}.{org.level}_code = ?")
        parameters.append(org.code)
    known = load_dimensions(snapshot)
    for name in dimensions:
        value = selection.filter(name)
        if value is not None and name in known:
            conditions.append(f"coalesce(cast({table}.{known[name].column} as varchar), '{UNSTATED}') = ?")
            parameters.append(value)
    ((as_of),) = (slot.as_of for slot in slots_of(snapshot, [_ends(selection)]))
    return Cut(" and ".join(conditions), parameters, as_of)


def _ends(selection: Selection) -> tuple[date, date]:
    return selection.period.first_on, selection.period.last_on


def day(moment: date) -> str:
    """A day as SQL."""
    return f"date '{moment.isoformat()}'"


def add_label(
    snapshot: Snapshot, frame: pd.DataFrame, column: str, language: Language, dimension: str = ""
) -> None:
    """`<column>_label` after `column`: what the value of a dimension is called."""
    names = labels(snapshot, dimension or column, language)
    _insert_after(frame, column, [names.get(code, code) for code in frame[column]])


def add_name(snapshot: Snapshot, frame: pd.DataFrame, column: str, language: Language) -> None:
    """`<column>_label` after `column`: what an organisation is called; missing where there is none."""
    everyone = organisations(snapshot)
    names = [
        everyone[code].label(language) if isinstance(code, str) and code in everyone else None
        for code in frame[column]
    ]
    _insert_after(frame, column, names)


def _insert_after(frame: pd.DataFrame, column: str, texts: Sequence[str | None]) -> None:
    place = list(frame.columns).index(column) + 1
    frame.insert(place, f"{column}_label", pd.Series(texts, index=frame.index, dtype="str"))
