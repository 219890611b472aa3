"""The charts of the page on posts, service teams and jobs."""

from __future__ import annotations

import pandas as pd

from dashboard import theme
from dashboard.catalogue import labels
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.queries import indicator_named, measure
from dashboard.report import Chart, Click, Column, State
from dashboard.scope import Scope
from dashboard.selection import Selection
from dashboard.views import captions, figures

FILLED, VACANT = "在任", "空缺"
_MOST_MONTHS = 24  # a longer period is shown by quarter


def by_post(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame) -> Chart:
    """Each kind of post, filled and vacant. `frame`: `capacity.posts`."""
    language = selection.language
    say = translator(language)
    counts = frame.groupby(["kind", "is_filled"]).size()
    rows = [
        (kind, name, say(FILLED if is_filled else VACANT), float(counts.get((kind, is_filled), 0)))
        for kind, name in labels(snapshot, "post_kind", language).items()
        if (frame["kind"] == kind).any()
        for is_filled in (True, False)
    ]
    found = pd.DataFrame(rows, columns=["post_kind", "post_kind_label", "state", "value"])
    vacant = int((~frame["is_filled"].astype(bool)).sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "total": theme.number(len(frame)),
        "vacant": theme.number(vacant),
        "filled": theme.number(len(frame) - vacant),
    }
    if frame.empty:
        title = say("{period}期末没有登记班子职务")
    elif vacant:
        title = say("{period}期末 {total} 个班子职务，在任 {filled} 个，空缺 {vacant} 个")
    else:
        title = say("{period}期末 {total} 个班子职务全部有人任职")
    return Chart(
        key="by_post",
        kind="barh",
        title=title.format(**texts),
        frame=found,
        x="value",
        y="post_kind_label",
        series="state",
        order=(say(FILLED), say(VACANT)),
        states=(State("filled", say(FILLED), "", "good"), State("vacant", say(VACANT), "", "warning")),
        columns=(
            figures.label_column(snapshot, "post_kind", language),
            Column("state", say("状态")),
            Column("value", say("职务"), "integer", say("个")),
        ),
        source=figures.record_source(snapshot, selection, "committee_posts"),
        alt=say("条形图：各类班子职务的在任和空缺个数，合计 {total} 个，空缺 {vacant} 个。").format(**texts),
        click=Click("post_kind", "post_kind"),
        height=240,
        empty=say("所选范围内没有登记班子职务。"),
    )


