"""What `liandong diff` shows on a terminal: the submissions that differ, then the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl.commands import terminal

_SHOWN = 30
_WORDS = {
    "added": "新采用",
    "corrected": "锁定后更正",
    "restored": "恢复",
    "used_again": "重新采用",
    "superseded": "被更新的报送取代",
    "withdrawn": "撤回",
    "dropped": "另一版本没有",
    "excuse": "批准免报",
    "unexcuse": "取消免报",
}
_HIDDEN = {"no_data": "无数据", "suppressed": "人数过少"}

Rows = Sequence[Mapping[str, Any]]


def show(before: str, after: str, figures: Rows, changes: Rows, everything: bool) -> None:
    """Submissions by file, figures one a row: the greatest change first, unless `everything` not all."""
    console = Console()
    console.print(f"{before} → {after}：{len(figures):,} 个数有变化", highlight=False)
    numbers = {name: f"[{number}]" for number, name in enumerate(_file_names(changes), start=1)}
    lines = [
        f"  {numbers.get(name, '')} {_WORDS[what]}　{name or ''}　{community}："
        + "、".join(f"{row['dataset_label']} {row['period']}" for row in rows)
        for (what, name, community), rows in groupby(
            changes, lambda row: (row["what"], row["file_name"], row["community_label"])
        )
    ]
    console.print("因为这些报送和决定：" if lines else "两个版本采用的报送相同。", highlight=False)
    kept = lines if everything else lines[:_SHOWN]
    for line in kept:
        console.print(line, highlight=False, soft_wrap=True, markup=False)
    _more(console, len(lines) - len(kept))
    if not figures:
        return
    table = Table(title="变化的数", title_justify="left")
    for heading in ("指标", "组织", "时段"):
        table.add_column(heading, overflow="fold")
    for heading in ("原来", "现在", "变化"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("文件", overflow="fold")
    listed = figures if everything else figures[:_SHOWN]
    for row in listed:
        change = row["change"]
        table.add_row(
            f"{row['name']}（{row['unit']}）", row["org_label"], row["period"],
            _value(row, "before"), _value(row, "after"),
            "" if change is None else ("+" if change > 0 else "") + _number(row, change),
            Text("".join(numbers.get(name, name) for name in row["files"].split("、"))),
        )  # fmt: skip
    console.print(table)
    _more(console, len(figures) - len(listed))


def _more(console: Console, count: int) -> None:
    if count > 0:
        console.print(f"  …… 另有 {count:,} 行，加 --all 全部列出", highlight=False)


def _file_names(changes: Rows) -> list[str]:
    return [*dict.fromkeys(row["file_name"] for row in changes if row["file_name"])]


def _value(row: Mapping[str, Any], side: str) -> str:
    state = row[f"{side}_state"]
    return _HIDDEN.get(state) or _number(row, row[side])


def _number(row: Mapping[str, Any], value: float | None) -> str:
    if value is None:
        return ""
    return f"{value * 100:,.1f}" if row["unit"] == "%" else terminal.shown(value)
