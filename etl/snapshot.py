"""Sealed releases and the small pointer that says which one is served.

    snapshots/<release id>.duckdb   never changed once it is there
    snapshots/history.jsonl         what was published when, why, and from how much of the archive
    CURRENT                         the release id that readers open
    reports/register.jsonl          written by whoever makes reports: their releases are never pruned

Build under a temporary name, checkpoint, close, flush, rename, then replace the pointer: whoever
reads sees the old release or the new one, and a crash at any moment leaves the old one served.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from etl import faults
from etl.archive import sync_folder, write_durably
from etl.findings import Refused

FORMAT_VERSION = 1  # of the tables in a release, the same number as in dashboard/database.py
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
    correction_count: int
    withdrawn_count: int


@dataclass(frozen=True)
class Publication:
    """When a release began to be served, by which command, and what was new in it.

    `receipt_order` and `decision_number`: the newest receipt and decision that it was built from, None
    where that was not written down.
    """

    at: str
    release_id: str
    reason: str  # load, rebuild, rollback, or a kind of decision
    new_files: int = 0
    corrections: int = 0
    receipt_order: int | None = None
    decision_number: int | None = None


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
        connection.execute(
            f"attach {_quoted(building)} as snapshot (storage_version '{STORAGE_VERSION}', recovery_mode no_wal_writes)"
        )
        connection.execute("use snapshot")
        connection.execute(
            "begin"
        )  # one transaction: a log entry for every comment would cost half the build
        yield connection, building
    except duckdb.IOException as problem:
        if faults.is_disk_full(problem):
            raise OSError(errno.ENOSPC, "no space", str(building)) from problem
        raise Refused(
            f"不能在 {folder(data)} 写入新版本，请检查文件夹权限和磁盘；原有版本不受影响"
        ) from problem
    finally:
        connection.close()
        building.unlink(missing_ok=True)
        building.with_name(building.name + ".wal").unlink(missing_ok=True)


def _remove_leftovers(data: Path) -> None:
    """What killed builds left; the caller holds the lock, so nobody is building."""
    for file in folder(data).glob(".building-*"):
        file.unlink(missing_ok=True)


def seal(connection: duckdb.DuckDBPyConnection, building: Path, sealed: Path) -> None:
    """Close the new database, make it durable and give it its final name. Serves nobody yet."""
    connection.execute("commit")
    connection.execute("checkpoint snapshot")
    connection.execute("use memory")
    connection.execute("detach snapshot")
    with building.open("rb+") as stream:
        os.fsync(stream.fileno())
    os.replace(building, sealed)
    sync_folder(sealed.parent)


def publish(data: Path, publication: Publication) -> None:
    """Point CURRENT at a sealed release. Raises Refused when it does not exist or cannot be read.

    The pointer moves first: what a crash left out of the record is put in by the next publication.
    """
    sealed = path_of(data, publication.release_id)
    if not sealed.exists():
        raise Refused(f"没有名为 {publication.release_id} 的版本，用 liandong releases 查看现有版本")
    connect(sealed).close()  # never serve what cannot be read
    _complete_history(data)
    write_durably(data / "CURRENT", publication.release_id + "\n")
    _append(data, publication)


def history(data: Path) -> list[Publication]:
    """Every publication, oldest first; with the one that a crash kept from being written down."""
    written = _written(data)
    served = current(data)
    if served and (not written or written[-1].release_id != served):
        moved = datetime.fromtimestamp((data / "CURRENT").stat().st_mtime, UTC)
        written.append(
            Publication(moved.isoformat(timespec="seconds"), served, "load", **origin(data, served))
        )
    return written


def _written(data: Path) -> list[Publication]:
    try:
        lines = (folder(data) / "history.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    entries = []
    for line in lines:
        try:
            entries.append(Publication(**json.loads(line)))
        except (json.JSONDecodeError, TypeError):  # cut short by a crash
            continue
    return entries


def moment() -> str:
    """Now, as it is written into records."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _complete_history(data: Path) -> None:
    written = len(_written(data))
    for publication in history(data)[written:]:
        _append(data, publication)


def _append(data: Path, publication: Publication) -> None:
    place = folder(data) / "history.jsonl"
    line = json.dumps(asdict(publication), ensure_ascii=False) + "\n"
    if place.exists() and not place.read_bytes().endswith(b"\n"):
        line = "\n" + line  # a crash cut the one before short
    with place.open("a", encoding="utf-8") as stream:
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())


def origin(data: Path, release_id: str) -> dict[str, int]:
    """How much of the archive a sealed release was built from."""
    try:
        with connect(path_of(data, release_id)) as connection:
            rows = connection.execute("select receipt_order, decision_number from meta_release").fetchall()
    except (Refused, duckdb.Error):
        return {}
    return {"receipt_order": int(rows[0][0]), "decision_number": int(rows[0][1])}


