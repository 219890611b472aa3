"""督办事项 over the invented district, and what becomes of its items from release to release."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboard import attention as engine
from dashboard import followups
from dashboard.database import Snapshot, open_snapshot
from dashboard.followups import State
from dashboard.organisations import QueryRefused
from dashboard.report import Kpi, KpiRow, Note, Notes, Report, Table, Task, Tasks
from dashboard.selection import Selection
from dashboard.views import attention, needs, overview
from tests.unit.tiny_snapshot import (
    DISTRICT,
    DONGYUAN,
    HEDONG,
    LIUAN,
    TASHAN,
    UNIT,
    XINXU,
    build_tiny_snapshot,
)
from tests.views.selections import awkward, selection
from tests.views.wellformed import check, flat


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Snapshot]:
    """A release of one's own, whose record of follow-up nobody else sees."""
    snapshot = release(tmp_path)
    yield snapshot
    snapshot.close()


def release(folder: Path, name: str = "2021-12-31-tiny01", *changes: str) -> Snapshot:
    path = folder / "snapshots" / f"{name}.duckdb"
    path.parent.mkdir(exist_ok=True)
    build_tiny_snapshot(path, name)
    with duckdb.connect(path) as connection:
        for change in changes:
            connection.execute(change)
    return open_snapshot(path)


def follow(snapshot: Snapshot, item: engine.Item, state: State, remark: str = "") -> None:
    followups.record(
        followups.file_of(snapshot),
        rule=item.rule.key,
        key=item.key,
        state=state,
        release_id=snapshot.release_id,
        data_on=max(date(2021, 12, 31), item.since_on),
        community=item.community,
        wording=engine.sentence(snapshot, item, "zh"),
        remark=remark,
    )


def item_of(snapshot: Snapshot, rule: str, org: str = DISTRICT) -> engine.Item:
    return next(item for item in engine.found(snapshot, selection(org)) if item.rule.key == rule)


def kpis(report: Report) -> dict[str, str]:
    rows = [block for block in flat(report.blocks) if isinstance(block, KpiRow)]
    cards: list[Kpi] = [item for row in rows for item in row.items]
    return {card.key: card.value for card in cards}


def lists(report: Report) -> dict[str, Tasks]:
    return {block.key: block for block in flat(report.blocks) if isinstance(block, Tasks)}


def tasks(report: Report) -> list[Task]:
    return [task for block in lists(report).values() for task in block.items]


def table(report: Report, key: str) -> Table:
    return next(block for block in flat(report.blocks) if isinstance(block, Table) and block.key == key)


def notes(report: Report) -> list[str]:
    return [block.text for block in flat(report.blocks) if isinstance(block, Note)]


@pytest.mark.parametrize("part", ["list", "table", "history"])
@pytest.mark.parametrize("chosen", awkward(), ids=lambda chosen: "-".join(chosen.to_params().values()))
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection, part: str) -> None:
    options = (*chosen.options, ("part", part))
    shown = Selection(chosen.org, chosen.period, chosen.compare, chosen.language, chosen.filters, options)
    check(attention.build(shown, tiny), tiny, chosen.language)


def test_the_list_is_grouped_by_severity_and_rule(tiny: Snapshot) -> None:
    report = attention.build(selection(), tiny)
    assert kpis(report) == {"new": "14", "seen": "0", "followed_up": "0", "overdue": "10", "resolved": "0"}
    assert notes(report) == ["未结 14 项：警示 6 项，关注 6 项，提示 2 项。"]
    assert [block.title for block in lists(report).values()][:2] == [
        "四级联动 · 台账没有报送（1 项）",
        "主题活动 · 社区连续没有活动（5 项）",
    ]
    silent = lists(report)["silent_committee"]
    assert len(silent.items) == 3
    assert silent.more is not None
    assert (silent.more.label, silent.more.params["rule"]) == ("全部 5 项", "silent_committee")


def test_one_rule_alone_shows_all_of_its_items(tiny: Snapshot) -> None:
    report = attention.build(selection(rule="silent_committee"), tiny)
    assert len(tasks(report)) == 5
    assert "只看：社区连续没有活动。" in notes(report)


