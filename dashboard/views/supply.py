"""资源与需求: what is offered against what is asked for, and which of the two might be brought together."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.database import Snapshot
from dashboard.ledgers import supply as ledger
from dashboard.locale import Translator, translator
from dashboard.organisations import Organisation
from dashboard.queries import organisation
from dashboard.report import Block, Column, Columns, Link, Note, Notes, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views import alongside, captions, figures, needs, supply_charts
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import crumbs, nothing_then, page

KEY = "supply"
TITLE = "资源与需求"
PART = Choice(
    "part",
    "查看",
    (
        ("balance", "供需对照"),
        ("where", "各组织"),
        ("match", "建议对接"),
        ("open", "待对接和闲置"),
        ("all", "全部"),
    ),
    "balance",
)
FILTERS: tuple[Control, ...] = (
    PART,
    DimensionFilter("class"),
    DimensionFilter("item"),
    alongside.rank_in("where", "all"),
)

_KPIS = (
    "resource_count",
    "offering_unit_share",
    "unused_resource_share",
    "need_count",
    "need_matched_share",
    "need_days_to_match",
    "open_need_30_count",
    "unoffered_item_count",
)
_WITHOUT_TREND = ("offering_unit_share", "need_days_to_match", "unoffered_item_count")
_UNIT_KPIS = ("resource_count", "offered_item_count", "unused_resource_count", "matched_need_count")
_MOST_MATCHES, _FIRST_MATCHES, _MOST_ROWS = 100, 5, 300


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
        if is_unit:
            yield from _of_unit(part, snapshot, chosen, scope)
        else:
            yield from _of_place(part, snapshot, chosen, org, scope)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _of_place(
    part: str, snapshot: Snapshot, chosen: Selection, org: Organisation, scope: Scope
) -> Iterator[Block]:
    level = alongside.level_alongside(snapshot, org)
    if part not in ("where", "match", "open"):
        balance = supply_charts.by_item(snapshot, chosen, scope)
        over_time = supply_charts.over_time(snapshot, chosen, scope)
        first = () if part == "all" else (_first_matches(snapshot, chosen, scope),)
        yield Columns(((balance,), (over_time, *first)), (1.0, 1.0))
    if part in ("where", "all") and level:
        yield supply_charts.by_organisation(snapshot, chosen, level, scope)
    if part in ("match", "all"):
        yield _matches(snapshot, chosen, scope)
    if part in ("open", "all"):
        yield _open(snapshot, chosen, scope)
        yield _unused(snapshot, chosen, scope)


def _of_unit(part: str, snapshot: Snapshot, chosen: Selection, scope: Scope) -> Iterator[Block]:
    """A unit asks for nothing: what it offers, and for whom that would do."""
    if part != "open":
        yield _matches(snapshot, chosen, scope)
    if part != "match":
        yield _unused(snapshot, chosen, scope)


# ---------------------------------------------------------------- suggested matches


@dataclass(frozen=True)
class Suggested:
    """Suggestions with the need and the resource of each, as records."""

    matches: list[ledger.Match]
    needs: pd.DataFrame
    resources: pd.DataFrame
    waiting: int  # open needs altogether

    def pairs(self) -> Iterator[tuple[Mapping[Hashable, Any], Mapping[Hashable, Any], ledger.Match]]:
        records = (frame.to_dict("records") for frame in (self.needs, self.resources))
        return zip(*records, self.matches, strict=True)


def _suggested(snapshot: Snapshot, selection: Selection, scope: Scope) -> Suggested:
    wanted, offered = ledger.within_reach(snapshot, selection, scope)
    found = ledger.suggestions(snapshot, wanted, offered, _MOST_MATCHES)
    return Suggested(
        found,
        wanted.iloc[[match.need for match in found]].reset_index(drop=True),
        offered.iloc[[match.resource for match in found]].reset_index(drop=True),
        len(wanted),
    )


def _first_matches(snapshot: Snapshot, selection: Selection, scope: Scope) -> Notes:
    """The nearest resource for each of the needs that wait longest, in sentences."""
    say = translator(selection.language)
    found = _suggested(snapshot, selection, scope)
    first: dict[int, Note] = {}
    for need, resource, match in found.pairs():
        if match.need not in first and len(first) < _FIRST_MATCHES:
            text = say("“{need}”（{place}，已等 {days} 天）可用{unit}的“{resource}”：{reason}").format(
                need=need["title"],
                place=need["community_label"],
                days=theme.number(need["days"]),
                unit=resource["unit_label"],
                resource=resource["title"],
                reason=_reason(need, resource, match, say, with_amounts=False),
            )
            first[match.need] = Note(text, "plain", Link(say("全部建议"), KEY, {"part": "match"}))
    notes = list(first.values())
    # One way to the whole list is enough.
    notes = [*(replace(note, link=None) for note in notes[:-1]), *notes[-1:]]
    return Notes(
        say("建议对接：{title}").format(title=_matches_title(found, say)), tuple(notes), _none(found, say)
    )


def _matches(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """Open needs beside unused resources that might meet them, each with the reason in words."""
    language = selection.language
    say = translator(language)
    found = _suggested(snapshot, selection, scope)
    frame = pd.DataFrame(
        {
            "need": found.needs["title"],
            "resource": found.resources["title"],
            "reason": [_reason(*each, say) for each in found.pairs()],
            "unit_label": found.resources["unit_label"],
            "community_label": found.needs["community_label"],
            "home_label": found.resources["community_label"],
            "days": found.needs["days"],
            "origin": captions.origins(found.needs, language),
            "resource_origin": captions.origins(found.resources, language),
        }
    )
    return Table(
        key="matches",
        title=_matches_title(found, say),
        frame=frame,
        columns=(
            Column("need", say("待对接的需求")),
            Column("resource", say("可用的资源")),
            Column("reason", say("为什么建议")),
            Column("unit_label", say("提供单位")),
            Column("community_label", say("需求所在社区")),
            Column("home_label", say("资源所在社区")),
            Column("days", say("已等天数"), "integer", say("天")),
            Column("origin", say("需求出处"), aside=True),
            Column("resource_origin", say("资源出处"), aside=True),
        ),
        source=figures.record_source(
            snapshot,
            selection,
            "needs",
            "resources",
            note=say("同一事项、时间重合；先本社区，再 {km} 公里内的社区（社区中心的直线距离）").format(
                km=f"{ledger.REACH_KM:g}"
            ),
        ),
        empty=_none(found, say),
    )


def _none(found: Suggested, say: Translator) -> str:
    if not found.waiting:
        return say("期末没有待对接的需求。")
    return say("没有可以建议的对接：待对接的需求中，没有一项在可及范围内有同类的闲置资源。")


def _matches_title(found: Suggested, say: Translator) -> str:
    if not found.matches:
        return say("没有可以建议的对接")
    met = theme.number(len({match.need for match in found.matches}))
    if len(found.matches) == _MOST_MATCHES:
        return say("等得最久的 {needs} 项待对接需求有闲置资源可用").format(needs=met)
    return say("{needs} 项待对接需求有闲置资源可用，共 {count} 条建议").format(
        needs=met, count=theme.number(len(found.matches))
    )


def _reason(
    need: Mapping[Hashable, Any],
    resource: Mapping[Hashable, Any],
    match: ledger.Match,
    say: Translator,
    with_amounts: bool = True,
) -> str:
    """Same item, how far, in time, and how much where the measures agree."""
    until, wanted = resource["available_until"], need["wanted_until"]
    parts = [
        say("同为{item}").format(item=need["item_label"]),
        say("相距约 {km} 公里").format(km=theme.number(max(match.kilometres, 0.1), "decimal"))
        if match.kilometres
        else say("就在本社区"),
        say("长期可用") if pd.isna(until) else say("可用至 {day}").format(day=theme.cell(until, "date")),
    ]
    if not pd.isna(wanted):
        over = need["asked_on"] + pd.Timedelta(days=need["days"]) > wanted
        text = say("期望日期 {day} 已过") if over else say("期望 {day} 前完成")
        parts.append(text.format(day=theme.cell(wanted, "date")))
    if with_amounts and need["quantity_unit"] == resource["quantity_unit"] and not pd.isna(need["quantity"]):
        parts.append(
            say("需要 {needed} {measure}，可供 {offered} {measure}").format(
                needed=theme.cell(need["quantity"], "integer"),
                offered=theme.cell(resource["quantity"], "integer"),
                measure=need["quantity_unit"],
            )
        )
    return say("；").join(parts)


# ---------------------------------------------------------------- needs and resources


def _open(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """Needs without a match, the oldest on top."""
    language = selection.language
    say = translator(language)
    frame = ledger.open_needs(snapshot, selection, scope)
    total = len(frame)
    long = int((frame["days"] > 30).sum())
    frame["amount"] = _amounts(frame)
    frame["origin"] = captions.origins(frame, language)
    return Table(
        key="open_needs",
        title=say("待对接的需求 {count} 项，其中 {long} 项已超过 30 天").format(
            count=theme.number(total), long=theme.number(long)
        )
        if total
        else say("期末没有待对接的需求"),
        frame=frame.head(_MOST_ROWS),
        columns=(
            Column("title", say("需求内容")),
            Column("days", say("已等天数"), "integer", say("天")),
            figures.label_column(snapshot, "item", language),
            figures.label_column(snapshot, "community", language),
            figures.label_column(snapshot, "asked_by", language),
            Column("amount", say("数量")),
            Column("asked_on", say("提出日期"), "date"),
            Column("wanted_until", say("期望完成日期"), "date"),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "needs", note=say("天数算到期末")),
        empty=say("提出的需求都已对接或撤回。"),
    )


def _unused(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """Resources on offer that were never matched, those on offer longest on top."""
    language = selection.language
    say = translator(language)
    frame = ledger.unused_resources(snapshot, selection, scope)
    frame["amount"] = _amounts(frame)
    frame["origin"] = captions.origins(frame, language)
    return Table(
        key="unused",
        title=say("可用而没有用过的资源 {count} 项").format(count=theme.number(len(frame)))
        if len(frame)
        else say("期末没有闲置的资源"),
        frame=frame.head(_MOST_ROWS),
        columns=(
            Column("title", say("资源名称")),
            Column("unit_label", say("提供单位")),
            figures.label_column(snapshot, "item", language),
            figures.label_column(snapshot, "community", language),
            Column("amount", say("数量")),
            Column("days", say("已闲置天数"), "integer", say("天")),
            Column("available_from", say("可用起始日期"), "date"),
            Column("available_until", say("可用截止日期"), "date"),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "resources", note=say("天数算到期末")),
        empty=say("可用的资源都对接过需求。"),
    )


def _amounts(frame: pd.DataFrame) -> list[str]:
    """A quantity with its measure, as the ledger states them."""
    return [
        theme.MISSING if pd.isna(number) else f"{number:,g} {measure or ''}".strip()
        for number, measure in zip(frame["quantity"], frame["quantity_unit"].fillna(""), strict=True)
    ]
