"""Draw a Report with Streamlit. What the blocks say was decided by the view; here they only get a place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import charts, drawing, maps
from dashboard.access import Viewer
from dashboard.exports import FORMATS, PICTURES, DataBlock
from dashboard.exports.text import file_name
from dashboard.lettering import measure
from dashboard.locale import translator
from dashboard.report import (
    Block,
    Chart,
    ChartKind,
    Column,
    Columns,
    Composing,
    Crumbs,
    Heading,
    Kpi,
    KpiRow,
    Listing,
    Map,
    Note,
    Notes,
    Prose,
    Report,
    Table,
    Tasks,
    Upload,
)
from dashboard.shell import (
    bars,
    cache,
    choosing,
    composing,
    markup,
    navigation,
    table,
    tiles,
    tree,
    uploading,
)
from dashboard.shell.links import Here
from dashboard.shell.taking import Taken
from dashboard.theme import MISSING, cell, palette

# The only button of Plotly's own bar that is kept; it stays hidden, liandong.js presses it.
_PLOTLY = {
    "displayModeBar": True,
    "modeBarButtons": [["toImage"]],
    "displaylogo": False,
    "scrollZoom": False,
    "doubleClick": False,
}
# Drawn without Plotly on the page; as a picture they are Plotly's too.
_AS_HTML: dict[ChartKind, Callable[[Chart, Here, bool], str]] = {
    "calendar": tiles.html,
    "icicle": tree.html,
    "barh": bars.html,
}
_SCROLLED = 520  # pixels of a long table
_PHONE_MAP = 320  # pixels: a finger must find a way past it
_LETTER, _MARGINS = 13.2, 20  # pixels of a letter of a long table, and of what is left and right of a text
_BAR = 72  # pixels of the bar beside a share
_WIDEST = 420  # pixels of a long table's column


@dataclass(frozen=True)
class Page:
    """What every block of a page needs to be drawn."""

    here: Here
    viewer: Viewer
    key: cache.Key
    subtitle: str
    dark: bool
    is_phone: bool
    is_demo: bool = False
    release: str = ""

    def taken(self, block: DataBlock, extension: str, write: Callable[[], bytes]) -> Taken:
        return Taken(write, self.viewer, self.here, block.key, extension, self.release)

    @property
    def language(self) -> str:
        return self.here.selection.language


def show(report: Report, here: Here, viewer: Viewer, dark: bool, is_phone: bool = False) -> None:
    """The whole page below the selection bar."""
    key = cache.key_of(report.release, here)
    page = Page(here, viewer, key, report.subtitle, dark, is_phone, report.is_demo, report.release)
    text = markup.head(report.title, report.subtitle, report.is_demo, page.language)
    if not any(isinstance(block, Upload) for block in report.blocks):
        uploading.forget()
    _blocks(report.blocks, page, text)


def _blocks(blocks: Sequence[Block], page: Page, text: str = "") -> None:
    """Neighbouring blocks of text become one element: fewer messages, and one rhythm of spaces."""
    for block in blocks:
        if isinstance(block, Heading | Note | Notes | Prose | Crumbs | Kpi | KpiRow | Listing):
            text += _markup(block, page)
            continue
        if isinstance(block, Tasks):
            text = choosing.tasks(block, page.here, text)
            continue
        if text:
            st.html(text)
            text = ""
        if isinstance(block, Composing):
            composing.composing(block, page.here, partial(_preview, page))
        elif isinstance(block, Columns):
            _columns(block, page)
        elif isinstance(block, Upload):
            uploading.upload(block, page.here, partial(_blocks, page=page))
        elif isinstance(block, Chart):
            _chart(block, page)
        elif isinstance(block, Map):
            _map(block, page)
        else:
            _table(block, page)
    if text:
        st.html(text)


def _preview(page: Page, report: Report) -> None:
    """A composed report below the control that makes it, as the screen shows it."""
    key = (*page.key, report.key)
    head = markup.head(report.title, report.subtitle, False, page.language)
    _blocks(report.blocks, replace(page, key=key, subtitle=report.subtitle), head)


def _markup(block: Heading | Note | Notes | Prose | Crumbs | Kpi | KpiRow | Listing, page: Page) -> str:
    here = page.here
    if isinstance(block, Heading):
        return markup.heading(block)
    if isinstance(block, Note):
        return markup.note(block, here)
    if isinstance(block, Notes):
        return markup.notes(block, here)
    if isinstance(block, Prose):
        return markup.prose(block)
    if isinstance(block, Crumbs):
        return markup.crumbs(block, here)
    if isinstance(block, Listing):
        return markup.listing(block)
    row = block if isinstance(block, KpiRow) else KpiRow((block,))
    return markup.kpis(row, here, palette(page.dark).accent)


def _columns(block: Columns, page: Page) -> None:
    weights = list(block.weights) or [1.0] * len(block.cells)
    for place, blocks in zip(st.columns(weights, gap="medium"), block.cells, strict=True):
        with place:
            _blocks(blocks, page)


def _chart(chart: Chart, page: Page) -> None:
    with st.container(key=f"ld-chart-{page.key[1]}-{chart.key}"):
        if chart.frame.empty:
            st.html(markup.block_title(chart.title) + markup.empty(chart.empty or _no_data(page)))
            return
        if chart.kind in _AS_HTML and (chart.kind != "barh" or bars.fits(chart)):
            draw = partial(_AS_HTML[chart.kind], chart, page.here, page.dark)
            drawn = cache.drawn(page.key, chart.key, page.dark, page.language, draw)
            st.html(markup.block_title(chart.title) + drawn)
            _foot(chart, page, pictures=False, more=partial(_as_picture, chart, page))
            return
        st.html(markup.block_title(chart.title))
        key = f"ld-plot-{page.key[1]}-{chart.key}"
        figure = cache.figure(page.key, chart.key, page.dark, page.language, chart)
        select: dict[str, Any] = {}
        if chart.click is not None:
            select = {"on_select": partial(_plot_clicked, key, chart, page.here), "selection_mode": "points"}
        st.plotly_chart(figure, key=key, theme=None, config=_PLOTLY, alt=chart.alt, **select)
        _foot(chart, page, pictures=True)


def _plot_clicked(key: str, chart: Chart, here: Here) -> None:
    value = charts.clicked(chart, st.session_state[key]["selection"])
    if chart.click is not None:
        navigation.follow(chart.click, here, value)


def _map(block: Map, page: Page) -> None:
    say = translator(page.language)
    width = 820
    if page.is_phone:
        width, block = 340, replace(block, height=min(block.height, _PHONE_MAP))
    deck, legend = cache.deck(page.key, block.key, page.dark, page.language, width, block)
    remark = say("社区范围为示意，不作为划界依据")
    if block.review_number:
        remark = f"{say('审图号：')}{block.review_number}　{remark}"
    with st.container(key=f"ld-chart-{page.key[1]}-{block.key}"):
        st.html(markup.block_title(block.title, block.more, page.here))
        # A new key with every selection: otherwise the last click would stay marked and swallow the next.
        key = f"ld-map-{page.key[1]}-{block.key}-{hash(page.key)}"
        select: dict[str, Any] = {}
        if block.click is not None:
            select = {
                "on_select": partial(_map_clicked, key, block, page.here),
                "selection_mode": "single-object",
            }
        st.pydeck_chart(
            deck,
            height=block.height,
            key=key,
            alt=block.alt,
            **select,
        )
        st.html(markup.legend(legend, remark))
        _foot(block, page, pictures=False, more=partial(_as_picture, block, page))


def _map_clicked(key: str, block: Map, here: Here) -> None:
    value = maps.clicked(block, st.session_state[key]["selection"])
    if block.click is not None:
        navigation.follow(block.click, here, value)


def _as_picture(block: Map | Chart, page: Page) -> None:
    """The picture is another drawing (fixed width, title, a map's scale and names): shown before it is saved."""
    say = translator(page.language)
    if st.button(say("图片"), type="tertiary", key=f"ld-open-{block.key}"):
        st.dialog(block.title, width="large")(_picture_dialog)(block, page)


def _picture_dialog(block: Map | Chart, page: Page) -> None:
    say = translator(page.language)
    demo = (say("演示数据"),) if page.is_demo else ()
    name = _file_name(block, page)
    with st.container(key=f"ld-chart-picture-{block.key}"):
        with st.container(horizontal=True):
            for key, form in PICTURES.items():
                st.download_button(
                    form.label,
                    data=page.taken(
                        block, form.extension, partial(form.write, block, page.language, page.is_demo)
                    ),
                    file_name=f"{name}.{form.extension}",
                    mime=form.mime,
                    key=f"ld-picture-{key}-{block.key}",
                    on_click="ignore",
                )
        st.html(drawing.picture(block, page.language, demo))


def _table(block: Table, page: Page) -> None:
    with st.container(key=f"ld-chart-{page.key[1]}-{block.key}"):
        title = markup.block_title(block.title)
        if block.frame.empty:
            st.html(title + markup.empty(block.empty or _no_data(page)))
            return
        say = translator(page.language)
        if len(block.frame) <= table.MOST_ROWS:
            draw = partial(table.html, block, page.here, say("点击排序"))
            st.html(title + cache.drawn(page.key, block.key, page.dark, page.language, draw))
        else:
            hint = f'<p class="ld-caption">{say("点击首列可查看详情")}</p>' if block.click else ""
            st.html(title + hint)
            _long_table(block, page)
        _foot(block, page, pictures=False)


def _long_table(block: Table, page: Page) -> None:
    """More rows than a page shows at once: scrolled within itself."""
    key = f"ld-table-{page.key[1]}-{block.key}-{hash(page.key)}"
    select: dict[str, Any] = {}
    if block.click is not None:
        select = {
            "on_select": partial(_table_clicked, key, block, page.here),
            "selection_mode": "single-cell",
        }
    st.dataframe(
        table_frame(block),
        column_config={
            column.name: column_config(
                column, None if column is block.columns[-1] else block.frame[column.name]
            )
            for column in block.columns
        },
        hide_index=True,
        height=block.height or _SCROLLED,
        placeholder=MISSING,
        key=key,
        **select,
    )


def _table_clicked(key: str, block: Table, here: Here) -> None:
    """Only the first column leads on: a click elsewhere is somebody reading or copying."""
    cells = st.session_state[key]["selection"].get("cells") or []
    if block.click is None or not cells:
        return
    row, name = cells[0]
    if name == block.columns[0].name and row < len(block.frame):
        navigation.follow(block.click, here, str(block.frame[block.click.column].iloc[row]))


def table_frame(block: Table) -> pd.DataFrame:
    """The declared columns, shares as percentages."""
    columns = [column for column in block.columns if column.name in block.frame.columns]
    frame = block.frame[[column.name for column in columns]].copy()
    for column in columns:
        if column.format == "percent":
            frame[column.name] = frame[column.name].astype("Float64") * 100
    return frame


def column_config(column: Column, values: pd.Series | None = None) -> Any:
    """Heading, number format and alignment of a table's column, which is as wide as the longest of `values`.

    Left to itself the table measures its first rows only and cuts what is longer further down; without
    `values` the column takes the room that the others leave.
    """
    label = table.heading(column)
    width = None if values is None else _wide(label, column, values)
    if column.share_bar:
        return st.column_config.ProgressColumn(
            label, format="%.1f%%", min_value=0, max_value=100, width=width
        )
    if column.format == "date":
        return st.column_config.DateColumn(label, format="YYYY-MM-DD", width=width)
    if column.format == "text":
        return st.column_config.TextColumn(label, width=width)
    form = {"integer": "%,d", "decimal": "%,.1f", "percent": "%.1f%%"}[column.format]
    return st.column_config.NumberColumn(label, format=form, width=width)


def _wide(label: str, column: Column, values: pd.Series) -> int:
    """Pixels that the heading and the longest of the texts take."""
    texts = {label, *(cell(value, column.format) for value in values.drop_duplicates())}
    longest = max(measure(text, _LETTER) for text in texts)
    return min(round(longest) + _MARGINS, _WIDEST) + (_BAR if column.share_bar else 0)


def _foot(block: DataBlock, page: Page, pictures: bool, more: Callable[[], None] | None = None) -> None:
    """Where the figures come from, and the ways to take them along."""
    with st.container(
        key=f"ld-foot-{page.key[1]}-{block.key}", horizontal=True, horizontal_alignment="right"
    ):
        name = _file_name(block, page)
        st.html(markup.footer(block.source, page.language, page.here))
        if not page.viewer.may("export"):
            return
        if pictures:
            st.html(markup.picture_buttons(name, page.language), width="content")
        if more:
            more()
        for key, form in FORMATS.items():
            st.download_button(
                form.label,
                data=page.taken(
                    block, form.extension, partial(form.write, block, page.language, page.is_demo)
                ),
                file_name=f"{name}.{form.extension}",
                mime=form.mime,
                key=f"ld-{key}-{page.key[1]}-{block.key}",
                on_click="ignore",
                type="tertiary",
            )


def _file_name(block: DataBlock, page: Page) -> str:
    """What it shows, of whom and when: legible in a folder of downloads."""
    return file_name(block.title, page.subtitle)


def _no_data(page: Page) -> str:
    return translator(page.language)("所选范围内没有数据")
