"""One of the further ledgers as the recount reads it: its own list of headings, options and types.

A mechanism's module in `mechanisms/` holds `LEDGERS` (dataset -> Ledger) and `DEFINITIONS`
(indicator -> Definition).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd


class BadCellError(Exception):
    """A cell cannot be read; the text names the kind of fault."""


@dataclass(frozen=True)
class Ledger:
    """`headings`, `options`: every spelling, parted by blanks. `needed`: without these a row says nothing.

    `same_if`: rows that agree in these are one record twice. `sound`: what a record must satisfy beside
    (a code of the fault, or "").
    """

    sheet: str
    headings: Mapping[str, str]
    needed: tuple[str, ...]
    same_if: tuple[str, ...]
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    times: tuple[str, ...] = ()  # of day, in minutes since midnight
    flags: tuple[str, ...] = ()  # 是 or 否
    items: str = ""  # the column that names an item of the service catalogue
    sound: Callable[[dict[str, Any]], str] = lambda _: ""

    def column(self, heading: Any) -> str | None:
        return next((name for name, texts in self.headings.items() if heading in texts.split(" ")), None)

    def record(self, cells: Mapping[str, Any], items: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
        """One row with typed values; `items` spelling -> (item, class). Raises BadCellError."""
        found: dict[str, Any] = {}
        for name in self.headings:
            value = cells.get(name)
            if name == self.items:
                found["item_code"], found["class_code"] = items.get(value, (None, None))
            elif value is None:
                found[name] = None
            elif name in self.dates:
                found[name] = _day(value)
            elif name in self.numbers:
                found[name] = _number(value)
            elif name in self.times:
                found[name] = _minute(value)
            elif name in self.options:
                found[name] = _option(self.options[name], value)
            elif name in self.flags:
                found[name] = {"是": True, "否": False}[value]
            else:
                found[name] = str(value).strip()
        for name in self.needed:
            if found.get("item_code" if name == self.items else name) is None:
                raise BadCellError(f"{name} is missing")
        if fault := self.sound(found):
            raise BadCellError(fault)
        return found

    def frame(self, records: list[dict[str, Any]], parents: Mapping[str, str]) -> pd.DataFrame:
        names = [name for name in self.headings if name != self.items]
        names += ["item_code", "class_code"] if self.items else []
        frame = pd.DataFrame(records, columns=["community_code", "quarter", *names, "path", "sheet", "row"])
        frame.insert(1, "street_code", frame.community_code.map(parents))
        frame.insert(2, "district_code", frame.street_code.map(parents))
        for name in self.dates:
            frame[name] = pd.to_datetime(frame[name])
        for name in (*self.numbers, *self.times):
            frame[name] = frame[name].astype("float64")
        return frame


def _option(options: Mapping[str, str], value: Any) -> str:
    for code, texts in options.items():
        if value in texts.split(" "):
            return code
    raise BadCellError("unknown_value")


def _number(value: Any) -> float:
    if isinstance(value, int | float):
        return float(value)
    text = re.sub(r"[^\d.-]+$", "", unicodedata.normalize("NFKC", str(value)).replace(",", ""))
    try:
        return float(text)
    except ValueError:
        raise BadCellError("bad_number") from None


def _minute(value: Any) -> int:
    if isinstance(value, float):  # Excel's part of a day
        return round(value * 1440)
    texts = re.findall(r"\d+", unicodedata.normalize("NFKC", str(value)))
    hour, minute = [*map(int, texts), 0][:2] if texts else (99, 0)
    if hour * 60 + minute > 1440:
        raise BadCellError("bad_time")
    return hour * 60 + minute


def _day(value: Any) -> date:
    if isinstance(value, datetime | pd.Timestamp):
        return value.date()
    if isinstance(value, date):
        return value
    found = [int(number) for number in re.findall(r"\d+", unicodedata.normalize("NFKC", str(value)))]
    try:
        return date(*found[:3])
    except (TypeError, ValueError):
        raise BadCellError("bad_date") from None
