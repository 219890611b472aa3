"""What is wrong becomes a finding or a sentence; everything else is still loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

import pytest

from etl import intake, readers
from tests.pipeline import crashing_reader
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, csv_file, row, rows, workbook

Found = set[tuple[str, str, str]]


@dataclass(frozen=True)
class Faulty:
    """A file with one fault: how to write it, what must be told (severity, code, cell), rows taken."""

    write: Callable[[Path], Path]
    told: Found
    accepted: int = 0
    ending: str = ".xlsx"


def sheet(dataset: str, *records: dict[str, object], **how: object) -> Callable[[Path], Path]:
    return lambda path: workbook(path, Sheet(dataset, list(records), **how))  # type: ignore[arg-type]


def content(data: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


def broken(path: Path) -> Path:
    whole = workbook(path, Sheet("activities", rows("activities", 30))).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


GOOD = row("activities", title="好的一场")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
WITHOUT_TYPE = ["held_on", "title", "venue", "head_count"]

FAULTS = {
    "an unknown column": Faulty(
        sheet("activities", GOOD, beside=[("经办科室", "党建办")]), {("warning", "unknown_column", "K3")}, 1
    ),
    "one thing in two columns": Faulty(
        sheet("activities", GOOD, beside=[("日期", "2021-11-06")]), {("warning", "duplicate_column", "K3")}, 1
    ),
    "a table of something else": Faulty(
        lambda path: workbook(
            path,
            Sheet("activities", [GOOD]),
            ("车辆", [["车牌", "司机", "里程"], *[["桂甲", "某某", 3]] * 3]),
        ),
        {("warning", "unrecognised_sheet", "")},
        1,
    ),
    "a missing column": Faulty(
        sheet("activities", GOOD, columns=WITHOUT_TYPE), {("submission", "missing_column", "3")}
    ),
    "an impossible date": Faulty(
        sheet("activities", row("activities", held_on="2021年11月31日"), GOOD), {("row", "bad_date", "A4")}, 1
    ),
    "a negative count": Faulty(
        sheet("activities", row("activities", head_count=-5), GOOD), {("row", "below_minimum", "H4")}, 1
    ),
    "a count in words": Faulty(
        sheet("activities", row("activities", attended_count="若干"), GOOD), {("row", "bad_number", "I4")}, 1
    ),
    "an unknown type": Faulty(
        sheet("activities", GOOD, row("activities", activity_type="座谈交流会")),
        {("row", "unknown_value", "C5")},
        1,
    ),
    "a cell left empty": Faulty(
        sheet("activities", row("activities", title=None), GOOD), {("row", "required", "B4")}, 1
    ),
    "a row twice": Faulty(sheet("activities", GOOD, GOOD), {("row", "duplicate_row", "A5")}, 1),
    "names in place of venues": Faulty(
        sheet(
            "activities",
            *(row("activities", title=f"{name}场", venue=name) for name in ("王小丽", "陈建国", "欧阳明华")),
        ),
        {("warning", "names_in_column", "G3")},
        3,
    ),
    "an unknown committee": Faulty(
        sheet("activities", GOOD, committee="柳湾东社区联合党委"), {("submission", "unknown_committee", "")}
    ),
    "no quarter": Faulty(sheet("activities", GOOD, quarter=None), {("submission", "no_period", "")}),
    "an empty sheet": Faulty(
        lambda path: workbook(path, ("Sheet1", [])),
        {("warning", "empty_sheet", ""), ("submission", "no_table", "")},
    ),
    "an empty sheet beside a full one": Faulty(
        lambda path: workbook(path, Sheet("activities", [GOOD]), ("Sheet2", [])),
        {("warning", "empty_sheet", "")},
        1,
    ),
    "headings only": Faulty(sheet("activities"), {("warning", "no_rows", "")}),
    "a form in place of a table": Faulty(
        lambda path: workbook(path, ("申请表", [["活动申请表"], ["申请人", "某某"], ["意见", "同意"]])),
        {("submission", "no_table", "")},
    ),
    "a damaged identity number": Faulty(
        sheet("members", row("members", person_key=450102199001011234), row("members")),
        {("row", "damaged_number", "B4")},
        1,
    ),
    "a pdf called xlsx": Faulty(content(b"%PDF-1.7\n%...\n"), {("submission", "not_as_named", "")}),
    "an old workbook called xlsx": Faulty(content(OLE), {("submission", "unreadable", "")}),
    "a text called xlsx": Faulty(content("甲,乙\n1,2\n".encode()), {("submission", "no_table", "")}),
    "half a workbook": Faulty(broken, {("submission", "unreadable", "")}),
    "an empty file": Faulty(content(b""), {("submission", "empty_file", "")}),
    "a letter": Faulty(
        content(b"PK\x05\x06" + bytes(18)), {("submission", "format_not_supported", "")}, 0, ".docx"
    ),
    "an old workbook": Faulty(content(OLE + b"2"), {("submission", "unreadable", "")}, 0, ".xls"),
}
TEXT_FILES = {"UTF-8": "utf-8", "UTF-8-BOM": "utf-8-sig", "GB18030": "gb18030", "UTF-16": "utf-16"}
COMMITTEES = ["东桥社区", "西桥村", "柳湾社区", "柳湾南社区"]


@pytest.fixture(scope="module")
def loaded(shared_desk: Desk) -> Desk:
    """All of them in one folder with four good files, loaded by one command."""
    for name, fault in FAULTS.items():
        fault.write(shared_desk.inbox / f"{name}{fault.ending}")
    for (name, encoding), committee in zip(TEXT_FILES.items(), COMMITTEES, strict=True):
        whole = Sheet(
            "activities", rows("activities", 3, venue="堽头礼堂"), committee, "2021年第三季度", "2021-10-08"
        )
        whole = Sheet(
            **{**vars(whole), "rows": rows("activities", 3, held_on="2021-08-01", venue="堽头礼堂")}
        )
        csv_file(shared_desk.inbox / f"{name}.csv", whole, encoding)
    result = shared_desk.run("load", shared_desk.inbox)
    assert result.exit_code == 0, result.output
    return shared_desk


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_told_with_its_place(loaded: Desk, name: str) -> None:
    told = loaded.rows(
        "select severity, code, column_letter || coalesce(cast(row_no as varchar), ''), sentence, hint"
        f" from meta_finding where file_name = '{name}{FAULTS[name].ending}'"
    )
    assert {(severity, code, cell) for severity, code, cell, _, _ in told} == FAULTS[name].told
    assert all(sentence and hint and "{" not in sentence + hint for *_, sentence, hint in told)


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.accepted])
def test_the_rows_without_fault_are_taken(loaded: Desk, name: str) -> None:
    ((accepted, read, back, persons),) = loaded.rows(
        "select accepted_count, row_count, quarantined_count,"
        " (select count(*) from fact_member where fact_member.submission_id = meta_submission.submission_id)"
        f" from meta_submission where file_name = '{name}{FAULTS[name].ending}'"
    )
    if persons:  # whose rows are not counted
        assert (persons, accepted, read, back) == (FAULTS[name].accepted, None, None, None)
        return
    assert accepted == FAULTS[name].accepted
    assert back == sum(severity == "row" for severity, _, _ in FAULTS[name].told)
    assert read == accepted + back


@pytest.mark.parametrize("name", TEXT_FILES)
def test_good_text_files_among_them_are_loaded_in_every_encoding(loaded: Desk, name: str) -> None:
    facts = loaded.rows(
        "select title, venue from fact_activity join meta_submission using (submission_id)"
        f" where file_name = '{name}.csv' order by row_no"
    )
    assert facts == [(f"清洁河岸{number}", "堽头礼堂") for number in (1, 2, 3)]


def test_rows_read_are_rows_accepted_and_rows_sent_back(loaded: Desk) -> None:
    ((read, accepted, back),) = loaded.rows(
        "select row_count, accepted_count, quarantined_count from meta_release"
    )
    assert read == accepted + back
    ((told,),) = loaded.rows(
        "select count(distinct (sha256, sheet_name, row_no)) from meta_finding where severity = 'row' and dataset <> 'members'"
    )
    assert told == back


def test_the_summary_is_short_and_whole(desk: Desk) -> None:
    bad = [row("activities", title=f"第{n}场", head_count=-1) for n in range(14)]
    desk.write("东桥.xlsx", Sheet("activities", [*bad, GOOD]))
    text = desk.run("load", desk.inbox).output
    assert "新收文件 1 个，已有 0 个" in text
    assert "读取 15 行 = 接收 1 行 + 退回 14 行" in text
    assert text.count("  · 东桥.xlsx 活动 H") == 10
    assert "另有 4 处" in text
    assert "已发布新版本" in text
    assert len(text.splitlines()) < 20


@pytest.mark.parametrize(
    "name", [name for name, f in FAULTS.items() if not f.accepted and name != "headings only"]
)
def test_a_useless_file_alone_is_refused_in_words(desk: Desk, name: str) -> None:
    fault = FAULTS[name]
    path = fault.write(desk.inbox / f"submission{fault.ending}")
    result = desk.run("load", path)
    assert result.exit_code == 1
    assert "没有一份台账可以采用" in result.stderr
    assert "submission" in result.output
    assert desk.release is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["load", "no-such-folder"], "找不到"),
        (["status"], "还没有可用的数据版本"),
        (["query", "activity_count"], "还没有可用的数据版本"),
        (["indicators"], "还没有可用的数据版本"),
        (["rollback"], "没有可以退回的更早版本"),
        (["rollback", "202112-nosuch00"], "没有名为"),
        (["--settings", "no-such-file.toml", "status"], "读不到设置文件"),
    ],
)
def test_a_command_that_cannot_go_on_says_why_in_one_sentence(
    desk: Desk, arguments: list[str], sentence: str
) -> None:
    result = desk.run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_the_console_script_itself_exits_with_a_status(desk: Desk) -> None:
    good = desk.write("东桥.xlsx", Sheet("activities", [GOOD]))
    bad = content(b"%PDF-1.7")(desk.inbox / "坏.xlsx")
    command, environment = [sys.executable, "-m", "etl.cli", "load"], os.environ | desk.environment
    for path, status, stream in ((bad, 1, "stderr"), (good, 0, "stdout")):
        done = subprocess.run([*command, path], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == status
        assert {"stderr": "没有一份台账可以采用", "stdout": "已发布新版本"}[stream] in getattr(done, stream)
        assert "Traceback" not in done.stderr


def test_an_empty_folder_is_no_submission(desk: Desk) -> None:
    result = desk.run("load", desk.inbox)
    assert result.exit_code == 1
    assert "新收文件 0 个" in result.output


def test_a_file_that_the_system_will_not_give_is_named_and_the_others_are_loaded(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when somebody has the workbook open in Excel on Windows."""
    desk.write("西桥村.xlsx", Sheet("activities", [GOOD], "西桥村"))
    locked = desk.write("东桥.xlsx", Sheet("activities", [GOOD]))
    digest_of = intake.digest_of

    def refuse(path: Path) -> tuple[str, int] | None:
        if path == locked:
            raise PermissionError(13, "locked", str(path))
        return digest_of(path)

    monkeypatch.setattr(intake, "digest_of", refuse)
    result = desk.run("load", desk.inbox)
    assert result.exit_code == 0
    assert f"读不到文件 {locked}" in result.output
    assert desk.rows("select distinct community_code from fact_activity") == [("990001001002",)]
    monkeypatch.undo()
    assert desk.run("load", desk.inbox).exit_code == 0
    assert len(desk.rows("select distinct community_code from fact_activity")) == 2


