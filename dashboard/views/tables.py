"""Records as tables: activities, liaison points, member units, and what was reported. No persons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_catalogue, load_levels
from dashboard.database import Snapshot
from dashboard.locale import translator
from dashboard.organisations import Organisation, organisation, organisations
from dashboard.records import activities, activity_total, member_units, service_points
from dashboard.report import Block, Click, Column, Note, Table
from dashboard.scope import SUPPRESSED, WHOLE, Scope
from dashboard.selection import Selection
from dashboard.submissions import findings_count, submissions
from dashboard.views import figures
from dashboard.views.page import has_months, no_months

_STATES = {"received": "按时", "late": "迟报", "missing": "未报", "excused": "免报"}
_SEVERITIES = {"submission": "整表退回", "row": "退回改正", "warning": "请核对"}


def activity_table(
    snapshot: Snapshot, selection: Selection, org: Organisation, limit: int, key: str = "activities"
) -> Table:
    """The latest activities of the period, at most `limit`; the title says how many there are in all."""
    language = selection.language
    say = translator(language)
    frame = activities(snapshot, selection, limit=limit)
    total = len(frame) if len(frame) < limit else activity_total(snapshot, selection)
    known = load_catalogue(snapshot)
    counted = [known[key] for key in ("head_count", "attended_count", "volunteer_hours") if key in known]
    above = org.level_no < len(load_levels(snapshot)) - 1
    columns = [
        Column("held_on", say("日期"), "date"),
        Column("title", say("活动名称")),
        Column("type_label", say("活动类型")),
        Column("item_label", say("服务事项")),
        *([Column("community_label", community_title(snapshot, language))] if above else []),
        Column("organiser_label", say("主办")),
        Column("venue", say("地点")),
        Column("head_count", say("参加人数"), "integer", say("人")),
        Column("attended_count", say("参与人次"), "integer", say("人次")),
        Column("volunteer_hours", say("志愿服务时长"), "decimal", say("小时")),
    ]
    if total > len(frame):
        title = say("最近的 {shown} 场活动（本期共 {total} 场）").format(
            shown=theme.number(len(frame)), total=theme.number(total)
        )
    else:
        title = say("本期的 {total} 场活动").format(total=theme.number(total))
    return Table(
        key,
        title,
        frame,
        tuple(columns),
        figures.record_source(
            snapshot, selection, "activities", note=figures.approximate(snapshot, selection, *counted)
        ),
        empty=_nothing(snapshot, selection, say("这一时段没有活动记录。")),
    )


def point_table(snapshot: Snapshot, selection: Selection, org: Organisation) -> Table:
    """The liaison points open at the period's end."""
    language = selection.language
    say = translator(language)
    frame = service_points(snapshot, selection)
    located = frame["located"].fillna(False).astype(bool)
    frame["located_label"] = [say("是") if known else say("否") for known in located]
    above = org.level_no < len(load_levels(snapshot)) - 1
    title = say("期末开放的联系点 {count} 个").format(count=theme.number(len(frame)))
    if not located.all():
        lacking = say("其中 {count} 个没有有效坐标").format(count=theme.number(int((~located).sum())))
        title = say("{title}，{more}").format(title=title, more=lacking)
    return Table(
        "points",
        title,
        frame,
        (
            Column("name", say("联系点")),
            Column("kind_label", say("类型")),
            *([Column("community_label", community_title(snapshot, language))] if above else []),
            Column("unit_label", say("责任单位")),
            Column("located_label", say("能否上图")),
            Column("opened_on", say("设立日期"), "date"),
        ),
        figures.record_source(snapshot, selection, "service_points"),
        Click("org", "community", "profile") if above else None,
        empty=_nothing(snapshot, selection, say("这一时段没有开放的联系点。")),
    )


