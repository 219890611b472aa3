"""The command that loads as files arrive: `watch`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import FrameType

import click

from etl import pipeline, watching
from etl.commands import authority, loading, terminal
from etl.findings import Refused


@click.command()
@click.argument("inbox", required=False, type=click.Path(path_type=Path))
@click.option("--every", default=10.0, show_default=True, help="每隔几秒看一次；文件连续两次没有变化才装入")
def watch(inbox: Path | None, every: float) -> None:
    """守着文件夹 INBOX（默认收件夹），台账一到就装入，每次一行；按 Ctrl-C 结束。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "operate")
    folder = inbox or settings.inbox
    if every <= 0:
        raise Refused("--every 应大于 0")
    if folder.is_file():
        raise Refused(f"{folder} 是一个文件，请写文件夹")
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        """Twice at once: somebody who does not want to wait for the load."""
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    def load(files: Sequence[Path]) -> pipeline.Loaded:
        result = pipeline.load(settings, files)
        if result.new_files:
            loading.record(actor, result)
        return result

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        _say(f"开始守着 {folder}，每 {every:g} 秒看一次")
        watching.watch(folder, load, _say, stop, every)
        _say("已停止")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(line: str) -> None:
    click.echo(f"{datetime.now():%H:%M:%S} {line}")
