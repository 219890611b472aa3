"""The signs by which what this program adds to a workbook is recognised when the workbook comes back."""

from __future__ import annotations

from collections.abc import Sequence

RESULT_SHEET = "检查结果"
GUIDE_SHEET = "填写说明"
# Stands in the first cell of a sheet of ours, whatever the sheet is called by then.
OWN_SHEET = "本页由系统生成，重新提交时不读取，可以不删"
AUTHOR = "联动"  # of our comments
EXAMPLE = "示例"  # in front of a row that shows how to fill a template in
_EXAMPLES = frozenset({EXAMPLE, "【示例】", "（示例）", "例", "例如", "样例"})
EXAMPLE_INITIALS = frozenset(text[0] for text in _EXAMPLES)


def is_own_sheet(rows: Sequence[Sequence[str | None]]) -> bool:
    """Whether a sheet was added by us: its first cell says so."""
    return bool(rows and rows[0] and rows[0][0] and OWN_SHEET in rows[0][0])


def is_example(cell: str) -> bool:
    """Whether the first cell of a row says that the row is an example."""
    return cell.rstrip("：:") in _EXAMPLES
