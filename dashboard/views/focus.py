"""The part of a page that a clicked mark stands for, as one URL parameter: time.2021-11~type.volunteer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dashboard.catalogue import labels, load_dimensions
from dashboard.database import Snapshot
from dashboard.organisations import organisations
from dashboard.selection import Period, Selection

PARAM = "focus"
_TIME, _ORG = "time", "org"


@dataclass(frozen=True)
class Focus:
    """What was clicked; empty for nothing."""

    period: Period | None = None
    org: str | None = None
    held: tuple[tuple[str, str], ...] = ()  # dimension, value

    def __bool__(self) -> bool:
        return bool(self.period or self.org or self.held)


def mark(**parts: str) -> str:
    """The parameter's value for a mark: time, org or dimensions by name."""
    return "~".join(f"{name}.{value}" for name, value in parts.items())


def read(snapshot: Snapshot, selection: Selection) -> Focus:
    """What the URL asks for, as far as it lies within the selection.

    A part that does not is dropped: the viewer has moved on to another period, organisation or filter.
    """
    parts: dict[str, str] = {}
    for part in selection.option(PARAM).split("~"):
        name, dot, value = part.partition(".")
        if dot and value:
            parts[name] = value
    return Focus(
        period=_period(parts.get(_TIME), selection.period),
        org=_org(snapshot, parts.get(_ORG), selection.org),
        held=tuple(
            (name, parts[name])
            for name in load_dimensions(snapshot)
            if parts.get(name) in labels(snapshot, name) and selection.filter(name) in (None, parts.get(name))
        ),
    )


def narrowed(selection: Selection, focus: Focus) -> Selection:
    """The selection cut down to what was clicked."""
    return replace(
        selection,
        period=focus.period or selection.period,
        org=focus.org or selection.org,
        filters=(*selection.filters, *focus.held),
    )


def words(snapshot: Snapshot, selection: Selection, focus: Focus) -> str:
    """ "2021年11月 · 北宁社区 · 志愿服务"; "" for nothing."""
    language = selection.language
    parts = [focus.period.label(language)] if focus.period else []
    if focus.org:
        parts.append(organisations(snapshot)[focus.org].label(language))
    parts += [labels(snapshot, name, language)[value] for name, value in focus.held]
    return " · ".join(parts)


def _period(text: str | None, within: Period) -> Period | None:
    try:
        part = Period.parse(text) if text else None
    except ValueError:
        return None
    if part is None or part.first_on < within.first_on or part.last_on > within.last_on:
        return None
    return part


def _org(snapshot: Snapshot, code: str | None, within: str) -> str | None:
    known = organisations(snapshot).get(code or "")
    return known.code if known and within in known.codes.values() else None
