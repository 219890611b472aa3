"""Every kind of chart: Chinese labels, categories that stay categories, marks that know what they select."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import Any, get_args

import pandas as pd
import pytest

from dashboard import charts
from dashboard.charts import ticks
from dashboard.report import Chart, ChartKind, Click, Column, Source, State
from dashboard.theme import DARK, LIGHT, classes, ink_on, mix, ramp

SOURCE = Source("活动台账", "2021年", "202112-abc", "不足 5 人的数不显示")
MONTHS = [f"2021年{month}月" for month in range(1, 13)]
COLUMNS = (
    Column("month", "月份"),
    Column("type", "活动类型"),
    Column("count", "活动场次", "integer", "场"),
)


def chart_of(kind: ChartKind, **changes: Any) -> Chart:
    frame = pd.DataFrame(
        [
            {"month": month, "type": name, "code": code, "count": 1000 + 7 * place}
            for place, month in enumerate(MONTHS)
            for code, name in (("volunteer", "志愿服务"), ("gala", "文艺晚会、游园"))
        ]
    )
    chart = Chart(
        key="sample",
        kind=kind,
        title="2021年每月活动场次",
        frame=frame,
        x="month",
        y="count",
        columns=COLUMNS,
        source=SOURCE,
        alt="按月的活动场次",
        series="type",
        order=("志愿服务", "文艺晚会、游园"),
        click=Click("type", "code"),
    )
    if kind == "barh":
        chart = replace(chart, x="count", y="month")
    if kind == "calendar":
        chart = replace(chart, x="month", y="type", value="count", series=None)
    if kind == "icicle":
        rows = [("district", "", "兴宁区", 12), ("a", "district", "甲街道", 8), ("b", "district", "乙镇", 4)]
        tree = pd.DataFrame(rows, columns=["id", "parent", "label", "value"])
        columns = (Column("label", "组织"), Column("value", "成员单位", "integer", "家"))
        chart = replace(chart, frame=tree, columns=columns, series=None, click=Click("org", "id"))
    return replace(chart, **changes)


def drawn(chart: Chart, dark: bool = False) -> dict[str, Any]:
    figure: dict[str, Any] = json.loads(charts.figure(chart, dark).to_json())
    return figure


def axis_of(figure: dict[str, Any], kind: ChartKind) -> dict[str, Any]:
    axis: dict[str, Any] = figure["layout"]["yaxis" if kind == "barh" else "xaxis"]
    return axis


@pytest.mark.parametrize("kind", get_args(ChartKind))
@pytest.mark.parametrize("dark", [False, True])
def test_every_kind_is_drawn_and_its_marks_say_and_select_something(kind: ChartKind, dark: bool) -> None:
    figure = drawn(chart_of(kind), dark)
    marks = [trace for trace in figure["data"] if trace.get("hovertext")]
    assert marks
    for trace in marks:
        assert all("：" in text and "<b>" in text for text in trace["hovertext"])
        assert all(len(value) == 1 and value[0] for value in trace["customdata"])
        assert trace["hovertemplate"] == "%{hovertext}<extra></extra>"
    texts = " ".join(text for trace in marks for text in trace["hovertext"])
    assert ("成员单位：12 家" if kind == "icicle" else "活动场次：1,000 场") in texts
    assert not any(name in texts for name in ("count", "month", "value", "nan"))
    surface = (DARK if dark else LIGHT).surface
    assert figure["layout"]["paper_bgcolor"] == surface


@pytest.mark.parametrize("kind", get_args(ChartKind))
def test_the_browser_finds_nothing_that_makes_it_draw_a_chart_twice(kind: ChartKind) -> None:
    layout = drawn(chart_of(kind))["layout"]
    assert layout["datarevision"]
    assert "template" not in layout
    assert isinstance(layout["meta"], list)
    assert (layout["clickmode"], layout["hovermode"], layout["dragmode"]) == (
        "event+select",
        "closest",
        "pan",
    )
    assert drawn(chart_of(kind, click=None))["layout"]["dragmode"] is False


def test_room_is_left_for_the_labels_and_the_legend() -> None:
    names = ["北宁社区", "人民东路社区"]
    frame = pd.DataFrame({"month": names, "count": [1, 2], "code": "a", "type": names})
    lying = drawn(chart_of("barh", frame=frame, order=()))["layout"]["margin"]
    assert lying["l"] == 16 + 12 * len("人民东路社区")
    assert lying["t"] >= 40
    upright = drawn(chart_of("bar", series=None))["layout"]["margin"]
    assert upright["b"] == 15 + 2 * 16  # months over the year
    assert upright["t"] == 14  # half of the topmost number


@pytest.mark.parametrize("kind", ["bar", "barh", "line", "calendar"])
def test_months_stay_categories_in_the_given_order_and_every_one_is_labelled(kind: ChartKind) -> None:
    axis = axis_of(drawn(chart_of(kind)), kind)
    assert axis["type"] == "category"
    assert axis["categoryarray"] == MONTHS
    assert axis["tickvals"] == MONTHS
    assert axis["ticktext"][:2] == ["1月<br>2021年", "2月"]


def test_months_written_as_keys_do_not_become_english_dates() -> None:
    frame = pd.DataFrame({"month": ["2020-12", "2021-01"], "count": [1, 2], "code": ["a", "b"]})
    axis = axis_of(drawn(chart_of("line", frame=frame, series=None)), "line")
    assert axis["type"] == "category"
    assert axis["ticktext"] == ["12月<br>2020年", "1月<br>2021年"]


def test_many_months_are_labelled_by_quarter_and_many_names_by_every_nth() -> None:
    months = [f"{year}年{month}月" for year in (2019, 2020, 2021) for month in range(1, 13)]
    chosen, texts = ticks.categories(months)
    assert len(chosen) == 12
    assert texts[:5] == ["1月<br>2019年", "4月", "7月", "10月", "1月<br>2020年"]
    names = [f"第{number}社区" for number in range(50)]
    assert ticks.categories(names, most=24)[0] == names[::3]
    assert ticks.categories(["Q1 2021", "Q2 2021"])[1] == ["Q1<br>2021", "Q2"]
    assert ticks.categories(["November 2020", "January 2021"])[1] == ["Nov<br>2020", "Jan<br>2021"]
    assert ticks.categories([]) == ([], [])


@pytest.mark.parametrize(
    ("extent", "style", "texts"),
    [
        ((0, 1234), "integer", ["0", "250", "500", "750", "1,000", "1,250"]),
        ((0, 3), "integer", ["0", "1", "2", "3"]),
        ((0, 11), "integer", ["0", "5", "10", "15"]),
        ((0, 0), "integer", ["0", "1"]),
        ((0, 0.43), "percent", ["0%", "10%", "20%", "30%", "40%", "50%"]),
        ((-3, 2.2), "decimal", ["-4", "-2", "0", "2", "4"]),
    ],
)
def test_value_axes_have_round_numbers_with_separators(
    extent: tuple[float, float], style: str, texts: list[str]
) -> None:
    assert ticks.values(*extent, style)[1] == texts


def test_long_labels_are_broken_and_never_cut() -> None:
    name = "物业服务企业（含住宅小区业主委员会）"
    broken = ticks.wrap(name, 12)
    assert broken.replace("<br>", "") == name
    assert all(len(line) <= 13 for line in broken.split("<br>"))


def test_few_bars_carry_their_values_and_many_have_an_axis_instead() -> None:
    few = drawn(chart_of("bar", series=None, frame=chart_of("bar").frame.head(6)))
    assert few["data"][0]["text"][0] == "1,000"
    assert few["layout"]["yaxis"]["showticklabels"] is False
    many = pd.DataFrame({"month": [f"第{n}社区" for n in range(40)], "count": range(40), "code": "x"})
    crowded = drawn(chart_of("bar", series=None, frame=many))
    assert crowded["data"][0]["textposition"] == "none"
    assert crowded["layout"]["yaxis"]["showticklabels"] is True


def test_a_stack_states_its_total_but_shares_are_not_added_up() -> None:
    frame = chart_of("bar").frame.head(8)
    stacked = drawn(chart_of("bar", frame=frame))
    assert stacked["data"][-1]["text"][0] == "2,000"
    shares = replace(COLUMNS[2], format="percent")
    as_shares = drawn(chart_of("bar", frame=frame, columns=(*COLUMNS[:2], shares)))
    assert all(trace["type"] == "bar" for trace in as_shares["data"])


def test_a_series_keeps_its_colour_when_another_one_is_absent() -> None:
    chart = chart_of("bar")
    only = chart.frame[chart.frame["type"] == "文艺晚会、游园"]
    colour = {trace["name"]: trace["marker"]["color"] for trace in drawn(chart)["data"][:2]}
    alone = drawn(replace(chart, frame=only))["data"][0]
    assert alone["marker"]["color"] == colour["文艺晚会、游园"] == LIGHT.series[1]


@pytest.mark.parametrize("kind", ["bar", "barh"])
def test_the_highlighted_bar_stands_out(kind: ChartKind) -> None:
    colours = drawn(chart_of(kind, series=None, highlight="2021年3月"))["data"][0]["marker"]["color"]
    assert set(colours) == {LIGHT.accent, LIGHT.faint}


@pytest.mark.parametrize("kind", ["line", "bar"])
def test_the_highlighted_series_stands_out(kind: ChartKind) -> None:
    figure = drawn(chart_of(kind, highlight="志愿服务", grouped=True))
    colour = {trace["name"]: trace["marker"]["color"] for trace in figure["data"]}
    assert colour == {"志愿服务": LIGHT.accent, "文艺晚会、游园": LIGHT.faint}


@pytest.mark.parametrize("kind", ["bar", "line", "barh"])
def test_a_reference_line_has_a_name_and_lies_within_the_axis(kind: ChartKind) -> None:
    figure = drawn(chart_of(kind, series=None, reference=(5000.0, "全区中位数 5,000")))
    assert figure["layout"]["shapes"][0]["line"]["dash"] == "dash"
    names = [trace.get("name") for trace in figure["data"]]
    notes = [note["text"] for note in figure["layout"].get("annotations", [])]
    assert "全区中位数 5,000" in [*names, *notes]
    axis = figure["layout"]["xaxis" if kind == "barh" else "yaxis"]
    assert axis["range"][1] >= 5000


def test_missing_values_are_gaps_and_empty_charts_say_why() -> None:
    chart = chart_of("line", series=None)
    frame = chart.frame.drop_duplicates("month").assign(count=[float("nan"), *range(11)])
    figure = drawn(replace(chart, frame=frame))
    assert figure["data"][0]["y"][0] is None
    assert figure["data"][0]["connectgaps"] is False
    nothing = drawn(replace(chart, frame=frame.head(0), empty="3 个社区尚未报送"))
    assert nothing["layout"]["annotations"][0]["text"] == "3 个社区尚未报送"


def test_markup_in_a_name_is_shown_and_not_obeyed() -> None:
    frame = pd.DataFrame({"month": ["<b>x</b>"], "count": [1], "code": ["a"]})
    assert "<b>x" not in drawn(chart_of("bar", series=None, frame=frame))["data"][0]["hovertext"][0]


def test_an_icicle_whose_parts_do_not_add_up_is_still_drawn() -> None:
    chart = chart_of("icicle")
    assert drawn(chart)["data"][0]["branchvalues"] == "total"
    uneven = chart.frame.assign(value=[5, 8, 4])
    assert drawn(replace(chart, frame=uneven))["data"][0]["branchvalues"] == "remainder"
    silent = drawn(replace(chart, frame=chart.frame.assign(value=0)))["data"][0]
    assert any(silent["values"])
    assert silent["text"][0] == "0 家"


def test_what_a_click_selects() -> None:
    bar, icicle = chart_of("bar"), chart_of("icicle")
    assert charts.clicked(bar, {"points": [{"customdata": ["gala"], "point_index": 0}]}) == "gala"
    assert charts.clicked(icicle, {"points": [{"label": "乙镇", "point_number": 2}]}) == "b"
    assert charts.clicked(bar, {"points": []}) is None
    assert charts.clicked(replace(bar, click=None), {"points": [{"customdata": ["gala"]}]}) is None


def test_a_picture_carries_title_source_and_size() -> None:
    layout = charts.picture(chart_of("bar")).layout
    assert "2021年每月活动场次" in layout.title.text
    for part in ("活动台账", "2021年", "202112-abc", "不足 5 人的数不显示"):
        assert part in layout.title.subtitle.text
    assert layout.width
    assert layout.height


def test_classes_of_colour_are_round_and_ordered() -> None:
    assert classes([0, 1, 2, 3, 50, 120, 134, 1234]) == (1.0, 3.0, 50.0, 140.0, 1234.0)
    assert classes([]) == ()
    assert classes([0, 0, 0]) == (0.0,)
    for colours in (LIGHT, DARK):
        steps = ramp(colours, 5)
        assert len(set(steps)) == 5
        assert steps[-1] == colours.sequential[-2]


# How the three kinds of colour blindness see a colour (Machado, Oliveira and Fernandes 2009, severity 1).
_BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
_TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


def _times(matrix: Any, vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _seen(colour: str, matrix: Any) -> list[float]:
    """OKLab coordinates of a colour as somebody with that vision sees it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    seen = [min(max(part, 0.0), 1.0) for part in _times(matrix, linear)]
    return _times(_TO_LAB, [part ** (1 / 3) for part in _times(_TO_LMS, seen)])


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("vision", _BLINDNESS)
def test_series_colours_are_told_apart_by_every_eye(colours: Any, vision: str) -> None:
    assert len(set(colours.series)) >= 10
    assert colours.series[0] == colours.accent
    seen = [_seen(colour, _BLINDNESS[vision]) for colour in colours.series]
    for (i, one), (j, other) in itertools.combinations(enumerate(seen), 2):
        distance = 100 * sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
        assert distance >= (9 if max(i, j) < 6 else 6), (colours.series[i], colours.series[j])


