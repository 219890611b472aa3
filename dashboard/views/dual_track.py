"""双轨管理: member units by area (区域统抓) and by industry (对口主抓), each unit counted once on either side."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard import theme
from dashboard.catalogue import labels, load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import capacity
from dashboard.locale import translator
from dashboard.organisations import Organisation, level_below, organisations
from dashboard.queries import compare, indicator_named, measure, organisation
from dashboard.report import Block, Chart, Click, Column, Columns, Note, Report, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Selection
from dashboard.views import alongside, captions, figures, needs
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import crumbs, nothing_then, page

KEY = "dual_track"
TITLE = "双轨管理"
PART = Choice(
    "part",
    "查看",
    (("cross", "区域和行业"), ("units", "逐个单位"), ("all", "全部")),
    "cross",
)
FILTERS: tuple[Control, ...] = (PART, DimensionFilter("industry"), DimensionFilter("unit_kind"))

_BY_AREA, _BY_INDUSTRY = "member_unit_count", "industry_unit_count"
_KPIS = (_BY_AREA, _BY_INDUSTRY, "dual_track_unit_count", "dual_track_share")


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Both totals and that they agree, the two sides as charts, the table of both, then the units."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        is_unit = org.level == load_levels(snapshot)[-1].key
        yield crumbs(snapshot, chosen, KEY)
        known = {_BY_AREA: compare(snapshot, _BY_AREA, chosen, scope)}
        if note := nothing_then(snapshot, chosen):
            yield note
            return
        if not is_unit:
            yield figures.kpi_row(snapshot, chosen, _KPIS, scope, known=known)
            if note := captions.unmoved(snapshot, chosen, _KPIS):
                yield note
            yield _agreement(snapshot, chosen, scope)
        yield needs.needs(snapshot, chosen, KEY, scope)
        part = chosen.option(PART.key, PART.default)
        if part != "units" and not is_unit:
            yield from _both_sides(snapshot, chosen, org, scope)
        if part in ("units", "all") or level_below(snapshot, org.level) in (None, _unit_level(snapshot)):
            yield _units(snapshot, chosen, org, scope, is_unit)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _unit_level(snapshot: Snapshot) -> str:
    return load_levels(snapshot)[-1].key


def _agreement(snapshot: Snapshot, selection: Selection, scope: Scope) -> Note:
    """That the sums over communities and over industries are the same, or that they are not."""
    say = translator(selection.language)
    plain = Selection(
        selection.org, selection.period, selection.compare, selection.language, _kinds(selection)
    )
    area = float(measure(snapshot, _BY_AREA, plain, (), scope)["value"].sum())
    parts = measure(snapshot, _BY_INDUSTRY, plain, ("industry",), scope)
    industry = float(parts["value"].sum())
    without = float(parts.loc[parts["industry"] == capacity.NO_INDUSTRY, "value"].sum())
    texts = {
        "area": theme.number(area),
        "industry": theme.number(industry),
        "with": theme.number(industry - without),
        "without": theme.number(without),
    }
    if area != industry:
        text = say("两边不一致：按社区统计 {area} 个，按行业归口统计 {industry} 个，请核对行业归口台账。")
        return Note(text.format(**texts), "warning")
    text = say(
        "两边一致：按社区统计 {area} 个；按行业归口统计也是 {industry} 个，"
        "其中有行业归口的 {with} 个，未归口的 {without} 个。每个单位在每一边只计一次。"
    )
    return Note(text.format(**texts), "good")


def _kinds(selection: Selection) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in selection.filters if pair[0] == "unit_kind")


def _both_sides(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Block]:
    level = level_below(snapshot, org.level)
    is_last = level == _unit_level(snapshot)
    industries = _by_industry(snapshot, selection, "unit_kind" if is_last or not level else level, scope)
    if is_last or not level:
        yield industries
        return
    yield Columns(((_by_area(snapshot, selection, level, scope),), (industries,)), (1.0, 1.0))
    yield _cross_table(snapshot, selection, org, scope)


def _counts(snapshot: Snapshot, selection: Selection, by: tuple[str, ...], scope: Scope) -> pd.DataFrame:
    frame = measure(snapshot, _BY_INDUSTRY, selection, by, scope)
    return frame[frame["value"] > 0].reset_index(drop=True)


def _by_area(snapshot: Snapshot, selection: Selection, level: str, scope: Scope) -> Chart:
    """A bar for each area, made of industries."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, _BY_INDUSTRY)
    frame = _counts(snapshot, selection, (level, "industry"), scope)
    total = float(frame["value"].sum())
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "total": theme.number(total),
        "areas": theme.number(frame[level].nunique()),
        "level": figures.level_title(snapshot, level, language),
    }
    title = (
        say("区域统抓：{period}期末 {total} 个单位分在 {areas} 个{level}")
        if total
        else say("{period}期末没有这样的成员单位")
    )
    return Chart(
        key="by_area",
        kind="barh",
        title=title.format(**texts),
        frame=frame,
        x="value",
        y=f"{level}_label",
        series="industry_label",
        order=tuple(labels(snapshot, "industry", language).values()),
        columns=figures.columns_of(snapshot, what, (level, "industry"), language),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("条形图：各{level}的成员单位个数，按行业归口分段，合计 {total} 个。").format(**texts),
        click=Click("org", level),
        height=300,
        empty=say("所选范围内没有在期的成员单位。"),
    )


