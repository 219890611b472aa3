"""提交检查 without a screen: a command in a process of its own answers, and nothing that was uploaded is left."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import pytest

from dashboard import checking
from dashboard.checking import Checked, CheckedFile, CheckFailed, Finding, Sheet
from dashboard.locale import translator
from dashboard.report import Listing
from dashboard.shell import markup
from dashboard.views import submission_check

# A command that answers as `liandong check FILE… --format json --out DIR` does.
ANSWER = """
import json, pathlib, sys
out = pathlib.Path(sys.argv[sys.argv.index("--out") + 1])
files = sys.argv[1 : sys.argv.index("--format")]
told = []
for path in map(pathlib.Path, files):
    marked = out / f"{path.stem}_标注.xlsx"
    marked.write_bytes(b"marked " + path.read_bytes())
    told.append({
        "file_name": path.name, "encoding": "GB18030", "marked": str(marked),
        "datasets": [{"dataset": "activities", "label": "活动", "sheet": "活动台账", "committee": "北宁社区",
                      "period": "2021-Q4", "period_label": "2021年第四季度",
                      "row_count": 3, "accepted_count": 2, "quarantined_count": 1}],
        "findings": [
            {"file_name": path.name, "sheet_name": "活动台账", "cell": "", "row_no": 9, "column": "", "value": None,
             "code": "duplicate_row", "severity": "warning", "sentence": "与前面某一行相似", "expected": "", "example": "",
             "hint": "请核对"},
            {"file_name": path.name, "sheet_name": "活动台账", "cell": "F17", "row_no": 17, "column": "参加人数",
             "value": "若干", "code": "bad_number", "severity": "row", "sentence": "“参加人数”填写的“若干”不是数",
             "expected": "不带文字的整数", "example": "120", "hint": "请填写整数"},
        ],
    })
print(json.dumps({"files": told, "row_count": 3 * len(told), "accepted_count": 2 * len(told),
                  "quarantined_count": len(told)}, ensure_ascii=False))
