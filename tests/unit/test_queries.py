"""Figures of the invented district, counted by hand in tiny_snapshot's docstring."""

import threading
from dataclasses import replace
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from dashboard.catalogue import load_catalogue, load_dimensions
from dashboard.database import Snapshot, open_snapshot
from dashboard.queries import (
    QueryRefused,
    ancestors,
    children,
    compare,
    default_selection,
    measure,
    organisation,
    read_selection,
    tree,
)
from dashboard.scope import Scope
from dashboard.selection import Period, Selection
from tests.unit.tiny_snapshot import (
    DISTRICT,
    DONGYUAN,
    HEDONG,
    LIUAN,
    TASHAN,
    UNIT,
    XINXU,
    YUNXI,
    build_tiny_snapshot,
)


def at(period: str = "2021", org: str = DISTRICT, **filters: str) -> Selection:
    return Selection(org, Period.parse(period), filters=tuple(filters.items()))


def values(frame: pd.DataFrame, *keys: str) -> dict[object, object]:
    """Key (or keys) -> value; what is not shown as its state."""
    shown = frame["value"].astype(object).where(frame["state"] == "ok", frame["state"])
    names = zip(*(frame[key] for key in keys), strict=True) if len(keys) > 1 else frame[keys[0]]
    return dict(zip(names, shown, strict=True))


def figure(snapshot: Snapshot, indicator: str, selection: Selection) -> object:
    frame = measure(snapshot, indicator, selection)
    assert len(frame) == 1
    return frame["value"].iloc[0] if frame["state"].iloc[0] == "ok" else frame["state"].iloc[0]


@pytest.mark.parametrize(
    ("indicator", "period", "org", "expected"),
    [
        ("activity_count", "2021", DISTRICT, 25),
        ("activity_count", "2020..2021", DISTRICT, 40),
        ("activity_count", "2021-Q2", XINXU, 3),
        ("activity_count", "2021-12", UNIT[6], 1),
        ("activity_count", "2021", UNIT[2], 0),
        ("themed_activity_count", "2020", DISTRICT, 0),
        ("head_count", "2021-12", DISTRICT, 210),
        ("attended_count", "2021-12", DISTRICT, 275),
        ("heads_per_activity", "2021-03", DONGYUAN, 10),  # the lecture reports no heads
        ("heads_known_share", "2021-03", DONGYUAN, 0.5),
        ("committee_count", "2020", DISTRICT, 3),
        ("committee_count", "2021", YUNXI, 2),
        ("member_unit_count", "2021-Q2", DISTRICT, 7),  # unit 5 ended on 30 June: still in force that day
        ("member_unit_count", "2021-Q3", LIUAN, 1),
        ("expiring_agreement_count", "2021", DISTRICT, 1),
        ("expiring_agreement_count", "2021-Q1", DISTRICT, 1),  # unit 5; unit 3 not yet signed
        ("new_unit_count", "2021", DISTRICT, 2),
        ("dual_member_count", "2021", DISTRICT, 30),  # 31 registrations, one person in two communities
        ("dual_member_count", "2020", HEDONG, "suppressed"),  # the other street has three persons
        ("dual_member_count", "2021-04", DONGYUAN, 11),
        ("activities_per_100_members", "2021", HEDONG, 100 * 17 / 18),
        ("points_per_1000_members", "2021", DISTRICT, 1000 * 5 / 30),
        ("service_point_count", "2021-Q2", DISTRICT, 5),  # closed on 30 June: no longer counted that day
        ("new_point_count", "2021", DISTRICT, 2),
        ("located_point_share", "2021", LIUAN, 0.5),
        ("active_unit_share", "2021", DISTRICT, 3 / 7),
        ("unit_led_share", "2021", DISTRICT, 4 / 25),
        ("silent_community_count", "2021-11", DISTRICT, 3),
        ("silent_month_count", "2021", LIUAN, 9),
        ("silent_month_share", "2021", DISTRICT, 25 / 48),
        ("unit_kind_count", "2021", HEDONG, 3),
        ("catalogue_item_count", "2021", DISTRICT, 6),
        ("covered_area_share", "2021", DISTRICT, 0.25),
        ("submission_received_share", "2021-Q2", TASHAN, 3 / 4),
        ("submission_received_share", "2021-05", TASHAN, 3 / 4),  # a month stands for its quarter
        ("submission_on_time_share", "2021-Q4", LIUAN, 3 / 4),
        ("quarantined_row_share", "2021", DISTRICT, 0.1),
        ("activity_count", "2022", DISTRICT, "no_data"),
        ("dual_member_count", "2019", DISTRICT, "no_data"),
        ("heads_per_activity", "2021-11", LIUAN, "no_data"),
        ("dual_member_count", "2021..2023", DISTRICT, 30),  # stocks at the end of what is known
    ],
)
def test_figures_counted_by_hand(
    snapshot: Snapshot, indicator: str, period: str, org: str, expected: float | str
) -> None:
    found = figure(snapshot, indicator, at(period, org))
    assert found == (expected if isinstance(expected, str) else pytest.approx(expected))


