"""The formats that a block and a whole Report can be had in. To add one: a module and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

from dashboard.report import Chart, Imprint, Map, Report, Table

DataBlock = Chart | Map | Table


@dataclass(frozen=True)
class Format:
    """How one block is had. Its library is loaded by the first export: most viewers never ask for one."""

    label: str
    extension: str
    mime: str
    module: str
    function: str  # block, language, is_demo -> bytes

    def write(self, block: DataBlock, language: str = "zh", is_demo: bool = False) -> bytes:
        """The file. Equal blocks give equal bytes."""
        write = getattr(import_module(f"dashboard.exports.{self.module}"), self.function)
        made: bytes = write(block, language, is_demo)
        return made


@dataclass(frozen=True)
class DocumentFormat:
    """How a whole Report is had; loaded by the first one, too."""

    label: str
    extension: str
    mime: str
    module: str  # has `write(report, imprint) -> bytes`

    def write(self, report: Report, imprint: Imprint) -> bytes:
        """The document. The same report and imprint give the same bytes."""
        made: bytes = import_module(f"dashboard.exports.{self.module}").write(report, imprint)
        return made


_OFFICE = "application/vnd.openxmlformats-officedocument"
_WORKBOOK = f"{_OFFICE}.spreadsheetml.sheet"
# The data behind a chart, a map or a table.
FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", "csv", "text/csv", "csv", "csv_bytes"),
    "xlsx": Format("Excel", "xlsx", _WORKBOOK, "xlsx", "block_bytes"),
}
# A chart or a map as a picture.
PICTURES: Mapping[str, Format] = {
    "png": Format("PNG", "png", "image/png", "picture", "png_bytes"),
    "svg": Format("SVG", "svg", "image/svg+xml", "picture", "svg_bytes"),
}
DOCUMENTS: Mapping[str, DocumentFormat] = {
    "pptx": DocumentFormat("PPT 演示文稿", "pptx", f"{_OFFICE}.presentationml.presentation", "pptx"),
    "docx": DocumentFormat("Word 文档", "docx", f"{_OFFICE}.wordprocessingml.document", "docx"),
    "xlsx": DocumentFormat("Excel 工作簿", "xlsx", _WORKBOOK, "xlsx"),
    "pdf": DocumentFormat("PDF", "pdf", "application/pdf", "pdf"),
    "html": DocumentFormat("HTML", "html", "text/html", "html"),
}

__all__ = ["DOCUMENTS", "FORMATS", "PICTURES", "DataBlock", "DocumentFormat", "Format"]
