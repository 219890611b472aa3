"""Posts, two-new organisations, service teams, jobs and industry parents, counted a second time.

An organisation, a team, a term of office or an industry parent has ended from the day stated on.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd

from tests.backtests.books import Books, Definition, Quarter, different, number, total
from tests.backtests.ledger import Ledger

_KINDS = {
    "government": "机关 党政机关 机关单位",
    "institution": "事业单位 事业",
    "enterprise": "企业 国有企业 民营企业 非公企业",
    "social": "社会组织 协会 商会",
    "school": "学校 中小学 院校",
    "hospital": "医院 医疗机构",
    "police": "派出所 公安派出所 警务站",
}

LEDGERS = {
    "committee_posts": Ledger(
        sheet="班子职务",
        headings={
            "post_name": "职务名称 班子职务 岗位职务 党内职务",
            "post_kind": "职务类别 班子职务类别 职务层次",
            "planned_on": "设岗日期 设岗时间 职务设立日期",
            "post_source": "人选来源 人选来源类别 任职人员来源",
            "unit_name": "选派单位 派出单位 推荐单位",
            "filled_from": "任职日期 任职时间 到任日期",
            "filled_until": "离任日期 离任时间 免职日期",
        },
        needed=("post_name", "post_kind", "planned_on"),
        same_if=("post_name", "filled_from"),
        options={
            "post_kind": {
                "secretary": "书记 党委书记 联合党委书记",
                "deputy": "副书记 党委副书记 联合党委副书记",
                "member": "委员 党委委员 专职委员",
                "part_time": "兼职委员 党委兼职委员 兼职党委委员",
            },
            "post_source": {"community": "社区 社区两委 社区党组织", **_KINDS},
        },
        dates=("planned_on", "filled_from", "filled_until"),
    ),
    "two_new_organisations": Ledger(
        sheet="两新组织",
        headings={
            "organisation_name": "两新党组织名称 两新组织名称 两新党组织",
            "two_new_field": "两新领域 所属领域 领域类别",
            "founded_on": "组建日期 组建时间 党组织组建日期",
            "members_developed": "累计发展党员数 累计发展党员 发展党员数",
            "dormant_since": "停止活动日期 停止活动时间 休眠日期",
            "dissolved_on": "党组织撤销日期 党组织撤销时间 组织撤销日期",
        },
        needed=("organisation_name", "two_new_field", "founded_on"),
        same_if=("organisation_name",),
        options={
            "two_new_field": {
                "business_district": "商圈 商圈市场 商圈街区",
                "logistics": "物流 物流快递 快递物流",
                "internet": "互联网 互联网企业 电商",
                "association": "协会 行业协会 协会商会",
                "other": "其他领域 其他 其它",
            }
        },
        dates=("founded_on", "dormant_since", "dissolved_on"),
        numbers=("members_developed",),
    ),
    "service_teams": Ledger(
        sheet="党员服务队",
        headings={
            "team_name": "服务队名称 队伍名称 党员服务队名称",
            "item": "服务方向 主要服务方向 服务专长",
            "team_size": "队员人数 队员数 队伍人数",
            "formed_on": "成队日期 成队时间 组队日期",
            "ended_on": "解散日期 解散时间 撤队日期",
        },
        needed=("team_name", "item", "formed_on"),
        same_if=("team_name",),
        dates=("formed_on", "ended_on"),
        numbers=("team_size",),
        items="item",
    ),
    "jobs": Ledger(
        sheet="就业岗位",
        headings={
            "unit_name": "用工单位 用人单位 招聘单位",
            "job_title": "岗位名称 招聘岗位 工种",
            "job_count": "岗位个数 岗位数 提供岗位数",
            "offered_on": "提供日期 提供时间 岗位发布日期",
        },
        needed=("unit_name", "job_title", "job_count", "offered_on"),
        same_if=("unit_name", "job_title", "offered_on"),
        dates=("offered_on",),
        numbers=("job_count",),
    ),
    "industry_parents": Ledger(
        sheet="行业归口",
        headings={
            "unit_name": "归口单位 归口单位名称 被归口单位",
            "industry_parent": "行业党委 归口行业党委 对口主抓行业党委",
            "from_on": "归口日期 归口时间 归口起始日期",
            "until_on": "解除归口日期 解除归口时间 归口截止日期",
        },
        needed=("unit_name", "industry_parent", "from_on"),
        same_if=("unit_name", "from_on"),
        options={
            "industry_parent": {
                "self_employed": "小个专行业党委 小个专 小个专党委",
                "commerce": "商贸行业党委 商贸党委 商贸",
                "logistics": "物流行业党委 物流党委 物流",
                "internet": "互联网行业党委 互联网党委 互联网",
                "education": "教育行业党委 教育党委 教育",
                "health": "卫生健康行业党委 卫健党委 卫生健康",
                "social": "社会组织行业党委 社会组织党委 社会组织",
                "none": "未归口 不归口 无行业党委",
            }
        },
        dates=("from_on", "until_on"),
    ),
}


# ---- posts: one by one, through their terms in order -------------------------------------------


Term = dict[str, Any]


@cache
def _posts(books: Books) -> list[tuple[Term, list[Term]]]:
    """Each post as it was first told, with its terms in order."""
    ledger = books.ledger("committee_posts")
    posts = []
    for (_, _), told in ledger.groupby(["community_code", "post_name"]):
        first = {**told.iloc[0].to_dict(), "planned_on": told.planned_on.min()}
        posts.append((first, told.sort_values("filled_from").to_dict("records")))
    return posts


def _state(planned_on: pd.Timestamp, terms: list[Term], day: pd.Timestamp) -> Term:
    """Filled or not on a day, since when, from where and by which unit."""
    begun = [term for term in terms if term["filled_from"] <= day]
    vacant = {"is_filled": False, "post_source": None, "unit_code": None}
    if not begun:
        return {**vacant, "since_on": planned_on}
    latest = begun[-1]
    if latest["filled_until"] <= day:
        return {**vacant, "since_on": latest["filled_until"]}
    held = {name: latest[name] for name in ("post_source", "unit_code")}
    return {**held, "is_filled": True, "since_on": latest["filled_from"]}


@cache
def posts(books: Books, quarter: Quarter) -> pd.DataFrame:
    """A row a post that exists on the last day of the quarter."""
    told = ("district_code", "street_code", "community_code", "post_kind", "post_name")
    return pd.DataFrame(
        [
            {name: post[name] for name in told} | _state(post["planned_on"], terms, quarter.last)
            for post, terms in _posts(books)
            if not post["planned_on"] > quarter.last
        ]
    )


def filled(books: Books, quarter: Quarter) -> pd.DataFrame:
    return posts(books, quarter).loc[lambda frame: frame.is_filled]


def vacant(books: Books, quarter: Quarter) -> pd.DataFrame:
    return posts(books, quarter).loc[lambda frame: ~frame.is_filled]


def long_vacant(books: Books, quarter: Quarter) -> pd.DataFrame:
    return vacant(books, quarter).loc[lambda frame: (quarter.last - frame.since_on).dt.days > 90]


def sent_by_units(books: Books, quarter: Quarter) -> pd.DataFrame:
    return filled(books, quarter).loc[lambda frame: frame.post_source != "community"]


# ---- two-new organisations -----------------------------------------------------------------------


def standing(books: Books, quarter: Quarter) -> pd.DataFrame:
    every = books.ledger("two_new_organisations")
    return every[(every.founded_on <= quarter.last) & ~(every.dissolved_on <= quarter.last)]


def founded(books: Books, quarter: Quarter) -> pd.DataFrame:
    every = books.ledger("two_new_organisations")
    return every[every.founded_on.between(quarter.first, quarter.last)]


def dormant(books: Books, quarter: Quarter) -> pd.DataFrame:
    return standing(books, quarter).loc[lambda frame: frame.dormant_since <= quarter.last]


def ever_listed(books: Books, _: Quarter) -> pd.DataFrame:
    return books.ledger("two_new_organisations")


# ---- service teams -------------------------------------------------------------------------------


def teams(books: Books, quarter: Quarter) -> pd.DataFrame:
    every = books.ledger("service_teams")
    return every[(every.formed_on <= quarter.last) & ~(every.ended_on <= quarter.last)]


@cache
def carried(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Activities of the quarter with the focus of a team that existed in the community that day."""
    activities = books.activities[books.activities.held_on.between(quarter.first, quarter.last)]
    pairs = (
        activities[["community_code", "item_code", "held_on"]]
        .reset_index()
        .merge(
            books.ledger("service_teams")[["community_code", "item_code", "formed_on", "ended_on"]],
            on=["community_code", "item_code"],
        )
    )
    there = (pairs.formed_on <= pairs.held_on) & ~(pairs.ended_on <= pairs.held_on)
    return activities.loc[sorted(set(pairs[there]["index"]))]


