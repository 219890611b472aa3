"""The map of the service points: as points, as density, and as what they reach on foot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from dashboard import records, theme
from dashboard.catalogue import labels
from dashboard.database import Snapshot
from dashboard.locale import Translator, translator
from dashboard.organisations import Organisation, shows_neighbours
from dashboard.queries import organisation
from dashboard.report import Click, Column, Map
from dashboard.scope import Scope
from dashboard.selection import Language, Selection
from dashboard.views import figures
from dashboard.views.controls import Choice

_DRAWN = ("map", "charts", "all")  # the parts of the page that follow the map's mode
MODE = Choice(
    "mode", "地图", (("points", "点位"), ("density", "密度"), ("coverage", "覆盖")), "points", _DRAWN
)
# Most communities of a district may stand in one corner of it.
EXTENT = Choice("extent", "视野", (("all", "全部"), ("dense", "密集处")), "all", ("map", "all"))
WALK = Choice("walk", "步行距离", (("300", "300 米"), ("500", "500 米"), ("1000", "1000 米")), "500", _DRAWN)
_POINT_COLUMNS = ["longitude", "latitude", "kind", "kind_label", "name", "community_label", "unit_label"]


@dataclass(frozen=True, eq=False)
class Shown:
    """What the map, the charts and the tables of the page are made from."""

    snapshot: Snapshot
    selection: Selection
    scope: Scope
    org: Organisation
    points: pd.DataFrame  # records.service_points
    areas: pd.DataFrame  # of the selection, or of the street around a single community
    own_areas: pd.DataFrame  # of the selection alone
    reach: pd.DataFrame  # records.coverage of `areas` at the chosen distance
    metres: int  # the chosen distance; 0 when no coverage was worked out
    distances: tuple[int, ...]

    @property
    def say(self) -> Translator:
        return translator(self.selection.language)

    @property
    def level(self) -> str:
        """What the areas' level is called."""
        return figures.level_title(self.snapshot, "community", self.selection.language)

    @property
    def located(self) -> pd.DataFrame:
        return self.points[self.points["located"].astype(bool)]

    @property
    def own_reach(self) -> pd.DataFrame:
        """The coverage of the selection alone."""
        return self.reach[self.reach["org_code"].isin(self.own_areas["org_code"])].reset_index(drop=True)


def mode_of(selection: Selection) -> Literal["points", "density", "coverage"]:
    chosen = selection.option(MODE.key, MODE.default)
    return "density" if chosen == "density" else "coverage" if chosen == "coverage" else "points"


def gather(snapshot: Snapshot, selection: Selection, scope: Scope) -> Shown:
    org = organisation(snapshot, selection.org)
    around = _around(snapshot, org, selection)
    distances = records.walking_distances(snapshot)
    metres = _distance(selection, distances)
    own = records.org_areas(snapshot, selection, scope)
    return Shown(
        snapshot=snapshot,
        selection=selection,
        scope=scope,
        org=org,
        points=records.service_points(snapshot, selection, scope),
        areas=records.org_areas(snapshot, around, scope) if around is not selection else own,
        own_areas=own,
        reach=records.coverage(snapshot, around, metres, scope),
        metres=metres,
        distances=distances,
    )


def _around(snapshot: Snapshot, org: Organisation, selection: Selection) -> Selection:
    """A single community is shown among its neighbours of the same street, as far as the viewer may see it."""
    return replace(selection, org=org.codes["street"]) if shows_neighbours(snapshot, org) else selection


def _distance(selection: Selection, distances: tuple[int, ...]) -> int:
    """The chosen distance, or the nearest one that was worked out."""
    chosen = selection.option(WALK.key, WALK.default)
    wanted = int(chosen) if chosen.isascii() and chosen.isdigit() else int(WALK.default)
    return min(distances, key=lambda metres: abs(metres - wanted), default=0)


# ---------------------------------------------------------------- the block


