"""The charts of the page on duties: how those that fell due stand."""

from __future__ import annotations

import pandas as pd

from dashboard import theme
from dashboard.database import Snapshot
from dashboard.ledgers import duties
from dashboard.locale import translator
from dashboard.report import Chart, Click, Column, State, Tone
from dashboard.scope import Scope
from dashboard.selection import Selection
from dashboard.views import captions, figures
from dashboard.views.page import counted_period

STATES = {
    "proven": "按时完成并有佐证",
    "bare": "按时完成，缺佐证",
    "late": "逾期完成",
    "open": "尚未完成",
}
_TONES: dict[str, Tone] = {"proven": "good", "bare": "plain", "late": "attention", "open": "warning"}
_FEWEST = 20  # duties of one kind of unit, before its share is worth a word


def by_class(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """A bar for each class of duty."""
    return _chart(snapshot, selection, "duty_class", scope)


def by_whom(snapshot: Snapshot, selection: Selection, by: str, scope: Scope) -> Chart:
    """A bar for each kind of unit ("unit_kind"), or for each unit ("unit")."""
    return _chart(snapshot, selection, by, scope)


def _chart(snapshot: Snapshot, selection: Selection, by: str, scope: Scope) -> Chart:
    language = selection.language
    say = translator(language)
    counts = duties.states(snapshot, selection, by, scope)
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    by: counts[by],
                    f"{by}_label": counts[f"{by}_label"],
                    "state": say(name),
                    "value": counts[state],
                }
            )
            for state, name in STATES.items()
        ],
        ignore_index=True,
    ).astype({"value": "float64", "state": "str"})
    title = _class_title if by == "duty_class" else _whom_title
    heading = (
        Column("unit_label", figures.level_title(snapshot, "unit", language))
        if by == "unit"
        else figures.label_column(snapshot, by, language)
    )
    return Chart(
        key="by_class" if by == "duty_class" else "by_whom",
        kind="barh",
        title=title(snapshot, selection, counts, by),
        frame=frame,
        x="value",
        y=f"{by}_label",
        series="state",
        order=tuple(say(name) for name in STATES.values()),
        states=tuple(State(key, say(name), "", _TONES[key]) for key, name in STATES.items()),
        columns=(heading, Column("state", say("情况")), Column("value", say("职责"), "integer", say("项"))),
        source=figures.record_source(snapshot, selection, "duties"),
        alt=say("条形图：到期职责中按时完成并有佐证、按时完成而缺佐证、逾期完成和尚未完成的各有几项。"),
        click=Click("org" if by == "unit" else by, by),
        height=240,
        empty=say("这一时段没有到期的职责。"),
    )


def _class_title(snapshot: Snapshot, selection: Selection, counts: pd.DataFrame, by: str) -> str:
    """How many of them are done as they should be, and what is missing from the others."""
    del by
    say = translator(selection.language)
    due = float(counts["due"].sum())
    texts = {
        "period": _when(snapshot, selection),
        "due": theme.number(due),
        "share": theme.number(float(counts["proven"].sum()) / due if due else None, "percent"),
        "late": theme.number(float(counts["late"].sum())),
        "open": theme.number(float(counts["open"].sum())),
    }
    if not due:
        return say("{period}没有到期的职责").format(**texts)
    if counts["proven"].sum() == due:
        return say("{period}到期的 {due} 项职责都已按时完成并有佐证").format(**texts)
    text = say("{period}到期的 {due} 项职责，{share} 按时完成并有佐证")
    if counts["late"].sum():
        text += say("，{late} 项逾期完成")
    if counts["open"].sum():
        text += say("，{open} 项尚未完成")
    return text.format(**texts)


def _whom_title(snapshot: Snapshot, selection: Selection, counts: pd.DataFrame, by: str) -> str:
    """Which kind of unit has most to do; of single units only how many are behind."""
    say = translator(selection.language)
    period = _when(snapshot, selection)
    if not counts["due"].sum():
        return say("{period}没有到期的职责").format(period=period)
    if by == "unit":
        behind = int((counts["late"] + counts["open"] > 0).sum())
        if not behind:
            return say("{period}有到期职责的 {count} 个成员单位都按时完成了职责").format(
                period=period, count=theme.number(len(counts))
            )
        return say("{period}有到期职责的 {count} 个成员单位中，{behind} 个有逾期或尚未完成的职责").format(
            period=period, count=theme.number(len(counts)), behind=theme.number(behind)
        )
    many = counts[counts["due"] >= _FEWEST]
    shares = many["proven"] / many["due"]
    lowest = many.loc[shares == shares.min(), f"{by}_label"].tolist()
    if len(many) < 2 or len(lowest) > 1:
        return say("{period}到期职责按单位性质").format(period=period)
    return say("{period}的到期职责，{kind}按时完成并有佐证的比例最低，为 {share}").format(
        period=period, kind=lowest[0], share=theme.number(float(shares.min()), "percent")
    )


def _when(snapshot: Snapshot, selection: Selection) -> str:
    return captions.whose_and_when(snapshot, selection, counted_period(snapshot, selection))
