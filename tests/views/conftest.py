"""The invented districts, each opened once for all tests of views."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.database import Snapshot, open_snapshot
from tests.conftest import Release
from tests.unit.tiny_snapshot import build_tiny_snapshot


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    path = tmp_path_factory.mktemp("tiny") / "snapshots" / "2021-12-31-tiny01.duckdb"
    path.parent.mkdir()
    snapshot = open_snapshot(build_tiny_snapshot(path))
    yield snapshot
    snapshot.close()


@pytest.fixture(scope="session")
def county_years(district: Release) -> Iterator[Snapshot]:
    """The other invented county, two years of it, loaded by the real pipeline with every ledger."""
    snapshot = open_snapshot(district.snapshot)
    yield snapshot
    snapshot.close()
