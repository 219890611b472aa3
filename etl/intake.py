"""Which files are not taken in as they stand: links, files that somebody has open, files beyond all bounds."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import IO

from etl.bounds import Bounds


def why_not(file: Path, bounds: Bounds) -> str | None:
    """What is in the way and what to do, in one sentence; None for a file that can be taken in."""
    if file.is_symlink():
        return "是一个链接，可能指向别处的文件，没有收取；请放入文件本身"
    lock = next((lock for lock in _locks(file) if lock.exists()), None)
    if lock:
        return f"正被打开编辑，没有收取；请保存并关闭后重新装入（如果没有人打开它，请删去旁边的 {lock.name}）"
    if file.stat().st_size > max(bounds.file_mb, bounds.text_mb) << 20:
        return f"超过 {max(bounds.file_mb, bounds.text_mb):,} MB，没有收取；请拆成几个文件"
    return None


def digest_of(file: Path) -> tuple[str, int] | None:
    """The sha256 and the size of a file; None when it was written to meanwhile. Raises OSError."""
    before = os.stat(file)
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    after = os.stat(file)
    is_same = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    return (sha256, after.st_size) if is_same else None


class Hashing:
    """A file on its way somewhere else: what was read of it so far gives `hexdigest()`."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self._digest.update(block)
        return block

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _locks(file: Path) -> tuple[Path, Path]:
    """What Excel or WPS, and LibreOffice, keep beside a workbook while it is open."""
    return file.with_name(f"~${file.name}"), file.with_name(f".~lock.{file.name}#")
