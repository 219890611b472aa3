"""What codes are called on the screens: the rows of meta_label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from etl.contract import Contract
from etl.staging import Workshop


def label_rows(workshop: Workshop, dimensions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the values of each dimension are called; contracts speak of columns, viewers of dimensions."""
    by_column = {row["column_name"]: row["dimension"] for row in dimensions}
    rows = [
        {**row, "dimension": by_column.get(row["dimension"], row["dimension"])}
        for row in _option_rows(workshop.contracts)
    ]
    for level in ("class", "item"):
        seen = dict.fromkeys(
            (row[f"{level}_code"], row[f"{level}_name"], row[f"{level}_name_en"])
            for row in workshop.reference.catalogue
        )
        rows += [
            {
                "dimension": by_column.get(f"{level}_code", level),
                "value": code,
                "name": name,
                "name_en": name_en,
                "sort_no": n,
            }
            for n, (code, name, name_en) in enumerate(seen, start=1)
        ]
    rows += [
        {
            "dimension": by_column.get(column, column),
            "value": value,
            "name": name,
            "name_en": name_en,
            "sort_no": number,
        }
        for column, names in _BOOLEAN_NAMES.items()
        for number, (value, name, name_en) in enumerate(names, start=1)
    ]
    rows += [
        {
            "dimension": "dataset",
            "value": contract.name,
            "name": contract.zh,
            "name_en": contract.en,
            "sort_no": number,
        }
        for number, contract in enumerate(workshop.contracts.values(), start=1)
    ]
    return rows


_BOOLEAN_NAMES = {"themed": (("true", "主题活动", "Themed"), ("false", "非主题活动", "Not themed"))}


def _option_rows(contracts: Mapping[str, Contract]) -> list[dict[str, object]]:
    """What the codes of enum columns are called (dimension = column name)."""
    rows: list[dict[str, object]] = []
    for contract in contracts.values():
        for column in contract.columns:
            rows += [
                {
                    "dimension": column.name,
                    "value": value.code,
                    "name": value.zh,
                    "name_en": value.en,
                    "sort_no": number,
                }
                for number, value in enumerate(column.values, start=1)
            ]
    return rows
