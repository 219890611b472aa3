"""The charts of the page on members and units."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard import theme
from dashboard.catalogue import labels
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.queries import indicator_named, measure
from dashboard.report import Chart, Click, Column
from dashboard.scope import SUPPRESSED, Scope
from dashboard.selection import Period, Selection
from dashboard.views import captions, figures
from dashboard.views.page import counted_period

_FEWEST_QUARTERS = 8


def by_kind_and_sector(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Member units: a bar for each kind, made of sectors. Organisations, not persons: nothing is hidden."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "member_unit_count")
    frame = measure(snapshot, what.key, selection, ("unit_kind", "sector"), scope)
    frame = frame[frame["value"] > 0].reset_index(drop=True)
    total = float(frame["value"].sum())
    sums = frame.groupby("unit_kind_label", sort=False)["value"].sum()
    counts = {str(kind): float(count) for kind, count in sums.items()}
    top = captions.leader(counts)
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "total": theme.number(total),
        "kinds": theme.number(len(counts)),
        "sectors": theme.number(frame["sector"].nunique()),
    }
    if not total:
        title = say("{period}没有在期的成员单位").format(**texts)
    elif top is None or len(counts) == 1:
        title = say("{period}的 {total} 个成员单位分属 {kinds} 种性质、{sectors} 个行业").format(**texts)
    else:
        share = theme.number(top[1] / total, "percent")
        title = say(
            "{period}的 {total} 个成员单位分属 {kinds} 种性质，{kind}最多，{count} 个，占 {share}"
        ).format(**texts, kind=top[0], count=theme.number(top[1]), share=share)
    return Chart(
        key="by_kind",
        kind="barh",
        title=title,
        frame=frame,
        x="value",
        y="unit_kind_label",
        series="sector_label",
        order=tuple(labels(snapshot, "sector", language).values()),
        columns=figures.columns_of(snapshot, what, ("unit_kind", "sector"), language),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("条形图：各种性质的成员单位个数，按所属行业分段，合计 {total} 个。").format(**texts),
        click=Click("unit_kind", "unit_kind"),
        height=300,
        empty=say("所选范围内没有在期的成员单位。"),
    )


def members_by_kind(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Members under dual management by the kind of their unit; small counts hidden."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "dual_member_count")
    frame = measure(snapshot, what.key, selection, ("unit_kind",), scope)
    frame = frame[(frame["value"] > 0) | (frame["state"] == SUPPRESSED)].reset_index(drop=True)
    frame["remark"] = [figures.why_absent(snapshot, state, language, scope) for state in frame["state"]]
    hidden = int((frame["state"] == SUPPRESSED).sum())
    known = {
        str(kind): float(value)
        for kind, value in zip(frame["unit_kind_label"], frame["value"], strict=True)
        if pd.notna(value)
    }
    top = captions.leader(known)
    period = captions.whose_and_when(snapshot, selection)
    if not len(frame):
        title = say("{period}没有在册的双重管理党员").format(period=period)
    elif top is None or hidden:  # with parts hidden, the largest shown need not be the largest
        title = say("{period}的双重管理党员按所在单位性质").format(period=period)
    else:
        title = say("{period}的双重管理党员中，{kind}的最多，{count} 名").format(
            period=period, kind=top[0], count=theme.number(top[1])
        )
    if hidden:
        title += say("，{count} 类人数过少不显示").format(count=hidden)
    return Chart(
        key="members_by_kind",
        kind="barh",
        title=title,
        frame=frame if known else frame.iloc[0:0],
        x="value",
        y="unit_kind_label",
        columns=(
            figures.label_column(snapshot, "unit_kind", language),
            figures.value_column(what, language),
            Column("remark", say("说明")),
        ),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("条形图：双重管理党员按所在单位性质，共 {count} 类，{hidden} 类不显示。").format(
            count=len(frame), hidden=hidden
        ),
        click=Click("unit_kind", "unit_kind"),
        height=300,
        empty=say("人数过少，不显示。") if hidden else say("所选范围内没有在册的双重管理党员。"),
    )


def by_quarter(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Members at the end of each quarter: of the period, and of two years at least."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "dual_member_count")
    stretch = _quarters(snapshot, selection)
    frame = measure(snapshot, what.key, replace(selection, period=stretch), ("quarter",), scope)
    frame["remark"] = [figures.why_absent(snapshot, state, language, scope) for state in frame["state"]]
    known = frame[frame["value"].notna()]
    return Chart(
        key="by_quarter",
        kind="line",
        title=_trend_title(snapshot, selection, known, hidden=bool((frame["state"] == SUPPRESSED).any())),
        frame=frame if len(known) else frame.iloc[0:0],
        x="quarter_label",
        y="value",
        columns=(
            figures.label_column(snapshot, "quarter", language),
            figures.value_column(what, language),
            Column("remark", say("说明")),
        ),
        source=replace(
            figures.source(snapshot, selection, what.key, scope=scope), period=stretch.label(language)
        ),
        alt=say("折线图：{count} 个季度末的双重管理党员人数。").format(count=len(frame)),
        click=Click("period", "quarter"),
        height=260,
        empty=say("人数过少，不显示。")
        if (frame["state"] == SUPPRESSED).any()
        else say("所选范围内没有在册的双重管理党员。"),
    )


def _quarters(snapshot: Snapshot, selection: Selection) -> Period:
    """The quarters of the period, and those before it that make it two years, as far as there is data."""
    period = counted_period(snapshot, selection)
    first = period.quarters()[-1]
    for _ in range(_FEWEST_QUARTERS - 1):
        first = first.previous()
    first_on = max(min(first.first_on, period.first_on), snapshot.first_month)
    return Period.of_days(first_on, period.last_on)


def _trend_title(snapshot: Snapshot, selection: Selection, known: pd.DataFrame, hidden: bool) -> str:
    """From the first to the last figure that is shown."""
    say = translator(selection.language)
    whose = captions.whose_and_when(snapshot, selection)
    if known.empty or not known["value"].any():
        if hidden:
            return say("{period}的双重管理党员人数过少，不显示").format(period=whose)
        return say("{period}没有在册的双重管理党员").format(period=whose)
    first, last = float(known["value"].iloc[0]), float(known["value"].iloc[-1])
    texts = {
        "first": known["quarter_label"].iloc[0],
        "last": known["quarter_label"].iloc[-1],
        "before": theme.number(first),
        "after": theme.number(last),
    }
    if len(known) == 1:
        return say("{last}末双重管理党员 {after} 名").format(**texts)
    if first == last:
        return say("{first}末和{last}末，双重管理党员都是 {after} 名").format(**texts)
    moved = say("由 {before} 名增至 {after} 名") if last > first else say("由 {before} 名减至 {after} 名")
    return say("{first}末至{last}末，双重管理党员{moved}").format(**texts, moved=moved.format(**texts))
