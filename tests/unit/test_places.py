"""Coordinate systems, the outline, verdicts on positions, areas and coverage.

The district here is invented: a square of roughly 20 km with a side cut in, given as GeoJSON.
"""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from etl import places
from etl.crs import BD09, CRS_NAMES, GCJ02, WGS84, crs_name
from etl.places import convert

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
SQUARE = [[108.4, 22.9], [108.6, 22.9], [108.6, 23.1], [108.5, 23.05], [108.4, 23.1], [108.4, 22.9]]

# One place in three systems, as published.
TRIPLE = {
    WGS84: (108.3160258, 22.8267915),
    GCJ02: (108.3200117, 22.8240243),
    BD09: (108.3265645, 22.8298659),
}


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    plane = places.plane_at(*a)
    return float(np.hypot(*plane.metres(*b)[0]))


def geojson(path: Path, *rings: list[list[float]], properties: dict[str, str] | None = None) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": properties or {},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for ring in rings
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def outline(tmp_path_factory: pytest.TempPathFactory) -> places.Outline:
    return places.load_outline(geojson(tmp_path_factory.mktemp("outline") / "outline.geojson", SQUARE))


# ---- coordinate systems


@pytest.mark.parametrize("source", CRS_NAMES)
@pytest.mark.parametrize("target", CRS_NAMES)
def test_the_published_triple_agrees_within_a_metre(source: str, target: str) -> None:
    lon, lat = convert(*TRIPLE[source], source, target)
    assert metres_between((float(lon), float(lat)), TRIPLE[target]) < 1.0


@given(
    st.floats(73.6, 135.0),
    st.floats(18.2, 53.5),
    st.sampled_from(CRS_NAMES),
    st.sampled_from(CRS_NAMES),
)
def test_there_and_back_is_under_a_millimetre(lon: float, lat: float, source: str, target: str) -> None:
    back = convert(*convert([lon], [lat], source, target), target, source)
    assert metres_between((lon, lat), (float(back[0][0]), float(back[1][0]))) < 1e-3


def test_systems_really_differ_and_arrays_keep_their_shape() -> None:
    lon, lat = np.full((2, 3), 108.3160258), np.full((2, 3), 22.8267915)
    gcj = convert(lon, lat, WGS84, GCJ02)
    bd = convert(lon, lat, WGS84, BD09)
    assert gcj[0].shape == bd[1].shape == (2, 3)
    here = TRIPLE[WGS84]
    assert 400 < metres_between(here, (float(gcj[0][0, 0]), float(gcj[1][0, 0]))) < 600
    assert 1000 < metres_between(here, (float(bd[0][0, 0]), float(bd[1][0, 0]))) < 1300


def test_nan_stays_nan_and_the_input_is_not_touched() -> None:
    lon, lat = np.array([108.4, np.nan]), np.array([22.9, 22.9])
    result = convert(lon, lat, GCJ02, WGS84)
    assert np.isnan(result[0][1])
    assert lon[0] == 108.4


def test_an_unknown_system_is_refused_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="不认识的坐标系"):
        convert([108.4], [22.9], "西安80", WGS84)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WGS-84", WGS84),
        ("ｗｇｓ８４", WGS84),
        ("WGS 1984坐标系", WGS84),
        ("GPS", WGS84),
        ("EPSG:4326", WGS84),
        ("天地图", WGS84),
        ("CGCS2000", WGS84),
        ("2000国家大地坐标系", WGS84),
        ("天地图（CGCS2000）", WGS84),
        ("GCJ-02", GCJ02),
        ("gcj02", GCJ02),
        (" 高德 ", GCJ02),
        ("高德地图坐标", GCJ02),
        ("火星坐标系", GCJ02),
        ("腾讯", GCJ02),
        ("GCJ-02（高德）", GCJ02),
        ("百度", BD09),
        ("BD09", BD09),
        ("bd-09ll", BD09),
        ("百度地图经纬度坐标系", BD09),
        ("", None),
        ("  ", None),
        (None, None),
        ("坐标系", None),
        ("高德/百度", None),
        ("BD09MC", None),
        ("百度墨卡托", None),
        ("西安80", None),
        ("北京54", None),
        ("不是高德", None),
    ],
)
def test_spellings_of_systems(text: str | None, expected: str | None) -> None:
    assert crs_name(text) == expected


