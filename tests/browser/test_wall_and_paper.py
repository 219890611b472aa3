"""The same pages on a wall screen, which nobody touches, and on paper."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from dashboard.selection import Period, Selection
from dashboard.shell import navigation, wall
from dashboard.shell.links import Here
from tests.browser.chromium import settled
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

_OVER = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    return [main.scrollHeight - main.clientHeight, main.scrollWidth - main.clientWidth];
}"""


def test_the_overview_fills_a_wall_screen_without_scrolling_and_without_controls(watched: Watched) -> None:
    page = watched.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{watched.address}/?wall=1")
    settled(page, timeout=60_000)
    expect(page.locator("h1", has_text="总览")).to_be_visible()
    for hidden in ("[data-testid=stSidebar]", "[data-testid=stHeader]", ".st-key-ld-bar", "button.ld-export"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert max(page.evaluate(_OVER)) <= 1
    assert page.locator(".ld-kpi-value").first.evaluate("e => e.getBoundingClientRect().height") > 30
    page.get_by_role("link", name="退出大屏").click()
    expect(page.locator("[data-testid=stSidebar]")).to_be_visible()
    assert "wall" not in page.url


def test_a_wall_screen_takes_turns_by_itself_and_stays_a_wall_screen(watched: Watched) -> None:
    page = watched.page
    page.goto(f"{watched.address}/published?wall=published,scorecard&seconds=5&org=450102003")
    for title in ("公开数据对账", "运行评价", "公开数据对账"):
        expect(page.locator("h1", has_text=title)).to_be_visible(timeout=60_000)
        assert all(part in page.url for part in ("wall=published%2Cscorecard", "seconds=5", "org=450102003"))
    assert watched.complaints == []


@pytest.mark.parametrize(
    ("newest", "drawn_ago", "then", "reruns", "goes"),
    [("a", 0, "", 0, 0), ("b", 0, "", 1, 0), ("a", 29, "scorecard", 0, 0), ("a", 31, "scorecard", 1, 1)],
)
def test_a_wall_screen_is_drawn_anew_for_a_new_release_or_when_its_turn_is_over(
    monkeypatch: pytest.MonkeyPatch, newest: str, drawn_ago: float, then: str, reruns: int, goes: int
) -> None:
    done: dict[str, list[Any]] = {"rerun": [], "go": []}
    monkeypatch.setattr(wall.st, "rerun", lambda: done["rerun"].append(()))
    monkeypatch.setattr(wall.st, "session_state", {"ld_wall_since": 1000.0 - drawn_ago})
    monkeypatch.setattr(wall.time, "monotonic", lambda: 1000.0)
    monkeypatch.setattr(navigation, "go", lambda *given: done["go"].append(given))
    options = (("wall", "overview,scorecard"), ("seconds", "30"))
    here = Here("overview", "overview", Selection("450102", Period.parse("2021"), options=options))
    snapshot: Any = SimpleNamespace(release_id="a", current_release_id=lambda: newest)
    wall.look(here, snapshot, then, 30)
    assert (len(done["rerun"]), len(done["go"])) == (reruns, goes)
    assert done["go"] == [(here, "scorecard", dict(options))] * goes


@pytest.mark.parametrize(
    ("given", "view", "then"),
    [
        ("1", "overview", ""),
        ("overview", "overview", ""),
        ("overview,chairs", "overview", "chairs"),
        ("overview,chairs", "chairs", "overview"),
        ("overview,nonsense", "chairs", "overview"),
    ],
)
def test_the_turn_passes_to_the_next_known_page(given: str, view: str, then: str) -> None:
    here = Here(view, "overview", Selection("450102", Period.parse("2021"), options=(("wall", given),)))
    assert wall.following(here, ("overview", "chairs", "orders")) == then


@pytest.mark.parametrize("view", ["chairs", "activities"])
def test_a_printed_page_is_the_page_on_lying_a4_without_what_can_be_pressed(
    watched: Watched, view: str
) -> None:
    page = watched.page
    page.goto(f"{watched.address}/{view}")
    settled(page, timeout=60_000)
    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    sizes = {
        (round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))) for sheet in paper.pages
    }
    assert sizes == {(842, 595)}
    assert 2 <= len(paper.pages) <= 5
    page.emulate_media(media="print")
    for hidden in ("[data-testid=stSidebar]", ".st-key-ld-bar", ".st-key-ld-controls", "button.ld-export"):
        assert page.locator(hidden).count() == 0 or page.locator(hidden).first.is_hidden(), hidden
    # Nothing is wider than the sheet: its printable width is 277 mm.
    over = page.evaluate(
        """() => [...document.querySelectorAll('.ld-kpi, .main-svg, .ld-tiles, .ld-table, .ld-caption')]
            .map(e => e.getBoundingClientRect()).filter(box => box.width && box.right > 277 / 25.4 * 96 + 2).length"""
    )
    assert over == 0
