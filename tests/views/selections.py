"""Awkward selections over the invented district: every level, every kind of period, both languages."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.selection import Period, Selection
from tests.unit.tiny_snapshot import DISTRICT, DONGYUAN, HEDONG, LIUAN, TASHAN, UNIT, XINXU, YUNXI

# 新圩 exists only since 2021; unit 3's agreement began in 2021-04, unit 5's ended in 2021-06;
# unit 6 has three members only, which nobody may see.
ORGS = (DISTRICT, HEDONG, YUNXI, DONGYUAN, LIUAN, TASHAN, XINXU, UNIT[1], UNIT[3], UNIT[5], UNIT[6])
PERIODS = (
    "2021",
    "2020",  # the first one: nothing before it
    "2020..2021",
    "2021-Q2",
    "2020-Q1",
    "2021-Q1..2021-Q3",
    "2021-11",
    "2020-01",
    "2020-11..2021-02",
    "2021..2022",  # goes beyond the data
    "2022-Q1",  # after the data
    "2015",  # before the data, and before some organisations
)


def selection(org: str = DISTRICT, period: str = "2021", **options: str) -> Selection:
    return Selection(org, Period.parse(period), options=tuple(options.items()))


def awkward() -> list[Selection]:
    """Organisations × periods, 同比; then the other comparison, English, odd parameters."""
    return list(_awkward())


def _awkward() -> Iterator[Selection]:
    for number, org in enumerate(ORGS):
        every = org in (DISTRICT, XINXU, UNIT[6])  # the others take turns through the periods
        for period in PERIODS if every else PERIODS[number % 3 :: 3]:
            yield selection(org, period)
    for org in (DISTRICT, XINXU, UNIT[6]):
        for period in ("2021", "2021-Q2", "2020-01", "2022-Q1"):
            yield Selection(org, Period.parse(period), "prev", "en")
            yield Selection(org, Period.parse(period), "prev")
    yield Selection(DISTRICT, Period.parse("2021"), filters=(("nonsense", "x"),))
    yield Selection(DISTRICT, Period.parse("2021"), filters=(("type", "unknown"),))
    yield Selection("000000", Period.parse("2021"))
