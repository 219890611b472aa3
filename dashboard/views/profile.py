"""一社区一档: one organisation of any level, always in the same shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_catalogue, load_levels
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import Organisation, level_below
from dashboard.queries import compare, indicator_named, measure, organisation
from dashboard.records import member_units
from dashboard.report import Block, Chart, Click, Column, Columns, Heading, KpiRow, Note, Report
from dashboard.scope import OK, WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views import figures, needs
from dashboard.views.controls import Choice, Control
from dashboard.views.hierarchy import below_table, lead
from dashboard.views.monthly import monthly
from dashboard.views.overview import headlines
from dashboard.views.page import crumbs, has_months, no_months, nothing_then, page, upward
from dashboard.views.tables import activity_table, point_table, reporting, unit_table

KEY = "profile"
TITLE = "一社区一档"
PART = Choice(
    "part",
    "内容",
    (
        ("summary", "概况"),
        ("below", "下级"),
        ("points", "联系点"),
        ("activities", "活动"),
        ("reporting", "报送"),
        ("all", "全部"),
    ),
    "summary",
)
INDICATOR = Choice(
    "indicator",
    "趋势指标",
    (
        ("activity_count", "活动场次"),
        ("themed_activity_count", "主题活动场次"),
        ("head_count", "参加人数"),
        ("attended_count", "参与人次"),
        ("volunteer_hours", "志愿服务时长"),
        ("silent_month_count", "无活动月数"),
        ("catalogue_item_count", "服务事项覆盖数"),
        ("member_unit_count", "成员单位"),
        ("active_unit_share", "成员单位活跃率"),
        ("dual_member_count", "双重管理党员"),
        ("service_point_count", "联系点"),
        ("submission_on_time_share", "按时报送率"),
        ("meeting_held_share", "应开会议召开率"),
        ("order_closed_share", "办结率"),
        ("duty_done_share", "职责完成率"),
    ),
    "activity_count",
    ("summary", "below", "all"),
)
FILTERS: tuple[Control, ...] = (PART, INDICATOR)

_LATEST = 8
_MOST = 300


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures beside the peers' median, trend, what is below, points, activities, reporting."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        say = translator(chosen.language)
        yield crumbs(snapshot, chosen, KEY)
        yield Heading(org.full_label(chosen.language), lead=_about(snapshot, chosen, org))
        if (nothing := nothing_then(snapshot, chosen)) is not None:
            yield nothing
        part = chosen.option(PART.key, PART.default)
        sections = _sections(snapshot, chosen, org, scope)
        if part == "all":
            for name, _ in PART.options:
                if name in sections:
                    if name != "summary":
                        yield Heading(say(dict(PART.options)[name]), 3)
                    yield from sections[name]()
        else:
            yield from sections.get(part, sections[PART.default])()

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _sections(
    snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope
) -> dict[str, Callable[[], Iterator[Block]]]:
    """The parts of the page by name; only what is asked for is worked out."""

    def points() -> Iterator[Block]:
        yield point_table(snapshot, selection, org)

    def held() -> Iterator[Block]:
        yield activity_table(snapshot, selection, org, _MOST)

    return {
        "summary": lambda: _summary(snapshot, selection, org, scope),
        "below": lambda: _below(snapshot, selection, org, scope),
        "points": points,
        "activities": held,
        "reporting": lambda: reporting(snapshot, selection, org),
    }


def _summary(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Block]:
    keys = headlines(snapshot, org)
    found = {key: compare(snapshot, key, selection, scope) for key in keys}
    yield KpiRow(
        tuple(figures.kpi(snapshot, selection, key, scope, comparison=found[key], peers=True) for key in keys)
    )
    yield needs.all_needs(snapshot, selection, KEY, scope)
    chosen = trend_indicator(snapshot, selection, org)
    chart = monthly(snapshot, selection, chosen, scope, comparison=found.get(chosen), key="trend")
    yield Columns(((chart,), tuple(_types(snapshot, selection, org, scope))), (1.4, 1.0))
    yield activity_table(snapshot, selection, org, _LATEST, key="latest")


def trend_indicator(snapshot: Snapshot, selection: Selection, org: Organisation) -> str:
    """The indicator whose trend is drawn; the first one offered when the chosen one has none here."""
    offered = figures.countable(snapshot, (key for key, _ in INDICATOR.options), org)
    chosen = selection.option(INDICATOR.key, INDICATOR.default)
    catalogue = load_catalogue(snapshot)
    if chosen in offered:
        return chosen
    known = (
        chosen in catalogue and org.level in catalogue[chosen].levels and not catalogue[chosen].is_timeless
    )
    return chosen if known else offered[0]


def _below(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Block]:
    say = translator(selection.language)
    level = level_below(snapshot, org.level)
    if level is None:
        title = figures.level_title(snapshot, org.level, selection.language)
        link = upward(snapshot, selection, "查看同级", KEY, part="below")
        yield Note(say("{level}是最末一级，没有下级。").format(level=title), "empty", link)
    elif level_below(snapshot, level) is None:
        yield unit_table(snapshot, selection, org, scope)
    else:
        click = Click("org", "org", None)
        first = trend_indicator(snapshot, selection, org)
        yield below_table(snapshot, selection, org, first, click, scope)


def _types(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Chart]:
    """The activities by type, in the types' declared order."""
    key = "activity_count"
    if not figures.countable(snapshot, (key,), org):
        return
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, key)
    frame = measure(snapshot, key, selection, ("type",), scope)
    frame = frame[frame["value"] > 0].reset_index(drop=True)
    total = float(frame["value"].sum())
    frame = frame.assign(share=frame["value"] / total if total else frame["value"])
    most = figures.peak(frame, "type_label")
    period = selection.period.label(language)
    if not total:
        title = say("{period}没有活动").format(period=period)
    elif most is None:
        title = say("{period}各类活动共 {total}").format(
            period=period, total=figures.quantity(what, total, language)
        )
    else:
        title = say("{type}最多，占全部活动的 {share}").format(
            type=most[0], share=theme.number(most[1] / total, "percent")
        )
    yield Chart(
        key="types",
        kind="barh",
        title=title,
        frame=frame,
        x="value",
        y="type_label",
        columns=(
            figures.label_column(snapshot, "type", language),
            figures.value_column(what, language),
            Column("share", say("占比"), "percent"),
        ),
        source=figures.source(snapshot, selection, key, scope=scope),
        alt=say("条形图：{org}{period}各类活动的场次。").format(org=org.label(language), period=period),
        click=Click("type", "type", "activities"),
        height=220,
        empty=say("这一时段没有活动记录。")
        if has_months(snapshot, selection.period)
        else no_months(snapshot, selection),
    )


