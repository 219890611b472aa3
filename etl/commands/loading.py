"""Commands that take submissions in: `demo`, `load`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from etl import people, pipeline
from etl.bounds import Bounds
from etl.commands import authority, terminal
from etl.commands.authority import Actor
from etl.intake import why_not
from etl.settings import Settings

_FINDINGS_SHOWN = 10
DEMO_SEED = 2009


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--seed", default=DEMO_SEED, show_default=True, help="随机种子；种子相同，内容相同")
def demo(folder: Path, seed: int) -> None:
    """把演示台账写入 FOLDER（合成数据，不含任何真实信息）。"""
    written = write_demo_folder(terminal.settings(), folder, seed)
    click.echo(f"已写出 {written:,} 个工作簿，在 {folder}")


def write_demo_folder(settings: Settings, folder: Path, seed: int) -> int:
    """Write the demo submissions with a progress bar. Returns the number of workbooks."""
    from etl.demo import write_demo

    with terminal.bar() as bar:
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


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--all-findings", is_flag=True, help="列出全部问题，而不只是前几条")
def load(paths: tuple[Path, ...], all_findings: bool) -> None:
    """装入 PATHS 中的台账（文件或文件夹），校验、汇总并发布新版本。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "operate")
    result = load_showing_progress(settings, paths)
    record(actor, result)
    summarise(result, all_findings)
    unread = len(result.unread_files)
    offered, useless = result.new_files + unread, result.refused_files + unread
    if result.release_id is None or (offered and useless == offered):
        click.echo("错误：没有一份台账可以采用，请按上面的提示更正后重新提交", err=True)
        sys.exit(1)


def record(actor: Actor, result: pipeline.Loaded) -> None:
    """A load in the audit record: what came of it, not what the files are called."""
    counts = f"新文件 {result.new_files}，已有 {result.known_files}，读取 {result.row_count} 行，接收 {result.accepted_count} 行"
    actor.record("load", target="台账", detail=counts, release_id=result.release_id or "")


def load_showing_progress(settings: Settings, paths: Sequence[Path]) -> pipeline.Loaded:
    with terminal.progress() as progress:
        return pipeline.load(settings, paths, progress)


def summarise(result: pipeline.Loaded, all_findings: bool) -> None:
    kinds = result.severities
    click.echo(f"新收文件 {result.new_files:,} 个，已有 {result.known_files:,} 个（不重复计）")
    for name in result.withdrawn_files:
        click.echo(f"  · {name} 以前撤回过，仍不采用；要恢复请运行 liandong withdraw --undo {name}")
    for file in result.unread_files:
        reason = why_not(file, Bounds()) if file.exists() else None
        told = (
            f"文件 {file} {reason}"
            if reason
            else f"读不到文件 {file}，请检查权限或是否正被占用，然后重新装入"
        )
        click.echo(f"  · {people.mask(told)}")
    if result.new_files:
        quarantined = result.row_count - result.accepted_count
        click.echo(
            f"读取 {result.row_count:,} 行 = 接收 {result.accepted_count:,} 行 + 退回 {quarantined:,} 行"
        )
        click.echo(
            f"问题：整表退回 {kinds.get('submission', 0):,} 处，整行退回 {kinds.get('row', 0):,} 处，"
            f"提醒 {kinds.get('warning', 0):,} 处"
        )
    if result.corrections:
        click.echo(f"其中 {result.corrections:,} 份台账在报送期锁定之后收到，作为更正采用")
    shown = result.findings if all_findings else result.findings[:_FINDINGS_SHOWN]
    for finding in shown:
        place = " ".join(filter(None, (finding["file_name"], finding["sheet_name"], finding["cell"])))
        click.echo(f"  · {place}：{finding['sentence']}。{finding['hint']}")
    if len(shown) < len(result.findings):
        click.echo(f"  …… 另有 {len(result.findings) - len(shown):,} 处，加 --all-findings 全部列出")
    if result.release_id:
        word = "已发布新版本" if result.is_new_release else "数据没有变化，仍为版本"
        click.echo(f"{word} {result.release_id}，用时 {result.seconds:.1f} 秒")
