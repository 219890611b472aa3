"""What a finding says how to correct, marked, then corrected in the copy by its own words, loads without one.

Out of reach are rules that set two cells against each other and can only ask to compare them (请核对): which
of two days was mistyped stands in no workbook.
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

_RULES = {(name, rule.code): rule.zh for name, contract in CONTRACTS.items() for rule in contract.rules}
# Words of a rule that say which cell to fill in, and which to empty; all others ask to compare two cells.
_FILL, _EMPTY, _COMPARE = ("请补填", "请补充", "分之内"), ("只保留其中一个", "或删去"), "请核对"
SAYING = {key for key, words in _RULES.items() if any(word in words for word in (*_FILL, *_EMPTY))}
# What only whoever knows the facts can correct: which of two dates is wrong, which of two days was meant.
MECHANICAL = {
    key: changes
    for key, changes in VIOLATIONS.items()
    if (key[2] != "matched_on" if key[:2] not in _RULES else key[:2] in SAYING)
    and not key[1].startswith("ambiguous")
}


def test_a_rule_says_what_to_do_or_asks_to_compare() -> None:
    assert {key for key, words in _RULES.items() if _COMPARE in words} >= _RULES.keys() - SAYING
    assert len(SAYING) >= 14


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
    if column.type in {"date", "time"} or finding["code"] == "rating_off_the_scale":
        return row(dataset)[column.name]
    assert finding["example"], finding
    return (
        f"{finding['example']}之{finding['row_no']}"
        if column.type in {"text", "unit"}
        else str(finding["example"])
    )


def test_every_mechanical_fault_is_corrected_by_what_its_finding_says(desk: Desk, tmp_path: Path) -> None:
    sheets = []
    for dataset in CONTRACTS:
        own = [changes for key, changes in MECHANICAL.items() if key[0] == dataset]
        records = [one | dict(changes) for one, changes in zip(rows(dataset, len(own)), own, strict=True)]
        sheets.append(Sheet(dataset, records))
    marked = checked(desk, desk.write("东桥.xlsx", *sheets), tmp_path / "marked")
    told = {(one["sheet_name"], one["code"], one["column"]) for one in marked["findings"]}
    expected = {
        (CONTRACTS[name].zh, code, CONTRACTS[name].column(column).zh) for name, code, column in MECHANICAL
    }
    assert expected <= told
    book = load_workbook(marked["marked"])
    by_label = {contract.zh: name for name, contract in CONTRACTS.items()}
    for finding in marked["findings"]:
        key = by_label[finding["sheet_name"]], finding["code"]
        if key not in _RULES or key in SAYING:
            book[finding["sheet_name"]][finding["cell"]] = correction(
                by_label[finding["sheet_name"]], finding
            )
    book.save(tmp_path / "东桥改正.xlsx")
    again = checked(desk, tmp_path / "东桥改正.xlsx", tmp_path / "again")
    left = [(one["sheet_name"], one["cell"], one["code"]) for one in again["findings"]]
    assert left == [], left
    assert sum(one["accepted_count"] for one in again["datasets"]) == len(MECHANICAL)
