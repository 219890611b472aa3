"""Every submission of tests/submissions/faulty.py, loaded with all others: what is taken, and what is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import Release
from tests.pipeline.desk import Desk
from tests.submissions.faulty import BOUNDS, FAULTY, GOLDEN, Faulty, expected

pytestmark = pytest.mark.xdist_group("faulty submissions")  # all look at one load


@pytest.fixture(scope="module")
def loaded(shared_desk: Desk) -> Desk:
    desk = Desk(replace(shared_desk.settings, bounds=BOUNDS), shared_desk.inbox)
    for faulty in FAULTY.values():
        faulty.write(desk.inbox)
    result = desk.load()
    assert result.new_files == len(FAULTY)
    assert not result.unread_files
    return desk


def told(desk: Desk, faulty: Faulty) -> str:
    """As the golden files say it: a line for each table, a line for each finding."""
    file_name = f"{faulty.name}{faulty.ending}"
    tables = desk.rows(
        "select dataset, community_code, period_key,"
        " coalesce(accepted_count || ' of ' || row_count,"
        " (select count(*) from fact_member where fact_member.submission_id = meta_submission.submission_id)"
        " || ' persons in use'), file_format, encoding"
        f" from meta_submission where file_name = '{file_name}' order by all"
    )
    findings = desk.rows(
        "select severity, code, sheet_name, coalesce(column_letter, '') || coalesce(cast(row_no as varchar), ''),"
        " coalesce(value, ''), sentence, hint"
        f" from meta_finding where file_name = '{file_name}'"
        " order by sheet_name, row_no nulls first, length(column_letter), column_letter, code, sentence"
    )
    lines = [f"{faulty.what}"]
    lines += [
        f"{dataset} {committee} {period}: {rows}, {' '.join(filter(None, (kind, encoding)))}"
        for dataset, committee, period, rows, kind, encoding in tables
    ]
    lines += [
        f"{severity} {code} {sheet}!{cell} {value!r}\n    {sentence}\n    {hint}"
        for severity, code, sheet, cell, value, sentence, hint in findings
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", FAULTY)
def test_what_is_taken_and_what_is_told(loaded: Desk, name: str, request: pytest.FixtureRequest) -> None:
    found = told(loaded, FAULTY[name])
    if request.config.getoption("--update-golden"):
        GOLDEN.mkdir(exist_ok=True)
        (GOLDEN / f"{name}.txt").write_text(found, encoding="utf-8")
    assert found == expected(name)


def test_rows_read_are_rows_accepted_and_rows_sent_back(loaded: Desk) -> None:
    ((read, accepted, back),) = loaded.rows(
        "select row_count, accepted_count, quarantined_count from meta_release"
    )
    assert read == accepted + back
    ((findings,),) = loaded.rows(
        "select count(distinct (sha256, sheet_name, row_no)) from meta_finding where severity = 'row' and dataset <> 'members'"
    )
    assert findings == back


def test_each_is_either_taken_or_told() -> None:
    assert len(FAULTY) >= 60
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(FAULTY)


def test_no_release_of_the_demo_needs_any_of_these_sentences(district: Release) -> None:
    """What the readers warn of must not be what every good workbook looks like."""
    codes = {code for (code,) in district.rows("select distinct code from meta_finding where row_no is null")}
    assert codes <= {"no_rows", "empty_sheet"}
