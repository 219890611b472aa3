"""What a snapshot's own catalogue says: indicators, dimensions, levels and labels.

Read from the snapshot, so that an old release keeps the definitions that it was built with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from dashboard.database import Snapshot
from dashboard.selection import Language

Time: TypeAlias = Literal["flow", "stock", "span", "none"]
Grade: TypeAlias = Literal["good", "fair", "poor"]
UNSTATED = "unstated"  # stands for an empty cell of a dimension
_UNSTATED_LABEL = {"zh": "未填写", "en": "Not stated"}
_REGISTER = {"zh": "组织名册", "en": "Organisation register"}  # the dataset "reference"
_EVERY = {"zh": "全部台账", "en": "All ledgers"}  # the dataset "every"


_PROVENANCE = frozenset({"submission_id", "sheet_name", "row_no", "finding_id"})


@dataclass(frozen=True)
class Source:
    """One side of an indicator: an aggregate over a table, and how the period selects its rows."""

    table: str
    sql: str
    time: Time
    time_column: str = "month_on"  # of time="flow"
    where: str = ""
    # Counts persons (True), or adds up numbers of persons that ledgers state ("stated"): small ones are hidden.
    persons: bool | str = False


@dataclass(frozen=True)
class Indicator:
    """A declared figure. `levels`: where in the hierarchy it can be counted, from the top down."""

    key: str
    theme: str
    theme_name: str
    theme_name_en: str
    sort_no: int
    name: str
    name_en: str
    unit: str
    unit_en: str
    better: Literal["higher", "lower", "neutral"]
    format: Literal["integer", "decimal", "percent"]
    definition: str
    definition_en: str
    rollup: Literal["sum", "ratio", "distinct"]
    scale: float
    numerator: Source
    denominator: Source | None
    datasets: tuple[str, ...]
    dimensions: tuple[str, ...]
    levels: tuple[str, ...]
    target: float | None = None  # where the article or a plan gives one
    thresholds: tuple[float, float] | None = None  # green from the first one on, yellow from the second

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)

    @property
    def persons(self) -> bool:
        return any(bool(source.persons) for source in self.sources)

    @property
    def is_timeless(self) -> bool:
        return all(source.time == "none" for source in self.sources)

    def grade(self, value: float | None) -> Grade | None:
        """How good a figure is by the declared thresholds; None without them or without a figure."""
        if self.thresholds is None or value is None:
            return None
        good, fair = self.thresholds
        if self.better == "lower":
            good, fair, value = -good, -fair, -value
        return "good" if value >= good else "fair" if value >= fair else "poor"

    def label(self, language: Language = "zh") -> str:
        return self.name if language == "zh" else self.name_en

    def unit_label(self, language: Language = "zh") -> str:
        return self.unit if language == "zh" else self.unit_en

    def definition_text(self, language: Language = "zh") -> str:
        return self.definition if language == "zh" else self.definition_en

    def theme_label(self, language: Language = "zh") -> str:
        return self.theme_name if language == "zh" else self.theme_name_en


@dataclass(frozen=True)
class Dimension:
    """Something other than place and time by which figures are split: a column and what to call it."""

    key: str
    column: str
    name: str
    name_en: str

    def label(self, language: Language = "zh") -> str:
        return self.name if language == "zh" else self.name_en


@dataclass(frozen=True)
class Level:
    """A level of the hierarchy; number 1 is the top."""

    number: int
    key: str
    title: str
    title_en: str
    body: str
    role: str

    def label(self, language: Language = "zh") -> str:
        return self.title if language == "zh" else self.title_en


def load_levels(snapshot: Snapshot) -> tuple[Level, ...]:
    """From the top down."""

    def read() -> tuple[Level, ...]:
        rows = snapshot.rows(
            "select level_no, level_key, title, title_en, body, role from meta_level order by level_no"
        )
        return tuple(Level(*row) for row in rows)

    return snapshot.keep("levels", read)


def load_dimensions(snapshot: Snapshot) -> Mapping[str, Dimension]:
    """By key, in their declared order."""

    def read() -> Mapping[str, Dimension]:
        rows = snapshot.rows(
            "select dimension, column_name, name, name_en from meta_dimension order by rowid"
        )
        return MappingProxyType({row[0]: Dimension(*row) for row in rows})

    return snapshot.keep("dimensions", read)


def load_catalogue(snapshot: Snapshot) -> Mapping[str, Indicator]:
    """The indicators by key, themes together, in their declared order."""

    def read() -> Mapping[str, Indicator]:
        rows = snapshot.rows(
            "select indicator, theme, sort_no, definition from meta_indicator order by sort_no"
        )
        columns = snapshot.columns()
        levels = tuple(level.key for level in load_levels(snapshot))
        return MappingProxyType(
            {
                key: _indicator(key, theme, sort_no, json.loads(text), levels, columns)
                for key, theme, sort_no, text in rows
            }
        )

    return snapshot.keep("catalogue", read)


def table_print(snapshot: Snapshot, table: str) -> tuple[object, ...]:
    """The same for the same rows in any order, wherever they were read from."""
    names = [f'"{name}"' for name in sorted(snapshot.columns()[table]) if name not in _PROVENANCE]
    counted = f"sum(cast(hash({', '.join(names)}) as hugeint))" if names else "0"
    return snapshot.keep(
        ("print", table), lambda: snapshot.rows(f"select count(*), {counted} from {table}")[0]
    )


def labels(snapshot: Snapshot, dimension: str, language: Language = "zh") -> Mapping[str, str]:
    """The values of a dimension and what they are called, in their declared order; last the empty cell."""

    def read() -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        column = "name" if language == "zh" else "coalesce(name_en, name)"
        rows = snapshot.rows(
            f"select dimension, value, {column} from meta_label order by dimension, sort_no, value"
        )
        for owner, value, name in rows:
            found.setdefault(owner, {})[value] = name
        for names in found.values():
            names.setdefault(UNSTATED, _UNSTATED_LABEL[language])
        return found

    return snapshot.keep(("labels", language), read).get(dimension, {UNSTATED: _UNSTATED_LABEL[language]})


def dataset_names(snapshot: Snapshot, keys: tuple[str, ...], language: Language = "zh") -> str:
    """Datasets as a caption names them: "活动、成员单位"."""
    names = {
        "reference": _REGISTER[language],
        "every": _EVERY[language],
        **labels(snapshot, "dataset", language),
    }
    return ("、" if language == "zh" else ", ").join(names.get(key, key) for key in keys)


def _indicator(
    key: str,
    theme: str,
    sort_no: int,
    raw: Mapping[str, Any],
    levels: tuple[str, ...],
    columns: Mapping[str, frozenset[str]],
) -> Indicator:
    numerator = Source(**raw["numerator"])
    denominator = Source(**raw["denominator"]) if "denominator" in raw else None
    sources = [source for source in (numerator, denominator) if source]
    unit = levels[-1]
    countable = [
        level
        for level in raw.get("levels", levels)
        if level != unit or all(f"{unit}_code" in columns.get(source.table, ()) for source in sources)
    ]
    return Indicator(
        key=key,
        theme=theme,
        theme_name=raw["theme_name"],
        theme_name_en=raw["theme_name_en"],
        sort_no=sort_no,
        name=raw["name"],
        name_en=raw["name_en"],
        unit=raw["unit"],
        unit_en=raw["unit_en"],
        better=raw["better"],
        format=raw["format"],
        definition=raw["definition"],
        definition_en=raw["definition_en"],
        rollup=raw["rollup"],
        scale=float(raw.get("scale", 1)),
        numerator=numerator,
        denominator=denominator,
        datasets=tuple(raw["datasets"]),
        dimensions=tuple(raw["dimensions"]),
        levels=tuple(countable),
        target=raw.get("target"),
        thresholds=(raw["thresholds"]["good"], raw["thresholds"]["fair"]) if "thresholds" in raw else None,
    )
