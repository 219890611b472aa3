"""Fifty viewers at once while new releases come in: run by `make soak`. How fast it goes is the bench's to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import DemoSet
from tests.load import viewers


@pytest.mark.slow
def test_nobody_sees_an_error_an_old_release_or_another_ones_figures(demo: DemoSet, tmp_path: Path) -> None:
    _, together = viewers.run(demo.paths[0].parents[1], tmp_path, many=50, seconds=300)
    assert not together.faults, together.examples
    assert len(together.releases) > 3, "releases came in meanwhile"
    assert len(together.overviews) > 100
    half = together.memory_mb[len(together.memory_mb) // 2]
    assert together.memory_mb[-1] < 1.5 * half, together.memory_mb
