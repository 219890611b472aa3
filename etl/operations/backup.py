"""Everything that cannot be made again, in one file, and back from it into an empty place.

    manifest.json            what is in here, each with size and sha256; written last
    data/archive/…           originals, receipts, decisions
    data/audit/… data/followups.sqlite data/reports/… data/access.toml
    data/snapshots/history.jsonl data/CURRENT     which release was served when, and now
    data/snapshots/disclosed/…    what each of them told of counts of persons: a later one depends on it
    data/snapshots/….duckdb  only where asked for: the archive can build them again
    settings/…               the settings file and the reference folder

A zip of the standard library. No key is ever in it. Written under the lock of the data folder beside its
final name, read back and compared, then renamed: a backup that can be seen is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from filelock import FileLock

from etl import archive, disclosed, past, people, pipeline, snapshot
from etl.findings import Refused
from etl.operations import doctor
from etl.pipeline import Progress
from etl.settings import Settings

FORMAT = 1
MANIFEST = "manifest.json"
# The folders and files that a restored data folder gets; CURRENT comes last, like after a build.
_FOLDERS = ("archive", "audit", "reports", "snapshots")
_FILES = ("followups.sqlite", "access.toml", "CURRENT")
_SQUEEZED = frozenset(
    {".xlsx", ".xlsm", ".docx", ".pptx", ".pdf", ".zip", ".age"}
)  # no smaller a second time
_CHUNK = 1 << 20
_ARRIVING = ".restoring"
_NAME = re.compile(r"liandong-\d{8}-\d{6}\.zip")


@dataclass(frozen=True)
class Backup:
    """What was written or put back."""

    path: Path
    file_count: int
    byte_count: int  # of the files, before they were squeezed
    release_id: str | None


@dataclass(frozen=True)
class _Manifest:
    """`files`: size and sha256 by name. `key`: the fingerprint of the key that was in use."""

    files: dict[str, tuple[int, str]]
    release_id: str | None
    key: str

    @property
    def has_snapshot(self) -> bool:
        return f"data/snapshots/{self.release_id}.duckdb" in self.files


def write(
    settings: Settings, target: Path, with_snapshots: bool = False, progress: Progress = lambda *_: None
) -> Backup:
    """A backup in the file `target`, or under a name of its own in the folder `target`. Raises Refused."""
    data, now = settings.data, datetime.now(UTC)
    if not (data / "archive").exists():
        raise Refused(f"{data} 里还没有数据可以备份，请检查设置 folders.data 和 LIANDONG_DATA")
    if target.is_dir() or not target.suffix:
        target.mkdir(parents=True, exist_ok=True)
        target = target / f"liandong-{now.astimezone():%Y%m%d-%H%M%S}.zip"
    if target.exists():
        raise Refused(f"{target} 已经存在，请换一个文件名")
    if data.resolve() / "archive" in target.resolve().parents:
        raise Refused(f"备份不能放在存档里，请把 {target} 换到别的磁盘")
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with pipeline.only_one(data), tempfile.TemporaryDirectory() as copies:
            members = [*_members(settings, Path(copies), with_snapshots)]
            release_id = snapshot.current(data)
            about = {
                "format": FORMAT,
                "made_at": now.isoformat(timespec="seconds"),
                "release": release_id,
                "key": _fingerprint(settings),
            }
            files = _pack(arriving, members, about, progress)
        _compare(arriving, files, progress)
        os.replace(arriving, target)
        archive.sync_folder(target.parent)
    finally:
        arriving.unlink(missing_ok=True)
    return Backup(target, len(files), sum(size for size, _ in files.values()), release_id)


def prune(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups that `write` named by itself. Returns what went."""
    named = sorted(file for file in folder.glob("liandong-*.zip") if _NAME.fullmatch(file.name))
    gone = named[: max(0, len(named) - keep)]
    for file in gone:
        file.unlink()
    return gone


