"""服务订单: the indicators from ordering to rating, from the sentences that viewers read."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import pandas as pd

from tests.backtests.books import Books, Definition, Quarter, Rows, number, total
from tests.backtests.ledger import Ledger

_STAGES = ("ordered_on", "dispatched_on", "accepted_on", "closed_on")


def _sound(record: dict[str, Any]) -> str:
    """Each stage not before the one that was stated last; rated only when closed."""
    days = [(name, record[name]) for name in _STAGES if record[name] is not None]
    for (_, before), (name, day) in pairwise(days):
        if day < before:
            return f"{name} is too early"
    withdrawn = record["cancelled_on"]
    if withdrawn is not None and (withdrawn < record["ordered_on"] or record["closed_on"] is not None):
        return "withdrawn wrongly"
    rating = record["rating"]
    if rating is not None and (record["closed_on"] is None or not 1 <= rating <= 5):
        return "rated wrongly"
    return ""


LEDGERS = {
    "orders": Ledger(
        sheet="服务订单",
        headings={
            "order_no": "订单号 点单号 工单号 订单编号",
            "item": "点单事项 订单事项 点单内容 点单项目",
            "ordered_by": "点单方 点单方类别 点单来源 点单主体",
            "ordered_on": "点单日期 点单时间",
            "dispatched_on": "下单日期 下单时间 派单日期 派单时间",
            "accepted_on": "接单日期 接单时间",
            "acceptor_kind": "接单方 接单方类别 接单主体",
            "unit_name": "接单单位 接单成员单位 接单单位名称",
            "closed_on": "办结日期 办结时间 完成日期 完成时间",
            "rating": "评单分数 评单 评单（1-5分） 满意度评分",
            "cancelled_on": "撤单日期 撤单时间 取消日期",
        },
        needed=("order_no", "ordered_by", "ordered_on"),
        same_if=("order_no",),
        options={
            "ordered_by": {
                "resident": "居民 群众 居民群众",
                "member": "党员 党员群众",
                "unit": "单位 辖区单位 企事业单位",
            },
            "acceptor_kind": {
                "member_unit": "成员单位 共建单位 单位",
                "team": "服务队 党员服务队 志愿服务队",
                "member": "党员个人 党员 在职党员",
            },
        },
        dates=(*_STAGES, "cancelled_on"),
        numbers=("rating",),
        items="item",
        sound=_sound,
    )
}


@cache
def orders(books: Books) -> pd.DataFrame:
    frame = books.ledger("orders")
    waited = {name: (frame[name] - frame.ordered_on).dt.days for name in _STAGES}
    return frame.assign(**{f"{name}_days": days for name, days in waited.items()})


def placed(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Ordered in the quarter and not withdrawn by its end."""
    frame = orders(books)
    return frame[
        frame.ordered_on.between(quarter.first, quarter.last) & ~(frame.cancelled_on <= quarter.last)
    ]


def placed_and(stage: str) -> Rows:
    return lambda books, quarter: placed(books, quarter).loc[lambda frame: frame[stage] <= quarter.last]


def closed(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = orders(books)
    return frame[frame.closed_on.between(quarter.first, quarter.last)]


def closed_with(column: str) -> Rows:
    return lambda books, quarter: closed(books, quarter).dropna(subset=[column])


def closed_soon(books: Books, quarter: Quarter) -> pd.DataFrame:
    return closed(books, quarter).loc[lambda frame: frame.closed_on_days <= 7]


def satisfied(books: Books, quarter: Quarter) -> pd.DataFrame:
    return closed(books, quarter).loc[lambda frame: frame.rating.isin([4, 5])]


def withdrawn(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = orders(books)
    return frame[frame.cancelled_on.between(quarter.first, quarter.last)]


def still_open(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = orders(books)
    ended = (frame.closed_on <= quarter.last) | (frame.cancelled_on <= quarter.last)
    return frame[(frame.ordered_on <= quarter.last) & ~ended]


def open_long(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = still_open(books, quarter)
    return frame[(quarter.last - frame.ordered_on).dt.days > 30]


DEFINITIONS = {
    "order_count": Definition(number(placed)),
    "order_dispatched_share": Definition(number(placed_and("dispatched_on")), number(placed)),
    "order_accepted_share": Definition(number(placed_and("accepted_on")), number(placed)),
    "order_closed_share": Definition(number(placed_and("closed_on")), number(placed)),
    "order_closed_count": Definition(number(closed)),
    "order_cancelled_count": Definition(number(withdrawn)),
    "open_order_count": Definition(number(still_open)),
    "open_order_30_count": Definition(number(open_long)),
    "order_days_to_dispatch": Definition(
        total("dispatched_on_days", closed), number(closed_with("dispatched_on"))
    ),
    "order_days_to_accept": Definition(total("accepted_on_days", closed), number(closed_with("accepted_on"))),
    "order_days_to_close": Definition(total("closed_on_days", closed), number(closed)),
    "order_closed_7_days_share": Definition(number(closed_soon), number(closed)),
    "order_rating_mean": Definition(total("rating", closed), number(closed_with("rating"))),
    "order_satisfied_share": Definition(number(satisfied), number(closed_with("rating"))),
    "order_rated_share": Definition(number(closed_with("rating")), number(closed)),
}
