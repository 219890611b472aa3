"""A release that reports may be made of: a copy, since making one writes into the data folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.database import Snapshot, open_snapshot
from tests.conftest import Release
from tests.views.conftest import county_years

__all__ = ["county_years"]


@pytest.fixture
def data(district: Release, tmp_path: Path) -> Path:
    """A data folder of its own with the county's release."""
    folder = tmp_path / "data"
    (folder / "snapshots").mkdir(parents=True)
    shutil.copyfile(district.snapshot, folder / "snapshots" / district.snapshot.name)
    shutil.copyfile(district.data / "CURRENT", folder / "CURRENT")
    return folder


@pytest.fixture
def release(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Snapshot]:
    monkeypatch.setenv("LIANDONG_DATA", str(data))
    snapshot = open_snapshot()
    yield snapshot
    snapshot.close()
