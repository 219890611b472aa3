"""资源与需求: the indicators over what is offered and what is asked for, from the sentences that viewers read."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from tests.backtests.books import Books, Definition, Quarter, different, number, total
from tests.backtests.ledger import Ledger


def _sound_resource(record: dict[str, Any]) -> str:
    until = record["available_until"]
    return "ends too early" if until is not None and until < record["available_from"] else ""


def _sound_need(record: dict[str, Any]) -> str:
    early = [
        name for name in ("matched_on", "wanted_until") if record[name] and record[name] < record["asked_on"]
    ]
    return f"{early[0]} is too early" if early else ""


LEDGERS = {
    "resources": Ledger(
        sheet="资源清单",
        headings={
            "unit_name": "提供单位 资源单位 资源提供单位 资源所属单位",
            "resource_title": "资源名称 资源内容 资源项目",
            "item": "资源事项 可服务事项 资源类别",
            "quantity": "可提供数量 资源数量",
            "quantity_unit": "计量单位 数量单位",
            "available_from": "可用起始日期 可用时间起 可用开始日期 上架日期",
            "available_until": "可用截止日期 可用时间止 可用结束日期 下架日期",
            "resource_state": "资源状态 资源情况 使用状态",
        },
        needed=("unit_name", "resource_title", "available_from", "resource_state"),
        same_if=("unit_name", "resource_title", "available_from"),
        options={
            "resource_state": {
                "available": "可用 可对接 空闲",
                "matched": "已对接 使用中 已使用",
                "paused": "暂停 暂停提供 停用",
            }
        },
        dates=("available_from", "available_until"),
        numbers=("quantity",),
        items="item",
        sound=_sound_resource,
    ),
    "needs": Ledger(
        sheet="需求清单",
        headings={
            "need_title": "需求内容 需求名称 需求项目",
            "asked_by": "需求方 需求方类别 需求来源",
            "item": "需求事项 需求类别 所需服务事项",
            "quantity": "需求数量 所需数量",
            "quantity_unit": "计量单位 数量单位",
            "asked_on": "提出日期 提出时间 需求提出日期",
            "wanted_until": "期望完成日期 期望时间 希望完成日期 需求截止日期",
            "need_state": "需求状态 对接状态 需求办理状态",
            "unit_name": "对接单位 对接资源单位 对接成员单位",
            "matched_on": "对接日期 对接时间 对接成功日期",
        },
        needed=("need_title", "asked_by", "asked_on", "need_state"),
        same_if=("asked_on", "need_title", "asked_by"),
        options={
            "asked_by": {
                "residents": "居民 居民群众 群众",
                "estate": "小区 楼栋 小区楼栋",
                "unit": "单位 辖区单位 企事业单位",
            },
            "need_state": {
                "open": "待对接 未对接 对接中",
                "matched": "已对接 对接成功",
                "met": "已满足 已完成 已解决",
                "withdrawn": "撤回 已撤回 取消",
            },
        },
        dates=("asked_on", "wanted_until", "matched_on"),
        numbers=("quantity",),
        items="item",
        sound=_sound_need,
    ),
}


# ---- resources ----------------------------------------------------------------------------------


@cache
def resources(books: Books) -> pd.DataFrame:
    """Those not paused, with the day from which each was used (NaT: never)."""
    every = books.ledger("resources").reset_index(drop=True)
    met = needs(books).dropna(subset=["unit_code", "item_code", "matched_on"])
    first = []
    for one in every.itertuples():
        during = met[(met.unit_code == one.unit_code) & (met.item_code == one.item_code)].matched_on
        during = during[(during >= one.available_from) & ~(during > one.available_until)]
        first.append(during.min())
    used = pd.to_datetime(pd.Series(first, index=every.index, dtype="object"))
    stated = every.resource_state == "matched"  # the ledger says so; at the latest when it became available
    used = used.where(~(stated & used.isna()), every.available_from)
    return every.assign(used_on=used)[every.resource_state != "paused"]


def on_offer(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = resources(books)
    return frame[(frame.available_from <= quarter.last) & ~(frame.available_until < quarter.last)]


def unused(books: Books, quarter: Quarter) -> pd.DataFrame:
    return on_offer(books, quarter).loc[lambda frame: ~(frame.used_on <= quarter.last)]


def agreed(books: Books, quarter: Quarter) -> pd.DataFrame:
    units = books.units
    return units[(units.signed_on <= quarter.last) & ~(units.ends_on < quarter.last)]


def on_offer_by_agreed(books: Books, quarter: Quarter) -> pd.DataFrame:
    return on_offer(books, quarter).loc[lambda frame: frame.unit_code.isin(agreed(books, quarter).unit_code)]


# ---- needs --------------------------------------------------------------------------------------


def needs(books: Books) -> pd.DataFrame:
    """Those not withdrawn."""
    return books.ledger("needs").loc[lambda frame: frame.need_state != "withdrawn"]


def asked(books: Books, quarter: Quarter) -> pd.DataFrame:
    return needs(books).loc[lambda frame: frame.asked_on.between(quarter.first, quarter.last)]


def _settled(frame: pd.DataFrame, quarter: Quarter) -> pd.Series[bool]:
    """Matched by the quarter's end, or said to be so without a day."""
    return (frame.matched_on <= quarter.last) | (
        frame.matched_on.isna() & frame.need_state.isin(["matched", "met"])
    )


def asked_and_matched(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = asked(books, quarter)
    return frame[_settled(frame, quarter)]


def matched(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = needs(books)
    frame = frame[frame.matched_on.between(quarter.first, quarter.last)]
    return frame.assign(days=(frame.matched_on - frame.asked_on).dt.days)


def waiting(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = needs(books)
    return frame[(frame.asked_on <= quarter.last) & ~_settled(frame, quarter)]


def waiting_long(books: Books, quarter: Quarter) -> pd.DataFrame:
    return waiting(books, quarter).loc[lambda frame: (quarter.last - frame.asked_on).dt.days > 30]


def waiting_for_nothing(books: Books, quarter: Quarter) -> pd.DataFrame:
    offered = on_offer(books, quarter).item_code.dropna()
    return waiting(books, quarter).loc[lambda frame: ~frame.item_code.isin(offered)]


DEFINITIONS = {
    "resource_count": Definition(number(on_offer)),
    "offered_item_count": Definition(different("item_code", on_offer)),
    "offering_unit_share": Definition(different("unit_code", on_offer_by_agreed), number(agreed)),
    "unused_resource_count": Definition(number(unused)),
    "unused_resource_share": Definition(number(unused), number(on_offer)),
    "need_count": Definition(number(asked)),
    "need_matched_share": Definition(number(asked_and_matched), number(asked)),
    "matched_need_count": Definition(number(matched)),
    "need_days_to_match": Definition(total("days", matched), number(matched)),
    "open_need_count": Definition(number(waiting)),
    "open_need_30_count": Definition(number(waiting_long)),
    "unoffered_item_count": Definition(different("item_code", waiting_for_nothing)),
}
