"""Sealed releases and the small pointer that says which one is served.

    snapshots/<release id>.duckdb   never changed once it is there
    snapshots/history.jsonl         what was published when
    CURRENT                         the release id that readers open

Build under a temporary name, checkpoint, close, flush, rename, then replace the pointer: whoever
reads sees the old release or the new one, and a crash at any moment leaves the old one served.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from etl.archive import sync_folder, write_durably
from etl.findings import Refused

FORMAT_VERSION = 1
# Readable by the library one major version older than the one that writes.
STORAGE_VERSION = "v1.5.0"
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


@dataclass(frozen=True)
class Release:
    release_id: str
    path: Path
    built_at: str
    is_current: bool
    first_month: str
    last_month: str
    submission_count: int
    accepted_count: int
    quarantined_count: int


def folder(data: Path) -> Path:
    return data / "snapshots"


def path_of(data: Path, release_id: str) -> Path:
    return folder(data) / f"{release_id}.duckdb"


def current(data: Path) -> str | None:
    """The release that is served, or None before the first one."""
    try:
        release_id = (data / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return release_id or None


@contextmanager
def under_construction(data: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A connection whose main database is a new file that nobody can see yet."""
    folder(data).mkdir(parents=True, exist_ok=True)
    building = folder(data) / f".building-{os.getpid()}.duckdb"
    _remove_leftovers(data)
    connection = duckdb.connect(config=_CONFIG)
    try:
        connection.execute(f"attach {_quoted(building)} as snapshot (storage_version '{STORAGE_VERSION}')")
        connection.execute("use snapshot")
        connection.execute(
            "begin"
        )  # one transaction: a log entry for every comment would cost half the build
        yield connection, building
    finally:
        connection.close()
        building.unlink(missing_ok=True)
        building.with_name(building.name + ".wal").unlink(missing_ok=True)


def _remove_leftovers(data: Path) -> None:
    """What killed builds left; the caller holds the lock, so nobody is building."""
    for file in folder(data).glob(".building-*"):
        file.unlink(missing_ok=True)


def seal(connection: duckdb.DuckDBPyConnection, building: Path, data: Path, release_id: str) -> Path:
    """Close the new database, make it durable and give it its final name. Serves nobody yet."""
    connection.execute("commit")
    connection.execute("checkpoint snapshot")
    connection.execute("use memory")
    connection.execute("detach snapshot")
    with building.open("rb+") as stream:
        os.fsync(stream.fileno())
    sealed = path_of(data, release_id)
    os.replace(building, sealed)
    sync_folder(sealed.parent)
    return sealed


def publish(data: Path, release_id: str, reason: str) -> None:
    """Point CURRENT at a sealed release. Raises Refused when it does not exist."""
    if not path_of(data, release_id).exists():
        raise Refused(f"没有名为 {release_id} 的版本，用 liandong releases 查看现有版本")
    write_durably(data / "CURRENT", release_id + "\n")
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "release_id": release_id,
        "reason": reason,
    }
    with (folder(data) / "history.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry, ensure_ascii=False) + "\n")


def history(data: Path) -> list[dict[str, Any]]:
    """Every publication, oldest first; a line that a crash cut short is left out."""
    try:
        lines = (folder(data) / "history.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    entries = []
    for line in lines:
        try:
            entries.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return entries


def roll_back(data: Path, release_id: str | None = None) -> str:
    """Serve `release_id`, or the one loaded before the one served now. Returns what is served now.

    Loads alone make the order, so that a second step back does not lead forward again.
    """
    if release_id is None:
        loaded = [entry["release_id"] for entry in history(data) if entry["reason"] == "load"]
        order = [name for name in reversed(dict.fromkeys(reversed(loaded))) if path_of(data, name).exists()]
        now = current(data)
        earlier = order[: order.index(now)] if now in order else order
        if not earlier:
            raise Refused("没有可以退回的更早版本")
        release_id = str(earlier[-1])
    publish(data, release_id, "rollback")
    return release_id


def releases(data: Path) -> list[Release]:
    """All sealed releases that can be opened, newest build first."""
    served = current(data)
    found = []
    for file in filter(is_sound, folder(data).glob("[!.]*.duckdb")):
        with connect(file) as connection:
            row = connection.execute(
                """select release_id, strftime(built_at, '%Y-%m-%d %H:%M:%S'), strftime(first_month, '%Y-%m'),
                          strftime(last_month, '%Y-%m'), submission_count, accepted_count, quarantined_count
                   from meta_release"""
            ).fetchone()
        if row:
            found.append(Release(row[0], file, row[1], row[0] == served, *row[2:]))
    return sorted(found, key=lambda release: (release.built_at, release.release_id), reverse=True)


def connect(file: Path) -> duckdb.DuckDBPyConnection:
    """Open a sealed release for reading. Raises Refused when the file is damaged.

    Attached, because a file can be opened directly only with the settings of all others in this process.
    """
    connection = duckdb.connect(config=_CONFIG)
    try:
        connection.execute(f"attach {_quoted(file)} as release (read_only)")
        connection.execute("use release")
    except duckdb.Error as problem:
        connection.close()
        raise Refused(
            f"版本 {file.stem} 的文件已损坏，请运行 liandong load 重新生成，或用 liandong rollback 退回"
        ) from problem
    return connection


def is_sound(file: Path) -> bool:
    """Whether a sealed release can still be opened."""
    try:
        connect(file).close()
    except Refused:
        return False
    return True


def _quoted(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"


def served(data: Path) -> Path:
    """The file of the release that is served. Raises Refused before the first load."""
    release_id = current(data)
    if release_id is None:
        raise Refused("还没有可用的数据版本，请先运行 liandong load 目录 装入台账")
    file = path_of(data, release_id)
    if not file.exists():
        raise Refused(
            f"当前版本 {release_id} 的文件不见了，请运行 liandong load 重新生成，或用 liandong rollback 退回"
        )
    return file
