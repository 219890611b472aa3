"""党员与单位: member units by kind and sector, members under dual management. Counts only, small ones hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dashboard import records, theme
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import Organisation
from dashboard.queries import compare, indicator_named, measure, organisation
from dashboard.report import Block, Click, Column, Columns, Heading, Note, Report, Table
from dashboard.scope import OK, SUPPRESSED, WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views import alongside, captions, figures, needs, people_charts
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import counted_period, crumbs, has_months, no_months, page

KEY = "people"
TITLE = "党员与单位"
PART = Choice(
    "part",
    "查看",
    (("makeup", "构成"), ("change", "变化和协议"), ("table", "各组织"), ("all", "全部")),
    "makeup",
)
FILTERS: tuple[Control, ...] = (
    PART,
    DimensionFilter("unit_kind"),
    DimensionFilter("sector"),
    alongside.rank_in("table", "all"),
)

_MEMBERS = "dual_member_count"
_KPIS = (
    _MEMBERS,
    "member_unit_count",
    "members_per_unit",
    "dual_probationary_share",
    "new_unit_count",
    "expiring_agreement_count",
    "active_unit_share",
)
_WITHOUT_TREND = ("members_per_unit", "dual_probationary_share")  # their trend is that of the members
_UNIT_KPIS = (_MEMBERS, "dual_probationary_share", "activity_count", "service_point_count")
_BESIDE = ("member_unit_count", _MEMBERS, "members_per_unit", "new_unit_count", "expiring_agreement_count")
_AGREEMENT_COLUMNS = [
    "unit",
    "unit_label",
    "ends_on",
    "days_left",
    "kind_label",
    "sector_label",
    "community_label",
    "signed_on",
]
EXPIRING_DAYS = 180  # as the indicator expiring_agreement_count counts them


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, the units, the members, then the communities and the agreements that end soon."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        say = translator(chosen.language)
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        comparison = compare(snapshot, _MEMBERS, chosen, scope)
        if not has_months(snapshot, chosen.period):
            yield Note(no_months(snapshot, chosen), "empty")
            return
        level = alongside.level_alongside(snapshot, org)
        keys = figures.countable(snapshot, _KPIS if level else _UNIT_KPIS, org)
        known = {_MEMBERS: comparison}
        yield figures.kpi_row(snapshot, chosen, keys, scope, known=known, without_trend=_WITHOUT_TREND)
        yield needs.needs(snapshot, chosen, KEY, scope)
        if note := captions.unmoved(snapshot, chosen, keys):
            yield note
        yield Note(say("本页只有人数，没有个人信息。") + privacy(snapshot, chosen, scope))
        if level is None:
            yield people_charts.by_quarter(snapshot, chosen, scope)
            yield _agreements(snapshot, chosen, scope)
            return
        if sentence := _counted_once(snapshot, chosen, org, scope):
            yield Note(sentence)
        part = chosen.option(PART.key, PART.default)
        if part not in ("change", "table"):
            units = people_charts.by_kind_and_sector(snapshot, chosen, scope)
            members = people_charts.members_by_kind(snapshot, chosen, scope)
            yield Columns(((units,), (members,)), (1.2, 1.0))
        if part in ("change", "all"):
            yield people_charts.by_quarter(snapshot, chosen, scope)
        if part in ("table", "all"):
            yield _alongside(snapshot, chosen, level, scope)
        if part in ("change", "all"):
            yield Heading(say("共建协议"))
            yield _agreements(snapshot, chosen, scope)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def privacy(snapshot: Snapshot, selection: Selection, scope: Scope) -> str:
    """Why some counts of persons are not shown."""
    return translator(selection.language)(
        "不足 {threshold} 人的数不显示；为防止由合计推算，有时还会隐去相邻的一个数。"
    ).format(threshold=scope.threshold(snapshot.settings))


def _counted_once(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> str:
    """How many registrations the distinct persons stand for; "" where that would tell of a few persons."""
    level = alongside.level_alongside(snapshot, org)
    if level is None or level == load_levels(snapshot)[-1].key:
        return ""
    whole = measure(snapshot, _MEMBERS, selection, (), scope)
    parts = measure(snapshot, _MEMBERS, selection, (level,), scope)
    if (parts["state"] == SUPPRESSED).any() or not (whole["state"] == OK).all():
        return ""
    persons, registrations = float(whole["value"].sum()), float(parts["value"].sum())
    if 0 < registrations - persons < scope.threshold(snapshot.settings) or not persons:
        return ""
    say = translator(selection.language)
    title = figures.level_title(snapshot, level, selection.language)
    if registrations == persons:
        return say("各{level}登记的 {persons} 名双重管理党员中，没有人重复登记。").format(
            level=title, persons=theme.number(persons)
        )
    return say("各{level}共登记 {registrations} 人次，同一人登记几次的只计一次，实为 {persons} 名。").format(
        level=title, registrations=theme.number(registrations), persons=theme.number(persons)
    )


def _alongside(snapshot: Snapshot, selection: Selection, level: str, scope: Scope) -> Table:
    """One row a community (or, within one, a member unit), in the order that the viewer chose."""
    language = selection.language
    say = translator(language)
    org = organisation(snapshot, selection.org)
    keys = [
        key
        for key in figures.countable(snapshot, _BESIDE, org)
        if level in indicator_named(snapshot, key).levels
    ]
    is_last = level == load_levels(snapshot)[-1].key
    if is_last:  # the number of units in a single unit says nothing
        keys = [_MEMBERS, "activity_count", "service_point_count"]
    frame = figures.side_by_side(snapshot, selection, keys, level, scope)
    if is_last:  # those that the filters leave
        frame = frame[frame["org"].isin(records.member_units(snapshot, selection, scope)["unit"])]
        frame = frame.reset_index(drop=True)
    frame["org_label"] = alongside.names_of(snapshot, frame["org"].tolist(), language)
    hidden = int((frame["remark"] != "").sum())
    title = say("{period}，{count} 个{level}的单位和党员").format(
        period=captions.whose_and_when(snapshot, selection),
        count=theme.number(len(frame)),
        level=figures.level_title(snapshot, level, language),
    )
    if hidden:
        title += say("，其中 {count} 个的人数不显示").format(count=theme.number(hidden))
    return Table(
        key="alongside",
        title=title,
        frame=alongside.ordered(frame, selection, _MEMBERS),
        columns=(
            figures.label_column(snapshot, level, language, "org_label"),
            *(figures.value_column(indicator_named(snapshot, key), language, key) for key in keys),
            *([Column("remark", say("说明"))] if hidden else []),
        ),
        source=figures.source(snapshot, selection, *keys, scope=scope),
        click=Click("org", "org"),
        empty=say("所选范围内没有下级组织。"),
    )


def _agreements(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """The agreements that end soon after the period, the first to end on top."""
    language = selection.language
    say = translator(language)
    cut = replace(selection, period=counted_period(snapshot, selection))
    frame = records.member_units(snapshot, cut, scope)
    ending = frame[(frame["days_left"] <= EXPIRING_DAYS).fillna(False).astype(bool)]
    ending = ending.sort_values(["ends_on", "unit"]).reset_index(drop=True)
    texts = {
        "days": EXPIRING_DAYS,
        "count": theme.number(len(ending)),
        "total": theme.number(len(frame)),
        "day": theme.cell(cut.period.last_on, "date"),
    }
    if not len(frame):
        title = say("{day} 没有在期的共建协议")
    elif ending.empty:
        title = say("{day} 在期的 {total} 份共建协议都不在 {days} 天内到期")
    else:
        title = say("{day} 在期的 {total} 份共建协议中，{count} 份在 {days} 天内到期")
    return Table(
        key="agreements",
        title=title.format(**texts),
        frame=ending[_AGREEMENT_COLUMNS],
        columns=(
            Column("unit_label", say("成员单位")),
            Column("ends_on", say("到期日期"), "date"),
            Column("days_left", say("剩余天数"), "integer", say("天")),
            figures.label_column(snapshot, "unit_kind", language, "kind_label"),
            figures.label_column(snapshot, "sector", language, "sector_label"),
            figures.label_column(snapshot, "community", language, "community_label"),
            Column("signed_on", say("签订日期"), "date"),
        ),
        source=figures.record_source(snapshot, cut, "member_units"),
        click=Click("org", "unit", "profile"),
        empty=say("没有即将到期的共建协议。"),
    )
