"""What became of last time's matters, what is open and new, what falls due next: sentences and tables.

A report must say the same whenever it is printed again, so the record of follow-ups counts only as far as
it had grown when the report was made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import pandas as pd

from dashboard import attention, followups, theme
from dashboard.attention import Item
from dashboard.catalogue import load_levels
from dashboard.followups import Event
from dashboard.ledgers import duties, meetings
from dashboard.narrative.clauses import merged
from dashboard.narrative.facts import Facts, Piece
from dashboard.organisations import organisations
from dashboard.report import Block, Cited, Column, Prose, Source, Table
from dashboard.selection import Period
from dashboard.views.page import has_months

_SLOTS = re.compile(r"(\{count\}|\{names\})")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_SPACE = re.compile(r"(?<=[⺀-鿿：；，。“”（）]) (?=\d)|(?<=\d) (?=[⺀-鿿])|(?<=[⺀-鿿]) (?=[⺀-鿿])")
_ORDINALS = ("一是", "二是", "三是", "四是", "五是", "六是", "七是", "八是")
_SEVERITIES = {"warning": "警示", "attention": "关注", "plain": "提示"}
_MOST_ROWS = 15  # of the table by rule
_FEW_RULES = 2  # in a report of one page
_MOST_RULES = 6  # of one severity that are told one by one


@dataclass(frozen=True)
class Matters:
    """The items of a period beside those of the one before it."""

    before: tuple[Item, ...] | None  # None: there is no period before
    gone: tuple[Item, ...]  # of those: no longer found
    settled: tuple[Item, ...]  # still found, entered as resolved or excused
    waiting: tuple[Item, ...]  # still found and open
    open: tuple[Item, ...]  # at the end of this period
    new: tuple[Item, ...]  # of those: not found in the period before


def matters(facts: Facts, made_at: datetime) -> Matters:
    """Run the rules for this period, the one before, and both together.

    A rule that looks at a window of time finds an old item again only in the joint window: what the joint
    window no longer has was mended since, and not merely overtaken by the calendar.
    """
    snapshot, selection = facts.snapshot, facts.selection
    known = _known_then(facts, made_at)
    now = attention.found(snapshot, selection, facts.scope)
    still = tuple(item for item in now if _is_open(item, known))
    earlier = facts.period.previous()
    if earlier.first_on < snapshot.first_month:
        return Matters(None, (), (), (), still, still)
    before = attention.found(snapshot, replace(selection, period=earlier), facts.scope)
    joint = Period.of_days(earlier.first_on, facts.period.last_on)
    again = attention.found(snapshot, replace(selection, period=joint), facts.scope)
    keys = {(item.rule.key, item.key) for item in (*again, *now)}
    # A key may hold the year; a unit that is found by the same rule is the same matter.
    units = {(item.rule.key, item.unit) for item in (*again, *now) if item.unit}
    gone: list[Item] = []
    settled: list[Item] = []
    waiting: list[Item] = []
    for item in before:
        if (item.rule.key, item.key) not in keys and (item.rule.key, item.unit) not in units:
            gone.append(item)
        else:
            (waiting if _is_open(item, known) else settled).append(item)
    old = {(item.rule.key, item.key) for item in before}
    new = tuple(item for item in still if (item.rule.key, item.key) not in old)
    return Matters(before, tuple(gone), tuple(settled), tuple(waiting), still, new)


def _known_then(facts: Facts, made_at: datetime) -> Mapping[tuple[str, str], Event]:
    entries = followups.events(followups.file_of(facts.snapshot))
    return {(event.rule, event.key): event for event in entries if event.at <= made_at}


def _is_open(item: Item, known: Mapping[tuple[str, str], Event]) -> bool:
    return followups.standing(known.get((item.rule.key, item.key)), item.since_on).is_open


def _count(facts: Facts, several: Sequence[Item], how: str, rule: str = "", severity: str = "") -> Cited:
    held = (("severity", severity),) if severity else ()
    return Cited(
        theme.number(len(several)),
        rule,
        facts.selection.org,
        facts.period.key,
        held,
        float(len(several)),
        how,
    )


# ---------------------------------------------------------------- what became of last time's matters


def follow_up(facts: Facts, found: Matters, in_short: bool = False) -> list[Block]:
    """上期督办落实情况: one paragraph and a table by rule; in short, a sentence or two."""
    if found.before is None:
        return [Prose(("本期之前没有完整的数据，无上期督办事项可以对照。",))]
    earlier = facts.period.previous().label()
    if not found.before:
        return [Prose((f"{earlier}没有列入督办的事项。",))]
    pieces: list[Piece] = [f"{earlier}列入督办的事项共", _count(facts, found.before, "items_before"), "项。"]
    untouched = not found.gone and not found.settled
    if untouched:
        pieces.append("截至本期末，都还没有办结。")
    else:
        pieces += ["截至本期末，已消除", _count(facts, found.gone, "items_gone"), "项"]
        if found.settled:
            pieces += ["，登记为已解决或免于督办", _count(facts, found.settled, "items_settled"), "项"]
        if found.waiting:
            pieces += ["，仍未办结", _count(facts, found.waiting, "items_waiting"), "项。"]
        else:
            pieces.append("，已全部办结。")
    if in_short:
        return [Prose(merged(pieces))]
    pieces += _mainly(facts, found.gone, "已消除的", "items_gone")
    pieces += _mainly(facts, found.waiting, "其中" if untouched else "仍未办结的", "items_waiting")
    return [Prose(merged(pieces)), _follow_up_table(facts, found)]


def _mainly(facts: Facts, several: Sequence[Item], start: str, how: str) -> list[Piece]:
    """ "仍未办结的主要是订单久未办结12项、…": the three rules with most items."""
    grouped = sorted(attention.by_rule(several).items(), key=lambda pair: -len(pair[1]))[:3]
    if len(several) < 2 or not grouped:
        return []
    pieces: list[Piece] = [f"{start}主要是" if len(attention.by_rule(several)) > 3 else f"{start}有"]
    for number, (key, items) in enumerate(grouped):
        pieces += [
            "、" if number else "",
            f"“{items[0].rule.name}”",
            _count(facts, items, how, key),
            "项",
        ]
    return [*pieces, "。"]


def _follow_up_table(facts: Facts, found: Matters) -> Table:
    groups = [attention.by_rule(some) for some in (found.before or (), found.gone, found.settled, found.waiting)]  # fmt: skip
    rules = {item.rule.key: item.rule.name for item in found.before or ()}
    rows: list[list[object]] = [
        [name, *(len(group.get(key, ())) for group in groups)] for key, name in rules.items()
    ]
    if len(rows) > _MOST_ROWS:  # the gravest rules come first
        rest = rows[_MOST_ROWS - 1 :]
        sums = [sum(int(str(row[place])) for row in rest) for place in range(1, 5)]
        rows = [*rows[: _MOST_ROWS - 1], [f"其余{len(rest)}类", *sums]]
    return Table(
        "follow_up",
        f"上期督办事项落实情况（{facts.period.previous().label()}列入，截至本期末）",
        pd.DataFrame(rows, columns=["rule", "before", "gone", "settled", "waiting"]),
        (
            Column("rule", "督办事项"),
            Column("before", "上期", "integer", "项"),
            Column("gone", "已消除", "integer", "项"),
            Column("settled", "已登记办结", "integer", "项"),
            Column("waiting", "未办结", "integer", "项"),
        ),
        _source(facts, "已登记办结：看板上登记为已解决或免于督办"),
    )


def _source(facts: Facts, note: str = "") -> Source:
    return Source("督办规则", facts.period.label(), facts.snapshot.release_id, note)


# ---------------------------------------------------------------- what is open and new


def new_matters(facts: Facts, found: Matters, most: int) -> list[Block]:
    """需关注事项: how many, the gravest rule by rule, then the items themselves, at most `most`; 0: none."""
    if not has_months(facts.snapshot, facts.period):
        return [Prose(("这一时段没有数据，无从列出需关注事项。",))]
    if not found.open:
        return [Prose(("截至本期末，没有未办结的督办事项。",))]
    pieces: list[Piece] = ["截至本期末，未办结的督办事项共", _count(facts, found.open, "items_open"), "项"]
    parts = {
        severity: [item for item in found.open if item.rule.severity == severity] for severity in _SEVERITIES
    }
    named = [(severity, some) for severity, some in parts.items() if some]
    if len(named) > 1:
        for number, (severity, some) in enumerate(named):
            pieces += ["，其中" if not number else "、", _SEVERITIES[severity]]
            pieces += [_count(facts, some, "items_open", severity=severity), "项"]
    else:
        pieces.append(f"，{'为' if len(found.open) == 1 else '都是'}{_SEVERITIES[named[0][0]]}事项")
    if found.before is not None:
        pieces += ["；比上期新增", _count(facts, found.new, "items_new"), "项。"] if found.new else ["，没有新增。"]  # fmt: skip
    else:
        pieces.append("。")
    blocks: list[Block] = [Prose(merged(pieces))]
    graver = [severity for severity in ("warning", "attention") if parts[severity]] or ["plain"]
    if not most:
        return [*blocks, _told(facts, parts[graver[0]], graver[0], in_short=True)]
    blocks += [_told(facts, parts[severity], severity) for severity in graver]
    return [*blocks, _items_table(facts, found, most)]


def in_short(facts: Facts, found: Matters) -> list[Block]:
    """Last time's matters, how many are open, and the gravest: for a report of one page."""
    return [*follow_up(facts, found, in_short=True), *new_matters(facts, found, 0)]


