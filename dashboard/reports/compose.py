"""A declared kind, an organisation and a period make a Report: narrative, and blocks of the views.

Written in Chinese, as official reports are. The blocks are those of the screen, so the report cannot say
otherwise than the page that it was taken from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from dashboard.catalogue import dataset_names, load_levels
from dashboard.database import Snapshot
from dashboard.narrative import matters
from dashboard.narrative.clauses import merged, paragraph, topics
from dashboard.narrative.facts import Facts, Piece
from dashboard.organisations import QueryRefused, visible_organisation
from dashboard.report import (
    Block,
    Chart,
    Columns,
    Definition,
    Heading,
    Imprint,
    Map,
    Note,
    Prose,
    Report,
    Table,
)
from dashboard.reports import tables
from dashboard.reports.kinds import Kind, Pick, Section, TopicPart, kinds, refusal
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
    if reason := refusal(kind, whose.level, whose.short_name, period, titles):
        raise ReportRefused(reason)
    work = _Work(Facts(snapshot, selection, scope), kind, made_at)
    try:
        blocks = tuple(_blocks(work))
    except QueryRefused as problem:  # it speaks of the community of a unit that may not see that
        raise ReportRefused(str(problem)) from problem
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
        leaflet=kind.leaflet,
        definitions=_definitions(work) if any(part.part == "appendix" for part in kind.sections) else (),
    )
    return Composed(report, imprint)


def _filled(text: str, work: _Work) -> str:
    facts = work.facts
    names = {
        "body": _body_name(work),
        "org": facts.org.short_name,
        "period": facts.period.label(),
        "next": matters.next_period(facts).label(),
    }
    return text.format(**names)


def _body_name(work: _Work) -> str:
    """ "某某区社区联合党委" of all committees, a committee's own name, a member unit's name."""
    org = work.facts.org
    titles = load_levels(work.facts.snapshot)
    committee = titles[-2]
    if org.level_no < committee.number:
        return f"{org.short_name}{committee.body}"
    return org.name if org.level == committee.key else org.short_name


# ---------------------------------------------------------------- the order of a report


def _blocks(work: _Work) -> Iterator[Block]:
    facts = work.facts
    nothing = nothing_then(facts.snapshot, facts.selection)
    if nothing is not None:
        yield Prose((nothing.text,))
        yield Note("本报告没有可以列示的数据，其余部分从略。", "empty")
        yield Heading("附：口径和数据说明")
        yield from _appendix(work, 1 + facts.snapshot.is_demo)
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
            if section.most:
                yield from matters.new_matters(facts, found, section.most)
            else:
                yield from matters.in_short(facts, found)
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
        yield (
            tables.cards(facts, section.figures)
            if section.cards
            else tables.figures_table(facts, section.figures)
        )
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
        yield from tables.side_by_side(facts, beside)
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
        selection = replace(work.facts.selection, options=(*pick.options, (figures.TREND, "off")))
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
        return None if _says_nothing(block) else replace(block, key=key, click=None)
    columns = block.columns
    if pick.columns:
        columns = tuple(column for column in columns if column.name in pick.columns)
    frame, title = block.frame, block.title
    if pick.rows and len(frame) > pick.rows:
        title = f"{title}（列出前 {pick.rows} 行，共 {len(frame):,} 行）"
        frame = frame.head(pick.rows)
    return replace(block, key=key, title=title, frame=frame, columns=columns, click=None, height=None)


def _says_nothing(chart: Chart) -> bool:
    """A line of one point, columns at one place, a calendar of one tile: the sentence beside it has said it."""
    if chart.kind == "calendar":
        return len(chart.frame) < 2
    return chart.kind in ("line", "bar") and chart.frame[chart.x].nunique() < 2


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


def _appendix(work: _Work, most: int = 9) -> Iterator[Block]:
    """Notes on the data, the most general first; what every figure means stands in the imprint."""
    facts = work.facts
    snapshot = facts.snapshot
    window = Period.of_days(snapshot.first_month, snapshot.last_month).label()
    threshold = facts.scope.threshold(snapshot.settings)
    notes = [
        f"本报告由数据版本{snapshot.release_id}生成，数据时段为{window}；报告中的每个数都可以用同一版本重新查询得到，凭页脚的报告编号可以原样再次打印。",
        "同比与上年同期比较，环比与上一个同样长短的时期比较；上年同期为零或没有完整数据的，不作比较。比率由分子合计除以分母合计得到，不取各单位比率的平均数。",
        f"党员人数不足{threshold}人的不列示；为防止由合计推算，有时还会隐去相邻的一个数。报告中没有任何个人信息。",
    ]
    if snapshot.is_demo:
        notes.insert(0, "演示数据：本报告所用台账由程序合成，不代表任何真实的社区、单位或个人。")
    if any(isinstance(block, Map) for report in work.built.values() for block in flat(report.blocks)):
        notes.append("地图中的社区范围按中心点划分，为示意范围，不作为划界依据。")
    for note in notes[:most]:
        yield Prose((note,))
