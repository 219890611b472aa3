"""The dashboard's entry script: identity, navigation, selection bar, the page, the release badge.

Started by `liandong serve`, which runs `streamlit run dashboard/app.py`. Runs top to bottom for every
click. The pages are pure functions: this script shows the Report that the chosen one builds.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import followups, logs
from dashboard.access import Viewer
from dashboard.database import SnapshotError, open_snapshot
from dashboard.locale import translator
from dashboard.shell import cache, chrome, documents, filters, identity, navigation, wall
from dashboard.shell.links import Here
from dashboard.shell.show import show
from dashboard.views import PAGES, Page


def main() -> None:
    logs.begin()
    st.set_page_config(
        page_title="联动 · 社区联合党委数据看板", page_icon=str(chrome.STATIC / "icon.png"), layout="wide"
    )
    dark = chrome.is_dark()
    chrome.style(dark)
    kept = navigation.kept()
    language = str(st.query_params.get("lang") or (kept.language if kept else "zh"))
    chrome.brand(language)
    viewer = identity.viewer(language)
    pages = [page for page in PAGES if viewer is None or viewer.may(page.right)]
    chosen = open_page(language, pages, is_shown=viewer is not None)
    if viewer is not None:
        draw(chosen, pages, viewer, dark, language)


def draw(chosen: Page, pages: Sequence[Page], viewer: Viewer, dark: bool, language: str) -> None:
    """The page for somebody who was let in."""
    try:
        snapshot = open_snapshot(within=viewer.org)
    except SnapshotError as reason:
        chrome.no_snapshot(str(reason), language)
        return
    selection = filters.current(snapshot)
    here = Here(chosen.key, pages[0].key, selection, snapshot.within)
    navigation.browser_side(here)
    on_wall = wall.asked(selection)
    is_record = chosen.right == "audit"
    with st.sidebar:
        chrome.badge(snapshot, selection.language)
        identity.sign(viewer, selection.language)
    try:
        if on_wall:
            wall.head(here, snapshot)
        else:
            if is_record:
                filters.short_bar(here)
            else:
                filters.bar(here, snapshot)
            filters.controls(here, chosen.controls, snapshot)
        # What was followed up is no part of a sealed release: an entry makes every page anew.
        entries = followups.version(followups.file_of(snapshot))
        key = (*cache.key_of(snapshot.release_id, here), f"entries={entries}")
        identity.seen(viewer, here, snapshot.release_id)
        if is_record:  # longer after every look at it
            report = chosen.build(selection, snapshot)
        else:
            report = cache.report(key, chosen.build, selection, snapshot)
        if not on_wall:
            documents.offer(report, here, snapshot, viewer)
        show(report, here, viewer, dark, chrome.is_phone())
    except Exception:
        chrome.failed(selection.language)
    if on_wall:
        wall.watch(here, snapshot, [page.key for page in pages])
    cache.settle()


def open_page(language: str, offered: Sequence[Page], is_shown: bool) -> Page:
    """The menu of the pages that are there for this viewer, and the one that the address or a click asks for."""
    say = translator(language)
    # Files, though never run: Streamlit (and its AppTest) tells pages apart by their files.
    pages = {
        page.key: st.Page(
            page.path, title=say(page.title), icon=page.icon, url_path=page.key, default=page is offered[0]
        )
        for page in offered
    }
    sections: dict[str, list[st.Page]] = {}
    for page in offered:
        sections.setdefault(say(page.section), []).append(pages[page.key])
    opened = st.navigation(sections, expanded=True, position="sidebar" if is_shown else "hidden")
    if target := navigation.pending():
        view, params = target
        st.switch_page(pages.get(view, opened), query_params=params)
    return next((page for page in offered if page.key == opened.url_path), offered[0])


try:
    main()
except Exception:  # where no page is open yet that could say it
    chrome.failed(str(st.query_params.get("lang") or "zh"))
