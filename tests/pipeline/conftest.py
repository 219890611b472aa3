"""The desk at which submissions arrive."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from etl.settings import Settings
from tests.pipeline.desk import Desk


@pytest.fixture
def desk(county: Settings, tmp_path: Path) -> Desk:
    return new_desk(county, tmp_path)


@pytest.fixture(scope="module")
def shared_desk(county: Settings, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One for all tests of a module, which only look at what was loaded."""
    return new_desk(county, tmp_path_factory.mktemp("desk"))


@pytest.fixture
def another_desk(county: Settings, tmp_path: Path) -> Callable[[str], Desk]:
    return lambda name: new_desk(county, tmp_path / name)


def new_desk(county: Settings, folder: Path) -> Desk:
    (folder / "inbox").mkdir(parents=True)
    return Desk(replace(county, data=folder / "data"), folder / "inbox")
