"""What all commands of the console script share: the settings, tables for people and for programs, progress."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl import past
from etl.findings import Refused
from etl.settings import Settings, load_settings

if TYPE_CHECKING:
    import pandas as pd

Function = TypeVar("Function", bound=Callable[..., Any])
# What people read above a column; csv and json keep the names that programs read.
_HEADINGS = {
    "release": "版本",
    "built_at": "生成时间（UTC）",
    "current": "在用",
    "number": "序号",
    "at": "时间（UTC）",
    "account": "账号",
    "role": "角色",
    "action": "操作",
    "target": "对象",
    "detail": "详情",
    "first_month": "起始月份",
    "last_month": "截止月份",
    "submissions": "采用报送数",
    "accepted": "接收行数",
    "quarantined": "退回行数",
    "community": "社区",
    "dataset": "台账",
    "quarter": "季度",
    "state": "状态",
    "late_days": "迟报天数",
    "row_count": "读取行数",
    "accepted_count": "接收行数",
    "quarantined_count": "退回行数",
    "warning_count": "提醒",
    "is_correction": "锁定后更正",
    "withdrawn_count": "撤回次数",
    "refused_count": "整表退回次数",
    "reason": "原因",
    "period": "报送期",
    "locked_datasets": "锁定的台账",
    "decided_at": "何时（UTC）",
    "decided_by": "系统账号",
    "corrections": "锁定后更正",
    "why": "起因",
    "new_files": "涉及文件",
    "published_at": "发布时间（UTC）",
    "kept": "快照",
    "org": "组织编码",
    "org_label": "组织",
    "before": "原来",
    "after": "现在",
    "change": "变化",
    "files": "因为哪些文件",
    "what": "怎样变的",
    "file_name": "文件",
    "community_code": "社区编码",
    "street": "街道（镇）",
    "dataset_label": "台账",
    "due_on": "截止日",
    "is_locked": "已锁定",
    "indicator": "指标",
    "name": "名称",
    "unit": "单位",
    "theme": "主题",
    "levels": "可统计层级",
    "value": "值",
    "numerator": "分子",
    "denominator": "分母",
}
_STATES = {
    "ok": "",
    "no_data": "无数据",
    "suppressed": "人数过少，不显示",
    "missing": "未报",
    "late": "迟报",
    "received": "已报",
    "excused": "免报",
    "pending": "未到期",
    "carried": "沿用以前的名册",
    "none": "从未报过",
    "refused": "整表退回",
    "withdrawn": "已撤回",
    "open": "开放",
    "locked": "已锁定",
    "partly_locked": "部分锁定",
}


def settings() -> Settings:
    return load_settings(click.get_current_context().find_root().obj)


def printable(function: Function) -> Function:
    """Adds --format to a command that prints data."""
    option = click.option(
        "--format",
        "form",
        type=click.Choice(["table", "csv", "json"]),
        default="table",
        help="输出格式",
        show_default=True,
    )
    return option(function)


class _Day(click.ParamType[date]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError as problem:
            raise Refused(f"「{value}」不是日期，请写成 2022-01-20") from problem


def of_a_release(function: Function) -> Function:
    """Adds --as-of and --release to a command that reads data; `release_file` makes a path of them."""
    day = click.option("--as-of", type=_Day(), help="看那一天结束时在用的版本，如 2022-01-20")
    release = click.option("--release", help="看指定的版本；快照已清理的从存档重建")
    return day(release(function))


def release_file(settings: Settings, as_of: date | None, release: str | None) -> Path:
    """The sealed snapshot that a command shall read. Says so when it had to be built again. Raises Refused."""
    with progress() as told:
        found = past.release(settings, as_of, release, told)
    if found.is_rebuilt:
        words = f"版本 {found.asked} 的快照已清理，已按当时的存档和决定重建"
        if found.path.stem != found.asked:
            words += f"；程序、设置或参考数据有过变化，重建的版本号为 {found.path.stem}"
        click.echo(words, err=True)
    return found.path


def release_named(settings: Settings, text: str) -> Path:
    """The same by a release's id or a day such as 2022-01-20."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return release_file(settings, None, text)
    return release_file(settings, day, None)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """What the pipeline tells its progress to: a bar on stderr for each of its stages."""
    tasks: dict[str, Any] = {}
    drawn = bar()

    def tell(what: str, done: int, total: int) -> None:
        if what not in tasks:
            drawn.start()  # not before: an empty one leaves an empty line behind
            tasks[what] = drawn.add_task(what, total=total)
        drawn.update(tasks[what], completed=done, total=total)

    try:
        yield tell
    finally:
        if tasks:
            drawn.stop()


def bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def show(rows: Sequence[Mapping[str, Any]], form: str, title: str) -> None:
    if form == "json":
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=1, default=plain))
        return
    names = list(rows[0]) if rows else []
    if form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, names, lineterminator="\n")
        if names:
            writer.writeheader()
        writer.writerows({name: plain(value) for name, value in row.items()} for row in rows)
        click.echo(text.getvalue(), nl=False)
        return
    table = Table(title=title, show_lines=False)
    for name in names:
        number = any(isinstance(row[name], int | float) for row in rows)
        heading = _HEADINGS.get(name) or ("名称" if name.endswith("_label") else name)
        table.add_column(heading, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(
            *(_STATES.get(row[name], "") if name == "state" else shown(row[name]) for name in names)
        )
    Console().print(table if rows else "（没有数据）")


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in record.items()} for record in records]


def plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return (
            f"{value:,.0f}"
            if float(value).is_integer()
            else f"{value:,.4g}"
            if abs(value) < 1
            else f"{value:,.2f}"
        )
    return str(value)
