"""Every indicator of the catalogue defined a second time, over the recount's frames.

Written from the sentences that viewers read (`definition` in etl/indicators), not from the SQL beside
them. An agreement holds through its last day; a member has left and a point is closed from the day
stated on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import shape

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
        return self._with_units(self.counted.activities)

    @cached_property
    def units(self) -> pd.DataFrame:
        return self._with_units(self.counted.units)

    @cached_property
    def members(self) -> pd.DataFrame:
        return self._with_units(self.counted.members)

    @cached_property
    def points(self) -> pd.DataFrame:
        return self._with_units(self.counted.points)

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
        located = open_points(self, QUARTERS[-1])
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

    def _with_units(self, frame: pd.DataFrame) -> pd.DataFrame:
        keys = zip(frame.community_code, frame.unit_name, strict=True)
        codes = [
            self.unit_codes.get((place, plain_unit(name))) if isinstance(name, str) else None
            for place, name in keys
        ]
        return frame.assign(unit_code=pd.Series(codes, index=frame.index, dtype="object"))


# ---- which records ------------------------------------------------------------------------------

Rows = Callable[[Books, Quarter], pd.DataFrame]
Amounts = Callable[[Books, Quarter, str], "pd.Series[float]"]


@cache
def held(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Activities that began in the quarter."""
    return books.activities[books.activities.held_on.between(quarter.first, quarter.last)]


def held_where(column: str, value: object) -> Rows:
    return lambda books, quarter: held(books, quarter).loc[lambda frame: frame[column] == value]


def held_with(column: str) -> Rows:
    return lambda books, quarter: held(books, quarter).dropna(subset=[column])


