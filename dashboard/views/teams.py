"""班子与服务队: the committees' posts, the service teams with their load, and the jobs that units offer."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import capacity
from dashboard.locale import translator
from dashboard.organisations import Organisation
from dashboard.queries import compare, organisation
from dashboard.report import Block, Click, Column, Columns, Note, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views import captions, figures, needs, team_charts
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import crumbs, nothing_then, page

KEY = "teams"
TITLE = "班子与服务队"
PART = Choice(
    "part",
    "查看",
    (("posts", "班子职务"), ("teams", "党员服务队"), ("jobs", "就业岗位"), ("all", "全部")),
    "posts",
)
FILTERS: tuple[Control, ...] = (
    PART,
    DimensionFilter("post_kind"),
    DimensionFilter("post_source"),
    DimensionFilter("item"),
)

_KPIS = {
    "posts": ("post_filled_share", "vacant_post_count", "long_vacant_post_count", "unit_filled_post_share"),
    "teams": ("service_team_count", "team_member_count", "activities_per_team", "idle_team_count"),
    "jobs": ("job_count", "job_employer_count"),
}
_ALL_KPIS = tuple(key for keys in _KPIS.values() for key in keys)
_UNIT_KPIS = ("filled_post_count", "job_count")
_MOST = 300
LONG_DAYS = 90  # as the indicator long_vacant_post_count counts them


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, what needs attention, then the part that the viewer chose."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        say = translator(chosen.language)
        org = organisation(snapshot, chosen.org)
        is_unit = org.level == load_levels(snapshot)[-1].key
        part = chosen.option(PART.key, PART.default)
        keys = figures.countable(snapshot, _UNIT_KPIS if is_unit else _KPIS.get(part, _ALL_KPIS), org)
        yield crumbs(snapshot, chosen, KEY)
        known = {keys[0]: compare(snapshot, keys[0], chosen, scope)}
        if note := nothing_then(snapshot, chosen):
            yield note
            return
        yield figures.kpi_row(snapshot, chosen, keys, scope, known=known)
        if note := captions.unmoved(snapshot, chosen, keys):
            yield note
        yield needs.needs(snapshot, chosen, KEY, scope)
        if part not in ("teams", "jobs"):
            yield from _post_blocks(snapshot, chosen, org, scope, is_unit)
        if part in ("teams", "all"):
            if is_unit:
                yield Note(say("党员服务队由社区登记，不归某一个成员单位。"), "empty")
            else:
                yield from _team_blocks(snapshot, chosen, org, scope)
        if part in ("jobs", "all"):
            yield from _job_blocks(snapshot, chosen, org, scope, is_unit)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _post_blocks(
    snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope, is_unit: bool
) -> Iterator[Block]:
    frame = capacity.posts(snapshot, selection, scope)
    if not is_unit:
        posts = team_charts.by_post(snapshot, selection, frame)
        sources = team_charts.by_source(snapshot, selection, scope)
        yield Columns(((posts,), (sources,)), (1.0, 1.0))
    is_above = org.level_no < len(load_levels(snapshot)) - 1
    yield (
        _vacancies(snapshot, selection, frame)
        if is_above
        else _all_posts(snapshot, selection, org, frame, is_unit)
    )


def _vacancies(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame) -> Table:
    """The vacant posts, those longest so on top."""
    language = selection.language
    say = translator(language)
    vacant = frame[~frame["is_filled"].astype(bool)]
    vacant = vacant.sort_values(["since_on", "community", "name"], kind="stable").reset_index(drop=True)
    long = int((vacant["days"] > LONG_DAYS).sum())
    texts = {"count": theme.number(len(vacant)), "long": theme.number(long), "days": LONG_DAYS}
    if vacant.empty:
        title = say("期末没有空缺的班子职务")
    elif long:
        title = say("期末空缺 {count} 个职务，其中 {long} 个已超过 {days} 天")
    else:
        title = say("期末空缺 {count} 个职务，都没有超过 {days} 天")
    return Table(
        key="vacancies",
        title=title.format(**texts),
        frame=vacant.assign(origin=captions.origins(vacant, language)),
        columns=(
            figures.label_column(snapshot, "community", language, "community_label"),
            Column("name", say("职务")),
            figures.label_column(snapshot, "post_kind", language, "kind_label"),
            Column("since_on", say("空缺自"), "date"),
            Column("days", say("已空缺"), "integer", say("天")),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "committee_posts"),
        click=Click("org", "community"),
        empty=say("期末没有空缺的班子职务。"),
    )


def _all_posts(
    snapshot: Snapshot, selection: Selection, org: Organisation, frame: pd.DataFrame, is_unit: bool
) -> Table:
    """Every post of one committee, or those that a unit fills; posts, not persons."""
    language = selection.language
    say = translator(language)
    name, count = org.label(language), theme.number(len(frame))
    title = say("{org}选派担任 {count} 个班子职务") if is_unit else say("{org}的 {count} 个班子职务")
    if frame.empty:
        title = say("{org}没有选派班子职务") if is_unit else say("{org}没有登记班子职务")
    filled = frame["is_filled"].astype(bool)
    return Table(
        key="posts",
        title=title.format(org=name, count=count),
        frame=frame.assign(
            state=[say(team_charts.FILLED if known else team_charts.VACANT) for known in filled],
            origin=captions.origins(frame, language),
        ),
        columns=(
            Column("name", say("职务")),
            figures.label_column(snapshot, "post_kind", language, "kind_label"),
            Column("state", say("状态")),
            figures.label_column(snapshot, "post_source", language, "source_label"),
            Column("unit_label", say("选派单位")),
            Column("since_on", say("任职或空缺自"), "date"),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(
            snapshot, selection, "committee_posts", note=say("只记职务和人选来源，不记姓名")
        ),
        empty=say("所选范围内没有登记班子职务。"),
    )


def _team_blocks(
    snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope
) -> Iterator[Block]:
    frame = capacity.teams(snapshot, selection, scope)
    load = team_charts.by_load(snapshot, selection, frame)
    focus = team_charts.by_focus(snapshot, selection, frame)
    yield Columns(((load,), (focus,)), (1.3, 1.0))
    yield _team_table(snapshot, selection, org, frame, scope)


def _team_table(
    snapshot: Snapshot, selection: Selection, org: Organisation, frame: pd.DataFrame, scope: Scope
) -> Table:
    language = selection.language
    say = translator(language)
    sizes = [
        _size(first, last, language) for first, last in zip(frame["size_from"], frame["size_to"], strict=True)
    ]
    threshold = scope.threshold(snapshot.settings)
    above = org.level_no < len(load_levels(snapshot)) - 1
    return Table(
        key="teams",
        title=say("期末在队的党员服务队 {count} 支").format(count=theme.number(len(frame)))
        if len(frame)
        else say("期末没有党员服务队"),
        frame=frame.assign(size=sizes, origin=captions.origins(frame, language)),
        columns=(
            Column("name", say("服务队")),
            *([figures.label_column(snapshot, "community", language, "community_label")] if above else []),
            Column("item_label", say("服务方向")),
            Column("size", say("队员规模")),
            Column("activity_count", say("本期活动"), "integer", say("场")),
            Column("formed_on", say("成队日期"), "date"),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(
            snapshot,
            selection,
            "service_teams",
            "activities",
            note=say("不足 {threshold} 人的数不显示").format(threshold=threshold),
        ),
        click=Click("org", "community") if above else None,
        empty=say("所选范围内没有党员服务队。"),
    )


def _size(first: object, last: object, language: str) -> str:
    """ "10 至 19 人", "40 人以上"; a size that is not told says so."""
    say = translator(language)
    if pd.isna(first):  # type: ignore[call-overload]
        return say("不显示")
    if pd.isna(last):  # type: ignore[call-overload]
        return say("{first} 人以上").format(first=first)
    return say("{first} 至 {last} 人").format(first=first, last=last)


def _job_blocks(
    snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope, is_unit: bool
) -> Iterator[Block]:
    month = team_charts.jobs_by_month(snapshot, selection, scope)
    if is_unit:
        yield month
    else:
        yield Columns(((team_charts.jobs_by_kind(snapshot, selection, scope),), (month,)), (1.0, 1.2))
    yield _job_table(snapshot, selection, org, scope)


def _job_table(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Table:
    language = selection.language
    say = translator(language)
    frame = capacity.jobs(snapshot, selection, _MOST, scope)
    above = org.level_no < len(load_levels(snapshot)) - 1
    texts = {
        "count": theme.number(len(frame)),
        "total": theme.number(float(frame["job_count"].sum())),
        "units": theme.number(frame["unit_label"].nunique()),
    }
    if frame.empty:
        title = say("这一时段没有提供就业岗位")
    elif len(frame) == _MOST:
        title = say("最近 {count} 次提供的就业岗位")
    else:
        title = say("{units} 个单位 {count} 次提供就业岗位 {total} 个")
    return Table(
        key="jobs",
        title=title.format(**texts),
        frame=frame.assign(
            opens=frame["unit"].fillna(frame["community"]), origin=captions.origins(frame, language)
        ),
        columns=(
            Column("offered_on", say("提供日期"), "date"),
            Column("unit_label", say("用工单位")),
            figures.label_column(snapshot, "unit_kind", language, "kind_label"),
            *([figures.label_column(snapshot, "community", language, "community_label")] if above else []),
            Column("job_title", say("岗位")),
            Column("job_count", say("岗位个数"), "integer", say("个")),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "jobs"),
        click=Click("org", "opens", "profile"),
        empty=say("这一时段没有提供就业岗位。"),
    )
