"""阵地共享: shared venues on the map and by opening hours, who uses them, and when they lie idle."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from dashboard import theme
from dashboard.catalogue import labels
from dashboard.database import Snapshot
from dashboard.ledgers import venues as ledger
from dashboard.locale import translator
from dashboard.organisations import Organisation
from dashboard.queries import compare, indicator_named, organisation
from dashboard.report import Block, Click, Column, Columns, Delta, Kpi, KpiRow, Link, Note, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Selection
from dashboard.views import alongside, captions, figures, needs, venue_charts, venue_map
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import crumbs, nothing_then, page
from dashboard.views.place_map import EXTENT

KEY = "venues"
TITLE = "阵地共享"
PART = Choice(
    "part",
    "查看",
    (("map", "地图"), ("hours", "开放时间"), ("use", "使用情况"), ("place", "各组织"), ("all", "全部")),
    "map",
)
_KIND = "venue_kind"
FILTERS: tuple[Control, ...] = (
    PART,
    DimensionFilter(_KIND),
    DimensionFilter("use_purpose"),
    EXTENT,
    alongside.rank_in("place", "all"),
)

_KPIS = (
    "venue_count",
    "resident_venue_share",
    "venue_use_count",
    "venue_use_rate",
    "idle_venue_count",
)
_UNIT_KPIS = ("venue_count", "weekly_open_hours", "idle_venue_count", "venue_use_count", "venue_used_hours")
_BESIDE = (
    "venue_count",
    "resident_venue_share",
    "weekly_open_hours",
    "venue_use_count",
    "venue_use_rate",
    "idle_venue_count",
    "resident_use_share",
)
_MOST = 300


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, what needs attention, then the map, the opening hours or the uses, and the records."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        comparison = compare(snapshot, "venue_count", chosen, scope)
        if note := nothing_then(snapshot, chosen):
            yield note
            return
        level = alongside.level_alongside(snapshot, org)
        keys = figures.countable(snapshot, _KPIS if level else _UNIT_KPIS, org)
        known = {"venue_count": comparison}
        everything = ledger.venues(snapshot, replace(chosen, filters=()), scope)
        kpis = [
            figures.kpi(snapshot, chosen, key, scope, comparison=known.get(key), spark=key in _WITH_TREND)
            for key in keys
        ]
        if level:
            kpis[0] = _with_uncovered(snapshot, chosen, kpis[0], level, scope)
            kpis[1:1] = _service_kinds(snapshot, chosen, everything)
        yield KpiRow(tuple(kpis))
        if unmoved := captions.unmoved(snapshot, chosen, keys):
            yield unmoved
        yield needs.needs(snapshot, chosen, KEY, scope)
        kind = chosen.filter(_KIND)
        venues = everything if kind is None else _only(everything, kind)
        part = chosen.option(PART.key, PART.default)
        if part not in ("hours", "use", "place"):
            yield from _map(snapshot, chosen, venues, scope)
        if part in ("hours", "all"):
            by_hour = venue_charts.open_by_hour(snapshot, chosen, venues)
            yield Columns(((by_hour,), (venue_charts.idle_slots(snapshot, chosen, scope),)), (1.0, 1.2))
        if part in ("use", "all"):
            purposes = venue_charts.by_purpose(snapshot, chosen, scope)
            rates = venue_charts.by_kind(snapshot, chosen, scope) if level else None
            yield Columns(((purposes,), (rates,)), (1.2, 1.0)) if rates else purposes
        if part in ("place", "all") and level:
            yield _beside(snapshot, chosen, org, level, scope)
        if part != "use":
            yield _venues(snapshot, chosen, venues)
        if part in ("use", "all") or not level:
            yield _uses(snapshot, chosen, scope)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


_WITH_TREND = ("venue_count", "venue_use_count", "venue_use_rate")


def _only(venues: pd.DataFrame, kind: str) -> pd.DataFrame:
    return venues[venues["kind"] == kind].reset_index(drop=True)


def _with_uncovered(snapshot: Snapshot, selection: Selection, kpi: Kpi, level: str, scope: Scope) -> Kpi:
    """With the number of communities that have none of the three kinds, where there are several communities."""
    if level != "community":
        return kpi
    what = indicator_named(snapshot, "uncovered_community_count")
    count = compare(snapshot, what.key, selection, scope).value
    delta = Delta(what.label(selection.language), theme.number(count), tone="warning" if count else "plain")
    return replace(kpi, deltas=(*kpi.deltas, delta))


def _service_kinds(snapshot: Snapshot, selection: Selection, venues: pd.DataFrame) -> list[Kpi]:
    """The three kinds that every community should have one of, whatever kind is filtered for."""
    language = selection.language
    say = translator(language)
    names = labels(snapshot, _KIND, language)
    chosen = selection.filter(_KIND)
    items = []
    for kind in ledger.SERVICE_KINDS:
        own = venues[venues["kind"] == kind]
        parts = {
            say("向居民开放"): int(own["for_residents"].sum()),
            say("本期没有使用"): int((own["uses"] == 0).sum()),
        }
        link = Link(say("只看这一类"), KEY, {_KIND: kind})
        if kind == chosen:
            link = Link(say("看全部类型"), KEY, {_KIND: None})
        items.append(
            Kpi(
                key=f"venue_count-{kind}",
                label=names.get(kind, kind),
                value=theme.number(len(own)),
                unit=indicator_named(snapshot, "venue_count").unit_label(language),
                deltas=tuple(Delta(label, theme.number(count)) for label, count in parts.items() if len(own)),
                help=say("期末在用的{kind}个数。").format(kind=names.get(kind, kind)),
                link=link,
            )
        )
    return items


def _map(snapshot: Snapshot, selection: Selection, venues: pd.DataFrame, scope: Scope) -> Iterator[Block]:
    say = translator(selection.language)
    block = venue_map.block(snapshot, selection, venues, scope)
    yield block or Note(say("没有辖区轮廓，画不出地图；下面的表格列出全部共享阵地。"), "empty")


def _venues(snapshot: Snapshot, selection: Selection, venues: pd.DataFrame) -> Table:
    """Every venue with its hours, how much it was used, and when last."""
    language = selection.language
    say = translator(language)
    unused = int((venues["uses"] == 0).sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "count": theme.number(len(venues)),
        "unused": theme.number(unused),
    }
    if venues.empty:
        title = say("{period}没有在用的共享阵地")
    elif unused:
        title = say("{period}在用的 {count} 个共享阵地，{unused} 个没有使用记录")
    else:
        title = say("{period}在用的 {count} 个共享阵地都有使用记录")
    frame = venues.assign(
        hours=venue_map.hours_of(venues),
        residents=[say("是") if known else say("否") for known in venues["for_residents"]],
        origin=captions.origins(venues, language),
    )
    return Table(
        key="venues",
        title=title.format(**texts),
        frame=frame.astype({"hours": "str", "residents": "str", "origin": "str"}),
        columns=(
            Column("name", say("阵地名称")),
            figures.label_column(snapshot, _KIND, language, "kind_label"),
            figures.label_column(snapshot, "community", language, "community_label"),
            Column("hours", say("开放时间")),
            Column("residents", say("向居民开放")),
            Column("uses", say("使用次数"), "integer", say("次")),
            Column("use_rate", say("使用率"), "percent"),
            Column("last_used_on", say("最近使用"), "date"),
            Column("unit_label", say("提供单位")),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "venues", "venue_uses"),
        click=Click("org", "community"),
        empty=say("所选范围内没有在用的共享阵地。"),
    )


def _uses(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """The uses, the latest first; those that overran the opening hours say so."""
    language = selection.language
    say = translator(language)
    frame = ledger.uses(snapshot, selection, _MOST, scope)
    total = len(frame)
    if total == _MOST:
        total = int(compare(snapshot, "venue_use_count", selection, scope).value or total)
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "count": theme.number(total),
        "shown": theme.number(len(frame)),
    }
    if not total:
        title = say("{period}没有使用共享阵地的记录")
    elif len(frame) < total:
        title = say("{period}最近的 {shown} 次使用（共 {count} 次）")
    else:
        title = say("{period}的 {count} 次使用")
    remarks = [_remark(language, outside) for outside in frame["outside_hours"]]
    frame = frame.assign(
        hours=ledger.clocks(frame["starts"], frame["ends"]),
        user=frame["unit_label"].where(frame["unit_label"].notna(), _others(frame, language)),
        remark=remarks,
        origin=captions.origins(frame, language),
    )
    columns = [
        Column("used_on", say("使用日期"), "date"),
        Column("hours", say("使用时间")),
        Column("name", say("阵地名称")),
        figures.label_column(snapshot, "community", language, "community_label"),
        figures.label_column(snapshot, "use_purpose", language, "purpose_label"),
        Column("user", say("使用者")),
        Column("head_count", say("使用人数"), "integer", say("人")),
        *([Column("remark", say("说明"))] if any(remarks) else []),
        Column("origin", say("出处"), aside=True),
    ]
    return Table(
        key="uses",
        title=title.format(**texts),
        frame=frame.astype({"hours": "str", "user": "str", "remark": "str", "origin": "str"}),
        columns=tuple(columns),
        source=figures.record_source(snapshot, selection, "venue_uses"),
        empty=say("这一时段没有使用共享阵地的记录。"),
    )


def _others(frame: pd.DataFrame, language: Language) -> pd.Series[str]:
    """Who used a venue where no member unit did."""
    say = translator(language)
    names = [say("居民") if purpose == "residents" else say("联合党委") for purpose in frame["purpose"]]
    return pd.Series(names, index=frame.index, dtype="str")


def _remark(language: Language, outside: float) -> str:
    say = translator(language)
    if math.isnan(outside):
        return say("阵地不在台账中")
    if not outside:
        return ""
    return say("开放时间之外 {hours} 小时").format(hours=theme.number(outside, "decimal"))


def _beside(snapshot: Snapshot, selection: Selection, org: Organisation, level: str, scope: Scope) -> Table:
    """One row a community, or within one a member unit, in the order that the viewer chose."""
    language = selection.language
    say = translator(language)
    wanted = _BESIDE if level == "community" else _UNIT_KPIS
    keys = [
        key
        for key in figures.countable(snapshot, wanted, org)
        if level in indicator_named(snapshot, key).levels
    ]
    frame = figures.side_by_side(snapshot, selection, keys, level, scope)
    frame["org_label"] = alongside.names_of(snapshot, frame["org"].tolist(), language)
    return Table(
        key="alongside",
        title=say("{period}，{count} 个{level}的共享阵地和使用情况").format(
            period=captions.whose_and_when(snapshot, selection),
            count=theme.number(len(frame)),
            level=figures.level_title(snapshot, level, language),
        ),
        frame=alongside.ordered(frame, selection, "venue_use_count"),
        columns=(
            figures.label_column(snapshot, level, language, "org_label"),
            *(figures.value_column(indicator_named(snapshot, key), language, key) for key in keys),
        ),
        source=figures.source(snapshot, selection, *keys, scope=scope),
        click=Click("org", "org"),
        empty=say("所选范围内没有下级组织。"),
    )
