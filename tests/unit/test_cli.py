"""The words of the console script: help, refusals, tables, and what it does on a fault of its own."""

from __future__ import annotations

import re
import tempfile
from datetime import date, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from etl import cli, past, snapshot
from etl.commands import terminal
from etl.settings import DEFAULT, Settings, load_settings
from tests.submissions.make import QINGHE

CHINESE = re.compile(r"[\u4e00-\u9fff]")
COMMANDS = sorted(cli.main.commands)


def run(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(cli.main, list(map(str, arguments)), env=environment)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_in_chinese(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert CHINESE.search(result.output.split("Options:")[0])
    for option in cli.main.commands[name].params:
        if isinstance(option, click.Option) and option.name != "help":
            assert CHINESE.search(option.help or ""), option.name


@pytest.mark.parametrize(
    "arguments", [["load"], ["nosuch"], ["query"], ["status", "--format", "xml"], ["demo"]]
)
def test_wrong_usage_is_refused_without_a_traceback(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)


def test_a_fault_of_its_own_is_said_in_one_sentence_and_kept_without_numbers_of_persons(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("unexpected: 13812345678")

    monkeypatch.setattr(past, "release", fault)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = run("status")
    assert result.exit_code == 2
    assert "RuntimeError" in result.stderr
    assert "13812345678" not in result.output + result.stderr
    (log,) = tmp_path.iterdir()
    assert "test_cli.py" in log.read_text(encoding="utf-8")
    assert "13812345678" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (PermissionError(13, "Permission denied", "/data/CURRENT"), "没有权限读写 /data/CURRENT"),
        (OSError(28, "No space left on device"), "磁盘已满"),
        (OSError(5, "Input/output error", "/data/x"), "读写文件失败"),
    ],
)
def test_what_the_system_refuses_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, problem: OSError, words: str
) -> None:
    def fault(_: Path) -> None:
        raise problem

    monkeypatch.setattr(snapshot, "releases", fault)
    result = run("releases")
    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "是"),
        (False, "否"),
        (0, "0"),
        (1234567, "1,234,567"),
        (3602.0, "3,602"),
        (12.345, "12.35"),
        (0.12345, "0.1235"),
        (-5, "-5"),
        ("文字", "文字"),
    ],
)
def test_a_value_in_a_table_is_written_for_people(value: object, shown: str) -> None:
    assert terminal.shown(value) == shown


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (3.0, 3),
        (3.5, 3.5),
        (None, None),
        (date(2021, 1, 2), "2021-01-02"),
        (datetime(2021, 1, 2, 3), "2021-01-02T03:00:00"),
    ],
)
def test_a_value_for_programs_is_plain(value: object, plain: object) -> None:
    assert terminal.plain(value) == plain


# ---- settings -----------------------------------------------------------------------------------


def changed(tmp_path: Path, found: str, instead: str) -> Path:
    text = (QINGHE / "settings.toml").read_text(encoding="utf-8")
    assert found in text
    place = tmp_path / "settings.toml"
    place.write_text(text.replace(found, instead), encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("found", "instead", "words"),
    [
        ('name = "青河县"', "", "缺少设置项 'name'"),
        ('key = "unit"', 'key = "house"', "四级"),
        ("tolerance_m = 80", 'tolerance_m = "far"', "有一项的值不对"),
        ("[people]", "[people", "不是正确的 TOML 格式"),
        ('reference = "reference"', 'reference = "nowhere"', "缺少参考文件"),
    ],
)
def test_a_mistake_in_the_settings_is_told_and_nothing_is_taken_in(
    tmp_path: Path, found: str, instead: str, words: str
) -> None:
    submission = tmp_path / "a.csv"
    submission.write_text("甲,乙", encoding="utf-8")
    settings = changed(tmp_path, found, instead)
    result = run("--settings", settings, "load", submission, LIANDONG_DATA=str(tmp_path / "data"))
    assert result.exit_code == 2
    assert words in result.stderr
    assert not (tmp_path / "data" / "archive").exists()


def test_the_settings_of_the_repository_are_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LIANDONG_DATA")
    settings = load_settings()
    assert settings.path == DEFAULT
    assert settings.data == DEFAULT.parent


def test_the_environment_may_move_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIANDONG_DATA", str(tmp_path))
    monkeypatch.setenv("LIANDONG_SETTINGS", str(QINGHE / "settings.toml"))
    settings = load_settings()
    assert (settings.data, settings.district_name) == (tmp_path, "青河县")


def test_settings_that_readers_need_are_told_to_the_snapshot(county: Settings) -> None:
    assert county.for_snapshot()["person_threshold"] == "3"
    assert "key_file" not in county.for_snapshot()
