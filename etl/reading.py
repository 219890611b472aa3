"""A process that reads and recognises files for another one, so that a parser may break down here.

crew.py starts it and speaks to it through its standard input and output: messages are a length of
eight bytes and a pickle. In comes the Setup and then one Job after the other, out goes READY and
one Reading for every job, in the same order. The process holds one file at a time and ends with
its input. It imports nothing heavy, since every load waits for it.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from etl import faults, people
from etl.bounds import Bounds
from etl.findings import FILE_SENTENCES, Finding, Severity
from etl.long_texts import NotInParts, Part, parts
from etl.readers import Book, Unreadable
from etl.tables import Recogniser, Table

READY = "ready"
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Limits:
    """What one file may cost: seconds of waiting for it, and MiB of address space (where the system counts)."""

    seconds: float
    memory_mb: int


@dataclass(frozen=True)
class Setup:
    """What reading depends on. `read` goes over by its name: (path, name as sent, bounds) -> sheets, or Unreadable."""

    read: Callable[[Path, str, Bounds], Book]
    recogniser: Recogniser
    limits: Limits
    bounds: Bounds

    def handle(self, job: Job) -> Iterator[Part | Reading]:
        """What the process does with one file; marking.py has another errand for such processes."""
        return answers_to(self, job)


@dataclass(frozen=True)
class Job:
    """One file of the archive and the name that its sender gave it."""

    sha256: str
    name: str
    path: Path
    secret: str = field(default="", repr=False)  # of the vault in which the file at `path` is sealed
    part_rows: int = 0  # of a text too long to be held at once: so many rows a Part, before the Reading


class Errand(Protocol):
    """What a process is told at its beginning; it goes over by the name of its class."""

    @property
    def limits(self) -> Limits: ...

    def handle(self, job: Any) -> Iterable[Part | Reading]: ...


@dataclass(frozen=True)
class Reading:
    """What was found in one file, apart from its Parts."""

    tables: Sequence[Table]
    findings: Sequence[Finding]
    encoding: str = ""  # of a text file; workbooks say themselves how their text is written
    file_format: str = ""
    is_in_parts: bool = False  # what was found are the Parts


def refusal(job: Job, code: str, **details: str) -> Reading:
    """A file of which nothing can be used; `code` is one of FILE_SENTENCES."""
    sentence, hint = FILE_SENTENCES[code]
    shown = people.mask(job.name)
    words = sentence.format(name=shown, **details)
    return Reading((), [Finding(job.sha256, shown, Severity.SUBMISSION, code, words, hint)])


def send(stream: IO[bytes], message: object) -> None:
    """Raises OSError when nobody listens any more."""
    send_packed(stream, packed(message))


def packed(message: object) -> bytes:
    return pickle.dumps(message, pickle.HIGHEST_PROTOCOL)


def send_packed(stream: IO[bytes], content: bytes) -> None:
    """As `send`, of what was packed before."""
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """The next message. Raises EOFError at the end, and whatever unpickling makes of a garbled one."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return pickle.loads(content)


def work() -> None:
    """The life of this process."""
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a parser prints must not look like an answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches us, too; the parent ends us by itself
    gc.disable()  # sheets hold no cycles, and looking for some costs a tenth of the time
    setup: Errand = receive(jobs)
    _limit_resources(setup.limits.memory_mb)
    send(answers, READY)
    while True:
        try:
            job: Job = receive(jobs)
        except EOFError:
            return
        seconds = int(2 * setup.limits.seconds) + 1
        _set_alarm(seconds)
        for answer in setup.handle(job):
            _set_alarm(0)
            send(answers, answer)
            _set_alarm(seconds)
        _set_alarm(0)


def _opened(job: Job) -> AbstractContextManager[Path]:
    """Where the file can be read: out of the vault, if it lies in one."""
    if not job.secret:
        return nullcontext(job.path)
    from etl import vault  # here, because every process that reads files waits for what this module imports

    return vault.opened(job.path, job.secret)


def answers_to(setup: Setup, job: Job) -> Iterator[Part | Reading]:
    """Any number of Parts, then a Reading. A whole Reading after some Parts takes their place."""
    if job.part_rows:
        try:
            with _opened(job) as path:
                encoding = yield from parts(
                    setup.recogniser, job.sha256, job.name, path, job.part_rows, setup.bounds
                )
            yield Reading((), (), is_in_parts=True, encoding=encoding, file_format="csv")
            return
        except Unreadable as problem:
            yield refusal(job, problem.code, **problem.details)
            return
        except NotInParts:
            pass
    yield read(setup, job)


def read(setup: Setup, job: Job) -> Reading:
    """Read and recognise one file. Lets MemoryError and faults of the recogniser pass: they end the process."""
    try:
        with _opened(job) as path:
            book = setup.read(path, job.name, setup.bounds)
    except Unreadable as problem:
        return refusal(job, problem.code, **problem.details)
    except MemoryError:  # who knows what is left of the parser
        raise
    except Exception:  # whatever a parser trips over: one file must not keep all the others out
        return refusal(job, "unreadable")
    try:
        tables, findings = setup.recogniser.tables(job.sha256, job.name, book.sheets)
        return Reading(tables, findings, book.encoding, book.file_format)
    except Exception:
        faults.write_details()
        raise


def _limit_resources(megabytes: int) -> None:
    """An allocation beyond the limit fails here, instead of pushing everything else out of memory."""
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limits, macOS may refuse them
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold persons' numbers
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = megabytes << 20
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _set_alarm(seconds: int) -> None:
    """crew.py ends a process that is stuck; should it be gone itself, the system's alarm clock does. 0: no more."""
    if hasattr(signal, "alarm"):  # Windows has none
        signal.alarm(seconds)
