"""What several test folders share: the demo and an invented county, each loaded once by the real pipeline.

No test touches the repository's data/ folder or the home of whoever runs it: the key for pseudonyms
comes from the environment, and every release lies in a temporary folder.
"""

from __future__ import annotations

import gc
import os
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import pytest
from filelock import FileLock

from etl import pipeline, snapshot
from etl.demo import DemoSet, write_demo
from etl.settings import DEFAULT, Settings, load_settings
from tests.submissions.make import QINGHE

REFERENCE = DEFAULT.parent / "reference"
Made = TypeVar("Made")

os.environ["LIANDONG_PERSON_KEY"] = "a key for tests, of no use to anybody"
os.environ.pop("LIANDONG_SETTINGS", None)
# No test may fail because the machine was busy.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden parts of documents anew")


_MADE_ONCE = {"shared_desk", "checked"}  # for the tests of a file in the pipeline's folder
# Long ones first, so that no worker is left with one at the end.
_ORDER = ("browser", "architecture", "views", "backtests", "reports", "exports", "pipeline")


@pytest.hookimpl(tryfirst=True)  # the marks have to be there when the workers read them
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one file share what was opened and counted for it: one worker runs them all.

    Those of the pipeline that begin from nothing each take turns.
    """
    for item in items:
        begins_from_nothing = item.path.parent.name == "pipeline" and _MADE_ONCE.isdisjoint(item.fixturenames)
        if not begins_from_nothing and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(item.config.rootpath))))
    places = {name: place for place, name in enumerate(_ORDER)}
    items.sort(key=lambda item: places.get(item.path.parent.name, len(_ORDER)))


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules live to the end: no search for garbage need look at them."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    gc.unfreeze()


@dataclass(frozen=True)
class Release:
    """A district that was loaded: its settings, its data folder and the sealed snapshot."""

    settings: Settings
    loaded: pipeline.Loaded

    @property
    def data(self) -> Path:
        return self.settings.data

    @property
    def snapshot(self) -> Path:
        return snapshot.served(self.data)

    def rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        with snapshot.connect(self.snapshot) as connection:
            return connection.execute(sql, params).fetchall()


@pytest.fixture(scope="session", autouse=True)
def _nobodys_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoever forgets to name a data folder finds an empty one, never the repository's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIANDONG_DATA", str(tmp_path_factory.getbasetemp() / "nobodys-data"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_power_cut() -> Iterator[None]:
    """Waiting for the disk proves nothing here: a killed process leaves what it wrote, and nobody pulls the plug."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Callable[[Path], Made]], Made]:
    """once(name, make): what `make` gives, made once for a run, also when several workers share it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def make_once(name: str, make: Callable[[Path], Made]) -> Made:
        kept = shared / f"{name}.pickle"
        with FileLock(shared / f"{name}.lock"):
            if not kept.exists():
                kept.write_bytes(pickle.dumps(make(shared / name)))
        made: Made = pickle.loads(kept.read_bytes())
        return made

    return make_once


@pytest.fixture(scope="session")
def reference() -> Path:
    return REFERENCE


@pytest.fixture(scope="session")
def demo(once: Callable[..., DemoSet]) -> DemoSet:
    """The demo submissions, in a folder of their own."""
    return once("demo", lambda folder: write_demo(folder, REFERENCE))


@pytest.fixture(scope="session")
def demo_release(once: Callable[..., Release], demo: DemoSet) -> Release:
    """The demo as a release; read only, since every test shares it."""

    def load(folder: Path) -> Release:
        settings = replace(load_settings(DEFAULT), data=folder)
        return Release(settings, pipeline.load(settings, [demo.paths[0].parents[1]]))

    return once("demo-release", load)


@pytest.fixture(scope="session")
def county() -> Settings:
    """An invented county: other names, other levels, five committees. Its data folder is nowhere."""
    return load_settings(QINGHE / "settings.toml")


@pytest.fixture(scope="session")
def district(once: Callable[..., Release], county: Settings) -> Release:
    """The invented county with two years of demo submissions, loaded; read only."""

    def load(folder: Path) -> Release:
        settings = replace(county, data=folder)
        write_demo(
            settings.inbox,
            settings.reference,
            first=date(2020, 1, 1),
            last=date(2021, 12, 31),
            due_days=settings.due_days,
        )
        return Release(settings, pipeline.load(settings, [settings.inbox]))

    return once("county", load)
