"""The auditors' page: every entry, what each account did, whether the chain holds; nothing of it for others."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard import access, audit
from dashboard.access import MAY, ROLES, Viewer
from dashboard.database import Snapshot, open_snapshot
from dashboard.exports.csv import csv_bytes
from dashboard.organisations import organisations
from dashboard.report import Note, Report, Table
from dashboard.selection import Language, Selection
from dashboard.views import PAGES, audit_record
from tests.views.county import codes, selection
from tests.views.wellformed import check, flat

BEFORE, AFTER = datetime(2021, 4, 9, 3, tzinfo=UTC), datetime(2021, 6, 9, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def recorded(county_years: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """The county with a record of two months and three accounts."""
    data = tmp_path_factory.mktemp("recorded")
    (data / "snapshots").mkdir()
    shutil.copy(county_years.path, data / "snapshots")
    street, other = codes(county_years, "street")[:2]
    for action, account, org, target, now in (
        ("login", "甲", street, "", BEFORE),
        ("view", "甲", street, "overview", BEFORE),
        ("export", "甲", street, "overview.docx", AFTER),
        ("view", "乙", other, "people", AFTER),
        ("load", "丙", "", "submissions", AFTER),
        ("refused", "", "", "账号“丁”没有查看权限", AFTER),
    ):
        audit.record(
            data, action, account=account, role="leader" if account else "", org=org, target=target, now=now
        )  # type: ignore[arg-type]
    snapshot = open_snapshot(data / "snapshots" / county_years.path.name)
    yield snapshot
    snapshot.close()


def built(snapshot: Snapshot, language: Language = "zh", **options: str) -> Report:
    chosen = selection(snapshot, language=language)
    return audit_record.build(
        Selection(chosen.org, chosen.period, language=language, options=tuple(options.items())), snapshot
    )


def tables(report: Report) -> tuple[Table, Table]:
    accounts, entries = (block for block in flat(report.blocks) if isinstance(block, Table))
    return accounts, entries


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_well_formed(recorded: Snapshot, language: Language) -> None:
    check(built(recorded, language), recorded, language)


def test_everything_is_listed_and_can_be_taken_along(recorded: Snapshot) -> None:
    accounts, entries = tables(built(recorded))
    assert entries.frame["number"].tolist() == [6, 5, 4, 3, 2, 1]
    assert entries.frame["action"].tolist()[1:] == ["装入台账", "查看页面", "导出", "查看页面", "登录"]
    assert accounts.frame["account"].tolist() == ["甲", "未登录", "丙", "乙"]
    assert csv_bytes(entries).decode("utf-8-sig").count("\n") == 7
    assert all(entry.hash in csv_bytes(entries).decode() for entry in audit.entries(recorded.data))


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ({"month": "2021-04"}, [2, 1]),
        ({"account": "甲"}, [3, 2, 1]),
        ({"action": "view"}, [4, 2]),
        ({"account": "甲", "month": "2021-06", "action": "export"}, [3]),
        ({"account": "戊"}, []),
    ],
)
def test_filters(recorded: Snapshot, options: dict[str, str], numbers: list[int]) -> None:
    _, entries = tables(built(recorded, **options))
    assert entries.frame.get("number", []) is not None
    assert list(entries.frame.get("number", [])) == numbers


def test_the_lists_offer_what_there_is(recorded: Snapshot) -> None:
    assert [value for value, _ in audit_record.MONTH.listed(recorded)] == ["2021-06", "2021-04"]
    assert [value for value, _ in audit_record.ACCOUNT.listed(recorded)] == ["丙", "乙", "甲"]


def test_an_auditor_of_one_organisation_reads_of_it_alone(recorded: Snapshot) -> None:
    street = codes(recorded, "street")[0]
    own = open_snapshot(recorded.path, street)
    _, entries = tables(built(own))
    assert entries.frame["number"].tolist() == [3, 2, 1]
    assert [value for value, _ in audit_record.ACCOUNT.listed(own)] == ["甲"]


def test_a_broken_chain_is_said_with_its_place(recorded: Snapshot, tmp_path: Path) -> None:
    assert any("哈希链完整" in block.text for block in built(recorded).blocks if isinstance(block, Note))
    data = tmp_path / "data"
    shutil.copytree(recorded.data, data)
    with closing(sqlite3.connect(audit.folder(data) / "2021-06.sqlite")) as db, db:
        db.execute("drop trigger entry_is_never_changed")
        db.execute("update entry set target = 'nothing' where number = 4")
    snapshot = open_snapshot(data / "snapshots" / recorded.path.name)
    (note, *_) = built(snapshot).blocks
    assert isinstance(note, Note)
    assert note.tone == "warning"
    assert "从第 4 条起接不上" in note.text
    (audit.folder(data) / "2021-06.sqlite").write_bytes(b"nothing of the kind" * 100)
    (note,) = built(snapshot).blocks
    assert isinstance(note, Note)
    assert "已损坏" in note.text


def test_only_an_auditor_has_the_page_and_he_has_no_other() -> None:
    for role in ROLES:
        viewer = Viewer("somebody", role, rights=MAY[role])
        seen = [page.key for page in PAGES if viewer.may(page.right)]
        assert seen, role
        assert (audit_record.KEY in seen) is (role == "auditor")
        assert role != "auditor" or seen == [audit_record.KEY]
    assert all(access.ALONE.may(page.right) for page in PAGES)


def test_organisations_and_pages_are_called_by_their_names(recorded: Snapshot) -> None:
    _, entries = tables(built(recorded))
    assert entries.frame["target"].tolist()[2:5] == ["党员与单位", "总览.docx", "总览"]
    street = organisations(recorded)[codes(recorded, "street")[0]]
    assert entries.frame["org"].tolist()[-1] == street.label()
