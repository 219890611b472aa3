"""The lines above a table: whose it is, for which period, written when, in which coordinate system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from etl.crs import crs_name
from etl.periods import Period, parse_day, parse_quarter, plain
from etl.reference import Reference
from etl.sheets import Cell

# What stands in front of the colon, or in the cell to the left.
COMMITTEE_LABELS = (
    "填报单位", "填报社区", "填报党委", "填报联合党委", "报送单位", "上报单位", "填表单位", "社区名称", "联合党委名称", "所属社区",
)  # fmt: skip
PERIOD_LABELS = ("填报期", "填报季度", "填报周期", "报告期", "统计期", "所属期", "所属季度")
DAY_LABELS = (
    "填报时间",
    "填报日期",
    "填表时间",
    "填表日期",
    "上报时间",
    "上报日期",
    "报送时间",
    "报送日期",
    "制表日期",
    "制表时间",
)
_CRS_LABELS = ("坐标系",)
_BRACKETED = re.compile(r"[（(](?:盖章|公章|加盖公章|章|签章|签字)[）)]")
# Several labels in one cell stand apart by blanks.
_NEXT_LABEL = re.compile(r"[\s　]|填报|填表|报送|上报|坐标系|制表|联系")


@dataclass(frozen=True)
class Context:
    """What the lines above a header say about the whole table; `stated_committee` as it was written."""

    committee: str = ""
    stated_committee: str = ""
    period: Period | None = None
    reported_on: date | None = None
    crs: str = ""
    is_demo: bool = False


def context_of(
    above: Sequence[Sequence[Cell]], sheet_name: str, file_name: str, reference: Reference
) -> Context:
    """What is stated above, else by the name of the sheet, else by the name of the file."""
    text = "\n".join(cell for row in above for cell in row if cell)
    named = stated(above, COMMITTEE_LABELS) or ""
    # A file's name speaks only where the sheet is silent, and whole: 望州 must not match 望州南.
    from_name = re.split(r"[_＿ －—-]", Path(file_name).stem)[0]
    return Context(
        committee=reference.committee(named or from_name) or "",
        stated_committee=named,
        period=parse_quarter(stated(above, PERIOD_LABELS) or "")
        or parse_quarter(text)
        or parse_quarter(sheet_name)
        or parse_quarter(file_name),
        reported_on=parse_day(stated(above, DAY_LABELS) or ""),
        crs=crs_name(stated(above, _CRS_LABELS) or "") or "",
        is_demo="演示数据" in text or "演示数据" in file_name,
    )


def inherited(context: Context, above: Context | None) -> Context:
    """What this table does not say itself, the table above it or a cover sheet has said."""
    if above is None:
        return context
    return replace(
        context,
        committee=context.committee or ("" if context.stated_committee else above.committee),
        period=context.period or above.period,
        reported_on=context.reported_on or above.reported_on,
        crs=context.crs or above.crs,
        is_demo=context.is_demo or above.is_demo,
    )


def stated(above: Sequence[Sequence[Cell]], labels: Iterable[str]) -> str | None:
    """The value behind 填报单位：, in the same cell or in the next one that is not empty."""
    for row in above:
        filled = [cell for cell in row if cell]
        for at, cell in enumerate(filled):
            short = plain(cell)
            label = next((label for label in labels if label in short), None)
            if label is None:
                continue
            text = _BRACKETED.sub("", cell)
            # Blanks within the label (填 报 单 位) and behind the colon mean nothing.
            rest = re.split(r"\s*".join(label), text, maxsplit=1)[-1].lstrip(" 　:：")
            value = _NEXT_LABEL.split(rest)[0] if rest else ""
            if value:
                return value if not rest.startswith(value + " ") else _joined(rest)
            if at + 1 < len(filled):
                return filled[at + 1]
    return None


def _joined(rest: str) -> str:
    """东桥 社区 with a blank in it, up to the next label or a wide gap."""
    return re.sub(
        r"[ 　]", "", re.split(r"[ 　]{2,}|[ 　]?(?:填报|填表|报送|上报|坐标系|制表|联系)", rest)[0]
    )


def states_anything(row: Sequence[Cell]) -> bool:
    """Whether a line names a committee or a period, as it would above a table."""
    return any(
        cell and any(label in plain(cell) for label in (*COMMITTEE_LABELS, *PERIOD_LABELS, *DAY_LABELS))
        for cell in row
    )
