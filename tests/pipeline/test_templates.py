"""Templates: what is filled in as they ask loads without a finding; what they hold themselves is passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from etl.marks import GUIDE_SHEET
from etl.templates import EXAMPLE_ROW, FIRST_ROW, HEADER_ROW, columns_of
from tests.pipeline.desk import Desk
from tests.submissions.make import CONTRACTS, rows


def filled(template: Path, place: Path, *datasets: str) -> Path:
    """The template with three faultless records a sheet."""
    book = load_workbook(template)
    for dataset in datasets:
        sheet = book[CONTRACTS[dataset].zh]
        sheet["B4"] = "2022-01-10"
        for row_no, record in enumerate(rows(dataset, 3), start=FIRST_ROW):
            for column_no, column in enumerate(columns_of(CONTRACTS[dataset]), start=2):
                sheet.cell(row_no, column_no).value = record[column.name]
    book.save(place)
    return place


@pytest.fixture(scope="module")
def everything(shared_desk: Desk) -> Path:
    """The one workbook of a committee with all ledgers."""
    out = shared_desk.inbox.parent / "templates"
    result = shared_desk.run(
        "template", "--all", "--committee", "东桥社区", "--period", "2021-Q4", "--out", out
    )
    assert result.exit_code == 0, result.output
    (template,) = out.iterdir()
    assert template.name == "东桥社区联合党委_2021-Q4_台账模板.xlsx"
    return template


def test_a_filled_template_loads_every_dataset_without_a_finding(shared_desk: Desk, everything: Path) -> None:
    place = filled(everything, shared_desk.inbox / "东桥.xlsx", *CONTRACTS)
    result = shared_desk.run("check", place, "--format", "json")
    answer = json.loads(result.stdout)
    assert answer["files"][0]["findings"] == []
    assert {one["dataset"]: one["accepted_count"] for one in answer["files"][0]["datasets"]} == dict.fromkeys(
        CONTRACTS, 3
    )
    assert result.exit_code == 0


def test_a_template_as_it_is_has_no_rows_and_its_example_is_none(shared_desk: Desk, everything: Path) -> None:
    (file,) = json.loads(shared_desk.run("check", everything, "--format", "json").stdout)["files"]
    assert {finding["code"] for finding in file["findings"]} == {"no_rows"}
    assert {one["row_count"] for one in file["datasets"]} == {0}
    assert {one["committee"] for one in file["datasets"]} == {"东桥社区联合党委"}


def test_a_template_asks_for_no_names_and_explains_every_column(everything: Path) -> None:
    book = load_workbook(everything)
    explained = {(line[0], line[1]) for line in book[GUIDE_SHEET].iter_rows(values_only=True)}
    for contract in CONTRACTS.values():
        sheet = book[contract.zh]
        headings = [str(cell.value).rstrip("*") for cell in sheet[HEADER_ROW][1:]]
        assert headings == [column.zh for column in columns_of(contract)]
        assert {(contract.zh, heading) for heading in headings} <= explained
        assert sheet.cell(EXAMPLE_ROW, 1).value == "示例"
    assert "姓名" not in {cell.value for cell in book["双重管理党员"][HEADER_ROW]}


def test_options_and_limits_are_checked_while_typing(everything: Path) -> None:
    sheet = load_workbook(everything)["活动"]
    by_cell = {str(one.sqref).split(":")[0]: one for one in sheet.data_validations.dataValidation}
    assert by_cell[f"D{FIRST_ROW}"].type == "list"
    assert by_cell[f"I{FIRST_ROW}"].type == "whole"
    assert (by_cell[f"I{FIRST_ROW}"].formula1, by_cell[f"I{FIRST_ROW}"].formula2) == ("0", "20000")
    assert by_cell[f"B{FIRST_ROW}"].type == "date"
    members = load_workbook(everything)["双重管理党员"]
    assert members.cell(FIRST_ROW, 2).number_format == "@"


def test_one_dataset_or_a_workbook_for_every_committee(desk: Desk, tmp_path: Path) -> None:
    assert desk.run("template", "activities", "--out", tmp_path / "one").exit_code == 0
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["活动台账模板.xlsx"]
    assert desk.run("template", "--all", "--out", tmp_path / "all").exit_code == 0
    assert len(list((tmp_path / "all").iterdir())) == 4  # the fifth is no more


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "请写明一种台账"),
        (["visits"], "没有名为“visits”的台账"),
        (["activities", "--committee", "某社区"], "没有名为“某社区”的填报单位"),
        (["activities", "--period", "昨天"], "不是填报期"),
    ],
)
def test_what_is_not_known_is_refused_in_one_sentence(
    desk: Desk, tmp_path: Path, arguments: list[str], words: str
) -> None:
    result = desk.run("template", *arguments, "--out", tmp_path)
    assert result.exit_code == 2
    assert words in result.stderr
