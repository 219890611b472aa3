"""The figures that a report speaks of, each asked once, and each as a piece of a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import pandas as pd

from dashboard import theme
from dashboard.catalogue import Indicator, load_catalogue
from dashboard.database import Snapshot
from dashboard.organisations import Organisation
from dashboard.queries import Comparison, compare, measure, organisation
from dashboard.report import Cited
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Period, Selection

Piece: TypeAlias = str | Cited
LARGE = 100.0  # decimals from here on are said as whole numbers


@dataclass(frozen=True, eq=False)
class Facts:
    """One organisation in one period of one release."""

    snapshot: Snapshot
    selection: Selection
    scope: Scope = WHOLE
    used: dict[str, Indicator] = field(default_factory=dict)  # what the report speaks of, in that order
    _asked: dict[tuple[str, str], Comparison] = field(default_factory=dict, repr=False)

    @property
    def org(self) -> Organisation:
        return organisation(self.snapshot, self.selection.org)

    @property
    def period(self) -> Period:
        return self.selection.period

    def indicator(self, key: str) -> Indicator | None:
        """None where this release does not know it, or where it cannot be counted at this level."""
        known = load_catalogue(self.snapshot)
        return known[key] if key in known and self.org.level in known[key].levels else None

    def comparison(self, key: str, period: Period | None = None) -> Comparison:
        """As `compare` gives it; of the selected period unless another is named."""
        chosen = period or self.period
        if (key, chosen.key) not in self._asked:
            selection = replace(self.selection, period=chosen)
            self._asked[key, chosen.key] = compare(self.snapshot, key, selection, self.scope)
        return self._asked[key, chosen.key]

    def year_to_date(self) -> Period:
        """From January to the end of the counted period, of the year in which it ends."""
        last = self.period.until(self.snapshot.last_month).last_on
        return Period.of_days(last.replace(month=1, day=1), last)

    def split(self, key: str, by: str) -> pd.DataFrame:
        return measure(self.snapshot, key, self.selection, (by,), self.scope)

    def use(self, what: Indicator) -> None:
        self.used.setdefault(what.key, what)

    def cite(
        self,
        what: Indicator,
        value: float | None,
        *,
        text: str = "",
        how: str = "value",
        period: Period | None = None,
        filters: Iterable[tuple[str, str]] = (),
    ) -> Cited:
        """A figure as it stands in a sentence; `how`: see Cited."""
        self.use(what)
        return Cited(
            text or said(value, what.format),
            what.key,
            self.selection.org,
            (period or self.comparison(what.key).period).key,
            tuple(filters),
            value,
            how,
        )


def said(value: float | None, style: str) -> str:
    """A figure as prose has it: no decimal that says nothing (100%, 25,140小时)."""
    if value is not None and style == "decimal" and abs(value) >= LARGE:
        return theme.number(value)
    text = theme.number(value, style)
    return text.replace(".0%", "%") if text in ("100.0%", "0.0%") else text


def unit_of(what: Indicator, other: str | None = None) -> str:
    """What follows the figure: "场"; nothing after a percentage."""
    if what.format == "percent":
        return ""
    return what.unit if other is None else other


def text_of(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text if isinstance(piece, Cited) else piece for piece in pieces)