def test_a_file_at_which_a_parser_breaks_down_does_not_keep_the_others_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write("西桥村.xlsx", Sheet("activities", [GOOD], "西桥村"))
    (desk.inbox / "东桥.csv").write_bytes(b"recurse")
    monkeypatch.setattr(readers, "read", crashing_reader.read)
    result = desk.run("load", desk.inbox)
    assert result.exit_code == 0
    assert "文件「东桥.csv」打不开" in result.output
    assert desk.rows("select distinct community_code from fact_activity") == [("990001001002",)]


def test_lock_files_and_hidden_files_of_office_programs_are_passed_over(desk: Desk) -> None:
    desk.write("东桥.xlsx", Sheet("activities", [GOOD]))
    for name in ("~$西桥.xlsx", ".DS_Store", "Thumbs.db"):
        (desk.inbox / name).write_bytes(b"\x00\x05")
    loaded = desk.load()
    assert loaded.new_files == 1
    assert not loaded.findings


def test_what_is_open_or_a_link_stays_behind_and_says_what_to_do(desk: Desk, tmp_path: Path) -> None:
    desk.write("西桥村.xlsx", Sheet("activities", [GOOD], "西桥村"))
    desk.write("东桥.xlsx", Sheet("activities", [GOOD]))
    lock = desk.inbox / "~$东桥.xlsx"
    lock.write_bytes(b"\x00")
    outside = tmp_path / "outside.xlsx"
    outside.write_bytes((desk.inbox / "西桥村.xlsx").read_bytes() + b"\x00")
    (desk.inbox / "链接.xlsx").symlink_to(outside)
    result = desk.run("load", desk.inbox)
    assert "正被打开编辑" in result.output
    assert "链接.xlsx 是一个链接" in result.output
    assert desk.rows("select distinct community_code from fact_activity") == [("990001001002",)]
    lock.unlink()
    assert desk.run("load", desk.inbox / "东桥.xlsx").exit_code == 0
    assert len(desk.rows("select distinct community_code from fact_activity")) == 2


def test_a_file_that_is_still_being_written_is_left_for_the_next_load(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = desk.write("东桥.xlsx", Sheet("activities", [GOOD]))
    file_digest = intake.hashlib.file_digest

    def write_on(stream: BufferedReader, how: str) -> object:
        digest = file_digest(stream, how)
        with growing.open("ab") as writer:
            writer.write(b"more")
        return digest

    with monkeypatch.context() as patch:
        patch.setattr(intake.hashlib, "file_digest", write_on)
        loaded = desk.load()
    assert (loaded.new_files, loaded.unread_files) == (0, [growing])


def test_a_file_that_changes_between_hashing_and_copying_is_left_for_the_next_load(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = desk.write("东桥.xlsx", Sheet("activities", [GOOD]))
    digest_of = intake.digest_of

    def write_on(file: Path) -> tuple[str, int] | None:
        found = digest_of(file)
        file.write_bytes(file.read_bytes() + b"more")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(intake, "digest_of", write_on)
        loaded = desk.load()
    assert (loaded.new_files, loaded.unread_files) == (0, [growing])
    assert not [file for file in (desk.data / "archive" / "objects").rglob("*") if file.is_file()]
