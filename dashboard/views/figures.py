"""What every view is made of: one figure with its comparison, trend and source, in words and as blocks.

Nothing here decides what a page shows. All texts go through the translator; all numbers through theme.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

import pandas as pd

from dashboard import lineage, theme
from dashboard.catalogue import (
    Indicator,
    dataset_names,
    load_catalogue,
    load_dimensions,
    load_levels,
)
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import Organisation
from dashboard.queries import (
    Comparison,
    compare,
    indicator_named,
    measure,
)
from dashboard.report import Column, Delta, Kpi, KpiRow, Link, Source, Tone
from dashboard.scope import NO_DATA, OK, SUPPRESSED, WHOLE, Scope
from dashboard.selection import MONTHS_IN, Grain, Period, Selection
from dashboard.views import tracing
from dashboard.views.page import counted_period, has_months

Direction: TypeAlias = Literal["up", "down", "flat", "none"]
SPARK_POINTS = 12
TREND = "trend"  # "off": no card needs its trend; set where a page's other blocks are all that is wanted
_FEW = 20  # counts below this are compared by their difference: "+1 个" says more than "+50.0%"
_GRAIN_NAMES = {"month": "月份", "quarter": "季度", "year": "年份"}


# ---------------------------------------------------------------- numbers as text


def quantity(what: Indicator, value: float | None, language: str) -> str:
    """A figure with its unit: "312 场", "12.3%", "—"."""
    text = theme.number(value, what.format)
    if what.format == "percent" or text == theme.MISSING:
        return text
    unit = what.unit if language == "zh" else what.unit_en
    return f"{text} {unit}"


def why_absent(snapshot: Snapshot, state: str, language: str, scope: Scope = WHOLE) -> str:
    """Why a figure is not shown: suppressed or no data; "" for one that is."""
    say = translator(language)
    if state == SUPPRESSED:
        return say("不足 {threshold} 人，不显示").format(threshold=scope.threshold(snapshot.settings))
    return say("无数据") if state == NO_DATA else ""


@dataclass(frozen=True)
class Change:
    """From one figure to another. `text` is signed ("+12.3%"), `amount` is not ("12.3%")."""

    direction: Direction
    text: str
    amount: str
    tone: Tone


def change(what: Indicator, value: float | None, base: float | None, language: str) -> Change | None:
    """Relative, in percentage points for shares, as a difference for small or zero counts.

    None when one of the two is missing.
    """
    if value is None or base is None:
        return None
    difference = value - base
    if what.format == "percent":
        text = theme.signed_points(difference, language)
    elif not base or (what.format == "integer" and max(abs(base), abs(value)) < _FEW):
        unit = what.unit if language == "zh" else what.unit_en
        text = f"{theme.signed_number(difference, what.format)} {unit}"
    else:
        text = theme.signed_percent(difference / abs(base))
    if text[0] not in "+-":
        return Change("flat", translator(language)("持平"), "", "plain")
    direction: Direction = "up" if text[0] == "+" else "down"
    wanted = {"higher": "up", "lower": "down"}.get(what.better)
    tone: Tone = "plain" if wanted is None else "good" if wanted == direction else "attention"
    return Change(direction, text, text[1:], tone)


# ---------------------------------------------------------------- comparisons


def base_of(comparison: Comparison, selection: Selection) -> float | None:
    """What the viewer compares with: the same period last year, or the previous one."""
    return comparison.year_before if selection.compare == "yoy" else comparison.previous


def base_name(comparison: Comparison, selection: Selection) -> str:
    """ "上年", "上年同期", "上季度", "上月", otherwise the period's own name."""
    say = translator(selection.language)
    period = comparison.period
    single = period.month_count == MONTHS_IN[period.grain]
    if single and period.grain == "year":
        return say("上年")
    if selection.compare == "yoy":
        if period.month_count < 12:
            return say("上年同期")
        return comparison.year_before_period.label(selection.language)
    if single:
        return say("上季度") if period.grain == "quarter" else say("上月")
    return comparison.previous_period.label(selection.language)


