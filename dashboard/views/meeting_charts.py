"""The charts of the page on joint meetings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import meetings as ledger
from dashboard.locale import Translator, translator
from dashboard.organisations import Organisation
from dashboard.queries import indicator_named, measure, organisation
from dashboard.report import Chart, Click, Column, State, Tone
from dashboard.scope import Scope
from dashboard.selection import Language, Period, Selection
from dashboard.views import alongside, captions, figures
from dashboard.views.page import counted_period

_MOST_YEARS = 3
_FEWEST_QUARTERS = 8
# state -> (name, sign, English sign, tone): the sign tells the state where the colour cannot.
_STATES: dict[str, tuple[str, str, str, Tone]] = {
    "in_time": ("按期召开", "开", "H", "good"),
    "late": ("逾期补开", "迟", "L", "attention"),
    "missed": ("应开未开", "缺", "M", "warning"),
    "excused": ("因故免开", "免", "E", "plain"),
    "unreported": ("台账未报", "？", "?", "empty"),
    "coming": ("尚未到期", "", "", "empty"),
}
_QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")
# Up to so many days overdue.
_DELAYS: tuple[tuple[int | None, str], ...] = (
    (0, "未到期"),
    (30, "逾期 30 天以内"),
    (90, "逾期 31–90 天"),
    (None, "逾期 90 天以上"),
)


def calendar(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Each community's annual meeting and four quarterly ones in the years that the period touches.

    A row for each community; of a single one, a row for each year.
    """
    language = selection.language
    say = translator(language)
    levels = load_levels(snapshot)
    org = organisation(snapshot, selection.org)
    by_year = org.level_no >= levels[-2].number
    years = _years(snapshot, selection)
    frame = ledger.due_meetings(snapshot, selection, years, scope)
    one_year = by_year or years.month_count == 12
    frame["column"] = [
        _column(kind, due_on, one_year, language)
        for kind, due_on in zip(frame["meeting_kind"], frame["due_on"], strict=True)
    ]
    frame["row"] = (
        [say("{year}年").format(year=due_on.year) for due_on in frame["due_on"]]
        if by_year
        else row_names(snapshot, frame["community"].tolist(), language)
    )
    frame["state_label"] = [say(_STATES[state][0]) for state in frame["state"]]
    frame["remark"] = frame["evidence"].fillna(frame["reason_label"]).fillna("")
    columns = ("community", "row", "column", "state", "state_label", "held_on", "due_on", "remark")
    return Chart(
        key="calendar",
        kind="calendar",
        title=_calendar_title(snapshot, selection, frame, years, by_year),
        frame=frame[list(columns)],
        x="column",
        y="row",
        value="state",
        states=states(say, language),
        columns=(
            Column("column", say("应开会议")),
            Column("row", say("年份"))
            if by_year
            else figures.label_column(snapshot, levels[-2].key, language, "row"),
            Column("state_label", say("召开情况")),
            Column("held_on", say("召开日期"), "date"),
            Column("due_on", say("最迟召开日"), "date"),
            Column("remark", say("纪要或免开原因")),
        ),
        source=replace(
            figures.record_source(
                snapshot,
                selection,
                "meetings",
                note=say("截至 {day}；年度会议三月底前、季度会议季末前召开").format(
                    day=theme.cell(counted_period(snapshot, selection).last_on, "date")
                ),
            ),
            period=years.label(language),
        ),
        alt=say("日历图：{rows} 行，每行一次年度会议和四次季度会议，{missed} 格应开未开。").format(
            rows=frame["row"].nunique(), missed=theme.number(int((frame["state"] == "missed").sum()))
        ),
        click=None if by_year else Click("org", "community"),
        height=220,
        empty=say("所选范围内没有应开的会议。"),
    )


def row_names(snapshot: Snapshot, codes: Sequence[str], language: Language) -> list[str]:
    """What the organisation of each tile is called; two of one name told apart."""
    once = list(dict.fromkeys(codes))
    names = dict(zip(once, alongside.names_of(snapshot, once, language), strict=True))
    return [names[code] for code in codes]


def states(say: Translator, language: str) -> tuple[State, ...]:
    """What a tile of the calendar can mean, in order."""
    return tuple(
        State(key, say(name), sign if language == "zh" else sign_en, tone)
        for key, (name, sign, sign_en, tone) in _STATES.items()
    )


