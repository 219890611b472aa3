"""From an item to its evidence and back; its state changed by a click, for every viewer, kept for good."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import settled
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

RULE = "point_not_located"


def opened(watched: Watched, query: str, view: str = "attention") -> Page:
    watched.page.goto(f"{watched.address}/{view}{query}")
    settled(watched.page)
    return watched.page


def test_an_item_leads_to_its_evidence_and_back(watched: Watched) -> None:
    page = opened(watched, f"?rule={RULE}")
    item = page.locator(".ld-task").first
    community = item.locator(".ld-about").inner_text().split(" · ")[0]
    name = item.inner_text().split("“")[1].split("”")[0]
    item.get_by_role("link", name="查看依据").click()
    page.wait_for_url("**/places?**")
    settled(page)
    expect(page.locator(".ld-subtitle")).to_contain_text(community.removesuffix("社区"))
    expect(page.locator(".ld-notes").first).to_contain_text(name)
    page.go_back()
    page.wait_for_url("**/attention?**")
    settled(page)
    expect(page.locator(".ld-task").first).to_contain_text(name)
    assert watched.complaints == []


def test_a_state_is_changed_and_every_viewer_sees_it(watched: Watched) -> None:
    page = opened(watched, f"?rule={RULE}&progress=new")
    before = page.locator(".ld-task").count()
    words = page.locator(".ld-task").first.locator("div").first.inner_text().removesuffix("查看依据").strip()
    page.locator(".ld-act").first.click()
    control = page.locator(".st-key-ld-choosing")
    expect(control).to_be_visible()
    control.locator("input").fill("电话 0771-1234567")
    control.get_by_role("button", name="跟进中").click()
    expect(control).to_contain_text("备注中不能有电话")
    control.locator("input").fill("已联系社区补报")
    control.get_by_role("button", name="跟进中").click()
    expect(control).to_contain_text("已登记为“跟进中”。")
    expect(page.locator(".ld-state.ld-is-followed_up")).to_have_count(1)
    expect(page.locator(".ld-said", has_text="已联系社区补报")).to_be_visible()

    other = page.context.new_page()  # another session, as another viewer has
    other.goto(f"{watched.address}/attention?rule={RULE}&progress=new")
    settled(other)
    assert other.locator(".ld-task").count() == before - 1
    expect(other.get_by_text(words)).to_have_count(0)
    other.goto(f"{watched.address}/attention?rule={RULE}&progress=followed_up")
    settled(other)
    expect(other.locator(".ld-task")).to_have_count(1)
    other.close()
    assert watched.complaints == []


@pytest.mark.parametrize("width", [390, 1440])
def test_the_control_stands_below_its_item_and_within_the_screen(watched: Watched, width: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": 844})
    page = opened(watched, f"?rule={RULE}&progress=all")
    page.locator(".ld-act").nth(2).click()
    control = page.locator(".st-key-ld-choosing")
    expect(control).to_be_visible()
    settled(page)
    item, box = page.locator(".ld-opened").bounding_box(), control.bounding_box()
    assert item is not None
    assert box is not None
    assert 0 <= box["y"] - (item["y"] + item["height"]) < 60
    for button in control.get_by_role("button").all():
        place = button.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width
        assert place["height"] >= 32, "large enough for a thumb"


def test_the_monday_page_fits_one_screen(watched: Watched) -> None:
    page = opened(watched, "", view="")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        settled(page)
        high, seen = page.evaluate(
            "() => { const main = document.querySelector('[data-testid=stMain]'); return [main.scrollHeight, main.clientHeight]; }"
        )
        assert high <= seen, scheme
        expect(page.locator(".ld-kpi")).to_have_count(10)
        expect(page.locator(".ld-notes")).to_have_count(2)
        expect(page.locator("canvas").first).to_be_visible()
