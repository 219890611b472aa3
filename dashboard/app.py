"""The dashboard's entry script: identity, navigation, selection bar, the page, the release badge.

Started by `liandong serve`, which runs `streamlit run dashboard/app.py`. Runs top to bottom for every
click. The pages are pure functions: this script shows the Report that the chosen one builds.
"""

from __future__ import annotations

import streamlit as st

from dashboard.database import SnapshotError, open_snapshot
from dashboard.locale import translator
from dashboard.selection import Selection
from dashboard.shell import cache, chrome, filters, navigation
from dashboard.shell.links import Here
from dashboard.shell.show import show
from dashboard.views import PAGES


def main() -> None:
    st.set_page_config(
        page_title="联动 · 社区联合党委数据看板", page_icon=str(chrome.STATIC / "icon.png"), layout="wide"
    )
    dark = chrome.is_dark()
    chrome.style(dark)
    language = str(st.query_params.get("lang") or (kept.language if (kept := navigation.kept()) else "zh"))
    try:
        snapshot = open_snapshot()
    except SnapshotError as reason:
        st.navigation([st.Page(lambda: None, title=translator(language)("暂无数据"))], position="hidden")
        chrome.no_snapshot(str(reason), language)
        return

    say = translator(language)
    chrome.brand(language)
    pages = {
        page.key: st.Page(
            page.path, title=say(page.title), icon=page.icon, url_path=page.key, default=not number
        )
        for number, page in enumerate(PAGES)
    }
    sections: dict[str, list[st.Page]] = {}
    for page in PAGES:
        sections.setdefault(say(page.section), []).append(pages[page.key])
    opened = st.navigation(sections)
    if target := navigation.pending():
        view, params = target
        st.switch_page(pages.get(view, opened), query_params=params)

    chosen = next((page for page in PAGES if page.key == opened.url_path), PAGES[0])
    selection: Selection = filters.current(snapshot)
    here = Here(chosen.key, PAGES[0].key, selection)
    navigation.browser_side(here)
    with st.sidebar:
        chrome.badge(snapshot, selection.language)
    try:
        filters.bar(here, snapshot)
        filters.controls(here, chosen.controls, snapshot)
        key = cache.key_of(snapshot.release_id, chosen.key, selection)
        show(cache.report(key, chosen.build, selection, snapshot), here, dark, chrome.is_phone())
    except Exception:
        chrome.failed(selection.language)
    cache.settle()


main()