def _about(snapshot: Snapshot, selection: Selection, org: Organisation) -> str:
    """What it is: level and role, what is below; of a member unit its kind, sector and agreement."""
    say = translator(selection.language)
    colon = "：" if selection.language == "zh" else ": "
    parts = [lead(snapshot, selection, org)]
    if org.level != load_levels(snapshot)[-1].key:
        return parts[0]
    units = member_units(snapshot, selection)
    own = units[units["unit"] == org.code]
    if not own.empty:
        row = own.iloc[0]
        parts += [str(row[name]) for name in ("kind_label", "sector_label") if isinstance(row[name], str)]
        if row["member_state"] == OK and not pd.isna(row["member_count"]):
            count = theme.number(float(row["member_count"]))
            parts.append(say("单位党员 {count} 名").format(count=count))
    signed = theme.cell(org.valid_from)
    if org.valid_to is None:
        parts.append(say("共建协议{colon}{signed} 起").format(colon=colon, signed=signed))
    else:
        last = theme.cell(org.valid_to - pd.Timedelta(days=1).to_pytimedelta())
        parts.append(say("共建协议{colon}{signed} 至 {ends}").format(colon=colon, signed=signed, ends=last))
        if own.empty:
            parts.append(say("期末已不在有效期内"))
    return " · ".join(parts)
