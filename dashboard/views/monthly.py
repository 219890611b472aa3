"""One indicator month by month, beside the same months a year before: the chart that several pages open with."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard import theme
from dashboard.catalogue import Indicator
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import organisation
from dashboard.queries import Comparison, compare, indicator_named, measure
from dashboard.report import Chart, Click, Column
from dashboard.scope import OK, WHOLE, Scope
from dashboard.selection import Grain, Period, Selection
from dashboard.views import figures
from dashboard.views.page import no_months

_LONGEST_WITH_YEAR_BEFORE = 12  # months; more of them are their own comparison
_LABELS: dict[Grain, str] = {"month": "月份", "quarter": "季度", "year": "年份"}


def monthly(
    snapshot: Snapshot,
    selection: Selection,
    indicator: str,
    scope: Scope = WHOLE,
    *,
    comparison: Comparison | None = None,
    key: str = "monthly",
    height: int = 300,
) -> Chart:
    """A line over the months of the period (at least twelve where there are as many), this year and last.

    What is reported by quarter is drawn by quarter. A click selects the month.
    """
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, indicator)
    found = comparison or compare(snapshot, indicator, selection, scope)
    stretch = figures.trend_stretch(snapshot, selection, what)
    grain = stretch[1] if stretch else "month"
    rows: list[dict[str, object]] = []
    names = ("", "")
    if stretch:
        period = stretch[0]
        names = _series_names(period, language)
        rows = _rows(snapshot, selection, what, period, grain, names[0], scope)
        before = period.year_before()
        if period.month_count <= _LONGEST_WITH_YEAR_BEFORE and before.last_on > snapshot.first_month:
            now = [row["label"] for row in rows]
            earlier = _rows(snapshot, selection, what, before, grain, names[1], scope)
            rows += [row | {"label": label} for row, label in zip(earlier, now, strict=True)]
    frame = pd.DataFrame(rows, columns=["part", "own_label", "label", "series", "value", "remark"])
    for name in names:  # without this year's figures, last year's stand alone for nothing
        own = frame["series"] == name
        if frame.loc[own, "value"].isna().all():
            frame = frame.iloc[0:0] if name == names[0] else frame[~own]
    has_series = frame["series"].nunique() > 1
    return Chart(
        key=key,
        kind="line",
        title=monthly_title(snapshot, selection, what, found, frame, names[0]),
        frame=frame,
        x="label",
        y="value",
        columns=(
            Column("label", say(_LABELS[grain])),
            Column("series", say("时段")),
            Column("own_label", say("所属时间")),
            figures.value_column(what, language),
            Column("remark", say("说明")),
        ),
        source=figures.source(snapshot, selection, indicator, scope=scope),
        alt=_alt(selection, what, frame, names[0]),
        series="series" if has_series else None,
        order=names if has_series else (),
        highlight=names[0] if has_series else None,
        click=Click("period", "part"),
        height=height,
        empty=no_months(snapshot, selection)
        if stretch is None
        else _why_empty(snapshot, selection, found, scope),
    )


def monthly_title(
    snapshot: Snapshot,
    selection: Selection,
    what: Indicator,
    comparison: Comparison,
    frame: pd.DataFrame,
    current: str,
) -> str:
    """ "2021年活动场次比上年增加 12.3%，3月最多（312 场）": the change of the period and its largest part."""
    language = selection.language
    say = translator(language)
    name = what.label(language)
    org = organisation(snapshot, selection.org)
    if org.level_no > 1:  # a picture taken out of its page has to say whose figures it shows
        name = say("{org}{name}").format(org=org.label(language), name=name)
    period = comparison.period.label(language)
    if comparison.state != OK:
        return say("{period}{name}没有可以显示的数").format(period=period, name=name)
    words = figures.change_words(selection, what, comparison)
    if words:
        text = say("{period}{name}{change}").format(period=period, name=name, change=words)
    else:
        value = figures.quantity(what, comparison.value, language)
        text = say("{period}{name}为 {value}").format(period=period, name=name, value=value)
    if what.rollup != "sum" or what.numerator.time != "flow":  # of a stock the largest month says little
        return text
    top = _peak(frame, comparison.period, current)
    if top is None:
        return text
    month, most = top
    within = comparison.period.first_on.year == comparison.period.last_on.year and language == "zh"
    label = month.split("年")[-1] if within else month
    most_text = figures.quantity(what, most, language)
    return say("{text}，{month}最多（{value}）").format(text=text, month=label, value=most_text)


def _peak(frame: pd.DataFrame, period: Period, current: str) -> tuple[str, float] | None:
    inside = {part.key for grain in (period.months(), period.quarters()) for part in grain}
    own = frame[(frame["series"] == current) & frame["part"].isin(inside)]
    return figures.peak(own, "own_label") if len(own) > 1 else None


def _rows(
    snapshot: Snapshot,
    selection: Selection,
    what: Indicator,
    period: Period,
    grain: Grain,
    series: str,
    scope: Scope,
) -> list[dict[str, object]]:
    frame = measure(snapshot, what.key, replace(selection, period=period), (grain,), scope)
    return [
        {
            "part": part,
            "own_label": label,
            "label": label,
            "series": series,
            "value": value,
            "remark": figures.why_absent(snapshot, state, selection.language, scope),
        }
        for part, label, value, state in zip(
            frame[grain].tolist(),
            frame[f"{grain}_label"].tolist(),
            frame["value"].tolist(),
            frame["state"].tolist(),
            strict=True,
        )
    ]


def _series_names(period: Period, language: str) -> tuple[str, str]:
    """ "2021年" and "2020年" for a calendar year; otherwise what the months are to each other."""
    say = translator(language)
    if period.first_on.year == period.last_on.year:
        year = Period.parse(str(period.first_on.year))
        before = year.year_before()
        return (
            (f"{year.first_on.year}年", f"{before.first_on.year}年")
            if language == "zh"
            else (year.key, before.key)
        )
    return say("当期"), say("上年同期")


def _why_empty(snapshot: Snapshot, selection: Selection, comparison: Comparison, scope: Scope) -> str:
    say = translator(selection.language)
    reason = figures.why_absent(snapshot, comparison.state, selection.language, scope) or say("无数据")
    return say("没有可画的数：{reason}。").format(reason=reason)


def _alt(selection: Selection, what: Indicator, frame: pd.DataFrame, current: str) -> str:
    say = translator(selection.language)
    own = frame[(frame["series"] == current) & frame["value"].notna()]
    name = what.label(selection.language)
    if own.empty:
        return say("折线图：{name}，没有可画的数。").format(name=name)
    return say("折线图：{name}，{first}至{last}，最低 {low}，最高 {high}。").format(
        name=name,
        first=own["own_label"].iloc[0],
        last=own["own_label"].iloc[-1],
        low=theme.number(float(own["value"].min()), what.format),
        high=theme.number(float(own["value"].max()), what.format),
    )