def compare_name(selection: Selection) -> str:
    """同比 or 环比."""
    return translator(selection.language)("同比" if selection.compare == "yoy" else "环比")


def delta(snapshot: Snapshot, selection: Selection, what: Indicator, comparison: Comparison) -> Delta:
    """The comparison that the viewer chose, or why there is none."""
    say = translator(selection.language)
    label = compare_name(selection)
    if what.is_timeless:
        return Delta(label, say("不分时期"), "none", "empty")
    found = change(what, comparison.value, base_of(comparison, selection), selection.language)
    if found is not None:
        return Delta(label, found.text, found.direction, found.tone)
    yoy = selection.compare == "yoy"
    earlier = comparison.year_before_period if yoy else comparison.previous_period
    if earlier.first_on < snapshot.first_month:
        text = say("{period}无数据").format(period=earlier.label(selection.language))
    else:
        text = say("无可比数据")
    return Delta(label, text, "none", "empty")


def plan_delta(comparison: Comparison, selection: Selection) -> Delta | None:
    """How much of the plan is done; None without a plan."""
    if comparison.plan_completion is None:
        return None
    say = translator(selection.language)
    label = say("完成{plan}").format(plan=comparison.plan_label)
    tone: Tone = "good" if comparison.plan_completion >= 1 else "plain"
    return Delta(label, theme.number(comparison.plan_completion, "percent"), "none", tone)


def peers_delta(what: Indicator, comparison: Comparison, selection: Selection) -> Delta | None:
    """The median of the organisations of the same level, without oneself; None without peers."""
    if comparison.peers_median is None or comparison.value is None:
        return None
    say = translator(selection.language)
    return Delta(say("同级中位数"), quantity(what, comparison.peers_median, selection.language))


def change_words(selection: Selection, what: Indicator, comparison: Comparison) -> str:
    """ "比上年增加 12.3%", "与上年持平"; "" when there is nothing to compare with."""
    found = change(what, comparison.value, base_of(comparison, selection), selection.language)
    if found is None:
        return ""
    say = translator(selection.language)
    moving = {
        ("up", False): "比{base}增加 {amount}",
        ("down", False): "比{base}减少 {amount}",
        ("up", True): "比{base}提高 {amount}",
        ("down", True): "比{base}下降 {amount}",
    }
    template = moving.get((found.direction, what.rollup == "ratio"), "与{base}持平")
    return say(template).format(base=base_name(comparison, selection), amount=found.amount)


def change_sentence(selection: Selection, what: Indicator, comparison: Comparison) -> str:
    """ "活动场次 1,234 场，比上年增加 12.3%。"; "" without a comparison."""
    words = change_words(selection, what, comparison)
    if not words:
        return ""
    say = translator(selection.language)
    return say("{name} {value}，{change}。").format(
        name=what.label(selection.language),
        value=quantity(what, comparison.value, selection.language),
        change=words,
    )


# ---------------------------------------------------------------- one figure as a block


def kpi(
    snapshot: Snapshot,
    selection: Selection,
    indicator: str,
    scope: Scope = WHOLE,
    *,
    comparison: Comparison | None = None,
    spark: bool = True,
    plan: bool = True,
    peers: bool = False,
    link: Link | None = None,
    traced: bool = True,
) -> Kpi:
    """One indicator with 同比 or 环比, its trend and its definition.

    `plan` and `peers` add a line where there is a plan, or peers to compare with; `traced` a way to the rows.
    """
    language = selection.language
    what = indicator_named(snapshot, indicator)
    found = comparison or compare(snapshot, indicator, selection, scope)
    wanted = spark and selection.option(TREND) != "off"
    points = trend(snapshot, selection, what, scope) if wanted else ()
    if found.state == OK:
        extra = [plan_delta(found, selection) if plan else None]
        extra.append(peers_delta(what, found, selection) if peers else None)
        deltas = (delta(snapshot, selection, what, found), *(item for item in extra if item))
    else:
        deltas = (Delta("", why_absent(snapshot, found.state, language, scope), "none", "empty"),)
    about = approximate(snapshot, selection, what)
    unit = "" if what.format == "percent" or found.state != OK else what.unit_label(language)
    return Kpi(
        key=indicator,
        label=what.label(language),
        value=theme.number(found.value, what.format),
        unit=translator(language)("{unit}（约）").format(unit=unit) if unit and about else unit,
        deltas=deltas,
        spark=tuple(value for _, value in points),
        spark_labels=tuple(label for label, _ in points),
        help=" ".join(filter(None, (what.definition_text(language), about))),
        state="plain" if found.state == OK else "empty",
        link=link,
        rows=tracing.link(selection, indicator) if traced and found.state == OK else None,
    )