def agreed(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Units under agreement on the last day of the quarter."""
    units = books.units
    return units[(units.signed_on <= quarter.last) & ~(units.ends_on < quarter.last)]


def agreed_meanwhile(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Units under agreement on any day of the quarter."""
    units = books.units
    return units[(units.signed_on <= quarter.last) & ~(units.ends_on < quarter.first)]


def signed(books: Books, quarter: Quarter) -> pd.DataFrame:
    return books.units[books.units.signed_on.between(quarter.first, quarter.last)]


def ending_soon(books: Books, quarter: Quarter) -> pd.DataFrame:
    units = agreed(books, quarter)
    return units[units.ends_on <= quarter.last + pd.Timedelta(days=180)]


def held_by_units_under_agreement(books: Books, quarter: Quarter) -> pd.DataFrame:
    activities = held(books, quarter)
    return activities[activities.unit_code.isin(agreed_meanwhile(books, quarter).unit_code)]


def registered(books: Books, quarter: Quarter) -> pd.DataFrame:
    members = books.members
    return members[(members.since_on <= quarter.last) & ~(members.until_on <= quarter.last)]


def probationary(books: Books, quarter: Quarter) -> pd.DataFrame:
    return registered(books, quarter).loc[lambda frame: frame.member_status == "probationary"]


def open_points(books: Books, quarter: Quarter) -> pd.DataFrame:
    points = books.points
    return points[(points.opened_on <= quarter.last) & ~(points.closed_on <= quarter.last)]


def open_and_located(books: Books, quarter: Quarter) -> pd.DataFrame:
    return open_points(books, quarter).loc[lambda frame: frame.located]


def opened(books: Books, quarter: Quarter) -> pd.DataFrame:
    return books.points[books.points.opened_on.between(quarter.first, quarter.last)]


def committees_on(books: Books, day: pd.Timestamp) -> pd.DataFrame:
    committees = books.committees
    return committees[(committees.valid_from <= day) & ~(committees.valid_to <= day)]


def committees(books: Books, quarter: Quarter) -> pd.DataFrame:
    return committees_on(books, quarter.last)


@cache
def community_months(books: Books, quarter: Quarter) -> pd.DataFrame:
    """A row for each month of the quarter and each committee that existed all through it."""
    months = []
    for first in pd.date_range(quarter.first, quarter.last, freq="MS"):
        existing = committees_on(books, first + pd.offsets.MonthEnd(0))
        existing = existing[existing.valid_from <= first]
        in_month = held(books, quarter).loc[lambda frame, first=first: frame.held_on.dt.month == first.month]
        months.append(existing.assign(is_silent=~existing.community_code.isin(in_month.community_code)))
    return pd.concat(months)


def silent_months(books: Books, quarter: Quarter) -> pd.DataFrame:
    return community_months(books, quarter).loc[lambda frame: frame.is_silent]


def silent_communities(books: Books, quarter: Quarter) -> pd.DataFrame:
    months = community_months(books, quarter)
    active = months[~months.is_silent].community_code
    return months[~months.community_code.isin(active)]


def due(books: Books, quarter: Quarter) -> pd.DataFrame:
    """Committees of which a report of the quarter was expected."""
    return committees_on(books, quarter.first)


def received(books: Books, quarter: Quarter) -> pd.DataFrame:
    sent = books.reports[books.reports.quarter == quarter.key]
    return due(books, quarter).loc[lambda frame: frame.community_code.isin(sent.community_code)]


def received_on_time(books: Books, quarter: Quarter) -> pd.DataFrame:
    sent = books.reports[books.reports.quarter == quarter.key]
    early = sent[sent.reported_on <= quarter.last + pd.Timedelta(days=15)]
    return due(books, quarter).loc[lambda frame: frame.community_code.isin(early.community_code)]


def reported(books: Books, quarter: Quarter) -> pd.DataFrame:
    """The report that counts of each committee, with its numbers of rows."""
    reports = books.reports
    counting = reports[(reports.quarter == quarter.key) & reports.is_current]
    return due(books, quarter).merge(counting, on="community_code")


def areas(books: Books, _: Quarter) -> pd.DataFrame:
    return books.areas


# ---- how much of them ---------------------------------------------------------------------------


def number(rows: Rows) -> Amounts:
    return lambda books, quarter, place: rows(books, quarter).groupby(place).size()


def total(column: str, rows: Rows) -> Amounts:
    return lambda books, quarter, place: rows(books, quarter).groupby(place)[column].sum()


def different(column: str, rows: Rows) -> Amounts:
    return lambda books, quarter, place: rows(books, quarter).groupby(place)[column].nunique()


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


PERSONS = different("identity_number", registered)
DEFINITIONS: dict[str, Definition] = {
    "committee_count": Definition(number(committees)),
    "member_unit_count": Definition(number(agreed)),
    "units_per_community": Definition(number(agreed), number(committees)),
    "unit_kind_count": Definition(different("unit_kind", agreed)),
    "new_unit_count": Definition(number(signed)),
    "expiring_agreement_count": Definition(number(ending_soon)),
    "active_unit_count": Definition(different("unit_code", held_by_units_under_agreement)),
    "active_unit_share": Definition(
        different("unit_code", held_by_units_under_agreement), number(agreed_meanwhile)
    ),
    "activity_count": Definition(number(held)),
    "themed_activity_count": Definition(number(held_where("themed", True))),
    "volunteer_activity_count": Definition(number(held_where("activity_type", "volunteer"))),
    "gala_count": Definition(number(held_where("activity_type", "gala"))),
    "training_count": Definition(number(held_where("activity_type", "training"))),
    "head_count": Definition(total("head_count", held)),
    "attended_count": Definition(total("attended_count", held)),
    "volunteer_hours": Definition(total("volunteer_hours", held)),
    "heads_per_activity": Definition(total("head_count", held), number(held_with("head_count"))),
    "attendances_per_activity": Definition(
        total("attended_count", held), number(held_with("attended_count"))
    ),
    "heads_known_share": Definition(number(held_with("head_count")), number(held)),
    "themed_share": Definition(number(held_where("themed", True)), number(held)),
    "unit_led_share": Definition(number(held_with("unit_code")), number(held)),
    "activities_per_community": Definition(number(held), number(committees)),
    "activities_per_100_members": Definition(number(held), PERSONS, scale=100, persons=("denominator",)),
    "catalogue_item_count": Definition(different("item_code", held)),
    "silent_community_count": Definition(different("community_code", silent_communities)),
    "silent_month_count": Definition(number(silent_months)),
    "silent_month_share": Definition(number(silent_months), number(community_months)),
    "dual_member_count": Definition(PERSONS, persons=("numerator",)),
    "dual_probationary_share": Definition(
        different("identity_number", probationary), PERSONS, persons=("numerator", "denominator")
    ),
    "members_per_unit": Definition(PERSONS, number(agreed), persons=("numerator",)),
    "service_point_count": Definition(number(open_points)),
    "new_point_count": Definition(number(opened)),
    "located_point_share": Definition(number(open_and_located), number(open_points)),
    "points_per_community": Definition(number(open_points), number(committees)),
    "points_per_1000_members": Definition(number(open_points), PERSONS, scale=1000, persons=("denominator",)),
    # Circles of 128 corners and another projection: they agree within 0.05 %.
    "covered_area_share": Definition(total("covered_m2", areas), total("area_m2", areas), tolerance=0.0005),
    "submission_received_share": Definition(number(received), number(due)),
    "submission_on_time_share": Definition(number(received_on_time), number(due)),
    "quarantined_row_share": Definition(total("back_count", reported), total("row_count", reported)),
}
