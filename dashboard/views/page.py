"""The frame around every view: the Report, its subtitle, its breadcrumbs, and the months that it covers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from dashboard.catalogue import labels, load_dimensions
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import ancestors, visible_organisation
from dashboard.queries import QueryRefused, organisation
from dashboard.report import Block, Crumbs, Link, Note, Report
from dashboard.selection import Period, Selection
from dashboard.views.controls import Control, DimensionFilter


def page(
    key: str,
    title: str,
    selection: Selection,
    snapshot: Snapshot,
    blocks: Callable[[Selection], Iterable[Block]],
    controls: Sequence[Control] = (),
) -> Report:
    """The Report of a view. A question without an answer becomes a sentence, never an exception.

    `blocks` is called with the selection as this page obeys it: filters that the page does not offer are
    dropped, since nobody could see that they act.
    """
    say = translator(selection.language)
    chosen = obeyed(snapshot, selection, controls)
    try:
        subtitle = subtitle_of(snapshot, chosen)
        made = tuple(blocks(chosen))
    except QueryRefused as refusal:
        # A refusal speaks Chinese; an English reader is told what to do instead.
        text = (
            str(refusal) if chosen.language == "zh" else say("这样选择无法统计，请换一个组织、时段或筛选。")
        )
        subtitle, made = "", (Note(text, "empty"),)
    return Report(key, say(title), subtitle, made, snapshot.is_demo, snapshot.release_id)


def obeyed(snapshot: Snapshot, selection: Selection, controls: Sequence[Control]) -> Selection:
    """The selection with only those filters that the page offers and the snapshot knows."""
    offered = {control.dimension for control in controls if isinstance(control, DimensionFilter)}
    known = load_dimensions(snapshot)
    kept = tuple(pair for pair in selection.filters if pair[0] in offered and pair[0] in known)
    return replace(selection, filters=kept)


def subtitle_of(snapshot: Snapshot, selection: Selection) -> str:
    """Organisation · period · what is filtered."""
    language = selection.language
    colon = "：" if language == "zh" else ": "
    known = load_dimensions(snapshot)
    # Asked first by every page: whoever may not see the organisation gets a sentence.
    parts = [
        visible_organisation(snapshot, selection.org).full_label(language),
        selection.period.label(language),
    ]
    for key, value in selection.filters:
        parts.append(
            f"{known[key].label(language)}{colon}{labels(snapshot, key, language).get(value, value)}"
        )
    return " · ".join(parts)


def crumbs(snapshot: Snapshot, selection: Selection, view: str) -> Crumbs:
    """From the top down to the selected organisation; each opens `view` there."""
    chain = (*ancestors(snapshot, selection.org), organisation(snapshot, selection.org))
    return Crumbs(tuple(Link(org.label(selection.language), view, {"org": org.code}) for org in chain))


def upward(snapshot: Snapshot, selection: Selection, label: str, view: str, **options: str) -> Link | None:
    """To the organisation above the selected one; None where the viewer may not see it."""
    above = ancestors(snapshot, selection.org)
    if not above:
        return None
    return Link(translator(selection.language)(label), view, {"org": above[-1].code, **options})


def counted_period(snapshot: Snapshot, selection: Selection) -> Period:
    """The selected period, cut off after the last month with data."""
    return selection.period.until(snapshot.last_month)


def has_months(snapshot: Snapshot, period: Period) -> bool:
    """Whether any month of the period lies within the release's months."""
    return period.first_on <= snapshot.last_month and period.last_on >= snapshot.first_month


def no_months(snapshot: Snapshot, selection: Selection) -> str:
    """The sentence for a period without any data."""
    window = Period.of_days(snapshot.first_month, snapshot.last_month)
    say = translator(selection.language)
    return say("{period}不在数据时段之内，现有数据为{window}。").format(
        period=selection.period.label(selection.language), window=window.label(selection.language)
    )


def nothing_then(snapshot: Snapshot, selection: Selection) -> Note | None:
    """Why the whole page has no figures: a period without data, or one in which the organisation was not."""
    if not has_months(snapshot, selection.period):
        return Note(no_months(snapshot, selection), "empty")
    org = organisation(snapshot, selection.org)
    if org.exists_in(selection.period):
        return None
    say = translator(selection.language)
    name, period = org.label(selection.language), selection.period.label(selection.language)
    if org.valid_from > selection.period.last_on:
        text = say("{period}还没有{name}：自 {day} 起才有。")
        return Note(text.format(period=period, name=name, day=org.valid_from.isoformat()), "empty")
    until = org.valid_to.isoformat() if org.valid_to else ""
    text = say("{period}已没有{name}：自 {day} 起不再有效。")
    return Note(text.format(period=period, name=name, day=until), "empty")
