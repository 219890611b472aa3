"""Numbers of persons that ledgers state are suppressed like counted ones, with what would give them away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.catalogue import Source
from dashboard.database import Snapshot, open_snapshot
from dashboard.persons import hidden_persons
from dashboard.selection import Period
from dashboard.statements import Slot
from etl.catalogue import PERSONS_STATED, _source_faults
from tests.unit.tiny_snapshot import build_tiny_snapshot

STATED = Source("mart_unit_span", "sum(s.member_count)", "stock", persons="stated")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    opened = open_snapshot(build_tiny_snapshot(tmp_path_factory.mktemp("stated") / "tiny.duckdb"))
    yield opened
    opened.close()


def hidden(snapshot: Snapshot, level_no: int, dimensions: tuple[str, ...], threshold: int) -> set[object]:
    """The cells of 2021, without the number of the slot."""
    year = Period.parse("2021")
    slots = (Slot(year.first_on, year.last_on, year.last_on),)
    return {cell[1:] for cell in hidden_persons(snapshot, STATED, level_no, dimensions, slots, threshold)}


def test_a_small_sum_hides_itself_and_the_next_one(snapshot: Snapshot) -> None:
    """By kind in the district: enterprises 3, government 9, hospitals 60, schools 65."""
    assert hidden(snapshot, 1, (), 5) == set()
    found = hidden(snapshot, 1, ("unit_kind",), 5)
    assert ("900100", "enterprise") in found
    assert len(found) > 1


def test_a_small_community_hides_its_neighbour(snapshot: Snapshot) -> None:
    """新圩 states nine, its neighbour none: below ten the whole town is hidden, and a street in its stead.

    Below five it is the only government, which is hidden beside the one small enterprise in the district.
    """
    assert hidden(snapshot, 3, (), 5) == {("900100001001",), ("900100102002",)}
    found = hidden(snapshot, 3, (), 10)
    assert ("900100102002",) in found
    assert hidden(snapshot, 2, (), 10) == {("900100001",), ("900100102",)}


@pytest.mark.parametrize(
    ("persons", "sql", "is_sound"),
    [
        (PERSONS_STATED, "sum(s.team_size)", True),
        (True, "count(distinct s.person_key)", True),
        (True, "sum(s.team_size)", False),
        (PERSONS_STATED, "count(distinct s.person_key)", False),
        ("all", "sum(s.team_size)", False),
        (False, "sum(s.team_size)", False),
    ],
)
def test_a_source_says_how_it_knows_of_persons(persons: object, sql: str, is_sound: bool) -> None:
    source = {"table": "mart_team_span", "sql": sql, "time": "stock", "persons": persons}
    assert (not list(_source_faults(source))) is is_sound


@pytest.mark.parametrize(
    ("time", "where", "is_sound"),
    [("stock", "", True), ("none", "", True), ("flow", "", False), ("stock", "s.since >= {start}", False)],
)
def test_persons_are_counted_on_a_day(time: str, where: str, is_sound: bool) -> None:
    """What is hidden is decided day by day, for all periods that end there."""
    source = {
        "table": "mart_team_span",
        "sql": "sum(s.team_size)",
        "time": time,
        "persons": PERSONS_STATED,
        "where": where,
    }
    assert (not list(_source_faults(source))) is is_sound
