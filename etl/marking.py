"""A clerk's own workbook with what was found in it: cells coloured, a comment in each, a sheet that lists all.

It runs in a process of its own (reading.py), because a workbook can be made to take a parser down. The
copy may be corrected and sent again as it is: comments mean nothing to a reader, and the sheet of results
is recognised and passed over. Persons' numbers become tokens, names and phone numbers are masked, whatever
sheet or property they stand in (hiding.py); pictures, charts, macros and formulas stay behind, because
they may hold them, too. A file that is no .xlsx becomes one with the same cells.

Colours are a conditional format, so that checking a copy again can take the old ones away and leave the
clerk's own formats as they were.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from etl import hiding, marks, readers
from etl.findings import Severity
from etl.marks import AUTHOR
from etl.reading import Job, Limits, Reading, refusal
from etl.result_sheet import FILLS, write_result_sheet

_OURS = 'LEN("联动检查")>0'  # the formula of our conditional formats: always true, and nobody else's
_EDGES = {Severity.SUBMISSION: "double", Severity.ROW: "thick", Severity.WARNING: "dashed"}
_ORIGINAL = "原批注："
_FILL_IN = "［请填写数值］"
_CELLS_A_RULE = 200
_LONGEST_COMMENT = 900
_FORBIDDEN_IN_TITLE = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class MarkingJob(Job):
    """A file, what was found in it, and where its copy goes. `told`: checking.Told as dicts, `sheets` likewise."""

    told: Sequence[Mapping[str, Any]] = ()
    sheets: Sequence[Mapping[str, Any]] = ()
    copy: Path = Path()


@dataclass(frozen=True)
class MarkingSetup:
    """`headings`: normalised heading -> type of the contracts' column that is called so; `options`: their options."""

    headings: Mapping[str, str]
    options: Collection[str]
    key: bytes
    limits: Limits

    def handle(self, job: MarkingJob) -> list[Reading]:
        """Write the copy. A Reading without findings when that went well; this process may end otherwise."""
        try:
            mark(self, job)
        except MemoryError:
            raise
        except Exception:  # an odd workbook: its findings are told all the same
            return [refusal(job, "unreadable")]
        return [Reading((), ())]


def mark(setup: MarkingSetup, job: MarkingJob) -> None:
    """Write the marked copy to `job.copy`."""
    book, by_name = _opened(job)
    for sheet in [sheet for sheet in book.worksheets if _is_own(sheet)]:
        book.remove(sheet)
    hiding.hide_persons(book, setup.headings, setup.options, setup.key)
    places: list[tuple[str, str]] = []
    by_name = {name: sheet for name, sheet in by_name.items() if sheet in book.worksheets}
    for sheet in book.worksheets:
        _forget_own_marks(sheet)
    found: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for told in job.told:
        sheet = by_name.get(told["sheet_name"])
        if sheet is None:
            places.append(("", ""))
            continue
        cell = _anchor(sheet, told["cell"] or f"A{told['row_no'] or 1}")
        found.setdefault(sheet.title, []).append((cell, told))
        if told["cell"] and told["severity"] != Severity.WARNING:
            _keep_faulty(sheet[cell], told["code"])
        places.append((sheet.title, cell))
    for title, own in found.items():
        _mark_sheet(book[title], own)
    write_result_sheet(book, job.name, job.told, places, job.sheets)
    book.save(job.copy)


def _opened(job: Job) -> tuple[Workbook, dict[str, Worksheet]]:
    """The workbook, and its sheets by the names that findings use."""
    with job.path.open("rb") as stream:
        is_package = stream.read(4) == b"PK\x03\x04"
    if is_package:
        try:
            book = load_workbook(job.path, data_only=True, keep_links=False)
        except MemoryError:
            raise
        except Exception:  # WPS writes styles now and then that openpyxl does not understand
            return _rebuilt(job)
        for chart in list(book.chartsheets):
            book.remove(chart)
        return book, {hiding.shown_title(sheet.title): sheet for sheet in book.worksheets}
    return _rebuilt(job)


def _rebuilt(job: Job) -> tuple[Workbook, dict[str, Worksheet]]:
    """The same cells in a new workbook."""
    book = Workbook()
    book.remove(book.active)
    by_name = {}
    for read in (sheet for sheet in readers.read(job.path, job.name).sheets if not sheet.is_hidden):
        sheet = book.create_sheet(_title(read.name, book.sheetnames))
        by_name[hiding.shown_title(read.name)] = sheet
        widths: dict[int, int] = {}
        for row_no, cells in enumerate(read.rows, start=1):
            for column_no, text in enumerate(cells, start=1):
                if text:
                    kept = read.typed[row_no - 1][column_no - 1] if read.typed else text
                    _put(sheet.cell(row_no, column_no), kept if _fits(kept) else text)
                    if len(cells) > 1 or row_no > 2:
                        widths[column_no] = max(widths.get(column_no, 8), min(len(text) * 2 + 2, 40))
        for first_row, first_column, last_row, last_column in read.merged:
            sheet.merge_cells(None, first_row + 1, first_column + 1, last_row + 1, last_column + 1)
        for column_no, width in widths.items():
            sheet.column_dimensions[get_column_letter(column_no)].width = width
    return book, by_name


