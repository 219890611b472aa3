"""How a still map is laid out: the whole, and beside it, enlarged, what is too small there for its names."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.maps.geometry import METRES_PER_DEGREE, Bounds, joint_bounds, room_m, shrink
from dashboard.maps.marks import Area, Marks

PAD = 0.02  # share of the extent left free around it
LETTER = 12  # pixels of a letter of a name
_SMALL = 0.12  # share of the whole extent


@dataclass(frozen=True)
class Panel:
    """One view: what it shows, and where across the picture it stands."""

    number: str  # "" or "2", as plotly names axes
    bounds: Bounds
    domain: tuple[float, float]  # of the width
    room: tuple[float, float]  # pixels of the whole picture, width and greatest height

    @property
    def padded(self) -> Bounds:
        west, south, east, north = self.bounds
        across, along = (east - west) * PAD, (north - south) * PAD
        return west - across, south - along, east + across, north + along

    @property
    def size_m(self) -> tuple[float, float]:
        west, south, east, north = self.padded
        return (
            (east - west) * shrink((south + north) / 2) * METRES_PER_DEGREE,
            (north - south) * METRES_PER_DEGREE,
        )

    @property
    def pixels_per_metre(self) -> float:
        wide, high = self.size_m
        width = self.room[0] * (self.domain[1] - self.domain[0])
        return min(width / wide, self.room[1] / high)

    @property
    def pixels_high(self) -> float:
        return self.size_m[1] * self.pixels_per_metre

    def fits(self, area: Area) -> bool:
        """Whether the name can stand within the area."""
        return bool(len(area.name) * LETTER <= room_m(area.shape) * self.pixels_per_metre)


def panels(shown: Marks, width: float, highest: float) -> list[Panel]:
    """One or two of them, for a picture of `width` and at most `highest` pixels."""
    room = (width, highest)
    whole = Panel("", shown.bounds, (0.0, 1.0), room)
    crowded = joint_bounds(
        area.shape for area in shown.areas if not whole.fits(area) and _is_small(area, shown.bounds)
    )
    west, _, east, _ = shown.bounds
    if crowded is None or crowded[2] - crowded[0] > 0.6 * (east - west):
        return [whole]
    return [Panel("", shown.bounds, (0.0, 0.44), room), Panel("2", crowded, (0.47, 1.0), room)]


def _is_small(area: Area, bounds: Bounds) -> bool:
    """Short and narrow: enlarging a long sliver would only make room for nothing else."""
    west, south, east, north = area.shape.bounds
    across, along = (east - west) / (bounds[2] - bounds[0]), (north - south) / (bounds[3] - bounds[1])
    return bool(max(across, along) < _SMALL)
