"""公开数据对账: every published figure beside what the ledgers add up to, and which records were counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from dashboard import theme
from dashboard.catalogue import dataset_names, load_catalogue
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import Organisation, level_below
from dashboard.published import published_figures
from dashboard.queries import measure, organisation
from dashboard.report import Block, Column, Kpi, KpiRow, Link, Note, Notes, Report, Source, Table, Tone
from dashboard.scope import SUPPRESSED, WHOLE, Scope
from dashboard.selection import Period, Selection
from dashboard.views import alongside, figures
from dashboard.views.controls import Choice, Control
from dashboard.views.page import crumbs, page

KEY = "published"
TITLE = "公开数据对账"
PART = Choice(
    "part",
    "查看",
    (("ledger", "逐项对账"), ("records", "计了哪些记录"), ("parts", "由哪些组织组成"), ("all", "全部")),
    "ledger",
)
FILTERS: tuple[Control, ...] = (PART,)

_VERDICTS = {True: "✓ 一致", False: "✗ 不一致", None: "– 未统计"}
# Where the records of a dataset are listed: the page and its options.
_PAGES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "reference": ("hierarchy", {}),
    "member_units": ("dual_track", {"part": "units"}),
    "members": ("people", {}),
    "activities": ("activities", {}),
    "service_points": ("places", {}),
    "two_new_organisations": ("two_new", {"part": "list"}),
    "service_teams": ("teams", {"part": "teams"}),
    "jobs": ("teams", {"part": "jobs"}),
}
_FILTERED = {"themed_activity_count": {"themed": "true"}}


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """How many figures agree, which do not, then the ledger. Always over the whole window of the data."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        say = translator(chosen.language)
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        frame = published_figures(snapshot, chosen.language, scope)
        if frame.empty:
            yield Note(say("参考数据中没有登记公布过的数字。"), "empty")
            return
        yield _headline(chosen, frame)
        yield _attention(snapshot, chosen, frame)
        yield Note(_window_words(snapshot, chosen))
        part = chosen.option(PART.key, PART.default)
        if part not in ("records", "parts"):
            yield _ledger(snapshot, chosen, org, frame, scope)
        if part in ("records", "all"):
            yield _records(snapshot, chosen, frame)
            yield _commands(snapshot, chosen, frame)
        if part in ("parts", "all"):
            yield _parts(snapshot, chosen, org, frame, scope)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _verdict(agrees: object) -> bool | None:
    return None if pd.isna(agrees) else bool(agrees)  # type: ignore[call-overload]


def _headline(selection: Selection, frame: pd.DataFrame) -> KpiRow:
    say = translator(selection.language)
    verdicts = [_verdict(agrees) for agrees in frame["agrees"]]
    wrong, unknown = verdicts.count(False), verdicts.count(None)
    least = int((frame["statement"] == "at_least").sum())
    undefined = int((frame["window"] == "none").sum())
    unit = say("项")
    items: list[tuple[str, str, int, str, Tone]] = [
        ("stated", "公布的数", len(frame), "公开材料中写明、并登记在参考数据里的数字。", "plain"),
        (
            "agreeing",
            "一致",
            verdicts.count(True),
            "准确数与统计数相等；“不少于”的数，统计数不低于它。",
            "good",
        ),
        (
            "differing",
            "不一致",
            wrong,
            "统计数与公布数不符，需要核对台账或公布口径。",
            "warning" if wrong else "plain",
        ),
        ("at_least", "表述为“不少于”", least, "公布时写的是“超过”“达”，只能核对是否达到。", "plain"),
        ("undefined", "没有统计时段", undefined, "公布时没有说明起止时间，例如“近年来”。", "plain"),
    ]
    if unknown:
        items.append(("unknown", "未统计", unknown, "没有对应的指标，或查看范围不包括全区。", "attention"))
    return KpiRow(
        tuple(
            Kpi(key, say(label), theme.number(count), unit, help=say(text), state=tone)
            for key, label, count, text, tone in items
        )
    )


def _attention(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame) -> Notes:
    """The figures that do not agree, and those that nothing counts."""
    say = translator(selection.language)
    notes = []
    for row in frame.to_dict("records"):
        texts = {
            "name": row["label"],
            "stated": theme.number(row["stated"]),
            "counted": theme.number(row["counted"]),
            "unit": row["unit"],
        }
        verdict = _verdict(row["agrees"])
        if verdict is False:
            text = say("{name}：公布 {stated} {unit}，统计 {counted} {unit}，不一致")
            notes.append(Note(text.format(**texts), "warning", _link(snapshot, selection, row)))
        elif verdict is None:
            text = say("{name}：公布 {stated} {unit}，没有可以对照的统计数")
            notes.append(Note(text.format(**texts), "attention"))
    return Notes(say("需要关注"), tuple(notes), say("公布的数与台账合计全部一致。"))