def block(shown: Shown) -> Map | None:
    """None without an outline to draw in."""
    outline = records.outline(shown.snapshot)
    if not outline:
        return None
    mode = mode_of(shown.selection)
    if mode == "density" and shown.located.empty:
        mode = "points"
    language = shown.selection.language
    say = shown.say
    covers = mode == "coverage"
    return Map(
        key="map",
        title=title(shown),
        areas=_areas(shown, covers),
        points=_points(shown),
        outline=outline,
        columns=(
            Column("name", say("联系点名称")),
            figures.label_column(shown.snapshot, "point_kind", language, "kind_label"),
            figures.label_column(shown.snapshot, "community", language, "community_label"),
            Column("unit_label", say("责任单位")),
            Column("longitude", say("经度（WGS-84）"), "decimal"),
            Column("latitude", say("纬度（WGS-84）"), "decimal"),
        ),
        source=figures.record_source(
            shown.snapshot,
            shown.selection,
            "service_points",
            "reference",
            note=reach_note(language) if covers else "",
        ),
        alt=_alt(shown, mode),
        mode=mode,
        gaps=_gaps(shown) if covers else None,
        value=Column("value", say("{metres} 米内覆盖").format(metres=shown.metres), "percent")
        if covers
        else None,
        click=Click("org", "org_code"),
        focus=shown.org.codes.get("community"),
        close_up=shown.selection.option(EXTENT.key, EXTENT.default) == "dense",
        review_number=shown.snapshot.settings.get("review_number", ""),
    )


def title(shown: Shown) -> str:
    """What the chosen mode shows of the selection."""
    say = shown.say
    count, located = len(shown.points), len(shown.located)
    texts = {
        "org": shown.org.label(shown.selection.language),
        "count": theme.number(count),
        "located": theme.number(located),
        "communities": theme.number(len(shown.own_areas)),
        "metres": shown.metres,
    }
    mode = mode_of(shown.selection)
    if mode == "coverage":
        return coverage_title(shown)
    if not count:
        return say("{org}在所选时段没有开放的联系点").format(**texts)
    area = float(shown.own_areas["area_m2"].sum()) / 1e6
    if mode == "density" and area > 0 and shown.org.level != "unit":  # a unit has no area of its own
        texts["density"] = theme.number(located / area, "decimal")
        return say("{org}平均每平方公里 {density} 个联系点，颜色越深越密集").format(**texts)
    if located == count:
        return say("{org}的 {count} 个联系点全部在图上").format(**texts)
    return say("{org}的 {count} 个联系点中 {located} 个在图上，其余没有可用的坐标").format(**texts)


def coverage_title(shown: Shown) -> str:
    """The share of the area that is reached: the ratio of the sums."""
    say, reach = shown.say, shown.own_reach
    area = float(reach["area_m2"].sum())
    if not area:
        return say("没有可以计算的步行覆盖")
    share = theme.number(float(reach["covered_m2"].sum()) / area, "percent")
    low = int((reach["covered_share"] < 0.5).sum())
    texts = {
        "org": shown.org.label(shown.selection.language),
        "metres": shown.metres,
        "share": share,
        "level": shown.level,
        "low": theme.number(low),
        "high": theme.number(len(reach) - low),
    }
    if len(reach) == 1:
        text = say("{org} {share} 的面积在联系点 {metres} 米之内")
    elif low:
        text = say(
            "{org} {high} 个{level}有一半以上的面积在联系点 {metres} 米之内，{low} 个不到一半；按面积合计为 {share}"
        )
    else:
        text = say("{org}每个{level}都有一半以上的面积在联系点 {metres} 米之内；按面积合计为 {share}")
    return text.format(**texts)


def remark(shown: Shown) -> str:
    """What the areas are, and what they are not."""
    say = shown.say
    parts = []
    approximate = shown.areas["is_approximate"].astype(bool)
    if approximate.any():
        parts.append(say("{level}范围是按中心点划分的示意范围，只供参考。").format(level=shown.level))
        if shown.snapshot.is_demo:
            parts.append(say("演示数据的{level}中心点为手工摆放，不是实际位置。").format(level=shown.level))
    parts.append(say("点选一个{level}，整页就只看这个{level}。").format(level=shown.level))
    if mode_of(shown.selection) == "coverage":
        parts.append(say("步行范围按直线距离计算，邻近{level}的联系点也算在内。").format(level=shown.level))
        if shown.selection.filters:
            parts.append(say("覆盖按全部联系点计算，不随筛选变化。"))
    return "".join(parts) if shown.selection.language == "zh" else " ".join(parts)


