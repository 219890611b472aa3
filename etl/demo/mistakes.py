"""The honest mistakes: rows that the ETL must report, and first versions that were corrected later."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random

from etl.demo.activities import ActivityMaker
from etl.demo.allotment import draw_day, scaled
from etl.demo.sheets import Row, SheetContent, Value, activity_row
from etl.demo.timetable import Filing, Quarter

# Code of the finding -> in how many workbooks of a district of 35 committees.
ACTIVITY_MISTAKES = {
    "bad_date": 3,
    "bad_number": 2,
    "below_minimum": 3,
    "unknown_value": 3,
    "duplicate_row": 3,
    "outside_period": 3,
    "fewer_attendances_than_heads": 3,
}
# Rows with one of these count all the same.
COUNTED_ALL_THE_SAME = {
    "fewer_attendances_than_heads",
    "position_swapped",
    "position_zero",
    "position_outside",
}
UNKNOWN_TYPE = "座谈交流会"
FEW_ROWS = 6


@dataclass(frozen=True)
class Mistake:
    """One intended mistake and its place; `row` is the row number in Excel, 1 = the first."""

    path: Path
    sheet: str
    row: int
    code: str

    @property
    def counted(self) -> bool:
        """Whether the row counts toward the totals in spite of the mistake."""
        return self.code in COUNTED_ALL_THE_SAME


def place_mistakes(
    filings: dict[str, list[Filing]], row_counts: dict[tuple[str, Quarter], int], rng: Random
) -> dict[tuple[str, Quarter], str]:
    """Which workbook holds which mistake: one each, in workbooks that were sent only once."""
    able = [
        (code, filing.quarter)
        for code, sent in filings.items()
        for filing in sent
        if filing.corrected_on is None and row_counts.get((code, filing.quarter), 0) >= FEW_ROWS
    ]
    rng.shuffle(able)
    wanted = [code for code, base in ACTIVITY_MISTAKES.items() for _ in range(scaled(base, len(filings)))]
    return dict(zip(able, wanted, strict=False))


def with_mistake(
    sheet: SheetContent, fault: str, code: str, quarter: Quarter, maker: ActivityMaker, rng: Random
) -> SheetContent:
    """The sheet with one mistake more: a spoilt row in addition, or one that counts but is odd."""
    rows = list(sheet.rows)
    if fault == "fewer_attendances_than_heads":
        able = [i for i, row in enumerate(rows) if isinstance(row.values["head_count"], int)]
        index = rng.choice(able)
        heads = rows[index].values["head_count"]
        assert isinstance(heads, int)
        rows[index] = Row(rows[index].values | {"attended_count": heads - rng.randint(1, 3)}, fault)
        return replace(sheet, rows=tuple(rows))
    if fault == "duplicate_row":
        index = rng.randrange(len(rows))
        rows.insert(rng.randint(index + 1, len(rows)), Row(rows[index].values, fault))
        return replace(sheet, rows=tuple(rows))
    held_on = draw_day(rng, quarter.first_on, quarter.last_on)
    row = activity_row(maker.make(code, "volunteer", held_on, held_on), rng, aliases=False)
    spoilt: dict[str, Value] = {
        "bad_date": f"{quarter.year}-{_impossible_day(quarter)}",
        "bad_number": "若干",
        "below_minimum": -5,
        "unknown_value": UNKNOWN_TYPE,
        # The year before, as people type it in January.
        "outside_period": date(held_on.year - 1, held_on.month, min(held_on.day, 28)),
    }
    column = {
        "bad_date": "held_on",
        "bad_number": "head_count",
        "below_minimum": "head_count",
        "unknown_value": "activity_type",
        "outside_period": "held_on",
    }[fault]
    rows.insert(rng.randint(1, len(rows)), Row(row.values | {column: spoilt[fault]}, fault))
    return replace(sheet, rows=tuple(rows))


def _impossible_day(quarter: Quarter) -> str:
    return {1: "02-30", 2: "06-31", 3: "09-31", 4: "11-31"}[quarter.number]


def first_version(sheet: SheetContent, rng: Random) -> SheetContent:
    """What a committee had sent before it corrected: activities forgotten, numbers mistyped."""
    if sheet.dataset != "activities":
        return sheet
    rows = [row for row in sheet.rows if rng.random() >= 0.12]
    if len(rows) == len(sheet.rows):
        rows = rows[1:]
    mistyped = []
    for row in rows:
        heads = row.values["head_count"]
        if isinstance(heads, int) and rng.random() < 0.2:
            more = heads + rng.randint(2, 20)
            row = Row(row.values | {"head_count": more, "attended_count": more * 2}, row.fault)
        mistyped.append(row)
    return replace(sheet, rows=tuple(mistyped))
