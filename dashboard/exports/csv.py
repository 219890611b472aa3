"""A block's data as CSV, as WPS and Excel open it: UTF-8 with a byte order mark, Chinese headings."""

from __future__ import annotations

import csv
import io
import math
from datetime import date

import numpy as np
import pandas as pd

from dashboard.exports.text import clean
from dashboard.report import Chart, Column, Map, Table

_BYTE_ORDER_MARK = "\ufeff"
# A cell that starts so is run as a formula; Chinese and Japanese Excel also take the full-width signs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_bytes(block: Chart | Map | Table, language: str = "zh", is_demo: bool = False) -> bytes:
    """The rows behind a chart, a table or a map, with the columns' headings; data and nothing else."""
    frame = map_rows(block) if isinstance(block, Map) else block.frame
    columns = [column for column in block.columns if column.name in frame.columns]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([_text(_heading(column)) for column in columns])
    texts = [[_cell(value, column.format) for value in frame[column.name]] for column in columns]
    writer.writerows(zip(*texts, strict=True))
    return (_BYTE_ORDER_MARK + buffer.getvalue()).encode()


def map_rows(block: Map) -> pd.DataFrame:
    """What its columns speak of: the points, or the areas."""
    of_areas = all(column.name in block.areas.columns for column in block.columns)
    return block.areas if of_areas else block.points


def _heading(column: Column) -> str:
    unit = "%" if column.format == "percent" else column.unit
    return f"{column.label}（{unit}）" if unit and unit not in column.label else column.label


def _cell(value: object, style: str) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool | np.bool_):
        return "是" if value else "否"
    if isinstance(value, int | float | np.integer | np.floating):
        return _number(float(value), style)
    if isinstance(value, date):  # a pandas timestamp is one too
        return value.strftime("%Y-%m-%d")
    return _text(str(value))


def _number(value: float, style: str) -> str:
    """Unrounded, without separators: the file is for computing. A share of 0.123 is 12.3 under 「%」."""
    if not math.isfinite(value):
        return ""
    scaled = value * 100 if style == "percent" else value
    return str(int(scaled)) if scaled == int(scaled) else repr(round(scaled, 10))


def _text(value: str) -> str:
    value = clean(value)
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
