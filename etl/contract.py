"""dataset.toml -> frozen Contract: what a dataset's columns are called, mean and must satisfy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from etl.findings import EXPECTED, Severity

FOLDER = Path(__file__).resolve().parent / "datasets"
TYPES = frozenset(EXPECTED) | {"person_secret"}
# Headings that every clerk adds and nobody needs.
IGNORED_HEADINGS = frozenset({"序号", "编号", "备注", "说明", "填报人", "审核人"})


class ContractError(Exception):
    """A dataset.toml is wrong: a programmer's fault, told with file and key."""


@dataclass(frozen=True)
class Value:
    """One option of an enum column."""

    code: str
    zh: str
    en: str
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    name: str
    zh: str
    en: str
    type: str
    required: bool = False
    severity: Severity = Severity.ROW  # of a value that cannot be read
    min: float | None = None
    max: float | None = None
    max_length: int | None = None
    aliases: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    range_end: str | None = None  # the column that takes the end of a date range
    in_period: bool = False  # the date must lie within the submission's period
    meaning: str = ""  # one sentence for whoever fills the template in
    example: str = ""  # as it would be typed; by default the type's, or the first option

    @property
    def is_secret(self) -> bool:
        return self.type in {"person_secret", "person_id"}


@dataclass(frozen=True)
class Rule:
    """`valid` is written positively in SQL over the typed columns; NULL counts as valid."""

    code: str
    column: str
    severity: Severity
    valid: str
    zh: str
    en: str
    expects: str = ""  # the same said positively, for whoever corrects a value
    corrected: str = ""  # SQL over the typed columns: what, typed into the column, would make the rule hold


@dataclass(frozen=True)
class Contract:
    name: str
    zh: str
    en: str
    slice: str  # "quarter": one submission states one quarter; "ledger": the newest restates all
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]

    @cached_property
    def headings(self) -> Mapping[str, Column]:
        """Normalised heading -> column, over official names and aliases."""
        return {
            normalise_heading(heading): column
            for column in self.columns
            for heading in (column.zh, *column.aliases)
        }

    @property
    def is_of_persons(self) -> bool:
        """Whether a row is a person, so that a number of rows is one of persons."""
        return any(column.type == "person_id" for column in self.columns)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@lru_cache(maxsize=4096)
def normalise_heading(text: str) -> str:
    """Without blanks, line breaks, stars and with half-width brackets, as clerks vary these."""
    return (
        re.sub(r"[\s*＊]", "", text)
        .replace("（", "(")
        .replace("）", ")")
        .removesuffix(":")
        .removesuffix("：")
    )


def load_contracts(folder: Path = FOLDER) -> dict[str, Contract]:
    """Every datasets/<name>/dataset.toml, by name. Raises ContractError."""
    return {
        file.parent.name: _contract(file, file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("*/dataset.toml"))
    }


@lru_cache(maxsize=128)
def _contract(file: Path, text: str) -> Contract:
    import tomllib  # not for the processes that are given contracts

    raw: dict[str, Any] = tomllib.loads(text)
    try:
        contract = Contract(
            name=raw["name"],
            zh=raw["zh"],
            en=raw["en"],
            slice=raw["slice"],
            key=tuple(raw["key"]),
            columns=tuple(_column(item) for item in raw["column"]),
            rules=tuple(
                Rule(**{**item, "severity": Severity(item["severity"])}) for item in raw.get("rule", [])
            ),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise ContractError(f"{file}: {problem}") from problem
    names = {column.name for column in contract.columns}
    headings = [normalise_heading(h) for column in contract.columns for h in (column.zh, *column.aliases)]
    twice = {heading for heading in headings if headings.count(heading) > 1}
    faults = [
        (contract.name != file.parent.name, f"name {contract.name!r} is not the folder's name"),
        (contract.slice not in {"quarter", "ledger"}, f"slice {contract.slice!r}"),
        (not set(contract.key) <= names, f"key {contract.key} names no column"),
        (bool(twice), f"headings used twice: {sorted(twice)}"),
        (any(column.type not in TYPES for column in contract.columns), "unknown column type"),
        (
            any((column.type == "enum") != bool(column.values) for column in contract.columns),
            "enum and values",
        ),
        (any(rule.column not in names for rule in contract.rules), "a rule names no column"),
    ]
    for is_fault, message in faults:
        if is_fault:
            raise ContractError(f"{file}: {message}")
    return contract


def _column(raw: dict[str, Any]) -> Column:
    values = tuple(
        Value(code, value["zh"], value["en"], (value["zh"], *value.get("aliases", ())))
        for code, value in raw.get("values", {}).items()
    )
    return Column(
        **{
            **raw,
            "severity": Severity(raw.get("severity", "row")),
            "aliases": tuple(raw.get("aliases", ())),
            "values": values,
        }
    )
