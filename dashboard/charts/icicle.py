"""The hierarchy as blocks within blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.charts.words import click_values, column_of, hover_texts, numbers_of, quantity
from dashboard.report import Chart
from dashboard.theme import FONT_FAMILY, Palette, cell, mix

_LINE = 17  # pixels of a line of text
_HIGHEST = 860


def draw_icicle(fig: go.Figure, chart: Chart, colours: Palette, language: str) -> None:
    """The hierarchy from left to right; each level's share of its parent is the height of its block."""
    frame = chart.frame
    column = column_of(chart, "value")
    ids = [str(value) for value in frame["id"]]
    parents = parents_of(chart)
    numbers = [value or 0.0 for value in numbers_of(frame["value"])]
    inner = set(parents)
    depth = _depths(ids, parents)
    fill = tints(ids, parents, colours)
    if not any(numbers):  # nothing to measure by: equal parts rather than an empty picture
        numbers = [1.0] * len(numbers)
    whole = _sums_fit(ids, parents, numbers)
    fig.add_icicle(
        ids=ids,
        labels=[str(label) for label in frame["label"]],
        parents=parents,
        # Without matching sums every parent would vanish: its own share then counts as nothing.
        values=numbers if whole else [0.0 if i in inner else n for i, n in zip(ids, numbers, strict=True)],
        branchvalues="total" if whole else "remainder",
        text=[quantity(value, column) for value in frame["value"]],
        hovertext=hover_texts(
            chart,
            "label",
            [c.name for c in chart.columns if c.name not in ("id", "parent", "label")],
            language,
        ),
        customdata=click_values(chart),
        textinfo="label+text",
        texttemplate="%{label}　%{text}",
        hovertemplate="%{hovertext}<extra></extra>",
        # No pattern at all; by saying so of each block, the drawing leaves no trace that counts as a change.
        marker={
            "colors": fill,
            "pattern": {"shape": [""] * len(ids)},
            "line": {"color": colours.surface, "width": 1.5},
        },
        tiling={"orientation": "h"},
        maxdepth=3,
        sort=False,
        root={"color": colours.panel},
        leaf={"opacity": 1},
        pathbar={"visible": False},
        textfont={"family": FONT_FAMILY, "size": 13, "color": colours.text},
    )
    shown = sorted(
        n for i, n in zip(ids, numbers, strict=True) if depth[i] == min(2, max(depth.values())) and n
    )
    # As high as a smaller block of the last visible level needs for its name.
    needed = _LINE * sum(shown) / shown[len(shown) // 3] if shown else 0
    fig.update_layout(
        xaxis=None,
        yaxis=None,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        height=round(max(chart.height, min(_HIGHEST, needed))),
        uniformtext={"minsize": 11, "mode": "hide"},  # a block too low for its text says it on hovering
    )


def parents_of(chart: Chart) -> list[str]:
    """The parent of each row; "" of the root."""
    known = {str(value) for value in chart.frame["id"]}
    return [cell(value) if cell(value) in known else "" for value in chart.frame["parent"]]


def tints(ids: Sequence[str], parents: Sequence[str], colours: Palette) -> list[str]:
    """A hue for each branch below the root, paler with every level."""
    depth = _depths(ids, parents)
    above = dict(zip(ids, parents, strict=True))
    branches = [identity for identity in ids if depth[identity] == 1]
    hue = {identity: colours.series[n % len(colours.series)] for n, identity in enumerate(branches)}
    return [_tint(identity, depth[identity], above, hue, colours) for identity in ids]


def _depths(ids: Sequence[str], parents: Sequence[str]) -> dict[str, int]:
    above = dict(zip(ids, parents, strict=True))

    def depth(identity: str) -> int:
        steps = 0
        while above.get(identity) and steps < len(ids):
            identity, steps = above[identity], steps + 1
        return steps

    return {identity: depth(identity) for identity in ids}


def _tint(
    identity: str, depth: int, above: Mapping[str, str], hue: Mapping[str, str], colours: Palette
) -> str:
    """The colour of the first-level ancestor, paler with every level; the root is neutral."""
    for _ in range(len(above)):
        if identity in hue:
            return mix(hue[identity], colours.surface, 0.42 if depth == 1 else 0.24)
        identity = above.get(identity, "")
    return colours.line


def _sums_fit(ids: Sequence[str], parents: Sequence[str], numbers: Sequence[float]) -> bool:
    own = dict(zip(ids, numbers, strict=True))
    sums: dict[str, float] = {}
    for parent, number in zip(parents, numbers, strict=True):
        if parent:
            sums[parent] = sums.get(parent, 0.0) + number
    return all(total <= own.get(parent, 0.0) * (1 + 1e-9) + 1e-9 for parent, total in sums.items())
