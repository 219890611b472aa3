"""阵地共享 over the invented county's release: what the page shows is what the indicators say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest

from dashboard.database import Snapshot, open_snapshot
from dashboard.ledgers import venues as ledger
from dashboard.organisations import district as top_of
from dashboard.organisations import organisations
from dashboard.queries import measure
from dashboard.report import Chart, Map, Note, Notes, Table
from dashboard.selection import Language, Period, Selection
from dashboard.views import venues
from tests.views.county import chart, kpis, table
from tests.views.wellformed import check, flat, links

PERIODS = (
    "2021",
    "2020",  # the first one: nothing before it
    "2020..2021",
    "2021-Q2",
    "2020-02",  # everything was shut
    "2020-11..2021-02",
    "2021..2022",  # goes beyond the data
    "2022-Q1",  # after the data
    "2015",  # before the data
)
PARTS = [value for value, _ in venues.PART.options]


def everywhere(snapshot: Snapshot) -> list[str]:
    """The top, and every organisation below it but for the units, of which those that provide a venue."""
    above = [one.code for one in organisations(snapshot).values() if one.level != "unit"]
    providers = snapshot.rows(
        "select distinct unit_code from fact_venue where unit_code is not null order by 1"
    )
    units = [one.code for one in organisations(snapshot).values() if one.level == "unit"]
    return above + [code for (code,) in providers] + units[::6]


def selection(
    snapshot: Snapshot, org: str = "", period: str = "2021", part: str = "all", **filters: str
) -> Selection:
    return Selection(
        org or top_of(snapshot).code,
        Period.parse(period),
        filters=tuple(filters.items()),
        options=(("part", part),),
    )


def figure(snapshot: Snapshot, chosen: Selection, indicator: str) -> float:
    return float(measure(snapshot, indicator, chosen)["value"].iloc[0])


@pytest.mark.parametrize(
    ("period", "language"), [*((one, "zh") for one in PERIODS), *((one, "en") for one in PERIODS[::3])]
)
def test_every_selection_gives_a_page(county_years: Snapshot, period: str, language: Language) -> None:
    top, *below = everywhere(county_years)
    for org in (top, *below[PERIODS.index(period) % 2 :: 2]):  # every other one, in turns
        chosen = replace(selection(county_years, org, period), language=language)
        check(venues.build(chosen, county_years), county_years, language)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "filters", [{"venue_kind": "red_post"}, {"use_purpose": "meeting"}, {"venue_kind": "none"}]
)
def test_every_part_and_filter_gives_a_page(
    county_years: Snapshot, part: str, filters: dict[str, str]
) -> None:
    for org in everywhere(county_years)[::3]:
        check(venues.build(selection(county_years, org, part=part, **filters), county_years), county_years)


def test_one_part_shows_at_most_two_charts_and_one_table(county_years: Snapshot) -> None:
    for part in PARTS[:-1]:
        blocks = list(flat(venues.build(selection(county_years, part=part), county_years).blocks))
        assert sum(isinstance(block, Chart | Map) for block in blocks) <= 2, part
        assert sum(isinstance(block, Table) for block in blocks) <= 1 + (part == "place"), part


@pytest.mark.parametrize("period", ["2021", "2021-Q3", "2020-12"])
def test_the_records_are_those_that_were_counted(county_years: Snapshot, period: str) -> None:
    for org in everywhere(county_years):
        chosen = selection(county_years, org, period)
        if not organisations(county_years)[org].exists_in(chosen.period):
            continue
        report = venues.build(chosen, county_years)
        frame = table(report, "venues").frame
        assert len(frame) == figure(county_years, chosen, "venue_count")
        assert (frame["uses"] == 0).sum() == figure(county_years, chosen, "idle_venue_count")
        assert frame["weekly_hours"].sum() == pytest.approx(figure(county_years, chosen, "weekly_open_hours"))
        uses = ledger.uses(county_years, chosen, None)
        assert len(uses) == figure(county_years, chosen, "venue_use_count")
        assert uses["used_hours"].sum() == pytest.approx(figure(county_years, chosen, "venue_used_hours"))


@pytest.mark.parametrize("period", ["2021", "2020..2021", "2021-Q3", "2020-12"])
@pytest.mark.parametrize("filters", [{}, {"venue_kind": "culture"}])
def test_the_hours_of_the_week_add_up_to_the_use_rate(
    county_years: Snapshot, period: str, filters: dict[str, str]
) -> None:
    chosen = selection(county_years, period=period, **filters)
    found = ledger.slots(county_years, chosen)
    rate = measure(county_years, "venue_use_rate", chosen).iloc[0]
    assert found["open_hours"].sum() == pytest.approx(rate["denominator"])
    assert found["used_hours"].sum() == pytest.approx(rate["numerator"])
    assert (found["used_hours"] <= found["open_hours"]).all()


def test_the_three_service_kinds_are_visible_whatever_is_filtered(county_years: Snapshot) -> None:
    every = venues.build(selection(county_years), county_years)
    filtered = venues.build(selection(county_years, venue_kind="culture"), county_years)
    for kind in ledger.SERVICE_KINDS:
        counted = figure(county_years, selection(county_years, venue_kind=kind), "venue_count")
        assert kpis(every)[f"venue_count-{kind}"] == kpis(filtered)[f"venue_count-{kind}"] == f"{counted:g}"
    assert {
        link.params.get("venue_kind") for link in links(flat(every.blocks)) if link.view == "venues"
    } >= set(ledger.SERVICE_KINDS)


def test_a_kind_that_is_filtered_for_can_be_let_go(county_years: Snapshot) -> None:
    report = venues.build(selection(county_years, venue_kind="red_post"), county_years)
    own = [
        link for link in links(flat(report.blocks)) if link.view == venues.KEY and "venue_kind" in link.params
    ]
    assert {"red_post"} == set(ledger.SERVICE_KINDS) - {link.params["venue_kind"] for link in own}
    assert set(table(report, "venues").frame["kind"]) == {"red_post"}


def test_the_map_shows_the_located_venues_in_colours_of_their_kind(county_years: Snapshot) -> None:
    report = venues.build(selection(county_years, part="map"), county_years)
    block = next(block for block in flat(report.blocks) if isinstance(block, Map))
    located = table(report, "venues").frame["located"].sum()
    assert len(block.points) == located
    assert block.points["longitude"].notna().all()
    filtered = venues.build(selection(county_years, part="map", venue_kind="red_post"), county_years)
    fewer = next(block for block in flat(filtered.blocks) if isinstance(block, Map))
    assert list(fewer.points["kind"].cat.categories) == list(block.points["kind"].cat.categories)
    assert len(block.areas) == len(fewer.areas) >= 5


def test_a_viewer_of_one_community_sees_no_neighbours_on_the_map(county_years: Snapshot) -> None:
    own = next(one.code for one in organisations(county_years).values() if one.level == "community")
    report = venues.build(selection(county_years, own, part="map"), open_snapshot(county_years.path, own))
    block = next(block for block in flat(report.blocks) if isinstance(block, Map))
    assert list(block.areas["org_code"]) == [own]


def test_open_hours_are_counted_hour_by_hour() -> None:
    frame = pd.DataFrame(
        {
            "opens": [540, 1110, 600],
            "closes": [720, 1260, 1440],
            "open_days": ["weekdays", "daily", "weekends"],
        }
    )
    found = ledger.open_at(frame).set_index("hour")
    assert found.loc[[8, 9, 11, 12, 18, 20, 21], "weekday"].tolist() == [0, 1, 1, 0, 1, 1, 0]
    assert found.loc[[9, 10, 18, 21, 23], "weekend"].tolist() == [0, 1, 2, 1, 1]


def test_hours_without_any_open_venue_have_no_colour(county_years: Snapshot) -> None:
    found = chart(venues.build(selection(county_years, part="hours"), county_years), "idle_slots")
    hours = found.frame["hour"].nunique()
    assert len(found.frame) == 7 * hours
    assert found.frame["value"].isna().equals(found.frame["open_hours"].isna())


def test_a_period_in_which_everything_was_shut_says_so(county_years: Snapshot) -> None:
    report = venues.build(selection(county_years, period="2020-02"), county_years)
    assert kpis(report)["venue_use_count"] == "0"
    assert "没有使用共享阵地的记录" in chart(report, "by_purpose").title
    assert "没有人使用" in chart(report, "idle_slots").title


def test_a_period_without_data_is_one_sentence(county_years: Snapshot) -> None:
    for period in ("2015", "2022-Q1"):
        blocks = list(flat(venues.build(selection(county_years, period=period), county_years).blocks))
        assert [block.tone for block in blocks if isinstance(block, Note)] == ["empty"]
        assert not [block for block in blocks if isinstance(block, Chart | Table | Map)]


def test_what_lies_idle_needs_attention(county_years: Snapshot) -> None:
    report = venues.build(selection(county_years), county_years)
    said = next(block for block in flat(report.blocks) if isinstance(block, Notes))
    last = date(2021, 12, 31)
    idle = county_years.rows(
        """select count(*) from fact_venue
           where opened_on < ? and (closed_on is null or closed_on > ?)
             and not exists (select 1 from fact_venue_use u
                             where u.venue_code = fact_venue.venue_code and u.used_on >= ?)""",
        [last - timedelta(days=180), last, last - timedelta(days=180)],
    )[0][0]
    assert bool(idle) == any("没有使用记录" in note.text for note in said.items)


def test_every_record_says_where_it_stands(county_years: Snapshot) -> None:
    report = venues.build(selection(county_years), county_years)
    for key in ("venues", "uses"):
        frame = table(report, key).frame
        assert len(frame)
        assert frame["origin"].str.contains(r"xlsx，阵地使用，第 \d+ 行|xlsx，共享阵地，第 \d+ 行").all()
