"""Workbooks (.xlsx, .xlsm, .xls, .ods) -> sheets. Macros are never run, formulas give the values kept for them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from etl.bounds import Bounds
from etl.compound import has_sound_chains
from etl.packages import Package
from etl.sheets import Area, Sheet, Unreadable, as_row, column_index

_NOT_CALCULATED = "="
_MOST_FAULTS = 10_000  # cells without a value that are looked for in a sheet
_MOST_CELLS = 12_000_000  # in the rectangle that a sheet's cells span: a parser makes room for all of it
# A cell or a row far out: its column from AA on, or its row from 100000 on.
_FAR_OUT = re.compile(rb'r="(?:([A-Z]{2,3})(\d+)|[A-Z]?(\d{6,9}))"')
_ANY_FAR_OUT = re.compile(rb'r="(?:[A-Z][A-Z]|[A-Z]?\d{6})')
_LAST_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})<")
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_ODS_SPAN = re.compile(rb"number-(?:rows|columns)-spanned=.(?:[2-9]|1\d)")
_ODS_REPEAT = re.compile(rb"number-(rows|columns)-repeated=.(\d+)")


def xlsx_sheets(package: Package, bounds: Bounds) -> list[Sheet]:
    parts = package.parts
    faults: dict[str, dict[tuple[int, int], str]] = {}
    for name, part in parts.items():
        if name.lower().startswith("xl/worksheets/") and name.endswith(".xml"):
            _refuse_far_out(part, bounds)
            if found := _without_value(part):
                faults[name] = found
    by_sheet = _parts_by_sheet(parts) if faults else {}
    return _calamine_sheets(
        package.repacked(), bounds, lambda name: faults.get(by_sheet.get(name, ""), {}), lambda _: None
    )


def ods_sheets(package: Package, bounds: Bounds) -> list[Sheet]:
    content = package.parts["content.xml"]
    _refuse_repetitions(content, bounds)
    merged = _ods_merged(content) if _ODS_SPAN.search(content) else {}
    return _calamine_sheets(package.repacked(), bounds, lambda _: {}, lambda name: merged.get(name, ()))


def xls_sheets(content: bytes, bounds: Bounds) -> list[Sheet]:
    """xlrd reads the old format; where it gives up, the other parser is asked."""
    import xlrd  # which no other format waits for

    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except Exception as problem:  # whatever xlrd trips over
        if "encrypted" in str(problem).lower() or "password" in str(problem).lower():
            raise Unreadable("encrypted") from problem
        if not has_sound_chains(content):  # in which the other parser would go round for ever
            raise Unreadable("unreadable") from problem
        return _calamine_sheets(io.BytesIO(content), bounds, lambda _: {}, lambda _: None)
    if book.nsheets > bounds.sheets:
        raise Unreadable("too_many_sheets", limit=f"{bounds.sheets:,}")
    sheets = []
    for sheet in book.sheets():
        if sheet.visibility and not bounds.hidden_sheets and not sheet.nrows:
            continue
        _refuse_size(sheet.nrows, sheet.ncols, bounds)
        without: dict[tuple[int, int], str] = {}
        typed = [
            [
                _xls_value(cell, book.datemode, without, (row_no, column_no))
                for column_no, cell in enumerate(sheet.row(row_no))
            ]
            for row_no in range(sheet.nrows)
        ]
        merged = [(first, left, below - 1, right - 1) for first, below, left, right in sheet.merged_cells]
        sheets.append(
            Sheet(sheet.name, [as_row(row) for row in typed], merged, without, typed, bool(sheet.visibility))
        )
    return sheets


def _xls_value(cell: Any, datemode: int, without: dict[tuple[int, int], str], place: tuple[int, int]) -> Any:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            moment = xlrd.xldate_as_datetime(cell.value, datemode)
        except (ValueError, OverflowError):
            return cell.value
        return moment.time() if cell.value < 1 else moment
    if cell.ctype == xlrd.XL_CELL_ERROR:
        without[place] = str(xlrd.error_text_from_code.get(cell.value, "#ERR"))
        return None
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value


def _calamine_sheets(
    stream: io.BytesIO,
    bounds: Bounds,
    faults: Callable[[str], Mapping[tuple[int, int], str]],
    merged: Callable[[str], Sequence[Area] | None],
) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(stream)
        pages = [meta for meta in workbook.sheets_metadata if str(meta.typ).endswith("WorkSheet")]
        if len(pages) > bounds.sheets:
            raise Unreadable("too_many_sheets", limit=f"{bounds.sheets:,}")
        sheets = []
        for meta in pages:
            page = workbook.get_sheet_by_name(meta.name)
            _refuse_size(page.total_height, page.total_width, bounds)
            typed = page.to_python(skip_empty_area=False)
            areas = merged(meta.name)
            if areas is None:
                areas = [(*first, *last) for first, last in page.merged_cell_ranges or ()]
            sheets.append(
                Sheet(
                    meta.name,
                    [as_row(row) for row in typed],
                    areas,
                    faults(meta.name),
                    typed,
                    not str(meta.visible).endswith(".Visible"),
                )
            )
        return sheets
    except PasswordError as problem:
        raise Unreadable("encrypted") from problem
    except (CalamineError, OSError, ValueError) as problem:
        raise Unreadable("unreadable") from problem
    except Unreadable:
        raise
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":  # of the parser's own language; no Exception of ours
            raise Unreadable("unreadable") from None
        raise


def _refuse_size(rows: int, columns: int, bounds: Bounds) -> None:
    if rows > bounds.rows:
        raise Unreadable("too_many_rows", limit=f"{bounds.rows:,}")
    if columns > bounds.columns:
        raise Unreadable("too_many_columns", limit=f"{bounds.columns:,}")
    if rows * columns > _MOST_CELLS:
        raise Unreadable("too_many_rows", limit=f"{_MOST_CELLS // columns:,}")


def _refuse_far_out(part: bytes, bounds: Bounds) -> None:
    """One value in the last cell of a sheet makes a parser take memory for all the empty ones before it."""
    rows = columns = 1
    start = max(part.find(b"sheetData"), 0)
    for match in _FAR_OUT.finditer(part, start) if _ANY_FAR_OUT.search(part, start) else ():
        letters, beside, alone = match.groups()
        if letters:
            columns = max(columns, column_index(letters.decode()) + 1)
        rows = max(rows, int(beside or alone))
        if rows > bounds.rows or columns > bounds.columns:
            break
    last = part.rfind(b"<row ")
    if last >= 0 and (stated := _LAST_ROW.match(part, last)):
        rows = max(rows, int(stated[1]))
    _refuse_size(rows, columns, bounds)


def _without_value(part: bytes) -> dict[tuple[int, int], str]:
    """Cells with an error in place of a value, and formulas that no program has calculated."""
    found: dict[tuple[int, int], str] = {}
    at = part.find(b't="e"')
    while at >= 0 and len(found) < _MOST_FAULTS:
        place = _REFERENCE.search(part, part.rfind(b"<", 0, at), part.find(b">", at))
        if place:
            value = _VALUE.search(part, at, at + 4000)
            shown = value[1].decode("utf-8", "replace") if value else "#ERR"
            found[int(place[2]) - 1, column_index(place[1].decode())] = shown
        at = part.find(b't="e"', at + 5)
    if b"<f" in part or b":f" in part:
        for match in _UNCALCULATED.finditer(part):
            place = _REFERENCE.search(match[1])
            if place and b't="str"' not in match[1] and len(found) < _MOST_FAULTS:
                found[int(place[2]) - 1, column_index(place[1].decode())] = _NOT_CALCULATED
    return found


def _parts_by_sheet(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Sheet name -> the part that holds its cells."""
    try:
        targets = {
            relation.get("Id"): relation.get("Target", "").removeprefix("/xl/").removeprefix("xl/")
            for relation in ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
        }
        return {
            sheet.get("name", ""): f"xl/{targets.get(sheet.get(_RELATION))}"
            for sheet in ElementTree.fromstring(parts["xl/workbook.xml"]).iter(f"{_SPREADSHEET}sheet")
        }
    except (KeyError, ElementTree.ParseError):
        return {}


