"""Opening snapshots: which one, read-only, old ones kept readable, and what a reader may not do."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from dashboard import database
from dashboard.database import KEPT_OPEN, SnapshotError, current_release_id, open_snapshot
from tests.unit.tiny_snapshot import build_tiny_snapshot


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_snapshot(tmp_path_factory.mktemp("tiny") / "tiny.duckdb", "r1")


@pytest.fixture
def data(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with the releases r1 and r2, r2 current."""
    monkeypatch.setenv("LIANDONG_DATA", str(tmp_path))
    (tmp_path / "snapshots").mkdir()
    shutil.copy(tiny, tmp_path / "snapshots" / "r1.duckdb")
    build_tiny_snapshot(tmp_path / "snapshots" / "r2.duckdb", "r2")
    (tmp_path / "CURRENT").write_text("r2\n")
    return tmp_path


def test_current_is_opened_and_a_new_one_is_noticed(data: Path) -> None:
    snapshot = open_snapshot()
    assert (snapshot.release_id, snapshot.is_demo) == ("r2", True)
    assert open_snapshot() is snapshot
    (data / "CURRENT").write_text("r1")
    assert snapshot.current_release_id() == "r1"
    assert open_snapshot().release_id == "r1"
    assert snapshot.rows("select count(*) from fact_activity") == [(40,)]  # the old one stays readable
    (data / "CURRENT").unlink()
    assert snapshot.current_release_id() == "r2"
    with pytest.raises(SnapshotError, match="还没有可以查看的数据"):
        open_snapshot()


@pytest.mark.parametrize("text", ["", "../r1", "snapshots/r1"])
def test_a_broken_pointer_is_one_sentence(data: Path, text: str) -> None:
    (data / "CURRENT").write_text(text)
    with pytest.raises(SnapshotError, match="CURRENT 文件内容不对"):
        current_release_id(data)


def test_what_cannot_be_opened_is_one_sentence(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="找不到数据版本“none”"):
        open_snapshot(tmp_path / "none.duckdb")
    (tmp_path / "text.duckdb").write_text("not a database, but long enough to look like one " * 100)
    with pytest.raises(SnapshotError, match="打不开"):
        open_snapshot(tmp_path / "text.duckdb")
    newer = shutil.copy(tiny, tmp_path / "newer.duckdb")
    connection = duckdb.connect(newer)
    connection.execute("update meta_release set format_version = 99")
    connection.close()
    with pytest.raises(SnapshotError, match="请先升级程序"):
        open_snapshot(newer)


def test_a_reader_writes_nothing_and_reads_no_other_file(data: Path) -> None:
    snapshot = open_snapshot()
    with pytest.raises(duckdb.Error, match="read-only"):
        snapshot.rows("create table t (a integer)")
    with pytest.raises(duckdb.Error):
        snapshot.rows("select * from read_csv('/etc/passwd')")
    with pytest.raises(duckdb.Error):
        snapshot.rows("set enable_external_access = true")


def test_counts_are_integers(data: Path) -> None:
    frame = open_snapshot().frame("select count(*) as a, sum(1)::bigint as b, null::bigint as c")
    assert frame.dtypes.astype(str).tolist() == ["int64", "int64", "Int64"]


def test_a_closed_snapshot_is_opened_anew_and_the_list_stays_short(data: Path, tiny: Path) -> None:
    first = open_snapshot()
    first.close()
    assert open_snapshot() is not first
    held = open_snapshot(data / "snapshots" / "r1.duckdb")
    for number in range(KEPT_OPEN + 1):
        open_snapshot(shutil.copy(tiny, data / f"x{number}.duckdb"))
    assert held.rows("select 1") == [(1,)]  # dropped from the list, still usable


def test_whoever_waits_for_a_release_holds_up_nobody_else_and_it_is_opened_once(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, begun, opened = threading.Event(), threading.Event(), []
    really = database._opened

    def slowly(path: Path, within: str) -> database.Snapshot:
        opened.append(path.stem)
        if path.stem == "r1":
            begun.set()
            assert may_go_on.wait(30)
        return really(path, within)

    monkeypatch.setattr(database, "_opened", slowly)
    first = data / "snapshots" / "r1.duckdb"
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(open_snapshot, first) for _ in range(2)]
        assert begun.wait(30)
        try:
            assert open_snapshot().release_id == "r2", "while the other one is still being opened"
        finally:
            may_go_on.set()
        one, other = (each.result() for each in waiting)
    assert one is other
    assert opened == ["r1", "r2"]
    with pytest.raises(SnapshotError):
        open_snapshot(data / "snapshots" / "none.duckdb")
    assert not database._opening, "nothing is left of those that failed"