def test_groups_are_zero_filled_ordered_and_labelled(snapshot: Snapshot) -> None:
    frame = measure(snapshot, "activity_count", at("2021-11"), by=("community",))
    assert list(frame.columns) == [
        "community",
        "community_label",
        "value",
        "numerator",
        "denominator",
        "state",
    ]
    assert frame["community_label"].tolist() == ["东园社区", "柳岸社区", "塔山社区", "新圩社区"]
    assert frame["value"].tolist() == [1, 0, 0, 0]
    english = measure(snapshot, "activity_count", replace(at("2021-11"), language="en"), by=("type", "month"))
    assert english[["type_label", "month_label"]].values.tolist() == [["Volunteer service", "November 2021"]]


def test_an_organisation_has_no_figure_before_it_exists(snapshot: Snapshot) -> None:
    frame = measure(snapshot, "activity_count", at("2020..2021", YUNXI), by=("community", "year"))
    assert values(frame, "community", "year") == {
        (TASHAN, "2020"): 2,
        (TASHAN, "2021"): 2,
        (XINXU, "2020"): "no_data",
        (XINXU, "2021"): 6,
    }
    assert (
        XINXU not in measure(snapshot, "activity_count", at("2020"), by=("community",))["community"].tolist()
    )


def test_sub_periods_never_count_beyond_the_selection(snapshot: Snapshot) -> None:
    frame = measure(snapshot, "activity_count", at("2021-05..2021-07", DONGYUAN), by=("quarter",))
    assert values(frame, "quarter") == {"2021-Q2": 2, "2021-Q3": 1}


def test_dimensions_and_filters(snapshot: Snapshot) -> None:
    frame = measure(snapshot, "activity_count", at("2021"), by=("type", "themed"))
    found = values(frame, "type", "themed")
    assert found["volunteer", "true"] == 12
    assert found["volunteer", "false"] == 1
    assert ("lecture", "true") not in found  # no lecture was themed: combinations that occur
    assert figure(snapshot, "activity_count", at("2021", type="gala")) == 3
    assert figure(snapshot, "member_unit_count", at("2021", type="gala")) == 6  # units know no activity type
    empty = measure(snapshot, "activity_count", at("2021", LIUAN), by=("item",))
    assert values(empty, "item") == {"skills": 1, "garden_party": 2}
    unstated = measure(snapshot, "activity_count", at("2021", type="lecture"), by=("class",))
    assert unstated[["class", "class_label", "value"]].values.tolist() == [["unstated", "未填写", 2]]


def test_a_denominator_without_the_dimension_is_the_same_for_all_its_values(snapshot: Snapshot) -> None:
    frame = measure(snapshot, "activities_per_community", at("2021"), by=("type",))
    assert set(frame["denominator"]) == {4}
    assert values(frame, "type")["gala"] == 3 / 4


def test_small_numbers_of_persons_and_their_complement_are_not_shown(snapshot: Snapshot) -> None:
    frame = measure(snapshot, "dual_member_count", at(), by=("community",))
    assert values(frame, "community") == {DONGYUAN: 12, LIUAN: 7, TASHAN: "suppressed", XINXU: "suppressed"}
    hidden = frame[frame["state"] == "suppressed"]
    assert hidden[["value", "numerator", "denominator"]].isna().all(axis=None)
    units = values(measure(snapshot, "dual_member_count", at(), by=("unit",)), "unit")
    assert units == {
        UNIT[1]: "suppressed",  # with it, 12 − 8 would tell unit 2's four
        UNIT[2]: "suppressed",
        UNIT[3]: 0,
        UNIT[4]: 7,
        UNIT[5]: 0,
        UNIT[6]: "suppressed",
        UNIT[7]: "suppressed",  # it is all of a community that is not shown
    }


@pytest.mark.parametrize(
    "indicator",
    ["dual_member_count", "members_per_unit", "points_per_1000_members", "activities_per_100_members"],
)
def test_what_is_hidden_is_hidden_however_it_is_asked_for(snapshot: Snapshot, indicator: str) -> None:
    assert figure(snapshot, indicator, at(org=XINXU)) == "suppressed"
    assert compare(snapshot, indicator, at(org=XINXU)).state == "suppressed"
    assert (
        values(measure(snapshot, indicator, at(org=XINXU), by=("quarter",)), "quarter")["2021-Q4"]
        == "suppressed"
    )
    if "unit_kind" in load_catalogue(snapshot)[indicator].dimensions:
        assert figure(snapshot, indicator, at(org=DONGYUAN, unit_kind="school")) == "suppressed"


