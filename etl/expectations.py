"""What a cell should have held, and an example of it: said once for a finding, a marked copy and a template.

A finding does not carry these words, of which there are few and of findings there may be millions: they
follow from its dataset, code and column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from etl import places
from etl.contract import Column, Contract, Value
from etl.findings import EXPECTED, FILE_EXPECTATIONS

_NUMBERS = {"integer", "number"}


@dataclass(frozen=True)
class Expectation:
    """`expected` completes 应填：; `example` may stand in the cell as it is. Both may be empty."""

    expected: str = ""
    example: str = ""


class Expectations:
    """Of all contracts, with the examples of this district."""

    def __init__(
        self, contracts: Mapping[str, Contract], catalogue: Sequence[Value], outline: places.Outline
    ) -> None:
        self._contracts = contracts
        self._catalogue = catalogue
        point = outline.geometry.representative_point()
        self._position = {"longitude": f"{point.x:.4f}", "latitude": f"{point.y:.4f}"}

    def of(
        self, dataset: str, code: str, column_name: str, period: tuple[date, date] | None = None
    ) -> Expectation:
        """What a finding asks for; `period`: first and last day of what the table states, where they are known."""
        contract = self._contracts.get(dataset)
        if code in FILE_EXPECTATIONS and not column_name:
            return Expectation(*FILE_EXPECTATIONS[code])
        if contract is None or not column_name:
            return Expectation()
        rule = next((rule for rule in contract.rules if rule.code == code), None)
        if rule:
            # Where the cell is to be filled in, an example of its column helps; of two days that disagree, none does.
            is_asked_for = (
                f"{rule.column} is not null" in rule.valid or f"coalesce({rule.column}," in rule.valid
            )
            example = self._example(contract.column(rule.column), period) if is_asked_for else ""
            return Expectation(rule.expects, example)
        if code == "duplicate_row":
            return Expectation(
                f"每一行的{'、'.join(contract.column(name).zh for name in contract.key)}不完全相同"
            )
        column = next((column for column in contract.columns if column.name == column_name), None)
        return self.of_column(column, period) if column else Expectation()

    def of_column(self, column: Column, period: tuple[date, date] | None = None) -> Expectation:
        """What belongs into a column's cells."""
        expected = EXPECTED[column.type][0] if column.type in EXPECTED else ""
        if column.type == "enum":
            expected = "下列之一：" + "、".join(value.zh for value in column.values)
        if column.type in {"text", "unit"} and column.max_length:
            expected += f"，不超过 {column.max_length} 个字"
        if column.in_period:
            expected += f"，在 {period[0]} 至 {period[1]} 之间" if period else "，在填报期之内"
        if column.range_end:
            expected += "；跨几天的写起止日期"
        expected += _bounds(column)
        return Expectation(expected, self._example(column, period))

    def example_row(self, contract: Contract, period: tuple[date, date]) -> dict[str, str]:
        """Column -> what an example of a record holds; optional dates that an ordinary record lacks are left out."""
        return {
            column.name: self._example(column, period)
            for column in contract.columns
            if column.required or column.example or column.type != "date"
        }

    def rows(self) -> Iterator[dict[str, str]]:
        """Of every column and every code that findings may combine: what the release keeps beside its findings."""
        for contract in self._contracts.values():
            for column in contract.columns:
                told = self.of_column(column)
                yield {"dataset": contract.name, "code": "", "column_name": column.name,
                       "expected": told.expected, "example": told.example}  # fmt: skip
            for code, column_name in (
                *((rule.code, rule.column) for rule in contract.rules),
                ("duplicate_row", contract.key[0]),
            ):
                told = self.of(contract.name, code, column_name)
                yield {"dataset": contract.name, "code": code, "column_name": column_name,
                       "expected": told.expected, "example": told.example}  # fmt: skip
        for code, (expected, example) in FILE_EXPECTATIONS.items():
            yield {"dataset": "", "code": code, "column_name": "", "expected": expected, "example": example}

    def _example(self, column: Column, period: tuple[date, date] | None) -> str:
        if column.in_period and period:
            return (period[0] + timedelta(days=4)).isoformat()
        if column.example:
            return column.example
        match column.type:
            case "enum":
                return column.values[0].zh
            case "catalogue_item":
                return self._catalogue[0].zh if self._catalogue else ""
            case "longitude" | "latitude":
                return self._position[column.type]
        return EXPECTED[column.type][1] if column.type in EXPECTED else ""


def _bounds(column: Column) -> str:
    if column.min is not None and column.max is not None:
        return f"，{column.min:,.0f} 至 {column.max:,.0f}"
    if column.min is not None:
        return f"，不小于 {column.min:,.0f}"
    return f"，不大于 {column.max:,.0f}" if column.max is not None else ""
