"""What every Report has to be, whatever was selected: checks that tests of all views share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pandas as pd

from dashboard.catalogue import load_dimensions, load_levels
from dashboard.database import Snapshot
from dashboard.organisations import organisations
from dashboard.report import (
    Block,
    Chart,
    Click,
    Column,
    Columns,
    Crumbs,
    Heading,
    Kpi,
    KpiRow,
    Link,
    Map,
    Note,
    Notes,
    Prose,
    Report,
    Source,
    Table,
    Tasks,
)
from dashboard.selection import Period
from dashboard.views import PAGES, attention, needs, overview, quality, quality_patterns, tracing

CHINESE = re.compile(r"[一-鿿]")
# What leaks when a value is missing, when a template was not filled, or when a raw name is shown.
_LEAKS = re.compile(r"\bnan\b|\bNone\b|\bNaT\b|<NA>|\binf\b|\{\w*\}|\b[a-z]+_[a-z_]+\b")
_QUOTED = re.compile(r"“[^”]*”")
_SHARED = {"org", "period", "compare", "lang"}
_SET_BY_LINKS = {
    "focus",
    overview.BESIDE,
    needs.RULE,
    attention.ITEM,
    quality.RULE,
    quality_patterns.PATTERN,
    tracing.FIGURE,
    tracing.FILE,
    "extent",
}  # options without a control of their own


def check(report: Report, snapshot: Snapshot, language: str = "zh") -> None:
    """Fails with the text or the block that is wrong."""
    assert report.title
    assert report.release == snapshot.release_id
    assert report.is_demo == snapshot.is_demo
    assert report.blocks, "an empty page explains nothing"
    blocks = list(flat(report.blocks))
    keys = [block.key for block in blocks if isinstance(block, Chart | Table | Map)]
    assert len(keys) == len(set(keys)), f"two blocks share a key: {keys}"
    for text in (report.title, report.subtitle, *texts(blocks)):
        _check_text(text, snapshot, language)
    for block in blocks:
        if isinstance(block, Chart | Table):
            _check_frame(block, language)
        if isinstance(block, Chart):
            _check_chart(block)
        if isinstance(block, KpiRow):
            for item in block.items:
                _check_kpi(item)
        if isinstance(block, Notes):
            assert block.items or block.empty, f"“{block.title}” says nothing"
    for link in links(blocks):
        _check_link(link.view, link.params, snapshot)
        assert link.label


def flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, those side by side one after the other."""
    for block in blocks:
        if isinstance(block, Columns):
            assert not block.weights or len(block.weights) == len(block.cells)
            for cell in block.cells:
                yield from flat(cell)
        else:
            yield block


def links(blocks: Iterable[Block]) -> Iterator[Link]:
    for block in blocks:
        if isinstance(block, Crumbs):
            yield from block.items
        notes = block.items if isinstance(block, Notes) else (block,) if isinstance(block, Note) else ()
        yield from (note.link for note in notes if note.link)
        if isinstance(block, Notes | Map) and block.more:
            yield block.more
        if isinstance(block, Tasks):
            yield from (block.more,) if block.more else ()
            for task in block.items:
                yield task.open
                yield from (task.evidence,) if task.evidence else ()
        if isinstance(block, KpiRow):
            yield from (one for item in block.items for one in (item.link, item.rows) if one)
        if isinstance(block, Chart | Table | Map) and block.source.rows:
            yield block.source.rows


def texts(blocks: Iterable[Block]) -> Iterator[str]:
    """Everything that a viewer reads, but for the cells of tables: those are data."""
    for block in blocks:
        match block:
            case Heading():
                yield block.text
                yield block.lead
            case Note():
                yield block.text
            case Prose():
                yield block.text
            case Notes():
                yield block.title
                yield block.empty
                yield from (note.text for note in block.items)
            case Tasks():
                yield from (block.title, block.empty)
                for task in block.items:
                    yield from (task.text, task.about, task.state_label)
                if block.choosing:
                    yield block.choosing.refused
                    yield from (label for _, label in block.choosing.states)
            case Crumbs():
                yield from (link.label for link in block.items)
            case KpiRow():
                for item in block.items:
                    yield from (item.label, item.value, item.unit, item.help, *item.spark_labels)
                    yield from (part for delta in item.deltas for part in (delta.label, delta.text))
            case Chart() | Table() | Map():
                yield block.title
                yield from (part for column in block.columns for part in (column.label, column.unit))
                yield from _source_texts(block.source)
                yield getattr(block, "alt", "")
                yield getattr(block, "empty", "")
                if isinstance(block, Chart) and block.reference:
                    yield block.reference[1]
    yield from (link.label for link in links(blocks))


