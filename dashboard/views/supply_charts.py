"""The charts of the page on resources and needs."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard import theme
from dashboard.catalogue import UNSTATED
from dashboard.database import Snapshot
from dashboard.locale import Translator, translator
from dashboard.queries import indicator_named, measure
from dashboard.report import Chart, Click, Column
from dashboard.scope import Scope
from dashboard.selection import Grain, Selection
from dashboard.views import alongside, captions, figures
from dashboard.views.page import counted_period

_MOST_MONTHS = 12  # in one chart; a longer period is drawn by quarter
_NAMED = 3
_OFFERED, _WAITING = "resource_count", "open_need_count"
_ASKED, _MATCHED = "need_count", "matched_need_count"


def by_item(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Of each catalogue item: resources on offer, needs of the period, and those that still wait."""
    language = selection.language
    say = translator(language)
    offered, asked = say("可用资源"), say("待对接需求")
    frame = _pairs(snapshot, selection, "item", scope, offered, asked)
    waiting = frame[frame["series"] == asked]
    lacking = waiting[(waiting["value"] > 0) & (frame["offered"][waiting.index] == 0)]
    period = captions.whose_and_when(snapshot, selection)
    return Chart(
        key="by_item",
        kind="barh",
        title=_balance_title(
            period,
            float(waiting["value"].sum()),
            float(frame.loc[frame["series"] == offered, "value"].sum()),
            lacking["item_label"].tolist(),
            say,
            language,
        ),
        frame=frame,
        x="value",
        y="item_label",
        series="series",
        grouped=True,
        order=(offered, asked),
        columns=(
            figures.label_column(snapshot, "item", language),
            Column("series", say("供需")),
            Column("value", say("项数"), "integer", say("项")),
        ),
        source=figures.source(snapshot, selection, _OFFERED, _WAITING, scope=scope),
        alt=say("条形图：{period}末各服务事项的可用资源和待对接需求，共 {count} 个事项。").format(
            period=period, count=theme.number(frame["item"].nunique())
        ),
        click=Click("item", "item"),
        height=300,
        empty=say("期末既没有可用的资源，也没有待对接的需求。"),
    )


def _pairs(
    snapshot: Snapshot, selection: Selection, by: str, scope: Scope, offered: str, asked: str
) -> pd.DataFrame:
    """Two rows a category, one a series; `offered` and `waiting` beside. In the declared order."""
    parts = []
    for key, name in ((_OFFERED, "offered"), (_WAITING, "waiting")):
        found = measure(snapshot, key, selection, (by,), scope)
        parts.append(found.set_index([by, f"{by}_label"])["value"].rename(name))
    both = pd.concat(parts, axis=1).fillna(0.0).reset_index()
    both = both[(both["offered"] > 0) | (both["waiting"] > 0)]
    if by == "item":  # what most is asked for comes first, what nobody stated last
        both = both.assign(last=both[by] == UNSTATED).sort_values(
            ["last", "waiting", "offered"], ascending=[True, False, False], kind="stable"
        )
    rows = both.loc[both.index.repeat(2)].reset_index(drop=True)
    rows["series"] = [offered, asked] * len(both)
    rows["value"] = rows["offered"].where(rows["series"] == offered, rows["waiting"])
    return rows


def _balance_title(
    period: str, waiting: float, offered: float, lacking: list[str], say: Translator, language: str
) -> str:
    texts = {"period": period, "waiting": theme.number(waiting), "offered": theme.number(offered)}
    if not waiting and not offered:
        return say("{period}末没有可用的资源和待对接的需求").format(**texts)
    title = say("{period}末可用资源 {offered} 项、待对接需求 {waiting} 项").format(**texts)
    if not lacking:
        return title
    names = ("、" if language == "zh" else ", ").join(lacking[:_NAMED])
    if len(lacking) > _NAMED:
        names = say("{names}等 {count} 个事项").format(names=names, count=theme.number(len(lacking)))
    return say("{title}，{names}有需求没有资源").format(title=title, names=names)


