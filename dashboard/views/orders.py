"""服务闭环: from ordering to rating, how far orders come, how long each step takes, and which got stuck."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard import theme
from dashboard.database import Snapshot
from dashboard.ledgers import orders as ledger
from dashboard.locale import Translator, translator
from dashboard.organisations import Organisation
from dashboard.queries import indicator_named, organisation
from dashboard.report import Block, Click, Column, Columns, Note, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views import alongside, captions, figures, needs, order_charts
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import crumbs, nothing_then, page

KEY = "orders"
TITLE = "服务闭环"
PART = Choice(
    "part",
    "查看",
    (
        ("flow", "环节"),
        ("where", "事项和社区"),
        ("units", "接单单位"),
        ("rating", "评单"),
        ("list", "订单"),
        ("all", "全部"),
    ),
    "flow",
)
FILTERS: tuple[Control, ...] = (
    PART,
    DimensionFilter("class"),
    DimensionFilter("item"),
    alongside.rank_in("where", "all"),
)

_KPIS = (
    "order_count",
    "order_accepted_share",
    "order_closed_share",
    "order_days_to_close",
    "order_closed_7_days_share",
    "open_order_count",
    "open_order_30_count",
    "order_satisfied_share",
)
_WITHOUT_TREND = ("order_accepted_share", "order_closed_7_days_share")
_UNIT_KPIS = ("order_count", "order_closed_count", "open_order_count", "open_order_30_count")
_BESIDE = (
    "order_count",
    "order_closed_share",
    "order_days_to_close",
    "open_order_count",
    "open_order_30_count",
    "order_satisfied_share",
)
_MOST_OPEN, _MOST_LISTED = 100, 300


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, what needs attention, then the part of the page that the viewer chose."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        if note := nothing_then(snapshot, chosen):
            yield note
            return
        is_unit = alongside.level_alongside(snapshot, org) is None
        keys = figures.countable(snapshot, _UNIT_KPIS if is_unit else _KPIS, org)
        yield figures.kpi_row(snapshot, chosen, keys, scope, without_trend=_WITHOUT_TREND)
        if note := captions.unmoved(snapshot, chosen, keys):
            yield note
        yield needs.needs(snapshot, chosen, KEY, scope)
        part = chosen.option(PART.key, PART.default)
        parts = [value for value, _ in PART.options if value != "all"]
        for each in parts if part == "all" else [part if part in parts else PART.default]:
            yield from _part(each, snapshot, chosen, org, scope)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _part(
    part: str, snapshot: Snapshot, chosen: Selection, org: Organisation, scope: Scope
) -> Iterator[Block]:
    level = alongside.level_alongside(snapshot, org)
    if part == "flow":
        counts = ledger.funnel(snapshot, chosen, scope)
        funnel = order_charts.funnel(snapshot, chosen, counts)
        steps = order_charts.step_days(snapshot, chosen, scope)
        yield Columns(((funnel,), (steps,)), (1.0, 1.0))
        if counts.withdrawn:
            say = translator(chosen.language)
            text = say("本期点单中另有 {count} 件已经撤单，不计入各环节。")
            yield Note(text.format(count=theme.number(counts.withdrawn)))
        yield _open(snapshot, chosen, scope)
    elif part == "where":
        items = order_charts.by_item(snapshot, chosen, scope)
        if level:
            beside = order_charts.by_organisation(snapshot, chosen, level, scope)
            orderers = order_charts.by_orderer(snapshot, chosen, scope)
            yield Columns(((items, orderers), (beside,)), (1.0, 1.0))
            yield _alongside(snapshot, chosen, level, scope)
        else:
            yield items
    elif part == "units":
        if level:
            yield order_charts.by_acceptor(snapshot, chosen, scope)
        yield _units(snapshot, chosen, scope)
    elif part == "rating":
        ratings = order_charts.ratings(snapshot, chosen, scope)
        if level:
            yield Columns(
                ((ratings,), (order_charts.satisfied_by_item(snapshot, chosen, scope),)), (1.0, 1.0)
            )
        else:
            yield ratings
    else:
        yield _listed(snapshot, chosen, scope)


# ---------------------------------------------------------------- tables


def _open(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """The open orders, the oldest on top, with their age."""
    language = selection.language
    say = translator(language)
    frame = ledger.still_open(snapshot, selection, scope=scope)
    frame["stage_label"] = [order_charts.waiting_for(stage, say) for stage in frame["stage"]]
    frame["origin"] = captions.origins(frame, language)
    total = len(frame)
    if not total:
        title = say("期末没有未办结的订单")
    else:
        title = say("期末未办结的订单 {count} 件，最久的已等 {days} 天").format(
            count=theme.number(total), days=theme.number(int(frame["days"].iloc[0]))
        )
        if total > _MOST_OPEN:
            title += say("，下面是最久的 {count} 件").format(count=theme.number(_MOST_OPEN))
    return Table(
        key="open",
        title=title,
        frame=frame.head(_MOST_OPEN),
        columns=(
            Column("order_no", say("订单号")),
            Column("days", say("已等天数"), "integer", say("天")),
            Column("stage_label", say("停在哪一步")),
            figures.label_column(snapshot, "item", language),
            figures.label_column(snapshot, "community", language),
            Column("unit_label", say("接单单位")),
            figures.label_column(snapshot, "ordered_by", language),
            Column("ordered_on", say("点单日期"), "date"),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "orders", note=say("未办结订单的天数算到期末")),
        empty=say("点单的订单都已办结或撤单。"),
    )


def _alongside(snapshot: Snapshot, selection: Selection, level: str, scope: Scope) -> Table:
    """One row a community (or, within one, a member unit), in the order that the viewer chose."""
    language = selection.language
    keys = [key for key in _BESIDE if level in indicator_named(snapshot, key).levels]
    frame = figures.side_by_side(snapshot, selection, keys, level, scope)
    frame["org_label"] = alongside.names_of(snapshot, frame["org"].tolist(), language)
    say = translator(language)
    return Table(
        key="alongside",
        title=say("{period}，{count} 个{level}的点单和办结").format(
            period=captions.whose_and_when(snapshot, selection),
            count=theme.number(len(frame)),
            level=figures.level_title(snapshot, level, language),
        ),
        frame=alongside.ordered(frame, selection, keys[0]),
        columns=(
            figures.label_column(snapshot, level, language, "org_label"),
            *(figures.value_column(indicator_named(snapshot, key), language, key) for key in keys),
        ),
        source=figures.source(snapshot, selection, *keys, scope=scope),
        click=Click("org", "org"),
        empty=say("所选范围内没有下级组织。"),
    )


def _units(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """The member units that took orders, in the register's order."""
    language = selection.language
    say = translator(language)
    frame = ledger.by_unit(snapshot, selection, scope)
    accepted, closed = int(frame["accepted"].sum()), int(frame["closed"].sum())
    return Table(
        key="units",
        title=say("{count} 个成员单位本期接单 {accepted} 件、办结 {closed} 件").format(
            count=theme.number(len(frame)), accepted=theme.number(accepted), closed=theme.number(closed)
        )
        if len(frame)
        else say("本期没有成员单位接单"),
        frame=frame,
        columns=(
            Column("unit_label", say("接单单位")),
            figures.label_column(snapshot, "community", language),
            Column("accepted", say("本期接单"), "integer", say("件")),
            Column("closed", say("本期办结"), "integer", say("件")),
            Column("open", say("期末未办结"), "integer", say("件")),
            Column("median_days", say("办结用时中位数"), "decimal", say("天")),
            Column("mean_days", say("平均办结用时"), "decimal", say("天")),
            Column("rated", say("已评单"), "integer", say("件")),
            Column("mean_rating", say("平均评单分数"), "decimal", say("分")),
        ),
        source=figures.record_source(
            snapshot, selection, "orders", note=say("服务队和党员接的单没有单位，不在表中")
        ),
        click=Click("org", "unit"),
        empty=say("所选范围内没有成员单位接的单。"),
    )


