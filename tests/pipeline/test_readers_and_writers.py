"""Whoever reads keeps the release they opened, whatever is published meanwhile; writers take turns."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from dashboard.commands import query
from dashboard.database import open_snapshot
from etl import snapshot
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, rows


def submit(desk: Desk, name: str, count: int, reported: str) -> str:
    path = desk.write(f"{name}.xlsx", Sheet("activities", rows("activities", count), reported=reported))
    return str(desk.load(path).release_id)


def test_a_reader_keeps_the_old_release_while_a_new_one_is_published(desk: Desk) -> None:
    first = submit(desk, "一", 3, "2022-01-10")
    reader = open_snapshot(snapshot.served(desk.data))
    second = submit(desk, "二", 5, "2022-02-01")
    assert reader.rows("select count(*) from fact_activity") == [(3,)]
    assert reader.release_id == first
    assert reader.current_release_id() == second, "and sees that there is a newer one"
    newer = open_snapshot(snapshot.served(desk.data))
    assert newer.rows("select count(*) from fact_activity") == [(5,)]
    reader.close()
    newer.close()


def test_readers_never_see_anything_but_a_whole_release(desk: Desk) -> None:
    submit(desk, "零", 1, "2022-01-10")
    seen: set[int] = set()
    faults: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                frame = query(snapshot.served(desk.data), "activity_count", ("community",), "2021-Q4")
                seen.add(int(frame["value"].sum()))
                done.wait(0.02)
        except BaseException as fault:
            faults.append(fault)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in readers:
        thread.start()
    for count in (2, 3, 4):
        submit(desk, str(count), count, f"2022-02-0{count}")
    done.set()
    for thread in readers:
        thread.join()
    assert not faults
    assert seen <= {1, 2, 3, 4}
    assert len(seen) > 1


def test_two_loads_at_once_take_turns_and_nothing_is_lost(desk: Desk) -> None:
    committees = ["东桥社区", "西桥村"]
    for committee in committees:
        desk.write(f"{committee}.xlsx", Sheet("activities", rows("activities", 2), committee))
    loads = [desk.start("load", desk.inbox / f"{committee}.xlsx") for committee in committees]
    for load in loads:
        load.join()
    assert [load.exitcode for load in loads] == [0, 0]
    assert desk.rows("select count(distinct community_code), count(*) from fact_activity") == [(2, 4)]


def test_a_sealed_release_is_never_written_to_again(desk: Desk) -> None:
    release = submit(desk, "一", 3, "2022-01-10")
    file = snapshot.path_of(desk.data, release)
    before = file.read_bytes()
    submit(desk, "二", 5, "2022-02-01")
    desk.run("rollback")
    desk.run("status")
    desk.run("releases")
    assert file.read_bytes() == before


def test_a_folder_with_a_quotation_mark_in_its_name_works_like_any_other(
    another_desk: Callable[[str], Desk],
) -> None:
    desk = another_desk("it's a folder 里")
    submit(desk, "一", 3, "2022-01-10")
    assert desk.run("status").exit_code == 0
    assert desk.run("query", "activity_count", "--period", "2021").exit_code == 0


@pytest.mark.parametrize("damage", ["gone", "not a database"])
def test_a_damaged_release_is_told_in_words_and_built_again(desk: Desk, damage: str) -> None:
    release = submit(desk, "一", 3, "2022-01-10")
    file = snapshot.path_of(desk.data, release)
    file.unlink()
    if damage != "gone":
        file.write_bytes(b"nothing of the kind" * 100)
    for command in (["status"], ["query", "activity_count"]):
        result = desk.run(*command)
        assert result.exit_code == 2
        assert release in result.stderr
    assert desk.run("releases").exit_code == 0
    assert desk.load().release_id == release
    assert desk.rows("select count(*) from fact_activity") == [(3,)]