def _told(facts: Facts, several: Sequence[Item], severity: str, in_short: bool = False) -> Prose:
    """ "警示事项：一是…；二是…。": a sentence a rule, as the rule itself words it."""
    grouped = list(attention.by_rule(several).items())
    most = _FEW_RULES if in_short else _MOST_RULES
    pieces: list[Piece] = [f"{_SEVERITIES[severity]}事项："]
    for number, (key, items) in enumerate(grouped[:most]):
        pieces += ["；" if number else "", _ORDINALS[number] if len(grouped) > 1 else ""]
        pieces += _summary(facts, items, key, with_places=not in_short)
    rest = grouped[most:]
    if rest:
        left = [item for _, items in rest for item in items]
        names = "、".join(f"“{items[0].rule.name}”" for _, items in rest[:3])
        told = f"；另有{names}{'等' if len(rest) > 3 else ''}事项共"
        pieces.append("；其余共" if in_short else told)
        pieces += [Cited(theme.number(len(left)), ",".join(key for key, _ in rest), facts.selection.org, facts.period.key, (), float(len(left)), "items_open"), "项"]  # fmt: skip
    return Prose(merged([*pieces, "。"]))


def _summary(facts: Facts, items: Sequence[Item], key: str, with_places: bool) -> list[Piece]:
    """The rule's own sentence, its count bound to the rule; a single item speaks for itself."""
    if len(items) == 1:
        return _single(facts, items[0])
    pieces: list[Piece] = []
    for part in _SLOTS.split(items[0].rule.summary):
        if part == "{count}":
            pieces.append(_count(facts, items, "items_open", key))
        elif part == "{names}":
            pieces += _places(facts, items, key) if with_places else []
        else:
            pieces.append(part)
    return _tight(pieces)


