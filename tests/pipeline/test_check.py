"""`liandong check`: what a load would make of files, with nothing kept."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, csv_file, row, rows


def told(desk: Desk, *more: str, status: int = 1) -> dict[str, Any]:
    result = desk.run("check", desk.inbox, "--format", "json", *more)
    assert result.exit_code == status, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.fixture
def faulty(desk: Desk) -> Desk:
    """One workbook with a fault of each severity."""
    activities = [
        row("activities"),
        row("activities", title="二", head_count=-5),
        row("activities", title="三", item_code="飞行"),
    ]
    desk.write(
        "东桥.xlsx",
        Sheet("activities", activities),
        Sheet("member_units", rows("member_units", 2), committee="没有的社区"),
    )
    return desk


def test_check_says_what_a_load_says_and_keeps_nothing(faulty: Desk) -> None:
    checked = told(faulty)
    assert not faulty.data.exists() or not list(faulty.data.iterdir())
    loaded = faulty.load()
    (file,) = checked["files"]
    here = {(f["code"], f["severity"], f["sheet_name"], f["cell"], f["sentence"]) for f in file["findings"]}
    there = faulty.rows(
        "select code, severity, sheet_name, coalesce(nullif(column_letter, '') || row_no, ''), sentence from meta_finding"
    )
    assert here == set(there)
    assert (checked["row_count"], checked["accepted_count"]) == (loaded.row_count, loaded.accepted_count)


def test_a_finding_names_its_cell_and_says_what_belongs_there(faulty: Desk) -> None:
    (file,) = told(faulty)["files"]
    (finding,) = [finding for finding in file["findings"] if finding["code"] == "below_minimum"]
    assert finding.pop("hint")
    assert finding.pop("committee_code") == "990001001001"
    assert finding == {
        "file_name": "东桥.xlsx",
        "sheet_name": "活动",
        "cell": "H5",
        "row_no": 5,
        "column": "参加人数",
        "value": "-5",
        "code": "below_minimum",
        "severity": "row",
        "severity_label": "整行退回",
        "sentence": "“参加人数”填写的“-5”小于 0",
        "expected": "不带文字的整数，0 至 20,000",
        "example": "30",
    }


def test_what_was_recognised_is_told_sheet_by_sheet(faulty: Desk) -> None:
    (file,) = told(faulty)["files"]
    assert file["datasets"] == [
        {
            "dataset": "activities",
            "label": "活动",
            "sheet": "活动",
            "committee": "东桥社区联合党委",
            "committee_code": "990001001001",
            "period": "2021-Q4",
            "period_label": "2021年第四季度",
            "row_count": 3,
            "accepted_count": 2,
            "quarantined_count": 1,
            "is_demo": False,
        }
    ]


def test_reminders_alone_are_no_reason_to_send_a_file_back(desk: Desk) -> None:
    desk.write("东桥.xlsx", Sheet("activities", [row("activities", item_code="飞行")]))
    (file,) = told(desk, status=0)["files"]
    assert [finding["severity"] for finding in file["findings"]] == ["warning"]


def test_a_file_without_a_fault_is_told_as_such(desk: Desk) -> None:
    csv_file(desk.inbox / "东桥.csv", Sheet("activities", rows("activities", 2)))
    assert told(desk, status=0)["files"][0]["findings"] == []
    assert "没有发现问题" in desk.run("check", desk.inbox).output


def test_a_copy_under_another_name_is_told_under_its_own(desk: Desk) -> None:
    for name in ("一.csv", "二.csv"):
        csv_file(desk.inbox / name, Sheet("activities", rows("activities", 2)))
    assert [file["file_name"] for file in told(desk, status=0)["files"]] == ["一.csv", "二.csv"]


def test_findings_are_written_as_csv(faulty: Desk) -> None:
    found = list(csv.DictReader(io.StringIO(faulty.run("check", faulty.inbox, "--format", "csv").stdout)))
    assert {line["code"] for line in found} == {"below_minimum", "unknown_value", "unknown_committee"}
