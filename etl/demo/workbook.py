"""Sheets of plain values -> an .xlsx workbook in a committee's own manner (XlsxWriter)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from etl.demo import words
from etl.demo.district import Committee, District
from etl.demo.habits import Habit
from etl.demo.mistakes import Mistake
from etl.demo.paper import FORMS, heading_of, note_of
from etl.demo.sheets import Row, SheetContent, Value
from etl.demo.timetable import Quarter

MEASURE_WORDS = {"head_count": "人", "attended_count": "次", "volunteer_hours": "小时", "member_count": "人"}
FULL_WIDTH_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True)
class Paper:
    """Everything that a workbook says of itself above its tables."""

    district: District
    committee: Committee
    habit: Habit
    quarter: Quarter
    reported_on: date
    due_days: int


def write_workbook(path: Path, paper: Paper, contents: Sequence[SheetContent], rng: Random) -> list[Mistake]:
    """Write one workbook. Returns the intended mistakes in it with the rows they came to stand in."""
    book = xlsxwriter.Workbook(str(path))
    # Fixed, so that the same seed gives the same bytes.
    book.set_properties(
        {
            "title": path.stem,
            "comments": "演示数据",
            "created": datetime(paper.reported_on.year, paper.reported_on.month, paper.reported_on.day, 9),
        }
    )
    formats = {
        "title": book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"}),
        "header": book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True}),
        "date": book.add_format({"num_format": "yyyy/m/d", "align": "left"}),
        "total": book.add_format({"bold": True}),
    }
    mistakes: list[Mistake] = []
    if paper.habit.explains:
        _write_explanation(book, paper, formats)
    for number, content in enumerate(contents, start=1):
        writer = _SheetWriter(book, formats, paper, content, rng)
        mistakes += [
            Mistake(path, FORMS[content.dataset].sheet, row, code) for row, code in writer.write(number)
        ]
    book.close()
    return mistakes


def chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _write_explanation(book: Any, paper: Paper, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("填报说明")
    sheet.set_column(0, 0, 80)
    for row, line in enumerate(words.EXPLANATION):
        text = line.format(due=paper.due_days, district=paper.district.name)
        sheet.write_string(row, 0, text, formats["title"] if row == 0 else None)


class _SheetWriter:
    def __init__(
        self, book: Any, formats: dict[str, Any], paper: Paper, content: SheetContent, rng: Random
    ) -> None:
        self._sheet = book.add_worksheet(FORMS[content.dataset].sheet)
        self._formats = formats
        self._paper = paper
        self._content = content
        self._form = FORMS[content.dataset]
        self._rng = rng
        self._layout = paper.habit.sheets[content.dataset]
        self._first_column = 1 if paper.habit.numbered else 0
        self._width = self._first_column + len(self._layout.columns) + int(paper.habit.with_remarks)

    def write(self, number: int) -> list[tuple[int, str]]:
        """Title, lines above the table, header, rows, total, note. Returns (Excel row, mistake)."""
        paper, habit, rows = self._paper, self._paper.habit, self._content.rows
        title = heading_of(paper.committee.name, paper.quarter, self._content.dataset, number)
        self._sheet.merge_range(0, 0, 0, self._width - 1, title, self._formats["title"])
        self._write_lines_above(1)
        header_row = 3 if habit.blank_row_above_header else 2
        self._write_header(header_row)
        first_row = header_row + 1 + int(habit.total_form == "top")
        for offset, row in enumerate(rows):
            self._write_row(first_row + offset, offset + 1, row)
        after = first_row + len(rows)
        total_row = header_row + 1 if habit.total_form == "top" else after
        self._write_total(total_row, first_row, after - 1)
        note = note_of(self._content.dataset, not rows, self._rng)
        self._sheet.write_string(after if habit.total_form == "top" else after + 1, 0, note)
        return [(first_row + offset + 1, row.fault) for offset, row in enumerate(rows) if row.fault]

    def _write_lines_above(self, row: int) -> None:
        habit, paper = self._paper.habit, self._paper
        lines = [
            ("填报单位", habit.written_name),
            ("填报时间", chinese_date(paper.reported_on)),
            ("填报期", paper.quarter.title),
        ]
        if "longitude" in self._layout.columns and not habit.crs_in_column:
            lines.append(("坐标系", habit.crs))
        if habit.head_form == "one_cell":
            text = "　　".join(f"{label}：{value}" for label, value in lines)
            self._sheet.merge_range(row, 0, row, self._width - 1, text)
        elif habit.head_form == "label_and_value":
            for position, (label, value) in enumerate(lines):
                self._sheet.write_string(row, position * 2, f"{label}：")
                self._sheet.write_string(row, position * 2 + 1, value)
        else:
            for position, (label, value) in enumerate(lines):
                self._sheet.write_string(row, position * 2, f"{label}：{value}")

    def _write_header(self, row: int) -> None:
        header = self._formats["header"]
        if self._first_column:
            self._sheet.write_string(row, 0, "序号", header)
            self._sheet.set_column(0, 0, 6)
        for position, column in enumerate(self._layout.columns, start=self._first_column):
            self._sheet.write_string(row, position, self._layout.headings[column], header)
            self._sheet.set_column(position, position, self._form.widths.get(column, 14))
        if self._paper.habit.with_remarks:
            self._sheet.write_string(row, self._width - 1, "备注", header)
        self._sheet.freeze_panes(row + 1, 0)

    def _write_row(self, at: int, number: int, row: Row) -> None:
        if self._first_column:
            self._sheet.write_number(at, 0, number)
        # A row with a mistake is written as it is: only the intended thing is wrong with it.
        loose = 0.0 if row.fault else self._paper.habit.loose_numbers
        for position, column in enumerate(self._layout.columns, start=self._first_column):
            self._write_value(at, position, column, row.values.get(column), loose)
        if self._paper.habit.with_remarks and (remark := self._rng.choice(words.REMARKS)):
            self._sheet.write_string(at, self._width - 1, remark)

    def _write_value(self, at: int, position: int, column: str, value: Value, loose: float) -> None:
        sheet = self._sheet
        if value is None or value == "":
            return
        if isinstance(value, str):
            text = self._layout.labels[column].get(value, value) if column in self._layout.labels else value
            sheet.write_string(at, position, text)
        elif isinstance(value, tuple):
            sheet.write_string(at, position, range_text(value[0], value[1], self._paper.habit.date_form))
        elif isinstance(value, date):
            if self._paper.habit.date_form == "excel":
                sheet.write_datetime(at, position, value, self._formats["date"])
            else:
                sheet.write_string(at, position, date_text(value, self._paper.habit.date_form))
        elif column in MEASURE_WORDS and loose and (value >= 1000 or self._rng.random() < loose):
            sheet.write_string(at, position, loose_number(value, MEASURE_WORDS[column], self._rng))
        else:
            sheet.write_number(at, position, value)

    def _write_total(self, at: int, first_row: int, last_row: int) -> None:
        total = self._formats["total"]
        self._sheet.write_string(at, 0, "合计", total)
        rows = self._content.rows
        summed = False
        for position, column in enumerate(self._layout.columns, start=self._first_column):
            if column not in self._form.summed or position == 0:
                continue
            numbers = [row.values[column] for row in rows if isinstance(row.values[column], int | float)]
            value = sum(numbers)  # type: ignore[arg-type]
            summed = True
            # A formula over cells that hold text would not give this sum in Excel.
            if (
                self._paper.habit.total_form == "bottom_formula"
                and rows
                and not self._paper.habit.loose_numbers
            ):
                name = xl_col_to_name(position)
                self._sheet.write_formula(
                    at, position, f"=SUM({name}{first_row + 1}:{name}{last_row + 1})", total, value
                )
            else:
                self._sheet.write_number(at, position, value, total)
        if not summed:
            self._sheet.write_string(at, 1, f"共{len(rows)}条", total)


def date_text(day: date, form: str) -> str:
    return {
        "chinese": chinese_date(day),
        "dot": f"{day.year}.{day.month}.{day.day}",
        "iso": day.isoformat(),
    }.get(form, f"{day.year}/{day.month}/{day.day}")


def range_text(first: date, last: date, form: str) -> str:
    """A range in the committee's form of dates; the second part leaves out the year where usual."""
    return {
        "chinese": f"{chinese_date(first)}-{last.month}月{last.day}日",
        "dot": f"{date_text(first, form)}-{last.month}.{last.day}",
        "iso": f"{first.isoformat()}至{last.isoformat()}",
    }.get(form, f"{first.year}/{first.month}/{first.day}-{last.month}/{last.day}")


def loose_number(value: int | float, measure: str, rng: Random) -> str:
    """The same number as people also write it: full-width digits, with a measure word, with a comma."""
    if value >= 1000:
        return f"{value:,}"
    if value == int(value) and rng.random() < 0.5:
        return f"{value:g}".translate(FULL_WIDTH_DIGITS)
    return f"{value:g}{measure}"
