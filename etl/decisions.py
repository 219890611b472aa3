"""What people decide about submissions: kept for ever beside the receipts, never changed, never deleted.

    archive/decisions/000001.jsonl   what one command decided, in one move

A period is open until it is locked; what comes while it is locked is a correction. A committee is
excused from a ledger. A file is withdrawn. Each has its undoing, which is a decision of its own. A
decision says after which receipt it was taken, so that archive + reference + code alone make the
snapshot, whatever the clocks said.
"""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from etl import archive, people
from etl.archive import Receipt
from etl.findings import Refused
from etl.tables import parse_quarter

UNDOING = {"lock": "open", "excuse": "unexcuse", "withdraw": "restore"}
UNDOING_OF = {undoing: kind for kind, undoing in UNDOING.items()}
NAMES = {
    "lock": "锁定报送期",
    "open": "重新开放报送期",
    "excuse": "批准免报",
    "unexcuse": "取消免报",
    "withdraw": "撤回报送",
    "restore": "恢复报送",
}
_LONGEST_REASON = 200
_SHORTEST_HASH = 6


@dataclass(frozen=True)
class Decision:
    """`kind` is one of NAMES; which of dataset, period_key, community_code and sha256 are filled follows
    from it. `by` is the system account: it stays in the archive, no snapshot has it."""

    number: int  # rises for ever
    kind: str
    at: str
    by: str
    after_order: int  # of the newest receipt at that time
    dataset: str = ""
    period_key: str = ""
    community_code: str = ""
    sha256: str = ""
    reason: str = ""

    @property
    def about(self) -> tuple[str, ...]:
        return self.dataset, self.period_key, self.community_code, self.sha256


@dataclass(frozen=True)
class Lock:
    """While a ledger's period was locked: decisions and receipts between two numbers, the first excluded."""

    dataset: str
    period_key: str
    locked_at: str
    after_number: int
    until_number: int | None
    after_order: int
    until_order: int | None

    @property
    def is_on(self) -> bool:
        return self.until_number is None


