"""Small sentences that several pages say: whose figures, which ones a filter leaves alone, from which row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_catalogue
from dashboard.counting import applied_filters
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import organisation
from dashboard.report import Note
from dashboard.selection import Language, Period, Selection


def whose_and_when(snapshot: Snapshot, selection: Selection, period: Period | None = None) -> str:
    """ "2021年", below the top "北宁社区2021年": a picture taken out of its page has to say whose figures it shows."""
    when = (period or selection.period).label(selection.language)
    org = organisation(snapshot, selection.org)
    if org.level_no == 1:
        return when
    return translator(selection.language)("{org}{period}").format(
        org=org.label(selection.language), period=when
    )


def unmoved(snapshot: Snapshot, selection: Selection, indicators: Iterable[str]) -> Note | None:
    """Which of the figures do not follow a filter that is set; None when all do."""
    catalogue = load_catalogue(snapshot)
    names = [
        catalogue[key].label(selection.language)
        for key in indicators
        if len(applied_filters(snapshot, catalogue[key], selection.filters)) < len(selection.filters)
    ]
    if not names:
        return None
    comma = "、" if selection.language == "zh" else ", "
    say = translator(selection.language)
    return Note(say("不随筛选变化的指标：{names}。").format(names=comma.join(names)))


def origins(frame: pd.DataFrame, language: Language) -> list[str]:
    """File, sheet and row that each record came from."""
    text = translator(language)("{file}，{sheet}，第 {row} 行")
    return [
        text.format(file=theme.cell(file), sheet=theme.cell(sheet), row=theme.cell(row))
        for file, sheet, row in zip(frame["file_name"], frame["sheet_name"], frame["row_no"], strict=True)
    ]


def leader(counts: Mapping[str, float]) -> tuple[str, float] | None:
    """The label with the largest count, and its count; None when there is none, or no single one."""
    known = [(label, count) for label, count in counts.items() if count > 0]
    if not known:
        return None
    most = max(count for _, count in known)
    top = [label for label, count in known if count == most]
    return (top[0], most) if len(top) == 1 else None


def short_quarter(day: date, language: Language) -> str:
    """The quarter of a day as "21年一季": a dozen fit side by side, on a phone with each letter below the other."""
    quarter = (day.month - 1) // 3
    return f"{day:%y}年{'一二三四'[quarter]}季" if language == "zh" else f"Q{quarter + 1} {day:%y}"