def test_an_item_says_where_since_when_and_shows_its_evidence(tiny: Snapshot) -> None:
    found = lists(attention.build(selection(rule="agreement_ending"), tiny))["agreement_ending"]
    (task,) = found.items
    assert task.text == "东园社区与远大商贸的共建协议将于 2022-03-31 到期"
    assert task.about == "东园社区 · 远大商贸 · 自 2021-10-02 起 · 已 90 天"
    assert task.origin == "东园-2021Q4.xlsx，成员单位，第 7 行"
    assert task.evidence is not None
    assert (task.evidence.view, task.evidence.params["org"]) == ("people", UNIT[3])
    assert (task.state, task.state_label) == ("new", "新")


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"severity": "warning"}, 4),
        ({"mechanism": "2"}, 1),
        ({"mechanism": "20"}, 0),
        ({"progress": "resolved"}, 0),
        ({"progress": "all", "mechanism": "15"}, 1),
        ({"severity": "nonsense", "progress": "nonsense"}, 0),
    ],
)
def test_the_controls_narrow_the_list(tiny: Snapshot, options: dict[str, str], count: int) -> None:
    report = attention.build(selection(**options), tiny)
    check(report, tiny)
    assert len(tasks(report)) == count
    if not count:
        assert "没有符合条件的事项。" in notes(report)


@pytest.mark.parametrize(
    ("org", "count"), [(DISTRICT, 14), (HEDONG, 8), (LIUAN, 5), (UNIT[3], 1), (UNIT[1], 0)]
)
def test_an_organisation_sees_its_own_items(tiny: Snapshot, org: str, count: int) -> None:
    assert len(engine.found(tiny, selection(org))) == count
    assert len(engine.items(tiny, selection(org))) == count


def test_outside_ones_scope_there_is_nothing(tiny: Snapshot) -> None:
    with pytest.raises(QueryRefused):
        engine.found(open_snapshot(tiny.path, HEDONG), selection(DISTRICT))
    report = attention.build(selection(DISTRICT), open_snapshot(tiny.path, HEDONG))
    check(report, tiny)
    assert not tasks(report)


def test_a_pages_block_says_only_its_rules(tiny: Snapshot) -> None:
    found = needs.needs(tiny, selection(), "places")
    assert [note.text for note in found.items] == ["柳岸社区的联系点“柳岸未定位点”没有有效坐标，不能上图"]
    assert needs.needs(tiny, selection(XINXU), "places").empty == "没有需要关注的事项。"
    assert needs.needs(tiny, selection(period="2015"), "places").empty == "这一时段没有数据。"


def test_a_release_from_before_there_were_rules_has_no_items(tmp_path: Path) -> None:
    snapshot = release(tmp_path, "2021-12-31-older", "drop table meta_attention_rule")
    assert engine.found(snapshot, selection()) == ()
    check(attention.build(selection(), snapshot), snapshot)
    check(overview.build(selection(), snapshot), snapshot)
    snapshot.close()


# ---------------------------------------------------------------- follow-up


def test_an_opened_item_carries_the_control_that_changes_it(own: Snapshot) -> None:
    item = item_of(own, "agreement_ending")
    found = lists(attention.build(selection(task=item.code), own))["agreement_ending"]
    assert found.choosing is not None
    assert [state for state, _ in found.choosing.states] == ["seen", "followed_up", "resolved", "excused"]
    assert found.choosing.entry["key"] == item.key
    assert found.choosing.entry["data_on"] == "2021-12-31"
    assert found.choosing.entry["wording"] == found.items[0].text
    assert found.items[0].open.params == {"task": None}
    assert all(block.choosing is None for key, block in lists(attention.build(selection(), own)).items())


def test_what_is_due_after_the_data_is_not_taken_for_a_recurrence(own: Snapshot) -> None:
    item = item_of(own, "ledger_fault", TASHAN)
    assert item.since_on == date(2022, 1, 8)
    (found,) = (
        block for block in lists(attention.build(selection(task=item.code), own)).values() if block.choosing
    )
    assert found.choosing is not None
    assert found.choosing.entry["data_on"] == "2022-01-08"


