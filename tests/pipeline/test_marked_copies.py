"""The clerk's own workbook with its faults marked: it says them all, hides persons, and can be sent again."""

from __future__ import annotations

import json
import zipfile
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from etl.marks import RESULT_SHEET
from etl.people import MASK
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, csv_file, identity_number, row, rows

NUMBER, NAMES, PHONE = identity_number(77), ("王小丽", "欧阳建国", "陈明华"), "13812345678"
SECRETS = (NUMBER, *NAMES, PHONE, "138-1234-5678", NUMBER[:-1] + "５", "13987654321")


def checked(desk: Desk, *paths: Path, out: Path | None = None) -> dict[str, Any]:
    more = ["--out", str(out)] if out else []
    result = desk.run("check", *(paths or [desk.inbox]), "--format", "json", *more)
    assert result.exit_code in (0, 1), result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def text_of(book: Path) -> str:
    """Every part of a package, as it lies in the zip; openpyxl writes Chinese as character references."""
    with zipfile.ZipFile(book) as package:
        return unescape(
            "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
        )


@pytest.fixture(scope="module")
def desk_with_persons(shared_desk: Desk) -> tuple[Desk, Path, str]:
    """Persons wherever a workbook can hold them; checked, marked and loaded."""
    desk = shared_desk
    people = [
        row("members", person_name=name, person_key=identity_number(70 + n), phone=PHONE)
        for n, name in enumerate(NAMES)
    ]
    wrong = row("members", person_name=NAMES[0], person_key=NUMBER[:-1] + "５", phone=PHONE)
    book = desk.write(
        f"东桥_{NAMES[1]}_{PHONE}.xlsx",
        Sheet(
            "members", [*people, wrong, row("members", person_key=NUMBER)],
            beside=[("担保人", NAMES[0]), ("情况", "13987654321"), ("备忘", "陈明华")],
            below=[[f"填报人：{NAMES[0]}　联系电话：138-1234-5678"], ["联系人", NAMES[1]]],
        ),
        Sheet(
            "activities",
            [row("activities", title=f"慰问{NUMBER}{n}", venue=name, activity_type=name, head_count="若干")
             for n, name in enumerate(NAMES)],
            name=f"活动{PHONE}",
        ),
        Sheet("service_points", [row("service_points", crs=NAMES[2])], name=NAMES[2]),
        ("名册", [["某", "某人"], [NAMES[0], NUMBER], [NAMES[1], PHONE], [NAMES[2], PHONE]]),
    )  # fmt: skip
    opened = load_workbook(book)
    opened.properties.creator = opened.properties.lastModifiedBy = NAMES[0]
    opened.properties.title = f"{NAMES[1]} {PHONE}"
    opened["名册"].sheet_state = "hidden"
    first = opened.worksheets[0]
    first["B4"].comment = Comment(f"{NAMES[0]}:\n打 {PHONE} 核实，联系人：{NAMES[1]}", NAMES[0])
    first.oddFooter.center.text = f"制表人：{NAMES[1]}"
    first["A1"].hyperlink = f"mailto:{PHONE}@example.org"
    opened.save(book)
    csv_file(
        desk.inbox / f"西桥村_{NAMES[0]}.csv",
        Sheet("members", people, "西桥村", below=[[f"审核人：{NAMES[1]}"]]),
    )
    out = desk.inbox.parent / "out"
    said = json.dumps(checked(desk, out=out), ensure_ascii=False)
    said += desk.run("check", desk.inbox).output + desk.run("check", desk.inbox, "--format", "csv").output
    said += desk.run("load", desk.inbox, "--all-findings").output
    return desk, out, said


def test_no_person_is_in_a_marked_copy(desk_with_persons: tuple[Desk, Path, str]) -> None:
    _, out, _ = desk_with_persons
    copies = list(out.iterdir())
    assert len(copies) == 2
    for copy in copies:
        assert [secret for secret in SECRETS if secret in text_of(copy) + copy.name] == []


def test_no_person_is_in_anything_that_is_said_or_kept(desk_with_persons: tuple[Desk, Path, str]) -> None:
    desk, _, said = desk_with_persons
    assert [secret for secret in SECRETS if secret in said] == []
    kept = str(desk.contents())
    kept += "".join(
        file.read_text(encoding="utf-8") for file in (desk.data / "archive" / "receipts").iterdir()
    )
    assert [secret for secret in SECRETS if secret in kept] == []


