"""Processes that read files side by side, and what happens when a file takes one of them down.

A file is only ever parsed in such a process (reading.py). When one dies, hangs or talks nonsense,
the file that it had in hand is tried once more in a fresh one, because the process may have been
ended from outside; the second time the file is refused, by itself. Answers come back in the order
of the files, however many processes there are.

The processes are started as commands, never forked: the caller may have threads and open databases.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Lock, Semaphore, Thread
from types import TracebackType
from typing import Any

from etl.findings import Refused
from etl.long_texts import Part
from etl.reading import READY, Errand, Job, Reading, packed, receive, refusal, send, send_packed

_COMMAND = (sys.executable, "-c", "from etl.reading import work; work()")
_FILES_FOR_ANOTHER = 16  # fewer are read sooner by one process than a second one has started
_AHEAD = 3  # files that a process has been told of: it must not wait while we look at an answer
_ATTEMPTS = 2
_PARTS_WAITING = 2  # parts of long files read ahead of who takes them
_MOST = 8  # processes; each may take the memory that one file may cost
_SECONDS_TO_START = 60.0
_CANNOT_START = "读取文件的子进程无法启动，请检查内存是否够用，以及设置 reading.memory_mb 是否过小"
_LOOK_EVERY = 0.2  # seconds between two looks for processes that are stuck


@dataclass
class _Task:
    job: Job
    deaths: int = 0


class _Process:
    """One process and the clock that runs while it has something to do."""

    def __init__(self) -> None:
        paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
        self._popen = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # last words of a parser are nothing for users
            env={**os.environ, "PYTHONPATH": paths, "PYTHONSAFEPATH": "1"},
            # Ctrl-C is for whoever started it: one who finishes the load first still needs this process.
            start_new_session=os.name != "nt",
        )
        self._limit = _SECONDS_TO_START
        self._since: float | None = time.monotonic()

    def greet(self, errand: bytes, seconds: float) -> None:
        """Raises when the process cannot begin: then no file is to blame."""
        assert self._popen.stdin
        send_packed(self._popen.stdin, errand)
        if self.hear() != READY:
            raise EOFError
        self._limit = seconds

    def tell(self, message: object) -> None:
        assert self._popen.stdin
        send(self._popen.stdin, message)

    def hear(self) -> Any:
        """Its next answer; raises whatever may come of a process that is ending."""
        assert self._popen.stdout
        self._since = time.monotonic()
        answer = receive(self._popen.stdout)
        self._since = None
        return answer

    def is_stuck(self) -> bool:
        since = self._since
        return since is not None and time.monotonic() - since > self._limit

    def kill(self) -> None:
        self._popen.kill()

    def bury(self) -> None:
        """End it, if it still runs, and leave nothing of it behind."""
        self._popen.kill()
        self._popen.wait()
        for stream in (self._popen.stdin, self._popen.stdout):
            try:
                if stream:
                    stream.close()
            except OSError:  # what was still to be written to it
                pass


class Crew:
    """`with Crew(setup) as crew: crew.read(jobs)`. Each file, told by its sha256, is read once."""

    def __init__(self, setup: Errand | None = None, most: int | None = None) -> None:
        """`most`: how many processes at once, by default one for each core. Without `setup`, processes
        start that wait for `instruct`."""
        self._errand: tuple[bytes, float] | None = None  # packed, and the seconds that a file may take
        self._is_instructed = Event()
        if setup:
            self.instruct(setup)
        self._most = most or min(os.cpu_count() or 1, _MOST)
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._answers: SimpleQueue[tuple[Job, Reading | Part] | BaseException] = SimpleQueue()
        self._room = Semaphore(_PARTS_WAITING)
        self._begun: set[str] = set()
        self._found: dict[str, Reading] = {}
        self._threads: list[Thread] = []
        self._processes: set[_Process] = set()
        self._lock = Lock()
        self._is_closed = False

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._is_closed = True
            self._is_instructed.set()
            for process in self._processes:
                process.kill()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def instruct(self, setup: Errand) -> None:
        """Tell what was not known yet when the first processes were started."""
        # Packed here and now: what it rests on grows in the hands of this thread, while others greet.
        self._errand = packed(setup), setup.limits.seconds
        self._is_instructed.set()

    def expect(self, files: int) -> None:
        """Start as many processes as that many files are worth, ahead of time."""
        while len(self._threads) < min(self._most, -(-files // _FILES_FOR_ANOTHER)):
            thread = Thread(target=self._attend, daemon=True)
            self._threads.append(thread)
            thread.start()

    def begin(self, job: Job) -> None:
        """Have a file read for whom asks for it later."""
        if job.sha256 not in self._begun:
            self._begun.add(job.sha256)
            self._tasks.put(_Task(job))

    def read(
        self,
        jobs: Sequence[Job],
        step: Callable[[str], None] = lambda _: None,
        take: Callable[[Job, Part], None] = lambda *_: None,
    ) -> list[Reading]:
        """One Reading a job, in the order of the jobs; `step` is told the name of each file that is done.

        `take` is given the parts of long files as they come; while it works, few more are read.

        Raises Refused when no process can be started at all.
        """
        self.expect(len(jobs))
        for job in jobs:
            self.begin(job)
        looked = time.monotonic()
        while len(self._found) < len(self._begun):
            if time.monotonic() - looked > _LOOK_EVERY:
                looked = time.monotonic()
                self._kill_the_stuck()
            try:
                answer = self._answers.get(timeout=_LOOK_EVERY)
            except Empty:
                continue
            if isinstance(answer, BaseException):
                raise answer
            job, reading = answer
            if isinstance(reading, Part):
                take(job, reading)
                self._room.release()
                continue
            self._found[job.sha256] = reading
            step(job.name)
        return [self._found[job.sha256] for job in jobs]

    def _kill_the_stuck(self) -> None:
        with self._lock:
            for process in self._processes:
                if process.is_stuck():
                    process.kill()

    def _attend(self) -> None:
        """A thread's life: it speaks to one process at a time, and starts another when that dies."""
        waiting: deque[_Task] = deque()  # what the process that died was told of and had not begun
        try:
            while not self._is_closed:
                try:
                    process = self._started()
                except OSError as problem:
                    raise Refused(_CANNOT_START) from problem
                try:
                    told = self._employ(process, waiting)
                finally:
                    with self._lock:
                        self._processes.discard(process)
                    process.bury()
                if told is None:
                    return
                culprit, *innocent = told
                waiting = deque(innocent)
                culprit.deaths += 1
                if culprit.deaths < _ATTEMPTS:
                    waiting.appendleft(culprit)
                elif not self._is_closed:
                    self._answers.put((culprit.job, refusal(culprit.job, "parser_crashed")))
        except BaseException as problem:
            self._answers.put(problem)

    def _wait_for_room(self) -> None:
        while not self._room.acquire(timeout=_LOOK_EVERY):
            if self._is_closed:
                raise EOFError

    def _started(self) -> _Process:
        with self._lock:
            process = _Process()
            self._processes.add(process)
        return process

    def _employ(self, process: _Process, waiting: deque[_Task]) -> deque[_Task] | None:
        """Give a process work until it dies. Returns what it had in hand, the culprit first, or None at the end."""
        self._is_instructed.wait()
        if self._errand is None:  # closed before it had anything to do
            return None
        try:
            process.greet(*self._errand)
        except Exception as problem:
            if self._is_closed:
                return None
            raise Refused(_CANNOT_START) from problem
        told: deque[_Task] = deque()
        while True:
            while len(told) < _AHEAD:
                try:
                    task = waiting.popleft() if waiting else self._tasks.get(block=not told)
                except Empty:
                    break
                if task is None:
                    return None
                told.append(task)
                try:
                    process.tell(task.job)
                except OSError:  # it is dead, as hearing it will show
                    break
            try:
                answer = process.hear()
                while isinstance(answer, Part):
                    self._wait_for_room()
                    self._answers.put((told[0].job, answer))
                    answer = process.hear()
            except Exception:  # its end, or a message that it could not finish in good order
                told.extend(waiting)
                return told
            if not isinstance(answer, Reading):
                told.extend(waiting)
                return told
            self._answers.put((told.popleft().job, answer))
