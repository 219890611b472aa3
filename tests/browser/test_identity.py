"""Who is let in, and what he finds: a real server in proxy mode, a real browser with a signed header."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, Page, expect

from dashboard import audit
from dashboard.database import open_snapshot
from dashboard.organisations import organisations
from tests.browser.chromium import settled
from tests.browser.conftest import ROOT, _wait_for
from tests.conftest import Release

SECRET = b"a secret for tests, of no use to anybody"


class Guarded:
    """A served district whose access file knows a leader of one community and an auditor."""

    def __init__(self, address: str, data: Path, own: str, other: str) -> None:
        self.address, self.data, self.own, self.other = address, data, own, other

    def page(self, browser: Browser, account: str | None, secret: bytes = SECRET) -> Page:
        headers = {}
        if account is not None:
            claims = {"sub": account, "exp": int(time.time()) + 300}
            headers["X-Liandong-Identity"] = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret))
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="zh-CN", extra_http_headers=headers
        )
        return context.new_page()


@pytest.fixture(scope="module")
def guarded(district: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    data = tmp_path_factory.mktemp("guarded")
    shutil.copytree(district.data / "snapshots", data / "snapshots")
    shutil.copy(district.data / "CURRENT", data / "CURRENT")
    everyone = organisations(open_snapshot(district.snapshot)).values()
    communities = [org for org in everyone if org.level == "community"]
    (data / "key").write_bytes(SECRET)
    (data / "access.toml").write_text(
        f"""
mode = "proxy"
[proxy]
addresses = ["127.0.0.1"]
key_file = "key"
[[viewer]]
account = "leader"
role = "leader"
org = "{communities[0].code}"
[[viewer]]
account = "auditor"
role = "auditor"
org = "*"
""",
        encoding="utf-8",
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "etl.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "LIANDONG_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_stcore/health", server)
        yield Guarded(address, data, communities[0].short_name, communities[1].code)
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.mark.parametrize(
    ("account", "secret", "sentence"),
    [
        (None, SECRET, "请先在统一入口登录"),
        ("stranger", SECRET, "没有查看权限"),
        ("auditor", SECRET, "只用于审计"),
        ("leader", b"a secret that the proxy has never seen before", "无效或已过期"),
    ],
)
def test_who_is_not_known_sees_nothing(
    browser: Browser, guarded: Guarded, account: str | None, secret: bytes, sentence: str
) -> None:
    page = guarded.page(browser, account, secret)
    page.goto(f"{guarded.address}/orders")
    expect(page.locator(".ld-failure")).to_contain_text(sentence, timeout=30_000)
    assert page.locator(".ld-kpi, [data-testid=stPlotlyChart], [data-testid=stDataFrame]").count() == 0
    page.context.close()


def test_a_leader_sees_his_own_community_whatever_the_link_says(browser: Browser, guarded: Guarded) -> None:
    page = guarded.page(browser, "leader")
    page.goto(guarded.address)
    settled(page)
    expect(page.locator("[data-testid=stMain]")).to_contain_text(guarded.own)
    expect(page.locator("[data-testid=stSidebar]")).to_contain_text("leader")
    page.goto(f"{guarded.address}/activities?org={guarded.other}&period=2021")
    settled(page)
    expect(page.locator("[data-testid=stMain]")).to_contain_text("链接中的组织不在您的查看范围之内")
    assert guarded.other not in page.url
    page.context.close()
    actions = [(entry.account, entry.action, entry.target) for entry in audit.entries(guarded.data)]
    assert ("leader", "login", "") in actions
    assert ("leader", "view", "activities") in actions
    assert audit.broken_at(guarded.data) is None
