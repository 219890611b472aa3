"""Names, phone numbers and identity numbers go into the archive, unchanged, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etl.people import MASK
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, csv_file, identity_number, row, rows

NUMBER, OTHER = identity_number(77), identity_number(78)
NAME, PHONE = "欧阳不具名", "13812345678"
SECRETS = (NUMBER, OTHER, NAME, PHONE, "138-1234-5678", "138 1234 5678", NUMBER[:-1] + "５")


def everything_written(data: Path) -> dict[str, str]:
    """Every file below the data folder other than the archived originals, as text."""
    found = {}
    for file in data.rglob("*"):
        if not file.is_file() or "objects" in file.parts or file.name == ".lock":
            continue
        if file.suffix == ".parquet":
            found[str(file)] = str(pq.read_table(file).to_pylist())
        found[f"{file} (bytes)"] = file.read_bytes().decode("utf-8", "replace")
    return found


def leaks(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.fixture(scope="module")
def planted(shared_desk: Desk) -> tuple[Desk, str]:
    """Persons in their own columns, and where no person belongs: titles, places, units, sheet and file names."""
    person = row("members", person_name=NAME, person_key=NUMBER, phone=PHONE)
    wrong = row(
        "members", person_name=NAME, person_key=NUMBER[:-1] + "５", phone=PHONE, member_status="发展对象"
    )
    shared_desk.write(
        f"东桥_{PHONE}.xlsx",
        Sheet("members", [person, wrong, person], beside=[("担保人", NAME), (f"联系{PHONE}", "是")]),
        Sheet(
            "activities",
            [
                row("activities", title=f"慰问{NUMBER}", venue="联系人电话138-1234-5678"),
                row("activities", title="二", unit_name=f"河岸物业（{PHONE}）"),
                row("activities", title="三", activity_type=NUMBER, item_code=f"电话{PHONE}", held_on=OTHER),
                row("activities", title="四", head_count=PHONE, themed=f"找{PHONE}"),
            ],
        ),
        Sheet("member_units", [row("member_units", unit_name=f"老王小店{PHONE}", unit_kind=PHONE)]),
        Sheet("service_points", [row("service_points", point_name=f"{PHONE}联系点", crs=NUMBER)]),
    )
    shared_desk.write(
        "西桥村.xlsx",
        Sheet("activities", [row("activities")], "西桥村", name=f"活动{PHONE}"),
        Sheet("members", rows("members", 2), f"西桥村 {PHONE}", name=f"联系{NUMBER}"),
    )
    csv_file(shared_desk.inbox / f"{NUMBER}.csv", Sheet("members", [person], "柳湾社区"))
    csv_file(
        shared_desk.inbox / "柳湾南.csv", Sheet("members", [person], "柳湾南社区", f"{PHONE}2021年第四季度")
    )
    (shared_desk.inbox / f"{PHONE}.pdf").write_bytes(b"%PDF-1.7")
    result = shared_desk.run("load", shared_desk.inbox, "--all-findings")
    assert result.exit_code == 0
    return shared_desk, result.output + result.stderr


def test_nothing_of_a_person_is_in_any_file_but_the_original(planted: tuple[Desk, str]) -> None:
    desk, _ = planted
    files = everything_written(desk.data)
    assert any(".duckdb" in name for name in files)
    assert any("staging" in name for name in files)
    assert any("receipts" in name for name in files)
    assert {name: leaks(text) for name, text in files.items() if leaks(text)} == {}


def test_nothing_of_a_person_is_in_any_table_of_the_release(planted: tuple[Desk, str]) -> None:
    desk, _ = planted
    assert {name: leaks(str(cells)) for name, cells in desk.contents().items() if leaks(str(cells))} == {}


def test_nothing_of_a_person_is_said_on_the_screen(planted: tuple[Desk, str]) -> None:
    _, said = planted
    assert leaks(said) == []


@pytest.mark.parametrize("arguments", [["status"], ["status", "--format", "json"], ["releases"]])
def test_nothing_of_a_person_is_said_by_later_commands(
    planted: tuple[Desk, str], arguments: list[str]
) -> None:
    assert leaks(planted[0].run(*arguments).output) == []


def test_what_was_hidden_shows_that_something_was_there(planted: tuple[Desk, str]) -> None:
    desk, _ = planted
    assert (f"慰问{MASK}",) in desk.rows("select title from fact_activity")


def test_the_same_person_in_two_communities_has_one_pseudonym(planted: tuple[Desk, str]) -> None:
    desk, _ = planted
    assert desk.rows("select count(*), count(distinct person_key) from fact_member") == [(3, 1)]


def test_the_original_is_kept_as_it_came(planted: tuple[Desk, str]) -> None:
    desk, _ = planted
    kept = {file.read_bytes() for file in (desk.data / "archive" / "objects").rglob("*.*")}
    assert {file.read_bytes() for file in desk.inbox.iterdir()} == kept


def test_another_key_gives_other_pseudonyms_and_a_new_release(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write("东桥.xlsx", Sheet("members", [row("members")]))
    first = desk.load().release_id
    before = desk.rows("select person_key from fact_member")
    monkeypatch.setenv("LIANDONG_PERSON_KEY", "another key for tests, also of no use")
    assert desk.load().release_id != first
    assert desk.rows("select person_key from fact_member") != before
