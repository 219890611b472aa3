"""Rows behind the figures: their columns, that they agree with the counts, and that no person is in them."""

import pandas as pd

from dashboard.database import Snapshot
from dashboard.published import published_figures
from dashboard.queries import measure
from dashboard.records import (
    activities,
    activity_total,
    coverage,
    member_units,
    org_areas,
    outline,
    service_points,
    walking_distances,
)
from dashboard.scope import Scope
from dashboard.selection import Period, Selection
from dashboard.submissions import findings_count, missing_submissions, release, submissions
from tests.unit.tiny_snapshot import DISTRICT, DONGYUAN, LIUAN, TASHAN, UNIT, YUNXI


def at(period: str = "2021", org: str = DISTRICT, **filters: str) -> Selection:
    return Selection(org, Period.parse(period), filters=tuple(filters.items()))


def test_activities_are_those_that_were_counted(snapshot: Snapshot) -> None:
    frame = activities(snapshot, at())
    assert len(frame) == activity_total(snapshot, at()) == 25
    first = frame.iloc[0]
    assert (first["title"], first["type_label"], first["organiser_label"], first["community_label"]) == (
        "迎新晚会",
        "文艺晚会、游园",
        "塔山物流",
        "塔山社区",
    )
    assert (first["file_name"], first["sheet_name"], first["row_no"]) == ("塔山-2021Q4.xlsx", "活动", 38)
    assert frame["held_on"].is_monotonic_decreasing
    assert len(activities(snapshot, at(), limit=3)) == 3
    assert len(activities(snapshot, at(), month="2021-03")) == 3
    assert len(activities(snapshot, at(), month="nonsense")) == 25
    assert len(activities(snapshot, at(), month="2020-03")) == 0
    assert len(activities(snapshot, at(type="gala", themed="true"))) == 1
    assert activities(snapshot, at(org=UNIT[4]))["title"].tolist() == ["急救培训"]
    nothing = activities(snapshot, at("2030"))
    assert list(nothing.columns) == list(frame.columns)


def test_points_are_those_that_were_counted(snapshot: Snapshot) -> None:
    for period in ("2020", "2021-Q2", "2021"):
        counted = measure(snapshot, "service_point_count", at(period))["value"].iloc[0]
        assert len(service_points(snapshot, at(period))) == counted
    frame = service_points(snapshot, at(org=LIUAN))
    assert frame["kind_label"].tolist() == ["商圈楼宇", "小区楼栋"]
    assert frame["located"].tolist() == [True, False]
    assert frame["longitude"].isna().tolist() == [False, True]
    assert len(service_points(snapshot, at(point_kind="village"))) == 2


def test_units_carry_what_they_contribute_and_hide_small_numbers(snapshot: Snapshot) -> None:
    frame = member_units(snapshot, at()).set_index("unit")
    assert len(frame) == 6
    assert frame.loc[UNIT[1], ["activity_count", "point_count"]].tolist() == [2, 1]
    assert (frame.loc[UNIT[3], "member_state"], frame.loc[UNIT[3], "days_left"]) == ("suppressed", 90)
    assert (
        frame.loc[UNIT[1], "member_state"] == "suppressed"
    )  # the smaller of the two that would tell unit 3's
    assert frame.loc[UNIT[2], "member_count"] == 60
    assert frame.loc[UNIT[6], "member_state"] == "no_data"
    assert frame["dual_member_state"].tolist() == [
        "suppressed",
        "suppressed",
        "ok",
        "ok",
        "suppressed",
        "suppressed",
    ]
    assert pd.isna(frame.loc[UNIT[7], "dual_member_count"])
    assert member_units(snapshot, at(sector="education"))["unit_label"].tolist() == ["东园小学", "柳岸小学"]
    strict = member_units(snapshot, at(), scope=Scope(person_threshold=10)).set_index("unit")
    assert strict.loc[UNIT[4], "dual_member_state"] == "suppressed"


def test_no_frame_names_a_person(snapshot: Snapshot) -> None:
    frames = [activities(snapshot, at()), service_points(snapshot, at()), member_units(snapshot, at())]
    assert not any("person" in column for frame in frames for column in frame.columns)


def test_areas_and_coverage(snapshot: Snapshot) -> None:
    assert outline(snapshot).startswith('{"type":"Polygon"')
    assert walking_distances(snapshot) == (300, 500, 1000)
    assert org_areas(snapshot, at(org=UNIT[4]))["org_name"].tolist() == ["柳岸社区"]
    assert len(org_areas(snapshot, at("2020"))) == 3
    reach = coverage(snapshot, at(org=YUNXI), 1000)
    assert reach["covered_share"].tolist() == [0.75, 0.75]
    assert reach["gap_geometry"].str.startswith("{").all()
    assert coverage(snapshot, at(), 123).empty


def test_submissions_and_findings(snapshot: Snapshot) -> None:
    missing = missing_submissions(snapshot, at())
    assert missing[["community_label", "quarter", "dataset_label", "state"]].values.tolist() == [
        ["塔山社区", "2021-Q2", "活动", "missing"]
    ]
    due = submissions(snapshot, at("2021-11", LIUAN))
    assert due.set_index("dataset")["state"].to_dict() == {
        "activities": "received",
        "member_units": "received",
        "members": "late",
        "service_points": "received",
    }
    assert due.set_index("dataset").loc["members", "late_days"] == 6
    found = findings_count(snapshot, at("2021"))
    assert found["finding_count"].sum() == 3
    assert findings_count(snapshot, at("2020")).empty
    assert findings_count(snapshot, at(org=TASHAN))["code"].tolist() == ["not_a_date"]
    assert len(findings_count(snapshot, at("2021-12", DONGYUAN))) == 2  # a month stands for its quarter


def test_published_figures_stand_beside_the_counted_ones(snapshot: Snapshot) -> None:
    frame = published_figures(snapshot).set_index("figure")
    assert frame.loc["volunteer", ["counted", "difference"]].tolist() == [27, 0]
    assert bool(frame.loc["volunteer", "agrees"])
    assert frame.loc["galas", "difference"] == -3
    assert not frame.loc["galas", "agrees"]
    assert frame.loc["joint_committees", "period_label"] == "2021年12月"
    assert (frame.loc["themed", "counted"], frame.loc["themed", "detail"]) == (0, "2020年 0场；2021年 20场")
    assert pd.isna(frame.loc["jobs", "counted"])
    assert pd.isna(frame.loc["jobs", "agrees"])
    assert published_figures(snapshot, "en").set_index("figure").loc["galas", "statement_label"] == "exact"


def test_a_release_says_what_it_is(snapshot: Snapshot) -> None:
    found = release(snapshot)
    assert (found.release_id, found.submission_count, found.window.key) == (
        "2021-12-31-tiny01",
        4,
        "2020..2021",
    )
