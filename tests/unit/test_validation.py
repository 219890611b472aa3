"""What is typed into a cell becomes a date, a number, an option; or a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from etl import pipeline, staging, tables
from etl.settings import load_settings
from etl.staging import Workshop
from etl.tables import Table
from etl.validation import Seen
from tests.submissions.make import CONTRACTS, DONGQIAO, QINGHE, row, rows


@lru_cache(maxsize=1)
def workshop() -> Workshop:
    return pipeline.prepare(load_settings(QINGHE / "settings.toml"))


def table(dataset: str, records: Sequence[Mapping[str, object]]) -> Table:
    """Records as the reader hands them over: every cell a text."""
    names = [column.name for column in CONTRACTS[dataset].columns]
    return Table(
        sha256="0" * 64,
        file_name="a.xlsx",
        sheet_name="表",
        dataset=dataset,
        community_code=DONGQIAO,
        period=tables.quarter(2021, 4),
        reported_on=date(2022, 1, 10),
        crs="",
        is_demo=False,
        letters={name: tables.column_letter(at) for at, name in enumerate(names)},
        headings={name: CONTRACTS[dataset].column(name).zh for name in names},
        row_nos=list(range(4, 4 + len(records))),
        cells={name: [None if r[name] is None else str(r[name]) for r in records] for name in names},
    )


@lru_cache(maxsize=64)
def read_as(dataset: str, column: str, texts: tuple[str, ...]) -> list[tuple[Any, list[str]]]:
    """For each text in that column: its value (None in a quarantined row) and the codes of its findings."""
    key = CONTRACTS[dataset].key[0]
    records = [one | {column: text} for one, text in zip(rows(dataset, len(texts)), texts, strict=True)]
    if column == key:
        records = [row(dataset, **{column: text}, title=f"活动{n}") for n, text in enumerate(texts)]
    checked = staging.check(workshop(), CONTRACTS[dataset], [table(dataset, records)])
    values = {one["row_no"]: one for one in checked.accepted.to_pylist()}
    told = [
        (one["row_no"], one["code"]) for one in checked.findings.to_pylist() if one["column_name"] == column
    ]
    return [
        (values.get(number, {}).get(column), [code for row_no, code in told if row_no == number])
        for number in range(4, 4 + len(texts))
    ]


def cases(
    readable: Mapping[str, object], unreadable: Mapping[str, Sequence[str]]
) -> list[tuple[str, object, list[str]]]:
    """Text, value, codes of findings."""
    bad = [(text, None, [code]) for code, texts in unreadable.items() for text in texts]
    return [(text, value, []) for text, value in readable.items()] + bad


DATES = cases(
    {
        "2021-03-05": date(2021, 3, 5),
        "2021-3-5": date(2021, 3, 5),
        "2021/3/5": date(2021, 3, 5),
        "2021.3.5": date(2021, 3, 5),
        "2021年3月5日": date(2021, 3, 5),
        "2021 年 3 月 5 日": date(2021, 3, 5),
        "２０２１年３月５日": date(2021, 3, 5),
        "２０２１－０３－０５": date(2021, 3, 5),
        "20210305": date(2021, 3, 5),
        "2021-03-05 14:30": date(2021, 3, 5),
        "2021-03-05 00:00:00": date(2021, 3, 5),
        "44260": date(2021, 3, 5),  # Excel's number for the day
        "44260.75": date(2021, 3, 5),  # … and 18:00
        "2020-02-29": date(2020, 2, 29),
        "2021年3月5日9:30": date(2021, 3, 5),
        "2021年3月5日上午9点": date(2021, 3, 5),
        "2021年3月5日（星期日）": date(2021, 3, 5),
        "2021年3月5日 周五": date(2021, 3, 5),
        "2021年3月5号": date(2021, 3, 5),
        "二〇二一年三月五日": date(2021, 3, 5),
        "二○二一年十二月三十一日": date(2021, 12, 31),
        "二零二一年十月二十日": date(2021, 10, 20),
    },
    {
        "bad_date": (
            "2021-02-29", "2021-02-30", "2021年13月1日", "2021-00-10", "2021-03", "2021", "去年",
            "20211345", "1899-01-01", "3021-03-05", "2021-03-05-07", "99999", "3-5", "5", "21.3.5", "5/3/2021",
            "2021年3月5日、6日", "二〇二一年三月", "星期五",
        ),
        "date_without_year": ("3月5日", "3.5", "6.3", "6.30", "3/5", "3月5日-6日"),
        "required": ("", " ", "　", "-", "/", "无"),
    },
)  # fmt: skip
RANGES = {
    "2021-11-05至2021-11-07": (5, 7),
    "2021年11月5日-2021年11月7日": (5, 7),
    "2021年11月5日-11月7日": (5, 7),
    "2021年11月5日至7日": (5, 7),
    "2021/11/5-11/7": (5, 7),
    "2021.11.5-7": (5, 7),
    "2021年11月5日—7日": (5, 7),
    "2021-11-05～2021-11-07": (5, 7),
    "2021-11-05": (5, 5),
    "11月5日-11月7日": (5, 7),
    "11月5日至7日": (5, 7),
    "11月5-7日": (5, 7),
    "11.5-11.7": (5, 7),
    "11/5—11/7": (5, 7),
    "11.10-11.12": (10, 12),
}
WHOLE = cases(
    {
        "120": 120,
        "１２０": 120,
        "1,200": 1200,
        "1，200": 1200,
        "120.0": 120,
        "120人": 120,
        "120 人": 120,
        "120人次": 120,
        "+5": 5,
        "0": 0,
        "": None,
        "—": None,
        "无": None,
        "共120人": 120,
        "一百二十": 120,
        "一百二十人": 120,
        "一百零二": 102,
        "二百": 200,
        "两百": 200,
        "十": 10,
        "十二": 12,
        "二十": 20,
        "一千零五": 1005,
        "一万两千": 12000,
        "一万零五百": 10500,
        "一二〇": 120,
        "〇": 0,
        "贰拾伍": 25,
        "1万": 10000,
    },
    {
        "bad_number": (
            "12.5",
            "若干",
            "1e3",
            "12 5",
            "#REF!",
            "120人/30人",
            "1,2",
            "1,2000",
            "100-120",
            "一百二",
            "一万二",
            "一百零",
            "几十",
            "数百人",
            "百余",
            "约",
            "余",
            "120余约",
            "5.",
            "约三小时半",
            "120。",
        ),
        "below_minimum": ("-5", "－５", "-1人"),
        "above_maximum": ("20001", "99999999", "三万"),
    },
)
APPROXIMATE = {
    "约120人": 120,
    "约 １２０ 人": 120,
    "大约120": 120,
    "120余": 120,
    "120余人": 120,
    "120人余": 120,
    "120多人": 120,
    "近120人": 120,
    "一百二十余人": 120,
    "约一百二十人": 120,
    "十余人": 10,
    "120人左右": 120,
    "120人以上": 120,
    "不少于120人": 120,
    "120+": 120,
    "～120": 120,
    "1.2万": 12000,
}
DAYS_OF_THE_QUARTER = cases(
    {
        "11月5日": date(2021, 11, 5),
        "11.5": date(2021, 11, 5),
        "11.05": date(2021, 11, 5),
        "11/5": date(2021, 11, 5),
        "11.10": date(2021, 11, 10),
        "１１月５日": date(2021, 11, 5),
        "十一月五日": date(2021, 11, 5),
        "11月5日（周五）": date(2021, 11, 5),
    },
    {
        "ambiguous_date": ("11.1", "12.3", "10.2"),  # 11.10, 12.30, 10.20 typed as numbers look like this
        "bad_date": ("11月31日", "11-5", "5"),
        "outside_period": ("3月5日", "1月5日"),
    },
)
HOURS = cases(
    {"36.5": 36.5, "３６．５": 36.5, "36.5小时": 36.5, "1,000.25": 1000.25, "0": 0.0},
    {
        "bad_number": ("三小时半", "1.2.3", "36,5.1x", "90分钟"),
        "below_minimum": ("-0.5",),
        "above_maximum": ("20000.1",),
    },
)
# Whole minutes since midnight.
TIMES = cases(
    {
        "09:30": 570,
        "9:30": 570,
        "9：30": 570,
        "０９：３０": 570,
        "9 : 30": 570,
        "9点30分": 570,
        "9时30分": 570,
        "9点5分": 545,
        "9点半": 570,
        "9点": 540,
        "9点整": 540,
        "上午9:30": 570,
        "下午2点30": 870,
        "下午14:30": 870,
        "09:30:00": 570,
        "09:29:59.971000": 570,  # as Excel gives 0.395833
        "0.395833": 570,  # Excel's part of a day
        "0.39583333333333331": 570,
        "00:00": 0,
        "17:00": 1020,
    },
    {
        "bad_time": (
            "24:01", "25:00", "9:60", "9点60分", "9:30:60", "9:5", "9", "930", "0930", "1", "1.5", "-0.5", "9:",
            "9:30-17:00", "全天", "2021-03-05 09:30:00", "半夜",
        ),
        "required": ("", " ", "-", "/", "无"),
    },
)  # fmt: skip
YES_OR_NO = cases(
    {"是": True, "√": True, "有": True, "Y": True, "1": True, "否": False, "无": False, "×": False, "0": False,
     "-": False, "／": False, "": None, " 是 ": True},
    {"unknown_value": ("可能", "2", "是的吧")},
)  # fmt: skip
TYPES = cases(
    {"志愿服务": "volunteer", "志愿服务活动": "volunteer", " 志愿 服务 ": "volunteer", "其它": "other"},
    {"unknown_value": ("座谈交流会", "志愿", "volunteers"), "required": ("", "/", "／", "－")},
)
ITEMS = cases(
    {"河道清理": "cleaning", "捡垃圾": "cleaning", "patrol": "patrol", "": None},
    {"unknown_value": ("扫地",)},
)


def found(
    dataset: str, column: str, every: list[tuple[str, object, list[str]]], text: str
) -> tuple[Any, list[str]]:
    texts = tuple(text for text, _, _ in every)
    return read_as(dataset, column, texts)[texts.index(text)]


@pytest.mark.parametrize(("text", "value", "codes"), DATES)
def test_dates(text: str, value: object, codes: list[str]) -> None:
    assert found("member_units", "signed_on", DATES, text) == (value, codes)


@pytest.mark.parametrize(("text", "value", "codes"), WHOLE)
def test_whole_numbers(text: str, value: object, codes: list[str]) -> None:
    assert found("activities", "head_count", WHOLE, text) == (value, codes)


@pytest.mark.parametrize("text", APPROXIMATE)
def test_an_approximate_number_is_taken_and_said_to_be_one(text: str) -> None:
    texts = tuple(APPROXIMATE)
    answer = read_as("activities", "head_count", texts)[texts.index(text)]
    assert answer == (APPROXIMATE[text], ["approximate_number"])


@pytest.mark.parametrize(("text", "value", "codes"), DAYS_OF_THE_QUARTER)
def test_days_without_a_year_belong_to_the_year_of_the_quarter(
    text: str, value: object, codes: list[str]
) -> None:
    assert found("activities", "held_on", DAYS_OF_THE_QUARTER, text) == (value, codes)


@pytest.mark.parametrize(("text", "value", "codes"), HOURS)
def test_numbers_with_decimals(text: str, value: object, codes: list[str]) -> None:
    assert found("activities", "volunteer_hours", HOURS, text) == (value, codes)


@pytest.mark.parametrize(("text", "value", "codes"), TIMES)
def test_times_of_day(text: str, value: object, codes: list[str]) -> None:
    assert found("venues", "opens_at", TIMES, text) == (value, codes)


def test_a_day_ends_at_24() -> None:
    assert read_as("venues", "closes_at", ("24:00",)) == [(1440, [])]


@pytest.mark.parametrize(("text", "value", "codes"), YES_OR_NO)
def test_yes_and_no(text: str, value: object, codes: list[str]) -> None:
    assert found("activities", "themed", YES_OR_NO, text) == (value, codes)


@pytest.mark.parametrize(("text", "value", "codes"), TYPES)
def test_options(text: str, value: object, codes: list[str]) -> None:
    assert found("activities", "activity_type", TYPES, text) == (value, codes)


@pytest.mark.parametrize(("text", "value", "codes"), ITEMS)
def test_items_of_the_service_catalogue(text: str, value: object, codes: list[str]) -> None:
    assert found("activities", "item_code", ITEMS, text) == (value, codes)


@pytest.mark.parametrize("text", RANGES)
def test_a_range_of_days_fills_both_ends(text: str) -> None:
    records = [row("activities", held_on=text)]
    (accepted,) = staging.check(
        workshop(), CONTRACTS["activities"], [table("activities", records)]
    ).accepted.to_pylist()
    first, last = RANGES[text]
    assert accepted["held_on"] == date(2021, 11, first)
    assert accepted["ended_on"] == date(2021, 11, last)


@pytest.mark.parametrize("text", ["2021-11-05至2021-11-31", "2021年11月28日至31日", "2021-11-31至2021-12-02"])
def test_a_range_with_an_impossible_end_is_no_date(text: str) -> None:
    records = [row("activities", held_on=text)]
    checked = staging.check(workshop(), CONTRACTS["activities"], [table("activities", records)])
    assert checked.findings["code"].to_pylist() == ["bad_date"]


@pytest.mark.parametrize("text", ["2021-09-30", "2022-01-01", "2020-11-05"])
def test_an_activity_outside_the_quarter_of_its_ledger_is_sent_back(text: str) -> None:
    records = [row("activities", held_on=text), row("activities")]
    checked = staging.check(workshop(), CONTRACTS["activities"], [table("activities", records)])
    assert checked.findings["code"].to_pylist() == ["outside_period"]
    assert checked.accepted["row_no"].to_pylist() == [5]


def test_a_warning_keeps_the_row_and_drops_only_the_value() -> None:
    records = [row("activities", item_code="扫地")]
    checked = staging.check(workshop(), CONTRACTS["activities"], [table("activities", records)])
    assert checked.findings["severity"].to_pylist() == ["warning"]
    assert checked.accepted["item_code"].to_pylist() == [None]


def test_a_row_with_two_faults_is_one_quarantined_row_with_two_findings() -> None:
    records = [row("activities", head_count=-5, activity_type="座谈交流会")]
    checked = staging.check(workshop(), CONTRACTS["activities"], [table("activities", records)])
    assert sorted(checked.findings["code"].to_pylist()) == ["below_minimum", "unknown_value"]
    assert checked.accepted_count == 0
    assert checked.row_count == 1


def test_of_equal_rows_the_first_that_is_fit_counts() -> None:
    records = [
        row("activities", head_count="若干"),
        row("activities"),
        row("activities"),
        row("activities", venue="另一处"),
    ]
    checked = staging.check(workshop(), CONTRACTS["activities"], [table("activities", records)])
    assert checked.accepted["row_no"].to_pylist() == [5, 7]
    assert [(f["row_no"], f["code"]) for f in checked.findings.to_pylist()] == [
        (4, "bad_number"),
        (6, "duplicate_row"),
    ]


def test_a_finding_says_where_what_and_what_to_do() -> None:
    records = [row("activities"), row("activities", title="另一场", head_count="若干")]
    (finding,) = staging.check(
        workshop(), CONTRACTS["activities"], [table("activities", records)]
    ).findings.to_pylist()
    assert (finding["row_no"], finding["column_letter"], finding["heading"]) == (5, "H", "参加人数")
    assert finding["value"] == "若干"
    assert finding["sentence"] == "“参加人数”填写的“若干”不是不带文字的整数"
    assert finding["hint"] == "请填写不带文字的整数，例如 120"


def test_quotes_and_formulas_in_a_cell_are_only_text() -> None:
    title = "'; drop table raw; -- =1+1"
    checked = staging.check(
        workshop(), CONTRACTS["activities"], [table("activities", [row("activities", title=title)])]
    )
    assert checked.accepted["title"].to_pylist() == [title]


def test_one_unit_in_two_spellings_is_one_unit() -> None:
    records = [
        row("member_units", unit_name="青河 学校(东校区)"),
        row("member_units", unit_name="青河学校（东校区）"),
    ]
    checked = staging.check(workshop(), CONTRACTS["member_units"], [table("member_units", records)])
    assert checked.accepted["unit_name"].to_pylist() == ["青河学校（东校区）"]
    assert checked.findings["code"].to_pylist() == ["duplicate_row"]


POSITIONS = {
    "located": ("104.02", "30.02", "WGS-84"),
    "missing": (None, None, "WGS-84"),
    "incomplete": ("104.02", None, "WGS-84"),
    "zero": ("0", "0", "WGS-84"),
    "swapped": ("30.02", "104.02", "WGS-84"),
    "outside": ("105.02", "30.02", "WGS-84"),
    "no_crs": ("104.02", "30.02", None),
}


@pytest.mark.parametrize("verdict", POSITIONS)
def test_a_doubtful_position_is_a_warning_and_the_point_stays(verdict: str) -> None:
    longitude, latitude, crs = POSITIONS[verdict]
    point = row("service_points", longitude=longitude, latitude=latitude, crs=crs)
    checked = staging.check(workshop(), CONTRACTS["service_points"], [table("service_points", [point])])
    told = [(one["severity"], one["code"]) for one in checked.findings.to_pylist()]
    assert told == ([] if verdict == "located" else [("warning", f"position_{verdict}")])
    (accepted,) = checked.accepted.to_pylist()
    assert accepted["located"] is (verdict == "located")
    assert accepted["original_longitude"] == (float(longitude) if longitude else None)
    assert (accepted["wgs_longitude"] is None) is (verdict != "located")


def test_rows_of_former_parts_are_known_again_and_no_others():
    # Close together at both ends of the range, so that all but two of their marks meet.
    first = np.array([*range(20), *((1 << 64) - 1 - at for at in range(20))], np.uint64)
    rows_there_are = np.column_stack([first, first[::-1]])
    chance, seen, known = np.random.default_rng(7), Seen(), set[tuple[int, int]]()
    for size in (1, 5, 0, 20, 3):
        hashes = chance.choice(rows_there_are, size, replace=False)
        rows = list(map(tuple, hashes.tolist()))
        found = seen.holds(hashes)
        assert found.tolist() == [row in known for row in rows]
        seen.add(hashes[~found])
        known.update(rows)
    assert 15 < len(known) < 29
