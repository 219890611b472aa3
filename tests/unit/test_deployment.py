"""The files for a server: what they say fits together, and systemd understands them."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from etl.cli import main
from etl.findings import Refused
from etl.operations import deployment
from etl.operations.deployment import Place
from etl.settings import Settings, load_settings

SYSTEMD = shutil.which("systemd-analyze")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    return replace(load_settings(), data=tmp_path / "data")


def place(tmp_path: Path, **changes: object) -> Place:
    command = Path(sys.executable).with_name("liandong")
    return replace(
        Place(command, getpass.getuser(), 8501, "/liandong", tmp_path / "backups"),
        **changes,  # type: ignore[arg-type]
    )


def test_every_command_of_a_unit_is_one_of_ours_with_its_options(settings: Settings, tmp_path: Path) -> None:
    started = []
    for file in deployment.write(settings, place(tmp_path), tmp_path / "units"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"\$\{?[a-z_]+(?=\W)", text) or file.name == "nginx.conf", (
            "something is left to fill in"
        )
        for line in re.findall(r"^ExecStart=\S+ (.+)$", text, flags=re.MULTILINE):
            name, *arguments = line.split()
            started.append(name)
            main.commands[name].make_context(name, arguments)  # refuses what it does not know
        if file.suffix == ".timer":
            assert file.with_suffix(".service").exists()
    assert sorted(started) == ["backup", "load", "report", "serve"]


@pytest.mark.skipif(
    SYSTEMD is None and "CI" not in os.environ,  # the build server has it, and never skips
    reason="systemd-analyze is not installed: units cannot be verified",
)
def test_systemd_finds_nothing_to_say_of_the_units(settings: Settings, tmp_path: Path) -> None:
    written = deployment.write(settings, place(tmp_path), tmp_path / "units")
    units = [str(file) for file in written if file.suffix in (".service", ".timer")]
    done = subprocess.run(
        [str(SYSTEMD), "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "liandong" in line]
    assert (done.returncode, said) == (0, []), done.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"base_path": "liandong"}, "--base-path"), ({"backups": Path("/a b")}, "空格或特殊字符")],
)
def test_what_a_unit_cannot_say_is_refused(
    settings: Settings, tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        deployment.write(settings, place(tmp_path, **changes), tmp_path / "units")
    assert not (tmp_path / "units").exists()
