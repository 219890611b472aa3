"""What a finding says how to correct, marked, then corrected in the copy by its own words, loads without one.

Of two cells that disagree a finding names a value for one of them; which of the two was mistyped only the
clerk knows. So does only he which day was meant by 十一月三十一日: there the test is the clerk.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from tests.declarations.test_contracts import VIOLATIONS
from tests.pipeline.desk import Desk
from tests.submissions.make import CONTRACTS, Sheet, Value, identity_number, row, rows

_RULES = {(name, rule.code): rule for name, contract in CONTRACTS.items() for rule in contract.rules}
_EMPTY = ("只保留其中一个", "或删去")  # words of a rule that say which cell to empty
# 6.3 that was 6.30 is one in a file of text alone: test_checked_submissions.py has some.
CORRECTED = {key: changes for key, changes in VIOLATIONS.items() if key[1] != "ambiguous_date"}


def test_a_rule_says_what_to_do() -> None:
    """It names a value, or the cell to fill in, or the one to empty."""
    fills = ("请补填", "请补充")
    for key, rule in _RULES.items():
        assert bool(rule.corrected) != any(word in rule.zh for word in (*fills, *_EMPTY)), key


def checked(desk: Desk, path: Path, out: Path) -> Mapping[str, Any]:
    result = desk.run("check", path, "--out", out, "--format", "json")
    (file,) = json.loads(result.stdout)["files"]
    assert isinstance(file, dict)
    return file


def correction(dataset: str, finding: Mapping[str, Any]) -> Value:
    """The example, told apart from the other rows' where a name is asked for; of days the one that was meant."""
    if any(word in finding["sentence"] for word in _EMPTY):
        return None
    column = next(column for column in CONTRACTS[dataset].columns if column.zh == finding["column"])
    if column.type == "person_id":
        return identity_number(900 + int(finding["row_no"]))
    rule = _RULES.get((dataset, finding["code"]))
    if column.type in {"date", "time"} and not (rule and rule.corrected):
        return row(dataset)[column.name]
    assert finding["example"], finding
    return (
        f"{finding['example']}之{finding['row_no']}"
        if column.type in {"text", "unit"}
        else str(finding["example"])
    )


def corrected(marked: Mapping[str, Any], place: Path) -> Path:
    """The marked copy, every cell that a finding names changed as it says."""
    book = load_workbook(marked["marked"])
    by_label = {contract.zh: name for name, contract in CONTRACTS.items()}
    for finding in marked["findings"]:
        dataset = by_label[finding["sheet_name"]]
        book[finding["sheet_name"]][finding["cell"]] = correction(dataset, finding)
    place.parent.mkdir()
    book.save(place)
    return place


def test_every_fault_is_corrected_by_what_its_finding_says(desk: Desk, tmp_path: Path) -> None:
    sheets = []
    for dataset in CONTRACTS:
        own = [changes for key, changes in CORRECTED.items() if key[0] == dataset]
        records = [one | dict(changes) for one, changes in zip(rows(dataset, len(own)), own, strict=True)]
        sheets.append(Sheet(dataset, records))
    marked = checked(desk, desk.write("东桥.xlsx", *sheets), tmp_path / "marked")
    told = {(one["sheet_name"], one["code"], one["column"]) for one in marked["findings"]}
    expected = {
        (CONTRACTS[name].zh, code, CONTRACTS[name].column(column).zh) for name, code, column in CORRECTED
    }
    assert expected <= told
    again = marked
    for number in range(2):  # a day that was filled in may ask for a state that goes with it
        again = checked(
            desk, corrected(again, tmp_path / f"{number}" / "东桥.xlsx"), tmp_path / f"again{number}"
        )
    left = [(one["sheet_name"], one["cell"], one["code"]) for one in again["findings"]]
    assert left == [], left
    assert sum(one["accepted_count"] for one in again["datasets"]) == len(CORRECTED)
