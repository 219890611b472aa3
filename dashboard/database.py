"""The one door to a snapshot: opened read-only, one cursor a query. The only module with duckdb."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

import duckdb
import pandas as pd

from dashboard import confined
from dashboard.confined import SEALED, Confines

FORMAT_VERSION = 1  # of the snapshots that this code can read, the same number as in etl/snapshot.py
KEPT_OPEN = 4  # releases; an older one that somebody still looks at stays readable
KEPT_CONFINED = 40  # of these as seen from one organisation
KEPT_RESULTS = 2000  # small things worked out once per snapshot
_T = TypeVar("_T")

# Extensions would be looked for on the network; a reader has no business with other files.
# One thread: viewers run side by side, and queries of a millisecond only lose by being split.
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "threads": 1,
}
_CONFIG = _OFFLINE | {"enable_external_access": False, "lock_configuration": True}


class SnapshotError(Exception):
    """There is no snapshot that could be shown; the message is one Chinese sentence."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A sealed release. Safe to share between threads; `frame` uses a cursor of its own each time.

    `within`: the code of the one organisation of which this snapshot shows anything; "" for all of them.
    """

    path: Path
    release_id: str
    is_demo: bool
    first_month: date
    last_month: date  # first day of the last month with data
    settings: Mapping[str, str]
    within: str
    _connection: duckdb.DuckDBPyConnection = field(repr=False)
    _kept: dict[object, object] = field(default_factory=dict, repr=False)
    _held: dict[object, object] = field(default_factory=dict, repr=False)

    def frame(self, sql: str, params: Sequence[object] = ()) -> pd.DataFrame:
        """The rows of a query. Counts arrive as int64, or as Int64 where some are missing."""
        cursor = self._connection.cursor()
        try:
            return cursor.execute(sql, list(params)).df()
        finally:
            cursor.close()

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a small query as tuples of Python values."""
        cursor = self._connection.cursor()
        try:
            return cursor.execute(sql, list(params)).fetchall()
        finally:
            cursor.close()

    def hold(self, key: object, make: Callable[[], _T]) -> _T:
        """As `keep`, for the few things that are dear to make: as long as the snapshot is open."""
        found = self._held.get(key)
        if found is None:
            found = self._held.setdefault(key, make())
        return cast(_T, found)

    def keep(self, key: object, make: Callable[[], _T]) -> _T:
        """What `make` gives, made once: a sealed file never changes. Callers do not alter the result."""
        found = self._kept.get(key)
        if found is None:
            found = make()
            if len(self._kept) >= KEPT_RESULTS:
                self._kept.clear()
            self._kept[key] = found
        return cast(_T, found)

    @property
    def data(self) -> Path:
        """The data folder that the release lies in, with the records beside it."""
        return self.path.parent.parent if self.path.parent.name == "snapshots" else data_folder()

    @property
    def whole(self) -> Snapshot:
        """The same release with everything in it, for what has to be decided over all (which small counts
        are hidden) and for what tells nothing of anybody (the median of the others)."""
        return open_snapshot(self.path) if self.within else self

    def current_release_id(self) -> str:
        """The release that CURRENT names now; this one's when there is no such pointer beside it."""
        try:
            return current_release_id(self.data)
        except SnapshotError:
            return self.release_id

    def close(self) -> None:
        """Queries fail from here on; `open_snapshot` opens the file anew."""
        with _lock:
            if _open.get((self.path, self.within)) is self:
                del _open[self.path, self.within]
        self._connection.close()


_open: OrderedDict[tuple[Path, str], Snapshot] = OrderedDict()
_opening: dict[tuple[Path, str], threading.Lock] = {}  # those that somebody is opening just now
_lock = threading.Lock()


def data_folder() -> Path:
    """$LIANDONG_DATA, else data/ beside the code."""
    elsewhere = os.environ.get("LIANDONG_DATA")
    return Path(elsewhere) if elsewhere else Path(__file__).resolve().parents[1] / "data"


def current_release_id(folder: Path | None = None) -> str:
    """The release that the pointer CURRENT in the data folder names. Raises SnapshotError."""
    try:
        release_id = ((folder or data_folder()) / "CURRENT").read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise SnapshotError("还没有可以查看的数据，请先运行 liandong load 装载报送文件") from problem
    if not release_id or Path(release_id).name != release_id:
        raise SnapshotError("数据目录中的 CURRENT 文件内容不对，请运行 liandong releases 查看并重新选定版本")
    return release_id