def _window_words(snapshot: Snapshot, selection: Selection) -> str:
    window = _window(snapshot)
    say = translator(selection.language)
    return say(
        "“近年来”没有起止时间，不是一个确定的时段；这里一律按现有数据的全部时段（{window}）统计，"
        "这是本看板的取法，不代表公布时的口径。本页不随所选时段变化。"
    ).format(window=window.label(selection.language))


def _window(snapshot: Snapshot) -> Period:
    return Period.of_days(snapshot.first_month, snapshot.last_month)


def _ledger(
    snapshot: Snapshot, selection: Selection, org: Organisation, frame: pd.DataFrame, scope: Scope
) -> Table:
    """Claimed, how stated, counted, difference, verdict in shape and word, and the time of either."""
    language = selection.language
    say = translator(language)
    agreeing = [_verdict(agrees) for agrees in frame["agrees"]].count(True)
    shown = frame.assign(
        verdict=[say(_VERDICTS[_verdict(agrees)]) for agrees in frame["agrees"]],
        stated_when=_stated_when(selection, frame),
        counting=_counting(selection, frame),
    )
    is_top = org.level_no == 1
    remarks: list[str] = []
    if not is_top:
        shown["own"], remarks = _own(snapshot, selection, org, frame, scope)
        shown["remark"] = remarks
    title = (
        say("{count} 项公布的数全部与台账合计一致")
        if agreeing == len(frame)
        else say("{count} 项公布的数中，{agreeing} 项与台账合计一致")
    )
    return Table(
        key="ledger",
        title=title.format(count=theme.number(len(frame)), agreeing=theme.number(agreeing)),
        frame=shown,
        columns=(
            Column("label", say("指标")),
            Column("verdict", say("结论")),
            Column("statement_label", say("表述")),
            Column("stated", say("公布值"), "integer"),
            Column("counted", say("统计值"), "integer"),
            Column("difference", say("差"), "integer"),
            Column("unit", say("单位")),
            *([] if is_top else [Column("own", say("其中{org}").format(org=org.label(language)), "integer")]),
            *([Column("remark", say("说明"))] if any(remarks) else []),
            Column("stated_when", say("公布的时段")),
            Column("period_label", say("统计的时段")),
            Column("counting", say("统计口径")),
        ),
        source=_source(snapshot, selection, frame),
        empty=say("参考数据中没有登记公布过的数字。"),
    )


def _stated_when(selection: Selection, frame: pd.DataFrame) -> list[str]:
    """As published; in English, where the words of the reference file do not help, what they amount to."""
    say = translator(selection.language)
    meanings = {"year": say("每年"), "moment": say("截至公布时"), "none": say("没有说明起止时间")}
    if selection.language == "zh":
        return [
            note or meanings[kind] for note, kind in zip(frame["window_note"], frame["window"], strict=True)
        ]
    return [meanings[kind] for kind in frame["window"]]


def _counting(selection: Selection, frame: pd.DataFrame) -> list[str]:
    """The indicator, narrowed by a value; a figure that was stated per year is held against the least one."""
    say = translator(selection.language)
    found = []
    for name, held, kind in zip(frame["indicator_label"], frame["where_label"], frame["window"], strict=True):
        text = say("{name}：{held}").format(name=name, held=held) if held else name or say("未统计")
        found.append(say("{text}，取最少的一年").format(text=text) if name and kind == "year" else text)
    return found


def _own(
    snapshot: Snapshot, selection: Selection, org: Organisation, frame: pd.DataFrame, scope: Scope
) -> tuple[pd.Series[float], list[str]]:
    """What of each count lies within the selected organisation, and why it is not told."""
    catalogue = load_catalogue(snapshot)
    values: list[float | None] = []
    remarks = []
    for row in frame.to_dict("records"):
        what = catalogue.get(row["indicator"])
        if what is None or org.level not in what.levels or not row["counted_key"]:
            values.append(None)
            remarks.append(translator(selection.language)("不能统计到这一级") if row["indicator"] else "")
            continue
        one = measure(snapshot, what.key, _held(selection, org.code, row), (), scope).iloc[0]
        values.append(None if pd.isna(one["value"]) else float(one["value"]))
        remarks.append(figures.why_absent(snapshot, str(one["state"]), selection.language, scope))
    return pd.Series(values, dtype="float64"), remarks


def _held(selection: Selection, org: str, row: Mapping[Any, Any]) -> Selection:
    filters = ((row["where_dim"], row["where_value"]),) if row["where_dim"] else ()
    period = Period.parse(row["counted_key"])
    return Selection(org, period, language=selection.language, filters=filters)


