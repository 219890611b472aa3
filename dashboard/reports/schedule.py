"""Which reports are due: schedule.toml beside the reference data, the calendar, and the register.

What the register has for a line of the schedule is not made again, so the command can be run every hour.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dashboard.database import Snapshot
from dashboard.reports import register
from dashboard.reports.compose import ReportRefused, kind_named
from dashboard.reports.kinds import Kind
from dashboard.reports.making import (
    Wanted,
    formats_named,
    organisations_named,
    period_named,
)
from dashboard.selection import Grain, Period

FILE = "schedule.toml"
_KNOWN = {"name", "kind", "grain", "organisations", "formats", "days_after", "folder", "since"}


@dataclass(frozen=True)
class Line:
    """One [[report]] of the schedule."""

    name: str
    kind: Kind
    grain: Grain
    organisations: str  # "communities", "streets", "district", a code or a name
    formats: tuple[str, ...]
    days_after: int  # the period's end, until it is due
    folder: str
    since: Period | None  # the first period; only the latest one without it


def read(path: Path) -> tuple[Line, ...]:
    """Raises ReportRefused with one sentence."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportRefused(f"没有排程文件 {path}，请参照 README 写一份") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ReportRefused(f"排程文件 {path} 读不出来：{problem}") from problem
    given = raw.get("report", [])
    if not isinstance(given, list) or not given:
        raise ReportRefused(f"排程文件 {path} 里没有 [[report]]，请至少写一项")
    lines = tuple(_line(each, number, path) for number, each in enumerate(given, start=1))
    names = [line.name for line in lines]
    if len(set(names)) < len(names):
        raise ReportRefused(f"排程文件 {path} 中有两项同名，名称用来记住哪些已经做过，请改成不同的")
    return lines


def _line(raw: Mapping[str, Any], number: int, path: Path) -> Line:
    where = f"排程文件 {path} 第 {number} 项"
    unknown = sorted(set(raw) - _KNOWN)
    if unknown:
        raise ReportRefused(f"{where}有不认识的设置项“{unknown[0]}”，可用：{'、'.join(sorted(_KNOWN))}")
    try:
        kind = kind_named(str(raw["kind"]))
        grain = raw.get("grain", kind.grains[0])
        if grain not in kind.grains:
            raise ReportRefused(f"{where}：{kind.name}没有“{grain}”，可选：{'、'.join(kind.grains)}")
        days = raw.get("days_after", 0)
        if not isinstance(days, int) or days < 0:
            raise ReportRefused(f"{where}的 days_after 应为不小于 0 的整数")
        folder = str(raw.get("folder", f"reports/{kind.key}"))
        return Line(
            name=str(raw.get("name", kind.name)),
            kind=kind,
            grain=grain,
            organisations=str(raw["organisations"]),
            formats=formats_named(raw["formats"]),
            days_after=days,
            folder=folder,
            since=period_named(str(raw["since"])) if "since" in raw else None,
        )
    except KeyError as problem:
        raise ReportRefused(f"{where}缺少设置项“{problem.args[0]}”") from problem
    except ReportRefused as problem:
        raise ReportRefused(str(problem) if where in str(problem) else f"{where}：{problem}") from problem


def due(snapshot: Snapshot, lines: tuple[Line, ...], today: date) -> list[tuple[Wanted, str]]:
    """What is to be made now, with its folder: due by the calendar, covered by the data, not in the register."""
    made = {(entry.schedule, entry.kind, entry.org, entry.period) for entry in register.entries(snapshot.data)}  # fmt: skip
    return [
        (Wanted(line.kind, org, period, line.formats, line.name), line.folder)
        for line in lines
        for period in _periods(snapshot, line, today)
        for org in organisations_named(snapshot, line.organisations, period)
        if (line.name, line.kind.key, org, period.key) not in made
    ]


def _periods(snapshot: Snapshot, line: Line, today: date) -> list[Period]:
    """The whole periods with data that are over for long enough; the latest, or all since the first one."""
    window = Period.of_days(snapshot.first_month, snapshot.last_month)
    every: list[Period] = getattr(window, f"{line.grain}s")()
    over = [
        period
        for period in every
        if period.first_on >= window.first_on
        and period.last_on <= window.last_on
        and period.last_on + timedelta(days=line.days_after) <= today
    ]
    if line.since is None:
        return over[-1:]
    first = line.since.first_on
    return [period for period in over if period.first_on >= first]
