"""两新组织: Party organisations in new economic and new social organisations, by field and by year of founding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import capacity
from dashboard.locale import translator
from dashboard.organisations import Organisation
from dashboard.queries import compare, indicator_named, organisation
from dashboard.report import Block, Click, Column, Columns, Note, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views import alongside, captions, figures, needs, two_new_charts
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import crumbs, nothing_then, page, upward

KEY = "two_new"
TITLE = "两新组织"
PART = Choice(
    "part",
    "查看",
    (("makeup", "领域和组建"), ("developed", "发展党员"), ("list", "逐个组织"), ("all", "全部")),
    "makeup",
)
FILTERS: tuple[Control, ...] = (
    PART,
    DimensionFilter("two_new_field"),
    alongside.rank_in("makeup", "developed", "all"),
)

_COUNT = "two_new_organisation_count"
_KPIS = (_COUNT, "new_two_new_count", "dormant_two_new_count", "two_new_member_count")
_BESIDE = {
    "makeup": (_COUNT, "new_two_new_count", "dormant_two_new_count"),
    "developed": (_COUNT, "two_new_member_count"),
}


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, what needs attention, the fields and years, then the communities and the organisations."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        say = translator(chosen.language)
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        if org.level == load_levels(snapshot)[-1].key:
            yield Note(
                say("两新党组织由社区登记，不归某一个成员单位；请看所在社区。"),
                "empty",
                upward(snapshot, chosen, "打开所在社区", KEY),
            )
            return
        comparison = compare(snapshot, _COUNT, chosen, scope)
        if note := nothing_then(snapshot, chosen):
            yield note
            return
        known = {_COUNT: comparison}
        yield figures.kpi_row(snapshot, chosen, _KPIS, scope, known=known)
        yield needs.needs(snapshot, chosen, KEY, scope)
        part = chosen.option(PART.key, PART.default)
        frame = capacity.two_new(snapshot, chosen, scope)
        if part not in ("developed", "list"):
            fields = two_new_charts.by_field(snapshot, chosen, frame)
            years = two_new_charts.by_year(snapshot, chosen, frame)
            yield Columns(((fields,), (years,)), (1.0, 1.1))
        if part in ("developed", "all"):
            yield Note(_developed_how(snapshot, chosen, scope))
            yield two_new_charts.developed(snapshot, chosen, scope)
        level = alongside.level_alongside(snapshot, org)
        lists_units = level == load_levels(snapshot)[-1].key
        if part != "list" and level and not lists_units:
            yield _alongside(snapshot, chosen, _BESIDE.get(part, _KPIS), level, scope)
        if part in ("list", "all") or lists_units:
            yield _organisations(snapshot, chosen, org, frame)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _developed_how(snapshot: Snapshot, selection: Selection, scope: Scope) -> str:
    say = translator(selection.language)
    return say(
        "发展党员数是各组织在最新台账中填报的累计数，不分时期，只有合计，不显示单个组织的数；"
        "不足 {threshold} 名的不显示，为防止由合计推算，有时还会隐去相邻的一个数。"
    ).format(threshold=scope.threshold(snapshot.settings))


def _alongside(
    snapshot: Snapshot, selection: Selection, keys: Sequence[str], level: str, scope: Scope
) -> Table:
    """One row a community, in the order that the viewer chose."""
    language = selection.language
    say = translator(language)
    frame = figures.side_by_side(snapshot, selection, keys, level, scope)
    frame["org_label"] = alongside.names_of(snapshot, frame["org"].tolist(), language)
    hidden = int((frame["remark"] != "").sum())
    without = int((frame[_COUNT] == 0).sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "count": theme.number(len(frame)),
        "level": figures.level_title(snapshot, level, language),
        "without": theme.number(without),
    }
    title = (
        say("{period}，{count} 个{level}中 {without} 个没有两新党组织")
        if without
        else say("{period}，{count} 个{level}都有两新党组织")
    )
    return Table(
        key="alongside",
        title=title.format(**texts),
        frame=alongside.ordered(frame, selection, _COUNT),
        columns=(
            figures.label_column(snapshot, level, language, "org_label"),
            *(figures.value_column(indicator_named(snapshot, key), language, key) for key in keys),
            *([Column("remark", say("说明"))] if hidden else []),
        ),
        source=figures.source(snapshot, selection, *keys, scope=scope),
        click=Click("org", "org"),
        empty=say("所选范围内没有下级组织。"),
    )


def _organisations(snapshot: Snapshot, selection: Selection, org: Organisation, frame: pd.DataFrame) -> Table:
    """Every organisation that stands at the period's end, with where it was recorded."""
    language = selection.language
    say = translator(language)
    dormant = int(frame["is_dormant"].sum())
    above = org.level_no < len(load_levels(snapshot)) - 1
    title = (
        say("期末有两新党组织 {count} 个，其中 {dormant} 个已停止活动")
        if dormant
        else say("期末有两新党组织 {count} 个，都在开展活动")
    )
    shown = frame.assign(
        state=[say("停止活动") if asleep else say("正常") for asleep in frame["is_dormant"]],
        origin=captions.origins(frame, language),
    )
    return Table(
        key="organisations",
        title=title.format(count=theme.number(len(frame)), dormant=theme.number(dormant))
        if len(frame)
        else say("期末没有两新党组织"),
        frame=shown,
        columns=(
            Column("name", say("两新党组织")),
            figures.label_column(snapshot, "two_new_field", language, "field_label"),
            *([figures.label_column(snapshot, "community", language, "community_label")] if above else []),
            Column("founded_on", say("组建日期"), "date"),
            Column("state", say("状态")),
            Column("dormant_since", say("停止活动日期"), "date"),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "two_new_organisations"),
        click=Click("org", "community") if above else None,
        empty=say("所选范围内没有两新党组织。"),
    )
