"""What needs attention, in words: each sentence names the place and, where it can, opens it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_catalogue, load_levels
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import Organisation, level_below
from dashboard.queries import Comparison, indicator_named, measure, organisation
from dashboard.report import Link, Note
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection
from dashboard.submissions import findings_count, submissions
from dashboard.views import figures
from dashboard.views.page import has_months

MOST_NAMES = 3
_URGENCY = ("warning", "attention", "plain")
_BEHIND = 0.95  # of what the calendar asks for; closer than this is on schedule


def attention(
    snapshot: Snapshot,
    selection: Selection,
    comparisons: Mapping[str, Comparison],
    scope: Scope = WHOLE,
) -> tuple[Note, ...]:
    """Sentences from the most urgent down. `comparisons`: the figures that the page has already."""
    if not has_months(snapshot, selection.period):
        return ()
    org = organisation(snapshot, selection.org)
    found = [*_silent(snapshot, selection, org, scope), *_plans(snapshot, selection, comparisons)]
    if level_below(snapshot, org.level) is not None:  # a unit sends no ledgers of its own
        found += _ledgers(snapshot, selection, org)
        found += _faults(snapshot, selection, org)
    found += _unlocated(snapshot, selection, org, scope)
    found += _ending(snapshot, selection, org, scope)
    return tuple(sorted(found, key=lambda note: _URGENCY.index(note.tone)))


def community_level(snapshot: Snapshot) -> str:
    """The level that keeps the ledgers: the last but one."""
    return load_levels(snapshot)[-2].key


def named(names: Sequence[str], level: str, language: str) -> str:
    """ "甲、乙", or the first few and how many there are in all."""
    joined = ("、" if language == "zh" else ", ").join(names[:MOST_NAMES])
    if len(names) <= MOST_NAMES:
        return joined
    return translator(language)("{names}等 {count} 个{level}").format(
        names=joined, count=len(names), level=level
    )


def place_link(snapshot: Snapshot, selection: Selection, codes: Sequence[str], indicator: str) -> Link:
    """One organisation: its own page; several: the hierarchy's list, with the indicator in question."""
    say = translator(selection.language)
    if len(codes) == 1:
        return Link(say("打开档案"), "profile", {"org": codes[0]})
    org = organisation(snapshot, selection.org)
    steps = organisation(snapshot, codes[0]).level_no - org.level_no if codes else 1
    return Link(say("查看名单"), "hierarchy", {"size": indicator, "list": "2" if steps > 1 else "1"})


def _silent(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Note]:
    """Nothing held in the whole period; then the months without activity of the others."""
    say = translator(selection.language)
    language = selection.language
    community = community_level(snapshot)
    below = org.level_no < len(load_levels(snapshot)) - 1
    level = community if below else org.level
    held = _by(snapshot, selection, "activity_count", level, scope)
    silent = held[held["value"] == 0]
    if not silent.empty:
        if below:
            title = figures.level_title(snapshot, level, language)
            text = say("{count} 个{level}本期没有开展活动：{names}").format(
                count=len(silent), level=title, names=named(silent["name"].tolist(), title, language)
            )
        else:
            text = say("{name}本期没有开展活动").format(name=org.label(language))
        yield Note(
            text, "warning", place_link(snapshot, selection, silent["code"].tolist(), "activity_count")
        )
    if org.level_no == len(load_levels(snapshot)) or "silent_month_count" not in load_catalogue(snapshot):
        return
    quiet = _by(snapshot, selection, "silent_month_count", level, scope)
    quiet = quiet[(quiet["value"] > 0) & ~quiet["code"].isin(silent["code"])]
    if quiet.empty:
        return
    months = theme.number(float(quiet["value"].sum()))
    if below:
        title = figures.level_title(snapshot, level, language)
        text = say("{count} 个{level}有没开展活动的月份，合计 {months} 个月").format(
            count=len(quiet), level=title, months=months
        )
    else:
        text = say("{name}有 {months} 个月没有开展活动").format(name=org.label(language), months=months)
    yield Note(
        text, "attention", place_link(snapshot, selection, quiet["code"].tolist(), "silent_month_count")
    )


