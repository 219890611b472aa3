"""releases, status, query and indicators: for people as a table, for programs as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner, Result

from etl.cli import main
from etl.snapshot import releases
from tests.conftest import Release

COMMANDS = {
    "releases": ["releases"],
    "status": ["status"],
    "indicators": ["indicators"],
    "query": ["query", "activity_count", "--by", "community,type", "--period", "2021"],
    "persons": ["query", "dual_member_count", "--by", "community", "--period", "2021"],
    "no rows": ["query", "activity_count", "--by", "type", "--period", "1999"],
}


def run(district: Release, *arguments: str) -> Result:
    environment = {
        "LIANDONG_SETTINGS": str(district.settings.path),
        "LIANDONG_DATA": str(district.data),
        "COLUMNS": "200",
    }
    result = CliRunner().invoke(main, arguments, env=environment)
    assert result.exit_code == 0, result.output
    return result


def as_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "no rows"])
def test_csv_and_json_say_the_same(district: Release, name: str) -> None:
    from_json = json.loads(run(district, *COMMANDS[name], "--format", "json").output)
    from_csv = as_csv(run(district, *COMMANDS[name], "--format", "csv").output)
    assert from_json
    assert from_csv == [
        {key: "" if value is None else str(value) for key, value in row.items()} for row in from_json
    ]


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "status"])
def test_a_table_has_chinese_headings_and_every_row(district: Release, name: str) -> None:
    table = run(district, *COMMANDS[name]).output
    rows = as_csv(run(district, *COMMANDS[name], "--format", "csv").output)
    if not rows:
        assert "没有数据" in table
    else:
        assert len(table.splitlines()) >= len(rows)
    assert not {"Traceback", "NaN", "None", "nan"} & set(table.split())


def test_releases_name_the_one_in_use(district: Release) -> None:
    (row,) = as_csv(run(district, "releases", "--format", "csv").output)
    assert row["release"] == district.loaded.release_id == releases(district.data)[0].release_id
    assert (row["first_month"], row["last_month"], row["current"]) == ("2020-01", "2021-12", "是")


def test_status_has_a_row_for_every_committee_that_existed_and_every_quarter(district: Release) -> None:
    rows = json.loads(run(district, "status", "--period", "all", "--format", "json").output)
    for row in rows:
        assert row["row_count"] == row["accepted_count"] + row["quarantined_count"]
    rows = [row for row in rows if row["dataset"] == "activities"]
    quarters = [(row["community"], row["period"]) for row in rows]
    assert len(set(quarters)) == len(quarters)
    existing = {"东桥社区": 8, "西桥村": 8, "柳湾社区": 8, "老桥社区": 6, "柳湾南社区": 6}
    assert {name: sum(name == community for community, _ in quarters) for name in existing} == existing
    assert {row["state"] for row in rows} <= {"received", "late", "missing"}


def test_status_draws_a_sign_for_every_committee_and_ledger_and_says_what_to_do(district: Release) -> None:
    rows = json.loads(run(district, "status", "--format", "json").output)
    table = run(district, "status").output
    (period,) = {row["period"] for row in rows}
    assert f"{period}（截止" in table
    lines = table.splitlines()
    for community in {row["community"] for row in rows}:
        own = [row for row in rows if row["community"] == community]
        (line,) = [line for line in lines if line.startswith(f" {community} ")]
        assert len(line.rstrip()) <= 80
        sent = sum(row["state"] in ("received", "late") for row in own)
        assert sum(line.count(sign) for sign in "✓迟误改") == sent
        asked = [line for line in lines if line.startswith(f"  {community}　")]
        assert bool(asked) is any(row["state"] == "missing" or row["quarantined_count"] for row in own)
    (only,) = {
        row["community"]
        for row in json.loads(run(district, "status", "--committee", "西桥村", "--format", "json").output)
    }
    assert only == "西桥村"


def test_query_gives_numerator_and_denominator(district: Release) -> None:
    (row,) = json.loads(run(district, "query", "themed_share", "--period", "2021", "--format", "json").output)
    assert row["value"] == pytest.approx(row["numerator"] / row["denominator"])


def test_every_option_of_query_narrows_what_is_counted(district: Release) -> None:
    def value(*options: str) -> int:
        (row,) = json.loads(run(district, "query", "activity_count", *options, "--format", "json").output)
        return int(row["value"])

    whole = value("--period", "2020..2021")
    assert whole == value("--period", "2020") + value("--period", "2021")
    assert 0 < value("--period", "2021", "--org", "990001001") < value("--period", "2021")
    assert value("--period", "2020..2021", "--where", "type=volunteer") == 41


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["activty_count"], "没有名为“activty_count”的指标"),
        (["activity_count", "--by", "colour"], "没有名为“colour”的分组项"),
        (["activity_count", "--period", "昨天"], "不是有效的时间段"),
        (["activity_count", "--org", "990002"], "没有名为“990002”的组织"),
        (["activity_count", "--where", "type"], "写法不对"),
        (["dual_member_count", "--by", "community,street,month,unit_kind"], "最多同时按"),
    ],
)
def test_a_question_without_an_answer_is_refused_in_one_sentence(
    district: Release, arguments: list[str], sentence: str
) -> None:
    environment = {"LIANDONG_SETTINGS": str(district.settings.path), "LIANDONG_DATA": str(district.data)}
    result = CliRunner().invoke(main, ["query", *arguments], env=environment)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