def open_snapshot(path: Path | str | None = None, within: str = "") -> Snapshot:
    """The snapshot in the file `path`, by default the one that CURRENT names.

    `within`: the code of an organisation; then nothing outside it is in the snapshot (see confined.py).
    The last few stay open and are shared. One that falls out of this list is closed when its last user
    lets go of it. Raises SnapshotError.
    """
    chosen = (
        Path(path) if path is not None else data_folder() / "snapshots" / f"{current_release_id()}.duckdb"
    )
    key = (chosen.resolve(), within)
    with _lock:
        if (kept := _used(key)) is not None:
            return kept
        gate = _opening.setdefault(key, threading.Lock())
    with gate:  # who wants another one need not wait while this one is opened
        with _lock:
            if (kept := _used(key)) is not None:
                return kept
        try:
            snapshot = _opened(*key)
            with _lock:
                _open[key] = snapshot
                for is_confined, most in ((False, KEPT_OPEN), (True, KEPT_CONFINED)):
                    alike = [other for other in _open if bool(other[1]) is is_confined]
                    for oldest in alike[: max(0, len(alike) - most)]:
                        del _open[oldest]
            return snapshot
        finally:
            with _lock:
                _opening.pop(key, None)


def open_apart(path: Path) -> Snapshot:
    """A release for one's own use: it is closed with its last user, and drives none of the shared ones out.

    Raises SnapshotError.
    """
    return _opened(path.resolve(), "")


def rows_of(file: Path, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """What a query finds in a file beside a release. Raises SnapshotError when it cannot be read."""
    try:
        with duckdb.connect(file, read_only=True, config=_CONFIG) as connection:
            return connection.execute(sql, list(params)).fetchall()
    except duckdb.Error as problem:
        raise SnapshotError(f"数据版本的附件 {file.name} 打不开，请从备份恢复这个文件") from problem


def _used(key: tuple[Path, str]) -> Snapshot | None:
    """The open one, which is the last to be closed from now on; the caller holds the lock."""
    kept = _open.get(key)
    if kept is not None:
        _open.move_to_end(key)
    return kept


def _opened(path: Path, within: str) -> Snapshot:
    if not path.is_file():
        raise SnapshotError(f"找不到数据版本“{path.stem}”，请运行 liandong releases 查看现有的版本")
    try:
        connection = (
            _confined(path, within) if within else duckdb.connect(path, read_only=True, config=_CONFIG)
        )
    except duckdb.Error as problem:
        raise _unreadable(path) from problem
    try:
        release = connection.execute(
            "select release_id, is_demo, first_month, last_month, format_version from meta_release"
        ).fetchall()
        settings = connection.execute("select name, value from meta_setting").fetchall()
    except duckdb.Error as problem:
        connection.close()
        raise _unreadable(path) from problem
    if len(release) != 1:
        connection.close()
        raise _unreadable(path)
    if (version := release[0][4]) != FORMAT_VERSION:
        connection.close()
        raise SnapshotError(
            f"数据版本“{path.stem}”由更新的程序写成，请先升级程序再查看"
            if version > FORMAT_VERSION
            else f"数据版本“{path.stem}”由较早的程序写成，请运行 liandong rebuild 从存档重新生成"
        )
    release_id, is_demo, first_month, last_month, _ = release[0]
    return Snapshot(path, release_id, is_demo, first_month, last_month, dict(settings), within, connection)


def _confined(path: Path, within: str) -> duckdb.DuckDBPyConnection:
    """A database in memory that holds what of the release belongs to one organisation, and nothing else."""
    connection = duckdb.connect(config=_OFFLINE)
    try:
        connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as {SEALED} (read_only)")
        confines = _confines(connection, within)
        if confines is None:
            raise SnapshotError("您所在的组织不在当前数据之中，请联系管理员核对权限设置")
        tables: dict[str, list[str]] = {}
        for table, column in connection.execute(
            f"select table_name, column_name from duckdb_columns() where database_name = '{SEALED}'"
        ).fetchall():
            tables.setdefault(table, []).append(column)
        connection.execute("begin")  # one transaction for all tables
        for name, select in confined.selects(confines, tables):
            connection.execute(f"create table {name} as {select}")
        connection.execute("commit")
        connection.execute(f"detach {SEALED}")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


def _confines(connection: duckdb.DuckDBPyConnection, code: str) -> Confines | None:
    """Who stands above an organisation and who below it; None when the release does not know it."""
    levels = [key for (key,) in connection.execute(
        f"select level_key from {SEALED}.meta_level order by level_no"
    ).fetchall()]  # fmt: skip
    own = ", ".join(f"{key}_code" for key in levels)
    row = connection.execute(
        f"select level_key, {own} from {SEALED}.dim_organisation where org_code = ?", [code]
    ).fetchone()
    if row is None:
        return None
    level, *path = row
    visible = connection.execute(
        f"select org_code from {SEALED}.dim_organisation where {level}_code = ? order by org_code", [code]
    ).fetchall()
    place = levels.index(level)
    return Confines(
        level=level,
        code=code,
        visible=tuple(each for (each,) in visible),
        above=tuple(path[:place]),
        community=path[place - 1] if place == len(levels) - 1 else "",
    )


def _unreadable(path: Path) -> SnapshotError:
    return SnapshotError(
        f"数据版本“{path.stem}”打不开，请运行 liandong rebuild 从存档重新生成，或用 liandong rollback 换回上一版本"
    )
