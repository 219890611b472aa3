"""The console script `liandong`: everything an analyst types. Most commands live in etl/commands/.

An indicator is asked through the dashboard: the catalogue is compiled to SQL in one place, on the reading side.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any, Literal

import click

from etl import faults, screens, snapshot
from etl.commands import (
    auditing,
    authority,
    checking,
    differing,
    loading,
    month,
    operating,
    releases,
    reporting,
    serving,
    templates,
    terminal,
    watching,
)
from etl.findings import Refused


class _Group(click.Group):
    """Says what is wrong in one sentence; a traceback shown to a user is a bug."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as problem:
            _fail(str(problem))
        except PermissionError as problem:
            _fail(f"没有权限读写 {problem.filename}，请检查文件夹权限")
        except OSError as problem:
            if faults.is_disk_full(problem):
                _fail(_DISK_FULL)
            _fail(f"读写文件失败：{faults.in_words(problem)}（{problem.filename or '未知文件'}）")
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as problem:
            if faults.is_disk_full(problem):  # in the words of a library
                _fail(_DISK_FULL)
            _fail(
                f"程序出现意外问题（{type(problem).__name__}），详情已写入 {faults.write_details()}，原有数据不受影响"
            )


_DISK_FULL = "磁盘已满，本次没有生成新版本，原有版本不受影响；请清理磁盘后重试"


def _fail(sentence: str) -> None:
    click.echo(f"错误：{sentence}", err=True)
    sys.exit(2)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--settings", "settings_file", type=click.Path(path_type=Path), help="设置文件，默认 data/settings.toml"
)
@click.pass_context
def main(ctx: click.Context, settings_file: Path | None) -> None:
    """联动：社区联合党委台账汇总与数据看板。"""
    ctx.obj = settings_file


@main.command()
@click.argument("indicator")
@click.option(
    "--by", default="", help="分组，逗号分隔：district street community unit month quarter year type …"
)
@click.option("--period", help="2021、2021-Q4、2021-11 或 2019..2021；默认最近一年")
@click.option("--org", help="组织编码，默认全区")
@click.option("--where", multiple=True, help="筛选，如 type=volunteer；可多次使用")
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="名称的语言"
)
@terminal.of_a_release
@authority.as_somebody
@terminal.printable
def query(
    indicator: str,
    by: str,
    period: str | None,
    org: str | None,
    where: tuple[str, ...],
    language: Literal["zh", "en"],
    as_of: date | None,
    release: str | None,
    as_account: str | None,
    form: str,
) -> None:
    """查询一个指标：值、分子、分母。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "view", as_account)
    file = terminal.release_file(settings, as_of, release)
    groups = tuple(part.strip() for part in by.split(",") if part.strip())
    try:
        frame = screens.commands.query(
            file,
            indicator,
            groups,
            period,
            org,
            where,
            language=language,
            within=actor.org,
        )
    except ValueError as problem:
        raise Refused(str(problem)) from problem
    asked = " ".join(filter(None, (org, period, by, *where)))
    actor.record("query", target=indicator, detail=asked, release_id=file.stem)
    terminal.show(terminal.rows_of(frame), form, title=indicator)


@main.command()
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="名称的语言"
)
@terminal.of_a_release
@terminal.printable
def indicators(language: Literal["zh", "en"], as_of: date | None, release: str | None, form: str) -> None:
    """列出指标目录。"""
    frame = screens.commands.indicators(terminal.release_file(terminal.settings(), as_of, release), language)
    rows = terminal.rows_of(frame)
    if form == "table":  # the whole definition fits no terminal; csv and json have it
        rows = [
            {name: row[name] for name in ("indicator", "name", "unit", "theme", "levels")} for row in rows
        ]
    terminal.show(rows, form, title="指标目录")


@main.command()
@click.argument("before", required=False)
@click.argument("after", required=False)
@click.option("--indicator", "names", multiple=True, help="只比较这个指标；可多次使用")
@click.option("--org", help="只看这个组织之内（编码或名称），默认全区")
@click.option("--all", "everything", is_flag=True, help="列出全部，而不只是变化最大的几行")
@click.option("--submissions", is_flag=True, help="csv 和 json 时改为列出引起变化的报送")
@authority.as_somebody
@terminal.printable
def diff(
    before: str | None,
    after: str | None,
    names: tuple[str, ...],
    org: str | None,
    everything: bool,
    submissions: bool,
    as_account: str | None,
    form: str,
) -> None:
    """比较两个版本：哪些数变了，因为哪份文件；版本可写版本号或日期，默认是在用的和它之前的一个。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "view", as_account)
    new = terminal.release_named(settings, after) if after else terminal.release_file(settings, None, None)
    old = terminal.release_named(settings, before or snapshot.built_before(settings.data, new.stem))
    try:
        found = screens.commands.diff(old, new, names, org, within=actor.org)
    except ValueError as problem:
        raise Refused(str(problem)) from problem
    actor.record("query", target="diff", detail=" ".join((*names, org or "")), release_id=new.stem)
    figures, changes = terminal.rows_of(found.figures), terminal.rows_of(found.changes)
    if form == "table":
        differing.show(old.stem, new.stem, figures, changes, everything)
    else:
        terminal.show(changes if submissions else figures, form, title="")


for command in (
    loading.demo,
    loading.load,
    checking.check,
    templates.template,
    releases.status,
    month.period,
    month.excuse,
    month.withdraw,
    watching.watch,
    releases.releases,
    releases.rebuild,
    releases.rollback,
    reporting.report,
    auditing.audit,
    serving.serve,
    serving.run,
    operating.examine,
    operating.health,
    operating.backup,
    operating.restore,
    operating.deploy,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