def unit_table(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope = WHOLE) -> Table:
    """The member units under agreement at the period's end, with what each contributes."""
    language = selection.language
    say = translator(language)
    frame = member_units(snapshot, selection)
    reason = figures.why_absent(snapshot, SUPPRESSED, language, scope)
    frame["remark"] = [reason if state == SUPPRESSED else "" for state in frame["dual_member_state"]]
    columns = [
        Column("unit_label", say("单位")),
        Column("kind_label", say("单位性质")),
        Column("sector_label", say("所属行业")),
        Column("signed_on", say("签约日期"), "date"),
        Column("ends_on", say("到期日期"), "date"),
        Column("activity_count", say("主办活动"), "integer", say("场")),
        Column("dual_member_count", say("双重管理党员"), "integer", say("名")),
        Column("point_count", say("负责联系点"), "integer"),
    ]
    if (frame["remark"] != "").any():
        columns.append(Column("remark", say("说明")))
    title = say("{org}期末有 {count} 个成员单位").format(
        org=org.label(language), count=theme.number(len(frame))
    )
    threshold = scope.threshold(snapshot.settings)
    return Table(
        "below",
        title,
        frame,
        tuple(columns),
        figures.record_source(
            snapshot,
            selection,
            *("member_units", "activities", "members", "service_points"),
            note=say("不足 {threshold} 人的数不显示").format(threshold=threshold),
        ),
        Click("org", "unit", "profile"),
        empty=_nothing(snapshot, selection, say("期末没有共建协议有效的成员单位。")),
    )


def reporting(snapshot: Snapshot, selection: Selection, org: Organisation) -> Iterator[Block]:
    """What was due, what came and when, what was faulty. A unit is reported by its community."""
    say = translator(selection.language)
    levels = load_levels(snapshot)
    if org.level_no == len(levels):
        keeper = organisations(snapshot)[org.parent].label(selection.language)
        yield Note(say("成员单位不单独报送，以下是{name}的报送情况。").format(name=keeper))
    due = submissions(snapshot, selection)
    if org.level_no < len(levels) - 1:
        yield _reporting_by_community(snapshot, selection, due)
    else:
        yield _reporting_by_quarter(snapshot, selection, due)
    yield _finding_table(snapshot, selection)


def _reporting_by_quarter(snapshot: Snapshot, selection: Selection, due: pd.DataFrame) -> Table:
    say = translator(selection.language)
    after_lock = say("，锁定后更正")
    frame = due.assign(
        state_label=[
            say(_STATES[state]) + (after_lock if is_correction else "")
            for state, is_correction in zip(due["state"], due["is_correction"], strict=True)
        ]
    )
    came = ~frame["state"].isin(["missing", "excused"])
    frame["late_days"] = frame["late_days"].where(frame["state"] == "late")
    for name in ("row_count", "accepted_count", "quarantined_count"):
        frame[name] = frame[name].astype("Int64").where(came)
    return Table(
        "reporting",
        _reporting_title(selection, due),
        frame,
        (
            Column("quarter_label", say("季度")),
            Column("dataset_label", say("台账")),
            Column("state_label", say("报送情况")),
            Column("late_days", say("迟报天数"), "integer", say("天")),
            *_row_columns(selection.language),
        ),
        figures.record_source(snapshot, selection, *_datasets(due)),
        empty=_nothing(snapshot, selection, say("这一时段没有应报的台账。")),
    )


