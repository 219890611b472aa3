"""What is computed once and shown many times. A sealed release never changes, so nothing expires."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

import plotly.graph_objects as go
import streamlit as st

from dashboard import charts, maps
from dashboard.database import Snapshot
from dashboard.maps import LegendItem, SealedDeck
from dashboard.report import Chart, Map, Report
from dashboard.selection import Selection
from dashboard.shell.links import Here

Key: TypeAlias = tuple[
    str, ...
]  # release, view, what the viewer is confined to, and the selection's parameters
Build: TypeAlias = Callable[[Selection, Snapshot], Report]


_TURN_SECONDS = 0.001  # a fifth of Python's own: with fifty viewers a dozen threads compute at once


def key_of(release: str, here: Here) -> Key:
    """Tells one page's content from every other one's, and from what another viewer may see of it."""
    chosen = sorted(here.selection.to_params().items())
    return (release, here.view, here.within, *(f"{name}={value}" for name, value in chosen))


@st.cache_resource(max_entries=512, show_spinner=False)
def report(key: Key, _build: Build, _selection: Selection, _snapshot: Snapshot) -> Report:
    return _build(_selection, _snapshot)


@st.cache_resource(max_entries=1024, show_spinner=False)
def figure(key: Key, chart: str, dark: bool, language: str, _chart: Chart) -> go.Figure:
    """Shared by every viewer: whoever draws it must not change it."""
    return charts.figure(_chart, dark, language)


@st.cache_resource(max_entries=1024, show_spinner=False)
def drawn(key: Key, block: str, dark: bool, language: str, _draw: Callable[[], str]) -> str:
    """A block as HTML. Its links depend on the selection, which the key names."""
    return _draw()


@st.cache_resource(max_entries=128, show_spinner=False)
def deck(
    key: Key, block: str, dark: bool, language: str, width: int, _map: Map
) -> tuple[SealedDeck, tuple[LegendItem, ...]]:
    return maps.deck(_map, dark, language, width), maps.legend(_map, dark, language)


@st.cache_resource(show_spinner=False)
def settle() -> None:
    """Once the modules are loaded, the garbage collector need not look through them on every run.

    And threads take turns more often: one that comes back from a query waits for all others that compute.
    """
    sys.setswitchinterval(_TURN_SECONDS)
    gc.collect()
    gc.freeze()


def clear() -> None:
    """For tests that show other reports under the same key."""
    cached: tuple[Any, ...] = (report, figure, drawn, deck)
    for function in cached:
        function.clear()