def by_source(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """From which kinds of unit the posts are filled."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "filled_post_count")
    frame = measure(snapshot, what.key, selection, ("post_source",), scope)
    frame = frame[frame["value"] > 0].reset_index(drop=True)
    total = float(frame["value"].sum())
    own = float(frame.loc[frame["post_source"] == "community", "value"].sum())
    outside = frame[frame["post_source"] != "community"]
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "total": theme.number(total),
        "sent": theme.number(total - own),
        "share": theme.number((total - own) / total, "percent") if total else "",
        "kinds": theme.number(len(outside)),
    }
    if not total:
        title = say("{period}期末没有在任的班子职务")
    elif outside.empty:
        title = say("{period}在任的 {total} 个职务都由社区担任")
    else:
        title = say("在任的 {total} 个职务中，{sent} 个（{share}）由 {kinds} 类单位选派")
    return Chart(
        key="by_source",
        kind="barh",
        title=title.format(**texts),
        frame=frame,
        x="value",
        y="post_source_label",
        columns=figures.columns_of(snapshot, what, ("post_source",), language),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("条形图：在任的班子职务由哪些性质的单位选派，合计 {total} 个。").format(**texts),
        click=Click("post_source", "post_source"),
        height=240,
        empty=say("所选范围内没有在任的班子职务。"),
    )


def by_focus(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame) -> Chart:
    """How many teams have which focus. `frame`: `capacity.teams`."""
    language = selection.language
    say = translator(language)
    found = (
        frame.groupby(["item", "item_label"], sort=False)
        .agg(value=("name", "size"), load=("activity_count", "sum"))
        .reset_index()
        .astype({"value": "float64", "load": "float64"})
    )
    order = {item: number for number, item in enumerate(labels(snapshot, "item", language))}
    found = found.sort_values("item", key=lambda items: items.map(order), kind="stable")
    top = captions.leader(dict(zip(found["item_label"].tolist(), found["value"].tolist(), strict=True)))
    texts = {
        "total": theme.number(len(frame)),
        "kinds": theme.number(len(found)),
        "item": top[0] if top else "",
        "count": theme.number(top[1]) if top else "",
    }
    if frame.empty:
        title = say("期末没有党员服务队")
    elif top is None or len(found) == 1:
        title = say("{total} 支服务队有 {kinds} 个服务方向")
    else:
        title = say("{total} 支服务队有 {kinds} 个服务方向，{item}最多，{count} 支")
    return Chart(
        key="by_focus",
        kind="barh",
        title=title.format(**texts),
        frame=found.reset_index(drop=True),
        x="value",
        y="item_label",
        columns=(
            Column("item_label", say("服务方向")),
            Column("value", say("服务队"), "integer", say("支")),
            Column("load", say("本期活动"), "integer", say("场")),
        ),
        source=figures.record_source(snapshot, selection, "service_teams", "activities"),
        alt=say("条形图：{total} 支党员服务队按服务方向。").format(**texts),
        click=Click("item", "item"),
        height=240,
        empty=say("所选范围内没有党员服务队。"),
    )


def by_load(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame) -> Chart:
    """What each team carried in the period, in the register's order. `frame`: `capacity.teams`."""
    language = selection.language
    say = translator(language)
    found = frame[["name", "item_label", "community", "activity_count"]].assign(
        value=frame["activity_count"].astype(float)
    )
    total = float(found["value"].sum())
    idle = int((found["value"] == 0).sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "count": theme.number(len(found)),
        "total": theme.number(total),
        "idle": theme.number(idle),
    }
    if frame.empty:
        title = say("{period}期末没有党员服务队")
    elif idle and idle < len(found):
        title = say("{period}，{count} 支服务队的服务方向上共开展活动 {total} 场，{idle} 支没有活动")
    elif idle:
        title = say("{period}，{count} 支服务队的服务方向上都没有活动")
    else:
        title = say("{period}，{count} 支服务队的服务方向上共开展活动 {total} 场，每支都有活动")
    return Chart(
        key="by_load",
        kind="barh",
        title=title.format(**texts),
        frame=found,
        x="value",
        y="name",
        columns=(
            Column("name", say("服务队")),
            Column("item_label", say("服务方向")),
            Column("value", say("本期活动"), "integer", say("场")),
        ),
        source=figures.record_source(
            snapshot,
            selection,
            "service_teams",
            "activities",
            note=say("同一社区内与服务队服务方向相同的活动"),
        ),
        alt=say("条形图：{count} 支党员服务队各自服务方向上的本期活动场次，按名册顺序排列。").format(**texts),
        click=Click("org", "community"),
        height=240,
        empty=say("所选范围内没有党员服务队。"),
    )


def jobs_by_kind(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Jobs by the kind of the employer."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "job_count")
    frame = measure(snapshot, what.key, selection, ("unit_kind",), scope)
    frame = frame[frame["value"] > 0].reset_index(drop=True)
    total = float(frame["value"].sum())
    counts = dict(zip(frame["unit_kind_label"].tolist(), frame["value"].tolist(), strict=True))
    top = captions.leader(counts)
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "total": theme.number(total),
        "kind": top[0] if top else "",
        "share": theme.number(top[1] / total, "percent") if top else "",
    }
    if not total:
        title = say("{period}没有提供就业岗位")
    elif top is None or len(counts) == 1:
        title = say("{period}提供就业岗位 {total} 个")
    else:
        title = say("{period}提供就业岗位 {total} 个，{share} 来自{kind}")
    return Chart(
        key="jobs_by_kind",
        kind="barh",
        title=title.format(**texts),
        frame=frame,
        x="value",
        y="unit_kind_label",
        columns=figures.columns_of(snapshot, what, ("unit_kind",), language),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("条形图：就业岗位按用工单位的性质，合计 {total} 个。").format(**texts),
        height=240,
        empty=say("这一时段没有提供就业岗位。"),
    )


def jobs_by_month(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """Jobs over time: by month, for a long period by quarter."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "job_count")
    grain = "month" if selection.period.month_count <= _MOST_MONTHS else "quarter"
    frame = measure(snapshot, what.key, selection, (grain,), scope)
    frame = frame[frame["value"].notna()].reset_index(drop=True)
    total = float(frame["value"].sum())
    peak = figures.peak(frame, f"{grain}_label")
    if not total:
        title = say("这一时段没有提供就业岗位")
    elif peak is None or len(frame) == 1:
        title = say("提供就业岗位 {total} 个").format(total=theme.number(total))
    else:
        title = say("{when}最多，提供 {count} 个").format(when=peak[0], count=theme.number(peak[1]))
    return Chart(
        key="jobs_by_month",
        kind="bar",
        title=title,
        frame=frame if total else frame.iloc[0:0],
        x=f"{grain}_label",
        y="value",
        columns=figures.columns_of(snapshot, what, (grain,), language),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("柱形图：这一时段各月或各季度提供的就业岗位个数。"),
        click=Click("period", grain),
        height=240,
        empty=say("这一时段没有提供就业岗位。"),
    )
