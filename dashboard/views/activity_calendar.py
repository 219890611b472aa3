"""The calendar of the activities page: every month of every organisation, so that silence shows."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_levels
from dashboard.queries import organisation
from dashboard.report import Chart, Column
from dashboard.selection import Period
from dashboard.views import alongside, figures
from dashboard.views.activity_charts import CLICK, Drawing
from dashboard.views.focus import mark

_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOT_SENT = "活动台账未报"
_COLUMNS = ["row", "column", "time", "org", "value", "remark", "mark"]


def calendar(drawing: Drawing, level: str | None, missing: Collection[tuple[str, str]]) -> Chart:
    """A row for each organisation of `level`; of one without any below it, a row for each year.

    A month without activity is 0; one whose ledger never came, or before the organisation existed, has
    no value. `missing`: those ledgers, as (community, quarter).
    """
    say = drawing.say
    frame = _by_organisation(drawing, level, missing) if level else _by_year(drawing, missing)
    if level:
        rows = figures.label_column(drawing.snapshot, level, drawing.language, "row")
    else:
        rows = Column("row", say("年份"))
    drawn = bool(frame["value"].notna().any())
    return Chart(
        key="calendar",
        kind="calendar",
        title=_title(drawing, level, frame),
        frame=frame if drawn else frame.iloc[0:0],
        x="column",
        y="row",
        value="value",
        columns=(
            figures.label_column(drawing.snapshot, drawing.grain, drawing.language, "column"),
            rows,
            figures.value_column(drawing.what, drawing.language),
            Column("remark", say("说明")),
        ),
        source=drawing.source(say("没有颜色的格子：台账未报，或当时尚未成立")),
        alt=say("日历图：{rows} 行、{columns} 列，颜色越深活动越多，{silent} 格没有活动。").format(
            rows=frame["row"].nunique(),
            columns=frame["column"].nunique(),
            silent=theme.number(int((frame["value"] == 0).sum())),
        ),
        click=CLICK,
        height=320,
        empty=drawing.none,
    )


def _by_organisation(drawing: Drawing, level: str, missing: Collection[tuple[str, str]]) -> pd.DataFrame:
    grain = drawing.grain
    counts = drawing.counts(level, grain)
    codes = list(dict.fromkeys(counts[level]))
    cut = replace(drawing.selection, period=drawing.period)
    totals = alongside.per_organisation(drawing.snapshot, cut, "activity_count", level, drawing.scope)
    names = dict(zip(codes, alongside.names_of(drawing.snapshot, codes, drawing.language), strict=True))
    place = {code: number for number, code in enumerate(totals["org"])}
    frame = pd.DataFrame(
        {
            "row": [names[code] for code in counts[level]],
            "column": counts[f"{grain}_label"],
            "time": counts[grain],
            "org": counts[level],
            "value": counts["value"],
        }
    ).sort_values(["org", "time"], key=lambda column: column.map(place) if column.name == "org" else column)
    if level == load_levels(drawing.snapshot)[-1].key:
        frame = pd.concat([_whole(drawing), frame])
    return _told(drawing, frame.reset_index(drop=True), missing)


def _whole(drawing: Drawing) -> pd.DataFrame:
    """A committee with all its units, as the first row."""
    counts = drawing.counts(drawing.grain)
    return pd.DataFrame(
        {
            "row": drawing.say("联合党委合计"),
            "column": counts[f"{drawing.grain}_label"],
            "time": counts[drawing.grain],
            "org": drawing.selection.org,
            "value": counts["value"],
        }
    )


def _by_year(drawing: Drawing, missing: Collection[tuple[str, str]]) -> pd.DataFrame:
    """The months of the selected organisation alone: years below each other."""
    counts = drawing.counts(drawing.grain)
    zh = drawing.language == "zh"
    parts = [Period.parse(key) for key in counts[drawing.grain]]
    years = [part.first_on.year for part in parts]
    if drawing.grain == "month":
        months = [part.first_on.month for part in parts]
        columns = [f"{month}月" if zh else _MONTHS_EN[month - 1] for month in months]
    else:
        columns = [
            part.label(drawing.language).removeprefix(f"{part.first_on.year}年").split(" ")[0]
            for part in parts
        ]
    frame = pd.DataFrame(
        {
            "row": [f"{year}年" if zh else str(year) for year in years],
            "column": columns,
            "time": counts[drawing.grain],
            "org": drawing.selection.org,
            "value": counts["value"],
        }
    )
    return _told(drawing, frame, missing)


def _told(drawing: Drawing, frame: pd.DataFrame, missing: Collection[tuple[str, str]]) -> pd.DataFrame:
    """With a remark and a click value; a 0 whose ledger never came is no 0."""
    community = load_levels(drawing.snapshot)[-2].key
    values, remarks = [], []
    quarters = {time: Period.parse(time).quarters()[0].key for time in frame["time"].unique()}
    places = {
        code: organisation(drawing.snapshot, code).codes.get(community, code)
        for code in frame["org"].unique()
    }
    for code, time, value in zip(frame["org"], frame["time"], frame["value"], strict=True):
        remark = ""
        if math.isnan(value):
            remark = drawing.say("尚未成立或已撤销")
        elif not value and (places[code], quarters[time]) in missing:
            value, remark = math.nan, drawing.say(_NOT_SENT)
        values.append(value)
        remarks.append(remark)
    marks = [
        mark(time=time) if code == drawing.selection.org else mark(time=time, org=code)
        for code, time in zip(frame["org"], frame["time"], strict=True)
    ]
    return frame.assign(value=values, remark=remarks, mark=marks)[_COLUMNS]


def _title(drawing: Drawing, level: str | None, frame: pd.DataFrame) -> str:
    """How much silence there is, how many organisations have none, and what is not known."""
    say, month = drawing.say, drawing.grain == "month"
    own = frame[(frame["org"] != drawing.selection.org) | (level is None)]
    counts = own["value"].dropna()
    unknown = int((own["remark"] == say(_NOT_SENT)).sum())
    if counts.empty and not unknown:
        return say("{period}没有活动记录").format(period=drawing.when)
    texts = {
        "period": drawing.when,
        "cells": theme.number(len(counts)),
        "part": say("个月") if month else say("个季度"),
        "silent": theme.number(int((counts == 0).sum())),
        "unknown": theme.number(unknown),
    }
    if level is None:
        if (counts == 0).any():
            text = say("{period}的 {cells} {part}中，{silent} {part}没有活动")
        else:
            text = say("{period}每月都有活动") if month else say("{period}每季度都有活动")
    else:
        silent_ones = {*own.loc[own["value"] == 0, "org"], *own.loc[own["remark"] == say(_NOT_SENT), "org"]}
        texts["level"] = figures.level_title(drawing.snapshot, level, drawing.language)
        texts["count"] = theme.number(own["org"].nunique())
        texts["busy"] = theme.number(own["org"].nunique() - len(silent_ones))
        if silent_ones:
            text = say(
                "{period}，{count} 个{level}合计 {cells} {part}，其中 {silent} {part}没有活动，{busy} 个{level}没有空白"
            )
        else:
            text = (
                say("{period}，{count} 个{level}每月都有活动")
                if month
                else say("{period}，{count} 个{level}每季度都有活动")
            )
    return (text + (say("；另有 {unknown} {part}台账未报") if unknown else "")).format(**texts)
