"""Small submissions for tests, written so that the one fault stands in the call.

    workbook(path, Sheet("activities", [row("activities", head_count=-5)]))

writes a workbook as a committee of the invented county 青河县 (the folder beside this file) would
send it: a title, 填报单位 and 填报时间, the headings in row 3, records from row 4 on. Without changes
every record is free of faults.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import xlsxwriter

from etl.contract import load_contracts
from etl.people import check_digit
from tests.submissions import mechanisms

QINGHE = Path(__file__).parent / "qinghe"
DONGQIAO, XIQIAO, LAOQIAO = "990001001001", "990001001002", "990001001003"
LIUWAN, LIUWANNAN = "990001101001", "990001101002"
HEADER_ROW, FIRST_ROW = 3, 4

Value = str | int | float | bool | date | None
CONTRACTS = load_contracts()


def identity_number(number: int) -> str:
    """A well-formed number of a place that does not exist; different numbers, different persons."""
    first17 = f"9999991980{1 + number // 27 % 12:02}{1 + number % 27:02}{number % 1000:03}"
    return first17 + check_digit(first17)


_GOOD: dict[str, dict[str, Value]] = {
    "activities": {
        "held_on": "2021-11-05",
        "title": "清洁河岸",
        "activity_type": "志愿服务",
        "themed": "是",
        "item_code": "河道清理",
        "unit_name": None,
        "venue": "河岸广场",
        "head_count": 30,
        "attended_count": 45,
        "volunteer_hours": 60.5,
    },
    "member_units": {
        "unit_name": "青河县第一小学",
        "unit_kind": "学校",
        "sector": "教育",
        "member_count": 25,
        "signed_on": "2020-03-01",
        "ends_on": "2023-02-28",
    },
    "members": {
        "person_name": "演示甲",
        "person_key": identity_number(1),
        "phone": "13900000001",
        "unit_name": "青河县第一小学",
        "member_status": "正式党员",
        "since_on": "2020-06-01",
        "until_on": None,
    },
    "service_points": {
        "point_name": "河岸联系点",
        "point_kind": "小区楼栋",
        "longitude": 104.02,
        "latitude": 30.02,
        "crs": "WGS-84",
        "unit_name": None,
        "opened_on": "2020-01-15",
        "closed_on": None,
    },
    **mechanisms.GOOD,
}
_VARIED = {
    "activities": "title",
    "member_units": "unit_name",
    "service_points": "point_name",
    **mechanisms.VARIED,
}


def row(dataset: str, **changes: Value) -> dict[str, Value]:
    """A faultless record of a dataset, column name -> value, with some values changed."""
    assert changes.keys() <= _GOOD[dataset].keys(), changes
    return _GOOD[dataset] | changes


def rows(dataset: str, count: int, **changes: Value) -> list[dict[str, Value]]:
    """Several records that are different ones by the contract's key."""
    if dataset == "members":
        return [row(dataset, **{"person_key": identity_number(n)} | changes) for n in range(1, count + 1)]
    name = _VARIED[dataset]
    return [row(dataset, **{name: f"{_GOOD[dataset][name]}{n}"} | changes) for n in range(1, count + 1)]


@dataclass(frozen=True)
class Sheet:
    """One table as it stands on a sheet. `columns`: which of the contract's, and in which order."""

    dataset: str
    rows: Sequence[Mapping[str, Value]] = ()
    committee: str | None = "东桥社区联合党委"
    quarter: str | None = "2021年第四季度"
    reported: str | None = "2022-01-10"
    columns: Sequence[str] | None = None
    headings: Mapping[str, str] = field(default_factory=dict)  # column -> heading in place of the usual one
    beside: Sequence[tuple[str, Value]] = ()  # further columns: heading, value in every row
    below: Sequence[Sequence[Value]] = ()  # lines under the table
    name: str = ""

    @property
    def title(self) -> str:
        return self.name or CONTRACTS[self.dataset].zh

    def grid(self) -> list[list[Value]]:
        contract = CONTRACTS[self.dataset]
        columns = self.columns or [column.name for column in contract.columns]
        unit = f"填报单位：{self.committee}" if self.committee else None
        day = f"填报时间：{self.reported}" if self.reported else None
        return [
            [f"附件1　{self.quarter or ''}{contract.zh}台账"],
            [unit, None, day],
            [self.headings.get(name, contract.column(name).zh) for name in columns]
            + [h for h, _ in self.beside],
            *([one[name] for name in columns] + [value for _, value in self.beside] for one in self.rows),
            *map(list, self.below),
        ]


def workbook(path: Path, *sheets: Sheet | tuple[str, Sequence[Sequence[Value]]]) -> Path:
    """Write an .xlsx; a sheet is a Sheet, or a name with bare cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path)
    day_format = book.add_format({"num_format": "yyyy-mm-dd"})
    for sheet in sheets:
        title, grid = (sheet.title, sheet.grid()) if isinstance(sheet, Sheet) else sheet
        page = book.add_worksheet(title)
        for row_no, cells in enumerate(grid):
            for column_no, value in enumerate(cells):
                if isinstance(value, bool):
                    page.write_boolean(row_no, column_no, value)
                elif isinstance(value, int | float):
                    page.write_number(row_no, column_no, value)
                elif isinstance(value, date):
                    page.write_datetime(row_no, column_no, value, day_format)
                elif value is not None:
                    page.write_string(row_no, column_no, value)
    book.close()
    return path


def text_of(sheet: Sheet) -> str:
    """The same table as CSV text."""
    text = io.StringIO()
    csv.writer(text).writerows([["" if cell is None else cell for cell in line] for line in sheet.grid()])
    return text.getvalue()


def csv_file(path: Path, sheet: Sheet, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text_of(sheet).encode(encoding))
    return path
