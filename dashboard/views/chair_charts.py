"""The charts of the page on rotating chairs."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import chairs as ledger
from dashboard.locale import Translator, translator
from dashboard.queries import organisation
from dashboard.report import Chart, Click, Column, State, Tone
from dashboard.scope import Scope
from dashboard.selection import Period, Selection
from dashboard.views import captions, figures
from dashboard.views.meeting_charts import row_names
from dashboard.views.page import counted_period

_MONTHS_BESIDE = 12  # so many fit side by side
_MOST_YEARS = 3
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# state -> (name, sign, English sign, tone): the sign tells the state where the colour cannot.
_STATES: dict[str, tuple[str, str, str, Tone]] = {
    "themed": ("有主席，当月有主题活动", "有", "Y", "good"),
    "quiet": ("有主席，当月没有主题活动", "静", "Q", "attention"),
    "vacant": ("没有轮值主席", "缺", "V", "warning"),
    "unreported": ("台账未报", "？", "?", "empty"),
}
# Waits up to so many months.
_WAITS: tuple[tuple[int | None, str], ...] = (
    (3, "3 个月以内"),
    (6, "4–6 个月"),
    (12, "7–12 个月"),
    (None, "12 个月以上"),
)
_NEVER = "从未轮值"


def roster(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Every month of every community: with a chair or without. Of a single community, years below each other."""
    language = selection.language
    say = translator(language)
    levels = load_levels(snapshot)
    org = organisation(snapshot, selection.org)
    by_year = org.level_no >= levels[-2].number
    stretch = _stretch(snapshot, selection, by_year)
    frame = ledger.months(snapshot, selection, stretch, scope)
    parts = [Period.parse(month) for month in frame["month"]]
    if by_year:
        frame["column"] = [_month_name(part, language) for part in parts]
        frame["row"] = [say("{year}年").format(year=part.first_on.year) for part in parts]
    else:
        frame["column"] = [part.label(language) for part in parts]
        frame["row"] = row_names(snapshot, frame["community"].tolist(), language)
    frame["state_label"] = [say(_STATES[state][0]) for state in frame["state"]]
    frame["theme"] = frame["theme"].fillna("")
    frame["unit_label"] = frame["unit_label"].fillna("")
    columns = (
        "community",
        "row",
        "column",
        "month",
        "state",
        "state_label",
        "unit_label",
        "theme",
        "themed_count",
    )
    return Chart(
        key="roster",
        kind="calendar",
        title=_roster_title(snapshot, selection, frame, stretch),
        frame=frame[list(columns)],
        x="column",
        y="row",
        value="state",
        states=states(say, language),
        columns=(
            figures.label_column(snapshot, "month", language, "column"),
            Column("row", say("年份"))
            if by_year
            else figures.label_column(snapshot, levels[-2].key, language, "row"),
            Column("state_label", say("轮值情况")),
            Column("unit_label", say("轮值单位")),
            Column("theme", say("轮值主题")),
            Column("themed_count", say("主题活动"), "integer", say("场")),
        ),
        source=replace(
            figures.record_source(snapshot, selection, "chairs", "activities"), period=stretch.label(language)
        ),
        alt=say("日历图：{rows} 行、{columns} 列，{vacant} 格没有轮值主席。").format(
            rows=frame["row"].nunique(),
            columns=frame["column"].nunique(),
            vacant=theme.number(int((frame["state"] == "vacant").sum())),
        ),
        click=Click("period", "month") if by_year else Click("org", "community"),
        height=220,
        empty=say("所选范围内没有轮值记录。"),
    )


def states(say: Translator, language: str) -> tuple[State, ...]:
    """What a tile of the roster can mean, in order."""
    return tuple(
        State(key, say(name), sign if language == "zh" else sign_en, tone)
        for key, (name, sign, sign_en, tone) in _STATES.items()
    )


def _stretch(snapshot: Snapshot, selection: Selection, by_year: bool) -> Period:
    """The year that the period ends in, of a longer one its last months; of a single community, years."""
    period = counted_period(snapshot, selection)
    if by_year:
        last = period.last_on.year
        first = max(period.first_on.year, snapshot.first_month.year, last - _MOST_YEARS + 1)
        years = Period.parse(f"{first}..{last}")
        return Period.of_days(max(years.first_on, snapshot.first_month), period.last_on)
    months = Period.of_days(period.last_on.replace(month=1, day=1), period.last_on)
    months = months if months.month_count >= min(period.month_count, _MONTHS_BESIDE) else period
    shown = months.months()[-_MONTHS_BESIDE:]
    return Period.of_days(max(shown[0].first_on, snapshot.first_month), period.last_on)


def _month_name(part: Period, language: str) -> str:
    number = part.first_on.month
    return f"{number}月" if language == "zh" else _MONTHS_EN[number - 1]


