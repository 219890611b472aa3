"""What every figure shares: the template, and what a picture of it adds."""

from __future__ import annotations

from typing import Any

from dashboard.charts import ticks
from dashboard.report import Source
from dashboard.theme import FONT_FAMILY, Palette, caption

PICTURE_WIDTH = 1200  # of an exported picture, in pixels before scaling

# Plotly fades what was not clicked; here a click leads somewhere, so nothing fades.
UNDIMMED = {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}


def base_layout(colours: Palette) -> dict[str, Any]:
    """Fonts, colours and axes of every figure."""
    axis = {
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "linecolor": colours.line,
        "tickfont": {"color": colours.muted, "size": 12},
        "fixedrange": True,
        "ticks": "",
    }
    return {
        "font": {"family": FONT_FAMILY, "size": 13, "color": colours.text},
        "colorway": list(colours.series),
        "paper_bgcolor": colours.surface,
        "plot_bgcolor": colours.surface,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 4},
        "separators": ".,",
        "xaxis": axis,
        "yaxis": axis,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": 12, "color": colours.text},
            "traceorder": "normal",
            "title": {"text": ""},
        },
        "hoverlabel": {
            "bgcolor": colours.panel,
            "bordercolor": colours.line,
            "align": "left",
            "font": {"family": FONT_FAMILY, "size": 13, "color": colours.text},
            "namelength": -1,
        },
        "dragmode": False,
        "bargap": 0.28,
        "bargroupgap": 0.08,
    }


def drawn_once(clickable: bool) -> dict[str, Any]:
    """What keeps the browser from drawing a chart twice.

    Streamlit hands every figure to Plotly a second time, as a copy, with the modes that a click needs.
    Plotly draws it anew unless the data names its revision, there is no template (which it compares by
    identity), and these modes stood there from the start.
    """
    modes = {"clickmode": "event+select", "hovermode": "closest", "dragmode": "pan"} if clickable else {}
    return {"datarevision": 1, **modes}


def picture_layout(
    title: str, source: Source, colours: Palette, language: str, height: int
) -> dict[str, Any]:
    head = ticks.wrap(title, 46)
    below = ticks.wrap(caption(source, language), 84)
    top = 40 + 26 * (head.count("<br>") + 1)
    bottom = 34 + 16 * (below.count("<br>") + 1)
    return {
        "title": {
            "text": f"<b>{head}</b>",
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "pad": {"l": 24, "t": 20},
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "font": {"size": 19, "color": colours.text},
            "subtitle": {"text": below, "font": {"size": 12, "color": colours.muted}},
        },
        "margin": {"l": 24, "r": 32, "t": top + bottom, "b": 24, "pad": 4},
        "width": PICTURE_WIDTH,
        "height": height + top + bottom + 40,
    }
