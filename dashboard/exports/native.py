"""Chart block -> what an Office chart of it holds: categories, series with colours, axis, labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from dashboard.charts import ticks
from dashboard.charts.words import column_of, numbers_of, series_colours, series_names
from dashboard.exports.text import clean, line
from dashboard.report import Chart, Column
from dashboard.theme import LIGHT, cell

NUMBER_FORMATS = {
    "integer": "#,##0",
    "decimal": "#,##0.0",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "text": "@",
}
_MOST_LABELS = 60  # figures written on the bars of one chart
_SLENDER = 0.06  # share of the axis below which a part of a bar is too slim for its figure


@dataclass(frozen=True)
class Series:
    name: str
    values: tuple[float | None, ...]
    colour: str
    points: Mapping[int, str] = field(default_factory=dict)  # bars of another colour
    back: bool = False  # a line that stands back behind a highlighted one
    labelled: tuple[int, ...] = ()  # the marks that carry their figure


@dataclass(frozen=True)
class NativeChart:
    kind: Literal["bar", "barh", "line"]
    stacked: bool
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    category: Column
    value: Column
    highest: float  # end of the value axis
    reference: tuple[float, str] | None = None

    @property
    def number_format(self) -> str:
        return NUMBER_FORMATS[self.value.format]

    @property
    def lying(self) -> bool:
        return self.kind == "barh"

    @property
    def has_legend(self) -> bool:
        return len(self.series) > 1 or (self.reference is not None and not self.lying)


def native(chart: Chart) -> NativeChart | None:
    """None for what Office charts cannot show: a calendar, and a chart without rows.

    Of a hierarchy, its first level as bars.
    """
    if chart.frame.empty or chart.kind == "calendar":
        return None
    if chart.kind == "icicle":
        return _first_level(chart)
    lying = chart.kind == "barh"
    category, value = (chart.y, chart.x) if lying else (chart.x, chart.y)
    column = column_of(chart, value)
    labels = list(dict.fromkeys(str(label) for label in chart.frame[category]))
    names = series_names(chart) or [""]
    of_row = [str(name) for name in chart.frame[chart.series]] if chart.series else [""] * len(chart.frame)
    found: dict[tuple[str, str], float | None] = {}
    for name, label, number in zip(
        of_row, chart.frame[category], numbers_of(chart.frame[value]), strict=True
    ):
        found[name, str(label)] = number
    shade = series_colours(chart, names, LIGHT)
    several = len(names) > 1
    stacked = several and not chart.grouped and chart.kind != "line"
    highest = _highest(found, labels, stacked, chart.reference)
    series = []
    for name in names:
        values = tuple(found.get((name, label)) for label in labels)
        drawn = _coloured(chart, name, values, labels, names, shade)
        series.append(
            replace(drawn, labelled=_labelled(chart, drawn, len(labels) * len(names), stacked, highest))
        )
    return NativeChart(
        "barh" if lying else "line" if chart.kind == "line" else "bar",
        stacked,
        tuple(_categories(labels, names)),
        tuple(series),
        column_of(chart, category),
        column,
        highest,
        (chart.reference[0], line(chart.reference[1])) if chart.reference else None,
    )


def _coloured(
    chart: Chart,
    name: str,
    values: tuple[float | None, ...],
    labels: Sequence[str],
    names: Sequence[str],
    shade: Mapping[str, str],
) -> Series:
    column = column_of(chart, chart.x if chart.kind == "barh" else chart.y)
    title = line(name or column.label or chart.title)
    if chart.highlight is None:
        return Series(title, values, shade.get(name, LIGHT.accent) if name else LIGHT.accent)
    if chart.highlight in names:
        front = name == chart.highlight
        return Series(title, values, LIGHT.accent if front else LIGHT.faint, back=not front)
    if chart.kind == "line" or len(names) > 1:
        return Series(title, values, shade.get(name, LIGHT.accent))
    front_points = {n: LIGHT.accent for n, label in enumerate(labels) if label == chart.highlight}
    return Series(title, values, LIGHT.faint if front_points else LIGHT.accent, front_points)


def _labelled(chart: Chart, series: Series, marks: int, stacked: bool, highest: float) -> tuple[int, ...]:
    known = [n for n, value in enumerate(series.values) if value is not None]
    if chart.kind == "line":
        return tuple(known) if not series.back and len(known) <= 12 and marks <= 24 else ()
    if marks > _MOST_LABELS or (chart.kind == "bar" and marks > 26):
        return ()
    if stacked:
        return tuple(n for n in known if (series.values[n] or 0) >= highest * _SLENDER)
    return tuple(known)


def _highest(
    found: Mapping[tuple[str, str], float | None],
    labels: Sequence[str],
    stacked: bool,
    reference: tuple[float, str] | None,
) -> float:
    """A round end of the axis, above every mark."""
    if stacked:
        sums = [sum(n or 0 for (_, label), n in found.items() if label == each) for each in labels]
    else:
        sums = [n for n in found.values() if n is not None]
    top = max([0.0, *sums, *([reference[0]] if reference else [])])
    marks, _ = ticks.values(0.0, top, "decimal")
    return marks[-1]


def _categories(labels: Sequence[str], names: Sequence[str]) -> list[str]:
    """Months and quarters say their year once, below its first one."""
    chosen, texts = ticks.categories(labels, 1000, 1000, names)
    short = dict(zip(chosen, texts, strict=True))
    if len(chosen) < len(labels):
        return [line(label) for label in labels]
    return [clean(short[label].replace("<br>", "\n")) for label in labels]


def _first_level(chart: Chart) -> NativeChart | None:
    frame = chart.frame
    ids = {str(key) for key in frame["id"]}
    roots = {
        str(key) for key, above in zip(frame["id"], frame["parent"], strict=True) if str(above) not in ids
    }
    rows = [
        (line(label), number)
        for above, label, number in zip(
            frame["parent"], frame["label"], numbers_of(frame["value"]), strict=True
        )
        if str(above) in roots
    ]
    if len(rows) < 2:
        return None
    values = tuple(number for _, number in rows)
    column = column_of(chart, "value")
    highest = ticks.values(0.0, max([0.0, *(number or 0 for number in values)]), "decimal")[0][-1]
    series = Series(line(column.label or chart.title), values, LIGHT.accent, labelled=tuple(range(len(rows))))
    category = Column("label", next((c.label for c in chart.columns if c.name == "label"), ""))
    return NativeChart("barh", False, tuple(name for name, _ in rows), (series,), category, column, highest)


def parted(chart: NativeChart, most: int) -> list[NativeChart]:
    """A chart of many bars as several, all with the same axis."""
    count = len(chart.categories)
    if not chart.lying or count <= most:
        return [chart]
    parts = -(-count // most)
    size = -(-count // parts)
    return [_part(chart, start, min(start + size, count)) for start in range(0, count, size)]


def _part(chart: NativeChart, start: int, end: int) -> NativeChart:
    series = tuple(
        replace(
            each,
            values=each.values[start:end],
            points={n - start: colour for n, colour in each.points.items() if start <= n < end},
            labelled=tuple(n - start for n in each.labelled if start <= n < end),
        )
        for each in chart.series
    )
    return replace(chart, categories=chart.categories[start:end], series=series)


def reference_words(chart: Chart) -> str:
    """Of lying bars, whose native form takes no line across: the value in words."""
    if chart.reference is None or chart.kind != "barh":
        return ""
    column = column_of(chart, chart.x)
    value, label = chart.reference
    figure = cell(value, column.format)
    return line(label if figure in label else f"{label}：{figure}")
