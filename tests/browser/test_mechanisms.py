"""Each of the twenty mechanisms: its page opens, shows its figure, and an item leads to its evidence and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import settled
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# Mechanism -> its page, a figure on it, and a rule whose items lead there.
MECHANISMS = {
    "四级联动": ("hierarchy", "活动场次", "ledger_missing"),
    "共建协议和成员单位": ("people", "成员单位", "agreement_ending"),
    "双重管理": ("people", "双重管理党员", "member_list_old"),
    "联合党委班子": ("teams", "班子", "post_vacant"),
    "两新组织": ("two_new", "两新党组织", "two_new_dormant"),
    "职责清单": ("duties", "职责", "duty_overdue"),
    "服务目录": ("supply", "有需求、无资源的事项", "item_not_offered"),
    "联席会议": ("meetings", "应开会议召开率", "meeting_overdue"),
    "轮值主席": ("chairs", "轮值主席到位率", "chair_vacant"),
    "信息共享": ("notices", "通报阅读率", "task_overdue"),
    "双轨管理": ("dual_track", "归口", "industry_parent_missing"),
    "阵地共用": ("venues", "共享阵地", "venue_idle"),
    "资源清单和需求清单": ("supply", "可用资源", "need_unmatched"),
    "点单、下单、接单": ("orders", "点单数", "order_open_long"),
    "联系点": ("places", "联系点", "point_not_located"),
    "党员服务队": ("teams", "服务队", "team_idle"),
    "主题活动": ("activities", "主题活动场次", "silent_committee"),
    "志愿服务和文艺活动": ("activities", "志愿服务时长", "same_title"),
    "专业技术培训": ("activities", "活动场次", "no_training"),
    "就业岗位": ("teams", "就业岗位", "no_jobs"),
}


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_mechanism_has_a_page_with_figures_and_an_item_that_leads_to_its_evidence_and_back(
    watched: Watched, mechanism: str
) -> None:
    view, figure, rule = MECHANISMS[mechanism]
    page = watched.page
    page.goto(f"{watched.address}/attention?rule={rule}")
    settled(page)
    item = page.locator(".ld-task").first
    words = item.inner_text().split("查看依据")[0].strip()
    item.get_by_role("link", name="查看依据").click()
    page.wait_for_url(lambda url: "/attention" not in url)
    settled(page)
    assert page.locator("[data-testid=stException]").count() == 0
    expect(page.locator(".ld-subtitle")).to_be_visible()
    is_own_page = f"/{view}?" in page.url
    if is_own_page:
        check_figure(page, figure)
    page.go_back()
    page.wait_for_url("**/attention?**")
    settled(page)
    assert page.locator(".ld-task").first.inner_text().split("查看依据")[0].strip() == words
    if not is_own_page:
        page.goto(f"{watched.address}/{view}")
        settled(page)
        check_figure(page, figure)
    assert watched.complaints == []
    assert watched.strangers == []


def check_figure(page: Page, figure: str) -> None:
    card = ".ld-kpi, [data-testid=stMain] h3, [data-testid=stMain] .ld-title"
    expect(page.locator(card, has_text=figure).first).to_be_visible()
    assert re.search(r"\d", page.locator(".ld-kpi, .ld-notes, .ld-note").first.inner_text())