def _members(settings: Settings, copies: Path, with_snapshots: bool) -> Iterator[tuple[str, Path]]:
    """Names in the backup, and where their content lies. SQLite files are copied to `copies`, each at one moment."""
    data = settings.data
    for folder in ("archive", "reports"):
        yield from _below(data / folder, f"data/{folder}")
    if (data / "audit").is_dir():
        with FileLock(data / "audit" / ".lock", timeout=60):  # no entry between two months' files
            for file in sorted((data / "audit").glob("*.sqlite")):
                yield f"data/audit/{file.name}", _copied(file, copies)
    if (data / "followups.sqlite").exists():
        yield "data/followups.sqlite", _copied(data / "followups.sqlite", copies)
    if (access := doctor.access_file(data)).exists():
        yield "data/access.toml", access
    for name in ("snapshots/history.jsonl", "CURRENT"):
        if (data / name).exists():
            yield f"data/{name}", data / name
    yield from _below(disclosed.folder(data), "data/snapshots/disclosed")
    if with_snapshots:
        for file in sorted(snapshot.folder(data).glob("[!.]*.duckdb")):
            yield f"data/snapshots/{file.name}", file
    yield "settings/settings.toml", settings.path
    yield from _below(settings.reference, "settings/reference")


def _below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.name.startswith("."):  # a leftover of a killed command
            yield f"{name}/{file.relative_to(folder).as_posix()}", file


def _copied(file: Path, copies: Path) -> Path:
    copy = copies / file.name
    with (
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    return copy


def _fingerprint(settings: Settings) -> str:
    """Tells later whether the key is the one that was in use; nothing of the key itself."""
    stated = os.environ.get(people.KEY_VARIABLE, "").strip()
    if not stated and not settings.key_file.exists():
        return ""
    try:
        return people.fingerprint(people.load_key(settings.key_file))
    except (OSError, ValueError):
        return ""


def _pack(
    place: Path, members: list[tuple[str, Path]], about: dict[str, object], progress: Progress
) -> dict[str, tuple[int, str]]:
    """Write the file, durably and for its owner only. Returns size and sha256 of each member."""
    files: dict[str, tuple[int, str]] = {}
    handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w+b") as stream:
        with zipfile.ZipFile(stream, "w") as box:
            for number, (name, file) in enumerate(members):
                progress("写备份", number, len(members))
                with box.open(_entry(name), "w", force_zip64=True) as target, file.open("rb") as source:
                    files[name] = _hashed(source, target.write)
            listed = {name: {"size": size, "sha256": sha256} for name, (size, sha256) in files.items()}
            text = json.dumps({**about, "files": listed}, ensure_ascii=False, indent=1)
            box.writestr(_entry(MANIFEST), text)
        stream.flush()
        os.fsync(stream.fileno())
    progress("写备份", len(members), len(members))
    return files


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, datetime.now().timetuple()[:6])
    entry.external_attr = 0o600 << 16
    squeezed = PurePosixPath(name).suffix.lower() in _SQUEEZED
    entry.compress_type = zipfile.ZIP_STORED if squeezed else zipfile.ZIP_DEFLATED
    return entry


