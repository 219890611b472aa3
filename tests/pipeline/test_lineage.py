"""From any fact back to its row in the archived workbook, and from any build to its own record."""

from __future__ import annotations

import random
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dashboard import lineage
from dashboard.catalogue import load_catalogue
from dashboard.database import open_snapshot
from dashboard.report import Chart, KpiRow, Note, Table
from dashboard.selection import Period, Selection
from dashboard.views import PAGES
from dashboard.views import lineage as view
from etl import archive, snapshot
from tests.conftest import Release
from tests.pipeline.desk import Desk
from tests.submissions.make import DONGQIAO, XIQIAO, Sheet, row

# fact -> what of it stands in the workbook word for word (of a member, the unit)
WORDS = {
    "fact_activity": "title",
    "fact_member_unit": "unit_name",
    "fact_service_point": "point_name",
    "fact_member": "(select unit_name from fact_member_unit as u where u.unit_code = fact.unit_code)",
    "fact_notice": "notice_title",
    "fact_duty": "duty",
    "fact_venue": "venue_name",
    "fact_venue_use": "venue_name",
    "fact_meeting": "meeting_title",
    "fact_meeting_attendance": "meeting_title",
    "fact_resolution": "resolution",
    "fact_chair_turn": "unit_name",
    "fact_order": "order_no",
    "fact_resource": "resource_title",
    "fact_need": "need_title",
    "fact_committee_post": "post_name",
    "fact_two_new_organisation": "organisation_name",
    "fact_service_team": "team_name",
    "fact_job": "job_title",
    "fact_industry_parent": "unit_name",
}
SAMPLE = 13
BOOKS = 4  # in which a fact's sample stands; all facts look into the same ones first, since reading them takes long
# What a ledger may lack without being wrong: it is asked for, and counts meanwhile.
HONEST_GAPS = {"position_missing", "done_without_evidence", "use_outside_opening_hours"}


