"""职责清单: duties done on time with evidence, those that are overdue, and units whose list is empty."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard import theme
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import duties as ledger
from dashboard.locale import translator
from dashboard.organisations import Organisation
from dashboard.queries import compare, indicator_named, organisation
from dashboard.report import Block, Click, Column, Columns, Note, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views import alongside, captions, duty_charts, figures, needs, tables
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import crumbs, nothing_then, page

KEY = "duties"
TITLE = "职责清单"
PART = Choice(
    "part",
    "查看",
    (("state", "完成情况"), ("follow", "逾期和空白清单"), ("place", "各组织"), ("all", "全部")),
    "state",
)
FILTERS: tuple[Control, ...] = (
    PART,
    DimensionFilter("duty_class"),
    DimensionFilter("unit_kind"),
    alongside.rank_in("place", "all"),
)

_KPIS = (
    "duty_count",
    "duty_fulfilled_share",
    "duty_on_time_share",
    "duty_done_share",
    "duty_evidence_share",
    "duty_late_days",
    "overdue_duty_count",
    "empty_duty_list_count",
)
_BESIDE = (
    "duty_count",
    "duty_on_time_share",
    "duty_evidence_share",
    "duty_fulfilled_share",
    "duty_late_days",
    "overdue_duty_count",
    "empty_duty_list_count",
)
# The shares move together; the list is made once a year.
_WITHOUT_TREND = ("duty_on_time_share", "duty_done_share", "empty_duty_list_count")
_MOST = 300


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, what needs attention, how the duties stand, and the duties themselves."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        comparison = compare(snapshot, "duty_count", chosen, scope)
        if note := nothing_then(snapshot, chosen):
            yield note
            return
        keys = figures.countable(snapshot, _KPIS, org)
        known = {"duty_count": comparison}
        yield figures.kpi_row(snapshot, chosen, keys, scope, known=known, without_trend=_WITHOUT_TREND)
        if unmoved := captions.unmoved(snapshot, chosen, keys):
            yield unmoved
        yield needs.needs(snapshot, chosen, KEY, scope)
        part = chosen.option(PART.key, PART.default)
        level = alongside.level_alongside(snapshot, org)
        if part not in ("follow", "place"):
            yield from _state(snapshot, chosen, level, scope)
        if part in ("follow", "all"):
            yield _overdue(snapshot, chosen, scope)
            yield from _empty(snapshot, chosen, scope)
        if part in ("place", "all") and level is not None:
            yield _beside(snapshot, chosen, org, level, scope)
        if part != "follow":
            yield _duties(snapshot, chosen, int(comparison.value or 0), scope)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _state(snapshot: Snapshot, selection: Selection, level: str | None, scope: Scope) -> Iterator[Block]:
    classes = duty_charts.by_class(snapshot, selection, scope)
    if level is None:
        yield classes
        return
    by = "unit" if level == load_levels(snapshot)[-1].key else "unit_kind"
    yield Columns(((classes,), (duty_charts.by_whom(snapshot, selection, by, scope),)), (1.0, 1.0))


def _overdue(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """What should have been done by now, with its age."""
    language = selection.language
    say = translator(language)
    frame = ledger.overdue(snapshot, selection, scope)
    title = (
        say("期末有 {count} 项职责逾期未完成，最长的已逾期 {days} 天")
        if len(frame)
        else say("期末没有逾期未完成的职责")
    )
    return Table(
        key="overdue",
        title=title.format(
            count=theme.number(len(frame)),
            days=theme.number(float(frame["days"].max())) if len(frame) else "",
        ),
        frame=frame.assign(origin=captions.origins(frame, language)),
        columns=(
            Column("due_on", say("完成时限"), "date"),
            Column("days", say("已逾期"), "integer", say("天")),
            Column("unit_label", say("单位")),
            *tables.community_column(snapshot, selection),
            figures.label_column(snapshot, "duty_class", language),
            Column("duty", say("职责")),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "duties"),
        empty=say("到期的职责都已完成。"),
    )


def _empty(snapshot: Snapshot, selection: Selection, scope: Scope) -> Iterator[Block]:
    """Whose list is empty: in words, so that it can be passed on, and as a table."""
    language = selection.language
    say = translator(language)
    frame = ledger.empty_lists(snapshot, selection, scope)
    if len(frame):
        title = say("{year}年有 {count} 个成员单位没有职责清单").format(
            year=frame["year"].iloc[0], count=theme.number(len(frame))
        )
    else:
        title = say("签约满 90 天的成员单位都有职责清单")
    if len(frame) > 1:
        comma, colon, stop = ("、", "：", "；") if language == "zh" else (", ", ": ", "; ")
        whose = [
            f"{community}{colon}{comma.join(units)}"
            for community, units in frame.groupby("community_label", sort=False)["unit_label"]
        ]
        yield Note(say("没有职责清单的单位——{names}。").format(names=stop.join(whose)), "attention")
    yield Table(
        key="empty_lists",
        title=title,
        frame=frame.assign(origin=captions.origins(frame, language)),
        columns=(
            Column("unit_label", say("单位")),
            figures.label_column(snapshot, "unit_kind", language, "kind_label"),
            *tables.community_column(snapshot, selection),
            Column("signed_on", say("签约日期"), "date"),
            Column("origin", say("出处（成员单位台账）"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "duties", "member_units"),
        click=Click("org", "unit", "profile"),
        empty=say("没有空白清单。"),
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
        title=say("{period}，{count} 个{level}的职责完成情况").format(
            period=captions.whose_and_when(snapshot, selection),
            count=theme.number(len(frame)),
            level=figures.level_title(snapshot, level, language),
        ),
        frame=alongside.ordered(frame, selection, "duty_fulfilled_share"),
        columns=(
            figures.label_column(snapshot, level, language, "org_label"),
            *(figures.value_column(indicator_named(snapshot, key), language, key) for key in keys),
        ),
        source=figures.source(snapshot, selection, *keys, scope=scope),
        click=Click("org", "org"),
        empty=say("所选范围内没有下级组织。"),
    )


def _duties(snapshot: Snapshot, selection: Selection, total: int, scope: Scope) -> Table:
    """The duties that fell due, the latest first."""
    language = selection.language
    say = translator(language)
    frame = ledger.duties(snapshot, selection, _MOST, scope)
    frame["state_label"] = [say(duty_charts.STATES[state]) for state in frame["state"]]
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "count": theme.number(total),
        "shown": theme.number(len(frame)),
    }
    if frame.empty:
        title = say("{period}没有到期的职责")
    elif len(frame) < total:
        title = say("{period}最近到期的 {shown} 项职责（共 {count} 项）")
    else:
        title = say("{period}到期的 {count} 项职责")
    return Table(
        key="records",
        title=title.format(**texts),
        frame=frame.assign(origin=captions.origins(frame, language)),
        columns=(
            Column("due_on", say("完成时限"), "date"),
            Column("unit_label", say("单位")),
            *tables.community_column(snapshot, selection),
            figures.label_column(snapshot, "duty_class", language),
            Column("duty", say("职责")),
            Column("state_label", say("情况")),
            Column("done_on", say("完成日期"), "date"),
            Column("late_days", say("逾期"), "integer", say("天")),
            Column("evidence", say("佐证材料")),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "duties"),
        empty=say("这一时段没有到期的职责。"),
    )
