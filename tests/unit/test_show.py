"""What stands on the page as text: escaping, links, cards, file names, tables, the CSV beside a chart."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.exports import FORMATS
from dashboard.exports.csv import csv_bytes
from dashboard.exports.text import clean
from dashboard.report import Column, Crumbs, Delta, Kpi, KpiRow, Link, Note, Notes, Source, Table
from dashboard.selection import Period, Selection
from dashboard.shell import links, markup, periods
from dashboard.shell.links import Here
from dashboard.shell.show import column_config, table_frame
from dashboard.theme import caption, cell, number, signed_number, signed_percent, signed_points

SELECTION = Selection(
    "450102", Period.parse("2021"), filters=(("type", "gala"),), options=(("map", "density"),)
)
HERE = Here("places", "overview", SELECTION)
SOURCE = Source("活动台账", "2021年", "202112-abc")
NASTY = "<script>alert('\"&"


# -- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (23530, "integer", "23,530"),
        (2.5, "integer", "3"),
        (-2.5, "integer", "-3"),
        (0, "integer", "0"),
        (1234.56, "decimal", "1,234.6"),
        (0.1234, "percent", "12.3%"),
        (None, "integer", "—"),
        (float("nan"), "percent", "—"),
        (float("inf"), "decimal", "—"),
    ],
)
def test_a_number_has_separators_or_a_dash(value: float | None, style: str, text: str) -> None:
    assert number(value, style) == text


def test_changes_carry_their_sign_and_zero_has_none() -> None:
    assert signed_percent(0.123) == "+12.3%"
    assert signed_percent(-0.05) == "-5.0%"
    assert signed_percent(-0.0001) == "0.0%"
    assert signed_percent(None) == "—"
    assert signed_points(0.012) == "+1.2个百分点"
    assert signed_points(-0.012, "en") == "-1.2 pp"
    assert signed_number(1234) == "+1,234"
    assert signed_number(-3) == "-3"
    assert signed_number(0) == "0"


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (pd.NaT, "date", "—"),
        (pd.NA, "integer", "—"),
        (pd.Timestamp("2021-03-05 10:00"), "date", "2021-03-05"),
        (pd.Series([7], dtype="Int64").iloc[0], "integer", "7"),
        ("北宁社区", "text", "北宁社区"),
        (True, "text", "True"),
    ],
)
def test_a_cell_is_text_whatever_pandas_made_of_it(value: object, style: str, text: str) -> None:
    assert cell(value, style) == text


def test_a_caption_says_source_period_release_and_remark() -> None:
    assert caption(SOURCE) == "来源：活动台账　时段：2021年　数据版本：202112-abc"
    noted = Source("活动台账", "2021年", "202112-abc", "不足 5 人的数不显示")
    assert caption(noted).endswith("　不足 5 人的数不显示")
    assert caption(SOURCE, "en").startswith("Source: 活动台账")


# -- links ----------------------------------------------------------------------------------------


def test_a_link_within_the_page_keeps_all_and_another_page_takes_the_shared_parameters() -> None:
    assert links.params_for(HERE, None, {"org": "1"}) == {
        "org": "1",
        "period": "2021",
        "compare": "yoy",
        "lang": "zh",
        "type": "gala",
        "map": "density",
    }
    assert set(links.params_for(HERE, "activities", {})) == {"org", "period", "compare", "lang"}
    assert "type" not in links.params_for(HERE, "places", {"type": None})


def test_an_address_is_relative_and_reads_back() -> None:
    assert links.address("overview", {"org": "1"}, "overview") == "./?org=1"
    address = links.link_address(Link("看", "activities", {"item": "停车 & 治堵"}), HERE)
    assert address.startswith("activities?")
    view, params = links.parse_address(address, "overview")
    assert (view, params["item"], params["org"]) == ("activities", "停车 & 治堵", "450102")
    assert links.parse_address("./?org=1", "overview") == ("overview", {"org": "1"})


# -- markup ---------------------------------------------------------------------------------------


def test_nothing_from_data_reaches_the_page_unescaped() -> None:
    link = Link(NASTY, "activities", {"q": NASTY})
    kpi = Kpi(
        "k", NASTY, NASTY, NASTY, (Delta(NASTY, NASTY, "up"),), (1.0, 2.0), (NASTY, NASTY), NASTY, link=link
    )
    page = "".join(
        [
            markup.head(NASTY, NASTY, True, "zh"),
            markup.note(Note(NASTY, link=link), HERE),
            markup.notes(Notes(NASTY, (Note(NASTY, link=link),)), HERE),
            markup.crumbs(Crumbs((link, link)), HERE),
            markup.kpis(KpiRow((kpi,)), HERE, "#A61C1C"),
            markup.footer(Source(NASTY, NASTY, NASTY, NASTY), "zh"),
            markup.picture_buttons(NASTY, "zh"),
            markup.empty(NASTY),
            markup.failure(NASTY, NASTY, NASTY),
        ]
    )
    assert "<script" not in page
    assert "alert('\"" not in page


def test_the_banner_stands_only_over_invented_figures() -> None:
    assert "演示数据，均为合成，不代表真实情况" in markup.head("总览", "兴宁区", True, "zh")
    assert "演示" not in markup.head("总览", "兴宁区", False, "zh")


def test_a_card_states_its_change_in_words_and_arrow_and_leads_on() -> None:
    kpi = Kpi(
        "k",
        "活动场次",
        "3,602",
        "场",
        (Delta("同比", "+12.3%", "up", "good"),),
        (1.0, None, 2.0, 3.0),
        ("2021年1月", "2021年4月"),
        "本期开展的活动场次。",
        link=Link("看活动", "activities"),
    )
    card = markup.kpis(KpiRow((kpi,)), HERE, "#A61C1C")
    for part in ("活动场次", "3,602", "场", "同比", "▲", "+12.3%", "本期开展的活动场次。"):
        assert part in card
    assert 'href="activities?' in card
    assert "data:image/svg+xml" in card
    assert "2021年1月 – 2021年4月" in card


def test_a_card_without_figures_has_no_unit_and_no_curve() -> None:
    card = markup.kpis(KpiRow((Kpi("k", "活动场次", "—", "场", spark=(None, 1.0)),)), HERE, "#A61C1C")
    assert "ld-unit" not in card
    assert "<img" not in card


@pytest.mark.parametrize(
    ("count", "rows"),
    [(1, [1]), (4, [4]), (5, [5]), (6, [3, 3]), (7, [4, 3]), (8, [4, 4]), (9, [5, 4]), (12, [4, 4, 4])],
)
def test_cards_form_even_rows_without_a_hole(count: int, rows: list[int]) -> None:
    row = KpiRow(tuple(Kpi(str(i), "活动场次", "1") for i in range(count)))
    html = markup.kpis(row, HERE, "#A61C1C")
    (tracks,) = map(int, re.findall(r"--tracks:(\d+)", html))
    wide = [int(found) for found in re.findall(r"--wide:(\d+)", html)]
    assert wide == [tracks // across for across in rows for _ in range(across)]


def test_crumbs_appear_below_the_top_only() -> None:
    top, below = Link("兴宁区", "profile", {"org": "1"}), Link("民生街道", "profile", {"org": "2"})
    assert markup.crumbs(Crumbs((top,)), HERE) == ""
    assert 'aria-current="page">民生街道' in markup.crumbs(Crumbs((top, below)), HERE)


def test_notes_without_items_say_so() -> None:
    assert "没有需要关注的事项" in markup.notes(Notes("需要关注", (), "没有需要关注的事项"), HERE)


# -- periods --------------------------------------------------------------------------------------

WINDOW = Period.parse("2019..2021")


@pytest.mark.parametrize(
    ("kind", "period", "result"),
    [
        ("quarter", "2021", "2021-Q4"),
        ("month", "2021-Q3", "2021-09"),
        ("year", "2020-05", "2020"),
        ("quarter", "2020-05", "2020-Q2"),
        ("all", "2020-05", "2019..2021"),
        ("year", "2019..2021", "2021"),
        ("month", "2030", "2021-12"),
    ],
)
def test_another_kind_of_period_stays_near_the_chosen_one(
    kind: periods.Kind, period: str, result: str
) -> None:
    assert periods.switch(kind, Period.parse(period), WINDOW).key == result


def test_the_kind_of_a_period() -> None:
    assert periods.kind_of(WINDOW, WINDOW) == "all"
    assert periods.kind_of(Period.parse("2021-Q2"), WINDOW) == "quarter"
    single = Period.parse("2021")
    assert periods.kind_of(single, single) == "year"
    assert periods.default(WINDOW).key == "2021"
    assert [part.key for part in periods.choices("year", WINDOW)] == ["2021", "2020", "2019"]


# -- tables and CSV -------------------------------------------------------------------------------


def table_of(frame: pd.DataFrame, *columns: Column) -> Table:
    return Table("t", "各社区", frame, columns, SOURCE)


def rows_of(table: Table) -> list[list[str]]:
    raw = csv_bytes(table)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_a_table_shows_only_declared_columns_and_shares_as_percentages() -> None:
    frame = pd.DataFrame({"org_code": ["1"], "name": ["北宁社区"], "share": [0.123]})
    table = table_of(frame, Column("name", "社区"), Column("share", "占比", "percent"), Column("gone", "无"))
    shown = table_frame(table)
    assert list(shown.columns) == ["name", "share"]
    assert shown["share"].iloc[0] == pytest.approx(12.3)
    assert frame["share"].iloc[0] == 0.123


def test_a_csv_has_chinese_headings_and_raw_numbers() -> None:
    frame = pd.DataFrame(
        {
            "name": ["北宁社区", None],
            "count": pd.Series([1234, None], dtype="Int64"),
            "share": [0.123, float("nan")],
            "on": [pd.Timestamp("2021-03-05"), pd.NaT],
            "themed": [True, False],
        }
    )
    table = table_of(
        frame,
        Column("name", "社区"),
        Column("count", "参与人次", "integer", "人次"),
        Column("share", "占比", "percent"),
        Column("on", "日期", "date"),
        Column("themed", "主题活动"),
    )
    assert rows_of(table) == [
        ["社区", "参与人次", "占比（%）", "日期", "主题活动"],
        ["北宁社区", "1234", "12.3", "2021-03-05", "是"],
        ["", "", "", "", "否"],
    ]


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
    | st.builds(
        lambda start, tail: start + tail, st.sampled_from("=+-@\t\r\n＝＋－＠"), st.text("a1(|!", max_size=5)
    )
)
def test_no_cell_of_a_csv_starts_a_formula_and_every_text_survives(text: str) -> None:
    table = table_of(pd.DataFrame({"name": [text]}), Column("name", "=标题"))
    (heading,), *rest = rows_of(table)
    assert heading == "'=标题"
    found = rest[0][0] if rest and rest[0] else ""
    assert not re.match(r"[=+\-@\t\r\n＝＋－＠]", found)
    assert found.removeprefix("'") == clean(text).removeprefix("'")


def test_negative_numbers_stay_numbers() -> None:
    table = table_of(pd.DataFrame({"n": [-3.5, -2.0]}), Column("n", "增减", "decimal"))
    assert [row[0] for row in rows_of(table)[1:]] == ["-3.5", "-2"]


def test_every_format_writes_a_table() -> None:
    table = table_of(pd.DataFrame({"n": [1]}), Column("n", "数", "integer"))
    for form in FORMATS.values():
        assert form.write(table)
        assert form.extension
        assert form.mime


def test_a_column_is_as_wide_as_its_longest_text_wherever_that_stands() -> None:
    days = pd.Series(pd.to_datetime(["2021-12-31", "2021-12-30"]))
    names = pd.Series(["兴宁社区"] * 200 + ["人民北二里社区联合党委"])
    assert column_config(Column("day", "日期", "date"), days)["width"] < 110
    short, long = (column_config(Column("org", "社区"), texts)["width"] for texts in (names[:200], names))
    assert long - short == pytest.approx(7 * 13.2, abs=2)
    assert column_config(Column("org", "社区"))["width"] is None
