"""四级联动: the hierarchy as blocks and as a table; a click goes down, or opens a node's own page."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_catalogue, load_levels
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import Organisation, level_below, organisations
from dashboard.queries import indicator_named, organisation, tree
from dashboard.report import Block, Chart, Click, Column, Link, Note, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views import figures
from dashboard.views.controls import Choice, Control
from dashboard.views.page import crumbs, nothing_then, page, upward

KEY = "hierarchy"
TITLE = "四级联动"
SIZE = Choice(
    "size",
    "方块大小",
    (
        ("activity_count", "活动场次"),
        ("member_unit_count", "成员单位"),
        ("dual_member_count", "双重管理党员"),
        ("service_point_count", "联系点"),
        ("head_count", "参加人数"),
        ("silent_month_count", "无活动月数"),
    ),
    "activity_count",
)
LIST = Choice("list", "列表", (("1", "直接下级"), ("2", "下两级")), "1")
OPEN = Choice("open", "点击后", (("down", "进入下级"), ("profile", "打开档案")), "down")
FILTERS: tuple[Control, ...] = (SIZE, LIST, OPEN)

_BESIDE = ("activity_count", "member_unit_count", "dual_member_count", "service_point_count")
_SHOWN_LEVELS = 3  # of the icicle; the next one comes into view with a click


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Where one stands, the icicle sized by the chosen indicator, the table of the organisations below."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        say = translator(chosen.language)
        yield crumbs(snapshot, chosen, KEY)
        yield Note(lead(snapshot, chosen, org), link=Link(say("打开档案"), "profile", {"org": org.code}))
        if (nothing := nothing_then(snapshot, chosen)) is not None:
            yield nothing
        if level_below(snapshot, org.level) is None:
            siblings = upward(snapshot, chosen, "查看同级", KEY)
            title = figures.level_title(snapshot, org.level, chosen.language)
            yield Note(say("{level}是最末一级，没有下级。").format(level=title), "empty", siblings)
            return
        size = size_of(snapshot, chosen, org)
        deep = chosen.option(LIST.key, LIST.default) == "2"
        to_profile = chosen.option(OPEN.key, OPEN.default) == "profile"
        click = Click("org", "org", "profile" if to_profile else None)
        yield _icicle(snapshot, chosen, org, size, click, scope)
        yield below_table(snapshot, chosen, org, size, click, scope, deep=deep)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def size_of(snapshot: Snapshot, selection: Selection, org: Organisation) -> str:
    """The indicator that sizes the blocks; the first one offered when the URL names none of them."""
    offered = figures.countable(snapshot, (key for key, _ in SIZE.options), org)
    chosen = selection.option(SIZE.key, SIZE.default)
    return chosen if chosen in offered else offered[0]


def lead(snapshot: Snapshot, selection: Selection, org: Organisation) -> str:
    """ "城区（指挥部） · 期末下有 6 个街道（镇）、35 个社区、164 个成员单位"."""
    say = translator(selection.language)
    level = load_levels(snapshot)[org.level_no - 1]
    title = figures.level_title(snapshot, org.level, selection.language)
    own = say("{level}（{role}）").format(level=title, role=say(level.role)) if level.role else title
    below = counts_below(snapshot, selection, org)
    return say("{own}，期末下有 {below}").format(own=own, below=below) if below else own


def counts_below(snapshot: Snapshot, selection: Selection, org: Organisation) -> str:
    """ "6 个街道（镇）、35 个社区、164 个成员单位": what existed at the period's end; "" at the last level."""
    say = translator(selection.language)
    parts = [
        say("{count} 个{level}").format(
            count=theme.number(count_at(snapshot, selection, org, level.key)),
            level=level.label(selection.language),
        )
        for level in load_levels(snapshot)[org.level_no :]
    ]
    return ("、" if selection.language == "zh" else ", ").join(parts)


def count_at(snapshot: Snapshot, selection: Selection, org: Organisation, level: str) -> int:
    """How many organisations of `level` below `org` (or itself) existed at the end of the period."""
    day = min(selection.period.last_on, figures.last_day(snapshot))
    return sum(
        1
        for one in organisations(snapshot).values()
        if one.level == level
        and one.codes.get(org.level) == org.code
        and one.valid_from <= day
        and (one.valid_to is None or one.valid_to > day)
    )


