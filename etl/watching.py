"""Loads submissions as they arrive in a folder: looks again and again, which works on a network share too.

A file is taken when it looked the same twice in a row, so that one that is still being copied is left
to grow. What goes wrong is told and tried again later; the watch goes on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from etl import archive, faults, people
from etl.findings import Refused
from etl.pipeline import Loaded

# What browsers and file transfers call a file that they have not finished.
_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".download")
_TRY_AGAIN = 60.0  # seconds after something went wrong

Mark = tuple[int, int]  # size, time of the last change


@dataclass
class _Watch:
    inbox: Path
    load: Callable[[Sequence[Path]], Loaded]
    tell: Callable[[str], None]
    seen: dict[Path, Mark]  # at the last look
    taken: dict[Path, Mark]
    not_before: float = 0.0
    complaint: str = ""

    def look(self) -> None:
        try:
            now = _marks(self.inbox)
        except (Refused, OSError):
            self._complain(f"看不到文件夹 {people.mask(str(self.inbox))}，等它恢复")
            return
        ready = [file for file, mark in now.items() if self.seen.get(file) == mark != self.taken.get(file)]
        self.seen = now
        if ready and time.monotonic() >= self.not_before:
            self._take(ready, now)

    def _take(self, ready: Sequence[Path], marks: dict[Path, Mark]) -> None:
        try:
            loaded = self.load(ready)
        except Exception as problem:
            if isinstance(problem, Refused | OSError) or faults.is_disk_full(problem):
                self._complain(f"没有装入：{_sentence(problem)}；稍后再试")
                return
            where = faults.write_details()
            self._complain(
                f"没有装入：程序出现意外问题（{type(problem).__name__}），详情已写入 {where}；稍后再试"
            )
            return
        self.taken |= {file: marks[file] for file in ready if file not in loaded.unread_files}
        if loaded.new_files:
            self.complaint = ""
            self.tell(summary(loaded))
        if loaded.unread_files:
            names = "、".join(people.mask(file.name) for file in loaded.unread_files)
            self._complain(f"读不到 {names}，可能正被占用；稍后再试")

    def _complain(self, sentence: str) -> None:
        """Once, not at every look."""
        self.not_before = time.monotonic() + _TRY_AGAIN
        if sentence != self.complaint:
            self.complaint = sentence
            self.tell(sentence)


def watch(
    inbox: Path,
    load: Callable[[Sequence[Path]], Loaded],
    tell: Callable[[str], None],
    stop: threading.Event,
    every: float,
) -> None:
    """Look at `inbox` every so many seconds until `stop` is set; a load that has begun is finished first.

    `tell` is given one line for each load and for each new kind of trouble.
    """
    state = _Watch(inbox, load, tell, {}, {})
    while not stop.is_set():
        state.look()
        stop.wait(every)


def summary(loaded: Loaded) -> str:
    """What a load did, in one line."""
    parts = [f"新收文件 {loaded.new_files:,} 个", f"接收 {loaded.accepted_count:,} 行"]
    if back := loaded.row_count - loaded.accepted_count:
        parts.append(f"退回 {back:,} 行")
    for severity, words in (("submission", "整表退回 {:,} 处"), ("warning", "提醒 {:,} 处")):
        if count := loaded.severities.get(severity, 0):
            parts.append(words.format(count))
    if loaded.corrections:
        parts.append(f"锁定后更正 {loaded.corrections:,} 份")
    if loaded.release_id is None:
        parts.append("没有一份可以采用")
    else:
        parts.append(f"{'已发布' if loaded.is_new_release else '仍为'}版本 {loaded.release_id}")
    return f"{'，'.join(parts)}（{loaded.seconds:.1f} 秒）"


def _marks(inbox: Path) -> dict[Path, Mark]:
    found = {}
    for file in archive.files_below([inbox]):
        if file.suffix.lower() in _UNFINISHED:
            continue
        try:
            state = file.stat()
        except OSError:  # gone again
            continue
        found[file] = (state.st_size, state.st_mtime_ns)
    return found


def _sentence(problem: Exception) -> str:
    if faults.is_disk_full(problem):
        return "磁盘已满，请清理磁盘"
    return f"读写文件失败：{faults.in_words(problem)}" if isinstance(problem, OSError) else str(problem)