# ---- the outline


def test_distance_is_zero_inside_and_metres_outside(outline: places.Outline) -> None:
    one_km_west = 108.4 - 1000 / outline.plane.east_m
    distances = outline.distance_m([108.5, one_km_west, 108.5, np.nan], [23.0, 23.0, 23.06, 23.0])
    assert distances[0] == 0
    assert distances[1] == pytest.approx(1000, abs=0.01)
    assert 500 < distances[2] < 1200  # in the notch: outside, although inside the bounding box
    assert np.isnan(distances[3])


@given(st.floats(108.3, 108.7), st.floats(22.8, 23.2), st.sampled_from([0.0, 50.0, 2000.0]))
def test_within_agrees_with_the_distance(
    outline: places.Outline, lon: float, lat: float, margin_m: float
) -> None:
    assert bool(outline.within(lon, lat, margin_m)[0]) == bool(outline.distance_m(lon, lat)[0] <= margin_m)


def test_a_degree_is_as_long_as_geodesy_says() -> None:
    plane = places.plane_at(108.5, 0.0)
    assert plane.east_m == pytest.approx(111_319.49, abs=0.01)
    assert plane.north_m == pytest.approx(110_574.28, abs=0.1)


def test_an_unreadable_outline_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.geojson").write_text("{", encoding="utf-8")
    for name in ("broken.geojson", "absent.geojson"):
        with pytest.raises(ValueError, match="读不出来"):
            places.load_outline(tmp_path / name)
    with pytest.raises(ValueError, match="没有任何面"):
        places.load_outline(geojson(tmp_path / "empty.geojson"))
    with pytest.raises(ValueError, match="不是 WGS-84"):
        places.load_outline(geojson(tmp_path / "gcj.geojson", SQUARE, properties={"crs": "GCJ-02"}))
    line = {"type": "LineString", "coordinates": SQUARE}
    (tmp_path / "line.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": line}]}),
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="不是面"):
        places.load_outline(tmp_path / "line.geojson")


# ---- verdicts


def test_every_verdict(outline: places.Outline) -> None:
    nan = np.nan
    bd = [float(v[0]) for v in convert([108.45], [22.95], WGS84, BD09)]
    stated = [
        (108.45, 22.95, WGS84, "located"),
        (bd[0], bd[1], BD09, "located"),
        (108.4 - 40 / outline.plane.east_m, 22.95, WGS84, "located"),  # 40 m off, 50 allowed
        (108.4 - 60 / outline.plane.east_m, 22.95, WGS84, "outside"),
        (nan, nan, WGS84, "missing"),
        (nan, nan, None, "missing"),
        (108.45, nan, WGS84, "incomplete"),
        (nan, 22.95, WGS84, "incomplete"),
        (0.0, 0.0, WGS84, "zero"),
        (0.0, 22.95, WGS84, "zero"),
        (22.95, 108.45, WGS84, "swapped"),
        (22.95, 108.45, None, "swapped"),
        (bd[1], bd[0], BD09, "swapped"),
        (108.45, 22.95, None, "no_crs"),
        (108.45, 22.95, "", "no_crs"),
        (116.4, 39.9, GCJ02, "outside"),
        (1084.5, 2295.0, WGS84, "outside"),
        (np.inf, 22.95, WGS84, "incomplete"),
    ]
    lon, lat, crs, expected = zip(*stated, strict=True)
    wgs_lon, wgs_lat, verdict = places.judge_positions(lon, lat, crs, outline, 50)
    assert verdict.tolist() == list(expected)
    located = verdict == "located"
    assert np.isfinite(wgs_lon[located]).all()
    assert np.isnan(wgs_lon[~located]).all()
    assert np.isnan(wgs_lat[~located]).all()
    assert metres_between((108.45, 22.95), (float(wgs_lon[1]), float(wgs_lat[1]))) < 1e-3


