"""总览, the Monday page: where one stands, what changed, what needs attention, on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import Organisation, level_below
from dashboard.queries import Comparison, compare, indicator_named, organisation
from dashboard.report import Block, Click, Columns, Kpi, KpiRow, Link, Note, Notes, Report
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views import alongside, attention_map, figures, needs
from dashboard.views.alongside import level_alongside
from dashboard.views.page import nothing_then, page

KEY = "overview"
TITLE = "总览"
BESIDE = "beside"  # "on": the organisations below side by side; set by a link at the page's end

# The first MOST_HEADLINES that a release can count: older ones know less of the mechanisms.
HEADLINES = (
    "activity_count",
    "themed_activity_count",
    "silent_month_count",
    "meeting_held_share",
    "order_closed_share",
    "duty_done_share",
    "member_unit_count",
    "active_unit_share",
    "dual_member_count",
    "submission_on_time_share",
    "service_point_count",
    "attended_count",
    "volunteer_hours",
)
MOST_HEADLINES = 10
# Of a single unit, "units" and "share of active units" say nothing.
UNIT_HEADLINES = (
    "activity_count",
    "themed_activity_count",
    "head_count",
    "attended_count",
    "volunteer_hours",
    "catalogue_item_count",
    "dual_member_count",
    "service_point_count",
)
_MOST_CHANGES = 3
_MOST_NEEDS = 6


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Ten figures, one map, three sentences and one list, on one screen."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        nothing = nothing_then(snapshot, chosen)
        if nothing is not None:
            yield nothing
        keys = headlines(snapshot, org)
        found = {key: compare(snapshot, key, chosen, scope) for key in keys}
        yield KpiRow(tuple(_headline(snapshot, chosen, key, found[key], scope) for key in keys), dense=True)
        words = (
            _changes(snapshot, chosen, org, found),
            needs.all_needs(snapshot, chosen, KEY, scope, _MOST_NEEDS),
        )
        drawn = attention_map.block(snapshot, chosen, KEY, scope)
        yield Columns(((drawn,), words), (1.0, 1.0)) if drawn else Columns((words[:1], words[1:]))
        yield from _beside(snapshot, chosen, org, keys[0], scope)

    return page(KEY, TITLE, selection, snapshot, blocks)


def headlines(snapshot: Snapshot, org: Organisation) -> tuple[str, ...]:
    """The indicators that stand on top, as far as they can be counted at the organisation's level."""
    wanted = HEADLINES if level_below(snapshot, org.level) else UNIT_HEADLINES
    return figures.countable(snapshot, wanted, org)[:MOST_HEADLINES]


def _headline(
    snapshot: Snapshot, selection: Selection, key: str, comparison: Comparison, scope: Scope
) -> Kpi:
    link = Link(
        translator(selection.language)("查看趋势"), "profile", {"org": selection.org, "indicator": key}
    )
    return figures.kpi(snapshot, selection, key, scope, comparison=comparison, link=link)


def _beside(
    snapshot: Snapshot, selection: Selection, org: Organisation, key: str, scope: Scope
) -> Iterator[Block]:
    """Only when asked for: no league table stands on the first page."""
    say = translator(selection.language)
    level = level_alongside(snapshot, org)
    if level is None or selection.option(BESIDE) != "on":
        return
    title = figures.level_title(snapshot, level, selection.language)
    yield alongside.chart(
        snapshot,
        selection,
        indicator_named(snapshot, key),
        level,
        alongside.per_organisation(snapshot, selection, key, level, scope),
        source=figures.source(snapshot, selection, key, scope=scope),
        click=Click("org", "org", "profile"),
    )
    text = say("各{level}按名册顺序排列，不排名次。").format(level=title)
    yield Note(text, link=Link(say("收起"), KEY, {BESIDE: None}))


def _changes(
    snapshot: Snapshot, selection: Selection, org: Organisation, comparisons: Mapping[str, Comparison]
) -> Notes:
    """What changed most against the period that the viewer compares with."""
    say = translator(selection.language)
    found: list[tuple[float, Note]] = []
    for key, comparison in comparisons.items():
        what = indicator_named(snapshot, key)
        base = figures.base_of(comparison, selection)
        moved = figures.change(what, comparison.value, base, selection.language)
        if moved is None or moved.direction == "flat" or comparison.value is None or base is None:
            continue
        size = abs(comparison.value - base) / (abs(base) or 1.0)
        found.append((size, Note(figures.change_sentence(selection, what, comparison), moved.tone)))
    found.sort(key=lambda item: -item[0])
    title = say("变化（{compare}）").format(compare=figures.compare_name(selection))
    level = level_alongside(snapshot, org)
    more = None
    if level is not None and selection.option(BESIDE) != "on":
        text = say("各{level}对比").format(level=figures.level_title(snapshot, level, selection.language))
        more = Link(text, KEY, {BESIDE: "on"})
    notes = tuple(note for _, note in found[:_MOST_CHANGES])
    return Notes(title, notes, _no_changes(selection, comparisons), more)


def _no_changes(selection: Selection, comparisons: Mapping[str, Comparison]) -> str:
    say = translator(selection.language)
    if all(found.value is None for found in comparisons.values()):
        return say("这一时段没有数据。")
    comparable = [found for found in comparisons.values() if figures.base_of(found, selection) is not None]
    if comparable:
        return say("各项指标与{base}持平。").format(base=figures.base_name(comparable[0], selection))
    some = next(iter(comparisons.values()))
    earlier = some.year_before_period if selection.compare == "yoy" else some.previous_period
    return say("{period}没有完整的数据，不能比较。").format(period=earlier.label(selection.language))
