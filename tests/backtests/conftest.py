"""The recount of the demo submissions, made once for all backtests."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.demo import DemoSet

# Tests are imported by path (importmode=importlib); the recount is a module beside them.
sys.path.insert(0, str(Path(__file__).parent))

from recount import Recount, recount


@pytest.fixture(scope="session")
def counted(once: Callable[..., Recount], demo: DemoSet, reference: Path) -> Recount:
    return once("recount", lambda _: recount(demo.paths[0].parents[1], reference))
