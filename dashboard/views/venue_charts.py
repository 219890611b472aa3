"""The charts of the page on shared venues: when they are open, when nobody comes, what for."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard import theme
from dashboard.catalogue import labels
from dashboard.database import Snapshot
from dashboard.ledgers import venues as ledger
from dashboard.locale import translator
from dashboard.queries import indicator_named, measure
from dashboard.report import Chart, Click, Column
from dashboard.scope import Scope
from dashboard.selection import Grain, Language, Selection
from dashboard.views import captions, figures
from dashboard.views.page import counted_period
from dashboard.views.venue_map import hours_of

_MOST_MONTHS = 14


def open_by_hour(snapshot: Snapshot, selection: Selection, venues: pd.DataFrame) -> Chart:
    """How many venues are open at each hour of a weekday and of a day at the weekend."""
    language = selection.language
    say = translator(language)
    counts = ledger.open_at(venues)
    shown = counts[(counts["weekday"] > 0) | (counts["weekend"] > 0)]
    if len(shown):  # every hour between the first and the last one, the empty ones too
        counts = counts[counts["hour"].between(shown["hour"].min(), shown["hour"].max())]
    series = {"weekday": say("星期一至星期五"), "weekend": say("星期六、星期日")}
    frame = pd.DataFrame(
        [
            {"hour_label": say("{hour}时").format(hour=hour), "days": label, "value": count}
            for name, label in series.items()
            for hour, count in zip(counts["hour"], counts[name], strict=True)
        ],
        columns=["hour_label", "days", "value"],
    )
    return Chart(
        key="open_by_hour",
        kind="bar",
        title=_hours_title(snapshot, selection, counts, venues),
        frame=frame if len(shown) else frame.iloc[0:0],
        x="hour_label",
        y="value",
        series="days",
        grouped=True,
        order=tuple(series.values()),
        columns=(
            Column("hour_label", say("时刻")),
            Column("days", say("日子")),
            Column("value", say("开放的阵地"), "integer", say("个")),
        ),
        source=figures.record_source(snapshot, selection, "venues"),
        alt=say("柱状图：一天中每小时开放的共享阵地个数，平日和周末并列。"),
        height=300,
        empty=say("所选范围内没有在用的共享阵地。"),
    )


def _hours_title(snapshot: Snapshot, selection: Selection, counts: pd.DataFrame, venues: pd.DataFrame) -> str:
    total = len(venues)
    say = translator(selection.language)
    period = captions.whose_and_when(snapshot, selection)
    if not total:
        return say("{period}没有在用的共享阵地").format(period=period)
    if total == 1:
        hours = hours_of(venues)[0]
        return say("{period}的共享阵地{hours}开放").format(period=period, hours=hours)
    evening = counts[counts["hour"] == 19]
    texts = {
        "period": period,
        "count": theme.number(total),
        "most": theme.number(int(counts["weekday"].max())),
        "evening": theme.number(int(evening["weekday"].sum())),
        "hours": theme.number(float(venues["weekly_hours"].sum()), "decimal"),
    }
    return say(
        "{period}的 {count} 个共享阵地每周共开放 {hours} 小时，平日最多时 {most} 个同时开放，晚上七点 {evening} 个"
    ).format(**texts)


def idle_slots(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Each hour of the week: what share of the opening hours was used, so that the unused ones show."""
    language = selection.language
    say = translator(language)
    found = ledger.slots(snapshot, selection, scope)
    days = (
        say("星期一"),
        say("星期二"),
        say("星期三"),
        say("星期四"),
        say("星期五"),
        say("星期六"),
        say("星期日"),
    )
    rate = found["used_hours"] / found["open_hours"]
    frame = pd.DataFrame(
        {
            "day": [days[number] for number in found["weekday"]],
            "hour": [say("{hour}时").format(hour=hour) for hour in found["hour"]],
            "value": rate.astype("float64"),
            "open_hours": found["open_hours"],
            "used_hours": found["used_hours"],
        }
    )
    return Chart(
        key="idle_slots",
        kind="calendar",
        title=_slots_title(snapshot, selection, frame, found),
        frame=_whole_week(frame, found, days, language),
        x="hour",
        y="day",
        value="value",
        columns=(
            Column("day", say("星期")),
            Column("hour", say("时刻")),
            Column("value", say("使用率"), "percent"),
            Column("open_hours", say("开放时长"), "decimal", say("小时")),
            Column("used_hours", say("使用时长"), "decimal", say("小时")),
        ),
        source=figures.record_source(
            snapshot, selection, "venues", "venue_uses", note=say("没有颜色的格子：没有阵地开放")
        ),
        alt=say("日历图：一周七天、每天各小时的阵地使用率，颜色越深使用越多。"),
        height=280,
        empty=say("所选范围内没有在用的共享阵地。"),
    )


def _whole_week(
    frame: pd.DataFrame, found: pd.DataFrame, days: Sequence[str], language: Language
) -> pd.DataFrame:
    """Every day at every hour between the first and the last; without a value where nothing is open."""
    if frame.empty:
        return frame
    say = translator(language)
    hours = range(int(found["hour"].min()), int(found["hour"].max()) + 1)
    every = pd.MultiIndex.from_product(
        [days, [say("{hour}时").format(hour=hour) for hour in hours]], names=["day", "hour"]
    )
    return frame.set_index(["day", "hour"]).reindex(every).reset_index()