def _refuse_repetitions(content: bytes, bounds: Bounds) -> None:
    """An .ods says "this cell, a million times"; the empty ones at the end of a sheet are nothing."""
    for match in _ODS_REPEAT.finditer(content):
        count = int(match[2]) if len(match[2]) < 12 else 10**12
        if count <= (bounds.rows if match[1] == b"rows" else bounds.columns):
            continue
        end = content.find(b">", match.end())
        is_cell = match[1] == b"columns"
        inside = (
            b"" if content[end - 1 : end] == b"/" else content[end : content.find(b"</table:table-row>", end)]
        )
        if b"value" in content[match.start() : end] or (
            b"<text:p" in inside if not is_cell else inside[:8].startswith(b"><text:p")
        ):
            raise Unreadable("too_many_columns" if is_cell else "too_many_rows",
                             limit=f"{bounds.columns if is_cell else bounds.rows:,}")  # fmt: skip


def _ods_merged(content: bytes) -> dict[str, list[Area]]:
    """Sheet name -> its merged areas, which the parser does not tell for this format."""
    found: dict[str, list[Area]] = {}
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as problem:
        raise Unreadable("unreadable") from problem
    for table in root.iter(f"{_TABLE}table"):
        areas = found.setdefault(table.get(f"{_TABLE}name", ""), [])
        row_no = 0
        for row in table.iter(f"{_TABLE}table-row"):
            column_no = 0
            for cell in row:
                tall, wide = (_count(cell, f"number-{what}-spanned") for what in ("rows", "columns"))
                if tall > 1 or wide > 1:
                    areas.append((row_no, column_no, row_no + tall - 1, column_no + wide - 1))
                column_no += _count(cell, "number-columns-repeated")
            row_no += _count(row, "number-rows-repeated")
    return found


def _count(element: ElementTree.Element, attribute: str) -> int:
    text = element.get(_TABLE + attribute, "1")
    return int(text) if text.isdigit() and len(text) < 8 else 1
