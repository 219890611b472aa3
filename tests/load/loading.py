"""How long a load takes, beside merely reading the same files."""

from __future__ import annotations

import resource
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from etl import pipeline, readers, snapshot
from etl.reading import Job
from etl.settings import Settings
from tests.load.result import Result

ROUNDS = 5


def taken(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock, and of the processor with all processes that were started and have ended."""
    before, started = _processor(), time.perf_counter()
    work()
    return time.perf_counter() - started, _processor() - before


def _processor() -> float:
    of = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in of)


def cells(inbox: Path) -> Callable[[], object]:
    """Reading all workbooks' cells, and nothing else."""
    files = sorted(inbox.rglob("*.xlsx"))
    return lambda: [readers.read(file, file.name) and None for file in files]


def build_ratios(settings: Settings, inbox: Path, folder: Path) -> list[Result]:
    """A full build of all workbooks, and the reading in it, ÷ merely reading their cells with the same reader."""
    data = folder / "build"
    workshop = pipeline.prepare(settings)
    jobs = [Job(file.name, file.name, file) for file in sorted(inbox.rglob("*.xlsx"))]

    def read_by_crew() -> None:
        with workshop.crew() as crew:
            crew.expect(len(jobs))
            crew.read([replace(job, sha256=str(number)) for number, job in enumerate(jobs)])

    builds, of_processor, readings = [], [], []
    for number in range(ROUNDS + 1):  # the first one warms up
        reading = taken(cells(inbox))
        building = taken(lambda: pipeline.load(replace(settings, data=data), [inbox]))
        shutil.rmtree(data)
        by_crew = taken(read_by_crew)
        print(f"  读单元格 {reading[0]:.2f} 秒，装入时的读取 {by_crew[0]:.2f} 秒，全部生成 {building[0]:.2f} 秒"
              f"（处理器 {reading[1]:.2f}、{by_crew[1]:.2f}、{building[1]:.2f} 秒）")  # fmt: skip
        if number:
            builds.append(building[0] / reading[0])
            of_processor.append(building[1] / reading[1])
            readings.append(by_crew[0] / reading[0])
    return [
        Result("全部生成 ÷ 只读单元格", builds, 3, "倍"),
        Result("　　同上，按处理器时间", of_processor, float("inf"), "倍"),
        Result("装入时的读取 ÷ 只读单元格", readings, 1.5, "倍"),
    ]


def one_more_ratio(settings: Settings, inbox: Path, folder: Path, rounds: int = ROUNDS) -> Result:
    """Reading and checking in a load that adds one workbook to all others ÷ the same of a full build."""
    files = sorted(inbox.rglob("*.xlsx"))
    ratios = []
    for number in range(rounds + 1 if rounds > 1 else 1):  # the first of several warms up
        own = replace(settings, data=folder / "one-more")
        last = files.pop(0)
        pipeline.load(own, files)
        full = _reading_and_checking(own)
        pipeline.load(own, [last])
        more = _reading_and_checking(own)
        files.append(last)
        shutil.rmtree(own.data)
        print(f"  读取与校验：全部 {full:.2f} 秒，只加一个工作簿 {more:.2f} 秒")
        if number or rounds == 1:
            ratios.append(more / full)
    return Result("加一个工作簿的读取与校验 ÷ 全部的", ratios, 0.1, "倍")


def _reading_and_checking(settings: Settings) -> float:
    """Seconds, of the served release's own record."""
    with snapshot.connect(snapshot.served(settings.data)) as connection:
        row = connection.execute("select seconds from meta_step where step = '读取与校验'").fetchone()
    assert row
    return float(row[0])
