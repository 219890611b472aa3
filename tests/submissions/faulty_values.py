"""What stands in the cells: numbers, days, names, persons' numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from etl.people import check_digit
from tests.submissions.faulty_layouts import A, book
from tests.submissions.make import Sheet, Value, row, rows


def column(name: str, *values: Value, dataset: str = A) -> Callable[[Path], object]:
    """One record for each value of a column."""
    free = {"attended_count": None} if name == "head_count" else {}
    records = [
        one | free | {name: value} for one, value in zip(rows(dataset, len(values)), values, strict=True)
    ]
    return book(Sheet(dataset, records))


def days_of_1904(path: Path) -> None:
    with xlsxwriter.Workbook(path, {"date_1904": True}) as out:
        page, day = out.add_worksheet("活动"), out.add_format({"num_format": "yyyy-mm-dd"})
        for row_no, line in enumerate(Sheet(A, rows(A, 2, held_on=date(2021, 11, 5))).grid()):
            for column_no, value in enumerate(line):
                if isinstance(value, date):
                    page.write_datetime(row_no, column_no, value, day)
                elif value is not None:
                    page.write(row_no, column_no, value)


def ending_in_zeros(count: int) -> Sequence[str]:
    """Numbers of nobody that were cut to 000 and have the right check digit all the same."""
    found = []
    for number in range(10_000):
        first17 = f"9999991980{1 + number // 28 % 12:02}{1 + number % 28:02}{number % 100:01}"[:14] + "000"
        if check_digit(first17) == "0" and first17 + "0" not in found:
            found.append(first17 + "0")
        if len(found) == count:
            break
    return found


FILES: dict[str, tuple[str, str, Callable[[Path], object]]] = {
    "numbers-full-width": (".xlsx", "full-width digits", column("head_count", "３０", "３０人", "１，２００")),
    "numbers-written-out": (".xlsx", "numerals", column("head_count", "三十", "一百二十", "二〇", "一千零五人")),
    "numbers-approximate": (".xlsx", "approximate numbers", column("head_count", "约30人", "30余", "三十多人", "近40", "30人左右")),
    "numbers-unclear": (".xlsx", "what may be two numbers or none", column("head_count", "一百二", "1,2", "30-40", "若干", "30/40")),
    "numbers-as-text": (".xlsx", "numbers kept as text", column("head_count", "30", "30.0", "1,200", "30 人")),
    "numbers-beyond-bounds": (".xlsx", "numbers too small and too large", column("head_count", -5, 20001)),
    "numbers-with-decimals": (".xlsx", "a part of a person", column("head_count", 30.5, 30.0)),
    "attendances-below-heads": (".xlsx", "fewer attendances than heads", book(Sheet(A, [row(A, head_count=50, attended_count=45)]))),
    "days-in-every-form": (".xlsx", "days in every usual form",
                           column("held_on", "2021年11月5日", "2021.11.5", "2021/11/5", "２０２１－１１－０５", "20211105", date(2021, 11, 5),
                                  "二〇二一年十一月五日", "2021年11月5日（星期五）", "2021-11-05 14:30")),
    "days-without-year": (".xlsx", "days without a year, which the quarter gives", column("held_on", "11月5日", "11/6", "十一月七日", "11.08")),
    "days-as-numbers": (".xlsx", "6.30 typed as a number", column("held_on", 11.1, 11.15, 11.3)),
    "days-as-text": (".xlsx", "11.10 kept as text", column("held_on", "11.1", "11.10", "11.30")),
    "days-as-serials": (".xlsx", "Excel's numbers for days", column("held_on", 44505, "44506", 44507.75)),
    "days-of-1904": (".xlsx", "days counted from 1904", days_of_1904),
    "day-ranges": (".xlsx", "ranges of days", column("held_on", "2021/11/5-11/6", "2021年11月5日至7日", "11月5日-11月6日", "11.5-11.7", "2021-11-05～2021-11-09")),
    "day-range-backwards": (".xlsx", "a range that ends before it starts", column("held_on", "2021-11-07至2021-11-05")),
    "days-impossible": (".xlsx", "days that are none", column("held_on", "2021-11-31", "2021年13月1日", "十一月", "5", "11-5", "2021年11月5日、6日")),
    "days-outside-quarter": (".xlsx", "days of another quarter", column("held_on", "2021-09-30", "2022-01-01", "1月5日")),
    "ledger-days-without-year": (".xlsx", "days without a year in a ledger of many years", column("signed_on", "3月5日", "6.30", dataset="member_units")),
    "text-with-blanks": (".xlsx", "blanks before, behind and within",
                         book(Sheet(A, [row(A, title="  清洁河岸　", activity_type=" 志愿 服务 ", venue="河岸广场 ")]))),
    "text-too-long": (".xlsx", "a title of 121 characters", book(Sheet(A, [row(A, title="长" * 121)]))),
    "text-like-formula": (".xlsx", "texts that a spreadsheet would run", column("title", "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3")),
    "text-with-controls": (".xlsx", "line breaks and an emoji in a title", column("title", "清洁\n河岸", "清洁河岸🌊")),
    "option-unknown": (".xlsx", "a type of activity that is none", column("activity_type", "志愿服务活动", "座谈交流会")),
    "item-unknown": (".xlsx", "an item outside the catalogue", column("item_code", "河道清理", "扫地")),
    "required-empty": (".xlsx", "what must be filled in is not", book(Sheet(A, [row(A, title=None), row(A, title="/")]))),
    "record-twice": (".xlsx", "the same record twice", book(Sheet(A, [row(A), row(A)]))),
    "two-faults-in-a-row": (".xlsx", "two faults in one row", book(Sheet(A, [row(A, head_count=-5, activity_type="座谈交流会")]))),
    "persons": (".xlsx", "persons' numbers, all in order", book(Sheet("members", rows("members", 3)))),
    "persons-damaged": (".xlsx", "persons' numbers that went through a number format",
                        column("person_key", 999999198001010000, "9.99999198001E+17", dataset="members")),
    "persons-wrong": (".xlsx", "persons' numbers with a wrong digit", column("person_key", "999999198001010011", "99999919800101", dataset="members")),
    "persons-cut-to-zeros": (".xlsx", "persons' numbers that all end in 000", column("person_key", *ending_in_zeros(4), dataset="members")),
    "position-swapped": (".xlsx", "longitude and latitude the wrong way round",
                         book(Sheet("service_points", [row("service_points", longitude=30.02, latitude=104.02)]))),
    "position-without-system": (".xlsx", "a position in no stated system", book(Sheet("service_points", [row("service_points", crs=None)]))),
    "position-outside": (".xlsx", "a position in another county", book(Sheet("service_points", [row("service_points", longitude=108.3)]))),
}  # fmt: skip
