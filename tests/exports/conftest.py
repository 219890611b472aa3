"""The invented county, opened once for the tests of documents."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.database import Snapshot, open_snapshot
from tests.conftest import Release


@pytest.fixture(scope="session")
def county_years(district: Release) -> Iterator[Snapshot]:
    """Two years, loaded by the real pipeline with every ledger."""
    snapshot = open_snapshot(district.snapshot)
    yield snapshot
    snapshot.close()