def _hashed(source: IO[bytes], write: Callable[[bytes], object]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        write(chunk)
    return size, digest.hexdigest()


def _compare(place: Path, files: dict[str, tuple[int, str]], progress: Progress) -> None:
    """Read the backup again and compare each file with what went in. Raises Refused."""
    with zipfile.ZipFile(place) as box:
        for number, (name, told) in enumerate(files.items(), start=1):
            progress("核对备份", number, len(files))
            try:
                with box.open(name) as source:
                    found = _hashed(source, lambda _: None)
            except (KeyError, zipfile.BadZipFile):
                found = (0, "")
            if found != told:
                raise Refused(f"写好的备份读回来与原件不同（{name}），磁盘可能有问题，请换一块磁盘再备份")


def restore(
    settings: Settings, source: Path, rebuild: bool = True, progress: Progress = lambda *_: None
) -> tuple[Backup, list[str]]:
    """Put a backup into the settings' data folder, which holds no data yet, and build the release again.

    Returns what was put back, and sentences about what is left to do. Raises Refused, with nothing put back.
    """
    data = settings.data
    with _opened(source) as box:
        manifest = _manifest(box, source)
        needs_build = rebuild and bool(manifest.release_id) and not manifest.has_snapshot
        if needs_build and not _fingerprint(settings):
            raise Refused(
                f"化名密钥 {settings.key_file} 不在（备份里不含密钥），请先放回原来的密钥再恢复；"
                "确实没有时加 --no-rebuild 只恢复文件"
            )
        _refuse_unless_empty(data)
        size = sum(size for size, _ in manifest.files.values())
        data.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(data).free < size + size // 10:
            raise Refused(
                f"{data} 所在的磁盘放不下（需要约 {size // 1_000_000 + 1:,} MB），请清理磁盘后再恢复"
            )
        with pipeline.only_one(data):
            _refuse_unless_empty(data)
            arriving = data / _ARRIVING
            shutil.rmtree(arriving, ignore_errors=True)
            try:
                _unpack(box, manifest.files, arriving, progress)
                _place(arriving, data)
                left = _settings_left(settings, arriving, data)
            finally:
                shutil.rmtree(arriving, ignore_errors=True)
    found = _fingerprint(settings)
    if manifest.key and found and found != manifest.key:
        left.append("现在的化名密钥不是备份时的那一个：各项人数不变，以前标注副本里的代号不再认得")
    release_id = manifest.release_id
    if release_id and needs_build:
        release_id = _served_again(settings, release_id, progress)
    elif release_id and not manifest.has_snapshot:
        left.append("快照还没有生成，请运行 liandong rebuild")
    return Backup(source, len(manifest.files), size, release_id), left


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except (FileNotFoundError, IsADirectoryError) as problem:
        raise Refused(f"找不到备份文件 {source}，请检查路径") from problem
    except zipfile.BadZipFile as problem:
        raise Refused(f"{source} 不是完整的备份文件，请换另一份备份") from problem


def _manifest(box: zipfile.ZipFile, source: Path) -> _Manifest:
    try:
        raw = json.loads(box.read(MANIFEST))
        version = int(raw["format"])
        files = {name: (int(told["size"]), str(told["sha256"])) for name, told in raw["files"].items()}
        manifest = _Manifest(files, raw["release"], raw["key"])
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as problem:
        raise Refused(f"{source} 不是完整的备份文件，请换另一份备份") from problem
    if version > FORMAT:
        raise Refused(f"备份 {source} 由更新的程序写成，请先升级程序再恢复")
    if {*files, MANIFEST} != set(box.namelist()) or not all(map(_is_ours, files)):
        raise Refused(f"备份 {source} 的清单与内容对不上，请换另一份备份")
    return manifest


def _is_ours(name: str) -> bool:
    """A name that `write` can have given: nothing may be put outside of where it belongs."""
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts):
        return False
    return parts[0] == "settings" or (parts[0] == "data" and parts[1] in (*_FOLDERS, *_FILES))


def _refuse_unless_empty(data: Path) -> None:
    for name in (*_FOLDERS, *_FILES):
        place = data / name
        if place.is_file() or (place.is_dir() and any(place.iterdir())):
            raise Refused(
                f"{data} 里已经有数据（{name}），只能恢复到空的数据文件夹；请用 LIANDONG_DATA 指明另一个"
            )


def _unpack(
    box: zipfile.ZipFile, files: dict[str, tuple[int, str]], folder: Path, progress: Progress
) -> None:
    for number, (name, told) in enumerate(files.items(), start=1):
        progress("恢复文件", number, len(files))
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            with box.open(name) as source, place.open("wb") as target:
                found = _hashed(source, target.write)
        except zipfile.BadZipFile:
            found = (0, "")
        if found != told:
            raise Refused(f"备份里的 {name} 已损坏，什么也没有恢复，请换另一份备份")
    if hasattr(os, "sync"):
        os.sync()


def _place(arriving: Path, data: Path) -> None:
    for name in (*_FOLDERS, *_FILES):
        there = arriving / "data" / name
        if there.exists():
            with suppress(OSError):
                (data / name).rmdir()  # an empty folder
            os.replace(there, data / name)
    archive.sync_folder(data)


def _settings_left(settings: Settings, arriving: Path, data: Path) -> list[str]:
    """The backup's settings and reference files stay beside the data where today's are not the same."""
    kept = arriving / "settings"
    same = (kept / "settings.toml").read_bytes() == settings.path.read_bytes() and all(
        (settings.reference / file.relative_to(kept / "reference")).is_file()
        and (settings.reference / file.relative_to(kept / "reference")).read_bytes() == file.read_bytes()
        for file in (kept / "reference").rglob("*")
        if file.is_file()
    )
    if same:
        return []
    place = data / "settings-of-backup"
    shutil.rmtree(place, ignore_errors=True)
    os.replace(kept, place)
    return [
        f"备份时的设置或参考数据与现在的不同，放在 {place}；要用它们，请设 LIANDONG_SETTINGS 后运行 liandong rebuild"
    ]


def _served_again(settings: Settings, release_id: str, progress: Progress) -> str:
    """Build the release that was served; under another id where code or settings have changed since."""
    found = past.release(settings, release_id=release_id, progress=progress).path.stem
    if found != release_id:
        origin = snapshot.origin(settings.data, found)
        snapshot.publish(settings.data, snapshot.Publication(snapshot.moment(), found, "rebuild", **origin))
    return found
