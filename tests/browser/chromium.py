"""A headless Chromium for the tests, and when a Streamlit page has come to rest."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

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


def _program() -> str | None:
    """$CHROMIUM, or an installed browser; None for the test tool's own."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def launched(tool: Playwright) -> Iterator[Browser]:
    """A browser that remembers nothing from one context to the next; raises when there is none."""
    browser = tool.chromium.launch(executable_path=_program(), args=_QUIET)
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def at_home(tool: Playwright, folder: Path, **options: Any) -> Iterator[BrowserContext]:
    """A browser whose owner keeps a profile in `folder`, as everybody does.

    Compiled scripts are kept there: without them half of a page's work is to compile what it compiled before.
    """
    context = tool.chromium.launch_persistent_context(
        folder, executable_path=_program(), args=_QUIET, **options
    )
    try:
        yield context
    finally:
        context.close()


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
