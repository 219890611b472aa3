"""The invented district that is small enough to be counted by hand, opened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.database import Snapshot, open_snapshot
from tests.unit.tiny_snapshot import build_tiny_snapshot


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    opened = open_snapshot(build_tiny_snapshot(tmp_path_factory.mktemp("tiny") / "tiny.duckdb"))
    yield opened
    opened.close()