def corrections_in(data: Path, release_id: str, sha256s: Sequence[str]) -> int:
    """How many submissions of the files named a sealed release shows as corrections after a lock."""
    if not sha256s:
        return 0
    with connect(path_of(data, release_id)) as connection:
        ((count,),) = connection.execute(
            "select count(*) from meta_submission where is_correction and sha256 in (select unnest(?))",
            [list(sha256s)],
        ).fetchall()
    return int(count)


def roll_back(data: Path, release_id: str | None = None) -> str:
    """Serve `release_id`, or the one built before the one served now. Returns what is served now.

    Builds alone make the order, so that a second step back does not lead forward again.
    """
    if release_id is None:
        built = _built(data)
        kept = [name for name in built if path_of(data, name).exists()]
        served_now = current(data)
        earlier = kept[: kept.index(served_now)] if served_now in kept else kept
        if not earlier:
            raise Refused("没有可以退回的更早版本")
        release_id = earlier[-1]
    publish(data, Publication(moment(), release_id, "rollback", **origin(data, release_id)))
    return release_id


def built_before(data: Path, release_id: str) -> str:
    """The release that was built before this one. Raises Refused when there was none."""
    built = _built(data)
    if release_id not in built or built[0] == release_id:
        raise Refused(f"版本 {release_id} 之前没有别的版本，请写明要比较的两个版本")
    return built[built.index(release_id) - 1]


def _built(data: Path) -> list[str]:
    """The releases in the order in which they were last built and published, kept or not."""
    entries = [entry.release_id for entry in history(data) if entry.reason != "rollback"]
    return [*reversed(dict.fromkeys(reversed(entries)))]


def named(data: Path) -> frozenset[str]:
    """The releases that some report was made of."""
    try:
        lines = (data / "reports" / "register.jsonl").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return frozenset()
    found = set()
    for line in lines:
        try:
            found.add(str(json.loads(line)["release"]))
        except (json.JSONDecodeError, KeyError, TypeError):  # cut short by a crash
            continue
    return frozenset(found)


def prune(data: Path, keep: int | None) -> list[str]:
    """Delete all but the `keep` releases published last (None: all stay). Returns what went.

    Never the one that is served nor one that a report was made of. The archive can build any of them again.
    """
    if keep is None:
        return []
    order = dict.fromkeys(entry.release_id for entry in reversed(history(data)))
    spared = {*list(order)[:keep], current(data), *named(data)}
    gone = []
    for file in folder(data).glob("[!.]*.duckdb"):
        if file.stem not in spared:
            try:
                file.unlink()
            except OSError:  # open in a dashboard, on Windows: another time
                continue
            gone.append(file.stem)
    return sorted(gone)


_TOLD = [field.name for field in fields(Release) if field.name not in ("path", "is_current")]


def releases(data: Path) -> list[Release]:
    """All sealed releases that can be opened, newest build first."""
    served = current(data)
    found = []
    for file in filter(is_sound, folder(data).glob("[!.]*.duckdb")):
        with connect(file) as connection:
            result = connection.execute(
                "select * replace (strftime(built_at, '%Y-%m-%d %H:%M:%S') as built_at, "
                "strftime(first_month, '%Y-%m') as first_month, strftime(last_month, '%Y-%m') as last_month) "
                "from meta_release"
            )
            names = [column[0] for column in result.description or []]
            rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        # An older release says less of itself.
        found += [
            Release(
                path=file,
                is_current=row["release_id"] == served,
                **{name: row.get(name, 0) for name in _TOLD},
            )
            for row in rows
        ]
    return sorted(found, key=lambda release: (release.built_at, release.release_id), reverse=True)


def connect(file: Path) -> duckdb.DuckDBPyConnection:
    """Open a sealed release for reading. Raises Refused when the file is damaged or of another format.

    Attached, because a file can be opened directly only with the settings of all others in this process.
    """
    connection = duckdb.connect(config=_CONFIG)
    try:
        connection.execute(f"attach {_quoted(file)} as release (read_only)")
        connection.execute("use release")
        ((version,),) = connection.execute("select format_version from meta_release").fetchall()
    except (duckdb.Error, ValueError) as problem:
        connection.close()
        raise Refused(
            f"版本 {file.stem} 打不开（文件已损坏，或由更新的程序写成），请运行 liandong rebuild 从存档重新生成，或用 liandong rollback 退回"
        ) from problem
    if version != FORMAT_VERSION:
        connection.close()
        raise Refused(_of_another_format(file.stem, version))
    return connection


def _of_another_format(release_id: str, version: int) -> str:
    formats = f"（格式 {version}，本程序用 {FORMAT_VERSION}）"
    if version < FORMAT_VERSION:
        return f"版本 {release_id} 由较早的程序写成{formats}，请运行 liandong rebuild 从存档重新生成"
    return f"版本 {release_id} 由更新的程序写成{formats}，请升级程序；要留用本程序，请运行 liandong rebuild 从存档重新生成"


def is_sound(file: Path) -> bool:
    """Whether a sealed release can still be opened by this program."""
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
            f"当前版本 {release_id} 的文件不见了，请运行 liandong rebuild 从存档重新生成，或用 liandong rollback 退回"
        )
    return file
