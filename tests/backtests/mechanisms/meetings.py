"""Joint meetings, who came, what they resolved, and the rotating chair: counted a second time.

A planned meeting is due on the last day of its quarter, the annual one at the end of March. What a
committee's newest ledger was too early to tell of counts neither way.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from tests.backtests.books import Books, Definition, Quarter, Rows, different, number, total
from tests.backtests.ledger import Ledger

LEDGERS = {
    "meetings": Ledger(
        sheet="联席会议",
        headings={
            "meeting_title": "会议名称 联席会议名称 会议全称",
            "meeting_kind": "会议类别 会议类型 会议种类",
            "plan_year": "计划年度 所属年度 应开年度",
            "plan_quarter": "计划季度 所属季度 应开季度",
            "meeting_state": "召开情况 会议状态 是否召开",
            "held_on": "召开日期 召开时间 会议召开日期",
            "excuse_reason": "免开原因 免开事由 免开理由",
            "topics": "会议议题 主要议题 议题",
            "evidence": "会议纪要编号 纪要编号 会议纪要",
        },
        needed=("meeting_title", "meeting_kind", "meeting_state"),
        same_if=("meeting_title",),
        options={
            "meeting_kind": {
                "annual": "年度联席会议 年度 年度会议 年初会议",
                "quarterly": "季度联席会议 季度 季度会议",
                "adhoc": "临时联席会议 临时 临时会议 专题会议",
            },
            "plan_quarter": {
                "1": "第一季度 一季度 1季度 1",
                "2": "第二季度 二季度 2季度 2",
                "3": "第三季度 三季度 3季度 3",
                "4": "第四季度 四季度 4季度 4",
            },
            "meeting_state": {
                "held": "已召开 召开 已开 是",
                "excused": "因故免开 免开 经批准免开",
                "pending": "未召开 尚未召开 待召开 否",
            },
            "excuse_reason": {
                "epidemic": "疫情防控 疫情",
                "flood": "防汛抗灾 防汛 抗灾",
                "merged": "与其他会议合并 合并召开 合并",
                "other": "其他原因 其他 其它",
            },
        },
        dates=("held_on",),
        numbers=("plan_year",),
    ),
    "meeting_attendance": Ledger(
        sheet="会议出席",
        headings={
            "meeting_title": "会议名称 出席会议 参加的会议",
            "met_on": "会议日期 开会日期 会议时间",
            "unit_name": "参会单位 应到单位 通知单位 与会单位",
            "attendance_state": "出席情况 是否出席 到会情况",
        },
        needed=("meeting_title", "met_on", "unit_name", "attendance_state"),
        same_if=("meeting_title", "unit_name"),
        options={
            "attendance_state": {
                "present": "出席 是 到会 已出席 √",
                "leave": "请假 已请假 因事请假",
                "absent": "缺席 否 未到 未到会 ×",
            }
        },
        dates=("met_on",),
    ),
    "resolutions": Ledger(
        sheet="议定事项",
        headings={
            "meeting_title": "议定会议 来源会议 会议名称",
            "met_on": "议定日期 议定时间 会议日期",
            "resolution": "议定事项 议定内容 决议事项",
            "unit_name": "牵头单位 落实单位 责任主体",
            "due_on": "办结期限 应办结日期 限办日期",
            "closed_on": "办结日期 办结时间 实际办结日期",
        },
        needed=("meeting_title", "met_on", "resolution", "due_on"),
        same_if=("met_on", "resolution"),
        dates=("met_on", "due_on", "closed_on"),
    ),
    "chairs": Ledger(
        sheet="轮值主席",
        headings={
            "turn_on": "轮值起始日期 轮值月份 轮值开始日期 轮值日期",
            "unit_name": "轮值单位 轮值主席单位 主席单位",
            "theme": "轮值主题 当月主题 轮值活动主题",
        },
        needed=("turn_on", "unit_name"),
        same_if=("turn_on", "unit_name"),
        dates=("turn_on",),
    ),
}


def told_until(books: Books, dataset: str) -> pd.Series[pd.Timestamp]:
    """Committee -> the last day of which its newest ledger can tell."""
    sent = books.counted.submissions
    newest = sent[(sent.dataset == dataset) & sent.is_current]
    return pd.Series([Quarter(key).last for key in newest.quarter], index=newest.community_code)


def standing(books: Books, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Committees that existed from the first to the last day."""
    committees = books.committees
    return committees[(committees.valid_from <= first) & ~(committees.valid_to <= last)]


