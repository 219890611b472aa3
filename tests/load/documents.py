"""How long documents take: seconds of CPU of the process, the libraries loaded already, as in a server.

No browser draws pictures (they are drawn here, as SVG, and turned into pixels by typst), so a batch of them
is measured against the rendering alone: what the program itself adds to it.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pypdf import PdfReader

from dashboard import drawing
from dashboard.database import Snapshot, current_release_id, open_snapshot
from dashboard.exports import DOCUMENTS, PICTURES, fonts, picture
from dashboard.queries import default_selection
from dashboard.report import Chart, Map
from dashboard.reports import making
from dashboard.reports.compose import Composed, compose, kind_named
from dashboard.selection import Period
from tests.load.result import Result

_ROUNDS = 4
_PICTURES = 20
_MADE_AT = datetime(2022, 1, 5, 9, 30)


def office_times(data: Path) -> list[Result]:
    """季度通报 of the whole district in every format, 社区档案 of all communities, twenty pictures."""
    snapshot = open_snapshot(data / "snapshots" / f"{current_release_id(data)}.duckdb")
    org = default_selection(snapshot).org
    made = compose(snapshot, kind_named("quarterly"), org, Period.parse("2021-Q4"), _MADE_AT, "bench")
    pages = len(PdfReader(io.BytesIO(DOCUMENTS["pdf"].write(made.report, made.imprint))).pages)
    found = []
    for key, form in DOCUMENTS.items():
        seconds = [_cpu(lambda form=form: form.write(made.report, made.imprint)) for _ in range(_ROUNDS)]  # type: ignore[misc]
        found.append(
            Result(f"季度通报（{pages} 页）{key}", seconds[1:], 2, "秒 CPU")
        )  # the first loads libraries
    return [*found, _communities(snapshot), _batch(made)]


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _communities(snapshot: Snapshot) -> Result:
    """From the release to files in a folder, composing included, as `liandong report community --all` does."""
    period = Period.parse("2021-Q4")
    codes = making.organisations_named(snapshot, "communities", period)
    kind = kind_named("community")

    def all_of_them() -> None:
        with tempfile.TemporaryDirectory() as folder:
            for code in codes:
                making.make(snapshot, making.Wanted(kind, code, period, ("docx",)), Path(folder), _MADE_AT)

    started = time.perf_counter()
    cpu = _cpu(all_of_them)
    wall = time.perf_counter() - started
    return Result(f"社区档案 docx {len(codes)} 份（用时 {wall:.1f} 秒）", [cpu], 40, "秒 CPU")


def _batch(made: Composed) -> Result:
    """Twenty PNG as the menu gives them, to the same twenty drawings only turned into pixels."""
    blocks = [block for block in made.report.blocks if isinstance(block, Chart | Map)]
    blocks = (blocks * _PICTURES)[:_PICTURES]
    drawn = [drawing.picture(block, "zh", (), fonts.picture_face()) for block in blocks]
    ratios = []
    for _ in range(_ROUNDS):
        ours = _cpu(lambda: [PICTURES["png"].write(block) for block in blocks])
        theirs = _cpu(lambda: [picture.pixels(each, "") for each in drawn])
        ratios.append(ours / theirs)
    return Result(
        f"{_PICTURES} 张图片（每张 {ours / _PICTURES:.2f} 秒 CPU）", ratios[1:], 1.3, "倍于单纯渲染"
    )
