"""A headless Chromium for the tests, and when a Streamlit page has come to rest."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
# A browser that looks for updates or safe-browsing lists would speak to other hosts by itself.
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def launched(tool: Playwright) -> Iterator[Browser]:
    """$CHROMIUM, an installed browser, or the test tool's own; raises when there is none."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    browser = tool.chromium.launch(executable_path=path, args=_QUIET)
    try:
        yield browser
    finally:
        browser.close()


def settled(page: Page, timeout: float = 90_000) -> None:
    """Waits until the script has run to its end and every chart has been drawn."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=timeout)
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid=stApp]');
            const busy = app.dataset.testScriptState !== 'notRunning'
                || document.querySelector('[data-testid=stSkeleton]')
                || [...document.querySelectorAll('.js-plotly-plot')].some(plot => !plot.querySelector('.main-svg'));
            const now = performance.now();
            if (busy) { window.quietSince = null; return false; }
            window.quietSince ??= now;
            return now - window.quietSince > 250;
        }""",
        timeout=timeout,
        polling=50,
    )