def _by_industry(snapshot: Snapshot, selection: Selection, series: str, scope: Scope) -> Chart:
    """A bar for each industry committee, made of areas or, within a community, of kinds of unit."""
    language = selection.language
    say = translator(language)
    what = indicator_named(snapshot, _BY_INDUSTRY)
    frame = _counts(snapshot, selection, ("industry", series), scope)
    total = float(frame["value"].sum())
    both = float(frame.loc[frame["industry"] != capacity.NO_INDUSTRY, "value"].sum())
    committees = frame.loc[frame["industry"] != capacity.NO_INDUSTRY, "industry"].nunique()
    texts = {
        "period": captions.whose_and_when(snapshot, selection),
        "both": theme.number(both),
        "rest": theme.number(total - both),
        "committees": theme.number(committees),
        "total": theme.number(total),
    }
    if not total:
        title = say("{period}期末没有这样的成员单位")
    elif not both:
        title = say("对口主抓：{total} 个单位都没有行业归口")
    else:
        title = say("对口主抓：{both} 个单位归口 {committees} 个行业党委，{rest} 个未归口")
    present = set(frame[series].tolist())
    if series == "unit_kind":
        order = [name for kind, name in labels(snapshot, series, language).items() if kind in present]
    else:  # in the register's order, whichever industry names an area first
        order = [one.label(language) for code, one in organisations(snapshot).items() if code in present]
    return Chart(
        key="by_industry",
        kind="barh",
        title=title.format(**texts),
        frame=frame,
        x="value",
        y="industry_label",
        series=f"{series}_label",
        order=tuple(order),
        columns=figures.columns_of(snapshot, what, ("industry", series), language),
        source=figures.source(snapshot, selection, what.key, scope=scope),
        alt=say("条形图：归口各行业党委和未归口的成员单位个数，合计 {total} 个。").format(**texts),
        click=Click("industry", "industry"),
        height=300,
        empty=say("所选范围内没有在期的成员单位。"),
    )


def _cross_table(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Table:
    """Areas down, industry committees across; the first row and the last column are the two totals."""
    language = selection.language
    say = translator(language)
    level = alongside.level_alongside(snapshot, org) or _unit_level(snapshot)
    frame = measure(snapshot, _BY_INDUSTRY, selection, (level, "industry"), scope)
    names = {
        code: name
        for code, name in labels(snapshot, "industry", language).items()
        if (frame.loc[frame["industry"] == code, "value"] > 0).any()
    }
    wide = frame.pivot_table(index=level, columns="industry", values="value", sort=False, aggfunc="sum")
    wide = wide.reindex(columns=list(names)).fillna(0.0)
    wide["total"] = wide.sum(axis=1)
    codes = [org.code, *wide.index]  # the totals on top, where they are seen
    found = pd.concat([wide.sum(axis=0).to_frame().T, wide], ignore_index=True)
    found.insert(0, "org", codes)
    found.insert(1, "org_label", [say("按行业归口合计"), *alongside.names_of(snapshot, codes[1:], language)])
    total = float(found["total"].iloc[0])
    return Table(
        key="cross",
        title=say("{count} 个{level} × {industries} 类行业归口，两个方向的合计都是 {total} 个").format(
            count=theme.number(len(found) - 1),
            level=figures.level_title(snapshot, level, language),
            industries=theme.number(len(names)),
            total=theme.number(total),
        ),
        frame=found,
        columns=(
            figures.label_column(snapshot, level, language, "org_label"),
            *(Column(code, name, "integer") for code, name in names.items()),
            Column("total", say("按区域合计"), "integer"),
        ),
        source=figures.source(snapshot, selection, _BY_INDUSTRY, scope=scope),
        click=Click("org", "org"),
        empty=say("所选范围内没有在期的成员单位。"),
    )


def _units(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope, is_unit: bool) -> Table:
    """Every unit with its area parent and its industry parent."""
    language = selection.language
    say = translator(language)
    frame = capacity.tracks(snapshot, selection, scope)
    both = int((frame["industry"] != capacity.NO_INDUSTRY).sum())
    texts = {
        "org": org.label(language),
        "count": theme.number(len(frame)),
        "both": theme.number(both),
        "area": frame["community_label"].iloc[0] if len(frame) else "",
        "industry": frame["industry_label"].iloc[0] if len(frame) else "",
    }
    if frame.empty:
        title = say("期末没有这样的成员单位")
    elif is_unit and both:
        title = say("{org}：区域归口{area}，行业归口{industry}")
    elif is_unit:
        title = say("{org}：区域归口{area}，没有行业归口")
    else:
        title = say("期末 {count} 个成员单位中，{both} 个同时有区域归口和行业归口")
    return Table(
        key="units",
        title=title.format(**texts),
        frame=frame.assign(origin=captions.origins(frame, language)),
        columns=(
            Column("unit_label", say("成员单位")),
            figures.label_column(snapshot, "unit_kind", language, "kind_label"),
            Column("community_label", say("区域归口")),
            Column("industry_label", say("行业归口")),
            Column("since_on", say("归口或未归口自"), "date"),
            Column("origin", say("出处"), aside=True),
        ),
        source=figures.record_source(snapshot, selection, "member_units", "industry_parents"),
        click=Click("org", "unit", "profile"),
        empty=say("所选范围内没有在期的成员单位。"),
    )
