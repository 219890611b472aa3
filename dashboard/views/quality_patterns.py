"""What of the records looks made up at a desk: the suspicions, and what each of them rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboard import attention, theme
from dashboard.attention import Item
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import reports as ledger
from dashboard.locale import translator
from dashboard.report import Block, Click, Column, Link, Note, Table
from dashboard.scope import Scope
from dashboard.selection import Selection
from dashboard.views import captions, figures, needs

PATTERN = "pattern"  # set by a click: the item whose evidence is shown


def patterns(snapshot: Snapshot, selection: Selection, scope: Scope) -> Iterator[Block]:
    """Each suspicion in a sentence; of the chosen one the records that it rests on."""
    say = translator(selection.language)
    items = attention.found(snapshot, selection, scope, keys=ledger.PATTERNS)
    yield Note(
        say("以下只是需要核对的迹象，不是结论；核对后可在“督办事项”中登记。"), link=_to_attention(selection)
    )
    yield _pattern_table(snapshot, selection, items)
    if not items:
        return
    opened = next((item for item in items if item.code == selection.option(PATTERN)), items[0])
    yield _evidence(snapshot, selection, opened, scope)


def _to_attention(selection: Selection) -> Link:
    return Link(translator(selection.language)("去登记"), needs.ATTENTION, {"mechanism": "17"})


def _pattern_table(snapshot: Snapshot, selection: Selection, items: Sequence[Item]) -> Table:
    language = selection.language
    say = translator(language)
    frame = attention.frame_of(snapshot, items, language)
    kinds = frame["rule"].nunique()
    return Table(
        key="patterns",
        title=say("{count} 处可疑模式，分 {kinds} 类").format(
            count=theme.number(len(frame)), kinds=theme.number(kinds)
        ),
        frame=frame,
        columns=(
            Column("sentence", say("迹象")),
            Column("rule_label", say("类别")),
            figures.label_column(snapshot, load_levels(snapshot)[-2].key, language, "community_label"),
            Column("since_on", say("起始日期"), "date"),
        ),
        source=figures.record_source(snapshot, selection, "activities"),
        click=Click(PATTERN, "item"),
        height=320 if len(frame) > 8 else None,
        empty=say("这一时段没有发现可疑模式。"),
    )


def _evidence(snapshot: Snapshot, selection: Selection, item: Item, scope: Scope) -> Table:
    language = selection.language
    say = translator(language)
    frame = ledger.evidence(snapshot, selection, item, scope)
    frame["origin"] = captions.origins(frame, language)
    return Table(
        key="evidence",
        title=say("依据：{sentence}，共 {count} 条记录").format(
            sentence=attention.sentence(snapshot, item, language), count=theme.number(len(frame))
        ),
        frame=frame,
        columns=(
            Column("title", say("活动名称")),
            Column("held_on", say("日期"), "date"),
            Column("type_label", say("活动类型")),
            Column("head_count", say("参加人数"), "integer", say("人")),
            Column("organiser_label", say("主办")),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "activities"),
        empty=say("这一时段没有活动记录。"),
    )
