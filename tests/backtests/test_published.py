"""`liandong query` gives the published figures, for every one that an indicator counts."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from etl.cli import main
from etl.settings import DEFAULT
from tests.backtests.published import value_of_published
from tests.backtests.recount import Recount
from tests.conftest import Release

with (DEFAULT.parent / "reference" / "published_figures.csv").open(encoding="utf-8", newline="") as file:
    PUBLISHED = [row for row in csv.DictReader(file) if row["indicator"]]


def test_the_file_states_the_figures_of_the_article() -> None:
    stated = {row["figure"]: (int(row["value"]), row["statement"]) for row in PUBLISHED}
    assert stated == {
        "joint_committees": (35, "exact"),
        "member_units": (164, "exact"),
        "dual_members": (9300, "at_least"),
        "two_new_organisations": (106, "exact"),
        "two_new_members": (64, "exact"),
        "themed_activities": (800, "at_least"),
        "liaison_points": (541, "exact"),
        "service_teams": (16, "exact"),
        "volunteer_activities": (3602, "exact"),
        "galas": (1752, "exact"),
        "trainings": (52, "exact"),
        "jobs": (258, "exact"),
    }


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: row["figure"])
def test_query_gives_the_published_figure(demo_release: Release, row: dict[str, str]) -> None:
    for value in value_of_published(demo_release.snapshot, row, 2019, 2021):
        stated = float(row["value"])
        if row["statement"] == "exact":
            assert value == stated
        else:
            assert stated <= value <= stated * 1.1


def test_the_command_of_the_issue_prints_the_three_published_types(
    demo_release: Release, tmp_path: Path
) -> None:
    command = ["query", "activity_count", "--by", "type", "--period", "2019..2021", "--format", "csv"]
    result = CliRunner().invoke(main, command, env={"LIANDONG_DATA": str(demo_release.data)})
    assert result.exit_code == 0
    counts = {row["type"]: int(row["value"]) for row in csv.DictReader(io.StringIO(result.output))}
    assert (counts["volunteer"], counts["gala"], counts["training"]) == (3602, 1752, 52)


def test_rows_read_are_rows_accepted_and_rows_sent_back(demo_release: Release, counted: Recount) -> None:
    """The load tells its analyst of every row; a release counts no list in which a row is a person."""
    ((read, accepted, back),) = demo_release.rows(
        "select row_count, accepted_count, quarantined_count from meta_release"
    )
    assert read == accepted + back
    lists = counted.submissions.loc[lambda frame: frame.dataset == "members"]
    persons = int(lists["row_count"].sum())
    assert persons > 0
    (counts,) = demo_release.rows(
        "select max(row_count), max(accepted_count) from meta_submission where dataset = 'members'"
    )
    assert counts == (None, None)
    assert demo_release.loaded.row_count == read + persons
    assert demo_release.loaded.accepted_count == accepted + persons
