"""Where things stand on a sheet: headers, totals, notes, merged and hidden cells, several tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from tests.submissions.make import Sheet, Value, row, rows, workbook

Grid = list[list[Value]]
Make = Callable[[Path], object]
A = "activities"


def grid(dataset: str = A, count: int = 3, **changes: Any) -> Grid:
    return Sheet(dataset, rows(dataset, count), **changes).grid()


def book(*sheets: Sheet | tuple[str, Grid]) -> Make:
    return lambda path: workbook(path, *sheets)


def bare(cells: Grid, name: str = "活动") -> Make:
    return book((name, cells))


def merged(
    cells: Grid, areas: Sequence[str], name: str = "活动", hidden: Sequence[str] = (), formulas: Sequence[tuple[str, str, Any]] = ()
) -> Make:  # fmt: skip
    """A sheet with merged areas, further hidden sheets holding the same, and formulas: cell, formula, kept value."""

    def make(path: Path) -> None:
        with xlsxwriter.Workbook(path) as out:
            for title in (name, *hidden):
                page = out.add_worksheet(title)
                for row_no, line in enumerate(cells):
                    for column_no, value in enumerate(line):
                        if value is not None:
                            page.write(row_no, column_no, value)
                for area in areas:
                    first = area.split(":")[0]
                    at = xlsxwriter.utility.xl_cell_to_rowcol(first)
                    value = cells[at[0]][at[1]] if at[1] < len(cells[at[0]]) else None
                    page.merge_range(area, value if value is not None else "")
                for cell, formula, kept in formulas:
                    page.write_formula(cell, formula, None, kept)
                if title in hidden:
                    page.hide()

    return make


def two_rows(count: int = 3) -> Grid:
    """参加情况 over 人数 and 人次."""
    lines = grid(count=count)
    upper = lines[2]
    lower: list[Value] = [None] * len(upper)
    for at, (group, leaf) in {7: ("参加情况", "人数"), 8: (None, "人次")}.items():
        lower[at], upper[at] = leaf, group
    return [*lines[:3], lower, *lines[3:]]


def three_rows() -> Grid:
    lines = two_rows()
    over: list[Value] = [*["基本情况"], *[None] * 6, "规模", None, "规模（时长）"]
    return [*lines[:2], over, *lines[2:]]


def without(lines: Grid, start: str) -> Grid:
    return [[None if isinstance(c, str) and c.startswith(start) else c for c in line] for line in lines]


def uncalculated(path: Path) -> None:
    workbook(path, ("活动", grid()))
    out = openpyxl.load_workbook(path)
    out["活动"]["H5"] = "=15+15"
    out.save(path)


def shifted_total(label_at: int, label: str = "合计") -> list[Value]:
    line: list[Value] = [None] * 10
    line[label_at] = label
    line[8], line[9] = 90, 135
    return line


def with_column(name: str, values: Sequence[Value], lines: Grid) -> Grid:
    """A further column in front of a table with its header in row 3."""
    head = [[None, *line] for line in lines[:2]]
    return [
        *head,
        [name, *lines[2]],
        *([value, *line] for value, line in zip(values, lines[3:], strict=True)),
    ]


def beside(left: Grid, right: Grid) -> Grid:
    """Two tables under one preface, a blank column between them."""
    body = [[*a, None, *b] for a, b in zip(left[2:], right[2:], strict=True)]
    return [*left[:2], *body]


_UNITS = grid("member_units", 2)
_SECOND = grid(count=2, committee="西桥村")

FILES: dict[str, tuple[str, str, Make]] = {
    "plain": (".xlsx", "nothing wrong", book(Sheet(A, rows(A, 3)))),
    "title-merged": (".xlsx", "a title and 填报单位 in merged cells", merged(grid(), ["A1:J1", "A2:B2"])),
    "header-two-rows": (".xlsx", "a header of two rows with merged cells",
                        merged(two_rows(), ["H3:I3", *(f"{c}3:{c}4" for c in "ABCDEFGJ")])),
    "header-two-rows-unmerged": (".xlsx", "a header of two rows, nothing merged", bare(two_rows())),
    "header-three-rows": (".xlsx", "a header of three rows with merged cells",
                          merged(three_rows(), ["A3:G3", "H3:I3", "H4:I4", "J4:J5", *(f"{c}4:{c}5" for c in "ABCDEFG")])),
    "header-in-row-9": (".xlsx", "lines and blank rows above the header",
                        bare([*[[None], ["内部资料"]] * 3, *grid()])),
    "header-in-row-43": (".xlsx", "a long instruction above the table",
                         bare([*[[f"说明第{n}条：请逐项如实填写"] for n in range(1, 41)], *grid()])),
    "columns-reordered": (".xlsx", "columns in another order",
                          book(Sheet(A, rows(A, 3), columns=["title", "activity_type", "venue", "held_on", "head_count"]))),
    "columns-renamed": (".xlsx", "other usual headings",
                        book(Sheet(A, rows(A, 3), headings={"held_on": "开展时间", "title": "活动主题", "activity_type": "类别"}))),
    "heading-misspelt": (".xlsx", "an unknown heading that is close to a known one",
                         book(Sheet(A, rows(A, 3), headings={"head_count": "参加人员数"}))),
    "required-heading-misspelt": (".xlsx", "a required heading that is misspelt",
                                  book(Sheet(A, rows(A, 3), headings={"held_on": "活动时问"}))),
    "column-unknown": (".xlsx", "a column that nobody asked for", book(Sheet(A, rows(A, 3), beside=[("经办科室", "党建办")]))),
    "column-twice": (".xlsx", "two columns for one thing", book(Sheet(A, rows(A, 3), beside=[("日期", "2021-12-24")]))),
    "column-missing": (".xlsx", "a required column missing", book(Sheet(A, rows(A, 3), columns=["held_on", "title", "venue"]))),
    "total-on-top": (".xlsx", "a total above the records", bare([*grid()[:3], shifted_total(0), *grid()[3:]])),
    "total-at-bottom": (".xlsx", "a total below the records", bare([*grid(), shifted_total(0)])),
    "total-shifted": (".xlsx", "a total whose label stands in the second column", bare([*grid(), shifted_total(1, "合 计")])),
    "total-in-words": (".xlsx", "a total with its number in the same cell", bare([*grid(), ["本季度合计：3场"], [None, "小计", 3]])),
    "notes-below": (".xlsx", "notes and signatures below the table",
                    bare([*grid(), [None], ["注：1.人次为参加服务的总次数"], ["2.时长按小时计"],
                          ["填表人：某某", None, "审核人：某某", None, "填表日期：2022年1月10日"]])),
    "sections": (".xlsx", "titles of sections between the records",
                 bare([*grid()[:3], ["一、志愿服务类"], *grid()[3:5], ["二、其他"], *grid()[5:]])),
    "numbered-blank-rows": (".xlsx", "rows that hold nothing but their number",
                            bare(with_column("序号", [1, 2, 3, 4, 5], [*grid(), [None], [None]]))),
    "merged-day": (".xlsx", "one day in a merged cell for three records", merged(
        [*grid()[:4], [None, *grid()[4][1:]], [None, *grid()[5][1:]]], ["A4:A6"])),
    "merged-number": (".xlsx", "one number in a merged cell for three records", merged(
        [*grid()[:4], *([*line[:7], None, *line[8:]] for line in grid()[4:])], ["H4:H6"])),
    "blank-rows-and-columns": (".xlsx", "blank rows and columns in and around the table",
                               bare([[None], *([None, None, *line] for line in [*grid()[:4], [], *grid()[4:]])])),
    "values-without-heading": (".xlsx", "values beside the table without a heading",
                               bare([*grid()[:3], *([*line, "看这里"] for line in grid()[3:])])),
    "sheet-hidden": (".xlsx", "a ledger on a hidden sheet", merged(grid(), [], hidden=["旧表"])),
    "sheet-empty": (".xlsx", "an empty sheet beside a good one", book(Sheet(A, rows(A, 3)), ("Sheet2", []))),
    "sheet-of-something-else": (".xlsx", "a table of something else beside a good one",
                                book(Sheet(A, rows(A, 3)), ("车辆", [["车牌", "司机", "里程"], *[["甲", "乙", 3]] * 3]))),
    "headings-only": (".xlsx", "headings and no records", book(Sheet(A))),
    "formulas-kept": (".xlsx", "formulas with the values kept for them", merged(grid(), [], formulas=[("H4", "=15+16", 31)])),
    "formulas-uncalculated": (".xlsx", "a formula that no program has calculated", uncalculated),
    "error-value": (".xlsx", "a formula that ends in an error", merged(grid(), [], formulas=[("H5", "=A1/0", "#DIV/0!")])),
    "error-value-in-title": (".xlsx", "an error in place of a text", merged(grid(), [], formulas=[("B5", "=X", "#REF!")])),
    "two-tables-below": (".xlsx", "two ledgers on one sheet", bare([*grid(), [None], *_UNITS], "台账")),
    "two-committees-below": (".xlsx", "two committees' tables on one sheet", bare([*grid(), [None], *_SECOND])),
    "header-repeated": (".xlsx", "the header again on the second page", bare([*grid(), grid()[2], *grid(count=4)[6:]])),
    "two-tables-beside": (".xlsx", "two ledgers beside each other", bare(beside(grid(count=2), _UNITS), "台账")),
    "several-ledgers": (".xlsx", "three ledgers in one workbook",
                        book(Sheet(A, rows(A, 2)), Sheet("member_units", rows("member_units", 2)), Sheet("meetings", rows("meetings", 1)))),
    "cover-sheet": (".xlsx", "committee and period on a cover sheet only",
                    book(("封面", [["填报单位：", "东桥社区联合党委"], ["填报期：", "2021年第四季度"]]),
                         Sheet(A, rows(A, 3), committee=None, quarter=None, reported=None))),
    "committee-column": (".xlsx", "a street's table with a column for the community",
                         bare(with_column("社区", ["东桥社区", "西桥村", "西桥"], without(grid(), "填报单位")))),
    "committee-column-unknown": (".xlsx", "a community in a column that nobody knows",
                                 bare(with_column("社区", ["东桥社区", "北桥社区", None], without(grid(), "填报单位")))),
    "committee-column-of-another": (".xlsx", "a row of another committee", bare(with_column("社区", ["东桥", "西桥村", None], grid()))),
    "period-column": (".xlsx", "the quarter in a column", bare(with_column("填报期", ["2021年第四季度", "2021年四季度", "去年"], without(grid(), "附件")))),
    "form": (".xlsx", "a form in place of a table",
             bare([["青河县活动申请表"], ["申请单位", "东桥社区"], ["活动名称", "清洁河岸"], ["活动时间", "2021-11-05"], ["意见", "同意"]], "申请表")),
    "no-committee": (".xlsx", "no committee", book(Sheet(A, rows(A, 3), committee=None))),
    "no-period": (".xlsx", "no period", book(Sheet(A, rows(A, 3), quarter=None))),
    "committee-misspelt": (".xlsx", "a committee that is misspelt", book(Sheet(A, rows(A, 3), committee="东挢社区联合党委"))),
    "committee-short": (".xlsx", "a committee by its short name", book(Sheet(A, rows(A, 3), committee="东桥"))),
    "committee-sealed": (".xlsx", "填报单位（盖章） and the street in front",
                         bare([["附件1　2021年第四季度活动台账"], ["填报单位（盖章）：石桥乡东桥社区联合党委　　填报日期：2022年1月10日"], *grid()[2:]])),
    "committee-prefix": (".xlsx", "a name that is the beginning of another one", book(Sheet(A, rows(A, 3), committee="柳湾社区"))),
    "committee-prefix-longer": (".xlsx", "a name that begins with another one", book(Sheet(A, rows(A, 3), committee="柳湾镇柳湾南社区党委"))),
    "town-in-place-of-committee": (".xlsx", "a town that is called like a community", book(Sheet(A, rows(A, 3), committee="柳湾镇"))),
    "label-and-value": (".xlsx", "labels and values in cells of their own, with blanks in them",
                        bare([["活动台账"], ["填 报 单 位：", None, "东桥社区", "填报期", "2021年10-12月"], *grid()[2:]])),
    "header-in-row-1": (".xlsx", "nothing above the header", bare(grid()[2:])),
    "record-like-total": (".xlsx", "a record whose title begins like a total", book(Sheet(A, [row(A, title="合计议事会"), row(A, title="共计三场电影")]))),
    "record-called-total": (".xlsx", "a record whose title is a total's, with everything that a record needs", book(Sheet(A, [row(A), row(A, title="合计")]))),
    "total-under-a-day": (".xlsx", "a total whose label stands under a day, with words in every column",
                          bare([["活动台账"], ["填报单位：东桥社区　填报期：2021年第四季度"], ["活动时间", "活动名称", "活动类型"],
                                ["2021-11-05", "清洁河岸", "志愿服务"], ["合计", "共1场", "各类"]])),
}  # fmt: skip