def test_no_positions_give_no_verdicts(outline: places.Outline) -> None:
    lon, _, verdict = places.judge_positions([], [], [], outline, 50)
    assert len(lon) == len(verdict) == 0


# ---- areas and coverage


@given(
    st.lists(
        st.tuples(st.integers(0, 199), st.integers(0, 199)),
        min_size=1,
        max_size=12,
        unique=True,
    )
)
def test_areas_share_out_the_outline_and_hold_their_centre(
    outline: places.Outline, grid: list[tuple[int, int]]
) -> None:
    lon = np.array([108.4005 + x / 1000 for x, _ in grid])
    lat = np.array([22.9005 + y / 1000 for _, y in grid])
    codes = [f"{number:03}" for number in range(len(grid))]
    areas, real = places.community_areas(codes, lon, lat, outline)
    assert not real
    assert sum(area.area for area in areas.values()) == pytest.approx(outline.ground.area, rel=1e-6)
    inside = outline.distance_m(lon, lat) == 0
    centres = shapely.points(outline.plane.metres(lon, lat))
    for code, centre, is_inside in zip(codes, centres, inside, strict=True):
        if is_inside:
            assert shapely.distance(areas[code], centre) < 1e-6


def test_a_real_polygon_replaces_the_approximate_one(outline: places.Outline, tmp_path: Path) -> None:
    ring = [[108.42, 22.92], [108.46, 22.92], [108.46, 22.96], [108.42, 22.96], [108.42, 22.92]]
    own = places.load_areas(geojson(tmp_path / "areas.geojson", ring, properties={"code": "a"}))
    areas, real = places.community_areas(
        ["a", "b", "c"], [np.nan, 108.45, np.nan], [np.nan, 22.95, np.nan], outline, own
    )
    assert real == {"a"}
    assert list(areas) == ["a", "b"]  # c has neither a polygon nor a centre
    assert areas["a"].area + areas["b"].area == pytest.approx(outline.ground.area, rel=1e-9)
    assert shapely.intersection(areas["a"], areas["b"]).area == pytest.approx(0, abs=1e-3)


def test_real_polygons_need_a_code_of_their_own(tmp_path: Path) -> None:
    assert places.load_areas(tmp_path / "absent.geojson") == {}
    with pytest.raises(ValueError, match="不重复的社区代码"):
        places.load_areas(geojson(tmp_path / "no_code.geojson", SQUARE))
    with pytest.raises(ValueError, match="不重复的社区代码"):
        places.load_areas(geojson(tmp_path / "twice.geojson", SQUARE, SQUARE, properties={"code": "a"}))


def test_two_communities_on_one_centre_are_refused(outline: places.Outline) -> None:
    with pytest.raises(ValueError, match="完全相同"):
        places.community_areas(["a", "b"], [108.5, 108.5], [23.0, 23.0], outline)


def test_coverage_of_a_single_point_is_its_circle(outline: places.Outline) -> None:
    areas, _ = places.community_areas(["a"], [108.5], [23.0], outline)
    area_m2, covered_m2, gap = places.coverage(areas["a"], [108.5, np.nan], [23.0, 23.0], 500, outline.plane)
    assert area_m2 == pytest.approx(outline.ground.area)
    assert covered_m2 == pytest.approx(np.pi * 500**2, rel=1e-6)
    assert gap.area == pytest.approx(area_m2 - covered_m2)


