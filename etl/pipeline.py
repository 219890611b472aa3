"""The whole build on one screen: archive -> staging -> core -> marts -> sealed release."""

from __future__ import annotations

import gc
import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from etl import (
    archive,
    cross_checks,
    decisions,
    disclosed,
    inputs,
    meta,
    people,
    places,
    snapshot,
    staging,
    vault,
    warehouse,
)
from etl.archive import Receipt
from etl.contract import load_contracts
from etl.crew import Crew
from etl.decisions import Decision
from etl.findings import Refused
from etl.reference import load_reference
from etl.settings import Settings
from etl.snapshot import Publication
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
    corrections: int  # submissions among the new files that came after their period was locked
    withdrawn_files: list[str]  # known already, and taken back: loading them again changes nothing
    seconds: float
    findings: list[dict[str, str]] = field(default_factory=list)  # of the new files, worst first


@dataclass(frozen=True)
class Decided:
    """What one command decided, and the release that followed from it."""

    new: list[Decision]
    idle: list[Mapping[str, str]]  # what stood already, or had nothing to undo
    release_id: str | None
    is_new_release: bool
    seconds: float


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
        watch, folder = Stopwatch(), settings.data / "archive"
        with Crew() as crew:
            # Processes start while all else is made ready; whether there is anything new is only guessed here.
            crew.expect(max(len(files) - len(archive.receipts(folder)), min(len(files), 1)))
            workshop = prepare(settings)  # with faulty reference files nothing is taken in
            crew.instruct(workshop.setup())
            new, known, unread = archive.receive(
                folder,
                files,
                _counted(progress, "接收文件", len(files)),
                lambda receipt: crew.begin(workshop.job(receipt)),
                workshop.shown_name,
                workshop.vault,
                settings.bounds,
            )
            received = archive.receipts(folder)
            with watch.step("读取与校验"):
                step = _counted(progress, "读取与校验", len(received))
                batches = staging.stage(workshop, received, crew, step)
        decided = decisions.decisions(folder)
        with ThreadPoolExecutor(1) as aside:
            about_new = aside.submit(inputs.summary, workshop, [receipt.sha256 for receipt in new])
            release_id, is_new = build(workshop, received, decided, batches, watch, progress)
        corrections = _serve(settings, release_id, "load", new)
        taken_back = {decision.sha256 for decision in decisions.in_force(decided, "withdraw")}
    return Loaded(
        release_id=release_id,
        is_new_release=is_new,
        new_files=len(new),
        known_files=len(known),
        unread_files=unread,
        corrections=corrections,
        withdrawn_files=[people.mask(file.name) for file, sha256 in known if sha256 in taken_back],
        seconds=time.perf_counter() - started,
        **about_new.result(),
    )


def decide(
    settings: Settings,
    kind: str,
    about: Sequence[Mapping[str, str]],
    reason: str = "",
    progress: Progress = lambda *_: None,
) -> Decided:
    """Keep decisions of one kind (decisions.NAMES), build and publish what follows. Raises Refused."""
    started = time.perf_counter()
    with only_one(settings.data), no_garbage_collection():
        workshop, folder = prepare(settings), settings.data / "archive"
        new, idle = decisions.decide(folder, kind, about, reason)
        release_id, is_new = snapshot.current(settings.data), False
        if new or not _is_published(settings.data, decisions.decisions(folder)):
            release_id, is_new = _built(
                workshop, archive.receipts(folder), decisions.decisions(folder), progress
            )
            touched = {decision.sha256 for decision in new}
            _serve(settings, release_id, kind, [r for r in archive.receipts(folder) if r.sha256 in touched])
    return Decided(new, idle, release_id, is_new, time.perf_counter() - started)


def _is_published(data: Path, taken: Sequence[Decision]) -> bool:
    """Whether some release knows of all decisions: a command may have been cut off before its release."""
    last = taken[-1].number if taken else 0
    return any((entry.decision_number or 0) >= last for entry in snapshot.history(data))


def rebuild(
    settings: Settings, receipt_order: int, decision_number: int, progress: Progress = lambda *_: None
) -> str:
    """The release of what the archive held after so many receipts and decisions, sealed and not served.

    Returns its id: the old one, unless code, settings or reference have changed since. Raises Refused.
    """
    folder = settings.data / "archive"
    with only_one(settings.data), no_garbage_collection():
        received = [receipt for receipt in archive.receipts(folder) if receipt.order <= receipt_order]
        decided = [taken for taken in decisions.decisions(folder) if taken.number <= decision_number]
        release_id, _ = _built(prepare(settings), received, decided, progress)
    if release_id is None:
        raise Refused("存档里没有可以采用的台账，不能重建版本")
    return release_id


def renew(settings: Settings, progress: Progress = lambda *_: None) -> tuple[str, bool]:
    """Serve the release of everything that the archive holds, built anew where there is none that this
    program can read. Returns its id and whether it was built. Raises Refused."""
    folder = settings.data / "archive"
    with only_one(settings.data), no_garbage_collection():
        release_id, is_new = _built(
            prepare(settings), archive.receipts(folder), decisions.decisions(folder), progress
        )
        if release_id is None:
            raise Refused("存档里没有可以采用的台账，不能生成版本，请先运行 liandong load 装入台账")
        _serve(settings, release_id, "rebuild", [])
    return release_id, is_new


