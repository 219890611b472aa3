"""The formats that a block's data and a whole Report can be had in. To add one: a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from dashboard.exports.csv import csv_bytes
from dashboard.report import Chart, Imprint, Map, Report, Table

DataBlock = Chart | Map | Table


@dataclass(frozen=True)
class Format:
    """How the data behind one block is had."""

    label: str
    extension: str
    mime: str
    write: Callable[[DataBlock], bytes]


@dataclass(frozen=True)
class DocumentFormat:
    """How a whole Report is had. Its library is loaded by the first export: most viewers never ask for one."""

    label: str
    extension: str
    mime: str
    module: str  # has `write(report, imprint) -> bytes`

    def write(self, report: Report, imprint: Imprint) -> bytes:
        """The document. The same report and imprint give the same parts."""
        made: bytes = import_module(f"dashboard.exports.{self.module}").write(report, imprint)
        return made


FORMATS: dict[str, Format] = {
    "csv": Format("CSV", "csv", "text/csv", csv_bytes),
}

_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENTS: Mapping[str, DocumentFormat] = {
    "docx": DocumentFormat("Word 文档", "docx", f"{_OFFICE}.wordprocessingml.document", "docx"),
    "xlsx": DocumentFormat("Excel 工作簿", "xlsx", f"{_OFFICE}.spreadsheetml.sheet", "xlsx"),
}

__all__ = ["DOCUMENTS", "FORMATS", "DataBlock", "DocumentFormat", "Format", "csv_bytes"]
