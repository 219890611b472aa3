"""督办事项: everything that needs attention, how far its follow-up is, and where the evidence lies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from dashboard import attention, followups, theme
from dashboard.attention import Item
from dashboard.database import Snapshot
from dashboard.followups import Standing
from dashboard.locale import translator
from dashboard.organisations import organisations
from dashboard.queries import organisation
from dashboard.report import (
    Block,
    Choosing,
    Column,
    Heading,
    Kpi,
    KpiRow,
    Link,
    Note,
    Report,
    Source,
    Table,
    Task,
    Tasks,
)
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Period, Selection
from dashboard.views import figures, needs
from dashboard.views.controls import Choice, Control
from dashboard.views.page import counted_period, nothing_then, page

KEY = needs.ATTENTION
TITLE = "督办事项"
ITEM = "task"  # set by a link: the item whose state is to be changed
PROGRESS = Choice(
    "progress",
    "状态",
    (("open", "未结"), *((str(state), label) for state, label in followups.STATES.items()), ("all", "全部")),
    "open",
)
SEVERITY = Choice(
    "severity",
    "轻重",
    (("all", "全部"), ("warning", "警示"), ("attention", "关注"), ("plain", "提示")),
    "all",
)
_MECHANISMS = {
    1: "四级联动",
    2: "共建协议",
    3: "双重管理",
    4: "联合党委班子",
    5: "两新组织",
    6: "职责清单",
    7: "服务目录",
    8: "联席会议",
    9: "轮值主席",
    10: "信息共享",
    11: "双轨管理",
    12: "阵地共享",
    13: "资源与需求",
    14: "服务订单",
    15: "联系点",
    16: "党员服务队",
    17: "主题活动",
    18: "志愿服务和文艺活动",
    19: "专业技术培训",
    20: "就业岗位",
}
MECHANISM = Choice(
    "mechanism", "机制", (("all", "全部"), *((str(no), name) for no, name in _MECHANISMS.items())), "all"
)
PART = Choice("part", "查看", (("list", "事项"), ("table", "表格"), ("history", "办理记录")), "list")
FILTERS: tuple[Control, ...] = (PART, PROGRESS, SEVERITY, MECHANISM)

OVERDUE_DAYS = 30
_FEW = 3  # of each rule, until one rule is chosen
# Of each rule while all severities stand below each other: what can wait needs no three examples.
_BRIEF: Mapping[str, int] = {"warning": 3, "attention": 2, "plain": 1}
_MOST = 100
Found = Sequence[tuple[Item, Standing]]


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """How many stand where, then the items by severity and rule, or all as a table, or what was done."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        organisation(snapshot, chosen.org)
        nothing = nothing_then(snapshot, chosen)
        if nothing is not None:
            yield nothing
            return
        everything = attention.standings(snapshot, attention.found(snapshot, chosen, scope))
        yield _counts(chosen, everything)
        yield from _lead(snapshot, chosen, everything)
        part = chosen.option(PART.key, PART.default)
        if part == "history":
            yield _history(snapshot, chosen, scope)
            return
        shown = _wanted(chosen, everything)
        if part == "table":
            yield _table(snapshot, chosen, shown)
            return
        yield from _lists(snapshot, chosen, shown)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _counts(selection: Selection, everything: Found) -> KpiRow:
    """How many stand where, and how many have been waiting for long."""
    say = translator(selection.language)
    by_state = Counter(str(standing.state) for _, standing in everything)
    overdue = sum(1 for item, standing in everything if standing.is_open and item.days > OVERDUE_DAYS)
    long = say("自出现之日起至所选时段截止日超过 {days} 天、还没有办结的事项。").format(days=OVERDUE_DAYS)
    again = say("登记为已解决的事项；数据更新后如再次出现，会重新列为新事项。")
    cards = (
        ("new", say("新"), by_state["new"], say("还没有人处理的事项；办结后再次出现的也算。"), "new"),
        ("seen", say("已阅"), by_state["seen"], say("已有人看过、还没有开始跟进的事项。"), "seen"),
        ("followed_up", say("跟进中"), by_state["followed_up"], say("正在跟进的事项。"), "followed_up"),
        ("overdue", say("超过 {days} 天未结").format(days=OVERDUE_DAYS), overdue, long, "open"),
        ("resolved", say("已解决"), by_state["resolved"], again, "resolved"),
    )
    return KpiRow(
        tuple(
            Kpi(
                key,
                label,
                theme.number(count),
                say("项"),
                help=text,
                link=Link(say("查看"), KEY, {PROGRESS.key: progress, ITEM: None, PART.key: None}),
            )
            for key, label, count, text, progress in cards
        ),
        dense=True,
    )


