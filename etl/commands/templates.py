"""The command that writes workbooks to fill in: `template`."""

from __future__ import annotations

from pathlib import Path

import click

from etl import pipeline, snapshot, templates
from etl.commands import terminal
from etl.contract import Contract
from etl.findings import Refused
from etl.settings import Settings
from etl.staging import Workshop
from etl.tables import Period, parse_quarter


@click.command()
@click.argument("dataset", required=False)
@click.option(
    "--all", "everything", is_flag=True, help="全部台账放在一个工作簿里；没有 --committee 时每个社区一份"
)
@click.option("--committee", help="填报单位的编码或名称，预先填好")
@click.option("--period", help="填报期，如 2021-Q4，预先填好")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="写入这个文件夹")
def template(
    dataset: str | None, everything: bool, committee: str | None, period: str | None, out: Path
) -> None:
    """写出 DATASET（编码或名称）或全部台账的填报模板：有下拉列表、输入检查、示例和填写说明。"""
    settings = terminal.settings()
    workshop = pipeline.prepare(settings)
    contracts = _contracts(workshop, dataset, everything)
    quarter = _quarter(period)
    everybody = templates.senders(workshop, _units(settings))
    if committee:
        chosen = [_sender(workshop, everybody, committee)]
    else:
        chosen = everybody if everything else [templates.Sender()]
    out.mkdir(parents=True, exist_ok=True)
    for sender in chosen:
        place = out / templates.file_name(contracts, sender, quarter, len(workshop.contracts))
        templates.write_template(place, workshop, contracts, sender, quarter)
    click.echo(f"已写出 {len(chosen):,} 个模板，在 {out}")


def _contracts(workshop: Workshop, dataset: str | None, everything: bool) -> list[Contract]:
    known = workshop.contracts
    if everything and not dataset:
        return list(known.values())
    found = [
        contract
        for contract in known.values()
        if dataset in (contract.name, contract.zh, f"{contract.zh}台账")
    ]
    if dataset and found and not everything:
        return found
    listed = "、".join(f"{contract.zh}（{contract.name}）" for contract in known.values())
    if dataset and not found:
        raise Refused(f"没有名为“{dataset}”的台账，可选：{listed}")
    raise Refused(f"请写明一种台账，或用 --all 写出全部（两者选一），可选：{listed}")


def _quarter(period: str | None) -> Period | None:
    if period is None:
        return None
    if quarter := parse_quarter(period):
        return quarter
    raise Refused(f"“{period}”不是填报期，请写成 2021-Q4")


def _sender(workshop: Workshop, everybody: list[templates.Sender], committee: str) -> templates.Sender:
    code = workshop.reference.committee(committee) or committee
    for sender in everybody:
        if sender.code == code:
            return sender
    raise Refused(f"没有名为“{committee}”的填报单位，请用组织名册中的编码或名称")


def _units(settings: Settings) -> dict[str, list[str]]:
    """Committee -> its member units, as the release in use has them; nothing before the first load."""
    if snapshot.current(settings.data) is None:
        return {}
    units: dict[str, list[str]] = {}
    with snapshot.connect(snapshot.served(settings.data)) as connection:
        rows = connection.execute(
            "select distinct community_code, unit_name from fact_member_unit where unit_name is not null order by all"
        )
        for code, name in rows.fetchall():
            units.setdefault(code, []).append(name)
    return units
