"""Headline figures as cards of native shapes: label, figure, comparisons, and the course as a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboard.exports import slideml as ml
from dashboard.exports.layout import em
from dashboard.exports.slideml import Box, Para, Run
from dashboard.exports.text import line
from dashboard.report import Kpi
from dashboard.theme import LIGHT, MISSING

_GAP = 12.0
_ACROSS = 5  # cards in a row at most
_ARROWS = {"up": "▲", "down": "▼", "flat": "＝", "none": ""}
_TONES = {"good": LIGHT.good, "attention": LIGHT.attention, "warning": LIGHT.warning}


def cards(items: Sequence[Kpi], box: Box, first: int) -> str:
    """At most ten cards, filling the width of the box."""
    rows = -(-len(items) // _ACROSS)
    across = -(-len(items) // rows)
    width = (box.width - _GAP * (across - 1)) / across
    height = min(172.0, (box.height - _GAP * (rows - 1)) / rows)
    found = []
    for place, item in enumerate(items):
        row, column = divmod(place, across)
        card = Box(box.x + column * (width + _GAP), box.y + row * (height + _GAP), width, height)
        found += list(_card(item, card, first + place * 4))
    return "".join(found)


def _card(item: Kpi, box: Box, number: int) -> Iterator[str]:
    absent = item.value == MISSING
    value = line(item.value)
    unit = "" if absent else line(item.unit)
    room = (box.width - 24) / max(1.0, em(value) + em(unit) * 0.5)
    size = min(28.0, max(14.0, room * 1.05))
    label = line(item.label)
    paras = [
        Para((Run(label, 12 if em(label) * 12 <= box.width - 24 else 10, LIGHT.muted),), after=3),
        Para(
            (Run(value, size, LIGHT.muted if absent else LIGHT.text, True), Run(f" {unit}", 11, LIGHT.muted)),
            after=3,
        ),
    ]
    for delta in item.deltas[:3]:
        arrow = _ARROWS[delta.direction]
        said = line(f"{arrow}{delta.text}")
        paras.append(
            Para(
                (
                    Run(f"{line(delta.label)} ", 10.5, LIGHT.muted),
                    Run(said, 10.5, _TONES.get(delta.tone, LIGHT.text), True),
                )
            )
        )
    edge = _TONES.get(item.state, LIGHT.line)
    yield ml.text(number, label, box, paras, "t", 11, fill=LIGHT.panel, edge=edge, shape="roundRect")
    course = [value for value in item.spark if value is not None]
    if len(course) > 1 and len(item.deltas) <= 2:
        yield from _spark(item, Box(box.x + 12, box.y + box.height - 38, box.width - 24, 26), number + 1)


def _spark(item: Kpi, box: Box, number: int) -> Iterator[str]:
    """Gaps where a value is missing; a dot at the last one."""
    known = [value for value in item.spark if value is not None]
    low, high = min(0.0, *known), max(known)
    step = box.width / (len(item.spark) - 1)
    scale = box.height / ((high - low) or 1.0)
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(item.spark):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((box.x + place * step, box.y + box.height - (value - low) * scale))
    name = (
        f"{line(item.label)} {item.spark_labels[0]} – {item.spark_labels[-1]}"
        if item.spark_labels
        else item.label
    )
    lines = [each for each in runs if len(each) > 1]
    if lines:
        looks = "<a:noFill/>" + ml.border(LIGHT.accent, 1.5)
        yield ml.free(number, name, lines, looks, closed=False)
    last = next(each[-1] for each in reversed(runs) if each)
    yield ml.dots(number + 1, name, [last], 2.4, ml.solid(LIGHT.accent))
