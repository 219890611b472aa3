"""What needs attention: runs the rules that a snapshot was baked with, and says each item in words.

A rule is run once for a whole release and a period; organisations and scopes are cut from what it found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType
from typing import Literal, TypeAlias

import pandas as pd

from dashboard import followups, theme
from dashboard.catalogue import labels, load_catalogue
from dashboard.counting import slots_of
from dashboard.database import Snapshot
from dashboard.followups import Standing
from dashboard.locale import translator
from dashboard.organisations import (
    Organisation,
    district,
    is_within,
    organisation,
    organisations,
    visible_organisation,
)
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Period, Selection

Severity: TypeAlias = Literal["warning", "attention", "plain"]
SEVERITIES: tuple[Severity, ...] = ("warning", "attention", "plain")
MOST_NAMES = 3
_SIDE_BY_SIDE = 4  # rules run at once, each with a cursor of its own


@dataclass(frozen=True)
class Rule:
    """A declared rule; the texts are templates."""

    key: str
    sort_no: int
    mechanism: int
    severity: Severity
    page: str
    params_text: str  # JSON
    opens: str  # "community" or "unit": of which organisation the page is opened
    subject: str  # what the items' subject is: "text", "period", "indicator" or a dimension
    name: str
    name_en: str
    sentence: str
    sentence_en: str
    summary: str
    summary_en: str
    sql: str

    @cached_property
    def params(self) -> Mapping[str, str]:
        """The options with which its page is opened."""
        return MappingProxyType(json.loads(self.params_text))

    def label(self, language: Language = "zh") -> str:
        return self.name if language == "zh" else self.name_en


@dataclass(frozen=True)
class Item:
    """One thing that a rule found. Its key holds over releases; `code` is that in short, for addresses."""

    rule: Rule
    key: str
    community: str  # "" where it is about the district
    unit: str
    since_on: date
    days: int  # from then to the last day that is known of the period
    subject: str
    amount: float | None
    file_name: str  # "" where absence is the evidence
    sheet_name: str
    row_no: int | None

    @property
    def code(self) -> str:
        return blake2b(f"{self.rule.key} {self.key}".encode(), digest_size=6).hexdigest()


def rules(snapshot: Snapshot) -> Mapping[str, Rule]:
    """By key, in their order. A release from before there were rules has none."""

    def read() -> Mapping[str, Rule]:
        if "meta_attention_rule" not in snapshot.columns():
            return MappingProxyType({})
        rows = snapshot.rows(
            """select rule, sort_no, mechanism, severity, page, params, opens, subject, name, name_en, sentence,
                      sentence_en, summary, summary_en, sql from meta_attention_rule order by sort_no"""
        )
        known = [Rule(*row) for row in rows]
        return MappingProxyType({rule.key: rule for rule in known})

    return snapshot.keep("attention_rules", read)


def found(
    snapshot: Snapshot,
    selection: Selection,
    scope: Scope = WHOLE,
    page: str | None = None,
    keys: Collection[str] | None = None,
) -> tuple[Item, ...]:
    """The items within the selected organisation: the gravest first, then by rule, then in the register's order.

    `page`: only those whose evidence that page shows; `keys`: only those of these rules. Raises QueryRefused outside the viewer's scope.
    """
    org = visible_organisation(snapshot, selection.org)
    wanted = [
        rule
        for rule in rules(snapshot).values()
        if page in (None, rule.page) and (keys is None or rule.key in keys)
    ]
    everything = _run(snapshot.whole, wanted, selection.period)  # rules compare communities with each other
    inside = _inside(snapshot, org)
    kept = [item for item in everything if inside(item)]
    order = {severity: number for number, severity in enumerate(SEVERITIES)}
    return tuple(sorted(kept, key=lambda item: order[item.rule.severity]))  # stable


def items(
    snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE, page: str | None = None
) -> pd.DataFrame:
    """`found` as a frame, with its sentences in the selection's language.

    Columns: rule, rule_label, mechanism, severity, item (its short code), item_key, sentence, community,
    community_label, unit, unit_label, since_on, days, subject, amount, page, file_name, sheet_name, row_no.
    """
    return frame_of(snapshot, found(snapshot, selection, scope, page), selection.language)


def frame_of(snapshot: Snapshot, several: Iterable[Item], language: Language) -> pd.DataFrame:
    """Items as a frame; the columns of `items`."""
    everyone = organisations(snapshot)

    def name(code: str) -> str | None:
        return everyone[code].label(language) if code in everyone else None

    rows = [
        {
            "rule": item.rule.key,
            "rule_label": item.rule.label(language),
            "mechanism": item.rule.mechanism,
            "severity": item.rule.severity,
            "item": item.code,
            "item_key": item.key,
            "sentence": sentence(snapshot, item, language),
            "community": item.community or None,
            "community_label": name(item.community),
            "unit": item.unit or None,
            "unit_label": name(item.unit),
            "since_on": item.since_on,
            "days": item.days,
            "subject": subject_text(snapshot, item, language) or None,
            "amount": item.amount,
            "page": item.rule.page,
            "file_name": item.file_name or None,
            "sheet_name": item.sheet_name or None,
            "row_no": item.row_no,
        }
        for item in several
    ]
    frame = pd.DataFrame(rows, columns=list(_COLUMN_TYPES))
    return frame.astype(_COLUMN_TYPES)


_COLUMN_TYPES = {
    "rule": "str",
    "rule_label": "str",
    "mechanism": "int64",
    "severity": "str",
    "item": "str",
    "item_key": "str",
    "sentence": "str",
    "community": "str",
    "community_label": "str",
    "unit": "str",
    "unit_label": "str",
    "since_on": "datetime64[s]",
    "days": "int64",
    "subject": "str",
    "amount": "float64",
    "page": "str",
    "file_name": "str",
    "sheet_name": "str",
    "row_no": "Int64",
}


def standings(snapshot: Snapshot, several: Iterable[Item]) -> list[tuple[Item, Standing]]:
    """Each item with how far its follow-up is."""
    last = followups.latest(followups.file_of(snapshot))
    return [
        (item, followups.standing(last.get((item.rule.key, item.key)), item.since_on)) for item in several
    ]


def still_open(snapshot: Snapshot, several: Iterable[Item]) -> tuple[Item, ...]:
    """Those that are neither resolved nor excused."""
    return tuple(item for item, standing in standings(snapshot, several) if standing.is_open)


# ---------------------------------------------------------------- running


def _run(snapshot: Snapshot, wanted: Sequence[Rule], period: Period) -> list[Item]:
    """What these rules find in the whole district, each run once for a period."""
    ((start, end),) = ((slot.first_on, slot.as_of) for slot in slots_of(snapshot, [_ends(period)]))
    if end < start or period.last_on < snapshot.first_month:
        return []  # nothing is known of that time

    def of(rule: Rule) -> tuple[Item, ...]:
        # Most rules look at the end alone, which a year shares with its last quarter.
        key = ("attention", rule.key, start if "{start}" in rule.sql else None, end)
        return snapshot.keep(key, lambda: _of_rule(snapshot, rule, start, end))

    if len(wanted) < _SIDE_BY_SIDE:
        return [item for rule in wanted for item in of(rule)]
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        return [item for some in pool.map(of, wanted) for item in some]


def _ends(period: Period) -> tuple[date, date]:
    return period.first_on, period.last_on


def _of_rule(snapshot: Snapshot, rule: Rule, start: date, end: date) -> tuple[Item, ...]:
    rows = snapshot.rows(rule.sql.replace("{start}", f"date '{start}'").replace("{end}", f"date '{end}'"))
    files = _files(snapshot)
    everyone = organisations(snapshot)
    items = [
        Item(
            rule=rule,
            key=key,
            community=community or "",
            unit=unit if unit in everyone else "",
            since_on=since_on,
            days=max(0, (end - since_on).days),
            subject=subject or "",
            amount=amount,
            file_name=files.get(submission_id, ""),
            sheet_name=sheet_name or "",
            row_no=row_no,
        )
        for key, community, unit, since_on, subject, amount, submission_id, sheet_name, row_no in rows
        if community is None or community in everyone
    ]
    place = {code: number for number, code in enumerate(everyone)}
    return tuple(sorted(items, key=lambda item: (place.get(item.community, -1), item.since_on, item.key)))


def _files(snapshot: Snapshot) -> Mapping[int, str]:
    """What the submissions' files are called; joined here, since every rule would have to plan the join."""

    def read() -> Mapping[int, str]:
        return dict(snapshot.rows("select submission_id, file_name from meta_submission"))

    return snapshot.keep("submission_files", read)


