"""What needs attention on a page: the items of its rules in a few sentences, each with a way to its evidence."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import attention, theme
from dashboard.attention import Item
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.report import Link, Note, Notes
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Selection
from dashboard.views.page import has_months

MOST = 5
ATTENTION = "attention"  # the page that lists every item
RULE = "rule"  # its option: only the items of one rule


def needs(snapshot: Snapshot, selection: Selection, page_key: str, scope: Scope = WHOLE) -> Notes:
    """The block 需要关注 of the page `page_key`: what is neither resolved nor excused."""
    return _block(snapshot, selection, page_key, scope, page_key, MOST)


def all_needs(
    snapshot: Snapshot, selection: Selection, here: str, scope: Scope = WHOLE, most: int = MOST
) -> Notes:
    """The same over every page, for a page that looks at an organisation as a whole."""
    return _block(snapshot, selection, here, scope, None, most)


def _block(
    snapshot: Snapshot, selection: Selection, here: str, scope: Scope, page_key: str | None, most: int
) -> Notes:
    say = translator(selection.language)
    title = say("需要关注")
    if not has_months(snapshot, selection.period):
        return Notes(title, (), say("这一时段没有数据。"))
    items = attention.still_open(snapshot, attention.found(snapshot, selection, scope, page_key))
    more = None
    if items and page_key is None:
        text = say("全部 {count} 项").format(count=theme.number(len(items)))
        more = Link(text, ATTENTION, {"org": selection.org})
    notes = sentences(snapshot, selection, items, here, most)
    return Notes(title, notes, say("没有需要关注的事项。"), more)


def sentences(
    snapshot: Snapshot, selection: Selection, items: Sequence[Item], here: str, most: int
) -> tuple[Note, ...]:
    """One sentence a rule, the gravest first: a single item says itself, several are summed up."""
    language = selection.language
    notes = []
    for several in list(attention.by_rule(items).values())[:most]:
        rule = several[0].rule
        if len(several) == 1:
            text = attention.sentence(snapshot, several[0], language)
            link = evidence(snapshot, several[0], selection, here)
        else:
            text = attention.summary(snapshot, several, language)
            link = Link(translator(language)("逐项查看"), ATTENTION, {RULE: rule.key})
        notes.append(Note(text, rule.severity, link))
    return tuple(notes)


def evidence(snapshot: Snapshot, item: Item, selection: Selection, here: str = "") -> Link | None:
    """To the page that shows it, at its organisation; None where one is there already."""
    org = attention.opened(snapshot, item, selection.org)
    options = dict(selection.options)
    if item.rule.page == here and org == selection.org and item.rule.params.items() <= options.items():
        return None
    language: Language = selection.language
    return Link(translator(language)("查看依据"), item.rule.page, {"org": org, **item.rule.params})
