"""Archive -> checked rows, kept so that a file is read and checked once and never again.

    staging/<code id>/<batch id>/   accepted_<dataset>.parquet  findings.parquet  slices.parquet  manifest.json

A batch appears in one move when it is complete. The code id changes with anything that could
change a result (contracts, readers, reference files, settings), and everything is read anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from etl import archive, people, places, readers, validation
from etl.archive import Receipt
from etl.contract import Contract, Value
from etl.crew import Crew
from etl.findings import FINDING_COLUMNS, Finding
from etl.parts import Parts
from etl.reading import Job, Limits, Setup
from etl.reference import Reference
from etl.settings import Settings
from etl.tables import Recogniser, Table
from etl.vault import Vault

_HERE = Path(__file__).resolve().parent
_CODE = (
    "readers.py",
    "sheets.py",
    "bounds.py",
    "packages.py",
    "compound.py",
    "workbooks.py",
    "text_files.py",
    "headers.py",
    "preface.py",
    "periods.py",
    "records.py",
    "reading.py",
    "crew.py",
    "faults.py",
    "tables.py",
    "reference.py",
    "criteria.py",
    "validation.py",
    "values.py",
    "text_values.sql",
    "contract.py",
    "places.py",
    "crs.py",
    "people.py",
    "names.py",
    "marks.py",
    "findings.py",
    "staging.py",
    "parts.py",
    "long_texts.py",
    "ordinary.py",
)
_TEXTS = frozenset({".csv", ".tsv", ".txt"})
_LONG = 16 << 20  # bytes from which a text file is read in parts
_PART_ROWS = 200_000  # as columns; cell by cell a quarter, of some 60 MB
_KEPT_CODE_IDS = 2  # the one in use and the one before, so that going back one version is quick

SLICE_SCHEMA = pa.schema(
    {
        "sha256": pa.string(),
        "file_name": pa.string(),
        "dataset": pa.string(),
        "community_code": pa.string(),
        "period_key": pa.string(),
        "period_first_on": pa.date32(),
        "period_last_on": pa.date32(),
        "reported_on": pa.date32(),
        "file_format": pa.string(),
        "encoding": pa.string(),
        "is_demo": pa.bool_(),
        "row_count": pa.int64(),
        "accepted_count": pa.int64(),
    }
)
# Where in a sheet the columns of a contract stand.
SHEET_SCHEMA = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("sha256", "dataset", "community_code", "period_key", "sheet_name")
        ),
        ("letters", pa.map_(pa.string(), pa.string())),
    ]
)


@dataclass(frozen=True)
class Workshop:
    """Everything that reading and checking depends on, loaded once a command."""

    settings: Settings
    reference: Reference
    contracts: Mapping[str, Contract]
    key: bytes
    outline: places.Outline
    vault: Vault | None = None

    @property
    def catalogue(self) -> list[Value]:
        return [
            Value(
                row["item_code"], row["item_name"], row["item_name_en"],
                (row["item_name"], row["item_code"], *filter(None, row["aliases"].split("|"))),
            )
            for row in self.reference.catalogue
        ]  # fmt: skip

    def shown_name(self, file_name: str) -> str:
        """A file's name without persons in it; committees may be called like one."""
        return people.mask_file_name(file_name, self.reference.committees)

    def crew(self, most: int | None = None) -> Crew:
        """Who reads files for this command, in processes of their own; `most` of these, else one a core."""
        return Crew(self.setup(), most)

    def setup(self) -> Setup:
        """What such a process is told."""
        settings = self.settings
        recogniser = Recogniser(
            self.contracts, self.reference, self.key, settings.default_crs, settings.bounds.hidden_sheets
        )
        limits = Limits(settings.seconds_per_file, settings.memory_mb)
        return Setup(readers.read, recogniser, limits, settings.bounds)

    def job(self, receipt: Receipt) -> Job:
        """What there is to read of a file that was received."""
        folder = self.settings.data / "archive"
        is_long = receipt.size > _LONG and receipt.suffix in _TEXTS
        part_rows = _PART_ROWS if is_long else 0
        # What came before encryption was switched on lies there as it came.
        if self.vault and (sealed := archive.object_path(folder, receipt, self.vault)).exists():
            return Job(receipt.sha256, receipt.file_name, sealed, self.vault.secret, part_rows)
        return Job(
            receipt.sha256, receipt.file_name, archive.object_path(folder, receipt), part_rows=part_rows
        )

    def code_id(self) -> str:
        """Changes with anything that could change what a file is read as."""
        digest = hashlib.sha256()
        folders = sorted((_HERE / "datasets").rglob("dataset.toml"))
        for file in [*(_HERE / name for name in _CODE), *folders, *self.reference.files()]:
            digest.update(file.read_bytes())
        settings = self.settings
        fingerprint = people.fingerprint(self.key)  # pseudonyms of two keys must never meet
        limits = (
            settings.seconds_per_file,
            settings.memory_mb,
            settings.bounds,
        )  # of which a file may be refused
        digest.update(
            repr(
                (settings.default_crs, settings.tolerance_m, limits, fingerprint, duckdb.__version__)
            ).encode()
        )
        return digest.hexdigest()[:12]


