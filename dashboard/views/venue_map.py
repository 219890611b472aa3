"""The map of the shared venues, by kind."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from dashboard import records, theme
from dashboard.catalogue import labels
from dashboard.database import Snapshot
from dashboard.ledgers.venues import clocks
from dashboard.locale import translator
from dashboard.organisations import shows_neighbours
from dashboard.queries import organisation
from dashboard.report import Click, Column, Map
from dashboard.scope import Scope
from dashboard.selection import Language, Selection
from dashboard.views import captions, figures
from dashboard.views.place_map import EXTENT

_COLUMNS = ["longitude", "latitude", "kind", "kind_label", "name", "community_label", "hours", "unit_label"]


def block(snapshot: Snapshot, selection: Selection, venues: pd.DataFrame, scope: Scope) -> Map | None:
    """`venues` as the ledger gives them. None without an outline to draw in."""
    outline = records.outline(snapshot)
    if not outline:
        return None
    language = selection.language
    say = translator(language)
    org = organisation(snapshot, selection.org)
    areas = _areas(snapshot, selection, venues, scope)
    points = _points(snapshot, venues, language)
    return Map(
        key="map",
        title=_title(snapshot, selection, venues),
        areas=areas,
        points=points,
        outline=outline,
        columns=(
            Column("name", say("阵地名称")),
            figures.label_column(snapshot, "venue_kind", language, "kind_label"),
            figures.label_column(snapshot, "community", language, "community_label"),
            Column("hours", say("开放时间")),
            Column("unit_label", say("提供单位")),
            Column("longitude", say("经度（WGS-84）"), "decimal"),
            Column("latitude", say("纬度（WGS-84）"), "decimal"),
        ),
        source=figures.record_source(
            snapshot, selection, "venues", "reference", note=say("社区范围为示意范围，不是边界")
        ),
        alt=say(
            "地图：{count} 个共享阵地按类型着色，底图为 {areas} 个{level}的示意范围。同样的内容见下面的表格。"
        ).format(
            count=theme.number(len(points)),
            areas=theme.number(len(areas)),
            level=figures.level_title(snapshot, "community", language),
        ),
        click=Click("org", "org_code"),
        focus=org.codes.get("community"),
        close_up=selection.option(EXTENT.key, EXTENT.default) == "dense",
        review_number=snapshot.settings.get("review_number", ""),
        height=480,
    )


def hours_of(frame: pd.DataFrame) -> list[str]:
    """ "工作日 09:00–17:00" of each venue."""
    hours = clocks(frame["opens"], frame["closes"])
    return [f"{days} {each}" for days, each in zip(frame["open_days_label"], hours, strict=True)]


def _title(snapshot: Snapshot, selection: Selection, venues: pd.DataFrame) -> str:
    say = translator(selection.language)
    located = int(venues["located"].sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "count": theme.number(len(venues)),
        "located": theme.number(located),
        "residents": theme.number(int(venues["for_residents"].sum())),
    }
    if venues.empty:
        text = say("{period}没有在用的共享阵地")
    elif located == len(venues):
        text = say("{period}的 {count} 个共享阵地全部在图上，{residents} 个向居民开放")
    else:
        text = say("{period}的 {count} 个共享阵地中 {located} 个在图上，{residents} 个向居民开放")
    return text.format(**texts)


def _areas(snapshot: Snapshot, selection: Selection, venues: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The communities; a single one among its neighbours of the same street, as far as the viewer may see."""
    language = selection.language
    say = translator(language)
    org = organisation(snapshot, selection.org)
    alone = shows_neighbours(snapshot, org)
    around = replace(selection, org=org.codes["street"]) if alone else selection
    frame = records.org_areas(snapshot, around, scope)
    own = {org.codes["community"]} if alone else set(frame["org_code"])
    counts = venues.groupby("community").size()
    tips = []
    for code, name, approximate in zip(
        frame["org_code"], frame["org_name"], frame["is_approximate"], strict=True
    ):
        lines = [str(name)]
        if code in own and org.level != "unit":
            count = theme.number(int(counts.get(code, 0)))
            lines.append(say("共享阵地 {count} 个").format(count=count))
        if approximate:
            lines.append(say("示意范围"))
        tips.append("\n".join(lines))
    return pd.DataFrame(
        {
            "org_code": frame["org_code"],
            "org_name": frame["org_name"],
            "geometry": frame["geometry"],
            "value": pd.Series(None, index=frame.index, dtype="float64"),
            "tip": tips,
        }
    )


def _points(snapshot: Snapshot, venues: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The located venues; a kind keeps its colour when another one is absent."""
    say = translator(language)
    frame = venues[venues["located"].astype(bool)].reset_index(drop=True)
    frame["hours"] = hours_of(frame)
    tips = []
    for name, kind, community, hours, unit, residents in zip(
        *(frame[name] for name in ("name", "kind_label", "community_label", "hours", "unit_label")),
        frame["for_residents"],
        strict=True,
    ):
        lines = [theme.cell(name), theme.cell(kind), theme.cell(community), hours]
        lines.append(say("向居民开放") if residents else say("不向居民开放"))
        if pd.notna(unit):
            lines.append(say("提供单位：{unit}").format(unit=unit))
        tips.append("\n".join(lines))
    kinds = [*labels(snapshot, "venue_kind")]
    return frame[_COLUMNS].assign(kind=pd.Categorical(frame["kind"], categories=kinds), tip=tips)
