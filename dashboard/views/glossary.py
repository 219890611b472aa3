"""指标说明: the dictionary of the figures, generated from the catalogue that the release carries."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard import theme
from dashboard.catalogue import (
    Indicator,
    Source,
    dataset_names,
    load_catalogue,
    load_dimensions,
    load_levels,
)
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import district
from dashboard.report import Block, Column, Heading, Note, Notes, Report, Table
from dashboard.report import Source as Origin
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Language, Period, Selection
from dashboard.submissions import release
from dashboard.views import people
from dashboard.views.controls import Choice, Control
from dashboard.views.page import page

KEY = "glossary"
TITLE = "指标说明"
PART = Choice(
    "part",
    "查看",
    (("meaning", "定义"), ("counting", "怎样计算"), ("query", "命令行查询"), ("all", "全部")),
    "meaning",
)
FILTERS: tuple[Control, ...] = (PART,)

_HEADINGS = {
    "name": "指标",
    "unit": "单位",
    "definition": "定义",
    "better": "高低",
    "counting": "怎样计算",
    "rollup": "怎样汇总",
    "dimensions": "可以细分为",
    "levels": "统计到",
    "datasets": "来源台账",
}
_ALL_COLUMNS = tuple(_HEADINGS)
_COLUMNS = {  # a long text needs the width of the page
    "meaning": ("name", "unit", "definition", "better"),
    "counting": ("name", "counting", "rollup", "dimensions", "levels", "datasets"),
}
_BETTER = {"higher": "越高越好", "lower": "越低越好", "neutral": "不评价高低"}
_TIMES = {
    "flow": "本期内发生的",
    "stock": "期末时的",
    "span": "本期内曾经有效的",
    "none": "最新的",
}
_ROLLUPS = {
    "sum": "上级等于下级之和",
    "ratio": "分子、分母分别汇总后再相除，不取平均",
    "distinct": "在每一级去重后计数，上级不等于下级之和",
}


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """One table a theme, then how to read them, how to query them, and what the data are."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        say = translator(chosen.language)
        catalogue = load_catalogue(snapshot)
        yield Note(
            say(
                "本页由数据版本自带的指标目录生成，共 {count} 项指标；看板、导出和命令行用的是同一份定义。"
            ).format(count=theme.number(len(catalogue)))
        )
        part = chosen.option(PART.key, PART.default)
        if part != "query":
            for key in dict.fromkeys(what.theme for what in catalogue.values()):
                same = [what for what in catalogue.values() if what.theme == key]
                yield _theme(snapshot, chosen, same, _COLUMNS.get(part, _ALL_COLUMNS))
            yield _reading(snapshot, chosen, scope)
        if part in ("query", "all"):
            yield Heading(say("命令行查询"), lead=say("在服务器上用同样的定义查询，结果与看板一致。"))
            yield _commands(snapshot, chosen)
            yield _indicator_codes(snapshot, chosen)
            yield _grouping_codes(snapshot, chosen)
        yield _release(snapshot, chosen)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


# ---------------------------------------------------------------- the dictionary


def _theme(
    snapshot: Snapshot, selection: Selection, indicators: list[Indicator], columns: tuple[str, ...]
) -> Table:
    language = selection.language
    say = translator(language)
    comma = "、" if language == "zh" else ", "
    dimensions = load_dimensions(snapshot)
    levels = {level.key: level.label(language) for level in load_levels(snapshot)}
    rows = [
        {
            "name": what.label(language),
            "unit": what.unit_label(language),
            "definition": what.definition_text(language),
            "counting": how_counted(what, language),
            "rollup": say(_ROLLUPS[what.rollup]),
            "better": say(_BETTER[what.better]),
            "dimensions": comma.join(
                dimensions[key].label(language) for key in what.dimensions if key in dimensions
            )
            or say("不再细分"),
            "levels": comma.join(levels[key] for key in what.levels),
            "datasets": dataset_names(snapshot, what.datasets, language),
        }
        for what in indicators
    ]
    name = indicators[0].theme_label(language)
    return Table(
        key=f"theme_{indicators[0].theme}",
        title=say("{theme}：{count} 项指标").format(theme=name, count=len(rows)),
        frame=pd.DataFrame(rows),
        columns=tuple(Column(column, say(_HEADINGS[column])) for column in columns),
        source=_origin(snapshot, selection),
    )


def how_counted(what: Indicator, language: Language) -> str:
    """Numerator and denominator in words: which records of time they take, and how they are combined."""
    say = translator(language)
    if what.denominator is None:
        text = say("计数：{time}记录。").format(time=say(_TIMES[what.numerator.time]))
    else:
        text = say("分子取{numerator}记录，分母取{denominator}记录。").format(
            numerator=say(_TIMES[what.numerator.time]), denominator=say(_TIMES[what.denominator.time])
        )
    parts = [text]
    if what.scale != 1:
        parts.append(say("结果乘以 {scale}。").format(scale=theme.number(what.scale)))
    if what.rollup == "distinct" or any(_is_distinct(source) for source in what.sources):
        parts.append(say("同一对象只计一次。"))
    if what.persons:
        parts.append(say("涉及人数，过少时不显示。"))
    return "".join(parts) if language == "zh" else " ".join(parts)


def _is_distinct(source: Source) -> bool:
    return "count(distinct" in source.sql.lower()


