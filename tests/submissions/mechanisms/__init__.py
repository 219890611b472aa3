"""Faultless records of the further ledgers, and what breaks each check: one module a theme.

A module holds
    GOOD         dataset -> a faultless record, column -> value
    VARIED       dataset -> the text column that tells its records apart
    VIOLATIONS   (dataset, code, column) -> what to change in the record to break this one check
    CROSS        code of a cross check -> dataset -> records that together break it and no other one
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from tests.submissions.mechanisms import capacity, information, meetings, orders, venues

MODULES: tuple[ModuleType, ...] = (meetings, information, capacity, orders, venues)

GOOD: dict[str, dict[str, Any]] = {k: v for module in MODULES for k, v in module.GOOD.items()}
VARIED: dict[str, str] = {k: v for module in MODULES for k, v in module.VARIED.items()}
VIOLATIONS: dict[tuple[str, str, str], Mapping[str, Any]] = {
    k: v for module in MODULES for k, v in module.VIOLATIONS.items()
}
CROSS: dict[str, Mapping[str, Sequence[Mapping[str, Any]]]] = {
    "activity_outside_committee_dates": {"activities": [{}]},
    **{k: v for module in MODULES for k, v in module.CROSS.items()},
}
