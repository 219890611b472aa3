"""What a view returns: a Report, a list of small frozen blocks without behaviour.

Streamlit shows a Report, every exporter writes the same Report, so screen and document cannot
disagree. Blocks hold finished text and frames; whoever draws one computes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

import pandas as pd

Tone: TypeAlias = Literal["plain", "good", "attention", "warning", "empty"]
NumberFormat: TypeAlias = Literal["text", "integer", "decimal", "percent", "date"]
ChartKind: TypeAlias = Literal[
    "bar",  # vertical, one mark a category; with `series` stacked (or side by side: grouped=True)
    "barh",  # horizontal, categories from top to bottom in frame order; with `series` stacked
    "line",  # categories in frame order along x; one line a series
    "icicle",  # frame columns: id, parent, label, value
    "calendar",  # squares: x and y are categories, value is the colour
]


@dataclass(frozen=True)
class Link:
    """Where a click leads: a view, and what changes in the selection (None removes a parameter)."""

    label: str
    view: str
    params: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Click:
    """A mark that was clicked sets the parameter `param` to the row's value in `column`.

    Stays on the page unless `view` names another one.
    """

    param: str
    column: str
    view: str | None = None


@dataclass(frozen=True)
class Source:
    """Where a block's figures come from; drawn as its caption."""

    datasets: str  # "活动台账"
    period: str  # "2021年第四季度"
    release: str  # "2021-12-31-a1b2c3"
    note: str = ""  # suppression, missing submissions, 示意范围 …
    rows: Link | None = None  # to the rows of ledgers that the figures count


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 2
    lead: str = ""  # one sentence under it


@dataclass(frozen=True)
class Note:
    """A sentence. tone="empty" says why something is absent (no data, not submitted, suppressed)."""

    text: str
    tone: Tone = "plain"
    link: Link | None = None


@dataclass(frozen=True)
class Notes:
    """Several sentences under one title, each perhaps a link (what needs attention, what changed)."""

    title: str
    items: tuple[Note, ...]
    empty: str = ""  # said when there is no item
    more: Link | None = None  # beside the title: where the rest is


@dataclass(frozen=True)
class Cited:
    """A figure within a sentence, bound to what gives it: `liandong query` finds the same value again."""

    text: str  # as it stands in the sentence: "3,602"; its unit follows as plain text
    indicator: str
    org: str
    period: str  # Period.key
    filters: tuple[tuple[str, str], ...] = ()
    value: float | None = None  # None: no figure (no data, hidden), and the text says which
    # What of the indicator it is: its "value", "numerator" or "denominator"; "yoy" and "prev" (a relative
    # change, of which "…_difference" is the difference and "…_times" the multiple), "plan" (the part of the
    # year's plan that is done), "median" (of the peers), "share" (of the whole without the filters). "items"
    # are matters found by the rule `indicator` ("" for all), "due" what falls due then.
    how: str = "value"


@dataclass(frozen=True)
class Prose:
    """One paragraph: texts and figures in the order in which they are read, nothing between them."""

    sentences: tuple[str | Cited, ...]

    @property
    def text(self) -> str:
        return "".join(part.text if isinstance(part, Cited) else part for part in self.sentences)


@dataclass(frozen=True)
class Crumbs:
    items: tuple[Link, ...]  # from the top down; the last one is here


@dataclass(frozen=True)
class Delta:
    """One comparison of a figure, e.g. label 同比, text +12.3%."""

    label: str
    text: str
    direction: Literal["up", "down", "flat", "none"] = "none"
    tone: Tone = "plain"


@dataclass(frozen=True)
class Kpi:
    key: str
    label: str
    value: str  # formatted: "3,602"; "—" when there is none
    unit: str = ""
    deltas: tuple[Delta, ...] = ()
    spark: tuple[float | None, ...] = ()
    spark_labels: tuple[str, ...] = ()
    help: str = ""  # the indicator's definition
    state: Tone = "plain"
    link: Link | None = None
    rows: Link | None = None  # to the rows of ledgers that the figure counts


@dataclass(frozen=True)
class KpiRow:
    items: tuple[Kpi, ...]
    dense: bool = False  # lower cards, where a page has to fit one screen


@dataclass(frozen=True)
class Column:
    """One column of a table (or of a chart's data): raw name, heading, format."""

    name: str
    label: str
    format: NumberFormat = "text"
    unit: str = ""
    share_bar: bool = False  # draw the value as a bar within the cell
    aside: bool = False  # where a record came from: on the screen and in data files, not on a printed page


@dataclass(frozen=True)
class State:
    """One of the few things that a tile of a calendar or a part of a bar can mean: never told by its colour alone."""

    key: str
    label: str
    sign: str  # one letter or mark that stands in the tile; "" where nothing is to be said yet
    tone: Tone


