"""One figure of each organisation alongside the others: in the register's order, ranked only when asked."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from dashboard import theme
from dashboard.catalogue import Indicator, load_levels
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import Organisation, organisations
from dashboard.queries import measure
from dashboard.report import Chart, Click, Column, Source
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Selection
from dashboard.views import captions, figures
from dashboard.views.controls import Choice

# League tables are discouraged: whoever wants one has to ask for it.
RANK = Choice("rank", "排列", (("off", "按名册"), ("on", "按数值")), "off")
_FEW = 3  # so many are named one by one; a median of them says nothing


def level_alongside(snapshot: Snapshot, org: Organisation) -> str | None:
    """What is set side by side below an organisation: communities, of a community its member units."""
    levels = [level.key for level in load_levels(snapshot)]
    if org.level == levels[-1]:
        return None
    return levels[-1] if org.level == levels[-2] else levels[-2]


def rank_in(*parts: str) -> Choice:
    """The choice of the order, for the parts of a page that set organisations side by side."""
    return replace(RANK, parts=parts)


def is_ranked(selection: Selection) -> bool:
    return selection.option(RANK.key, RANK.default) == "on"


def names_of(snapshot: Snapshot, codes: Sequence[str], language: Language) -> list[str]:
    """What the organisations are called; those of one name carry that of their parent, so that no two
    share a row of a chart."""
    everyone = organisations(snapshot)
    names = [everyone[code].label(language) for code in codes]
    uses = Counter(names)
    form = "{name}（{parent}）" if language == "zh" else "{name} ({parent})"
    return [
        name
        if uses[name] == 1
        else form.format(name=name, parent=everyone[everyone[code].parent].label(language))
        for code, name in zip(codes, names, strict=True)
    ]


def per_organisation(
    snapshot: Snapshot, selection: Selection, indicator: str, level: str, scope: Scope = WHOLE
) -> pd.DataFrame:
    """Columns: org, name, value, state, remark (why a value is absent); ordered as the viewer chose."""
    frame = measure(snapshot, indicator, selection, (level,), scope)
    found = pd.DataFrame(
        {
            "org": frame[level],
            "name": names_of(snapshot, frame[level].tolist(), selection.language),
            "value": frame["value"],
            "state": frame["state"],
            "remark": [
                figures.why_absent(snapshot, state, selection.language, scope) for state in frame["state"]
            ],
        }
    )
    return ordered(found, selection)


def ordered(frame: pd.DataFrame, selection: Selection, value: str = "value") -> pd.DataFrame:
    """The rows in the register's order as they are, or from the largest value down."""
    if not is_ranked(selection):
        return frame
    return frame.sort_values(value, ascending=False, kind="stable", na_position="last").reset_index(drop=True)


def chart(
    snapshot: Snapshot,
    selection: Selection,
    what: Indicator,
    level: str,
    frame: pd.DataFrame,
    *,
    source: Source,
    click: Click,
    key: str = "alongside",
    name: str = "",
    empty: str = "",
) -> Chart:
    """Lying bars, one an organisation. `frame` as `per_organisation` gives it, perhaps with more columns
    for the click; `name`: what the figure is called, by default the indicator's name."""
    language = selection.language
    say = translator(language)
    name = name or what.label(language)
    known = [float(value) for value in frame["value"].dropna()]
    title = figures.level_title(snapshot, level, language)
    median = statistics.median(known) if len(known) > _FEW else None
    how = say("从多到少排列") if is_ranked(selection) else say("按名册顺序排列")
    return Chart(
        key=key,
        kind="barh",
        title=heading(snapshot, selection, what, level, frame, name),
        frame=frame if known else frame.iloc[0:0],
        x="value",
        y="name",
        columns=(
            figures.label_column(snapshot, level, language, "name"),
            figures.value_column(what, language, label=name),
            Column("remark", say("说明")),
        ),
        source=source,
        alt=say("条形图：{count} 个{level}的{name}，{how}。").format(
            count=theme.number(len(frame)), level=title, name=name, how=how
        ),
        reference=None
        if median is None
        else (median, say("中位数 {value}").format(value=theme.number(median, what.format))),
        click=click,
        height=220,
        empty=empty or say("没有可画的数：{reason}。").format(reason=say("无数据")),
    )


def heading(
    snapshot: Snapshot, selection: Selection, what: Indicator, level: str, frame: pd.DataFrame, name: str
) -> str:
    """What the bars show, without naming the first or the last unless they are ranked."""
    language = selection.language
    say = translator(language)
    known = frame[frame["value"].notna()]
    values = [float(value) for value in known["value"]]
    labels: Mapping[str, str] = {
        "period": captions.whose_and_when(snapshot, selection),
        "level": figures.level_title(snapshot, level, language),
        "name": name,
        "count": theme.number(len(frame)),
    }
    if not values:
        return say("{period}各{level}{name}没有可以显示的数").format(**labels)
    if not any(values):
        return say("{period}各{level}{name}都是 0").format(**labels)
    if len(values) <= _FEW:
        comma = "、" if language == "zh" else ", "
        each = comma.join(
            f"{label} {figures.quantity(what, value, language)}"
            for label, value in zip(known["name"], values, strict=True)
        )
        return say("{period}{name}：{each}").format(**labels, each=each)
    median = figures.quantity(what, statistics.median(values), language)
    if is_ranked(selection):
        top = say("{name} {value}").format(
            name=known["name"].iloc[0], value=figures.quantity(what, values[0], language)
        )
        return say("{period}，{count} 个{level}的{name}，最多的是{top}，中位数 {median}").format(
            **labels, top=top, median=median
        )
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return say(
        "{period}，{count} 个{level}的{name}，中位数 {median}，中间一半在 {low} 至 {high} 之间"
    ).format(
        **labels, median=median, low=theme.number(low, what.format), high=theme.number(high, what.format)
    )