def _source_texts(source: Source) -> tuple[str, ...]:
    return source.datasets, source.period, source.note


def _check_text(text: str, snapshot: Snapshot, language: str) -> None:
    found = _LEAKS.search(text)
    assert found is None, f"“{found[0] if found else ''}” in “{text}”"
    if language == "en":
        bare = _QUOTED.sub("", text)  # words of a ledger, which nobody translates
        for org in sorted(organisations(snapshot).values(), key=lambda org: -len(org.name)):
            bare = bare.replace(org.name, "").replace(org.short_name, "")
        assert not CHINESE.search(bare), f"not translated: {text}"


def _check_frame(block: Chart | Table, language: str) -> None:
    assert block.title, block.key
    assert block.source.datasets, block.key
    assert block.source.period, block.key
    assert block.source.release, block.key
    names = [column.name for column in block.columns]
    assert len(names) == len(set(names)), names
    labels = [column.label for column in block.columns]
    assert len(labels) == len(set(labels)), f"two columns of {block.key} are called the same: {labels}"
    for column in block.columns:
        assert column.name in block.frame.columns, f"{block.key} has no column {column.name}"
        assert column.label, column.name
        if language == "zh":
            assert CHINESE.search(column.label), f"{column.label} in {block.key}"
        _check_values(block.frame[column.name], column)
    if block.frame.empty:
        assert block.empty, f"{block.key} does not say why it is empty"
    if block.click is not None:
        _check_click(block.click, block.frame)


def _check_values(values: pd.Series[object], column: Column) -> None:
    if column.format in ("integer", "decimal", "percent"):
        assert pd.api.types.is_numeric_dtype(values) or values.isna().all() or values.empty, column.name
    if column.format == "text":
        for value in values.dropna():
            assert str(value) not in ("nan", "None", "NaT", "<NA>"), column.name


def _check_click(click: Click, frame: pd.DataFrame) -> None:
    assert click.column in frame.columns, click
    assert click.param
    if click.view is not None:
        assert click.view in _views(), click
    if click.param == "period":
        for key in frame[click.column].dropna():
            Period.parse(str(key))


def _check_chart(chart: Chart) -> None:
    assert chart.alt, chart.key
    assert chart.alt[-1] in "。.", f"{chart.key}: a sentence"
    assert chart.title[-1] not in "。.", f"{chart.key}: a title"
    named = ["id", "parent", "label", "value"] if chart.kind == "icicle" else [chart.x, chart.y]
    if chart.kind == "calendar":
        named.append(chart.value or "value")
    for name in [*named, *([chart.series] if chart.series else [])]:
        assert name in chart.frame.columns, f"{chart.key} has no {name}"
    if chart.series:
        present = set(chart.frame[chart.series])
        assert present <= set(chart.order) or not chart.order, chart.key
    if chart.kind == "icicle" and not chart.frame.empty:
        ids = set(chart.frame["id"])
        assert len(ids) == len(chart.frame)
        assert sum(parent not in ids for parent in chart.frame["parent"]) == 1, "one root"


def _check_kpi(item: Kpi) -> None:
    assert item.label
    assert item.help
    assert len(item.spark) == len(item.spark_labels)
    if item.value == "—":
        assert item.state == "empty", item.key
        assert any(delta.text for delta in item.deltas), f"{item.key} does not say why it is absent"
    else:
        assert item.state != "empty", item.key
    for delta in item.deltas:
        assert delta.text


def _check_link(view: str, params: object, snapshot: Snapshot) -> None:
    pages = {page.key: page for page in PAGES}
    assert view in pages, f"there is no page {view}"
    own = {control.key for control in pages[view].controls if hasattr(control, "key")}
    choices = {
        control.key: dict(control.options) for control in pages[view].controls if hasattr(control, "options")
    }
    assert isinstance(params, dict)
    known = _SHARED | own | set(load_dimensions(snapshot)) | _SET_BY_LINKS
    for name, value in params.items():
        assert name in known, f"{view} knows no parameter {name}"
        if name == "org" and value is not None:
            assert value in organisations(snapshot), value
        if name == "period" and value is not None:
            Period.parse(value)
        if name in choices and value is not None:
            assert value in choices[name], f"{view} offers no {name}={value}"


def _views() -> set[str]:
    return {page.key for page in PAGES}


def level_keys(snapshot: Snapshot) -> list[str]:
    """From the top down."""
    return [level.key for level in load_levels(snapshot)]
