"""Templates: what is filled in as they ask loads without a finding; what they hold themselves is passed over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from etl.demo import Mistake, compose, write_demo
from etl.demo.sheets import SheetContent
from etl.demo.workbook import Paper
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
        typed(book, dataset, rows(dataset, 3))
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


def test_records_of_the_demo_typed_into_templates_are_taken_without_a_doubt(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every dataset, with what committees write and not what tests do; for some a second committee is needed."""
    sent: list[tuple[Paper, list[SheetContent]]] = []

    def keep(_: Path, paper: Paper, contents: list[SheetContent], *__: object) -> list[Mistake]:
        sent.append((paper, contents))
        return []

    monkeypatch.setattr(compose, "write_workbook", keep)
    write_demo(tmp_path, desk.settings.reference, first=date(2020, 1, 1), last=date(2021, 12, 31))
    wanted, books = set(CONTRACTS), list[Path]()
    for paper, contents in sorted(sent, key=lambda one: -sum(bool(each.rows) for each in one[1])):
        if not wanted & {content.dataset for content in contents if content.rows}:
            continue
        out = tmp_path / str(len(books))
        quarter = paper.quarter.title
        desk.run("template", "--all", "--committee", paper.committee.code, "--period", quarter, "--out", out)
        (template,) = out.iterdir()
        book = load_workbook(template)
        for content in contents:
            records = [one.values for one in content.rows if one.fault is None and is_whole(one.values)]
            if not records:  # nothing to report: the clerk deletes the sheet
                del book[CONTRACTS[content.dataset].zh]
                continue
            typed(book, content.dataset, [{"crs": paper.habit.crs, **record} for record in records])
            wanted -= {content.dataset}
        book.save(template)
        books.append(template)
    assert not wanted
    files = json.loads(desk.run("check", *books, "--format", "json").stdout)["files"]
    told = [(one["sheet_name"], one["cell"], one["sentence"]) for file in files for one in file["findings"]]
    assert told == []
    assert sum(one["accepted_count"] for file in files for one in file["datasets"]) > 300
    assert not sum(one["quarantined_count"] for file in files for one in file["datasets"])


def is_whole(record: Mapping[str, Any]) -> bool:
    """Not one of the demo's that lack what a finding would remind of: a position, the evidence of what was done."""
    has_position = record.get("longitude", 0) is not None
    has_evidence = not record.get("done_on") or record.get("evidence", "") not in (None, "无")
    return has_position and has_evidence


def typed(book: Workbook, dataset: str, records: Sequence[Mapping[str, Any]]) -> None:
    """Records into the sheet of a template; of an option its word, where the record has its code."""
    sheet = book[CONTRACTS[dataset].zh]
    for row_no, record in enumerate(records, start=FIRST_ROW):
        for column_no, column in enumerate(columns_of(CONTRACTS[dataset]), start=2):
            words = {option.code: option.zh for option in column.values}
            value = record.get(column.name)
            sheet.cell(row_no, column_no).value = words.get(value, value)


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
