"""Where the details of a fault of ours go, for whoever maintains this. People are told one sentence."""

from __future__ import annotations

import errno
import os
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


_LARGEST = 2_000_000


def write_details() -> Path:
    """Append the traceback of the exception at hand, without anything that looks like a person's number.

    Returns the file, in the system's folder for temporary files.
    """
    import tempfile  # here, because every process that reads files waits for what this module imports
    import traceback

    place = Path(tempfile.gettempdir()) / "liandong-error.log"
    if (
        place.exists() and place.stat().st_size > _LARGEST
    ):  # the one before is kept, what was before that goes
        os.replace(place, place.with_suffix(".log.1"))
    with place.open("a", encoding="utf-8") as stream:
        stream.write(people.mask(traceback.format_exc()) + "\n")
    return place


_WORDS = {
    "EACCES": "没有权限",
    "EPERM": "没有权限",
    "EROFS": "磁盘是只读的",
    "ENOENT": "文件或文件夹不存在",
    "EEXIST": "那里已有同名的文件",
    "ENOTDIR": "那里应是文件夹，却是一个文件",
    "EISDIR": "那里应是文件，却是一个文件夹",
    "EIO": "磁盘读写出错",
    "EMFILE": "打开的文件太多",
    "EBUSY": "文件正被占用",
    "ESTALE": "网络文件夹断开了",
}


def in_words(problem: OSError) -> str:
    """What the system says, in Chinese."""
    name = errno.errorcode.get(problem.errno or 0, "")
    return _WORDS.get(name, f"系统错误 {problem.errno or type(problem).__name__}")
