"""One figure beside others, in words: last year's, the previous one, the plan, the peers.

The constructions take turns by the clause's place in its paragraph, so that a report does not say the
same thing twenty times over, and says it the same way whenever it is made again.
"""

from __future__ import annotations

from dashboard import theme
from dashboard.catalogue import Indicator
from dashboard.narrative.facts import LARGE, Facts, Piece, said, unit_of
from dashboard.queries import Comparison
from dashboard.selection import MONTHS_IN, Period

_FEW = 20  # counts below this are compared by their difference: "增加3场" says more than "增长50.0%"
_UP_DOWN = {"percent": ("提高", "下降"), "count": ("增加", "减少"), "rate": ("增长", "下降")}


def _same_time(facts: Facts, comparison: Comparison) -> tuple[str, str]:
    """上年同期 and how it is called between commas; of whole years 上年."""
    if comparison.period.month_count == 12 and comparison.period.grain == "year":
        return "上年", "同比"
    return "上年同期", "同比"


def _previous(comparison: Comparison) -> str:
    """上月, 上季度; otherwise the previous period of the same length."""
    period = comparison.period
    if period.month_count == MONTHS_IN[period.grain]:
        return {"month": "上月", "quarter": "上季度", "year": "上年"}[period.grain]
    return "上期"


def year_on_year(
    facts: Facts, what: Indicator, turn: int, verbs: tuple[str, str] | None = None, unit: str | None = None
) -> list[Piece]:
    """ "同比增长12.3%", "比上年同期减少3场", "与上年同期持平"; empty without anything to compare with."""
    found = facts.comparison(what.key)
    earlier, short = _same_time(facts, found)
    return _changed(facts, what, found.year_before, found.year_before_period, "yoy", earlier, short, turn, verbs, unit)  # fmt: skip


def month_on_month(
    facts: Facts, what: Indicator, turn: int, verbs: tuple[str, str] | None = None, unit: str | None = None
) -> list[Piece]:
    """环比; empty where the previous period is last year's, too."""
    found = facts.comparison(what.key)
    if found.period.month_count >= 12:
        return []
    earlier = _previous(found)
    short = "环比" if found.period.month_count == MONTHS_IN[found.period.grain] else "比上期"
    return _changed(
        facts, what, found.previous, found.previous_period, "prev", earlier, short, turn, verbs, unit
    )


def _changed(
    facts: Facts,
    what: Indicator,
    base: float | None,
    base_period: Period,
    how: str,
    earlier: str,
    short: str,
    turn: int,
    verbs: tuple[str, str] | None,
    unit: str | None,
) -> list[Piece]:
    found = facts.comparison(what.key)
    value = found.value
    if value is None or base is None or what.is_timeless:
        return []
    if not base and not value:
        return [f"与{earlier}相同"] if not turn else []
    if not base:
        return [f"{earlier}为零"]
    if not value:  # nothing any more: say what there was
        return [f"{earlier}为", facts.cite(what, base, period=base_period), unit_of(what, unit)]
    difference = value - base
    if what.format == "percent":
        return _points(facts, what, difference, how, earlier, short, turn, verbs)
    few = LARGE if what.format == "decimal" else _FEW
    if max(abs(base), abs(value)) < few:
        text = theme.number(abs(difference), what.format)
        if not text.strip("0.,"):
            return _level(earlier, turn)
        up, down = verbs or _UP_DOWN["count"]
        verb = up if difference > 0 else down
        cited = facts.cite(what, difference, text=text, how=f"{how}_difference")
        start = (f"比{earlier}", f"较{earlier}")[turn % 2]
        return [start + verb, cited, unit_of(what, unit)]
    ratio = difference / abs(base)
    if value / base >= 2:
        times = facts.cite(what, value / base, text=theme.number(value / base, "decimal"), how=f"{how}_times")
        return [f"是{earlier}的", times, "倍"]
    text = theme.number(abs(ratio), "percent")
    if not text.strip("0.,%"):
        return _level(earlier, turn)
    up, down = verbs or _UP_DOWN["rate"]
    verb = up if ratio > 0 else down
    cited = facts.cite(what, ratio, text=text, how=how)
    if turn % 3 == 1:
        more, fewer = _UP_DOWN["count"]
        amount = facts.cite(what, difference, text=said(abs(difference), what.format), how=f"{how}_difference")  # fmt: skip
        return [f"比{earlier}{more if ratio > 0 else fewer}", amount, unit_of(what, unit), f"、{verb}", cited]
    return [f"较{earlier}{verb}" if turn % 3 == 2 else f"{short}{verb}", cited]


def _points(
    facts: Facts,
    what: Indicator,
    difference: float,
    how: str,
    earlier: str,
    short: str,
    turn: int,
    verbs: tuple[str, str] | None,
) -> list[Piece]:
    text = theme.number(abs(difference) * 100, "decimal")
    if not text.strip("0.,"):
        return _level(earlier, turn)
    up, down = verbs or _UP_DOWN["percent"]
    verb = up if difference > 0 else down
    start = (short, f"比{earlier}", f"较{earlier}")[turn % 3]
    return [start + verb, facts.cite(what, difference, text=text, how=f"{how}_difference"), "个百分点"]


def _level(earlier: str, turn: int) -> list[Piece]:
    """Said of the first figure of a paragraph only: what did not change is no news."""
    return [] if turn else [f"与{earlier}持平"]


def against_plan(facts: Facts, what: Indicator) -> list[Piece]:
    """How much of the year's plan is done since January, and whether that keeps pace with the calendar."""
    year = facts.year_to_date()
    found = facts.comparison(what.key, year)
    if found.plan is None or found.plan_completion is None or found.value is None:
        return []
    done = facts.cite(
        what,
        found.plan_completion,
        text=theme.number(found.plan_completion, "percent"),
        how="plan",
        period=year,
    )
    months = year.month_count
    pieces: list[Piece] = []
    if found.period.key != facts.comparison(what.key).period.key:
        so_far = facts.cite(what, found.value, period=year)
        pieces = ["今年以来累计", so_far, unit_of(what), "，"]
    if found.plan_completion >= 1:
        return [*pieces, "已完成全年计划（", done, "）"]
    if months == 12:
        return [*pieces, "完成全年计划的", done]
    behind = months / 12 - found.plan_completion
    pace = "慢于时间进度" if behind > 0.0005 else "快于时间进度" if behind < -0.0005 else "与时间进度相当"
    return [*pieces, "完成全年计划的", done, f"，{pace}"]


def against_peers(facts: Facts, what: Indicator, unit: str | None = None) -> list[Piece]:
    """Above or below the median of the organisations of the same level; empty without peers."""
    found = facts.comparison(what.key)
    if found.peers_median is None or found.value is None or found.peer_count < 3:
        return []
    same = theme.number(found.value, what.format) == theme.number(found.peers_median, what.format)
    place = (
        "与同级中位数持平"
        if same
        else "高于同级中位数"
        if found.value > found.peers_median
        else "低于同级中位数"
    )
    if same:
        return [place] if found.value else []
    middle = facts.cite(what, found.peers_median, how="median", text=_median_text(what, found.peers_median))
    return [f"{place}（", middle, unit_of(what, unit), "）"]


def _median_text(what: Indicator, median: float) -> str:
    """The middle of two whole numbers may lie between them."""
    return said(median, "decimal" if what.format == "integer" and median % 1 else what.format)
