"""服务阵地: the liaison points on a map, what of each community they reach, and the same as tables."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard import records, theme
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import Organisation, organisations
from dashboard.positions import position_faults
from dashboard.queries import compare, indicator_named, organisation
from dashboard.report import Block, Click, Column, Columns, Note, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Selection
from dashboard.views import alongside, captions, figures, needs, place_charts, place_map
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import crumbs, has_months, no_months, page
from dashboard.views.place_map import EXTENT, MODE, WALK

KEY = "places"
TITLE = "服务阵地"
PART = Choice(
    "part", "查看", (("map", "地图"), ("charts", "图表"), ("tables", "表格"), ("all", "全部")), "map"
)
FILTERS: tuple[Control, ...] = (
    PART,
    MODE,
    EXTENT,
    WALK,
    DimensionFilter("point_kind"),
    alongside.rank_in("charts", "all"),
)

_UNIT_KPIS = ("service_point_count", "new_point_count", "located_point_share")
_SEVERAL = ("points_per_community",)  # says nothing of a single community
_KPIS = (
    "service_point_count",
    "new_point_count",
    "located_point_share",
    "points_per_community",
    "points_per_1000_members",
    "covered_area_share",
)


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, the map in the chosen mode, charts, then everything on the map as tables."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        comparison = compare(snapshot, "service_point_count", chosen, scope)
        if not has_months(snapshot, chosen.period):
            yield Note(no_months(snapshot, chosen), "empty")
            return
        known = {"service_point_count": comparison}
        is_above = alongside.level_alongside(snapshot, org) == "community"
        is_unit = alongside.level_alongside(snapshot, org) is None
        wanted = _UNIT_KPIS if is_unit else _KPIS
        keys = figures.countable(snapshot, [key for key in wanted if key not in _SEVERAL or is_above], org)
        yield figures.kpi_row(snapshot, chosen, keys, scope, known=known)
        yield needs.needs(snapshot, chosen, KEY, scope)
        if note := captions.unmoved(snapshot, chosen, keys):
            yield note
        shown = place_map.gather(snapshot, chosen, scope)
        part = chosen.option(PART.key, PART.default)
        if part not in ("charts", "tables"):
            yield place_map.block(shown) or Note(
                translator(chosen.language)("没有辖区轮廓，画不出地图；下面的表格列出全部联系点。"), "empty"
            )
            yield Note(place_map.remark(shown))
        if part in ("charts", "all"):
            yield from _charts(shown, snapshot, chosen, org, scope)
        # Whoever cannot use a map finds what it shows right below it.
        if part != "charts":
            yield _areas(shown) if not is_unit else _points(shown)
        if part in ("tables", "all"):
            if not is_unit:
                yield _points(shown)
            yield _unlocated(shown)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _charts(
    shown: place_map.Shown, snapshot: Snapshot, chosen: Selection, org: Organisation, scope: Scope
) -> Iterator[Block]:
    kinds = place_charts.by_kind(snapshot, chosen, scope)
    if place_map.mode_of(chosen) == "coverage":
        yield Columns(((place_charts.by_coverage(shown),), (kinds,)), (1.3, 1.0))
    elif level := alongside.level_alongside(snapshot, org):
        alongside_chart = place_charts.by_organisation(snapshot, chosen, level, scope)
        yield Columns(((alongside_chart,), (kinds,)), (1.3, 1.0))
    else:
        yield kinds


# ---------------------------------------------------------------- the map as tables


def _areas(shown: place_map.Shown) -> Table:
    """One row a community: its points, and what of it they reach at each distance."""
    snapshot, selection, language = shown.snapshot, shown.selection, shown.selection.language
    say = translator(language)
    points = shown.points
    counts = points.groupby("community").size()
    unlocated = points[~points["located"].astype(bool)].groupby("community").size()
    frame = shown.own_areas
    street = [organisations(snapshot)[code].parent for code in frame["org_code"]]
    table = pd.DataFrame(
        {
            "org": frame["org_code"],
            "name": frame["org_name"],
            "street": [organisations(snapshot)[code].label(language) for code in street],
            "point_count": [int(counts.get(code, 0)) for code in frame["org_code"]],
            "unlocated_count": [int(unlocated.get(code, 0)) for code in frame["org_code"]],
            "area_km2": frame["area_m2"] / 1e6,
        }
    )
    unit = indicator_named(snapshot, "service_point_count").unit_label(language)
    reach = []
    for metres in shown.distances:
        found = records.coverage(snapshot, selection, metres, shown.scope).set_index("org_code")
        table[f"reach_{metres}"] = table["org"].map(found["covered_share"]).astype(float)
        label = say("{metres} 米内覆盖").format(metres=metres)
        reach.append(Column(f"reach_{metres}", label, "percent", share_bar=True))
    return Table(
        key="areas",
        title=say("{count} 个{level}的联系点和步行覆盖").format(
            count=theme.number(len(table)), level=shown.level
        ),
        frame=table,
        columns=(
            figures.label_column(snapshot, "community", language, "name"),
            figures.label_column(snapshot, "street", language, "street"),
            Column("point_count", say("联系点"), "integer", unit),
            Column("unlocated_count", say("其中不能上图"), "integer", unit),
            Column("area_km2", say("示意范围面积"), "decimal", say("平方公里")),
            *reach,
        ),
        source=figures.record_source(
            snapshot, selection, "service_points", "reference", note=place_map.reach_note(language)
        ),
        click=Click("org", "org"),
        empty=say("没有可以列出的范围。"),
    )


def _points(shown: place_map.Shown) -> Table:
    language = shown.selection.language
    say = translator(language)
    frame = shown.points
    position = [
        f"{x:.5f}, {y:.5f}" if located else say("不能上图")
        for x, y, located in zip(frame["longitude"], frame["latitude"], frame["located"], strict=True)
    ]
    count = theme.number(len(frame))
    return Table(
        key="points",
        title=say("期末开放的 {count} 个联系点").format(count=count),
        frame=frame.assign(position=position),
        columns=(
            Column("name", say("联系点名称")),
            *_common_columns(shown, language),
            Column("opened_on", say("设立日期"), "date"),
            Column("position", say("经纬度（WGS-84）")),
        ),
        source=figures.record_source(shown.snapshot, shown.selection, "service_points"),
        empty=say("所选范围内没有开放的联系点。"),
    )


def _unlocated(shown: place_map.Shown) -> Table:
    """Those without a usable position: why, and where the clerk finds the row."""
    language = shown.selection.language
    say = translator(language)
    frame = shown.points[~shown.points["located"].astype(bool)].reset_index(drop=True)
    faults = position_faults(shown.snapshot)
    reasons, hints = [], []
    for file, sheet, row in zip(frame["file_name"], frame["sheet_name"], frame["row_no"], strict=True):
        fault = faults.get((file, sheet, int(row))) if pd.notna(row) else None
        reasons.append(say(fault.sentence) if fault else say("没有可用的坐标"))
        hints.append(say(fault.hint) if fault else "")
    return Table(
        key="unlocated",
        title=say("不能上图的 {count} 个联系点和原因").format(count=theme.number(len(frame)))
        if len(frame)
        else say("没有不能上图的联系点"),
        frame=frame.assign(reason=reasons, hint=hints, origin=captions.origins(frame, language)),
        columns=(
            Column("name", say("联系点名称")),
            Column("reason", say("原因")),
            Column("hint", say("怎样改正")),
            *_common_columns(shown, language),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(shown.snapshot, shown.selection, "service_points"),
        empty=say("开放的联系点全部可以上图。") if len(shown.points) else say("所选范围内没有开放的联系点。"),
    )


def _common_columns(shown: place_map.Shown, language: Language) -> tuple[Column, ...]:
    say = translator(language)
    return (
        figures.label_column(shown.snapshot, "point_kind", language, "kind_label"),
        figures.label_column(shown.snapshot, "community", language, "community_label"),
        Column("unit_label", say("责任单位")),
    )
