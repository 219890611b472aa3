"""How much one submission may be: what is larger is refused before it is parsed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """Of one file; the settings of the same names under [reading] replace these."""

    file_mb: int = 50  # a workbook as it was sent
    text_mb: int = 4096  # a text file: its rows cost far less
    unpacked_mb: int = 400  # a workbook is a zip; this is what it may hold
    sheets: int = 100
    rows: int = 200_000  # in a sheet
    rows_of_text: int = 20_000_000  # in a text file
    columns: int = 500
    hidden_sheets: bool = False  # whether to read them
