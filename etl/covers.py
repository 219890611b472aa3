"""A letter for each committee about what it sent: received, accepted, to be corrected and by when.

One .docx on A4 a committee, in words that can be forwarded as they are. Findings carry masked texts only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from etl.checking import Checked, SheetResult, Told
from etl.findings import SEVERITY_LABELS, Severity

UNKNOWN = "未识别填报单位"
_SHOWN = 40  # findings in a letter; the marked copies list all of them
_HEADING_FONT, _TEXT_FONT = "黑体", "仿宋"


@dataclass
class _Post:
    """What one committee sent."""

    files: list[str] = field(default_factory=list)
    sheets: list[SheetResult] = field(default_factory=list)
    findings: list[Told] = field(default_factory=list)


def write_covers(
    folder: Path,
    checked: Checked,
    *,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    office: str,
    by: date,
    today: date,
) -> list[Path]:
    """Write the letters; `names`: committee code -> full name, `labels`: dataset -> what it is called.

    `office` signs. Files whose committee nobody could tell have one letter of their own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for code, post in sorted(_posts(checked).items()):
        name = names.get(code, UNKNOWN)
        place = folder / f"{name}_台账审核反馈.docx"
        _letter(name if code else "", post, labels, office, by, today).save(str(place))
        written.append(place)
    return written


def _posts(checked: Checked) -> dict[str, _Post]:
    posts: dict[str, _Post] = {}
    for file in checked.files:
        own = {sheet.committee_code for sheet in file.datasets} | {
            told.committee_code for told in file.findings
        } - {""}
        alone = next(iter(own)) if len(own) == 1 else ""
        for code in own or {""}:
            posts.setdefault(code, _Post()).files.append(file.file_name)
        for sheet in file.datasets:
            posts[sheet.committee_code].sheets.append(sheet)
        for told in file.findings:
            posts.setdefault(told.committee_code or alone, _Post()).findings.append(told)
    return posts


def _letter(name: str, post: _Post, labels: Mapping[str, str], office: str, by: date, today: date) -> Any:
    document = Document()
    document.core_properties.author = ""
    document.core_properties.title = "台账审核情况反馈"
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(3), Cm(2.6)
    refused = [told for told in post.findings if told.severity != Severity.WARNING]
    reminders = [told for told in post.findings if told.severity == Severity.WARNING]
    _line(
        document,
        "台账审核情况反馈",
        size=22,
        font="方正小标宋简体",
        align=WD_ALIGN_PARAGRAPH.CENTER,
        after=14,
    )
    if any(sheet.is_demo for sheet in post.sheets):
        _line(
            document,
            "（演示数据，不涉及真实的单位和个人）",
            size=12,
            align=WD_ALIGN_PARAGRAPH.CENTER,
            after=8,
        )
    _line(document, f"{name or '各填报单位'}：", indent=False)
    read, taken = (
        sum(getattr(sheet, count) for sheet in post.sheets) for count in ("row_count", "accepted_count")
    )
    _line(
        document,
        f"报来的台账文件 {len(set(post.files)):,} 个（{'、'.join(dict.fromkeys(post.files))}）已经收到，感谢支持配合。"
        f"经审核，共读取记录 {read:,} 条，其中采用 {taken:,} 条，需要更正 {read - taken:,} 条。现将有关情况反馈如下。",
    )
    _line(document, "一、收到和采用情况", font=_HEADING_FONT)
    if post.sheets:
        rows = [
            (
                sheet.label,
                sheet.period_label,
                f"{sheet.row_count:,}",
                f"{sheet.accepted_count:,}",
                f"{sheet.quarantined_count:,}",
            )
            for sheet in post.sheets
        ]
        _table(
            document,
            ("台账", "填报期", "读取", "采用", "需更正"),
            rows,
            (4.2, 4.2, 2.4, 2.4, 2.4),
            numbers_from=2,
        )
        absent = [
            label
            for dataset, label in labels.items()
            if dataset not in {sheet.dataset for sheet in post.sheets}
        ]
        if absent and name:
            _line(document, f"本次没有收到或没有采用的台账：{'、'.join(absent)}。如已另行报送，请忽略。")
    else:
        _line(document, "所报文件中没有可以采用的台账。")
    _line(document, "二、需要更正的内容", font=_HEADING_FONT)
    if refused:
        deadline = f"{by.year}年{by.month}月{by.day}日"
        _line(
            document,
            f"下列内容没有采用，请于{deadline}前更正后重新报送。随附的标注副本中，对应的单元格已上色并加了批注，可以直接在其中改正。",
        )
        _told(document, refused)
    else:
        _line(document, "没有需要更正的内容。")
    if reminders:
        _line(document, "三、请予核对的内容", font=_HEADING_FONT)
        _line(document, "下列内容已经采用，请核对；确实无误的，不必处理。")
        _told(document, reminders)
    _line(document, "如有疑问，请与我们联系。", after=20)
    _line(document, office, align=WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
    _line(
        document, f"{today.year}年{today.month}月{today.day}日", align=WD_ALIGN_PARAGRAPH.RIGHT, indent=False
    )
    return document


def _told(document: Any, findings: Sequence[Told]) -> None:
    rows = [
        (
            str(number),
            " ".join(filter(None, (told.sheet_name or told.file_name, told.cell))),
            f"【{SEVERITY_LABELS[Severity(told.severity)]}】{told.sentence}",
            told.hint,
        )
        for number, told in enumerate(findings[:_SHOWN], start=1)
    ]
    _table(document, ("序号", "位置", "问题", "怎样改"), rows, (1.3, 3.7, 5.4, 5.4))
    if len(findings) > _SHOWN:
        _line(document, f"另有 {len(findings) - _SHOWN:,} 处，详见标注副本中的“检查结果”表。")


def _line(
    document: Any, text: str, *, size: float = 15, font: str = _TEXT_FONT, align: Any = None, indent: bool = True, after: float = 0,
) -> None:  # fmt: skip
    paragraph = document.add_paragraph()
    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after = Pt(0), Pt(after)
    layout.line_spacing = Pt(size * 1.75)
    if indent and align is None:
        layout.first_line_indent = Pt(size * 2)
    paragraph.alignment = align
    _run(paragraph, text, size, font)


def _run(paragraph: Any, text: str, size: float, font: str, bold: bool = False) -> None:
    run = paragraph.add_run(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text))
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Times New Roman"
    run.font.color.rgb = RGBColor(0x1E, 0x25, 0x30)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _table(
    document: Any,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths_cm: Sequence[float],
    numbers_from: int = 99,
) -> None:
    table = document.add_table(rows=1, cols=len(headings))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths_cm, strict=True):
        column.width = Cm(width)
    for row_no, texts in enumerate((headings, *rows)):
        row = table.rows[0] if row_no == 0 else table.add_row()
        _keep_whole(row, is_heading=row_no == 0)
        for at, (cell, text, width) in enumerate(zip(row.cells, texts, widths_cm, strict=True)):
            cell.width = Cm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
            if row_no == 0:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                _shade(cell)
            elif at >= numbers_from:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _run(paragraph, text, 11, _HEADING_FONT if row_no == 0 else _TEXT_FONT)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _keep_whole(row: Any, is_heading: bool) -> None:
    """A row stays on one page, and the headings stand on every page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_heading:
        properties.append(OxmlElement("w:tblHeader"))


def _shade(cell: Any) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), "E4EBF3")
    cell._tc.get_or_add_tcPr().append(shading)
