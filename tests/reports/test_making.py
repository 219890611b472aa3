"""The register, the schedule, printing again, and the command."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard import attention, followups
from dashboard.database import Snapshot
from dashboard.organisations import district
from dashboard.reports import making, register, schedule
from dashboard.reports.compose import ReportRefused
from dashboard.selection import Period, Selection
from etl import snapshot
from etl.cli import main
from tests.conftest import Release

MADE_AT = datetime(2022, 1, 10, 9, 0, tzinfo=UTC)


def _wanted(snapshot: Snapshot, kind: str = "brief", formats: tuple[str, ...] = ("html",)) -> making.Wanted:
    return making.Wanted(making.kind_named(kind), district(snapshot).code, Period.parse("2021-Q2"), formats)


def test_a_report_is_entered_with_the_hash_of_each_file(
    release: Snapshot, data: Path, tmp_path: Path
) -> None:
    entry, paths = making.make(release, _wanted(release), tmp_path / "out", MADE_AT)
    (known,) = register.entries(data)
    assert known == entry
    assert register.find(data, entry.report_id) == entry
    assert [path.suffix for path in paths] == [".html"]
    assert hashlib.sha256(paths[0].read_bytes()).hexdigest() == entry.files["html"]
    assert not list((tmp_path / "out").glob(".*")), "nothing half-written is left"
    assert release.release_id in snapshot.named(data), "and its release is kept"


def test_a_torn_line_costs_only_itself(release: Snapshot, data: Path, tmp_path: Path) -> None:
    making.make(release, _wanted(release), tmp_path, MADE_AT)
    with (data / register.FILE).open("a", encoding="utf-8") as stream:
        stream.write('{"report_id": "2022')
    making.make(release, _wanted(release), tmp_path, replace_minute(MADE_AT))
    assert len(register.entries(data)) == 2


def replace_minute(moment: datetime) -> datetime:
    return moment.replace(minute=30)


def test_printing_again_gives_the_same_bytes_whatever_was_followed_up_since(
    release: Snapshot, data: Path, tmp_path: Path
) -> None:
    wanted = _wanted(release, formats=("pdf", "html"))
    entry, paths = making.make(release, wanted, tmp_path / "first", MADE_AT)
    item = attention.found(release, Selection(wanted.org, wanted.period))[0]
    followups.record(
        followups.file_of(release),
        rule=item.rule.key,
        key=item.key,
        state="resolved",
        release_id=release.release_id,
        data_on=date(2021, 12, 31),
    )
    again = making.reprint(data, entry.report_id, tmp_path / "again")
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in paths]
    assert [path.name for path in again] == [path.name for path in paths]
    later, _ = making.make(release, wanted, tmp_path / "later")
    assert later.files["html"] != entry.files["html"], "a new report does know of it"


def test_an_unknown_number_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ReportRefused, match="没有编号"):
        making.reprint(data, "20220101-000000", tmp_path)


SCHEDULE = """
[[report]]
name = "季度快报"
kind = "brief"
grain = "quarter"
organisations = "district"
formats = ["html"]
days_after = 10
folder = "reports/brief"
since = "2021-Q3"
"""


def test_what_is_due_is_made_once(release: Snapshot, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "schedule.toml"
    file.write_text(SCHEDULE, encoding="utf-8")
    lines = schedule.read(file)
    assert [wanted.period.key for wanted, _ in schedule.due(release, lines, date(2021, 10, 9))] == []
    assert [wanted.period.key for wanted, _ in schedule.due(release, lines, date(2021, 10, 10))] == [
        "2021-Q3"
    ]
    due = schedule.due(release, lines, date(2022, 3, 1))
    assert [wanted.period.key for wanted, _ in due] == ["2021-Q3", "2021-Q4"]
    making.make(release, due[0][0], data / due[0][1], MADE_AT)
    assert [wanted.period.key for wanted, _ in schedule.due(release, lines, date(2022, 3, 1))] == ["2021-Q4"]
    newest_only = tuple(replace(line, since=None, name="另一项") for line in lines)
    assert [wanted.period.key for wanted, _ in schedule.due(release, newest_only, date(2022, 3, 1))] == [
        "2021-Q4"
    ]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (('"brief"', '"nothing"'), "没有名为“nothing”的报告"),
        (('"quarter"', '"week"'), "没有“week”"),
        (('["html"]', '["odt"]'), "没有名为“odt”的格式"),
        (("days_after = 10", "days_after = -1"), "days_after"),
        (("days_after", "weeks_after"), "不认识的设置项"),
        (('organisations = "district"\n', ""), "缺少设置项“organisations”"),
        (("[[report]]", "[report"), "读不出来"),
    ],
)
def test_a_wrong_schedule_says_where_and_what(tmp_path: Path, change: tuple[str, str], word: str) -> None:
    file = tmp_path / "schedule.toml"
    file.write_text(SCHEDULE.replace(*change), encoding="utf-8")
    with pytest.raises(ReportRefused, match=word) as told:
        schedule.read(file)
    assert str(file) in str(told.value)


def test_the_command_makes_prints_again_and_refuses(
    district: Release, data: Path, release: Snapshot, tmp_path: Path
) -> None:
    run = CliRunner()
    start = ["--settings", str(district.settings.path), "report"]
    out = tmp_path / "out"
    made = run.invoke(main, [*start, "brief", "--period", "2021-Q2", "--all", "streets", "--format", "html", "--out", str(out)])  # fmt: skip
    assert made.exit_code == 0, made.output
    streets = making.organisations_named(release, "streets", Period.parse("2021-Q2"))
    assert len(list(out.glob("*.html"))) == len(streets) == len(register.entries(data))
    number = register.entries(data)[0].report_id
    again = run.invoke(main, [*start, "--reprint", number, "--out", str(tmp_path / "again")])
    assert again.exit_code == 0, again.output
    (copy,) = (tmp_path / "again").iterdir()
    assert copy.read_bytes() == (out / copy.name).read_bytes()
    file = tmp_path / "schedule.toml"
    file.write_text(SCHEDULE.replace('since = "2021-Q3"', ""), encoding="utf-8")
    for expected in ("编号", "没有到期而未做的报告"):
        told = run.invoke(main, [*start, "--due", "--schedule", str(file)])
        assert told.exit_code == 0
        assert expected in told.output
    today = f"{datetime.now().astimezone():%Y-%m-%d}"
    then = run.invoke(main, [*start, "brief", "--period", "2021-Q2", "--as-of", today, "--format", "html", "--out", str(tmp_path / "then")])  # fmt: skip
    assert then.exit_code == 0, then.output
    assert register.entries(data)[-1].release == release.release_id
    for wrong in (
        ["quarterly", "--period", "2021"],
        ["brief", "--period", "2021", "--as-of", "2001-01-01"],
        ["brief", "--period", "2021", "--release", "../secret"],
        ["brief"],
        ["brief", "--period", "2021", "--format", "odt"],
    ):
        refused = run.invoke(main, [*start, *wrong])
        assert refused.exit_code == 2
        assert "Traceback" not in refused.output
