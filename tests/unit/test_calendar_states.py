"""A calendar of states: each tile says by a sign what its colour says."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from dashboard import charts
from dashboard.report import Chart, Click, Column, Source, State

STATES = (
    State("held", "按期召开", "开", "good"),
    State("missed", "应开未开", "缺", "warning"),
    State("excused", "因故免开", "免", "plain"),
    State("coming", "尚未到期", "", "empty"),
)
ROWS = [
    ("甲社区", "第一季度", "held", "a"),
    ("甲社区", "第二季度", "coming", "a"),
    ("乙社区", "第一季度", "missed", "b"),
    ("乙社区", "第二季度", "coming", "b"),
]


def drawn(dark: bool = False, rows: list[tuple[str, str, str, str]] = ROWS) -> dict[str, Any]:
    chart = Chart(
        key="calendar",
        kind="calendar",
        title="两个社区",
        frame=pd.DataFrame(rows, columns=["row", "column", "state", "org"]),
        x="column",
        y="row",
        value="state",
        states=STATES,
        columns=(Column("column", "应开会议"), Column("row", "社区")),
        source=Source("联席会议", "2021年", "r"),
        alt="日历图。",
        click=Click("org", "org"),
    )
    figure: dict[str, Any] = json.loads(charts.figure(chart, dark).to_json())
    return figure


@pytest.mark.parametrize("dark", [False, True])
def test_every_state_has_a_colour_a_name_and_a_sign_of_its_own(dark: bool) -> None:
    marks = drawn(dark)["data"]
    assert [mark["name"] for mark in marks] == [
        "开 按期召开",
        "缺 应开未开",
        "尚未到期",
    ]  # as declared, if present
    assert [mark.get("text") for mark in marks] == [["开"], ["缺"], None]
    assert len({mark["marker"]["color"] for mark in marks}) == len(marks)


def test_a_tile_selects_and_says_its_row() -> None:
    missed = drawn()["data"][1]
    assert missed["x"] == ["第一季度"]
    assert missed["customdata"] == [["b"]]
    assert missed["hovertext"] == ["<b>第一季度</b><br>社区：乙社区"]


def test_rows_stand_in_the_order_of_the_frame_from_the_top_down() -> None:
    axis = drawn()["layout"]["yaxis"]
    assert dict(zip(axis["ticktext"], axis["tickvals"], strict=True)) == {"甲社区": 1.5, "乙社区": 0.5}


def test_an_undeclared_state_is_a_fault() -> None:
    with pytest.raises(KeyError):
        drawn(rows=[("甲社区", "第一季度", "postponed", "a")])