def _lead(snapshot: Snapshot, selection: Selection, everything: Found) -> Iterator[Note]:
    """How many are open and how grave they are; which rule is looked at alone."""
    say = translator(selection.language)
    by_severity = Counter(item.rule.severity for item, standing in everything if standing.is_open)
    total = sum(by_severity.values())
    if total:
        yield Note(
            say("未结 {count} 项：警示 {warning} 项，关注 {attention} 项，提示 {plain} 项。").format(
                count=theme.number(total),
                **{name: theme.number(by_severity[name]) for name in attention.SEVERITIES},
            ),
            "warning" if by_severity["warning"] else "plain",
        )
    elif everything:
        yield Note(say("所有事项都已办结。"), "good")
    rule = attention.rules(snapshot).get(selection.option(needs.RULE))
    if rule is not None:
        text = say("只看：{rule}。").format(rule=rule.label(selection.language))
        yield Note(text, link=Link(say("显示全部"), KEY, {needs.RULE: None, ITEM: None}))


def _wanted(selection: Selection, everything: Found) -> list[tuple[Item, Standing]]:
    """Those that the controls leave, and the one that was just opened."""
    progress = selection.option(PROGRESS.key, PROGRESS.default)
    severity = selection.option(SEVERITY.key, SEVERITY.default)
    mechanism = selection.option(MECHANISM.key, MECHANISM.default)
    rule, opened = selection.option(needs.RULE), selection.option(ITEM)

    def fits(item: Item, standing: Standing) -> bool:
        if opened and item.code == opened:
            return True
        return (
            (progress == "all" or standing.state == progress or (progress == "open" and standing.is_open))
            and severity in ("all", item.rule.severity)
            and mechanism in ("all", str(item.rule.mechanism))
            and rule in ("", item.rule.key)
        )

    return [(item, standing) for item, standing in everything if fits(item, standing)]


# ---------------------------------------------------------------- the list


def _lists(snapshot: Snapshot, selection: Selection, shown: Found) -> Iterator[Block]:
    """A heading for each severity, a list for each rule."""
    say = translator(selection.language)
    if not shown:
        yield Note(say("没有符合条件的事项。"), "empty")
        return
    names = dict(SEVERITY.options)
    single = bool(selection.option(needs.RULE))
    mixed = selection.option(SEVERITY.key, SEVERITY.default) == SEVERITY.default
    standing_of = {item.code: standing for item, standing in shown}
    severity = ""
    for several in attention.by_rule(item for item, _ in shown).values():
        rule = several[0].rule
        if rule.severity != severity:
            severity = rule.severity
            count = sum(1 for item, _ in shown if item.rule.severity == severity)
            title = say("{severity}（{count} 项）").format(
                severity=say(names[severity]), count=theme.number(count)
            )
            yield Heading(title, 3)
        few = _BRIEF[severity] if mixed else _FEW
        yield _list(snapshot, selection, several, standing_of, _MOST if single else few)


def _list(
    snapshot: Snapshot,
    selection: Selection,
    several: Sequence[Item],
    standing_of: dict[str, Standing],
    most: int,
) -> Tasks:
    say = translator(selection.language)
    rule = several[0].rule
    opened = next((item for item in several if item.code == selection.option(ITEM)), None)
    chosen = list(several[:most])
    if opened is not None and opened not in chosen:
        chosen.append(opened)
    more = None
    if len(several) > len(chosen) and most < _MOST:
        text = say("全部 {count} 项").format(count=theme.number(len(several)))
        more = Link(text, KEY, {needs.RULE: rule.key, ITEM: None})
    return Tasks(
        key=rule.key,
        title=say("{mechanism} · {rule}（{count} 项）").format(
            mechanism=say(_MECHANISMS[rule.mechanism]),
            rule=rule.label(selection.language),
            count=theme.number(len(several)),
        ),
        items=tuple(_task(snapshot, selection, item, standing_of[item.code]) for item in chosen),
        more=more,
        choosing=None if opened is None else _choosing(snapshot, selection, opened, standing_of[opened.code]),
    )


def _task(snapshot: Snapshot, selection: Selection, item: Item, standing: Standing) -> Task:
    language = selection.language
    say = translator(language)
    everyone = organisations(snapshot)
    places = [everyone[code].label(language) for code in (item.community, item.unit) if code in everyone]
    label = say(followups.STATES[standing.state])
    if standing.recurred:
        label = say("{state}，再次出现").format(state=label)
    is_opened = selection.option(ITEM) == item.code
    origin = ""
    if item.file_name:
        origin = say("{file}，{sheet}，第 {row} 行") if item.row_no is not None else say("{file}，{sheet}")
        origin = origin.format(file=item.file_name, sheet=item.sheet_name, row=item.row_no)
    return Task(
        code=item.code,
        text=attention.sentence(snapshot, item, language),
        about=" · ".join(
            [
                *places,
                say("自 {day} 起").format(day=item.since_on.isoformat()),
                say("已 {days} 天").format(days=theme.number(item.days)),
            ]
        ),
        tone=item.rule.severity,
        state=standing.state,
        state_label=label,
        open=Link(say("收起"), KEY, {ITEM: None}) if is_opened else Link(say("登记"), KEY, {ITEM: item.code}),
        evidence=needs.evidence(snapshot, item, selection, KEY),
        origin=origin,
        said=_said(standing, language),
    )


