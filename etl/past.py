"""What was served on a past day, or in a past release: opened where it is kept, else built again.

The record of publications says of each release how much of the archive it was made of. Code,
settings and reference files are today's: where these have changed, what is built again has another id.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from etl import archive, decisions, pipeline, snapshot
from etl.findings import Refused
from etl.pipeline import Progress
from etl.settings import Settings
from etl.snapshot import Publication


@dataclass(frozen=True)
class Past:
    """A release to read from. `asked`: the id that was served then; another than the file's where
    something has changed since. `is_rebuilt`: its own snapshot had been pruned."""

    path: Path
    asked: str
    is_rebuilt: bool = False


def release(
    settings: Settings,
    as_of: date | None = None,
    release_id: str | None = None,
    progress: Progress = lambda *_: None,
) -> Past:
    """The release named, else the one served at the end of the day `as_of` (by this machine's clock), else
    the one served now. Raises Refused."""
    if as_of and release_id:
        raise Refused("--as-of 和 --release 只能用一个")
    data = settings.data
    if not as_of and not release_id:
        path = snapshot.served(data)
        return Past(path, path.stem)
    publication = served_on(data, as_of) if as_of else _published(data, str(release_id))
    path = snapshot.path_of(data, publication.release_id)
    if snapshot.is_sound(path):
        return Past(path, publication.release_id)
    rebuilt = pipeline.rebuild(settings, *_extent(settings, publication), progress)
    return Past(snapshot.path_of(data, rebuilt), publication.release_id, is_rebuilt=True)


def served_on(data: Path, day: date) -> Publication:
    """What was served at the end of a day. Raises Refused before the first release."""
    history = snapshot.history(data)
    earlier = [entry for entry in history if _local(entry.at) <= day]
    if not earlier:
        first = f"，最早的版本发布于 {_local(history[0].at)}" if history else ""
        raise Refused(f"{day} 还没有任何版本{first}")
    return earlier[-1]


def _published(data: Path, release_id: str) -> Publication:
    for entry in reversed(snapshot.history(data)):
        if entry.release_id == release_id:
            return entry
    if release_id in {found.release_id for found in snapshot.releases(data)}:  # built again, never served
        return Publication("", release_id, "")
    raise Refused(f"没有名为 {release_id} 的版本，用 liandong releases 查看现有版本")


def _extent(settings: Settings, publication: Publication) -> tuple[int, int]:
    """The newest receipt and decision that a release was built from; by the clock where nobody wrote it down."""
    if publication.receipt_order is not None and publication.decision_number is not None:
        return publication.receipt_order, publication.decision_number
    folder = settings.data / "archive"
    received = [
        receipt.order for receipt in archive.receipts(folder) if receipt.received_at <= publication.at
    ]
    decided = [taken.number for taken in decisions.decisions(folder) if taken.at <= publication.at]
    return max(received, default=0), max(decided, default=0)


def _local(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone().date()
