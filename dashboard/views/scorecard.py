"""运行评价: every figure that has thresholds, graded by colour, mark and word, beside what it is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from dashboard import theme
from dashboard.catalogue import Grade, Indicator, load_catalogue
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.queries import Comparison, compare, measure, organisation
from dashboard.report import (
    Block,
    Chart,
    Click,
    Column,
    Delta,
    Kpi,
    KpiRow,
    Link,
    Note,
    Notes,
    Report,
    State,
    Table,
)
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Selection
from dashboard.views import figures
from dashboard.views.alongside import level_alongside
from dashboard.views.controls import Choice, Control
from dashboard.views.page import crumbs, nothing_then, page

KEY = "scorecard"
TITLE = "运行评价"
PART = Choice("part", "查看", (("table", "逐项指标"), ("grid", "各组织一览")), "table")
FILTERS: tuple[Control, ...] = (PART,)

# Never by colour alone: each grade has a mark and a word of its own.
_MARKS: Mapping[Grade, str] = {"good": "●", "fair": "▲", "poor": "■"}
_WORDS: Mapping[Grade, str] = {"good": "达标", "fair": "接近", "poor": "未达标"}
_MEANINGS: Mapping[Grade, str] = {
    "good": "达到或好于达标线的指标。",
    "fair": "没有达到达标线、但相差不远的指标；两条线都写在指标目录里。",
    "poor": "离达标线较远、需要研究改进的指标。",
}
_TONES: Mapping[Grade, str] = {"good": "good", "fair": "attention", "poor": "warning"}
_MOST_SENTENCES = 5
# The page that shows what an indicator is counted from, by the ledger that it names first.
PAGE_OF: Mapping[str, str] = {
    "activities": "activities",
    "chairs": "chairs",
    "committee_posts": "teams",
    "duties": "duties",
    "industry_parents": "dual_track",
    "jobs": "teams",
    "meeting_attendance": "meetings",
    "meetings": "meetings",
    "member_units": "people",
    "members": "people",
    "needs": "supply",
    "notices": "notices",
    "orders": "orders",
    "every": "quality",
    "reference": "hierarchy",
    "resolutions": "meetings",
    "resources": "supply",
    "service_points": "places",
    "service_teams": "teams",
    "two_new_organisations": "two_new",
    "venue_uses": "venues",
    "venues": "venues",
}


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """How many figures are green, yellow, red; the red ones in words; all of them as a table or a grid."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        yield crumbs(snapshot, chosen, KEY)
        if note := nothing_then(snapshot, chosen):
            yield note
            return
        graded = _graded(snapshot, chosen)
        found = {what.key: compare(snapshot, what.key, chosen, scope) for what in graded}
        yield _counts(chosen, graded, found)
        yield _poor(snapshot, chosen, graded, found)
        level = level_alongside(snapshot, organisation(snapshot, chosen.org))
        if chosen.option(PART.key, PART.default) == "grid" and level:
            yield _grid(snapshot, chosen, graded, level, scope)
        else:
            yield _table(snapshot, chosen, graded, found, scope)
        yield Note(_how(chosen.language))

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def grade_text(grade: Grade | None, language: Language) -> str:
    """ "● 达标"; "—" without a grade."""
    return f"{_MARKS[grade]} {translator(language)(_WORDS[grade])}" if grade else theme.MISSING


def _graded(snapshot: Snapshot, selection: Selection) -> list[Indicator]:
    catalogue = load_catalogue(snapshot)
    org = organisation(snapshot, selection.org)
    keys = [key for key, what in catalogue.items() if what.thresholds]
    return [catalogue[key] for key in figures.countable(snapshot, keys, org)]


def _counts(selection: Selection, graded: list[Indicator], found: Mapping[str, Comparison]) -> KpiRow:
    say = translator(selection.language)
    grades = [what.grade(found[what.key].value) for what in graded]
    known = sum(grade is not None for grade in grades)
    cards = []
    for grade, word in _WORDS.items():
        count = sum(each == grade for each in grades)
        share = theme.number(count / known, "percent") if known else theme.MISSING
        tone = _TONES[grade] if count else "plain"
        cards.append(
            Kpi(
                key=grade,
                label=f"{_MARKS[grade]} {say(word)}",
                value=theme.number(count),
                unit=say("项"),
                deltas=(Delta(say("占可评价指标"), share),),
                help=say(_MEANINGS[grade]),
                state=tone if grade != "good" else "plain",  # type: ignore[arg-type]
            )
        )
    cards.append(
        Kpi(
            key="ungraded",
            label=say("本期无数据"),
            value=theme.number(len(grades) - known),
            unit=say("项"),
            deltas=(Delta(say("设有评价标准的指标"), say("{count} 项").format(count=len(grades))),),
            help=say("设有评价标准、但所选时段没有数据或人数过少的指标，不评价。"),
        )
    )
    return KpiRow(tuple(cards))


def _poor(
    snapshot: Snapshot, selection: Selection, graded: list[Indicator], found: Mapping[str, Comparison]
) -> Notes:
    """What is red, the farthest from its threshold first."""
    language = selection.language
    say = translator(language)
    red = []
    for what in graded:
        value = found[what.key].value
        if what.grade(value) == "poor" and value is not None and what.thresholds:
            fair = what.thresholds[1]
            red.append((abs(value - fair) / (abs(fair) or 1.0), what, value))
    red.sort(key=lambda each: -each[0])
    comma = "，" if language == "zh" else ", "
    notes = []
    for _, what, value in red[:_MOST_SENTENCES]:
        good = what.thresholds[0] if what.thresholds else None
        limit = say("达标线 {value}").format(value=figures.quantity(what, good, language))
        change = figures.change_words(selection, what, found[what.key])
        text = f"{what.label(language)} {figures.quantity(what, value, language)}{comma}{limit}"
        notes.append(
            Note(
                text + (comma + change if change else ""),
                "warning",
                Link(say("查看依据"), PAGE_OF[what.datasets[0]]),
            )
        )
    return Notes(say("未达标的指标"), tuple(notes), say("没有未达标的指标。"))