def _years(snapshot: Snapshot, selection: Selection) -> Period:
    """The whole years that the period touches, the last few of them."""
    period = counted_period(snapshot, selection)
    last = period.last_on.year
    first = max(period.first_on.year, snapshot.first_month.year, last - _MOST_YEARS + 1)
    return Period.parse(f"{first}..{last}")


def _column(kind: str, due_on: pd.Timestamp, one_year: bool, language: Language) -> str:
    """The meeting's place in its year; short where several years stand side by side."""
    quarter = (due_on.month - 1) // 3
    if one_year and kind == "annual":
        return translator(language)("年度会议")
    if one_year:
        return _QUARTERS[quarter] if language == "zh" else f"Q{quarter + 1}"
    if kind == "annual":
        return f"{due_on:%y}年度" if language == "zh" else f"Annual {due_on:%y}"
    return captions.short_quarter(due_on, language)


def _calendar_title(
    snapshot: Snapshot, selection: Selection, frame: pd.DataFrame, years: Period, by_year: bool
) -> str:
    """How many were due and what became of them."""
    say = translator(selection.language)
    counts = frame["state"].value_counts()
    number = {state: int(counts.get(state, 0)) for state in _STATES}
    due = number["in_time"] + number["late"] + number["missed"]
    texts = {state: theme.number(count) for state, count in number.items()}
    whose = (
        captions.whose_and_when(snapshot, selection, years)
        if not by_year or organisation(snapshot, selection.org).level == load_levels(snapshot)[-2].key
        else years.label(selection.language)
    )
    if not due:
        return say("{period}还没有到期的会议").format(period=whose)
    if number["in_time"] == due:
        title = say("{period}到期的 {due} 次会议都按期召开")
    else:
        title = say("{period}到期的 {due} 次会议：按期 {in_time} 次")
        title += say("，补开 {late} 次") if number["late"] else ""
        title += say("，未开 {missed} 次") if number["missed"] else ""
    title = title.format(period=whose, due=theme.number(due), **texts)
    if number["excused"]:
        title += say("；另有 {excused} 次因故免开").format(**texts)
    if number["unreported"]:
        title += say("；{unreported} 次台账未报").format(**texts)
    return title


