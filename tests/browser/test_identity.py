"""Who is let in, and what he finds: a real server behind a signed header, one with a real OIDC provider."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import oidc_provider_mock
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from oidc_provider_mock import User
from playwright.sync_api import Browser, Page, expect

from dashboard import audit
from dashboard.database import open_snapshot
from dashboard.organisations import Organisation, organisations
from tests.browser.chromium import settled
from tests.browser.conftest import ROOT, wait_for
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


@contextmanager
def served(data: Path, port: int) -> Iterator[str]:
    """The console script's own server on this data folder."""
    server = subprocess.Popen(
        [sys.executable, "-m", "etl.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "LIANDONG_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    try:
        wait_for(f"{address}/_stcore/health", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def data_folder(district: Release, folder: Path, how: str, accounts: Mapping[str, tuple[str, str]]) -> Path:
    """The county's release with an access file. `accounts`: account -> role, organisation."""
    shutil.copytree(district.data / "snapshots", folder / "snapshots")
    shutil.copy(district.data / "CURRENT", folder / "CURRENT")
    viewers = "".join(
        f'[[viewer]]\naccount = "{account}"\nrole = "{role}"\norg = "{org}"\n'
        for account, (role, org) in accounts.items()
    )
    (folder / "access.toml").write_text(f"{how}\n{viewers}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def communities(district: Release) -> list[Organisation]:
    everyone = organisations(open_snapshot(district.snapshot)).values()
    return [org for org in everyone if org.level == "community"]


@pytest.fixture(scope="module")
def guarded(
    district: Release, communities: list[Organisation], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guarded]:
    data = data_folder(
        district,
        tmp_path_factory.mktemp("guarded"),
        'mode = "proxy"\n[proxy]\naddresses = ["127.0.0.1"]\nkey_file = "key"',
        {"leader": ("leader", communities[0].code), "auditor": ("auditor", "*")},
    )
    (data / "key").write_bytes(SECRET)
    with served(data, free_port()) as address:
        yield Guarded(address, data, communities[0].short_name, communities[1].code)


@pytest.mark.parametrize(
    ("account", "secret", "sentence"),
    [
        (None, SECRET, "请先在统一入口登录"),
        ("stranger", SECRET, "没有查看权限"),
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


def test_an_auditor_finds_the_record_and_nothing_else(browser: Browser, guarded: Guarded) -> None:
    page = guarded.page(browser, "auditor")
    page.goto(f"{guarded.address}/activities")
    settled(page)
    expect(page.locator("[data-testid=stMain]")).to_contain_text("哈希链完整")
    assert page.locator(".ld-kpi, [data-testid=stPlotlyChart]").count() == 0
    assert page.locator("[data-testid=stSidebarNavLink]").count() == 0, "one page alone needs no menu"
    page.context.close()


CLIENT_SECRET = "the secret of a client, of no use to anybody"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A third party's OIDC provider with two people, on localhost."""
    people = [User(sub=name, claims={"email": f"{name}@district.local"}) for name in ("wang", "stranger")]
    with oidc_provider_mock.run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def open_to_accounts(
    district: Release,
    communities: list[Organisation],
    provider: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Guarded]:
    port = free_port()
    data = data_folder(
        district,
        tmp_path_factory.mktemp("oidc"),
        'mode = "oidc"\n[oidc]\nsecrets_file = "oidc.toml"',
        {"Wang@district.local": ("leader", communities[0].code)},
    )
    (data / "oidc.toml").write_text(
        f"""
[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "something that signs cookies in tests"
client_id = "liandong"
client_secret = "{CLIENT_SECRET}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
""",
        encoding="utf-8",
    )
    with served(data, port) as address:
        yield Guarded(address, data, communities[0].short_name, communities[1].code)


def _log_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name=name).click(timeout=30_000)


def test_a_login_with_a_provider(browser: Browser, open_to_accounts: Guarded) -> None:
    """In, what is seen, out again; then somebody whom the provider knows and the access file does not."""
    page = open_to_accounts.page(browser, None)
    # The provider's own pages name a style sheet elsewhere: nothing leaves this machine.
    page.context.route(lambda url: not url.startswith("http://localhost:"), lambda route: route.abort())
    page.goto(f"{open_to_accounts.address}/activities?org={open_to_accounts.other}")
    expect(page.locator(".ld-failure")).to_contain_text("请先登录", timeout=30_000)
    assert page.locator("[data-testid=stSidebarNavLink]").count() == 0
    _log_in(page, "wang")
    settled(page)
    expect(page.locator("[data-testid=stMain]")).to_contain_text(open_to_accounts.own)
    expect(page.locator("[data-testid=stSidebar]")).to_contain_text("Wang@district.local")
    assert CLIENT_SECRET not in page.content()
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("button", name="End session").click(timeout=30_000)
    expect(page.locator(".ld-failure")).to_contain_text("请先登录", timeout=30_000)
    _log_in(page, "stranger")
    expect(page.locator(".ld-failure")).to_contain_text(
        "账号“stranger@district.local”没有查看权限，请联系管理员在权限文件中登记", timeout=30_000
    )
    assert page.locator("[data-testid=stSidebarNavLink], .ld-kpi").count() == 0
    page.get_by_role("button", name="换一个账号登录").click()
    page.get_by_role("button", name="End session").click(timeout=30_000)
    expect(page.locator(".ld-failure")).to_contain_text("请先登录", timeout=30_000)
    page.context.close()
    done = [(entry.account, entry.action) for entry in audit.entries(open_to_accounts.data)]
    assert ("Wang@district.local", "login") in done
    assert ("", "refused") in done
    assert CLIENT_SECRET not in "".join(map(repr, audit.entries(open_to_accounts.data)))
