"""A second district is a settings file and a folder of reference data; no code knows of it."""

from __future__ import annotations

import csv

import pytest

from dashboard.commands import query
from tests.backtests.published import value_of_published
from tests.conftest import Release
from tests.submissions.make import DONGQIAO, LAOQIAO, LIUWANNAN, QINGHE

with (QINGHE / "reference" / "published_figures.csv").open(encoding="utf-8", newline="") as file:
    PUBLISHED = list(csv.DictReader(file))


def test_its_levels_have_their_own_titles(district: Release) -> None:
    titles = district.rows("select title from meta_level order by level_no")
    assert titles == [("县",), ("乡镇",), ("村（居）",), ("共建单位",)]


def test_its_committees_are_as_many_as_its_reference_says(district: Release) -> None:
    counts = district.rows(
        "select level_no, count(*) from dim_organisation where level_no < 4 group by 1 order by 1"
    )
    assert counts == [(1, 1), (2, 2), (3, 5)]
    frame = query(district.snapshot, "committee_count", ("quarter",), "2020..2021")
    assert frame["value"].tolist() == [4, 5, 5, 5, 5, 5, 4, 4], "one is founded in 2020, one closed in 2021"


def test_its_settings_are_baked_into_its_releases(district: Release) -> None:
    settings = dict(district.rows("select name, value from meta_setting"))
    assert settings["district_name"] == "青河县"
    assert settings["person_threshold"] == "3"
    assert settings["due_days"] == "10"


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["figure"])
def test_its_published_figures_are_met(district: Release, row: dict[str, str]) -> None:
    for value in value_of_published(district.snapshot, row, 2020, 2021):
        if row["statement"] == "exact":
            assert value == int(row["value"])
        else:
            assert value >= int(row["value"])


def test_its_catalogue_is_the_only_one(district: Release) -> None:
    items = {
        item
        for (item,) in district.rows(
            "select distinct item_code from fact_activity where item_code is not null"
        )
    }
    assert items == {"cleaning", "patrol", "performance"}


def test_its_walking_distances_and_areas_come_from_its_own_outline(district: Release) -> None:
    assert district.rows("select distinct walking_m from geo_coverage order by 1") == [(500,), (800,)]
    ((count, square_km),) = district.rows("select count(*), sum(area_m2) / 1e6 from geo_area")
    assert count == 5
    assert square_km == pytest.approx(107, rel=0.02), "0.1 by 0.1 degree at 30° north"


def test_a_committee_counts_in_the_months_in_which_it_existed(district: Release) -> None:
    months = dict(district.rows("select community_code, count(*) from mart_community_month group by 1"))
    assert months[DONGQIAO] == 24
    assert months[LAOQIAO] == 18
    assert months[LIUWANNAN] == 20


def test_nothing_of_the_first_district_is_in_it(district: Release) -> None:
    for table, column in (
        ("dim_organisation", "org_code"),
        ("fact_activity", "community_code"),
        ("ref_plan", "org_code"),
    ):
        assert district.rows(f"select count(*) from {table} where {column} not like '990001%'") == [(0,)]
