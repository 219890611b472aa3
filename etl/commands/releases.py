"""Commands about what was published: `status`, `releases`, `rollback`."""

from __future__ import annotations

import click

from etl import overview, pipeline, snapshot
from etl.commands import terminal


@click.command()
@terminal.printable
def status(form: str) -> None:
    """各社区各季度的报送情况：已报、迟报、未报、有问题。"""
    terminal.show(overview.status(terminal.settings().data), form, title="报送情况")


@click.command()
@terminal.printable
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
        for release in snapshot.releases(terminal.settings().data)
    ]
    terminal.show(rows, form, title="数据版本")


@click.command()
@click.argument("release", required=False)
def rollback(release: str | None) -> None:
    """退回到上一个版本，或指定的 RELEASE。"""
    settings = terminal.settings()
    with pipeline.only_one(settings.data):
        served = snapshot.roll_back(settings.data, release)
    click.echo(f"现在使用的版本：{served}")
