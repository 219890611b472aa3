"""The map of what needs attention: how many open items each community has."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import pandas as pd

from dashboard import attention, records, theme
from dashboard.attention import Item
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import shows_neighbours
from dashboard.queries import organisation
from dashboard.report import Click, Column, Link, Map, Source
from dashboard.scope import Scope
from dashboard.selection import Selection
from dashboard.views import figures
from dashboard.views.page import counted_period
from dashboard.views.place_map import EXTENT

_HEIGHT = 338
_MOST_LINES = 4  # of a tip
_NO_POINTS = ["longitude", "latitude", "kind", "kind_label", "name", "tip"]


def block(snapshot: Snapshot, selection: Selection, here: str, scope: Scope) -> Map | None:
    """The communities in and below the selection; a single one among its neighbours. None without an outline.

    `here`: the page that shows it.
    """
    outline = records.outline(snapshot)
    if not outline:
        return None
    org = organisation(snapshot, selection.org)
    single = org.codes.get("community")
    around = replace(selection, org=org.codes["street"]) if shows_neighbours(snapshot, org) else selection
    items = attention.still_open(snapshot, attention.found(snapshot, around, scope))
    areas = _areas(snapshot, around, items, scope)
    say = translator(selection.language)
    level = figures.level_title(snapshot, "community", selection.language)
    # Most communities of a district may stand in one corner of it.
    close = single is None and selection.option(EXTENT.key, EXTENT.default) == "dense"
    more = None
    if org.level_no == 1:
        text = say("显示全部") if close else say("放大密集处")
        more = Link(text, here, {EXTENT.key: None if close else "dense"})
    value = Column("value", say("未结事项"), "integer", say("项"))
    return Map(
        key="map",
        title=_title(selection, areas, items, level, single),
        areas=areas,
        points=pd.DataFrame(columns=_NO_POINTS),
        outline=outline,
        columns=(Column("org_name", level), value),
        source=Source(
            say("督办规则"),
            counted_period(snapshot, selection).label(selection.language),
            snapshot.release_id,
        ),
        alt=say("地图：{count} 个{level}的示意范围，颜色越深，未结的督办事项越多。").format(
            count=theme.number(len(areas)), level=level
        ),
        value=value,
        click=Click("org", "org_code"),
        focus=single,
        close_up=close,
        more=more,
        review_number=snapshot.settings.get("review_number", ""),
        height=_HEIGHT,
    )


def _title(
    selection: Selection, areas: pd.DataFrame, items: tuple[Item, ...], level: str, single: str | None
) -> str:
    say = translator(selection.language)
    counts = areas["value"]
    if single is not None:
        here = areas[areas["org_code"] == single]
        name = str(here["org_name"].iloc[0]) if len(here) else level
        return say("{name}有 {count} 项未结的督办事项").format(
            name=name, count=theme.number(float(here["value"].sum()))
        )
    some = "{total} 个{level}中 {count} 个有未结的督办事项，合计 {items} 项"
    every = "{total} 个{level}都有未结的督办事项，合计 {items} 项"
    count = int((counts > 0).sum())
    text = say(every if 0 < count == len(areas) else some).format(
        total=theme.number(len(areas)),
        level=level,
        count=theme.number(count),
        items=theme.number(float(counts.sum())),
    )
    if general := sum(not item.community for item in items):  # the list beside the map has these, too
        text += say("，另有 {count} 项不分{level}").format(count=theme.number(general), level=level)
    return text


def _areas(snapshot: Snapshot, selection: Selection, items: tuple[Item, ...], scope: Scope) -> pd.DataFrame:
    """The areas, each with its number of open items, and in the tip how many of which rule."""
    language = selection.language
    say = translator(language)
    by_rule: dict[str, Counter[str]] = defaultdict(Counter)
    for item in items:
        by_rule[item.community][item.rule.label(language)] += 1
    frame = records.org_areas(snapshot, selection, scope)
    tips = []
    for code, name in zip(frame["org_code"], frame["org_name"], strict=True):
        found = by_rule[code]
        lines = [str(name), say("未结 {count} 项").format(count=theme.number(found.total()))]
        lines += [f"{label} {theme.number(count)}" for label, count in found.most_common(_MOST_LINES)]
        tips.append("\n".join(lines))
    return pd.DataFrame(
        {
            "org_code": frame["org_code"],
            "org_name": frame["org_name"],
            "geometry": frame["geometry"],
            "value": pd.Series(
                [float(by_rule[code].total()) for code in frame["org_code"]],
                index=frame.index,
                dtype="float64",
            ),
            "tip": tips,
        }
    )