def _table(
    snapshot: Snapshot,
    selection: Selection,
    graded: list[Indicator],
    found: Mapping[str, Comparison],
    scope: Scope,
) -> Table:
    language = selection.language
    say = translator(language)
    rows = [_row(snapshot, selection, what, found[what.key], scope) for what in graded]
    names = (
        "indicator",
        "theme",
        "name",
        "value",
        "grade",
        "limit",
        "target",
        "yoy",
        "previous",
        "plan",
        "peers",
    )
    grades = [what.grade(found[what.key].value) for what in graded]
    counts = {grade: sum(each == grade for each in grades) for grade in _WORDS}
    frame = pd.DataFrame(rows, columns=list(names))
    compared = [
        Column("target", say("目标")),
        Column("yoy", say("同比")),
        Column("previous", say("环比")),
        Column("plan", say("完成计划")),
        Column("peers", say("同级中位数")),
    ]
    # Of a whole year the previous period is the year before; what nobody has says nothing.
    if all(frame["yoy"] == frame["previous"]):
        compared = [column for column in compared if column.name != "previous"]
    shown = [column for column in compared if any(frame[column.name] != theme.MISSING)]
    return Table(
        "scorecard",
        say("{count} 项指标：{good} 项达标，{fair} 项接近，{poor} 项未达标").format(
            count=len(graded), **counts
        ),
        frame,
        (
            Column("theme", say("主题")),
            Column("name", say("指标")),
            Column("value", say("本期")),
            Column("grade", say("评价")),
            Column("limit", say("达标线")),
            *shown,
        ),
        figures.source(snapshot, selection, *(what.key for what in graded), scope=scope)
        if graded
        else figures.record_source(snapshot, selection, "activities"),
        height=760,
        empty=say("这一层级没有设评价标准的指标。"),
    )


def _row(
    snapshot: Snapshot, selection: Selection, what: Indicator, found: Comparison, scope: Scope
) -> tuple[str, ...]:
    language = selection.language
    value = figures.quantity(what, found.value, language)
    if found.value is None:
        value = figures.why_absent(snapshot, found.state, language, scope)

    def changed(base: float | None) -> str:
        change = figures.change(what, found.value, base, language)
        return change.text if change else theme.MISSING

    good = what.thresholds[0] if what.thresholds else None
    return (
        what.key,
        what.theme_label(language),
        what.label(language),
        value,
        grade_text(what.grade(found.value), language),
        f"{'≥' if what.better == 'higher' else '≤'} {figures.quantity(what, good, language)}",
        figures.quantity(what, what.target, language),
        changed(found.year_before),
        changed(found.previous),
        theme.number(found.plan_completion, "percent"),
        figures.quantity(what, found.peers_median, language),
    )


def _grid(
    snapshot: Snapshot, selection: Selection, graded: list[Indicator], level: str, scope: Scope
) -> Block:
    """Organisations × the first graded figure of each theme, a mark in every tile; no sum, no ranking."""
    language = selection.language
    say = translator(language)
    first: dict[str, Indicator] = {}
    for what in graded:
        if level in what.levels:
            first.setdefault(what.theme, what)
    frames = []
    for what in first.values():
        frame = measure(snapshot, what.key, selection, (level,), scope)
        values = [None if np.isnan(value) else float(value) for value in frame["value"]]
        frames.append(
            pd.DataFrame(
                {
                    "org": frame[level],
                    "name": frame[f"{level}_label"],
                    "indicator": what.label(language),
                    "grade": [what.grade(value) or "none" for value in values],
                    "shown": [figures.quantity(what, value, language) for value in values],
                }
            )
        )
    tiles = (
        pd.concat(frames) if frames else pd.DataFrame(columns=["org", "name", "indicator", "grade", "shown"])
    )
    title = figures.level_title(snapshot, level, language)
    poor = int((tiles["grade"] == "poor").sum())
    return Chart(
        key="grid",
        kind="calendar",
        title=say("{count} 个{level}的 {columns} 项指标，共 {poor} 处未达标").format(
            count=tiles["org"].nunique(), level=title, columns=len(first), poor=theme.number(poor)
        ),
        frame=tiles,
        x="indicator",
        y="name",
        value="grade",
        states=(
            *(State(grade, say(word), _MARKS[grade], _TONES[grade]) for grade, word in _WORDS.items()),  # type: ignore[arg-type]
            State("none", say("本期无数据"), "", "empty"),
        ),
        columns=(
            figures.label_column(snapshot, level, language, "name"),
            Column("indicator", say("指标")),
            Column("shown", say("本期")),
        ),
        source=figures.source(snapshot, selection, *(what.key for what in first.values()), scope=scope)
        if first
        else figures.record_source(snapshot, selection, "activities"),
        alt=say("方格图：各{level}的各项指标达标、接近或未达标，按名册顺序排列，不排名次。").format(
            level=title
        ),
        click=Click("org", "org", KEY),
        height=max(220, 26 * tiles["org"].nunique() + 90),
        empty=say("这一层级没有设评价标准的指标。"),
    )


def _how(language: Language) -> str:
    return translator(language)(
        "评价标准写在指标目录里：● 达标，▲ 接近，■ 未达标；不汇总成总分，也不排名次。"
    )
