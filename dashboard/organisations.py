"""The dated hierarchy as a snapshot holds it: one organisation, its ancestors, its children."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.selection import Language, Period, Selection


class QueryRefused(ValueError):
    """A question that has no answer; the message is one Chinese sentence that says why."""


@dataclass(frozen=True)
class Organisation:
    """A node of the hierarchy; the codes of the levels below its own are ""."""

    code: str
    name: str
    name_en: str
    short_name: str
    level: str
    level_no: int
    parent: str
    codes: Mapping[str, str]  # level key -> code of itself or its ancestor there
    valid_from: date
    valid_to: date | None  # exclusive
    longitude: float | None
    latitude: float | None
    sort_no: int

    def label(self, language: Language = "zh") -> str:
        """Short name; the English name where there is one."""
        return self.short_name if language == "zh" else self.name_en or self.short_name

    def full_label(self, language: Language = "zh") -> str:
        return self.name if language == "zh" else self.name_en or self.name

    def exists_in(self, period: Period) -> bool:
        return self.exists_between(period.first_on, period.last_on)

    def exists_between(self, first_on: date, last_on: date) -> bool:
        return self.valid_from <= last_on and (self.valid_to is None or self.valid_to > first_on)


def organisations(snapshot: Snapshot) -> Mapping[str, Organisation]:
    """Every organisation of every time, by code, in the order of the hierarchy.

    In a snapshot that is confined to one organisation that one comes first; those above it come last, so
    that they can be named.
    """

    def read() -> Mapping[str, Organisation]:
        keys = [level.key for level in load_levels(snapshot)]
        codes = ", ".join(f"coalesce({key}_code, '')" for key in keys)
        rows = snapshot.rows(
            f"""select org_code, org_name, coalesce(org_name_en, ''), coalesce(short_name, org_name), level_key,
                       level_no, coalesce(parent_code, ''), valid_from, valid_to, longitude, latitude, sort_no, {codes}
                from dim_organisation order by level_no, sort_no, org_code"""
        )
        found = {}
        for (
            code,
            name,
            name_en,
            short,
            level,
            number,
            parent,
            valid_from,
            valid_to,
            x,
            y,
            sort_no,
            *path,
        ) in rows:
            own = MappingProxyType(dict(zip(keys[:number], path[:number], strict=True)))
            found[code] = Organisation(
                code, name, name_en, short, level, number, parent, own, valid_from, valid_to, x, y, sort_no
            )
        inside = {code: org for code, org in found.items() if is_within(snapshot, org)}
        return MappingProxyType(inside | found)

    return snapshot.keep("organisations", read)


def is_within(snapshot: Snapshot, org: Organisation) -> bool:
    """Whether the snapshot shows more of it than its name."""
    return not snapshot.within or snapshot.within in org.codes.values()


def district(snapshot: Snapshot) -> Organisation:
    """The top of what the snapshot shows."""
    return next(iter(organisations(snapshot).values()))


def organisation(snapshot: Snapshot, code: str) -> Organisation:
    """By code. Raises QueryRefused."""
    try:
        return organisations(snapshot)[code]
    except KeyError:
        if snapshot.within:
            raise QueryRefused(f"您的查看范围不包括“{code}”，或者没有这个组织") from None
        raise QueryRefused(unknown("组织", code, organisations(snapshot))) from None


def visible_organisation(snapshot: Snapshot, code: str) -> Organisation:
    """By code, when the viewer may see it. Raises QueryRefused."""
    org = organisation(snapshot, code)
    if not is_within(snapshot, org):
        raise QueryRefused(f"您的查看范围不包括“{org.short_name}”")
    return org


def shows_neighbours(snapshot: Snapshot, org: Organisation) -> bool:
    """Whether it lies in one community whose whole street the snapshot shows."""
    if "community" not in org.codes:
        return False
    return is_within(snapshot, organisation(snapshot, org.codes["street"]))


def find_organisation(snapshot: Snapshot, text: str) -> Organisation:
    """By code, name or short name, as a person types it. Raises QueryRefused, also when several fit."""
    everyone = organisations(snapshot)
    if text in everyone:
        return everyone[text]
    fitting = [org for org in everyone.values() if text in (org.short_name, org.name)]
    if len(fitting) > 1:
        codes = "、".join(org.code for org in fitting[:5])
        raise QueryRefused(f"有 {len(fitting)} 个组织叫“{text}”，请改用代码：{codes}")
    if not fitting:
        raise QueryRefused(unknown("组织", text, [*everyone, *(org.short_name for org in everyone.values())]))
    return fitting[0]


def ancestors(snapshot: Snapshot, code: str) -> tuple[Organisation, ...]:
    """Those above it that the snapshot shows, from the top down, without itself."""
    everyone = organisations(snapshot)
    chain: list[Organisation] = []
    parent = organisation(snapshot, code).parent
    while parent in everyone and is_within(snapshot, everyone[parent]):
        chain.insert(0, everyone[parent])
        parent = everyone[parent].parent
    return tuple(chain)


def children(snapshot: Snapshot, selection: Selection) -> tuple[Organisation, ...]:
    """The organisations directly below the selected one that existed in the period."""
    return tuple(
        org
        for org in organisations(snapshot).values()
        if org.parent == selection.org and org.exists_in(selection.period)
    )


def level_below(snapshot: Snapshot, level: str) -> str | None:
    """The key of the next level down, None below the last one."""
    keys = [known.key for known in load_levels(snapshot)]
    below = keys.index(level) + 1
    return keys[below] if below < len(keys) else None


def unknown(what: str, text: str, known: Iterable[str]) -> str:
    """ "没有名为“…”的指标，相近的有：…", or only the first half when nothing is close."""
    close = difflib.get_close_matches(text, [*dict.fromkeys(known)], n=3, cutoff=0.5)
    return f"没有名为“{text}”的{what}" + (f"，相近的有：{'、'.join(close)}" if close else "")