def _places(facts: Facts, items: Sequence[Item], key: str) -> list[Piece]:
    """ "（甲、乙、丙等12个社区）"; nothing in a report of that one committee."""
    everyone = organisations(facts.snapshot)
    codes = dict.fromkeys(item.community for item in items if item.community)
    if set(codes) <= {facts.selection.org, facts.org.parent}:
        return []
    names = "、".join(everyone[code].short_name for code in list(codes)[: attention.MOST_NAMES])
    if len(codes) <= attention.MOST_NAMES:
        return [f"（{names}）"]
    title = load_levels(facts.snapshot)[everyone[next(iter(codes))].level_no - 1].title
    count = replace(
        _count(facts, items, "items_places", key), text=f"{len(codes):,}", value=float(len(codes))
    )
    return [f"（{names}等", count, f"个{title}）"]


def _single(facts: Facts, item: Item) -> list[Piece]:
    """One item's sentence, its numbers bound to the item."""
    template = item.rule.sentence
    marked = replace(
        item, rule=replace(item.rule, sentence=template.replace("{amount}", "\0").replace("{days}", "\1"))
    )
    pieces: list[Piece] = []
    for part in re.split("([\0\1])", attention.sentence(facts.snapshot, marked, "zh")):
        if part in ("\0", "\1"):
            value = item.amount if part == "\0" else float(item.days)
            how = "item_amount" if part == "\0" else "item_days"
            held = (("item", item.code),)
            text = attention.amount_text(value)
            pieces.append(Cited(text, item.rule.key, facts.selection.org, facts.period.key, held, value, how))
        else:
            pieces.append(part)
    return _tight(pieces)


