"""Commands about what was published: `status`, `releases`, `rebuild`, `rollback`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from etl import decisions, overview, pipeline, snapshot
from etl.commands import authority, matrix, month, terminal
from etl.findings import Refused
from etl.reference import load_reference


@click.command()
@click.option("--period", help="报送期，如 2021-Q4 或 2021；all 为全部；默认最近一期")
@click.option("--committee", help="只看这个社区（编码或名称）")
@terminal.of_a_release
@authority.as_somebody
@terminal.printable
def status(
    period: str | None,
    committee: str | None,
    as_of: date | None,
    release: str | None,
    as_account: str | None,
    form: str,
) -> None:
    """各社区、各种台账、各报送期：已报、迟报、未报、有错误、免报、锁定后更正、已撤回，和需要做的事。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "view", as_account)
    code = month.committee_named(load_reference(settings.reference), committee)[0] if committee else None
    periods = None if period is None else () if period == "all" else decisions.periods_named(period)
    file = terminal.release_file(settings, as_of, release)
    today = as_of or date.today()
    standings = overview.status(file, today, periods, code, actor.org)
    actor.record("query", target="报送情况", detail=period or "", release_id=file.stem)
    if form == "table":
        matrix.show(standings, file.stem)
    else:
        terminal.show([asdict(standing) for standing in standings], form, title="报送情况")


@click.command()
@terminal.printable
def releases(form: str) -> None:
    """列出全部数据版本：何时发布，因为什么，涉及几份文件，其中几份是锁定后的更正。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "view")
    if actor.org:
        raise Refused(f"账号“{actor.account}”只能查看 {actor.org}，不能列出全区的数据版本")
    data = settings.data
    kept = {release.release_id: release for release in snapshot.releases(data)}
    served = snapshot.current(data)
    rows = []
    for entry in _newest_first(data, kept):
        release = kept.get(entry.release_id)
        rows.append(
            {
                "release": entry.release_id,
                "published_at": entry.at[:19].replace("T", " ") or None,
                "why": _WHY.get(entry.reason, entry.reason),
                "new_files": entry.new_files,
                "corrections": entry.corrections,
                "current": "是" if entry.release_id == served else "",
                "kept": "保留" if release else "可重建",
                "first_month": release.first_month if release else None,
                "last_month": release.last_month if release else None,
                "submissions": release.submission_count if release else None,
                "accepted": release.accepted_count if release else None,
                "quarantined": release.quarantined_count if release else None,
            }
        )
    if form == "table":  # a terminal is not wide enough for more
        rows = [{name: row[name] for name in _SHOWN} for row in rows]
    terminal.show(rows, form, title="数据版本")


_SHOWN = ("release", "published_at", "why", "new_files", "corrections", "submissions", "current", "kept")
_WHY = {"load": "装入台账", "rebuild": "从存档重新生成", "rollback": "退回版本", **decisions.NAMES}


def _newest_first(data: Path, kept: Collection[str]) -> list[snapshot.Publication]:
    """Of each release the last publication that was no mere going back; and those built, never served."""
    found: dict[str, snapshot.Publication] = {}
    for entry in snapshot.history(data):
        if entry.reason != "rollback" or entry.release_id not in found:
            found.pop(entry.release_id, None)
            found[entry.release_id] = entry
    unserved = [snapshot.Publication("", name, "从存档重建") for name in kept if name not in found]
    return [*reversed(found.values()), *unserved]


@click.command()
def rebuild() -> None:
    """从存档重新生成在用的版本：升级或降级程序、换了设置、恢复备份之后用；不收新文件。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "operate")
    with terminal.progress() as progress:
        release_id, is_new = pipeline.renew(settings, progress)
    actor.record("rollback", target=release_id, detail="重新生成", release_id=release_id)
    click.echo(f"现在使用的版本：{release_id}{'' if is_new else '（数据没有变化）'}")


@click.command()
@click.argument("release", required=False)
def rollback(release: str | None) -> None:
    """退回到上一个版本，或指定的 RELEASE；要去掉某份台账请用 withdraw，退回之后再装入会重新采用它。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "operate")
    with pipeline.only_one(settings.data):
        served = snapshot.roll_back(settings.data, release)
    actor.record("rollback", target=served, release_id=served)
    click.echo(f"现在使用的版本：{served}")
