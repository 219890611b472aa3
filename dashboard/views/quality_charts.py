"""The charts of the page on the quality of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import reports as ledger
from dashboard.locale import translator
from dashboard.queries import organisation
from dashboard.report import Chart, Click, Column, State, Tone
from dashboard.scope import Scope
from dashboard.selection import Period, Selection
from dashboard.views import captions, figures
from dashboard.views.meeting_charts import row_names
from dashboard.views.page import counted_period

_QUARTERS_BESIDE = 8
_QUARTERS_OF_TREND = 12
_Said = tuple[str, str, str, Tone]  # name, sign, English sign, tone
# The sign tells the state where the colour cannot.
_STATES: dict[str, _Said] = {
    "received": ("按时报送", "✓", "✓", "good"),
    "corrected": ("更正后采用", "正", "C", "plain"),
    "late": ("迟报", "迟", "L", "attention"),
    "faulty": ("有错误待改正", "错", "F", "attention"),
    "missing": ("未报", "缺", "M", "warning"),
    "excused": ("免报", "免", "E", "empty"),
}
_AGES: dict[str, _Said] = {
    "fresh": ("更新到期末", "✓", "✓", "good"),
    "quarter": ("落后约一个季度", "季", "Q", "plain"),
    "year": ("落后一年以内", "旧", "O", "attention"),
    "stale": ("落后一年以上", "久", "S", "warning"),
    "never": ("没有报送过", "无", "–", "empty"),
}


def stretch_of(snapshot: Snapshot, selection: Selection, quarters: int = _QUARTERS_BESIDE) -> Period:
    """The quarters of the period and as many before it as fit side by side, within the release's months."""
    period = counted_period(snapshot, selection)
    last = period.quarters()[-1]
    first = last
    for _ in range(quarters - 1):
        first = first.previous()
    begins = Period.of_days(snapshot.first_month, snapshot.first_month).quarters()[0].first_on
    return Period.of_days(max(begins, min(first.first_on, last.first_on)), last.last_on)


def state_texts(states: Sequence[str], language: str) -> list[str]:
    """Sign and word, as a tile's legend has them."""
    return _texts(_STATES, states, language)


def age_texts(ages: Sequence[str], language: str) -> list[str]:
    return _texts(_AGES, ages, language)


def _texts(said: Mapping[str, _Said], keys: Sequence[str], language: str) -> list[str]:
    say = translator(language)
    return [f"{said[key][1 if language == 'zh' else 2]} {say(said[key][0])}" for key in keys]


def _states(said: Mapping[str, _Said], language: str) -> tuple[State, ...]:
    say = translator(language)
    return tuple(
        State(key, say(name), sign if language == "zh" else sign_en, tone)
        for key, (name, sign, sign_en, tone) in said.items()
    )


def matrix(snapshot: Snapshot, selection: Selection, stretch: Period, due: pd.DataFrame) -> Chart:
    """Communities × quarters; of a single community its ledgers. Of several ledgers in a tile the gravest counts."""
    language = selection.language
    say = translator(language)
    levels = load_levels(snapshot)
    alone = organisation(snapshot, selection.org).level_no >= levels[-2].number
    rows = (
        due["dataset_label"].tolist() if alone else row_names(snapshot, due["community"].tolist(), language)
    )
    frame = due.assign(row=pd.Series(rows, index=due.index, dtype="str"))
    grave = {state: place for place, state in enumerate(ledger.STATES)}
    frame["place"] = frame["state"].map(grave)
    first = frame.sort_values("place", kind="stable").drop_duplicates(["row", "quarter"]).sort_index()
    frame = first.drop(columns="place").reset_index(drop=True)
    frame["column"] = [
        captions.short_quarter(Period.parse(key).first_on, language) for key in frame["quarter"]
    ]
    frame["state_label"] = [say(_STATES[state][0]) for state in frame["state"]]
    shown = [
        "community", "row", "column", "quarter", "state", "state_label", "dataset_label", "late_days",
        "row_count", "quarantined_count", "correction_count", "file_name",
    ]  # fmt: skip
    frame = frame[shown].fillna({"file_name": ""})
    return Chart(
        key="matrix",
        kind="calendar",
        title=_matrix_title(snapshot, selection, due, stretch),
        frame=frame,
        x="column",
        y="row",
        value="state",
        states=_states(_STATES, language),
        columns=(
            Column("column", say("季度")),
            Column("row", say("台账"))
            if alone
            else figures.label_column(snapshot, levels[-2].key, language, "row"),
            Column("state_label", say("报送情况")),
            *(() if alone else (Column("dataset_label", say("台账")),)),
            Column("late_days", say("迟报天数"), "integer", say("天")),
            Column("row_count", say("读取行数"), "integer", say("行")),
            Column("quarantined_count", say("退回行数"), "integer", say("行")),
            Column("correction_count", say("更正次数"), "integer", say("次")),
            Column("file_name", say("采用的文件")),
        ),
        source=replace(figures.record_source(snapshot, selection, "every"), period=stretch.label(language)),
        alt=say("日历图：{rows} 行、{columns} 个季度，{missing} 格未报。").format(
            rows=frame["row"].nunique(),
            columns=frame["column"].nunique(),
            missing=theme.number(int((frame["state"] == "missing").sum())),
        ),
        click=Click("period", "quarter") if alone else Click("org", "community"),
        height=200,
        empty=say("这一时段没有应报的台账。"),
    )


