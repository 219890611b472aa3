"""The archive is the truth: every file received is kept unchanged under its hash, for ever.

    archive/objects/ab/abcd….xlsx     the file itself, or abcd….age where it is kept encrypted (vault.py)
    archive/receipts/000001.jsonl     what one load received, written last and in one move
    archive/decisions/000001.jsonl    what was decided about submissions (decisions.py)

A receipt appears only after all its files are safely on disk, so a load that is killed leaves
either everything or nothing behind (objects without a receipt are harmless and are reused).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from etl import intake, people
from etl.bounds import Bounds
from etl.findings import Refused
from etl.vault import SUFFIX, Vault

_BLOCK = 1 << 20  # bytes
# What spreadsheet programs and file managers leave beside the files people mean.
_NOT_SUBMISSIONS = ("~$", ".", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Receipt:
    """One file as it was received. `order` rises with every load; later wins between equals."""

    sha256: str
    file_name: str
    size: int
    received_at: str
    order: int

    @property
    def suffix(self) -> str:
        return Path(self.file_name).suffix.lower()


def files_below(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those below the folders named, in a stable order. Raises Refused."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(
                file
                for file in path.rglob("*")
                if file.is_file() and not file.name.startswith(_NOT_SUBMISSIONS)
            )
        elif path.is_file():
            found.append(path)
        else:
            raise Refused(f"找不到 {path}，请检查路径")
    return found


def object_path(archive: Path, receipt: Receipt, vault: Vault | None = None) -> Path:
    """Where the original lies; with a vault, where it lies or would lie encrypted."""
    if vault:
        name = vault.name_of(receipt.sha256)
        return archive / "objects" / name[:2] / f"{name}{SUFFIX}"
    return archive / "objects" / receipt.sha256[:2] / f"{receipt.sha256}{receipt.suffix}"


def receipts(archive: Path) -> list[Receipt]:
    """Everything ever received, oldest first."""
    return [
        Receipt(**json.loads(line))
        for file in sorted((archive / "receipts").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def receive(
    archive: Path,
    files: Iterable[Path],
    step: Callable[[Path], None] = lambda _: None,
    kept: Callable[[Receipt], None] = lambda _: None,
    shown: Callable[[str], str] = people.mask,
    vault: Vault | None = None,
    bounds: Bounds | None = None,
) -> tuple[list[Receipt], list[tuple[Path, str]], list[Path]]:
    """Take files into the archive. Returns what is new, which files were known already (with their sha256), and which
    could not be taken (intake.py says why; no permission): these stay behind, the others come in.

    `shown` gives a file's name without persons in it. `step` is told of each file, `kept` of each new one as soon as it can be read from the archive.
    """
    received = receipts(archive)
    known = {receipt.sha256 for receipt in received}
    order = max((receipt.order for receipt in received), default=0)
    new: list[Receipt] = []
    repeated: list[tuple[Path, str]] = []
    unread: list[Path] = []
    folders: set[Path] = set()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for file in files:
        step(file)
        try:
            found = None if intake.why_not(file, bounds or Bounds()) else intake.digest_of(file)
        except OSError:
            found = None
        if found is None:
            unread.append(file)
            continue
        sha256, size = found
        if sha256 in known:
            repeated.append((file, sha256))
            continue
        receipt = Receipt(sha256, shown(file.name), size, now, order + 1)
        place = object_path(archive, receipt, vault)
        if place.parent not in folders:
            place.parent.mkdir(parents=True, exist_ok=True)
            folders.add(place.parent)
        if not place.exists() and not _keep(file, sha256, place, vault):
            unread.append(file)
            continue
        known.add(sha256)
        order += 1
        new.append(receipt)
        kept(receipt)
    if new:
        _write_receipts(archive / "receipts", new)
    return new, repeated, unread


def _keep(file: Path, sha256: str, place: Path, vault: Vault | None) -> bool:
    """Copy a file block by block. False, and nothing kept, when it is no longer what was hashed, or cannot be read."""
    arriving = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        source = file.open("rb")
    except OSError:
        return False
    with source, arriving.open("wb") as target:
        stream = intake.Hashing(source)
        if vault:
            vault.seal(stream, target)
        else:
            shutil.copyfileobj(stream, target, _BLOCK)
    if stream.hexdigest() != sha256:
        arriving.unlink()
        return False
    os.replace(arriving, place)
    return True


def _write_receipts(folder: Path, new: Iterable[Receipt]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if hasattr(os, "sync"):
        os.sync()  # once for all objects: they must be on disk before a receipt speaks of them
    number = max((int(file.stem) for file in folder.glob("*.jsonl")), default=0) + 1
    text = "".join(json.dumps(asdict(receipt), ensure_ascii=False) + "\n" for receipt in new)
    write_durably(folder / f"{number:06}.jsonl", text)


def write_durably(place: Path, text: str) -> None:
    """Replace a small file so that a reader or a crash sees the old content or the new, never half."""
    arriving = place.with_name(f".{place.name}.{os.getpid()}")
    with arriving.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(arriving, place)
    sync_folder(place.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable, where the system can (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
