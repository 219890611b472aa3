"""diff: which figures two releases state differently, and because of which file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.catalogue import load_catalogue
from dashboard.database import open_snapshot
from dashboard.queries import default_selection, measure
from dashboard.selection import Period, Selection
from etl import snapshot
from tests.conftest import Release
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, rows


@pytest.fixture(scope="module")
def two(shared_desk: Desk) -> tuple[Desk, str, str]:
    """Before and after one committee's correction; the other one sends nothing new."""
    desk = shared_desk
    first = desk.load(
        desk.write("东桥.xlsx", Sheet("activities", rows("activities", 2, head_count=10))),
        desk.write("西桥村.xlsx", Sheet("activities", rows("activities", 3), "西桥村")),
    ).release_id
    desk.run("period", "lock", "2021-Q4")
    again = Sheet("activities", rows("activities", 4, head_count=10), reported="2022-02-01")
    second = desk.load(desk.write("东桥更正.xlsx", again)).release_id
    return desk, str(first), str(second)


def diff(desk: Desk, *arguments: str) -> list[dict[str, Any]]:
    result = desk.run("diff", *arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.output)
    return found


def test_the_figures_that_changed_and_the_file_that_changed_them(two: tuple[Desk, str, str]) -> None:
    desk, first, second = two
    rows = {(row["indicator"], row["org_label"], row["period"]): row for row in diff(desk, first, second)}
    row = rows["activity_count", "东桥社区", "2021-Q4"]
    assert (row["before"], row["after"], row["change"]) == (2, 4, 2)
    assert "东桥更正.xlsx" in row["files"]
    assert "西桥村.xlsx" not in row["files"]
    assert ("activity_count", "青河县", "2021-Q4") in rows
    assert not any(label == "西桥村" for _, label, _ in rows)
    assert all(
        row["before"] != row["after"] or row["before_state"] != row["after_state"] for row in rows.values()
    )


def test_no_figure_that_differs_is_left_out(two: tuple[Desk, str, str]) -> None:
    """Every indicator asked of both releases, whether or not its tables seem the same."""
    desk, first, second = two
    told = {
        (row["indicator"], row["period"]) for row in diff(desk, first, second) if row["level"] == "district"
    }
    both = [open_snapshot(snapshot.path_of(desk.data, name)) for name in (first, second)]
    period = Period.of_days(both[1].first_month, both[1].last_month)
    differing = set()
    for key, what in load_catalogue(both[1]).items():
        by = () if what.is_timeless else ("quarter",)
        old, new = (measure(one, key, Selection(default_selection(one).org, period), by) for one in both)
        for place in range(len(new)):
            if old["value"][place] != new["value"][place] and not (
                old["value"].isna()[place] and new["value"].isna()[place]
            ):
                differing.add((key, new["quarter"][place] if by else "全部时间"))
    assert differing <= told
    assert {key for key, _ in differing} >= {"activity_count", "head_count"}


def test_what_is_not_shared_is_named_with_what_became_of_it(two: tuple[Desk, str, str]) -> None:
    desk, first, second = two
    told = {(row["what"], row["file_name"]) for row in diff(desk, first, second, "--submissions")}
    assert told == {("corrected", "东桥更正.xlsx"), ("superseded", "东桥.xlsx")}
    back = {(row["what"], row["file_name"]) for row in diff(desk, second, first, "--submissions")}
    assert back == {("dropped", "东桥更正.xlsx"), ("used_again", "东桥.xlsx")}


def test_one_indicator_one_organisation(two: tuple[Desk, str, str]) -> None:
    desk, first, second = two
    rows = diff(desk, first, second, "--indicator", "活动场次", "--org", "东桥社区")
    assert {(row["indicator"], row["org_label"]) for row in rows} == {("activity_count", "东桥社区")}
    assert diff(desk, first, second, "--org", "西桥村") == []


def test_a_table_for_people_names_figures_and_files(two: tuple[Desk, str, str]) -> None:
    desk, first, second = two
    text = desk.run("diff", first, second, "--indicator", "activity_count").output
    assert "锁定后更正" in text
    assert "活动场次（场）" in text
    assert "+2" in text
    assert "[2]" in text


def test_a_release_does_not_differ_from_itself(district: Release, tmp_path: Path) -> None:
    from dashboard.differences import differences

    whole = open_snapshot(district.snapshot)
    found = differences(whole, whole)
    assert found.figures.empty
    assert found.changes.empty


def test_without_names_the_served_release_is_compared_with_the_one_before(two: tuple[Desk, str, str]) -> None:
    desk, _, second = two
    result = desk.run("diff", "--indicator", "activity_count")
    assert f"→ {second}" in result.output
    refused = desk.run("diff", "activity")
    assert refused.exit_code == 2
    assert "没有名为 activity 的版本" in refused.stderr
