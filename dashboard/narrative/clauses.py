"""words.toml and the facts make paragraphs: which clause is said, which one falls away, how they are joined."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.catalogue import Indicator
from dashboard.narrative import changes
from dashboard.narrative.facts import Facts, Piece, unit_of
from dashboard.report import Prose
from dashboard.scope import NO_DATA, SUPPRESSED
from dashboard.selection import MONTHS_IN, Period

WORDS = Path(__file__).with_name("words.toml")
TAILS = ("yoy", "prev", "plan", "peers", "peak", "top")
_ENOUGH = 10  # of a whole whose largest part is worth a word
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Clause:
    """What is said of one indicator. `{value}` is its figure, `{other_key}` another indicator's."""

    of: str
    say: str
    zero: str = ""  # instead, when the figure is nought
    none: str = ""  # instead, when there is nothing to count; without it the clause falls away
    unit: str | None = None  # instead of the indicator's own
    verbs: tuple[str, str] | None = None  # instead of 增长 and 下降
    after: str = ""  # said only when this indicator is above nought
    tails: tuple[str, ...] = ()
    by: str = ""  # the dimension of the tail "top"
    levels: tuple[str, ...] = ()  # said only there
    lasting: str = ""  # said only of a single "month", or of what is "longer"
    bare: bool = False  # at nought nothing is compared


@dataclass(frozen=True)
class Topic:
    """A matter that reports speak of: its heading, and sentences of clauses."""

    key: str
    title: str
    sentences: tuple[tuple[Clause, ...], ...]

    @property
    def indicators(self) -> tuple[str, ...]:
        keys = [
            name
            for sentence in self.sentences
            for clause in sentence
            for name in (clause.of, *_SLOT.findall(clause.say))
        ]
        return tuple(dict.fromkeys(key for key in keys if key not in ("value", "org", "period", "numerator", "denominator")))  # fmt: skip


@cache
def topics() -> Mapping[str, Topic]:
    """By key, as words.toml declares them."""
    raw = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return {key: _topic(key, value) for key, value in raw.items()}


def _topic(key: str, raw: Mapping[str, Any]) -> Topic:
    sentences = tuple(tuple(_clause(clause) for clause in sentence) for sentence in raw["sentences"])
    return Topic(key, raw["title"], sentences)


def _clause(raw: Mapping[str, Any]) -> Clause:
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()
    }
    return Clause(**given)


def paragraph(facts: Facts, topic: Topic, start: str = "") -> Prose | None:
    """The topic's sentences as one paragraph; None when there is nothing to say."""
    pieces: list[Piece] = [start] if start else []
    turn = 0
    for sentence in topic.sentences:
        said: list[list[Piece]] = []
        for clause in sentence:
            made = _said(facts, clause, turn)
            if made:
                said.append(made)
                turn += 1
        if said:
            pieces += [*_joined(said), "。"]
    return Prose(merged(pieces)) if len(pieces) > (1 if start else 0) else None


def _joined(said: Sequence[list[Piece]]) -> list[Piece]:
    """Clauses with a comma, after one that has commas itself with a semicolon."""
    pieces = list(said[0])
    for before, clause in itertools.pairwise(said):
        inner = any(isinstance(piece, str) and "，" in piece for piece in before)
        leads_on = isinstance(clause[0], str) and clause[0].startswith(("其中", "占"))
        pieces += ["，" if leads_on and not inner else "；" if inner or len(before) > 6 else "，", *clause]
    return pieces


def _said(facts: Facts, clause: Clause, turn: int) -> list[Piece]:
    """One clause with its tails; empty when it falls away."""
    if clause.levels and facts.org.level not in clause.levels:
        return []
    if clause.lasting and (clause.lasting == "month") != (facts.period.month_count == 1):
        return []
    what = facts.indicator(clause.of)
    if what is None or (clause.after and not _above_zero(facts, clause.after)):
        return []
    found = facts.comparison(clause.of)
    if found.value is None:
        if found.state == SUPPRESSED:
            facts.use(what)
            return [f"{what.name}过少，按规定不列示"]
        if found.state == NO_DATA and clause.none:
            facts.use(what)
            return [_plain(facts, clause.none)]
        return []
    if not found.value and clause.zero:
        facts.use(what)
        told = _filled(facts, what, clause, clause.zero)
        return told if clause.bare else [*told, *_tails(facts, what, clause, turn, ("yoy",))]
    pieces = _filled(facts, what, clause, clause.say)
    return [*pieces, *_tails(facts, what, clause, turn)] if pieces else []