def _roster_title(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame, stretch: Period) -> str:
    """How many months had a chair, and how many of these a themed activity."""
    say = translator(selection.language)
    counts = frame["state"].value_counts()
    number = {state: int(counts.get(state, 0)) for state in _STATES}
    known = number["themed"] + number["quiet"] + number["vacant"]
    is_unit = organisation(snapshot, selection.org).level == load_levels(snapshot)[-1].key
    whose = (
        stretch.label(selection.language)
        if is_unit
        else captions.whose_and_when(snapshot, selection, stretch)
    )
    if not known:
        return say("{period}没有轮值记录").format(period=whose)
    alone = frame["community"].nunique() == 1
    if number["vacant"] and alone:
        title = say("{period}的 {known} 个月中，{vacant} 个没有轮值主席")
    elif number["vacant"]:
        title = say("{period}的 {known} 个社区月中，{vacant} 个没有轮值主席")
    elif alone:
        title = say("{period}的 {known} 个月都有轮值主席")
    else:
        title = say("{period}的 {known} 个社区月都有轮值主席")
    if number["quiet"]:
        title += say("，{quiet} 个有主席而没有主题活动")
    if number["unreported"]:
        title += say("；{unreported} 个台账未报")
    texts = {state: theme.number(count) for state, count in number.items()}
    return title.format(period=whose, known=theme.number(known), **texts)


def waits(snapshot: Snapshot, selection: Selection, units: pd.DataFrame) -> Chart:
    """How many units have waited how long. `units` as ledger.waiting gives them."""
    language = selection.language
    say = translator(language)
    never = units["all_turns"] == 0
    months = units["waited_months"].where(~never)
    counts, above = [], -1
    for most, name in _WAITS:
        inside = (months > above) & (months <= most) if most is not None else months > above
        counts.append((say(name), int(inside.sum())))
        above = most if most is not None else above
    counts.append((say(_NEVER), int(never.sum())))
    frame = pd.DataFrame(counts, columns=["wait", "count"])
    texts = {
        "day": theme.cell(counted_period(snapshot, selection).last_on, "date"),
        "count": theme.number(len(units)),
        "half": theme.number(int((months <= 6).sum())),
        "long": theme.number(int((months > 12).sum())),
        "never": theme.number(int(never.sum())),
    }
    if units.empty:
        title = say("{day} 没有在期的成员单位")
    else:
        title = say("截至 {day}，{count} 个成员单位中 {half} 个半年内轮到过")
        title += say("，{long} 个已等待 12 个月以上") if (months > 12).any() else ""
        title += say("，{never} 个从未轮值") if never.any() else say("，没有从未轮值的")
    return Chart(
        key="waits",
        kind="barh",
        title=title.format(**texts),
        frame=frame if len(units) else frame.iloc[0:0],
        x="count",
        y="wait",
        columns=(Column("wait", say("距上一次轮值")), Column("count", say("成员单位"), "integer", say("个"))),
        source=figures.record_source(snapshot, selection, "chairs", "member_units"),
        alt=say("条形图：{count} 个成员单位距上一次轮值的时间。").format(**texts),
        height=240,
        empty=say("所选范围内没有在期的成员单位。"),
    )


def waits_by_unit(snapshot: Snapshot, selection: Selection, units: pd.DataFrame) -> Chart:
    """The turns of each unit of a community, in the register's order, beside an even share."""
    language = selection.language
    say = translator(language)
    frame = units.assign(value=units["all_turns"])
    day = theme.cell(counted_period(snapshot, selection).last_on, "date")
    turns = int(frame["value"].sum())
    if frame.empty or not turns:
        title = say("截至 {day} 没有轮值记录").format(day=day)
    else:
        title = say(
            "截至 {day}，{count} 个成员单位累计轮值 {turns} 次，最多 {most} 次，最少 {fewest} 次"
        ).format(
            day=day,
            count=theme.number(len(frame)),
            turns=theme.number(turns),
            most=theme.number(int(frame["value"].max())),
            fewest=theme.number(int(frame["value"].min())),
        )
    even = turns / len(frame) if len(frame) > 1 else None
    return Chart(
        key="waits",
        kind="barh",
        title=title,
        frame=frame if turns else frame.iloc[0:0],
        x="value",
        y="unit_label",
        columns=(
            Column("unit_label", say("成员单位")),
            Column("value", say("累计轮值"), "integer", say("次")),
            Column("waited_months", say("已等待"), "integer", say("个月")),
        ),
        source=figures.record_source(snapshot, selection, "chairs", "member_units"),
        alt=say("条形图：{count} 个成员单位的累计轮值次数。").format(count=theme.number(len(frame))),
        reference=None
        if even is None or not turns
        else (even, say("平均 {value} 次").format(value=theme.number(even, "decimal"))),
        click=Click("org", "unit"),
        height=220,
        empty=say("所选范围内没有轮值记录。"),
    )
