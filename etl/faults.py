"""Where the details of a fault of ours go, for whoever maintains this. People are told one sentence."""

from __future__ import annotations

import errno
import tempfile
import traceback
from pathlib import Path

from etl import people

# What systems say when there is no room: the disk, a quota, a limit on the size of files.
DISK_FULL = frozenset(
    number for name in ("ENOSPC", "EDQUOT", "EFBIG") if (number := getattr(errno, name, None)) is not None
)


def is_disk_full(problem: BaseException) -> bool:
    """Whether a fault is that of a full disk, told by the system or by a library in its own words."""
    if isinstance(problem, OSError) and problem.errno in DISK_FULL:
        return True
    return any(words in str(problem) for words in ("No space left", "File too large", "quota exceeded"))


def write_details() -> Path:
    """Append the traceback of the exception at hand, without anything that looks like a person's number.

    Returns the file, in the system's folder for temporary files.
    """
    place = Path(tempfile.gettempdir()) / "liandong-error.log"
    with place.open("a", encoding="utf-8") as stream:
        stream.write(people.mask(traceback.format_exc()) + "\n")
    return place
