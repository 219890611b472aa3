"""A calendar as an HTML table: links that need no script to be drawn, and that a screen reader can walk.

Hundreds of tiles cost the browser a fraction of what the same bars cost as a Plotly figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from dashboard.charts import calendar, ticks
from dashboard.charts.calendar import Tile
from dashboard.report import Chart
from dashboard.shell.links import Here, address, params_for
from dashboard.theme import palette

_MOST_LABELS = 31


def html(chart: Chart, here: Here, dark: bool) -> str:
    """Legend and table; the style sheet gives the tiles their size."""
    drawn = calendar.tiles(chart, palette(dark), here.selection.language)
    used = sorted({tile.band for tile in drawn.tiles})
    inks = "".join(
        f"--f{number}:{drawn.bands[number].fill};--i{number}:{drawn.bands[number].ink};" for number in used
    )
    legend = "".join(
        f'<span class="ld-key"><i style="--c:{drawn.bands[number].fill}"></i>{escape(drawn.bands[number].name)}</span>'
        for number in used
    )
    place = {(tile.row, tile.column): tile for tile in drawn.tiles}
    rows = "".join(
        f'<tr><th scope="row">{escape(row)}</th>'
        + "".join(_tile(place.get((row, column)), chart, here) for column in drawn.across)
        + "</tr>"
        for row in drawn.down
    )
    return (
        f'<div class="ld-legend">{legend}</div>'
        f'<div class="ld-tiles" style="{inks}"><table aria-label="{escape(chart.alt)}">'
        f"<thead><tr><td></td>{_heads(drawn.across)}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _heads(across: Sequence[str]) -> str:
    """Months and quarters say the year once; where there is little room, their unit goes."""
    chosen, texts = ticks.categories(across, 1000, _MOST_LABELS)
    text = dict(zip(chosen, texts, strict=True))
    return "".join(f'<th scope="col">{_head(text.get(column, ""))}</th>' for column in across)


def _head(text: str) -> str:
    first, _, year = text.partition("<br>")
    number = first.removesuffix("月")
    first = f"{number}<i>月</i>" if number != first and number.isdigit() else escape(first)
    return f"<small>{escape(year)}</small>{first}" if year else first


def _tile(tile: Tile | None, chart: Chart, here: Here) -> str:
    if tile is None:
        return "<td></td>"
    said = escape("\n".join(tile.said))
    if chart.click is None or not tile.click or tile.click[0] in ("", "—"):
        return f'<td class="ld-b{tile.band}"><span class="ld-tile" tabindex="0" aria-label="{said}">{escape(tile.text)}</span></td>'
    params = params_for(here, chart.click.view, {chart.click.param: tile.click[0]})
    href = escape(address(chart.click.view or here.view, params, here.home))
    return (
        f'<td class="ld-b{tile.band}"><a class="ld-tile ld-go" href="{href}" aria-label="{said}">'
        f"{escape(tile.text)}</a></td>"
    )
