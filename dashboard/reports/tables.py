"""The tables that a report makes itself: its main figures, and the organisations below side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from dashboard import theme
from dashboard.narrative.facts import Facts, said, unit_of
from dashboard.organisations import level_below
from dashboard.report import Block, Chart, Column, KpiRow, Table
from dashboard.reports.kinds import Beside
from dashboard.views import figures


def cards(facts: Facts, keys: Iterable[str]) -> KpiRow:
    known = [key for key in keys if facts.indicator(key) is not None]
    for key in known:
        facts.use(facts.indicator(key))  # type: ignore[arg-type]
    # Of a quarter's figure, the part of a whole year's plan would mislead: the narrative says it since January.
    cards = [
        figures.kpi(
            facts.snapshot,
            facts.selection,
            key,
            facts.scope,
            comparison=facts.comparison(key),
            spark=False,
            plan=False,
        )
        for key in known
    ]
    return KpiRow(tuple(cards), dense=True)


def figures_table(facts: Facts, keys: Iterable[str]) -> Table:
    """主要指标: the figure, last year's, the change, and how much of the plan is done."""
    rows = []
    for key in keys:
        what = facts.indicator(key)
        if what is None:
            continue
        facts.use(what)
        found = facts.comparison(key)
        value = _cell(found.value, what.format)
        if found.value is None:
            value = figures.why_absent(facts.snapshot, found.state, "zh", facts.scope)
        yoy = figures.change(what, found.value, found.year_before, "zh")
        prev = figures.change(what, found.value, found.previous, "zh")
        plan = facts.comparison(key, facts.year_to_date())
        rows.append(
            {
                "name": what.name,
                "unit": unit_of(what) or "%",
                "value": value,
                "year_before": _cell(found.year_before, what.format),
                "yoy": yoy.text if yoy else theme.MISSING,
                "previous": _cell(found.previous, what.format),
                "prev": prev.text if prev else theme.MISSING,
                "plan": theme.number(plan.plan_completion, "percent"),
            }
        )
    frame = pd.DataFrame(rows, columns=["name", "unit", "value", "year_before", "yoy", "previous", "prev", "plan"])  # fmt: skip
    columns = [
        Column("name", "指标"),
        Column("unit", "单位"),
        Column("value", "本期"),
        Column("year_before", "上年同期"),
        Column("yoy", "同比"),
    ]
    if facts.period.month_count < 12:
        columns += [Column("previous", "上期"), Column("prev", "环比")]
    columns.append(Column("plan", "全年计划完成"))
    shown = [
        column
        for column in columns
        if column.name in ("name", "unit", "value") or any(frame[column.name] != theme.MISSING)
    ]
    return Table(
        "figures",
        f"{facts.org.short_name}{facts.period.label()}主要指标",
        frame,
        tuple(shown),
        figures.source(
            facts.snapshot,
            facts.selection,
            *(key for key in keys if facts.indicator(key)),
            scope=facts.scope,
        ),
    )


def _cell(value: float | None, style: str) -> str:
    """A figure under its unit; every share with its one decimal, so that they stand in line."""
    return theme.number(value, style).rstrip("%") if style == "percent" else said(value, style)


def side_by_side(facts: Facts, beside: Beside) -> Iterator[Block]:
    """The organisations of the level below in the order of the register, and a chart of one indicator."""
    below = level_below(facts.snapshot, facts.org.level)
    if below is None:
        return
    known = [what for key in beside.indicators if (what := facts.indicator(key)) and below in what.levels]
    if not known:
        return
    for what in known:
        facts.use(what)
    keys = [what.key for what in known]
    frame = figures.side_by_side(facts.snapshot, facts.selection, keys, below, facts.scope)
    if frame.empty:
        return
    title = figures.level_title(facts.snapshot, below, "zh")
    whole = f"{facts.org.short_name}{facts.period.label()}"
    remarked = bool((frame["remark"] != "").any())
    source = figures.source(facts.snapshot, facts.selection, *keys, scope=facts.scope)
    yield Table(
        f"beside-{keys[0]}",
        f"{whole}各{title}{beside.title}（按名册顺序）",
        frame,
        (
            Column("org_label", title),
            *(figures.value_column(what, "zh", what.key) for what in known),
            *([Column("remark", "说明")] if remarked else []),
        ),
        source,
    )
    drawn = next((what for what in known if what.key == beside.chart), None)
    if drawn is None or frame[drawn.key].notna().sum() < 2:  # nothing stands beside a single bar
        return
    found = facts.comparison(drawn.key)
    reference = None
    if drawn.rollup == "ratio" and found.value is not None:
        reference = (found.value, f"{facts.org.short_name} {said(found.value, drawn.format)}")
    yield Chart(
        key=f"chart-{drawn.key}",
        kind="barh",
        title=f"{whole}各{title}{drawn.name}",
        frame=frame[["org_label", drawn.key]],
        x=drawn.key,
        y="org_label",
        columns=(Column("org_label", title), figures.value_column(drawn, "zh", drawn.key)),
        source=source,
        alt=f"条形图：{whole}各{title}的{drawn.name}，按名册顺序排列，不排名次。",
        reference=reference,
        height=260,
    )
