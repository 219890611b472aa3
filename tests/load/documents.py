"""How long the Office documents of a quarterly report take: seconds of CPU, the library loaded already."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from dashboard.database import current_release_id, open_snapshot
from dashboard.exports import DOCUMENTS
from dashboard.queries import default_selection
from dashboard.reports.compose import compose, kind_named
from dashboard.selection import Period
from tests.load.result import Result

_ROUNDS = 4
OFFICE = ("pptx", "docx", "xlsx")


def office_times(data: Path) -> list[Result]:
    """季度通报 of the whole district, with charts, tables and a map; composing it is not counted."""
    snapshot = open_snapshot(data / "snapshots" / f"{current_release_id(data)}.duckdb")
    org = default_selection(snapshot).org
    made = compose(
        snapshot, kind_named("quarterly"), org, Period.parse("2021-Q4"), datetime(2022, 1, 5, 9, 30), "bench"
    )
    found = []
    for key in OFFICE:
        seconds = []
        for _ in range(_ROUNDS):
            started = time.process_time()
            DOCUMENTS[key].write(made.report, made.imprint)
            seconds.append(time.process_time() - started)
        found.append(Result(f"季度通报 {key}", seconds[1:], 2, "秒 CPU"))  # the first one loads libraries
    return found
