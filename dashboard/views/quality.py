"""数据质量: what came in time, how old it is, what is wrong in it, and what looks made up at a desk."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard import theme
from dashboard.catalogue import load_levels
from dashboard.database import Snapshot
from dashboard.ledgers import reports as ledger
from dashboard.ledgers.meetings import at_community
from dashboard.locale import translator
from dashboard.organisations import Organisation, organisations
from dashboard.queries import measure, organisation
from dashboard.report import Block, Click, Column, Note, Report, Source, Table
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Period, Selection
from dashboard.views import figures, needs, quality_charts, quality_patterns
from dashboard.views.controls import Choice, Control, DimensionFilter
from dashboard.views.page import counted_period, crumbs, nothing_then, page

KEY = "quality"
TITLE = "数据质量"
PART = Choice(
    "part",
    "查看",
    (
        ("reporting", "完整与及时"),
        ("freshness", "更新情况"),
        ("findings", "问题与退回"),
        ("patterns", "可疑模式"),
        ("all", "全部"),
    ),
    "reporting",
)
FILTERS: tuple[Control, ...] = (PART, DimensionFilter("dataset"))
RULE = "finding"  # set by a click: only the findings of one code

_KPIS = (
    "submission_received_share",
    "submission_on_time_share",
    "quarantined_row_share",
    "warnings_per_1000_rows",
    "ledger_lag_days",
)
SEVERITIES = {"submission": "整表退回", "row": "退回改正", "warning": "请核对"}
_MOST = 300


def build(selection: Selection, snapshot: Snapshot, scope: Scope = WHOLE) -> Report:
    """Figures, what needs attention, then the part that the viewer chose."""

    def blocks(chosen: Selection) -> Iterator[Block]:
        org = organisation(snapshot, chosen.org)
        yield crumbs(snapshot, chosen, KEY)
        if note := nothing_then(snapshot, chosen):
            yield note
            return
        if ledger.TABLE not in snapshot.columns():
            yield Note(translator(chosen.language)("这个数据版本还没有报送情况的记录。"), "empty")
            return
        yield from _whose(snapshot, chosen, org)
        yield figures.kpi_row(snapshot, chosen, figures.countable(snapshot, _KPIS, org), scope)
        part = chosen.option(PART.key, PART.default)
        if part not in ("freshness", "findings", "patterns"):
            yield needs.needs(snapshot, chosen, KEY, scope)
            yield from _reporting(snapshot, chosen, org, scope)
        if part in ("freshness", "all"):
            yield from _freshness(snapshot, chosen, org, scope)
        if part in ("findings", "all"):
            yield from _findings(snapshot, chosen, org, scope)
        if part in ("patterns", "all"):
            yield from quality_patterns.patterns(snapshot, chosen, scope)

    return page(KEY, TITLE, selection, snapshot, blocks, FILTERS)


def _whose(snapshot: Snapshot, selection: Selection, org: Organisation) -> Iterator[Note]:
    if org.level == load_levels(snapshot)[-1].key:
        keeper = organisations(snapshot)[org.parent].label(selection.language)
        say = translator(selection.language)
        yield Note(say("成员单位不单独报送，以下是{name}的报送情况。").format(name=keeper))


# ---------------------------------------------------------------- complete and in time


def _reporting(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Block]:
    stretch = quality_charts.stretch_of(snapshot, selection)
    shown = ledger.due(snapshot, selection, stretch, scope)
    yield quality_charts.matrix(snapshot, selection, stretch, shown)
    if org.level_no >= len(load_levels(snapshot)) - 1:
        yield _by_quarter(snapshot, selection, shown, stretch)
    else:
        yield _by_community(snapshot, selection, scope)


def _by_community(snapshot: Snapshot, selection: Selection, scope: Scope) -> Table:
    """One row a community, in the order of the register; how often it was late in a row."""
    language = selection.language
    say = translator(language)
    first = Period.of_days(snapshot.first_month, snapshot.first_month)
    period = counted_period(snapshot, selection)
    history = ledger.due(
        snapshot, selection, Period.of_days(first.first_on, period.quarters()[-1].last_on), scope
    )
    runs = ledger.runs(history).groupby("community")["run"].max()
    quarters = {part.key for part in period.quarters()}
    rows = []
    for code, part in history[history["quarter"].isin(quarters)].groupby("community", sort=False):
        told = part["told"].value_counts()
        rows.append(
            {
                "community": str(code),
                "name": str(part["community_label"].iloc[0]),
                "due": len(part) - int(told.get("excused", 0)),
                "in_time": int(told.get("received", 0)),
                "late": int(told.get("late", 0)),
                "missing": int(told.get("missing", 0)),
                "excused": int(told.get("excused", 0)),
                "run": int(runs[code]),
                "corrected": int((part["correction_count"] > 0).sum()),
                "faulty": int((part["quarantined_count"] > 0).sum()),
                "quarantined": int(part["quarantined_count"].sum()),
            }
        )
    names = [
        "community",
        "name",
        "due",
        "in_time",
        "late",
        "missing",
        "excused",
        "run",
        "corrected",
        "faulty",
        "quarantined",
    ]
    frame = pd.DataFrame(rows, columns=names)
    long = frame[frame["run"] >= 2]
    title = say("应报 {due} 份：按时 {in_time}，迟报 {late}，未报 {missing}").format(
        **{name: theme.number(int(frame[name].sum())) for name in ("due", "in_time", "late", "missing")}
    )
    if len(long):
        title += say("；{count} 个社区连续两次以上未按时报送").format(count=theme.number(len(long)))
    return Table(
        key="by_community",
        title=title,
        frame=frame,
        columns=(
            figures.label_column(snapshot, load_levels(snapshot)[-2].key, language, "name"),
            Column("due", say("应报"), "integer", say("份")),
            Column("in_time", say("按时"), "integer", say("份")),
            Column("late", say("迟报"), "integer", say("份")),
            Column("missing", say("未报"), "integer", say("份")),
            Column("excused", say("免报"), "integer", say("份")),
            Column("run", say("连续未按时"), "integer", say("次")),
            Column("corrected", say("更正过"), "integer", say("份")),
            Column("faulty", say("有错误待改正"), "integer", say("份")),
            Column("quarantined", say("退回行数"), "integer", say("行")),
        ),
        source=_source(snapshot, selection, say("连续未按时：截至期末的最近几个季度，免报的不计")),
        click=Click("org", "community"),
        empty=say("这一时段没有应报的台账。"),
    )


def _by_quarter(snapshot: Snapshot, selection: Selection, shown: pd.DataFrame, stretch: Period) -> Table:
    """Each ledger of a single community, the latest first, with the file that is in use."""
    language = selection.language
    say = translator(language)
    frame = shown.sort_values("quarter", ascending=False, kind="stable").reset_index(drop=True)
    frame["quarter_label"] = [Period.parse(key).label(language) for key in frame["quarter"]]
    frame["state_label"] = quality_charts.state_texts(frame["state"].tolist(), language)
    frame["lock_label"] = [say("已锁定") if locked else say("未锁定") for locked in frame["is_locked"]]
    withdrawn = bool(frame["withdrawn_count"].any())
    runs = ledger.runs(shown)
    longest = int(runs["longest_run"].max()) if len(runs) else 0
    title = say("{period}应报的 {count} 份台账").format(
        period=stretch.label(language), count=theme.number(len(frame))
    )
    if longest >= 2:
        title += say("，最长连续 {count} 次没有按时报送").format(count=theme.number(longest))
    return Table(
        key="by_quarter",
        title=title,
        frame=frame,
        columns=(
            Column("quarter_label", say("季度")),
            Column("dataset_label", say("台账")),
            Column("state_label", say("报送情况")),
            Column("late_days", say("迟报天数"), "integer", say("天")),
            Column("row_count", say("读取行数"), "integer", say("行")),
            Column("accepted_count", say("接收行数"), "integer", say("行")),
            Column("quarantined_count", say("退回行数"), "integer", say("行")),
            Column("warning_count", say("提醒"), "integer", say("处")),
            Column("correction_count", say("更正次数"), "integer", say("次")),
            *([Column("withdrawn_count", say("撤回次数"), "integer", say("次"))] if withdrawn else []),
            Column("lock_label", say("锁定")),
            Column("file_name", say("采用的文件"), aside=True),
        ),
        source=_source(snapshot, selection),
        empty=say("这一时段没有应报的台账。"),
    )


# ---------------------------------------------------------------- how old


def _freshness(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Block]:
    say = translator(selection.language)
    last = ledger.latest(snapshot, selection, scope)
    if len(last):
        row = last.iloc[0]
        sent_on = pd.Timestamp(row["sent_on"])
        end = counted_period(snapshot, selection).last_on
        after = (sent_on.date() - end).days
        texts = {
            "day": sent_on.date().isoformat(),
            "community": row["community_label"],
            "dataset": row["dataset_label"],
            "file": row["file_name"],
            "days": theme.number(abs(after)),
        }
        text = (
            say("最近一次报送在 {day}（{community}“{dataset}”，{file}），是期末之后 {days} 天。")
            if after > 0
            else say("最近一次报送在 {day}（{community}“{dataset}”，{file}），距期末 {days} 天。")
        )
        yield Note(text.format(**texts))
    frame = ledger.ages(snapshot, selection, scope)
    yield quality_charts.age_matrix(snapshot, selection, frame)
    if org.level_no >= len(load_levels(snapshot)) - 1:
        yield _ledgers_of_one(snapshot, selection, frame)
    else:
        yield _by_dataset(snapshot, selection, frame)


def _by_dataset(snapshot: Snapshot, selection: Selection, ages: pd.DataFrame) -> Table:
    """One row a kind of ledger: how many communities sent it, how old the oldest is and whose."""
    language = selection.language
    say = translator(language)
    rows = []
    for dataset, part in ages.groupby("dataset", sort=False):
        known = part[part["known_on"].notna()]
        oldest = known.sort_values("lag_days", ascending=False, kind="stable").head(1)
        rows.append(
            {
                "dataset": str(dataset),
                "dataset_label": str(part["dataset_label"].iloc[0]),
                "sent": len(known),
                "never": len(part) - len(known),
                "mean_lag": float(known["lag_days"].astype(float).mean()) if len(known) else None,
                "longest_lag": int(oldest["lag_days"].iloc[0]) if len(known) else None,
                "whose": oldest["community_label"].iloc[0]
                if len(known) and oldest["lag_days"].iloc[0]
                else None,
            }
        )
    names = ["dataset", "dataset_label", "sent", "never", "mean_lag", "longest_lag", "whose"]
    frame = pd.DataFrame(rows, columns=names).astype({"longest_lag": "Int64", "mean_lag": "Float64"})
    return Table(
        key="by_dataset",
        title=say("{count} 种台账各更新到何时").format(count=theme.number(len(frame))),
        frame=frame,
        columns=(
            Column("dataset_label", say("台账")),
            Column("sent", say("报送过的社区"), "integer"),
            Column("never", say("从未报送的社区"), "integer"),
            Column("mean_lag", say("平均滞后"), "decimal", say("天")),
            Column("longest_lag", say("最长滞后"), "integer", say("天")),
            Column("whose", say("滞后最久的社区")),
        ),
        source=_source(snapshot, selection, say("滞后：最近一次填报期的截止日距期末的天数")),
        click=Click("dataset", "dataset"),
        empty=say("这一时段没有报送过台账。"),
    )


def _ledgers_of_one(snapshot: Snapshot, selection: Selection, ages: pd.DataFrame) -> Table:
    language = selection.language
    say = translator(language)
    frame = ages.copy()
    frame["age_label"] = quality_charts.age_texts(frame["age"].tolist(), language)
    return Table(
        key="by_dataset",
        title=say("{count} 种台账各更新到何时").format(count=theme.number(len(frame))),
        frame=frame,
        columns=(
            Column("dataset_label", say("台账")),
            Column("age_label", say("更新情况")),
            Column("known_on", say("填报到"), "date"),
            Column("lag_days", say("滞后"), "integer", say("天")),
        ),
        source=_source(snapshot, selection, say("滞后：最近一次填报期的截止日距期末的天数")),
        empty=say("这一时段没有报送过台账。"),
    )


# ---------------------------------------------------------------- what is wrong


def _findings(snapshot: Snapshot, selection: Selection, org: Organisation, scope: Scope) -> Iterator[Block]:
    yield identity(snapshot, selection, scope)
    yield quality_charts.trend(snapshot, selection, scope)
    rules = ledger.rules(snapshot, selection, scope)
    code = selection.option(RULE)
    if code in set(rules["code"]):
        yield _finding_table(snapshot, selection, rules, code, scope)
        return
    yield _rule_table(snapshot, selection, rules, org)


def identity(snapshot: Snapshot, selection: Selection, scope: Scope) -> Note:
    """Rows read = rows accepted + rows sent back, with the numbers of the selection."""
    say = translator(selection.language)
    without_rows = ledger.without_rows(snapshot)
    if selection.filter("dataset") in without_rows:
        return Note(say("这种名册一行是一个人，行数就是人数，不在这里显示。"), "plain")
    keeper = at_community(snapshot, selection, scope)
    amounts = []
    for key in ("read_row_count", "accepted_row_count", "quarantined_row_count"):
        (value,) = measure(snapshot, key, keeper)["value"].tolist()
        amounts.append(0 if pd.isna(value) else int(value))
    read, accepted, back = amounts
    text = say("读取 {read} 行 = 接收 {accepted} 行 + 退回 {back} 行。").format(
        read=theme.number(read), accepted=theme.number(accepted), back=theme.number(back)
    )
    text += say("每一行都有去处：接收的计入指标，退回的列在下面。") if back else say("没有退回的行。")
    if without_rows and not selection.filter("dataset"):
        text += say("一行是一个人的名册不计行数。")
    return Note(text, "good" if not back else "plain")


def _rule_table(snapshot: Snapshot, selection: Selection, rules: pd.DataFrame, org: Organisation) -> Table:
    language = selection.language
    say = translator(language)
    frame = rules.copy()
    frame["severity_label"] = _severities(frame, language)
    total = int(frame["finding_count"].sum())
    single = org.level_no >= len(load_levels(snapshot)) - 1
    columns = [
        Column("sentence", say("问题（举一例）")),
        Column("severity_label", say("处理")),
        Column("dataset_label", say("台账")),
        Column("finding_count", say("处数"), "integer", say("处")),
    ]
    if not single:
        columns.append(Column("community_count", say("涉及社区"), "integer"))
    return Table(
        key="rules",
        title=say("现有 {count} 处问题，分属 {rules} 条规则").format(
            count=theme.number(total), rules=theme.number(len(frame))
        ),
        frame=frame,
        columns=tuple(columns),
        source=_source(snapshot, selection, say("只计现在采用的报送，和全部退回而没有重报的")),
        click=Click(RULE, "code"),
        empty=say("这一时段采用的台账没有发现问题。"),
    )


def _finding_table(
    snapshot: Snapshot, selection: Selection, rules: pd.DataFrame, code: str, scope: Scope
) -> Table:
    """Every place of one rule."""
    language = selection.language
    say = translator(language)
    frame = ledger.findings(snapshot, selection, code, _MOST, scope)
    frame["severity_label"] = _severities(frame, language)
    total = int(rules.loc[rules["code"] == code, "finding_count"].sum())
    title = say("这条规则的 {count} 处问题，各在何处")
    return Table(
        key="finding_list",
        title=title.format(count=theme.number(total)),
        frame=frame,
        columns=(
            Column("sentence", say("问题")),
            Column("cell", say("单元格")),
            Column("sheet_name", say("工作表")),
            Column("file_name", say("文件")),
            figures.label_column(snapshot, load_levels(snapshot)[-2].key, language, "community_label"),
            Column("severity_label", say("处理")),
            Column("hint", say("怎么改")),
        ),
        source=_source(snapshot, selection),
        empty=say("这一时段采用的台账没有发现问题。"),
    )


def _severities(frame: pd.DataFrame, language: str) -> pd.Series[str]:
    say = translator(language)
    texts = [say(SEVERITIES.get(severity, "请核对")) for severity in frame["severity"]]
    return pd.Series(texts, index=frame.index, dtype="str")


def _source(snapshot: Snapshot, selection: Selection, note: str = "") -> Source:
    return figures.record_source(snapshot, selection, "every", note=note)