_STATES = tuple(State(tone, tone, "", tone) for tone in ("good", "plain", "attention", "warning"))


def test_parts_that_are_states_have_the_colours_of_their_tones_and_all_eyes_tell_them_apart() -> None:
    frame = pd.DataFrame({"x": "a", "y": 1.0, "series": [state.label for state in _STATES]})
    chart = replace(chart_of("bar"), frame=frame, x="x", y="y", series="series", states=_STATES, click=None)
    for dark in (False, True):
        bars = [trace for trace in drawn(chart, dark)["data"] if trace["type"] == "bar"]
        fills = {trace["name"]: trace["marker"]["color"] for trace in bars}
        assert fills["warning"] == (DARK if dark else LIGHT).warning
        for matrix in _BLINDNESS.values():
            for one, other in itertools.combinations(fills.values(), 2):
                pairs = zip(_seen(one, matrix), _seen(other, matrix), strict=True)
                assert 100 * sum((a - b) ** 2 for a, b in pairs) ** 0.5 >= 6, (one, other)


def test_mixing_and_inks() -> None:
    assert mix("#FF0000", "#FFFFFF", 0.5) == "#FF8080"
    assert ink_on("#7A1013") == "#FFFFFF"
    assert ink_on("#FBF1EC") == LIGHT.text


@pytest.mark.parametrize(("months", "places"), [(1, 6), (3, 6), (6, 6), (12, 12)])
def test_few_standing_bars_are_no_wider_than_bars(months: int, places: int) -> None:
    frame = pd.DataFrame({"month": MONTHS[:months], "count": 1, "code": "a"})
    low, high = drawn(chart_of("bar", frame=frame, series=None))["layout"]["xaxis"]["range"]
    assert high - low == places
    assert low + high == months - 1  # in the middle