@lru_cache(maxsize=32)
def cells_of(workbook: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(workbook, read_only=True, data_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.mark.parametrize("fact", WORDS)
def test_a_fact_leads_back_to_its_row_in_the_archived_workbook(demo_release: Release, fact: str) -> None:
    facts = demo_release.rows(
        f"select {WORDS[fact]}, sheet_name, row_no, sha256 from {fact} as fact"
        " join meta_submission using (submission_id) order by submission_id, sheet_name, row_no"
    )
    kept = {one.sha256: one for one in archive.receipts(demo_release.data / "archive")}
    chance = random.Random(5)
    order = chance.sample(sorted(kept), len(kept))
    books = set(sorted({sha256 for *_, sha256 in facts}, key=order.index)[:BOOKS])
    candidates = [fact for fact in facts if fact[-1] in books]
    for text, sheet, row_no, sha256 in chance.sample(candidates, min(SAMPLE, len(candidates))):
        workbook = archive.object_path(demo_release.data / "archive", kept[sha256])
        row = cells_of(workbook)[sheet][row_no - 1]
        assert text in [re.sub(r"^\s+|\s+$", "", str(cell)) for cell in row if cell is not None], (
            workbook,
            row_no,
        )


@pytest.mark.parametrize("fact", WORDS)
def test_every_fact_has_a_place_of_its_own(demo_release: Release, fact: str) -> None:
    ((count, places, lost),) = demo_release.rows(
        "select count(*), count(distinct (submission_id, sheet_name, row_no)),"
        f" count(*) filter (state is null or state <> 'current') from {fact} left join meta_submission using (submission_id)"
    )
    assert count == places
    assert lost == 0


def test_every_accepted_row_is_a_fact(demo_release: Release) -> None:
    ((accepted,),) = demo_release.rows(
        "select sum(accepted_count) from meta_submission where state = 'current'"
    )
    counted = set(WORDS) - {"fact_member"}  # the rows of persons are not
    facts = sum(demo_release.rows(f"select count(*) from {fact}")[0][0] for fact in counted)
    assert facts == accepted


def test_a_finding_leads_back_to_its_cell(demo_release: Release) -> None:
    findings = demo_release.rows(
        "select value, column_letter, row_no, sheet_name, sha256 from meta_finding"
        " where value is not null and column_letter <> '' and code in ('unknown_value', 'bad_number', 'bad_date')"
    )
    assert findings
    kept = {one.sha256: one for one in archive.receipts(demo_release.data / "archive")}
    for value, letter, row_no, sheet, sha256 in findings:
        workbook = archive.object_path(demo_release.data / "archive", kept[sha256])
        at = openpyxl.utils.column_index_from_string(letter) - 1
        assert str(cells_of(workbook)[sheet][row_no - 1][at]) == value


def test_the_intended_mistakes_of_the_demo_are_told_with_their_cells(
    demo_release: Release, demo: Any
) -> None:
    superseded = {path.name for path in demo.superseded}
    told = {
        (name, sheet, row_no, code)
        for name, sheet, row_no, code in demo_release.rows(
            "select file_name, sheet_name, row_no, code from meta_finding"
        )
        if name not in superseded and row_no is not None
    }
    intended = {(mistake.path.name, mistake.sheet, mistake.row, mistake.code) for mistake in demo.mistakes}
    assert intended <= told
    assert {code for *_, code in told - intended} <= HONEST_GAPS


def test_a_build_keeps_its_own_record(demo_release: Release) -> None:
    steps = dict(demo_release.rows("select step, row_count from meta_step"))
    assert steps["fact_activity"] == demo_release.rows("select count(*) from fact_activity")[0][0]
    assert {"读取与校验", "准备输入", "mart_activity_month"} <= steps.keys()
    assert demo_release.rows("select min(seconds) >= 0 from meta_step") == [(True,)]
    ((files,),) = demo_release.rows("select count(distinct sha256) from meta_submission")
    assert files == demo_release.loaded.new_files


def test_a_release_says_that_it_is_of_demo_data(demo_release: Release) -> None:
    assert demo_release.rows("select is_demo, first_month, last_month from meta_release")[0][0] is True


def test_a_figure_leads_to_its_cells_and_says_which_are_approximate(desk: Desk) -> None:
    columns = ["title", "head_count", "held_on", "activity_type"]
    about, exact = row("activities", head_count="约30人"), row("activities", title="修桥", head_count=12)
    desk.write("东桥.xlsx", Sheet("activities", [about, exact], columns=columns))
    desk.load()
    release = open_snapshot(snapshot.served(desk.data))
    what = load_catalogue(release)["head_count"]
    chosen = Selection("990001", Period.parse("2021-Q4"), options=(("figure", what.key),))
    rows = lineage.rows(release, what, what.numerator, chosen)
    assert rows[["cell", "amount", "written"]].fillna("").to_numpy().tolist() == [
        ["B4", 30.0, "约30人"],
        ["B5", 12.0, ""],
    ]
    said = [block.text for block in view.build(chosen, release).blocks if isinstance(block, Note)]
    assert any("其中 1 条填的是约数" in text for text in said)
    for org, period, count in (("990001", "2021", 1), (XIQIAO, "2021", 0), (DONGQIAO, "2021-Q3", 0)):
        pages = [page for page in PAGES if page.key in {"overview", "hierarchy", "activities"}]
        asked = Selection(org, Period.parse(period), options=(("size", "head_count"),))
        shown = [block for page in pages for block in page.build(asked, release).blocks]
        notes = [block.source.note for block in shown if isinstance(block, Chart | Table)]
        cards = {card.key: card for block in shown if isinstance(block, KpiRow) for card in block.items}
        assert any("含 1 处约数" in note for note in notes) == bool(count), (org, period)
        if count:
            assert "含 1 处约数" in cards["head_count"].help
            assert cards["head_count"].unit == "人（约）"
            assert cards["activity_count"].unit == "场"
        assert not any("约" in card.unit for card in cards.values()) or count
    activities = load_catalogue(release)["activity_count"]  # a row counts as such
    assert lineage.rows(release, activities, activities.numerator, chosen)["cell"].isna().all()
