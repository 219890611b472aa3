"""联席会议: which meetings were due and became what, which units came, what was resolved and is still open."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import meetings as ledger
from dashboard.locale import Translator, translator
from dashboard.organisations import Organisation, organisations
from dashboard.queries import organisation
from dashboard.report import Block, Click, Column, Columns, Note, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views import alongside, captions, figures, meeting_charts, needs
from dashboard.views.controls import Choice, Control
from dashboard.views.page import counted_period, crumbs, nothing_then, page

KEY = "meetings"
TITLE = "联席会议"
PART = Choice(
    "part",
    "查看",
    (("calendar", "召开情况"), ("attendance", "出席情况"), ("resolutions", "议定事项"), ("all", "全部")),
    "calendar",
)
FILTERS: tuple[Control, ...] = (PART, alongside.rank_in("attendance", "all"))

_KPIS = (
    "meeting_held_share",
    "meeting_on_time_share",
    "missed_meeting_count",
    "meeting_attendance_share",
    "open_resolution_count",
    "overdue_resolution_count",
    "resolution_on_time_share",
)
_WITHOUT_TREND = ("meeting_on_time_share", "overdue_resolution_count")  # theirs are beside those before them
_UNIT_KPIS = (
    "meeting_attendance_share",
    "meeting_absence_share",
    "resolution_count",
    "open_resolution_count",
    "overdue_resolution_count",
)
_MOST = 300
ITEM_STATES = {"overdue": "逾期在办", "open": "在办", "closed_late": "逾期办结", "closed": "按期办结"}


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, what needs attention, then the part that the viewer chose, each with its records."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        if note := nothing_then(snapshot, chosen):
            yield note
            return
        is_unit = org.level == load_levels(snapshot)[-1].key
        keys = figures.countable(snapshot, _UNIT_KPIS if is_unit else _KPIS, org)
        yield figures.kpi_row(snapshot, chosen, keys, scope, without_trend=_WITHOUT_TREND)
        yield needs.needs(snapshot, chosen, KEY, scope)
        part = chosen.option(PART.key, PART.default)
        if part not in ("attendance", "resolutions"):
            yield from _calendar(snapshot, chosen, org, scope)
        if part == "attendance" or (part == "all" and not is_unit):  # a unit's own stands beside the calendar
            yield from _attendance(snapshot, chosen, org, scope)
        if part in ("resolutions", "all"):
            yield from _resolutions(snapshot, chosen, org, scope)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _calendar(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Block]:
    say = translator(selection.language)
    is_unit = org.level == load_levels(snapshot)[-1].key
    if is_unit:
        keeper = organisations(snapshot)[org.parent].label(selection.language)
        yield Note(say("会议由社区联合党委召开，以下是{name}的召开情况。").format(name=keeper))
    yield meeting_charts.calendar(snapshot, selection, scope)
    if is_unit:
        yield _own_attendance(snapshot, selection, scope)
    else:
        yield _held(snapshot, selection, org, scope)


def _held(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Table:
    """The meetings themselves, with the number of their minutes and where they were told of."""
    language = selection.language
    say = translator(language)
    frame = ledger.held_meetings(snapshot, selection, _MOST, scope)
    frame["origin"] = captions.origins(frame, language)
    minuted = int(frame["evidence"].notna().sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "count": theme.number(len(frame)),
        "minuted": theme.number(minuted),
    }
    if len(frame) == _MOST:
        title = say("{period}最近召开的 {count} 次会议，{minuted} 次有纪要编号")
    elif len(frame):
        title = say("{period}召开 {count} 次会议，{minuted} 次有纪要编号")
    else:
        title = say("{period}没有召开会议")
    return Table(
        key="meetings",
        title=title.format(**texts),
        frame=frame,
        columns=(
            Column("meeting_title", say("会议名称")),
            Column("held_on", say("召开日期"), "date"),
            *_place_column(snapshot, org, language),
            figures.label_column(snapshot, "meeting_kind", language, "kind_label"),
            Column("invited_count", say("应到单位"), "integer", say("个")),
            Column("present_count", say("实到单位"), "integer", say("个")),
            Column("resolution_count", say("议定事项"), "integer", say("项")),
            Column("evidence", say("会议纪要编号")),
            Column("origin", say("出处"), aside=True),
            Column("topics", say("会议议题")),
        ),
        source=figures.record_source(snapshot, selection, "meetings", "meeting_attendance", "resolutions"),
        empty=say("所选范围内没有召开会议。"),
    )


def _attendance(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Block]:
    levels = load_levels(snapshot)
    if org.level == levels[-1].key:
        yield _own_attendance(snapshot, selection, scope)
        return
    yield meeting_charts.attendance(snapshot, selection, org, scope)
    yield _attendance_by_unit(snapshot, selection, org, scope)


def _attendance_by_unit(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Table:
    """Every unit that was asked, in the order of the register."""
    language = selection.language
    say = translator(language)
    frame = ledger.attendance(snapshot, selection, "unit", scope)
    never = int((frame["present_count"] == 0).sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "count": theme.number(len(frame)),
        "never": theme.number(never),
    }
    if never:
        title = say("{period}通知到会的 {count} 个单位中，{never} 个一次也没有出席")
    elif len(frame):
        title = say("{period}通知到会的 {count} 个单位都出席过")
    else:
        title = say("{period}没有出席记录")
    return Table(
        key="attendance_by_unit",
        title=title.format(**texts),
        frame=frame,
        columns=(
            Column("unit_label", say("成员单位")),
            *_place_column(snapshot, org, language),
            Column("invited_count", say("通知到会"), "integer", say("次")),
            Column("present_count", say("出席"), "integer", say("次")),
            Column("leave_count", say("请假"), "integer", say("次")),
            Column("absent_count", say("缺席"), "integer", say("次")),
            Column("present_share", say("到会率"), "percent", share_bar=True),
        ),
        source=figures.record_source(snapshot, selection, "meeting_attendance"),
        click=Click("org", "unit"),
        empty=say("所选范围内没有出席记录。"),
    )


def _own_attendance(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    language = selection.language
    say = translator(language)
    frame = ledger.own_attendance(snapshot, selection, scope)
    frame["origin"] = captions.origins(frame, language)
    states = frame["state"].value_counts()
    title = say("{period}接到 {count} 次会议通知：出席 {present} 次，请假 {leave} 次，缺席 {absent} 次")
    if frame.empty:
        title = say("{period}没有接到会议通知")
    return Table(
        key="own_attendance",
        title=title.format(
            period=captions.whose_and_when(snapshot, selection),
            count=theme.number(len(frame)),
            **{state: theme.number(int(states.get(state, 0))) for state in ("present", "leave", "absent")},
        ),
        frame=frame,
        columns=(
            Column("meeting_title", say("会议名称")),
            Column("met_on", say("会议日期"), "date"),
            figures.label_column(snapshot, "meeting_kind", language, "kind_label"),
            Column("state_label", say("出席情况")),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "meeting_attendance"),
        empty=say("所选范围内没有出席记录。"),
    )


def _resolutions(
    snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope
) -> Iterator[Block]:
    frame = ledger.action_items(snapshot, selection, None, scope)
    yield Columns(
        (
            (meeting_charts.flow(snapshot, selection, scope),),
            (meeting_charts.open_by_delay(snapshot, selection, frame, scope),),
        ),
        (1.4, 1.0),
    )
    yield _action_items(snapshot, selection, org, frame)


def _action_items(snapshot: Snapshot, selection: Selection, org: Organisation, frame: pd.DataFrame) -> Table:
    """What is to be done, carried forward until it is closed; then what the period closed."""
    language = selection.language
    say = translator(language)
    is_open = frame["state"].isin(("overdue", "open"))
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "day": theme.cell(counted_period(snapshot, selection).last_on, "date"),
        "open": theme.number(int(is_open.sum())),
        "overdue": theme.number(int((frame["state"] == "overdue").sum())),
        "carried": theme.number(int((is_open & frame["carried"]).sum())),
        "closed": theme.number(int((~is_open).sum())),
    }
    if frame.empty:
        title = say("{period}没有在办和办结的议定事项")
    elif is_open.any():
        title = say("截至 {day} 在办 {open} 项")
        title += say("，其中逾期 {overdue} 项") if (frame["state"] == "overdue").any() else say("，都未逾期")
        title += say("，由以前结转 {carried} 项") if (is_open & frame["carried"]).any() else ""
        title += say("；本期办结 {closed} 项")
    else:
        title = say("截至 {day} 没有在办的议定事项；本期办结 {closed} 项")
    shown = frame.head(_MOST).reset_index(drop=True)
    shown["state_label"] = [say(ITEM_STATES[state]) for state in shown["state"]]
    shown["origin"] = captions.origins(shown, language)
    return Table(
        key="action_items",
        title=title.format(**texts),
        frame=shown,
        columns=(
            Column("resolution", say("议定事项")),
            Column("owner_label", say("牵头单位")),
            *_place_column(snapshot, org, language),
            Column("state_label", say("进度")),
            Column("due_on", say("办结期限"), "date"),
            Column("overdue_days", say("逾期天数"), "integer", say("天")),
            Column("age_days", say("已历天数"), "integer", say("天")),
            Column("closed_on", say("办结日期"), "date"),
            Column("meeting_title", say("议定会议")),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "resolutions", note=_cut_off(say, len(frame))),
        empty=say("所选范围内没有议定事项。"),
    )


def _cut_off(say: Translator, total: int) -> str:
    if total <= _MOST:
        return ""
    return say("表中列出前 {shown} 项，共 {total} 项").format(
        shown=theme.number(_MOST), total=theme.number(total)
    )


def _place_column(snapshot: Snapshot, org: Organisation, language: str) -> list[Column]:
    """The community, where the selected organisation has several."""
    levels = load_levels(snapshot)
    above = org.level_no < levels[-2].number
    return [figures.label_column(snapshot, levels[-2].key, language)] if above else []
