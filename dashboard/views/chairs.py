"""轮值主席: who has the chair in which month, whether turns are fair, and who is next."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import chairs as ledger
from dashboard.locale import translator
from dashboard.organisations import Organisation, organisations
from dashboard.queries import organisation
from dashboard.report import Block, Click, Column, Note, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Period, Selection
from dashboard.views import alongside, captions, chair_charts, figures, needs
from dashboard.views.controls import Choice, Control
from dashboard.views.page import counted_period, crumbs, nothing_then, page

KEY = "chairs"
TITLE = "轮值主席"
PART = Choice(
    "part",
    "查看",
    (("roster", "轮值表"), ("fairness", "公平性"), ("coming", "后续安排"), ("all", "全部")),
    "roster",
)
FILTERS: tuple[Control, ...] = (PART,)

_KPIS = (
    "chaired_month_share",
    "chair_turn_count",
    "chair_unit_share",
    "never_chaired_unit_count",
    "long_waiting_unit_count",
    "themed_per_turn",
)
# One turn a month: their course says nothing that the number does not.
_WITHOUT_TREND = ("chair_turn_count", "never_chaired_unit_count", "long_waiting_unit_count")
_UNIT_KPIS = ("chair_turn_count", "themed_per_turn", "activity_count")
_MOST = 300


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, what needs attention, then the part that the viewer chose, each with its records."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        if note := nothing_then(snapshot, chosen):
            yield note
            return
        is_unit = org.level == load_levels(snapshot)[-1].key
        keys = figures.countable(snapshot, _UNIT_KPIS if is_unit else _KPIS, org)
        yield figures.kpi_row(snapshot, chosen, keys, scope, without_trend=_WITHOUT_TREND)
        yield needs.needs(snapshot, chosen, KEY, scope)
        if is_unit:
            keeper = organisations(snapshot)[org.parent].label(chosen.language)
            say = translator(chosen.language)
            yield Note(say("轮值由{name}统一安排，图和后续安排是整个社区的。").format(name=keeper))
        part = chosen.option(PART.key, PART.default)
        if part not in ("fairness", "coming"):
            yield chair_charts.roster(snapshot, chosen, scope)
            yield _turns(snapshot, chosen, org, scope)
        if part in ("fairness", "all"):
            yield from _fairness(snapshot, chosen, org, scope)
        if part in ("coming", "all"):
            yield _coming(snapshot, chosen, org, scope)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _turns(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Table:
    """Each turn with its theme and the themed activities of the month."""
    language = selection.language
    say = translator(language)
    frame = ledger.turns(snapshot, selection, None, scope)
    total, themed = len(frame), int(frame["themed_count"].sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "turns": theme.number(total),
        "themed": theme.number(themed),
        "quiet": theme.number(int((frame["themed_count"] == 0).sum())),
    }
    title = say("{period}轮值 {turns} 次，当月共开展主题活动 {themed} 场，{quiet} 次没有主题活动")
    if not total:
        title = say("{period}没有轮值记录")
    frame = frame.head(_MOST).reset_index(drop=True)
    _label_months(frame, selection)
    frame["origin"] = captions.origins(frame, language)
    note = "" if total <= _MOST else say("表中列出最近的 {shown} 次").format(shown=theme.number(_MOST))
    return Table(
        key="turns",
        title=title.format(**texts),
        frame=frame,
        columns=(
            Column("unit_label", say("轮值单位")),
            figures.label_column(snapshot, "month", language),
            *_place_column(snapshot, org, language),
            Column("theme", say("轮值主题")),
            Column("themed_count", say("主题活动"), "integer", say("场")),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "chairs", "activities", note=note),
        click=Click("org", "unit") if frame["unit"].isin(organisations(snapshot)).all() else None,
        empty=say("所选范围内没有轮值记录。"),
    )


def _fairness(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Block]:
    levels = load_levels(snapshot)
    units = ledger.waiting(snapshot, selection, scope)
    if org.level_no >= levels[-2].number:
        if org.level == levels[-2].key:
            yield chair_charts.waits_by_unit(snapshot, selection, units)
        yield _by_unit(snapshot, selection, units)
        return
    yield chair_charts.waits(snapshot, selection, units)
    yield _by_community(snapshot, selection, units)


def _by_unit(snapshot: Snapshot, selection: Selection, units: pd.DataFrame) -> Table:
    """Each unit's turns and wait, in the order of the register."""
    language = selection.language
    say = translator(language)
    frame = units.rename(columns={"last_month": "month"})
    _label_months(frame, selection)
    frame["month_label"] = frame["month_label"].fillna(say("从未轮值"))
    frame["origin"] = captions.origins(frame, language)
    return Table(
        key="by_unit",
        title=_fair_title(snapshot, selection, units),
        frame=frame,
        columns=(
            Column("unit_label", say("成员单位")),
            Column("period_turns", say("本期轮值"), "integer", say("次")),
            Column("all_turns", say("累计轮值"), "integer", say("次")),
            Column("month_label", say("最近一次")),
            Column("waited_months", say("已等待"), "integer", say("个月")),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(
            snapshot, selection, "chairs", "member_units", note=_since(snapshot, selection)
        ),
        click=Click("org", "unit"),
        empty=say("所选范围内没有在期的成员单位。"),
    )


def _by_community(snapshot: Snapshot, selection: Selection, units: pd.DataFrame) -> Table:
    """How evenly each community shares its turns, in the order of the register."""
    language = selection.language
    say = translator(language)
    rows = []
    for community, part in units.groupby("community", sort=False):
        rows.append(
            {
                "community": str(community),
                "unit_count": len(part),
                "turn_count": int(part["period_turns"].sum()),
                "chaired_count": int((part["period_turns"] > 0).sum()),
                "most_turns": int(part["all_turns"].max()),
                "fewest_turns": int(part["all_turns"].min()),
                "longest_wait": int(part["waited_months"].max()),
                "never_count": int((part["all_turns"] == 0).sum()),
            }
        )
    names = (
        "unit_count",
        "turn_count",
        "chaired_count",
        "most_turns",
        "fewest_turns",
        "longest_wait",
        "never_count",
    )
    frame = pd.DataFrame(rows, columns=["community", *names])
    frame["community_label"] = alongside.names_of(snapshot, frame["community"].tolist(), language)
    return Table(
        key="by_community",
        title=_fair_title(snapshot, selection, units),
        frame=frame,
        columns=(
            figures.label_column(snapshot, load_levels(snapshot)[-2].key, language, "community_label"),
            Column("unit_count", say("成员单位"), "integer", say("个")),
            Column("turn_count", say("本期轮值"), "integer", say("次")),
            Column("chaired_count", say("本期轮到的单位"), "integer", say("个")),
            Column("most_turns", say("单位累计最多"), "integer", say("次")),
            Column("fewest_turns", say("单位累计最少"), "integer", say("次")),
            Column("longest_wait", say("最长等待"), "integer", say("个月")),
            Column("never_count", say("从未轮值的单位"), "integer", say("个")),
        ),
        source=figures.record_source(
            snapshot, selection, "chairs", "member_units", note=_since(snapshot, selection)
        ),
        click=Click("org", "community"),
        empty=say("所选范围内没有在期的成员单位。"),
    )


def _fair_title(snapshot: Snapshot, selection: Selection, units: pd.DataFrame) -> str:
    say = translator(selection.language)
    texts = {
        "day": theme.cell(counted_period(snapshot, selection).last_on, "date"),
        "count": theme.number(len(units)),
        "never": theme.number(int((units["all_turns"] == 0).sum())),
    }
    if units.empty:
        return say("{day} 没有在期的成员单位").format(**texts)
    months = units["waited_months"].astype(int).tolist()
    texts |= {"unit": str(units["unit_label"].iloc[0]), "months": theme.number(max(months))}
    if len(units) == 1:
        return say("截至 {day}，{unit}已等待 {months} 个月").format(**texts)
    if not (units["all_turns"] == 0).any():
        return say("截至 {day} 的 {count} 个成员单位都轮值过，等待最久的已 {months} 个月").format(**texts)
    return say("截至 {day} 的 {count} 个成员单位中，{never} 个从未轮值，等待最久的已 {months} 个月").format(
        **texts
    )


def _since(snapshot: Snapshot, selection: Selection) -> str:
    say = translator(selection.language)
    first = Period.of_days(snapshot.first_month, snapshot.first_month)
    return say("轮值记录自{month}起；从未轮值的从签约之日、最早从该月算起").format(
        month=first.label(selection.language)
    )


def _coming(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Table:
    """The months after the period: as listed, or worked out and marked so."""
    language = selection.language
    say = translator(language)
    frame = ledger.coming(snapshot, selection, scope)
    _label_months(frame, selection)
    frame["basis"] = [say("台账已排") if listed else say("推算") for listed in frame["listed"]]
    listed = int(frame["listed"].sum())
    texts = {
        "months": ledger.AHEAD,
        "day": theme.cell(counted_period(snapshot, selection).last_on, "date"),
        "listed": theme.number(listed),
        "guessed": theme.number(len(frame) - listed),
    }
    title = say("{day} 之后 {months} 个月：台账已排 {listed} 次，按轮值次序推算 {guessed} 次")
    if frame.empty:
        title = say("{day} 之后没有可以列出的轮值安排")
    elif listed == len(frame):
        title = say("{day} 之后 {months} 个月的 {listed} 次轮值，台账都已排定")
    elif not listed:
        title = say("{day} 之后 {months} 个月台账未排，按轮值次序推算 {guessed} 次")
    return Table(
        key="coming",
        title=title.format(**texts),
        frame=frame,
        columns=(
            Column("unit_label", say("轮值单位")),
            figures.label_column(snapshot, "month", language),
            *_place_column(snapshot, org, language),
            Column("basis", say("依据")),
            Column("waited_months", say("已等待"), "integer", say("个月")),
        ),
        source=figures.record_source(
            snapshot, selection, "chairs", "member_units", note=say("推算：等待最久的在期单位优先，仅供参考")
        ),
        click=Click("org", "unit") if frame["unit"].isin(organisations(snapshot)).all() else None,
        empty=say("轮值台账尚未报送，不能推算。"),
    )


def _label_months(frame: pd.DataFrame, selection: Selection) -> None:
    """`month_label` beside `month`; missing where that is."""
    frame["month_label"] = pd.Series(
        [
            Period.parse(month).label(selection.language) if isinstance(month, str) else None
            for month in frame["month"]
        ],
        index=frame.index,
        dtype="str",
    )


def _place_column(snapshot: Snapshot, org: Organisation, language: str) -> list[Column]:
    """The community, where the selected organisation has several."""
    levels = load_levels(snapshot)
    above = org.level_no < levels[-2].number
    return [figures.label_column(snapshot, levels[-2].key, language)] if above else []
