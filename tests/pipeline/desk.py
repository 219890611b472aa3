"""A data folder of the invented county, and what tests of the pipeline do with it."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from etl import pipeline, snapshot
from etl.cli import main
from etl.settings import Settings
from tests.submissions.make import Sheet, Value, workbook

# A process that has imported everything is forked for each start: imports take longer than a small load.
_PROCESSES = multiprocessing.get_context("spawn" if os.name == "nt" else "forkserver")
if os.name != "nt":
    _PROCESSES.set_forkserver_preload(["etl.cli", "tests.pipeline.desk"])


def _console(arguments: list[str], environment: Mapping[str, str], largest_file: int | None) -> None:
    os.environ.update(environment)
    if largest_file is not None:
        import resource  # where the system has it

        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - for as long as the process lives
    main(arguments)


# Tables that are the same whenever the same was received, whatever the hour and the machine.
TIMELESS = ("dim_", "fact_", "mart_", "geo_", "ref_", "meta_")
# What a build says of itself, and when a file came.
_OF_THE_HOUR = {
    "meta_release": ("built_at",),
    "meta_submission": ("received_at",),
    "meta_decision": ("decided_at",),
    "meta_step": ("seconds", "row_count"),
}


@dataclass(frozen=True)
class Desk:
    """Where submissions of the invented county arrive; `inbox` and the data folder begin empty."""

    settings: Settings
    inbox: Path

    @property
    def data(self) -> Path:
        return self.settings.data

    @property
    def release(self) -> str | None:
        return snapshot.current(self.data)

    def write(self, name: str, *sheets: Sheet | tuple[str, list[list[Value]]]) -> Path:
        return workbook(self.inbox / name, *sheets)

    def load(self, *paths: Path) -> pipeline.Loaded:
        return pipeline.load(self.settings, paths or [self.inbox])

    def run(self, *arguments: str | Path) -> Result:
        """The console script, in this process. What it does on a fault of its own fails the test."""
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], env=self.environment)
        told = f"{result.output}\n{result.stderr}"
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in told
        assert "意外问题" not in told, told
        return result

    def start(self, *arguments: str | Path, largest_file: int | None = None) -> BaseProcess:
        """The console script, in a process of its own; what it says is lost.

        `largest_file`: bytes beyond which the system refuses to write, as it does on a full disk.
        """
        told = ([*map(str, arguments)], self.environment, largest_file)
        process = _PROCESSES.Process(target=_console, args=told)
        process.start()
        return process

    @property
    def environment(self) -> dict[str, str]:
        return {"LIANDONG_SETTINGS": str(self.settings.path), "LIANDONG_DATA": str(self.data)}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with snapshot.connect(snapshot.served(self.data)) as connection:
            return connection.execute(sql).fetchall()

    def contents(self) -> Mapping[str, list[str]]:
        return contents(snapshot.served(self.data))


def contents(release: Path, kinds: tuple[str, ...] = TIMELESS) -> dict[str, list[str]]:
    """Table -> its rows as sorted text, without what only says when a build was made."""
    with snapshot.connect(release) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        found = {}
        for name in names:
            if name.startswith(kinds):
                without = _OF_THE_HOUR.get(name)
                columns = f"* exclude ({', '.join(without)})" if without else "*"
                rows = connection.execute(f"select {columns} from {name}").fetchall()
                found[name] = sorted(map(repr, rows))
        return found
