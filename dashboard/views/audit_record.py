"""审计记录: who looked at, took along, loaded, locked or withdrew what and when. For auditors alone.

The record lies beside the releases, not in them. An auditor of one organisation reads of the accounts
that are confined to it; whether the chain holds is told of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import pandas as pd

from dashboard import access, audit, theme
from dashboard.audit import AuditFailed, Entry
from dashboard.database import Snapshot
from dashboard.locale import Translator, translator
from dashboard.organisations import district, is_within, organisations
from dashboard.report import Block, Column, Note, Report, Source, Table
from dashboard.selection import Selection
from dashboard.views.controls import Choice, Control, Listed

KEY = "audit"
TITLE = "审计记录"
MOST_ROWS = 5000  # newest first; a month alone, or the command line, has all of them

_ALL = "all"
_KEY = re.compile(r"\w+")
_ROLES = dict(access.ROLES)


def _months(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    found = sorted({_month(entry) for entry in _readable(snapshot)}, reverse=True)
    return tuple((month, month) for month in found)


def _accounts(snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in sorted({entry.account for entry in _readable(snapshot)} - {""}))


MONTH = Listed("month", "月份", _months)
ACCOUNT = Listed("account", "账号", _accounts)
ACTION = Choice("action", "操作", ((_ALL, "全部"), *audit.ACTIONS.items()), _ALL)
FILTERS: tuple[Control, ...] = (MONTH, ACCOUNT, ACTION)


def build(selection: Selection, snapshot: Snapshot) -> Report:
    """Whether the chain holds, what each account did, and the entries, newest first."""
    say = translator(selection.language)
    try:
        every = tuple(audit.entries(snapshot.data))
        own = _own(snapshot, every)
        window = f"{_month(own[0])} – {_month(own[-1])}" if own else ""
        blocks = tuple(_blocks(every, own, selection, snapshot, say))
    except AuditFailed as reason:
        window, blocks = "", (Note(str(reason), "warning"),)
    subtitle = " · ".join(filter(None, (district(snapshot).full_label(selection.language), window)))
    return Report(KEY, say(TITLE), subtitle, blocks, snapshot.is_demo, snapshot.release_id)


def _blocks(
    every: Sequence[Entry], own: Sequence[Entry], selection: Selection, snapshot: Snapshot, say: Translator
) -> Iterator[Block]:
    yield _chain(every, say)
    if not own:
        yield Note(say("还没有审计记录。"), "empty")
        return
    month, account = selection.option(MONTH.key), selection.option(ACCOUNT.key)
    action = selection.option(ACTION.key, _ALL)
    chosen = [
        entry
        for entry in own
        if month in ("", _month(entry)) and account in ("", entry.account) and action in (_ALL, entry.action)
    ]
    source = Source(say("审计记录"), f"{_month(own[0])} – {_month(own[-1])}", snapshot.release_id)
    # A block is drawn once a key: as many entries as there are, another drawing.
    number = every[-1].number
    yield _by_account(chosen, f"accounts_{number}", source, say)
    yield _entries(chosen, f"entries_{number}", source, snapshot, selection, say)


def _chain(every: Sequence[Entry], say: Translator) -> Note:
    broken = audit.first_break(every)
    if broken is not None:
        text = say("哈希链从第 {number} 条起接不上，记录可能被改动、删除或插入过，请与备份核对。")
        return Note(text.format(number=theme.number(broken)), "warning")
    if not every:
        return Note(say("哈希链为空。"))
    text = say(
        "哈希链完整：第 {first} 至 {last} 条逐条相接。最新一条的哈希为 {hash}，请定期抄录，以便核对末尾有没有被截去。"
    )
    return Note(
        text.format(
            first=theme.number(every[0].number), last=theme.number(every[-1].number), hash=every[-1].hash[:16]
        ),
        "good",
    )


def _by_account(chosen: Sequence[Entry], key: str, source: Source, say: Translator) -> Table:
    """One row an account, the one with most entries on top."""
    groups = (
        ("viewed", "查看次数", ("view", "query")),
        ("taken", "导出次数", ("export", "report")),
        ("changed", "改动次数", ("load", "lock", "excuse", "withdraw", "rollback", "follow_up")),
        ("refused", "拒绝次数", ("refused",)),
    )
    counted: dict[str, list[Entry]] = {}
    for entry in chosen:
        counted.setdefault(entry.account, []).append(entry)
    rows = [
        {
            "account": account or say("未登录"),
            "role": _role(entries[-1], say),
            **{name: sum(entry.action in actions for entry in entries) for name, _, actions in groups},
            "entries": len(entries),
            "latest": _at(entries[-1]),
        }
        for account, entries in sorted(counted.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    return Table(
        key=key,
        title=say("{count} 个账号").format(count=theme.number(len(rows))),
        frame=pd.DataFrame(rows),
        columns=(
            Column("account", say("账号")),
            Column("role", say("角色")),
            *(Column(name, say(label), "integer") for name, label, _ in groups),
            Column("entries", say("合计"), "integer"),
            Column("latest", say("最近一次")),
        ),
        source=source,
        empty=say("没有符合条件的审计记录。"),
    )


def _entries(
    chosen: Sequence[Entry],
    key: str,
    source: Source,
    snapshot: Snapshot,
    selection: Selection,
    say: Translator,
) -> Table:
    known = organisations(snapshot)
    names = {code: org.label(selection.language) for code, org in known.items()}
    titles = {key: say(title) for key, title in _titles().items()}
    words = {str(action): say(word) for action, word in audit.ACTIONS.items()}
    newest = list(reversed(chosen))[:MOST_ROWS]
    rows = [
        {
            "number": entry.number,
            "at": _at(entry),
            "account": entry.account or say("未登录"),
            "role": _role(entry, say),
            "action": words.get(entry.action, entry.action),
            "org": _named(entry.org, names),
            "target": _named(entry.target, titles),
            "detail": " ".join(_named(word, names) for word in entry.detail.split(" ")),
            "release": entry.release_id,
            "hash": entry.hash,
        }
        for entry in newest
    ]
    title = say("{count} 条记录").format(count=theme.number(len(chosen)))
    if len(newest) < len(chosen):
        title += say("，列出最新的 {count} 条").format(count=theme.number(len(newest)))
    return Table(
        key=key,
        title=title,
        frame=pd.DataFrame(rows),
        columns=(
            Column("number", say("序号"), "integer"),
            Column("at", say("时间")),
            Column("account", say("账号")),
            Column("role", say("角色")),
            Column("action", say("操作")),
            Column("target", say("对象")),
            Column("detail", say("详情")),
            Column("org", say("查看范围")),
            Column("release", say("数据版本"), aside=True),
            Column("hash", say("哈希"), aside=True),
        ),
        source=source,
        empty=say("没有符合条件的审计记录。"),
    )


def _titles() -> dict[str, str]:
    from dashboard.views import PAGES  # lists this page among the others

    return {page.key: page.title for page in PAGES}


def _named(text: str, names: Mapping[str, str]) -> str:
    """ "overview/kpi.csv" begins with the key of a page, which people know by its title."""
    head = _KEY.match(text)
    return names[head[0]] + text[head.end() :] if head and head[0] in names else text


def _own(snapshot: Snapshot, every: Sequence[Entry]) -> tuple[Entry, ...]:
    if not snapshot.within:
        return tuple(every)
    known = organisations(snapshot)
    return tuple(entry for entry in every if entry.org in known and is_within(snapshot, known[entry.org]))


def _readable(snapshot: Snapshot) -> tuple[Entry, ...]:
    """For the lists of the selection bar, which says nothing where the page says what is wrong."""
    try:
        return _own(snapshot, tuple(audit.entries(snapshot.data)))
    except AuditFailed:
        return ()


def _role(entry: Entry, say: Translator) -> str:
    return say(_ROLES[entry.role]) if entry.role in _ROLES else ""


def _at(entry: Entry) -> str:
    """By the clock on the wall."""
    return f"{datetime.fromisoformat(entry.at).astimezone():%Y-%m-%d %H:%M:%S}"


def _month(entry: Entry) -> str:
    return _at(entry)[:7]
