"""What was read once is read again as soon as anything changes that could read it differently."""

from __future__ import annotations

import ast
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from etl import pipeline, staging
from etl.settings import Settings

ETL = Path(staging.__file__).parent
# Where files are kept, how they are locked away and what the district is called change nothing in what a
# cell is read as.
WITHOUT_A_SAY = {"archive.py", "intake.py", "settings.py", "vault.py"}


def reached(module: str = "staging") -> set[str]:
    """The modules of etl/ that one imports, and those that these import."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if f"{name}.py" in found:
            continue
        found.add(f"{name}.py")
        for node in ast.walk(ast.parse((ETL / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "etl":
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("etl."):
                waiting.append(str(node.module).split(".")[1])
    return found


def files_that_matter() -> list[str]:
    contracts = [str(file.relative_to(ETL)) for file in sorted(ETL.rglob("dataset.toml"))]
    return [*sorted(reached() - WITHOUT_A_SAY), "text_values.sql", *contracts]


@pytest.mark.parametrize("name", files_that_matter())
def test_a_change_of_the_code_makes_everything_be_read_anew(
    county: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shutil.copytree(ETL, tmp_path / "etl", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(staging, "_HERE", tmp_path / "etl")
    workshop = pipeline.prepare(county)
    before = workshop.code_id()
    with (tmp_path / "etl" / name).open("a", encoding="utf-8") as stream:
        stream.write("\n")
    assert workshop.code_id() != before


@pytest.mark.parametrize("change", [{"default_crs": "BD-09"}, {"tolerance_m": 51.0}])
def test_a_change_of_a_setting_that_matters_does_so_too(county: Settings, change: dict[str, object]) -> None:
    before = pipeline.prepare(county).code_id()
    assert pipeline.prepare(replace(county, **change)).code_id() != before  # type: ignore[arg-type]


def test_another_key_does_so_too(county: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = pipeline.prepare(county).code_id()
    monkeypatch.setenv("LIANDONG_PERSON_KEY", "quite another key for tests")
    assert pipeline.prepare(county).code_id() != before
