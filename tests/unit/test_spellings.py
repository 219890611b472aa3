"""What is read is what was written, for every spelling of a number and a day; in doubt nothing is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl import values
from etl.values import MACROS
from tests.submissions.make import CONTRACTS

_DIGITS = "零一二三四五六七八九"
_FULL = str.maketrans("0123456789,.-/", "０１２３４５６７８９，．－／")


@lru_cache(maxsize=1)
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(MACROS)
    return connection


def numbers(texts: list[str]) -> list[tuple[int | None, bool]]:
    """Of each text its value, and whether it is called approximate; one query, since planning one takes longest."""
    found = read_as("figure", pa.table({"text": pa.array(texts, pa.string())}))
    return [(row["whole"], bool(row["about"])) for row in found]


def days(texts: list[str]) -> list[date | None]:
    first = pa.array([date(2021, 4, 1)] * len(texts), pa.date32())
    found = read_as(
        "day_of_period", pa.table({"text": pa.array(texts, pa.string()), "period_first_on": first})
    )
    return [row["first"] for row in found]


def read_as(kind: str, cell: pa.Table) -> list[dict[str, Any]]:
    with database().cursor() as connection:
        connection.register("cell", cell)
        return connection.sql(values.query(kind)).to_arrow_table().to_pylist()


def numeral(number: int) -> str:
    """As a person writes it: 1005 -> 一千零五, 120 -> 一百二十, 15 -> 十五."""
    if number >= 10_000:
        above, below = divmod(number, 10_000)
        gap = "零" if 0 < below < 1000 else ""
        return numeral(above) + "万" + gap + (numeral_below(below) if below else "")
    return numeral_below(number) if number >= 20 or number < 10 else numeral_below(number).removeprefix("一")


def numeral_below(number: int) -> str:
    if number == 0:
        return "零"
    text, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + unit
        gap = digit == 0
    return text


SPELLINGS: list[Callable[[int], str]] = [
    str,
    lambda n: f"{n:,}",
    lambda n: f"{n}.0",
    lambda n: f" {n} 人",
    lambda n: f"共{n}人次",
    lambda n: str(n).translate(_FULL),
    lambda n: f"{n:,}".translate(_FULL),
    numeral,
    lambda n: numeral(n) + "人",
    lambda n: numeral(n).replace("二千", "两千").replace("二百", "两百"),
]
ABOUT: list[Callable[[int], str]] = [
    lambda n: f"约{n}人",
    lambda n: f"{n}余人",
    lambda n: f"{n}多",
    lambda n: f"近 {n}",
    lambda n: f"{n}人左右",
    lambda n: f"不少于{numeral(n)}人",
]
DAYS: list[Callable[[date], str]] = [
    lambda d: d.isoformat(),
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year} 年 {d.month:02} 月 {d.day:02} 日".translate(_FULL),
    lambda d: f"{d:%Y%m%d}",
    lambda d: str((d - date(1899, 12, 30)).days),
    lambda d: f"{d.isoformat()} 14:30:00",
    lambda d: (
        "".join(("〇" + _DIGITS[1:])[int(c)] for c in str(d.year))
        + f"年{numeral(d.month)}月{numeral(d.day)}日"
    ),
]


FEW = settings(max_examples=8, deadline=None)


def many(what: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(what, min_size=40, max_size=40)


@FEW
@given(many(st.tuples(st.integers(0, 99_999_999), st.sampled_from(SPELLINGS))))
def test_a_number_is_read_as_it_was_written(written: list[tuple[int, Callable[[int], str]]]) -> None:
    texts = [spelling(number) for number, spelling in written]
    found = dict(zip(texts, numbers(texts), strict=True))
    assert found == {text: (number, False) for text, (number, _) in zip(texts, written, strict=True)}


@FEW
@given(many(st.tuples(st.integers(1, 99_999), st.sampled_from(ABOUT))))
def test_an_approximate_number_is_read_and_called_so(written: list[tuple[int, Callable[[int], str]]]) -> None:
    texts = [spelling(number) for number, spelling in written]
    found = dict(zip(texts, numbers(texts), strict=True))
    assert found == {text: (number, True) for text, (number, _) in zip(texts, written, strict=True)}


@FEW
@given(many(st.tuples(st.dates(date(1960, 1, 1), date(2059, 12, 31)), st.sampled_from(DAYS))))
def test_a_day_is_read_as_it_was_written(written: list[tuple[date, Callable[[date], str]]]) -> None:
    texts = [spelling(day) for day, spelling in written]
    found = dict(zip(texts, days(texts), strict=True))
    assert found == {text: day for text, (day, _) in zip(texts, written, strict=True)}


@FEW
@given(many(st.dates(date(2021, 1, 1), date(2021, 12, 31))))
def test_a_day_without_a_year_is_of_the_year_of_its_period(written: list[date]) -> None:
    assert days([f"{day.month}月{day.day}日" for day in written]) == written
    assert days([f"{day.month}/{day.day}" for day in written]) == written
    for found, day in zip(days([f"{day.month}.{day.day}" for day in written]), written, strict=True):
        assert found == day or (found is None and day.day <= 3)


@FEW
@given(many(st.text("0123456789约余多人.,-/ ", max_size=9)))
def test_no_digit_of_a_number_is_dropped(texts: list[str]) -> None:
    for text, (value, _) in zip(texts, numbers(texts), strict=True):
        if value is not None:
            whole, _, rest = "".join(c for c in text if c in "0123456789.").partition(".")
            assert abs(value) == int(whole), text
            assert set(rest) <= {"0"}, text


@pytest.mark.parametrize("kind", [name for name, how in values._KINDS.items() if how.plain])
def test_plain_texts_are_read_alike_by_the_short_query(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = (
        ["2021-03-05", "2021-13-45", "1899-01-01"]
        if kind.startswith("day")
        else ["120", "-3", "36.5", "9" * 20]
    )
    texts = pa.array([*texts, "", "-", "无", "／", None])
    days = pa.array([date(2021, 4, 1)] * len(texts)) if kind == "day_of_period" else None
    cells = values._Cells(CONTRACTS["activities"].columns[0], pa.array(range(len(texts))), texts, days)
    assert values._are_plain(texts, values._KINDS[kind])
    short = values._read(database().cursor, kind, [cells])[id(cells)]
    monkeypatch.setattr(values, "_are_plain", lambda *_: False)
    assert short == values._read(database().cursor, kind, [cells])[id(cells)]
    assert not values._are_plain(pa.array(["约120"]), values._KINDS[kind])
