"""What a viewer of one organisation finds: his own part of every figure, page and link, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd
import pytest

from dashboard import published
from dashboard.catalogue import load_catalogue, load_levels
from dashboard.database import Snapshot, SnapshotError, open_snapshot
from dashboard.organisations import QueryRefused, district, is_within, organisations
from dashboard.queries import compare, measure
from dashboard.report import Link, Map, Note, Report, Table
from dashboard.selection import Period, Selection
from dashboard.views import PAGES, Page
from tests.views.county import codes
from tests.views.wellformed import check, flat, texts

LEVELS = ("street", "community", "unit")
YEAR = Period.parse("2021")


@pytest.fixture(scope="module", params=LEVELS)
def own(request: pytest.FixtureRequest, county_years: Snapshot) -> Snapshot:
    """The county as somebody sees it who may see one street, one community, one unit."""
    return open_snapshot(county_years.path, codes(county_years, request.param)[0])


def strangers(own: Snapshot, whole: Snapshot) -> re.Pattern[str]:
    """The codes and names of everybody outside; a name that is part of an own one cannot be told."""
    known = organisations(own)
    ours = " ".join(f"{org.name} {org.short_name} {org.name_en} {code}" for code, org in known.items())
    foreign = {
        text
        for code, org in organisations(whole).items()
        if code not in known
        for text in (code, org.name, org.short_name, org.name_en)
        if text and text not in ours
    }
    assert foreign
    return re.compile("|".join(re.escape(text) for text in sorted(foreign, key=len, reverse=True)))


def everything(report: Report) -> Iterator[str]:
    """All that a report holds: texts, addresses, every cell of every frame, drawn or not."""
    yield from (report.title, report.subtitle, *texts(flat(report.blocks)))
    for block in flat(report.blocks):
        yield repr(block)
        frames = [getattr(block, name, None) for name in ("frame", "areas", "points", "gaps")]
        for frame in frames:
            if isinstance(frame, pd.DataFrame):
                yield from (str(cell) for column in frame for cell in frame[column].tolist())


def test_every_figure_is_the_one_of_the_whole(own: Snapshot, county_years: Snapshot) -> None:
    compared = 0
    chosen = Selection(own.within, YEAR)
    for what in load_catalogue(own).values():
        for level in what.levels:
            try:
                mine = measure(own, what.key, chosen, (level,))
            except QueryRefused:
                continue
            pd.testing.assert_frame_equal(mine, measure(county_years, what.key, chosen, (level,)))
            compared += 1
    assert compared > 40


def test_every_table_holds_own_rows_only(own: Snapshot) -> None:
    inside = {code for code, org in organisations(own).items() if is_within(own, org)}
    community = district(own).codes.get("community", "")
    counted = 0
    for table, columns in own.columns().items():
        for column in ("community_code", "unit_code", "org_code"):
            if column not in columns or table == "dim_organisation":
                continue
            found = {code for (code,) in own.rows(f"select distinct {column} from {table}") if code}
            if column == "unit_code" and district(own).level != "unit":
                continue  # a unit of elsewhere may use a venue of one's own: it is in one's own ledger
            assert found <= inside | {community}, table
            counted += len(found)
    assert counted


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_no_page_tells_of_anybody_outside(page: Page, own: Snapshot, county_years: Snapshot) -> None:
    foreign = strangers(own, county_years)
    # Where a unit was a guest stands in its own ledger, by the name of the house.
    visited = [name for (name,) in own.rows("select distinct venue_name from fact_venue_use")]
    parts = [
        options
        for control in page.controls
        for options in [getattr(control, "options", ())]
        if getattr(control, "key", "") == "part"
    ]
    keys = [key for options in parts for key, _ in options] or [""]
    below = next((org.code for org in organisations(own).values() if org.parent == own.within), own.within)
    for org in dict.fromkeys((own.within, below)):
        for part in keys if org == own.within else keys[:1]:
            report = page.build(Selection(org, YEAR, options=(("part", part),)), own)
            check(report, own)
            for text in everything(report):
                for name in visited:
                    text = text.replace(name, "")
                assert not (met := foreign.search(text)), (met, text[:200])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_a_forged_link_shows_nothing(page: Page, own: Snapshot, county_years: Snapshot) -> None:
    foreign = strangers(own, county_years)
    above = organisations(county_years)[own.within].parent
    for org in (above, district(county_years).code, codes(county_years, "community")[-1], "000000"):
        report = page.build(Selection(org, YEAR), own)
        for block in flat(report.blocks):
            assert not isinstance(block, Map) or block.points.empty
            assert not isinstance(block, Table) or block.frame.empty
        for text in everything(report):
            # What was asked for may be repeated: whoever made up the link knows it already.
            assert not (met := foreign.search(text.replace(org, ""))), (met, text[:200])


def test_links_lead_to_what_may_be_seen(own: Snapshot) -> None:
    inside = {code for code, org in organisations(own).items() if is_within(own, org)}
    for page in PAGES:
        report = page.build(Selection(own.within, YEAR), own)
        for found in _links(report):
            org = found.params.get("org")
            assert org is None or org in inside, (page.key, found)


def _links(report: Report) -> Iterator[Link]:
    for block in flat(report.blocks):
        if isinstance(block, Note) and block.link:
            yield block.link
        for item in getattr(block, "items", ()):
            if isinstance(item, Link):
                yield item
            elif isinstance(getattr(item, "link", None), Link):
                yield item.link


def test_outside_is_refused_whatever_is_asked(own: Snapshot, county_years: Snapshot) -> None:
    other = codes(county_years, "community")[-1]
    for org in (other, district(county_years).code):
        with pytest.raises(QueryRefused, match="查看范围不包括"):
            measure(own, "activity_count", Selection(org, YEAR))
        with pytest.raises(QueryRefused, match="查看范围不包括"):
            compare(own, "activity_count", Selection(org, YEAR))


def test_the_median_of_few_peers_is_not_told(own: Snapshot, county_years: Snapshot) -> None:
    for snapshot in (own, county_years):
        found = compare(snapshot, "activity_count", Selection(own.within, YEAR))
        assert found.value == compare(county_years, "activity_count", Selection(own.within, YEAR)).value
        if snapshot.within and found.peer_count < 3:
            assert found.peers_median is None


def test_the_published_figures_are_not_counted_for_who_sees_a_part(own: Snapshot) -> None:
    assert published.published_figures(own)["counted"].isna().all()


def test_small_counts_stay_hidden_as_in_the_whole(own: Snapshot, county_years: Snapshot) -> None:
    levels = [level.key for level in load_levels(own)]
    chosen = Selection(own.within, YEAR)
    for key, what in load_catalogue(own).items():
        if not what.persons:
            continue
        for level in levels[levels.index(district(own).level) :]:
            if level not in what.levels:
                continue
            mine = measure(own, key, chosen, (level,))
            assert mine["state"].tolist() == measure(county_years, key, chosen, (level,))["state"].tolist()


def test_an_organisation_that_is_not_there_is_one_sentence(county_years: Snapshot) -> None:
    with pytest.raises(SnapshotError, match="不在当前数据之中"):
        open_snapshot(county_years.path, "000000")


def test_the_release_does_not_count_what_is_not_seen(own: Snapshot, county_years: Snapshot) -> None:
    ask = "select submission_count, row_count from meta_release"
    ((mine, rows),), ((all_of_them, all_rows),) = own.rows(ask), county_years.rows(ask)
    assert mine < all_of_them
    assert rows < all_rows