def stage(
    workshop: Workshop,
    received: Sequence[Receipt],
    crew: Crew,
    step: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Make sure that every received file is read and checked. Returns the batches, in a stable order."""
    root = workshop.settings.data / "staging" / workshop.code_id()
    root.mkdir(parents=True, exist_ok=True)
    done = set().union(*complete_batches(root).values())
    waiting = [receipt for receipt in received if receipt.sha256 not in done]
    if waiting:
        _write_batch(workshop, root, waiting, crew, step)
        _forget_old_code(root)
    wanted = {receipt.sha256 for receipt in received}
    return [batch for batch, held in complete_batches(root).items() if wanted & held]


def files_of(batch: Path, name: str) -> list[Path]:
    """The Parquet files of one table of a batch: that of the short files, and those of the long ones' parts."""
    return sorted([*batch.glob(f"{name}.parquet"), *batch.glob(f"{name}.*-*.parquet")])


def complete_batches(root: Path) -> dict[Path, set[str]]:
    """Batch -> the files it holds, in a stable order. A folder that a killed load left (.…) is none."""
    manifests = sorted(root.glob("[!.]*/manifest.json"))
    return {manifest.parent: set(json.loads(manifest.read_text())) for manifest in manifests}


def read_and_check(
    workshop: Workshop,
    jobs: Sequence[Job],
    crew: Crew,
    step: Callable[[str], None] = lambda _: None,
    folder: Path | None = None,
) -> dict[str, pa.Table]:
    """Files -> Arrow tables: accepted_<dataset>…, findings, slices; the same for any number of processes.

    What jobs with `part_rows` yield goes into `folder` instead; only the slices speak of it.
    """
    with validation.database() as opened, ThreadPoolExecutor(1) as aside:  # while the first files are read
        validate = partial(validated, workshop, opened=opened)
        long = Parts(folder, workshop.contracts, validate, told, _SLICE, aside) if folder else None
        readings = crew.read(jobs, step, long.take) if long else crew.read(jobs, step)
        tables = [table for reading in readings for table in reading.tables]
        findings = [finding for reading in readings for finding in reading.findings]
        asked = [
            (contract, own) for contract in workshop.contracts.values() if (own := _of(contract, tables))
        ]
        answers = validate(asked)({})
    result: dict[str, pa.Table] = {}
    accepted_by_slice: dict[tuple[str, ...], int] = {}
    told_tables = [told(findings)]
    for contract, _ in asked:
        answer = answers[contract.name]
        result[f"accepted_{contract.name}"] = answer.accepted
        told_tables.append(answer.findings)
        counts = answer.accepted.group_by(_SLICE).aggregate([([], "count_all")]).to_pylist()
        accepted_by_slice |= {tuple(row[name] for name in _SLICE): row["count_all"] for row in counts}
    result["findings"] = pa.concat_tables(told_tables)
    for job, reading in zip(jobs, readings, strict=True):
        of_parts, counted = long.end(job, reading) if long else ((), ())
        tables += of_parts
        for row in chain.from_iterable(counts.to_pylist() for counts in counted):
            key = tuple(row[name] for name in _SLICE)
            accepted_by_slice[key] = accepted_by_slice.get(key, 0) + row["count_all"]
    formats = {
        job.sha256: (reading.file_format, reading.encoding)
        for job, reading in zip(jobs, readings, strict=True)
    }
    result["slices"] = _slices(tables, accepted_by_slice, formats)
    result["sheets"] = _sheets(tables)
    return result


_SLICE = ["sha256", "dataset", "community_code", "period_key"]


def _of(contract: Contract, tables: Sequence[Table]) -> list[Table]:
    return [table for table in tables if table.dataset == contract.name]


def validated(
    workshop: Workshop,
    asked: Sequence[tuple[Contract, Sequence[Table]]],
    opened: duckdb.DuckDBPyConnection,
) -> validation.Judge:
    """Each dataset by itself, with all the tables given for it; as validation.validate."""
    return validation.validate(
        asked, workshop.catalogue, workshop.outline, workshop.settings.tolerance_m, opened
    )


def checked(
    workshop: Workshop, asked: Sequence[tuple[Contract, Sequence[Table]]]
) -> dict[str, validation.Validated]:
    """The rows of some tables of each dataset."""
    with validation.database() as opened:
        return validated(workshop, asked, opened)({})


def empty(workshop: Workshop, contracts: Sequence[Contract]) -> dict[str, pa.Table]:
    """Accepted rows of datasets that nobody has sent: none, in tables of the right shape."""
    unknown = [contract for contract in contracts if contract not in _empty]
    answers = checked(workshop, [(contract, ()) for contract in unknown])
    _empty.update({contract: answers[contract.name].accepted for contract in unknown})
    return {contract.name: _empty[contract] for contract in contracts}


# Their shape follows from the contract alone: a process that builds again knows it.
_empty: dict[Contract, pa.Table] = {}


def check(workshop: Workshop, contract: Contract, tables: Sequence[Table]) -> validation.Validated:
    """The rows of some tables of one dataset."""
    return checked(workshop, [(contract, tables)])[contract.name]


def _slices(
    tables: Sequence[Table],
    accepted: Mapping[tuple[str, ...], int],
    formats: Mapping[str, tuple[str, str]],
) -> pa.Table:
    """One row a (file, dataset, committee, period); several sheets of a file may share one."""
    rows: dict[tuple[str, ...], dict[str, object]] = {}
    for table in tables:
        key = _key(table)
        row = rows.setdefault(
            key,
            {
                **dict(zip(_SLICE, key, strict=True)),
                "file_name": table.file_name,
                "period_first_on": table.period.first_on,
                "period_last_on": table.period.last_on,
                "reported_on": table.reported_on,
                "file_format": formats[table.sha256][0],
                "encoding": formats[table.sha256][1],
                "is_demo": False,
                "row_count": 0,
                "accepted_count": accepted.get(key, 0),
            },
        )
        row["row_count"] = int(str(row["row_count"])) + table.row_count
        row["is_demo"] = row["is_demo"] or table.is_demo
        if table.reported_on and (
            not isinstance(row["reported_on"], date) or table.reported_on > row["reported_on"]
        ):
            row["reported_on"] = table.reported_on
    return pa.Table.from_pylist(list(rows.values()), schema=SLICE_SCHEMA)


def _sheets(tables: Sequence[Table]) -> pa.Table:
    """One row a (file, dataset, committee, period, sheet) and layout; parts of a long file share theirs."""
    found = dict.fromkeys((*_key(table), table.sheet_name, tuple(table.letters.items())) for table in tables)
    columns = zip(*found, strict=True) if found else [()] * len(SHEET_SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SHEET_SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SHEET_SCHEMA)


def _key(table: Table) -> tuple[str, str, str, str]:
    return table.sha256, table.dataset, table.community_code, table.period.key


def told(findings: Sequence[Finding]) -> pa.Table:
    columns = list(zip(*(astuple(finding) for finding in findings), strict=True)) or [()] * len(
        FINDING_COLUMNS
    )
    by_name = dict(zip((field.name for field in Finding.__dataclass_fields__.values()), columns, strict=True))
    arrays = [
        pa.array(
            [None if v is None else (v if f.type == pa.int32() else str(v)) for v in by_name[f.name]], f.type
        )
        for f in validation.FINDING_SCHEMA
    ]
    return pa.Table.from_arrays(arrays, schema=validation.FINDING_SCHEMA)


def _write_batch(
    workshop: Workshop, root: Path, waiting: Sequence[Receipt], crew: Crew, step: Callable[[str], None]
) -> None:
    batch_id = hashlib.sha256("".join(sorted(receipt.sha256 for receipt in waiting)).encode()).hexdigest()[
        :16
    ]
    for left_by_a_killed_load in root.glob(".*"):
        shutil.rmtree(left_by_a_killed_load, ignore_errors=True)
    arriving = root / f".{batch_id}.{os.getpid()}"
    arriving.mkdir()
    tables = read_and_check(workshop, [workshop.job(receipt) for receipt in waiting], crew, step, arriving)
    (arriving / "manifest.json").write_text(json.dumps(sorted(receipt.sha256 for receipt in waiting)))
    with ThreadPoolExecutor() as pool:  # the disk takes several files in the time of one
        list(pool.map(partial(_write_table, arriving), tables, tables.values()))
        list(pool.map(_make_durable, arriving.iterdir()))
    os.replace(arriving, root / batch_id)


def _write_table(folder: Path, name: str, table: pa.Table) -> None:
    pq.write_table(table, folder / f"{name}.parquet", compression="zstd", write_statistics=False)


def _make_durable(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def _forget_old_code(root: Path) -> None:
    """Staging is rebuilt from the archive at will; only the newest code's results are worth the disk."""
    others = sorted(
        (path for path in root.parent.iterdir() if path != root), key=lambda path: path.stat().st_mtime
    )
    for folder in others[: max(0, len(others) - (_KEPT_CODE_IDS - 1))]:
        shutil.rmtree(folder, ignore_errors=True)
