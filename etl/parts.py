"""Parts of long files -> checked rows, written away as they come: no file is ever held whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.contract import Contract
from etl.findings import Finding
from etl.long_texts import Part
from etl.reading import Job, Reading
from etl.tables import Table
from etl.validation import Seen, Validated

Check = Callable[[Sequence[tuple[Contract, Sequence[Table]]], Mapping[str, Seen]], Mapping[str, Validated]]
Columns = Callable[[Sequence[Finding]], pa.Table]


@dataclass
class _File:
    """What is known of one file so far."""

    tables: list[Table] = field(default_factory=list)  # without their cells
    accepted: list[pa.Table] = field(default_factory=list)  # its rows' slices
    seen: defaultdict[str, Seen] = field(default_factory=lambda: defaultdict(Seen))
    written: list[Path] = field(default_factory=list)


class Parts:
    """Takes parts from the crew; `folder` gets accepted_<dataset>.<file>-<part>.parquet and findings.…"""

    def __init__(
        self,
        folder: Path,
        contracts: Mapping[str, Contract],
        check: Check,
        findings: Columns,
        slice_: Sequence[str],
    ) -> None:
        self._folder = folder
        self._contracts = contracts
        self._check = check
        self._findings = findings
        self._slice = list(slice_)
        self._files: dict[str, _File] = {}

    def take(self, job: Job, part: Part) -> None:
        if part.number == 0:
            self._forget(job)
        file = self._files.setdefault(job.sha256, _File())
        own = {table.dataset: [t for t in part.tables if t.dataset == table.dataset] for table in part.tables}
        for name in own:
            file.seen[name]
        asked = [(self._contracts[name], tables) for name, tables in own.items()]
        answers = self._check(asked, file.seen)
        told = [self._findings(part.findings), *(answers[name].findings for name in own)]
        self._write(file, f"findings.{job.sha256[:16]}-{part.number:06}", pa.concat_tables(told))
        for name in own:
            accepted = answers[name].accepted
            self._write(file, f"accepted_{name}.{job.sha256[:16]}-{part.number:06}", accepted)
            file.accepted.append(accepted.group_by(self._slice).aggregate([([], "count_all")]))
        file.tables += [_without_cells(table) for table in part.tables]

    def end(self, job: Job, reading: Reading) -> tuple[list[Table], list[pa.Table]]:
        """The tables of a file, without cells, and how many rows of each slice were accepted; nothing
        when the file was read whole after all, or refused."""
        if not reading.is_in_parts:
            self._forget(job)
        file = self._files.pop(job.sha256, _File())
        return file.tables, file.accepted

    def _write(self, file: _File, name: str, table: pa.Table) -> None:
        place = self._folder / f"{name}.parquet"
        pq.write_table(table, place, compression="zstd")
        file.written.append(place)

    def _forget(self, job: Job) -> None:
        file = self._files.pop(job.sha256, None)
        for place in file.written if file else ():
            place.unlink()


def _without_cells(table: Table) -> Table:
    """What of a table a slice's record needs: whose it is, and how many rows it has."""
    counted, rejected = range(len(table.row_nos)), range(len(table.rejected))
    return replace(table, cells={}, row_nos=counted, rejected=rejected)  # type: ignore[arg-type]
