"""The analyst's month: lock, excuse, correct, withdraw, look back. Nothing is ever deleted."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from etl import archive, decisions, past, snapshot
from etl.findings import Refused
from tests.pipeline.desk import Desk, contents
from tests.submissions.make import DONGQIAO, XIQIAO, Sheet, row


def activities(
    desk: Desk, name: str, *titles: str, committee: str = "东桥社区", reported: str = "2022-01-05"
) -> Path:
    records = [row("activities", title=title) for title in titles]
    return desk.write(f"{name}.xlsx", Sheet("activities", records, committee, reported=reported))


def told(desk: Desk, *arguments: str | Path, code: int = 0) -> str:
    result = desk.run(*arguments)
    assert result.exit_code == code, result.output + result.stderr
    return result.output + result.stderr


def titles(desk: Desk) -> list[str]:
    return sorted(title for (title,) in desk.rows("select title from fact_activity"))


def due(desk: Desk, committee: str) -> dict[str, object]:
    ((state, *counts),) = desk.rows(
        "select state, expected_count, received_count, on_time_count, excused_count, correction_count, withdrawn_count"
        f" from mart_submission_quarter where community_code = '{committee}'"
    )
    names = ("expected", "received", "on_time", "excused", "corrected", "withdrawn")
    return {"state": state, **dict(zip(names, counts, strict=True))}


def standing(desk: Desk, committee: str, *options: str) -> dict[str, object]:
    text = told(desk, "status", "--committee", committee, "--format", "json", *options)
    (found,) = [line for line in json.loads(text) if line["dataset"] == "activities"]
    return dict(found)


def test_what_comes_after_the_lock_is_used_and_shown_as_a_correction(desk: Desk) -> None:
    desk.load(activities(desk, "甲", "甲"), activities(desk, "西", "西", committee="西桥村"))
    assert "20 种台账" in told(desk, "period", "lock", "2021年第四季度", "--reason", "通报已印发")
    assert "本来就已锁定" in told(desk, "period", "lock", "2021-Q4")
    assert due(desk, DONGQIAO)["corrected"] == 0, "what came before is none"
    assert "1 份台账在报送期锁定之后收到" in told(
        desk, "load", activities(desk, "乙", "甲", "乙", reported="2022-02-20")
    )
    assert titles(desk) == ["乙", "甲", "西"]
    assert due(desk, DONGQIAO) == {
        "state": "received", "expected": 1, "received": 1, "on_time": 1, "excused": 0, "corrected": 1, "withdrawn": 0,
    }  # fmt: skip
    assert desk.rows("select file_name, is_correction from meta_submission order by 1") == [
        ("乙.xlsx", True), ("甲.xlsx", False), ("西.xlsx", False),
    ]  # fmt: skip
    touched = {indicator for (indicator,) in desk.rows("select distinct indicator from meta_correction")}
    assert "activity_count" in touched
    assert "dual_member_count" not in touched
    assert standing(desk, "东桥社区")["is_correction"] is True
    assert snapshot.history(desk.data)[-1].corrections == 1
    # Opened again, what comes is no correction; what was one stays one.
    told(desk, "period", "open", "2021-Q4", "--dataset", "活动")
    desk.load(activities(desk, "西二", "西二", committee="西桥村", reported="2022-02-21"))
    assert due(desk, XIQIAO)["corrected"] == 0
    assert due(desk, DONGQIAO)["corrected"] == 1
    (listed,) = json.loads(told(desk, "period", "list", "2021-Q4", "--format", "json"))
    assert (listed["state"], listed["corrections"]) == ("partly_locked", 1)
    assert "活动" not in listed["locked_datasets"].split("、")


def test_an_excused_committee_is_neither_late_nor_missing(desk: Desk) -> None:
    desk.load(activities(desk, "西", "西", committee="西桥村", reported="2022-02-01"))
    assert (due(desk, DONGQIAO)["state"], due(desk, XIQIAO)["state"]) == ("missing", "late")
    assert "写明批准的原因" in told(desk, "excuse", "东桥社区", "活动", "2021-Q4", code=2)
    for committee in ("东桥社区联合党委", XIQIAO):
        told(desk, "excuse", committee, "activities", "2021-Q4", "--reason", "换届 13800000000")
    assert due(desk, DONGQIAO) == {
        "state": "excused", "expected": 0, "received": 0, "on_time": 0, "excused": 1, "corrected": 0, "withdrawn": 0,
    }  # fmt: skip
    assert (due(desk, XIQIAO)["state"], due(desk, XIQIAO)["on_time"]) == ("received", 1)
    assert desk.rows("select late_days from mart_submission_quarter where late_days is not null") == [(22,)]
    excused = standing(desk, "东桥社区")
    assert (excused["state"], excused["reason"]) == ("excused", "换届 ［已隐去］")
    share = json.loads(
        told(desk, "query", "submission_on_time_share", "--period", "2021-Q4", "--format", "json")
    )
    existing = len(desk.rows("select 1 from mart_submission_quarter"))
    assert (share[0]["numerator"], share[0]["denominator"]) == (1, existing - 1)
    told(desk, "excuse", "东桥社区", "活动", "2021-Q4", "--undo")
    assert due(desk, DONGQIAO)["state"] == "missing"


def test_the_earlier_report_counts_again_when_the_later_one_is_taken_back(desk: Desk) -> None:
    desk.load(activities(desk, "甲", "甲"))
    before = desk.contents()
    path = activities(desk, "乙", "乙", reported="2022-01-08")
    desk.load(path)
    assert titles(desk) == ["乙"]
    told(desk, "withdraw", "乙.xlsx", "--reason", "报错了")
    assert titles(desk) == ["甲"]
    assert desk.rows("select file_name, state, withdrawn_for from meta_submission order by 1") == [
        ("乙.xlsx", "withdrawn", "报错了"), ("甲.xlsx", "current", None),
    ]  # fmt: skip
    assert due(desk, DONGQIAO)["withdrawn"] == 1
    facts = {name: rows for name, rows in desk.contents().items() if name.startswith("fact_")}
    assert facts == {name: before[name] for name in facts}
    assert "以前撤回过，仍不采用" in told(desk, "load", path)
    assert "已经撤回过" in told(desk, "withdraw", "乙.xlsx")
    hash_of_it = archive.receipts(desk.data / "archive")[-1].sha256
    told(desk, "withdraw", "--undo", hash_of_it[:12])
    assert titles(desk) == ["乙"]
    assert len(decisions.decisions(desk.data / "archive")) == 2
    told(desk, "withdraw", "甲.xlsx")
    assert "存档里没有可以采用的台账了" in told(desk, "withdraw", "乙.xlsx")
    assert titles(desk) == ["乙"], "with nothing left to show, the last release stays"


def test_a_withdrawal_after_the_lock_is_a_correction_too(desk: Desk) -> None:
    desk.load(activities(desk, "甲", "甲"), activities(desk, "西", "西", committee="西桥村"))
    told(desk, "period", "lock", "2021")
    told(desk, "withdraw", "甲.xlsx")
    assert desk.rows("select correction_count, withdrawn_count from meta_release") == [(1, 1)]
    assert standing(desk, "东桥社区")["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["period", "lock", "昨天"], "不是一个报送期"),
        (["period", "lock"], "请写明报送期"),
        (["period", "lock", "2021-Q4", "--dataset", "活动台帐"], "是不是要找：活动"),
        (["excuse", "东桥", "全部", "2021-Q4", "--reason", "一"], None),
        (["excuse", "东桥社", "活动", "2021-Q4", "--reason", "一"], "是不是要找：东桥社区"),
        (["withdraw", "没有这份.xlsx"], "没有收到过"),
        (["query", "activity_count", "--release", "../../etc"], "没有名为"),
        (["query", "activity_count", "--as-of", "2001-01-01"], "还没有任何版本"),
        (["query", "activity_count", "--as-of", "昨天"], "不是日期"),
        (["status", "--period", "1999-Q1"], "报送期"),
    ],
)
def test_a_wrong_name_is_told_in_one_sentence(
    shared_desk: Desk, arguments: list[str], sentence: str | None
) -> None:
    desk = shared_desk
    if desk.release is None:
        desk.load(activities(desk, "甲", "甲"))
    before = len(decisions.decisions(desk.data / "archive"))
    if sentence is None:
        told(desk, *arguments)
        assert len(decisions.decisions(desk.data / "archive")) == before + 20
        return
    assert sentence in told(desk, *arguments, code=2)
    assert len(decisions.decisions(desk.data / "archive")) == before


def test_a_pruned_release_is_built_again_table_for_table(desk: Desk) -> None:
    """From so many receipts and decisions as it was made of, whatever came after."""
    desk.load(activities(desk, "甲", "甲"))
    told(desk, "period", "lock", "2021-Q4")
    desk.load(
        activities(desk, "坏", "坏").with_name("坏.xlsx"), activities(desk, "乙", "乙", reported="2022-02-01")
    )
    asked = str(desk.release)
    before = desk.contents()
    told(desk, "withdraw", "乙.xlsx")
    (desk.inbox / "不是表.csv").write_text("什么也不是\n")
    told(desk, "load", desk.inbox / "不是表.csv", code=1)
    desk.load(activities(desk, "丙", "丙", reported="2022-03-01"))
    snapshot.path_of(desk.data, asked).unlink()
    served = desk.release
    assert json.loads(told(desk, "releases", "--format", "json"))[1:]
    text = told(desk, "query", "activity_count", "--period", "2021-Q4", "--release", asked)
    assert "已按当时的存档和决定重建" in text
    assert contents(snapshot.path_of(desk.data, asked)) == before
    assert desk.release == served, "looking back serves nobody anything else"


def test_the_release_of_a_day_is_the_one_served_at_its_end(desk: Desk) -> None:
    data = desk.data
    (data / "snapshots").mkdir(parents=True)
    lines = [
        ("2022-01-10T12:00:00+00:00", "a", "load"),
        ("2022-01-12T12:00:00+00:00", "b", "load"),
        ("2022-01-12T12:30:00+00:00", "a", "rollback"),
        ("2022-01-14T12:00:00+00:00", "c", "withdraw"),
    ]
    text = "\n".join(json.dumps({"at": at, "release_id": name, "reason": why}) for at, name, why in lines)
    (data / "snapshots" / "history.jsonl").write_text(text + '\n{"at": "2022-01-14T13')
    days = {"2022-01-11": "a", "2022-01-13": "a", "2022-01-16": "c"}
    assert {day: past.served_on(data, date.fromisoformat(day)).release_id for day in days} == days
    with pytest.raises(Refused, match="还没有任何版本"):
        past.served_on(data, date(2022, 1, 8))


def seal_anything(file: Path) -> None:
    """What can be read as a release and says nothing."""
    with duckdb.connect(file) as connection:
        connection.execute(f"create table meta_release as select {snapshot.FORMAT_VERSION} as format_version")


def test_old_snapshots_are_pruned_but_never_the_one_served_nor_one_of_a_report(desk: Desk) -> None:
    folder = desk.data / "snapshots"
    folder.mkdir(parents=True)
    (desk.data / "reports").mkdir()
    for name in "abcde":
        seal_anything(folder / f"{name}.duckdb")
        snapshot.publish(desk.data, snapshot.Publication(snapshot.moment(), name, "load"))
    snapshot.publish(desk.data, snapshot.Publication(snapshot.moment(), "b", "rollback"))
    (desk.data / "reports" / "register.jsonl").write_text('{"report_id": "1", "release": "a"}\n{"rele')
    assert snapshot.prune(desk.data, None) == []
    assert snapshot.prune(desk.data, 2) == ["c", "d"]
    assert sorted(file.stem for file in folder.glob("*.duckdb")) == ["a", "b", "e"]


def test_a_publication_that_a_crash_kept_from_the_record_is_put_in_by_the_next(desk: Desk) -> None:
    folder = desk.data / "snapshots"
    folder.mkdir(parents=True)
    for name in "abc":
        seal_anything(folder / f"{name}.duckdb")
    snapshot.publish(desk.data, snapshot.Publication("2022-01-10T12:00:00+00:00", "a", "load"))
    (desk.data / "CURRENT").write_text("b\n")
    with (folder / "history.jsonl").open("a") as stream:
        stream.write('{"at": "2022-01-1')
    assert [entry.release_id for entry in snapshot.history(desk.data)] == ["a", "b"]
    snapshot.publish(desk.data, snapshot.Publication(snapshot.moment(), "c", "load"))
    assert [entry.release_id for entry in snapshot.history(desk.data)] == ["a", "b", "c"]