def _listed(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """The orders placed in the period, the latest first."""
    language = selection.language
    say = translator(language)
    frame = ledger.orders(snapshot, selection, _MOST_LISTED, scope)
    frame["origin"] = captions.origins(frame, language)
    period = captions.whose_and_when(snapshot, selection)
    return Table(
        key="listed",
        title=_listed_title(frame, period, say),
        frame=frame,
        columns=(
            Column("order_no", say("订单号")),
            figures.label_column(snapshot, "community", language),
            figures.label_column(snapshot, "item", language),
            figures.label_column(snapshot, "ordered_by", language),
            Column("ordered_on", say("点单日期"), "date"),
            Column("dispatched_on", say("下单日期"), "date"),
            Column("accepted_on", say("接单日期"), "date"),
            figures.label_column(snapshot, "acceptor_kind", language),
            Column("unit_label", say("接单单位")),
            Column("closed_on", say("办结日期"), "date"),
            Column("rating", say("评单分数"), "integer", say("分")),
            Column("cancelled_on", say("撤单日期"), "date"),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "orders"),
        empty=say("所选范围内没有订单。"),
    )


def _listed_title(frame: pd.DataFrame, period: str, say: Translator) -> str:
    if frame.empty:
        return say("{period}没有点单").format(period=period)
    if len(frame) == _MOST_LISTED:
        return say("{period}最近的 {count} 件点单（含撤单）").format(
            period=period, count=theme.number(_MOST_LISTED)
        )
    return say("{period}的 {count} 件点单（含撤单）").format(period=period, count=theme.number(len(frame)))
