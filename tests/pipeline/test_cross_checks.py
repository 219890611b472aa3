"""What contradicts another ledger is told at its cell, and counts all the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from etl import cross_checks, pipeline
from etl.settings import Settings
from tests.conftest import Release
from tests.submissions.make import Sheet, row, workbook
from tests.submissions.mechanisms import CROSS

# Whose records break a check, where it is not just anybody's.
OF_COMMITTEE = {"activity_outside_committee_dates": "老桥社区联合党委"}  # which ended on 2021-07-01


def test_every_check_has_records_that_break_it() -> None:
    assert {check.code for check in cross_checks.load_checks()} == set(CROSS)


@pytest.mark.parametrize("check", cross_checks.load_checks(), ids=lambda check: check.code)
def test_a_check_says_what_is_wrong_and_what_to_do(check: cross_checks.CrossCheck) -> None:
    assert "{value}" in check.sentence
    assert check.hint.startswith("请")


@pytest.mark.parametrize("code", sorted(CROSS))
def test_a_contradiction_is_told_at_its_cell_and_counts(county: Settings, tmp_path: Path, code: str) -> None:
    committee = OF_COMMITTEE.get(code, "东桥社区联合党委")
    sheets = [
        Sheet(dataset, [row(dataset, **changes) for changes in records], committee)
        for dataset, records in CROSS[code].items()
    ]
    file = workbook(tmp_path / "in" / f"{committee}_2021年第四季度.xlsx", *sheets)
    settings = replace(county, data=tmp_path / "data")
    loaded = pipeline.load(settings, [file])
    assert loaded.accepted_count == loaded.row_count, loaded.findings
    found = Release(settings, loaded).rows(
        "select code, severity, sheet_name, row_no, heading, sentence from meta_finding where submission_id is not null"
    )
    assert [(one[0], one[1]) for one in found] == [(code, "warning")], found
    ((_, _, sheet, row_no, heading, sentence),) = found
    assert sheet
    assert row_no >= 4
    assert heading
    assert "{" not in sentence
