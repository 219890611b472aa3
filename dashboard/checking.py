"""提交检查: workbooks are checked as a load would, by the console command in a process of its own.

What is uploaded lies in a temporary folder while the command runs, and nowhere afterwards. The command is
asked, not imported: the dashboard knows nothing of how files are read.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

Severity: TypeAlias = Literal["submission", "row", "warning"]

COMMAND = (sys.executable, "-m", "etl.cli", "check")
MOST_FILES = 10
MOST_MB = 20  # of one file
SECONDS = 120  # for all files together
KINDS = ("xlsx", "xlsm", "xls", "et", "ods", "csv", "tsv")  # offered for choosing; what they hold decides
_AT_ONCE = threading.BoundedSemaphore(
    2
)  # each check reads in processes of its own, beside every viewer's page
_ROOT = Path(__file__).resolve().parents[1]
_BUSY = "现在检查的人较多，请过一两分钟再试"
_FAILED = "检查没有完成，请稍后重试；仍不行时，请把文件交给管理员用命令 liandong check 检查"


class CheckFailed(Exception):
    """There is no result; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Sheet:
    """One ledger that was recognised in a file, and what would become of its rows."""

    label: str
    sheet: str
    committee: str
    period: str
    row_count: int
    accepted_count: int
    quarantined_count: int


@dataclass(frozen=True)
class Finding:
    """One thing that was found, with its place and what belongs there; persons' numbers are masked already."""

    sheet_name: str
    cell: str  # "F17"; "" where no single cell is meant
    row_no: int | None
    column: str
    value: str
    severity: Severity
    sentence: str
    expected: str
    example: str
    hint: str

    @property
    def place(self) -> str:
        return self.cell or (str(self.row_no) if self.row_no else "")


@dataclass(frozen=True)
class CheckedFile:
    """One file. `marked`: the clerk's own workbook with every finding coloured and commented, where there is one;
    `unmarked`: why there is none."""

    file_name: str
    encoding: str
    sheets: tuple[Sheet, ...]
    findings: tuple[Finding, ...]
    marked_name: str = ""
    marked: bytes = b""
    unmarked: str = ""

    @property
    def must_count(self) -> int:
        """Findings without whose correction something is sent back."""
        return sum(finding.severity != "warning" for finding in self.findings)


@dataclass(frozen=True)
class Checked:
    files: tuple[CheckedFile, ...]
    row_count: int
    accepted_count: int
    quarantined_count: int

    @property
    def must_count(self) -> int:
        return sum(file.must_count for file in self.files)

    @property
    def doubt_count(self) -> int:
        return sum(len(file.findings) for file in self.files) - self.must_count


def check(
    uploads: Sequence[tuple[str, bytes]], command: Sequence[str] = COMMAND, seconds: float = SECONDS
) -> Checked:
    """(file name, content) of each file -> what a load would make of them. Nothing of it is stored.

    Raises CheckFailed: too many or too large, too many viewers at once, out of time, or the command broke down.
    """
    if len(uploads) > MOST_FILES:
        raise CheckFailed(f"一次最多检查 {MOST_FILES} 个文件，现在有 {len(uploads)} 个，请分几次检查")
    for name, content in uploads:
        if len(content) > MOST_MB * 1024 * 1024:
            raise CheckFailed(f"“{Path(name).name}”超过 {MOST_MB} MB，请拆成几个文件，或删去图片等无关内容")
    if not _AT_ONCE.acquire(timeout=seconds / 2):
        raise CheckFailed(_BUSY)
    try:
        with tempfile.TemporaryDirectory(prefix="liandong-check-", ignore_cleanup_errors=True) as folder:
            files = _laid_out(Path(folder) / "in", uploads)
            marked = Path(folder) / "out"
            marked.mkdir()
            arguments = [*command, *map(str, files), "--format", "json", "--out", str(marked)]
            return _read(_output(arguments, seconds), marked)
    finally:
        _AT_ONCE.release()


def _laid_out(folder: Path, uploads: Sequence[tuple[str, bytes]]) -> list[Path]:
    """Each file under its own name, which the findings repeat; in a folder of its own, for two may be called the same."""
    files = []
    for number, (name, content) in enumerate(uploads, start=1):
        own = folder / f"{number:02d}"
        own.mkdir(parents=True)
        # A browser may send a path, or what no file system takes.
        plain = name.replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "").strip(". ") or "file"
        file = own / plain.encode("utf-8", "replace")[-200:].decode("utf-8", "ignore")
        file.write_bytes(content)
        files.append(file)
    return files


def _output(arguments: Sequence[str], seconds: float) -> str:
    """What the command printed. Ended with all that it started when it takes too long."""
    process = subprocess.Popen(
        arguments,
        cwd=_ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    try:
        output, told = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        raise CheckFailed(f"检查超过 {seconds:.0f} 秒没有完成，请减少文件数量或把工作簿拆小后再试") from None
    if process.returncode not in (0, 1) or not output.strip():
        sentences = [line.partition("：")[2] for line in told.splitlines() if line.startswith("错误：")]
        raise CheckFailed(sentences[-1] if sentences else _FAILED)
    return output


def _end(process: subprocess.Popen[str]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def _read(output: str, marked: Path) -> Checked:
    try:
        told = json.loads(output)
        return Checked(
            tuple(_file(file, marked) for file in told["files"]),
            int(told["row_count"]),
            int(told["accepted_count"]),
            int(told["quarantined_count"]),
        )
    except (ValueError, KeyError, TypeError, OSError) as problem:
        raise CheckFailed(_FAILED) from problem


def _file(told: Mapping[str, Any], marked: Path) -> CheckedFile:
    name, content = "", b""
    copy = told.get("marked")
    # Only what was asked for is handed on, wherever the path that is told may point.
    if copy and (path := Path(copy).resolve()).is_relative_to(marked.resolve()):
        name, content = path.name, path.read_bytes()
    return CheckedFile(
        file_name=str(told["file_name"]),
        encoding=str(told.get("encoding") or ""),
        sheets=tuple(_sheet(sheet) for sheet in told["datasets"]),
        findings=tuple(_finding(finding) for finding in told["findings"]),
        marked_name=name,
        marked=content,
        unmarked=str(told.get("unmarked") or ""),
    )


def _sheet(told: Mapping[str, Any]) -> Sheet:
    return Sheet(
        label=str(told["label"]),
        sheet=str(told["sheet"]),
        committee=str(told["committee"] or ""),
        period=str(told.get("period_label") or told["period"] or ""),
        row_count=int(told["row_count"]),
        accepted_count=int(told["accepted_count"]),
        quarantined_count=int(told["quarantined_count"]),
    )


def _finding(told: Mapping[str, Any]) -> Finding:
    return Finding(
        sheet_name=str(told["sheet_name"] or ""),
        cell=str(told["cell"] or ""),
        row_no=told["row_no"],
        column=str(told["column"] or ""),
        value="" if told["value"] is None else str(told["value"]),
        severity=cast(Severity, told["severity"]),
        sentence=str(told["sentence"]),
        expected=str(told["expected"] or ""),
        example=str(told["example"] or ""),
        hint=str(told["hint"] or ""),
    )
