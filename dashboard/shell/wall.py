"""The wall screen: `?wall=1` shows a page alone and large, always of the newest release.

`?wall=overview,attention` takes turns, every `seconds` (30 unless the address says otherwise).
"""

from __future__ import annotations

import time
from collections.abc import Collection

import streamlit as st

from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.selection import Selection
from dashboard.shell import markup, navigation
from dashboard.shell.links import Here, address, params_for

_PAGES, _SECONDS = "wall", "seconds"
_LOOK = 5.0  # seconds between two looks for a new release or the next turn
_TURN, _LONGEST_TURN = 30, 24 * 3600
_SINCE = "ld_wall_since"  # when the page was drawn


def asked(selection: Selection) -> bool:
    return bool(selection.option(_PAGES))


def head(here: Here, snapshot: Snapshot) -> None:
    """In place of the selection bar: which release this is, and the way back."""
    say = translator(here.selection.language)
    changes = {_PAGES: None, _SECONDS: None}
    leave = address(here.view, params_for(here, None, changes), here.home)
    st.html(markup.wall(f"{say('数据版本')} {snapshot.release_id}", say("退出大屏"), leave))


def watch(here: Here, snapshot: Snapshot, known: Collection[str]) -> None:
    """Looks again and again, without drawing anything, until there is something else to show."""
    st.session_state[_SINCE] = time.monotonic()
    st.fragment(look, run_every=_LOOK)(here, snapshot, following(here, known), _turn(here.selection))


def following(here: Here, known: Collection[str]) -> str:
    """The page whose turn is next; "" when this one stays."""
    pages = [page for page in here.selection.option(_PAGES).split(",") if page in known]
    if not pages or pages == [here.view]:
        return ""
    place = pages.index(here.view) if here.view in pages else -1
    return pages[(place + 1) % len(pages)]


def _turn(selection: Selection) -> int:
    text = selection.option(_SECONDS)
    return min(max(int(text), round(_LOOK)), _LONGEST_TURN) if text.isdecimal() else _TURN


def look(here: Here, snapshot: Snapshot, then: str, turn: int) -> None:
    if snapshot.current_release_id() != snapshot.release_id:
        st.rerun()
    if then and time.monotonic() - st.session_state[_SINCE] >= turn:
        options = {name: here.selection.option(name) or None for name in (_PAGES, _SECONDS)}
        navigation.go(here, then, options)
        st.rerun()
