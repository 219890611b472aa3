"""Map block -> pydeck deck for the screen. No tile, no map style: nothing is asked of any other host."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pydeck as pdk

from dashboard.maps.geometry import label_point, room_m, view
from dashboard.maps.marks import LegendItem, Marks, feature, marks
from dashboard.report import Map
from dashboard.theme import FONT_FAMILY, Palette, palette

__all__ = ["LegendItem", "clicked", "deck", "legend"]

_AREAS = "areas"


class SealedDeck(pdk.Deck):  # type: ignore[misc]
    """A deck that writes its JSON once, without spaces: a cached deck is sent on every run of the page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._written = json.dumps(json.loads(super().to_json()), ensure_ascii=False, separators=(",", ":"))

    def to_json(self) -> str:
        return self._written


def deck(block: Map, dark: bool = False, language: str = "zh", width: int = 900) -> pdk.Deck:
    """The map for the screen. `width`: roughly how many pixels wide it will stand, to fit the first view."""
    colours = palette(dark)
    shown = marks(block, colours, language)
    longitude, latitude, zoom = view(shown.bounds, width, block.height)
    return SealedDeck(
        map_provider=None,  # with a provider, or with any map_style, tiles would be fetched
        layers=_layers(shown, block, colours),
        initial_view_state=pdk.ViewState(
            longitude=longitude, latitude=latitude, zoom=zoom, min_zoom=7, max_zoom=18
        ),
        tooltip={
            "html": "{tip}",  # escaped by Streamlit; lines are kept by the style
            "style": {
                "backgroundColor": colours.panel,
                "color": colours.text,
                "border": f"1px solid {colours.line}",
                "borderRadius": "6px",
                "padding": "8px 12px",
                "fontSize": "13px",
                "lineHeight": "1.6",
                "whiteSpace": "pre-line",
                "maxWidth": "280px",
                "fontFamily": FONT_FAMILY,
            },
        },
    )


def legend(block: Map, dark: bool = False, language: str = "zh") -> tuple[LegendItem, ...]:
    """What the colours mean, in the order of drawing."""
    return marks(block, palette(dark), language).legend


def clicked(block: Map, selection: Mapping[str, Any]) -> str | None:
    """The value of the area that was clicked; None for anything else."""
    found = (selection.get("objects") or {}).get(_AREAS) or []
    if block.click is None or not found:
        return None
    properties = found[0].get("properties", {})
    rows = block.areas[block.areas["org_code"].astype(str) == properties.get("org_code")]
    return str(rows[block.click.column].iloc[0]) if len(rows) else None


def _layers(shown: Marks, block: Map, colours: Palette) -> list[pdk.Layer]:
    coloured = block.value is not None
    layers = [
        pdk.Layer(
            "GeoJsonLayer",
            id="outline",
            data=[feature(shown.outline, {})],
            pickable=False,
            stroked=True,
            filled=True,
            get_fill_color=_rgb(colours.panel),
            get_line_color=_rgb(colours.muted),
            line_width_min_pixels=2,
        ),
        pdk.Layer(
            "GeoJsonLayer",
            id=_AREAS,
            data=[
                feature(area.shape, {"org_code": area.code, "tip": area.tip, "fill": _rgb(area.colour)})
                for area in shown.areas
            ],
            pickable=True,
            auto_highlight=True,
            highlight_color=_rgb(colours.accent, 50),
            stroked=True,
            filled=True,
            get_fill_color="properties.fill",
            get_line_color=_rgb(colours.surface if coloured else colours.faint),
            line_width_min_pixels=1,
        ),
    ]
    if shown.patches:
        layers.append(
            pdk.Layer(
                "GeoJsonLayer",
                id="density",
                data=[
                    feature(patch.shape, {"tip": patch.tip, "fill": _rgb(patch.colour, 225)})
                    for patch in shown.patches
                ],
                pickable=True,
                stroked=True,
                filled=True,
                get_fill_color="properties.fill",
                get_line_color=_rgb(colours.surface, 160),
                line_width_min_pixels=1,
            )
        )
    if shown.gaps:
        layers += [
            pdk.Layer(
                "GeoJsonLayer",
                id="gaps",
                data=[feature(gap.shape, {"tip": gap.tip}) for gap in shown.gaps],
                pickable=False,  # a click or a tip belongs to the area below
                stroked=True,
                filled=True,
                get_fill_color=_rgb(colours.gap, 36),
                get_line_color=_rgb(colours.gap, 120),
                line_width_min_pixels=0.5,
            ),
            pdk.Layer(
                "PathLayer",
                id="hatching",
                data=[{"path": line} for gap in shown.gaps for line in gap.lines],
                get_path="path",
                pickable=False,
                get_color=_rgb(colours.gap, 150),
                width_units=pdk.types.String("pixels"),
                get_width=1,
            ),
        ]
    if shown.points:
        layers.append(
            pdk.Layer(
                "ScatterplotLayer",
                id="points",
                data=[
                    {"position": [p.longitude, p.latitude], "fill": _rgb(p.colour, 235), "tip": p.tip}
                    for p in shown.points
                ],
                get_position="position",
                get_fill_color="fill",
                get_line_color=_rgb(colours.surface),
                stroked=True,
                line_width_min_pixels=1,
                get_radius=40,
                radius_min_pixels=3 if block.mode == "points" else 2,
                radius_max_pixels=6,
                pickable=True,
            )
        )
    layers.append(_names(shown, colours))
    return layers


def _names(shown: Marks, colours: Palette) -> pdk.Layer:
    """Names as wide as their area, so that they appear as one zooms in and never cover each other."""
    names = []
    for area in shown.areas:
        letters = sum(0.55 if letter < "⺀" else 1.0 for letter in area.name)
        names.append(
            {
                "position": list(label_point(area.shape)),
                "name": area.name,
                "size": round(room_m(area.shape) * 0.9 / max(letters, 2.0), 1),
            }
        )
    return pdk.Layer(
        "TextLayer",
        id="names",
        data=names,
        get_position="position",
        get_text="name",
        get_size="size",
        size_units=pdk.types.String("meters"),
        size_max_pixels=16,
        get_color=_rgb(colours.text),
        background=True,  # points crowd around the middle of an area, where its name stands
        get_background_color=_rgb(colours.surface, 175),
        background_padding=[3, 1, 3, 1],
        font_family=pdk.types.String(FONT_FAMILY),
        character_set=pdk.types.String("auto"),
        pickable=False,
    )


def _rgb(colour: str, alpha: int = 255) -> list[int]:
    return [*(int(colour[i : i + 2], 16) for i in (1, 3, 5)), alpha]
