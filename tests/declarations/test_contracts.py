"""Every contract is sound, every spelling in it leads somewhere, every rule can be broken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from etl import criteria, pipeline, staging, tables
from etl.contract import IGNORED_HEADINGS, ContractError, load_contracts, normalise_heading
from etl.expectations import Expectations
from etl.findings import EXPECTED, FILE_SENTENCES, POSITION_SENTENCES
from etl.places import crs_name
from etl.readers import Sheet as Cells
from etl.settings import load_settings
from etl.staging import Workshop
from etl.tables import Recogniser, Table
from etl.values import options
from tests.pipeline.test_bad_input import FAULTS
from tests.submissions.faulty import FAULTY, expected
from tests.submissions.make import QINGHE, Sheet, Value, row, rows
from tests.submissions.mechanisms import VIOLATIONS as MECHANISMS

CONTRACTS = load_contracts()
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# A record that breaks one check of a contract, and nothing else: (dataset, code, column) -> what to change.
VIOLATIONS: dict[tuple[str, str, str], Mapping[str, Value]] = {
    ("activities", "required", "held_on"): {"held_on": None},
    ("activities", "bad_date", "held_on"): {"held_on": "2021-11-31"},
    ("activities", "outside_period", "held_on"): {"held_on": "2021-09-30"},
    ("activities", "required", "title"): {"title": " "},
    ("activities", "too_long", "title"): {"title": "长" * 121},
    ("activities", "required", "activity_type"): {"activity_type": None},
    ("activities", "unknown_value", "activity_type"): {"activity_type": "座谈交流会"},
    ("activities", "unknown_value", "themed"): {"themed": "可能"},
    ("activities", "unknown_value", "item_code"): {"item_code": "扫地"},
    ("activities", "too_long", "unit_name"): {"unit_name": "长" * 61},
    ("activities", "too_long", "venue"): {"venue": "长" * 81},
    ("activities", "bad_number", "head_count"): {"head_count": "120人/30人"},
    ("activities", "below_minimum", "head_count"): {"head_count": -1},
    ("activities", "above_maximum", "head_count"): {"head_count": 20001, "attended_count": 20001},
    ("activities", "bad_number", "attended_count"): {"attended_count": "若干"},
    ("activities", "below_minimum", "attended_count"): {"attended_count": -1, "head_count": -1},
    ("activities", "above_maximum", "attended_count"): {"attended_count": 50001},
    ("activities", "bad_number", "volunteer_hours"): {"volunteer_hours": "三小时半"},
    ("activities", "below_minimum", "volunteer_hours"): {"volunteer_hours": -0.5},
    ("activities", "above_maximum", "volunteer_hours"): {"volunteer_hours": 20001},
    ("activities", "fewer_attendances_than_heads", "attended_count"): {"head_count": 30, "attended_count": 29},
    ("activities", "ends_before_start", "held_on"): {"held_on": "2021-11-07至2021-11-05"},
    ("member_units", "required", "unit_name"): {"unit_name": None},
    ("member_units", "too_long", "unit_name"): {"unit_name": "长" * 61},
    ("member_units", "required", "unit_kind"): {"unit_kind": None},
    ("member_units", "unknown_value", "unit_kind"): {"unit_kind": "不详"},
    ("member_units", "unknown_value", "sector"): {"sector": "不详"},
    ("member_units", "bad_number", "member_count"): {"member_count": "若干"},
    ("member_units", "below_minimum", "member_count"): {"member_count": -1},
    ("member_units", "above_maximum", "member_count"): {"member_count": 5001},
    ("member_units", "required", "signed_on"): {"signed_on": None},
    ("member_units", "bad_date", "signed_on"): {"signed_on": "2020年"},
    ("member_units", "bad_date", "ends_on"): {"ends_on": "长期"},
    ("member_units", "ends_before_signed", "ends_on"): {"signed_on": "2020-03-01", "ends_on": "2020-02-29"},
    ("members", "required", "person_key"): {"person_key": None},
    ("members", "damaged_number", "person_key"): {"person_key": "9.99999198001E+17"},
    ("members", "bad_person_id", "person_key"): {"person_key": "999999198001011111"},
    ("members", "required", "unit_name"): {"unit_name": None},
    ("members", "too_long", "unit_name"): {"unit_name": "长" * 61},
    ("members", "required", "member_status"): {"member_status": None},
    ("members", "unknown_value", "member_status"): {"member_status": "发展对象"},
    ("members", "required", "since_on"): {"since_on": None},
    ("members", "bad_date", "since_on"): {"since_on": "六月"},
    ("members", "bad_date", "until_on"): {"until_on": "至今"},
    ("members", "left_before_joined", "until_on"): {"since_on": "2020-06-01", "until_on": "2020-05-31"},
    ("service_points", "required", "point_name"): {"point_name": None},
    ("service_points", "too_long", "point_name"): {"point_name": "长" * 61},
    ("service_points", "required", "point_kind"): {"point_kind": None},
    ("service_points", "unknown_value", "point_kind"): {"point_kind": "凉亭"},
    ("service_points", "bad_number", "longitude"): {"longitude": "东经104度"},
    ("service_points", "bad_number", "latitude"): {"latitude": "北纬30度"},
    ("service_points", "unknown_value", "crs"): {"crs": "北京54"},
    ("service_points", "too_long", "unit_name"): {"unit_name": "长" * 61},
    ("service_points", "required", "opened_on"): {"opened_on": None},
    ("service_points", "bad_date", "opened_on"): {"opened_on": "2020-13-01"},
    ("service_points", "bad_date", "closed_on"): {"closed_on": "待定"},
    ("service_points", "closed_before_opened", "closed_on"): {"opened_on": "2020-01-15", "closed_on": "2020-01-14"},
    **MECHANISMS,
}  # fmt: skip
# What holds for every column of a type.
for _name, _contract in CONTRACTS.items():
    for _column in _contract.columns:
        if _column.type == "date":
            _code, _cell = (
                ("ambiguous_date", "11.1") if _column.in_period else ("date_without_year", "3月5日")
            )
            _breaking = VIOLATIONS[_name, "bad_date", _column.name]
            VIOLATIONS[_name, _code, _column.name] = {**_breaking, _column.name: _cell}
        elif _column.type in {"integer", "number"}:
            _usual = row(_name)[_column.name] or 1
            VIOLATIONS[_name, "approximate_number", _column.name] = {_column.name: f"约{_usual}"}
# What follows from the fault by itself: a position that cannot be read is missing, too.
IN_ITS_TRAIN = {"position_incomplete", "position_no_crs"}


@cache
def workshop() -> Workshop:
    return pipeline.prepare(load_settings(QINGHE / "settings.toml"))


def table(dataset: str, records: list[dict[str, Value]]) -> Table:
    cells = [
        [None if cell is None else str(cell) for cell in line] for line in Sheet(dataset, records).grid()
    ]
    (found,), findings = _recogniser().tables("0" * 64, "a.xlsx", [Cells(CONTRACTS[dataset].zh, cells)])
    assert not findings
    return found


def _recogniser() -> Recogniser:
    return Recogniser(CONTRACTS, workshop().reference, workshop().key, "")


@cache
def told(dataset: str) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """All violations of a dataset, checked in one table: violation -> its findings."""
    own = [key for key in VIOLATIONS if key[0] == dataset]
    records = [one | VIOLATIONS[key] for one, key in zip(rows(dataset, len(own)), own, strict=True)]
    findings = staging.check(workshop(), CONTRACTS[dataset], [table(dataset, records)]).findings.to_pylist()
    return {
        key: [one for one in findings if one["row_no"] == place] for place, key in enumerate(own, start=4)
    }


def checks() -> Iterator[tuple[str, str, str]]:
    for name, contract in CONTRACTS.items():
        for check in criteria.checks_of(contract, workshop().catalogue):
            yield name, check.code, check.column


def test_every_check_of_every_contract_has_a_record_that_breaks_it() -> None:
    assert sorted(VIOLATIONS) == sorted(checks())


@pytest.mark.parametrize("violation", VIOLATIONS, ids=" ".join)
def test_breaking_a_check_is_told_at_its_cell(violation: tuple[str, str, str]) -> None:
    dataset, code, column = violation
    findings = told(dataset)[violation]
    own = [one for one in findings if (one["code"], one["column_name"]) == (code, column)]
    assert len(own) == 1
    assert own[0]["heading"] == CONTRACTS[dataset].column(column).zh
    assert own[0]["sentence"]
    assert own[0]["hint"]
    if column != "attended_count":  # its minimum cannot be broken without that of the heads
        assert {one["code"] for one in findings} - IN_ITS_TRAIN == {code}


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_faultless_record_is_told_nothing(name: str) -> None:
    checked = staging.check(workshop(), CONTRACTS[name], [table(name, rows(name, 3))])
    assert checked.findings.num_rows == 0
    assert checked.accepted_count == 3


def test_every_sentence_about_a_file_or_sheet_has_a_file_that_earns_it() -> None:
    earned = {code for fault in FAULTS.values() for _, code, _ in fault.told}
    earned |= {word for name in FAULTY for word in expected(name).split()}
    earned &= set(FILE_SENTENCES)
    assert set(FILE_SENTENCES) - earned == {"parser_crashed"}, "which test_crashing_parser.py earns"


@pytest.mark.parametrize("verdict", POSITION_SENTENCES)
def test_every_sentence_about_a_position_says_what_to_do(verdict: str) -> None:
    sentence, hint = POSITION_SENTENCES[verdict]
    assert CHINESE.search(sentence)
    assert hint.startswith("请")


@pytest.mark.parametrize("code", FILE_SENTENCES)
def test_every_sentence_is_one_sentence_in_chinese(code: str) -> None:
    for text in FILE_SENTENCES[code]:
        assert CHINESE.search(text)
        assert not text.endswith("。"), "the full stop is set where sentences are put together"


@pytest.mark.parametrize("name", CONTRACTS)
def test_what_belongs_into_a_column_and_what_a_rule_asks_for_is_said(name: str) -> None:
    for column in CONTRACTS[name].columns:
        assert CHINESE.search(column.meaning), column.name
        assert not column.meaning.endswith("。")
    for rule in CONTRACTS[name].rules:
        assert CHINESE.search(rule.expects), rule.code


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_examples_of_a_dataset_make_a_record_without_a_finding(name: str) -> None:
    expectations = Expectations(CONTRACTS, workshop().catalogue, workshop().outline)
    example = expectations.example_row(CONTRACTS[name], (date(2021, 10, 1), date(2021, 12, 31)))
    record: dict[str, Value] = {
        column.name: row(name)[column.name] if column.is_secret else example.get(column.name)
        for column in CONTRACTS[name].columns
    }
    checked = staging.check(workshop(), CONTRACTS[name], [table(name, [record])])
    assert checked.findings.to_pylist() == []


def test_every_expectation_of_a_release_says_something() -> None:
    expectations = Expectations(CONTRACTS, workshop().catalogue, workshop().outline)
    told_of = [(line["dataset"], line["code"], line["column_name"]) for line in expectations.rows()]
    assert len(set(told_of)) == len(told_of)
    assert {code for _, code, column in told_of if not column} == set(FILE_SENTENCES)
    for line in expectations.rows():
        secret = (
            line["dataset"] and CONTRACTS[line["dataset"]].column(line["column_name"]).type == "person_secret"
        )
        assert CHINESE.search(line["expected"]) or secret, line


# ---- spellings ----------------------------------------------------------------------------------

HEADINGS = [
    (name, column.name, heading)
    for name, contract in CONTRACTS.items()
    for column in contract.columns
    for heading in (column.zh, *column.aliases)
]
OPTIONS = [
    (name, column.name)
    for name, contract in CONTRACTS.items()
    for column in contract.columns
    if column.type in ("enum", "boolean")
]


@pytest.mark.parametrize(("dataset", "column", "heading"), HEADINGS)
def test_every_heading_is_read_as_its_column(dataset: str, column: str, heading: str) -> None:
    sheet = Sheet(dataset, [row(dataset)], headings={column: heading})
    cells = [[None if cell is None else str(cell) for cell in line] for line in sheet.grid()]
    (found,), findings = _recogniser().tables("0" * 64, "a.xlsx", [Cells(CONTRACTS[dataset].zh, cells)])
    assert not findings
    assert found.dataset == dataset
    assert found.headings[column] == heading


def test_no_heading_that_means_something_is_passed_over() -> None:
    assert not {normalise_heading(heading) for _, _, heading in HEADINGS} & IGNORED_HEADINGS


@pytest.mark.parametrize(("dataset", "column"), OPTIONS)
def test_every_spelling_of_an_option_is_read_as_this_option(dataset: str, column: str) -> None:
    contract = CONTRACTS[dataset]
    values = options(contract.column(column), ())
    spellings = [(spelling, value.code) for value in values for spelling in value.spellings]
    assert len({spelling for spelling, _ in spellings}) == len(spellings), "one spelling, one option"
    records = [
        one | {column: text} for one, (text, _) in zip(rows(dataset, len(spellings)), spellings, strict=True)
    ]
    accepted = staging.check(workshop(), contract, [table(dataset, records)]).accepted[column].to_pylist()
    codes = [code for _, code in spellings]
    assert [str(value).lower() if isinstance(value, bool) else value for value in accepted] == codes


@pytest.mark.parametrize("name", CONTRACTS)
def test_everything_that_viewers_read_is_named_in_both_languages(name: str) -> None:
    contract = CONTRACTS[name]
    named = [(contract.zh, contract.en), *((column.zh, column.en) for column in contract.columns)]
    named += [(value.zh, value.en) for column in contract.columns for value in column.values]
    named += [(rule.zh, rule.en) for rule in contract.rules]
    for zh, en in named:
        assert CHINESE.search(zh)
        assert en
        assert not CHINESE.search(en)


def test_every_type_of_column_is_used_and_explained() -> None:
    used = {column.type for contract in CONTRACTS.values() for column in contract.columns}
    assert used == {*EXPECTED, "person_secret"}


def test_the_examples_in_hints_are_themselves_readable() -> None:
    assert crs_name(EXPECTED["crs"][1]) == "GCJ-02"
    assert date.fromisoformat(EXPECTED["date"][1])
    assert time.fromisoformat(EXPECTED["time"][1])
    assert tables.parse_quarter(FILE_SENTENCES["no_period"][1])


# ---- a contract that is wrong -------------------------------------------------------------------

SOUND = """
name = "visits"
zh = "走访"
en = "Visits"
slice = "quarter"
key = ["visited_on"]
[[column]]
name = "visited_on"
zh = "走访日期"
en = "Visited on"
type = "date"
aliases = ["日期"]
[[column]]
name = "kind"
zh = "类型"
en = "Kind"
type = "enum"
  [column.values]
  home = { zh = "入户", en = "At home" }
