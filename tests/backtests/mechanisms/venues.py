"""阵地共享, counted a second time: venues in use, their opening hours, and who used them."""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import shapely
from recount_positions import to_wgs84
from shapely.geometry import shape

from tests.backtests.books import Books, Definition, Quarter, Rows, number, plain_unit, total
from tests.backtests.ledger import Ledger

BORDER_TOLERANCE_M = 50.0
# Monday to Sunday, as numpy writes which days count.
OPEN_DAYS = {"daily": "1111111", "weekdays": "1111100", "weekends": "0000011"}
SERVICE_KINDS = ("service_center", "service_station", "red_post")


def _later(early: str, late: str, fault: str) -> Any:
    """Sound when `late`, if stated, lies after `early` (days: or on the same one)."""

    def sound(record: dict[str, Any]) -> str:
        return fault if record[late] is not None and record[late] < record[early] else ""

    return sound


LEDGERS = {
    "venues": Ledger(
        sheet="共享阵地",
        headings={
            "venue_name": "阵地名称 场地名称 共享阵地 阵地",
            "venue_kind": "阵地类型 场地类型 阵地类别",
            "unit_name": "提供单位 产权单位 权属单位",
            "longitude": "经度 东经 经度坐标",
            "latitude": "纬度 北纬 纬度坐标",
            "crs": "坐标系 坐标系统",
            "opens_at": "每日开门时间 开门时间 开放开始时间",
            "closes_at": "每日关门时间 关门时间 开放截止时间",
            "open_days": "开放日 每周开放 开放周期",
            "open_to_residents": "是否向居民开放 向居民开放 居民可用",
            "opened_on": "启用日期 启用时间 投用日期",
            "closed_on": "停用日期 停用时间",
        },
        needed=("venue_name", "venue_kind", "opens_at", "closes_at", "open_days", "opened_on"),
        same_if=("venue_name",),
        options={
            "venue_kind": {
                "service_center": "党群活动服务中心 党群服务中心 党群中心",
                "service_station": "党务工作服务站 党务服务站 服务站",
                "red_post": "红色驿站 驿站",
                "party": "党建阵地 党建",
                "culture": "文化阵地 文化",
                "sports": "体育阵地 体育",
                "health": "卫生阵地 卫生",
            },
            "open_days": {
                "daily": "每天 每日 周一至周日",
                "weekdays": "工作日 周一至周五",
                "weekends": "周末 周六周日 双休日",
            },
        },
        dates=("opened_on", "closed_on"),
        numbers=("longitude", "latitude"),
        times=("opens_at", "closes_at"),
        flags=("open_to_residents",),
        sound=_later("opened_on", "closed_on", "closed_before_opened"),
    ),
    "venue_uses": Ledger(
        sheet="阵地使用",
        headings={
            "used_on": "使用日期 借用日期 使用日",
            "venue_name": "使用阵地 阵地名称 使用场地",
            "starts_at": "开始时间 开始使用时间 起始时间",
            "ends_at": "结束时间 结束使用时间 终止时间",
            "use_purpose": "使用用途 用途 使用性质",
            "unit_name": "使用单位 借用单位 申请单位",
            "head_count": "使用人数 使用人数（人） 到场人数",
        },
        needed=("used_on", "venue_name", "starts_at", "ends_at", "use_purpose"),
        same_if=("used_on", "venue_name", "starts_at"),
        options={
            "use_purpose": {
                "activity": "活动 开展活动",
                "meeting": "会议 召开会议",
                "training": "培训 培训学习",
                "residents": "居民自用 居民使用 群众自用",
            }
        },
        dates=("used_on",),
        numbers=("head_count",),
        times=("starts_at", "ends_at"),
        sound=_later("starts_at", "ends_at", "ends_before_start"),
    ),
}

# ---- which records ------------------------------------------------------------------------------


@cache
def venues(books: Books) -> pd.DataFrame:
    """With `located`, `venue` (the committee and the name in one spelling) and hours a day and a week."""
    frame = books.ledger("venues")
    features = json.loads((books.reference / "outline.geojson").read_text(encoding="utf-8"))["features"]
    area = shapely.union_all([shape(feature["geometry"]) for feature in features])
    area = area.buffer(BORDER_TOLERANCE_M / 111_320)
    places = zip(frame.longitude, frame.latitude, frame.crs, strict=True)
    hours = (frame.closes_at - frame.opens_at) / 60
    days = frame.open_days.map(lambda days: OPEN_DAYS[days].count("1"))
    return frame.assign(
        located=[not math.isnan(x + y) and shapely.contains_xy(area, *to_wgs84(x, y, crs)) for x, y, crs in places],
        venue=_venue(frame),
        daily_hours=hours,
        weekly_hours=hours * days,
    )  # fmt: skip