def _icicle(
    snapshot: Snapshot, selection: Selection, org: Organisation, key: str, click: Click, scope: Scope
) -> Chart:
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, key)
    frame = tree(snapshot, key, selection, scope)
    own = frame.loc[frame["id"] == org.code, "value"].tolist()
    shown = [level.key for level in load_levels(snapshot)[org.level_no - 1 :][:_SHOWN_LEVELS]]
    frame = frame[frame["level"].isin(shown)].reset_index(drop=True)
    titles = {level: figures.level_title(snapshot, level, language) for level in shown}
    frame = pd.DataFrame(
        {
            "id": frame["id"],
            "parent": frame["parent"],
            "label": frame["label"],
            "level": [titles[level] for level in frame["level"]],
            "value": frame["value"],
            "remark": [figures.why_absent(snapshot, state, language, scope) for state in frame["state"]],
            "org": frame["id"],
        }
    )
    nothing = not (frame["value"] > 0).any()
    value = figures.quantity(what, own[0] if own else None, language)
    name, period = what.label(language), selection.period.label(language)
    title = say("{org}{period}{name} {value}，期末下有 {below}").format(
        org=org.label(language),
        period=period,
        name=name,
        value=value,
        below=counts_below(snapshot, selection, org),
    )
    return Chart(
        key="icicle",
        kind="icicle",
        title=title,
        frame=frame.iloc[0:0] if nothing else frame,
        x="id",
        y="value",
        columns=(
            Column("label", say("组织")),
            Column("level", say("层级")),
            figures.value_column(what, language),
            Column("remark", say("说明")),
        ),
        source=figures.source(snapshot, selection, key, note=_note(snapshot, selection, key), scope=scope),
        alt=say("层级图：{org}及其下级的{name}，方块越大数越大；同样的数见下表。").format(
            org=org.label(language), name=name
        ),
        click=click,
        height=440,
        empty=say("{org}{period}没有可以显示的{name}。").format(
            org=org.label(language), period=period, name=name
        ),
    )


def _note(snapshot: Snapshot, selection: Selection, key: str) -> str:
    """Why the blocks below one do not fill it, or seem to fill more than it."""
    say = translator(selection.language)
    what = indicator_named(snapshot, key)
    if what.rollup == "distinct":
        return say("同一人（单位）在上一级只计一次，下级之和可能大于上级")
    return ""


def below_table(
    snapshot: Snapshot,
    selection: Selection,
    org: Organisation,
    first: str,
    click: Click,
    scope: Scope = WHOLE,
    *,
    deep: bool = False,
) -> Table:
    """The organisations below in the order of the register (nobody is ranked), `first` as first figure.

    `deep`: those two levels down, where there are any.
    """
    language = selection.language
    say = translator(language)
    levels = [level.key for level in load_levels(snapshot)]
    deep = deep and org.level_no + 2 <= len(levels)
    level = levels[org.level_no + (1 if deep else 0)]
    below = level_below(snapshot, level)
    catalogue = load_catalogue(snapshot)
    wanted = [key for key in dict.fromkeys((first, *_BESIDE)) if key in catalogue]
    keys = [key for key in wanted if level in catalogue[key].levels]
    if below is None and "member_unit_count" in keys:
        keys.remove("member_unit_count")  # of a unit it is 1
    frame = figures.side_by_side(snapshot, selection, keys, level, scope)
    everyone = organisations(snapshot)
    columns = [Column("org_label", figures.level_title(snapshot, level, language))]
    if deep:
        between = levels[org.level_no]
        frame["above"] = [everyone[everyone[code].codes[between]].label(language) for code in frame["org"]]
        columns.append(Column("above", figures.level_title(snapshot, between, language)))
    if below and level_below(snapshot, below):  # the number of units is among the figures
        frame["below"] = [count_at(snapshot, selection, everyone[code], below) for code in frame["org"]]
        below_title = figures.level_title(snapshot, below, language)
        columns.append(Column("below", say("{level}数").format(level=below_title), "integer"))
    columns += [figures.value_column(catalogue[key], language, key) for key in keys]
    if (frame["remark"] != "").any():
        columns.append(Column("remark", say("说明")))
    title = say("{org}{period}的 {count} 个{level}（按名册顺序）").format(
        org=org.label(language),
        period=selection.period.label(language),
        count=theme.number(len(frame)),
        level=figures.level_title(snapshot, level, language),
    )
    return Table(
        key="below",
        title=title,
        frame=frame,
        columns=tuple(columns),
        source=figures.source(snapshot, selection, *keys, scope=scope),
        click=click if below else Click("org", "org", "profile"),
        empty=say("这一时段没有下级组织。"),
    )