def test_a_copy_loads_the_same_persons_as_the_original(desk_with_persons: tuple[Desk, Path, str]) -> None:
    desk, out, _ = desk_with_persons
    before = desk.rows("select person_key, unit_code from fact_member order by all")
    assert len(before) >= 3
    desk.load(out)
    assert desk.rows("select person_key, unit_code from fact_member order by all") == before


@pytest.fixture
def faulty(desk: Desk) -> Desk:
    activities = [
        row("activities"),
        row("activities", title="二", head_count=-5),
        row("activities", title="=1+1", held_on="2021-13-05"),
    ]
    desk.write(
        "东桥.xlsx",
        Sheet("activities", activities),
        Sheet("member_units", rows("member_units", 2), "没有的社区"),
    )
    return desk


def test_every_finding_stands_at_its_cell_and_in_the_list(faulty: Desk, tmp_path: Path) -> None:
    (file,) = checked(faulty, out=tmp_path / "out")["files"]
    book = load_workbook(file["marked"])
    assert book.sheetnames == [RESULT_SHEET, "活动", "成员单位"]
    listed = {(line[2], line[3]) for line in book[RESULT_SHEET].iter_rows(values_only=True)}
    for finding in file["findings"]:
        cell = finding["cell"] or "A1"
        assert finding["sentence"] in book[finding["sheet_name"]][cell].comment.text
        assert finding["severity_label"] in book[finding["sheet_name"]][cell].comment.text
        assert (finding["sheet_name"], cell) in listed
    links = {
        cell.hyperlink.location for line in book[RESULT_SHEET].iter_rows() for cell in line if cell.hyperlink
    }
    assert links == {"'活动'!H5", "'活动'!A6", "'成员单位'!A1"}
    assert book["活动"]["B6"].data_type == "s"


def test_a_copy_says_the_same_when_it_is_checked_and_marks_do_not_pile_up(
    faulty: Desk, tmp_path: Path
) -> None:
    (first,) = checked(faulty, out=tmp_path / "一")["files"]
    (second,) = checked(faulty, Path(first["marked"]), out=tmp_path / "二")["files"]
    assert Path(first["marked"]).name == Path(second["marked"]).name
    for finding in (*first["findings"], *second["findings"]):
        finding.pop("file_name")
    assert first["findings"] == second["findings"]
    assert first["datasets"] == second["datasets"]
    books = [load_workbook(file["marked"]) for file in (first, second)]
    for name in ("活动", "成员单位"):
        comments, formats = [], []
        for book in books:
            comments.append(
                [cell.comment and cell.comment.text for line in book[name].iter_rows() for cell in line]
            )
            formats.append([str(one.sqref) for one in book[name].conditional_formatting])
        assert comments[0] == comments[1]
        assert formats[0] == formats[1]


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_copy_of_a_file_without_faults_says_so_and_loads_the_same_rows(
    desk: Desk, tmp_path: Path, ending: str
) -> None:
    sheet = Sheet("activities", rows("activities", 3, themed=None))
    if ending == ".csv":
        csv_file(desk.inbox / "东桥.csv", sheet, "gb18030")
    else:
        desk.write("东桥.xlsx", sheet)
    (file,) = checked(desk, out=tmp_path / "out")["files"]
    assert "没有发现问题（0 处）" in text_of(Path(file["marked"]))
    desk.load()
    read = "select * exclude (activity_id, submission_id, sheet_name) from fact_activity order by all"
    before = desk.rows(read)
    loaded = desk.load(tmp_path / "out")
    assert loaded.findings == []
    assert desk.rows(read) == before


def test_a_file_that_cannot_be_opened_has_findings_and_no_copy(desk: Desk, tmp_path: Path) -> None:
    (desk.inbox / "坏.xlsx").write_bytes(b"PK\x03\x04 half")
    (file,) = checked(desk, out=tmp_path / "out")["files"]
    assert file["marked"] is None
    assert "请按问题中的说明处理" in file["unmarked"]
    assert file["findings"]
    assert list((tmp_path / "out").iterdir()) == []


def test_what_was_hidden_shows_that_something_was_there(desk_with_persons: tuple[Desk, Path, str]) -> None:
    _, out, _ = desk_with_persons
    assert all(MASK in text_of(copy) for copy in out.iterdir())
