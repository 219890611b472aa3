"""Charts and tables that a page draws as HTML: what stands, what it says, and where it leads."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from dashboard.report import Chart, Click, Column, Source, State, Table
from dashboard.selection import Period, Selection
from dashboard.shell import bars, table, tiles, tree
from dashboard.shell.links import Here

HERE = Here("chairs", "overview", Selection("450102", Period.parse("2021")))
SOURCE = Source("活动台账", "2021年", "202112-abc")
NASTY = "<script>alert('\"&"
BARS = Chart(
    key="sample",
    kind="barh",
    title="甲最多",
    frame=pd.DataFrame(
        [
            ("甲", "按期", 30, "a"),
            ("甲", "逾期", 10, "a"),
            ("乙", "按期", 20, "b"),
            (NASTY, "按期", None, ""),
        ],
        columns=["place", "state", "count", "code"],
    ),
    x="count",
    y="place",
    series="state",
    order=("按期", "逾期"),
    columns=(Column("place", "地方"), Column("count", "项数", "integer", "项")),
    source=SOURCE,
    alt="条形图。",
    click=Click("org", "code"),
)


def widths(html: str) -> list[float]:
    return [float(width) for width in re.findall(r"width:([\d.]+)%", html)]


def test_stacked_bars_share_one_scale_and_end_in_their_sum() -> None:
    html = bars.html(BARS, HERE, dark=False)
    assert widths(html) == [75, 25, 50, 0]
    assert re.findall(r"<b>([^<]*)</b>", html) == ["40", "20", ""]
    assert html.count('class="ld-key"') == 2
    assert 'aria-label="甲\n项数：30 项"' in html


def test_bars_side_by_side_each_end_in_their_own_number() -> None:
    html = bars.html(replace(BARS, grouped=True), HERE, dark=False)
    assert re.findall(r"<b>([^<]*)</b>", html) == ["30", "10", "20", ""]
    assert widths(html)[0] == 100


def test_a_line_across_stands_on_the_scale_of_the_bars() -> None:
    html = bars.html(replace(BARS, reference=(80.0, "平均 80")), HERE, dark=False)
    assert "--at:1.0000" in html
    assert "平均 80" in html
    assert max(widths(html)) == 37.5


def test_bars_that_grow_both_ways_are_left_to_plotly() -> None:
    assert bars.fits(BARS)
    assert not bars.fits(replace(BARS, frame=BARS.frame.assign(count=[-1, 2, 3, 4])))
    assert not bars.fits(replace(BARS, kind="bar", x="place", y="count"))


def test_a_mark_leads_where_plotlys_would_and_one_without_a_value_nowhere() -> None:
    html = bars.html(BARS, HERE, dark=False)
    assert html.count('href="chairs?org=a&amp;') == 2
    assert html.count("href=") == 3
    other = bars.html(replace(BARS, click=Click("org", "code", "profile")), HERE, dark=False)
    assert 'href="profile?org=b&amp;' in other


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_from_data_reaches_the_page_unescaped(dark: bool) -> None:
    calendar = replace(BARS, kind="calendar", x="state", y="place", value="count", series=None)
    leaf = pd.DataFrame(
        [("r", "", "全", 3), ("n", "r", NASTY, 3)], columns=["id", "parent", "label", "value"]
    )
    icicle = replace(BARS, kind="icicle", frame=leaf, click=Click("org", "id"))
    listed = Table("t", "t", BARS.frame, BARS.columns, SOURCE, Click("org", "code"))
    pages = [
        bars.html(BARS, HERE, dark),
        tiles.html(calendar, HERE, dark),
        tree.html(icicle, HERE, dark),
        table.html(listed, HERE, "排序"),
    ]
    for html in pages:
        assert "&lt;script&gt;" in html
        assert "<script" not in html
        assert "nan" not in html


def test_a_calendar_is_a_table_whose_tiles_say_their_state_in_a_letter() -> None:
    frame = pd.DataFrame(
        [
            ("2021年1月", "甲", "held", "a"),
            ("2021年2月", "甲", "missed", "a"),
            ("2021年2月", "乙", "held", "b"),
        ],
        columns=["month", "place", "state", "code"],
    )
    states = (State("held", "按期", "开", "good"), State("missed", "未开", "缺", "warning"))
    chart = replace(
        BARS, kind="calendar", frame=frame, x="month", y="place", value="state", states=states, series=None
    )
    html = tiles.html(chart, HERE, dark=False)
    assert re.findall(r'scope="row">([^<]+)<', html) == ["甲", "乙"]
    assert re.findall(r'scope="col">(.*?)</th>', html) == ["<small>2021年</small>1<i>月</i>", "2<i>月</i>"]
    assert re.findall(r">(开|缺)</a>", html) == ["开", "缺", "开"]
    assert html.count("<td></td>") == 2  # the corner, and a month that the second place has not
    assert [name for name in ("开 按期", "缺 未开") if name in html] == ["开 按期", "缺 未开"]


def test_every_block_of_the_hierarchy_has_room_for_its_name_and_leads_on() -> None:
    rows = [("d", "", "全区", 100), ("s", "d", "甲街道", 99), ("t", "d", "乙镇", 1), ("c", "s", "丙社区", 99), ("u", "c", "丁单位", 9)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["id", "parent", "label", "value"])
    columns = (Column("label", "组织"), Column("value", "活动", "integer", "场"))
    chart = replace(BARS, kind="icicle", frame=frame, columns=columns, click=Click("org", "id"), series=None)
    html = tree.html(chart, HERE, dark=False)
    assert re.findall(r"<span>([^<]+)</span> <b>([^<]+)</b>", html) == [
        ("全区", "100 场"),
        ("甲街道", "99 场"),
        ("丙社区", "99 场"),
        ("乙镇", "1 场"),
    ]  # three levels: the unit comes into view with a click
    assert re.findall(r"flex-grow:(\d+)", html) == ["100", "99", "99", "1"]
    assert 'href="chairs?org=c&amp;' in html


def test_a_table_links_its_first_column_and_sorts_by_numbers_not_by_texts() -> None:
    frame = pd.DataFrame(
        [("甲", 1234.0, 0.5, "a"), ("乙", None, None, None)], columns=["place", "count", "share", "code"]
    )
    columns = (
        Column("place", "地方"),
        Column("count", "数量", "integer", "项"),
        Column("share", "占比", "percent", share_bar=True),
    )
    html = table.html(Table("t", "t", frame, columns, SOURCE, Click("org", "code")), HERE, "点击排序")
    assert '<td class="ld-number" data-v="1234.0">1,234</td>' in html
    assert '<td class="ld-number">—</td>' in html
    assert "--v:50.0%" in html
    assert "数量（项）" in html
    assert html.count("href=") == 1