# ---- meetings that were due ---------------------------------------------------------------------


@cache
def owed(books: Books, quarter: Quarter) -> pd.DataFrame:
    """What each committee owed by the quarter's end: its quarterly meeting, in the first one the annual one, too."""
    meetings = books.ledger("meetings")
    year, figure = quarter.key.split("-Q")
    own = meetings[meetings.plan_year == int(year)]
    kinds = {"quarterly": own[(own.meeting_kind == "quarterly") & (own.plan_quarter == figure)]}
    if figure == "1":
        kinds["annual"] = own[own.meeting_kind == "annual"]
    until = told_until(books, "meetings")
    slots = []
    for rows in kinds.values():
        frame = standing(books, quarter.first, quarter.last).copy()
        frame["held_on"] = frame.community_code.map(rows.groupby("community_code").held_on.min())
        excused = rows[rows.meeting_state == "excused"].community_code
        frame["is_excused"] = frame.community_code.isin(excused) & frame.held_on.isna()
        frame["is_told"] = (frame.community_code.map(until) >= quarter.last) | frame.held_on.notna()
        slots.append(frame)
    return pd.concat(slots)


def due(books: Books, quarter: Quarter) -> pd.DataFrame:
    return owed(books, quarter).loc[lambda frame: ~frame.is_excused & frame.is_told]


def held_in_time(books: Books, quarter: Quarter) -> pd.DataFrame:
    # A quarter ends on the day on which its meetings are due: what is late was not held by its end.
    return due(books, quarter).loc[lambda frame: frame.held_on <= quarter.last]


def missed(books: Books, quarter: Quarter) -> pd.DataFrame:
    return due(books, quarter).loc[lambda frame: ~(frame.held_on <= quarter.last)]


def excused(books: Books, quarter: Quarter) -> pd.DataFrame:
    return owed(books, quarter).loc[lambda frame: frame.is_excused]


def held(books: Books, quarter: Quarter) -> pd.DataFrame:
    meetings = books.ledger("meetings")
    return meetings[meetings.held_on.between(quarter.first, quarter.last)]


def minuted(books: Books, quarter: Quarter) -> pd.DataFrame:
    return held(books, quarter).dropna(subset=["evidence"])


# ---- who came -----------------------------------------------------------------------------------


def invited(books: Books, quarter: Quarter) -> pd.DataFrame:
    every = books.ledger("meeting_attendance")
    return every[every.met_on.between(quarter.first, quarter.last)]


def came(state: str) -> Rows:
    return lambda books, quarter: invited(books, quarter).loc[lambda frame: frame.attendance_state == state]


def agreed(books: Books, quarter: Quarter) -> pd.DataFrame:
    units = books.units
    return units[(units.signed_on <= quarter.last) & ~(units.ends_on < quarter.last)]


def agreed_meanwhile(books: Books, quarter: Quarter) -> pd.DataFrame:
    units = books.units
    return units[(units.signed_on <= quarter.last) & ~(units.ends_on < quarter.first)]


def never_present(books: Books, quarter: Quarter) -> pd.DataFrame:
    asked = set(invited(books, quarter).unit_code.dropna())
    there = set(came("present")(books, quarter).unit_code.dropna())
    return agreed(books, quarter).loc[lambda frame: frame.unit_code.isin(asked - there)]


# ---- what was resolved --------------------------------------------------------------------------


def resolutions_by(column: str) -> Rows:
    def rows(books: Books, quarter: Quarter) -> pd.DataFrame:
        every = books.ledger("resolutions")
        every = every.assign(close_days=(every.closed_on - every.met_on).dt.days)
        return every[every[column].between(quarter.first, quarter.last)]

    return rows


def closed_in_time(books: Books, quarter: Quarter) -> pd.DataFrame:
    return resolutions_by("due_on")(books, quarter).loc[lambda frame: frame.closed_on <= frame.due_on]


def open_ones(books: Books, quarter: Quarter) -> pd.DataFrame:
    every = books.ledger("resolutions")
    return every[(every.met_on <= quarter.last) & ~(every.closed_on <= quarter.last)]


def overdue(books: Books, quarter: Quarter) -> pd.DataFrame:
    return open_ones(books, quarter).loc[lambda frame: frame.due_on < quarter.last]


