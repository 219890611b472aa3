"""What releases have told of counts of persons so far, kept beside each of them.

    snapshots/disclosed/<number>.<release id>.duckdb

The newest one knows all that was ever told, so that older releases may be deleted. Amounts are whole persons, also
those that nobody is shown; they stay in this folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from dashboard.database import rows_of
from dashboard.guessing import Equation
from dashboard.scope import Decision, Disclosed, Sum, decide

# Level number, organisation, dimensions at values. A dimension "" at the name of another one, or of none: who is
# in no part of such a sum.
Count: TypeAlias = tuple[int, str, tuple[tuple[str, str], ...]]
About: TypeAlias = tuple[str, date]  # source and day
Row: TypeAlias = tuple[Any, ...]

TABLES = {
    "disclosed_threshold": {"threshold": "integer"},
    "disclosed_count": {
        "source": "varchar",
        "day": "date",
        "number": "integer",  # of the count, as long as its amount stays the same
        "level_no": "integer",
        "org_code": "varchar",
        "kinds": "varchar",  # [[dimension, value], …] as JSON
        "amount": "bigint",
        "is_hidden": "boolean",
        "is_current": "boolean",  # the release's own, not an earlier one's
    },
    "disclosed_sum": {  # hidden counts that come to an amount, or to so much more than another hidden one
        "source": "varchar",
        "day": "date",
        "parts": "integer[]",
        "total": "integer",
        "amount": "bigint",
    },
}


@dataclass
class Memory:
    """What was told of one population on one day. `counts`: count, amount, whether it is hidden, by number."""

    counts: list[tuple[Count, int, bool]] = field(default_factory=list)
    current: dict[Count, int] = field(default_factory=dict)  # the numbers of the newest release
    equations: dict[Equation[int], None] = field(default_factory=dict)

    def is_all(self, counts: Mapping[Count, int]) -> bool:
        """Whether these are the counts of the newest release."""
        own = {cell: self.counts[number][1] for cell, number in self.current.items()}
        return {cell: amount for cell, amount in own.items() if not _is_rest(cell)} == counts

    def hidden(self) -> Iterator[Count]:
        """The counts of the newest release that are hidden."""
        for cell, number in self.current.items():
            if self.counts[number][2] and not _is_rest(cell):
                yield cell

    def numbers(
        self, amounts: Mapping[Count, int], sums: Sequence[Sum[Count]], guessed: bool
    ) -> dict[Count, int]:
        """Of the counts of the next release, what they are called: as before where they did not change.

        Whoever looks knows that of those in which nobody came or went. `guessed`: he takes any amount that was
        there before for the same count.
        """
        same = {
            cell: number
            for cell, number in self.current.items()
            if amounts.get(cell) == self.counts[number][1]
        }
        if guessed:
            former = {(cell, amount): number for number, (cell, amount, _) in enumerate(self.counts)}
            back = {
                cell: former[cell, amount] for cell, amount in amounts.items() if (cell, amount) in former
            }
            same = back | same
        else:
            for cell in _with_those_above(amounts.keys() - same.keys(), sums):
                same.pop(cell, None)
        new = iter(range(len(self.counts), len(self.counts) + len(amounts)))
        return {cell: same[cell] if cell in same else next(new) for cell in amounts}

    def disclosed(self, numbers: Mapping[Count, int], threshold: int) -> Disclosed[Count]:
        """What is known of the counts of the next release before it tells anything."""
        before = {
            cell: self.counts[number][2] for cell, number in numbers.items() if number < len(self.counts)
        }
        return Disclosed(
            numbers,
            shown={cell for cell, is_hidden in before.items() if not is_hidden},
            hidden={cell for cell, is_hidden in before.items() if is_hidden and not _is_rest(cell)},
            equations=[*self.equations],
            small={
                number
                for number, (cell, amount, _) in enumerate(self.counts)
                if amount < threshold and not _is_rest(cell)
            },
        )

    def after(
        self, amounts: Mapping[Count, int], numbers: Mapping[Count, int], decision: Decision[Count]
    ) -> Memory:
        """What is known when the next release has told its own."""
        counts = list(self.counts)
        for cell, number in numbers.items():
            if number == len(counts):
                counts.append((cell, amounts[cell], cell in decision.hidden or _is_rest(cell)))
        equations = self.equations | dict.fromkeys(decision.equations)
        return Memory(counts, dict(numbers), equations)


def follow(
    memory: Memory,
    counts: Mapping[Count, int],
    sums: Sequence[Sum[Count]],
    threshold: int,
    ranks: Mapping[Count, int],
) -> Memory:
    """What is known after the next release has told its counts, too, as far as it may (scope.decide)."""
    amounts = {**counts, **{one.remainder: one.rest for one in sums if one.rest and one.remainder}}
    for guessed in (True, False):
        numbers = memory.numbers(amounts, sums, guessed)
        decision = decide(counts, threshold, sums, ranks, memory.disclosed(numbers, threshold))
        if decision.is_safe:  # where too much is the same by chance, too little is left to hide
            break
    return memory.after(amounts, numbers, decision)


def rest(total: Count, dimension: str) -> Count:
    """What those are called who are in no part of a sum over a dimension, or over the organisations below ("")."""
    level_no, org, kinds = total
    return level_no, org, (*kinds, ("", dimension))


def _with_those_above(cells: Iterable[Count], sums: Sequence[Sum[Count]]) -> set[Count]:
    """Counts and all that they are part of."""
    totals: dict[Count, list[Count]] = {}
    for one in sums:
        for cell in (*one.parts, one.remainder):
            if cell is not None and one.total is not None:
                totals.setdefault(cell, []).append(one.total)
    found, waiting = set(cells), [*cells]
    while waiting:
        above = [total for total in totals.get(waiting.pop(), ()) if total not in found]
        found.update(above)
        waiting += above
    return found


def _is_rest(cell: Count) -> bool:
    return bool(cell[2]) and cell[2][-1][0] == ""


def file_of(release: Path) -> Path | None:
    """Where it is written down what a release tells; None where it was the first one."""
    return next(release.parent.glob(f"disclosed/[0-9]*.{release.stem}.duckdb"), None)


def hidden(release: Path, source: str, threshold: int) -> dict[date, list[Count]]:
    """The release's own hidden counts by day, all days that were decided; none when it was not at this threshold.

    Raises SnapshotError.
    """
    file = file_of(release)
    if file is None or _threshold(file) != threshold:
        return {}
    found: dict[date, list[Count]] = {}
    kinds = _Kinds()
    for day, is_hidden, level_no, org_code, held in rows_of(
        file,
        "select distinct day, is_hidden, "
        + ", ".join(f"case when is_hidden then {name} end" for name in ("level_no", "org_code", "kinds"))
        + " from disclosed_count where source = ? and is_current order by all",
        [source],
    ):
        cells = found.setdefault(day, [])
        if is_hidden:
            cells.append((level_no, org_code, kinds[held]))
    return {day: [cell for cell in cells if not _is_rest(cell)] for day, cells in found.items()}


def memories(file: Path, threshold: int) -> dict[About, Memory]:
    """All that is written down in a file; nothing when it was told at another threshold, which is a new
    beginning. Raises SnapshotError."""
    if _threshold(file) != threshold:
        return {}
    found: dict[About, Memory] = {}
    kinds = _Kinds()
    for source, day, number, level_no, org_code, held, amount, is_hidden, is_current in rows_of(
        file, "select * from disclosed_count order by source, day, number"
    ):
        memory = found.setdefault((source, day), Memory())
        cell = (level_no, org_code, kinds[held])
        memory.counts.append((cell, amount, is_hidden))
        if is_current:
            memory.current[cell] = number
    for source, day, parts, total, amount in rows_of(file, "select * from disclosed_sum"):
        found[source, day].equations[Equation(tuple(parts), total, amount)] = None
    return found


def check(file: Path) -> None:
    """Raises SnapshotError when a file cannot be read to its end."""
    for table in TABLES:
        rows_of(file, f"select count(*), max(hash(t)) from {table} t")


def tables(known: Mapping[About, Memory], threshold: int) -> dict[str, list[Row]]:
    """The rows of each of TABLES."""
    counts: list[Row] = []
    sums: list[Row] = []
    texts: dict[tuple[tuple[str, str], ...], str] = {}
    for about, memory in known.items():
        for number, (cell, amount, is_hidden) in enumerate(memory.counts):
            level_no, org_code, kinds = cell
            text = texts.get(kinds) or texts.setdefault(kinds, json.dumps(kinds, ensure_ascii=False))
            is_current = memory.current.get(cell) == number
            counts.append((*about, number, level_no, org_code, text, amount, is_hidden, is_current))
        sums += [(*about, [*one.parts], one.total, one.amount) for one in memory.equations]
    return {"disclosed_threshold": [(threshold,)], "disclosed_count": counts, "disclosed_sum": sums}


def _threshold(file: Path) -> int:
    ((threshold,),) = rows_of(file, "select threshold from disclosed_threshold")
    return int(threshold)


class _Kinds(dict[str, tuple[tuple[str, str], ...]]):
    """The dimensions at values that a text stands for, each read once."""

    def __missing__(self, text: str) -> tuple[tuple[str, str], ...]:
        return self.setdefault(text, tuple((key, value) for key, value in json.loads(text)))
