"""A load that dies at any moment leaves the old release served, and the next one ends as if nothing had been."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from etl import snapshot
from etl.settings import Settings
from tests.conftest import Release
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, rows

KILLS = 15
RENAMES = 5  # of a load of one file: the file, the receipt, the batch, the snapshot, CURRENT


@dataclass(frozen=True)
class Begun:
    """A data folder with one quarter loaded, and what loading the next one came to, undisturbed."""

    desk: Desk  # its inbox holds both quarters
    release: str
    seconds: float  # from the console script's first sign of life to its end
    contents: Mapping[str, list[str]]


@pytest.fixture(scope="session")
def begun(once: Callable[..., Begun], county: Settings, district: Release) -> Begun:
    def begin(folder: Path) -> Begun:
        inbox = folder / "inbox"
        for quarter in ("2021年第三季度", "2021年第四季度"):
            shutil.copytree(district.settings.inbox / quarter, inbox / quarter)
        desk = Desk(replace(county, data=folder / "data"), inbox)
        release = str(desk.load(inbox / "2021年第三季度").release_id)
        trial = copied(desk, folder / "trial")
        process = trial.start("load", trial.inbox)
        started = alive(trial)
        process.join()
        assert process.exitcode == 0
        return Begun(desk, release, time.monotonic() - started, trial.contents())

    return once("begun", begin)


def copied(desk: Desk, data: Path) -> Desk:
    shutil.copytree(desk.data, data, ignore=shutil.ignore_patterns(".lock"))
    return Desk(replace(desk.settings, data=data), desk.inbox)


def alive(desk: Desk) -> float:
    """Wait until the load has taken the lock; the moment."""
    while not (desk.data / ".lock").exists():
        time.sleep(0.005)
    return time.monotonic()


@pytest.mark.parametrize("number", range(KILLS))
def test_killed_at_a_random_moment(begun: Begun, tmp_path: Path, number: int) -> None:
    desk = copied(begun.desk, tmp_path / "data")
    process = desk.start("load", desk.inbox)
    alive(desk)
    # One moment in each fifteenth of the time that a load takes.
    time.sleep(begun.seconds * (number + random.Random(number).random()) / KILLS)
    process.kill()
    process.join()
    assert desk.rows("select release_id from meta_release") == [(desk.release,)], "what is served opens"
    desk.load()
    assert desk.release != begun.release
    assert desk.contents() == begun.contents
    assert not list(desk.data.rglob(".building*"))
    assert not list((desk.data / "staging").rglob(".*"))


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
