"""What a view asks of the selection bar: its own choices and dimension filters. A leaf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias


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


@dataclass(frozen=True)
class DimensionFilter:
    """All values or one value of a declared dimension; `selection.filter(dimension)` gives it."""

    dimension: str  # a key of meta_dimension, e.g. "type"


Control: TypeAlias = Choice | DimensionFilter


def asked_in(controls: Sequence[Control], part: str | None) -> list[Control]:
    """The controls that change something in a part of the page; None: the part that it opens with."""
    of_page = {control.key: control for control in controls if isinstance(control, Choice)}
    if part is None or part not in dict(of_page["part"].options if "part" in of_page else ()):
        part = of_page["part"].default if "part" in of_page else ""
    return [
        control
        for control in controls
        if isinstance(control, DimensionFilter) or not control.parts or part in control.parts
    ]
