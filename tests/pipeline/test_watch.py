"""A watched folder: what arrives is loaded once it has stopped growing, and trouble ends nothing."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from etl import watching
from etl.findings import Refused
from etl.pipeline import Loaded
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, rows


class Script(threading.Event):
    """Between two looks at the folder the next step happens; after the last one the watch ends."""

    def __init__(self, steps: Sequence[Callable[[], object]]) -> None:
        super().__init__()
        self.steps = list(steps)

    def wait(self, timeout: float | None = None) -> bool:
        if self.steps:
            self.steps.pop(0)()
        else:
            self.set()
        return self.is_set()


def loaded(new_files: int = 1, unread: Sequence[Path] = ()) -> Loaded:
    return Loaded("202112-abc", True, new_files, 0, 0, list(unread), 5, 4, {"warning": 2}, 1, [], 0.1)


class Loads:
    """Stands for the pipeline: notes what it is given, and answers or raises as told."""

    def __init__(self, *answers: Loaded | Exception) -> None:
        self.answers = list(answers)
        self.given: list[list[str]] = []

    def __call__(self, files: Sequence[Path]) -> Loaded:
        self.given.append(sorted(file.name for file in files))
        answer = self.answers.pop(0) if self.answers else loaded()
        if isinstance(answer, Exception):
            raise answer
        return answer


def watch(inbox: Path, loads: Loads, *steps: Callable[[], object]) -> list[str]:
    lines: list[str] = []
    watching.watch(inbox, loads, lines.append, Script(steps), every=0)
    return lines


def nothing() -> None:
    pass


def test_a_file_is_left_alone_while_it_grows_and_loaded_once(tmp_path: Path) -> None:
    file = tmp_path / "东桥.xlsx"

    def grow() -> None:
        with file.open("ab") as stream:
            stream.write(b"more")

    loads = Loads()
    lines = watch(tmp_path, loads, grow, grow, grow, nothing, nothing, nothing)
    assert loads.given == [["东桥.xlsx"]]
    assert lines == [
        "新收文件 1 个，接收 4 行，退回 1 行，提醒 2 处，锁定后更正 1 份，已发布版本 202112-abc（0.1 秒）"
    ]


def test_a_file_that_is_written_again_is_loaded_again(tmp_path: Path) -> None:
    file = tmp_path / "东桥.xlsx"
    file.write_bytes(b"first")
    loads = Loads()
    watch(tmp_path, loads, nothing, lambda: file.write_bytes(b"second one"), nothing, nothing)
    assert loads.given == [["东桥.xlsx"], ["东桥.xlsx"]]


def test_what_programs_leave_half_done_is_not_looked_at(tmp_path: Path) -> None:
    for name in ("~$东桥.xlsx", "西桥.xlsx.part", ".东桥.xlsx", "a.crdownload", "b.tmp"):
        (tmp_path / name).write_bytes(b"x")
    loads = Loads()
    assert watch(tmp_path, loads, nothing, nothing) == []
    assert loads.given == []


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (Refused("参考文件 plans.csv 第 3 行不对"), "参考文件 plans.csv 第 3 行不对"),
        (OSError(28, "No space left on device"), "磁盘已满"),
        (PermissionError(13, "Permission denied"), "没有权限"),
        (ValueError("a fault of ours"), "意外问题"),
    ],
)
def test_trouble_is_told_once_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception, words: str
) -> None:
    monkeypatch.setattr(watching, "_TRY_AGAIN", 0.0)
    (tmp_path / "东桥.xlsx").write_bytes(b"x")
    loads = Loads(problem, problem)
    lines = watch(tmp_path, loads, nothing, nothing, nothing, nothing)
    assert len(loads.given) == 3
    assert words in lines[0]
    assert "No space" not in lines[0]
    assert [line.startswith("新收文件") for line in lines] == [False, True]


def test_a_file_that_somebody_holds_open_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_TRY_AGAIN", 0.0)
    file = tmp_path / "东桥.xlsx"
    file.write_bytes(b"x")
    loads = Loads(loaded(0, [file]))
    lines = watch(tmp_path, loads, nothing, nothing, nothing)
    assert loads.given == [["东桥.xlsx"], ["东桥.xlsx"]]
    assert "读不到 东桥.xlsx" in lines[0]


def test_a_folder_that_goes_away_and_comes_back(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "东桥.xlsx").write_bytes(b"x")
    loads = Loads()
    away = tmp_path / "away"
    lines = watch(inbox, loads, lambda: inbox.rename(away), nothing, lambda: away.rename(inbox), nothing)
    assert "等它恢复" in lines[0]
    assert sum("等它恢复" in line for line in lines) == 1


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGTERM to send on Windows")
def test_the_command_loads_what_arrives_and_ends_in_good_order(desk: Desk) -> None:
    process = desk.start("watch", desk.inbox, "--every", "0.1")
    desk.write("东桥.xlsx", Sheet("activities", rows("activities", 2)))
    deadline = time.monotonic() + 120
    while desk.release is None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert process.pid
    os.kill(process.pid, signal.SIGTERM)
    process.join()
    assert process.exitcode == 0
    assert desk.rows("select count(*) from fact_activity") == [(2,)]
