"""Before a release can be served it is settled which counts of persons it hides, after all that was told before.

    snapshots/disclosed/<number>.<release id>.duckdb   the tables of dashboard/disclosed.py

That is done here, once, so that nobody who looks has to wait for it. The first release of all follows nothing: what
it hides is settled when somebody looks, and written down when there is a second one.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pandas as pd

from etl import screens, snapshot
from etl.findings import Refused


def folder(data: Path) -> Path:
    return snapshot.folder(data) / "disclosed"


def follow(data: Path, release_id: str) -> None:
    """Write down what is told once the sealed release is served. Nothing where that was done before, or where
    nothing was told yet.

    Raises Refused when what was told before cannot be read: to go on without it might give somebody away.
    """
    try:
        # The one that is served was told, too. It has no file when it was the first, or when somebody deleted it.
        for each in dict.fromkeys((snapshot.current(data), release_id)):
            newest = next(reversed(_all(data)), None)
            if newest or each != release_id:
                _settle(data, each, newest)
    except screens.database.SnapshotError as problem:
        raise Refused(str(problem)) from problem


def fault(data: Path) -> str:
    """A sentence about the first file that cannot be read or that the served release lacks; "" when all is well."""
    try:
        for file in _all(data):
            screens.disclosed.check(file)
    except screens.database.SnapshotError as problem:
        return str(problem)
    served = snapshot.current(data)
    if served and _all(data) and not screens.disclosed.file_of(snapshot.path_of(data, served)):
        return f"在用版本 {served} 的附件不见了，哪些人数不显示暂由它自己判定，请运行 liandong load 补写"
    return ""


def prune(data: Path) -> None:
    """Delete what belongs to releases that are gone. The newest stays, which knows all of it."""
    for file in _all(data)[:-1]:
        if not snapshot.path_of(data, file.name.split(".")[1]).exists():
            file.unlink()


def _settle(data: Path, release_id: str | None, newest: Path | None) -> None:
    """What a release tells after all that is known of in the newest file, unless it is written down already."""
    release = snapshot.path_of(data, release_id) if release_id else None
    if release is None or screens.disclosed.file_of(release) or not snapshot.is_sound(release):
        return
    with closing(screens.database.open_apart(release)) as opened:
        threshold = screens.persons.threshold(opened)
        known = screens.disclosed.memories(newest, threshold) if newest else {}
        told = screens.persons.disclose(opened, known)
    _write(data, _number(newest) + 1 if newest else 1, release.stem, told, threshold)


def _write(
    data: Path,
    number: int,
    release_id: str,
    told: Mapping[screens.disclosed.About, screens.disclosed.Memory],
    threshold: int,
) -> None:
    folder(data).mkdir(exist_ok=True)
    place = folder(data) / f"{number:06d}.{release_id}.duckdb"
    tables = screens.disclosed.tables(told, threshold)
    with snapshot.under_construction(data) as (connection, building):
        for table, columns in screens.disclosed.TABLES.items():
            types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            connection.execute(f"create table {table} ({types})")
            connection.register(
                "disclosed_row", pd.DataFrame(tables[table], columns=[*columns], dtype=object)
            )
            connection.execute(f"insert into {table} select * from disclosed_row")
            connection.unregister("disclosed_row")
        snapshot.seal(connection, building, place)


def _all(data: Path) -> list[Path]:
    """Oldest first."""
    return sorted(folder(data).glob("[0-9]*.duckdb"))


def _number(file: Path) -> int:
    return int(file.name.split(".")[0])
