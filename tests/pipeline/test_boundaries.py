"""First days, last days and the days beside them: what counts at the end of 2021."""

from __future__ import annotations

import pytest

from dashboard.commands import query
from etl import snapshot
from tests.pipeline.desk import Desk
from tests.submissions.make import Sheet, identity_number, row

ACTIVITIES = {"2021-10-01": "当季第一天", "2021-12-31": "当季最后一天"}
AGREEMENTS = {  # ends on -> what
    "2021-12-30": "前一天到期",
    "2021-12-31": "当天到期",
    "2022-06-29": "第 180 天到期",
    "2022-06-30": "第 181 天到期",
    None: "长期",
}
MEMBERS = ["2021-12-30", "2021-12-31", "2022-01-01", None]  # until
POINTS = ["2021-12-31", "2022-01-01", None]  # closed on


@pytest.fixture(scope="module")
def at_the_edge(shared_desk: Desk) -> Desk:
    shared_desk.write(
        "东桥.xlsx",
        Sheet(
            "activities", [row("activities", title=title, held_on=day) for day, title in ACTIVITIES.items()]
        ),
        Sheet(
            "member_units",
            [row("member_units", unit_name=name, ends_on=day) for day, name in AGREEMENTS.items()],
        ),
        Sheet(
            "members",
            [
                row("members", person_key=identity_number(n), until_on=day)
                for n, day in enumerate(MEMBERS * 3)
            ],
        ),
        Sheet(
            "service_points",
            [row("service_points", point_name=f"点{n}", closed_on=day) for n, day in enumerate(POINTS)],
        ),
    )
    third = Sheet(
        "activities",
        [row("activities", held_on="2021-09-30")],
        quarter="2021年第三季度",
        reported="2021-10-08",
    )
    shared_desk.write("东桥三季度.xlsx", third)
    assert not shared_desk.load().findings
    return shared_desk


def value(desk: Desk, indicator: str, period: str) -> float:
    return float(query(snapshot.served(desk.data), indicator, (), period)["value"].item())


@pytest.mark.parametrize(
    ("period", "count"), [("2021-Q3", 1), ("2021-Q4", 2), ("2021-10", 1), ("2021-12", 1), ("2021", 3)]
)
def test_an_activity_counts_on_the_first_and_on_the_last_day(
    at_the_edge: Desk, period: str, count: int
) -> None:
    assert value(at_the_edge, "activity_count", period) == count


def test_an_agreement_holds_through_its_last_day(at_the_edge: Desk) -> None:
    assert value(at_the_edge, "member_unit_count", "2021") == 4


def test_a_member_has_left_from_the_day_of_leaving_on(at_the_edge: Desk) -> None:
    assert value(at_the_edge, "dual_member_count", "2021") == 6


def test_a_point_is_closed_from_the_day_of_closing_on(at_the_edge: Desk) -> None:
    assert value(at_the_edge, "service_point_count", "2021") == 2


def test_an_agreement_that_ends_on_the_180th_day_ends_within_180_days(at_the_edge: Desk) -> None:
    assert value(at_the_edge, "expiring_agreement_count", "2021") == 2


def test_a_committee_counts_from_its_first_day_to_the_day_before_its_last(at_the_edge: Desk) -> None:
    """老桥 is closed on 2021-07-01."""
    assert value(at_the_edge, "committee_count", "2021") == 4