def _built(
    workshop: Workshop, received: Sequence[Receipt], decided: Sequence[Decision], progress: Progress
) -> tuple[str | None, bool]:
    """Stage what was received, where it is not yet, and build."""
    watch = Stopwatch()
    with workshop.crew() as crew, watch.step("读取与校验"):
        batches = staging.stage(workshop, received, crew, _counted(progress, "读取与校验", len(received)))
    return build(workshop, received, decided, batches, watch, progress)


def _serve(settings: Settings, release_id: str | None, reason: str, touched: Sequence[Receipt]) -> int:
    """Point CURRENT at what was built, unless it is served already, and let old releases go.

    `touched`: the files that the command was about. Returns how many corrections are in them.
    """
    data = settings.data
    if release_id is None:
        return 0
    corrections = snapshot.corrections_in(data, release_id, [receipt.sha256 for receipt in touched])
    if snapshot.current(data) != release_id:
        snapshot.publish(
            data,
            Publication(
                snapshot.moment(),
                release_id,
                reason,
                len(touched),
                corrections,
                **snapshot.origin(data, release_id),
            ),
        )
    snapshot.prune(data, settings.keep_releases)
    disclosed.prune(data)
    return corrections


def prepare(settings: Settings) -> Workshop:
    """Settings -> everything that reading and checking depends on. Raises Refused."""
    reference = load_reference(settings.reference)
    try:
        key = people.load_key(settings.key_file)
        outline = places.load_outline(reference.outline)
    except (OSError, ValueError) as problem:
        raise Refused(str(problem)) from problem
    sealed = vault.load_vault(settings.archive_key_file, settings.data / "archive")
    return Workshop(settings, reference, load_contracts(), key, outline, sealed)


def build(
    workshop: Workshop,
    received: Sequence[Receipt],
    decided: Sequence[Decision],
    batches: Sequence[Path],
    watch: Stopwatch,
    progress: Progress = lambda *_: None,
) -> tuple[str | None, bool]:
    """What was received and decided, staged -> a sealed release. Returns its id and whether it is new.

    The id is None when nothing of it can be used.
    """
    data = workshop.settings.data
    release_hash = _release_hash(workshop, received, decided)
    existing = next(snapshot.folder(data).glob(f"*-{release_hash}.duckdb"), None)
    if existing and snapshot.is_sound(existing):
        disclosed.follow(data, existing.stem)  # a crash may have come in between
        return existing.stem, False
    with snapshot.under_construction(data) as (connection, building), ThreadPoolExecutor(1) as aside:
        with watch.step("准备输入"):
            window = inputs.register(connection, workshop, received, decided, batches)
        if window is None:
            return None, False
        models = warehouse.load_models(connection)
        for number, model in enumerate(models):
            progress("汇总", number, len(models))
            if "in_finding" in model.needs:  # the checks read core alone, which comes first
                with watch.step("跨表核对") as rows:
                    rows.append(cross_checks.run(connection, workshop.contracts))
                    inputs.register_findings(connection, workshop)
            with watch.step(model.name) as rows:
                rows.append(warehouse.run(connection, model))
            if model.name == "fact_service_point":  # geometry needs no interpreter lock, and no mart needs it
                drawn = aside.submit(inputs.draw_places, inputs.positions(connection), workshop)
        with watch.step("示意范围与覆盖"):  # what of it remains
            inputs.register_places(connection, drawn.result())
        release_id = f"{window.last_month:%Y%m}-{release_hash}"
        meta.write(connection, workshop, release_id, window, models, watch.steps)
        snapshot.seal(connection, building, snapshot.path_of(data, release_id))
    progress("汇总", len(models), len(models))
    progress("核定不显示的人数", 0, 1)
    disclosed.follow(data, release_id)
    progress("核定不显示的人数", 1, 1)
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


def _release_hash(workshop: Workshop, received: Sequence[Receipt], decided: Sequence[Decision]) -> str:
    """Two builds of the same archive by the same code have the same name."""
    digest = hashlib.sha256(workshop.code_id().encode())
    here = Path(__file__).resolve().parent
    for file in sorted(
        [*here.glob("*.py"), *here.rglob("*.sql"), *here.rglob("*.toml"), workshop.settings.path]
    ):
        digest.update(file.read_bytes())
    for receipt in received:
        digest.update(f"{receipt.sha256} {receipt.order}\n".encode())
    for decision in decided:
        digest.update(repr(replace(decision, by="")).encode())  # the one thing that no snapshot has
    digest.update(str(snapshot.FORMAT_VERSION).encode() + duckdb.__version__.encode())
    return digest.hexdigest()[:8]


def _counted(progress: Progress, what: str, total: int) -> Callable[[object], None]:
    done = 0

    def step(_: object) -> None:
        nonlocal done
        done += 1
        progress(what, done, total)

    return step
