"""What a view asks of the selection bar: its own choices and dimension filters. A leaf."""

from __future__ import annotations

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


@dataclass(frozen=True)
class DimensionFilter:
    """All values or one value of a declared dimension; `selection.filter(dimension)` gives it."""

    dimension: str  # a key of meta_dimension, e.g. "type"


Control: TypeAlias = Choice | DimensionFilter
