"""Commands that decide about submissions: `period`, `excuse`, `withdraw`. Nothing is ever deleted by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

import click

from etl import decisions, pipeline, screens, snapshot
from etl.commands import authority, terminal
from etl.commands.authority import Actor
from etl.contract import load_contracts
from etl.findings import Refused
from etl.reference import Reference, load_reference
from etl.settings import Settings

_EVERY = ("all", "全部")


@click.command()
@click.argument("action", type=click.Choice(["lock", "open", "list"]))
@click.argument("period", required=False)
@click.option(
    "--dataset", "datasets", multiple=True, help="只涉及这种台账（名称或代号）；可多次使用，默认全部台账"
)
@click.option("--reason", default="", help="原因，随决定一起存档")
@terminal.printable
def period(action: str, period: str | None, datasets: tuple[str, ...], reason: str, form: str) -> None:
    """锁定报送期（lock）、重新开放（open）或列出（list）；PERIOD 如 2021-Q4。

    锁定之后收到的台账照样采用，但标为更正。
    """
    settings = terminal.settings()
    actor = authority.acting(settings, "operate")
    if action == "list":
        terminal.show(_periods(settings, period), form, title="报送期")
        return
    if period is None:
        raise Refused(f"请写明报送期，例如 liandong period {action} 2021-Q4")
    keys = decisions.periods_named(period)
    names = [dataset_named(text) for text in datasets] or list(load_contracts())
    about = [{"dataset": name, "period_key": key} for key in keys for name in names]
    decided = _decide(settings, action, about, reason)
    _record(actor, "lock", decided, " ".join(keys), action)
    told = "、".join(keys)
    if not decided.new:
        click.echo(f"{told} 的这些台账本来就{'已锁定' if action == 'lock' else '没有锁定'}，没有变化")
        return
    after = "，此后收到的算作更正" if action == "lock" else "，此后收到的不再算作更正"
    word = "已锁定" if action == "lock" else "已重新开放"
    click.echo(f"{word} {told}：{len({one.dataset for one in decided.new}):,} 种台账{after}")
    _tell_release(settings, decided)


@click.command()
@click.argument("committee")
@click.argument("dataset")
@click.argument("period")
@click.option("--reason", default="", help="批准的原因，必填")
@click.option("--undo", is_flag=True, help="取消这项批准")
def excuse(committee: str, dataset: str, period: str, reason: str, undo: bool) -> None:
    """批准 COMMITTEE 在 PERIOD 免报（或迟报）DATASET；DATASET 可写 全部。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "operate")
    if not undo and not reason.strip():
        raise Refused("请用 --reason 写明批准的原因")
    code, name = committee_named(load_reference(settings.reference), committee)
    names = list(load_contracts()) if dataset in _EVERY else [dataset_named(dataset)]
    keys = decisions.periods_named(period)
    about = [{"community_code": code, "dataset": one, "period_key": key} for key in keys for one in names]
    kind = "unexcuse" if undo else "excuse"
    decided = _decide(settings, kind, about, reason)
    _record(actor, "excuse", decided, code, kind, *keys, f"{len(names)} ledgers")
    told = f"{name} {'、'.join(keys)}：{len(decided.new or about):,} 份台账"
    if not decided.new:
        click.echo(f"{told}{'本来就没有批准免报' if undo else '已经批准过免报'}，没有变化")
        return
    click.echo(f"{'已取消免报' if undo else '已批准免报'}　{told}")
    _tell_release(settings, decided)


@click.command()
@click.argument("file")
@click.option("--reason", default="", help="撤回的原因，随决定一起存档")
@click.option("--undo", is_flag=True, help="恢复已撤回的文件")
def withdraw(file: str, reason: str, undo: bool) -> None:
    """撤回收到的一份文件（文件名，或哈希的前几位）：以前的报送重新采用；文件仍在存档里。"""
    settings = terminal.settings()
    actor = authority.acting(settings, "operate")
    receipt = decisions.file_named(settings.data / "archive", file)
    kind = "restore" if undo else "withdraw"
    decided = _decide(settings, kind, [{"sha256": receipt.sha256}], reason)
    _record(actor, "withdraw", decided, receipt.sha256[:12], kind)
    told = f"{receipt.file_name}（{receipt.sha256[:12]}）"
    if not decided.new:
        click.echo(f"{told}{'没有撤回过' if undo else '已经撤回过'}，没有变化")
        return
    click.echo(f"{'已恢复' if undo else '已撤回'} {told}；文件和记录都保留在存档里")
    _tell_release(settings, decided)