def over_time(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Needs asked and needs matched, month by month."""
    language = selection.language
    say = translator(language)
    period = counted_period(snapshot, selection)
    grain: Grain = "month" if period.month_count <= _MOST_MONTHS else "quarter"
    cut = replace(selection, period=period)
    asked, matched = say("提出"), say("对接成功")
    frame = pd.concat(
        [
            measure(snapshot, key, cut, (grain,), scope).assign(series=name)
            for key, name in ((_ASKED, asked), (_MATCHED, matched))
        ],
        ignore_index=True,
    )
    totals = frame.groupby("series")["value"].sum()
    when = captions.whose_and_when(snapshot, selection, period)
    texts = {
        "period": when,
        "asked": theme.number(float(totals[asked])),
        "matched": theme.number(float(totals[matched])),
    }
    if not totals.any():
        title = say("{period}没有提出、也没有对接的需求").format(**texts)
    else:
        title = say("{period}提出需求 {asked} 项，对接成功 {matched} 项").format(**texts)
    return Chart(
        key="over_time",
        kind="bar",
        title=title,
        frame=frame if totals.any() else frame.iloc[0:0],
        x=f"{grain}_label",
        y="value",
        series="series",
        grouped=True,
        order=(asked, matched),
        columns=(
            figures.label_column(snapshot, grain, language),
            Column("series", say("需求")),
            Column("value", say("项数"), "integer", say("项")),
        ),
        source=figures.source(
            snapshot, selection, _ASKED, note=say("对接成功的也包括此前提出的需求"), scope=scope
        ),
        alt=say("柱形图：{period}各时段提出和对接成功的需求项数。").format(period=when),
        click=Click("period", grain),
        height=300,
        empty=say("所选范围内没有提出、也没有对接的需求。"),
    )


def by_organisation(snapshot: Snapshot, selection: Selection, level: str, scope: Scope) -> Chart:
    """Resources and open needs of each community; within one, the resources of each member unit."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, _OFFERED)
    totals = alongside.per_organisation(snapshot, selection, _OFFERED, level, scope)
    whole = alongside.chart(
        snapshot,
        selection,
        what,
        level,
        totals,
        source=figures.source(snapshot, selection, _OFFERED, scope=scope),
        click=Click("org", "org"),
        key="by_organisation",
        empty=say("期末没有可用的资源。"),
    )
    if level not in indicator_named(snapshot, _WAITING).levels:
        return whole
    waiting = measure(snapshot, _WAITING, selection, (level,), scope).set_index(level)["value"]
    offered, asked = say("可用资源"), say("待对接需求")
    frame = totals.loc[totals.index.repeat(2)].reset_index(drop=True)
    frame["series"] = [offered, asked] * len(totals)
    frame["value"] = frame["value"].where(frame["series"] == offered, frame["org"].map(waiting))
    known = frame["value"].fillna(0).any()
    without = int(((waiting > 0) & (totals.set_index("org")["value"].reindex(waiting.index) == 0)).sum())
    title = figures.level_title(snapshot, level, language)
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "count": theme.number(len(totals)),
        "level": title,
        "waiting": theme.number(int((waiting > 0).sum())),
        "without": theme.number(without),
    }
    if without:
        said = say(
            "{period}末，{count} 个{level}中 {waiting} 个有待对接的需求，其中 {without} 个没有可用资源"
        )
    else:
        said = say("{period}末，{count} 个{level}中 {waiting} 个有待对接的需求")
    return replace(
        whole,
        title=said.format(**texts) if known else whole.title,
        frame=frame if known else frame.iloc[0:0],
        series="series",
        grouped=True,
        order=(offered, asked),
        reference=None,  # the median of one of the two series would mislead
        columns=(
            figures.label_column(snapshot, level, language, "name"),
            Column("series", say("供需")),
            Column("value", say("项数"), "integer", say("项")),
        ),
        source=figures.source(snapshot, selection, _OFFERED, _WAITING, scope=scope),
        alt=say("条形图：{count} 个{level}的可用资源和待对接需求。").format(**texts),
        empty=say("期末既没有可用的资源，也没有待对接的需求。"),
    )
