"""From a click to another page or selection. The address is the state; this module writes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.report import Click
from dashboard.selection import Selection
from dashboard.shell.links import Here, params_for, parse_address

_PENDING, _KEPT = "ld_pending", "ld_kept"
_SCRIPT = (Path(__file__).parents[1] / "static" / "liandong.js").read_text(encoding="utf-8")
_COMPONENT = "ld_shell"


def go(here: Here, view: str | None, changes: Mapping[str, str | None]) -> None:
    """Within a callback: the run that follows shows `view` with the changed parameters."""
    _open(here, view or here.view, params_for(here, view, changes))


def _open(here: Here, view: str, params: dict[str, str]) -> None:
    if view == here.view:
        st.query_params.from_dict(params)
    else:
        # A callback cannot change the page itself; the script does so first thing.
        st.session_state[_PENDING] = (view, params)


def pending() -> tuple[str, dict[str, str]] | None:
    """Another page that a callback asked for, once."""
    found: tuple[str, dict[str, str]] | None = st.session_state.pop(_PENDING, None)
    return found


def follow(click: Click, here: Here, value: str | None) -> None:
    if value:
        go(here, click.view, {click.param: value})


def browser_side(here: Here) -> None:
    """Mount the script that turns links into messages; it also translates Streamlit's own words."""

    def clicked() -> None:
        state: Any = st.session_state.get(_COMPONENT)
        if state and (text := state.get("go")):
            view, params = parse_address(str(text), here.home)
            _open(here, view, params)

    _component()(
        key=_COMPONENT, data={"language": here.selection.language}, on_go_change=clicked, height="content"
    )


@st.cache_resource(show_spinner=False)
def _component() -> Any:
    return st.components.v2.component("liandong_shell", js=_SCRIPT, isolate_styles=False)


def kept() -> Selection | None:
    """What this viewer last looked at, without the filters that belong to one page."""
    found: Selection | None = st.session_state.get(_KEPT)
    return found


def keep(selection: Selection) -> None:
    st.session_state[_KEPT] = selection