def _decide(
    settings: Settings, kind: str, about: Sequence[Mapping[str, str]], reason: str
) -> pipeline.Decided:
    with terminal.progress() as progress:
        return pipeline.decide(settings, kind, about, reason, progress)


def _record(
    actor: Actor, action: screens.audit.Action, decided: pipeline.Decided, target: str, *detail: str
) -> None:
    """In the audit record, unless nothing was decided."""
    if decided.new:
        actor.record(action, target=target, detail=" ".join(detail), release_id=decided.release_id or "")


def _tell_release(settings: Settings, decided: pipeline.Decided) -> None:
    if decided.release_id:
        click.echo(f"已发布新版本 {decided.release_id}，用时 {decided.seconds:.1f} 秒")
    elif served := snapshot.current(settings.data):
        click.echo(f"存档里没有可以采用的台账了，看板仍显示版本 {served}；装入新的台账后会更新")


def _periods(settings: Settings, wanted: str | None) -> list[dict[str, object]]:
    """One row a period that the served release speaks of, or that was ever locked; newest first."""
    taken = decisions.decisions(settings.data / "archive")
    stretches = [lock for lock in decisions.locks(taken) if lock.is_on]
    counts = _submissions_by_period(settings)
    keys = {*counts, *(one.period_key for one in taken if one.kind in ("lock", "open"))}
    if wanted is not None:
        keys &= set(decisions.periods_named(wanted))
    contracts = load_contracts()
    rows: list[dict[str, object]] = []
    for key in sorted(keys, reverse=True):
        locked = [lock for lock in stretches if lock.period_key == key]
        last = max((lock.after_number for lock in locked), default=None)
        decision = next((one for one in taken if one.number == last), None)
        current, corrections = counts.get(key, (0, 0))
        rows.append(
            {
                "period": key,
                "state": "open"
                if not locked
                else "locked"
                if len(locked) >= len(contracts)
                else "partly_locked",
                "locked_datasets": _listed(
                    contracts[lock.dataset].zh for lock in locked if lock.dataset in contracts
                )
                if 0 < len(locked) < len(contracts)
                else "",
                "decided_at": decision.at if decision else None,
                "decided_by": decision.by if decision else None,
                "submissions": current,
                "corrections": corrections,
            }
        )
    return rows


def _submissions_by_period(settings: Settings) -> dict[str, tuple[int, int]]:
    if snapshot.current(settings.data) is None:
        return {}
    with snapshot.connect(snapshot.served(settings.data)) as connection:
        rows = connection.execute(
            """select period_key, count(*) filter (state = 'current'),
                      count(*) filter (is_correction and state in ('current', 'withdrawn'))
               from meta_submission group by period_key"""
        ).fetchall()
    return {key: (current, corrections) for key, current, corrections in rows}


def _listed(names: Iterable[str]) -> str:
    return "、".join(names)


def dataset_named(text: str) -> str:
    """By its code or Chinese name. Raises Refused that names close ones."""
    contracts = load_contracts()
    for name, contract in contracts.items():
        if text in (name, contract.zh):
            return name
    names = [*(contract.zh for contract in contracts.values()), *contracts]
    raise Refused(f"没有名为「{text}」的台账{_close(text, names)}")


def committee_named(reference: Reference, text: str) -> tuple[str, str]:
    """Code and short name, by code or any name that the register knows. Raises Refused that names close ones."""
    rows = {row["code"]: row for row in reference.organisations if row["level"] == "3"}
    code = text if text in rows else reference.committee(text)
    if code is None:
        raise Refused(f"名册里没有「{text}」{_close(text, [row['short_name'] for row in rows.values()])}")
    return code, rows[code]["short_name"]


def _close(text: str, names: Sequence[str]) -> str:
    found = get_close_matches(text, names, n=3, cutoff=0.3)
    return f"，您是不是要找：{'、'.join(found)}" if found else ""
