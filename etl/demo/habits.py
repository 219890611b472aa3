"""How each committee fills in its workbooks: headings, order of columns, forms of dates, layout.

Committees do not follow one template. The habits are dealt out, so that every form occurs in a
district of any size that has enough committees for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

from etl.contract import Contract
from etl.demo.allotment import deal
from etl.demo.district import Committee, District

DateForm = Literal["excel", "chinese", "dot", "slash", "iso"]
HeadForm = Literal["cells", "one_cell", "label_and_value"]
TotalForm = Literal["bottom", "bottom_formula", "top"]

DATE_FORMS: dict[DateForm, float] = {"excel": 0.62, "chinese": 0.13, "slash": 0.11, "dot": 0.09, "iso": 0.05}
HEAD_FORMS: dict[HeadForm, float] = {"cells": 0.66, "one_cell": 0.2, "label_and_value": 0.14}
TOTAL_FORMS: dict[TotalForm, float] = {"bottom": 0.64, "bottom_formula": 0.2, "top": 0.16}
CRS = {"GCJ-02": 0.8, "WGS-84": 0.11, "BD-09": 0.09}
# Columns that may stand first: a total row puts its label there.
MAY_LEAD = {"text", "date", "enum", "person_secret"}


@dataclass(frozen=True)
class SheetHabit:
    """One dataset's sheet as one committee lays it out."""

    columns: tuple[str, ...]
    headings: Mapping[str, str]  # column -> heading
    labels: Mapping[str, Mapping[str, str]]  # enum column -> code -> label


@dataclass(frozen=True)
class Habit:
    written_name: str
    sheets: Mapping[str, SheetHabit]
    date_form: DateForm
    head_form: HeadForm
    total_form: TotalForm
    numbered: bool  # a 序号 column in front
    with_remarks: bool  # a 备注 column at the end
    blank_row_above_header: bool
    loose_numbers: float  # share of numbers written as １２０, 120人 or 1,200
    item_aliases: bool
    crs: str
    crs_in_column: bool  # in a column of its own instead of above the table
    explains: bool  # adds a sheet with nothing but text


def deal_habits(district: District, contracts: Mapping[str, Contract], rng: Random) -> dict[str, Habit]:
    """The habits of each committee, by its code."""
    committees = district.committees
    count = len(committees)
    date_forms = deal(rng, count, DATE_FORMS)
    head_forms = deal(rng, count, HEAD_FORMS)
    total_forms = deal(rng, count, TOTAL_FORMS)
    systems = deal(rng, count, CRS)
    aliased = deal(rng, count, {False: 0.66, True: 0.34})
    reordered = deal(rng, count, {False: 0.77, True: 0.23})
    numbered = deal(rng, count, {True: 0.6, False: 0.4})
    remarks = deal(rng, count, {True: 0.4, False: 0.6})
    blank_rows = deal(rng, count, {False: 0.8, True: 0.2})
    loose = deal(rng, count, {0.0: 0.7, 0.03: 0.2, 0.15: 0.1})
    crs_columns = deal(rng, count, {False: 0.85, True: 0.15})
    explaining = deal(rng, count, {False: 0.7, True: 0.3})
    layouts = [rng.random() for _ in committees]
    names = deal(rng, count, {"full": 0.7, "short": 0.17, "party": 0.13})
    return {
        committee.code: Habit(
            written_name=_written_name(committee, names[i], rng),
            # Chance of its own for each ledger: a new one leaves the others as they were.
            sheets={
                name: _sheet_habit(
                    contract, aliased[i], reordered[i], crs_columns[i], Random(f"{layouts[i]}/{name}")
                )
                for name, contract in contracts.items()
            },
            date_form=date_forms[i],
            head_form=head_forms[i],
            total_form=total_forms[i],
            numbered=numbered[i],
            with_remarks=remarks[i],
            blank_row_above_header=blank_rows[i],
            loose_numbers=loose[i],
            item_aliases=aliased[i],
            crs=systems[i],
            crs_in_column=crs_columns[i],
            explains=explaining[i],
        )
        for i, committee in enumerate(committees)
    }


def _written_name(committee: Committee, form: str, rng: Random) -> str:
    """The committee as it calls itself above its tables."""
    if form == "party":
        return committee.name.replace("联合党委", "党委")
    if form == "short" and committee.other_names:
        return rng.choice(committee.other_names)
    return committee.name


def _sheet_habit(
    contract: Contract, aliased: bool, reordered: bool, crs_in_column: bool, rng: Random
) -> SheetHabit:
    columns = [column for column in contract.columns if column.type != "crs" or crs_in_column]
    if reordered:
        rng.shuffle(columns)
        lead = next(index for index, column in enumerate(columns) if column.type in MAY_LEAD)
        columns.insert(0, columns.pop(lead))
    headings = {
        column.name: rng.choice(column.aliases)
        if aliased and column.aliases and rng.random() < 0.6
        else column.zh
        for column in columns
    }
    labels = {
        column.name: {
            value.code: rng.choice(value.spellings) if aliased and rng.random() < 0.5 else value.zh
            for value in column.values
        }
        for column in columns
        if column.values
    }
    return SheetHabit(tuple(column.name for column in columns), headings, labels)
