"""The bench's own functions, on a few hundred rows: they lean on the pipeline's inside and must not break unseen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from etl import staging
from etl.settings import Settings
from tests.load import loading, long_csv
from tests.submissions.make import Sheet, rows, workbook


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    for name in ("东桥", "西桥"):
        sheet = Sheet("activities", rows("activities", 3), committee=f"{name}社区联合党委")
        workbook(tmp_path / "inbox" / f"{name}.xlsx", sheet)
    return tmp_path / "inbox"


def test_a_long_file_is_loaded_with_checks_and_without(
    county: Settings, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_LONG", 1000)
    clock, processor = long_csv.ratio(county, inbox, tmp_path, 300, rounds=1)
    assert clock.values[0] > 0
    assert processor.values[0] > 0


def test_one_more_workbook_is_read_alone(county: Settings, inbox: Path, tmp_path: Path) -> None:
    ratio = loading.one_more_ratio(replace(county, data=tmp_path), inbox, tmp_path, rounds=1)
    assert len(ratio.values) == 1