def _slots_title(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame, found: pd.DataFrame) -> str:
    """How much of the week is unused; of what was used, when least and when most."""
    say = translator(selection.language)
    period = captions.whose_and_when(snapshot, selection)
    if frame.empty:
        return say("{period}没有在用的共享阵地").format(period=period)
    unused = int((found["used_hours"] == 0).sum())
    used, opened = float(found["used_hours"].sum()), float(found["open_hours"].sum())
    texts = {"period": period, "cells": theme.number(len(found)), "unused": theme.number(unused)}
    if not used:
        return say("{period}每周开放的 {cells} 个时段都没有人使用").format(**texts)
    texts["rate"] = theme.number(used / opened, "percent")
    if unused:
        return say(
            "{period}开放时间的 {rate} 有人使用；每周开放的 {cells} 个时段中，{unused} 个从没有人用过"
        ).format(**texts)
    by_part = _by_part(found)
    if len(by_part) == 1:
        return say("{period}开放时间的 {rate} 有人使用，每个时段都有人用过").format(**texts)
    texts["part"] = _part_name(str(by_part.idxmin()), selection.language)
    texts["low"] = theme.number(float(by_part.min()), "percent")
    return say("{period}开放时间的 {rate} 有人使用，{part}最空，只有 {low}").format(**texts)


def _by_part(found: pd.DataFrame) -> pd.Series[float]:
    """The rate in each part of the day, weekdays and weekend apart."""
    parts = pd.cut(found["hour"], [-1, 11, 13, 17, 23], labels=["morning", "noon", "afternoon", "evening"])
    days = found["weekday"].map(lambda day: "weekend" if day >= 5 else "weekday")
    sums = found.groupby([days, parts], observed=True)[["used_hours", "open_hours"]].sum()
    rate = sums["used_hours"] / sums["open_hours"]
    rate.index = pd.Index([f"{day} {part}" for day, part in rate.index])
    return rate


def _part_name(key: str, language: Language) -> str:
    say = translator(language)
    return {
        "weekday morning": say("平日上午"),
        "weekday noon": say("平日中午"),
        "weekday afternoon": say("平日下午"),
        "weekday evening": say("平日晚上"),
        "weekend morning": say("周末上午"),
        "weekend noon": say("周末中午"),
        "weekend afternoon": say("周末下午"),
        "weekend evening": say("周末晚上"),
    }[key]


def by_purpose(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Uses by month or quarter, made of what they were for."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "venue_use_count")
    period = counted_period(snapshot, selection)
    grain: Grain = "month" if period.month_count <= _MOST_MONTHS else "quarter"
    frame = measure(snapshot, what.key, selection, (grain, "use_purpose"), scope)
    frame = frame[frame["state"] == "ok"].reset_index(drop=True)
    total = float(frame["value"].sum())
    counts = {str(k): float(v) for k, v in frame.groupby("use_purpose_label")["value"].sum().items()}
    top = captions.leader(counts)
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "total": theme.number(total),
        "kinds": theme.number(sum(count > 0 for count in counts.values())),
    }
    if not total:
        title = say("{period}没有使用共享阵地的记录")
    elif top is None:
        title = say("{period}使用共享阵地 {total} 次，分属 {kinds} 种用途")
    else:
        title = say("{period}使用共享阵地 {total} 次，{top}最多，占 {share}")
        texts |= {"top": top[0], "share": theme.number(top[1] / total, "percent")}
    return Chart(
        key="by_purpose",
        kind="bar",
        title=title.format(**texts),
        frame=frame if total else frame.iloc[0:0],
        x=f"{grain}_label",
        y="value",
        series="use_purpose_label",
        order=tuple(labels(snapshot, "use_purpose", language).values()),
        columns=figures.columns_of(snapshot, what, (grain, "use_purpose"), language),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("柱状图：各时段共享阵地的使用次数，按用途分段，合计 {total} 次。").format(**texts),
        click=Click("period", grain),
        height=300,
        empty=say("这一时段没有使用共享阵地的记录。"),
    )


def by_kind(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """What share of the opening hours was used, by kind of venue; a click filters by the kind."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "venue_use_rate")
    frame = measure(snapshot, what.key, selection, ("venue_kind",), scope)
    frame = frame[frame["state"] == "ok"].reset_index(drop=True)
    opened, used = float(frame["denominator"].sum()), float(frame["numerator"].sum())
    rates = {
        str(name): float(value) for name, value in zip(frame["venue_kind_label"], frame["value"], strict=True)
    }
    top = captions.leader(rates)
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "opened": theme.number(opened),
        "rate": theme.number(used / opened if opened else None, "percent"),
    }
    if not opened:
        title = say("{period}没有开放的共享阵地")
    elif not used:
        title = say("{period}共享阵地开放 {opened} 小时，没有人使用")
    elif top is None or len(rates) == 1:
        title = say("{period}共享阵地开放 {opened} 小时，使用率 {rate}")
    else:
        title = say("{period}共享阵地开放 {opened} 小时，使用率 {rate}；{top}最高，{most}")
        texts |= {"top": top[0], "most": theme.number(top[1], "percent")}
    return Chart(
        key="by_kind",
        kind="barh",
        title=title.format(**texts),
        frame=frame,
        x="value",
        y="venue_kind_label",
        columns=(
            figures.label_column(snapshot, "venue_kind", language),
            figures.value_column(what, language),
            Column("denominator", say("开放时长"), "decimal", say("小时")),
            Column("numerator", say("使用时长"), "decimal", say("小时")),
        ),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("条形图：{count} 类共享阵地的开放时间中有人使用的比例。").format(count=len(frame)),
        click=Click("venue_kind", "venue_kind"),
        height=300,
        empty=say("所选范围内没有开放的共享阵地。"),
    )
