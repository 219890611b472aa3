"""What a view asks of the selection bar: its own choices, lists and dimension filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dashboard.database import Snapshot
from dashboard.selection import Selection


@dataclass(frozen=True)
class Choice:
    """One of a few ways to look at a page; `selection.option(key, default)` gives the chosen value.

    Drawn as a segmented control, beyond six options as a drop-down list.
    """

    key: str  # the URL parameter, e.g. "mode"
    label: str  # Chinese; the shell translates it
    options: tuple[tuple[str, str], ...]  # (value, Chinese label), in order
    default: str
    parts: tuple[str, ...] = ()  # of the page (its choice "part") that it changes; empty: all of them
    fitting: Callable[[Selection], str] | None = None  # the default, where it depends on the selection

    def chosen(self, selection: Selection) -> str:
        return selection.option(self.key, self.usual(selection))

    def usual(self, selection: Selection) -> str:
        """What is chosen while nobody has chosen."""
        return self.fitting(selection) if self.fitting else self.default


@dataclass(frozen=True)
class Listed:
    """All, or one of what there is just now; `selection.option(key)` gives it, "" for all."""

    key: str
    label: str  # Chinese; the shell translates it
    listed: Callable[[Snapshot], tuple[tuple[str, str], ...]]  # (value, what it is called), in order


@dataclass(frozen=True)
class DimensionFilter:
    """All values or one value of a declared dimension; `selection.filter(dimension)` gives it."""

    dimension: str  # a key of meta_dimension, e.g. "type"


Control: TypeAlias = Choice | Listed | DimensionFilter


def asked_in(controls: Sequence[Control], part: str | None) -> list[Control]:
    """The controls that change something in a part of the page; None: the part that it opens with."""
    of_page = {control.key: control for control in controls if isinstance(control, Choice)}
    if part is None or part not in dict(of_page["part"].options if "part" in of_page else ()):
        part = of_page["part"].default if "part" in of_page else ""
    return [
        control
        for control in controls
        if not isinstance(control, Choice) or not control.parts or part in control.parts
    ]