sys.exit(1)
"""


def command(tmp_path: Path, text: str) -> tuple[str, ...]:
    script = tmp_path / "command.py"
    script.write_text(text, encoding="utf-8")
    return (sys.executable, str(script))


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_an_answer_is_read_and_nothing_is_left(tmp_path: Path, scratch: Path) -> None:
    uploads = [("台账.xlsx", b"one"), ("台账.xlsx", b"two")]  # two of one name
    found = checking.check(uploads, command(tmp_path, ANSWER))
    assert (found.row_count, found.accepted_count, found.quarantined_count) == (6, 4, 2)
    assert (found.must_count, found.doubt_count) == (2, 2)
    assert [file.file_name for file in found.files] == ["台账.xlsx", "台账.xlsx"]
    assert found.files[1].marked == b"marked two"
    assert found.files[0].marked_name == "台账_标注.xlsx"
    assert [finding.place for finding in found.files[0].findings] == ["9", "F17"]
    assert not list(scratch.iterdir()), "the folder is gone"


@pytest.mark.parametrize(
    "name", ["../../etc/台账.xlsx", "C:\\\\台账\\台账.xlsx", "台账\0.xlsx", "", "..", "长" * 300 + ".xlsx"]
)
def test_a_name_leads_nowhere_else(tmp_path: Path, scratch: Path, name: str) -> None:
    found = checking.check([(name, b"x")], command(tmp_path, ANSWER))
    assert "/" not in found.files[0].file_name
    assert "\\" not in found.files[0].file_name
    assert found.files[0].marked == b"marked x"
    assert not list(scratch.iterdir())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "import sys; print('错误：假名密钥太短，请恢复原来的密钥', file=sys.stderr); sys.exit(2)",
            "假名密钥太短",
        ),
        ("import sys; sys.exit(3)", "检查没有完成"),
        ("print('not json')", "检查没有完成"),
        ("print('{}')", "检查没有完成"),
        ("raise RuntimeError('secret /etc/passwd')", "检查没有完成"),
    ],
)
def test_a_command_that_fails_is_told_in_one_sentence(
    tmp_path: Path, scratch: Path, text: str, said: str
) -> None:
    with pytest.raises(CheckFailed) as told:
        checking.check([("台账.xlsx", b"x")], command(tmp_path, text))
    assert said in str(told.value)
    assert "Traceback" not in str(told.value)
    assert "passwd" not in str(told.value)
    assert not list(scratch.iterdir())


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path: Path, scratch: Path) -> None:
    sign = tmp_path / "alive"
    child = f"import time, pathlib; time.sleep(2.5); pathlib.Path({str(sign)!r}).touch()"
    text = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    )
    begun = time.monotonic()
    with pytest.raises(CheckFailed, match="没有完成"):
        checking.check([("台账.xlsx", b"x")], command(tmp_path, text), seconds=1)
    assert time.monotonic() - begun < 30
    time.sleep(2.5)
    assert not sign.exists()
    assert not list(scratch.iterdir())


def test_a_path_outside_the_folder_is_not_handed_on(tmp_path: Path, scratch: Path) -> None:
    secret = tmp_path / "secret.xlsx"
    secret.write_bytes(b"secret")
    text = ANSWER.replace('"marked": str(marked)', f'"marked": {json.dumps(str(secret))}')
    found = checking.check([("台账.xlsx", b"x")], command(tmp_path, text))
    assert (found.files[0].marked_name, found.files[0].marked) == ("", b"")


def test_too_many_or_too_large_files_are_refused_before_anything_runs(tmp_path: Path) -> None:
    never = command(tmp_path, "raise SystemExit('it ran')")
    with pytest.raises(CheckFailed, match="一次最多检查"):
        checking.check([("a.xlsx", b"")] * (checking.MOST_FILES + 1), never)
    with pytest.raises(CheckFailed, match="MB"):
        checking.check([("a.xlsx", b"x" * (checking.MOST_MB * 1024 * 1024 + 1))], never)


# -- what is said of it ------------------------------------------------------------------------------

FAULT = Finding("活动台账", "F17", 17, "参加人数", "若干", "row", "不是数", "整数", "120", "请填写整数")
DOUBT = Finding("活动台账", "", 9, "", "", "warning", "<b>像是重复</b>", "", "", "请核对")
SHEET = Sheet("活动", "活动台账", "北宁社区", "2021年第四季度", 1200, 1199, 1)


def checked(*findings: Finding) -> Checked:
    return Checked((CheckedFile("台账.xlsx", "", (SHEET,), findings),), 1200, 1199, 1)


@pytest.mark.parametrize(
    ("findings", "said", "tone"),
    [
        ((), "可以提交：1 个文件都没有发现问题", "good"),
        ((DOUBT,), "可以提交；有 1 处请核对", "good"),
        ((FAULT,), "有 1 处必须更正", "warning"),
        ((FAULT, DOUBT), "另有 1 处请核对", "warning"),
    ],
)
def test_the_first_sentence_says_whether_it_can_be_sent(
    findings: tuple[Finding, ...], said: str, tone: str
) -> None:
    first, identity = submission_check.answer(checked(*findings), "zh")
    assert said in first.text
    assert first.tone == tone
    assert "读取 1,200 行 = 可以接收 1,199 行 + 要退回 1 行" in identity.text
    english = submission_check.answer(checked(*findings), "en")[0].text
    assert english.isascii()


def test_the_gravest_findings_come_first_each_with_place_expectation_and_example() -> None:
    (file,) = checked(DOUBT, FAULT).files
    found, recognised = submission_check.of_file(file, "zh")
    assert isinstance(found, Listing)
    assert found.frame["place"].tolist() == ["F17", "9"]
    assert found.frame["expected"].tolist() == ["整数", "请核对"]
    assert found.frame["example"].tolist() == ["120", "—"]
    assert found.frame["tone"].tolist() == ["warning", "attention"]
    assert recognised.frame["read"].tolist() == ["1,200"]
    assert submission_check.verdict(file, "zh") == "1 处必须更正，1 处请核对"
    assert submission_check.verdict(checked().files[0], "en") == translator("en")("可以提交，没有发现问题")


def test_a_listing_escapes_and_gives_every_cell_its_heading() -> None:
    (file,) = checked(DOUBT).files
    html = markup.listing(submission_check.of_file(file, "zh")[0])
    assert "<b>像是重复" not in html
    assert "&lt;b&gt;像是重复" in html
    assert 'data-head="单元格"' in html
    assert markup.listing(submission_check.of_file(file, "zh")[1]).startswith("<details"), "folded"
    assert "所有内容都可以接收" in markup.listing(submission_check.of_file(checked().files[0], "zh")[0])
