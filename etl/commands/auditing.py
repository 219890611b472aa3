"""The command about who looked at and took along what: `audit`."""

from __future__ import annotations

from datetime import datetime

import click

from etl.commands import terminal
from etl.findings import Refused


@click.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="只看这一天所在月份起的记录")
@click.option("--account", help="只看这个账号")
@terminal.printable
def audit(since: datetime | None, account: str | None, form: str) -> None:
    """列出审计记录：谁在何时查看、导出、登记了什么；先核对记录没有被改动、删除或插入。"""
    from dashboard import audit as record

    data = terminal.settings().data
    try:
        if broken := record.broken_at(data):
            raise Refused(f"审计记录从第 {broken} 条起接不上，可能被改动过，请与备份核对")
        rows = [
            {
                "number": entry.number,
                "at": entry.at[:19].replace("T", " "),
                "account": entry.account,
                "role": entry.role,
                "action": record.ACTIONS.get(entry.action, entry.action),  # type: ignore[call-overload]
                "org": entry.org,
                "target": entry.target,
                "detail": entry.detail,
                "release": entry.release_id,
            }
            for entry in record.entries(data, since.date() if since else None)
            if account is None or entry.account == account
        ]
    except record.AuditFailed as problem:
        raise Refused(str(problem)) from problem
    terminal.show(rows, form, title="审计记录")
