"""The charts of the page on shared information: how far the notices came, and with whom."""

from __future__ import annotations

import pandas as pd

from dashboard import theme
from dashboard.catalogue import labels
from dashboard.database import Snapshot
from dashboard.ledgers import notices
from dashboard.locale import translator
from dashboard.report import Chart, Click, Column, State, Tone
from dashboard.scope import Scope
from dashboard.selection import Selection
from dashboard.views import captions, figures
from dashboard.views.page import counted_period

# What happened to a notice, step by step: the column of `stages`, and what it is called.
_STEPS = (
    ("due", "应当送达"),
    ("recipients", "已送达"),
    ("read", "已阅读"),
    ("tasks", "其中需要落实"),
    ("acted", "已落实"),
)
SOON, LATER, UNREAD, MISSED = "三日内阅读", "三日后阅读", "尚未阅读", "没有送达"
_TONES: dict[str, Tone] = {SOON: "good", LATER: "plain", UNREAD: "attention", MISSED: "warning"}
_FEWEST = 20  # deliveries of one kind of unit, before its share is worth a word


def funnel(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """A bar for each step from sending to acting, made of the kinds of notices."""
    language = selection.language
    say = translator(language)
    stages = notices.stages(snapshot, selection, "notice_kind", scope)
    frame = pd.DataFrame(
        [
            (say(name), kind, label, count)
            for step, name in _STEPS
            for kind, label, count in zip(
                stages["notice_kind"], stages["notice_kind_label"], stages[step], strict=True
            )
        ],
        columns=["step", "notice_kind", "notice_kind_label", "value"],
    ).astype({"value": "float64"})
    return Chart(
        key="funnel",
        kind="barh",
        title=_funnel_title(snapshot, selection, stages),
        frame=frame,
        x="value",
        y="step",
        series="notice_kind_label",
        order=tuple(labels(snapshot, "notice_kind", language).values()),
        columns=(
            Column("step", say("环节")),
            figures.label_column(snapshot, "notice_kind", language),
            Column("value", say("份次"), "integer"),
        ),
        source=figures.record_source(
            snapshot, selection, "notices", "member_units", note=say("一份通报应送一个单位计 1 份次")
        ),
        alt=say("条形图：信息通报从应当送达到送达、阅读、落实各有多少份次，按信息类别分段。"),
        click=Click("notice_kind", "notice_kind"),
        height=240,
        empty=say("这一时段没有发出信息通报。"),
    )


def _funnel_title(snapshot: Snapshot, selection: Selection, stages: pd.DataFrame) -> str:
    say = translator(selection.language)
    whole = {
        name: float(stages[name].sum()) for name in ("due", "recipients", "reached", "read", "tasks", "acted")
    }
    period = _when(snapshot, selection)
    if not whole["due"] and not whole["recipients"]:
        return say("{period}没有发出信息通报").format(period=period)
    texts = {
        "period": period,
        "due": theme.number(whole["due"] or whole["recipients"]),
        "read": _share(whole["read"], whole["recipients"]),
        "acted": _share(whole["acted"], whole["tasks"]),
    }
    if not whole["recipients"]:
        return say("{period}应送达的 {due} 份次信息通报，一份也没有送达").format(**texts)
    texts["reached"] = (
        _share(whole["reached"], whole["due"]) if whole["due"] else theme.number(1.0, "percent")
    )
    text = say("{period}应送达 {due} 份次信息通报：送达 {reached}，其中阅读 {read}").format(**texts)
    if whole["tasks"]:
        text += say("，需要落实的已落实 {acted}").format(**texts)
    return text


def by_whom(snapshot: Snapshot, selection: Selection, by: str, scope: Scope) -> Chart:
    """What became of the notices with each kind of unit ("unit_kind"), or with each unit ("unit")."""
    language = selection.language
    say = translator(language)
    stages = notices.stages(snapshot, selection, by, scope)
    counts = {
        SOON: stages["read_soon"],
        LATER: stages["read"] - stages["read_soon"],
        UNREAD: stages["recipients"] - stages["read"],
        MISSED: stages["due"] - stages["reached"],
    }
    frame = pd.concat(
        [
            pd.DataFrame(
                {by: stages[by], f"{by}_label": stages[f"{by}_label"], "state": say(state), "value": count}
            )
            for state, count in counts.items()
        ],
        ignore_index=True,
    ).astype({"value": "float64", "state": "str"})
    level = figures.level_title(snapshot, "unit", language)
    return Chart(
        key="by_whom",
        kind="barh",
        title=_whom_title(snapshot, selection, stages, by),
        frame=frame,
        x="value",
        y=f"{by}_label",
        series="state",
        order=tuple(say(state) for state in counts),
        states=tuple(State(state, say(state), "", tone) for state, tone in _TONES.items()),
        columns=(
            Column(f"{by}_label", level) if by == "unit" else figures.label_column(snapshot, by, language),
            Column("state", say("情况")),
            Column("value", say("份次"), "integer"),
        ),
        source=figures.record_source(snapshot, selection, "notices", "member_units"),
        alt=say("条形图：各接收单位的信息通报中，三日内阅读、三日后阅读、尚未阅读和没有送达的份次。"),
        click=Click("org" if by == "unit" else by, by),
        height=240,
        empty=say("这一时段没有发出信息通报。"),
    )


def _whom_title(snapshot: Snapshot, selection: Selection, stages: pd.DataFrame, by: str) -> str:
    say = translator(selection.language)
    delivered, soon = float(stages["recipients"].sum()), float(stages["read_soon"].sum())
    period = _when(snapshot, selection)
    if not delivered:
        return say("{period}没有送达的信息通报").format(period=period)
    text = say("{period}送达的信息通报，{soon} 在三日内阅读，{unread} 尚未阅读").format(
        period=period,
        soon=_share(soon, delivered),
        unread=_share(delivered - float(stages["read"].sum()), delivered),
    )
    many = stages[stages["recipients"] >= _FEWEST]
    if by != "unit_kind" or len(many) < 2:
        return text
    shares = many["read_soon"] / many["recipients"]
    lowest = many.loc[shares == shares.min(), "unit_kind_label"].tolist()
    if len(lowest) > 1:
        return text
    return text + say("，{kind}三日内阅读的比例最低，为 {share}").format(
        kind=lowest[0], share=theme.number(float(shares.min()), "percent")
    )


def _when(snapshot: Snapshot, selection: Selection) -> str:
    return captions.whose_and_when(snapshot, selection, counted_period(snapshot, selection))


def _share(part: float, whole: float) -> str:
    return theme.number(part / whole if whole else None, "percent")
