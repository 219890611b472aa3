"""活动: how many, when, of what kind, where, and the records behind any mark that is clicked."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard import records, theme
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.queries import compare, organisation
from dashboard.report import Block, Column, Columns, Heading, Link, Note, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Selection
from dashboard.submissions import missing_submissions
from dashboard.views import activity_calendar, activity_charts, alongside, captions, figures, focus, needs
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.monthly import monthly
from dashboard.views.page import crumbs, has_months, no_months, page

KEY = "activities"
TITLE = "活动"
PART = Choice(
    "part",
    "查看",
    (("time", "时间"), ("content", "类型和事项"), ("place", "各组织"), ("all", "全部")),
    "time",
)
FILTERS: tuple[Control, ...] = (
    PART,
    DimensionFilter("type"),
    DimensionFilter("themed"),
    DimensionFilter("class"),
    alongside.rank_in("place", "all"),
)

_KPIS = (
    "activity_count",
    "themed_activity_count",
    "head_count",
    "attended_count",
    "volunteer_hours",
    "unit_led_share",
    "silent_month_count",
)
_MOST_RECORDS = 300


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, the charts of the chosen part, and the records that they were counted from."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        comparison = compare(snapshot, "activity_count", chosen, scope)
        if not has_months(snapshot, chosen.period):
            yield Note(no_months(snapshot, chosen), "empty")
            return
        keys = figures.countable(snapshot, _KPIS, org)
        known = {"activity_count": comparison}
        yield figures.kpi_row(snapshot, chosen, keys, scope, known=known)
        yield needs.needs(snapshot, chosen, KEY, scope)
        if note := captions.unmoved(snapshot, chosen, keys):
            yield note
        missing = _missing_ledgers(snapshot, chosen, scope)
        if missing:
            yield _not_counted(chosen, len(missing))
        drawing = activity_charts.Drawing(snapshot, chosen, scope, focus.read(snapshot, chosen))
        part = chosen.option(PART.key, PART.default)
        if part not in ("content", "place"):
            yield activity_charts.by_month(drawing)
            yield monthly(snapshot, chosen, "activity_count", scope, comparison=comparison, height=260)
        if part in ("content", "all"):
            beside = ((activity_charts.by_type(drawing, comparison),), (activity_charts.by_item(drawing),))
            yield Columns(beside, (1.0, 1.0))
        if part in ("place", "all"):
            if level := alongside.level_alongside(snapshot, org):
                yield activity_charts.by_organisation(drawing, level, missing)
            yield activity_calendar.calendar(drawing, level, missing)
        yield from _records(drawing)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _missing_ledgers(snapshot: Snapshot, selection: Selection, scope: Scope) -> frozenset[tuple[str, str]]:
    """Which activity ledgers of the period never came: (community, quarter)."""
    due = missing_submissions(snapshot, selection, scope)
    due = due[due["dataset"] == "activities"]
    return frozenset(zip(due["community"], due["quarter"], strict=True))


def _not_counted(selection: Selection, count: int) -> Note:
    say = translator(selection.language)
    text = say("本期有 {count} 份活动台账尚未报送，其中的活动没有计入。").format(count=theme.number(count))
    return Note(text, "attention", Link(say("查看需要关注的事项"), "overview"))


# ---------------------------------------------------------------- the records


def _records(drawing: activity_charts.Drawing) -> Iterator[Block]:
    snapshot, selection = drawing.snapshot, drawing.selection
    say = translator(selection.language)
    cut = focus.narrowed(selection, drawing.focus)
    total = records.activity_total(snapshot, cut, scope=drawing.scope)
    frame = records.activities(snapshot, cut, limit=_MOST_RECORDS, scope=drawing.scope)
    yield Heading(say("活动记录"))
    yield _what_is_shown(drawing, total, len(frame))
    name = focus.words(snapshot, selection, drawing.focus) or selection.period.label(selection.language)
    yield Table(
        key="records",
        title=say("{what}的活动记录，共 {count} 场").format(what=name, count=theme.number(total)),
        frame=_record_table(frame, selection.language),
        columns=_record_columns(snapshot, selection.language),
        source=figures.record_source(snapshot, cut, "activities", note=say("人数和人次分别填报，不能相加")),
        empty=say("没有符合条件的活动记录。"),
    )


def _what_is_shown(drawing: activity_charts.Drawing, total: int, shown: int) -> Note:
    """What the table holds, and how to widen or narrow it."""
    selection = drawing.selection
    say = translator(selection.language)
    what = focus.words(drawing.snapshot, selection, drawing.focus)
    if what:
        text = say("您点选了“{what}”，下表只列出这一部分。").format(what=what)
        link: Link | None = Link(say("取消点选，显示本期全部记录"), KEY, {focus.PARAM: None})
    else:
        text, link = say("点击图中任意一处，下表就只列出那一部分的记录。"), None
    if shown < total:
        text += say("共 {total} 场，先列出最近的 {shown} 场。").format(
            total=theme.number(total), shown=theme.number(shown)
        )
    return Note(text, link=link)


def _record_table(frame: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The records with dates, organiser and place in the file as text."""
    say = translator(language)
    held = [theme.cell(day, "date") for day in frame["held_on"]]
    ended = [theme.cell(day, "date") for day in frame["ended_on"]]
    until = say("{first} 至 {last}")
    whole = [
        first
        if last in (first, theme.MISSING)
        else until.format(first=first, last=last[5:] if last[:4] == first[:4] else last)
        for first, last in zip(held, ended, strict=True)
    ]
    own = say("联合党委")
    organisers = [
        own if organiser == community else label
        for organiser, community, label in zip(
            frame["organiser"], frame["community"], frame["organiser_label"], strict=True
        )
    ]
    return frame.assign(held=whole, organised_by=organisers, origin=captions.origins(frame, language))


def _record_columns(snapshot: Snapshot, language: Language) -> tuple[Column, ...]:
    say = translator(language)
    return (
        Column("held", say("日期")),
        Column("title", say("活动名称")),
        Column("type_label", say("类型")),
        figures.label_column(snapshot, "community", language, "community_label"),
        Column("organised_by", say("主办")),
        Column("item_label", say("服务事项")),
        Column("head_count", say("参加人数"), "integer", say("人")),
        Column("attended_count", say("参与人次"), "integer", say("人次")),
        Column("volunteer_hours", say("志愿服务时长"), "decimal", say("小时")),
        Column("origin", say("出处"), aside=True),
    )
