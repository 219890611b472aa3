"""The charts of the activities page: by month, type, service item and organisation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from dashboard import theme
from dashboard.catalogue import UNSTATED, Indicator, labels, load_levels
from dashboard.database import Snapshot
from dashboard.locale import Translator, translator
from dashboard.queries import Comparison, indicator_named, measure
from dashboard.report import Chart, Click, Column, Source
from dashboard.scope import Scope
from dashboard.selection import Grain, Language, Period, Selection
from dashboard.views import alongside, captions, figures, focus
from dashboard.views.focus import Focus, mark
from dashboard.views.page import counted_period

_MOST_MONTHS = 36  # in one chart; a longer period is drawn by quarter
CLICK = Click(focus.PARAM, "mark")


@dataclass(frozen=True)
class Drawing:
    """What every chart of the page is drawn from."""

    snapshot: Snapshot
    selection: Selection
    scope: Scope
    focus: Focus

    @property
    def language(self) -> Language:
        return self.selection.language

    @property
    def say(self) -> Translator:
        return translator(self.selection.language)

    @property
    def what(self) -> Indicator:
        return indicator_named(self.snapshot, "activity_count")

    @property
    def period(self) -> Period:
        """The selected one, cut off after the last month with data."""
        return counted_period(self.snapshot, self.selection)

    @property
    def when(self) -> str:
        """The period, below the top with the organisation's name."""
        return captions.whose_and_when(self.snapshot, self.selection, self.period)

    @property
    def grain(self) -> Grain:
        return "month" if self.period.month_count <= _MOST_MONTHS else "quarter"

    @property
    def none(self) -> str:
        return self.say("所选范围内没有活动记录。")

    def source(self, note: str = "") -> Source:
        return figures.source(self.snapshot, self.selection, "activity_count", note=note, scope=self.scope)

    def counts(self, *by: str, period: Period | None = None) -> pd.DataFrame:
        """The activities held, split."""
        cut = replace(self.selection, period=period or self.period)
        return measure(self.snapshot, "activity_count", cut, by, self.scope)


def by_month(drawing: Drawing) -> Chart:
    """Stacked by type; the title tells of what the period consisted."""
    say, grain = drawing.say, drawing.grain
    frame = drawing.counts(grain, "type").rename(columns={grain: "time", f"{grain}_label": "time_label"})
    frame["mark"] = _marks(frame, "time", "type")
    total = float(frame["value"].sum())
    period = drawing.when
    types = {
        str(name): float(count)
        for name, count in frame.groupby("type_label", sort=False)["value"].sum().items()
    }
    held = [name for name, count in types.items() if count > 0]
    top = captions.leader(types)
    if not total:
        title = say("{period}没有活动记录").format(period=period)
    elif len(held) == 1:
        title = say("{period}的 {total} 场活动都是{type}").format(
            period=period, total=theme.number(total), type=held[0]
        )
    elif top is None:
        title = say("{period}的 {total} 场活动分属 {count} 类").format(
            period=period, total=theme.number(total), count=len(held)
        )
    else:
        title = say("{period}的 {total} 场活动中{type}最多，{count} 场，占 {share}").format(
            period=period,
            total=theme.number(total),
            type=top[0],
            count=theme.number(top[1]),
            share=theme.number(top[1] / total, "percent"),
        )
    return Chart(
        key="by_month",
        kind="bar",
        title=title,
        frame=frame if total else frame.iloc[0:0],
        x="time_label",
        y="value",
        series="type_label",
        order=tuple(labels(drawing.snapshot, "type", drawing.language).values()),
        columns=(
            figures.label_column(drawing.snapshot, grain, drawing.language, "time_label"),
            figures.label_column(drawing.snapshot, "type", drawing.language),
            figures.value_column(drawing.what, drawing.language),
        ),
        source=drawing.source(),
        alt=say("堆叠柱形图：{period}各时段的活动场次，按活动类型分层，合计 {total} 场。").format(
            period=period, total=theme.number(total)
        ),
        click=CLICK,
        height=300,
        empty=drawing.none,
    )


def by_type(drawing: Drawing, comparison: Comparison) -> Chart:
    """Each type beside the period that the viewer compares with, where that has data."""
    say = drawing.say
    yoy = drawing.selection.compare == "yoy"
    base = comparison.year_before_period if yoy else comparison.previous_period
    now, then = (period.label(drawing.language) for period in (drawing.period, base))
    frame = drawing.counts("type").assign(series=now)
    comparable = base.first_on >= drawing.snapshot.first_month
    if comparable:
        frame = _same_rows(drawing, {now: frame, then: drawing.counts("type", period=base)})
    frame["mark"] = [
        mark(type=value) if series == now else ""
        for value, series in zip(frame["type"], frame["series"], strict=True)
    ]
    drawn = bool((frame["value"] > 0).any())
    own = frame[frame["series"] == now].set_index("type_label")["value"]
    moved = own - frame[frame["series"] == then].set_index("type_label")["value"]
    return Chart(
        key="by_type",
        kind="barh",
        title=_type_title(drawing, own, moved if comparable else None, now, then),
        frame=frame if drawn else frame.iloc[0:0],
        x="value",
        y="type_label",
        series="series" if comparable else None,
        grouped=comparable,
        order=(now, then) if comparable else (),
        columns=(
            figures.label_column(drawing.snapshot, "type", drawing.language),
            Column("series", say("时段")),
            figures.value_column(drawing.what, drawing.language),
        ),
        source=drawing.source(
            "" if comparable else say("{period}没有完整的数据，不能比较。").format(period=then)
        ),
        alt=say("条形图：{period}各类活动的场次，共 {count} 类。").format(period=now, count=len(own)),
        click=CLICK,
        height=300,
        empty=drawing.none,
    )


