"""Notices and duty lists, counted a second time."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from tests.backtests.books import Books, Definition, Quarter, Rows, different, number, total
from tests.backtests.ledger import Ledger


def _notice_is_sound(record: dict[str, Any]) -> str:
    if record["read_on"] and record["read_on"] < record["sent_on"]:
        return "read_before_sent"
    if record["acted_on"] and record["acted_on"] < (record["read_on"] or record["sent_on"]):
        return "acted_before_read"
    return ""


LEDGERS = {
    "notices": Ledger(
        sheet="信息通报",
        headings={
            "notice_title": "通报标题 信息标题 通报名称 信息名称",
            "notice_kind": "信息类别 通报类别 信息类型",
            "sent_on": "发出日期 通报日期 发出时间 发布日期",
            "unit_name": "接收单位 送达单位 收文单位",
            "needs_action": "是否需要落实 需要落实 是否要求落实",
            "read_on": "阅读日期 签收日期 已读日期 阅读时间",
            "acted_on": "落实日期 落实时间 落实反馈日期",
        },
        needed=("notice_title", "notice_kind", "sent_on", "unit_name"),
        same_if=("sent_on", "notice_title", "unit_name"),
        options={
            "notice_kind": {
                "work": "工作动态 动态 工作简报",
                "task": "上级任务 任务 上级部署",
                "plan": "工作计划 计划 工作安排",
            }
        },
        dates=("sent_on", "read_on", "acted_on"),
        flags=("needs_action",),
        sound=_notice_is_sound,
    ),
    "duties": Ledger(
        sheet="职责清单",
        headings={
            "unit_name": "履职单位 承担单位 职责单位",
            "duty_class": "职责类别 职责类型 职责分类",
            "duty": "职责内容 职责事项 具体职责",
            "due_on": "完成时限 完成期限 应完成日期",
            "done_on": "实际完成日期 履职日期 履职完成日期",
            "evidence": "佐证材料 完成佐证 履职佐证",
        },
        needed=("unit_name", "duty_class", "duty", "due_on"),
        same_if=("unit_name", "duty_class", "duty", "due_on"),
        options={
            "duty_class": {
                "members": "党员管理 党员教育管理 党员管理类",
                "service": "服务群众 联系服务群众 服务群众类",
                "pairing": "结对帮扶 帮扶 结对帮扶类",
            }
        },
        dates=("due_on", "done_on"),
    ),
}


def _of_units_that_stay(books: Books, quarter: Quarter, frame: pd.DataFrame) -> pd.DataFrame:
    """Without the rows of units whose agreement was over on the last day of the quarter."""
    gone = books.units[books.units.ends_on < quarter.last]
    return frame[~frame.unit_code.isin(gone.unit_code)]


# ---- notices --------------------------------------------------------------------------------------


@cache
def deliveries(books: Books) -> pd.DataFrame:
    """One row a unit that a notice was sent to."""
    frame = books.ledger("notices")
    needed = [
        kind == "task" if needs is None else needs
        for needs, kind in zip(frame.needs_action, frame.notice_kind, strict=True)
    ]
    return frame.assign(
        notice=frame.community_code + "|" + frame.sent_on.dt.strftime("%Y%m%d") + "|" + frame.notice_title,
        is_task=needed,
        days=(frame.read_on - frame.sent_on).dt.days,
    )


def sent(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = deliveries(books)
    return frame[frame.sent_on.between(quarter.first, quarter.last)]


def read(books: Books, quarter: Quarter) -> pd.DataFrame:
    return sent(books, quarter).dropna(subset=["read_on"])


def read_within_three_days(books: Books, quarter: Quarter) -> pd.DataFrame:
    return read(books, quarter).loc[lambda frame: frame.days <= 3]


def tasks(books: Books, quarter: Quarter) -> pd.DataFrame:
    return sent(books, quarter).loc[lambda frame: frame.is_task]


def tasks_acted_on(books: Books, quarter: Quarter) -> pd.DataFrame:
    return tasks(books, quarter).dropna(subset=["acted_on"])


def tasks_overdue(books: Books, quarter: Quarter) -> pd.DataFrame:
    """More than thirty days after sending, at the quarter's end."""
    frame = deliveries(books).loc[lambda frame: frame.is_task]
    waited = (quarter.last - frame.sent_on).dt.days
    return _of_units_that_stay(books, quarter, frame[(waited > 30) & ~(frame.acted_on <= quarter.last)])


