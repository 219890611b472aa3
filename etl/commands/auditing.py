"""The command about who looked at and took along what: `audit`."""

from __future__ import annotations

from datetime import date, datetime

import click

from etl import screens
from etl.commands import authority, terminal
from etl.findings import Refused


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="只看这一天所在月份起的记录")
@click.option("--account", help="只看这个账号")
@click.option("--prune", "months", type=int, help="删除这么多个月以前的记录，不能少于 6")
@terminal.printable
def audit(since: datetime | None, account: str | None, months: int | None, form: str) -> None:
    """列出审计记录：谁在何时查看、导出、登记了什么；先核对记录没有被改动、删除或插入。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "audit" if months is None else "operate")
    data = settings.data
    try:
        if broken := screens.audit.broken_at(data):
            raise Refused(f"审计记录从第 {broken} 条起接不上，可能被改动过，请与备份核对")
        if months is not None:
            gone = screens.audit.prune(data, date.today(), months)
            if gone:
                actor.record("prune", target="audit", detail=" ".join(gone))
            told = f"已删除 {'、'.join(gone)} 的审计记录" if gone else "没有可以删除的审计记录"
            click.echo(told)
            return
        rows = [
            {
                "number": entry.number,
                "at": entry.at[:19].replace("T", " "),
                "account": entry.account,
                "role": entry.role,
                "action": screens.audit.ACTIONS.get(entry.action, entry.action),  # type: ignore[call-overload]
                "org": entry.org,
                "target": entry.target,
                "detail": entry.detail,
                "release": entry.release_id,
            }
            for entry in screens.audit.entries(data, since.date() if since else None)
            if account is None or entry.account == account
        ]
    except screens.audit.AuditFailed as problem:
        raise Refused(str(problem)) from problem
    actor.record("view", target="audit")
    terminal.show(rows, form, title="审计记录")
