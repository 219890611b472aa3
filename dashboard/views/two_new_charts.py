"""The charts of the page on two-new organisations."""

from __future__ import annotations

import pandas as pd

from dashboard import theme
from dashboard.catalogue import labels
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.queries import indicator_named, measure, organisation
from dashboard.report import Chart, Click, Column, State
from dashboard.scope import SUPPRESSED, Scope
from dashboard.selection import Selection
from dashboard.views import captions, figures

_FIELD = "two_new_field"
ACTIVE, DORMANT = "正常", "停止活动"


def by_field(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame) -> Chart:
    """A bar for each field, dormant organisations apart. `frame`: `capacity.two_new`."""
    language = selection.language
    say = translator(language)
    names = labels(snapshot, _FIELD, language)
    counts = frame.groupby(["field", "is_dormant"]).size()
    rows = [
        (field, name, say(DORMANT if asleep else ACTIVE), float(counts.get((field, asleep), 0)))
        for field, name in names.items()
        for asleep in (False, True)
        if (frame["field"] == field).any()
    ]
    found = pd.DataFrame(rows, columns=[_FIELD, f"{_FIELD}_label", "state", "value"])
    top = captions.leader({str(name): count for name, count in frame["field_label"].value_counts().items()})
    dormant = int(frame["is_dormant"].sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "total": theme.number(len(frame)),
        "fields": theme.number(found[_FIELD].nunique()),
        "dormant": theme.number(dormant),
        "field": top[0] if top else "",
        "count": theme.number(top[1]) if top else "",
    }
    if frame.empty:
        title = say("{period}期末没有两新党组织")
    elif top is None or found[_FIELD].nunique() == 1:
        title = say("{period}期末 {total} 个两新党组织分属 {fields} 个领域")
    else:
        title = say("{period}期末 {total} 个两新党组织中，{field}最多，{count} 个")
    if dormant:
        title += say("；{dormant} 个已停止活动")
    return Chart(
        key="by_field",
        kind="barh",
        title=title.format(**texts),
        frame=found,
        x="value",
        y=f"{_FIELD}_label",
        series="state",
        order=(say(ACTIVE), say(DORMANT)),
        states=(State("active", say(ACTIVE), "", "good"), State("dormant", say(DORMANT), "", "attention")),
        columns=(
            figures.label_column(snapshot, _FIELD, language),
            Column("state", say("状态")),
            Column("value", say("两新党组织"), "integer", say("个")),
        ),
        source=figures.record_source(snapshot, selection, "two_new_organisations"),
        alt=say("条形图：两新党组织按领域，合计 {total} 个，停止活动的 {dormant} 个单独标出。").format(
            **texts
        ),
        click=Click(_FIELD, _FIELD),
        height=260,
        empty=say("所选范围内没有两新党组织。"),
    )


def by_year(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame) -> Chart:
    """In which year the organisations that stand today were founded. `frame`: `capacity.two_new`."""
    language = selection.language
    say = translator(language)
    years = frame["founded_year"]
    span = range(int(years.min()), int(years.max()) + 1) if len(frame) else range(0)
    counts = years.value_counts()
    found = pd.DataFrame(
        [(str(year), float(counts.get(year, 0))) for year in span], columns=["year", "value"]
    ).astype({"value": "float64"})
    since = snapshot.first_month.year
    recent = int((years >= since).sum())
    texts = {
        "total": theme.number(len(frame)),
        "recent": theme.number(recent),
        "share": theme.number(recent / len(frame), "percent") if len(frame) else "",
        "since": str(since),
    }
    if frame.empty:
        title = say("期末没有两新党组织")
    elif recent:
        title = say("现有 {total} 个中，{recent} 个（{share}）是 {since} 年以来组建的")
    else:
        title = say("现有 {total} 个都是 {since} 年以前组建的")
    return Chart(
        key="by_year",
        kind="bar",
        title=title.format(**texts),
        frame=found,
        x="year",
        y="value",
        columns=(Column("year", say("组建年份")), Column("value", say("两新党组织"), "integer", say("个"))),
        source=figures.record_source(
            snapshot, selection, "two_new_organisations", note=say("只含期末仍在的，已撤销的不计")
        ),
        alt=say("柱形图：期末仍在的 {total} 个两新党组织分别在哪一年组建。").format(**texts),
        height=260,
        empty=say("所选范围内没有两新党组织。"),
    )


def developed(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Members developed by field; small numbers hidden."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "two_new_member_count")
    frame = measure(snapshot, what.key, selection, (_FIELD,), scope)
    whole = measure(snapshot, what.key, selection, (), scope)["value"].iloc[0]
    frame["remark"] = [figures.why_absent(snapshot, state, language, scope) for state in frame["state"]]
    hidden = int((frame["state"] == SUPPRESSED).sum())
    known = frame["value"].notna().any()
    org = organisation(snapshot, selection.org).label(language)
    if pd.isna(whole):
        title = say("{org}两新组织发展党员的人数过少，不显示").format(org=org)
    elif not whole:
        title = say("{org}两新组织还没有发展党员").format(org=org)
    else:
        title = say("{org}两新组织累计发展党员 {count} 名").format(org=org, count=theme.number(whole))
        if hidden:
            title += say("，{count} 个领域人数过少不显示").format(count=theme.number(hidden))
    return Chart(
        key="developed",
        kind="barh",
        title=title,
        frame=frame if known else frame.iloc[0:0],
        x="value",
        y=f"{_FIELD}_label",
        columns=(
            figures.label_column(snapshot, _FIELD, language),
            figures.value_column(what, language),
            Column("remark", say("说明")),
        ),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("条形图：两新组织累计发展党员按领域，{hidden} 个领域不显示。").format(
            hidden=theme.number(hidden)
        ),
        click=Click(_FIELD, _FIELD),
        height=240,
        empty=say("人数过少，不显示。") if hidden else say("所选范围内没有两新党组织。"),
    )
