"""The command `report`: declared reports as files, one, many or what is due."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from etl import screens
from etl.commands import authority, terminal
from etl.commands.authority import Actor
from etl.findings import Refused
from etl.settings import Settings


@click.command()
@click.argument("kind", required=False)
@click.option("--org", help="组织编码或名称，默认全区")
@click.option("--period", help="2021、2021-Q4 或 2021-11，按报告种类")
@click.option("--format", "formats", default="docx", show_default=True, help="格式，逗号分隔：docx pdf pptx xlsx html")  # fmt: skip
@click.option("--out", "folder", type=click.Path(path_type=Path, file_okay=False), help="放到哪个文件夹，默认 reports")  # fmt: skip
@click.option("--all", "group", type=click.Choice(["communities", "streets"]), help="为每个社区或每个街道（镇）各做一份")  # fmt: skip
@terminal.of_a_release
@click.option("--reprint", "report_id", help="按编号（印在页脚）用原来的数据版本再打印一份")
@click.option("--due", "is_due", is_flag=True, help="做完排程文件中到期而还没有做的报告")
@click.option("--schedule", "schedule_file", type=click.Path(path_type=Path), help="排程文件，默认参考文件夹中的 schedule.toml")  # fmt: skip
@authority.as_somebody
def report(
    kind: str | None,
    org: str | None,
    period: str | None,
    formats: str,
    folder: Path | None,
    group: str | None,
    as_of: date | None,
    release: str | None,
    report_id: str | None,
    is_due: bool,
    schedule_file: Path | None,
    as_account: str | None,
) -> None:
    """编制报告：KIND 为 monthly quarterly yearly community street brief 之一（也可写中文名）。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "export", as_account)
    if report_id is not None:
        _reprint(settings, actor, report_id, folder, formats)
    elif is_due:
        _due(settings, actor, schedule_file, as_of, release)
    elif kind is None or period is None:
        raise Refused("请写明报告种类和时段，例如 liandong report quarterly --period 2021-Q4；或者用 --due、--reprint")  # fmt: skip
    else:
        if org is not None and group is not None:
            raise Refused("--org 和 --all 只能用一个")
        _make(settings, actor, kind, org, group, period, formats, folder or Path("reports"), as_of, release)


def _make(
    settings: Settings,
    actor: Actor,
    kind: str,
    org: str | None,
    group: str | None,
    period: str,
    formats: str,
    folder: Path,
    as_of: date | None,
    release: str | None,
) -> None:
    try:
        chosen, stretch = screens.making.kind_named(kind), screens.making.period_named(period)
        wanted_formats = screens.making.formats_named(formats.split(","))
        snapshot = screens.making.opened(terminal.release_file(settings, as_of, release), actor.org)
        codes = screens.making.organisations_named(snapshot, group or org or "district", stretch)
        wanted = [screens.making.Wanted(chosen, code, stretch, wanted_formats) for code in codes]
        _all(actor, snapshot, [(each, folder) for each in wanted])
    except screens.making.ReportRefused as problem:
        raise Refused(str(problem)) from problem


def _due(
    settings: Settings, actor: Actor, schedule_file: Path | None, as_of: date | None, release: str | None
) -> None:
    try:
        lines = screens.schedule.read(schedule_file or settings.reference / screens.schedule.FILE)
        snapshot = screens.making.opened(terminal.release_file(settings, as_of, release), actor.org)
        due = screens.schedule.due(snapshot, lines, as_of or date.today())
        if not due:
            click.echo("没有到期而未做的报告")
            return
        _all(actor, snapshot, [(wanted, settings.data / folder) for wanted, folder in due])
    except screens.making.ReportRefused as problem:
        raise Refused(str(problem)) from problem


def _all(
    actor: Actor, snapshot: screens.making.Snapshot, jobs: list[tuple[screens.making.Wanted, Path]]
) -> None:
    """One after the other; what cannot be made is told at the end and holds up nothing else."""
    refused: list[str] = []
    made: list[tuple[str, tuple[Path, ...]]] = []
    with terminal.bar() as progress:
        task = progress.add_task("编制报告", total=len(jobs))
        for wanted, folder in jobs:
            try:
                entry, paths = screens.making.make(snapshot, wanted, folder)
                made.append((entry.report_id, paths))
                actor.record(
                    "report",
                    target=f"{entry.kind} {entry.report_id}",
                    detail=f"{entry.org} {entry.period} {','.join(entry.files)}",
                    release_id=entry.release,
                )
            except screens.making.ReportRefused as problem:
                refused.append(str(problem))
            progress.advance(task)
    for number, paths in made if len(made) <= 3 else []:
        for path in paths:
            click.echo(f"{path}（编号 {number}）")
    if len(made) > 3:
        folders = "、".join(dict.fromkeys(str(path.parent) for _, paths in made for path in paths))
        click.echo(f"共编制 {len(made)} 份报告，在 {folders}")
    if refused:
        more = f"；另有 {len(refused) - 1} 份同样没有编制" if len(refused) > 1 else ""
        raise Refused(refused[0] + more)


def _reprint(settings: Settings, actor: Actor, report_id: str, folder: Path | None, formats: str) -> None:
    given = click.get_current_context().get_parameter_source("formats")
    chosen = formats.split(",") if given is not click.core.ParameterSource.DEFAULT else []
    try:
        paths = screens.making.reprint(settings.data, report_id, folder or Path("reports"), chosen, actor.org)
        actor.record(
            "report", target=f"reprint {report_id}", detail=",".join(path.suffix[1:] for path in paths)
        )
        for path in paths:
            click.echo(str(path))
    except screens.making.ReportRefused as problem:
        raise Refused(str(problem)) from problem
