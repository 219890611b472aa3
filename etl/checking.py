"""Files -> what a load would make of them, with nothing kept: no archive, no snapshot, no trace.

The same readers, limits and contracts as in a load. What only several ledgers together can tell
(cross_checks.py) is not asked, since a file that arrives by itself has no others beside it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from etl import marks, pipeline, staging
from etl.crew import Crew
from etl.expectations import Expectations
from etl.findings import SEVERITY_LABELS, Severity
from etl.reading import Job, Limits, Reading, refusal
from etl.settings import Settings
from etl.staging import Workshop
from etl.tables import Table

_SLOWER = 4  # marking takes openpyxl, which is that much slower than the reader
_WORST_FIRST = {severity.value: number for number, severity in enumerate(Severity)}


@dataclass(frozen=True)
class SheetResult:
    """One table of a file. `committee` and `period` are what the file says, as a code, a key and in words."""

    dataset: str
    label: str
    sheet: str
    committee: str
    committee_code: str
    period: str
    period_label: str
    row_count: int
    accepted_count: int
    quarantined_count: int
    is_demo: bool


@dataclass(frozen=True)
class Told:
    """One finding for whoever corrects it; texts are masked, `row_no` is None where no row is at fault."""

    file_name: str
    sheet_name: str
    cell: str
    row_no: int | None
    column: str
    value: str | None
    code: str
    severity: str
    severity_label: str
    sentence: str
    expected: str
    example: str
    hint: str
    committee_code: str = ""  # where the sheet says whose it is


@dataclass(frozen=True)
class FileResult:
    """One file that was named. `marked`: where its marked copy lies, if one was asked for; `unmarked`: why there is none."""

    path: Path
    sha256: str
    file_name: str
    encoding: str
    datasets: Sequence[SheetResult]
    findings: Sequence[Told]
    marked: Path | None = None
    unmarked: str = ""

    @property
    def is_closed(self) -> bool:
        """Whether it was refused as a file, too large, locked or damaged: there is nothing to mark in it."""
        return any(
            told.severity == Severity.SUBMISSION and not told.sheet_name and told.code != "no_table"
            for told in self.findings
        )

    @property
    def is_refused(self) -> bool:
        """Whether anything in it was not accepted: the file, a sheet or a row."""
        return any(told.severity != Severity.WARNING for told in self.findings)


@dataclass(frozen=True)
class Checked:
    files: Sequence[FileResult] = field(default=())

    @property
    def row_count(self) -> int:
        return sum(sheet.row_count for file in self.files for sheet in file.datasets)

    @property
    def accepted_count(self) -> int:
        return sum(sheet.accepted_count for file in self.files for sheet in file.datasets)

    @property
    def quarantined_count(self) -> int:
        return self.row_count - self.accepted_count


# Why there is no marked copy, and what to do.
_CLOSED = "文件没有打开，无处标注；请按问题中的说明处理后重新检查"
_TOO_COSTLY = "标注所用的时间或内存超过了限额；请按问题清单改原文件，或调大设置 reading.seconds_per_file 和 reading.memory_mb 后重新检查"
_ODD = "工作簿的格式特殊，不能标注；请按问题清单改原文件，或用 Excel 或 WPS 另存为 .xlsx 后重新检查"


def check(
    settings: Settings,
    files: Sequence[Path],
    step: Callable[[str], None] = lambda _: None,
    out: Path | None = None,
) -> Checked:
    """Read and check files; with `out`, write a marked copy of each into that folder.

    Raises Refused when reading cannot begin; a bad file is a finding.
    """
    with pipeline.no_garbage_collection():
        workshop = pipeline.prepare(settings)
        with workshop.crew() as crew:
            checked = check_with(workshop, crew, files, step)
        return checked if out is None else write_copies(workshop, checked, out)


def write_copies(workshop: Workshop, checked: Checked, out: Path) -> Checked:
    """A marked copy of every file whose sheets can be opened, each appearing in one move."""
    from etl.marking import MarkingJob, MarkingSetup  # openpyxl: nothing that every command should wait for

    out.mkdir(parents=True, exist_ok=True)
    settings = workshop.settings
    headings = {
        heading: column.type
        for contract in workshop.contracts.values()
        for heading, column in contract.headings.items()
    }
    enums = (column.values for contract in workshop.contracts.values() for column in contract.columns)
    options = frozenset(
        text for values in (*enums, workshop.catalogue) for value in values for text in value.spellings
    )
    limits = Limits(_SLOWER * settings.seconds_per_file, settings.memory_mb)
    jobs: list[MarkingJob] = []
    names: list[str] = []
    for number, file in enumerate(checked.files):
        if file.is_closed:
            continue
        names.append(copy_name(file.file_name, names))
        job = MarkingJob(
            sha256=f"{number} {file.sha256}",  # two files with the same content get a copy each
            name=file.file_name,
            path=file.path,
            told=[asdict(told) for told in file.findings],
            sheets=[asdict(sheet) for sheet in file.datasets],
            copy=out / f".{number}.{os.getpid()}.xlsx",
        )
        jobs.append(job)
    results = [replace(file, unmarked=_CLOSED if file.is_closed else "") for file in checked.files]
    with Crew(MarkingSetup(headings, options, workshop.key, limits)) as crew:
        for job, reading, name in zip(jobs, crew.read(jobs), names, strict=True):
            number = int(job.sha256.split()[0])
            if reading.findings:
                job.copy.unlink(missing_ok=True)
                why = _TOO_COSTLY if reading.findings[0].code == "parser_crashed" else _ODD
                results[number] = replace(results[number], unmarked=why)
            else:
                os.replace(job.copy, out / name)
                results[number] = replace(results[number], marked=out / name)
    return Checked(results)


def copy_name(file_name: str, taken: Collection[str]) -> str:
    """东桥.csv -> 东桥_检查结果.xlsx, and so again when that is checked."""
    stem = re.sub(rf"(_{marks.RESULT_SHEET}(\(\d+\))?)+$", "", Path(file_name).stem)
    names = (f"{stem}_{marks.RESULT_SHEET}{f'({n})' if n > 1 else ''}.xlsx" for n in count(1))
    return next(name for name in names if name not in taken)


def check_with(
    workshop: Workshop, crew: Crew, files: Sequence[Path], step: Callable[[str], None] = lambda _: None
) -> Checked:
    """As `check`, by a crew that is at work already."""
    jobs, unread = _jobs(workshop, files)
    distinct = list({job.sha256: job for job in jobs.values()}.values())
    readings = dict(zip((job.sha256 for job in distinct), crew.read(distinct, step), strict=True))
    tables = staging.read_and_check(workshop, distinct, crew)  # which are read by now
    accepted: dict[tuple[str, ...], int] = {}
    for name, table in tables.items():
        if name.startswith("accepted_"):
            for row in table.group_by(_SHEET).aggregate([([], "count_all")]).to_pylist():
                accepted[tuple(row[column] for column in _SHEET)] = row["count_all"]
    told = _findings_by_file(workshop, readings.values(), tables["findings"].to_pylist())
    results = []
    for file in files:
        shown = workshop.shown_name(file.name)
        if file in unread:
            findings = _findings_by_file(workshop, [unread[file]], [vars(unread[file].findings[0])])
            results.append(FileResult(file, "", shown, "", (), findings[""]))
            continue
        sha256 = jobs[file].sha256
        results.append(
            FileResult(
                path=file,
                sha256=sha256,
                file_name=shown,
                encoding=readings[sha256].encoding,
                datasets=[_sheet_result(workshop, table, accepted) for table in readings[sha256].tables],
                findings=told.get(sha256, []),
            )
        )
    return Checked(results)


_SHEET = ("sha256", "sheet_name", "dataset", "community_code", "period_key")


def _jobs(workshop: Workshop, files: Iterable[Path]) -> tuple[dict[Path, Job], dict[Path, Reading]]:
    """What there is to read, and what the system would not give."""
    jobs: dict[Path, Job] = {}
    unread: dict[Path, Reading] = {}
    for file in files:
        shown = workshop.shown_name(file.name)
        try:
            with file.open("rb") as stream:
                jobs[file] = Job(hashlib.file_digest(stream, "sha256").hexdigest(), shown, file)
        except OSError:
            unread[file] = refusal(Job("", shown, file), "unreadable")
    return jobs, unread


def _sheet_result(workshop: Workshop, table: Table, accepted: Mapping[tuple[str, ...], int]) -> SheetResult:
    key = (table.sha256, table.sheet_name, table.dataset, table.community_code, table.period.key)
    read, taken = table.row_count, accepted.get(key, 0)
    return SheetResult(
        dataset=table.dataset,
        label=workshop.contracts[table.dataset].zh,
        sheet=table.sheet_name,
        committee=workshop.reference.name_of(table.community_code),
        committee_code=table.community_code,
        period=table.period.key,
        period_label=table.period.label,
        row_count=read,
        accepted_count=taken,
        quarantined_count=read - taken,
        is_demo=table.is_demo,
    )


def _findings_by_file(
    workshop: Workshop, readings: Collection[Reading], findings: Sequence[Mapping[str, Any]]
) -> dict[str, list[Told]]:
    """File -> its findings, in the order of its sheets, rows and columns; what concerns all of it first."""
    expectations = Expectations(workshop.contracts, workshop.catalogue, workshop.outline)
    periods: dict[str, tuple[date, date]] = {
        table.period.key: (table.period.first_on, table.period.last_on)
        for reading in readings
        for table in reading.tables
    }
    # As the sheets come in the workbook; those in which no table was found come last.
    order = {
        (reading.tables[0].sha256, sheet): at
        for reading in readings
        if reading.tables
        for at, sheet in enumerate(dict.fromkeys(table.sheet_name for table in reading.tables), start=1)
    }
    by_file: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        by_file.setdefault(finding["sha256"], []).append(finding)
    return {
        sha256: [
            _told(finding, expectations, periods.get(finding["period_key"]))
            for finding in sorted(own, key=lambda one: (_sheet_no(order, one), _place(one)))
        ]
        for sha256, own in by_file.items()
    }


def _sheet_no(order: Mapping[tuple[str, str], int], finding: Mapping[str, Any]) -> int:
    if not finding["sheet_name"]:
        return 0
    return order.get((finding["sha256"], finding["sheet_name"]), len(order) + 1)


def _place(finding: Mapping[str, Any]) -> tuple[object, ...]:
    letter = finding["column_letter"] or ""
    return (finding["sheet_name"], finding["row_no"] or 0, len(letter), letter,
            _WORST_FIRST[finding["severity"]], finding["code"])  # fmt: skip


def _told(finding: Mapping[str, Any], expectations: Expectations, period: tuple[date, date] | None) -> Told:
    expectation = expectations.of(finding["dataset"], finding["code"], finding["column_name"], period)
    row_no, letter = finding["row_no"], finding["column_letter"] or ""
    return Told(
        file_name=finding["file_name"],
        sheet_name=finding["sheet_name"],
        cell=f"{letter}{row_no}" if letter and row_no else "",
        row_no=row_no,
        column=finding["heading"],
        value=finding["value"],
        code=finding["code"],
        severity=str(finding["severity"]),
        severity_label=SEVERITY_LABELS[Severity(finding["severity"])],
        sentence=finding["sentence"],
        expected=expectation.expected,
        example=finding["suggestion"] or expectation.example,
        hint=finding["hint"],
        committee_code=finding["community_code"] or "",
    )