def idle(books: Books, quarter: Quarter) -> pd.DataFrame:
    busy = set(carried(books, quarter)[["community_code", "item_code"]].itertuples(index=False, name=None))
    found = teams(books, quarter)
    pairs = found[["community_code", "item_code"]].itertuples(index=False, name=None)
    return found[[pair not in busy for pair in pairs]]


# ---- jobs ----------------------------------------------------------------------------------------


def offers(books: Books, quarter: Quarter) -> pd.DataFrame:
    every = books.ledger("jobs")
    return every[every.offered_on.between(quarter.first, quarter.last)]


# ---- two tracks ----------------------------------------------------------------------------------


@cache
def units(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Units under agreement on the last day, each with the industry parent that it has on that day."""
    agreed = books.units[(books.units.signed_on <= quarter.last) & ~(books.units.ends_on < quarter.last)]
    parents = books.ledger("industry_parents")
    held = parents[(parents.from_on <= quarter.last) & ~(parents.until_on <= quarter.last)]
    latest = held.sort_values("from_on").groupby("unit_code").industry_parent.last()
    return agreed.assign(industry_parent=agreed.unit_code.map(latest).fillna("none"))


def in_both(books: Books, quarter: Quarter) -> pd.DataFrame:
    return units(books, quarter).loc[lambda frame: frame.industry_parent != "none"]


DEFINITIONS = {
    "post_count": Definition(number(posts)),
    "filled_post_count": Definition(number(filled)),
    "post_filled_share": Definition(number(filled), number(posts)),
    "vacant_post_count": Definition(number(vacant)),
    "long_vacant_post_count": Definition(number(long_vacant)),
    "unit_filled_post_share": Definition(number(sent_by_units), number(filled)),
    "two_new_organisation_count": Definition(number(standing)),
    "new_two_new_count": Definition(number(founded)),
    "dormant_two_new_count": Definition(number(dormant)),
    "two_new_member_count": Definition(total("members_developed", ever_listed), persons=("numerator",)),
    "service_team_count": Definition(number(teams)),
    "team_member_count": Definition(total("team_size", teams), persons=("numerator",)),
    "activities_per_team": Definition(number(carried), number(teams)),
    "idle_team_count": Definition(number(idle)),
    "job_count": Definition(total("job_count", offers)),
    "job_employer_count": Definition(different("unit_code", offers)),
    "industry_unit_count": Definition(number(units)),
    "dual_track_unit_count": Definition(number(in_both)),
    "dual_track_share": Definition(number(in_both), number(units)),
}