def test_whoever_may_not_change_it_is_told_so(own: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANDONG_FOLLOW_UP", "off")
    item = item_of(own, "agreement_ending")
    found = lists(attention.build(selection(task=item.code), own))["agreement_ending"]
    assert found.choosing is not None
    assert found.choosing.refused == "当前设置不允许修改督办状态。"


def test_a_state_is_shown_and_counted(own: Snapshot) -> None:
    item = item_of(own, "agreement_ending")
    follow(own, item, "followed_up", "已联系")
    report = attention.build(selection(), own)
    assert (kpis(report)["new"], kpis(report)["followed_up"]) == ("13", "1")
    (task,) = lists(report)["agreement_ending"].items
    assert task.state_label == "跟进中"
    assert task.said.endswith("本机登记为跟进中：已联系")
    check(report, own)


@pytest.mark.parametrize("state", ["resolved", "excused"])
def test_what_is_settled_asks_for_nothing_more(own: Snapshot, state: State) -> None:
    before = overview.build(selection(), own)
    item = item_of(own, "point_not_located")
    follow(own, item, state)
    assert "agreement_ending" in lists(attention.build(selection(), own))
    assert "point_not_located" not in lists(attention.build(selection(), own))
    opened = attention.build(selection(task=item.code), own)
    assert lists(opened)["point_not_located"].items[0].state == state, "still there while it is open"
    assert not needs.needs(own, selection(), "places").items
    said = [
        [note.text for note in block.items]
        for report in (before, overview.build(selection(), own))
        for block in flat(report.blocks)
        if isinstance(block, Notes) and block.title == "需要关注"
    ]
    assert any("柳岸未定位点" in text for text in said[0])
    assert not any("柳岸未定位点" in text for text in said[1])


def test_a_state_survives_a_new_release(own: Snapshot, tmp_path: Path) -> None:
    follow(own, item_of(own, "agreement_ending"), "followed_up")
    moved = "update fact_member_unit set submission_id = 4, row_no = 99 where unit_name = '远大商贸'"
    later = release(tmp_path, "2021-12-31-later", moved)
    (task,) = lists(attention.build(selection(), later))["agreement_ending"].items
    assert task.state == "followed_up"
    assert "第 99 行" in task.origin
    later.close()


def test_what_no_longer_occurs_stays_in_the_record(own: Snapshot, tmp_path: Path) -> None:
    follow(own, item_of(own, "agreement_ending"), "followed_up", "已联系")
    follow(own, item_of(own, "ledger_missing"), "seen")
    extended = "update fact_member_unit set ends_on = null where unit_name = '远大商贸'"
    later = release(tmp_path, "2021-12-31-later", extended)
    shown = attention.build(selection(part="history"), later)
    check(shown, later)
    frame = table(shown, "history").frame
    assert frame["now"].tolist() == ["仍存在", "已消除"]  # the newest first
    assert frame["wording"].tolist()[1] == "东园社区与远大商贸的共建协议将于 2022-03-31 到期"
    assert frame["remark"].tolist()[1] == "已联系"
    of_a_community = attention.build(selection(TASHAN, part="history"), later)
    assert len(table(of_a_community, "history").frame) == 1
    assert (
        table(attention.build(selection(DONGYUAN, part="history"), later), "history").title == "1 条办理记录"
    )
    later.close()


def test_an_earlier_period_does_not_make_an_item_vanish(own: Snapshot) -> None:
    follow(own, item_of(own, "agreement_ending"), "seen")
    frame = table(attention.build(selection(period="2020", part="history"), own), "history").frame
    assert frame["now"].tolist() == ["仍存在"]


def test_what_was_resolved_and_occurs_again_is_new_and_marked(own: Snapshot, tmp_path: Path) -> None:
    item = item_of(own, "ledger_fault", TASHAN)
    follow(own, item, "resolved")
    assert not [task for task in tasks(attention.build(selection(TASHAN), own)) if task.code == item.code]
    sent_again = "update meta_submission set reported_on = date '2022-02-01' where submission_id = 3"
    later = release(tmp_path, "2022-03-31-later", sent_again)
    (task,) = [task for task in tasks(attention.build(selection(TASHAN), later)) if task.code == item.code]
    assert (task.state, task.state_label) == ("new", "新，再次出现")
    later.close()


def test_a_damaged_record_shows_every_item_as_new(own: Snapshot) -> None:
    followups.file_of(own).write_bytes(b"no database" * 1000)
    report = attention.build(selection(), own)
    check(report, own)
    assert kpis(report)["new"] == "14"
