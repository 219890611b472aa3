"""Positions: coordinate systems, the district's outline, community areas and walking coverage.

Longitudes and latitudes are float arrays in degrees, longitude first. Inside this module
geometry is worked on in metres, in a plane that touches the ellipsoid at the middle of the
outline; within 50 km of that middle lengths are right to 0.5 % and areas to 0.3 %.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import ArrayLike, NDArray

from etl.crs import BD09, CRS_NAMES, WGS84, crs_name

Floats: TypeAlias = NDArray[np.float64]
Geometry: TypeAlias = Any  # shapely ships no types

# ---- coordinate systems ---------------------------------------------------------------------

# Krasovsky 1940 as the published GCJ-02 formula uses it: semi-major axis (m), eccentricity².
_KRASOVSKY_M = 6378245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_BD_RATE = np.pi * 3000.0 / 180.0
_INVERSE_ROUNDS = 4  # the shift changes by under 0.1 % of itself, so each round gains three digits


def _waves(x: Floats, amplitudes: tuple[float, float, float, float], periods: tuple[float, ...]) -> Floats:
    total = np.zeros_like(x)
    for amplitude, period in zip(amplitudes, periods, strict=True):
        total += amplitude * np.sin(x * np.pi / period)
    return total * (2.0 / 3.0)


def _wgs_to_gcj(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The obfuscation known from the public "eviltransform" constants; unchanged outside China."""
    x, y = lon - 105.0, lat - 35.0
    common = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * (2.0 / 3.0)
    root = np.sqrt(np.abs(x))
    north_m = (
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
        + common
        + _waves(y, (20.0, 40.0, 160.0, 320.0), (1.0, 3.0, 12.0, 30.0))
    )  # fmt: skip
    east_m = (
        300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
        + common
        + _waves(x, (20.0, 40.0, 150.0, 300.0), (1.0, 3.0, 12.0, 30.0))
    )  # fmt: skip
    phi = np.radians(lat)
    w2 = 1.0 - _KRASOVSKY_E2 * np.sin(phi) ** 2
    d_lat = np.degrees(north_m / (_KRASOVSKY_M * (1.0 - _KRASOVSKY_E2) / w2**1.5))
    d_lon = np.degrees(east_m / (_KRASOVSKY_M / np.sqrt(w2) * np.cos(phi)))
    in_china = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    return np.where(in_china, lon + d_lon, lon), np.where(in_china, lat + d_lat, lat)


