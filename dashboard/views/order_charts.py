"""The charts of the page on service orders: the funnel, its times, where orders come from, how they are rated."""

from __future__ import annotations

import pandas as pd

from dashboard import theme
from dashboard.database import Snapshot
from dashboard.ledgers import orders as ledger
from dashboard.locale import Translator, translator
from dashboard.queries import indicator_named, measure
from dashboard.report import Chart, Click, Column, Source
from dashboard.scope import OK, Scope
from dashboard.selection import Selection
from dashboard.views import alongside, captions, figures

_STAGES = {"ordered": "点单", "dispatched": "下单", "accepted": "接单", "closed": "办结", "rated": "评单"}
_WAITING = {"ordered": "待下单", "dispatched": "待接单", "accepted": "办理中"}
_STEPS = {
    "dispatch": "点单到下单",
    "accept": "下单到接单",
    "close": "接单到办结",
    "whole": "全程",
}


def waiting_for(stage: str, say: Translator) -> str:
    """What an open order that reached a stage waits for."""
    return say(_WAITING[stage])


def funnel(snapshot: Snapshot, selection: Selection, found: ledger.Funnel) -> Chart:
    """How many of the orders placed in the period came how far."""
    say = translator(selection.language)
    counts = found.counts()
    frame = pd.DataFrame(
        {
            "stage": list(ledger.STAGES),
            "stage_label": [say(_STAGES[stage]) for stage in ledger.STAGES],
            "value": counts,
            "share": [count / found.ordered if found.ordered else float("nan") for count in counts],
        }
    )
    dot = "：" if selection.language == "zh" else ": "
    frame["bar"] = [
        label if number == 0 or not found.ordered else f"{label}{dot}{theme.number(share, 'percent')}"
        for number, (label, share) in enumerate(zip(frame["stage_label"], frame["share"], strict=True))
    ]
    period = captions.whose_and_when(snapshot, selection)
    return Chart(
        key="funnel",
        kind="barh",
        title=_funnel_title(found, period, say),
        frame=frame if found.ordered else frame.iloc[0:0],
        x="value",
        y="bar",
        columns=(
            Column("stage_label", say("环节")),
            Column("bar", say("环节和占点单的比例")),
            Column("value", say("订单"), "integer", say("件")),
            Column("share", say("占点单的比例"), "percent"),
        ),
        source=_source(snapshot, selection, say("各环节算到期末为止")),
        alt=say("条形图：{period}点单的订单到期末为止走到各环节的件数和占点单的比例，共 {count} 件。").format(
            period=period, count=theme.number(found.ordered)
        ),
        height=260,
        empty=say("所选范围内没有点单。"),
    )


def _funnel_title(found: ledger.Funnel, period: str, say: Translator) -> str:
    if not found.ordered:
        return say("{period}没有点单").format(period=period)
    waiting = found.ordered - found.closed
    texts = {
        "period": period,
        "count": theme.number(found.ordered),
        "closed": theme.number(found.closed / found.ordered, "percent"),
        "waiting": theme.number(waiting),
    }
    if not waiting:
        return say("{period}点单 {count} 件，已全部办结").format(**texts)
    return say("{period}点单 {count} 件，已办结 {closed}，{waiting} 件还没有办结").format(**texts)


