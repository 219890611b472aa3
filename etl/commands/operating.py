"""Commands for whoever runs the system: `doctor`, `health`, `backup`, `restore`, `deploy`."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import sys
import urllib.request
from pathlib import Path

import click

from etl import snapshot
from etl.commands import authority, terminal
from etl.findings import Refused
from etl.operations import backup as backups
from etl.operations import deployment, doctor

_ANSWER_SECONDS = 5
_COMMAND = "LIANDONG_COMMAND"  # set by the script that install.sh writes: it stays when versions change


@click.command("doctor")
@click.option("--deep", is_flag=True, help="核对全部原件和全部版本，而不只是最近的")
@terminal.printable
def examine(deep: bool, form: str) -> None:
    """体检：程序、文件夹、磁盘、时钟、数据版本、存档、密钥、权限和审计记录；有错误时以状态 1 结束。"""
    lines = []
    for line in doctor.examine(terminal.settings(), deep):
        lines.append(line)
        if form == "table":
            click.echo(f"{doctor.STATES[line.state]}　{line.check}：{line.told}")
    if form != "table":
        rows = [{"check": line.check, "state": line.state, "told": line.told} for line in lines]
        terminal.show(rows, form, title="体检")
    if any(line.state == "fault" for line in lines):
        sys.exit(1)


@click.command()
@click.option("--url", help="再问一问正在运行的看板，如 http://127.0.0.1:8501")
def health(url: str | None) -> None:
    """是否可以服务：有在用的版本而且打得开，看板有应答；不能时以状态 1 结束。供监控和容器使用。"""
    served = snapshot.served(terminal.settings().data)
    snapshot.connect(served).close()
    if url:
        _ask(url.rstrip("/") + "/_stcore/health")
    click.echo(f"正常：在用版本 {served.stem}{'，看板有应答' if url else ''}")


def _ask(address: str) -> None:
    if not re.match("https?://.", address):
        raise Refused(f"--url 应写成 http://127.0.0.1:8501 的样子，而不是「{address}」")
    # A proxy of the environment has no business between a server and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=_ANSWER_SECONDS) as answer:
            answer.read()
    except (OSError, ValueError) as problem:
        raise Refused(f"看板没有应答（{address}），请查看服务状态和日志") from problem


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--snapshots", is_flag=True, help="连同全部快照；不带时恢复之后从存档重新生成")
@click.option("--keep", type=click.IntRange(min=1), help="TARGET 为文件夹时：只留最新的几个备份")
def backup(target: Path, snapshots: bool, keep: int | None) -> None:
    """把存档、决定、督办、审计、权限、报告和设置写成一个备份文件 TARGET（或放入文件夹 TARGET），并读回核对。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "operate")
    with terminal.progress() as progress:
        made = backups.write(settings, target, snapshots, progress)
    actor.record("backup", detail=f"{made.file_count} 个文件", release_id=made.release_id or "")
    click.echo(f"{made.path}：{made.file_count:,} 个文件，{made.byte_count / 1e6:,.1f} MB，已读回核对")
    if keep is not None and made.path.parent == target and (gone := backups.prune(target, keep)):
        click.echo(f"删去了 {len(gone):,} 个旧备份，留 {keep} 个")
    click.echo("备份里不含密钥（化名密钥、存档密钥、登录用的密钥），请另行保存")


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--no-rebuild", is_flag=True, help="只恢复文件，不生成快照")
def restore(source: Path, no_rebuild: bool) -> None:
    """把备份文件 SOURCE 恢复到空的数据文件夹，逐个核对，并重新生成在用的版本。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "operate")
    with terminal.progress() as progress:
        restored, left = backups.restore(settings, source, not no_rebuild, progress)
    actor.record("restore", detail=f"{restored.file_count} 个文件", release_id=restored.release_id or "")
    click.echo(f"已恢复 {restored.file_count:,} 个文件到 {settings.data}，逐个核对无误")
    if restored.release_id and snapshot.path_of(settings.data, restored.release_id).exists():
        click.echo(f"现在使用的版本：{restored.release_id}")
    for sentence in left:
        click.echo(f"请注意：{sentence}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--user", default=None, help="运行服务的系统账号，默认当前账号")
@click.option("--port", default=8501, show_default=True, help="看板的端口")
@click.option("--base-path", default="/liandong", show_default=True, help="网址里的路径")
@click.option("--backups", type=click.Path(path_type=Path), default=Path("/var/backups/liandong"), show_default=True, help="备份放在哪个文件夹")  # fmt: skip
def deploy(folder: Path, user: str | None, port: int, base_path: str, backups: Path) -> None:
    """把 nginx 配置和 systemd 服务、定时器写入 FOLDER，其中的路径已按本机填好。"""
    command = (
        os.environ.get(_COMMAND)
        or shutil.which(sys.argv[0])
        or str(Path(sys.executable).with_name("liandong"))
    )
    place = deployment.Place(
        Path(command).absolute(), user or getpass.getuser(), port, base_path, backups.resolve()
    )
    for path in deployment.write(terminal.settings(), place, folder):
        click.echo(str(path))
