"""`liandong run` on an empty machine, on one that has data, and after it was interrupted."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.commands import serving
from etl.settings import Settings
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, rows


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """In place of starting Streamlit: whose data would be served."""
    calls: list[Settings] = []
    monkeypatch.setattr(serving, "_serve", lambda settings, port, address: calls.append(settings))
    return calls


def demo_of_one_workbook(settings: Settings, folder: Path, seed: int) -> int:
    Desk(settings, folder).write("东桥.xlsx", Sheet("activities", rows("activities", 2)))
    return 1


@pytest.fixture
def empty(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """As `desk`, with the inbox where the settings have it, and a small demo."""
    monkeypatch.setattr(serving, "write_demo_folder", demo_of_one_workbook)
    return Desk(desk.settings, desk.settings.inbox)


def test_the_first_run_writes_loads_and_serves_the_demo(empty: Desk, served: list[Settings]) -> None:
    result = empty.run("run")
    assert result.exit_code == 0
    assert "已发布新版本" in result.output
    assert empty.rows("select count(*) from fact_activity") == [(2,)]
    assert [settings.data for settings in served] == [empty.data]


def test_the_second_run_touches_nothing(empty: Desk, served: list[Settings]) -> None:
    empty.run("run")
    before = {path: path.stat().st_mtime_ns for path in empty.data.rglob("*") if path.is_file()}
    assert empty.run("run").exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in empty.data.rglob("*") if path.is_file()} == before
    assert len(served) == 2


def test_somebodys_own_ledgers_are_loaded_and_no_demo_is_put_among_them(
    empty: Desk, served: list[Settings]
) -> None:
    empty.write("西桥村.xlsx", Sheet("activities", rows("activities", 3), "西桥村"))
    empty.run("run")
    assert [path.name for path in empty.inbox.iterdir()] == ["西桥村.xlsx"]
    assert empty.rows("select count(*) from fact_activity") == [(3,)]


def test_a_first_run_that_was_interrupted_begins_anew(
    empty: Desk, served: list[Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(settings: Settings, folder: Path, seed: int) -> int:
        demo_of_one_workbook(settings, folder, seed)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(serving, "write_demo_folder", interrupted)
        empty.run("run")
    assert not empty.inbox.exists()
    assert not served
    assert empty.run("run").exit_code == 0
    assert empty.rows("select count(*) from fact_activity") == [(2,)]
