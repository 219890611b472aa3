"""The formats that a block's data can be had in. To add one: a module here and a line in the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.exports.csv import csv_bytes
from dashboard.report import Chart, Map, Table

DataBlock = Chart | Map | Table


@dataclass(frozen=True)
class Format:
    label: str
    extension: str
    mime: str
    write: Callable[[DataBlock], bytes]


FORMATS: dict[str, Format] = {
    "csv": Format("CSV", "csv", "text/csv", csv_bytes),
}

__all__ = ["FORMATS", "DataBlock", "Format", "csv_bytes"]
