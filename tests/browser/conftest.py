"""One dashboard on the demo release and one Chromium, shared by all browser tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

from tests.browser.chromium import at_home, launched
from tests.conftest import Release

expect.set_options(timeout=30_000)  # of a page that is there: long only where the machine is busy
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def address(demo_release: Release) -> Iterator[str]:
    """Where the dashboard answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "etl.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "LIANDONG_DATA": str(demo_release.data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/_stcore/health", server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_for(url: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert server.poll() is None, "the dashboard stopped by itself"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture(scope="session")
def tool() -> Iterator[Playwright]:
    with sync_playwright() as tool:
        yield tool


@pytest.fixture(scope="session")
def browser(tool: Playwright) -> Iterator[Browser]:
    """For accounts of which each must know nothing of the others."""
    with launched(tool) as browser:
        yield browser


class Watched:
    """A page, and everything it complained of or asked another host for."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._note)

    def _hear(self, message: ConsoleMessage) -> None:
        # Opened below a page's address, Streamlit finds its own root by trying: the misses are not faults.
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def _note(self, request: Request) -> None:
        url = request.url
        if not url.startswith((self.address, self.address.replace("http", "ws"), "data:", "blob:")):
            self.strangers.append(url)


@pytest.fixture(scope="session")
def profile(tool: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """One for all: a viewer's second page has scripts and styles already, and so has every test's."""
    with at_home(
        tool,
        tmp_path_factory.mktemp("profile"),
        viewport={"width": 1440, "height": 900},
        locale="zh-CN",
        accept_downloads=True,
    ) as context:
        yield context


@pytest.fixture
def watched(profile: BrowserContext, address: str) -> Iterator[Watched]:
    page = profile.new_page()
    yield Watched(page, address)
    page.close()
