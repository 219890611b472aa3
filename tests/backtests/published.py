"""A published figure as `liandong query` has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dashboard.commands import query


def value_of_published(
    snapshot: Path, row: Mapping[str, str], first_year: int, last_year: int
) -> list[float]:
    """The figure over all the years, or in each of them where it was stated for a year."""
    where = (f"{row['where_dim']}={row['where_value']}",) if row["where_dim"] else ()
    periods = [f"{first_year}..{last_year}"]
    if row["window_stated"] == "year":
        periods = [str(year) for year in range(first_year, last_year + 1)]
    return [
        float(query(snapshot, row["indicator"], (), period, None, where)["value"].item())
        for period in periods
    ]
