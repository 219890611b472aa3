"""Persons taken out of a workbook that goes back to its sender, hidden sheets and properties included.

Identity numbers of a ledger's own column become tokens that only this installation reads (people.py);
everything else that names a person or holds a number is masked. What cannot be looked through (pictures,
charts, pivot caches, links, custom properties) is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.packaging.core import DocumentProperties
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.worksheet.scenario import ScenarioList
from openpyxl.worksheet.worksheet import Worksheet

from etl import names, people
from etl.contract import IGNORED_HEADINGS, normalise_heading
from etl.marks import AUTHOR
from etl.readers import as_text

_NUMBER, _HIDE, _CONTENT, _WORDS, _OPTIONS = "number", "hide", "content", "words", "options"
_HEADER_PARTS = ("left", "center", "right")


def shown_title(title: str) -> str:
    """A sheet's name as findings say it."""
    return people.mask_cell(title)


def hide_persons(book: Workbook, headings: Mapping[str, str], options: Collection[str], key: bytes) -> None:
    """`headings`: normalised heading -> type of the contracts' column; `options`: what may be chosen in one."""
    book.properties = DocumentProperties(creator="", lastModifiedBy="")
    book.custom_doc_props = CustomPropertyList()
    book.security = None
    book.code_name = None
    _keep_harmless_names(book.defined_names)
    for sheet in book.worksheets:
        _hide_in_cells(sheet, headings, options, key)
        _hide_beside_cells(sheet)
        _rename(book, sheet)


def _rename(book: Workbook, sheet: Worksheet) -> None:
    shown = shown_title(sheet.title)
    if shown != sheet.title:
        others = set(book.sheetnames)
        number, title = 2, shown[:31]
        while title in others:
            title = f"{shown[:28]}_{number}"
            number += 1
        sheet.title = title


def _keep_harmless_names(defined: Any) -> None:
    for name in list(defined):
        text = str(defined[name].attr_text or "")
        if (
            "!" not in text
            or people.mask_cell(name) != name
            or people.mask(text) != text
            or defined[name].comment
        ):
            del defined[name]


def _hide_in_cells(
    sheet: Worksheet, headings: Mapping[str, str], options: Collection[str], key: bytes
) -> None:
    rows: dict[int, list[Cell]] = {}
    for (row_no, _), cell in sorted(sheet._cells.items()):
        if isinstance(cell, Cell) and cell.value is not None and cell.value != "":
            rows.setdefault(row_no, []).append(cell)
    columns: dict[int, tuple[str, list[Cell]]] = {}  # what is below the last header, column by column
    for cells in rows.values():
        texts = [str(cell.value) for cell in cells]
        if sum(normalise_heading(text) in headings for text in texts) >= 2:
            _hide_columns(columns, options, key)
            columns = {cell.column: (_kind(str(cell.value), headings), []) for cell in cells}
            for cell in cells:
                _replace(cell, people.mask_cell(str(cell.value)))
            continue
        _hide_behind_labels(cells)
        for cell in cells:
            kind, below = columns.setdefault(cell.column, (_CONTENT, []))
            # Under a header of two rows the second one says what its columns are.
            if (
                kind == _CONTENT
                and not below
                and isinstance(cell.value, str)
                and names.is_person_heading(cell.value)
            ):
                columns[cell.column] = (_HIDE, [])
            else:
                below.append(cell)
    _hide_columns(columns, options, key)


def _kind(heading: str, headings: Mapping[str, str]) -> str:
    type_ = headings.get(normalise_heading(heading))
    if type_ == "person_id":
        return _NUMBER
    if type_ == "person_secret":
        return _HIDE
    if type_:
        return _WORDS if type_ in {"text", "unit"} else _OPTIONS
    if names.is_person_heading(heading):
        return _HIDE
    return _CONTENT if normalise_heading(heading) not in IGNORED_HEADINGS else _WORDS


