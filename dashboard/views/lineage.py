"""数据溯源: how a figure follows from the ledgers: what is divided by what, and from which rows of which files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pandas as pd

from dashboard import lineage, theme
from dashboard.catalogue import Indicator, Source, load_catalogue, load_dimensions, load_levels
from dashboard.database import Snapshot
from dashboard.lineage import SideName
from dashboard.locale import translator
from dashboard.queries import compare, organisation
from dashboard.report import Block, Click, Column, Delta, Kpi, KpiRow, Link, Note, Report, Table
from dashboard.scope import OK, WHOLE, Scope
from dashboard.selection import Period, Selection
from dashboard.views import figures, tracing
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import crumbs, nothing_then, page

KEY = tracing.VIEW
TITLE = "数据溯源"
SIDE = Choice(tracing.SIDE, "哪一部分", (("numerator", "分子"), ("denominator", "分母")), "numerator")
PART = Choice(tracing.PART, "查看", (("rows", "逐行"), ("files", "按文件")), "rows")
FILTERS: tuple[Control, ...] = (SIDE, PART)

_MOST = 1000


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Without a figure the list of them; with one how it follows, and the rows or files behind it."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        what = load_catalogue(snapshot).get(chosen.option(tracing.FIGURE))
        if what is None:
            organisation(snapshot, chosen.org)
            yield from _choose(snapshot, chosen)
            return
        yield crumbs(snapshot, chosen, KEY)
        if note := nothing_then(snapshot, chosen) or _not_at_this_level(snapshot, chosen, what):
            yield note
            return
        yield from _explained(snapshot, chosen, what, scope)

    # Whatever a figure was narrowed by is obeyed here, too, and told in the subtitle.
    offered = [DimensionFilter(key) for key in load_dimensions(snapshot)]
    return page(KEY, TITLE, selection, snapshot, blocks, offered)


def _not_at_this_level(snapshot: Snapshot, selection: Selection, what: Indicator) -> Note | None:
    level = organisation(snapshot, selection.org).level
    if level in what.levels:
        return None
    language = selection.language
    text = translator(language)("“{name}”不按{level}统计，请在上面换一个组织。")
    title = figures.level_title(snapshot, level, language)
    return Note(text.format(name=what.label(language), level=title), "empty")


def _choose(snapshot: Snapshot, selection: Selection) -> Iterator[Block]:
    language = selection.language
    say = translator(language)
    known = load_catalogue(snapshot).values()
    frame = pd.DataFrame(
        [
            {
                "indicator": what.key,
                "name": what.label(language),
                "theme": what.theme_label(language),
                "definition": what.definition_text(language),
            }
            for what in known
        ]
    )
    yield Note(say("选一个指标，看它由哪些文件的哪些行得出；也可以在各页的指标卡片和图表下点“明细”。"))
    yield Table(
        key="indicators",
        title=say("{count} 个指标").format(count=theme.number(len(frame))),
        frame=frame,
        columns=(
            Column("name", say("指标")),
            Column("theme", say("主题")),
            Column("definition", say("口径")),
        ),
        source=figures.record_source(snapshot, selection, "every"),
        click=Click(tracing.FIGURE, "indicator"),
        empty=say("没有指标。"),
    )


def _explained(snapshot: Snapshot, selection: Selection, what: Indicator, scope: Scope) -> Iterator[Block]:
    say = translator(selection.language)
    side = cast(SideName, selection.option(SIDE.key, SIDE.default))
    if side == "denominator" and what.denominator is None:
        side = "numerator"
    source = lineage.source_of(what, side) or what.numerator
    yield _cards(snapshot, selection, what, side, scope)
    yield _sum(snapshot, selection, what, side, source, scope)
    if not lineage.is_traced(snapshot, source):
        known = lineage.is_known(snapshot)
        why = (
            "这个数由地图上的位置算出，没有逐行的依据。"
            if known
            else "这个数据版本没有记录溯源，装入新版本后可以查看。"
        )
        yield Note(say(why), "empty")
    elif source.persons:
        yield _persons(snapshot, selection, what, side, scope)
    elif selection.option(PART.key, PART.default) == "files":
        yield _files(snapshot, selection, what, source, scope)
    else:
        yield from _rows(snapshot, selection, what, source, scope)
    yield Note(say("查看其他指标的由来："), link=Link(say("全部指标"), KEY, tracing.ANEW))


def _cards(snapshot: Snapshot, selection: Selection, what: Indicator, side: SideName, scope: Scope) -> KpiRow:
    """The figure, and of a ratio its two sides, of which one is looked at."""
    say = translator(selection.language)
    found = compare(snapshot, what.key, selection, scope)
    cards = [figures.kpi(snapshot, selection, what.key, scope, comparison=found, traced=False)]
    if what.denominator is None or found.numerator is None or found.denominator is None:
        return KpiRow(tuple(cards))
    for name, amount in (("numerator", found.numerator), ("denominator", found.denominator)):
        shown = name == side
        cards.append(
            Kpi(
                key=name,
                label=say(dict(SIDE.options)[name]),
                value=_amount(amount),
                deltas=(Delta("", say("下面列出的就是")) if shown else Delta("", say("点击查看")),),
                help=say("上面的指标由分子除以分母得出。"),
                link=None if shown else Link(say("查看"), KEY, {SIDE.key: name, tracing.FILE: None}),
            )
        )
    return KpiRow(tuple(cards))


def _sum(
    snapshot: Snapshot, selection: Selection, what: Indicator, side: SideName, source: Source, scope: Scope
) -> Note:
    """ "按时报送率 87.1% = 122 ÷ 140。分子 122 由 122 行相加…" as far as it may be said."""
    language = selection.language
    say = translator(language)
    found = compare(snapshot, what.key, selection, scope)
    if found.state != OK or found.value is None or found.numerator is None:
        why = figures.why_absent(snapshot, found.state, language, scope)
        return Note(say("{name}：{why}。").format(name=what.label(language), why=why), "empty")
    value = figures.quantity(what, found.value, language)
    if what.denominator is None or found.denominator is None:
        text = say("{name} {value}").format(name=what.label(language), value=value)
    else:
        text = say("{name} {value} = {numerator} ÷ {denominator}").format(
            name=what.label(language),
            value=value,
            numerator=_amount(found.numerator),
            denominator=_amount(found.denominator),
        )
        if what.scale != 1:
            text += f" × {_amount(what.scale)}"
    part = (
        say("。")
        if what.denominator is None
        else say("；下面是分子。")
        if side == "numerator"
        else say("；下面是分母。")
    )
    text += part
    if source.persons:
        return Note(text + say("人员不逐行列出，只给出每份文件中的人数。"))
    if not lineage.is_traced(snapshot, source):
        return Note(text)
    told = lineage.totals(snapshot, what, source, selection, scope)
    whole = found.numerator if side == "numerator" else found.denominator
    texts = {
        "rows": theme.number(told.rows),
        "files": theme.number(told.files),
        "amount": _amount(told.amount),
        "whole": _amount(whole or 0.0),
        "approximate": theme.number(told.approximate),
    }
    if not told.rows:
        text += say("没有计入的记录。")
    elif not lineage.is_additive(what, source):
        text += say("{rows} 条记录（{files} 份文件）中，相同的只计一次，得 {whole}。")
    elif told.amount == told.rows:
        text += say("{files} 份文件的 {rows} 条记录，每条计 1，合计 {amount}。")
    else:
        text += say("{files} 份文件的 {rows} 条记录，“计入”一列合计 {amount}。")
    if told.approximate:
        text += say("其中 {approximate} 条填的是约数，按其中的数计入。")
    return Note(text.format(**texts), "good" if lineage.is_additive(what, source) else "plain")


def _amount(value: float) -> str:
    return theme.number(value, "integer" if value == round(value) else "decimal")


def _rows(
    snapshot: Snapshot, selection: Selection, what: Indicator, source: Source, scope: Scope
) -> Iterator[Block]:
    language = selection.language
    say = translator(language)
    wanted = selection.option(tracing.FILE)
    submission = int(wanted) if wanted.isdigit() and len(wanted) < 10 else None
    frame = lineage.rows(snapshot, what, source, selection, submission, _MOST + 1, scope)
    total = len(frame)
    if total > _MOST:
        frame = frame.head(_MOST)
        total = lineage.totals(snapshot, what, source, selection, scope).rows
    if submission is not None:
        name = str(frame["file_name"].iloc[0]) if len(frame) else ""
        yield Note(
            say("只看一份文件：{file}。").format(file=name) if name else say("这份文件中没有计入的记录。"),
            link=Link(say("显示全部"), KEY, {tracing.FILE: None}),
        )
    frame["record"] = _records(frame["record"], selection)
    title = say("计入的 {count} 条记录").format(count=theme.number(total))
    note = ""
    if total > len(frame):
        note = say("表中列出前 {shown} 条，其余请按文件查看").format(shown=theme.number(len(frame)))
    columns = [
        Column("record", say("台账中的名称")),
        Column("amount", say("计入"), "integer" if _whole(frame["amount"]) else "decimal"),
        Column("written", say("填写的约数")),
        *_place_column(snapshot, selection),
        Column("dataset_label", say("台账")),
        Column("file_name", say("文件"), aside=True),
        Column("sheet_name", say("工作表"), aside=True),
        Column("row_no", say("行号"), "integer", aside=True),
        Column("cell", say("单元格"), aside=True),
    ]
    if len(frame):  # a whole submission stands in no single row
        columns = [column for column in columns if frame[column.name].notna().any()]
    yield Table(
        key="rows",
        title=title,
        frame=frame,
        columns=tuple(columns),
        source=figures.record_source(snapshot, selection, *what.datasets, note=note),
        empty=say("没有计入的记录。"),
    )


def _records(names: pd.Series[str], selection: Selection) -> list[str | None]:
    """What the ledger calls each; a month or a quarter as such."""
    said = _periods(names, selection)
    return [
        period or (name if isinstance(name, str) else None) for period, name in zip(said, names, strict=True)
    ]


def _whole(amounts: pd.Series[float]) -> bool:
    return bool((amounts % 1 == 0).all())


def _place_column(snapshot: Snapshot, selection: Selection) -> tuple[Column, ...]:
    levels = load_levels(snapshot)
    if organisation(snapshot, selection.org).level_no >= len(levels) - 1:
        return ()
    return (figures.label_column(snapshot, levels[-2].key, selection.language, "community_label"),)


def _files(snapshot: Snapshot, selection: Selection, what: Indicator, source: Source, scope: Scope) -> Table:
    language = selection.language
    say = translator(language)
    frame = lineage.files(snapshot, what, source, selection, scope)
    frame["file_name"] = frame["file_name"].fillna(say("组织名册（不是台账）"))
    frame["period_label"] = _periods(frame["period"], selection)
    return Table(
        key="files",
        title=say("{count} 份文件各计入多少").format(count=theme.number(len(frame))),
        frame=frame,
        columns=(
            Column("file_name", say("文件")),
            *_place_column(snapshot, selection),
            Column("dataset_label", say("台账")),
            Column("period_label", say("填报期")),
            Column("row_count", say("计入记录"), "integer", say("条")),
            Column("amount", say("计入"), "integer" if _whole(frame["amount"]) else "decimal"),
        ),
        source=figures.record_source(snapshot, selection, *what.datasets),
        click=_file_click(frame),
        empty=say("没有计入的记录。"),
    )


def _file_click(frame: pd.DataFrame) -> Click | None:
    return Click(tracing.FILE, "submission") if frame["submission"].notna().all() else None


def _persons(
    snapshot: Snapshot, selection: Selection, what: Indicator, side: SideName, scope: Scope
) -> Table:
    """Each file with its number of persons, where that may be shown."""
    language = selection.language
    say = translator(language)
    frame = lineage.files_of_persons(snapshot, what, side, selection, scope)
    frame["remark"] = [
        "" if state == OK else figures.why_absent(snapshot, str(state), language, scope)
        for state in frame["state"]
    ]
    frame["period_label"] = _periods(frame["period"], selection)
    frame["amount"] = frame["amount"].astype("Int64")
    return Table(
        key="files",
        title=say("{count} 份文件各有多少人").format(count=theme.number(len(frame))),
        frame=frame,
        columns=(
            Column("file_name", say("文件")),
            *_place_column(snapshot, selection),
            Column("dataset_label", say("台账")),
            Column("period_label", say("填报期")),
            Column("amount", say("人数"), "integer", say("人")),
            Column("remark", say("说明")),
        ),
        source=figures.source(
            snapshot,
            selection,
            what.key,
            note=say("同一人在几份文件中的，全区只计一次"),
            scope=scope,
        ),
        empty=say("没有计入的记录。"),
    )


def _periods(keys: pd.Series[str], selection: Selection) -> list[str | None]:
    def said(key: object) -> str | None:
        try:
            return Period.parse(str(key)).label(selection.language)
        except ValueError:
            return None

    return [said(key) for key in keys]
