"""A check-up of an installation: what is there, what is sound, and what to do about the rest.

Looks and changes nothing; above all it makes no key where one is missing. Every check says one line.
The record of who did what and the access file are read by those who write them, in the dashboard.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias

import duckdb
import pyrage
from packaging.requirements import Requirement

from etl import archive, disclosed, people, screens, snapshot, vault
from etl.findings import Refused
from etl.settings import Settings

State: TypeAlias = Literal["good", "attention", "fault"]
STATES: dict[State, str] = {"good": "正常", "attention": "注意", "fault": "错误"}
ROOT = Path(__file__).resolve().parents[2]
_ORIGINALS_LOOKED_AT = 100  # the newest, unless all are asked for
_MB = 1024 * 1024
_LEAST_FREE, _ENOUGH_FREE = 200 * _MB, 2048 * _MB
_DAYS_WITHOUT_BACKUP = 14
_CLOCKS_APART = 300  # seconds that a record may lie in the future
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")


@dataclass(frozen=True)
class Line:
    """What one check found; `told` also says what to do where something is wrong."""

    check: str
    state: State
    told: str


def examine(settings: Settings, deep: bool = False) -> Iterator[Line]:
    """Every check, one line after the other. `deep`: all originals and all releases instead of the newest."""
    yield _versions()
    yield _fonts()
    yield _browser()
    yield from _folders(settings)
    yield _disk(settings.data)
    yield _clock(settings.data)
    yield from _releases(settings.data, deep)
    yield _person_key(settings)
    yield from _originals(settings, deep)
    yield _follow_ups(settings.data)
    yield _access(settings.data)
    yield from _record(settings.data)


def _versions() -> Line:
    """Python and the libraries, against the lock file where it lies beside the code, else the package's own word."""
    wanted = _locked() if (ROOT / "uv.lock").exists() else _required()
    wrong = []
    for name, is_right in wanted.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            wrong.append(f"缺 {name}")
            continue
        if not is_right(version):
            wrong.append(f"{name} {version}")
    told = f"Python {sys.version.split()[0]}，duckdb {duckdb.__version__}，streamlit {metadata.version('streamlit')}"
    if wrong:
        more = f" 等 {len(wrong)} 个" if len(wrong) > 3 else ""
        return Line(
            "程序版本",
            "attention",
            f"{told}；与锁定的版本不同：{'、'.join(wrong[:3])}{more}，请重新安装（uv sync --locked 或安装包的 install.sh）",
        )
    return Line("程序版本", "good", f"{told}；{len(wanted)} 个依赖都是锁定的版本")


