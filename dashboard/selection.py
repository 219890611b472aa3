"""Who, when and what: the Period and the Selection that every page shares, and their URL form."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias, cast

Grain: TypeAlias = Literal["month", "quarter", "year"]
Compare: TypeAlias = Literal["yoy", "prev"]
Language: TypeAlias = Literal["zh", "en"]

MONTHS_IN: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
RESERVED = frozenset({"org", "period", "compare", "lang"})

_ONE = re.compile(r"((?:19|20|21)[0-9]{2})(?:-(?:[Qq]([1-4])|(0[1-9]|1[0-2])))?")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LONGEST_VALUE = 200
_QUARTERS_ZH = ("第一季度", "第二季度", "第三季度", "第四季度")
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


def _month_no(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(month_no: int) -> date:
    return date(month_no // 12, month_no % 12 + 1, 1)


def _last_day(month_no: int) -> date:
    return _first_day(month_no + 1) - timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A run of whole months, quarters or years; `last_on` is its last day, inclusive."""

    first_on: date
    last_on: date
    grain: Grain

    def __post_init__(self) -> None:
        first, after = _month_no(self.first_on), _month_no(self.last_on) + 1
        step = MONTHS_IN[self.grain]
        if first >= after or first % step or after % step:
            raise ValueError(f"{self.first_on} – {self.last_on} is no run of whole {self.grain}s")
        if self.first_on != _first_day(first) or self.last_on != _last_day(after - 1):
            raise ValueError(f"{self.first_on} – {self.last_on} does not begin and end with a month")

    @classmethod
    def parse(cls, text: str) -> Period:
        """ "2021", "2021-Q4", "2021-11", or two of a kind joined by "..", ends included.

        Raises ValueError with a Chinese sentence.
        """
        ends = [part.strip() for part in text.split("..")]
        if len(ends) > 2:
            raise ValueError(_not_a_period(text))
        (first, grain), (last, last_grain) = (_parse_one(ends[0], text), _parse_one(ends[-1], text))
        if grain != last_grain:
            raise ValueError(f"时间段“{text}”的前后两端要用同一种写法：都用年份、都用季度或都用月份")
        if last < first:
            raise ValueError(f"时间段“{text}”的结束早于开始，请把前后两端对调")
        return cls.of_months(first, last + MONTHS_IN[grain] - 1, grain)

    @classmethod
    def of_months(cls, first: int, last: int, grain: Grain | None = None) -> Period:
        """From month numbers (year × 12 + month − 1), both included; the coarsest grain that fits."""
        fitting: Grain = "month"
        if first % 12 == 0 and last % 12 == 11:
            fitting = "year"
        elif first % 3 == 0 and last % 3 == 2:
            fitting = "quarter"
        return cls(_first_day(first), _last_day(last), grain or fitting)

    @classmethod
    def of_days(cls, first_on: date, last_on: date) -> Period:
        """The months from that of `first_on` to that of `last_on`."""
        return cls.of_months(_month_no(first_on), _month_no(last_on))

    @property
    def month_count(self) -> int:
        return _month_no(self.last_on) - _month_no(self.first_on) + 1

    @property
    def key(self) -> str:
        """The shortest text that `parse` reads back."""
        first, last = _key(self.first_on, self.grain), _key(self.last_on, self.grain)
        return first if first == last else f"{first}..{last}"

    def label(self, language: Language = "zh") -> str:
        """2021年 · 2021年第四季度 · 2021年11月 · 2019年—2021年 · 2021年第一季度—第三季度."""
        first = _label(self.first_on, self.grain, language)
        last = _label(self.last_on, self.grain, language)
        if first == last:
            return first
        if language == "en":
            return f"{first} – {last}"
        if self.grain != "year" and self.first_on.year == self.last_on.year:
            last = last.removeprefix(f"{self.last_on.year}年")
        return f"{first}—{last}"

    def previous(self) -> Period:
        """The period of the same length just before (环比)."""
        return self._moved(-self.month_count)

    def year_before(self) -> Period:
        """The same months one year earlier (同比)."""
        return self._moved(-12)

    def months(self) -> list[Period]:
        return self._parts("month")

    def quarters(self) -> list[Period]:
        """Every quarter that the period touches, whole."""
        return self._parts("quarter")

    def years(self) -> list[Period]:
        """Every year that the period touches, whole."""
        return self._parts("year")

    def until(self, last_on: date) -> Period:
        """The period cut off after the month of `last_on`; itself when it ends earlier or starts later."""
        last = _month_no(last_on)
        if _month_no(self.last_on) <= last or _month_no(self.first_on) > last:
            return self
        return Period.of_months(_month_no(self.first_on), last)

    def first_months(self, count: int) -> Period:
        """Its first `count` months."""
        first = _month_no(self.first_on)
        return self if count >= self.month_count else Period.of_months(first, first + count - 1)

    def _moved(self, months: int) -> Period:
        return Period.of_months(
            _month_no(self.first_on) + months, _month_no(self.last_on) + months, self.grain
        )

    def _parts(self, grain: Grain) -> list[Period]:
        step = MONTHS_IN[grain]
        start = _month_no(self.first_on) // step * step
        return [
            Period.of_months(month, month + step - 1, grain)
            for month in range(start, _month_no(self.last_on) + 1, step)
        ]


