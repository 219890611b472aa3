"""The further ledgers and the indicators over them, defined a second time: one module a theme."""

from __future__ import annotations

from types import ModuleType

from tests.backtests.books import Definition
from tests.backtests.ledger import Ledger
from tests.backtests.mechanisms import capacity, information, meetings, orders, supply, venues

MODULES: tuple[ModuleType, ...] = (meetings, information, capacity, orders, supply, venues)

LEDGERS: dict[str, Ledger] = {name: each for module in MODULES for name, each in module.LEDGERS.items()}
DEFINITIONS: dict[str, Definition] = {
    key: each for module in MODULES for key, each in module.DEFINITIONS.items()
}
