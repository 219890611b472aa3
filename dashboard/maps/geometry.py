"""Shapes on the map, in degrees (WGS-84): extents, zoom, label sizes, hatching, hexagons."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
import shapely
from shapely.geometry import LineString, Point, shape
from shapely.geometry.base import BaseGeometry

Bounds: TypeAlias = tuple[float, float, float, float]  # west, south, east, north
Ring: TypeAlias = list[tuple[float, float]]

METRES_PER_DEGREE = 111_320.0  # of latitude; of longitude times the cosine of the latitude
_TILE = 512  # pixels of the whole world at zoom 0


def geometry(text: str) -> BaseGeometry:
    """A GeoJSON geometry, given as text; to five decimals, which is a metre."""
    return shapely.transform(shape(json.loads(text)), lambda positions: np.round(positions, 5))


def simpler(each: BaseGeometry, tolerance_m: float) -> BaseGeometry:
    """The same shape with fewer corners, none of them moved further than the tolerance."""
    return each.simplify(tolerance_m / METRES_PER_DEGREE)


def shrink(latitude: float) -> float:
    """How much shorter a degree of longitude is than one of latitude."""
    return math.cos(math.radians(latitude))


def joint_bounds(shapes: Iterable[BaseGeometry]) -> Bounds | None:
    """The smallest box around all of them."""
    boxes = [each.bounds for each in shapes if not each.is_empty]
    if not boxes:
        return None
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def view(bounds: Bounds, width: int, height: int) -> tuple[float, float, float]:
    """Centre (longitude, latitude) and zoom at which the box fills width × height pixels."""
    west, south, east, north = bounds
    up, down = _mercator(north), _mercator(south)
    across = max((east - west) / 360, 1e-6)
    along = max((up - down) / (2 * math.pi), 1e-6)
    zoom = min(math.log2(width * 0.94 / (_TILE * across)), math.log2(height * 0.92 / (_TILE * along)))
    middle = math.degrees(2 * math.atan(math.exp((up + down) / 2)) - math.pi / 2)
    return (west + east) / 2, middle, min(16.0, zoom)


def _mercator(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


def label_point(each: BaseGeometry) -> tuple[float, float]:
    """A place for the name: the centroid where it lies inside, else another point inside."""
    centre = each.centroid
    if not each.contains(centre):
        centre = each.representative_point()
    return centre.x, centre.y


def room_m(each: BaseGeometry) -> float:
    """How wide, in metres, a name may be at its place: the shape's extent from west to east there."""
    x, y = label_point(each)
    west, _, east, _ = each.bounds
    across = each.intersection(LineString([(west, y), (east, y)]))
    parts = [part for part in getattr(across, "geoms", [across]) if part.length]
    nearest = min(parts, key=lambda part: part.distance(Point(x, y)), default=None)
    return 0.0 if nearest is None else float(nearest.length) * shrink(y) * METRES_PER_DEGREE


def rings(each: BaseGeometry) -> list[Ring]:
    """The outer rings; holes are left out."""
    parts = getattr(each, "geoms", [each])
    return [
        [(float(x), float(y)) for x, y in part.exterior.coords]
        for part in parts
        if part.geom_type == "Polygon" and not part.is_empty
    ]


def hatch(each: BaseGeometry, spacing_m: float) -> list[Ring]:
    """Slanting lines that fill a shape, as lists of positions."""
    if each.is_empty:
        return []
    west, south, east, north = each.bounds
    step = spacing_m / METRES_PER_DEGREE
    rise = north - south
    # Lines start on one common grid, so that neighbouring shapes are hatched in line.
    first = math.floor((west - rise) / step) * step
    starts = np.arange(first, east + step, step)
    grid = shapely.linestrings(
        [[(start - (south % step), south), (start - (south % step) + rise, north)] for start in starts]
    )
    cut = shapely.intersection(grid, each)
    return [
        [(float(x), float(y)) for x, y in part.coords]
        for part in shapely.get_parts(cut[~shapely.is_empty(cut)])
        if part.geom_type == "LineString"
    ]


def hexagons(positions: Sequence[tuple[float, float]], radius_m: float) -> list[tuple[Ring, list[int]]]:
    """Hexagons that hold at least one position: (ring, numbers of the positions in it)."""
    if not positions:
        return []
    latitude = sum(y for _, y in positions) / len(positions)
    narrow = shrink(latitude)
    size = radius_m / METRES_PER_DEGREE
    cells: dict[tuple[int, int], list[int]] = {}
    for number, (x, y) in enumerate(positions):
        cells.setdefault(_cell(x * narrow / size, y / size), []).append(number)
    return [(_corners(q, r, size, narrow), members) for (q, r), members in sorted(cells.items())]


def _cell(x: float, y: float) -> tuple[int, int]:
    """Axial coordinates of the pointy-topped hexagon of radius 1 around a position."""
    q, r = math.sqrt(3) / 3 * x - y / 3, 2 / 3 * y
    s = -q - r
    rounded = [round(q), round(r), round(s)]
    off = [abs(rounded[0] - q), abs(rounded[1] - r), abs(rounded[2] - s)]
    if off[0] > off[1] and off[0] > off[2]:
        rounded[0] = -rounded[1] - rounded[2]
    elif off[1] > off[2]:
        rounded[1] = -rounded[0] - rounded[2]
    return rounded[0], rounded[1]


def _corners(q: int, r: int, size: float, narrow: float) -> Ring:
    x, y = math.sqrt(3) * (q + r / 2), 1.5 * r
    angles = [math.pi / 6 + math.pi / 3 * i for i in range(7)]
    return [((x + math.cos(a)) * size / narrow, (y + math.sin(a)) * size) for a in angles]
