"""The recount's own conversion of positions to WGS-84, in plain Python; shares nothing with the ETL's."""

import math


def to_wgs84(longitude: float, latitude: float, crs: str) -> tuple[float, float]:
    """Within some metres: the shift is taken where the point seems to be, twice."""
    if crs == "BD-09":
        x, y = longitude - 0.0065, latitude - 0.006
        radius = math.hypot(x, y) - 0.00002 * math.sin(y * math.pi * 3000 / 180)
        angle = math.atan2(y, x) - 0.000003 * math.cos(x * math.pi * 3000 / 180)
        longitude, latitude = radius * math.cos(angle), radius * math.sin(angle)
    if crs == "WGS-84":
        return longitude, latitude
    if crs not in ("GCJ-02", "BD-09"):
        raise ValueError(f"unknown coordinate system {crs!r}")
    x, y = longitude, latitude
    for _ in range(2):
        east, north = _gcj_shift(x, y)
        x, y = longitude - east, latitude - north
    return x, y


def _gcj_shift(longitude: float, latitude: float) -> tuple[float, float]:
    """The published GCJ-02 shift at a position in WGS-84, in degrees east and north."""
    pi, x, y = math.pi, longitude - 105.0, latitude - 35.0
    common = 20.0 * math.sin(6.0 * x * pi) + 20.0 * math.sin(2.0 * x * pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += 2.0 / 3.0 * (common + 20.0 * math.sin(y * pi) + 40.0 * math.sin(y / 3.0 * pi))
    north += 2.0 / 3.0 * (160.0 * math.sin(y / 12.0 * pi) + 320.0 * math.sin(y * pi / 30.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += 2.0 / 3.0 * (common + 20.0 * math.sin(x * pi) + 40.0 * math.sin(x / 3.0 * pi))
    east += 2.0 / 3.0 * (150.0 * math.sin(x / 12.0 * pi) + 300.0 * math.sin(x / 30.0 * pi))
    slope = math.sin(math.radians(latitude))
    bulge = 1.0 - 0.00669342162296594323 * slope * slope
    north_radius = 6378245.0 * (1.0 - 0.00669342162296594323) / (bulge * math.sqrt(bulge))
    east_radius = 6378245.0 / math.sqrt(bulge) * math.cos(math.radians(latitude))
    return math.degrees(east / east_radius), math.degrees(north / north_radius)
