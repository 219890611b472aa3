"""服务闭环 over the invented county's release: what the page shows is what the indicators say."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from dashboard import attention
from dashboard.database import Snapshot, open_snapshot
from dashboard.organisations import organisations
from dashboard.queries import measure
from dashboard.report import KpiRow, Note, Notes
from dashboard.selection import Language, Period, Selection
from dashboard.views import orders
from tests.views.county import TIMES, chart, everywhere, figure, selection, table, taking_turns
from tests.views.wellformed import check, flat

PARTS = ("flow", "where", "units", "rating", "list", "nonsense")


def existing(snapshot: Snapshot, period: str) -> list[Selection]:
    every = [selection(snapshot, org, period) for org in everywhere(snapshot)]
    return [one for one in every if organisations(snapshot)[one.org].exists_in(one.period)]


@pytest.mark.parametrize(("period", "language"), TIMES)
def test_every_selection_gives_a_page(county_years: Snapshot, period: str, language: Language) -> None:
    for chosen in taking_turns(county_years, period, language, PARTS):
        check(orders.build(chosen, county_years), county_years, language)


@pytest.mark.parametrize(
    "filters",
    [(("item", "cleaning"),), (("class", "culture"),), (("item", "patrol"), ("class", "river"))],
)
def test_every_filter_gives_a_page_whose_parts_agree(
    county_years: Snapshot, filters: tuple[tuple[str, str], ...]
) -> None:
    for chosen in existing(county_years, "2021"):
        held = replace(chosen, filters=filters)
        report = orders.build(held, county_years)
        check(report, county_years)
        shown = chart(report, "funnel").frame
        placed = shown["value"].iloc[0] if len(shown) else 0
        assert placed == figure(county_years, held, "order_count")["value"]
        assert len(table(report, "open").frame) == figure(county_years, held, "open_order_count")["value"]


@pytest.mark.parametrize("period", ["2021", "2020..2021", "2021-Q2", "2020-11..2021-02", "2021-06"])
def test_the_funnel_and_its_times_are_the_indicators(county_years: Snapshot, period: str) -> None:
    for chosen in existing(county_years, period):
        if organisations(county_years)[chosen.org].level == "unit":
            continue
        report = orders.build(chosen, county_years)
        counts = chart(report, "funnel").frame.set_index("stage")["value"]
        if len(counts):
            assert counts["ordered"] == figure(county_years, chosen, "order_count")["value"]
            for stage in ("dispatched", "accepted", "closed"):
                share = figure(county_years, chosen, f"order_{stage}_share")
                assert counts[stage] == share["numerator"]
                assert counts["ordered"] == share["denominator"]
            assert counts.is_monotonic_decreasing
        steps = chart(report, "step_days").frame
        whole = figure(county_years, chosen, "order_days_to_close")
        if whole["state"] == "ok":
            means = steps[steps["series"] == "平均"]["value"].tolist()
            assert means[-1] == pytest.approx(whole["value"])
            assert means[0] == pytest.approx(figure(county_years, chosen, "order_days_to_dispatch")["value"])
        else:
            assert steps.empty


@pytest.mark.parametrize("period", ["2021", "2021-Q2", "2020", "2021..2022"])
def test_open_orders_are_as_many_and_as_old_as_the_figures_say(county_years: Snapshot, period: str) -> None:
    """Their age is counted until the period's end, or until the data's where the period goes beyond it."""
    for chosen in existing(county_years, period):
        frame = table(orders.build(chosen, county_years), "open").frame
        assert len(frame) == figure(county_years, chosen, "open_order_count")["value"]
        assert (frame["days"] > 30).sum() == figure(county_years, chosen, "open_order_30_count")["value"]
        end = pd.Timestamp(min(chosen.period.last_on, Period.parse("2021").last_on))
        assert (frame["ordered_on"] + pd.to_timedelta(frame["days"], unit="D") == end).all()
        assert frame["days"].is_monotonic_decreasing


def test_parts_add_up_to_the_whole(county_years: Snapshot) -> None:
    for chosen in existing(county_years, "2021"):
        report = orders.build(chosen, county_years)
        assert (
            chart(report, "by_item").frame["value"].sum()
            == figure(county_years, chosen, "order_count")["value"]
        )
        ratings = chart(report, "ratings").frame
        if organisations(county_years)[chosen.org].level == "unit":
            continue
        assert (
            chart(report, "by_orderer").frame["value"].sum() == chart(report, "by_item").frame["value"].sum()
        )
        rated = figure(county_years, chosen, "order_satisfied_share")
        if rated["state"] == "ok":
            assert ratings["order_count"].sum() == rated["denominator"]
            assert ratings.loc[ratings["rating"] >= 4, "order_count"].sum() == rated["numerator"]
            assert chart(report, "satisfied_by_item").frame["numerator"].sum() == rated["numerator"]


def test_units_are_those_that_took_orders_in_the_registers_order(county_years: Snapshot) -> None:
    frame = table(orders.build(selection(county_years), county_years), "units").frame
    by_unit = measure(county_years, "order_closed_count", selection(county_years), ("unit",))
    closed = by_unit.set_index("unit")["value"]
    assert frame.set_index("unit")["closed"].to_dict() == {code: closed[code] for code in frame["unit"]}
    assert frame["closed"].sum() == closed.sum()
    everyone = organisations(county_years)
    places = [everyone[code].parent for code in frame["unit"]]
    order = [one.code for one in everyone.values() if one.level == "community"]
    assert [order.index(code) for code in places] == sorted(order.index(code) for code in places)


def test_withdrawn_orders_are_told_of_and_left_out(county_years: Snapshot) -> None:
    chosen = selection(county_years, period="2020..2021", part="flow")
    report = orders.build(chosen, county_years)
    withdrawn = figure(county_years, chosen, "order_cancelled_count")["value"]
    said = "".join(block.text for block in flat(report.blocks) if isinstance(block, Note))
    assert (f"另有 {withdrawn:.0f} 件已经撤单" in said) == (withdrawn > 0)


def test_a_unit_sees_the_orders_that_it_took(county_years: Snapshot) -> None:
    closed = measure(county_years, "order_closed_count", selection(county_years), ("unit",))
    unit = closed.loc[closed["value"].idxmax(), "unit"]
    report = orders.build(selection(county_years, unit), county_years)
    row = next(block for block in report.blocks if isinstance(block, KpiRow))
    assert "order_closed_count" in {item.key for item in row.items}
    assert set(table(report, "units").frame["unit"]) == {unit}
    assert set(table(report, "listed").frame["unit"].dropna()) <= {unit}


def test_communities_stand_in_the_order_of_the_register_until_ranked(county_years: Snapshot) -> None:
    chosen = selection(county_years, part="where")
    register = [one.code for one in organisations(county_years).values() if one.level == "community"]
    plain = table(orders.build(chosen, county_years), "alongside").frame["org"].tolist()
    assert plain == [code for code in register if code in plain]
    ranked = orders.build(replace(chosen, options=(("part", "where"), ("rank", "on"))), county_years)
    counts = table(ranked, "alongside").frame["order_count"].dropna().tolist()
    assert counts == sorted(counts, reverse=True)


def test_what_needs_attention_stands_on_the_page(county_years: Snapshot) -> None:
    chosen = selection(county_years, part="flow")
    report = orders.build(chosen, county_years)
    block = next(block for block in report.blocks if isinstance(block, Notes))
    rules = {item.rule.key for item in attention.found(county_years, chosen, page="orders")}
    assert "order_open_long" in rules
    assert any("超过 30 天仍未办结" in note.text for note in block.items)


def test_a_scope_shows_nothing_beyond_it(county_years: Snapshot) -> None:
    communities = [one for one in organisations(county_years).values() if one.level == "community"]
    own = communities[0].code
    report = orders.build(selection(county_years, own), open_snapshot(county_years.path, own))
    assert set(table(report, "listed").frame["community"]) <= {own}
    refused = orders.build(
        selection(county_years, communities[1].code), open_snapshot(county_years.path, own)
    )
    assert [block for block in refused.blocks if isinstance(block, Note) and block.tone == "empty"]
