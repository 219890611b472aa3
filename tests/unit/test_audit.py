"""The audit record: nothing in it can be changed, left out or slipped in unnoticed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard import audit


def filled(data: Path) -> list[audit.Entry]:
    for month in (4, 5, 5, 6):
        audit.record(
            data,
            "view",
            account="甲",
            role="leader",
            target="overview",
            now=datetime(2021, month, 9, tzinfo=UTC),
        )
    return list(audit.entries(data))


def test_entries_come_back_in_order_and_each_follows_from_the_last(tmp_path: Path) -> None:
    found = filled(tmp_path)
    assert [entry.number for entry in found] == [1, 2, 3, 4]
    assert [entry.previous for entry in found[1:]] == [entry.hash for entry in found[:-1]]
    assert audit.broken_at(tmp_path) is None
    assert len(list(audit.entries(tmp_path, since=date(2021, 5, 20)))) == 3


@pytest.mark.parametrize(
    "statement", ["update entry set account = '乙' where number = 2", "delete from entry"]
)
def test_the_file_refuses_changes(tmp_path: Path, statement: str) -> None:
    filled(tmp_path)
    file = audit.folder(tmp_path) / "2021-05.sqlite"
    with closing(sqlite3.connect(file)) as db, pytest.raises(sqlite3.IntegrityError, match="append only"):
        db.execute(statement)


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("update entry set account = '乙' where number = 2", 2),
        ("delete from entry where number = 3", 4),
        (
            "insert into entry select 9, at, account, role, action, org, target, detail, release_id, hash, hash from entry where number = 3",
            9,
        ),
    ],
)
def test_who_changes_it_all_the_same_is_found_out(tmp_path: Path, statement: str, number: int) -> None:
    filled(tmp_path)
    with closing(sqlite3.connect(audit.folder(tmp_path) / "2021-05.sqlite")) as db, db:
        db.execute("drop trigger entry_is_never_changed")
        db.execute("drop trigger entry_is_never_deleted")
        db.execute(statement)
    assert audit.broken_at(tmp_path) == number


def test_a_whole_month_that_is_gone_is_found_out(tmp_path: Path) -> None:
    filled(tmp_path)
    (audit.folder(tmp_path) / "2021-05.sqlite").unlink()
    assert audit.broken_at(tmp_path) == 4


def test_old_months_may_go_and_the_chain_still_holds(tmp_path: Path) -> None:
    filled(tmp_path)
    assert [file.stem for file in audit.prunable(tmp_path, date(2021, 11, 30))] == ["2021-04"]
    assert audit.prunable(tmp_path, date(2021, 10, 31)) == []
    for file in audit.prunable(tmp_path, date(2021, 11, 30)):
        file.unlink()
    assert audit.broken_at(tmp_path) is None


def test_half_a_year_is_kept_whoever_asks_for_less(tmp_path: Path) -> None:
    filled(tmp_path)
    with pytest.raises(audit.AuditFailed, match="至少保留 6 个月"):
        audit.prune(tmp_path, date(2022, 12, 31), 5)
    assert audit.prune(tmp_path, date(2021, 11, 30), 6) == ["2021-04"]
    assert audit.prune(tmp_path, date(2030, 1, 1), 6) == ["2021-05"], "the newest holds the chain's end"
    assert [entry.number for entry in audit.entries(tmp_path)] == [4]
    assert audit.broken_at(tmp_path) is None


def test_a_clock_that_went_back_does_not_break_the_chain(tmp_path: Path) -> None:
    filled(tmp_path)
    audit.record(tmp_path, "load", account="乙", now=datetime(2021, 5, 1, tzinfo=UTC))
    assert audit.broken_at(tmp_path) is None
    assert [entry.action for entry in audit.entries(tmp_path)][-1] == "load"


def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from dashboard import audit\n"
        "for n in range(15): audit.record(Path(sys.argv[1]), 'view', account=sys.argv[2], target=str(n))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path), name]) for name in "甲乙丙"]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    assert audit.broken_at(tmp_path) is None
    assert len(list(audit.entries(tmp_path))) == 45


def test_what_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / audit.FOLDER).write_text("no folder")
    with pytest.raises(audit.AuditFailed, match="审计记录无法写入"):
        audit.record(tmp_path, "view", account="甲")


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    filled(tmp_path)
    (audit.folder(tmp_path) / "2021-05.sqlite").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(audit.AuditFailed, match="已损坏"):
        list(audit.entries(tmp_path))


def test_every_action_has_a_word() -> None:
    assert all(word.strip() for word in audit.ACTIONS.values())
    assert len(set(audit.ACTIONS.values())) == len(audit.ACTIONS)
