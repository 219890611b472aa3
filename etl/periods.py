"""Quarters: named in many ways, kept in one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_FULL_WIDTH = str.maketrans("０１２３４５６７８９：", "0123456789:")
_WRITTEN_YEAR = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(r"二[〇○零][一二三四五六七八九][〇○零一二三四五六七八九]年")
_QUARTER = re.compile(r"(20\d\d)年?度?第?([一二三四1-4])季度?|(20\d\d)[-_ ]?[Qq]([1-4])")
_QUARTER_OF_MONTHS = re.compile(r"(20\d\d)年?(\d{1,2})月?[-—–~至到](\d{1,2})月")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4}
_DAY = re.compile(r"(20\d\d)[年./-](\d{1,2})[月./-](\d{1,2})")


@dataclass(frozen=True)
class Period:
    key: str
    first_on: date
    last_on: date

    @property
    def label(self) -> str:
        """As people write it above a table."""
        return f"{self.first_on.year}年第{'一二三四'[(self.first_on.month - 1) // 3]}季度"


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """With plain digits, also in a year that is written out, and without blanks."""
    text = text.replace(" ", "").replace("　", "").translate(_FULL_WIDTH)
    return text if "二" not in text else _YEAR.sub(lambda match: match[0].translate(_WRITTEN_YEAR), text)


def parse_quarter(text: str) -> Period | None:
    """2021年第四季度, 2021年4季度, 2021-Q4, 2021年10-12月 -> the quarter."""
    text = plain(text)
    if match := _QUARTER.search(text):
        year, number = match[1] or match[3], match[2] or match[4]
        return quarter(int(year), _DIGITS.get(number) or int(number))
    if (match := _QUARTER_OF_MONTHS.search(text)) and (first := int(match[2])) in {1, 4, 7, 10}:
        return quarter(int(match[1]), (first + 2) // 3) if int(match[3]) == first + 2 else None
    return None


def quarter(year: int, number: int) -> Period:
    first = date(year, 3 * number - 2, 1)
    following = date(year + number // 4, (3 * number) % 12 + 1, 1)
    return Period(f"{year}-Q{number}", first, following - timedelta(days=1))


def quarter_of(day: date) -> Period:
    return quarter(day.year, (day.month + 2) // 3)


def parse_day(text: str) -> date | None:
    """A day with its year, anywhere in a text: 2022-01-10, 2022年1月10日, 2022.1.10, or Excel's number for it."""
    text = plain(text)
    match = _DAY.search(text)
    try:
        if match:
            return date(*map(int, match.groups()))
        return date(1899, 12, 30) + timedelta(int(text)) if re.fullmatch(r"4\d{4}", text) else None
    except ValueError:
        return None