def _said(standing: Standing, language: str) -> str:
    last = standing.last
    if last is None:
        return ""
    say = translator(language)
    text = say("{day} {account}登记为{state}").format(
        day=last.at.astimezone().strftime("%Y-%m-%d"),
        account=say(last.account),
        state=say(followups.STATES[last.state]),
    )
    return say("{text}：{remark}").format(text=text, remark=last.remark) if last.remark else text


def _choosing(snapshot: Snapshot, selection: Selection, item: Item, standing: Standing) -> Choosing:
    say = translator(selection.language)
    return Choosing(
        code=item.code,
        states=tuple(
            (str(state), say(label)) for state, label in followups.STATES.items() if state != standing.state
        ),
        longest_remark=followups.LONGEST_REMARK,
        file=str(followups.file_of(snapshot)),
        entry={
            "rule": item.rule.key,
            "key": item.key,
            "release_id": snapshot.release_id,
            # A ledger may be due after the last day with data; what is known already is no recurrence.
            "data_on": max(figures.last_day(snapshot), item.since_on).isoformat(),
            "community": item.community,
            "wording": attention.sentence(snapshot, item, "zh"),
        },
        refused="" if followups.may_follow_up() else say("当前设置不允许修改督办状态。"),
    )


# ---------------------------------------------------------------- tables


def _source(snapshot: Snapshot, selection: Selection) -> Source:
    period = counted_period(snapshot, selection).label(selection.language)
    return Source(translator(selection.language)("督办规则"), period, snapshot.release_id)


def _table(snapshot: Snapshot, selection: Selection, shown: Found) -> Table:
    """Every item with its evidence, to be taken along."""
    language = selection.language
    say = translator(language)
    frame = attention.frame_of(snapshot, [item for item, _ in shown], language)
    severities = dict(SEVERITY.options)
    frame["severity_label"] = pd.Series(
        [say(severities[item.rule.severity]) for item, _ in shown], dtype="str"
    )
    frame["mechanism_label"] = pd.Series(
        [say(_MECHANISMS[item.rule.mechanism]) for item, _ in shown], dtype="str"
    )
    frame["state_label"] = pd.Series(
        [say(followups.STATES[standing.state]) for _, standing in shown], dtype="str"
    )
    return Table(
        key="items",
        title=say("{count} 项督办事项及其依据").format(count=theme.number(len(frame))),
        frame=frame,
        columns=(
            Column("sentence", say("事项")),
            Column("severity_label", say("轻重")),
            Column("state_label", say("状态")),
            Column("mechanism_label", say("机制")),
            figures.label_column(snapshot, "community", language, "community_label"),
            Column("since_on", say("起始日期"), "date"),
            Column("days", say("天数"), "integer", say("天")),
            Column("file_name", say("来源文件")),
            Column("sheet_name", say("工作表")),
            Column("row_no", say("行号"), "integer"),
        ),
        source=_source(snapshot, selection),
        empty=say("没有符合条件的事项。"),
    )


def _history(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """Every entry of the organisation, the newest first, and whether what it was about still occurs."""
    language = selection.language
    say = translator(language)
    everyone = organisations(snapshot)
    org = organisation(snapshot, selection.org)
    told = [
        event
        for event in reversed(followups.events(followups.file_of(snapshot)))
        if org.level_no == 1
        or (event.community in everyone and org.code in everyone[event.community].codes.values())
    ]
    there = _there(snapshot, selection, scope) if told else set()
    rows = [
        {
            "at": event.at.astimezone().strftime("%Y-%m-%d %H:%M"),
            "wording": event.wording,
            "state": say(followups.STATES[event.state]),
            "now": say("仍存在") if (event.rule, event.key) in there else say("已消除"),
            "remark": event.remark or None,
            "account": say(event.account),
            "release": event.release_id,
        }
        for event in told
    ]
    names = ["at", "wording", "state", "now", "remark", "account", "release"]
    return Table(
        key="history",
        title=say("{count} 条办理记录").format(count=theme.number(len(rows))),
        frame=pd.DataFrame(rows, columns=names).astype("str" if not rows else "object"),
        columns=(
            Column("at", say("登记时间")),
            Column("wording", say("事项")),
            Column("state", say("登记为")),
            Column("now", say("现在")),
            Column("remark", say("备注")),
            Column("account", say("登记人")),
            Column("release", say("当时的数据版本")),
        ),
        source=_source(snapshot, selection),
        empty=say("还没有办理记录。"),
    )


def _there(snapshot: Snapshot, selection: Selection, scope: Scope) -> set[tuple[str, str]]:
    """What still occurs: in the selected period, or anywhere in the release's months."""
    whole = replace(selection, period=Period.of_days(snapshot.first_month, snapshot.last_month))
    return {
        (item.rule.key, item.key)
        for chosen in (selection, whole)
        for item in attention.found(snapshot, chosen, scope)
    }
