"""The console script `liandong`: everything an analyst types.

It is the one place in etl/ that reaches the dashboard, and only when a command needs it: to serve
it and to ask an indicator (the catalogue is compiled to SQL in one place, on the reading side).
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from etl import faults, overview, people, pipeline, snapshot
from etl.findings import Refused
from etl.settings import Settings, load_settings

if TYPE_CHECKING:
    import pandas as pd

Function = TypeVar("Function", bound=Callable[..., Any])
_FINDINGS_SHOWN = 10
DEMO_SEED = 2009
# What people read above a column; csv and json keep the names that programs read.
_HEADINGS = {
    "release": "版本",
    "built_at": "生成时间（UTC）",
    "current": "在用",
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
}


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
            if problem.errno == 28:
                _fail("磁盘已满，本次没有生成新版本，原有版本不受影响；请清理磁盘后重试")
            _fail(f"读写文件失败：{problem.strerror or problem}（{problem.filename or '未知文件'}）")
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as problem:
            _fail(
                f"程序出现意外问题（{type(problem).__name__}），详情已写入 {faults.write_details()}，原有数据不受影响"
            )


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


def _settings() -> Settings:
    return load_settings(click.get_current_context().find_root().obj)


def _printable(function: Function) -> Function:
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


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=DEMO_SEED, show_default=True, help="随机种子；种子相同，内容相同")
def demo(folder: Path, seed: int) -> None:
    """把演示台账写入 FOLDER（合成数据，不含任何真实信息）。"""
    written = _write_demo(_settings(), folder, seed)
    click.echo(f"已写出 {written:,} 个工作簿，在 {folder}")


def _write_demo(settings: Settings, folder: Path, seed: int) -> int:
    """Write the demo submissions with a progress bar. Returns the number of workbooks."""
    from etl.demo import write_demo

    with _bar() as bar:
        task = bar.add_task("写演示台账", total=None)
        written = write_demo(
            folder,
            settings.reference,
            district_name=settings.district_name,
            due_days=settings.due_days,
            seed=seed,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    return len(written.paths)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--all-findings", is_flag=True, help="列出全部问题，而不只是前几条")
def load(paths: tuple[Path, ...], all_findings: bool) -> None:
    """装入 PATHS 中的台账（文件或文件夹），校验、汇总并发布新版本。"""
    result = _load(_settings(), paths)
    _summarise(result, all_findings)
    unread = len(result.unread_files)
    offered, useless = result.new_files + unread, result.refused_files + unread
    if result.release_id is None or (offered and useless == offered):
        click.echo("错误：没有一份台账可以采用，请按上面的提示更正后重新提交", err=True)
        sys.exit(1)


def _load(settings: Settings, paths: Sequence[Path]) -> pipeline.Loaded:
    tasks: dict[str, Any] = {}
    with _bar() as bar:

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        return pipeline.load(settings, paths, progress)


def _summarise(result: pipeline.Loaded, all_findings: bool) -> None:
    kinds = result.severities
    click.echo(f"新收文件 {result.new_files:,} 个，已有 {result.known_files:,} 个（不重复计）")
    for file in result.unread_files:
        click.echo(f"  · 读不到文件 {people.mask(str(file))}，请检查权限或是否正被占用，然后重新装入")
    if result.new_files:
        quarantined = result.row_count - result.accepted_count
        click.echo(
            f"读取 {result.row_count:,} 行 = 接收 {result.accepted_count:,} 行 + 退回 {quarantined:,} 行"
        )
        click.echo(
            f"问题：整表退回 {kinds.get('submission', 0):,} 处，整行退回 {kinds.get('row', 0):,} 处，"
            f"提醒 {kinds.get('warning', 0):,} 处"
        )
    shown = result.findings if all_findings else result.findings[:_FINDINGS_SHOWN]
    for finding in shown:
        place = " ".join(filter(None, (finding["file_name"], finding["sheet_name"], finding["cell"])))
        click.echo(f"  · {place}：{finding['sentence']}。{finding['hint']}")
    if len(shown) < len(result.findings):
        click.echo(f"  …… 另有 {len(result.findings) - len(shown):,} 处，加 --all-findings 全部列出")
    if result.release_id:
        word = "已发布新版本" if result.is_new_release else "数据没有变化，仍为版本"
        click.echo(f"{word} {result.release_id}，用时 {result.seconds:.1f} 秒")


@main.command()
@_printable
def status(form: str) -> None:
    """各社区各季度的报送情况：已报、迟报、未报、有问题。"""
    _print(overview.status(_settings().data), form, title="报送情况")


@main.command()
@_printable
def releases(form: str) -> None:
    """列出全部数据版本。"""
    rows = [
        {
            "release": release.release_id,
            "built_at": release.built_at,
            "current": "是" if release.is_current else "",
            "first_month": release.first_month,
            "last_month": release.last_month,
            "submissions": release.submission_count,
            "accepted": release.accepted_count,
            "quarantined": release.quarantined_count,
        }
        for release in snapshot.releases(_settings().data)
    ]
    _print(rows, form, title="数据版本")


@main.command()
@click.argument("release", required=False)
def rollback(release: str | None) -> None:
    """退回到上一个版本，或指定的 RELEASE。"""
    settings = _settings()
    with pipeline.only_one(settings.data):
        served = snapshot.roll_back(settings.data, release)
    click.echo(f"现在使用的版本：{served}")


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
@_printable
def query(
    indicator: str,
    by: str,
    period: str | None,
    org: str | None,
    where: tuple[str, ...],
    language: Literal["zh", "en"],
    form: str,
) -> None:
    """查询一个指标：值、分子、分母。"""
    from dashboard import commands

    groups = tuple(part.strip() for part in by.split(",") if part.strip())
    try:
        frame = commands.query(
            snapshot.served(_settings().data), indicator, groups, period, org, where, language=language
        )
    except ValueError as problem:
        raise Refused(str(problem)) from problem
    _print(_rows(frame), form, title=indicator)


@main.command()
@click.option(
    "--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="名称的语言"
)
@_printable
def indicators(language: Literal["zh", "en"], form: str) -> None:
    """列出指标目录。"""
    from dashboard import commands

    frame = commands.indicators(snapshot.served(_settings().data), language)
    rows = _rows(frame)
    if form == "table":  # the whole definition fits no terminal; csv and json have it
        rows = [
            {name: row[name] for name in ("indicator", "name", "unit", "theme", "levels")} for row in rows
        ]
    _print(rows, form, title="指标目录")


@main.command()
@click.option("--port", default=8501, show_default=True, help="端口")
@click.option("--address", default="127.0.0.1", show_default=True, help="监听地址")
def serve(port: int, address: str) -> None:
    """启动看板。"""
    _serve(_settings(), port, address)


@main.command()
@click.option("--port", default=8501, show_default=True, help="端口")
@click.option("--address", default="127.0.0.1", show_default=True, help="监听地址")
def run(port: int, address: str) -> None:
    """首次运行时写入并装入演示台账，然后启动看板；已有数据时只启动看板。"""
    settings = _settings()
    if snapshot.current(settings.data) is None:
        if settings.inbox.exists() and any(settings.inbox.iterdir()):
            click.echo(f"收件夹 {settings.inbox} 中已有台账，直接装入")
        else:
            # In one move: half a demo in the inbox would be taken for somebody's own ledgers.
            arriving = settings.data / "staging" / ".demo"
            shutil.rmtree(arriving, ignore_errors=True)
            _write_demo(settings, arriving, DEMO_SEED)
            if settings.inbox.exists():
                settings.inbox.rmdir()  # empty, or it would not go
            os.replace(arriving, settings.inbox)
        _summarise(_load(settings, [settings.inbox]), all_findings=False)
    _serve(settings, port, address)


def _serve(settings: Settings, port: int, address: str) -> None:
    """Replace this process by Streamlit, which prints nothing but our one line."""
    app = Path(__file__).resolve().parents[1] / "dashboard" / "app.py"
    shown = "127.0.0.1" if address in {"0.0.0.0", "::"} else address
    click.echo(f"看板地址：http://{shown}:{port}")
    sys.stdout.flush()
    arguments = [
        sys.executable, "-m", "streamlit", "run", str(app),
        "--server.port", str(port), "--server.address", address, "--server.headless", "true", "--logger.level", "warning",
    ]  # fmt: skip
    environment = {**os.environ, "LIANDONG_DATA": str(settings.data)}
    os.chdir(app.parents[1])  # .streamlit/config.toml is found from here
    # Streamlit would print addresses of its own, in English; what goes wrong goes to stderr.
    if os.name == "nt":
        sys.exit(subprocess.call(arguments, env=environment, stdout=subprocess.DEVNULL))
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    os.execve(sys.executable, arguments, environment)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _print(rows: Sequence[Mapping[str, Any]], form: str, title: str) -> None:
    if form == "json":
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=1, default=_plain))
        return
    names = list(rows[0]) if rows else []
    if form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, names, lineterminator="\n")
        if names:
            writer.writeheader()
        writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)
        click.echo(text.getvalue(), nl=False)
        return
    table = Table(title=title, show_lines=False)
    for name in names:
        number = any(isinstance(row[name], int | float) for row in rows)
        heading = "名称" if name.endswith("_label") else _HEADINGS.get(name, name)
        table.add_column(heading, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(
            *(_STATES.get(row[name], "") if name == "state" else _shown(row[name]) for name in names)
        )
    Console().print(table if rows else "（没有数据）")


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in record.items()} for record in records]


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.isoformat() if isinstance(value, date | datetime) else value


def _shown(value: Any) -> str:
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


if __name__ == "__main__":
    main()
