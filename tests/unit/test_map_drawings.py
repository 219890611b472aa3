"""The map as shapes on a sheet, and as a picture made without a browser."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from dashboard.maps.raster import png
from dashboard.maps.shapes import Dots, Fill, Word, drawing
from dashboard.report import Map
from tests.unit.test_maps import map_of

MODES = ("points", "density", "coverage")


def words(block: Map, language: str = "zh") -> list[str]:
    return [mark.text for mark in drawing(block, language).marks if isinstance(mark, Word)]


@pytest.mark.parametrize("mode", MODES)
def test_everything_lies_on_the_sheet(mode: Any) -> None:
    sheet = drawing(map_of(mode=mode), width=800, highest=400)
    assert sheet.width == 800
    for mark in sheet.marks:
        lines = mark.rings if isinstance(mark, Fill) else (mark.centres,) if isinstance(mark, Dots) else ()
        for line in lines:
            assert all(-1 <= x <= sheet.width + 1 and -1 <= y <= sheet.height + 1 for x, y in line)


@pytest.mark.parametrize("mode", MODES)
def test_a_drawing_states_review_number_and_indicative_areas(mode: Any) -> None:
    said = words(map_of(mode=mode))
    assert "审图号：桂S(2021)00-001号" in said
    assert "社区范围为示意，不作为划界依据" in said
    assert not [text for text in words(map_of(mode=mode, review_number="")) if "审图号" in text]


def test_areas_are_named_and_what_is_small_is_enlarged() -> None:
    sheet = drawing(map_of())
    named = [mark.name for mark in sheet.marks if isinstance(mark, Fill) and mark.name]
    assert named.count("河东社区") == 2, "once as a whole, once beside the enlarged one"
    assert {"河东社区", "望山社区"} <= set(words(map_of()))


def test_points_without_a_position_are_left_out() -> None:
    dots = [mark for mark in drawing(map_of()).marks if isinstance(mark, Dots) and mark.border]
    assert {len(mark.centres) for mark in dots} == {1, 2}


@pytest.mark.parametrize("mode", MODES)
def test_a_picture_is_the_same_every_time(mode: Any) -> None:
    sheet = drawing(map_of(mode=mode))
    picture = png(sheet, 600)
    assert picture == png(sheet, 600)
    with Image.open(io.BytesIO(picture)) as image:
        assert image.width == 600
        colours = image.convert("RGB").resize((60, 40)).getcolors(2400)
        assert colours is not None
        assert len(colours) > 5, "not a blank sheet"