def _hide_columns(
    columns: Mapping[int, tuple[str, list[Cell]]], options: Collection[str], key: bytes
) -> None:
    for kind, cells in columns.values():
        if kind == _CONTENT and names.are_names((_text(cell) for cell in cells), is_read=False):
            kind = _HIDE
        if kind == _WORDS and names.are_names((_text(cell) for cell in cells), is_read=True):
            kind = _HIDE
        for cell in cells:
            text = _text(cell)
            if kind == _NUMBER:
                _replace(cell, people.token(text, key), as_text_cell=True)
            elif kind == _HIDE:
                _replace(cell, people.MASK)
            elif kind == _CONTENT or (kind == _OPTIONS and text not in options):
                _replace(cell, people.mask_cell(text))
            else:
                _replace(cell, people.mask(text))


def _hide_behind_labels(cells: Iterable[Cell]) -> None:
    """填报人： in one cell, the name in the next."""
    is_behind = False
    for cell in cells:
        text = _text(cell)
        if is_behind and (names.is_name(text) or people.mask(text) != text):
            _replace(cell, people.MASK)
        is_behind = isinstance(cell.value, str) and names.is_label(text)


def _text(cell: Cell) -> str:
    return as_text(cell.value) or ""


def _replace(cell: Cell, text: str, as_text_cell: bool = False) -> None:
    """Only where something was hidden: what remains keeps its type and format."""
    if text != _text(cell):
        cell.value = text
        cell.data_type = "s"
        if as_text_cell:
            cell.number_format = "@"
    elif isinstance(cell.value, str) and cell.value != people.mask(cell.value):
        cell.value = people.mask(cell.value)
        cell.data_type = "s"


def _hide_beside_cells(sheet: Worksheet) -> None:
    sheet._images, sheet._charts, sheet._pivots = [], [], []
    sheet.scenarios = ScenarioList()
    sheet.sheet_properties.codeName = None
    sheet.legacy_drawing = None
    sheet.auto_filter.filterColumn = []
    _keep_harmless_names(sheet.defined_names)
    for cell in sheet._cells.values():
        if not isinstance(cell, Cell):
            continue
        if cell.hyperlink is not None and not (cell.hyperlink.location and not cell.hyperlink.target):
            cell._hyperlink = None
        if cell.comment is not None:
            _hide_in_comment(cell)
    for header in (
        sheet.oddHeader,
        sheet.evenHeader,
        sheet.firstHeader,
        sheet.oddFooter,
        sheet.evenFooter,
        sheet.firstFooter,
    ):
        for part in _HEADER_PARTS:
            item = getattr(header, part)
            if item.text:
                item.text = people.mask_cell(item.text)
    for validation in list(sheet.data_validations.dataValidation):
        said = (validation.prompt, validation.promptTitle, validation.error, validation.errorTitle)
        literal = (validation.formula1 or "").strip('"').split(",")
        if any(text and people.mask(text) != text for text in said) or any(
            people.mask_cell(text) != text for text in literal
        ):
            sheet.data_validations.dataValidation.remove(validation)
    kept = ConditionalFormattingList()
    for formatting in sheet.conditional_formatting:
        for rule in formatting.rules:
            parts = [part.strip('"') for formula in rule.formula or [] for part in formula.split(",")]
            if all(people.mask_cell(part) == part for part in parts) and not (
                rule.text and people.mask_cell(rule.text) != rule.text
            ):
                kept.add(str(formatting.sqref), rule)
    sheet.conditional_formatting = kept
    for name in list(sheet.tables):
        table = sheet.tables[name]
        heads = [str(cell.value or "") for cell in sheet[table.ref][0]]
        if [column.name for column in table.tableColumns] != heads or people.mask_cell(name) != name:
            del sheet.tables[name]


def _hide_in_comment(cell: Cell) -> None:
    """A spreadsheet signs a comment with its author's name, in front of the text, too."""
    comment = cell.comment
    assert comment is not None
    author = (comment.author or "").strip()
    text = comment.text or ""
    if author and author != AUTHOR:
        text = text.replace(f"{author}:", "").replace(f"{author}：", "").replace(author, people.MASK).strip()
        comment.author = ""
    first, colon, rest = text.partition(":")
    if colon and names.is_name(first):
        text = rest.strip()
    comment.text = people.mask(text)
