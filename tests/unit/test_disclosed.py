"""What was told of persons is written down beside a release and found again."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from dashboard import persons
from dashboard.catalogue import Source
from dashboard.database import Snapshot, SnapshotError, open_snapshot
from dashboard.disclosed import About, Memory, file_of, hidden, memories
from dashboard.persons import disclose, hidden_persons, threshold
from dashboard.scope import Cell
from dashboard.selection import Period
from dashboard.statements import Slot
from etl import disclosed, snapshot
from etl.findings import Refused
from tests.unit.tiny_snapshot import build_tiny_snapshot


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three releases, the first of them served: the second like it, in the third one member less."""
    folder = snapshot.folder(tmp_path)
    folder.mkdir()
    for name in "abc":
        path = build_tiny_snapshot(folder / f"{name}.duckdb")
        with duckdb.connect(path) as connection:
            connection.execute("update meta_release set release_id = ?", [name])
            if name == "c":
                connection.execute(
                    "delete from mart_member_span where person_key = (select min(person_key) from mart_member_span)"
                )
    (tmp_path / "CURRENT").write_text("a")
    return tmp_path


def names(data: Path) -> list[str]:
    return sorted(path.name for path in disclosed.folder(data).glob("*"))


def test_the_first_release_follows_nothing_and_is_written_down_with_the_second(data: Path) -> None:
    disclosed.follow(data, "a")
    assert not disclosed.folder(data).exists()
    disclosed.follow(data, "b")
    assert names(data) == ["000001.a.duckdb", "000002.b.duckdb"]
    disclosed.follow(data, "b")
    disclosed.follow(data, "a")
    assert names(data) == ["000001.a.duckdb", "000002.b.duckdb"], "once each"


def test_what_is_read_back_is_what_was_decided(data: Path) -> None:
    for name in "bc":
        disclosed.follow(data, name)
    releases = {name: open_snapshot(snapshot.path_of(data, name)) for name in "abc"}
    known: dict[About, Memory] = {}
    for number, (name, release) in enumerate(releases.items(), start=1):
        known = disclose(release, known)
        file = file_of(release.path)
        assert file is not None
        assert file.name == f"{number:06d}.{name}.duckdb"
        assert memories(file, threshold(release)) == known
        for (source, day), memory in known.items():
            assert sorted(hidden(release.path, source, 5)[day]) == sorted(memory.hidden())
        release.close()
    assert len({day for _, day in known}) > 12
    assert sum(len(memory.counts) > len(memory.current) for memory in known.values()) > 3, "what a and b had"


MEMBERS = Source("mart_member_span", "count(distinct s.person_key)", "stock", persons=True)


def hidden_members(release: Snapshot) -> frozenset[Cell]:
    """Of every unit in every month of 2021."""
    slots = tuple(
        Slot(month.first_on, month.last_on, month.last_on) for month in Period.parse("2021").months()
    )
    return hidden_persons(release, MEMBERS, 4, (), slots, 5)


def test_pages_read_what_is_written_down_and_decide_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(name: str) -> frozenset[Cell]:
        release = open_snapshot(snapshot.path_of(data, name))
        try:
            return hidden_members(release)
        finally:
            release.close()

    decided = asked("a")
    assert decided
    disclosed.follow(data, "b")
    monkeypatch.setattr(persons, "_counts", lambda *_: pytest.fail("counted again"))
    assert asked("a") == asked("b") == decided


def test_another_threshold_is_a_new_beginning(data: Path) -> None:
    disclosed.follow(data, "b")
    with duckdb.connect(snapshot.path_of(data, "c")) as connection:
        connection.execute("update meta_setting set value = '7' where name = 'person_threshold'")
    disclosed.follow(data, "c")
    file = file_of(snapshot.path_of(data, "c"))
    assert file is not None
    assert memories(file, 5) == {}
    assert all(len(memory.counts) == len(memory.current) for memory in memories(file, 7).values())


def test_releases_that_are_gone_need_no_file_but_the_newest_knows_all(data: Path) -> None:
    for name in "bc":
        disclosed.follow(data, name)
    for name in "bc":
        snapshot.path_of(data, name).unlink()
    disclosed.prune(data)
    assert names(data) == ["000001.a.duckdb", "000003.c.duckdb"]
    # What b would tell now is what it told.
    shutil.copy(snapshot.path_of(data, "a"), snapshot.path_of(data, "b"))
    disclosed.follow(data, "b")
    assert names(data) == ["000001.a.duckdb", "000003.c.duckdb", "000004.b.duckdb"]
    for source, day in memories(disclosed.folder(data) / "000004.b.duckdb", 5):
        a, b = (hidden(snapshot.path_of(data, name), source, 5).get(day, []) for name in "ab")
        assert sorted(a) == sorted(b)


def test_what_cannot_be_read_stops_the_load_and_the_page(data: Path) -> None:
    disclosed.follow(data, "b")
    (disclosed.folder(data) / "000002.b.duckdb").write_bytes(b"no database")
    with pytest.raises(Refused, match=r"000002\.b\.duckdb 打不开.*备份"):
        disclosed.follow(data, "c")
    release = open_snapshot(snapshot.path_of(data, "b"))
    with pytest.raises(SnapshotError, match="打不开"):
        hidden_members(release)
    release.close()


def test_a_file_that_was_deleted_is_missed_and_written_again(data: Path) -> None:
    disclosed.follow(data, "b")
    (data / "CURRENT").write_text("b")
    written = disclosed.folder(data) / "000002.b.duckdb"
    before = memories(written, 5)
    assert disclosed.fault(data) == ""
    written.unlink()
    assert re.fullmatch("在用版本 b 的附件不见了，.*请运行 liandong load 补写", disclosed.fault(data))
    disclosed.follow(data, "c")
    assert names(data) == ["000001.a.duckdb", "000002.b.duckdb", "000003.c.duckdb"]
    assert memories(written, 5) == before
    assert disclosed.fault(data) == ""


def test_where_the_served_release_cannot_be_read_any_more_nothing_was_told(data: Path) -> None:
    snapshot.path_of(data, "a").write_bytes(b"no database")
    disclosed.follow(data, "b")
    assert not disclosed.folder(data).exists()
