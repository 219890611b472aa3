"""Submissions with one fault or one oddity each: name -> what it is and how it is written.

    for name, faulty in FAULTY.items():
        path = faulty.write(folder)          # folder / f"{name}{faulty.ending}"
        expected(name)                       # what is to be told of it, as golden/<name>.txt says

All are of 青河县 (make.py) and for 2021 Q4, unless that is what is odd about them. They are written anew
each time, always the same; `pytest tests/pipeline/test_faulty_submissions.py --update-golden` renews
what is expected. BOUNDS are smaller than those of a real district, so that files beyond them are small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from etl.bounds import Bounds
from tests.submissions import faulty_files, faulty_layouts, faulty_texts, faulty_values

GOLDEN = Path(__file__).parent / "golden"
BOUNDS = Bounds(file_mb=1, text_mb=2, unpacked_mb=4, sheets=8, rows=3000, rows_of_text=3000, columns=60)


@dataclass(frozen=True)
class Faulty:
    """`what` completes "a submission with …"; `make` writes it at a path."""

    name: str
    ending: str
    what: str
    make: Callable[[Path], object]

    def write(self, folder: Path) -> Path:
        path = folder / f"{self.name}{self.ending}"
        self.make(path)
        return path


FAULTY: dict[str, Faulty] = {
    name: Faulty(name, ending, what, make)
    for part in (faulty_layouts, faulty_values, faulty_texts, faulty_files)
    for name, (ending, what, make) in part.FILES.items()
}


def expected(name: str) -> str:
    """How much of it is taken and what is told of it, one finding a line."""
    return (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
