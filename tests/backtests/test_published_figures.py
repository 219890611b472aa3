"""The demo submissions add up to what was published, counted by a second program."""

import csv
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from recount import Recount, recount, under_way

from etl.demo import DEMO_FIRST, DEMO_LAST, DemoSet, write_demo

YEARS = range(DEMO_FIRST.year, DEMO_LAST.year + 1)


def count(counted: Recount, indicator: str, where_value: str, day: date, year: int | None = None) -> int:
    """An indicator of published_figures.csv as the recount has it, for the district."""
    activities = counted.activities
    if indicator == "committee_count":
        return int(counted.submissions.community_code.nunique())
    if indicator == "member_unit_count":
        return len(under_way(counted.units, day, "signed_on", "ends_on"))
    if indicator == "dual_member_count":
        return int(under_way(counted.members, day, "since_on", "until_on").identity_number.nunique())
    if indicator == "service_point_count":
        return len(under_way(counted.points, day, "opened_on", "closed_on"))
    if indicator == "two_new_organisation_count":
        return len(under_way(counted.ledgers["two_new_organisations"], day, "founded_on", "dissolved_on"))
    if indicator == "two_new_member_count":
        return int(counted.ledgers["two_new_organisations"].members_developed.sum())
    if indicator == "service_team_count":
        return len(under_way(counted.ledgers["service_teams"], day, "formed_on", "ended_on"))
    if indicator == "job_count":
        return int(counted.ledgers["jobs"].job_count.sum())
    if indicator == "themed_activity_count":
        return int((activities.themed.eq(True) & (activities.held_on.dt.year == year)).sum())
    assert indicator == "activity_count"
    return int((activities.activity_type == where_value).sum())


