"""A backup holds everything that cannot be made again and no key, and an empty place becomes the same from it."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboard import audit, followups
from dashboard.database import open_snapshot
from etl import snapshot
from etl.operations import backup
from etl.operations.backup import MANIFEST
from etl.pipeline import only_one
from tests.pipeline.desk import Desk, contents
from tests.submissions.make import Sheet, rows

SECRET = "a secret of the proxy, of no use to anybody"


@pytest.fixture(scope="module")
def lived_in(shared_desk: Desk) -> Desk:
    """Read only. Two loads, a lock, a withdrawal, an earlier release served again, a follow-up, a record, an access file."""
    desk = shared_desk
    for number, reported in ((3, "2022-01-10"), (5, "2022-02-01")):
        path = desk.write(
            f"{number}.xlsx", Sheet("activities", rows("activities", number), reported=reported)
        )
        desk.load(path)
    assert desk.run("period", "lock", "2021-Q4", "--reason", "通报已印发").exit_code == 0
    assert desk.run("withdraw", "5.xlsx", "--reason", "报错了").exit_code == 0
    assert desk.run("rollback").exit_code == 0
    followups.record(
        desk.data / followups.FILE_NAME, rule="silent", key="a", state="seen", release_id=str(desk.release),
        data_on=date(2021, 12, 31),
    )  # fmt: skip
    audit.record(desk.data, "view", account="leader", target="overview")
    (desk.data / "key").write_text(SECRET)
    (desk.data / "access.toml").write_text(
        'mode = "proxy"\n[proxy]\naddresses = ["127.0.0.1"]\nkey_file = "key"\n'
        '[[viewer]]\naccount = "leader"\nrole = "leader"\norg = "*"\n'
    )
    return desk


def elsewhere(desk: Desk, folder: Path) -> Desk:
    return Desk(replace(desk.settings, data=folder), desk.inbox)


def test_an_empty_place_becomes_the_same_table_by_table(lived_in: Desk, tmp_path: Path) -> None:
    made = lived_in.run("backup", tmp_path / "backups")
    assert made.exit_code == 0, made.stderr
    assert "不含密钥" in made.output
    (file,) = (tmp_path / "backups").iterdir()
    assert file.stat().st_mode & 0o077 == 0 or os.name == "nt"
    other = elsewhere(lived_in, tmp_path / "other")
    restored = other.run("restore", file)
    assert restored.exit_code == 0, restored.stderr
    assert other.release == lived_in.release
    assert other.contents() == lived_in.contents()
    assert snapshot.history(other.data) == snapshot.history(lived_in.data)
    # And everything of which the newest release was made is there, too.
    newest = snapshot.history(lived_in.data)[-2].release_id
    assert newest != lived_in.release
    assert other.run("rebuild").exit_code == 0
    assert other.release == newest
    assert other.contents() == contents(snapshot.path_of(lived_in.data, newest))
    for desk in (lived_in, other):
        assert [(event.key, event.state) for event in followups.events(desk.data / followups.FILE_NAME)] == [
            ("a", "seen")
        ]
        assert audit.broken_at(desk.data) is None
    assert [*audit.entries(other.data)][:1] == [*audit.entries(lived_in.data)][:1]
    assert (other.data / "access.toml").read_bytes() == (lived_in.data / "access.toml").read_bytes()


def test_no_key_is_in_a_backup(lived_in: Desk, tmp_path: Path) -> None:
    made = backup.write(lived_in.settings, tmp_path / "all.zip", with_snapshots=True)
    with zipfile.ZipFile(made.path) as box:
        everything = b"".join(box.read(name) for name in box.namelist())
        assert f"data/snapshots/{lived_in.release}.duckdb" in box.namelist()
    for secret in (SECRET, os.environ["LIANDONG_PERSON_KEY"]):
        assert secret.encode() not in everything
    other = elsewhere(lived_in, tmp_path / "other")
    restored, left = backup.restore(other.settings, made.path)
    assert (restored.release_id, left) == (lived_in.release, [])
    assert contents(snapshot.served(other.data)) == lived_in.contents(), "without building anything"


def test_old_backups_go_and_other_files_stay(lived_in: Desk, tmp_path: Path) -> None:
    for name in ("liandong-20200101-023000.zip", "liandong-20200102-023000.zip", "liandong-最后的.zip"):
        (tmp_path / name).write_bytes(b"")
    assert lived_in.run("backup", tmp_path, "--keep", "2").exit_code == 0
    left = {path.name for path in tmp_path.glob("*.zip")}
    assert {"liandong-20200102-023000.zip", "liandong-最后的.zip"} < left
    assert len(left) == 3


def altered(source: Path, target: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy of a backup in which one file says something else, with a sound zip around it."""
    with zipfile.ZipFile(source) as box, zipfile.ZipFile(target, "w") as copy:
        for entry in box.namelist():
            copy.writestr(entry, change(box.read(entry)) if entry == name else box.read(entry))
    return target


