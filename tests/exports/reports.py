"""A report with every kind of block, and one that is as awkward as data can be."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pandas as pd
from shapely.geometry import box

from dashboard.report import (
    Block,
    Chart,
    Cited,
    Column,
    Columns,
    Crumbs,
    Definition,
    Delta,
    Heading,
    Imprint,
    Kpi,
    KpiRow,
    Link,
    Map,
    Note,
    Notes,
    Prose,
    Report,
    Source,
    State,
    Table,
    Task,
    Tasks,
)

SOURCE = Source("活动台账", "2021年第四季度", "202112-abcdef", "不足 5 人的数不显示")
IMPRINT = Imprint(
    authority="清河县",
    period="2021年第四季度",
    release="202112-abcdef",
    made_at=datetime(2022, 1, 5, 9, 30),
    is_demo=True,
    report_id="202112-Q4-01",
    review_number="桂S(2021)00-001号",
    link="http://127.0.0.1:8501/activities?org=1&period=2021-Q4",
    definitions=(Definition("活动场次", "场", "本期开展的活动场次。", "活动"),),
)
MONTHS = ("2021年10月", "2021年11月", "2021年12月")


def chart(key: str = "chart", kind: Any = "bar", **changes: Any) -> Chart:
    """Three months by two types."""
    lying = kind == "barh"
    rows = [
        (month, kind_of, 10.0 * n + m) for n, month in enumerate(MONTHS) for m, kind_of in enumerate("甲乙")
    ]
    block = Chart(
        key=key,
        kind=kind,
        title="12月最多，21 场",
        frame=pd.DataFrame(rows, columns=["month", "type", "value"]),
        x="value" if lying else "month",
        y="month" if lying else "value",
        columns=(
            Column("month", "月份"),
            Column("type", "类型"),
            Column("value", "活动场次", "integer", "场"),
        ),
        source=SOURCE,
        alt="各月活动场次的柱形图。",
        series="type",
        order=("甲", "乙"),
    )
    return replace(block, **changes)


def single(key: str, kind: Any, **changes: Any) -> Chart:
    frame = pd.DataFrame({"month": MONTHS, "value": [1.0, None, 3.0]})
    return replace(chart(key, kind, frame=frame, series=None, order=()), **changes)


def icicle() -> Chart:
    frame = pd.DataFrame(
        {
            "id": ["1", "11", "12", "111"],
            "parent": ["", "1", "1", "11"],
            "label": ["清河县", "河东街道", "河西镇", "东园社区"],
            "value": [30.0, 20.0, 10.0, 20.0],
        }
    )
    columns = (Column("label", "组织"), Column("value", "活动场次", "integer", "场"))
    return Chart("icicle", "icicle", "全县 30 场", frame, "id", "value", columns, SOURCE, "层级图。")


def calendar(states: bool) -> Chart:
    frame = pd.DataFrame(
        [
            (month, org, "held" if n else "missed", float(n))
            for n, month in enumerate(MONTHS)
            for org in ("东园", "西园")
        ],
        columns=["month", "org", "state", "value"],
    )
    kinds = (State("held", "按期召开", "开", "good"), State("missed", "未开", "缺", "warning"))
    return Chart(
        f"calendar-{states}",
        "calendar",
        "两个社区各缺一次",
        frame,
        "month",
        "org",
        (Column("month", "月份"), Column("org", "社区"), Column("value", "次数", "integer", "次")),
        SOURCE,
        "每月召开情况。",
        value="state" if states else "value",
        states=kinds if states else (),
    )


def table(rows: int = 3, **changes: Any) -> Table:
    frame = pd.DataFrame(
        {
            "name": [f"活动{n}" for n in range(rows)],
            "held_on": [date(2021, 10, 1)] * rows,
            "heads": [1234.0] * rows,
            "share": [0.125] * rows,
            "origin": ["台账.xlsx，活动，第 5 行"] * rows,
        }
    )
    columns = (
        Column("name", "活动名称"),
        Column("held_on", "日期", "date"),
        Column("heads", "参加人数", "integer", "人"),
        Column("share", "占比", "percent", share_bar=True),
        Column("origin", "出处", aside=True),
    )
    return replace(Table("table", "三场活动", frame, columns, SOURCE, empty="没有活动。"), **changes)


def a_map(**changes: Any) -> Map:
    def text(*bounds: float) -> str:
        return json.dumps(box(*bounds).__geo_interface__)

    areas = pd.DataFrame(
        {
            "org_code": ["c1", "c2"],
            "org_name": ["东园社区", "西园社区"],
            "geometry": [text(108.0, 22.0, 108.2, 22.2), text(108.2, 22.0, 108.21, 22.01)],
            "value": [3.0, None],
            "tip": ["东园社区", "西园社区"],
        }
    )
    points = pd.DataFrame(
        {
            "longitude": [108.05, 108.205, None],
            "latitude": [22.05, 22.005, None],
            "kind": ["a", "b", "b"],
            "kind_label": ["红色驿站", "网格驿站", "网格驿站"],
            "name": ["一号", "二号", "三号"],
            "tip": ["一号", "二号", "三号"],
        }
    )
    block = Map(
        key="map",
        title="三个联系点中两个在图上",
        areas=areas,
        points=points,
        outline=text(108.0, 22.0, 108.21, 22.2),
        columns=(Column("name", "名称"), Column("kind_label", "类型")),
        source=SOURCE,
        alt="联系点分布图。",
        value=Column("value", "联系点", "integer", "处"),
        review_number="桂S(2021)00-001号",
    )
    return replace(block, **changes)


def kpis() -> KpiRow:
    trend = {"spark": (1.0, None, 3.0, 4.0), "spark_labels": ("1月", "2月", "3月", "4月")}
    return KpiRow(
        (
            Kpi(
                "a",
                "活动场次",
                "2,382",
                "场",
                (Delta("同比", "+29.7%", "up", "good"),),
                **trend,
                help="定义甲",
            ),
            Kpi(
                "b",
                "办结率",
                "96.2%",
                "",
                (Delta("同比", "-0.5个百分点", "down", "attention"),),
                help="定义乙",
            ),
            Kpi("c", "党员", "—", "名", (Delta("", "不足 5 人，不显示"),), help="定义丙", state="empty"),
        )
    )


def tasks() -> Tasks:
    link = Link("处理", "attention", {})
    task = Task(
        "A1",
        "东园社区第四季度会议未开",
        "自 2021-12-31 · 5 天",
        "warning",
        "new",
        "新",
        link,
        origin="台账第 3 行",
    )
    return Tasks("tasks", "联席会议（1 项）", (task,))


def report(*blocks: Block) -> Report:
    return Report(
        "whole", "清河县社区联合党委工作通报", "清河县 · 2021年第四季度", blocks, True, "202112-abcdef"
    )


def whole() -> Report:
    """Every kind of block once, and every kind of chart."""
    cited = Cited("2,382", "activity_count", "1", "2021-Q4", value=2382)
    return report(
        Crumbs((Link("清河县", "profile"),)),
        Heading("总体情况", 2, "一句导语。"),
        Prose(("2021年第四季度，清河县共开展活动", cited, "场。")),
        kpis(),
        Note("本页只有人数。"),
        Notes("需要关注", (Note("两个社区没有活动", "attention"),)),
        Notes("变化", (), "没有明显变化。"),
        Heading("图", 3),
        chart("stacked", "bar"),
        chart("grouped", "bar", grouped=True, reference=(15.0, "计划 15")),
        chart("lying", "barh", reference=(15.0, "计划 15")),
        chart("lines", "line", highlight="甲"),
        single("plain", "bar", highlight="2021年12月"),
        single("lying-plain", "barh"),
        single("line-plain", "line", reference=(2.0, "计划")),
        single("nothing", "bar", frame=pd.DataFrame({"month": [], "value": []}), empty="没有活动。"),
        icicle(),
        calendar(True),
        calendar(False),
        Columns(((a_map(),), (Notes("说明", (Note("只有示意范围"),)),))),
        table(),
        table(0, key="none"),
        tasks(),
        Tasks("done", "没有事项", (), empty="没有需要办的事项。"),
    )


# What a submission may hold, and no document may choke on.
AWKWARD = (
    '=HYPERLINK("http://x","点我")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "＝1＋1",
    "控制\x00符\x07\x1b",
    "半个\ud83d字",
    "换\r\n行\t制表",
    "表情🎉👨‍👩‍👧",
    "生僻字堽𠮷",
    "<b>&amp;\"'",
    "_x0041_",
    "\u202egnp.exe",
    "../../etc/passwd",
    "CON",
    "",
)
LONG = "长" * 40_000


def awkward() -> Report:
    """The same kinds of blocks, with every text that is hard to hold."""
    texts = [*AWKWARD, LONG]
    numbers = [float(n) for n in range(len(texts))]
    # As objects: pandas' own texts could not hold half a character, a frame read elsewhere might.
    frame = pd.DataFrame({"name": pd.Series(texts, dtype=object), "value": numbers, "kind": "=甲"})
    columns = (Column("name", "=名称"), Column("value", "+值", "integer", "=场"), Column("kind", "@类"))
    bad = Source("=来源\x00", "2021年\ud83d", "r", "@说明")
    drawn = Chart("a", "bar", "=标题\x07", frame, "name", "value", columns, bad, "=说明\x00", series="kind")
    return Report(
        "awkward",
        "=标题/:*?\x00\ud83d" + "很长" * 60,
        "../CON",
        (
            Heading("=小标题\x0b"),
            Prose(tuple(AWKWARD)),
            Notes("@要点", tuple(Note(text or "空") for text in texts)),
            KpiRow((Kpi("k", "=指标", "=1", "@", (Delta("=同比", "+1"),), help="=定义"),)),
            drawn,
            replace(drawn, key="b", kind="barh", x="value", y="name", series=None),
            replace(drawn, key="c", kind="calendar", x="kind", y="name", value="value"),
            replace(drawn, key="d", kind="line", reference=(3.0, "=线")),
            Table("t", "=表\x00", frame, columns, bad),
            tasks(),
            a_map(title="=图\x00", alt="@图"),
        ),
        True,
        "r",
    )