def _plans(snapshot: Snapshot, selection: Selection, comparisons: Mapping[str, Comparison]) -> Iterator[Note]:
    """Behind what the months that have passed ask for."""
    say = translator(selection.language)
    language = selection.language
    for key, found in comparisons.items():
        if found.plan_completion is None or found.plan is None or found.value is None:
            continue
        whole = sum(year.month_count for year in found.period.years())
        due = found.period.month_count / whole
        if found.plan_completion >= due * _BEHIND or (due < 1 and selection.period.month_count < 12):
            continue  # one month or quarter alone says little about a year's plan
        what = indicator_named(snapshot, key)
        done = theme.number(found.plan_completion, "percent")
        if due >= 1:
            text = say("{name}完成{plan}的 {done}，还差 {rest}").format(
                name=what.label(language),
                plan=found.plan_label,
                done=done,
                rest=figures.quantity(what, found.plan - found.value, language),
            )
        else:
            text = say("{name}完成{plan}的 {done}，按时间进度应到 {due}").format(
                name=what.label(language),
                plan=found.plan_label,
                done=done,
                due=theme.number(due, "percent"),
            )
        yield Note(text, "attention", Link(say("打开档案"), "profile", {"org": selection.org}))


def _ledgers(snapshot: Snapshot, selection: Selection, org: Organisation) -> Iterator[Note]:
    """Ledgers that never came, and those that came late."""
    say = translator(selection.language)
    language = selection.language
    title = figures.level_title(snapshot, community_level(snapshot), language)
    due = submissions(snapshot, selection)
    for state, several, one in (
        ("missing", "{count} 份台账没有报送：{names}", "本期有 {count} 份台账没有报送"),
        ("late", "{count} 份台账迟报：{names}", "本期有 {count} 份台账迟报"),
    ):
        part = due[due["state"] == state]
        if part.empty:
            continue
        codes = list(dict.fromkeys(part["community"].tolist()))
        names = list(dict.fromkeys(part["community_label"].tolist()))
        text = say(one if codes == [org.code] else several).format(
            count=theme.number(len(part)), names=named(names, title, language)
        )
        target = codes[0] if len(codes) == 1 else org.code
        link = Link(say("查看报送情况"), "profile", {"org": target, "part": "reporting"})
        yield Note(text, "warning" if state == "missing" else "attention", link)


def _faults(snapshot: Snapshot, selection: Selection, org: Organisation) -> Iterator[Note]:
    """Findings in the ledgers in use: rows that were sent back, and reminders."""
    say = translator(selection.language)
    found = findings_count(snapshot, selection)
    link = Link(say("查看报送情况"), "profile", {"org": org.code, "part": "reporting"})
    sent_back = found[found["severity"].isin(("row", "submission"))]
    reminders = found[found["severity"] == "warning"]
    errors = theme.number(int(sent_back["finding_count"].sum()))
    doubts = theme.number(int(reminders["finding_count"].sum()))
    if not sent_back.empty and not reminders.empty:
        text = say("报送的台账有 {errors} 处错误待改正，{doubts} 处需要核对")
        yield Note(text.format(errors=errors, doubts=doubts), "attention", link)
    elif not sent_back.empty:
        yield Note(say("报送的台账有 {count} 处错误待改正").format(count=errors), "attention", link)
    elif not reminders.empty:
        yield Note(say("报送的台账有 {count} 处需要核对").format(count=doubts), "plain", link)


def _unlocated(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Note]:
    if "located_point_share" not in figures.countable(snapshot, ("located_point_share",), org):
        return
    say = translator(selection.language)
    row = measure(snapshot, "located_point_share", selection, (), scope).iloc[0]
    if pd.isna(row["value"]) or row["numerator"] >= row["denominator"]:
        return
    text = say("{total} 个联系点中有 {count} 个没有有效坐标，不能上图").format(
        total=theme.number(row["denominator"]), count=theme.number(row["denominator"] - row["numerator"])
    )
    yield Note(text, "attention", Link(say("查看联系点"), "profile", {"org": org.code, "part": "points"}))


def _ending(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Note]:
    """Agreements that end within half a year after the period."""
    key = "expiring_agreement_count"
    if key not in figures.countable(snapshot, (key,), org):
        return
    say = translator(selection.language)
    unit = load_levels(snapshot)[-1].key
    ending = _by(snapshot, selection, key, unit, scope)
    ending = ending[ending["value"] > 0]
    if ending.empty:
        return
    title = figures.level_title(snapshot, unit, selection.language)
    text = say("{count} 份共建协议将在 180 天内到期：{names}").format(
        count=theme.number(len(ending)), names=named(ending["name"].tolist(), title, selection.language)
    )
    if len(ending) == 1:
        link = Link(say("打开档案"), "profile", {"org": ending["code"].iloc[0]})
    else:
        link = Link(say("查看成员单位"), "profile", {"org": org.code, "part": "below"})
    yield Note(text, "attention", link)


def _by(snapshot: Snapshot, selection: Selection, key: str, level: str, scope: Scope) -> pd.DataFrame:
    """code, name, value of every organisation of a level."""
    frame = measure(snapshot, key, selection, (level,), scope)
    return frame.rename(columns={level: "code", f"{level}_label": "name"})[["code", "name", "value"]]