def _inside(snapshot: Snapshot, org: Organisation) -> Callable[[Item], bool]:
    everyone = organisations(snapshot)

    def check(item: Item) -> bool:
        if org.level_no == 1:
            return True
        if item.unit and item.unit == org.code:
            return True
        return item.community in everyone and org.code in everyone[item.community].codes.values()

    return check


# ---------------------------------------------------------------- in words


def sentence(snapshot: Snapshot, item: Item, language: Language) -> str:
    """One item in words."""
    everyone = organisations(snapshot)

    def name(code: str) -> str:
        return everyone[code].label(language) if code in everyone else ""

    template = item.rule.sentence if language == "zh" else item.rule.sentence_en
    quoted = subject_text(snapshot, item, language)
    if "“{subject}”" in template:
        quoted = quoted.replace("“", "‘").replace("”", "’")
    elif language == "en" and not quoted.isascii():
        quoted = f"“{quoted}”"  # words of a ledger, which nobody translates
    return template.format(
        community=name(item.community) or district(snapshot).label(language),
        unit=name(item.unit),
        subject=quoted,
        amount=amount_text(item.amount),
        days=theme.number(item.days),
        since=item.since_on.isoformat(),
    )


def summary(snapshot: Snapshot, several: Sequence[Item], language: Language) -> str:
    """Several items of one rule in one sentence."""
    rule = several[0].rule
    everyone = organisations(snapshot)
    codes = dict.fromkeys(item.community or district(snapshot).code for item in several)
    names = [everyone[code].label(language) for code in codes]
    template = rule.summary if language == "zh" else rule.summary_en
    return template.format(count=theme.number(len(several)), names=shortened(names, language))


