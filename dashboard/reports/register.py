"""Every report that was made, in an append-only register: reports/register.jsonl in the data folder.

One line of JSON a report. A release that a report was made of is named in snapshots/named/, an empty
file each, so that it is not pruned: a report can be printed again as long as the register has it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

FILE = Path("reports") / "register.jsonl"
NAMED = Path("snapshots") / "named"  # releases that some document names


@dataclass(frozen=True)
class Entry:
    """One report: what it was made of, when, and the hash of each file, by format."""

    report_id: str
    kind: str
    org: str
    period: str
    release: str
    language: str
    made_at: datetime
    files: Mapping[str, str]  # format -> sha256
    schedule: str = ""  # the line of the schedule that asked for it

    def line(self) -> str:
        written = {
            "report_id": self.report_id,
            "kind": self.kind,
            "org": self.org,
            "period": self.period,
            "release": self.release,
            "language": self.language,
            "made_at": self.made_at.isoformat(),
            "formats": list(self.files),
            "sha256": dict(self.files),
            "schedule": self.schedule,
        }
        return json.dumps(written, ensure_ascii=False)


def new_id(kind: str, org: str, period: str, release: str, made_at: datetime) -> str:
    """ "20220110-493817": the day, and what tells it from the others of that day; digits, to be told by telephone."""
    told = " ".join((kind, org, period, release, made_at.isoformat()))
    return f"{made_at:%Y%m%d}-{int(hashlib.sha256(told.encode()).hexdigest(), 16) % 10**6:06d}"


def add(data: Path, entry: Entry) -> None:
    """Append a line and see it safely to the disk; one writer at a time."""
    path = data / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    named = data / NAMED
    named.mkdir(parents=True, exist_ok=True)
    (named / entry.release).touch()  # first: a line without it would promise too much
    with FileLock(str(path) + ".lock"), path.open("ab+") as stream:
        # A line that a crash cut short must not swallow the next one.
        if stream.tell() and _last_byte(path) != b"\n":
            stream.write(b"\n")
        stream.write((entry.line() + "\n").encode("utf-8"))
        stream.flush()
        os.fsync(stream.fileno())


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1)


def entries(data: Path) -> tuple[Entry, ...]:
    """The oldest first; a line that cannot be read is left out."""
    try:
        lines = (data / FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    return tuple(entry for line in lines if (entry := _read(line)) is not None)


def _read(line: str) -> Entry | None:
    try:
        raw: dict[str, Any] = json.loads(line)
        return Entry(
            report_id=str(raw["report_id"]),
            kind=str(raw["kind"]),
            org=str(raw["org"]),
            period=str(raw["period"]),
            release=str(raw["release"]),
            language=str(raw["language"]),
            made_at=datetime.fromisoformat(raw["made_at"]),
            files=dict(raw["sha256"]),
            schedule=str(raw.get("schedule", "")),
        )
    except (ValueError, KeyError, TypeError):
        return None


def find(data: Path, report_id: str) -> Entry | None:
    return next((entry for entry in reversed(entries(data)) if entry.report_id == report_id), None)
