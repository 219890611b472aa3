"""How long a page takes: its script on the server, and from a click to a settled page in a real browser."""

from __future__ import annotations

import logging
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen

from playwright.sync_api import Page, sync_playwright

from dashboard.views import PAGES
from tests.browser.chromium import launched, settled
from tests.load.result import Result

ROOT = Path(__file__).resolve().parents[2]
SELECTIONS = [
    {"org": org, "period": period}
    for org in ("450102", "450102001", "450102001004", "450102104001")
    for period in ("2021", "2021-Q4", "2019..2021")
]


def script_times(data: Path) -> Result:
    """Server-side milliseconds of the script, every page × twelve selections, caches warm."""
    os.environ["LIANDONG_DATA"] = str(data)
    import streamlit.runtime.scriptrunner.script_runner as runner
    from streamlit.testing.v1 import AppTest

    # Between two runs there is no session, of which Streamlit complains each time.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").disabled = True
    taken: list[float] = []
    execute = runner.exec_func_with_error_handling

    def timed(*arguments: object, **named: object) -> object:
        started = time.perf_counter()
        try:
            return execute(*arguments, **named)  # type: ignore[arg-type]
        finally:
            taken.append((time.perf_counter() - started) * 1000)

    runner.exec_func_with_error_handling = timed  # type: ignore[assignment]
    times = []
    for number, page in enumerate(PAGES):
        of_page = []
        for selection in SELECTIONS:
            app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
            for name, value in selection.items():
                app.query_params[name] = value
            if number:
                app.switch_page(page.path)
            for _ in range(3):
                taken.clear()
                app.run()
                assert not app.exception
            of_page.append(max(taken))
        print(f"  {page.title}：中位 {statistics.median(of_page):.0f} 毫秒")
        times += of_page
    runner.exec_func_with_error_handling = execute
    return Result("页面脚本（缓存已热）", times, 60, "毫秒")


@contextmanager
def serving(script: Path, port: int, data: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.headless", "true", "--logger.level", "error"]
    environment = {**os.environ, "LIANDONG_DATA": str(data)}
    server = Popen(command, cwd=ROOT, env=environment, stdout=DEVNULL, stderr=DEVNULL)
    try:
        time.sleep(10)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


# From the click until the last change to the page: the new title stands, the script has ended, every
# chart is drawn, and nothing was added or removed for a while after.
_CLICK_TO_SETTLED = """([link, title]) => new Promise(resolve => {
    const start = performance.now();
    let last = start;
    // A table's copy for screen readers follows unseen, inside its canvas.
    const observer = new MutationObserver(changes => {
        if (changes.some(change => !change.target.closest('canvas'))) last = performance.now();
    });
    observer.observe(document.body, { childList: true, subtree: true });
    link.click();
    const look = () => {
        const app = document.querySelector('[data-testid=stApp]');
        const done = app.dataset.testScriptState === 'notRunning'
            && [...document.querySelectorAll('h1')].some(h1 => h1.innerText.startsWith(title))
            && !document.querySelector('[data-stale=true]')
            && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(c => c.querySelector('.main-svg'));
        if (done && performance.now() - last > 400) { observer.disconnect(); resolve(last - start); }
        else requestAnimationFrame(look);
    };
    look();
})"""


def clicks(page: Page, titles: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Milliseconds from a click in the menu to the settled page."""
    found: dict[str, list[float]] = {title: [] for title in titles}
    for number in range(rounds + 1):
        for title in titles:
            link = (
                page.locator("[data-testid=stSidebarNav] a").get_by_text(title, exact=True).element_handle()
            )
            taken = page.evaluate(_CLICK_TO_SETTLED, [link, title])
            settled(page)
            assert not page.locator(".ld-failure, [data-testid=stException]").count(), title
            if number:  # the first round fills the caches
                found[title].append(float(taken))
    return found


def click_ratio(data: Path) -> Result:
    """A page's click-to-settled ÷ that of a minimal Streamlit page with one chart, in the same browser."""
    with (
        serving(ROOT / "tests" / "load" / "minimal.py", 8651, data) as minimal,
        serving(ROOT / "dashboard" / "app.py", 8652, data) as ours,
        sync_playwright() as tool,
        launched(tool) as browser,
    ):
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        page.goto(minimal)
        settled(page)
        base = statistics.median(t for times in clicks(page, ["乙", "甲"], 5).values() for t in times)
        print(f"  最小页面：{base:.0f} 毫秒")
        page.goto(ours)
        settled(page)
        titles = [view.title for view in (*PAGES[1:], PAGES[0])]
        ratios = []
        for title, times in clicks(page, titles, 3).items():
            print(f"  {title}：{statistics.median(times):.0f} 毫秒")
            ratios += [taken / base for taken in times]
    return Result("点击到页面就绪 ÷ 最小页面", ratios, 2, "倍")