# ---- who was in the chair -----------------------------------------------------------------------


@cache
def chair_months(books: Books, quarter: Quarter) -> pd.DataFrame:
    """A row for each month that the ledger tells of, with the chair's unit and the themed activities of a chaired one."""
    turns = books.ledger("chairs").sort_values(["community_code", "turn_on", "row"], kind="stable")
    until = told_until(books, "chairs")
    activities = books.activities
    themed = activities[activities.themed.fillna(False).astype(bool)]
    months = []
    for first in pd.date_range(quarter.first, quarter.last, freq="MS"):
        last = first + pd.offsets.MonthEnd(0)
        frame = standing(books, first, last)
        frame = frame[frame.community_code.map(until) >= last].copy()
        chair = (
            turns[turns.turn_on.between(first, last)]
            .drop_duplicates("community_code")
            .set_index("community_code")
        )
        frame["is_chaired"] = frame.community_code.isin(chair.index)
        frame["unit_code"] = frame.community_code.map(chair.unit_code)
        held_then = themed[themed.held_on.between(first, last)].groupby("community_code").size()
        frame["themed_count"] = frame.community_code.map(held_then).fillna(0).where(frame.is_chaired, 0)
        months.append(frame)
    return pd.concat(months)


def chaired(books: Books, quarter: Quarter) -> pd.DataFrame:
    return chair_months(books, quarter).loc[lambda frame: frame.is_chaired]


def chaired_by_units_under_agreement(books: Books, quarter: Quarter) -> pd.DataFrame:
    turns = chaired(books, quarter)
    return turns[turns.unit_code.isin(agreed_meanwhile(books, quarter).unit_code)]


def chairs_until(books: Books, quarter: Quarter, since: pd.Timestamp | None = None) -> set[str]:
    """Units that took a turn up to the quarter's end, in months that the ledger tells of."""
    turns = books.ledger("chairs")
    turns = turns[
        (turns.turn_on <= quarter.last)
        & (turns.turn_on <= turns.community_code.map(told_until(books, "chairs")))
    ]
    if since is not None:
        turns = turns[turns.turn_on >= since]
    return set(turns.unit_code.dropna())


def never_chaired(books: Books, quarter: Quarter) -> pd.DataFrame:
    return agreed(books, quarter).loc[lambda frame: ~frame.unit_code.isin(chairs_until(books, quarter))]


def long_waiting(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Of the twelve months that end with the quarter."""
    year_before = quarter.last - pd.DateOffset(years=1)
    had_a_turn = chairs_until(books, quarter, year_before + pd.Timedelta(days=1))
    units = agreed(books, quarter)
    return units[(units.signed_on <= year_before) & ~units.unit_code.isin(had_a_turn)]


DEFINITIONS = {
    "meeting_held_share": Definition(number(held_in_time), number(due)),
    "meeting_on_time_share": Definition(number(held_in_time), number(due)),
    "missed_meeting_count": Definition(number(missed)),
    "excused_meeting_count": Definition(number(excused)),
    "meeting_count": Definition(number(held)),
    "minutes_share": Definition(number(minuted), number(held)),
    "meeting_attendance_share": Definition(number(came("present")), number(invited)),
    "meeting_absence_share": Definition(number(came("absent")), number(invited)),
    "never_present_unit_count": Definition(different("unit_code", never_present)),
    "resolution_count": Definition(number(resolutions_by("met_on"))),
    "resolution_closed_count": Definition(number(resolutions_by("closed_on"))),
    "open_resolution_count": Definition(number(open_ones)),
    "overdue_resolution_count": Definition(number(overdue)),
    "resolution_on_time_share": Definition(number(closed_in_time), number(resolutions_by("due_on"))),
    "resolution_close_days": Definition(
        total("close_days", resolutions_by("closed_on")), number(resolutions_by("closed_on"))
    ),
    "chaired_month_share": Definition(number(chaired), number(chair_months)),
    "chair_turn_count": Definition(number(chaired)),
    "chair_unit_share": Definition(
        different("unit_code", chaired_by_units_under_agreement), number(agreed_meanwhile)
    ),
    "never_chaired_unit_count": Definition(different("unit_code", never_chaired)),
    "long_waiting_unit_count": Definition(different("unit_code", long_waiting)),
    "themed_per_turn": Definition(total("themed_count", chaired), number(chaired)),
}