@cache
def uses(books: Books) -> pd.DataFrame:
    """Each use with its hours, in all and within the opening hours of the venue."""
    frame = books.ledger("venue_uses")
    frame = frame.assign(venue=_venue(frame), hours=(frame.ends_at - frame.starts_at) / 60)
    known = venues(books).set_index("venue")[["opens_at", "closes_at", "open_days", "opened_on", "closed_on"]]
    both = frame.join(known, on="venue")
    allowed = np.array(
        [
            isinstance(days, str) and OPEN_DAYS[days][day.weekday()] == "1"
            for days, day in zip(both.open_days, both.used_on, strict=True)
        ]
    )
    is_open = allowed & (both.opened_on <= both.used_on) & ~(both.closed_on <= both.used_on)
    within = both[["ends_at", "closes_at"]].min(axis=1) - both[["starts_at", "opens_at"]].max(axis=1)
    return frame.assign(open_hours=(within.clip(lower=0) / 60).where(is_open, 0.0))


def _venue(frame: pd.DataFrame) -> list[str]:
    return [
        f"{place}/{plain_unit(name)}"
        for place, name in zip(frame.community_code, frame.venue_name, strict=True)
    ]


def in_use(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = venues(books)
    return frame[(frame.opened_on <= quarter.last) & ~(frame.closed_on <= quarter.last)]


def in_use_and(column: str) -> Rows:
    return lambda books, quarter: in_use(books, quarter).loc[lambda frame: frame[column].eq(True)]


def idle(books: Books, quarter: Quarter) -> pd.DataFrame:
    return in_use(books, quarter).loc[lambda frame: ~frame.venue.isin(used(books, quarter).venue)]


def opening(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Every venue with the hours for which it was open in the quarter."""
    frame = venues(books)
    after = quarter.last + pd.Timedelta(days=1)
    hours = []
    for opened, closed, days, daily in zip(
        frame.opened_on, frame.closed_on, frame.open_days, frame.daily_hours, strict=True
    ):
        first = max(opened, quarter.first)
        end = max(first, after if pd.isna(closed) else min(closed, after))
        count = np.busday_count(first.date(), end.date(), weekmask=OPEN_DAYS[days])
        hours.append(float(count) * daily)
    return frame.assign(hours=hours)


@cache
def used(books: Books, quarter: Quarter) -> pd.DataFrame:
    return uses(books)[uses(books).used_on.between(quarter.first, quarter.last)]


def used_by_residents(books: Books, quarter: Quarter) -> pd.DataFrame:
    return used(books, quarter).loc[lambda frame: frame.use_purpose == "residents"]


def used_with_heads(books: Books, quarter: Quarter) -> pd.DataFrame:
    return used(books, quarter).dropna(subset=["head_count"])


def committees(books: Books, quarter: Quarter) -> pd.DataFrame:
    every = books.committees
    return every[(every.valid_from <= quarter.last) & ~(every.valid_to <= quarter.last)]


def uncovered(books: Books, quarter: Quarter) -> pd.DataFrame:
    serving = in_use(books, quarter).loc[lambda frame: frame.venue_kind.isin(SERVICE_KINDS)]
    return committees(books, quarter).loc[lambda frame: ~frame.community_code.isin(serving.community_code)]


DEFINITIONS: dict[str, Definition] = {
    "venue_count": Definition(number(in_use)),
    "venues_per_community": Definition(number(in_use), number(committees)),
    "resident_venue_share": Definition(number(in_use_and("open_to_residents")), number(in_use)),
    "uncovered_community_count": Definition(number(uncovered)),
    "located_venue_share": Definition(number(in_use_and("located")), number(in_use)),
    "weekly_open_hours": Definition(total("weekly_hours", in_use)),
    "weekly_open_hours_per_venue": Definition(total("weekly_hours", in_use), number(in_use)),
    "venue_use_count": Definition(number(used)),
    "venue_used_hours": Definition(total("hours", used)),
    "uses_per_venue": Definition(number(used), number(in_use)),
    "venue_use_rate": Definition(total("open_hours", used), total("hours", opening)),
    "idle_venue_count": Definition(number(idle)),
    "idle_venue_share": Definition(number(idle), number(in_use)),
    "resident_use_share": Definition(number(used_by_residents), number(used)),
    "venue_head_count": Definition(total("head_count", used)),
    "heads_per_use": Definition(total("head_count", used), number(used_with_heads)),
}