[[rule]]
code = "in_future"
column = "visited_on"
severity = "row"
valid = "visited_on < date '2099-01-01'"
zh = "日期在将来"
en = "in the future"
"""
MISTAKES = {
    "a name that is not the folder's": ('name = "visits"', 'name = "visit"', "folder"),
    "an unknown slice": ('slice = "quarter"', 'slice = "month"', "slice"),
    "a key that is no column": ('key = ["visited_on"]', 'key = ["seen_on"]', "key"),
    "one heading for two columns": ('zh = "类型"', 'zh = "日期"', "headings used twice"),
    "an unknown type": ('type = "date"', 'type = "day"', "column type"),
    "an enum without values": ("  [column.values]\n  home", "  [column.other]\n  home", "other"),
    "a rule about no column": ('column = "visited_on"', 'column = "seen_on"', "rule"),
    "an unknown severity": ('severity = "row"', 'severity = "fatal"', "fatal"),
    "a missing part": ('en = "Visits"', "", "en"),
    "an unknown part": ('aliases = ["日期"]', 'alias = ["日期"]', "alias"),
}


def written(folder: Path, text: str) -> Path:
    place = folder / "visits" / "dataset.toml"
    place.parent.mkdir()
    place.write_text(text, encoding="utf-8")
    return folder


def test_a_sound_contract_is_read(tmp_path: Path) -> None:
    assert list(load_contracts(written(tmp_path, SOUND))) == ["visits"]


@pytest.mark.parametrize(("found", "instead", "word"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_contract_is_told_with_the_file(
    tmp_path: Path, found: str, instead: str, word: str
) -> None:
    assert found in SOUND
    with pytest.raises(ContractError, match=word) as mistake:
        load_contracts(written(tmp_path, SOUND.replace(found, instead)))
    assert "dataset.toml" in str(mistake.value)
