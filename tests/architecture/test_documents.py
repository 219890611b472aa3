"""Generated documents are up to date, and what the README promises exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from generate import README, refreshed

ROOT = README.parent


def test_the_generated_parts_of_the_readme_are_fresh() -> None:
    text = README.read_text(encoding="utf-8")
    assert refreshed(text) == text, "run `make docs`"


def test_every_file_that_the_readme_links_to_exists() -> None:
    text = README.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target


def test_every_limit_of_reading_is_in_the_readme_with_its_default() -> None:
    stated = dict(
        re.findall(r"^\| `(\w+)` \| (\d+|false) \|", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    settings = tomllib.loads((ROOT / "data" / "settings.toml").read_text(encoding="utf-8"))
    assert stated == {name: str(value).lower() for name, value in settings["reading"].items()}


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", README.read_text(encoding="utf-8"))) <= targets


def test_data_that_a_run_writes_is_ignored_by_git() -> None:
    ignored = (ROOT / ".gitignore").read_text()
    for place in ("inbox", "archive", "staging", "snapshots"):
        assert f"/data/{place}/" in ignored
    assert Path(ROOT / "data" / "settings.toml").exists()