def kpi_row(
    snapshot: Snapshot,
    selection: Selection,
    keys: Iterable[str],
    scope: Scope = WHOLE,
    *,
    known: Mapping[str, Comparison] = MappingProxyType({}),
    without_trend: Collection[str] = (),
    traced: bool = True,
) -> KpiRow:
    """A card for each indicator. `known`: comparisons that the page has already."""
    return KpiRow(
        tuple(
            kpi(
                snapshot,
                selection,
                key,
                scope,
                comparison=known.get(key),
                spark=key not in without_trend,
                traced=traced,
            )
            for key in keys
        )
    )


def trend(
    snapshot: Snapshot, selection: Selection, what: Indicator, scope: Scope = WHOLE
) -> tuple[tuple[str, float | None], ...]:
    """(label, value) by month over the period, or over the year that ends with it when it is shorter.

    By quarter for what is reported quarterly and for periods of more than two years. Stocks are those
    at the end of each. Empty for what has no time, and for a period without data.
    """
    stretch = trend_stretch(snapshot, selection, what)
    if stretch is None:
        return ()
    period, grain = stretch
    frame = measure(snapshot, what.key, replace(selection, period=period), (grain,), scope)
    values = [None if pd.isna(value) else float(value) for value in frame["value"]]
    if not any(value is not None for value in values):
        return ()
    return tuple(zip(frame[f"{grain}_label"].tolist(), values, strict=True))


def trend_stretch(snapshot: Snapshot, selection: Selection, what: Indicator) -> tuple[Period, Grain] | None:
    """Over which months, and by what, a trend is drawn; None when there is nothing to draw."""
    if what.is_timeless or not has_months(snapshot, selection.period):
        return None
    period = counted_period(snapshot, selection)
    quarterly = any(source.time_column == "quarter_on" for source in what.sources)
    grain: Grain = "quarter" if quarterly or period.month_count > 24 else "month"
    last = period.quarters()[-1] if grain == "quarter" else period.months()[-1]
    wanted = last
    for _ in range(SPARK_POINTS - 1):
        wanted = wanted.previous()
    first_on = max(min(wanted.first_on, period.first_on), snapshot.first_month)
    return Period.of_days(first_on, period.last_on), grain


def source(
    snapshot: Snapshot, selection: Selection, *indicators: str, note: str = "", scope: Scope = WHOLE
) -> Source:
    """Where the figures of these indicators come from; says so itself when persons are suppressed."""
    language = selection.language
    wanted = [indicator_named(snapshot, key) for key in indicators]
    datasets = tuple(dict.fromkeys(dataset for what in wanted for dataset in what.datasets))
    notes = [note] if note else []
    if any(what.persons for what in wanted):
        threshold = scope.threshold(snapshot.settings)
        say = translator(language)
        notes.append(say("不足 {threshold} 人的数不显示").format(threshold=threshold))
    if about := approximate(snapshot, selection, *wanted):
        notes.append(about)
    told = record_source(
        snapshot, selection, *datasets, note=("；" if language == "zh" else "; ").join(notes)
    )
    return replace(told, rows=tracing.link(selection, indicators[0])) if indicators else told


def approximate(snapshot: Snapshot, selection: Selection, *wanted: Indicator) -> str:
    """ "含 12 处约数", of what the selection's ledgers say of these figures; "" where all is exact."""
    count = lineage.approximate_count(snapshot, wanted, selection.org, selection.period)
    return translator(selection.language)("含 {count} 处约数").format(count=f"{count:,}") if count else ""


