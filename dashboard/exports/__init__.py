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


@dataclass(frozen=True)
class PictureFormat:
    """How one chart or map is had as a picture; loaded by the first one."""

    label: str
    extension: str
    mime: str
    function: str  # of dashboard/exports/picture.py: block, language, demo -> bytes

    def write(self, block: Chart | Map, language: str = "zh", is_demo: bool = False) -> bytes:
        made: bytes = getattr(import_module("dashboard.exports.picture"), self.function)(
            block, language, is_demo
        )
        return made


PICTURES: Mapping[str, PictureFormat] = {
    "png": PictureFormat("PNG", "png", "image/png", "png_bytes"),
    "svg": PictureFormat("SVG", "svg", "image/svg+xml", "svg_bytes"),
}

_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCUMENTS: Mapping[str, DocumentFormat] = {
    "pptx": DocumentFormat("PPT 演示文稿", "pptx", f"{_OFFICE}.presentationml.presentation", "pptx"),
    "docx": DocumentFormat("Word 文档", "docx", f"{_OFFICE}.wordprocessingml.document", "docx"),
    "xlsx": DocumentFormat("Excel 工作簿", "xlsx", f"{_OFFICE}.spreadsheetml.sheet", "xlsx"),
    "pdf": DocumentFormat("PDF", "pdf", "application/pdf", "pdf"),
    "html": DocumentFormat("HTML", "html", "text/html", "html"),
}

__all__ = [
    "DOCUMENTS",
    "FORMATS",
    "PICTURES",
    "DataBlock",
    "DocumentFormat",
    "Format",
    "PictureFormat",
    "csv_bytes",
]
