"""Parts of long files -> checked rows, written away as they come: no file is ever held whole.

The cells of one part are read while the rows of the one before are checked and written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.contract import Contract
from etl.findings import Finding
from etl.long_texts import Part
from etl.reading import Job, Reading
from etl.tables import Table
from etl.validation import Judge, Seen

Validate = Callable[[Sequence[tuple[Contract, Sequence[Table]]]], Judge]
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
        validate: Validate,
        findings: Columns,
        slice_: Sequence[str],
        aside: Executor,
    ) -> None:
        """`aside`: one thread, which checks and writes; of parts that wait for it there is never more than one."""
        self._folder = folder
        self._aside = aside
        self._underway: Future[None] | None = None
        self._contracts = contracts
        self._validate = validate
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
        judge = self._validate([(self._contracts[name], tables) for name, tables in own.items()])
        file.tables += [_without_cells(table) for table in part.tables]
        self._wait()
        self._underway = self._aside.submit(
            self._finish, file, f"{job.sha256[:16]}-{part.number:06}", part, judge
        )

    def _finish(self, file: _File, name: str, part: Part, judge: Judge) -> None:
        answers = judge(file.seen)
        self._write(
            file,
            f"findings.{name}",
            pa.concat_tables([self._findings(part.findings), *(a.findings for a in answers.values())]),
        )
        for dataset, answer in answers.items():
            self._write(file, f"accepted_{dataset}.{name}", answer.accepted)
            file.accepted.append(answer.accepted.group_by(self._slice).aggregate([([], "count_all")]))

    def end(self, job: Job, reading: Reading) -> tuple[list[Table], list[pa.Table]]:
        """The tables of a file, without cells, and how many rows of each slice were accepted; nothing
        when the file was read whole after all, or refused."""
        if not reading.is_in_parts:
            self._forget(job)
        self._wait()
        file = self._files.pop(job.sha256, _File())
        return file.tables, file.accepted

    def _write(self, file: _File, name: str, table: pa.Table) -> None:
        place = self._folder / f"{name}.parquet"
        # Statistics cost as much as all the rest of writing, and whole files are read.
        pq.write_table(table, place, compression="zstd", write_statistics=False)
        file.written.append(place)

    def _wait(self) -> None:
        """Until the part before is done. Raises what went wrong with it."""
        if self._underway:
            self._underway.result()

    def _forget(self, job: Job) -> None:
        self._wait()
        file = self._files.pop(job.sha256, None)
        for place in file.written if file else ():
            place.unlink()


def _without_cells(table: Table) -> Table:
    """What of a table a slice's record needs: whose it is, and how many rows it has."""
    counted, rejected = range(len(table.row_nos)), range(len(table.rejected))
    return replace(table, cells={}, row_nos=counted, rejected=rejected)  # type: ignore[arg-type]