def _tight(pieces: Sequence[Piece]) -> list[Piece]:
    """Without the spaces that the screen sets around figures; days as they are written in a report."""
    tidy: list[Piece] = []
    for number, piece in enumerate(pieces):
        if isinstance(piece, Cited):
            tidy.append(piece)
            continue
        text = _DAY.sub(lambda day: f"{day[1]}年{int(day[2])}月{int(day[3])}日", piece)
        text = _SPACE.sub("", text)
        text = text.lstrip(" ") if number else text
        text = text.rstrip(" ") if number + 1 < len(pieces) else text
        if number + 1 < len(pieces) and text.endswith("：") and not isinstance(pieces[number + 1], Cited):
            text = text[:-1]  # before the names, which stand in brackets
        tidy.append(text)
    last = tidy[-1]
    if isinstance(last, str):
        tidy[-1] = last.rstrip("。：")
    return [piece for piece in tidy if piece]


def _items_table(facts: Facts, found: Matters, most: int) -> Table:
    """The gravest and oldest first; what is new says so."""
    order = {severity: number for number, severity in enumerate(_SEVERITIES)}
    chosen = sorted(found.open, key=lambda item: (order[item.rule.severity], -item.days))[:most]
    new = set(found.new) if found.before is not None else set()
    rows = [
        [
            _SEVERITIES[item.rule.severity],
            attention.sentence(facts.snapshot, item, "zh"),
            item.since_on,
            item.days,
            "新增" if item in new else "结转" if found.before is not None else "",
            f"{item.sheet_name}第{item.row_no}行" if item.row_no is not None else "",
        ]
        for item in chosen
    ]
    columns = [
        Column("severity", "轻重"),
        Column("sentence", "事项"),
        Column("since_on", "起始日期", "date"),
        Column("days", "已历", "integer", "天"),
        *([Column("new", "新增或结转")] if found.before is not None else []),
        Column("origin", "台账依据"),
    ]
    total = len(found.open)
    title = f"督办事项（共 {total:,} 项）" if total <= most else f"督办事项（共 {total:,} 项，列出较重、较久的 {most} 项）"  # fmt: skip
    return Table(
        "matters",
        title,
        pd.DataFrame(rows, columns=["severity", "sentence", "since_on", "days", "new", "origin"]),
        tuple(columns),
        _source(facts, "其余事项见看板“督办事项”页" if total > most else ""),
    )


# ---------------------------------------------------------------- what falls due next


@dataclass(frozen=True)
class Due:
    kind: str
    what: str
    where: str
    due_on: date


