"""资源与需求 over the invented county's release: what the page shows is what the indicators say."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from dashboard import attention
from dashboard.database import Snapshot, open_snapshot
from dashboard.ledgers import supply as ledger
from dashboard.organisations import organisations
from dashboard.queries import measure
from dashboard.report import Chart, KpiRow, Notes, Report, Table
from dashboard.selection import Language, Selection
from dashboard.views import supply
from tests.views.county import TIMES, figure, selection, taking_turns
from tests.views.test_orders import existing
from tests.views.wellformed import check, flat

PARTS = ("balance", "where", "match", "open", "nonsense")


def blocks(report: Report, kind: type[Chart] | type[Table]) -> dict[str, Chart | Table]:
    return {block.key: block for block in flat(report.blocks) if isinstance(block, kind)}


def level_of(snapshot: Snapshot, chosen: Selection) -> str:
    return organisations(snapshot)[chosen.org].level


@pytest.mark.parametrize(("period", "language"), TIMES)
def test_every_selection_gives_a_page(county_years: Snapshot, period: str, language: Language) -> None:
    for chosen in taking_turns(county_years, period, language, PARTS):
        check(supply.build(chosen, county_years), county_years, language)


@pytest.mark.parametrize("filters", [(("item", "cleaning"),), (("class", "culture"),)])
def test_every_filter_gives_a_page_whose_parts_agree(
    county_years: Snapshot, filters: tuple[tuple[str, str], ...]
) -> None:
    for chosen in existing(county_years, "2021"):
        held = replace(chosen, filters=filters)
        report = supply.build(held, county_years)
        check(report, county_years)
        idle = blocks(report, Table)["unused"].frame
        assert len(idle) == figure(county_years, held, "unused_resource_count")["value"]


@pytest.mark.parametrize("period", ["2021", "2020..2021", "2021-Q2", "2020-11..2021-02", "2021..2022"])
def test_charts_and_tables_show_what_the_indicators_say(county_years: Snapshot, period: str) -> None:
    for chosen in existing(county_years, period):
        report = supply.build(chosen, county_years)
        charts, tables = blocks(report, Chart), blocks(report, Table)
        assert len(tables["unused"].frame) == figure(county_years, chosen, "unused_resource_count")["value"]
        if level_of(county_years, chosen) == "unit":
            continue
        waiting = tables["open_needs"].frame
        assert len(waiting) == figure(county_years, chosen, "open_need_count")["value"]
        assert (waiting["days"] > 30).sum() == figure(county_years, chosen, "open_need_30_count")["value"]
        pairs = charts["by_item"].frame.groupby("series")["value"].sum()
        assert pairs.get("可用资源", 0) == figure(county_years, chosen, "resource_count")["value"]
        assert pairs.get("待对接需求", 0) == len(waiting)
        over_time = charts["over_time"].frame.groupby("series")["value"].sum()
        assert over_time.get("提出", 0) == figure(county_years, chosen, "need_count")["value"]
        assert over_time.get("对接成功", 0) == figure(county_years, chosen, "matched_need_count")["value"]
        beside = charts["by_organisation"].frame
        if level_of(county_years, chosen) != "community" and len(beside):
            assert beside.groupby("series")["value"].sum()["待对接需求"] == len(waiting)


def test_items_without_any_resource_are_named(county_years: Snapshot) -> None:
    for chosen in existing(county_years, "2021"):
        if level_of(county_years, chosen) != "district":
            continue
        frame = blocks(supply.build(chosen, county_years), Chart)["by_item"].frame
        lacking = frame[(frame["offered"] == 0) & (frame["waiting"] > 0)]["item"].nunique()
        assert lacking == figure(county_years, chosen, "unoffered_item_count")["value"]


# ---- suggested matches --------------------------------------------------------------------------


def test_every_suggestion_is_of_the_same_item_in_reach_and_in_time(
    county_years: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "REACH_KM", 8.0)  # the county's communities lie far apart
    everyone = organisations(county_years)
    seen = 0
    for chosen in (one for period in ("2021", "2020", "2021-Q2") for one in existing(county_years, period)):
        needs, resources = ledger.within_reach(county_years, chosen)
        found = ledger.suggestions(county_years, needs, resources)
        seen += len(found)
        counts: dict[int, int] = {}
        for match in found:
            need, resource = needs.iloc[match.need], resources.iloc[match.resource]
            counts[match.need] = counts.get(match.need, 0) + 1
            assert need["item"] == resource["item"]
            assert match.kilometres <= ledger.REACH_KM
            assert (match.kilometres == 0) == (need["community"] == resource["community"])
            assert not resource["available_from"] > need["wanted_until"]
            assert not resource["available_until"] < need["asked_on"]
            own = everyone[chosen.org]
            inside = resource["unit"] if own.level == "unit" else need["community"]
            assert own.code in everyone[inside].codes.values()
        assert all(count <= ledger.PER_NEED for count in counts.values())
    assert seen


def a_need(**changes: object) -> dict[str, object]:
    return {
        "item": "cleaning",
        "community": "990001001001",
        "asked_on": pd.Timestamp("2021-10-01"),
        "wanted_until": pd.Timestamp("2021-12-01"),
    } | changes


def a_resource(**changes: object) -> dict[str, object]:
    return {
        "item": "cleaning",
        "community": "990001001001",
        "available_from": pd.Timestamp("2021-01-01"),
        "available_until": pd.NaT,
    } | changes


@pytest.mark.parametrize(
    ("need", "resource", "fits"),
    [
        ({}, {}, True),
        ({}, {"item": "patrol"}, False),
        ({"item": "unstated"}, {"item": "unstated"}, False),
        ({}, {"available_from": pd.Timestamp("2021-12-01")}, True),  # on the last day wanted
        ({}, {"available_from": pd.Timestamp("2021-12-02")}, False),
        ({"wanted_until": pd.NaT}, {"available_from": pd.Timestamp("2022-06-01")}, True),
        ({}, {"available_until": pd.Timestamp("2021-10-01")}, True),
        ({}, {"available_until": pd.Timestamp("2021-09-30")}, False),
        ({}, {"community": "990001101001"}, False),  # nine kilometres away
    ],
)
def test_a_resource_fits_a_need(
    county_years: Snapshot, need: dict[str, object], resource: dict[str, object], fits: bool
) -> None:
    needs = pd.DataFrame([a_need(**need)])
    resources = pd.DataFrame([a_resource(**resource)])
    for frame, names in (
        (needs, ("asked_on", "wanted_until")),
        (resources, ("available_from", "available_until")),
    ):
        for name in names:
            frame[name] = pd.to_datetime(frame[name])
    assert bool(ledger.suggestions(county_years, needs, resources)) is fits


def test_the_nearest_come_first_and_no_more_than_asked_for(
    county_years: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "REACH_KM", 20.0)
    homes = ["990001101001", "990001001002", "990001001001"]
    needs = pd.DataFrame([a_need(), a_need()])
    resources = pd.DataFrame([a_resource(community=code) for code in homes])
    resources["available_until"] = pd.to_datetime(resources["available_until"])
    found = ledger.suggestions(county_years, needs, resources)
    assert [(match.need, match.resource) for match in found] == [(0, 2), (0, 1), (1, 2), (1, 1)]
    assert found[0].kilometres == 0
    assert 3.0 < found[1].kilometres < 3.2  # 0.03° of longitude at 30° and 0.01° of latitude
    assert len(ledger.suggestions(county_years, needs, resources, most=3)) == 3


def test_each_suggestion_says_why(county_years: Snapshot) -> None:
    found = blocks(supply.build(selection(county_years), county_years), Table)["matches"]
    assert len(found.frame) <= 100
    for reason in found.frame["reason"]:
        assert reason.startswith("同为")
        assert "就在本社区" in reason or "公里" in reason
        assert "可用" in reason
    assert "3 公里内" in found.source.note


def test_the_first_part_says_the_first_suggestions_and_leads_to_all(
    county_years: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "REACH_KM", 8.0)
    for chosen in existing(county_years, "2021"):
        if level_of(county_years, chosen) == "unit":
            continue
        report = supply.build(replace(chosen, options=()), county_years)
        told = next(b for b in flat(report.blocks) if isinstance(b, Notes) and "建议对接" in b.title)
        listed = blocks(supply.build(chosen, county_years), Table)["matches"].frame
        assert len(told.items) == min(5, listed[["need", "community_label"]].drop_duplicates().shape[0])
        assert [note.link is not None for note in told.items] == [False] * (len(told.items) - 1) + [
            True
        ] * bool(told.items)
        check(report, county_years)


# ---- the rest -----------------------------------------------------------------------------------


def test_a_unit_sees_what_it_offers_and_for_whom_that_would_do(county_years: Snapshot) -> None:
    held = measure(county_years, "resource_count", selection(county_years), ("unit",))
    unit = held.loc[held["value"].idxmax(), "unit"]
    report = supply.build(selection(county_years, unit), county_years)
    row = next(block for block in report.blocks if isinstance(block, KpiRow))
    assert {item.key for item in row.items} >= {"resource_count", "matched_need_count"}
    tables = blocks(report, Table)
    assert set(tables["unused"].frame["unit"]) <= {unit}
    assert "open_needs" not in tables


def test_a_scope_suggests_nothing_from_beyond_it(county_years: Snapshot) -> None:
    for org in organisations(county_years).values():
        if org.level in ("community", "unit"):
            chosen = selection(county_years, org.code)
            confined = open_snapshot(county_years.path, org.code)
            needs, resources = ledger.within_reach(confined, chosen)
            assert set(needs["community"]) <= {org.codes["community"]}
            assert set(resources["community"]) <= {org.codes["community"]}
            check(supply.build(chosen, confined), county_years)


def test_what_needs_attention_stands_on_the_page(county_years: Snapshot) -> None:
    chosen = selection(county_years, part="balance")
    block = next(b for b in supply.build(chosen, county_years).blocks if isinstance(b, Notes))
    rules = {item.rule.key for item in attention.found(county_years, chosen, page="supply")}
    assert "need_unmatched" in rules
    assert any("仍未对接" in note.text for note in block.items)
