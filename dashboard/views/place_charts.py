"""The charts beside the map: points by kind, by organisation, and what they reach."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard import records, theme
from dashboard.catalogue import Indicator, labels, load_levels
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.queries import indicator_named, measure
from dashboard.report import Chart, Click, Column
from dashboard.scope import Scope
from dashboard.selection import Selection
from dashboard.views import alongside, captions, figures, place_map
from dashboard.views.place_map import Shown


def by_kind(snapshot: Snapshot, selection: Selection, scope: Scope) -> Chart:
    """How many points of each kind are open; a click filters by the kind."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "service_point_count")
    frame = measure(snapshot, what.key, selection, ("point_kind",), scope)
    total = float(frame["value"].sum())
    counts = dict(zip(frame["point_kind_label"], frame["value"], strict=True))
    held = [label for label, count in counts.items() if count > 0]
    top = captions.leader(counts)
    period = captions.whose_and_when(snapshot, selection)
    if not held:
        title = say("{period}没有开放的联系点").format(period=period)
    elif len(held) == 1:
        title = say("{period}的 {count} 个联系点都是{kind}").format(
            period=period, count=theme.number(total), kind=held[0]
        )
    elif top is None:
        title = say("{period}的 {count} 个联系点分属 {kinds} 类").format(
            period=period, count=theme.number(total), kinds=len(held)
        )
    else:
        title = say("{period}的联系点中{kind}最多，{count} 个，占 {share}").format(
            period=period,
            kind=top[0],
            count=theme.number(top[1]),
            share=theme.number(top[1] / total, "percent"),
        )
    return Chart(
        key="by_kind",
        kind="barh",
        title=title,
        frame=frame if total else frame.iloc[0:0],
        x="value",
        y="point_kind_label",
        columns=figures.columns_of(snapshot, what, ("point_kind",), language),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("条形图：各类联系点的个数，共 {count} 类。").format(count=len(frame)),
        click=Click("point_kind", "point_kind"),
        height=220,
        empty=say("所选范围内没有开放的联系点。"),
    )


def by_organisation(snapshot: Snapshot, selection: Selection, level: str, scope: Scope) -> Chart:
    """The organisations of `level` alongside each other, each bar made of its kinds of points."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, "service_point_count")
    totals = alongside.per_organisation(snapshot, selection, what.key, level, scope)
    whole = alongside.chart(
        snapshot,
        selection,
        what,
        level,
        totals,
        source=figures.source(
            snapshot,
            selection,
            what.key,
            note=_without_unit(snapshot, selection, level, totals, scope),
            scope=scope,
        ),
        click=Click("org", "org"),
        key="by_organisation",
        empty=say("所选范围内没有开放的联系点。"),
    )
    if whole.frame.empty or not totals["value"].sum():
        return replace(whole, frame=whole.frame.iloc[0:0])
    parts = _by_kind(snapshot, selection, level, totals, what, scope)
    return replace(
        whole,
        frame=parts,
        series="kind",
        reference=None,  # would cross the legend; the title tells the median
        order=tuple(labels(snapshot, "point_kind", language).values()),
        columns=(
            whole.columns[0],
            figures.label_column(snapshot, "point_kind", language, "kind"),
            figures.value_column(what, language),
        ),
    )


def _by_kind(
    snapshot: Snapshot, selection: Selection, level: str, totals: pd.DataFrame, what: Indicator, scope: Scope
) -> pd.DataFrame:
    frame = measure(snapshot, what.key, selection, (level, "point_kind"), scope)
    names = dict(zip(totals["org"], totals["name"], strict=True))
    place = {code: number for number, code in enumerate(totals["org"])}
    found = pd.DataFrame(
        {
            "org": frame[level],
            "name": frame[level].map(names),
            "kind": frame["point_kind_label"],
            "value": frame["value"],
        }
    )
    return found.sort_values("org", key=lambda codes: codes.map(place), kind="stable").reset_index(drop=True)


def _without_unit(
    snapshot: Snapshot, selection: Selection, level: str, totals: pd.DataFrame, scope: Scope
) -> str:
    """How many points of a community no member unit answers for."""
    if level != load_levels(snapshot)[-1].key:
        return ""
    every = measure(snapshot, "service_point_count", selection, (), scope)["value"].sum()
    rest = float(every) - float(totals["value"].sum())
    if rest <= 0:
        return ""
    return translator(selection.language)("另有 {count} 个联系点没有写明责任单位，不在图中").format(
        count=theme.number(rest)
    )


def by_coverage(shown: Shown) -> Chart:
    """What share of each community's area is reached at the chosen distance; of a single one, at each."""
    if len(shown.own_areas) == 1:
        return _by_distance(shown)
    say, language = shown.say, shown.selection.language
    reach = shown.own_reach
    frame = pd.DataFrame(
        {
            "org": reach["org_code"],
            "name": alongside.names_of(shown.snapshot, reach["org_code"].tolist(), language),
            "value": reach["covered_share"].astype(float),
            "area_km2": reach["area_m2"] / 1e6,
        }
    )
    label = say("{metres} 米内覆盖").format(metres=shown.metres)
    return Chart(
        key="by_coverage",
        kind="barh",
        title=place_map.coverage_title(shown),
        frame=alongside.ordered(frame, shown.selection),
        x="value",
        y="name",
        columns=(
            figures.label_column(shown.snapshot, "community", language, "name"),
            Column("value", label, "percent"),
            Column("area_km2", say("示意范围面积"), "decimal", say("平方公里")),
        ),
        source=figures.record_source(
            shown.snapshot,
            shown.selection,
            "service_points",
            "reference",
            note=place_map.reach_note(language),
        ),
        alt=say("条形图：{count} 个{level}的示意范围中 {metres} 米内有联系点的面积占比。").format(
            level=shown.level, count=theme.number(len(frame)), metres=shown.metres
        ),
        click=Click("org", "org"),
        height=220,
        empty=say("没有可以计算的步行覆盖"),
    )


def _by_distance(shown: Shown) -> Chart:
    """What share of one community's area is reached at each distance; a click chooses the distance."""
    say = shown.say
    rows = []
    for metres in shown.distances:
        found = records.coverage(shown.snapshot, shown.selection, metres, shown.scope)
        rows += [
            {"walk": str(metres), "name": say("{metres} 米").format(metres=metres), "value": float(share)}
            for share in found["covered_share"].dropna()
        ]
    frame = pd.DataFrame(rows, columns=["walk", "name", "value"])
    chosen = say("{metres} 米").format(metres=shown.metres)
    return Chart(
        key="by_coverage",
        kind="barh",
        title=place_map.coverage_title(shown),
        frame=frame,
        x="value",
        y="name",
        columns=(Column("name", say("步行距离")), Column("value", say("覆盖"), "percent")),
        source=figures.record_source(
            shown.snapshot,
            shown.selection,
            "service_points",
            "reference",
            note=place_map.reach_note(shown.selection.language),
        ),
        alt=say("条形图：{count} 种步行距离各自覆盖的面积占比。").format(count=len(frame)),
        highlight=chosen if chosen in set(frame["name"]) else None,
        click=Click(place_map.WALK.key, "walk"),
        height=220,
        empty=say("没有可以计算的步行覆盖"),
    )
