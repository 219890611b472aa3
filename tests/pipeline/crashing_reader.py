"""A reader of workbooks that breaks down at certain contents, as a parser might at a file made to harm it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from etl import readers


def abort() -> None:
    os.abort()


def exit_quietly() -> None:
    os._exit(0)


def hang() -> None:
    while True:
        time.sleep(0.01)


def eat_memory() -> None:
    eaten = []
    while True:
        eaten.append(bytearray(16 << 20))


def recurse() -> None:
    raise RecursionError


def chatter() -> None:
    os.write(1, b"not what the other end expects" * 100)


BREAKDOWNS: dict[bytes, Callable[[], None]] = {
    name.encode(): do
    for name, do in {
        "abort": abort,
        "exit": exit_quietly,
        "hang": hang,
        "eat memory": eat_memory,
        "recurse": recurse,
        "chatter": chatter,
    }.items()
}
ONCE = b"the first time only: "  # and the path of a file that tells whether it was there before


def read(path: Path, name: str, bounds: readers.Bounds) -> readers.Book:
    """In place of readers.read."""
    content = path.read_bytes()
    if content in BREAKDOWNS:
        BREAKDOWNS[content]()
    if content.startswith(ONCE):
        been_here = Path(content.removeprefix(ONCE).decode())
        if not been_here.exists():
            been_here.touch()
            os.abort()
    return readers.read(path, name, bounds)