@cache
def addressable(books: Books, quarter: Quarter) -> pd.DataFrame:
    """The units under agreement on the day of a notice of their community, once for each notice."""
    notices = sent(books, quarter).drop_duplicates("notice")[["community_code", "notice", "sent_on"]]
    pairs = books.units.merge(notices, on="community_code")
    pairs = pairs[(pairs.signed_on <= pairs.sent_on) & ~(pairs.ends_on < pairs.sent_on)]
    got = set(zip(sent(books, quarter).notice, sent(books, quarter).unit_code, strict=True))
    return pairs.assign(
        got_it=[pair in got for pair in zip(pairs.notice, pairs.unit_code, strict=True)],
    )


def reached(books: Books, quarter: Quarter) -> pd.DataFrame:
    return addressable(books, quarter).loc[lambda frame: frame.got_it]


def left_out(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = addressable(books, quarter)
    return frame[~frame.unit_code.isin(reached(books, quarter).unit_code)]


# ---- duties ---------------------------------------------------------------------------------------


@cache
def duties(books: Books) -> pd.DataFrame:
    frame = books.ledger("duties")
    return frame.assign(
        is_done=frame.done_on.notna(),
        is_proven=frame.evidence.notna() & frame.done_on.notna(),
        is_on_time=frame.done_on <= frame.due_on,
        late_days=(frame.done_on - frame.due_on).dt.days,
    )


def due(books: Books, quarter: Quarter) -> pd.DataFrame:
    return duties(books).loc[lambda frame: frame.due_on.between(quarter.first, quarter.last)]


def due_and(*marks: str) -> Rows:
    return lambda books, quarter: due(books, quarter).loc[lambda frame: frame[list(marks)].all(axis=1)]


def done_late(books: Books, quarter: Quarter) -> pd.DataFrame:
    return due(books, quarter).loc[lambda frame: frame.late_days > 0]


def overdue(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = duties(books)
    behind = frame[(frame.due_on < quarter.last) & ~(frame.done_on <= quarter.last)]
    return _of_units_that_stay(books, quarter, behind)


def settled(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Units that are under agreement on the last day of the quarter, and have been for ninety days."""
    units = books.units
    since = units.signed_on + pd.Timedelta(days=90)
    return units[(since <= quarter.last) & ~(units.ends_on < quarter.last)]


def listed(books: Books, quarter: Quarter) -> pd.DataFrame:
    frame = duties(books)
    of_the_year = frame[frame.due_on.dt.year == quarter.last.year]
    return settled(books, quarter).loc[lambda units: units.unit_code.isin(of_the_year.unit_code)]


def unlisted(books: Books, quarter: Quarter) -> pd.DataFrame:
    units = settled(books, quarter)
    return units[~units.unit_code.isin(listed(books, quarter).unit_code)]


DEFINITIONS: dict[str, Definition] = {
    "notice_count": Definition(different("notice", sent)),
    "notice_recipient_count": Definition(number(sent)),
    "notice_read_share": Definition(number(read), number(sent)),
    "notice_read_soon_share": Definition(number(read_within_three_days), number(sent)),
    "notice_days_to_read": Definition(total("days", read), number(read)),
    "notice_acted_share": Definition(number(tasks_acted_on), number(tasks)),
    "overdue_task_count": Definition(number(tasks_overdue)),
    "unit_reached_share": Definition(different("unit_code", reached), different("unit_code", addressable)),
    "unit_left_out_count": Definition(different("unit_code", left_out)),
    "duty_count": Definition(number(due)),
    "duty_done_share": Definition(number(due_and("is_done")), number(due)),
    "duty_on_time_share": Definition(number(due_and("is_on_time")), number(due)),
    "duty_evidence_share": Definition(number(due_and("is_proven")), number(due_and("is_done"))),
    "duty_fulfilled_share": Definition(number(due_and("is_on_time", "is_proven")), number(due)),
    "duty_late_days": Definition(total("late_days", done_late), number(due_and("is_done"))),
    "overdue_duty_count": Definition(number(overdue)),
    "duty_list_share": Definition(number(listed), number(settled)),
    "empty_duty_list_count": Definition(number(unlisted)),
}
