"""The archive's originals kept encrypted: loading works the same, and a lost key is told before anything happens."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from etl import pipeline
from etl.findings import Refused
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, csv_file, rows


@pytest.fixture
def sealed(desk: Desk, tmp_path: Path) -> Desk:
    """As `desk`, with a key for its archive that lies elsewhere."""
    return Desk(replace(desk.settings, archive_key_file=tmp_path / "keys" / "archive.key"), desk.inbox)


def objects(desk: Desk) -> list[Path]:
    return [file for file in (desk.data / "archive" / "objects").rglob("*") if file.is_file()]


def test_originals_are_kept_encrypted_and_read_the_same(sealed: Desk) -> None:
    place = csv_file(sealed.inbox / "东桥.csv", Sheet("activities", rows("activities", 3)))
    sealed.write("西桥.xlsx", Sheet("members", rows("members", 2), "西桥村"))
    assert sealed.load().accepted_count == 5
    first = sealed.contents()
    assert len(objects(sealed)) == 2
    digest = hashlib.sha256(place.read_bytes()).hexdigest()
    for file in objects(sealed):
        assert file.suffix == ".age"
        assert digest not in file.name
        assert "活动".encode() not in file.read_bytes()
        assert not file.read_bytes().startswith(b"PK")
    assert sealed.load().known_files == 2
    for kept in (sealed.data / "staging").iterdir():  # everything is read anew, from the sealed originals
        kept.rename(sealed.data / "moved")
    sealed.write("柳湾.xlsx", Sheet("activities", rows("activities", 1), "柳湾社区"))
    assert sealed.load().new_files == 1
    assert sealed.contents()["fact_member"] == first["fact_member"]


def test_the_key_is_for_its_owner_only(sealed: Desk) -> None:
    sealed.write("东桥.xlsx", Sheet("activities", rows("activities", 1)))
    sealed.load()
    key_file = sealed.settings.archive_key_file
    assert key_file is not None
    assert key_file.read_text().startswith("AGE-SECRET-KEY-1")
    assert key_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("loss", ["lost", "cut", "another", "forgotten"])
def test_without_the_key_nothing_is_taken_in(sealed: Desk, tmp_path: Path, loss: str) -> None:
    sealed.write("东桥.xlsx", Sheet("activities", rows("activities", 1)))
    release = sealed.load().release_id
    key_file = sealed.settings.archive_key_file
    assert key_file is not None
    settings = sealed.settings
    if loss == "lost":
        key_file.unlink()
    elif loss == "cut":
        key_file.write_text("AGE-SECRET-KEY-1")
    elif loss == "another":
        key_file.unlink()
        other = replace(settings, data=tmp_path / "other")
        pipeline.prepare(other)
    else:
        settings = replace(settings, archive_key_file=None)
    with pytest.raises(Refused, match=r"key_file|密钥"):
        pipeline.load(settings, [sealed.inbox])
    assert sealed.release == release


def test_what_was_kept_before_encryption_is_still_read(desk: Desk, sealed: Desk) -> None:
    desk.write("东桥.xlsx", Sheet("activities", rows("activities", 2)))
    desk.load()
    sealed.write("西桥.xlsx", Sheet("activities", rows("activities", 3), "西桥村"))
    assert sealed.load().new_files == 1
    assert sorted(file.suffix for file in objects(sealed)) == [".age", ".xlsx"]
    assert sealed.rows("select count(*) from fact_activity") == [(5,)]


def test_a_key_beside_what_it_locks_is_refused(desk: Desk) -> None:
    settings = replace(desk.settings, archive_key_file=desk.data / "archive.key")
    with pytest.raises(Refused, match="不能放在数据文件夹里"):
        pipeline.prepare(settings)
