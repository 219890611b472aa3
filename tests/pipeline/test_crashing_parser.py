"""A file that takes the parser down is refused by itself; everything else is loaded."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from etl import crew, pipeline, readers, staging
from etl.findings import Refused
from etl.reading import Job
from tests.conftest import Release
from tests.pipeline import crashing_reader
from tests.pipeline.crashing_reader import ONCE
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, rows

GOOD = Sheet("activities", rows("activities", 2))


@pytest.fixture(autouse=True)
def _crashing_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes that read import the reader by its name, so they get this one."""
    monkeypatch.setattr(readers, "read", crashing_reader.read)


@pytest.fixture
def strict(desk: Desk) -> Desk:
    """With little patience and little memory."""
    return Desk(replace(desk.settings, seconds_per_file=2.0, memory_mb=300), desk.inbox)


def put(desk: Desk, name: str, content: bytes) -> Path:
    path = desk.inbox / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("breakdown", ["abort", "exit", "hang", "eat memory"])
def test_a_file_that_takes_the_parser_down_is_refused_and_the_others_are_loaded(
    strict: Desk, breakdown: str
) -> None:
    strict.write("a.xlsx", GOOD)
    put(strict, "b.csv", breakdown.encode())
    strict.write("c.xlsx", Sheet("activities", rows("activities", 3), "西桥村"))
    loaded = strict.load()
    (finding,) = loaded.findings
    assert (finding["code"], finding["file_name"]) == ("parser_crashed", "b.csv")
    assert finding["severity"] == "submission"
    assert "「b.csv」" in finding["sentence"]
    assert loaded.refused_files == 1
    assert strict.rows("select count(*) from fact_activity") == [(5,)]
    assert strict.rows("select file_name from meta_finding where code = 'parser_crashed'") == [("b.csv",)]


def test_the_console_script_tells_it_in_one_sentence(desk: Desk) -> None:
    desk.write("a.xlsx", GOOD)
    put(desk, "b.csv", b"abort")
    result = desk.run("load", desk.inbox)
    assert result.exit_code == 0
    assert result.output.count("程序中断") == 1


def test_a_load_of_nothing_but_such_files_publishes_nothing(desk: Desk) -> None:
    first = desk.load(desk.write("a.xlsx", GOOD)).release_id
    result = desk.run("load", put(desk, "b.csv", b"abort"))
    assert result.exit_code == 1
    assert "程序中断" in result.output
    assert desk.rows("select count(*) from fact_activity") == [(2,)]
    assert first


def test_among_many_files_only_the_guilty_ones_are_refused(strict: Desk) -> None:
    guilty = {3: b"abort", 4: b"hang", 17: b"exit", 39: b"eat memory"}
    for number in range(40):
        if number in guilty:
            put(strict, f"{number:02}.csv", guilty[number])
        else:
            record = rows("activities", 1, title=f"活动{number}")
            strict.write(
                f"{number:02}.xlsx", Sheet("activities", record, reported=f"2022-01-{1 + number % 28:02}")
            )
    loaded = strict.load()
    refused = {finding["file_name"] for finding in loaded.findings if finding["code"] == "parser_crashed"}
    assert refused == {f"{number:02}.csv" for number in guilty}
    assert loaded.refused_files == len(guilty)
    assert loaded.accepted_count == 36


def test_a_process_that_was_ended_from_outside_is_no_fault_of_the_file(strict: Desk, tmp_path: Path) -> None:
    strict.write("a.xlsx", GOOD)
    put(strict, "b.csv", ONCE + str(tmp_path / "been here").encode())
    loaded = strict.load()
    assert (tmp_path / "been here").exists()
    assert [finding["code"] for finding in loaded.findings] == ["no_table"]


def test_what_a_parser_prints_is_no_answer(strict: Desk) -> None:
    strict.write("a.xlsx", GOOD)
    put(strict, "b.csv", b"chatter")
    assert [finding["code"] for finding in strict.load().findings] == ["no_table"]


def test_a_fault_that_the_parser_tells_needs_no_new_process(strict: Desk) -> None:
    put(strict, "b.csv", b"recurse")
    assert [finding["code"] for finding in strict.load().findings] == ["unreadable"]


def test_the_same_file_is_tried_again_under_other_limits_only(strict: Desk) -> None:
    strict.write("a.xlsx", GOOD)
    put(strict, "b.csv", b"abort")
    first = strict.load()
    assert strict.load().release_id == first.release_id
    workshop = pipeline.prepare(strict.settings)
    generous = replace(strict.settings, memory_mb=2000)
    assert pipeline.prepare(generous).code_id() != workshop.code_id()


@pytest.mark.parametrize("command", [("no such program",), (sys.executable, "-c", "")])
def test_where_no_process_can_start_it_is_told_and_the_old_release_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    first = desk.load(desk.write("a.xlsx", GOOD)).release_id
    desk.write("b.xlsx", Sheet("activities", rows("activities", 3), "西桥村"))
    with monkeypatch.context() as patch:
        patch.setattr(crew, "_COMMAND", command)
        with pytest.raises(Refused, match="无法启动"):
            desk.load()
    assert desk.release == first
    desk.load()  # it was received, and is read now
    assert desk.rows("select count(*) from fact_activity") == [(5,)]


def test_nothing_is_left_running(strict: Desk) -> None:
    before = threading.active_count()
    put(strict, "b.csv", b"abort")
    strict.load()
    assert threading.active_count() == before


def test_tables_are_the_same_for_any_number_of_processes(district: Release) -> None:
    workshop = pipeline.prepare(district.settings)
    jobs = [
        Job(f"{number:064}", path.name, path)
        for number, path in enumerate(sorted(district.settings.inbox.rglob("*.xlsx")))
    ]
    assert len(jobs) > 32

    def read(processes: int) -> dict[str, pa.Table]:
        with workshop.crew(processes) as readers_at_work:
            return staging.read_and_check(workshop, jobs, readers_at_work)

    alone = read(1)
    for processes in (2, 3):
        together = read(processes)
        assert together.keys() == alone.keys()
        assert all(together[name].equals(alone[name]) for name in alone)


def test_releases_are_the_same_for_any_number_of_processes(
    another_desk: Callable[[str], Desk], district: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = district.settings.inbox
    made = []
    for processes in (1, 2):
        desk = another_desk(str(processes))
        with monkeypatch.context() as patch:
            patch.setattr("os.cpu_count", lambda processes=processes: processes)
            release = desk.load(inbox).release_id
        made.append((release, desk.contents()))
    assert made[0] == made[1]