def _locked() -> dict[str, Callable[[str], bool]]:
    """The direct dependencies as the lock file has them: some in several versions, each for some Pythons."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    own = next(package for package in packages if package["name"] == "liandong")
    versions = {
        needed["name"]: frozenset(each.get("version") for each in packages if each["name"] == needed["name"])
        for needed in own["dependencies"]
    }
    return {name: found.__contains__ for name, found in versions.items()}


def _required() -> dict[str, Callable[[str], bool]]:
    needed = [Requirement(text) for text in metadata.requires("liandong") or []]
    return {each.name: each.specifier.contains for each in needed if not each.marker}


def _fonts() -> Line:
    if not (ROOT / "dashboard" / "static" / "liandong-sans.woff2").exists():
        return Line(
            "字体", "fault", "缺少看板的备用字体 dashboard/static/liandong-sans.woff2，请重新安装程序"
        )
    if find_spec("noto_cjk_sans_otc") is None:
        return Line("字体", "fault", "缺少编制文件用的字体包 noto-cjk-sans-otc，请重新安装程序")
    return Line("字体", "good", "看板和文件所用的中文字体齐全")


def _browser() -> Line:
    found = next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *_BROWSERS))), None)
    return Line("浏览器", "good", f"{found or '没有安装'}（只有跑浏览器测试才需要）")


def _folders(settings: Settings) -> Iterator[Line]:
    data = settings.data
    if not data.is_dir():
        yield Line("数据文件夹", "fault", f"没有 {data}，请建立它，或检查设置 folders.data 和 LIANDONG_DATA")
        return
    barred = [
        folder
        for folder in (data, *(data / name for name in ("archive", "snapshots", "audit", "staging")))
        if folder.is_dir() and not os.access(folder, os.R_OK | os.W_OK | os.X_OK)
    ]
    if barred:
        yield Line(
            "数据文件夹", "fault", f"当前系统账号不能读写 {barred[0]}，请改所有者或用运行服务的账号操作"
        )
        return
    if os.name != "nt" and data.stat().st_mode & 0o002:
        yield Line("数据文件夹", "attention", f"任何系统账号都能改 {data}，请运行 chmod o-w {data}")
        return
    yield Line("数据文件夹", "good", f"{data} 可读可写")


def _disk(data: Path) -> Line:
    there = data if data.exists() else data.parent
    if not there.exists():
        return Line("磁盘", "attention", f"看不到 {there} 所在的磁盘")
    free = shutil.disk_usage(there).free
    told = f"剩余 {free / 1024 / _MB:,.1f} GB"
    if free < _LEAST_FREE:
        return Line("磁盘", "fault", f"{told}，装入和备份会失败，请清理磁盘")
    if free < _ENOUGH_FREE:
        return Line("磁盘", "attention", f"{told}，请尽快清理磁盘")
    return Line("磁盘", "good", told)


def _clock(data: Path) -> Line:
    """A clock that went back shows in the records, which only ever grow."""
    now = time.time()
    noted = [datetime.fromisoformat(entry.at).timestamp() for entry in snapshot.history(data) if entry.at]
    noted += [
        datetime.fromisoformat(receipt.received_at).timestamp()
        for receipt in archive.receipts(data / "archive")
    ]
    newest = max([*noted, Path(__file__).stat().st_mtime])
    told = f"{datetime.now().astimezone():%Y-%m-%d %H:%M %z}"
    if newest - now > _CLOCKS_APART:
        later = datetime.fromtimestamp(newest, UTC).astimezone()
        return Line(
            "时钟",
            "fault",
            f"现在是 {told}，却有 {later:%Y-%m-%d %H:%M} 的记录，请校准系统时间（NTP）后再装入",
        )
    return Line("时钟", "good", told)


def _releases(data: Path, deep: bool) -> Iterator[Line]:
    try:
        served = snapshot.served(data)
    except Refused as problem:
        yield Line("数据版本", "attention" if snapshot.current(data) is None else "fault", str(problem))
        return
    try:
        rows = _read_through(served)
    except Refused as problem:
        yield Line("数据版本", "fault", str(problem))
        return
    yield Line("数据版本", "good", f"在用 {served.stem}，{rows:,} 行全部读得出来")
    if unread := disclosed.fault(data):
        yield Line("版本附件", "fault", unread)
    if deep:
        others = [file for file in snapshot.folder(data).glob("[!.]*.duckdb") if file != served]
        broken = [file.stem for file in others if not _reads(file)]
        if broken:
            yield Line(
                "其他版本",
                "attention",
                f"{broken[0]} 等 {len(broken)} 个读不出来，可以删除；要看时会从存档重建",
            )
        else:
            yield Line("其他版本", "good", f"保留的 {len(others)} 个都读得出来")


def _read_through(file: Path) -> int:
    """Rows of all tables, every block read (the library checks their sums). Raises Refused."""
    with snapshot.connect(file) as connection:
        try:
            tables = connection.execute("select table_name from duckdb_tables()").fetchall()
            counts = [
                connection.execute(f'select count(*), max(hash(t)) from "{name}" t').fetchall()[0][0]
                for (name,) in tables
            ]
        except duckdb.Error as problem:
            raise Refused(
                f"版本 {file.stem} 的文件已损坏，请运行 liandong rebuild 从存档重新生成，或用 liandong rollback 退回"
            ) from problem
    return int(sum(counts))


def _reads(file: Path) -> bool:
    try:
        _read_through(file)
    except Refused:
        return False
    return True


def _person_key(settings: Settings) -> Line:
    name = "化名密钥"
    if os.environ.get(people.KEY_VARIABLE, "").strip():
        where = f"环境变量 {people.KEY_VARIABLE}"
    elif settings.key_file.exists():
        where = str(settings.key_file)
        if os.name != "nt" and settings.key_file.stat().st_mode & 0o077:
            return Line(name, "attention", f"别的系统账号读得到 {where}，请运行 chmod 600 {where}")
    elif archive.receipts(settings.data / "archive"):
        return Line(name, "fault", f"{settings.key_file} 不见了，请从另存的备份放回；换新密钥会改变全部化名")
    else:
        return Line(name, "good", "还没有，第一次装入时生成")
    try:
        people.load_key(settings.key_file)
    except (OSError, ValueError) as problem:
        return Line(name, "fault", str(problem))
    return Line(name, "good", f"{where}（备份里不含它，请另存一份）")


def _originals(settings: Settings, deep: bool) -> Iterator[Line]:
    """Whether the newest originals (all of them, where `deep`) still are what was received."""
    folder = settings.data / "archive"
    try:
        if settings.archive_key_file and not settings.archive_key_file.exists():
            kept = next((folder / "objects").rglob(f"*{vault.SUFFIX}"), None)
            if kept is None:
                yield Line("存档密钥", "good", "还没有，第一次装入时生成")
                return
        key = vault.load_vault(settings.archive_key_file, folder)
    except (OSError, Refused) as problem:
        yield Line("存档密钥", "fault", str(problem))
        return
    if key:
        yield Line("存档密钥", "good", f"{settings.archive_key_file}（备份里不含它，请另存一份）")
    received = archive.receipts(folder)
    looked_at = received if deep else received[-_ORIGINALS_LOOKED_AT:]
    broken = [receipt for receipt in looked_at if not _is_kept(folder, receipt, key)]
    if broken:
        told = f"{len(broken)} 份原件缺失或被改动过，如 {people.mask(broken[0].file_name)}（{broken[0].sha256[:12]}），请从备份放回"
        yield Line("存档", "fault", told)
    else:
        which = "全部" if len(looked_at) == len(received) else "最近的"
        more = "" if which == "全部" else "（核对全部请加 --deep）"
        yield Line(
            "存档", "good", f"收件 {len(received):,} 份，{which} {len(looked_at):,} 份与收到时一致{more}"
        )


def _is_kept(folder: Path, receipt: archive.Receipt, key: vault.Vault | None) -> bool:
    """Whether the original that a receipt speaks of is there, byte for byte."""
    place = archive.object_path(folder, receipt, key)
    if key and not place.exists():  # it came before encryption was switched on
        key, place = None, archive.object_path(folder, receipt)
    try:
        with vault.opened(place, key.secret if key else "") as readable, readable.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == receipt.sha256
    except (OSError, pyrage.DecryptError):
        return False


def _follow_ups(data: Path) -> Line:
    file = data / "followups.sqlite"
    if not file.exists():
        return Line("督办记录", "good", "还没有")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            (verdict,) = db.execute("pragma quick_check").fetchone()
            (count,) = db.execute("select count(*) from event").fetchone()
    except sqlite3.Error as problem:
        verdict, count = str(problem), 0
    if verdict != "ok":
        return Line("督办记录", "fault", f"{file} 已损坏，请换回备份")
    return Line("督办记录", "good", f"{count:,} 条")


def _access(data: Path) -> Line:
    try:
        path = access_file(data)
        if not path.exists() and not os.environ.get(screens.access.VARIABLE):
            return Line("权限文件", "good", "没有：本机模式，只有这台电脑能打开看板")
        rules = screens.access.load(path)
        with suppress(Refused, screens.database.SnapshotError):  # told above
            screens.access.check_organisations(
                rules,
                screens.organisations.organisations(screens.database.open_snapshot(snapshot.served(data))),
            )
    except screens.access.AccessError as problem:
        return Line("权限文件", "fault", f"{problem}；在更正之前谁也进不来")
    if rules.proxy and not rules.proxy.key_file.exists():
        return Line("权限文件", "fault", f"验签密钥 {rules.proxy.key_file} 不存在，请放好后重试")
    return Line("权限文件", "good", f"{path}：{rules.mode} 模式，{len(rules.viewers)} 个账号")


def access_file(data: Path) -> Path:
    """Where the dashboard of this data folder looks for its access file."""
    stated = os.environ.get(screens.access.VARIABLE)
    return Path(stated) if stated else data / screens.access.FILE_NAME


def _record(data: Path) -> Iterator[Line]:
    """The record of who did what, and in it the last backup."""
    name, last, backed_up = "审计记录", None, None
    try:
        broken = screens.audit.broken_at(data)
        for entry in screens.audit.entries(data):
            last = entry
            if entry.action == "backup":
                backed_up = entry
    except screens.audit.AuditFailed as problem:
        yield Line(name, "fault", str(problem))
        return
    if broken:
        yield Line(name, "fault", f"从第 {broken} 条起接不上，可能被改动过，请与备份核对")
    elif last is None:
        yield Line(name, "good", "还没有")
    else:
        yield Line(
            name, "good", f"{last.number:,} 条前后相接，最后一条 {last.at[:16].replace('T', ' ')}（UTC）"
        )
    days = (datetime.now(UTC) - datetime.fromisoformat(backed_up.at)).days if backed_up else None
    if days is None:
        yield Line("备份", "attention", "记录里还没有备份，请运行 liandong backup，并把密钥另存一份")
    elif days > _DAYS_WITHOUT_BACKUP:
        yield Line("备份", "attention", f"最近一次是 {days} 天以前，请运行 liandong backup，或检查定时器")
    else:
        yield Line("备份", "good", f"最近一次是 {days} 天以前")
