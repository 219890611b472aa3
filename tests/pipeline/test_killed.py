"""Whatever ends a command at whatever moment, the old release stays served, the archive is whole, and the
next load ends as if nothing had been.

Eight kills in every run; `make soak` does a hundred, and more disks that fill up.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from etl import archive, decisions, snapshot
from etl.settings import Settings
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, row, rows

RENAMES = 7  # of a load of one file: the file, the receipt, the batch, the snapshot, what it and the first one told, CURRENT
# What is killed: each leads from the same beginning to an end of its own.
COMMANDS = {
    "load": (),
    "withdraw": ("东桥更正.xlsx",),
    "period": ("lock", "2021-Q4"),
    "excuse": ("西桥村", "活动", "2021-Q4", "--reason", "换届"),
}
KILLS = ("load", "withdraw", "load", "period", "load", "excuse", "load", "load", "withdraw", "period")
IN_EVERY_RUN = 8
MOMENTS = 100
# Bytes at which the disk is full: before anything is kept, in the staged rows, in the snapshot.
FULL_AT = (0, 2_000, 60_000, 1_000_000, 8_000_000)


@dataclass(frozen=True)
class Begun:
    """A data folder with some submissions loaded, others in the inbox, and where each command leads."""

    desk: Desk
    release: str
    seconds: Mapping[str, float]  # from the first sign of life to the end, undisturbed
    ends: Mapping[str, Mapping[str, Any]]  # what the tables hold after the command and a load


@pytest.fixture(scope="session")
def begun(once: Callable[..., Begun], county: Settings) -> Begun:
    def begin(folder: Path) -> Begun:
        desk = Desk(replace(county, data=folder / "data"), folder / "inbox")
        kinds = ("activities", "member_units", "members")
        desk.load(desk.write("东桥.xlsx", *(Sheet(kind, rows(kind, 3)) for kind in kinds)))
        again = Sheet("activities", rows("activities", 4), reported="2022-01-20")
        release = str(desk.load(desk.write("东桥更正.xlsx", again)).release_id)
        desk.write("西桥村.xlsx", *(Sheet(kind, rows(kind, 40), "西桥村") for kind in kinds))
        desk.write("坏.xlsx", Sheet("activities", [row("activities", head_count=-1)], "柳湾社区"))
        seconds, ends = {}, {}
        for command in COMMANDS:
            trial = copied(desk, folder / command)
            process = begin_command(trial, command)
            started = alive(trial)
            process.join()
            seconds[command] = time.monotonic() - started
            assert process.exitcode == 0, command
            trial.load()
            ends[command] = told(trial)
        return Begun(desk, release, seconds, ends)

    return once("begun", begin)


def copied(desk: Desk, data: Path) -> Desk:
    shutil.copytree(desk.data, data, ignore=shutil.ignore_patterns(".lock"))
    return Desk(replace(desk.settings, data=data), desk.inbox)


def begin_command(desk: Desk, command: str, largest_file: int | None = None) -> Any:
    return desk.start(command, *(COMMANDS[command] or (desk.inbox,)), largest_file=largest_file)


def alive(desk: Desk) -> float:
    """Wait until the command has taken the lock; the moment."""
    while not (desk.data / ".lock").exists():
        time.sleep(0.002)
    return time.monotonic()


def told(desk: Desk) -> dict[str, Any]:
    """Every table, but for the release's name: in it goes when a decision was taken."""
    release = desk.rows("select * exclude (release_id, built_at) from meta_release")
    return {**desk.contents(), "meta_release": release}


def check_nothing_is_lost(begun: Begun, desk: Desk, command: str) -> None:
    """After whatever has happened to `command`: what is served opens, the archive is whole, and the same
    command and a load lead to where they would have led."""
    ((served,),) = desk.rows("select release_id from meta_release")
    assert served == desk.release
    kept = archive.receipts(desk.data / "archive")
    assert kept[:2] == archive.receipts(begun.desk.data / "archive")
    for receipt in kept:
        content = archive.object_path(desk.data / "archive", receipt).read_bytes()
        assert hashlib.sha256(content).hexdigest() == receipt.sha256
    decisions.decisions(desk.data / "archive")
    if command != "load":
        assert desk.run(command, *COMMANDS[command]).exit_code == 0
    desk.load()
    assert told(desk) == begun.ends[command]
    assert snapshot.history(desk.data)[-1].release_id == desk.release
    assert not list(desk.data.rglob(".building*"))
    assert not list((desk.data / "staging").rglob(".*"))


def some(count: int) -> list[Any]:
    """Numbers, those beyond the first few for the long run."""
    return [
        number if number < IN_EVERY_RUN else pytest.param(number, marks=pytest.mark.slow)
        for number in range(count)
    ]


