"""Who looked at, exported, loaded, locked, withdrew or followed up what, and when: an append-only record.

One SQLite file a month in the data folder (audit/2026-11.sqlite), safe under several processes. Every
entry carries the hash of the one before it, across the months, so that a changed, removed or inserted
entry is found. Entries hold the account and codes of organisations, pages and files: nothing of persons.
Months are kept for half a year at least; `prune` deletes older ones as a whole, the oldest first.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

from filelock import FileLock, Timeout

Action: TypeAlias = Literal[
    "login", "refused", "view", "export", "check", "follow_up",
    "query", "load", "lock", "excuse", "withdraw", "rollback", "report", "backup", "restore", "prune",
]  # fmt: skip
ACTIONS: Mapping[Action, str] = MappingProxyType(
    {
        "login": "登录",
        "refused": "拒绝访问",
        "view": "查看页面",
        "export": "导出",
        "check": "提交检查",
        "follow_up": "督办登记",
        "query": "命令行查询",
        "load": "装入台账",
        "lock": "开放或锁定填报期",
        "excuse": "免报登记",
        "withdraw": "撤回报送",
        "rollback": "切换版本",
        "report": "生成报告",
        "backup": "备份",
        "restore": "恢复",
        "prune": "清理",
    }
)
FOLDER = "audit"
KEPT_MONTHS = 6  # at least, beside the running one
LONGEST_DETAIL = 300
_START = "0" * 64  # before the first entry there ever was
_WAIT_SECONDS = 10.0
_turn = threading.Lock()  # of this process: waiting for the file's lock means looking again every so often
_SCHEMA = """
create table if not exists entry (
    number integer primary key, at text not null, account text not null, role text not null,
    action text not null, org text not null, target text not null, detail text not null,
    release_id text not null, previous text not null, hash text not null);
create trigger if not exists entry_is_never_changed before update on entry
    begin select raise(abort, 'append only'); end;
create trigger if not exists entry_is_never_deleted before delete on entry
    begin select raise(abort, 'append only'); end;
"""
_COLUMNS = "number, at, account, role, action, org, target, detail, release_id, previous, hash"


class AuditFailed(Exception):
    """An entry that cannot be written; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Entry:
    """One thing that was done. `target`: a page, a file, a period …; `detail`: parameters in short."""

    number: int
    at: str  # UTC, ISO 8601
    account: str
    role: str
    action: str
    org: str
    target: str
    detail: str
    release_id: str
    previous: str  # the hash of the entry before this one
    hash: str


def folder(data: Path) -> Path:
    return data / FOLDER


def record(
    data: Path,
    action: Action,
    *,
    account: str,
    role: str = "",
    org: str = "",
    target: str = "",
    detail: str = "",
    release_id: str = "",
    now: datetime | None = None,
) -> Entry:
    """Add an entry to the record in the data folder. Raises AuditFailed."""
    at = (now or datetime.now(UTC)).astimezone(UTC)
    place = folder(data)
    try:
        place.mkdir(parents=True, exist_ok=True)
        with _turn, FileLock(place / ".lock", timeout=_WAIT_SECONDS):
            last = _last(place)
            number, previous = (last.number + 1, last.hash) if last else (1, _START)
            stated = (number, at.isoformat(timespec="milliseconds"), account, role, action, org, target,
                      detail[:LONGEST_DETAIL], release_id, previous)  # fmt: skip
            entry = Entry(*stated, hash=_hash(stated))
            # A clock that went back must not open a month before the last one: the chain goes by the files.
            month = max(f"{at:%Y-%m}", _months(place)[-1].stem if last else "")
            with closing(sqlite3.connect(place / f"{month}.sqlite", timeout=_WAIT_SECONDS)) as db, db:
                db.executescript(_SCHEMA)
                db.execute(f"insert into entry ({_COLUMNS}) values ({', '.join('?' * 11)})", astuple(entry))
        return entry
    except Timeout as problem:
        raise AuditFailed("审计记录正被占用，请稍候再试") from problem
    except (OSError, sqlite3.Error) as problem:
        raise AuditFailed("审计记录无法写入，请检查数据目录的权限和磁盘空间") from problem


def entries(data: Path, since: date | None = None) -> Iterator[Entry]:
    """From the oldest that is kept on. `since`: only of that month and later ones. Raises AuditFailed."""
    for file in _months(folder(data)):
        if since is None or file.stem >= f"{since:%Y-%m}":
            yield from _of(file)


def broken_at(data: Path) -> int | None:
    """The number of the first entry that does not follow from the one before it; None when all do.

    Entries cut off at the end cannot be told from the files alone: compare the newest number and hash with
    those of a backup.
    """
    return first_break(entries(data))


def first_break(chain: Iterable[Entry]) -> int | None:
    """As `broken_at`, of entries that were read already."""
    previous: Entry | None = None
    for entry in chain:
        follows = previous is None or (entry.number, entry.previous) == (previous.number + 1, previous.hash)
        if not follows or entry.hash != _hash(astuple(entry)[:-1]):
            return entry.number
        previous = entry
    return None


def prune(data: Path, today: date, months: int) -> list[str]:
    """Delete the months that lie further back than `months` before this one. Returns them, the oldest first.

    Raises AuditFailed when fewer months would be kept than have to be, or a file cannot be deleted.
    """
    if months < KEPT_MONTHS:
        raise AuditFailed(f"审计记录至少保留 {KEPT_MONTHS} 个月，不能只留 {months} 个月")
    gone = []
    for file in prunable(data, today, months):
        try:
            file.unlink()
        except OSError as problem:
            raise AuditFailed(f"审计记录文件 {file.name} 无法删除，请检查文件权限") from problem
        gone.append(file.stem)
    return gone


def prunable(data: Path, today: date, months: int = KEPT_MONTHS) -> list[Path]:
    """The months that need not be kept any longer, the oldest first; never the newest, which holds the end
    of the chain."""
    first_kept = today.year * 12 + today.month - 1 - months
    return [
        file
        for file in _months(folder(data))[:-1]
        if int(file.stem[:4]) * 12 + int(file.stem[5:]) - 1 < first_kept
    ]


def _months(place: Path) -> list[Path]:
    return sorted(place.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].sqlite"))


def _last(place: Path) -> Entry | None:
    for file in reversed(_months(place)):
        with closing(sqlite3.connect(file, timeout=_WAIT_SECONDS)) as db:
            row = db.execute(f"select {_COLUMNS} from entry order by number desc limit 1").fetchone()
        if row:
            return Entry(*row)
    return None


def _of(file: Path) -> Iterator[Entry]:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            for row in db.execute(f"select {_COLUMNS} from entry order by number"):
                yield Entry(*row)
    except sqlite3.Error as problem:
        raise AuditFailed(f"审计记录文件 {file.name} 已损坏，请换回备份") from problem


def _hash(stated: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(list(stated), ensure_ascii=False).encode()).hexdigest()