def test_what_is_damaged_forged_or_newer_is_refused_with_nothing_put_back(
    lived_in: Desk, tmp_path: Path
) -> None:
    file = backup.write(lived_in.settings, tmp_path / "all.zip").path

    def forged(text: bytes) -> bytes:
        manifest = json.loads(text)
        manifest["files"]["data/../../outside"] = {"size": 0, "sha256": ""}
        return json.dumps(manifest).encode()

    (tmp_path / "half.zip").write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    cases = {
        tmp_path / "none.zip": "找不到备份文件",
        tmp_path / "half.zip": "不是完整的备份文件",
        altered(file, tmp_path / "a.zip", "data/archive/receipts/000001.jsonl", bytes.upper): "已损坏",
        altered(file, tmp_path / "b.zip", MANIFEST, forged): "对不上",
        altered(file, tmp_path / "c.zip", MANIFEST, lambda text: text.replace(b'"format": 1', b'"format": 9')): "先升级程序",
    }  # fmt: skip
    other = elsewhere(lived_in, tmp_path / "other")
    for source, sentence in cases.items():
        result = other.run("restore", source)
        assert (result.exit_code, sentence in result.stderr) == (2, True), result.stderr
        assert not other.data.exists() or {path.name for path in other.data.iterdir()} <= {".lock"}
    result = lived_in.run("restore", file)
    assert result.exit_code == 2
    assert "只能恢复到空的数据文件夹" in result.stderr


def test_without_the_key_nothing_is_built_with_a_new_one(
    lived_in: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backup.write(lived_in.settings, tmp_path / "all.zip").path
    monkeypatch.delenv("LIANDONG_PERSON_KEY")
    other = elsewhere(lived_in, tmp_path / "other")
    other = Desk(replace(other.settings, key_file=tmp_path / "person.key"), other.inbox)
    with pytest.raises(Exception, match="先放回原来的密钥"):
        backup.restore(other.settings, file)
    _, left = backup.restore(other.settings, file, rebuild=False)
    assert left == ["快照还没有生成，请运行 liandong rebuild"]
    assert not (tmp_path / "person.key").exists()


def test_a_backup_waits_for_a_load_and_one_that_fails_leaves_nothing(
    lived_in: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with only_one(lived_in.data):
        process = lived_in.start("backup", tmp_path / "waiting.zip")
        process.join(3)
        assert process.is_alive(), "the data folder is somebody else's for now"
        assert not [*tmp_path.glob("*waiting.zip*")]
    process.join(60)
    assert process.exitcode == 0
    with zipfile.ZipFile(tmp_path / "waiting.zip") as box:
        assert MANIFEST in box.namelist()
    # A disk that gives back other bytes than it was given.
    monkeypatch.setattr(
        backup, "_hashed", lambda source, write, hashed=backup._hashed: (hashed(source, write)[0], os.urandom(4).hex())
    )  # fmt: skip
    with pytest.raises(Exception, match="读回来与原件不同"):
        backup.write(lived_in.settings, tmp_path / "bad.zip")
    assert not [*tmp_path.glob("*bad.zip*")]


def test_another_program_version_says_what_to_do_and_rebuilding_helps(desk: Desk) -> None:
    desk.load(desk.write("一.xlsx", Sheet("activities", rows("activities", 3), reported="2022-01-10")))
    whole = desk.contents()
    for version, sentence in ((0, "由较早的程序写成"), (99, "由更新的程序写成")):
        served = snapshot.served(desk.data)
        changed = shutil.copy(served, desk.data / "changed.duckdb")
        with duckdb.connect(changed) as connection:
            connection.execute("update meta_release set format_version = ?", [version])
        open_snapshot(served).close()  # this process still has the old one open
        os.replace(changed, served)
        for command in (["query", "activity_count"], ["status"], ["health"], ["rollback", served.stem]):
            result = desk.run(*command)
            assert result.exit_code == 2, command
            assert sentence in result.stderr, command
        assert desk.run("doctor").exit_code == 1
        assert desk.run("rebuild").exit_code == 0
        assert desk.contents() == whole
        assert desk.run("query", "activity_count").exit_code == 0
