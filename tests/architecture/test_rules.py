"""The house rules, as far as a machine can check them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = [file for folder in ("dashboard", "etl") for file in sorted((ROOT / folder).rglob("*.py"))]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy", "-p", "dashboard", "-p", "etl"],
        ["lint-imports", "--no-cache"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_the_tools_find_nothing(command: list[str]) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / command[0]), *command[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_agreed_folders_stand_at_the_top() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    top = {path.split("/")[0] for path in tracked if "/" in path}
    assert top <= {"dashboard", "etl", "data", "tests", ".ci", ".streamlit"}


def test_no_file_has_a_name_that_says_nothing() -> None:
    saying_nothing = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert not [file for file in PRODUCT if saying_nothing & {file.stem, *file.relative_to(ROOT).parts}]
    assert not (ROOT / "dashboard" / "pages").exists(), "Streamlit treats this folder specially"


def test_no_module_holds_two_ideas() -> None:
    """More lines than this and a module wants two names."""
    too_long = {
        str(file.relative_to(ROOT)): n for file in PRODUCT if (n := len(file.read_text().splitlines())) > 450
    }
    assert not too_long


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    assert not [file for file in PRODUCT if marks.search(file.read_text())]


def test_code_names_no_district() -> None:
    """Another district is a settings file and a folder of reference data."""
    for file in PRODUCT:
        text = file.read_text()
        assert "兴宁" not in text, file
        assert "450102" not in text, file
        assert "Xingning" not in text, file


def test_nothing_in_the_product_speaks_to_another_host() -> None:
    """Addresses in the sources are namespaces, licences or this machine, never something fetched."""
    allowed = re.compile(
        r"https?://(127\.0\.0\.1|localhost|www\.w3\.org/2000/svg|schemas\.openxmlformats\.org|\{)"
    )
    for file in [
        *PRODUCT,
        *sorted((ROOT / "dashboard").rglob("*.js")),
        *sorted((ROOT / "dashboard").rglob("*.css")),
    ]:
        for address in re.findall(r"https?://\S{1,30}", file.read_text()):
            assert allowed.match(address), f"{file}: {address}"