# ---------------------------------------------------------------- how to read, how to query


def _reading(snapshot: Snapshot, selection: Selection, scope: Scope) -> Notes:
    say = translator(selection.language)
    sentences = [
        say("同比是与上一年同一时期相比，环比是与前一个同样长的时期相比；数据期以前的时期不作比较。"),
        say("占比的变化用百分点表示；数很小时直接写出增减多少，不写百分比。"),
        say("同级中位数不包括自己。名册顺序不是名次，排名只在选择“按数值”之后出现。"),
        say("人数是填报的到场人数，人次是填报的服务人次，两者从不相加。"),
        say("没有记录、台账未报和人数过少是三种不同的空白，页面上分别写明。"),
        people.privacy(snapshot, selection, scope),
        say("地图上标明“示意范围”的范围按中心点划分，不作为划界依据。"),
    ]
    return Notes(say("怎样读这些数"), tuple(Note(text) for text in sentences))


def _commands(snapshot: Snapshot, selection: Selection) -> Table:
    """Examples that run as they stand, with indicators of this release."""
    say = translator(selection.language)
    year = Period.parse(str(snapshot.last_month.year)).key
    first = next(iter(load_catalogue(snapshot)))
    catalogue = load_catalogue(snapshot)
    what = catalogue.get("activity_count", catalogue[first])
    name = what.label(selection.language)
    levels = [level.key for level in load_levels(snapshot)]
    by = what.dimensions[0] if what.dimensions else "month"
    org = district(snapshot)
    top = org.label(selection.language)
    level = load_levels(snapshot)[-2].label(selection.language)
    rows = [
        (say("{year}年{org}的{name}"), f"liandong query {what.key} --period {year}"),
        (say("按{level}列出"), f"liandong query {what.key} --by {levels[-2]} --period {year}"),
        (say("按月份和类别列出"), f"liandong query {what.key} --by month,{by} --period {year}"),
        (
            say("只看一个组织，写成表格文件"),
            f"liandong query {what.key} --org {org.code} --by quarter --format csv",
        ),
        (say("列出全部指标"), "liandong indicators"),
    ]
    frame = pd.DataFrame(
        [
            {"purpose": text.format(year=year, name=name, org=top, level=level), "command": command}
            for text, command in rows
        ]
    )
    return Table(
        key="commands",
        title=say("几个可以直接运行的例子"),
        frame=frame,
        columns=(Column("purpose", say("用途")), Column("command", say("命令"))),
        source=_origin(snapshot, selection),
    )


def _indicator_codes(snapshot: Snapshot, selection: Selection) -> Table:
    say = translator(selection.language)
    frame = pd.DataFrame(
        [
            {"name": what.label(selection.language), "code": key}
            for key, what in load_catalogue(snapshot).items()
        ]
    )
    return Table(
        key="indicator_codes",
        title=say("{count} 项指标在命令行中的代号").format(count=len(frame)),
        frame=frame,
        columns=(Column("name", say("指标")), Column("code", say("代号"))),
        source=_origin(snapshot, selection),
    )


def _grouping_codes(snapshot: Snapshot, selection: Selection) -> Table:
    """What --by and --where understand: levels, grains of time, dimensions."""
    language = selection.language
    say = translator(language)
    times = (("month", say("月份")), ("quarter", say("季度")), ("year", say("年份")))
    rows = [
        *((level.label(language), level.key, say("组织层级")) for level in load_levels(snapshot)),
        *((name, key, say("时间")) for key, name in times),
        *(
            (dimension.label(language), key, say("类别"))
            for key, dimension in load_dimensions(snapshot).items()
        ),
    ]
    frame = pd.DataFrame(rows, columns=["name", "code", "sort"])
    return Table(
        key="grouping_codes",
        title=say("{count} 种分组在命令行中的代号").format(count=len(frame)),
        frame=frame,
        columns=(Column("name", say("分组")), Column("code", say("代号")), Column("sort", say("种类"))),
        source=_origin(snapshot, selection),
    )


# ---------------------------------------------------------------- the release


def _release(snapshot: Snapshot, selection: Selection) -> Notes:
    """What this release is made of."""
    say = translator(selection.language)
    found = release(snapshot)
    sentences = [
        say("版本 {release}，生成于 {built}（世界时）。").format(
            release=found.release_id, built=found.built_at.strftime("%Y-%m-%d %H:%M")
        ),
        say("数据时段为{window}。").format(window=found.window.label(selection.language)),
        say("采用报送 {submissions} 份，读取 {rows} 行，接收 {accepted} 行，退回 {returned} 行。").format(
            submissions=theme.number(found.submission_count),
            rows=theme.number(found.row_count),
            accepted=theme.number(found.accepted_count),
            returned=theme.number(found.quarantined_count),
        ),
        say("版本生成后不再改变；更正在下一个版本中体现，旧版本可以随时调出。"),
    ]
    if found.is_demo:
        sentences.append(say("本版本为演示数据，单位、活动和位置均为虚构。"))
    return Notes(say("关于本版本"), tuple(Note(text) for text in sentences))


def _origin(snapshot: Snapshot, selection: Selection) -> Origin:
    window = Period.of_days(snapshot.first_month, snapshot.last_month)
    say = translator(selection.language)
    return Origin(say("指标目录"), window.label(selection.language), snapshot.release_id)