@pytest.mark.parametrize("number", some(MOMENTS))
def test_killed_at_a_random_moment(
    begun: Begun, tmp_path: Path, number: int, record_property: Callable[[str, object], None]
) -> None:
    command = KILLS[number % len(KILLS)]
    desk = copied(begun.desk, tmp_path / "data")
    process = begin_command(desk, command)
    alive(desk)
    # One moment in each eighth of the time that the command takes.
    part = (number % 8 + random.Random(number).random()) / 8
    time.sleep(begun.seconds[command] * part)
    process.kill()
    process.join()
    record_property("ended", f"{command} {'killed' if process.exitcode else 'had ended'}")
    check_nothing_is_lost(begun, desk, command)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("size", [FULL_AT[2], *(pytest.param(n, marks=pytest.mark.slow) for n in FULL_AT)])
@pytest.mark.parametrize("command", ["load", pytest.param("withdraw", marks=pytest.mark.slow)])
def test_a_disk_that_fills_up(begun: Begun, tmp_path: Path, size: int, command: str) -> None:
    desk = copied(begun.desk, tmp_path / "data")
    process = begin_command(desk, command, largest_file=size)
    process.join()
    assert process.exitcode == 2, "told in a sentence"
    assert desk.release == begun.release
    check_nothing_is_lost(begun, desk, command)


@pytest.mark.parametrize("killed", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_two_commands_at_once_one_of_them_perhaps_killed(begun: Begun, tmp_path: Path, killed: bool) -> None:
    desk = copied(begun.desk, tmp_path / "data")
    both = [begin_command(desk, "withdraw"), begin_command(desk, "load")]
    if killed:
        alive(desk)
        time.sleep(begun.seconds["load"] / 2)
        both[1].kill()
    for process in both:
        process.join()
    assert both[0].exitcode == 0
    check_nothing_is_lost(begun, desk, "withdraw")


@pytest.mark.parametrize("place", ["archive/receipts", "archive/objects", "staging", "snapshots", "CURRENT"])
def test_a_place_that_cannot_be_written(begun: Begun, tmp_path: Path, place: str) -> None:
    """Rights alone would stop no superuser: a file stands where the folder belongs, or the other way round."""
    desk = copied(begun.desk, tmp_path / "data")
    away = tmp_path / "away"
    (desk.data / place).rename(away)
    (desk.data / place).mkdir() if place == "CURRENT" else (desk.data / place).touch()
    result = desk.run("load", desk.inbox)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    (desk.data / place).rmdir() if place == "CURRENT" else (desk.data / place).unlink()
    away.rename(desk.data / place)
    assert desk.release == begun.release
    check_nothing_is_lost(begun, desk, "load")


class PowerCut(BaseException):
    """Nothing catches it on its way."""


@pytest.mark.parametrize("nth", range(1, RENAMES + 2))
def test_cut_off_before_any_of_its_renames(desk: Desk, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    """Everything that a load makes appears by a rename; here the n-th one never happens."""
    first = desk.load(desk.write("东桥.xlsx", Sheet("activities", rows("activities", 2)))).release_id
    desk.write("西桥村.xlsx", Sheet("activities", rows("activities", 3), "西桥村"))
    rename, count = os.replace, 0

    def replace_until_cut(source: Path, target: Path) -> None:
        nonlocal count
        count += 1
        if count >= nth:
            raise PowerCut
        rename(source, target)

    is_cut = nth <= RENAMES
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace_until_cut)
        with pytest.raises(PowerCut) if is_cut else nullcontext():
            desk.load()
    assert (desk.release == first) is is_cut
    assert desk.rows("select count(*) from fact_activity") == [(2 if is_cut else 5,)]
    desk.load()
    assert desk.rows("select count(*) from fact_activity") == [(5,)]


def test_what_a_killed_load_staged_by_half_is_not_believed(desk: Desk) -> None:
    desk.write("东桥.xlsx", Sheet("activities", rows("activities", 2)))
    desk.load()
    (batch,) = [path.parent for path in (desk.data / "staging").rglob("manifest.json")]
    shutil.move(batch, batch.with_name(f".{batch.name}.4711"))
    (batch.with_name(f".{batch.name}.4711") / "manifest.json").write_text('["cut of')
    desk.write("西桥村.xlsx", Sheet("activities", rows("activities", 3), "西桥村"))
    desk.load()
    assert desk.rows("select count(*) from fact_activity") == [(5,)]


def test_a_full_disk_is_told_and_the_old_release_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first = desk.load(desk.write("东桥.xlsx", Sheet("activities", rows("activities", 2)))).release_id
    path = desk.write("西桥村.xlsx", Sheet("activities", rows("activities", 3), "西桥村"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "seal", full)
        result = desk.run("load", path)
    assert result.exit_code == 2
    assert "磁盘已满" in result.stderr
    assert desk.release == first
    assert desk.load().is_new_release
