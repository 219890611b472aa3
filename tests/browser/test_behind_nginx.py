"""Behind the nginx configuration that `liandong deploy` writes: base path, headers, upload limit, signed header.

A real nginx where one is installed; a district is served behind it under /liandong/.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, expect

from dashboard.views import PAGES
from etl.operations import deployment
from etl.settings import load_settings
from tests.browser.chromium import settled
from tests.browser.conftest import ROOT, Watched, wait_for
from tests.conftest import Release

SECRET = b"a secret for tests, of no use to anybody"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
# An analyst's own machine may have none; the build server has, and never skips.
pytestmark = pytest.mark.skipif(
    NGINX is None and "CI" not in os.environ,
    reason="nginx is not installed: its configuration cannot be tried",
)


@dataclass(frozen=True)
class Site:
    """`open` serves in local mode; `signed` is reached with the header that a login service would give."""

    open: str
    signed: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def site(district: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    data = folder / "data"
    (data / "snapshots").mkdir(parents=True)
    shutil.copy(district.snapshot, data / "snapshots")
    shutil.copy(district.data / "CURRENT", data)
    (data / "key").write_bytes(SECRET)
    access = folder / "access.toml"
    access.write_text(
        f'mode = "proxy"\n[proxy]\naddresses = ["127.0.0.1"]\nkey_file = "{data / "key"}"\n'
        '[[viewer]]\naccount = "chief"\nrole = "analyst"\norg = "*"\n'
    )
    token = jwt.encode(
        {"alg": "HS256"}, {"sub": "chief", "exp": int(time.time()) + 3600}, OctKey.import_key(SECRET)
    )
    settings = replace(district.settings, data=data)
    servers, sites = [], []
    for name, own in (("open", {}), ("signed", {"LIANDONG_ACCESS": str(access)})):
        port, outside = free_port(), free_port()
        place = deployment.Place(
            Path("/opt/liandong/liandong"), "liandong", port, "/liandong", folder, f"127.0.0.1:{outside}"
        )
        deployment.write(settings, place, folder / name)
        text = (folder / name / "nginx.conf").read_text(encoding="utf-8")
        if own:  # what auth_request_set would have put there
            text = text.replace('X-Liandong-Identity ""', f'X-Liandong-Identity "{token}"')
            assert token in text
        (folder / name / "site.conf").write_text(text, encoding="utf-8")
        servers.append(
            subprocess.Popen(
                [sys.executable, "-m", "etl.cli", "serve", "--port", str(port), "--base-path", "/liandong"],
                cwd=ROOT,
                env={**os.environ, "LIANDONG_DATA": str(data), **own},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        sites.append((f"http://127.0.0.1:{outside}/liandong", f"http://127.0.0.1:{port}/liandong"))
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    (folder / "nginx.conf").write_text(
        f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{places}include {folder}/*/site.conf;\n}}\n"
    )
    servers.append(subprocess.Popen([str(NGINX), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]))
    try:
        for server, (_, inside) in zip(servers, sites, strict=False):
            wait_for(f"{inside}/_stcore/health", server)
        for outside, _ in sites:
            wait_for(f"{outside}/_stcore/health", servers[-1])
        yield Site(*(outside for outside, _ in sites))
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(timeout=10)


def test_pages_work_under_the_base_path_and_break_no_rule_of_the_headers(
    browser: Browser, site: Site
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    watched = Watched(context.new_page(), site.signed)
    page = watched.page
    page.goto(f"{site.signed}/")
    settled(page)
    # Charts, a map with its workers, a long table on a canvas: what a policy could stop.
    for key in ("places", "quality", "activities"):
        title = next(view.title for view in PAGES if view.key == key)
        page.locator("[data-testid=stSidebarNav] a").get_by_text(title, exact=True).click()
        expect(page.locator("h1").filter(has_text=title)).to_be_visible(timeout=30_000)
        settled(page)
        assert page.url.startswith(f"{site.signed}/{key}")
        assert not page.locator(".ld-failure, [data-testid=stException]").count()
    expect(page.locator("[data-testid=stSidebar]")).to_contain_text("chief")
    # A file goes up through the proxy, with Streamlit's protection against forged requests on.
    page.goto(f"{site.signed}/check")
    settled(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "空.csv", "mimeType": "text/csv", "buffer": "填报单位：\n".encode()}
    )
    expect(page.locator("[data-testid=stMain]")).to_contain_text("空.csv", timeout=30_000)
    settled(page)
    assert watched.complaints == []
    assert watched.strangers == []
    context.close()


def test_every_answer_carries_the_headers_and_large_bodies_are_refused(site: Site) -> None:
    for path in ("/", "/_stcore/health", "/nosuch/file.js"):
        try:
            with urllib.request.urlopen(site.signed + path) as answer:
                headers = answer.headers
        except urllib.error.HTTPError as problem:
            headers = problem.headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    forged = urllib.request.Request(f"{site.signed}/_stcore/upload_file/a/b", data=b"x", method="PUT")
    with pytest.raises(urllib.error.HTTPError) as without_token:  # Streamlit's own, against forged requests
        urllib.request.urlopen(forged)
    assert without_token.value.code == 403
    limit = load_settings().bounds.file_mb + 3
    request = urllib.request.Request(f"{site.signed}/", data=bytes(limit << 20), method="PUT")
    with pytest.raises((urllib.error.HTTPError, ConnectionError, urllib.error.URLError)) as refused:
        urllib.request.urlopen(request)
    assert getattr(refused.value, "code", 413) == 413


def test_local_mode_lets_nobody_in_through_a_proxy_and_a_header_of_ones_own_is_dropped(
    browser: Browser, site: Site
) -> None:
    forged = browser.new_context(extra_http_headers={"X-Liandong-Identity": "forged"})
    page = forged.new_page()
    page.goto(f"{site.signed}/")
    settled(page)
    expect(page.locator("[data-testid=stSidebar]")).to_contain_text("chief")  # nginx's header, not his own
    page.goto(f"{site.open}/")
    expect(page.locator(".ld-failure")).to_contain_text("本机模式只能在运行程序的电脑上打开", timeout=30_000)
    forged.close()
