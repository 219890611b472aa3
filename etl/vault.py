"""The archive's originals encrypted at rest, where the settings name a key file (age, X25519, through pyrage).

An object's name is keyed, too: who holds a file cannot tell whether it was ever received. Whoever loses the
key loses the originals, and is told so before anything is taken in.
"""

from __future__ import annotations

import hmac
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

import pyrage

from etl.findings import Refused

SUFFIX = ".age"


class Source(Protocol):
    def read(self, size: int = -1) -> bytes: ...


@dataclass(frozen=True)
class Vault:
    """`secret`: an age identity, AGE-SECRET-KEY-1…"""

    secret: str = field(repr=False)

    def seal(self, source: Source, target: IO[bytes]) -> None:
        """Encrypt all that `source` gives, some of it at a time."""
        recipient = pyrage.x25519.Identity.from_str(self.secret).to_public()
        pyrage.encrypt_io(source, target, [recipient])

    def name_of(self, sha256: str) -> str:
        return hmac.digest(self.secret.encode(), sha256.encode(), "sha256").hex()


def unseal(path: Path, secret: str, target: IO[bytes] | io.RawIOBase) -> None:
    """Raises pyrage.DecryptError when the original at `path` was sealed with another key."""
    with path.open("rb") as source:
        pyrage.decrypt_io(source, target, [pyrage.x25519.Identity.from_str(secret)])


@contextmanager
def opened(path: Path, secret: str) -> Iterator[Path]:
    """A path at which the original can be read: in memory only, where the system can; `secret` empty: `path` itself."""
    if not secret:
        yield path
        return
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("submission")
        try:
            with open(handle, "wb", closefd=False) as stream:
                unseal(path, secret, stream)
            yield Path(f"/proc/self/fd/{handle}")
        finally:
            os.close(handle)
        return
    handle, name = tempfile.mkstemp(prefix="liandong-")  # for its owner only, and gone afterwards
    try:
        with open(handle, "wb") as stream:
            unseal(path, secret, stream)
        yield Path(name)
    finally:
        with suppress(OSError):
            Path(name).unlink()


def load_vault(key_file: Path | None, archive: Path) -> Vault | None:
    """The vault of the settings, with a new key where nothing was ever sealed. None: the archive is not encrypted.

    Raises Refused when sealed originals lie in the archive and this is not their key.
    """
    sealed = next((archive / "objects").rglob(f"*{SUFFIX}"), None)
    if key_file is None:
        if sealed:
            raise Refused("存档里有加密的原件，设置里却没有 archive.key_file，请补上这一项后再试")
        return None
    if archive.parent.resolve() in key_file.resolve().parents:
        raise Refused("存档的密钥不能放在数据文件夹里，请把设置 archive.key_file 改到别处后再试")
    if not key_file.exists():
        if sealed:
            raise Refused(f"存档的密钥文件 {key_file} 不见了，加密的原件无法读取；请从备份恢复这个文件后再试")
        _create(key_file)
    secret = key_file.read_text(encoding="utf-8").strip()
    try:
        pyrage.x25519.Identity.from_str(secret)
    except pyrage.IdentityError as problem:
        raise Refused(f"文件 {key_file} 不是存档的密钥，请从备份恢复原来的密钥文件后再试") from problem
    if sealed:
        try:
            unseal(sealed, secret, _FirstBlock())
        except _Enough:
            pass
        except pyrage.DecryptError as problem:
            raise Refused(
                f"密钥文件 {key_file} 打不开存档里的原件，请从备份恢复原来的密钥文件后再试"
            ) from problem
    return Vault(secret)


class _Enough(Exception):
    """The key fits: of what it opens, nothing is wanted."""


class _FirstBlock(io.RawIOBase):
    def write(self, _: object) -> int:
        raise _Enough


def _create(key_file: Path) -> None:
    key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):  # somebody was faster: theirs is the key
        handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "w", encoding="utf-8") as stream:
            stream.write(str(pyrage.x25519.Identity.generate()) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
