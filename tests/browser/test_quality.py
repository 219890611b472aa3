"""数据质量, 数据溯源 and 提交检查 in a real browser: a tile, a rule, a figure lead on; a faulty workbook comes back marked."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from etl.demo import DemoSet
from tests.browser.chromium import settled
from tests.browser.conftest import Watched
from tests.conftest import Release

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def opened(watched: Watched, view: str) -> Page:
    watched.page.goto(f"{watched.address}/{view}")
    settled(watched.page)
    return watched.page


def test_a_tile_leads_to_its_community_and_a_rule_to_its_cells(watched: Watched) -> None:
    page = opened(watched, "quality")
    page.locator("a.ld-tile").first.click()
    page.wait_for_url("**org=*")
    settled(page)
    expect(page.locator(".ld-title", has_text="应报")).to_have_count(2)
    page = opened(watched, "quality?part=findings")
    expect(page.locator(".ld-note", has_text="读取")).to_contain_text("= 接收")
    page.get_by_role("link", name="不是有效日期").first.click()
    page.wait_for_url("**finding=bad_date*")
    settled(page)
    expect(page.locator(".ld-title", has_text="各在何处")).to_be_visible()
    expect(page.locator("[data-testid=stMain]")).to_contain_text("台账.xlsx")
    assert watched.complaints == []


def test_a_figure_leads_to_its_rows_and_their_number_is_the_figure(watched: Watched) -> None:
    page = opened(watched, "activities?type=volunteer")
    card = page.locator(".ld-kpi", has_text="活动场次").first
    value = card.locator(".ld-kpi-value").inner_text().split()[0].removesuffix("场")
    card.get_by_role("link", name="明细").click()
    page.wait_for_url("**/lineage?**")
    settled(page)
    assert "type=volunteer" in page.url
    expect(page.locator(".ld-title", has_text="计入的")).to_contain_text(f"{value} 条记录")
    with page.expect_download() as waiting:
        page.locator("[data-testid=stDownloadButton] button").first.click()
    lines = waiting.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert {"文件", "工作表", "行号"} <= set(lines[0].split(","))
    assert watched.complaints == []


def kept(data: Path) -> list[Path]:
    """All that lies in the data folder, but for what tests in another process write: who opened which page, reports."""
    return sorted(
        path for path in data.rglob("*") if path.relative_to(data).parts[0] not in ("audit", "reports")
    )


@pytest.mark.parametrize("width", [390, 1440])
def test_a_faulty_workbook_is_explained_and_comes_back_marked(
    watched: Watched, demo: DemoSet, demo_release: Release, width: int
) -> None:
    watched.page.set_viewport_size({"width": width, "height": 844})
    mistake = next(one for one in demo.mistakes if one.code == "bad_number")
    before = kept(demo_release.data)
    page = opened(watched, "check")
    page.locator("input[type=file]").set_input_files(str(mistake.path))
    found = page.locator(".ld-findings")
    expect(found).to_be_visible(timeout=120_000)
    settled(page)
    expect(page.locator(".ld-note.ld-warning")).to_contain_text("必须更正")
    row = found.locator("tbody tr").first
    expect(row).to_contain_text("必须更正")
    place = row.locator("td").nth(1).inner_text()
    assert place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == str(mistake.row)
    assert row.bounding_box()["width"] <= width  # type: ignore[index]
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载标注好的工作簿").click()
    book = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    cell = book[mistake.sheet][place]
    assert cell.comment is not None
    # The colour is a condition, which the next check can take away without touching the clerk's own formats.
    coloured = [place.sqref for place in cell.parent.conditional_formatting]
    assert any(cell.coordinate in place for place in coloured)
    assert kept(demo_release.data) == before, "nothing is stored"
    for _ in range(100):  # those of tests in the other process come and go
        if not list(Path(tempfile.gettempdir()).glob("liandong-check-*")):
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail("the checked workbook stays where it was checked")
    text = page.locator("[data-testid=stMain]").inner_text()
    assert "Drag" not in text
    assert "Browse" not in text
    assert watched.complaints == []


def test_what_is_no_workbook_is_refused_in_a_sentence(watched: Watched) -> None:
    page = opened(watched, "check")
    page.locator("input[type=file]").set_input_files(
        {"name": "说明.docx", "mimeType": "application/octet-stream", "buffer": b"not a workbook"}
    )
    expect(page.locator(".ld-note.ld-warning")).to_be_visible(timeout=120_000)
    settled(page)
    assert page.locator("[data-testid=stException]").count() == 0
    assert watched.complaints == []