def record_source(snapshot: Snapshot, selection: Selection, *datasets: str, note: str = "") -> Source:
    """The source of records (not of indicators): dataset keys as in the catalogue."""
    names = dataset_names(snapshot, datasets, selection.language)
    period = (
        counted_period(snapshot, selection) if has_months(snapshot, selection.period) else selection.period
    )
    return Source(names, period.label(selection.language), snapshot.release_id, note)


# ---------------------------------------------------------------- frames as columns


def level_title(snapshot: Snapshot, level: str, language: str) -> str:
    """ "社区"; "Community"."""
    found = next(known for known in load_levels(snapshot) if known.key == level)
    return found.title if language == "zh" else found.title_en


def last_day(snapshot: Snapshot) -> date:
    """The last day with data."""
    return Period.of_days(snapshot.last_month, snapshot.last_month).last_on


def countable(snapshot: Snapshot, keys: Iterable[str], org: Organisation) -> tuple[str, ...]:
    """Those indicators that this release has and that can be counted at the organisation's level."""
    catalogue = load_catalogue(snapshot)
    return tuple(key for key in keys if key in catalogue and org.level in catalogue[key].levels)


def value_column(
    what: Indicator, language: str, name: str = "value", label: str = "", share_bar: bool = False
) -> Column:
    """The heading of an indicator's figures, with format and unit."""
    unit = "" if what.format == "percent" else what.unit if language == "zh" else what.unit_en
    return Column(
        name, label or (what.name if language == "zh" else what.name_en), what.format, unit, share_bar
    )


def label_column(snapshot: Snapshot, key: str, language: str, name: str = "") -> Column:
    """The heading of the column `<key>_label` that `measure` gives for a level, a grain or a dimension.

    `name`: what the column is called instead.
    """
    say = translator(language)
    dimensions = load_dimensions(snapshot)
    if key in _GRAIN_NAMES:
        text = say(_GRAIN_NAMES[key])
    elif key in dimensions:
        text = dimensions[key].name if language == "zh" else dimensions[key].name_en
    else:
        text = level_title(snapshot, key, language)
    return Column(name or f"{key}_label", text)


def columns_of(snapshot: Snapshot, what: Indicator, by: Sequence[str], language: str) -> tuple[Column, ...]:
    """The headings of `measure(..., by)`: its labels, then the value."""
    return (*(label_column(snapshot, key, language) for key in by), value_column(what, language))


def side_by_side(
    snapshot: Snapshot, selection: Selection, indicators: Sequence[str], level: str, scope: Scope = WHOLE
) -> pd.DataFrame:
    """One row an organisation of `level`, one column an indicator; in the order of the register.

    Columns: org, org_label, each indicator's key, and `remark`: why a figure of the row is absent.
    """
    rows: dict[str, dict[str, object]] = {}
    for key in indicators:
        frame = measure(snapshot, key, selection, (level,), scope)
        cells = zip(
            frame[level].tolist(),
            frame[f"{level}_label"].tolist(),
            frame["value"].tolist(),
            frame["state"].tolist(),
            strict=True,
        )
        for code, name, value, state in cells:
            row = rows.setdefault(code, {"org": code, "org_label": name, "remark": ""})
            row[key] = value
            if state == SUPPRESSED:
                row["remark"] = why_absent(snapshot, state, selection.language, scope)
    return pd.DataFrame(list(rows.values()), columns=["org", "org_label", *indicators, "remark"])


def peak(frame: pd.DataFrame, label: str, value: str = "value") -> tuple[str, float] | None:
    """The label and value of the largest figure; None when none is above zero or several share the place."""
    known = frame[frame[value].notna() & (frame[value] > 0)]
    if known.empty:
        return None
    largest = known[known[value] == known[value].max()]
    return (str(largest[label].iloc[0]), float(largest[value].iloc[0])) if len(largest) == 1 else None