def step_days(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Median and mean days of each step, over the orders closed in the period."""
    say = translator(selection.language)
    found = ledger.step_days(snapshot, selection, scope)
    closed = int(found["order_count"].iloc[-1])
    median, mean = say("中位数"), say("平均")
    frame = pd.DataFrame(
        {
            "step_label": [say(_STEPS[step]) for step in found["step"] for _ in (0, 1)],
            "series": [median, mean] * len(found),
            "value": [
                value for pair in zip(found["median_days"], found["mean_days"], strict=True) for value in pair
            ],
            "order_count": [count for count in found["order_count"] for _ in (0, 1)],
        }
    )
    period = captions.whose_and_when(snapshot, selection)
    return Chart(
        key="step_days",
        kind="barh",
        title=_steps_title(found, closed, period, say),
        frame=frame if closed else frame.iloc[0:0],
        x="value",
        y="step_label",
        series="series",
        grouped=True,
        order=(median, mean),
        columns=(
            Column("step_label", say("步骤")),
            Column("series", say("统计")),
            Column("value", say("用时"), "decimal", say("天")),
            Column("order_count", say("订单"), "integer", say("件")),
        ),
        source=_source(snapshot, selection, say("本期办结的订单；未办结的不计")),
        alt=say("条形图：{period}办结的 {count} 件订单，每一步所用天数的中位数和平均数。").format(
            period=period, count=theme.number(closed)
        ),
        height=260,
        empty=say("所选范围内没有办结的订单。"),
    )


def _steps_title(found: pd.DataFrame, closed: int, period: str, say: Translator) -> str:
    if not closed:
        return say("{period}没有办结的订单").format(period=period)
    half, mean = found["median_days"].iloc[-1], found["mean_days"].iloc[-1]
    text = say("{period}办结的订单一半在 {half} 天内办完，平均 {mean} 天").format(
        period=period, half=f"{half:g}", mean=theme.number(mean, "decimal")
    )
    steps = found.iloc[:-1]
    slowest = captions.leader(
        {step: days for step, days in zip(steps["step"], steps["mean_days"], strict=True) if days == days}
    )
    if slowest is None:
        return text
    return say("{text}，最费时的是{step}").format(text=text, step=say(_STEPS[slowest[0]]))


def by_item(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Orders placed in the period by catalogue item: closed and open ones."""
    language = selection.language
    say = translator(language)
    found = ledger.by_item(snapshot, selection, scope)
    closed, waiting = say("已办结"), say("未办结")
    frame = pd.concat(
        [
            found[["item", "item_label"]].assign(series=name, value=found[column])
            for name, column in ((closed, "closed"), (waiting, "open"))
        ],
        ignore_index=True,
    )
    total = int(found["ordered"].sum())
    period = captions.whose_and_when(snapshot, selection)
    top = captions.leader(dict(zip(found["item_label"], found["ordered"], strict=True)))
    if not total:
        title = say("{period}没有点单").format(period=period)
    elif top is None:
        title = say("{period}的点单涉及 {count} 个服务事项").format(
            period=period, count=theme.number(len(found))
        )
    else:
        title = say("{period}点单最多的是{item}，{count} 件，占 {share}").format(
            period=period,
            item=top[0],
            count=theme.number(top[1]),
            share=theme.number(top[1] / total, "percent"),
        )
    return Chart(
        key="by_item",
        kind="barh",
        title=title,
        frame=frame,
        x="value",
        y="item_label",
        series="series",
        order=(closed, waiting),
        columns=(
            figures.label_column(snapshot, "item", language),
            Column("series", say("期末的情况")),
            Column("value", say("订单"), "integer", say("件")),
        ),
        source=_source(snapshot, selection),
        alt=say("条形图：{period}各服务事项的点单件数，分已办结和未办结，共 {count} 个事项。").format(
            period=period, count=theme.number(len(found))
        ),
        click=Click("item", "item"),
        height=300,
        empty=say("所选范围内没有点单。"),
    )


def by_orderer(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Who placed the orders of the period: residents, Party members, organisations."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "order_count")
    frame = measure(snapshot, what.key, selection, ("ordered_by",), scope)
    total = float(frame["value"].sum())
    period = captions.whose_and_when(snapshot, selection)
    top = captions.leader(dict(zip(frame["ordered_by_label"], frame["value"], strict=True)))
    if not total:
        title = say("{period}没有点单").format(period=period)
    elif top is None:
        title = say("{period}的 {count} 件点单按点单方").format(period=period, count=theme.number(total))
    else:
        title = say("{period}的 {count} 件点单中，{kind}点的占 {share}").format(
            period=period,
            count=theme.number(total),
            kind=top[0],
            share=theme.number(top[1] / total, "percent"),
        )
    return Chart(
        key="by_orderer",
        kind="barh",
        title=title,
        frame=frame if total else frame.iloc[0:0],
        x="value",
        y="ordered_by_label",
        columns=figures.columns_of(snapshot, what, ("ordered_by",), language),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("条形图：{period}的点单按点单方，共 {count} 件。").format(
            period=period, count=theme.number(total)
        ),
        height=220,
        empty=say("所选范围内没有点单。"),
    )


def by_organisation(snapshot: Snapshot, selection: Selection, level: str, scope: Scope) -> Chart:
    """How long orders took in each community; within one, how many each member unit took."""
    key = "order_days_to_close"
    if level not in indicator_named(snapshot, key).levels:
        key = "order_count"
    what = indicator_named(snapshot, key)
    frame = alongside.per_organisation(snapshot, selection, key, level, scope)
    say = translator(selection.language)
    return alongside.chart(
        snapshot,
        selection,
        what,
        level,
        frame,
        source=figures.source(snapshot, selection, key, scope=scope),
        click=Click("org", "org"),
        key="by_organisation",
        name="" if key == "order_days_to_close" else say("接单数"),
        empty=say("所选范围内没有办结的订单。"),
    )


def by_acceptor(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Who did the orders closed in the period: member units, service teams, Party members."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "order_closed_count")
    frame = measure(snapshot, what.key, selection, ("acceptor_kind",), scope)
    days = measure(snapshot, "order_days_to_close", selection, ("acceptor_kind",), scope)
    frame["days"] = frame["acceptor_kind"].map(days.set_index("acceptor_kind")["value"])
    total = float(frame["value"].sum())
    period = captions.whose_and_when(snapshot, selection)
    top = captions.leader(dict(zip(frame["acceptor_kind_label"], frame["value"], strict=True)))
    if not total:
        title = say("{period}没有办结的订单").format(period=period)
    elif top is None:
        title = say("{period}办结的 {count} 件订单按接单方").format(period=period, count=theme.number(total))
    else:
        title = say("{period}办结的 {count} 件订单中，{kind}接的最多，占 {share}").format(
            period=period,
            count=theme.number(total),
            kind=top[0],
            share=theme.number(top[1] / total, "percent"),
        )
    return Chart(
        key="by_acceptor",
        kind="barh",
        title=title,
        frame=frame if total else frame.iloc[0:0],
        x="value",
        y="acceptor_kind_label",
        columns=(
            figures.label_column(snapshot, "acceptor_kind", language),
            figures.value_column(what, language),
            Column("days", say("平均办结用时"), "decimal", say("天")),
        ),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("条形图：{period}办结的订单按接单方，共 {count} 件。").format(
            period=period, count=theme.number(total)
        ),
        height=220,
        empty=say("所选范围内没有办结的订单。"),
    )


def ratings(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """How many orders were rated with how many points."""
    say = translator(selection.language)
    frame = ledger.ratings(snapshot, selection, scope)
    total = int(frame["order_count"].sum())
    frame["rating_label"] = [say("{points} 分").format(points=points) for points in frame["rating"]]
    frame["share"] = frame["order_count"] / (total or 1)
    period = captions.whose_and_when(snapshot, selection)
    satisfied = int(frame.loc[frame["rating"] >= 4, "order_count"].sum())
    if not total:
        title = say("{period}没有评单").format(period=period)
    else:
        title = say("{period}评单 {count} 件，{share} 评 4 分或 5 分").format(
            period=period,
            count=theme.number(total),
            share=theme.number(satisfied / total, "percent"),
        )
    return Chart(
        key="ratings",
        kind="barh",
        title=title,
        frame=frame if total else frame.iloc[0:0],
        x="order_count",
        y="rating_label",
        columns=(
            Column("rating_label", say("评单分数")),
            Column("order_count", say("订单"), "integer", say("件")),
            Column("share", say("占已评单的比例"), "percent"),
        ),
        source=_source(snapshot, selection, say("本期办结的订单；没有评单的不计")),
        alt=say("条形图：{period}办结的订单各得多少分，共 {count} 件已评单。").format(
            period=period, count=theme.number(total)
        ),
        height=260,
        empty=say("所选范围内没有评单。"),
    )


def satisfied_by_item(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """The share of satisfied ratings by catalogue item."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "order_satisfied_share")
    frame = measure(snapshot, what.key, selection, ("item",), scope)
    frame = frame[frame["state"] == OK].sort_values("denominator", ascending=False, kind="stable")
    frame = frame.reset_index(drop=True).rename(columns={"denominator": "rated"})
    period = captions.whose_and_when(snapshot, selection)
    if frame.empty:
        title = say("{period}没有评单").format(period=period)
    else:
        share = float(frame["numerator"].sum() / frame["rated"].sum())
        low = frame[frame["value"] < share]
        title = say("{period}评单满意率 {share}，{low} 个服务事项低于这个数").format(
            period=period, share=theme.number(share, "percent"), low=theme.number(len(low))
        )
    return Chart(
        key="satisfied_by_item",
        kind="barh",
        title=title,
        frame=frame,
        x="value",
        y="item_label",
        columns=(
            figures.label_column(snapshot, "item", language),
            figures.value_column(what, language),
            Column("rated", say("已评单"), "integer", say("件")),
        ),
        source=figures.source(snapshot, selection, what.key, note=say("评单多的事项在前"), scope=scope),
        alt=say("条形图：{period}各服务事项的评单满意率，共 {count} 个事项。").format(
            period=period, count=theme.number(len(frame))
        ),
        click=Click("item", "item"),
        height=260,
        empty=say("所选范围内没有评单。"),
    )


def _source(snapshot: Snapshot, selection: Selection, note: str = "") -> Source:
    return figures.record_source(snapshot, selection, "orders", note=note)
