"""Workbooks for clerks to fill in: drop-down lists, checks of what is typed, an example, and what each column means.

Everything comes from the contracts, so that a template that was filled in as it asks loads without a
finding. The example row, the instructions and the lists are recognised and passed over (marks.py).
Columns of names and phone numbers are left out: the program does not want them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from etl import marks
from etl.contract import Column, Contract
from etl.expectations import Expectations
from etl.result_sheet import FONT
from etl.staging import Workshop
from etl.tables import Period

HEADER_ROW, EXAMPLE_ROW, FIRST_ROW = 5, 6, 7  # of a template's sheet, as Excel counts
_ROWS = 500  # that carry checks; more may be added below
_LISTS = "选项"
_CREATED = date(2021, 1, 1)  # the same contract, the same bytes
_WIDTHS = {"date": 15, "time": 11, "integer": 11, "number": 13, "boolean": 12, "person_id": 24, "longitude": 13, "latitude": 13}  # fmt: skip
_INSTRUCTIONS = (
    "一、每张工作表是一种台账，一行填一条；没有内容的台账可以整张删去。",
    "二、带 * 的列必须填写。有下拉箭头的列请从中选择；其余各列的要求见下表。",
    "三、“示例”一行供参考，装入时不读取，可以不删。请不要改动表头的文字。",
    "四、合计行可有可无；不要填写个人姓名和电话，身份证号只在党员台账中填写。",
)


@dataclass(frozen=True)
class Sender:
    """Whose template it is; all empty for one that anybody may fill in. `units`: names to choose from."""

    code: str = ""
    name: str = ""
    units: Sequence[str] = ()


class _Book:
    """A workbook in the making, with its formats and the hidden sheet of lists."""

    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(path)
        self.book.set_properties({"created": _CREATED})
        base = {"font_name": FONT, "font_size": 10.5, "valign": "vcenter"}
        boxed = base | {"border": 1, "border_color": "#C9CED6"}
        looks: dict[str, dict[str, Any]] = {
            "title": base | {"font_size": 16, "bold": True, "align": "center"},
            "label": base | {"bold": True, "align": "right", "font_color": "#4A5360"},
            "given": base
            | {"bottom": 1, "bottom_color": "#9AA3AE", "num_format": "yyyy-mm-dd", "align": "left"},
            "own": base | {"font_size": 9, "font_color": "#6B7480"},
            "line": base,
            "needed": boxed | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#D5E3F2"},
            "optional": boxed | {"align": "center", "text_wrap": True, "bg_color": "#EDF1F6"},
            "example": boxed
            | {"italic": True, "font_color": "#6B7480", "bg_color": "#F6F3E8", "text_wrap": True},
            "text": boxed | {"num_format": "@", "text_wrap": True},
            "date": boxed | {"num_format": "yyyy-mm-dd", "align": "left"},
            "time": boxed | {"num_format": "hh:mm", "align": "left"},
            "number": boxed | {"num_format": "General", "align": "right"},
            "cell": boxed | {"text_wrap": True},
        }
        self.formats = {name: self.book.add_format(look) for name, look in looks.items()}
        self._lists: dict[tuple[str, ...], str] = {}
        self._list_sheet: Any = None

    def source_of(self, options: Sequence[str]) -> str:
        """The formula for a drop-down list; equal lists are written once."""
        key = tuple(options)
        if key not in self._lists:
            at = len(self._lists)
            assert self._list_sheet is not None
            for row, text in enumerate(key, start=1):
                self._list_sheet.write_string(row, at, text)
            letter = xl_col_to_name(at)
            self._lists[key] = f"='{_LISTS}'!${letter}$2:${letter}${len(key) + 1}"
        return self._lists[key]

    def add_lists(self) -> None:
        self._list_sheet = self.book.add_worksheet(_LISTS)
        self._list_sheet.write_string(0, 0, marks.OWN_SHEET)
        self._list_sheet.very_hidden()


def write_template(
    path: Path, workshop: Workshop, contracts: Sequence[Contract], sender: Sender, period: Period | None
) -> None:
    """One workbook with a sheet for each contract and the instructions in front."""
    expectations = Expectations(workshop.contracts, workshop.catalogue, workshop.outline)
    made = _Book(path)
    guide = made.book.add_worksheet(marks.GUIDE_SHEET)
    sheets = [made.book.add_worksheet(contract.zh[:31]) for contract in contracts]
    made.add_lists()
    _write_guide(made, guide, contracts, expectations, period, workshop.settings.due_days)
    for contract, sheet in zip(contracts, sheets, strict=True):
        _write_sheet(made, sheet, contract, workshop, expectations, sender, period)
    (sheets[0] if len(sheets) == 1 else guide).activate()
    made.book.close()


def columns_of(contract: Contract) -> list[Column]:
    """Those that a template asks for."""
    return [column for column in contract.columns if column.type != "person_secret"]


def _write_sheet(
    made: _Book, sheet: Any, contract: Contract, workshop: Workshop, expectations: Expectations, sender: Sender,
    period: Period | None,
) -> None:  # fmt: skip
    formats, columns = made.formats, columns_of(contract)
    last = len(columns)
    sheet.merge_range(0, 0, 0, last, f"{contract.zh}台账", formats["title"])
    sheet.set_row(0, 30)
    for row, (label, given) in enumerate(
        (("填报单位：", sender.name), ("填报期：", period.label if period else ""), ("填报时间：", "")),
        start=1,
    ):
        sheet.write_string(row, 0, label, formats["label"])
        sheet.merge_range(row, 1, row, min(3, last), given, formats["given"])
        sheet.set_row(row, 20)
    _check_above(made, sheet, workshop, sender)
    sheet.set_column(0, 0, 11)
    sheet.set_row(HEADER_ROW - 1, 32)
    sheet.write_string(HEADER_ROW - 1, 0, "序号", formats["optional"])
    sheet.write_string(EXAMPLE_ROW - 1, 0, marks.EXAMPLE, formats["example"])
    window = (period.first_on, period.last_on) if period else None
    examples = expectations.example_row(contract, window or (date(2021, 10, 1), date(2021, 12, 31)))
    for at, column in enumerate(columns, start=1):
        heading = column.zh + ("*" if column.required else "")
        sheet.write_string(HEADER_ROW - 1, at, heading, formats["needed" if column.required else "optional"])
        sheet.write_string(EXAMPLE_ROW - 1, at, examples.get(column.name, ""), formats["example"])
        sheet.set_column(
            at, at, _WIDTHS.get(column.type, 26 if column.max_length and column.max_length > 40 else 16)
        )
        _check_column(made, sheet, at, column, workshop, expectations, sender, window)
    look = [_look(column) for column in columns]
    for row in range(FIRST_ROW - 1, FIRST_ROW - 1 + _ROWS):
        sheet.write_blank(row, 0, None, formats["cell"])
        for at, name in enumerate(look, start=1):
            sheet.write_blank(row, at, None, formats[name])
    sheet.freeze_panes(HEADER_ROW, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW - 1)
    sheet.print_area(0, 0, FIRST_ROW + 18, last)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _check_above(made: _Book, sheet: Any, workshop: Workshop, sender: Sender) -> None:
    names = [
        row["name"] for row in workshop.reference.organisations if row["level"] == "3" and not row["valid_to"]
    ]
    if not sender.name and names:
        sheet.data_validation(1, 1, 1, 1, {"validate": "list", "source": made.source_of(names), "error_type": "warning",
                                           "input_title": "填报单位", "input_message": "请从名册中选择"})  # fmt: skip
    sheet.data_validation(
        2, 1, 2, 1, {"validate": "any", "input_title": "填报期", "input_message": "例如 2021年第四季度"}
    )
    sheet.data_validation(
        3,
        1,
        3,
        1,
        {"validate": "any", "input_title": "填报时间", "input_message": "报送的日期，例如 2022-01-10"},
    )


def _look(column: Column) -> str:
    if column.type in {"date", "time"}:
        return column.type
    return "number" if column.type in {"integer", "number", "longitude", "latitude"} else "text"


def _check_column(
    made: _Book, sheet: Any, at: int, column: Column, workshop: Workshop, expectations: Expectations, sender: Sender,
    window: tuple[date, date] | None,
) -> None:  # fmt: skip
    """What Excel lets a clerk type, and what it says when a cell is chosen."""
    expected = expectations.of_column(column, window).expected
    if column.type in {"enum", "catalogue_item"}:
        expected = "请从下拉列表中选择"
    said = {"input_title": column.zh[:32], "input_message": f"{column.meaning}。{expected}"[:255],
            "error_title": "填写有误", "error_message": f"{column.zh}：{expected}"[:255]}  # fmt: skip
    check = _check(made, column, workshop, sender, window) or {"validate": "any"}
    sheet.data_validation(
        FIRST_ROW - 1, at, FIRST_ROW + _ROWS - 2, at, {"ignore_blank": True, **check, **said}
    )


def _check(
    made: _Book, column: Column, workshop: Workshop, sender: Sender, window: tuple[date, date] | None
) -> dict[str, Any] | None:
    options = {
        "enum": [value.zh for value in column.values],
        "boolean": ["是", "否"],
        "catalogue_item": [value.zh for value in workshop.catalogue],
        "crs": ["GCJ-02", "BD-09", "WGS-84"],
        "unit": list(sender.units) if column.name == "unit_name" else [],
    }.get(column.type)
    if options:
        # A unit that signed yesterday is in no list yet.
        return {"validate": "list", "source": made.source_of(options),
                "error_type": "information" if column.type == "unit" else "stop"}  # fmt: skip
    match column.type:
        case "date":
            first, last = window if window and column.in_period else (date(1949, 10, 1), date(2099, 12, 31))
            return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last,
                    "error_type": "warning" if column.range_end else "stop"}  # fmt: skip
        case "time":
            return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
        case "integer" | "number":
            kind = "integer" if column.type == "integer" else "decimal"
            low = column.min if column.min is not None else 0
            high = column.max if column.max is not None else 1_000_000
            return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
        case "longitude" | "latitude":
            most = 180 if column.type == "longitude" else 90
            return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": most}
        case "person_id":
            return {"validate": "length", "criteria": "between", "minimum": 15, "maximum": 34}
        case "text" | "unit" if column.max_length:
            return {"validate": "length", "criteria": "<=", "value": column.max_length}
    return None


def _write_guide(
    made: _Book, sheet: Any, contracts: Sequence[Contract], expectations: Expectations, period: Period | None,
    due_days: int,
) -> None:  # fmt: skip
    formats = made.formats
    for at, width in enumerate((14, 20, 7, 40, 44, 26)):
        sheet.set_column(at, at, width)
    sheet.write_string(0, 0, marks.OWN_SHEET, formats["own"])
    sheet.merge_range(1, 0, 1, 5, marks.GUIDE_SHEET, formats["title"])
    sheet.set_row(1, 30)
    row = 2
    for line in (*_INSTRUCTIONS, f"五、季度结束后 {due_days} 天内报送。"):
        sheet.write_string(row, 0, line, formats["line"])
        sheet.set_row(row, 19)
        row += 1
    row += 1
    for at, heading in enumerate(("台账", "列", "必填", "含义", "应填", "示例")):
        sheet.write_string(row, at, heading, formats["needed"])
    sheet.repeat_rows(row)
    window = (period.first_on, period.last_on) if period else None
    for contract in contracts:
        for column in columns_of(contract):
            row += 1
            told = expectations.of_column(column, window)
            texts = (
                contract.zh,
                column.zh,
                "是" if column.required else "",
                column.meaning,
                told.expected,
                told.example,
            )
            for at, text in enumerate(texts):
                sheet.write_string(row, at, text, formats["cell"])
            lines = max(
                -(-len(text) * 2 // (width - 2))
                for text, width in zip(texts, (14, 20, 7, 40, 44, 26), strict=True)
            )
            sheet.set_row(row, 16.5 * max(lines, 1) + 4)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def file_name(contracts: Sequence[Contract], sender: Sender, period: Period | None, total: int) -> str:
    """东桥社区联合党委_2021-Q4_活动台账模板.xlsx"""
    what = f"{contracts[0].zh}台账模板" if len(contracts) < total else "台账模板"
    return "_".join(filter(None, (sender.name, period.key if period else "", what))) + ".xlsx"


def senders(workshop: Workshop, units: Mapping[str, Sequence[str]]) -> list[Sender]:
    """The committees that exist, in the order of the reference. `units`: committee -> names of its units."""
    return [
        Sender(row["code"], row["name"], tuple(units.get(row["code"], ())))
        for row in workshop.reference.organisations
        if row["level"] == "3" and not row["valid_to"]
    ]
