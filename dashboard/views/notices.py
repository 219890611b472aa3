"""信息共享: notices from sending to reading to acting; whom they passed by and who has yet to act."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import notices as ledger
from dashboard.locale import translator
from dashboard.organisations import Organisation
from dashboard.queries import compare, indicator_named, organisation
from dashboard.report import Block, Click, Column, Columns, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Selection
from dashboard.views import alongside, captions, figures, needs, notice_charts, tables
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import crumbs, nothing_then, page

KEY = "notices"
TITLE = "信息共享"
PART = Choice(
    "part",
    "查看",
    (("flow", "送达和阅读"), ("follow", "遗漏和逾期"), ("place", "各组织"), ("all", "全部")),
    "flow",
)
FILTERS: tuple[Control, ...] = (
    PART,
    DimensionFilter("notice_kind"),
    DimensionFilter("unit_kind"),
    alongside.rank_in("place", "all"),
)

_KPIS = (
    "notice_count",
    "notice_recipient_count",
    "notice_read_share",
    "notice_read_soon_share",
    "notice_days_to_read",
    "notice_acted_share",
    "unit_left_out_count",
    "overdue_task_count",
)
_BESIDE = (
    "notice_count",
    "unit_reached_share",
    "notice_read_soon_share",
    "notice_days_to_read",
    "notice_acted_share",
    "unit_left_out_count",
    "overdue_task_count",
)
# Their trends are those of the notices and of the share read soon; units are left out for months on end.
_WITHOUT_TREND = ("notice_recipient_count", "notice_days_to_read", "unit_left_out_count")
_MOST = 300


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, what needs attention, the way of the notices, and the notices themselves."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        comparison = compare(snapshot, "notice_count", chosen, scope)
        if note := nothing_then(snapshot, chosen):
            yield note
            return
        keys = figures.countable(snapshot, _KPIS, org)
        known = {"notice_count": comparison}
        yield figures.kpi_row(snapshot, chosen, keys, scope, known=known, without_trend=_WITHOUT_TREND)
        if unmoved := captions.unmoved(snapshot, chosen, keys):
            yield unmoved
        yield needs.needs(snapshot, chosen, KEY, scope)
        part = chosen.option(PART.key, PART.default)
        level = alongside.level_alongside(snapshot, org)
        if part not in ("follow", "place"):
            yield from _flow(snapshot, chosen, level, scope)
        if part in ("follow", "all"):
            yield _passed_by(snapshot, chosen, scope)
            yield _overdue(snapshot, chosen, scope)
        if part in ("place", "all") and level is not None:
            yield _beside(snapshot, chosen, org, level, scope)
        if part != "follow":
            yield _receipts(snapshot, chosen, scope) if level is None else _notices(snapshot, chosen, scope)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _flow(snapshot: Snapshot, selection: Selection, level: str | None, scope: Scope) -> Iterator[Block]:
    funnel = notice_charts.funnel(snapshot, selection, scope)
    if level is None:
        yield funnel
        return
    by = "unit" if level == load_levels(snapshot)[-1].key else "unit_kind"
    whom = notice_charts.by_whom(snapshot, selection, by, scope)
    yield Columns(((funnel,), (whom,)), (1.0, 1.0))


def _passed_by(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """Who is left out, by name."""
    language = selection.language
    say = translator(language)
    frame = ledger.passed_by(snapshot, selection, scope)
    none = int((frame["reached"] == 0).sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "none": theme.number(none),
        "few": theme.number(len(frame) - none),
    }
    if frame.empty:
        title = say("{period}没有被遗漏的成员单位")
    elif not none:
        title = say("{period}没有一份也未收到通报的单位，{few} 个单位收到不足一半")
    elif none == len(frame):
        title = say("{period}有 {none} 个单位一份通报也没有收到")
    else:
        title = say("{period}有 {none} 个单位一份通报也没有收到，另有 {few} 个收到不足一半")
    return Table(
        key="passed_by",
        title=title.format(**texts),
        frame=frame,
        columns=(
            Column("unit_label", say("单位")),
            figures.label_column(snapshot, "unit_kind", language, "kind_label"),
            *tables.community_column(snapshot, selection),
            Column("due", say("应收到"), "integer", say("份")),
            Column("reached", say("收到"), "integer", say("份")),
            Column("missed", say("未收到"), "integer", say("份")),
            Column("first_missed_on", say("最早一份"), "date"),
            Column("last_missed_on", say("最近一份"), "date"),
        ),
        source=figures.record_source(
            snapshot, selection, "notices", "member_units", note=say("只看社区发出通报当日协议有效的单位")
        ),
        click=Click("org", "unit"),
        empty=say("协议有效的成员单位都收到了一半以上的通报。"),
    )


def _overdue(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """What waits to be acted on, with its age."""
    language = selection.language
    say = translator(language)
    frame = ledger.overdue_tasks(snapshot, selection, scope)
    oldest = theme.number(float(frame["days"].max())) if len(frame) else ""
    title = (
        say("期末有 {count} 份次需要落实的通报逾期未落实，最长的已发出 {days} 天")
        if len(frame)
        else say("期末没有逾期未落实的通报")
    )
    return Table(
        key="overdue",
        title=title.format(count=theme.number(len(frame)), days=oldest),
        frame=frame.assign(origin=captions.origins(frame, language)),
        columns=(
            Column("sent_on", say("发出日期"), "date"),
            Column("days", say("已过天数"), "integer", say("天")),
            Column("title", say("通报")),
            Column("unit_label", say("接收单位")),
            *tables.community_column(snapshot, selection),
            Column("read_on", say("阅读日期"), "date"),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "notices", note=say("发出满 30 天算逾期")),
        empty=say("没有发出满 30 天仍未落实的通报。"),
    )


def _beside(snapshot: Snapshot, selection: Selection, org: Organisation, level: str, scope: Scope) -> Table:
    """One row a community, or within one a member unit, in the order that the viewer chose."""
    language = selection.language
    say = translator(language)
    keys = [
        key
        for key in figures.countable(snapshot, _BESIDE, org)
        if level in indicator_named(snapshot, key).levels
    ]
    frame = figures.side_by_side(snapshot, selection, keys, level, scope)
    frame["org_label"] = alongside.names_of(snapshot, frame["org"].tolist(), language)
    return Table(
        key="alongside",
        title=say("{period}，{count} 个{level}的信息通报").format(
            period=captions.whose_and_when(snapshot, selection),
            count=theme.number(len(frame)),
            level=figures.level_title(snapshot, level, language),
        ),
        frame=alongside.ordered(frame, selection, "notice_read_soon_share"),
        columns=(
            figures.label_column(snapshot, level, language, "org_label"),
            *(figures.value_column(indicator_named(snapshot, key), language, key) for key in keys),
        ),
        source=figures.source(snapshot, selection, *keys, scope=scope),
        click=Click("org", "org"),
        empty=say("所选范围内没有下级组织。"),
    )


def _notices(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """The notices with their shares, the latest first."""
    language = selection.language
    say = translator(language)
    frame = ledger.notices(snapshot, selection, _MOST, scope)
    total = len(frame)
    if total == _MOST:
        total = int(compare(snapshot, "notice_count", selection, scope).value or total)
    for name, part, whole in (
        ("read_share", "read", "recipients"),
        ("soon_share", "read_soon", "recipients"),
        ("acted_share", "acted", "tasks"),
    ):
        frame[name] = _ratio(frame[part], frame[whole])
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "count": theme.number(total),
        "shown": theme.number(len(frame)),
    }
    title = say("{period}的 {count} 份信息通报")
    if len(frame) < total:
        title = say("{period}最近的 {shown} 份信息通报（共 {count} 份）")
    return Table(
        key="records",
        title=title.format(**texts) if total else say("{period}没有发出信息通报").format(**texts),
        frame=frame.assign(origin=captions.origins(frame, language)),
        columns=(
            Column("sent_on", say("发出日期"), "date"),
            Column("title", say("通报")),
            figures.label_column(snapshot, "notice_kind", language, "kind_label"),
            *tables.community_column(snapshot, selection),
            Column("recipients", say("送达"), "integer", say("个单位")),
            Column("missed", say("遗漏"), "integer", say("个单位")),
            Column("soon_share", say("三日内阅读"), "percent", share_bar=True),
            Column("read_share", say("已阅读"), "percent"),
            Column("acted_share", say("已落实"), "percent"),
            Column("origin", say("出处（首行）"), aside=True),
        ),
        source=figures.record_source(
            snapshot, selection, "notices", "member_units", note=say("不需要落实的通报，“已落实”一栏为空")
        ),
        empty=say("这一时段没有发出信息通报。"),
    )


def _receipts(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """Of one unit: what it received, read and acted on, and what it never received."""
    language = selection.language
    say = translator(language)
    frame = ledger.receipts(snapshot, selection, scope)
    frame["state_label"] = [
        _state(language, bool(received), task, read, acted)
        for received, task, read, acted in zip(
            frame["is_received"], frame["is_task"], frame["read_on"], frame["acted_on"], strict=True
        )
    ]
    got = frame["is_received"].astype(bool) if len(frame) else pd.Series(dtype=bool)
    origins = captions.origins(frame, language)
    frame["origin"] = [text if there else None for text, there in zip(origins, got, strict=True)]
    title = say("{period}的信息通报 {count} 份，收到 {got} 份") if len(frame) else say("{period}没有信息通报")
    return Table(
        key="records",
        title=title.format(
            period=captions.whose_and_when(snapshot, selection),
            count=theme.number(len(frame)),
            got=theme.number(int(got.sum())),
        ),
        frame=frame.astype({"origin": "str"}) if frame.empty else frame,
        columns=(
            Column("sent_on", say("发出日期"), "date"),
            Column("title", say("通报")),
            figures.label_column(snapshot, "notice_kind", language, "kind_label"),
            Column("state_label", say("情况")),
            Column("read_on", say("阅读日期"), "date"),
            Column("acted_on", say("落实日期"), "date"),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "notices", "member_units"),
        empty=say("这一时段没有发给这个单位的信息通报。"),
    )


def _state(language: Language, received: bool, task: object, read: object, acted: object) -> str:
    say = translator(language)
    if not received:
        return say("没有送达")
    if pd.isna(read):  # type: ignore[call-overload]
        return say("尚未阅读")
    if task and pd.isna(acted):  # type: ignore[call-overload]
        return say("已阅读，尚未落实")
    return say("已落实") if task else say("已阅读")


def _ratio(part: pd.Series[int], whole: pd.Series[int]) -> pd.Series[float]:
    return part.astype("float64") / whole.astype("float64").replace(0.0, np.nan)