def published(reference: Path) -> list[dict[str, str]]:
    with (reference / "published_figures.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["indicator"]]


def check_totals(counted: Recount, reference: Path, last: date, years: range) -> None:
    for row in published(reference):
        for year in years if row["window_stated"] == "year" else [None]:
            value = count(counted, row["indicator"], row["where_value"], last, year)
            stated = int(row["value"])
            if row["statement"] == "exact":
                assert value == stated, row["name"]
            else:
                assert stated <= value <= stated * 1.1, row["name"]


def test_totals_are_the_published_ones(counted: Recount, reference: Path) -> None:
    check_totals(counted, reference, DEMO_LAST, YEARS)


def test_exactly_the_intended_mistakes_are_found(demo: DemoSet, counted: Recount) -> None:
    intended = {(mistake.path, mistake.sheet, mistake.row, mistake.code) for mistake in demo.mistakes}
    found = pd.concat([counted.rejected, counted.oddities])
    assert set(found.itertuples(index=False, name=None)) == intended
    kinds = Counter(mistake.code for mistake in demo.mistakes)
    assert {mistake.code for mistake in demo.mistakes if not mistake.counted} == set(counted.rejected.reason)
    assert min(kinds.values()) >= 2
    assert 20 <= sum(kinds.values()) <= 35


def test_corrected_submissions_count_once(demo: DemoSet, counted: Recount) -> None:
    assert len(demo.superseded) >= 4
    read = counted.submissions[counted.submissions.dataset == "activities"]
    assert set(read[~read.is_current].path) == set(demo.superseded)
    assert not set(counted.activities.path) & set(demo.superseded)
    for path in demo.superseded:
        assert path.with_stem(f"{path.stem}（更正）") in demo.paths


def test_some_workbooks_are_late_and_some_were_never_sent(demo: DemoSet, counted: Recount) -> None:
    expected = counted.submissions.community_code.nunique() * 4 * len(YEARS)
    assert len(demo.paths) == expected - len(demo.missing) + len(demo.superseded)
    assert 3 <= len(demo.missing) <= 10
    assert any(title == f"{DEMO_LAST.year}年第四季度" for _, title in demo.missing)
    activities = counted.submissions[counted.submissions.dataset == "activities"]
    ends = pd.PeriodIndex(activities.quarter.str.replace("-", ""), freq="Q").end_time.normalize()
    days = (activities.reported_on - ends).dt.days
    assert days.min() > 0
    assert 0.02 < (days > 15).mean() < 0.25


def test_people_are_synthetic_and_some_are_registered_twice(counted: Recount) -> None:
    numbers = counted.members.identity_number
    assert numbers.str.fullmatch(r"999999(19|20)\d{9}[\dX]").all()
    for number in numbers.sample(200, random_state=1):
        # GB 11643: the weighted sum with the check digit leaves 1 when divided by 11.
        digits = [10 if digit == "X" else int(digit) for digit in number]
        assert sum(digit * pow(2, 17 - place, 11) for place, digit in enumerate(digits)) % 11 == 1
    now = under_way(counted.members, DEMO_LAST, "since_on", "until_on")
    twice = now.groupby("identity_number").community_code.nunique()
    assert 40 <= (twice == 2).sum() <= 90
    assert twice.max() == 2
    assert 0.015 < (now.member_status == "probationary").mean() < 0.035
    in_unit = now.groupby(["community_code", "unit_name"]).size()
    assert 3 <= (in_unit < 5).sum() <= 15


def test_every_unit_named_is_on_its_committees_list(counted: Recount) -> None:
    known = set(counted.units[["community_code", "unit_name"]].itertuples(index=False, name=None))
    for frame in (counted.activities, counted.members, counted.points):
        named = frame.dropna(subset=["unit_name"])[["community_code", "unit_name"]]
        assert set(named.itertuples(index=False, name=None)) <= known


def test_committees_differ(counted: Recount) -> None:
    units = under_way(counted.units, DEMO_LAST, "signed_on", "ends_on").groupby("community_code").size()
    assert units.min() >= 2
    held = counted.activities.groupby("community_code").size().sort_values()
    assert held.iloc[-1] > 10 * held.iloc[2]
    months = counted.activities.groupby(
        ["community_code", counted.activities.held_on.dt.to_period("M")]
    ).size()
    assert months.unstack(fill_value=0).eq(0).sum(axis=1).max() >= 12
    by_month = counted.activities.groupby(counted.activities.held_on.dt.to_period("M")).size()
    assert by_month["2020-02"] < by_month["2019-02"] / 3
    assert by_month["2019-03"] > by_month["2019-04"] * 1.3


def test_points_lie_near_their_community_and_few_are_not_located(counted: Recount, reference: Path) -> None:
    centres = pd.read_csv(reference / "organisations.csv", dtype={"code": str}).set_index("code")
    now = under_way(counted.points, DEMO_LAST, "opened_on", "closed_on")
    assert 8 <= (~now.located).sum() <= 16
    assert set(counted.points.crs) == {"WGS-84", "GCJ-02", "BD-09"}
    found = now[now.located]
    away = ((found.longitude - found.community_code.map(centres.longitude)) * 102_600) ** 2
    away += ((found.latitude - found.community_code.map(centres.latitude)) * 111_300) ** 2
    assert away.pow(0.5).max() < 6_000
    assert away.pow(0.5).median() < 600


def test_plans_add_up(counted: Recount, reference: Path) -> None:
    plans = pd.read_csv(reference / "plans.csv", dtype={"org_code": str})
    organisations = pd.read_csv(reference / "organisations.csv", dtype={"code": str})
    level = plans.org_code.map(organisations.set_index("code").level)
    assert level.isin([1, 3]).all()
    slices = ["indicator", "year"]
    assert (
        plans[level == 3]
        .groupby(slices)
        .target.sum()
        .equals(plans[level == 1].set_index(slices).target.sort_index())
    )
    activities = counted.activities.assign(year=counted.activities.held_on.dt.year)
    for (indicator, year), targets in plans[level == 3].groupby(slices):
        chosen = activities[activities.year == year]
        if indicator == "themed_activity_count":
            chosen = chosen[chosen.themed.eq(True)]
        reached = chosen.groupby("community_code").size().reindex(targets.org_code, fill_value=0).to_numpy()
        assert 0.25 < (reached >= targets.target.to_numpy()).mean() < 0.75


def test_same_seed_same_bytes(demo: DemoSet, reference: Path, tmp_path: Path) -> None:
    """In another process, because the order of sets differs from one to the next."""
    program = "import sys, pathlib, etl.demo; etl.demo.write_demo(*map(pathlib.Path, sys.argv[1:]))"
    subprocess.run([sys.executable, "-c", program, tmp_path, reference], check=True)
    root = demo.paths[0].parents[1]
    names = [path.relative_to(root) for path in demo.paths]
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.xlsx")) == sorted(names)
    assert all((tmp_path / name).read_bytes() == (root / name).read_bytes() for name in names)


INVENTED_ORGANISATIONS = """\
code,name,name_en,short_name,level,parent_code,aliases,valid_from,valid_to,longitude,latitude
990001,青河区,Qinghe District,青河区,1,,,2009-01-01,,,
990001001,石桥街道党工委,Shiqiao Subdistrict,石桥街道,2,990001,,2009-01-01,,,
990001101,柳湾镇党委,Liuwan Town,柳湾镇,2,990001,,2009-01-01,,,
990001001001,东桥社区联合党委,Dongqiao Community,东桥社区,3,990001001,,2009-01-01,,104.02,30.02
990001001002,西桥社区联合党委,Xiqiao Community,西桥社区,3,990001001,西桥头,2009-01-01,,104.05,30.03
990001001003,老桥社区联合党委,Laoqiao Community,老桥社区,3,990001001,,2009-01-01,2020-07-01,104.03,30.06
990001101001,柳湾社区联合党委,Liuwan Community,柳湾社区,3,990001101,,2009-01-01,,104.09,30.08
990001101002,新湾社区联合党委,Xinwan Community,新湾社区,3,990001101,,2020-05-01,,104.08,30.02
"""
INVENTED_OUTLINE = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {},
 "geometry": {"type": "Polygon", "coordinates": [[[104, 30], [104.1, 30], [104.1, 30.1], [104, 30.1], [104, 30]]]}}]}"""
INVENTED_CATALOGUE = """\
class_code,class_name,class_name_en,item_code,item_name,item_name_en,aliases
river,河湖,Rivers,cleaning,河道清理,Cleaning,清河
river,河湖,Rivers,patrol,河湖巡查,Patrols,
culture,文化,Culture,performance,文艺演出,Performances,
"""
HEADER = "figure,name,name_en,value,statement,unit,unit_en,window_stated,window_note,indicator,where_dim,where_value"
INVENTED_FIGURES = [
    ("成员单位", 13, "exact", "", "member_unit_count", "", ""),
    ("党员", 90, "at_least", "", "dual_member_count", "", ""),
    ("主题活动", 30, "at_least", "year", "themed_activity_count", "", ""),
    ("联系点", 17, "exact", "", "service_point_count", "", ""),
    ("志愿服务", 41, "exact", "", "activity_count", "type", "volunteer"),
    ("培训", 3, "exact", "", "activity_count", "type", "training"),
    ("两新党组织", 11, "exact", "", "two_new_organisation_count", "", ""),
    ("发展党员", 8, "exact", "", "two_new_member_count", "", ""),
    ("服务队", 2, "exact", "", "service_team_count", "", ""),
    ("就业岗位", 23, "exact", "", "job_count", "", ""),
]


@pytest.mark.parametrize("seed", [1, 2])
def test_another_district_adds_up_to_its_own_figures(tmp_path: Path, seed: int) -> None:
    reference = tmp_path / "reference"
    reference.mkdir()
    lines = [
        f"x,{name},x,{value},{statement},个,x,{window},,{indicator},{dimension},{member}"
        for name, value, statement, window, indicator, dimension, member in INVENTED_FIGURES
    ]
    (reference / "published_figures.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    (reference / "organisations.csv").write_text(INVENTED_ORGANISATIONS, encoding="utf-8")
    (reference / "catalogue.csv").write_text(INVENTED_CATALOGUE, encoding="utf-8")
    (reference / "outline.geojson").write_text(INVENTED_OUTLINE, encoding="utf-8")
    first, last = date(2020, 1, 1), date(2021, 12, 31)
    steps: list[tuple[int, int]] = []
    written = write_demo(
        tmp_path / "demo",
        reference,
        first=first,
        last=last,
        seed=seed,
        progress=lambda done, of: steps.append((done, of)),
    )
    assert steps == [(number + 1, len(written.paths)) for number in range(len(written.paths))]
    counted = recount(tmp_path / "demo", reference)
    check_totals(counted, reference, last, range(2020, 2022))
    assert set(counted.rejected.reason) <= {mistake.code for mistake in written.mistakes}
    assert len(counted.rejected) == sum(not mistake.counted for mistake in written.mistakes)
    gone = counted.activities[counted.activities.community_code == "990001001003"]
    assert gone.held_on.max() < pd.Timestamp("2020-07-01")
    new = counted.activities[counted.activities.community_code == "990001101002"]
    assert new.held_on.min() >= pd.Timestamp("2020-05-01")
    assert set(counted.activities.item_code) <= {"cleaning", "patrol", "performance"}
