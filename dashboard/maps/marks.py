"""What a map shows, with its colours: shared by the screen's deck and by the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import pandas as pd
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from dashboard.locale import translator
from dashboard.maps.geometry import geometry, hatch, hexagons, joint_bounds, label_point, simpler
from dashboard.report import Map
from dashboard.theme import Palette, cell, class_of, classes, mix, ramp

Shape: TypeAlias = Literal["dot", "square", "hatch"]

_DENSE_SHARE = 0.75  # of the points, for a close-up
_HATCH_SHARE = 1 / 90  # distance of the hatching lines, as a share of the drawn width
_DENSITY_ROWS = 56  # hexagons across the drawn width


@dataclass(frozen=True)
class Area:
    code: str
    name: str
    shape: BaseGeometry
    colour: str
    tip: str


@dataclass(frozen=True)
class Point:
    longitude: float
    latitude: float
    colour: str
    tip: str
    kind_label: str


@dataclass(frozen=True)
class Patch:
    """A hexagon of the density view, cut off at the outline."""

    shape: BaseGeometry
    colour: str
    tip: str


@dataclass(frozen=True)
class Gap:
    shape: BaseGeometry
    lines: tuple[tuple[tuple[float, float], ...], ...]
    tip: str


@dataclass(frozen=True)
class LegendItem:
    label: str
    colour: str
    shape: Shape


@dataclass(frozen=True)
class Marks:
    outline: BaseGeometry
    areas: tuple[Area, ...]
    points: tuple[Point, ...]
    patches: tuple[Patch, ...]
    gaps: tuple[Gap, ...]
    legend: tuple[LegendItem, ...]
    bounds: tuple[float, float, float, float]  # what the first view shows


def marks(block: Map, colours: Palette, language: str) -> Marks:
    """Everything on the map, from the bottom up; the same for every way of drawing it."""
    say = translator(language)
    outline = geometry(block.outline)
    areas, legend = _areas(block, colours, say("无数据"))
    bounds = _bounds(block, outline, areas)
    points: tuple[Point, ...] = ()
    patches: tuple[Patch, ...] = ()
    gaps: tuple[Gap, ...] = ()
    if block.mode == "density":
        patches, more = _patches(block, colours, outline, bounds[2] - bounds[0], say("处"))
    else:
        points, more = _points(block, colours)
    legend += more
    if block.mode == "coverage" and block.gaps is not None:
        gaps = _gaps(block.gaps, bounds[2] - bounds[0])
        legend.append(LegendItem(say("步行范围未覆盖"), colours.gap, "hatch"))
    return Marks(outline, areas, points, patches, gaps, tuple(legend), bounds)


def _areas(block: Map, colours: Palette, unknown: str) -> tuple[tuple[Area, ...], list[LegendItem]]:
    frame = block.areas
    if frame.empty:
        return (), []
    if block.value is None or "value" not in frame:
        shades = [colours.panel] * len(frame)
        legend: list[LegendItem] = []
    else:
        numbers = [None if pd.isna(value) else float(value) for value in frame["value"]]
        bounds = classes(numbers)
        steps = _covered(colours, len(bounds)) if block.mode == "coverage" else ramp(colours, len(bounds))
        found = [class_of(number, bounds) for number in numbers]
        shades = [colours.line if place is None else steps[place] for place in found]
        legend = [
            LegendItem(label, step, "square")
            for label, step in zip(
                _class_labels(bounds, block.value.format, block.value.unit), steps, strict=True
            )
        ]
        if None in found:
            legend.append(LegendItem(unknown, colours.line, "square"))
    rows = zip(frame["org_code"], frame["org_name"], frame["geometry"], frame["tip"], shades, strict=True)
    return tuple(
        Area(str(code), str(name), geometry(text), shade, cell(tip)) for code, name, text, tip, shade in rows
    ), legend


def _covered(colours: Palette, count: int) -> tuple[str, ...]:
    """Greens, the fuller the better covered: red belongs to the gaps there."""
    return tuple(mix(colours.good, colours.surface, 0.1 + 0.5 * (i + 1) / count) for i in range(count))


def _class_labels(bounds: tuple[float, ...], style: str, unit: str) -> list[str]:
    labels = []
    for number, high in enumerate(bounds):
        top = cell(high, style)
        if number == 0:
            labels.append(top if high == 0 else f"≤ {top}")
        else:
            low = bounds[number - 1] + (1 if style == "integer" else 0)
            labels.append(top if low >= high else f"{cell(low, style)}–{top}")
    if labels and unit and style != "percent":
        labels[-1] += f" {unit}"
    return labels


def _points(block: Map, colours: Palette) -> tuple[tuple[Point, ...], list[LegendItem]]:
    frame = block.points
    if frame.empty:
        return (), []
    kinds = _kinds(frame)
    # The first colour is the accent, which the areas use.
    shade = {kind: colours.series[1 + i % (len(colours.series) - 1)] for i, (kind, _) in enumerate(kinds)}
    counts = frame["kind"].astype(str).value_counts()
    rows = zip(
        frame["longitude"],
        frame["latitude"],
        frame["kind"].astype(str),
        frame["tip"],
        frame["kind_label"],
        strict=True,
    )
    points = tuple(
        Point(float(x), float(y), shade[kind], cell(tip), str(label))
        for x, y, kind, tip, label in rows
        if pd.notna(x) and pd.notna(y)
    )
    return points, [
        LegendItem(f"{label} {counts[kind]:,}", shade[kind], "dot")
        for kind, label in kinds
        if counts.get(kind, 0)
    ]


def _kinds(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Value and label of each kind. A categorical column keeps the colour of a kind when another is absent."""
    labels = dict(zip(frame["kind"].astype(str), frame["kind_label"].astype(str), strict=True))
    if isinstance(frame["kind"].dtype, pd.CategoricalDtype):
        return [(str(kind), labels.get(str(kind), "")) for kind in frame["kind"].cat.categories]
    return sorted(labels.items())


