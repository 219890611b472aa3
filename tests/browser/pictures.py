"""Takes a picture of every page at three widths, light and dark, for people to look at.

python tests/browser/pictures.py FOLDER [http://127.0.0.1:8501]
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from dashboard.views import PAGES
from tests.browser.chromium import launched, settled

PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
)
WIDTHS = {"1440": (1440, 900), "1920": (1920, 1080), "phone": (390, 844)}


def take(folder: Path, address: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as tool, launched(tool) as browser:
        for name, (width, height) in WIDTHS.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    locale="zh-CN",
                    user_agent=PHONE if name == "phone" else None,
                )
                page = context.new_page()
                for number, view in enumerate(PAGES):
                    page.goto(f"{address}/{view.key if number else ''}")
                    settled(page)
                    page.screenshot(path=folder / f"{view.key}-{name}-{scheme}.png")
                    whole = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
                    if whole > height:
                        page.set_viewport_size({"width": width, "height": min(int(whole) + 40, 6000)})
                        settled(page)
                        page.screenshot(path=folder / f"{view.key}-{name}-{scheme}-whole.png")
                        page.set_viewport_size({"width": width, "height": height})
                context.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8501")
