"""The recount's frames with the codes of each level, and the ways of counting their rows by quarter."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import shape

if TYPE_CHECKING:
    from tests.backtests.recount import Recount

PLACES = {level: f"{level}_code" for level in ("district", "street", "community", "unit")}


@dataclass(frozen=True)
class Quarter:
    key: str  # 2021-Q4

    @property
    def first(self) -> pd.Timestamp:
        return pd.Period(self.key.replace("-", ""), freq="Q").start_time

    @property
    def last(self) -> pd.Timestamp:
        return pd.Period(self.key.replace("-", ""), freq="Q").end_time.normalize()


QUARTERS = [Quarter(f"{year}-Q{number}") for year in (2019, 2020, 2021) for number in (1, 2, 3, 4)]


def plain_unit(name: str) -> str:
    """One unit is written with either kind of brackets."""
    return re.sub(r"\s", "", name).replace("(", "（").replace(")", "）")


@dataclass(frozen=True, eq=False)
class Books:
    """The recount and the register of committees; every frame has the code of each level."""

    counted: Recount
    reference: Path
    unit_codes: Mapping[tuple[str, str], str]  # (committee, unit's name) -> what the release calls the unit

    @cached_property
    def committees(self) -> pd.DataFrame:
        every = pd.read_csv(self.reference / "organisations.csv", dtype=str)
        every["valid_from"] = pd.to_datetime(every.valid_from)
        every["valid_to"] = pd.to_datetime(every.valid_to)
        parents = every.set_index("code").parent_code
        found = every[every.level == "3"].rename(
            columns={"code": "community_code", "parent_code": "street_code"}
        )
        return found.assign(district_code=found.street_code.map(parents), unit_code=None)

    @cached_property
    def activities(self) -> pd.DataFrame:
        return self.with_units(self.counted.activities)

    @cached_property
    def units(self) -> pd.DataFrame:
        return self.with_units(self.counted.units)

    @cached_property
    def members(self) -> pd.DataFrame:
        return self.with_units(self.counted.members)

    @cached_property
    def points(self) -> pd.DataFrame:
        return self.with_units(self.counted.points)

    @cached_property
    def reports(self) -> pd.DataFrame:
        """The quarterly reports of activities, with what was sent back of each."""
        tables = self.counted.submissions
        tables = tables[tables.dataset == "activities"]
        rejected = self.counted.rejected
        back = rejected[rejected.sheet == "活动台账"].groupby("path").size()
        return tables.assign(back_count=tables.path.map(back).fillna(0))

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Each community's sketched area and what of it lies within 500 m of a point that is open at the end."""
        features = json.loads((self.reference / "outline.geojson").read_text(encoding="utf-8"))["features"]
        outline = shapely.union_all([shape(feature["geometry"]) for feature in features])
        middle = np.radians(outline.centroid.y)
        # Metres in a degree at this latitude, by the usual series for WGS-84.
        scale = np.array(
            [111412.84 * np.cos(middle) - 93.5 * np.cos(3 * middle), 111132.92 - 559.82 * np.cos(2 * middle)]
        )

        def metres(geometry: object) -> object:
            return shapely.transform(geometry, lambda xy: xy * scale)

        ground = metres(outline)
        centres = self.committees[["longitude", "latitude"]].astype(float).to_numpy() * scale
        cells = shapely.get_parts(
            shapely.voronoi_polygons(shapely.multipoints(centres), extend_to=ground, ordered=True)
        )
        areas = shapely.intersection(cells, ground)
        located = self.points
        last = QUARTERS[-1].last
        located = located[(located.opened_on <= last) & ~(located.closed_on <= last)]
        located = located[located.located]
        near = shapely.union_all(
            [
                shapely.Point(*xy).buffer(500, 64)
                for xy in located[["longitude", "latitude"]].to_numpy() * scale
            ]
        )
        return self.committees.assign(
            area_m2=shapely.area(areas), covered_m2=shapely.area(shapely.intersection(areas, near))
        )

    def with_units(self, frame: pd.DataFrame) -> pd.DataFrame:
        keys = zip(frame.community_code, frame.unit_name, strict=True)
        codes = [
            self.unit_codes.get((place, plain_unit(name))) if isinstance(name, str) else None
            for place, name in keys
        ]
        return frame.assign(unit_code=pd.Series(codes, index=frame.index, dtype="object"))

    def ledger(self, dataset: str) -> pd.DataFrame:
        """The rows of one of the further ledgers; with unit_code where it names a unit."""
        return _ledger(self, dataset)


@cache
def _ledger(books: Books, dataset: str) -> pd.DataFrame:
    frame = books.counted.ledgers[dataset]
    return books.with_units(frame) if "unit_name" in frame else frame.assign(unit_code=None)


Rows = Callable[[Books, Quarter], pd.DataFrame]
Amounts = Callable[[Books, Quarter, str], "pd.Series[float]"]


# ---- how much of them ---------------------------------------------------------------------------


@lru_cache(maxsize=50)  # the quarters of one indicator, which every level counts
def _found(rows: Rows, books: Books, quarter: Quarter) -> pd.DataFrame:
    return rows(books, quarter)


def number(rows: Rows) -> Amounts:
    return lambda books, quarter, place: _found(rows, books, quarter).groupby(place).size()


def total(column: str, rows: Rows) -> Amounts:
    return lambda books, quarter, place: _found(rows, books, quarter).groupby(place)[column].sum()


def different(column: str, rows: Rows) -> Amounts:
    return lambda books, quarter, place: _found(rows, books, quarter).groupby(place)[column].nunique()


@dataclass(frozen=True)
class Definition:
    """`persons`: which sides count persons. `tolerance`: relative, for what rests on geometry."""

    numerator: Amounts
    denominator: Amounts | None = None
    scale: float = 1.0
    persons: tuple[str, ...] = ()
    tolerance: float = 1e-12

    def cells(self, books: Books, level: str, quarters: list[Quarter]) -> pd.DataFrame:
        """numerator and denominator (0 where there are no records) by organisation and quarter."""
        sides = {"numerator": self.numerator}
        if self.denominator:
            sides["denominator"] = self.denominator
        frames = []
        for quarter in quarters:
            found = {name: amounts(books, quarter, PLACES[level]) for name, amounts in sides.items()}
            frame = pd.DataFrame(found, dtype=float).fillna(0)
            frames.append(frame.assign(quarter=quarter.key).rename_axis(level).reset_index())
        return pd.concat(frames).set_index([level, "quarter"])
