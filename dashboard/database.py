"""The one door to a snapshot: opened read-only, one cursor a query. The only module with duckdb."""

from __future__ import annotations

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

import duckdb
import pandas as pd

from dashboard import confined
from dashboard.confined import Confines

FORMAT_VERSION = 1  # of the snapshots that this code can read, the same number as in etl/snapshot.py
KEPT_OPEN = 4  # releases; an older one that somebody still looks at stays readable
KEPT_CONFINED = 40  # of these as seen from one organisation
KEPT_RESULTS = 2000  # small things worked out once per snapshot
_NAME = re.compile(r"\w+")
_T = TypeVar("_T")

# Extensions would be looked for on the network; a reader has no business with other files.
# One thread: viewers run side by side, and queries of a millisecond only lose by being split.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "threads": 1,
    "enable_external_access": False,
    "lock_configuration": True,
}


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
    _copied: _Copied | None = field(repr=False)  # None: the connection is to the sealed file itself
    _kept: dict[object, object] = field(default_factory=dict, repr=False)
    _held: dict[object, object] = field(default_factory=dict, repr=False)
    _making: dict[object, threading.Lock] = field(default_factory=dict, repr=False)

    def frame(self, sql: str, params: Sequence[object] = ()) -> pd.DataFrame:
        """The rows of a query. Counts arrive as int64, or as Int64 where some are missing."""
        cursor = self._cursor(sql)
        try:
            return cursor.execute(sql, list(params)).df()
        finally:
            cursor.close()

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a small query as tuples of Python values."""
        cursor = self._cursor(sql)
        try:
            return cursor.execute(sql, list(params)).fetchall()
        finally:
            cursor.close()

    def _cursor(self, sql: str) -> duckdb.DuckDBPyConnection:
        if self._copied is not None:
            self._copied.bring(sql)
        return self._connection.cursor()

    def columns(self) -> Mapping[str, frozenset[str]]:
        """Which columns each table of the release has."""

        def read() -> Mapping[str, frozenset[str]]:
            found: dict[str, set[str]] = {}
            for table, column in self.rows(
                "select table_name, column_name from duckdb_columns() where not internal and database_name = current_database()"
            ):
                found.setdefault(table, set()).add(column)
            return {table: frozenset(columns) for table, columns in found.items()}

        return self.whole.columns() if self.within else self.keep("columns", read)

    def hold(self, key: object, make: Callable[[], _T]) -> _T:
        """As `keep`, for the few things that are dear to make: as long as the snapshot is open."""
        return self._once(self._held, key, make)

    def keep(self, key: object, make: Callable[[], _T]) -> _T:
        """What `make` gives, made once: a sealed file never changes. Callers do not alter the result."""
        if len(self._kept) >= KEPT_RESULTS:
            self._kept.clear()
        return self._once(self._kept, key, make)

    def _once(self, results: dict[object, object], key: object, make: Callable[[], _T]) -> _T:
        """After a release all ask for the same at once: one works it out, the others wait for it."""
        found = results.get(key)
        if found is not None:
            return cast(_T, found)
        with _lock:
            gate = self._making.setdefault((id(results), key), threading.Lock())
        try:
            with gate:
                found = results.get(key)
                if found is None:
                    found = results[key] = make()
                return cast(_T, found)
        finally:
            with _lock:
                self._making.pop((id(results), key), None)

    @property
    def data(self) -> Path:
        """The data folder that the release lies in, with the records beside it."""
        return self.path.parent.parent if self.path.parent.name == "snapshots" else data_folder()

    @property
    def whole(self) -> Snapshot:
        """The same release with everything in it, for what has to be decided over all (which small counts
        are hidden) and for what tells nothing of anybody (the median of the others)."""
        return _shared(self.path, "") if self.within else self

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
        if self._copied is not None:
            self._copied.close()
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
    return _shared(chosen.resolve(), within)


def _shared(path: Path, within: str) -> Snapshot:
    """The open one, or a new one; of a path that is resolved."""
    key = (path, within)
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
        raise SnapshotError(
            f"数据版本的附件 {file.name} 打不开，请从备份恢复；没有备份时删去它，再运行 liandong load 补写"
        ) from problem


def _used(key: tuple[Path, str]) -> Snapshot | None:
    """The open one, which is the last to be closed from now on; the caller holds the lock."""
    kept = _open.get(key)
    if kept is not None:
        _open.move_to_end(key)
    return kept


def _opened(path: Path, within: str) -> Snapshot:
    if within:
        return _confined(_shared(path, ""), within)
    if not path.is_file():
        raise SnapshotError(f"找不到数据版本“{path.stem}”，请运行 liandong releases 查看现有的版本")
    try:
        connection = duckdb.connect(path, read_only=True, config=_CONFIG)
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
    return Snapshot(path, release_id, is_demo, first_month, last_month, dict(settings), "", connection, None)


def _confined(whole: Snapshot, within: str) -> Snapshot:
    """A database in memory that holds what of the release belongs to one organisation, and nothing else."""
    confines = _confines(whole, within)
    if confines is None:
        raise SnapshotError("您所在的组织不在当前数据之中，请联系管理员核对权限设置")
    connection = duckdb.connect(config=_CONFIG)
    copied = _Copied(
        whole._connection.cursor(), connection.cursor(), confined.selects(confines, whole.columns())
    )
    return replace(
        whole, within=within, _connection=connection, _copied=copied, _kept={}, _held={}, _making={}
    )


class _Copied:
    """The tables of one organisation's part of a release, each copied when a query first names it.

    Most viewers need a few of them, and after a release everybody comes at once.
    """

    def __init__(
        self, sealed: duckdb.DuckDBPyConnection, own: duckdb.DuckDBPyConnection, selects: Mapping[str, str]
    ) -> None:
        self._sealed, self._own = sealed, own
        self._lacking = dict(selects)
        self._lock = threading.Lock()

    def bring(self, sql: str) -> None:
        """What the statement names and is not there yet."""
        named = _NAME.findall(sql)
        if not any(name in self._lacking for name in named):
            return
        with self._lock:
            for table in dict.fromkeys(name for name in named if name in self._lacking):
                rows = self._sealed.sql(self._lacking[table]).to_arrow_table()
                self._own.register("arriving", rows)
                self._own.execute(f"create table {table} as from arriving")
                self._own.unregister("arriving")
                del self._lacking[table]  # last: whoever does not wait finds it there

    def close(self) -> None:
        self._sealed.close()
        self._own.close()


def _confines(whole: Snapshot, code: str) -> Confines | None:
    """Who stands above an organisation and who below it; None when the release does not know it."""
    levels = [key for (key,) in whole.rows("select level_key from meta_level order by level_no")]
    own = ", ".join(f"{key}_code" for key in levels)
    found = whole.rows(f"select level_key, {own} from dim_organisation where org_code = ?", [code])
    if not found:
        return None
    ((level, *path),) = found
    visible = whole.rows(
        f"select org_code, level_key from dim_organisation where {level}_code = ? order by org_code", [code]
    )
    place = levels.index(level)
    return Confines(
        level=level,
        code=code,
        visible=tuple(each for each, _ in visible),
        communities=tuple(each for each, of_level in visible if of_level == levels[-2]),
        above=tuple(path[:place]),
        community=path[place - 1] if place == len(levels) - 1 else "",
    )


def _unreadable(path: Path) -> SnapshotError:
    return SnapshotError(
        f"数据版本“{path.stem}”打不开，请运行 liandong rebuild 从存档重新生成，或用 liandong rollback 换回上一版本"
    )