def shortened(names: Sequence[str], language: str) -> str:
    """ "甲、乙", or the first few and how many there are in all."""
    joined = ("、" if language == "zh" else ", ").join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return joined
    return translator(language)("{names}等 {count} 个").format(names=joined, count=theme.number(len(names)))


def subject_text(snapshot: Snapshot, item: Item, language: Language) -> str:
    """What the item is about, as its rule says that it is to be read."""
    kind, text = item.rule.subject, item.subject
    if not text or kind == "text":
        return text
    if kind == "period":
        try:
            return Period.parse(text).label(language)
        except ValueError:
            return text
    if kind == "indicator":
        known = load_catalogue(snapshot)
        return known[text].label(language) if text in known else text
    return labels(snapshot, kind, language).get(text, text)


def amount_text(amount: float | None) -> str:
    """A whole number as one, others with one decimal."""
    return theme.number(amount, "integer" if amount is None or amount == round(amount) else "decimal")


def by_rule(several: Iterable[Item]) -> Mapping[str, tuple[Item, ...]]:
    """The items of each rule, rules in the order of the items."""
    grouped: dict[str, list[Item]] = {}
    for item in several:
        grouped.setdefault(item.rule.key, []).append(item)
    return {key: tuple(group) for key, group in grouped.items()}


def opened(snapshot: Snapshot, item: Item, fallback: str) -> str:
    """The organisation at which the evidence is shown: as near to what the rule says as the viewer may go."""
    wanted = (item.unit if item.rule.opens == "unit" else "") or item.community or fallback
    return wanted if is_within(snapshot, organisation(snapshot, wanted)) else fallback
