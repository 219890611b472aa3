"""Commands that start the dashboard: `serve`, `run`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from etl import snapshot
from etl.commands import authority, loading, terminal
from etl.commands.loading import DEMO_SEED, load_showing_progress, summarise, write_demo_folder
from etl.settings import Settings


@click.command()
@click.option("--port", default=8501, show_default=True, help="端口")
@click.option("--address", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--base-path", default="", help="反向代理给的路径，如 /liandong")
def serve(port: int, address: str, base_path: str) -> None:
    """启动看板。"""
    _serve(terminal.settings(), port, address, base_path)


@click.command()
@click.option("--port", default=8501, show_default=True, help="端口")
@click.option("--address", default="127.0.0.1", show_default=True, help="监听地址")
def run(port: int, address: str) -> None:
    """首次运行时写入并装入演示台账，然后启动看板；已有数据时只启动看板。"""
    settings = terminal.settings()
    if snapshot.current(settings.data) is None:
        actor = authority.acting(settings, "operate")
        if settings.inbox.exists() and any(settings.inbox.iterdir()):
            click.echo(f"收件夹 {settings.inbox} 中已有台账，直接装入")
        else:
            # In one move: half a demo in the inbox would be taken for somebody's own ledgers.
            arriving = settings.data / "staging" / ".demo"
            shutil.rmtree(arriving, ignore_errors=True)
            write_demo_folder(settings, arriving, DEMO_SEED)
            if settings.inbox.exists():
                settings.inbox.rmdir()  # empty, or it would not go
            os.replace(arriving, settings.inbox)
        result = load_showing_progress(settings, [settings.inbox])
        loading.record(actor, result)
        summarise(result, all_findings=False)
    _serve(settings, port, address)


def _serve(settings: Settings, port: int, address: str, base_path: str = "") -> None:
    """Replace this process by Streamlit, which prints nothing but our one line."""
    app = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"
    base_path = base_path.strip("/")
    secrets = authority.check_serving(settings, address, lambda: _organisations(settings))
    shown = "127.0.0.1" if address in {"0.0.0.0", "::"} else address
    click.echo(f"看板地址：http://{shown}:{port}{'/' + base_path if base_path else ''}")
    sys.stdout.flush()
    arguments = [
        sys.executable, "-m", "streamlit", "run", str(app),
        "--server.port", str(port), "--server.address", address, "--server.headless", "true", "--logger.level", "warning",
        "--server.baseUrlPath", base_path, "--server.maxUploadSize", str(settings.bounds.file_mb), *secrets,
    ]  # fmt: skip
    environment = {
        # The address of a connection is the one that it comes from, whatever a header claims (identity.py).
        "FORWARDED_ALLOW_IPS": "",
        **os.environ,
        "LIANDONG_DATA": str(settings.data),
        "LIANDONG_LOG": str(settings.data / settings.log_file) if settings.log_file else "",
        "LIANDONG_LOG_MB": str(settings.log_mb),
        "LIANDONG_LOG_KEPT": str(settings.log_kept),
        "LIANDONG_SETTINGS": str(settings.path.resolve()),  # for the commands that the dashboard asks
    }
    if (app.parents[1] / ".streamlit").is_dir():  # an installed program has it beside app.py
        os.chdir(app.parents[1])
    # Streamlit would print addresses of its own, in English; what goes wrong goes to stderr.
    if os.name == "nt":
        sys.exit(subprocess.call(arguments, env=environment, stdout=subprocess.DEVNULL))
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    os.execve(sys.executable, arguments, environment)


def _organisations(settings: Settings) -> list[str]:
    """The codes of the served release."""
    with snapshot.connect(snapshot.served(settings.data)) as connection:
        return [code for (code,) in connection.execute("select org_code from dim_organisation").fetchall()]