def _not_a_period(text: str) -> str:
    return f"“{text}”不是有效的时间段，请写成 2021、2021-Q4、2021-11 或 2019..2021 的样子"


def _parse_one(text: str, whole: str) -> tuple[int, Grain]:
    found = _ONE.fullmatch(text)
    if found is None:
        raise ValueError(_not_a_period(whole))
    year, quarter, month = found.groups()
    if quarter:
        return int(year) * 12 + (int(quarter) - 1) * 3, "quarter"
    if month:
        return int(year) * 12 + int(month) - 1, "month"
    return int(year) * 12, "year"


def _key(day: date, grain: Grain) -> str:
    if grain == "year":
        return f"{day.year:04d}"
    return (
        f"{day.year:04d}-Q{(day.month + 2) // 3}" if grain == "quarter" else f"{day.year:04d}-{day.month:02d}"
    )


def _label(day: date, grain: Grain, language: Language) -> str:
    if grain == "year":
        return f"{day.year}年" if language == "zh" else str(day.year)
    if grain == "quarter":
        quarter = (day.month - 1) // 3
        return f"{day.year}年{_QUARTERS_ZH[quarter]}" if language == "zh" else f"Q{quarter + 1} {day.year}"
    return f"{day.year}年{day.month}月" if language == "zh" else f"{_MONTHS_EN[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Selection:
    """What a viewer looks at. Filters name dimensions and their values; options belong to a page.

    Both are kept sorted, one value a name (the last one given wins, an empty one drops out), so that
    equal selections compare and hash equal. Raises ValueError for a name that could not stand in a URL.
    """

    org: str
    period: Period
    compare: Compare = "yoy"
    language: Language = "zh"
    filters: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for name in ("filters", "options"):
            given = dict(getattr(self, name)).items()
            object.__setattr__(self, name, tuple(sorted(pair for pair in given if pair[1])))
        names = [name for name, _ in (*self.filters, *self.options)]
        unfit = [name for name in names if not _NAME.fullmatch(name) or name in RESERVED]
        if unfit or len(set(names)) != len(names):
            raise ValueError(f"not usable as names of filters and options: {unfit or names}")

    def filter(self, dimension: str) -> str | None:
        """The value that `dimension` is held at, None for all."""
        return dict(self.filters).get(dimension)

    def option(self, key: str, default: str = "") -> str:
        return dict(self.options).get(key, default)

    def to_params(self) -> dict[str, str]:
        """The URL parameters that give this selection back."""
        own = {"org": self.org, "period": self.period.key, "compare": self.compare, "lang": self.language}
        return own | dict(self.filters) | dict(self.options)

    @classmethod
    def from_params(
        cls,
        params: Mapping[str, object],
        defaults: Selection,
        dimensions: Mapping[str, Collection[str] | None] | None = None,
        organisations: Collection[str] | None = None,
    ) -> Selection:
        """Read a URL. What is missing or wrong is taken from `defaults`; nothing raises. Filters and
        options are those of the URL alone.

        `dimensions`: which names are filters, each with its known values (None: any); the other names
        are options. `organisations`: the known codes (None: any).
        """
        texts = {str(name): text for name, value in params.items() if (text := _text(value))}
        dimensions = dimensions or {}
        org = texts.get("org", defaults.org)
        compare, language = texts.get("compare"), texts.get("lang")
        filters: dict[str, str] = {}
        options: dict[str, str] = {}
        for name, text in texts.items():
            if name in RESERVED or not _NAME.fullmatch(name):
                continue
            if name not in dimensions:
                options[name] = text
            elif (known := dimensions[name]) is None or text in known:
                filters[name] = text
        return cls(
            org=org if organisations is None or org in organisations else defaults.org,
            period=_period(texts.get("period"), defaults.period),
            compare=cast(Compare, compare) if compare in ("yoy", "prev") else defaults.compare,
            language=cast(Language, language) if language in ("zh", "en") else defaults.language,
            filters=tuple(filters.items()),
            options=tuple(options.items()),
        )


def _text(value: object) -> str:
    """A URL value as text; the last one of several; "" for what is not usable."""
    if isinstance(value, list | tuple):
        value = value[-1] if value else ""
    return value if isinstance(value, str) and len(value) <= _LONGEST_VALUE else ""


def _period(text: str | None, default: Period) -> Period:
    if text is None:
        return default
    try:
        return Period.parse(text)
    except ValueError:
        return default
