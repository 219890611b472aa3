"""What counts when the same, a corrected, an empty or a useless submission comes again."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl import snapshot
from tests.pipeline.desk import Desk
from tests.submissions.make import DONGQIAO, XIQIAO, Sheet, Value, row, rows


def activities(*titles: str, reported: str | None = "2022-01-10", **how: str) -> Sheet:
    return Sheet("activities", [row("activities", title=title) for title in titles], reported=reported, **how)  # type: ignore[arg-type]


def units(
    *names: str, reported: str = "2022-01-10", quarter: str = "2021年第四季度", **changes: Value
) -> Sheet:
    records = [row("member_units", unit_name=name, **changes) for name in names]
    return Sheet("member_units", records, reported=reported, quarter=quarter)


def titles(desk: Desk) -> list[str]:
    return sorted(title for (title,) in desk.rows("select title from fact_activity"))


def states(desk: Desk) -> dict[str, str]:
    return dict(desk.rows("select file_name, state from meta_submission"))


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    desk.write("甲.xlsx", activities("甲"))
    first = desk.load()
    before = desk.contents()
    again = desk.load()
    assert (again.new_files, again.known_files) == (0, 1)
    assert again.release_id == first.release_id
    assert not again.is_new_release
    assert desk.contents() == before
    assert len(snapshot.releases(desk.data)) == 1


def test_the_same_file_under_another_name_is_the_same_file(desk: Desk) -> None:
    first = desk.write("甲.xlsx", activities("甲"))
    release = desk.load().release_id
    (desk.inbox / "甲 副本.xlsx").write_bytes(first.read_bytes())
    assert desk.load().release_id == release


@pytest.mark.parametrize("order", ["一二三", "三一二", "三二一"])
def test_the_newest_report_counts_whatever_the_order_of_arrival(desk: Desk, order: str) -> None:
    for day, name in enumerate(["一", "二", "三"], start=10):
        desk.write(f"{name}.xlsx", activities(f"第{name}版", reported=f"2022-01-{day}"))
    for name in order[:-1]:
        desk.load(desk.inbox / f"{name}.xlsx")
    desk.load(desk.inbox / f"{order[-1]}.xlsx")
    assert titles(desk) == ["第三版"]
    assert states(desk) == {"一.xlsx": "superseded", "二.xlsx": "superseded", "三.xlsx": "current"}


def test_of_two_reports_of_one_day_the_later_arrival_counts(desk: Desk) -> None:
    for name in ("乙", "甲"):
        desk.load(desk.write(f"{name}.xlsx", activities(name)))
    assert titles(desk) == ["甲"]


def test_without_a_date_of_report_the_day_of_arrival_counts(desk: Desk) -> None:
    desk.load(desk.write("旧.xlsx", activities("旧", reported=None)))
    desk.load(desk.write("新.xlsx", activities("新", reported=None)))
    assert titles(desk) == ["新"]


def test_a_correction_replaces_its_own_slice_only(desk: Desk) -> None:
    desk.write("甲.xlsx", activities("四季度"), units("第一小学"))
    third = [row("activities", title="三季度", held_on="2021-08-01")]
    desk.write("三.xlsx", Sheet("activities", third, quarter="2021年第三季度", reported="2021-10-08"))
    desk.write("西.xlsx", activities("西桥", committee="西桥村"))
    desk.load()
    desk.load(desk.write("甲更正.xlsx", activities("四季度更正", reported="2022-02-01")))
    assert titles(desk) == ["三季度", "四季度更正", "西桥"]
    assert desk.rows("select unit_name from fact_member_unit") == [("第一小学",)]


def test_a_list_restates_the_whole_and_the_newest_quarter_counts(desk: Desk) -> None:
    desk.write("四.xlsx", units("第一小学", "第二小学"))
    desk.write("三.xlsx", units("第一小学", "迎宾酒店", quarter="2021年第三季度", reported="2022-03-01"))
    desk.load()
    assert desk.rows("select unit_name from fact_member_unit order by 1") == [("第一小学",), ("第二小学",)]


def test_a_resubmission_without_one_good_row_does_not_replace_good_data(desk: Desk) -> None:
    desk.load(desk.write("甲.xlsx", activities("甲"), units("第一小学")))
    bad = Sheet("activities", [row("activities", head_count=-1)], reported="2022-02-01")
    path = desk.write("坏.xlsx", bad, units("第一小学", unit_kind="不详", reported="2022-02-01"))
    assert desk.run("load", path).exit_code == 1
    assert titles(desk) == ["甲"]
    assert desk.rows("select unit_name from fact_member_unit") == [("第一小学",)]
    assert states(desk) == {"甲.xlsx": "current", "坏.xlsx": "refused"}
    assert desk.rows("select count(*) from meta_finding where file_name = '坏.xlsx'") == [(2,)]


def test_a_refused_submission_is_not_received(desk: Desk) -> None:
    """On the day it was due, but nothing in it could be used: still missing."""
    desk.write("西.xlsx", activities("西", committee="西桥村"))
    desk.write("坏.xlsx", Sheet("activities", [row("activities", head_count=-1)], reported="2022-01-05"))
    desk.load()
    received = {
        community: rest
        for community, *rest in desk.rows(
            "select community_code, received_count, on_time_count, late_days from mart_submission_quarter"
        )
    }
    assert received[XIQIAO] == [1, 1, 0]
    assert received[DONGQIAO] == [0, 0, None]


def test_a_late_first_report_stays_late_and_a_correction_does_not_make_an_early_one_late(desk: Desk) -> None:
    desk.write("东.xlsx", activities("东", reported="2022-01-10"))
    desk.write("东更正.xlsx", activities("东二", reported="2022-02-20"))
    desk.write("西.xlsx", activities("西", reported="2022-01-14", committee="西桥村"))
    desk.load()
    late = dict(
        desk.rows("select community_code, late_days from mart_submission_quarter where received_count = 1")
    )
    assert late == {DONGQIAO: 0, XIQIAO: 4}, "due ten days after the quarter's end, as the settings say"


def test_a_quarter_reported_without_activities_replaces_an_earlier_report_of_it(desk: Desk) -> None:
    desk.load(desk.write("甲.xlsx", activities("误报")))
    desk.load(desk.write("乙.xlsx", Sheet("activities", reported="2022-02-01"), units("第一小学")))
    assert titles(desk) == []


def test_a_standing_list_left_empty_does_not_wipe_out_the_list(desk: Desk) -> None:
    desk.load(desk.write("三.xlsx", units("第一小学", quarter="2021年第三季度", reported="2021-10-08")))
    desk.load(desk.write("四.xlsx", Sheet("member_units"), activities("甲")))
    assert desk.rows("select unit_name from fact_member_unit") == [("第一小学",)]
    assert desk.rows("select sentence from meta_finding") == [("工作表「成员单位」只有表头，没有数据行",)]


def test_rollback_serves_the_release_before_and_a_load_leads_forward_again(desk: Desk) -> None:
    first = desk.load(desk.write("甲.xlsx", activities("甲"))).release_id
    second = desk.load(desk.write("乙.xlsx", activities("乙", reported="2022-02-01"))).release_id
    assert desk.run("rollback").output.strip().endswith(str(first))
    assert titles(desk) == ["甲"]
    again = desk.load()
    assert (again.release_id, again.is_new_release) == (second, False)
    assert titles(desk) == ["乙"]


def test_rollback_goes_back_step_by_step(desk: Desk) -> None:
    made = [
        desk.load(desk.write(f"{day}.xlsx", activities(f"{day}", reported=f"2022-01-{day}"))).release_id
        for day in (11, 12, 13)
    ]
    desk.run("rollback")
    assert desk.release == made[1]
    desk.run("rollback")
    assert desk.release == made[0]
    result = desk.run("rollback")
    assert result.exit_code == 2
    assert "没有可以退回的更早版本" in result.stderr
    assert desk.release == made[0]


def test_rollback_to_a_named_release_in_either_direction(desk: Desk) -> None:
    made = [
        desk.load(desk.write(f"{day}.xlsx", activities(f"{day}", reported=f"2022-01-{day}"))).release_id
        for day in (11, 12, 13)
    ]
    for release in (made[0], made[2], made[1]):
        assert desk.run("rollback", str(release)).exit_code == 0
        assert desk.release == release


def test_deleting_every_snapshot_and_everything_staged_loses_nothing(desk: Desk) -> None:
    desk.write("甲.xlsx", *(Sheet(name, rows(name, 3)) for name in ("activities", "member_units", "members")))
    desk.load()
    before, release = desk.contents(), desk.release
    for folder in ("snapshots", "staging"):
        for file in sorted((desk.data / folder).rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
    (desk.data / "CURRENT").unlink()
    empty = desk.inbox.parent / "empty"
    Path(empty).mkdir()
    assert desk.load(empty).release_id == release
    assert desk.contents() == before