@dataclass(frozen=True, eq=False)
class Chart:
    key: str
    kind: ChartKind
    title: str  # says what it shows: the message, not the axes
    frame: pd.DataFrame
    x: str
    y: str
    columns: tuple[Column, ...]  # headings of the frame's columns, for tooltips and the CSV
    source: Source
    alt: str  # one sentence for those who cannot see it
    series: str | None = None
    grouped: bool = False
    value: str | None = None  # calendar: the colour
    # calendar: `value` holds keys of these instead of numbers; bars: series by these labels have their tones
    states: tuple[State, ...] = ()
    order: tuple[str, ...] = ()  # series order (fixes the colours)
    highlight: str | None = None  # the x (bar) or y (barh) or series (line) category to emphasise
    reference: tuple[float, str] | None = None  # a line across: value and label
    click: Click | None = None
    height: int = 320
    empty: str = ""  # said in place of the chart when the frame is empty


@dataclass(frozen=True, eq=False)
class Map:
    """Areas below, gaps over them, points on top; no base map. Positions are WGS-84."""

    key: str
    title: str
    areas: pd.DataFrame  # org_code, org_name, geometry (GeoJSON geometry text), value, tip
    points: pd.DataFrame  # longitude, latitude, kind, kind_label, name, tip
    outline: str  # GeoJSON geometry text
    columns: tuple[Column, ...]  # headings of the points' columns, for the CSV
    source: Source
    alt: str
    mode: Literal["points", "density", "coverage"] = "points"
    gaps: pd.DataFrame | None = None  # geometry, tip: what no point reaches (mode coverage)
    value: Column | None = None  # what the areas' colour means
    click: Click | None = None  # on an area
    focus: str | None = None  # org_code to zoom to
    close_up: bool = False  # begin where most of the points (or areas) lie, not with everything
    more: Link | None = None  # beside the title
    review_number: str = ""  # 审图号
    height: int = 560


@dataclass(frozen=True, eq=False)
class Table:
    key: str
    title: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    source: Source
    click: Click | None = None
    height: int | None = None
    empty: str = ""


@dataclass(frozen=True)
class Task:
    """One item that asks for something: what, where, since when, how far it is, and where the evidence is."""

    code: str  # short and stable: stands in the address
    text: str
    about: str  # "北宁社区 · 自 2021-10-01 · 91 天"
    tone: Tone
    state: str  # the state's key
    state_label: str
    open: Link  # where its state can be changed
    evidence: Link | None = None
    origin: str = ""  # "…台账.xlsx，活动台账，第 12 行"
    said: str = ""  # the last entry: when, by whom, the remark


@dataclass(frozen=True)
class Choosing:
    """The control that changes one item's state. `entry`: what the record keeps of the item."""

    code: str
    states: tuple[tuple[str, str], ...]  # (key, label) of those that may be chosen
    longest_remark: int
    file: str  # of the record
    entry: Mapping[str, str]
    refused: str = ""  # why this viewer may not change it; "" when he may


@dataclass(frozen=True)
class Composing:
    """The control that makes a declared report of the page's organisation and period, and its preview below."""

    kind: str  # key of the declared kind
    org: str
    period: str  # Period.key
    preview: bool = False
    refused: str = ""  # why it cannot be made; "" when it can


@dataclass(frozen=True)
class Tasks:
    """A list of items under a heading. The control stands below the item that it belongs to."""

    key: str
    title: str
    items: tuple[Task, ...]
    more: Link | None = None
    empty: str = ""
    choosing: Choosing | None = None


@dataclass(frozen=True, eq=False)
class Listing:
    """A table of few rows to be read, not computed with: texts wrap, and on a phone each row becomes a card."""

    key: str
    title: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    tone: str = ""  # the column that holds each row's Tone
    empty: str = ""
    folded: bool = False  # only its title, until it is opened


@dataclass(frozen=True)
class Upload:
    """Where a viewer drops files to have them looked at. What they hold is kept nowhere."""

    key: str
    label: str
    hint: str  # how many, how large, of which kinds
    most_mb: int
    busy: str  # said while they are looked at


@dataclass(frozen=True)
class Columns:
    """Blocks side by side; below phone width they stack."""

    cells: tuple[tuple[Block, ...], ...]
    weights: tuple[float, ...] = ()


Block: TypeAlias = (
    Heading
    | Note
    | Notes
    | Prose
    | Crumbs
    | Kpi
    | KpiRow
    | Chart
    | Map
    | Table
    | Listing
    | Tasks
    | Upload
    | Composing
    | Columns
)


@dataclass(frozen=True, eq=False)
class Report:
    key: str  # the view's name
    title: str
    subtitle: str  # organisation · period
    blocks: tuple[Block, ...]
    is_demo: bool
    release: str


@dataclass(frozen=True)
class Definition:
    """What a figure of the document means."""

    label: str
    unit: str
    text: str
    source: str  # the ledgers that it is counted from


@dataclass(frozen=True)
class Imprint:
    """What a document says of itself, on its cover and on each of its pages."""

    authority: str  # the organisation that it speaks of, or in whose name it is written
    period: str  # in words: "2021年第四季度"
    release: str
    made_at: datetime  # given, never read from the clock: two exports of one report are equal
    is_demo: bool
    language: str = "zh"
    report_id: str = ""  # of a declared report, for printing it again
    review_number: str = ""  # 审图号
    link: str = ""  # leads back to the same view
    definitions: tuple[Definition, ...] = ()
    leaflet: bool = False  # one page: without what a letter has at its head and at its end
