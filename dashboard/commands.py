"""What the console script asks of a snapshot: one indicator as a frame, and the list of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dashboard.catalogue import Indicator, labels, load_catalogue, load_dimensions, load_levels
from dashboard.counting import applied_filters
from dashboard.database import Snapshot, SnapshotError, open_snapshot
from dashboard.differences import Differences, differences
from dashboard.organisations import QueryRefused, find_organisation, unknown
from dashboard.queries import default_selection, measure
from dashboard.selection import MONTHS_IN, Language, Period, Selection

_GRAINS = {"month": "月", "quarter": "季度", "year": "年"}


def query(
    snapshot_path: Path | str | None,
    indicator: str,
    by: tuple[str, ...] = (),
    period: str | None = None,
    org: str | None = None,
    where: tuple[str, ...] = (),
    language: Language = "zh",
    within: str = "",
) -> pd.DataFrame:
    """One indicator, split by `by`: for each key its code and label, value, numerator, denominator, state.

    Names may be codes or Chinese names. `period` defaults to the last year with data, `org` to the whole
    district; `where` holds "dimension=value". `within`: the one organisation that may be seen.
    Counts are Int64. Raises QueryRefused.
    """
    snapshot = _open(snapshot_path, within)
    what = _indicator(snapshot, indicator)
    defaults = default_selection(snapshot)
    filters = tuple(_filter(snapshot, what, text) for text in where)
    if len({key for key, _ in filters}) < len(filters):
        raise QueryRefused("每个筛选项只能写一次")
    selection = Selection(
        org=find_organisation(snapshot, org).code if org else defaults.org,
        period=_period(period) if period else defaults.period,
        language=language,
        filters=filters,
    )
    frame = measure(snapshot, what.key, selection, tuple(_key(snapshot, text) for text in by))
    whole = ["numerator", "denominator"] + (["value"] if what.format == "integer" else [])
    for column in whole:
        if (frame[column].dropna() % 1 == 0).all():
            frame[column] = frame[column].astype("Int64")
    return frame


def diff(
    before: Path | str,
    after: Path | str,
    indicators: tuple[str, ...] = (),
    org: str | None = None,
    within: str = "",
) -> Differences:
    """Which figures two releases state differently, and because of which submissions. Raises QueryRefused."""
    old, new = _open(before, within), _open(after, within)
    keys = tuple(_indicator(new, text).key for text in indicators)
    return differences(old, new, keys, find_organisation(new, org) if org else None)


def indicators(snapshot_path: Path | str | None, language: Language = "zh") -> pd.DataFrame:
    """The catalogue: indicator, name, unit, theme, format, better, dimensions, levels, definition."""
    snapshot = _open(snapshot_path)
    dimensions = load_dimensions(snapshot)
    levels = {level.key: level.label(language) for level in load_levels(snapshot)}
    comma = "、" if language == "zh" else ", "
    return pd.DataFrame(
        [
            {
                "indicator": what.key,
                "name": what.label(language),
                "unit": what.unit_label(language),
                "theme": what.theme_label(language),
                "format": what.format,
                "better": what.better,
                "dimensions": comma.join(dimensions[key].label(language) for key in what.dimensions),
                "levels": comma.join(levels[key] for key in what.levels),
                "definition": what.definition_text(language),
            }
            for what in load_catalogue(snapshot).values()
        ]
    )


def _open(path: Path | str | None, within: str = "") -> Snapshot:
    try:
        return open_snapshot(path, within)
    except SnapshotError as problem:
        raise QueryRefused(str(problem)) from problem


def _indicator(snapshot: Snapshot, text: str) -> Indicator:
    catalogue = load_catalogue(snapshot)
    for what in catalogue.values():
        if text in (what.key, what.name):
            return what
    raise QueryRefused(unknown("指标", text, [*catalogue, *(what.name for what in catalogue.values())]))


def _key(snapshot: Snapshot, text: str) -> str:
    names = {level.title: level.key for level in load_levels(snapshot)}
    names |= {name: key for key, name in _GRAINS.items()}
    names |= {dimension.name: key for key, dimension in load_dimensions(snapshot).items()}
    if text in MONTHS_IN or text in names.values():
        return text
    if text not in names:
        raise QueryRefused(unknown("分组项", text, [*names.values(), *names]))
    return names[text]


def _filter(snapshot: Snapshot, what: Indicator, text: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not (name and equals and value):
        raise QueryRefused(f"筛选“{text}”写法不对，请写成 维度=取值，例如 type=volunteer")
    dimensions = load_dimensions(snapshot)
    key = next((key for key, dimension in dimensions.items() if name in (key, dimension.name)), None)
    if key is None:
        known = [*dimensions, *(dimension.name for dimension in dimensions.values())]
        raise QueryRefused(unknown("筛选项", name, known))
    if not applied_filters(snapshot, what, [(key, value)]):
        raise QueryRefused(f"“{what.name}”不能按“{dimensions[key].name}”筛选")
    known_values = {**labels(snapshot, key, "en"), **labels(snapshot, key)}
    for code, label in known_values.items():
        if value in (code, label):
            return key, code
    raise QueryRefused(unknown(f"{dimensions[key].name}取值", value, [*known_values, *known_values.values()]))


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as problem:
        raise QueryRefused(str(problem)) from problem
