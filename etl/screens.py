"""The one door from etl/ to the dashboard, opened only when a command needs what is behind it.

What belongs to those who look stands once, on their side: asking an indicator, composing a report, the access
file, the record of who did what. `screens.access` is the module dashboard.access, imported when it is first
named, so that a load does not wait for what draws.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard import access as access
    from dashboard import audit as audit
    from dashboard import commands as commands
    from dashboard import database as database
    from dashboard import disclosed as disclosed
    from dashboard import oidc as oidc
    from dashboard import organisations as organisations
    from dashboard import persons as persons
    from dashboard.reports import making as making
    from dashboard.reports import schedule as schedule

_BEHIND = {
    "access": "dashboard.access",
    "audit": "dashboard.audit",
    "commands": "dashboard.commands",
    "database": "dashboard.database",
    "making": "dashboard.reports.making",
    "oidc": "dashboard.oidc",
    "organisations": "dashboard.organisations",
    "persons": "dashboard.persons",
    "schedule": "dashboard.reports.schedule",
    "disclosed": "dashboard.disclosed",
}


def __getattr__(name: str) -> ModuleType:
    if name not in _BEHIND:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(_BEHIND[name])
