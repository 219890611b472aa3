"""The clerk who gets a marked copy back and does in it what each finding says, knowing nothing else but
what only he can know: whose ledger it is, the persons' numbers, how many came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from etl.checking import Told
from tests.submissions.make import CONTRACTS, identity_number, row

COMMITTEE = "东桥社区联合党委"
_QUOTED = re.compile(r"[“「]([^”」]+)[”」]")


def corrected(copy: Path, findings: Sequence[Told], place: Path) -> Path:
    """The marked copy with every finding done, saved at `place`."""
    book = load_workbook(copy)
    for finding in findings:
        _do(book, finding)
    book.save(place)
    return place


def _do(book: Workbook, told: Told) -> None:
    sheet: Worksheet = book[told.sheet_name]
    match told.code:
        case "similar_column":  # 如果就是「参加人数」，请把表头改成这个名称
            sheet[told.cell] = _QUOTED.findall(told.hint)[0]
        case "missing_column":
            _add_column(sheet, told)
        case "unknown_column" | "duplicate_column" | "values_without_heading":
            row_no, column_no = coordinate_to_tuple(told.cell)
            for (cell,) in sheet.iter_rows(min_row=row_no, min_col=column_no, max_col=column_no):
                cell.value = None
        case "shared_number":
            _separate(sheet, told.cell)
        case "hidden_sheet" | "unrecognised_sheet" | "empty_sheet":  # 请删去这张表
            assert "删去" in told.hint
            del book[told.sheet_name]
        case "no_rows":  # 如果漏填，请补填
            sheet.append(list(row("activities").values()))
        case "duplicate_row":  # 否则删去一行
            assert told.row_no
            sheet.delete_rows(told.row_no)
        case "unknown_committee" | "no_period":  # 请在表头上方写明
            _above(
                sheet, _named(told, f"填报单位：{COMMITTEE}") if told.code != "no_period" else told.example
            )
        case "position_no_crs":
            _above(sheet, _QUOTED.findall(told.hint)[0])
        case "position_swapped":
            row_no, column_no = coordinate_to_tuple(told.cell)
            cells = sheet.cell(row_no, column_no), sheet.cell(row_no, column_no + 1)
            cells[0].value, cells[1].value = cells[1].value, cells[0].value
        case "unknown_owner" | "other_committee":
            sheet[told.cell] = _named(told, COMMITTEE)
        case "damaged_number" | "bad_person_id":
            sheet[told.cell] = identity_number(900 + int(told.row_no or 0))
        case _:
            assert told.cell, told
            assert told.example, told
            sheet[told.cell] = told.example


def _named(told: Told, otherwise: str) -> str:
    """The name that the hint suggests, as it is to be written there."""
    like = re.search("名册中相近的是“([^”]+)”", told.hint)
    name = like[1] if like else COMMITTEE
    return otherwise.replace(COMMITTEE, name)


def _above(sheet: Worksheet, line: str) -> None:
    merged = [str(area) for area in sheet.merged_cells.ranges]
    for area in merged:  # openpyxl moves cells, not what is merged
        sheet.unmerge_cells(area)
    sheet.insert_rows(1)
    sheet["A1"] = line


def _add_column(sheet: Worksheet, told: Told) -> None:
    assert told.row_no
    words = _QUOTED.findall(told.sentence)[-1], re.search("表头可写作：([^）、]+)", told.hint)
    assert words[1]
    like = re.search("表中的“([^”]+)”", told.hint)
    headings = {str(cell.value).strip(): cell for cell in sheet[told.row_no] if cell.value is not None}
    if like:  # 如果就是这一列，请改用上述写法
        headings[like[1]].value = words[1][1]
        return
    letter = get_column_letter(sheet.max_column + 1)
    sheet[f"{letter}{told.row_no}"] = words[1][1]
    column = next(column for column in CONTRACTS["activities"].columns if column.zh == words[0])
    for row_no in range(told.row_no + 1, sheet.max_row + 1):
        if sheet.cell(row_no, 1).value is not None:
            sheet[f"{letter}{row_no}"] = row("activities")[column.name]


def _separate(sheet: Worksheet, cell: str) -> None:
    area = next(area for area in sheet.merged_cells.ranges if cell in area)
    value = sheet[cell].value
    sheet.unmerge_cells(str(area))
    for row_no, column_no in area.cells:
        sheet.cell(row_no, column_no).value = value
