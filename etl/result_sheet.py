"""The sheet 检查结果 of a marked copy: what was read, and every finding with a link to its cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from etl import marks
from etl.findings import SEVERITY_LABELS, Severity

FONT = "微软雅黑"
# severity -> fill, edge and text; calm, apart in grey print by their words.
FILLS = {
    Severity.SUBMISSION: ("F3D9E4", "8C2F5A"),
    Severity.ROW: ("FBDDD3", "A63A1E"),
    Severity.WARNING: ("FFF1C9", "8A6100"),
}
_MEANINGS = {
    Severity.SUBMISSION: "整张表或整个文件没有采用，改正后重新提交",
    Severity.ROW: "这一行没有采用，其余的行照常采用，改正后重新提交",
    Severity.WARNING: "已采用，请核对",
}
_HEADINGS = ("序号", "程度", "工作表", "单元格", "填写的内容", "问题", "怎样改", "应填", "示例")
_WIDTHS = (6, 10, 15, 8, 18, 34, 34, 30, 14)
_LINE = Side(style="thin", color="C9CED6")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="E4EBF3")


def write_result_sheet(
    book: Workbook,
    file_name: str,
    told: Sequence[Mapping[str, Any]],
    places: Sequence[tuple[str, str]],
    sheets: Sequence[Mapping[str, Any]],
) -> None:
    """Put it in front. `places`: for each finding the sheet and cell of `book`, or two empty texts."""
    title, number = marks.RESULT_SHEET, 2
    while title in book.sheetnames:
        title = f"{marks.RESULT_SHEET}{number}"
        number += 1
    sheet = book.create_sheet(title, 0)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.sheet_view.showGridLines = False
    row = _head(sheet, file_name, told, sheets)
    if told:
        _findings(sheet, row, told, places)
    _page(sheet)


def _head(
    sheet: Worksheet, file_name: str, told: Sequence[Mapping[str, Any]], sheets: Sequence[Mapping[str, Any]]
) -> int:
    """Title, result in one sentence, what the colours mean, what was read. Returns the next row."""
    put(sheet, 1, 1, marks.OWN_SHEET, size=9, colour="6B7480", wrap=False)
    put(sheet, 2, 1, marks.RESULT_SHEET, size=18, bold=True, wrap=False)
    put(sheet, 3, 1, f"文件：{file_name}", colour="4A5360", wrap=False)
    put(sheet, 4, 1, verdict(told, sheets), size=12, bold=True, wrap=False)
    sheet.row_dimensions[2].height = 30
    sheet.row_dimensions[4].height = 24
    row = 6
    if told:
        for severity, (fill, colour) in FILLS.items():
            if any(one["severity"] == severity for one in told):
                cell = put(sheet, row, 2, SEVERITY_LABELS[severity], bold=True, colour=colour, centre=True)
                cell.fill, cell.border = PatternFill("solid", fgColor=fill), _BOX
                put(sheet, row, 3, _MEANINGS[severity], wrap=False)
                row += 1
        put(
            sheet,
            row,
            3,
            "对应的单元格已上色并加了批注。直接在本文件中改正，保存后重新提交即可。",
            wrap=False,
        )
        row += 2
    if sheets:
        _table(sheet, row, ("工作表", "识别为", "填报单位", "填报期", "读取行数", "可接收"), _heading)
        for one in sheets:
            row += 1
            _table(
                sheet, row,
                (one["sheet"], f"{one['label']}台账", one["committee"], one["period_label"], one["row_count"],
                 one["accepted_count"]),
                _cell,
            )  # fmt: skip
        row += 2
    return row


def _table(
    sheet: Worksheet, row: int, values: Sequence[object], write: Callable[[Worksheet, int, int, object], None]
) -> None:
    """A line of what was read, over the columns of the findings below: two of these are too narrow alone."""
    for column, value in zip((2, 4, 6, 7, 8, 9), values, strict=True):
        write(sheet, row, column, value)
        if column < 6:
            write(sheet, row, column + 1, "")
            sheet.merge_cells(start_row=row, start_column=column, end_row=row, end_column=column + 1)


def _cell(sheet: Worksheet, row: int, column: int, value: object) -> None:
    put(sheet, row, column, value, centre=isinstance(value, int)).border = _BOX


def verdict(told: Sequence[Mapping[str, Any]], sheets: Sequence[Mapping[str, Any]]) -> str:
    """In one sentence how many faults there are; none is said, too."""
    rows, taken = (sum(one[name] for one in sheets) for name in ("row_count", "accepted_count"))
    read = f"读取 {rows:,} 行，可接收 {taken:,} 行，需改正 {rows - taken:,} 行"
    if not told:
        return f"没有发现问题（0 处）。{read}。"
    counts = "，".join(
        f"{label} {count:,} 处"
        for severity, label in SEVERITY_LABELS.items()
        if (count := sum(one["severity"] == severity for one in told))
    )
    return f"发现问题 {len(told):,} 处：{counts}。{read}。"


def _findings(
    sheet: Worksheet, row: int, told: Sequence[Mapping[str, Any]], places: Sequence[tuple[str, str]]
) -> None:
    for column, heading in enumerate(_HEADINGS, start=1):
        _heading(sheet, row, column, heading)
    sheet.print_title_rows = f"{row}:{row}"
    sheet.freeze_panes = None
    for number, (one, (title, place)) in enumerate(zip(told, places, strict=True), start=1):
        at = row + number
        severity = Severity(one["severity"])
        values = (number, one["severity_label"], one["sheet_name"] or "整个文件", one["cell"] or place, one["value"] or "",
                  one["sentence"], one["hint"], one["expected"], one["example"])  # fmt: skip
        lines = 1
        for column, value in enumerate(values, start=1):
            cell = put(sheet, at, column, value, centre=column in (1, 2, 4))
            cell.border = _BOX
            lines = max(lines, -(-_width(str(value)) // max(_WIDTHS[column - 1] - 2, 1)))
        sheet.row_dimensions[at].height = min(16.5 * lines + 4, 400)
        fill, colour = FILLS[severity]
        mark = sheet.cell(at, 2)
        mark.fill, mark.font = (
            PatternFill("solid", fgColor=fill),
            Font(name=FONT, size=10, bold=True, color=colour),
        )
        if title and place:
            link = sheet.cell(at, 4)
            quoted = title.replace("'", "''")
            link.hyperlink = Hyperlink(
                ref=link.coordinate, location=f"'{quoted}'!{place}", tooltip="转到这个单元格"
            )
            link.font = Font(name=FONT, size=10, underline="single", color="1F5FA8")


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def _heading(sheet: Worksheet, row: int, column: int, text: object) -> None:
    cell = put(sheet, row, column, text, bold=True, centre=True)
    cell.fill, cell.border = _HEAD, _BOX


def put(
    sheet: Worksheet, row: int, column: int, value: object, *, size: float = 10, bold: bool = False,
    colour: str = "1E2530", wrap: bool = True, centre: bool = False,
) -> Any:  # fmt: skip
    """A cell with text as text, whatever it begins with."""
    cell = sheet.cell(row, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, int):
        cell.number_format = "#,##0"
    cell.font = Font(name=FONT, size=size, bold=bold, color=colour)
    cell.alignment = Alignment(wrap_text=wrap, vertical="center", horizontal="center" if centre else "left")
    return cell


def _page(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
