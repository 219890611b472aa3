"""The record of follow-up: several writers at once, a restart, a file that is missing, damaged or closed."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from datetime import date
from pathlib import Path

import pytest

from dashboard import followups
from dashboard.followups import FollowUpRefused, State

_PROCESSES = multiprocessing.get_context("spawn")
EACH = 40


def entry(path: Path, key: str = "甲", state: State = "seen", **more: str) -> None:
    followups.record(
        path, rule="silent", key=key, state=state, release_id="202112-a", data_on=date(2021, 12, 31), **more
    )


def write_many(path: Path, who: str) -> None:
    for number in range(EACH):
        entry(path, f"{who}{number}", account=who)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / followups.FILE_NAME


def test_a_missing_file_is_an_empty_record(path: Path) -> None:
    assert followups.version(path) == 0
    assert followups.events(path) == ()
    assert not path.exists(), "reading makes no file"


def test_entries_are_kept_in_order_and_the_last_one_counts(path: Path) -> None:
    entry(path, state="seen")
    first = followups.version(path)
    entry(path, state="followed_up", remark=" 已联系  社区 ", community="900", wording="一句话")
    assert followups.version(path) > first
    assert [event.state for event in followups.events(path)] == ["seen", "followed_up"]
    last = followups.latest(path)["silent", "甲"]
    assert (last.remark, last.account, last.community, last.wording) == (
        "已联系 社区",
        "本机",
        "900",
        "一句话",
    )
    assert last.at.tzinfo is not None


def test_two_processes_write_at_once_and_nothing_is_lost(path: Path) -> None:
    writers = [_PROCESSES.Process(target=write_many, args=(path, who)) for who in "甲乙"]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        followups.events(path)  # a reader in between is neither held up nor told of a lock
        time.sleep(0.01)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len(followups.events(path)) == 2 * EACH
    assert len(followups.latest(path)) == 2 * EACH


def test_another_process_reads_what_was_written_before(path: Path) -> None:
    writer = _PROCESSES.Process(target=write_many, args=(path, "甲"))
    writer.start()
    writer.join()
    assert len(followups.events(path)) == EACH


def test_a_damaged_file_reads_as_empty_and_is_not_overwritten(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 100)
    assert followups.events(path) == ()
    with pytest.raises(FollowUpRefused, match="已损坏"):
        entry(path)
    assert path.read_bytes().startswith(b"this is no database")


def test_what_stands_in_the_record_cannot_be_changed(path: Path) -> None:
    entry(path)
    with sqlite3.connect(path) as db:
        for statement in ("update event set state = 'resolved'", "delete from event"):
            with pytest.raises(sqlite3.IntegrityError, match="append only"):
                db.execute(statement)
    db.close()


def test_a_record_of_a_newer_program_is_left_alone(path: Path) -> None:
    entry(path)
    with sqlite3.connect(path) as db:
        db.execute("pragma user_version = 99")
    db.close()
    with pytest.raises(FollowUpRefused, match="更新的程序"):
        entry(path)


# Rights alone would stop nobody who runs the tests as a superuser; these stop everybody.
@pytest.mark.parametrize("taken", ["", "-wal"])
def test_a_file_that_cannot_be_written_is_told_in_one_sentence(path: Path, taken: str) -> None:
    """A folder stands where the record, or what SQLite writes beside it, belongs."""
    path.with_name(path.name + taken).mkdir()
    with pytest.raises(FollowUpRefused, match="无法写入"):
        entry(path)


def test_a_folder_that_does_not_exist_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FollowUpRefused, match="无法写入"):
        entry(tmp_path / "nowhere" / followups.FILE_NAME)


def test_another_viewer_who_writes_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry(path)
    monkeypatch.setattr(followups, "_WAIT_SECONDS", 0.1)
    blocking = sqlite3.connect(path, isolation_level=None)
    blocking.execute("begin immediate")
    assert len(followups.events(path)) == 1
    with pytest.raises(FollowUpRefused, match="其他人正在登记"):
        entry(path)
    blocking.execute("rollback")
    blocking.close()
    entry(path)
    assert len(followups.events(path)) == 2


@pytest.mark.parametrize(
    "remark",
    [
        "电话 13800138000",
        "0771-1234567",
        "１３８００１３８０００",
        "138 0013 8000",
        "450102 1990 0101 0011",
        "1234567",
        "2021-12-3138001",
    ],
)
def test_a_remark_holds_no_long_number(path: Path, remark: str) -> None:
    with pytest.raises(FollowUpRefused, match="长串数字"):
        entry(path, remark=remark)
    assert not followups.events(path)


def test_a_remark_may_hold_a_date_and_a_count(path: Path) -> None:
    for remark in ("2021-12-31 前补报", "补报 12 个点位", "共 123456 元"):
        entry(path, remark=remark)
    assert len(followups.events(path)) == 3


def test_a_remark_is_short(path: Path) -> None:
    with pytest.raises(FollowUpRefused, match="最多 60 个字"):
        entry(path, remark="长" * 61)


def test_a_state_that_does_not_exist_is_refused(path: Path) -> None:
    with pytest.raises(FollowUpRefused, match="没有这样"):
        entry(path, state="forgotten")  # type: ignore[arg-type]


def test_the_setting_closes_the_record(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert followups.may_follow_up()
    monkeypatch.setenv("LIANDONG_FOLLOW_UP", "off")
    assert not followups.may_follow_up()
    with pytest.raises(FollowUpRefused, match="不允许"):
        entry(path)


def test_what_was_resolved_and_comes_up_again_is_new(path: Path) -> None:
    entry(path, state="resolved")
    last = followups.latest(path)["silent", "甲"]
    same = followups.standing(last, date(2021, 11, 1))
    assert (same.state, same.recurred, same.is_open) == ("resolved", False, False)
    again = followups.standing(last, date(2022, 1, 1))
    assert (again.state, again.recurred, again.is_open) == ("new", True, True)
    entry(path, state="excused")
    excused = followups.standing(followups.latest(path)["silent", "甲"], date(2022, 1, 1))
    assert excused.state == "excused"
    assert followups.standing(None, date(2022, 1, 1)).state == "new"
