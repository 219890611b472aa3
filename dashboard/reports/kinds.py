"""The kinds of reports, as declared/*.toml declare them. Knows no view and no snapshot."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from dashboard.selection import Grain, Period

FOLDER = Path(__file__).with_name("declared")
Part = Literal["topics", "follow_up", "matters", "coming", "appendix"]
GRAIN_NAMES: Mapping[Grain, str] = {"month": "月份", "quarter": "季度", "year": "年份"}
EXAMPLES: Mapping[Grain, str] = {"month": "2021-11", "quarter": "2021-Q4", "year": "2021"}


@dataclass(frozen=True)
class Pick:
    """A block of a view: the view, its options, the block's key; tables may be cut in rows and columns."""

    view: str
    block: str
    options: tuple[tuple[str, str], ...] = ()
    rows: int = 0
    columns: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Beside:
    """A table of the organisations below, side by side: one row each, one column an indicator."""

    title: str
    indicators: tuple[str, ...]
    chart: str = ""  # an indicator that is drawn, too


@dataclass(frozen=True)
class TopicPart:
    """A paragraph on a topic of words.toml ("" for none), and the blocks that go with it."""

    topic: str
    title: str = ""  # instead of the topic's own
    picks: tuple[Pick, ...] = ()
    beside: tuple[Beside, ...] = ()
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    title: str  # {period} and {next} are filled in
    part: Part
    topics: tuple[TopicPart, ...] = ()
    figures: tuple[str, ...] = ()  # the indicators of a table, or of cards, at its beginning
    cards: bool = False
    most: int = 20  # rows of a table that the part makes itself
    headings: bool = True  # each topic under a heading of its own


@dataclass(frozen=True)
class Kind:
    key: str
    name: str  # 季度通报
    title: str  # {body}, {org} and {period} are filled in
    about: str  # one sentence for whoever chooses
    grains: tuple[Grain, ...]
    levels: tuple[str, ...]
    sections: tuple[Section, ...]
    lead: tuple[str, ...] = ()  # topics of the opening paragraph
    leaflet: bool = False  # one page, without what a letter has at its head and at its end

    def fits(self, period: Period, level: str) -> bool:
        return self.takes(period) and level in self.levels

    def takes(self, period: Period) -> bool:
        """Whether the period is a single month, quarter or year, as the kind wants it."""
        return any(
            len(getattr(period, f"{grain}s")()) == 1 and period.grain == grain for grain in self.grains
        )


def refusal(kind: Kind, level: str, name: str, period: Period, titles: Mapping[str, str]) -> str:
    """Why this kind cannot be made of an organisation of that level and a period; "" when it can.

    `titles`: what the levels are called.
    """
    if not kind.takes(period):
        wanted = "、".join(f"一个{GRAIN_NAMES[grain]}（如 {EXAMPLES[grain]}）" for grain in kind.grains)
        return f"{kind.name}要选{wanted}，现在选的是{period.label()}"
    if level not in kind.levels:
        offered = "、".join(titles[each] for each in kind.levels if each in titles)
        return f"{kind.name}只为{offered}编制，“{name}”是{titles[level]}"
    return ""


@cache
def kinds() -> Mapping[str, Kind]:
    """By key, in the order in which they are offered."""
    read = [_kind(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))) for file in FOLDER.glob("*.toml")]  # fmt: skip
    order = ("monthly", "quarterly", "yearly", "community", "street", "brief")
    place = {key: number for number, key in enumerate(order)}
    return {kind.key: kind for kind in sorted(read, key=lambda kind: (place.get(kind.key, 99), kind.key))}


def _kind(key: str, raw: Mapping[str, Any]) -> Kind:
    return Kind(
        key=key,
        name=raw["name"],
        title=raw["title"],
        about=raw["about"],
        grains=cast(tuple[Grain, ...], tuple(raw["grains"])),
        levels=tuple(raw["levels"]),
        sections=tuple(_section(section) for section in raw["sections"]),
        lead=tuple(raw.get("lead", ())),
        leaflet=raw.get("leaflet", False),
    )


def _section(raw: Mapping[str, Any]) -> Section:
    given = _plain(raw, "topics")
    return Section(**given, topics=tuple(_topic(topic) for topic in raw.get("topics", ())))


def _topic(raw: Mapping[str, Any]) -> TopicPart:
    given = _plain(raw, "blocks", "beside")
    return TopicPart(
        **given,
        picks=tuple(_pick(pick) for pick in raw.get("blocks", ())),
        beside=tuple(Beside(**_plain(each)) for each in raw.get("beside", ())),
    )


def _pick(raw: Mapping[str, Any]) -> Pick:
    return Pick(**_plain(raw, "options"), options=tuple(raw.get("options", {}).items()))


def _plain(raw: Mapping[str, Any], *apart: str) -> dict[str, Any]:
    """Lists as tuples, without the fields that are read apart."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in raw.items()
        if name not in apart
    }