def _records(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame) -> Notes:
    """For each figure the ledgers that it was counted from, and the page that lists them."""
    language = selection.language
    say = translator(language)
    catalogue = load_catalogue(snapshot)
    notes = []
    for row in frame.to_dict("records"):
        what = catalogue.get(row["indicator"])
        if what is None:
            continue
        datasets = dataset_names(snapshot, what.datasets, language)
        if row["where_label"]:
            datasets = say("{datasets}（{held}）").format(datasets=datasets, held=row["where_label"])
        text = say("{name} {counted} {unit}：计自{datasets}，{period}。{definition}").format(
            name=row["label"],
            counted=theme.number(row["counted"]),
            unit=row["unit"],
            datasets=datasets,
            period=row["period_label"],
            definition=what.definition_text(language),
        )
        if row["detail"]:
            text = say("{text}各年为：{detail}").format(text=text, detail=row["detail"])
        notes.append(Note(text, "plain", _link(snapshot, selection, row)))
    return Notes(say("每个数计的是哪些记录"), tuple(notes), say("没有可以对照的统计数。"))


def _link(snapshot: Snapshot, selection: Selection, row: Mapping[Any, Any]) -> Link:
    """To the page that lists the records of a figure, over the time in which they were counted."""
    what = load_catalogue(snapshot).get(row["indicator"])
    view, options = _PAGES.get(what.datasets[0], ("glossary", {})) if what else ("glossary", {})
    params: dict[str, str | None] = {**options, **_FILTERED.get(row["indicator"], {})}
    if what and row["where_dim"]:
        params[row["where_dim"]] = row["where_value"]
    if what and row["period_key"]:
        params["period"] = row["period_key"]
    return Link(translator(selection.language)("查看记录"), view, params)


def _commands(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame) -> Table:
    """The command that counts each figure again."""
    say = translator(selection.language)
    known = frame[frame["indicator"] != ""]
    rows = [
        (
            row["label"],
            " ".join(
                [
                    f"liandong query {row['indicator']}",
                    *([f"--where {row['where_dim']}={row['where_value']}"] if row["where_dim"] else []),
                    *(["--by year"] if row["window"] == "year" else []),
                    f"--period {row['period_key']}",
                ]
            ),
        )
        for row in known.to_dict("records")
    ]
    return Table(
        key="commands",
        title=say("在服务器上用这些命令可以重新统计每一个数"),
        frame=pd.DataFrame(rows, columns=["label", "command"]),
        columns=(Column("label", say("公布的数")), Column("command", say("命令"))),
        source=_source(snapshot, selection, frame),
        empty=say("没有可以对照的统计数。"),
    )


def _parts(
    snapshot: Snapshot, selection: Selection, org: Organisation, frame: pd.DataFrame, scope: Scope
) -> Block:
    """One row an organisation below the selected one, one column a figure."""
    language = selection.language
    say = translator(language)
    level = level_below(snapshot, org.level)
    catalogue = load_catalogue(snapshot)
    counted = [
        row
        for row in frame.to_dict("records")
        if row["counted_key"] and level in catalogue[row["indicator"]].levels
    ]
    if level is None or not counted:
        return Note(say("所选范围内没有下级组织。"), "empty")
    codes: list[str] = []
    columns: dict[str, dict[str, float]] = {}
    hidden: set[str] = set()
    for row in counted:
        found = measure(snapshot, row["indicator"], _held(selection, org.code, row), (level,), scope)
        columns[row["figure"]] = dict(zip(found[level].tolist(), found["value"].tolist(), strict=True))
        hidden |= set(found.loc[found["state"] == SUPPRESSED, level].tolist())
        codes += [code for code in found[level].tolist() if code not in codes]
    table = pd.DataFrame({name: [cells.get(code) for code in codes] for name, cells in columns.items()})
    table = table.astype("float64")
    table.insert(0, "org", codes)
    table.insert(1, "org_label", alongside.names_of(snapshot, codes, language))
    table["remark"] = [
        figures.why_absent(snapshot, SUPPRESSED, language, scope) if code in hidden else "" for code in codes
    ]
    return Table(
        key="parts",
        title=say("{org}的各项统计数由 {count} 个{level}组成").format(
            org=org.label(language),
            count=theme.number(len(codes)),
            level=figures.level_title(snapshot, level, language),
        ),
        frame=table,
        columns=(
            Column("org_label", say("组织")),
            *(Column(row["figure"], row["label"], "integer", row["unit"]) for row in counted),
            *([Column("remark", say("说明"))] if hidden else []),
        ),
        source=_source(snapshot, selection, frame),
        empty=say("所选范围内没有下级组织。"),
    )


def _source(snapshot: Snapshot, selection: Selection, frame: pd.DataFrame) -> Source:
    """All ledgers that the figures were counted from, over the whole window."""
    language = selection.language
    catalogue = load_catalogue(snapshot)
    datasets = dict.fromkeys(
        dataset for key in frame["indicator"] if key in catalogue for dataset in catalogue[key].datasets
    )
    names = dataset_names(snapshot, tuple(datasets), language) or translator(language)("参考数据")
    return Source(names, _window(snapshot).label(language), snapshot.release_id)
