"""What was done about an item that needs attention: an append-only record beside the snapshots.

The only module with sqlite. One file in the data folder, safe under several viewers at once (WAL, one
short transaction an entry). It outlives every release, since an item's key does. Whoever only reads is
never held up: a file that is missing or cannot be read counts as empty.
"""

from __future__ import annotations

import os
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeVar

from dashboard.database import Snapshot

State: TypeAlias = Literal["new", "seen", "followed_up", "resolved", "excused"]
STATES: Mapping[State, str] = MappingProxyType(
    {"new": "新", "seen": "已阅", "followed_up": "跟进中", "resolved": "已解决", "excused": "免于"}
)
SETTLED: frozenset[State] = frozenset({"resolved", "excused"})  # nothing more is asked of anybody
HERE = "本机"  # the account until viewers have identities
LONGEST_REMARK = 60
FILE_NAME = "followups.sqlite"
_WAIT_SECONDS = 5.0  # for another viewer's entry
_VERSION = 1
_DIGITS = re.compile(r"\d{7,}")  # as long as a telephone number, or longer
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:[12]\d|3[01]|0?[1-9])(?!\d)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-—–_.·]+(?=\d)")
_T = TypeVar("_T")

_SCHEMA = f"""
create table if not exists event (
    id integer primary key autoincrement, rule text not null, item_key text not null, state text not null,
    remark text not null, account text not null, at text not null, release_id text not null, data_on text not null,
    community text not null, wording text not null);
create index if not exists event_item on event (rule, item_key, id);
create trigger if not exists event_is_never_changed before update on event
    begin select raise(abort, 'append only'); end;
create trigger if not exists event_is_never_deleted before delete on event
    begin select raise(abort, 'append only'); end;
pragma user_version = {_VERSION};
"""


class FollowUpRefused(Exception):
    """An entry that cannot be made; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Event:
    """One entry: what an item's state became, when (UTC), by whom, and with which release in view."""

    number: int
    rule: str
    key: str
    state: State
    remark: str
    account: str
    at: datetime
    release_id: str
    data_on: date  # the last day that was known of then
    community: str
    wording: str  # the item's sentence at that time; it may no longer occur


@dataclass(frozen=True)
class Standing:
    """Where an item stands. `recurred`: it was resolved before, and has come up again since."""

    state: State
    recurred: bool = False
    last: Event | None = None

    @property
    def is_open(self) -> bool:
        return self.state not in SETTLED


def may_follow_up() -> bool:
    """Whether this viewer may change states: by $LIANDONG_FOLLOW_UP (off: nobody), until there are accounts."""
    return os.environ.get("LIANDONG_FOLLOW_UP", "on").strip().lower() not in ("off", "0", "no", "false")


def file_of(snapshot: Snapshot) -> Path:
    """In the data folder that the snapshot lies in."""
    return snapshot.data / FILE_NAME


def version(path: Path) -> int:
    """Grows with every entry; 0 while there is none."""
    if not path.is_file():
        return 0
    return _read(path, lambda db: int(db.execute("select coalesce(max(id), 0) from event").fetchone()[0]), 0)


def events(path: Path) -> tuple[Event, ...]:
    """Every entry, the oldest first."""
    newest = version(path)
    if not newest:
        return ()
    kept = _kept.get(path)
    if kept is None or kept[0] != newest:
        kept = (newest, _read(path, _all_events, ()))
        _kept[path] = kept
    return kept[1]


_kept: dict[Path, tuple[int, tuple[Event, ...]]] = {}  # replaced as a whole, never changed


def latest(path: Path) -> Mapping[tuple[str, str], Event]:
    """The last entry of each item, by rule and key."""
    return {(event.rule, event.key): event for event in events(path)}


def standing(last: Event | None, since_on: date) -> Standing:
    """What the last entry means for an item that is there since `since_on`."""
    if last is None:
        return Standing("new")
    if last.state == "resolved" and since_on > last.data_on:
        return Standing("new", True, last)
    return Standing(last.state, False, last)


def record(
    path: Path,
    *,
    rule: str,
    key: str,
    state: State,
    release_id: str,
    data_on: date,
    community: str = "",
    wording: str = "",
    remark: str = "",
    account: str = HERE,
) -> None:
    """Add an entry. Raises FollowUpRefused."""
    if not may_follow_up():
        raise FollowUpRefused("当前设置不允许修改督办状态，请联系管理员")
    if state not in STATES:
        raise FollowUpRefused("没有这样的督办状态，请重新选择")
    entry = (
        rule,
        key,
        state,
        plain_remark(remark),
        account,
        datetime.now(UTC).isoformat(timespec="seconds"),
        release_id,
        data_on.isoformat(),
        community,
        wording,
    )
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)) as db:
            db.execute("pragma journal_mode = wal")
            db.execute("pragma synchronous = full")
            if db.execute("pragma user_version").fetchone()[0] > _VERSION:
                raise FollowUpRefused("督办记录由更新的程序写成，请先升级程序再修改")
            db.executescript(f"begin immediate; {_SCHEMA} commit;")
            db.execute(
                "insert into event (rule, item_key, state, remark, account, at, release_id, data_on, community, "
                "wording) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                entry,
            )
    except sqlite3.OperationalError as problem:
        if "locked" in str(problem):
            raise FollowUpRefused("其他人正在登记，请稍候再试一次") from problem
        raise FollowUpRefused("督办记录无法写入，请检查数据目录的权限和磁盘空间") from problem
    except sqlite3.DatabaseError as problem:
        raise FollowUpRefused("督办记录文件已损坏，请联系管理员换回备份") from problem


def plain_remark(text: str) -> str:
    """The remark as it is kept. Raises FollowUpRefused for one that is long or holds a long number."""
    tidy = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(tidy) > LONGEST_REMARK:
        raise FollowUpRefused(f"备注最多 {LONGEST_REMARK} 个字，请写得短一些")
    if _DIGITS.search(_BETWEEN_DIGITS.sub("", _DATE.sub("某日", tidy))):
        raise FollowUpRefused("备注中不能有电话、证件号等长串数字，请删去后再登记")
    return tidy


def _all_events(db: sqlite3.Connection) -> tuple[Event, ...]:
    rows = db.execute(
        "select id, rule, item_key, state, remark, account, at, release_id, data_on, community, wording "
        "from event order by id"
    )
    return tuple(
        Event(
            number=number,
            rule=rule,
            key=key,
            state=state,
            remark=remark,
            account=account,
            at=datetime.fromisoformat(at),
            release_id=release_id,
            data_on=date.fromisoformat(data_on),
            community=community,
            wording=wording,
        )
        for number, rule, key, state, remark, account, at, release_id, data_on, community, wording in rows
        if state in STATES
    )


def _read(path: Path, ask: Callable[[sqlite3.Connection], _T], otherwise: _T) -> _T:
    try:
        with _reader(path) as db:
            return ask(db)
    except (sqlite3.Error, ValueError):
        return otherwise


@contextmanager
def _reader(path: Path) -> Iterator[sqlite3.Connection]:
    """Read-only; in a folder where no lock may be written the file is read as it lies there."""
    address = path.absolute().as_uri()
    try:
        db = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=_WAIT_SECONDS)
        db.execute("select 1 from sqlite_schema limit 1").fetchone()
    except sqlite3.OperationalError:
        db = sqlite3.connect(f"{address}?mode=ro&immutable=1", uri=True, timeout=_WAIT_SECONDS)
    with closing(db):
        yield db
