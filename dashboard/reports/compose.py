"""A declared kind, an organisation and a period make a Report: narrative, and blocks of the views.

Written in Chinese, as official reports are. The blocks are those of the screen, so the report cannot say
otherwise than the page that it was taken from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import pandas as pd

from dashboard import theme
from dashboard.catalogue import dataset_names, load_levels
from dashboard.database import Snapshot
from dashboard.narrative import matters
from dashboard.narrative.clauses import merged, paragraph, topics
from dashboard.narrative.facts import Facts, Piece, said, unit_of
from dashboard.organisations import Organisation, QueryRefused, level_below, visible_organisation
from dashboard.report import (
    Block,
    Chart,
    Column,
    Columns,
    Definition,
    Heading,
    Imprint,
    KpiRow,
    Map,
    Note,
    Prose,
    Report,
    Source,
    Table,
)
from dashboard.reports.kinds import EXAMPLES, GRAIN_NAMES, Beside, Kind, Pick, Section, TopicPart, kinds
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Period, Selection
from dashboard.submissions import missing_submissions
from dashboard.views import PAGES, figures
from dashboard.views.page import nothing_then, subtitle_of

PREFIX = "report-"  # of a composed Report's key
_MOST_MISSING = 6  # ledgers that are named one by one


class ReportRefused(ValueError):
    """A report that cannot be made; the message is one Chinese sentence that says why."""


@dataclass(frozen=True, eq=False)
class Composed:
    report: Report
    imprint: Imprint


@dataclass(frozen=True, eq=False)
class _Work:
    """One composition: the facts, and the views that it has built already."""

    facts: Facts
    kind: Kind
    made_at: datetime
    built: dict[tuple[str, tuple[tuple[str, str], ...]], Report] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)


def kind_named(key: str) -> Kind:
    """By key or name. Raises ReportRefused."""
    for kind in kinds().values():
        if key in (kind.key, kind.name):
            return kind
    offered = "、".join(f"{kind.key}（{kind.name}）" for kind in kinds().values())
    raise ReportRefused(f"没有名为“{key}”的报告，可选：{offered}")


def refusal(kind: Kind, org: Organisation, period: Period, levels: Mapping[str, str]) -> str:
    """Why this kind cannot be made of that organisation and period; "" when it can."""
    if not kind.takes(period):
        wanted = "、".join(f"一个{GRAIN_NAMES[grain]}（如 {EXAMPLES[grain]}）" for grain in kind.grains)
        return f"{kind.name}要选{wanted}，现在选的是{period.label()}"
    if org.level not in kind.levels:
        titles = "、".join(levels[level] for level in kind.levels if level in levels)
        return f"{kind.name}只为{titles}编制，“{org.short_name}”是{levels[org.level]}"
    return ""


def compose(
    snapshot: Snapshot,
    kind: Kind,
    org: str,
    period: Period,
    made_at: datetime,
    report_id: str = "",
    scope: Scope = WHOLE,
) -> Composed:
    """The report and its imprint. Raises ReportRefused with one sentence."""
    selection = Selection(org, period)
    try:
        whose = visible_organisation(snapshot, org)
    except QueryRefused as problem:
        raise ReportRefused(str(problem)) from problem
    titles = {level.key: level.title for level in load_levels(snapshot)}
    if reason := refusal(kind, whose, period, titles):
        raise ReportRefused(reason)
    work = _Work(Facts(snapshot, selection, scope), kind, made_at)
    blocks = tuple(_blocks(work))
    report = Report(
        PREFIX + kind.key,
        _filled(kind.title, work),
        subtitle_of(snapshot, selection),
        blocks,
        snapshot.is_demo,
        snapshot.release_id,
    )
    imprint = Imprint(
        authority=whose.full_label(),
        period=period.label(),
        release=snapshot.release_id,
        made_at=made_at,
        is_demo=snapshot.is_demo,
        report_id=report_id,
        review_number=snapshot.settings.get("review_number", ""),
        definitions=_definitions(work),
    )
    return Composed(report, imprint)


def _filled(text: str, work: _Work) -> str:
    facts = work.facts
    names = {
        "org": facts.org.short_name,
        "period": facts.period.label(),
        "next": matters.next_period(facts).label(),
    }
    return text.format(**names)


# ---------------------------------------------------------------- the order of a report


def _blocks(work: _Work) -> Iterator[Block]:
    facts = work.facts
    nothing = nothing_then(facts.snapshot, facts.selection)
    if nothing is not None:
        yield Prose((nothing.text,))
        yield Note("本报告没有可以列示的数据，其余部分从略。", "empty")
        yield Heading("附：口径和数据说明")
        yield from _appendix(work)
        return
    yield from _lead(work)
    found = matters.matters(facts, work.made_at)
    for section in work.kind.sections:
        yield Heading(_filled(section.title, work))
        if section.part == "topics":
            yield from _topics(work, section)
        elif section.part == "follow_up":
            yield from matters.follow_up(facts, found)
        elif section.part == "matters":
            if not any(other.part == "follow_up" for other in work.kind.sections):
                yield from (block for block in matters.follow_up(facts, found) if isinstance(block, Prose))
            yield from matters.new_matters(facts, found, section.most)
        elif section.part == "coming":
            yield from matters.next_steps(facts, section.most)
        else:
            yield from _appendix(work)


def _lead(work: _Work) -> Iterator[Block]:
    """What the report covers, and how complete its ledgers are."""
    facts = work.facts
    for key in work.kind.lead:
        made = paragraph(facts, topics()[key])
        if made is None:
            continue
        pieces: list[Piece] = list(made.sentences)
        missing = missing_submissions(facts.snapshot, facts.selection, facts.scope)
        if len(missing):
            names = list(dict.fromkeys(missing["community_label"]))
            listed = "、".join(names[:_MOST_MISSING]) + ("等" if len(names) > _MOST_MISSING else "")
            pieces.append(f"{listed}的台账尚未报送，以下各数不含其本期工作。")
        yield Prose(merged(pieces))
    first = facts.comparison("activity_count") if facts.indicator("activity_count") else None
    if first is not None and first.year_before is None and first.value is not None:
        earlier = first.year_before_period.label()
        yield Prose((f"因{earlier}没有完整的数据，本报告不作同比。",))


def _topics(work: _Work, section: Section) -> Iterator[Block]:
    facts = work.facts
    if section.figures:
        yield _cards(work, section.figures) if section.cards else _figures_table(work, section.figures)
    for topic in section.topics:
        if topic.levels and facts.org.level not in topic.levels:
            continue
        made = [*_topic(work, topic)]
        if not made:
            continue
        title = topic.title or topics()[topic.topic].title
        if section.headings:
            yield Heading(title, 3)
        yield from made


def _topic(work: _Work, topic: TopicPart) -> Iterator[Block]:
    facts = work.facts
    if topic.topic:
        made = paragraph(facts, topics()[topic.topic])
        if made is not None:
            yield made
    for beside in topic.beside:
        yield from _beside(work, beside)
    for pick in topic.picks:
        if pick.levels and facts.org.level not in pick.levels:
            continue
        block = _picked(work, pick)
        if block is not None:
            yield block


# ---------------------------------------------------------------- blocks of the views


def _picked(work: _Work, pick: Pick) -> Block | None:
    """The view's block as a report has it; None where the view does not show it here, or it is empty."""
    known = (pick.view, pick.options)
    if known not in work.built:
        page = next(page for page in PAGES if page.key == pick.view)
        selection = replace(work.facts.selection, options=pick.options)
        work.built[known] = page.build(selection, work.facts.snapshot)
    for block in flat(work.built[known].blocks):
        if isinstance(block, Chart | Table | Map) and block.key == pick.block:
            return _fitted(work, pick, block)
    return None


def flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, those side by side one after the other."""
    for block in blocks:
        if isinstance(block, Columns):
            for cell in block.cells:
                yield from flat(cell)
        else:
            yield block


def _fitted(work: _Work, pick: Pick, block: Chart | Table | Map) -> Block | None:
    key = f"{pick.view}-{block.key}"
    if key in work.taken:
        return None
    if isinstance(block, Map):
        work.taken.add(key)
        return replace(block, key=key, click=None, more=None)
    if block.frame.empty:
        return None
    work.taken.add(key)
    if isinstance(block, Chart):
        return replace(block, key=key, click=None)
    columns = block.columns
    if pick.columns:
        columns = tuple(column for column in columns if column.name in pick.columns)
    frame, title = block.frame, block.title
    if pick.rows and len(frame) > pick.rows:
        title = f"{title}（列出前 {pick.rows} 行，共 {len(frame):,} 行）"
        frame = frame.head(pick.rows)
    return replace(block, key=key, title=title, frame=frame, columns=columns, click=None, height=None)


# ---------------------------------------------------------------- tables of its own


def _cards(work: _Work, keys: Iterable[str]) -> KpiRow:
    facts = work.facts
    known = [key for key in keys if facts.indicator(key) is not None]
    for key in known:
        facts.use(facts.indicator(key))  # type: ignore[arg-type]
    row = figures.kpi_row(
        facts.snapshot,
        facts.selection,
        known,
        facts.scope,
        known={key: facts.comparison(key) for key in known},
        without_trend=known,
    )
    return replace(row, dense=True)


def _figures_table(work: _Work, keys: Iterable[str]) -> Table:
    """主要指标: the figure, last year's, the change, and how much of the plan is done."""
    facts = work.facts
    rows = []
    for key in keys:
        what = facts.indicator(key)
        if what is None:
            continue
        facts.use(what)
        found = facts.comparison(key)
        value = said(found.value, what.format)
        if found.value is None:
            value = figures.why_absent(facts.snapshot, found.state, "zh", facts.scope)
        yoy = figures.change(what, found.value, found.year_before, "zh")
        prev = figures.change(what, found.value, found.previous, "zh")
        plan = facts.comparison(key, facts.year_to_date())
        rows.append(
            {
                "name": what.name,
                "unit": unit_of(what) or "%",
                "value": value.rstrip("%") if what.format == "percent" else value,
                "year_before": said(found.year_before, what.format).rstrip("%"),
                "yoy": yoy.text if yoy else theme.MISSING,
                "previous": said(found.previous, what.format).rstrip("%"),
                "prev": prev.text if prev else theme.MISSING,
                "plan": said(plan.plan_completion, "percent"),
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


def _beside(work: _Work, beside: Beside) -> Iterator[Block]:
    """The organisations of the level below in the order of the register, and a chart of one indicator."""
    facts = work.facts
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
    if drawn is None or frame[drawn.key].isna().all():
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


# ---------------------------------------------------------------- definitions and notes


def _definitions(work: _Work) -> tuple[Definition, ...]:
    snapshot = work.facts.snapshot
    return tuple(
        Definition(
            what.name,
            what.unit,
            what.definition,
            dataset_names(snapshot, what.datasets, "zh"),
        )
        for what in sorted(work.facts.used.values(), key=lambda what: what.sort_no)
    )


def _appendix(work: _Work) -> Iterator[Block]:
    """Notes on the data, then what every figure of the report means."""
    facts = work.facts
    snapshot = facts.snapshot
    window = Period.of_days(snapshot.first_month, snapshot.last_month).label()
    threshold = facts.scope.threshold(snapshot.settings)
    notes = [
        f"本报告由数据版本{snapshot.release_id}生成，数据时段为{window}；报告中的每个数都可以用同一版本重新查询得到。",
        "同比与上年同期比较，环比与上一个同样长短的时期比较；上年同期为零或没有完整数据的，不作比较。比率由分子合计除以分母合计得到，不取各单位比率的平均数。",
        f"党员人数不足{threshold}人的不列示；为防止由合计推算，有时还会隐去相邻的一个数。报告中没有任何个人信息。",
    ]
    if snapshot.is_demo:
        notes.insert(0, "演示数据：本报告所用台账由程序合成，不代表任何真实的社区、单位或个人。")
    if any(isinstance(block, Map) for report in work.built.values() for block in flat(report.blocks)):
        notes.append("地图中的社区范围按中心点划分，为示意范围，不作为划界依据。")
    for note in notes:
        yield Prose((note,))
    if not work.facts.used:
        return
    rows = [[each.label, each.unit, each.text] for each in _definitions(work)]
    yield Table(
        "definitions",
        "指标口径",
        pd.DataFrame(rows, columns=["name", "unit", "definition"]),
        (Column("name", "指标"), Column("unit", "单位"), Column("definition", "口径")),
        Source("指标目录", "", snapshot.release_id),
    )
