"""Every page in a real browser, as a leader opens it: it draws, in Chinese, and asks nobody else."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.views import PAGES
from tests.browser.chromium import settled
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOME = PAGES[0].key
# English that may stand on a Chinese page: names of formats and systems, units, the language switch; and the
# name by which the icon font draws Streamlit's own sign on the button for files.
ALLOWED = re.compile(
    r"\b(English|PNG|SVG|CSV|PDF|HTML|Word|PowerPoint|PPT|WGS|GCJ|BD|SHA|JSON|Excel|WPS|upload|download|xlsx|csv|km|m|Q[1-4]|OK|liandong|query|by|org|period|where|format|table)\b"
)


def opened(watched: Watched, view: str, query: str = "") -> Page:
    watched.page.goto(f"{watched.address}/{'' if view == HOME else view}{query}")
    settled(watched.page)
    return watched.page


def text_of(page: Page) -> str:
    return page.locator("[data-testid=stMain]").inner_text()


@pytest.mark.parametrize("view", [page.key for page in PAGES])
def test_a_page_draws_in_chinese_on_any_width_and_asks_no_other_host(watched: Watched, view: str) -> None:
    page = opened(watched, view)
    title = next(item.title for item in PAGES if item.key == view)
    expect(page.locator("h1", has_text=title)).to_be_visible()
    expect(page.get_by_text("演示数据").first).to_be_visible()
    assert page.locator("[data-testid=stException]").count() == 0
    if view not in ("glossary", "audit"):  # which hold codes, hashes and accounts
        check_no_english_and_no_raw_name(text_of(page))
    nothing_sticks_out_sideways(page)
    page.set_viewport_size({"width": 390, "height": 844})
    settled(page)
    nothing_sticks_out_sideways(page)
    assert page.locator("[data-testid=stException]").count() == 0
    assert watched.strangers == []
    assert watched.complaints == []


def check_no_english_and_no_raw_name(text: str) -> None:
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b", text), "a raw column name"
    assert not re.search(r"\b(nan|NaN|None|null|undefined|True|False)\b", text)
    assert not re.findall(r"(?<![\d,.#/-])\d{5,}(?![\d-])", re.sub(r"版本：?\s*\S+", "", text)), (
        "a number without separators"
    )
    words = [word for word in re.findall(r"\b[A-Za-z]{3,}\b", text) if not ALLOWED.fullmatch(word)]
    assert not words


def nothing_sticks_out_sideways(page: Page) -> None:
    """Charts follow a new width a moment later."""
    page.wait_for_function(
        """() => {
            const main = document.querySelector('[data-testid=stMain]');
            return main.clientWidth > 0 && main.scrollWidth - main.clientWidth <= 1;
        }""",
        polling=100,
        timeout=10_000,
    )


def test_a_pasted_link_opens_the_same_view(watched: Watched) -> None:
    page = opened(watched, "activities", "?org=450102001004&period=2021-Q4&compare=prev&type=volunteer")
    text = text_of(page)
    assert "北宁社区" in text
    assert "2021年第四季度" in text
    first = page.locator(".ld-kpi").first.inner_text()
    again = opened(watched, "activities", page.url[page.url.index("?") :])
    assert again.locator(".ld-kpi").first.inner_text() == first


def test_the_selection_survives_a_change_of_page(watched: Watched) -> None:
    page = opened(watched, "orders", "?org=450102003&period=2020")
    page.locator("[data-testid=stSidebarNav]").get_by_text("活动", exact=True).click()
    expect(page.locator("h1", has_text="活动")).to_be_visible()
    settled(page)
    assert "org=450102003" in page.url
    assert "period=2020" in page.url
    assert "兴东街道" in text_of(page)


def test_a_link_that_names_nonsense_opens_the_default_view(watched: Watched) -> None:
    page = opened(
        watched, "activities", "?org=__proto__&period=%27;drop&type=%3Cscript%3E&compare=x&lang=tlh"
    )
    assert page.locator("[data-testid=stException]").count() == 0
    assert "兴宁区" in text_of(page)
    assert watched.complaints == []


def test_a_breadcrumb_leads_back_up(watched: Watched) -> None:
    page = opened(watched, "profile", "?org=450102001004")
    page.locator("[data-testid=stMain]").get_by_role("link", name="民生街道").first.click()
    expect(page.locator("h1").locator("xpath=..")).to_contain_text("民生街道")
    assert "org=450102001&" in page.url


def test_what_needs_attention_leads_to_its_place(watched: Watched) -> None:
    page = opened(watched, HOME)
    link = page.locator("a.ld-go", has_text="查看").first
    link.click()
    page.wait_for_url(lambda url: "/" in url.removeprefix(watched.address).strip("/") or "?" in url)
    settled(page)
    assert page.locator("[data-testid=stException]").count() == 0
    assert watched.complaints == []


@pytest.mark.parametrize(("name", "start"), [("PNG", b"\x89PNG"), ("SVG", b"<svg")])
def test_a_chart_is_saved_as_a_picture(watched: Watched, name: str, start: bytes) -> None:
    page = opened(watched, "activities")
    with page.expect_download() as waiting:
        page.locator("button.ld-export", has_text=name).first.click()
    content = waiting.value.path().read_bytes()
    assert content.startswith(start)
    assert len(content) > 5_000
    assert re.search(r"[\u4e00-\u9fff]", waiting.value.suggested_filename)


def test_the_data_of_a_chart_is_saved_as_csv_with_chinese_headings(watched: Watched) -> None:
    page = opened(watched, "activities")
    with page.expect_download() as waiting:
        page.locator("[data-testid=stDownloadButton] button").first.click()
    content = waiting.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read Chinese"
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) > 2
    assert any(re.search(r"[\u4e00-\u9fff]", heading) for heading in rows[0])


def test_english_is_a_switch_away(watched: Watched) -> None:
    page = opened(watched, "orders", "?lang=en")
    text = page.locator("body").inner_text()
    assert "Activities" in text
    share = len(re.findall(r"[\u4e00-\u9fff]", text)) / len(text)
    assert share < 0.15, "only names stay Chinese"


def test_the_picker_finds_a_community_by_typing(watched: Watched) -> None:
    page = opened(watched, "orders")
    page.locator("[data-testid=stSelectbox]").first.click()
    page.keyboard.type("北宁")
    page.get_by_role("option", name="北宁社区").click()
    page.wait_for_url("**org=450102001004*")
    settled(page)
    assert "北宁社区" in page.locator("h1").locator("xpath=..").inner_text()
