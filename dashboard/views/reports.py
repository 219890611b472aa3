"""报告: which report, of whom and when; the shell makes it, shows it and lists what was made lately."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.queries import organisation
from dashboard.report import Block, Composing, Link, Note, Report
from dashboard.reports.kinds import Kind, kinds, refusal
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Grain, Period, Selection
from dashboard.views.controls import Choice, Control
from dashboard.views.page import page

KEY = "reports"
TITLE = "报告"


def _fitting(selection: Selection) -> str:
    """The first kind that is made of such a period: of a year 年度总结, of a month 月报."""
    fitting = [kind.key for kind in kinds().values() if kind.takes(selection.period)]
    return [*fitting, *kinds()][0]


KIND = Choice(
    "kind",
    "报告种类",
    tuple((kind.key, kind.name) for kind in kinds().values()),
    next(iter(kinds())),
    fitting=_fitting,
)
SHOW = "show"  # "preview": the report itself below the control; set by its button
FILTERS: tuple[Control, ...] = (KIND,)


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """What the chosen kind is for, whether it can be made here, and the control that makes it."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        say = translator(chosen.language)
        org = organisation(snapshot, chosen.org)
        kind = kinds().get(KIND.chosen(chosen)) or kinds()[KIND.usual(chosen)]
        yield Note(say(kind.about))
        levels = {level.key: level.title for level in load_levels(snapshot)}
        reason = refusal(kind, org.level, org.short_name, chosen.period, levels)
        if reason and chosen.language != "zh":
            reason = say("这种报告不能按所选的组织和时段编制")
        if reason:
            yield Note(f"{reason}{'。' if chosen.language == 'zh' else '.'}", "attention", _way_out(snapshot, chosen, kind))  # fmt: skip
        yield Composing(
            kind.key,
            org.code,
            chosen.period.key,
            chosen.option(SHOW) == "preview",
            reason,
        )

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _way_out(snapshot: Snapshot, selection: Selection, kind: Kind) -> Link | None:
    """To the nearest period of the kind's own length: the last one with data within the selected stretch."""
    if kind.takes(selection.period):
        return None
    period = nearest(selection.period, kind.grains[0], snapshot)
    text = translator(selection.language)("改为{period}").format(period=period.label(selection.language))
    return Link(text, KEY, {"period": period.key})


def nearest(period: Period, grain: Grain, snapshot: Snapshot) -> Period:
    """The last whole month, quarter or year that the period touches, no later than the data."""
    parts: list[Period] = getattr(period.until(snapshot.last_month), f"{grain}s")()
    return parts[-1]