def _reporting_by_community(snapshot: Snapshot, selection: Selection, due: pd.DataFrame) -> Table:
    """One row a community, in the order of the register."""
    say = translator(selection.language)
    rows: dict[str, dict[str, object]] = {}
    for code, name, state, *counts in zip(
        *(due[column].tolist() for column in ("community", "community_label", "state")),
        *(due[column].tolist() for column in ("row_count", "accepted_count", "quarantined_count")),
        strict=True,
    ):
        empty: Mapping[str, object] = dict.fromkeys(_COUNTED, 0)
        row = rows.setdefault(code, {"org": code, "name": name, **empty})
        amounts = dict(zip(("row_count", "accepted_count", "quarantined_count"), counts, strict=True))
        for key, amount in {"due": state != "excused", state: 1, **amounts}.items():
            row[key] = int(str(row[key])) + int(amount)
    order = {code: place for place, code in enumerate(organisations(snapshot))}
    listed = sorted(rows.values(), key=lambda row: order[str(row["org"])])
    return Table(
        "reporting",
        _reporting_title(selection, due),
        pd.DataFrame(listed, columns=["org", "name", *_COUNTED]),
        (
            Column("name", community_title(snapshot, selection.language)),
            Column("due", say("应报"), "integer", say("份")),
            *(Column(state, say(name), "integer", say("份")) for state, name in _STATES.items()),
            *_row_columns(selection.language),
        ),
        figures.record_source(snapshot, selection, *_datasets(due)),
        Click("org", "org", "profile"),
        empty=_nothing(snapshot, selection, say("这一时段没有应报的台账。")),
    )


_COUNTED = ("due", *_STATES, "row_count", "accepted_count", "quarantined_count")


def _row_columns(language: str) -> tuple[Column, ...]:
    say = translator(language)
    return (
        Column("row_count", say("读取行数"), "integer", say("行")),
        Column("accepted_count", say("接收行数"), "integer", say("行")),
        Column("quarantined_count", say("退回行数"), "integer", say("行")),
    )


def _datasets(due: pd.DataFrame) -> tuple[str, ...]:
    return tuple(dict.fromkeys(due["dataset"].tolist())) or ("activities",)


def _reporting_title(selection: Selection, due: pd.DataFrame) -> str:
    say = translator(selection.language)
    if due.empty:
        return say("报送情况")
    states = due["state"].value_counts()
    number = {state: theme.number(int(states.get(state, 0))) for state in _STATES}
    title = say("应报台账 {due} 份：按时 {received}，迟报 {late}，未报 {missing}").format(
        due=theme.number(int((due["state"] != "excused").sum())), **number
    )
    if states.get("excused"):
        title += say("；免报 {excused} 份").format(**number)
    if corrections := int(due["is_correction"].sum()):
        title += say("；锁定后更正 {count} 份").format(count=theme.number(corrections))
    return title


def _finding_table(snapshot: Snapshot, selection: Selection) -> Table:
    say = translator(selection.language)
    frame = findings_count(snapshot, selection)
    frame["severity_label"] = [say(_SEVERITIES.get(severity, "请核对")) for severity in frame["severity"]]
    total = theme.number(int(frame["finding_count"].sum()))
    return Table(
        "findings",
        say("报送中发现的问题 {count} 处").format(count=total) if len(frame) else say("报送中发现的问题"),
        frame,
        (
            Column("severity_label", say("处理")),
            Column("dataset_label", say("台账")),
            Column("sentence", say("问题")),
            Column("finding_count", say("处数"), "integer", say("处")),
            Column("community_count", say("涉及社区"), "integer"),
        ),
        figures.record_source(snapshot, selection, *(_datasets(frame) if len(frame) else ("activities",))),
        empty=_nothing(snapshot, selection, say("这一时段的台账没有发现问题。")),
    )


def community_column(snapshot: Snapshot, selection: Selection) -> tuple[Column, ...]:
    """The column that says of which community a record is; none within a single one."""
    org = organisation(snapshot, selection.org)
    if org.level_no >= len(load_levels(snapshot)) - 1:
        return ()
    return (Column("community_label", community_title(snapshot, selection.language)),)


def community_title(snapshot: Snapshot, language: str) -> str:
    """What the level that keeps the ledgers is called."""
    return load_levels(snapshot)[-2].label("zh" if language == "zh" else "en")


def _nothing(snapshot: Snapshot, selection: Selection, sentence: str) -> str:
    """A period outside the data is another thing than an empty one."""
    return sentence if has_months(snapshot, selection.period) else no_months(snapshot, selection)