def coming(facts: Facts) -> list[Due]:
    """What the ledgers name for the period after this one: resolutions, meetings, duties, agreements."""
    snapshot, selection = facts.snapshot, facts.selection
    after = next_period(facts)
    items = meetings.action_items(snapshot, selection, None, facts.scope)
    open_items = items[items["closed_on"].isna()].to_dict("records")
    due = meetings.due_meetings(snapshot, selection, after, facts.scope)
    names = {"annual": "年度联席会议", "quarterly": "季度联席会议"}
    listed = duties.coming(snapshot, selection, after.last_on, facts.scope).to_dict("records")
    found = [
        *(Due("议定事项", row["resolution"], row["owner_label"], _date(row["due_on"])) for row in open_items),
        *(
            Due(
                "联席会议",
                names.get(row["meeting_kind"], "联席会议"),
                row["community_label"],
                _date(row["due_on"]),
            )
            for row in due[due["state"] == "coming"].to_dict("records")
        ),
        *(Due("职责", row["duty"], row["unit_label"], _date(row["due_on"])) for row in listed),
    ]
    everyone = organisations(snapshot)
    for one in everyone.values():
        inside = facts.org.code in one.codes.values()
        if one.level == "unit" and inside and one.valid_to is not None and after.first_on <= one.valid_to:
            found.append(Due("共建协议", "共建协议到期", one.short_name, one.valid_to))
    kept = [each for each in found if each.due_on is not None and after.first_on <= each.due_on <= after.last_on]  # fmt: skip
    return sorted(kept, key=lambda each: (each.due_on, each.kind, each.what, each.where))


def next_period(facts: Facts) -> Period:
    period = facts.period
    first = period.last_on.toordinal() + 1
    start = date.fromordinal(first)
    month = start.year * 12 + start.month - 1
    return Period.of_months(month, month + period.month_count - 1)


def _date(value: object) -> date:
    return pd.Timestamp(str(value)).date() if not pd.isna(value) else date.min  # type: ignore[call-overload]


def next_steps(facts: Facts, most: int) -> list[Block]:
    """下期到期工作: one sentence and a table."""
    after = next_period(facts).label()
    found = coming(facts)
    if not found:
        return [Prose((f"台账中没有列明{after}到期的议定事项、会议、职责和共建协议。",))]
    pieces: list[Piece] = [f"台账列明{after}到期的工作共", _due(facts, found, ""), "项"]
    kinds = [kind for kind in ("议定事项", "联席会议", "职责", "共建协议") if any(each.kind == kind for each in found)]  # fmt: skip
    for number, kind in enumerate(kinds if len(kinds) > 1 else []):
        some = [each for each in found if each.kind == kind]
        pieces += ["，其中" if not number else "、", kind, _due(facts, some, kind), "项"]
    if len(kinds) == 1:
        pieces.append(f"，{'为' if len(found) == 1 else '都是'}{kinds[0]}")
    pieces.append("，请责任单位提前安排、按期完成。")
    total = len(found)
    rows = [[each.due_on, each.kind, each.what, each.where] for each in found[:most]]
    title = f"{after}到期的工作（共 {total:,} 项）" if total <= most else f"{after}到期的工作（共 {total:,} 项，列出最先到期的 {most} 项）"  # fmt: skip
    table = Table(
        "coming",
        title,
        pd.DataFrame(rows, columns=["due_on", "kind", "what", "where"]),
        (
            Column("due_on", "到期日期", "date"),
            Column("kind", "类别"),
            Column("what", "事项"),
            Column("where", "责任单位"),
        ),
        Source("议定事项、联席会议、职责清单、成员单位", after, facts.snapshot.release_id),
    )
    return [Prose(merged(pieces)), *([table] if most else [])]


def _due(facts: Facts, several: Sequence[Due], kind: str) -> Cited:
    return Cited(theme.number(len(several)), kind, facts.selection.org, facts.period.key, (), float(len(several)), "due")  # fmt: skip
