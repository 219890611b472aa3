"""What reading a file yields: sheets of cells as text, with their place, and why a file yields none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias

Cell: TypeAlias = str | None
Area: TypeAlias = tuple[int, int, int, int]  # first row and column, last row and column, counted from 0


@dataclass(frozen=True)
class Sheet:
    """`rows[0]` is row 1 of the sheet, `rows[0][0]` column A."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Area] = ()
    # Cells without a value of their own: place -> "#REF!", or "=" for a formula that was never calculated.
    without_value: Mapping[tuple[int, int], str] = field(default_factory=dict)
    typed: Sequence[Sequence[Any]] = field(default=(), compare=False, repr=False)  # as the workbook has them
    is_hidden: bool = False

    def is_typed_text(self, row: int, column: int) -> bool:
        """Whether the cell was kept as text: a number that looks like a day may have lost its last zero."""
        kept = self.typed[row][column] if self.typed else None
        return isinstance(kept, str) and bool(kept)


@dataclass(frozen=True)
class Book:
    """A file's sheets in its own order; `encoding` of text files only."""

    sheets: Sequence[Sheet]
    file_format: str
    encoding: str = ""


class Unreadable(Exception):
    """`code` is one of findings.FILE_SENTENCES; `details` fills its sentence."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def as_text(value: Any) -> Cell:
    """One cell as a person would type it: 2021-03-05, 120, 36.5, 是; None when empty."""
    if isinstance(value, float):
        if not value.is_integer():
            return repr(value)
        # Above 15 digits a float has lost the end of the number; ".0" keeps that visible.
        return str(int(value)) if abs(value) < 1e15 else f"{value:.1f}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return None
    if isinstance(value, date | time | timedelta | int):
        return str(value)
    return str(value).strip() or None


def as_row(values: Sequence[Any]) -> list[Cell]:
    """`as_text` of a row; most cells are text already."""
    return [(cell.strip() or None) if cell.__class__ is str else as_text(cell) for cell in values]


def column_letter(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA, as Excel numbers its columns."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