def reach_note(language: Language) -> str:
    return translator(language)("覆盖按最新的联系点和示意范围计算，不分时期")


def _areas(shown: Shown, covers: bool) -> pd.DataFrame:
    """The areas with their colour value and tip."""
    say, language = shown.say, shown.selection.language
    counts = shown.points.groupby("community").size()
    own = set(shown.own_areas["org_code"])
    shares = dict(zip(shown.reach["org_code"], shown.reach["covered_share"], strict=True))
    frame = shown.areas
    tips = []
    for code, name, street, approximate in zip(
        frame["org_code"], frame["org_name"], frame["street_label"], frame["is_approximate"], strict=True
    ):
        lines = [f"{name}（{street}）" if language == "zh" else f"{name} ({street})"]
        if code in own and shown.org.level != "unit":  # other points are not counted here
            lines.append(say("联系点 {count} 个").format(count=theme.number(int(counts.get(code, 0)))))
        if shown.metres and code in shares:
            share = theme.number(shares[code], "percent")
            lines.append(say("{metres} 米内覆盖 {share}").format(metres=shown.metres, share=share))
        if approximate:
            lines.append(say("示意范围"))
        tips.append("\n".join(lines))
    values = [float(shares.get(code, float("nan"))) if covers else None for code in frame["org_code"]]
    return pd.DataFrame(
        {
            "org_code": frame["org_code"],
            "org_name": frame["org_name"],
            "geometry": frame["geometry"],
            "value": pd.Series(values, index=frame.index, dtype="float64"),
            "tip": tips,
        }
    )


def _points(shown: Shown) -> pd.DataFrame:
    """The located points, kinds together in their declared order, so that a colour keeps its meaning."""
    say = shown.say
    order = {kind: number for number, kind in enumerate(labels(shown.snapshot, "point_kind"))}
    frame = shown.located.sort_values(
        "kind", key=lambda kinds: kinds.map(lambda kind: order.get(kind, len(order))), kind="stable"
    ).reset_index(drop=True)
    tips = []
    for name, kind, community, unit, opened in zip(
        frame["name"],
        frame["kind_label"],
        frame["community_label"],
        frame["unit_label"],
        frame["opened_on"],
        strict=True,
    ):
        lines = [theme.cell(name), theme.cell(kind), theme.cell(community)]
        if pd.notna(unit):
            lines.append(say("责任单位：{unit}").format(unit=unit))
        lines.append(say("{day} 设立").format(day=theme.cell(opened, "date")))
        tips.append("\n".join(lines))
    return frame[_POINT_COLUMNS].assign(tip=tips)


def _gaps(shown: Shown) -> pd.DataFrame:
    """What no point reaches, of the areas that lie in the selection."""
    reach = shown.own_reach
    reach = reach[reach["gap_geometry"].notna()]
    tip = shown.say("{name}：{metres} 米内没有联系点")
    return pd.DataFrame(
        {
            "geometry": reach["gap_geometry"],
            "tip": [tip.format(name=name, metres=shown.metres) for name in reach["org_name"]],
        }
    ).reset_index(drop=True)


def _alt(shown: Shown, mode: str) -> str:
    say = shown.say
    texts = {
        "level": shown.level,
        "areas": theme.number(len(shown.areas)),
        "points": theme.number(len(shown.located)),
        "metres": shown.metres,
    }
    if mode == "coverage":
        text = say("地图：{areas} 个{level}的示意范围，颜色表示 {metres} 米步行覆盖，斜线为没有覆盖的地方。")
    elif mode == "density":
        text = say("地图：{points} 个联系点的密度，底图为 {areas} 个{level}的示意范围。")
    else:
        text = say("地图：{points} 个联系点按类型着色，底图为 {areas} 个{level}的示意范围。")
    return text.format(**texts) + say("同样的内容见下面的表格。")
