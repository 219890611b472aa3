"""提交检查: whoever fills ledgers in drops workbooks here and sees what a load would say of them. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard import checking, theme
from dashboard.checking import Checked, CheckedFile
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.report import Block, Column, Listing, Note, Notes, Report, Tone, Upload
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views.page import page

KEY = "check"
TITLE = "提交检查"

# severity -> (what it means, sign, tone); the gravest first.
_SEVERITIES: dict[str, tuple[str, str, Tone]] = {
    "submission": ("整表退回", "✕", "warning"),
    "row": ("必须更正", "!", "warning"),
    "warning": ("请核对", "?", "attention"),
}


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """What happens here, and the place to drop files. The answer is made when there is one: `answer`, `of_file`."""
    say = translator(selection.language)

    def blocks(_: Selection) -> Iterator[Block]:
        yield Upload(
            key="workbooks",
            label=say("把工作簿拖到下面的框里，或点“选择文件”"),
            hint=say(
                "可同时选择 {files} 个以内的文件，每个不超过 {size} MB；支持 Excel、WPS 表格和 CSV。"
            ).format(files=checking.MOST_FILES, size=checking.MOST_MB),
            most_mb=checking.MOST_MB,
            busy=say("正在检查……"),
        )
        yield Notes(
            say("怎样使用"),
            (
                Note(
                    say(
                        "马上看到哪些内容可以接收、哪些必须更正、哪些请核对，每一处都指明单元格、应当怎样填写和示例。"
                    )
                ),
                Note(say("下载标注好的工作簿：有问题的单元格已着色并附说明，改好后就是可以报送的台账。")),
                Note(say("只作检查：不提交、不留存、不影响任何数据；改好后按平时的办法报送。")),
            ),
        )

    report = page(KEY, TITLE, selection, snapshot, blocks)
    return Report(
        report.key, report.title, say("报送之前先检查"), report.blocks, report.is_demo, report.release
    )


def answer(checked: Checked, language: str) -> tuple[Note, ...]:
    """Whether it can be sent, in one sentence, and where every row would go."""
    say = translator(language)
    texts = {
        "must": theme.number(checked.must_count),
        "doubts": theme.number(checked.doubt_count),
        "files": theme.number(len(checked.files)),
    }
    tone: Tone = "warning" if checked.must_count else "good"
    if checked.must_count:
        text = say("有 {must} 处必须更正，更正后再提交。")
        if checked.doubt_count:
            text = say("有 {must} 处必须更正，更正后再提交；另有 {doubts} 处请核对。")
    elif checked.doubt_count:
        text = say("可以提交；有 {doubts} 处请核对，填写无误的不必改。")
    else:
        text = say("可以提交：{files} 个文件都没有发现问题。")
    identity = say("读取 {read} 行 = 可以接收 {accepted} 行 + 要退回 {back} 行。").format(
        read=theme.number(checked.row_count),
        accepted=theme.number(checked.accepted_count),
        back=theme.number(checked.quarantined_count),
    )
    return Note(text.format(**texts), tone), Note(identity)


def of_file(file: CheckedFile, language: str) -> tuple[Listing, ...]:
    """What was found in a file, the gravest first, and folded below it what was recognised."""
    return _findings(file, language), _recognised(file, language)


def verdict(file: CheckedFile, language: str) -> str:
    """ "可以提交"; "3 处必须更正，2 处请核对"."""
    say = translator(language)
    doubts = len(file.findings) - file.must_count
    if file.must_count and doubts:
        text = say("{must} 处必须更正，{doubts} 处请核对")
    elif file.must_count:
        text = say("{must} 处必须更正")
    elif doubts:
        text = say("可以提交，{doubts} 处请核对")
    else:
        text = say("可以提交，没有发现问题")
    return text.format(must=theme.number(file.must_count), doubts=theme.number(doubts))


def _recognised(file: CheckedFile, language: str) -> Listing:
    say = translator(language)
    rows = [
        {
            "label": sheet.label,
            "sheet": sheet.sheet,
            "committee": sheet.committee,
            "period": sheet.period,
            "read": theme.number(sheet.row_count),
            "accepted": theme.number(sheet.accepted_count),
            "back": theme.number(sheet.quarantined_count),
        }
        for sheet in file.sheets
    ]
    names = ("label", "sheet", "committee", "period", "read", "accepted", "back")
    headings = ("台账", "工作表", "填报单位", "填报期", "读取行数", "可以接收", "要退回")
    title = say("识别出 {count} 张台账").format(count=theme.number(len(rows)))
    if file.encoding:
        title += say("（文件编码 {encoding}）").format(encoding=file.encoding)
    return Listing(
        key="sheets",
        title=title,
        frame=pd.DataFrame(rows, columns=list(names)),
        columns=tuple(
            Column(name, say(heading), "integer" if name in ("read", "accepted", "back") else "text")
            for name, heading in zip(names, headings, strict=True)
        ),
        empty=say("没有识别出台账，请使用统一的台账模板。"),
        folded=True,
    )


def _findings(file: CheckedFile, language: str) -> Listing:
    say = translator(language)
    grave = {severity: place for place, severity in enumerate(_SEVERITIES)}
    rows = []
    for finding in sorted(file.findings, key=lambda finding: grave[finding.severity]):  # stable
        name, sign, tone = _SEVERITIES[finding.severity]
        # What is expected is said once: the hint often repeats it with what to do.
        expected = finding.expected or finding.hint
        rows.append(
            {
                "severity": f"{sign} {say(name)}",
                "place": finding.place or "—",
                "sheet": finding.sheet_name or "—",
                "sentence": finding.sentence,
                "expected": expected or "—",
                "example": finding.example or "—",
                "tone": tone,
            }
        )
    names = ("severity", "place", "sheet", "sentence", "expected", "example")
    headings = ("处理", "单元格", "工作表", "发现的问题", "应当怎样填写", "示例")
    return Listing(
        key="findings",
        title=say("发现 {count} 处").format(count=theme.number(len(rows))) if rows else say("没有发现问题"),
        frame=pd.DataFrame(rows, columns=[*names, "tone"]),
        columns=tuple(Column(name, say(heading)) for name, heading in zip(names, headings, strict=True)),
        tone="tone",
        empty=say("所有内容都可以接收。"),
    )