def _above_zero(facts: Facts, key: str) -> bool:
    if facts.indicator(key) is None:
        return False
    value = facts.comparison(key).value
    return value is not None and value > 0


def _plain(facts: Facts, text: str) -> str:
    return text.replace("{org}", facts.org.short_name).replace("{period}", facts.period.label())


def _filled(facts: Facts, what: Indicator, clause: Clause, template: str) -> list[Piece]:
    """The template with its figures; empty when one of them is missing."""
    pieces: list[Piece] = []
    for number, part in enumerate(_SLOT.split(template)):
        if number % 2 == 0:
            pieces += [part] if part else []
            continue
        if part in ("org", "period"):
            pieces.append(_plain(facts, f"{{{part}}}"))
        elif part == "value":
            pieces += [facts.cite(what, facts.comparison(what.key).value), unit_of(what, clause.unit)]
        elif part in ("numerator", "denominator"):
            amount = getattr(facts.comparison(what.key), part)
            if amount is None:
                return []
            pieces.append(facts.cite(what, amount, text=theme.number(amount), how=part))
        else:
            other = facts.indicator(part)
            if other is None or facts.comparison(part).value is None:
                return []
            pieces += [facts.cite(other, facts.comparison(part).value), unit_of(other)]
    return pieces


def _tails(
    facts: Facts, what: Indicator, clause: Clause, turn: int, only: tuple[str, ...] = TAILS
) -> list[Piece]:
    pieces: list[Piece] = []
    for tail in clause.tails:
        if tail not in only:
            continue
        if tail == "yoy":
            more = changes.year_on_year(facts, what, turn, clause.verbs, clause.unit)
        elif tail == "prev":
            more = changes.month_on_month(facts, what, turn, clause.verbs, clause.unit)
        elif tail == "plan":
            more = changes.against_plan(facts, what)
        elif tail == "peers":
            more = changes.against_peers(facts, what, clause.unit)
        elif tail == "peak":
            more = _peak(facts, what)
        else:
            more = _top(facts, what, clause.by)
        if more:
            pieces += ["，", *more]
    return pieces


def _peak(facts: Facts, what: Indicator) -> list[Piece]:
    """The month with the most, in a period of several; none when two share the place."""
    found = facts.comparison(what.key)
    if found.period.month_count < MONTHS_IN["quarter"] or what.numerator.time != "flow":
        return []
    frame = facts.split(what.key, "month")
    known = frame[frame["value"].notna() & (frame["value"] > 0)]
    if len(known) < 2:
        return []
    most = known[known["value"] == known["value"].max()]
    if len(most) > 1:
        return []
    month = _month_name(facts, str(most["month"].iloc[0]))
    value = float(most["value"].iloc[0])
    cited = facts.cite(what, value, period=Period.parse(str(most["month"].iloc[0])))
    return [f"{month}最多，为", cited, unit_of(what)]


def _month_name(facts: Facts, key: str) -> str:
    """ "3月" within one year, "2021年3月" otherwise."""
    year, month = key.split("-")
    within = facts.period.first_on.year == facts.period.last_on.year
    return f"{int(month)}月" if within else f"{year}年{int(month)}月"


def _top(facts: Facts, what: Indicator, by: str) -> list[Piece]:
    """The largest part by a dimension, and its share; none when two share the place."""
    if by not in what.dimensions:
        return []
    frame = facts.split(what.key, by)
    known = frame[frame["value"].notna() & (frame["value"] > 0)]
    total = facts.comparison(what.key).value
    if len(known) < 2 or not total or bool(pd.isna(frame["value"]).any()):
        return []
    most = known[known["value"] == known["value"].max()]
    if len(most) > 1 or total < _ENOUGH:
        return []
    value, share = float(most["value"].iloc[0]), float(most["value"].iloc[0]) / total
    held = ((by, str(most[by].iloc[0])),)
    amount = facts.cite(what, value, filters=held)
    part = facts.cite(what, share, text=theme.number(share, "percent"), how="share", filters=held)
    name = str(most[f"{by}_label"].iloc[0])
    start = f"以{name}为主，计" if share >= 0.5 else f"其中{name}最多，为"
    return [start, amount, unit_of(what), "、占", part]


def merged(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Neighbouring texts as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        elif piece != "":
            joined.append(piece)
    return tuple(joined)