def test_a_share_of_persons_hides_a_small_rest(snapshot: Snapshot) -> None:
    assert (
        figure(snapshot, "dual_probationary_share", at()) == "suppressed"
    )  # all six are beside three others
    assert (
        figure(snapshot, "dual_probationary_share", at(unit_kind="government")) == "suppressed"
    )  # 3 full members
    assert figure(snapshot, "dual_probationary_share", at(org=DONGYUAN)) == 0


def test_a_scope_shows_its_own_part_and_may_hide_more(snapshot: Snapshot) -> None:
    own, strict = open_snapshot(snapshot.path, HEDONG), Scope(person_threshold=10)
    shown = measure(own, "dual_member_count", at(org=HEDONG), by=("community",), scope=strict)
    assert values(shown, "community") == {DONGYUAN: "suppressed", LIUAN: "suppressed"}
    with pytest.raises(QueryRefused, match="您的查看范围不包括“云溪区”"):
        measure(own, "activity_count", at(), scope=strict)


def test_comparison_with_the_past_the_plan_and_the_peers(snapshot: Snapshot) -> None:
    whole = compare(snapshot, "activity_count", at())
    assert (whole.value, whole.year_before, whole.previous, whole.state) == (25, 15, 15, "ok")
    assert (whole.plan, whole.plan_completion, whole.plan_label) == (20, 1.25, "2021年计划")
    assert (whole.peers_median, whole.peer_count) == (None, 0)
    assert whole.change("yoy") == pytest.approx(25 / 15 - 1)
    quarter = compare(snapshot, "activity_count", at("2021-Q2"))
    assert (quarter.value, quarter.year_before, quarter.previous) == (8, 4, 6)
    assert (quarter.plan, quarter.plan_completion, quarter.plan_label) == (20, 0.4, "2021年全年计划")
    community = compare(snapshot, "activity_count", at(org=LIUAN))
    assert (community.value, community.peers_median, community.peer_count) == (3, 6, 3)
    assert (community.plan, community.plan_label) == (None, "")
    assert compare(snapshot, "activity_count", at("2020")).year_before is None
    assert compare(snapshot, "activity_count", at("2020..2021")).plan == 40
    assert compare(snapshot, "activity_count", at(type="gala")).plan is None


def test_a_started_year_is_compared_with_the_same_months(tmp_path: Path) -> None:
    import duckdb

    path = build_tiny_snapshot(tmp_path / "started.duckdb")
    connection = duckdb.connect(path)
    connection.execute("update meta_release set last_month = date '2021-05-01'")
    connection.execute("delete from mart_activity_month where month_on > date '2021-05-01'")
    connection.close()
    started = compare(open_snapshot(path), "activity_count", at("2021"))
    assert started.period.key == "2021-01..2021-05"
    assert started.year_before_period.key == "2020-01..2020-05"
    assert started.previous_period.key == "2020-01..2020-05"
    assert (started.value, started.year_before) == (11, 8)
    assert compare(open_snapshot(path), "dual_member_count", at("2021")).value == 30  # until the end of May


@pytest.mark.parametrize(
    ("indicator", "by", "selection", "sentence"),
    [
        ("activity_counts", (), at(), "没有名为“activity_counts”的指标，相近的有：.*activity_count"),
        ("activity_count", ("kind",), at(), "没有名为“kind”的分组项"),
        ("activity_count", ("sector",), at(), "“活动场次”不能按“所属行业”分组，可以按：活动类型、"),
        ("committee_count", ("unit",), at(), "“社区联合党委”不能按成员单位统计"),
        ("committee_count", (), at(org=UNIT[1]), "“社区联合党委”不能按成员单位统计"),
        ("activity_count", ("street",), at(org=DONGYUAN), "“东园社区”是社区，不能再按上级“街道（镇）”分组"),
        ("activity_count", ("month", "year"), at(), "只选一种"),
        ("activity_count", ("type", "type"), at(), "只能用来分组一次"),
        ("activity_count", ("type", "themed", "class", "item"), at(), "最多同时按 3 项"),
        ("covered_area_share", ("month",), at(), "不能按时间分组"),
        ("activity_count", (), at(org="1"), "没有名为“1”的组织"),
        ("activity_count", (), at(typ="gala"), "没有名为“typ”的筛选项，相近的有：type"),
    ],
)
def test_an_impossible_question_is_refused_in_one_sentence(
    snapshot: Snapshot, indicator: str, by: tuple[str, ...], selection: Selection, sentence: str
) -> None:
    with pytest.raises(QueryRefused, match=sentence) as refusal:
        measure(snapshot, indicator, selection, by=by)
    assert "\n" not in str(refusal.value)


