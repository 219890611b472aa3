"""Thousands of damaged submissions, read as a load reads them: refused or taken, one by one."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from etl import pipeline
from etl.reading import Job
from etl.settings import Settings
from tests.pipeline.fuzzing import mutated
from tests.submissions.faulty import BOUNDS, FAULTY

_LARGEST_SEED = 40_000  # bytes; larger ones take their time and tell nothing else
A_FEW, MANY = 200, 20_000


def fuzz(county: Settings, folder: Path, first: int, count: int) -> Counter[str]:
    """How often each outcome came: a code of a refusal, or "taken"; asserts that the readers themselves stand."""
    folder.mkdir(parents=True)
    seeds = [
        content
        for faulty in FAULTY.values()
        if len(content := faulty.write(folder).read_bytes()) < _LARGEST_SEED
    ]
    workshop = pipeline.prepare(replace(county, data=folder / "data", bounds=BOUNDS, seconds_per_file=20.0))
    outcomes: Counter[str] = Counter()
    endings = (".xlsx", ".xls", ".csv", ".ods")
    with workshop.crew() as crew:
        for start in range(first, first + count, 500):
            jobs = []
            for number in range(start, min(start + 500, first + count)):
                path = folder / f"{number}{endings[number % 4]}"
                path.write_bytes(mutated(seeds, number))
                jobs.append(Job(f"{number:064}", path.name, path))
            for job, reading in zip(jobs, crew.read(jobs), strict=True):
                codes = {finding.code for finding in reading.findings}
                assert reading.tables or codes, f"{job.name} is neither taken nor refused"
                outcomes[min(codes) if not reading.tables else "taken"] += 1
                job.path.unlink()
    return outcomes


def test_a_few_hundred_damaged_files_are_refused_or_taken(county: Settings, tmp_path: Path) -> None:
    outcomes = fuzz(county, tmp_path / "few", 0, A_FEW)
    assert outcomes["taken"] > A_FEW // 20
    assert not outcomes["parser_crashed"], "a look at the file refuses it sooner"
    assert len(outcomes) > 5


@pytest.mark.slow
def test_twenty_thousand_damaged_files_are_refused_or_taken(county: Settings, tmp_path: Path) -> None:
    outcomes = fuzz(county, tmp_path / "many", int(os.environ.get("FUZZ_SEED", "1000")), MANY)
    assert sum(outcomes.values()) == MANY
    assert outcomes["parser_crashed"] <= 5, "other changes than those of the first seed may find something"