def test_a_neighbours_point_counts(outline: places.Outline) -> None:
    areas, _ = places.community_areas(["west", "east"], [108.45, 108.55], [23.0, 23.0], outline)
    just_east = 108.5 + 100 / outline.plane.east_m
    _, in_west, _ = places.coverage(areas["west"], [just_east], [22.95], 300, outline.plane)
    _, in_east, _ = places.coverage(areas["east"], [just_east], [22.95], 300, outline.plane)
    assert 0 < in_west < in_east
    assert in_west + in_east == pytest.approx(np.pi * 300**2, rel=1e-6)


def test_without_points_nothing_is_covered(outline: places.Outline) -> None:
    areas, _ = places.community_areas(["a"], [108.5], [23.0], outline)
    area_m2, covered_m2, gap = places.coverage(areas["a"], [], [], 500, outline.plane)
    assert covered_m2 == 0
    assert gap.area == pytest.approx(area_m2)


def test_tables_carry_small_geojson_and_types_even_when_empty(outline: places.Outline) -> None:
    tables = places.geo_tables(
        ["a", "b"], [108.45, 108.55], [23.0, 23.0], [108.45], [23.0], outline, [300, 30000]
    )
    assert tables["geo_outline"].num_rows == 1
    assert tables["geo_area"]["is_approximate"].to_pylist() == [True, True]
    rows = {(r["community_code"], r["walking_m"]): r for r in tables["geo_coverage"].to_pylist()}
    assert rows["b", 300]["covered_pct"] == 0
    assert rows["a", 30000]["covered_pct"] == pytest.approx(100)
    assert rows["a", 30000]["gap_geometry"] is None
    gap = shapely.from_geojson(rows["a", 300]["gap_geometry"])
    assert gap.is_valid
    assert 108.39 < gap.bounds[0] < gap.bounds[2] < 108.61
    decimals = max(len(repr(float(v)).partition(".")[2]) for v in shapely.get_coordinates(gap).ravel())
    assert decimals <= 6

    empty = places.geo_tables([], [], [], [], [], outline, [300])
    assert empty["geo_area"].schema == tables["geo_area"].schema
    assert empty["geo_coverage"].schema == tables["geo_coverage"].schema
    assert empty["geo_coverage"].num_rows == 0


# ---- the reference data that ships


def test_the_shipped_centres_lie_inside_the_shipped_outline_and_apart() -> None:
    outline = places.load_outline(REFERENCE / "outline.geojson")
    with (REFERENCE / "organisations.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["longitude"]]
    lon = np.array([float(row["longitude"]) for row in rows])
    lat = np.array([float(row["latitude"]) for row in rows])
    ground = shapely.points(outline.plane.metres(lon, lat))
    assert shapely.contains(outline.ground, ground).all()
    assert shapely.distance(outline.ground.boundary, ground).min() > 100
    xy = outline.plane.metres(lon, lat)
    spacing = np.hypot(*(xy[:, None] - xy[None]).T)
    np.fill_diagonal(spacing, np.inf)
    assert spacing.min() > 300

    codes = [row["code"] for row in rows]
    areas, _ = places.community_areas(codes, lon, lat, outline)
    assert len(areas) == len(codes)
    assert sum(area.area for area in areas.values()) == pytest.approx(outline.ground.area, rel=1e-6)


def test_the_shipped_hierarchy_is_whole() -> None:
    with (REFERENCE / "organisations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [row["code"] for row in rows]
    assert len(set(codes)) == len(codes)
    level = {row["code"]: int(row["level"]) for row in rows}
    for row in rows:
        assert row["name"]
        assert row["name_en"]
        assert row["short_name"]
        if level[row["code"]] > 1:
            assert level[row["parent_code"]] == level[row["code"]] - 1
        assert bool(row["longitude"]) == bool(row["latitude"]) == (level[row["code"]] == 3)
    names = [row["short_name"] for row in rows]
    assert len(set(names)) == len(names)