def decisions(folder: Path) -> list[Decision]:
    """Everything ever decided, oldest first; `folder` is the archive's."""
    return [
        Decision(**json.loads(line))
        for file in sorted((folder / "decisions").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def decide(
    folder: Path, kind: str, about: Sequence[Mapping[str, str]], reason: str = ""
) -> tuple[list[Decision], list[Mapping[str, str]]]:
    """Keep decisions of one kind, on disk when this returns. Returns the new ones, and those of `about`
    that stood already. The caller holds the lock of the data folder. Raises Refused."""
    taken = decisions(folder)
    standing = {decision.about for decision in in_force(taken, UNDOING_OF.get(kind, kind))}
    wanted = kind in UNDOING  # a decision must not stand yet, its undoing must have something to undo
    order = max((receipt.order for receipt in archive.receipts(folder)), default=0)
    number = taken[-1].number if taken else 0
    now, by = datetime.now(UTC).isoformat(timespec="seconds"), account()
    new, idle = [], []
    for what in about:
        decision = Decision(number + 1, kind, now, by, order, **what, reason=_plain(reason))
        if (decision.about in standing) is wanted:
            idle.append(what)
            continue
        number += 1
        new.append(decision)
    if new:
        place = folder / "decisions"
        place.mkdir(parents=True, exist_ok=True)
        text = "".join(json.dumps(asdict(decision), ensure_ascii=False) + "\n" for decision in new)
        archive.write_durably(place / f"{new[0].number:06}.jsonl", text)
    return new, idle


def in_force(taken: Iterable[Decision], kind: str) -> list[Decision]:
    """The decisions of a kind that nobody has undone, oldest first."""
    standing: dict[tuple[str, ...], Decision] = {}
    for decision in taken:
        if decision.kind == kind:
            standing[decision.about] = decision
        elif decision.kind == UNDOING[kind]:
            standing.pop(decision.about, None)
    return list(standing.values())


def locks(taken: Iterable[Decision]) -> list[Lock]:
    """Every stretch in which a ledger's period was locked, also those that are over."""
    found: dict[tuple[str, str], list[Lock]] = {}
    for decision in taken:
        stretches = found.setdefault((decision.dataset, decision.period_key), [])
        if decision.kind == "lock":
            stretches.append(
                Lock(
                    decision.dataset, decision.period_key, decision.at,
                    decision.number, None, decision.after_order, None,
                )
            )  # fmt: skip
        elif decision.kind == "open" and stretches:
            last = stretches[-1]
            stretches[-1] = Lock(
                last.dataset, last.period_key, last.locked_at,
                last.after_number, decision.number, last.after_order, decision.after_order,
            )  # fmt: skip
    return [stretch for stretches in found.values() for stretch in stretches]


def tables(taken: Sequence[Decision]) -> dict[str, pa.Table]:
    """What a build joins with: in_lock, in_excuse, in_withdrawal, in_decision."""
    stretches = locks(taken)
    return {
        "in_lock": _table(_LOCK, [asdict(lock) for lock in stretches]),
        "in_excuse": _table(_EXCUSE, [asdict(decision) for decision in in_force(taken, "excuse")]),
        "in_withdrawal": _table(_WITHDRAWAL, [asdict(decision) for decision in in_force(taken, "withdraw")]),
        "in_decision": _table(_DECISION, [asdict(decision) for decision in taken]),
    }


def _table(schema: pa.Schema, rows: Sequence[Mapping[str, object]]) -> pa.Table:
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema=schema)


_TEXT, _COUNT = pa.string(), pa.int64()
_LOCK = pa.schema(
    [
        ("dataset", _TEXT), ("period_key", _TEXT), ("after_number", _COUNT), ("until_number", _COUNT),
        ("after_order", _COUNT), ("until_order", _COUNT),
    ]
)  # fmt: skip
_EXCUSE = pa.schema([("community_code", _TEXT), ("dataset", _TEXT), ("period_key", _TEXT), ("reason", _TEXT)])
_WITHDRAWAL = pa.schema([("sha256", _TEXT), ("reason", _TEXT)])
_DECISION = pa.schema(
    [
        ("number", _COUNT), ("kind", _TEXT), ("at", _TEXT), ("dataset", _TEXT), ("period_key", _TEXT),
        ("community_code", _TEXT), ("sha256", _TEXT), ("reason", _TEXT),
    ]
)  # fmt: skip


def periods_named(text: str) -> list[str]:
    """2021-Q4 (2021年第四季度, 2021q4) -> itself; 2021 -> its quarters. Raises Refused."""
    if found := parse_quarter(text.upper()):
        return [found.key]
    if year := re.fullmatch(r"\s*((?:19|20)\d\d)年?\s*", text):
        return [f"{year[1]}-Q{number}" for number in (1, 2, 3, 4)]
    raise Refused(f"「{text}」不是一个报送期，请写成 2021-Q4 或 2021")


def file_named(folder: Path, text: str) -> Receipt:
    """The one received file of this name, or whose hash begins so. Raises Refused."""
    received = archive.receipts(folder)
    name = people.mask(Path(text).name)
    found = [receipt for receipt in received if receipt.file_name == name]
    if not found and len(text) >= _SHORTEST_HASH:
        found = [receipt for receipt in received if receipt.sha256.startswith(text.lower())]
    if not found:
        raise Refused(f"没有收到过名为「{name}」、或哈希以它开头的文件，用 liandong status 查看报送情况")
    if len(found) > 1:
        told = "；".join(
            f"{receipt.sha256[:12]}（{receipt.file_name}，{receipt.received_at[:10]} 收到）"
            for receipt in found[:5]
        )
        raise Refused(f"有 {len(found):,} 份文件符合「{name}」，请改用哈希的前 12 位：{told}")
    return found[0]


def _plain(reason: str) -> str:
    """One line, without numbers that belong to a person."""
    return people.mask(" ".join(reason.split()))[:_LONGEST_REASON]


def account() -> str:
    """The user of the system who runs this; "" when he has no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in some containers
        return ""