def _title(name: str, taken: Sequence[str]) -> str:
    plain = _FORBIDDEN_IN_TITLE.sub(" ", hiding.shown_title(name)).strip("' ")[:31] or "Sheet"
    number = 2
    title = plain
    while title in taken:
        title = f"{plain[:28]}_{number}"
        number += 1
    return title


def _fits(value: Any) -> bool:
    """Whether a cell can hold the value itself: text is put as text, and a number that is too long is, too."""
    return isinstance(value, bool | date | time) or (isinstance(value, int | float) and abs(value) < 1e15)


def _put(cell: Any, text: Any) -> None:
    """As text, never as a formula; a spreadsheet would also take the end of a long number away."""
    if not isinstance(text, str):
        cell.value = text
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32767]
    cell.data_type = "s"
    cell.number_format = "@"


def _is_own(sheet: Worksheet) -> bool:
    first = sheet._cells.get((1, 1))
    return bool(first is not None and marks.OWN_SHEET in str(first.value or "")) and (
        sheet.title.startswith(marks.RESULT_SHEET)
    )


def _forget_own_marks(sheet: Worksheet) -> None:
    for cell in list(sheet._cells.values()):
        if isinstance(cell, Cell) and cell.comment is not None and cell.comment.author == AUTHOR:
            _, found, before = cell.comment.text.partition(_ORIGINAL)
            cell.comment = Comment(before, "") if found else None
    kept = ConditionalFormattingList()
    for formatting in sheet.conditional_formatting:
        for rule in formatting.rules:
            if _OURS not in (rule.formula or []):
                kept.add(str(formatting.sqref), rule)
    sheet.conditional_formatting = kept


def _anchor(sheet: Worksheet, place: str) -> str:
    """The cell itself, or the first cell of the merged ones that it belongs to."""
    if isinstance(sheet[place], MergedCell):
        for area in sheet.merged_cells.ranges:
            if place in area:
                return str(area.start_cell.coordinate)
    return place


def _mark_sheet(sheet: Worksheet, found: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    by_cell: dict[str, list[Mapping[str, Any]]] = {}
    for cell, told in found:
        by_cell.setdefault(cell, []).append(told)
    by_severity: dict[Severity, list[str]] = {}
    for place, told_here in by_cell.items():
        worst = min((Severity(told["severity"]) for told in told_here), key=list(Severity).index)
        by_severity.setdefault(worst, []).append(place)
        _comment(sheet[place], told_here)
    for severity, places in by_severity.items():
        edge = Side(style="thin" if _EDGES[severity] != "dashed" else "dashed", color=FILLS[severity][1])
        style = DifferentialStyle(
            fill=PatternFill(bgColor=FILLS[severity][0], fill_type="solid"),
            border=Border(left=edge, right=edge, top=edge, bottom=edge),
            font=Font(bold=severity is not Severity.WARNING, color=FILLS[severity][1]),
        )
        for start in range(0, len(places), _CELLS_A_RULE):
            sheet.conditional_formatting.add(
                " ".join(places[start : start + _CELLS_A_RULE]),
                Rule(type="expression", dxf=style, formula=[_OURS], stopIfTrue=False, priority=1),
            )


def _keep_faulty(cell: Any, code: str) -> None:
    """A fault that the copy's cell would not have any more: it must not be taken before it was corrected."""
    if isinstance(cell, MergedCell):
        return
    if cell.value is None and code == "uncalculated":
        cell.value = _FILL_IN
    elif isinstance(cell.value, str) and code == "ambiguous_date":
        with suppress(ValueError):  # in a text file nobody knows whether 11.1 was a number or a day
            cell.value, cell.number_format = float(cell.value), "General"


def _comment(cell: Any, told_here: Sequence[Mapping[str, Any]]) -> None:
    """What is wrong and what to do; what the clerk had noted there stays underneath."""
    parts = []
    for told in told_here:
        lines = [
            f"【{told['severity_label']}】{told['sentence']}",
            f"怎样改：{told['hint']}" if told["hint"] else "",
        ]
        if told["expected"]:
            example = f"（例：{told['example']}）" if told["example"] else ""
            lines.append(f"应填：{told['expected']}{example}")
        parts.append("\n".join(line for line in lines if line))
    if cell.comment is not None and cell.comment.text:
        parts.append(f"{_ORIGINAL}{cell.comment.text}")
    text = ILLEGAL_CHARACTERS_RE.sub("", "\n\n".join(parts))[:_LONGEST_COMMENT]
    comment = Comment(text, AUTHOR)
    comment.width = 320
    comment.height = 26 + 19 * sum(-(-max(len(line), 1) // 22) for line in text.split("\n"))
    cell.comment = comment