def _same_rows(drawing: Drawing, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Both periods, by name, with the same types, in their declared order; what did not occur counts 0."""
    names = labels(drawing.snapshot, "type", drawing.language)
    order = {value: number for number, value in enumerate(names)}
    held = {value for frame in frames.values() for value in frame["type"]}
    found = sorted(held, key=lambda value: order.get(value, len(order)))
    parts = []
    for series, frame in frames.items():
        counts = dict(zip(frame["type"], frame["value"], strict=True))
        parts.append(
            pd.DataFrame(
                {
                    "type": found,
                    "type_label": [names.get(value, value) for value in found],
                    "value": [float(counts.get(value, 0.0)) for value in found],
                    "series": series,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _type_title(
    drawing: Drawing, own: pd.Series[float], moved: pd.Series[float] | None, now: str, then: str
) -> str:
    say = drawing.say
    if not own.sum() and (moved is None or not moved.any()):
        return say("{period}没有活动记录").format(period=drawing.when)
    if moved is None:
        top = captions.leader({str(name): float(count) for name, count in own.items()})
        if top is None:
            return say("{period}的活动按类型").format(period=drawing.when)
        return say("{period}的活动中{type}最多，{count} 场").format(
            period=drawing.when, type=top[0], count=theme.number(top[1])
        )
    parts = []
    if moved.max() > 0:
        text = say("{type}增加最多（{change} 场）")
        parts.append(text.format(type=moved.idxmax(), change=theme.signed_number(float(moved.max()))))
    if moved.min() < 0:
        text = say("{type}减少最多（{change} 场）")
        parts.append(text.format(type=moved.idxmin(), change=theme.signed_number(float(moved.min()))))
    if not parts:
        return say("{period}各类活动与{base}持平").format(period=drawing.when, base=then)
    comma = "，" if drawing.language == "zh" else ", "
    return say("{period}与{base}相比，{changes}").format(
        period=drawing.when, base=then, changes=comma.join(parts)
    )


def by_item(drawing: Drawing) -> Chart:
    """Each item of the service catalogue, coloured by its class."""
    say = drawing.say
    frame = drawing.counts("class", "item")
    frame = frame[frame["value"] > 0].reset_index(drop=True)
    frame["mark"] = _marks(frame, "class", "item")
    period = drawing.when
    total = float(frame["value"].sum())
    stated = frame[frame["item"] != UNSTATED]
    sums = stated.groupby("class_label", sort=False)["value"].sum()
    top = captions.leader({str(name): float(count) for name, count in sums.items()})
    items = theme.number(len(stated))
    if not total:
        title = say("{period}没有活动记录").format(period=period)
    elif stated.empty:
        title = say("{period}的活动都没有填写服务事项").format(period=period)
    elif top is None:
        title = say("{period}的活动涉及 {count} 个服务事项").format(period=period, count=items)
    else:
        title = say("{period}的活动涉及 {count} 个服务事项，{name}类最多，占 {share}").format(
            period=period, count=items, name=top[0], share=theme.number(top[1] / total, "percent")
        )
    return Chart(
        key="by_item",
        kind="barh",
        title=title,
        frame=frame,
        x="value",
        y="item_label",
        series="class_label",
        order=tuple(labels(drawing.snapshot, "class", drawing.language).values()),
        columns=(
            figures.label_column(drawing.snapshot, "item", drawing.language),
            figures.label_column(drawing.snapshot, "class", drawing.language),
            figures.value_column(drawing.what, drawing.language),
        ),
        source=drawing.source(),
        alt=say("条形图：{period}各服务事项的活动场次，按服务大类着色，共 {count} 项。").format(
            period=period, count=len(frame)
        ),
        click=CLICK,
        height=300,
        empty=drawing.none,
    )


def by_organisation(drawing: Drawing, level: str, missing: Collection[tuple[str, str]]) -> Chart:
    """The organisations of `level` alongside each other; `missing`: ledgers (community, quarter) that never came."""
    say = drawing.say
    cut = replace(drawing.selection, period=drawing.period)
    frame = alongside.per_organisation(drawing.snapshot, cut, "activity_count", level, drawing.scope)
    lacking = {code for code, _ in missing}
    frame["remark"] = [
        remark or (say("有活动台账未报") if code in lacking else "")
        for code, remark in zip(frame["org"], frame["remark"], strict=True)
    ]
    frame["mark"] = [mark(org=code) for code in frame["org"]]
    note = ""
    if level == load_levels(drawing.snapshot)[-1].key:  # an activity of the committee itself has no unit
        rest = float(drawing.counts()["value"].sum()) - float(frame["value"].sum())
        if rest > 0:
            note = say("另有 {count} 场由联合党委主办，不在图中").format(count=theme.number(rest))
    return alongside.chart(
        drawing.snapshot,
        cut,
        drawing.what,
        level,
        frame,
        source=drawing.source(note),
        click=CLICK,
        key="by_organisation",
        empty=drawing.none,
    )


def _marks(frame: pd.DataFrame, first: str, second: str) -> list[str]:
    """The click values of rows that stand for two things at once, e.g. a month and a type."""
    return [
        mark(**{first: one, second: other}) for one, other in zip(frame[first], frame[second], strict=True)
    ]