def attendance(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Chart:
    """Who came: by community, within one by unit."""
    what = indicator_named(snapshot, "meeting_attendance_share")
    levels = load_levels(snapshot)
    if org.level == levels[-2].key:
        return _attendance_of_units(snapshot, selection, scope)
    level = levels[-2].key
    frame = alongside.per_organisation(snapshot, selection, what.key, level, scope)
    return alongside.chart(
        snapshot,
        selection,
        what,
        level,
        frame,
        source=figures.source(snapshot, selection, what.key, scope=scope),
        click=Click("org", "org"),
        key="attendance",
    )


def _attendance_of_units(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """A bar for each unit: how often it came, asked for leave, or was absent."""
    language = selection.language
    say = translator(language)
    wide = ledger.attendance(snapshot, selection, "unit", scope)
    names = {"present_count": say("出席"), "leave_count": say("请假"), "absent_count": say("缺席")}
    long = wide.melt(
        id_vars=["unit", "unit_label"], value_vars=list(names), var_name="state", value_name="count"
    )
    long["state_label"] = [names[state] for state in long["state"]]
    asked, came = int(wide["invited_count"].sum()), int(wide["present_count"].sum())
    period = captions.whose_and_when(snapshot, selection)
    if not asked:
        title = say("{period}没有出席记录").format(period=period)
    else:
        title = say("{period}共通知 {count} 个单位到会 {asked} 次，到会率 {share}").format(
            period=period,
            count=theme.number(len(wide)),
            asked=theme.number(asked),
            share=theme.number(came / asked, "percent"),
        )
    return Chart(
        key="attendance",
        kind="barh",
        title=title,
        frame=long,
        x="count",
        y="unit_label",
        series="state_label",
        order=tuple(names.values()),
        columns=(
            Column("unit_label", say("成员单位")),
            Column("state_label", say("出席情况")),
            Column("count", say("次数"), "integer", say("次")),
        ),
        source=figures.record_source(snapshot, selection, "meeting_attendance"),
        alt=say("条形图：{count} 个单位的出席、请假和缺席次数。").format(count=theme.number(len(wide))),
        click=Click("org", "unit"),
        height=240,
        empty=say("所选范围内没有出席记录。"),
    )


def flow(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Resolved and closed in each quarter: of the period, and of two years at least."""
    language = selection.language
    say = translator(language)
    stretch = _quarters(snapshot, selection)
    cut = replace(selection, period=stretch)
    series = {"resolution_count": say("议定"), "resolution_closed_count": say("办结")}
    parts = [
        measure(snapshot, key, cut, ("quarter",), scope).assign(series=name) for key, name in series.items()
    ]
    frame = pd.concat(parts, ignore_index=True)[["quarter", "quarter_label", "value", "series"]]
    sums = {key: float(part["value"].sum()) for key, part in zip(series, parts, strict=True)}
    title = say("{period}议定 {opened} 项，办结 {closed} 项").format(
        period=captions.whose_and_when(snapshot, selection, stretch),
        opened=theme.number(sums["resolution_count"]),
        closed=theme.number(sums["resolution_closed_count"]),
    )
    return Chart(
        key="flow",
        kind="bar",
        title=title,
        frame=frame if any(sums.values()) else frame.iloc[0:0],
        x="quarter_label",
        y="value",
        series="series",
        grouped=True,
        order=tuple(series.values()),
        columns=(
            figures.label_column(snapshot, "quarter", language),
            Column("series", say("进度")),
            Column("value", say("议定事项"), "integer", say("项")),
        ),
        source=replace(
            figures.source(snapshot, selection, *series, scope=scope), period=stretch.label(language)
        ),
        alt=say("柱形图：各季度议定和办结的事项数。"),
        click=Click("period", "quarter"),
        height=280,
        empty=say("所选范围内没有议定事项。"),
    )


def open_by_delay(snapshot: Snapshot, selection: Selection, items: pd.DataFrame, scope: Scope) -> Chart:
    """What is open, by how long it is overdue. `items` as ledger.action_items gives them."""
    language = selection.language
    say = translator(language)
    still = items[items["state"].isin(("overdue", "open"))]
    days = still["overdue_days"].fillna(0).astype(int)
    counts, above = [], -1
    for most, name in _DELAYS:
        inside = (days > above) & (days <= most) if most is not None else days > above
        counts.append((say(name), int(inside.sum())))
        above = most if most is not None else above
    frame = pd.DataFrame(counts, columns=["delay", "count"])
    day = theme.cell(counted_period(snapshot, selection).last_on, "date")
    texts = {
        "day": day,
        "open": theme.number(len(still)),
        "overdue": theme.number(int((days > 0).sum())),
        "long": theme.number(int((days > 90).sum())),
    }
    if still.empty:
        title = say("{day} 没有在办的议定事项")
    elif (days > 90).any():
        title = say("{day} 在办 {open} 项，逾期 {overdue} 项，其中 {long} 项超过 90 天")
    elif (days > 0).any():
        title = say("{day} 在办 {open} 项，逾期 {overdue} 项")
    else:
        title = say("{day} 在办 {open} 项，都未到期")
    return Chart(
        key="open_by_delay",
        kind="barh",
        title=title.format(**texts),
        frame=frame if len(still) else frame.iloc[0:0],
        x="count",
        y="delay",
        columns=(
            Column("delay", say("逾期时间")),
            Column("count", say("在办议定事项"), "integer", say("项")),
        ),
        source=figures.record_source(snapshot, selection, "resolutions"),
        alt=say("条形图：在办的 {open} 项议定事项按逾期时间。").format(**texts),
        height=280,
        empty=say("没有在办的议定事项。"),
    )


def _quarters(snapshot: Snapshot, selection: Selection) -> Period:
    """The quarters of the period, and those before it that make it two years, as far as there is data."""
    period = counted_period(snapshot, selection)
    first = period.quarters()[-1]
    for _ in range(_FEWEST_QUARTERS - 1):
        first = first.previous()
    first_on = max(min(first.first_on, period.first_on), snapshot.first_month)
    return Period.of_days(first_on, period.last_on)
