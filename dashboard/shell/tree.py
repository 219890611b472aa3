"""The hierarchy as nested blocks in HTML: each as high as its value, but never too low for its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from dashboard.charts.icicle import parents_of, tints
from dashboard.charts.words import click_values, column_of, numbers_of, quantity, said
from dashboard.report import Chart
from dashboard.shell.links import Here, address, params_for
from dashboard.theme import palette

_LEVELS = 3  # the next one comes into view with a click
_LINE = 24  # pixels of a block that has room for one line


@dataclass(frozen=True)
class _Block:
    label: str
    text: str
    said: str
    weight: float
    fill: str
    click: Sequence[str]


def html(chart: Chart, here: Here, dark: bool) -> str:
    frame = chart.frame
    ids, parents = [str(value) for value in frame["id"]], parents_of(chart)
    column = column_of(chart, "value")
    names = [item.name for item in chart.columns if item.name not in ("id", "parent", "label")]
    numbers = [value or 0.0 for value in numbers_of(frame["value"])]
    if not any(numbers):  # nothing to measure by: equal parts
        numbers = [1.0] * len(numbers)
    blocks = {
        identity: _Block(label, quantity(value, column), "\n".join(lines), number, fill, click)
        for identity, label, value, lines, number, fill, click in zip(
            ids,
            map(str, frame["label"]),
            frame["value"],
            said(chart, "label", names, here.selection.language),
            numbers,
            tints(ids, parents, palette(dark)),
            click_values(chart),
            strict=True,
        )
    }
    below: dict[str, list[str]] = {}
    for identity, parent in zip(ids, parents, strict=True):
        below.setdefault(parent, []).append(identity)
    nodes = "".join(_node(root, blocks, below, chart, here, 1) for root in below.get("", ()))
    leaves = len(ids) - len(set(parents) - {""})
    height = max(chart.height, round(leaves * _LINE * 1.5))
    return f'<div class="ld-tree" role="tree" aria-label="{escape(chart.alt)}" style="min-height:{height}px">{nodes}</div>'


def _node(
    identity: str,
    blocks: Mapping[str, _Block],
    below: Mapping[str, Sequence[str]],
    chart: Chart,
    here: Here,
    level: int,
) -> str:
    block = blocks[identity]
    children = below.get(identity, ()) if level < _LEVELS else ()
    inner = "".join(_node(child, blocks, below, chart, here, level + 1) for child in children)
    words = f"<span>{escape(block.label)}</span> <b>{escape(block.text)}</b>"
    face = f'class="ld-block" style="background:{block.fill}" aria-label="{escape(block.said)}"'
    if chart.click is not None and block.click:
        params = params_for(here, chart.click.view, {chart.click.param: block.click[0]})
        href = escape(address(chart.click.view or here.view, params, here.home))
        shown = f'<a {face.replace("ld-block", "ld-block ld-tip-host ld-go")} href="{href}">{words}</a>'
    else:
        shown = f"<div {face}>{words}</div>"
    branch = f'<div class="ld-below" role="group">{inner}</div>' if inner else ""
    return f'<div class="ld-node ld-level-{level}" role="treeitem" style="flex-grow:{block.weight:g}">{shown}{branch}</div>'
