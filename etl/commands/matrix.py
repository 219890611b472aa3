"""The table that `liandong status` draws: a sign for each committee and ledger, then what needs doing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl.overview import CORRECTED, FAULTY, STATES, Standing

_STYLES = {
    "缺": "bold red", "撤": "bold red", "退": "bold red", "误": "red", "迟": "yellow", "改": "cyan",
    "免": "dim", "待": "dim", "·": "dim",
}  # fmt: skip
_TO_DO = {"missing": "没有报送", "withdrawn": "已撤回，等重报", "refused": "整表退回，等重报"}


def show(standings: Sequence[Standing], release_id: str) -> None:
    """A matrix for each period, newest first."""
    console = Console()
    console.print(f"数据版本 {release_id}")
    if not standings:
        console.print("（没有数据）")
    for period, group in groupby(standings, lambda standing: standing.period):
        _show_period(console, period, list(group))


def _show_period(console: Console, period: str, standings: list[Standing]) -> None:
    ledgers = dict.fromkeys((standing.dataset, standing.dataset_label) for standing in standings)
    table = Table(title=_title(period, standings), title_justify="left", box=None, padding=(0, 1, 0, 0))
    table.add_column("社区", no_wrap=True)
    for number in range(1, len(ledgers) + 1):
        table.add_column(str(number), justify="center", no_wrap=True, min_width=2)
    for street, group in groupby(standings, lambda standing: standing.street):
        table.add_row(Text(street, style="dim"))
        for community, own in groupby(group, lambda standing: standing.community):
            signs = [Text(standing.sign, style=_STYLES.get(standing.sign, "")) for standing in own]
            table.add_row(Text(f" {community}"), *signs)
    console.print(table)
    named = "　".join(f"{number} {label}" for number, (_, label) in enumerate(ledgers, start=1))
    console.print(f"台账　{named}", highlight=False)
    seen = {standing.sign for standing in standings}
    legend = [*STATES.values(), FAULTY, CORRECTED]
    console.print("图例　" + "　".join(f"{sign} {name}" for sign, name in legend if sign and sign in seen))
    _show_to_do(console, standings)


def _title(period: str, standings: Sequence[Standing]) -> str:
    states = Counter(standing.state for standing in standings)
    locked = sum(standing.is_locked for standing in standings)
    word = "" if not locked else "，已锁定" if locked == len(standings) else "，部分台账已锁定"
    counts = [
        (states["received"] + states["late"], "已报"),
        (states["late"], "其中迟报"),
        (states["missing"], "未报"),
        (states["excused"], "免报"),
        (states["pending"], "未到期"),
        (sum(standing.has_faults for standing in standings), "有错误"),
        (sum(standing.is_correction for standing in standings), "锁定后更正"),
        (sum(standing.withdrawn_count for standing in standings), "撤回"),
    ]
    told = "，".join(f"{name} {count:,}" for count, name in counts if count)
    return f"{period}（截止 {standings[0].due_on}{word}）　{told} 份" if told else f"{period}{word}"


def _show_to_do(console: Console, standings: Sequence[Standing]) -> None:
    """A line for each committee that must be asked for something."""
    lines = []
    for community, group in groupby(standings, lambda standing: standing.community):
        asked: dict[str, list[str]] = {}
        for standing in group:
            if standing.state in _TO_DO:
                asked.setdefault(_TO_DO[standing.state], []).append(standing.dataset_label)
            elif standing.has_faults:
                asked.setdefault("有退回的行要改正", []).append(
                    f"{standing.dataset_label} {standing.quarantined_count:,} 行"
                )
        if asked:
            lines.append(
                f"  {community}　" + "；".join(f"{what}：{'、'.join(names)}" for what, names in asked.items())
            )
    console.print(
        f"需要做的事：{len(lines):,} 个社区" if lines else "需要做的事：没有", style="bold", highlight=False
    )
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)
    console.print()
