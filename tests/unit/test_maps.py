"""Maps: nothing is fetched from anywhere, names and tips are Chinese, a click knows its area."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Literal

import pandas as pd
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from dashboard import drawing, maps
from dashboard.maps import geometry
from dashboard.report import Click, Column, Map, Source

MODES: tuple[Literal["points", "density", "coverage"], ...] = ("points", "density", "coverage")


def _text(west: float, south: float, east: float, north: float) -> str:
    return json.dumps(box(west, south, east, north).__geo_interface__)


def map_of(**changes: Any) -> Map:
    """A county of two communities, one of them small."""
    areas = pd.DataFrame(
        {
            "org_code": ["c1", "c2"],
            "org_name": ["河东社区", "望山社区"],
            "geometry": [_text(108.0, 22.0, 108.2, 22.2), _text(108.2, 22.0, 108.21, 22.01)],
            "value": [3.0, None],
            "tip": ["河东社区\n3 处", "望山社区\n<b>0</b> 处"],
        }
    )
    points = pd.DataFrame(
        {
            "longitude": [108.05, 108.06, 108.205, None],
            "latitude": [22.05, 22.05, 22.005, None],
            "kind": ["station", "grid", "grid", "grid"],
            "kind_label": ["红色驿站", "网格驿站", "网格驿站", "网格驿站"],
            "name": ["一号", "二号", "三号", "四号"],
            "tip": ["一号", "二号", "三号", "四号"],
        }
    )
    gaps = pd.DataFrame({"geometry": [_text(108.1, 22.1, 108.2, 22.2), None], "tip": ["未覆盖", ""]})
    block = Map(
        key="map",
        title="联系点分布",
        areas=areas,
        points=points,
        outline=_text(108.0, 22.0, 108.21, 22.2),
        columns=(Column("name", "名称"), Column("kind_label", "类型")),
        source=Source("联系点", "2021年", "202112-abc"),
        alt="联系点分布图",
        gaps=gaps,
        value=Column("value", "联系点", "integer", "处"),
        click=Click("org", "org_code"),
        review_number="桂S(2021)00-001号",
    )
    return replace(block, **changes)


def layers_of(block: Map, **options: Any) -> dict[str, Any]:
    deck = json.loads(maps.deck(block, **options).to_json())
    return {layer["id"]: layer for layer in deck["layers"]}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dark", [False, True])
def test_a_deck_asks_nobody_for_tiles(mode: Any, dark: bool) -> None:
    text = maps.deck(map_of(mode=mode), dark).to_json()
    assert "http" not in text
    deck = json.loads(text)
    # Streamlit takes this mark for "no base map"; an absent or a null style would fetch Carto's.
    assert deck["mapStyle"] == "__MAP_STYLE__"
    assert deck.get("mapProvider") is None


def test_layers_of_each_mode() -> None:
    common = {"outline", "areas", "names"}
    assert set(layers_of(map_of())) == common | {"points"}
    assert set(layers_of(map_of(mode="density"))) == common | {"density"}
    assert set(layers_of(map_of(mode="coverage"))) == common | {"points", "gaps", "hatching"}


def test_names_are_chinese_letters_of_a_chinese_font() -> None:
    names = layers_of(map_of())["names"]
    assert [row["name"] for row in names["data"]] == ["河东社区", "望山社区"]
    assert names["characterSet"] == "auto"
    assert "Noto Sans CJK SC" in names["fontFamily"]
    wide, narrow = (row["size"] for row in names["data"])
    assert wide > 10 * narrow


def test_only_located_points_are_drawn_and_kinds_keep_their_colours() -> None:
    points = layers_of(map_of())["points"]["data"]
    assert len(points) == 3
    block = map_of()
    kinds = pd.CategoricalDtype(["grid", "office", "station"])
    whole = replace(block, points=block.points.assign(kind=block.points["kind"].astype(kinds)))
    only = replace(whole, points=whole.points[whole.points["kind"] == "station"])
    before = {row["tip"]: row["fill"] for row in layers_of(whole)["points"]["data"]}
    assert layers_of(only)["points"]["data"][0]["fill"] == before["一号"]
    assert [item.label for item in maps.legend(only)][-1] == "红色驿站 1"


def test_the_legend_explains_every_colour() -> None:
    labels = [item.label for item in maps.legend(map_of())]
    assert labels == ["≤ 3 处", "无数据", "网格驿站 3", "红色驿站 1"]
    assert maps.legend(map_of(mode="coverage"))[-1].label == "步行范围未覆盖"
    assert maps.legend(map_of(mode="coverage"), language="en")[-1].label == "Beyond walking distance"


def test_a_map_without_points_or_areas_is_still_drawn() -> None:
    block = map_of()
    bare = replace(block, areas=block.areas.head(0), points=block.points.head(0), gaps=None, value=None)
    for mode in MODES:
        assert set(layers_of(replace(bare, mode=mode))) >= {"outline"}
        assert "社区范围为示意" in drawing.picture(replace(bare, mode=mode))


def test_the_first_view_shows_the_areas_or_the_one_in_focus() -> None:
    view = json.loads(maps.deck(map_of()).to_json())["initialViewState"]
    near = json.loads(maps.deck(map_of(focus="c2")).to_json())["initialViewState"]
    assert view["longitude"] == pytest.approx(108.105)
    assert near["longitude"] == pytest.approx(108.205)
    assert near["zoom"] > view["zoom"] + 2


def test_what_a_click_selects() -> None:
    clicked = {"objects": {"areas": [{"properties": {"org_code": "c2"}}]}}
    assert maps.clicked(map_of(), clicked) == "c2"
    assert maps.clicked(map_of(), {"objects": {"points": [{"tip": "一号"}]}}) is None
    assert maps.clicked(map_of(), {"objects": {}}) is None
    assert maps.clicked(map_of(click=None), clicked) is None


@pytest.mark.parametrize("mode", MODES)
def test_the_picture_states_review_number_and_indicative_areas(mode: Any) -> None:
    drawn = drawing.picture(map_of(mode=mode))
    for said in ("审图号：桂S(2021)00-001号", "社区范围为示意", "公里", "联系点分布"):
        assert said in drawn
    assert "审图号" not in drawing.picture(map_of(mode=mode, review_number=""))


def test_a_crowded_corner_is_drawn_a_second_time() -> None:
    crowded = map_of()
    alone = replace(crowded, areas=crowded.areas.head(1))
    assert drawing.picture(crowded).count("公里<") == 2, "each part has its own scale"
    assert drawing.picture(alone).count("公里<") == 1


def test_hexagons_hold_every_position_once() -> None:
    positions = [(108.0 + i / 997, 22.0 + (i * 7 % 100) / 991) for i in range(100)]
    found = geometry.hexagons(positions, 800)
    assert sorted(number for _, members in found for number in members) == list(range(100))
    for ring, members in found:
        shape = Polygon(ring).buffer(1e-6)
        assert all(shape.contains(Point(*positions[number])) for number in members)
    assert geometry.hexagons([], 800) == []


def test_hatching_stays_within_its_shape() -> None:
    shape = Polygon([(108, 22), (108.1, 22), (108.1, 22.1), (108.05, 22.02), (108, 22.1)])
    lines = geometry.hatch(shape, 500)
    assert len(lines) > 10
    grown = shape.buffer(1e-9)
    assert all(grown.contains(LineString(line)) for line in lines)
    assert geometry.hatch(Polygon(), 500) == []
