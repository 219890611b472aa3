"""Commands for whoever fills ledgers in: `check`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from etl import archive, checking
from etl.checking import Checked, FileResult
from etl.commands import terminal
from etl.contract import load_contracts
from etl.findings import SEVERITY_LABELS
from etl.reference import load_reference

# What json shows of a file and csv of a finding is a contract with programs: names are added, never changed.
_OF_A_FILE = ("file_name", "encoding", "datasets", "findings", "marked", "unmarked")
_DAYS_TO_CORRECT = 7
_COLOURS = {"submission": "red", "row": "yellow", "warning": "cyan"}


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="把标注了问题的工作簿写入这个文件夹，改正后可直接重新提交",
)
@click.option(
    "--covers",
    type=click.Path(path_type=Path, file_okay=False),
    help="给每个填报单位写一份可以直接转发的反馈函（Word），放入这个文件夹",
)
@click.option("--by", type=click.DateTime(["%Y-%m-%d"]), help="反馈函中的更正期限，默认七天后")
@terminal.printable
def check(
    paths: tuple[Path, ...], out: Path | None, covers: Path | None, by: datetime | None, form: str
) -> None:
    """检查 PATHS 中的台账（文件或文件夹）能否采用，不存档、不发布。有内容要退回时以状态 1 结束，只有提醒或没有问题时为 0。"""
    settings = terminal.settings()
    files = archive.files_below(paths)
    with terminal.bar() as bar:
        task = bar.add_task("检查", total=len(files))
        checked = checking.check(settings, files, lambda _: bar.advance(task), out)
    if covers:
        _write_covers(checked, covers, by.date() if by else date.today() + timedelta(days=_DAYS_TO_CORRECT))
    if form == "json":
        click.echo(json.dumps(as_json(checked), ensure_ascii=False, indent=1, default=str))
    elif form == "csv":
        terminal.show([asdict(told) for file in checked.files for told in file.findings], form, title="")
    else:
        for file in checked.files:
            _tell(file)
        click.echo(
            f"读取 {checked.row_count:,} 行 = 可接收 {checked.accepted_count:,} 行 + 要退回 {checked.quarantined_count:,} 行"
        )
    if any(file.is_refused for file in checked.files):
        sys.exit(1)


def _write_covers(checked: Checked, folder: Path, by: date) -> None:
    from etl.covers import write_covers  # python-docx: nothing that every command should wait for

    settings = terminal.settings()
    write_covers(
        folder,
        checked,
        names={row["code"]: row["name"] for row in load_reference(settings.reference).organisations},
        labels={name: contract.zh for name, contract in load_contracts().items()},
        office=_office(settings.district_name, settings.levels[0].body),
        by=by,
        today=date.today(),
    )


def _office(place: str, body: str) -> str:
    """青河县 and 县委 are 青河县委."""
    return place.removesuffix(body[:1]) + body


def as_json(checked: Checked) -> dict[str, Any]:
    """What programs read, the dashboard's page among them."""
    files = [
        {name: value for name, value in asdict(file).items() if name in _OF_A_FILE} for file in checked.files
    ]
    counts = {name: getattr(checked, name) for name in ("row_count", "accepted_count", "quarantined_count")}
    return {"files": files, **counts}


def _tell(file: FileResult) -> None:
    """One file as a person reads it: what was recognised, then what to do."""
    console = Console()
    encoding = f"（{file.encoding}）" if file.encoding else ""
    click.echo(f"{file.file_name}{encoding}：{summary(file)}")
    for sheet in file.datasets:
        click.echo(
            f"  工作表“{sheet.sheet}”是{sheet.committee}{sheet.period_label}的{sheet.label}台账："
            f"{sheet.row_count:,} 行，可接收 {sheet.accepted_count:,} 行"
        )
    if file.marked:
        click.echo(f"  标注副本：{file.marked}")
    elif file.unmarked:
        click.echo(f"  没有标注副本：{file.unmarked}")
    if not file.findings:
        return
    table = Table(show_lines=False)
    for heading in ("位置", "程度", "问题", "怎样改", "例"):
        table.add_column(heading, overflow="fold")
    for told in file.findings:
        place = " ".join(filter(None, (told.sheet_name, told.cell)))
        table.add_row(
            escape(place),
            f"[{_COLOURS[told.severity]}]{told.severity_label}[/]",
            *map(escape, (told.sentence, told.hint, told.example)),
        )
    console.print(table)


def summary(file: FileResult) -> str:
    """0 处问题 is said, too."""
    counts = [
        f"{label} {count:,} 处"
        for severity, label in SEVERITY_LABELS.items()
        if (count := sum(told.severity == severity for told in file.findings))
    ]
    return "，".join(counts) if counts else "没有发现问题"
