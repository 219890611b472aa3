"""From a declared kind to files: compose, write every format, put them in place at once, enter the register."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard.database import Snapshot, SnapshotError, open_snapshot
from dashboard.exports import DOCUMENTS
from dashboard.exports.text import file_name
from dashboard.organisations import QueryRefused, find_organisation, organisations
from dashboard.reports import register
from dashboard.reports.compose import Composed, ReportRefused, compose, kind_named
from dashboard.reports.kinds import Kind
from dashboard.reports.register import Entry
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Period

__all__ = ["ReportRefused", "Snapshot", "Wanted", "kind_named", "make", "reprint"]

GROUPS = {"communities": "community", "streets": "street", "district": "district"}


@dataclass(frozen=True)
class Wanted:
    """A report to be made."""

    kind: Kind
    org: str
    period: Period
    formats: tuple[str, ...]
    schedule: str = ""


def formats_named(names: Sequence[str]) -> tuple[str, ...]:
    """Checked, each once. Raises ReportRefused."""
    chosen = tuple(dict.fromkeys(name.strip().lower() for name in names if name.strip()))
    unknown = [name for name in chosen if name not in DOCUMENTS]
    if unknown or not chosen:
        told = f"没有名为“{unknown[0]}”的格式" if unknown else "没有写明格式"
        raise ReportRefused(f"{told}，可选：{'、'.join(DOCUMENTS)}")
    return chosen


def period_named(text: str) -> Period:
    """Raises ReportRefused."""
    try:
        return Period.parse(text)
    except ValueError as problem:
        raise ReportRefused(str(problem)) from problem


def organisations_named(snapshot: Snapshot, text: str, period: Period) -> tuple[str, ...]:
    """A code, a name, or one of GROUPS: those of that level that existed in the period. Raises ReportRefused."""
    if text in GROUPS:
        known = organisations(snapshot).values()
        return tuple(one.code for one in known if one.level == GROUPS[text] and one.exists_in(period))
    try:
        return (find_organisation(snapshot, text).code,)
    except QueryRefused as problem:
        raise ReportRefused(str(problem)) from problem


def opened(path: Path, within: str = "") -> Snapshot:
    """A sealed release, or what of it lies in one organisation. Raises ReportRefused."""
    try:
        return open_snapshot(path, within)
    except SnapshotError as problem:
        raise ReportRefused(str(problem)) from problem


@dataclass(frozen=True)
class Prepared:
    """A report in all its formats, not yet anywhere."""

    entry: Entry
    name: str  # of its files, without an extension
    documents: Mapping[str, bytes]


def prepare(
    snapshot: Snapshot,
    wanted: Wanted,
    made_at: datetime | None = None,
    scope: Scope = WHOLE,
    tell: Callable[[str], None] = lambda _: None,
) -> Prepared:
    """Compose and write; `tell` hears what is done next, a format's key at a time. Raises ReportRefused."""
    moment = made_at or now()
    report_id = register.new_id(wanted.kind.key, wanted.org, wanted.period.key, snapshot.release_id, moment)
    composed = compose(snapshot, wanted.kind, wanted.org, wanted.period, moment, report_id, scope)
    documents = written(composed, wanted.formats, tell)
    entry = Entry(
        report_id=report_id,
        kind=wanted.kind.key,
        org=wanted.org,
        period=wanted.period.key,
        release=snapshot.release_id,
        language="zh",
        made_at=moment,
        files={key: hashlib.sha256(made).hexdigest() for key, made in documents.items()},
        schedule=wanted.schedule,
    )
    return Prepared(entry, _name(snapshot, composed, wanted.org), documents)


def make(
    snapshot: Snapshot, wanted: Wanted, folder: Path, made_at: datetime | None = None, scope: Scope = WHOLE
) -> tuple[Entry, tuple[Path, ...]]:
    """One report in every wanted format, in `folder`, and in the register. Raises ReportRefused."""
    prepared = prepare(snapshot, wanted, made_at, scope)
    paths = _put(folder, prepared.name, prepared.documents)
    register.add(snapshot.data, prepared.entry)
    return prepared.entry, paths


def reprint(
    data: Path, report_id: str, folder: Path, formats: Sequence[str] = (), within: str = ""
) -> tuple[Path, ...]:
    """The same report from the same release, as it was when it was made. Raises ReportRefused."""
    entry = register.find(data, report_id)
    if entry is None:
        raise ReportRefused(f"登记簿里没有编号为“{report_id}”的报告，编号印在报告的页脚")
    snapshot = opened(data / "snapshots" / f"{entry.release}.duckdb", within)
    composed = again(snapshot, entry)
    documents = written(composed, formats_named(formats) if formats else tuple(entry.files))
    return _put(folder, _name(snapshot, composed, entry.org), documents)


def again(snapshot: Snapshot, entry: Entry) -> Composed:
    """The report of an entry, composed anew."""
    kind, period = kind_named(entry.kind), period_named(entry.period)
    return compose(snapshot, kind, entry.org, period, entry.made_at, entry.report_id)


def written(
    composed: Composed, formats: Sequence[str], tell: Callable[[str], None] = lambda _: None
) -> dict[str, bytes]:
    """Each format's bytes."""
    documents = {}
    for key in formats:
        tell(key)
        documents[key] = DOCUMENTS[key].write(composed.report, composed.imprint)
    return documents


def now() -> datetime:
    """By the clock on the wall, with its zone; to the second, as it is printed and registered."""
    return datetime.now().astimezone().replace(microsecond=0)


def _name(snapshot: Snapshot, composed: Composed, org: str) -> str:
    """Legible in a folder; with the code where two organisations are called the same."""
    everyone = organisations(snapshot)
    same = Counter(one.short_name for one in everyone.values())[everyone[org].short_name] > 1
    return file_name(composed.report.title, composed.imprint.period, org if same else "")


def _put(folder: Path, name: str, documents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """All of them, or none: each is written beside its place first, and then moved there."""
    folder.mkdir(parents=True, exist_ok=True)
    waiting: list[tuple[Path, Path]] = []
    try:
        for key, made in documents.items():
            handle, beside = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
            waiting.append((Path(beside), folder / f"{name}.{DOCUMENTS[key].extension}"))
            with os.fdopen(handle, "wb") as stream:
                stream.write(made)
            Path(beside).chmod(0o644)
        for beside_path, place in waiting:
            os.replace(beside_path, place)
    finally:
        for beside_path, _ in waiting:
            beside_path.unlink(missing_ok=True)
    return tuple(place for _, place in waiting)