def _matrix_title(snapshot: Snapshot, selection: Selection, due: pd.DataFrame, stretch: Period) -> str:
    say = translator(selection.language)
    counts = due["state"].value_counts()
    whose = captions.whose_and_when(snapshot, selection, stretch)
    if due.empty:
        return say("{period}没有应报的台账").format(period=whose)
    number = {state: int(counts.get(state, 0)) for state in _STATES}
    late = int((due["told"] == "late").sum())
    expected = len(due) - number["excused"]
    title = say("{period}应报 {due} 份，{missing} 份未报，{late} 份迟报")
    if not number["missing"] and not late:
        title = say("{period}应报的 {due} 份都按时报送")
    title += say("，{faulty} 份有错误待改正") if number["faulty"] else ""
    title += say("；另有 {excused} 份免报") if number["excused"] else ""
    return title.format(
        period=whose,
        due=theme.number(expected),
        late=theme.number(late),
        **{state: theme.number(count) for state, count in number.items() if state != "late"},
    )


def age_matrix(snapshot: Snapshot, selection: Selection, ages: pd.DataFrame) -> Chart:
    """Kinds of ledgers × communities: how far each is behind the period's end."""
    language = selection.language
    say = translator(language)
    levels = load_levels(snapshot)
    frame = ages.assign(row=row_names(snapshot, ages["community"].tolist(), language))
    frame["column"] = frame["dataset_label"]
    frame["age_label"] = [say(_AGES[age][0]) for age in frame["age"]]
    behind = int(frame["age"].isin(("year", "stale")).sum())
    sent = int((frame["age"] != "never").sum())
    day = theme.cell(counted_period(snapshot, selection).last_on, "date")
    if not sent:
        title = say("截至 {day} 没有报送过台账")
    elif behind:
        title = say("截至 {day}，{sent} 份台账中 {behind} 份落后一个季度以上")
    else:
        title = say("截至 {day}，{sent} 份台账都更新到了最近一个季度")
    shown = ["community", "dataset", "row", "column", "age", "age_label", "known_on", "lag_days"]
    return Chart(
        key="ages",
        kind="calendar",
        title=title.format(day=day, sent=theme.number(sent), behind=theme.number(behind)),
        frame=frame[shown],
        x="column",
        y="row",
        value="age",
        states=_states(_AGES, language),
        columns=(
            Column("column", say("台账")),
            figures.label_column(snapshot, levels[-2].key, language, "row"),
            Column("age_label", say("更新情况")),
            Column("known_on", say("填报到"), "date"),
            Column("lag_days", say("滞后"), "integer", say("天")),
        ),
        source=figures.record_source(snapshot, selection, "every"),
        alt=say("日历图：{rows} 行、{columns} 种台账各更新到何时。").format(
            rows=frame["row"].nunique(), columns=frame["column"].nunique()
        ),
        click=Click("org", "community"),
        height=200,
        empty=say("这一时段没有报送过台账。"),
    )


def trend(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """What was found in what was sent, quarter by quarter."""
    language = selection.language
    say = translator(language)
    stretch = stretch_of(snapshot, selection, _QUARTERS_OF_TREND)
    wide = ledger.trend(snapshot, selection, stretch, scope)
    names = {"fault_count": say("必须更正"), "warning_count": say("请核对")}
    long = wide.melt(
        id_vars=["quarter", "row_count"], value_vars=list(names), var_name="kind", value_name="count"
    )
    long["kind"] = long["kind"].map(names)
    long["column"] = [Period.parse(key).label(language) for key in long["quarter"]]
    faults, warnings = int(wide["fault_count"].sum()), int(wide["warning_count"].sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection, stretch),
        "faults": theme.number(faults),
        "warnings": theme.number(warnings),
    }
    title = say("{period}报送时发现必须更正 {faults} 处、请核对 {warnings} 处")
    if not faults and not warnings:
        title = say("{period}报送时没有发现问题")
    return Chart(
        key="trend",
        kind="bar",
        title=title.format(**texts),
        frame=long if faults + warnings else long.iloc[0:0],
        x="column",
        y="count",
        series="kind",
        order=tuple(names.values()),
        states=(
            State("fault_count", names["fault_count"], "", "warning"),
            State("warning_count", names["warning_count"], "", "attention"),
        ),
        columns=(
            Column("column", say("季度")),
            Column("kind", say("处理")),
            Column("count", say("处数"), "integer", say("处")),
            Column("row_count", say("读取行数"), "integer", say("行")),
        ),
        source=replace(
            figures.record_source(snapshot, selection, "every", note=say("按报送时计，包括后来已更正的")),
            period=stretch.label(language),
        ),
        alt=say("柱形图：{period}各季度报送时发现的问题。").format(**texts),
        click=Click("period", "quarter"),
        height=260,
        empty=say("这一时段的台账没有发现问题。"),
    )