def _gcj_to_bd(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_RATE)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_RATE)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _inverse(forward: Any, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Undo `forward` by fixed-point iteration: there is no closed inverse of either formula."""
    x, y = lon, lat
    for _ in range(_INVERSE_ROUNDS):
        there_x, there_y = forward(x, y)
        x, y = x + (lon - there_x), y + (lat - there_y)
    return x, y


def convert(longitude: ArrayLike, latitude: ArrayLike, source: str, target: str) -> tuple[Floats, Floats]:
    """Positions in `source` as positions in `target` (names as in CRS_NAMES), in degrees.

    Two arrays of one shape in, two of that shape out; NaN stays NaN. There and back again is
    under 1 mm off; published pairs agree to 1 m. ValueError for an unknown system.
    """
    for name in (source, target):
        if name not in CRS_NAMES:
            raise ValueError(f"不认识的坐标系“{name}”，只能是 {'、'.join(CRS_NAMES)}")
    lon = np.asarray(longitude, dtype=np.float64)
    lat = np.asarray(latitude, dtype=np.float64)
    if source == target:
        return lon.copy(), lat.copy()
    if source == BD09:
        lon, lat = _inverse(_gcj_to_bd, lon, lat)
    if target == WGS84:
        return _inverse(_wgs_to_gcj, lon, lat)
    if source == WGS84:
        lon, lat = _wgs_to_gcj(lon, lat)
    return _gcj_to_bd(lon, lat) if target == BD09 else (lon, lat)


# ---- the outline ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plane:
    """Degrees (WGS-84) <-> metres east and north of a middle point."""

    longitude: float
    latitude: float
    east_m: float  # metres in one degree of longitude at the middle
    north_m: float  # metres in one degree of latitude at the middle

    def to_metres(self, geometry: Geometry) -> Geometry:
        return shapely.transform(geometry, lambda xy: (xy - self._origin) * self._scale)

    def to_degrees(self, geometry: Geometry) -> Geometry:
        """Rounded to six decimals (0.1 m), which keeps the GeoJSON small."""
        return shapely.transform(geometry, lambda xy: np.round(xy / self._scale + self._origin, 6))

    def metres(self, lon: ArrayLike, lat: ArrayLike) -> Floats:
        """An (n, 2) array of metres."""
        degrees = np.column_stack([np.asarray(lon, np.float64), np.asarray(lat, np.float64)])
        projected: Floats = (degrees - self._origin) * self._scale
        return projected

    @property
    def _origin(self) -> Floats:
        return np.array([self.longitude, self.latitude])

    @property
    def _scale(self) -> Floats:
        return np.array([self.east_m, self.north_m])


def plane_at(longitude: float, latitude: float) -> Plane:
    """The plane touching the WGS-84 ellipsoid (a = 6378137 m, e² = 0.00669437999014) there."""
    a, e2 = 6378137.0, 0.00669437999014
    phi = np.radians(latitude)
    w2 = 1.0 - e2 * np.sin(phi) ** 2
    north_m = np.radians(1.0) * a * (1.0 - e2) / w2**1.5
    east_m = np.radians(1.0) * a / np.sqrt(w2) * np.cos(phi)
    return Plane(longitude, latitude, float(east_m), float(north_m))


@dataclass(frozen=True)
class Outline:
    """The district's outline; `geometry` in degrees (WGS-84), `ground` the same in metres."""

    geometry: Geometry
    plane: Plane
    ground: Geometry

    def distance_m(self, lon: ArrayLike, lat: ArrayLike) -> Floats:
        """Metres to the outline, 0 inside, NaN for a NaN position; arrays in, array out."""
        xy = self.plane.metres(np.atleast_1d(lon), np.atleast_1d(lat))
        result = np.full(len(xy), np.nan)
        known = np.isfinite(xy).all(axis=1)
        inside = np.zeros(len(xy), dtype=bool)
        inside[known] = shapely.intersects_xy(self.ground, xy[known])
        result[inside] = 0.0
        outside = known & ~inside
        result[outside] = shapely.distance(self.ground, shapely.points(xy[outside]))
        return result

    def within(self, lon: ArrayLike, lat: ArrayLike, margin_m: float) -> NDArray[np.bool_]:
        """Whether a position lies inside or at most `margin_m` off; false for NaN.

        Gives what `distance_m` would, at a tenth of the price for far positions.
        """
        xy = self.plane.metres(np.atleast_1d(lon), np.atleast_1d(lat))
        west, south, east, north = shapely.bounds(self.ground) + np.array([-1, -1, 1, 1]) * margin_m
        result = (xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)
        near = np.flatnonzero(result)
        inside = shapely.intersects_xy(self.ground, xy[near])
        rest = near[~inside]
        result[rest] = shapely.dwithin(self.ground, shapely.points(xy[rest]), margin_m)
        return np.asarray(result, dtype=np.bool_)


def _polygons(path: Path, what: str) -> list[tuple[dict[str, Any], Geometry]]:
    """Properties and polygon of every feature; ValueError, in a sentence, for anything else."""
    try:
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        read = [
            (f.get("properties") or {}, shapely.from_geojson(json.dumps(f["geometry"]))) for f in features
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        raise ValueError(f"{what}“{path}”读不出来，请提供 GeoJSON 的 FeatureCollection") from error
    for properties, geometry in read:
        if shapely.get_type_id(geometry) not in (3, 6) or geometry.is_empty:
            raise ValueError(f"{what}“{path}”里有不是面（Polygon、MultiPolygon）的要素")
        if crs_name(str(properties.get("crs") or WGS84)) != WGS84:
            raise ValueError(f"{what}“{path}”写明的坐标系不是 WGS-84，请先换算")
    return [(properties, shapely.make_valid(geometry)) for properties, geometry in read]


def load_outline(path: Path) -> Outline:
    """The union of all polygons of a GeoJSON file in WGS-84; ValueError when there is none."""
    polygons = [geometry for _, geometry in _polygons(path, "城区轮廓")]
    if not polygons:
        raise ValueError(f"城区轮廓“{path}”里没有任何面")
    geometry = shapely.union_all(polygons)
    west, south, east, north = shapely.bounds(geometry)
    plane = plane_at((west + east) / 2, (south + north) / 2)
    ground = plane.to_metres(geometry)
    shapely.prepare(ground)
    return Outline(geometry, plane, ground)


def load_areas(path: Path) -> dict[str, Geometry]:
    """Real community polygons by community code, in degrees; empty when there is no such file."""
    if not path.exists():
        return {}
    areas: dict[str, Geometry] = {}
    for properties, geometry in _polygons(path, "社区范围"):
        code = str(properties.get("code") or "").strip()
        if not code or code in areas:
            raise ValueError(f"社区范围“{path}”里的每个面都要有不重复的社区代码（properties.code）")
        areas[code] = geometry
    return areas


# ---- judging stated positions ------------------------------------------------------------------

# Swapping two numbers moves a point by thousands of kilometres, so a wide margin tells it
# reliably even before the coordinate system (at most 1.2 km apart) is known.
_SWAP_MARGIN_M = 2000.0


def judge_positions(
    lon: ArrayLike, lat: ArrayLike, crs: Sequence[str | None], outline: Outline, tolerance_m: float
) -> tuple[Floats, Floats, NDArray[np.str_]]:
    """WGS-84 longitude and latitude (NaN unless located) and a verdict for each stated position.

    `crs` holds names of CRS_NAMES, or None / "" where none is stated. Verdicts: "located",
    "missing" (neither number), "incomplete" (one of the two), "zero", "swapped" (exchanged they
    would lie in the district), "no_crs", "outside" (more than `tolerance_m` off the outline).
    """
    x, y = (np.array(values, dtype=np.float64, ndmin=1) for values in (lon, lat))
    systems = np.array([name or "" for name in crs], dtype=np.str_)
    has_x, has_y = np.isfinite(x), np.isfinite(y)
    zero = (has_x & (x == 0)) | (has_y & (y == 0))
    candidate = has_x & has_y & ~zero

    wgs_x, wgs_y = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for name in CRS_NAMES:
        these = candidate & (systems == name) & (np.abs(x) <= 180) & (np.abs(y) <= 90)
        wgs_x[these], wgs_y[these] = convert(x[these], y[these], name, WGS84)
    located = outline.within(wgs_x, wgs_y, tolerance_m)

    doubtful = candidate & ~located
    swapped = np.zeros(len(x), dtype=bool)
    swapped[doubtful] = outline.within(y[doubtful], x[doubtful], _SWAP_MARGIN_M)

    verdict = np.select(
        [located, ~has_x & ~has_y, has_x != has_y, zero, swapped, ~np.isin(systems, CRS_NAMES)],
        ["located", "missing", "incomplete", "zero", "swapped", "no_crs"],
        default="outside",
    )
    wgs_x[~located], wgs_y[~located] = np.nan, np.nan
    return wgs_x, wgs_y, verdict


# ---- areas and coverage --------------------------------------------------------------------------

_CIRCLE_SEGMENTS = 8  # to a quarter: a 32-gon
# A 32-gon inside a circle covers 0.6 % less than the circle; this radius makes the areas equal.
_CIRCLE_GROWTH = float(np.sqrt(np.pi / (2 * _CIRCLE_SEGMENTS * np.sin(np.pi / (2 * _CIRCLE_SEGMENTS)))))
_GAP_DETAIL_M = 5.0
_CHIP_M2 = 25.0  # slivers of rounding are no gap


def community_areas(
    codes: Sequence[str],
    lon: ArrayLike,
    lat: ArrayLike,
    outline: Outline,
    own: Mapping[str, Geometry] | None = None,
) -> tuple[dict[str, Geometry], frozenset[str]]:
    """Polygons in metres (of `outline.plane`) by community code, and the codes of the real ones.

    Every other one is approximate: the Voronoi cell of its centre, clipped to what of the outline
    the real polygons (`own`, in degrees) leave. A community without a centre (NaN) or with
    nothing left has no polygon. ValueError when two communities have the same centre.
    """
    real = {code: outline.plane.to_metres(area) for code, area in (own or {}).items() if code in set(codes)}
    xy = outline.plane.metres(np.atleast_1d(lon), np.atleast_1d(lat))
    drawn = [i for i, code in enumerate(codes) if code not in real and np.isfinite(xy[i]).all()]
    areas = dict(real)
    if drawn:
        if len(np.unique(xy[drawn], axis=0)) < len(drawn):
            raise ValueError("有两个社区的中心点完全相同，请在 organisations.csv 里分开")
        centres = shapely.multipoints(xy[drawn])
        cells = shapely.get_parts(shapely.voronoi_polygons(centres, extend_to=outline.ground, ordered=True))
        free = outline.ground
        if real:
            free = shapely.difference(free, shapely.union_all(list(real.values())))
        for i, cell in zip(drawn, _faces(shapely.intersection(cells, free)), strict=True):
            if not cell.is_empty:
                areas[codes[i]] = cell
    return {code: areas[code] for code in codes if code in areas}, frozenset(real)


def _faces(geometries: Any) -> list[Geometry]:
    """Polygons only: an intersection along a shared edge leaves points and lines as well."""
    return [
        geometry
        if shapely.get_type_id(geometry) in (3, 6)
        else shapely.union_all([p for p in shapely.get_parts(geometry) if shapely.get_type_id(p) == 3])
        for geometry in geometries
    ]


def _near(points: Floats, walking_m: float) -> Geometry:
    """Everything within walking distance of any point (all in metres), made ready for reuse.

    One union for the whole district is ten times as fast as one for each community, whose
    circles overlap those of its neighbours.
    """
    radius = walking_m * _CIRCLE_GROWTH
    known = points[np.isfinite(points).all(axis=1)]
    near = shapely.union_all(shapely.buffer(shapely.points(known), radius, quad_segs=_CIRCLE_SEGMENTS))
    shapely.prepare(near)
    return near


def _coverage(area: Geometry, near: Geometry) -> tuple[float, float, Geometry]:
    area_m2 = float(area.area)
    (gap,) = _faces([shapely.difference(area, near)])
    pieces = shapely.get_parts(gap)
    gap = shapely.multipolygons(pieces[shapely.area(pieces) >= _CHIP_M2])
    return area_m2, min(max(area_m2 - float(gap.area), 0.0), area_m2), gap


def coverage(
    area: Geometry, points_lon: ArrayLike, points_lat: ArrayLike, walking_m: float, plane: Plane
) -> tuple[float, float, Geometry]:
    """How much of an area lies within walking distance (as the crow flies) of any point.

    `area` in metres as `community_areas` gives it; the points in degrees may lie anywhere, a
    neighbour's point counts. Returns the area and the covered area in m², and the rest ("the
    gaps", metres).
    """
    points = plane.metres(np.atleast_1d(points_lon), np.atleast_1d(points_lat))
    return _coverage(area, _near(points, walking_m))


def _geojson(geometry: Geometry, plane: Plane) -> str:
    return str(shapely.to_geojson(plane.to_degrees(geometry)))


_TEXT, _NUMBER = pa.string(), pa.float64()
_OUTLINE_SCHEMA = pa.schema({"geometry": _TEXT})
_AREA_SCHEMA = pa.schema(
    {"community_code": _TEXT, "geometry": _TEXT, "area_m2": _NUMBER, "is_approximate": pa.bool_()}
)
_COVERAGE_COLUMNS = {"community_code": _TEXT, "walking_m": pa.int32(), "covered_m2": _NUMBER}
_COVERAGE_SCHEMA = pa.schema(_COVERAGE_COLUMNS | {"covered_pct": _NUMBER, "gap_geometry": _TEXT})


def geo_tables(
    codes: Sequence[str],
    lon: ArrayLike,
    lat: ArrayLike,
    points_lon: ArrayLike,
    points_lat: ArrayLike,
    outline: Outline,
    walking_m: Sequence[int],
    own: Mapping[str, Geometry] | None = None,
) -> dict[str, pa.Table]:
    """The tables geo_outline, geo_area and geo_coverage of a snapshot.

    `codes`, `lon`, `lat`: the communities and their centres (NaN: none). `points_*`: the located
    service points, all in WGS-84 degrees (NaN is skipped). Geometry comes out as GeoJSON text in
    degrees, six decimals; gaps are simplified to 5 m, and null where nothing is uncovered.
    `covered_pct` is 0..100. Tables keep their column types when they are empty.
    """
    areas, real = community_areas(codes, lon, lat, outline, own)
    points = outline.plane.metres(np.atleast_1d(points_lon), np.atleast_1d(points_lat))

    area_rows = [
        {
            "community_code": code,
            "geometry": _geojson(area, outline.plane),
            "area_m2": float(area.area),
            "is_approximate": code not in real,
        }
        for code, area in areas.items()
    ]
    coverage_rows = []
    for distance in walking_m:
        near = _near(points, distance)
        for code, area in areas.items():
            area_m2, covered_m2, gap = _coverage(area, near)
            gap_text = _geojson(shapely.simplify(gap, _GAP_DETAIL_M), outline.plane)
            row = {"community_code": code, "walking_m": distance, "covered_m2": covered_m2}
            row |= {"covered_pct": 100.0 * covered_m2 / area_m2}
            coverage_rows.append(row | {"gap_geometry": None if gap.is_empty else gap_text})
    outline_rows = [{"geometry": _geojson(outline.ground, outline.plane)}]
    return {
        "geo_outline": pa.Table.from_pylist(outline_rows, schema=_OUTLINE_SCHEMA),
        "geo_area": pa.Table.from_pylist(area_rows, schema=_AREA_SCHEMA),
        "geo_coverage": pa.Table.from_pylist(coverage_rows, schema=_COVERAGE_SCHEMA),
    }