def _patches(
    block: Map, colours: Palette, outline: BaseGeometry, width: float, unit: str
) -> tuple[tuple[Patch, ...], list[LegendItem]]:
    located = block.points.dropna(subset=["longitude", "latitude"]) if len(block.points) else block.points
    positions = [(float(x), float(y)) for x, y in zip(located["longitude"], located["latitude"], strict=True)]
    found = hexagons(positions, max(120.0, width * 111_320 / _DENSITY_ROWS / 2))
    bounds = classes([float(len(members)) for _, members in found])
    steps = ramp(colours, len(bounds))
    patches = []
    for ring, members in found:
        place = class_of(float(len(members)), bounds) or 0
        whole = Polygon(ring)
        inside = whole.intersection(outline)  # empty just outside, within the tolerance of positions
        patches.append(Patch(whole if inside.is_empty else inside, steps[place], f"{len(members):,} {unit}"))
    labels = _class_labels(bounds, "integer", unit)
    return tuple(patches), [
        LegendItem(label, step, "square") for label, step in zip(labels, steps, strict=True)
    ]


def _gaps(frame: pd.DataFrame, width: float) -> tuple[Gap, ...]:
    spacing = width * 111_320 * _HATCH_SHARE
    found = []
    for text, tip in zip(frame["geometry"], frame["tip"], strict=True):
        if not isinstance(text, str):
            continue
        each = simpler(geometry(text), spacing / 10)
        if not each.is_empty:
            found.append(Gap(each, tuple(tuple(line) for line in hatch(each, spacing)), cell(tip)))
    return tuple(found)


def _bounds(block: Map, outline: BaseGeometry, areas: tuple[Area, ...]) -> tuple[float, float, float, float]:
    focused = [area.shape for area in areas if area.code == block.focus]
    if block.close_up and not focused and (len(block.points) or areas):
        return _densest(block.points if len(block.points) else _middles(areas))
    bounds = joint_bounds(focused) or joint_bounds(area.shape for area in areas) or joint_bounds([outline])
    if bounds is None:
        raise ValueError("a map needs an outline")
    return bounds


def _middles(areas: tuple[Area, ...]) -> pd.DataFrame:
    places = [label_point(area.shape) for area in areas]
    return pd.DataFrame(places, columns=["longitude", "latitude"])


def _densest(points: pd.DataFrame) -> tuple[float, float, float, float]:
    """The box of the points that lie nearest to the middle one."""
    away = (points["longitude"] - points["longitude"].median()).abs() + (
        points["latitude"] - points["latitude"].median()
    ).abs()
    near = points[away <= away.quantile(_DENSE_SHARE)]
    west, east = float(near["longitude"].min()), float(near["longitude"].max())
    south, north = float(near["latitude"].min()), float(near["latitude"].max())
    return west, south, east, north


def feature(each: BaseGeometry, properties: dict[str, Any]) -> dict[str, Any]:
    """A GeoJSON feature."""
    return {"type": "Feature", "geometry": each.__geo_interface__, "properties": properties}