ADDITIVE = ("activity_count", "head_count", "volunteer_hours", "service_point_count", "silent_month_count")


@pytest.mark.parametrize(("indicator", "level"), [*product(ADDITIVE, ("street", "community"))])
@pytest.mark.parametrize("period", ["2020", "2021-Q2", "2020..2021"])
def test_an_additive_total_is_the_sum_of_its_parts(
    snapshot: Snapshot, indicator: str, level: str, period: str
) -> None:
    parts = measure(snapshot, indicator, at(period), by=(level,))
    assert parts["value"].sum() == figure(snapshot, indicator, at(period))


def test_every_ratio_rolls_up_as_sum_over_sum(snapshot: Snapshot) -> None:
    additive = [
        key
        for key, what in load_catalogue(snapshot).items()
        if what.rollup == "ratio" and not any("distinct" in source.sql for source in what.sources)
    ]
    assert len(additive) > 8
    for key in additive:
        parts = measure(snapshot, key, at(), by=("community",))
        scale = load_catalogue(snapshot)[key].scale
        total = figure(snapshot, key, at())
        assert total == pytest.approx(scale * parts["numerator"].sum() / parts["denominator"].sum()), key


def test_every_cell_agrees_with_a_count_in_pandas(snapshot: Snapshot) -> None:
    facts = snapshot.frame("select community_code, activity_type, month_on from fact_activity")
    facts["month"] = facts["month_on"].dt.strftime("%Y-%m")
    expected = facts.groupby(["community_code", "activity_type", "month"]).size().to_dict()
    frame = measure(snapshot, "activity_count", at("2020..2021"), by=("community", "type", "month"))
    assert len(frame) == 4 * 5 * 24
    found = {
        key: value
        for key, value in values(frame, "community", "type", "month").items()
        if value not in (0, "no_data")
    }
    assert found == expected


def test_the_hierarchy(snapshot: Snapshot) -> None:
    assert organisation(snapshot, TASHAN).label("en") == "Tashan"
    assert [org.code for org in ancestors(snapshot, UNIT[4])] == [DISTRICT, HEDONG, LIUAN]
    assert [org.code for org in children(snapshot, at("2020", YUNXI))] == [TASHAN]
    assert [org.short_name for org in children(snapshot, at("2021", LIUAN))] == ["柳岸小学", "柳岸派出所"]
    assert children(snapshot, at(org=UNIT[1])) == ()


def test_a_tree_can_be_drawn_even_where_figures_do_not_add_up(snapshot: Snapshot) -> None:
    for indicator in ("activity_count", "dual_member_count", "heads_per_activity"):
        frame = tree(snapshot, indicator, at())
        assert frame["parent"].iloc[0] == ""
        assert set(frame["parent"][1:]) <= set(frame["id"])
        below = frame.groupby("parent")["size"].sum()
        for row in frame.itertuples():
            assert row.size >= below.get(row.id, 0)
    assert len(tree(snapshot, "committee_count", at(org=HEDONG))) == 3  # itself and two communities, no units


def test_selections_from_urls(snapshot: Snapshot) -> None:
    assert default_selection(snapshot) == at("2021")
    params = {"org": LIUAN, "period": "2021-Q3", "type": "gala", "themed": "maybe", "mode": "density"}
    found = read_selection(snapshot, params)
    assert (found.org, found.period.key, found.filters, found.options) == (
        LIUAN,
        "2021-Q3",
        (("type", "gala"),),
        (("mode", "density"),),
    )
    assert read_selection(snapshot, {"org": "nowhere"}) == default_selection(snapshot)
    assert set(load_dimensions(snapshot)) >= {"type", "themed"}


def test_many_threads_get_their_own_answers(snapshot: Snapshot) -> None:
    expected = {DONGYUAN: 14, LIUAN: 3, TASHAN: 2, XINXU: 6, HEDONG: 17, YUNXI: 8, DISTRICT: 25, UNIT[4]: 1}
    wrong: list[object] = []

    def ask(org: str) -> None:
        for _ in range(100):
            try:
                found = figure(snapshot, "activity_count", at(org=org))
            except Exception as problem:
                found = problem
            if found != expected[org]:
                wrong.append((org, found))

    threads = [threading.Thread(target=ask, args=(org,)) for org in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
