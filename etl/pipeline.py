"""The whole build on one screen: archive -> staging -> core -> marts -> sealed release."""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from etl import archive, cross_checks, inputs, people, places, snapshot, staging, warehouse
from etl.archive import Receipt
from etl.contract import load_contracts
from etl.findings import Refused
from etl.reference import load_reference
from etl.settings import Settings
from etl.staging import Workshop

Progress = Callable[[str, int, int], None]  # what, done, of how many


@dataclass(frozen=True)
class Loaded:
    """What one load did, for its summary."""

    release_id: str | None
    is_new_release: bool
    new_files: int
    known_files: int
    refused_files: int  # among the new ones: nothing in them could be used
    unread_files: list[Path]  # not received, because the system would not give them
    row_count: int  # of the new files
    accepted_count: int
    severities: dict[str, int]
    seconds: float
    findings: list[dict[str, str]] = field(default_factory=list)  # of the new files, worst first


@dataclass
class Stopwatch:
    """Seconds and rows of each step; becomes the build's own record."""

    steps: list[tuple[str, float, int | None]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[list[int]]:
        """Times the body; a number of rows may be appended to what it yields."""
        started = time.perf_counter()
        rows: list[int] = []
        yield rows
        self.steps.append((name, time.perf_counter() - started, rows[0] if rows else None))


def load(settings: Settings, paths: Sequence[Path], progress: Progress = lambda *_: None) -> Loaded:
    """Take in files, build and publish. Raises Refused; whatever happens, the old release stays served."""
    started = time.perf_counter()
    files = archive.files_below(paths)
    with only_one(settings.data), no_garbage_collection():
        workshop = prepare(settings)  # first: with faulty reference files nothing is taken in
        watch, folder = Stopwatch(), settings.data / "archive"
        with workshop.crew() as crew:
            # Files are read while the next ones are received; whether there are new ones is only guessed here.
            crew.expect(len(files) - len(archive.receipts(folder)))
            new, known, unread = archive.receive(
                folder,
                files,
                _counted(progress, "接收文件", len(files)),
                lambda receipt: crew.begin(workshop.job(receipt)),
            )
            received = archive.receipts(folder)
            with watch.step("读取与校验"):
                step = _counted(progress, "读取与校验", len(received))
                batches = staging.stage(workshop, received, crew, step)
        with ThreadPoolExecutor(1) as aside:
            told = aside.submit(inputs.summary, workshop, [receipt.sha256 for receipt in new])
            release_id, is_new = build(workshop, received, batches, watch, progress)
    return Loaded(
        release_id=release_id,
        is_new_release=is_new,
        new_files=len(new),
        known_files=len(known),
        unread_files=unread,
        seconds=time.perf_counter() - started,
        **told.result(),
    )


def prepare(settings: Settings) -> Workshop:
    """Settings -> everything that reading and checking depends on. Raises Refused."""
    reference = load_reference(settings.reference)
    try:
        key = people.load_key(settings.key_file)
        outline = places.load_outline(reference.outline)
    except (OSError, ValueError) as problem:
        raise Refused(str(problem)) from problem
    return Workshop(settings, reference, load_contracts(), key, outline)


def build(
    workshop: Workshop,
    received: Sequence[Receipt],
    batches: Sequence[Path],
    watch: Stopwatch,
    progress: Progress = lambda *_: None,
) -> tuple[str | None, bool]:
    """Everything ever received, staged -> a release that is served. Returns its id and whether it is new."""
    data = workshop.settings.data
    release_hash = _release_hash(workshop, received)
    existing = next(snapshot.folder(data).glob(f"*-{release_hash}.duckdb"), None)
    if existing and snapshot.is_sound(existing):
        if snapshot.current(data) != existing.stem:
            snapshot.publish(data, existing.stem, "load")
        return existing.stem, False
    with snapshot.under_construction(data) as (connection, building), ThreadPoolExecutor(1) as aside:
        with watch.step("准备输入"):
            window = inputs.register(connection, workshop, received, batches)
        if window is None:
            return snapshot.current(data), False
        models = warehouse.load_models(connection)
        for number, model in enumerate(models):
            progress("汇总", number, len(models))
            with watch.step(model.name) as rows:
                rows.append(warehouse.run(connection, model))
            if model.name == "fact_service_point":  # geometry needs no interpreter lock, and no mart needs it
                drawn = aside.submit(inputs.draw_places, inputs.positions(connection), workshop)
        with watch.step("示意范围与覆盖"):  # what of it remains
            inputs.register_places(connection, drawn.result())
        with watch.step("跨表核对") as rows:
            rows.append(cross_checks.run(connection, workshop.contracts))
        release_id = f"{window.last_month:%Y%m}-{release_hash}"
        inputs.write_meta(connection, workshop, release_id, window, models, watch.steps)
        snapshot.seal(connection, building, data, release_id)
    snapshot.publish(data, release_id, "load")
    progress("汇总", len(models), len(models))
    return release_id, True


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """A load makes millions of objects, next to no cycles, and ends soon: looking for cycles only costs time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Loads take turns; readers never wait."""
    data.mkdir(parents=True, exist_ok=True)
    lock = FileLock(data / ".lock")
    try:
        with lock.acquire(timeout=600):
            yield
    except Timeout as problem:
        raise Refused("另一个装入任务已运行超过十分钟，请等它结束后再试") from problem


def _release_hash(workshop: Workshop, received: Sequence[Receipt]) -> str:
    """Two builds of the same archive by the same code have the same name."""
    digest = hashlib.sha256(workshop.code_id().encode())
    here = Path(__file__).resolve().parent
    for file in sorted(
        [*here.glob("*.py"), *here.rglob("*.sql"), *here.rglob("*.toml"), workshop.settings.path]
    ):
        digest.update(file.read_bytes())
    for receipt in received:
        digest.update(f"{receipt.sha256} {receipt.order}\n".encode())
    digest.update(str(snapshot.FORMAT_VERSION).encode() + duckdb.__version__.encode())
    return digest.hexdigest()[:8]


def _counted(progress: Progress, what: str, total: int) -> Callable[[object], None]:
    done = 0

    def step(_: object) -> None:
        nonlocal done
        done += 1
        progress(what, done, total)

    return step
