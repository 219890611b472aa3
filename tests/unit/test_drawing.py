"""The native drawings: well-formed, the same every time, and they say what the frame says."""

from __future__ import annotations

import io
import re
import struct
from xml.etree import ElementTree

import pandas as pd
import pytest

from dashboard import drawing
from dashboard.drawing.canvas import Canvas
from dashboard.exports.picture import png_bytes
from dashboard.lettering import measure, shortened, wrapped
from dashboard.report import Chart, Column, Source

SOURCE = Source("活动", "2021年", "2021-12-31-tiny01")
_SVG = "{http://www.w3.org/2000/svg}"


def chart(kind: str, rows: list[dict[str, object]], **options: object) -> Chart:
    given = {
        "key": kind,
        "kind": kind,
        "title": "2021年各类活动的场次",
        "frame": pd.DataFrame(rows),
        "x": "value" if kind == "barh" else "name",
        "y": "name" if kind == "barh" else "value",
        "columns": (Column("name", "类型"), Column("value", "场次", "integer", "场")),
        "source": SOURCE,
        "alt": "一张图。",
    }
    return Chart(**(given | options))  # type: ignore[arg-type]


ROWS = [
    {"name": "志愿服务", "value": 3602},
    {"name": "<文艺&晚会>", "value": 17},
    {"name": "培训", "value": None},
]
PAIRS = [
    {"name": month, "value": value, "year": year}
    for year, values in (("2021年", (5, 9, 0)), ("2020年", (4, 7, 3)))
    for month, value in zip(("2021年1月", "2021年2月", "2021年3月"), values, strict=True)
]
CASES = {
    "bar": chart("bar", ROWS),
    "barh": chart("barh", ROWS, reference=(20.0, "中位数 20")),
    "stacked": chart("bar", PAIRS, series="year", order=("2021年", "2020年")),
    "grouped": chart("barh", PAIRS, series="year", grouped=True),
    "line": chart("line", PAIRS, series="year", highlight="2021年"),
    "calendar": chart("calendar", PAIRS, y="year", value="value"),
    "icicle": chart(
        "icicle",
        [
            {"id": "a", "parent": "", "label": "全区", "value": 12},
            {"id": "b", "parent": "a", "label": "甲街道", "value": 12},
            {"id": "c", "parent": "a", "label": "乙镇", "value": 0},
        ],
    ),
}


@pytest.mark.parametrize("name", list(CASES))
def test_a_drawing_is_well_formed_and_stays_within_its_sheet(name: str) -> None:
    drawn = drawing.svg(CASES[name])
    assert drawn == drawing.svg(CASES[name])
    root = ElementTree.parse(io.StringIO(drawn)).getroot()
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    assert root.get("aria-label") == "一张图。"
    for text in root.iter(f"{_SVG}text"):
        x, y, size = (float(text.get(key, 0)) for key in ("x", "y", "font-size"))
        wide = measure(text.text or "", size)
        left = x - {"middle": wide / 2, "end": wide}.get(text.get("text-anchor", ""), 0.0)
        assert left >= -2, text.text
        assert left + wide <= width + 3, text.text
        assert 0 < y <= height, text.text
    for box in root.iter(f"{_SVG}rect"):
        assert float(box.get("width", 0)) > 0
        assert float(box.get("x", 0)) + float(box.get("width", 0)) <= width + 1


def test_bars_say_their_figures_and_what_is_missing() -> None:
    told = [text.text for text in ElementTree.fromstring(drawing.svg(CASES["barh"])).iter(f"{_SVG}text")]
    assert {"3,602", "17", "—", "志愿服务", "<文艺&晚会>", "中位数 20"} <= set(told)


def test_an_empty_chart_says_why() -> None:
    empty = chart("bar", [], frame=pd.DataFrame(columns=["name", "value"]), empty="这一时段没有活动记录。")
    assert "这一时段没有活动记录。" in drawing.svg(empty)


def test_a_picture_carries_title_source_and_marks() -> None:
    told = drawing.picture(CASES["bar"], marks=("演示数据",))
    for word in ("2021年各类活动的场次", "来源：活动", "2021-12-31-tiny01", "演示数据"):
        assert word in told
    made = png_bytes(CASES["bar"], is_demo=True)
    assert made[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", made[16:24])
    assert width > 1600
    assert height > 400
    assert made == png_bytes(CASES["bar"], is_demo=True)


def test_texts_are_cut_and_wrapped_by_measure() -> None:
    assert shortened("党员服务群众联系点", 10, 50).endswith("…")
    lines = wrapped("党员服务群众联系点共五百四十一个", 10, 60)
    assert "".join(lines) == "党员服务群众联系点共五百四十一个"
    assert all(measure(line, 10) <= 62 for line in lines)
    canvas = Canvas(100, "sans-serif")
    canvas.text(0, 10, "a\x00b\ud800c", 10, "#000000")
    assert re.search(">abc<", canvas.svg(20, "", "#FFFFFF"))
