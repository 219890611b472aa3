"""两新组织, 班子与服务队, 双轨管理 over the invented county's release: pages show what the indicators say."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pandas as pd
import pytest

from dashboard import attention
from dashboard.catalogue import labels
from dashboard.database import Snapshot
from dashboard.ledgers import capacity
from dashboard.organisations import district as top_of
from dashboard.organisations import organisations
from dashboard.queries import measure
from dashboard.report import Chart, KpiRow, Note, Notes, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Period, Selection
from dashboard.views import dual_track, teams, two_new
from tests.conftest import Release
from tests.views.county import TIMES, chart, codes, everywhere, figure, kpis, selection, table, taking_turns
from tests.views.wellformed import check, flat

PAGES = (two_new, teams, dual_track)


def has(report: Report, key: str) -> bool:
    return any(isinstance(block, Chart | Table) and block.key == key for block in flat(report.blocks))


def said(report: Report) -> str:
    return "".join(block.text for block in flat(report.blocks) if isinstance(block, Note))


@pytest.mark.parametrize("module", PAGES, ids=lambda module: module.KEY)
@pytest.mark.parametrize(("period", "language"), TIMES)
def test_every_selection_gives_a_page(
    county_years: Snapshot, module: ModuleType, period: str, language: Language
) -> None:
    parts = ["", *(part for part, _ in module.PART.options)]
    for chosen in taking_turns(county_years, period, language, parts):
        check(module.build(chosen, county_years), county_years, language)


@pytest.mark.parametrize("module", PAGES, ids=lambda module: module.KEY)
def test_every_part_and_every_filter_gives_a_page(county_years: Snapshot, module: ModuleType) -> None:
    top, community = top_of(county_years).code, codes(county_years, "community")[0]
    for part, _ in module.PART.options:
        for org in (top, community):
            check(module.build(selection(county_years, org, part=part), county_years), county_years)
    dimensions = [control.dimension for control in module.FILTERS if hasattr(control, "dimension")]
    for dimension in dimensions:
        for value in labels(county_years, dimension):
            held = replace(selection(county_years), filters=((dimension, value),))
            check(module.build(held, county_years), county_years)


@pytest.mark.parametrize("module", PAGES, ids=lambda module: module.KEY)
def test_by_default_a_page_draws_little(county_years: Snapshot, module: ModuleType) -> None:
    for org in everywhere(county_years):
        blocks = list(
            flat(module.build(Selection(org, Period.parse("2021")), county_years).blocks),
        )
        assert sum(isinstance(block, Chart) for block in blocks) <= 2
        assert sum(isinstance(block, Table) for block in blocks) <= 1


# ---- two-new organisations ----------------------------------------------------------------------


def test_fields_years_and_list_add_up_to_the_figure(county_years: Snapshot) -> None:
    for org in codes(county_years, "district") + codes(county_years, "community"):
        for period in ("2021", "2020-Q3"):
            chosen = selection(county_years, org, period)
            report = two_new.build(chosen, county_years)
            count = figure(county_years, chosen, "two_new_organisation_count").value
            if pd.isna(count):
                continue
            assert chart(report, "by_field").frame["value"].sum() == count
            assert chart(report, "by_year").frame["value"].sum() == count
            listed = table(report, "organisations").frame
            assert len(listed) == count
            assert listed["is_dormant"].sum() == figure(county_years, chosen, "dormant_two_new_count").value


def test_members_developed_are_told_in_sums_only_and_no_small_one(county_years: Snapshot) -> None:
    for threshold in (0, 10):
        scope = Scope(person_threshold=threshold)
        least = scope.threshold(county_years.settings)
        for org in everywhere(county_years):
            report = two_new.build(selection(county_years, org), county_years, scope)
            for block in flat(report.blocks):
                if isinstance(block, Table):
                    assert "members_developed" not in block.frame
                if isinstance(block, Table) and "two_new_member_count" in block.frame:
                    shown = block.frame["two_new_member_count"].dropna()
                    assert ((shown == 0) | (shown >= least)).all()
                if isinstance(block, Chart) and block.key == "developed":
                    shown = block.frame["value"].dropna()
                    assert ((shown == 0) | (shown >= least)).all()


def test_a_unit_has_no_two_new_organisations_and_is_shown_the_way(county_years: Snapshot) -> None:
    unit = codes(county_years, "unit")[0]
    report = two_new.build(selection(county_years, unit), county_years)
    note = next(block for block in flat(report.blocks) if isinstance(block, Note))
    assert note.tone == "empty"
    assert note.link is not None
    assert note.link.params == {"org": organisations(county_years)[unit].parent}


def test_a_dissolved_organisation_is_not_listed(county_years: Snapshot, district: Release) -> None:
    gone = district.rows(
        "select organisation_name from fact_two_new_organisation where dissolved_on <= date '2021-12-31'"
    )
    listed = set(table(two_new.build(selection(county_years), county_years), "organisations").frame["name"])
    assert not {name for (name,) in gone} & listed


# ---- posts, teams, jobs -------------------------------------------------------------------------


def test_posts_are_filled_or_vacant_as_the_figures_say(county_years: Snapshot) -> None:
    for org in codes(county_years, "district") + codes(county_years, "community"):
        chosen = selection(county_years, org)
        if pd.isna(figure(county_years, chosen, "post_count").value):
            continue
        posts = capacity.posts(county_years, chosen)
        assert len(posts) == figure(county_years, chosen, "post_count").value
        vacant = posts[~posts["is_filled"]]
        assert len(vacant) == figure(county_years, chosen, "vacant_post_count").value
        assert (vacant["days"] > 90).sum() == figure(county_years, chosen, "long_vacant_post_count").value
        assert vacant["source"].isna().all()
        assert vacant["unit"].isna().all()


def test_at_the_top_only_vacant_posts_are_listed_and_in_a_community_all(county_years: Snapshot) -> None:
    assert has(teams.build(selection(county_years, part="posts"), county_years), "vacancies")
    community = codes(county_years, "community")[0]
    assert has(teams.build(selection(county_years, community, part="posts"), county_years), "posts")


def test_a_post_never_names_a_person(county_years: Snapshot) -> None:
    columns = set(capacity.posts(county_years, selection(county_years)).columns)
    assert not {"person", "person_name", "person_key"} & columns


def test_the_sources_add_up_to_the_posts_that_are_filled(county_years: Snapshot) -> None:
    chosen = selection(county_years)
    found = chart(teams.build(chosen, county_years), "by_source").frame["value"].sum()
    assert found == figure(county_years, chosen, "filled_post_count").value


def test_the_load_of_the_teams_is_what_the_figure_divides(county_years: Snapshot) -> None:
    for period in ("2021", "2021-Q2", "2020..2021"):
        chosen = selection(county_years, period=period)
        listed = capacity.teams(county_years, chosen)
        per_team = figure(county_years, chosen, "activities_per_team")
        assert len(listed) == per_team.denominator
        assert (listed["activity_count"] == 0).sum() == figure(county_years, chosen, "idle_team_count").value
        once = listed.drop_duplicates(["community", "item"])["activity_count"].sum()
        assert once <= per_team.numerator  # activities of teams that ended meanwhile count, too


def test_a_teams_size_is_told_as_a_class_and_a_small_one_not_at_all(
    county_years: Snapshot, district: Release
) -> None:
    sizes = dict(district.rows("select team_name, team_size from fact_service_team"))
    for threshold in (3, 10, 25):
        frame = capacity.teams(county_years, selection(county_years), scope=Scope(person_threshold=threshold))
        for name, first, last in zip(frame["name"], frame["size_from"], frame["size_to"], strict=True):
            if pd.isna(first):
                continue
            assert threshold <= first <= sizes[name]
            assert pd.isna(last) or sizes[name] <= last
        assert "size" not in frame
        assert "team_size" not in frame


def test_jobs_by_kind_by_month_and_one_by_one_are_the_same_sum(county_years: Snapshot) -> None:
    for org in everywhere(county_years):
        for period in ("2021", "2020..2021", "2021-Q3"):
            chosen = selection(county_years, org, period)
            count = figure(county_years, chosen, "job_count").value
            if pd.isna(count):
                continue
            assert capacity.jobs(county_years, chosen, None)["job_count"].sum() == count
            report = teams.build(chosen, county_years)
            if has(report, "jobs_by_month"):
                assert chart(report, "jobs_by_month").frame["value"].sum() == count
            if has(report, "jobs_by_kind"):
                assert chart(report, "jobs_by_kind").frame["value"].sum() == count


# ---- two tracks ---------------------------------------------------------------------------------


def test_units_are_counted_once_on_either_side(county_years: Snapshot) -> None:
    for org in (
        codes(county_years, "district") + codes(county_years, "street") + codes(county_years, "community")
    ):
        for period in ("2021", "2020-Q2", "2021-11"):
            chosen = selection(county_years, org, period)
            by_area = figure(county_years, chosen, "member_unit_count").value
            if pd.isna(by_area):
                continue
            parts = measure(county_years, "industry_unit_count", chosen, ("industry",))
            assert parts["value"].sum() == by_area
            units = capacity.tracks(county_years, chosen)
            assert len(units) == by_area
            assert units["unit"].is_unique
            if organisations(county_years)[chosen.org].exists_in(chosen.period):
                assert "两边一致" in said(dual_track.build(chosen, county_years))


def test_the_table_of_both_sides_has_the_same_total_twice(county_years: Snapshot) -> None:
    found = table(dual_track.build(selection(county_years), county_years), "cross").frame
    industries = [name for name in found if name in labels(county_years, "industry")]
    total, *rows = found[[*industries, "total"]].to_numpy().tolist()
    assert total == [sum(column) for column in zip(*rows, strict=True)]
    assert total[-1] == sum(total[:-1])


def test_an_industry_can_be_looked_at_alone(county_years: Snapshot) -> None:
    held = replace(selection(county_years), filters=(("industry", "education"),))
    report = dual_track.build(held, county_years)
    assert set(table(report, "units").frame["industry"]) == {"education"}
    assert kpis(report)["industry_unit_count"] == str(len(table(report, "units").frame))
    assert "不随筛选变化" in said(report)  # the count by area knows no industry


def test_a_disagreement_would_be_said(county_years: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    def one_more(snapshot: Snapshot, indicator: str, *rest: object) -> pd.DataFrame:
        frame = measure(snapshot, indicator, *rest)  # type: ignore[arg-type]
        return frame.assign(value=frame["value"] + (indicator == "member_unit_count"))

    monkeypatch.setattr(dual_track, "measure", one_more)
    assert "两边不一致" in said(dual_track.build(selection(county_years), county_years))


# ---- what needs attention -----------------------------------------------------------------------


@pytest.mark.parametrize("module", PAGES, ids=lambda module: module.KEY)
def test_attention_stands_after_the_figures(county_years: Snapshot, module: ModuleType) -> None:
    blocks = list(flat(module.build(selection(county_years), county_years).blocks))
    at = next(number for number, block in enumerate(blocks) if isinstance(block, Notes))
    assert blocks[at].title == "需要关注"  # type: ignore[union-attr]
    assert any(isinstance(block, KpiRow) for block in blocks[:at])
    assert not any(isinstance(block, Chart | Table) for block in blocks[:at])


def test_items_are_what_the_figures_count(county_years: Snapshot) -> None:
    for period in ("2021", "2020-Q4", "2021-06"):
        chosen = selection(county_years, period=period)
        items = [
            item.rule.key
            for module in PAGES
            for item in attention.found(county_years, chosen, WHOLE, module.KEY)
        ]
        for rule, indicator in (
            ("post_vacant", "long_vacant_post_count"),
            ("two_new_dormant", "dormant_two_new_count"),
            ("team_idle", "idle_team_count"),
        ):
            assert items.count(rule) == figure(county_years, chosen, indicator).value, (rule, period)
