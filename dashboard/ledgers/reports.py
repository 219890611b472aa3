"""The ledgers themselves: what came when, how old it is, what is wrong in it, and what looks made up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboard.attention import Item
from dashboard.catalogue import labels
from dashboard.counting import slots_of
from dashboard.database import Snapshot
from dashboard.ledgers.cut import add_label, add_name, cut_of, day
from dashboard.ledgers.meetings import at_community
from dashboard.records import activities
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Period, Selection

# What can be said of a ledger that was due, the gravest first.
STATES = ("missing", "faulty", "late", "corrected", "received", "excused")
TABLE = "mart_submission"  # without which a release from earlier has no page of this kind
AGES = ("fresh", "quarter", "year", "stale", "never")
_QUARTER_DAYS, _YEAR_DAYS = 100, 366


def due(snapshot: Snapshot, selection: Selection, stretch: Period, scope: Scope = WHOLE) -> pd.DataFrame:
    """Every ledger due for the quarters of `stretch` (within the release's), by register, dataset, quarter.

    Columns: community, community_label, dataset, dataset_label, quarter (key), state (one of STATES), told (how it
    came: "received", "late", "missing", "excused"), late_days (Int64, of the late ones), row_count, accepted_count, quarantined_count, warning_count, correction_count (versions that a later
    one replaced), withdrawn_count, is_locked, file_name (of the version in use). Filter: dataset.
    """
    chosen = at_community(snapshot, selection, scope)
    cut = cut_of(snapshot, chosen, WHOLE, ("dataset",), table="due")
    columns = snapshot.columns()["mart_submission_quarter"]
    told, corrections, withdrawals, locked = (
        (
            "due.state",
            "greatest(coalesce(sent.correction_count, 0), due.correction_count)",
            "due.withdrawn_count",
            "due.is_locked",
        )
        if "state" in columns
        else (_TOLD_ONCE, "coalesce(sent.correction_count, 0)", "0", "false")
    )
    frame = snapshot.frame(
        f"""with sent as (
                select community_code, dataset, quarter_on,
                       max(case when submission_state = 'current' then submission_id end) as submission_id,
                       sum(case when submission_state = 'current' then warning_count else 0 end) as warning_count,
                       count(*) filter (submission_state = 'superseded') as correction_count
                from mart_submission group by community_code, dataset, quarter_on
            )
            select due.community_code as community, due.dataset, due.quarter_key as quarter,
                   {told} as told, cast(case when {told} = 'late' then due.late_days end as bigint) as late_days,
                   cast(due.row_count as bigint) as row_count, cast(due.accepted_count as bigint) as accepted_count,
                   cast(due.quarantined_count as bigint) as quarantined_count,
                   cast(coalesce(sent.warning_count, 0) as bigint) as warning_count,
                   cast({corrections} as bigint) as correction_count, cast({withdrawals} as bigint) as withdrawn_count,
                   {locked} as is_locked, submission.file_name
            from mart_submission_quarter due join dim_organisation place on place.org_code = due.community_code
            left join sent on sent.community_code = due.community_code and sent.dataset = due.dataset
                and sent.quarter_on = due.quarter_on
            left join meta_submission submission on submission.submission_id = sent.submission_id
            where {cut.sql} and due.quarter_on between {day(stretch.first_on)} and {day(stretch.last_on)}
            order by place.sort_no, place.org_code, due.dataset, due.quarter_on""",
        cut.parameters,
    ).astype({"late_days": "Int64"})
    came = ~frame["told"].isin(("missing", "excused"))
    state = frame["told"].mask(
        came & (frame["correction_count"] > 0) & (frame["told"] == "received"), "corrected"
    )
    frame.insert(3, "state", state.mask(came & (frame["quarantined_count"] > 0), "faulty"))
    add_name(snapshot, frame, "community", selection.language)
    add_label(snapshot, frame, "dataset", selection.language)
    return frame


# A release from before excuses and locks were recorded knows none.
_TOLD_ONCE = "case when due.received_count = 0 then 'missing' when due.on_time_count = 0 then 'late' else 'received' end"


def runs(frame: pd.DataFrame) -> pd.DataFrame:
    """Of `due`: for each community and dataset how many of its latest quarters in a row were late or missing, and
    the longest such run. Columns: community, dataset, run, longest_run. Excused quarters break no run and add none.
    """
    rows = []
    for (community, dataset), part in frame.groupby(["community", "dataset"], sort=False):
        run = longest = 0
        for told in part["told"]:
            if told == "excused":
                continue
            run = run + 1 if told in ("missing", "late") else 0
            longest = max(longest, run)
        rows.append((community, dataset, run, longest))
    return pd.DataFrame(rows, columns=["community", "dataset", "run", "longest_run"])


def ages(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """Up to which day every ledger of every community tells, at the period's end. Filter: dataset.

    Columns: community, community_label, dataset, dataset_label, known_on (NaT: never sent), lag_days (Int64, from
    then to the period's end), age (one of AGES).
    """
    chosen = at_community(snapshot, selection, scope)
    cut = cut_of(snapshot, chosen, WHOLE, ("dataset",), table="listed")
    as_of = day(cut.as_of)
    frame = snapshot.frame(
        f"""with listed as (
                select place.org_code as community_code, place.district_code, place.street_code, place.sort_no, kind.dataset
                from dim_organisation place cross join (select distinct dataset from mart_ledger_span) kind
                where place.level_key = 'community' and place.valid_from <= {as_of}
                    and (place.valid_to is null or place.valid_to > {as_of})
            )
            select listed.community_code as community, listed.dataset, span.known_on,
                   cast(greatest(0, {as_of} - span.known_on) as bigint) as lag_days
            from listed left join mart_ledger_span span on span.community_code = listed.community_code
                and span.dataset = listed.dataset and span.valid_from <= {as_of}
                and (span.valid_to is null or span.valid_to > {as_of})
            where {cut.sql} order by listed.sort_no, listed.community_code""",
        cut.parameters,
    )
    lag = frame["lag_days"].astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    frame["lag_days"] = frame["lag_days"].astype("Int64").where(frame["known_on"].notna())
    known = frame["known_on"].notna().to_numpy()
    conditions = [~known, lag <= 0, lag <= _QUARTER_DAYS, lag <= _YEAR_DAYS]
    frame["age"] = np.select(conditions, ["never", "fresh", "quarter", "year"], "stale")
    communities = {code: place for place, code in enumerate(dict.fromkeys(frame["community"]))}
    datasets = {key: place for place, key in enumerate(labels(snapshot, "dataset"))}
    places = np.lexsort([frame["dataset"].map(datasets), frame["community"].map(communities)])
    frame = frame.iloc[places].reset_index(drop=True)
    add_name(snapshot, frame, "community", selection.language)
    add_label(snapshot, frame, "dataset", selection.language)
    return frame


def trend(snapshot: Snapshot, selection: Selection, stretch: Period, scope: Scope = WHOLE) -> pd.DataFrame:
    """What was found in everything that was sent for each quarter, corrected since or not. Filter: dataset.

    Columns: quarter (key), fault_count, warning_count, row_count, quarantined_count.
    """
    chosen = at_community(snapshot, selection, scope)
    cut = cut_of(snapshot, chosen, WHOLE, ("dataset",), table="sent")
    frame = snapshot.frame(
        f"""select sent.quarter_on, cast(sum(fault_count) as bigint) as fault_count,
                   cast(sum(warning_count) as bigint) as warning_count, cast(sum(row_count) as bigint) as row_count,
                   cast(sum(quarantined_count) as bigint) as quarantined_count
            from mart_submission sent
            where {cut.sql} and sent.quarter_on between {day(stretch.first_on)} and {day(stretch.last_on)}
            group by sent.quarter_on order by sent.quarter_on""",
        cut.parameters,
    )
    moments = frame.pop("quarter_on")
    keys = [Period.of_days(moment, moment).quarters()[0].key for moment in moments.dt.date]
    frame.insert(0, "quarter", pd.Series(keys, dtype="str"))
    return frame


def without_rows(snapshot: Snapshot) -> frozenset[str]:
    """The datasets in which a row is a person, so that a release holds no numbers of their rows."""
    found = snapshot.rows("select dataset from mart_submission group by dataset having count(row_count) = 0")
    return frozenset(dataset for (dataset,) in found)


def rules(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """What is wrong in the ledgers in use for the period, the gravest and most frequent first. Filter: dataset.

    Columns: severity ("submission", "row", "warning"), dataset, dataset_label, code, heading, sentence (of one of
    them), finding_count, community_count.
    """
    condition, parameters = _of_findings(snapshot, selection, scope)
    frame = snapshot.frame(
        f"""select finding.severity, finding.dataset, finding.code, max(finding.heading) as heading,
                   min(finding.sentence) as sentence, count(*) as finding_count,
                   count(distinct finding.community_code) as community_count
            from {_FINDINGS} where {condition} group by finding.severity, finding.dataset, finding.code
            order by finding.severity = 'warning', finding_count desc, finding.dataset, finding.code""",
        parameters,
    )
    add_label(snapshot, frame, "dataset", selection.language)
    return frame


def findings(
    snapshot: Snapshot, selection: Selection, code: str = "", limit: int = 500, scope: Scope = WHOLE
) -> pd.DataFrame:
    """Each of them (or those of one `code`), with its place.

    Columns: severity, dataset, dataset_label, code, community, community_label, file_name, sheet_name, cell ("F17";
    the row's number alone where it is about a row), heading, value, sentence, hint.
    """
    condition, parameters = _of_findings(snapshot, selection, scope)
    own = " and finding.code = ?" if code else ""
    frame = snapshot.frame(
        f"""select finding.severity, finding.dataset, finding.code, finding.community_code as community,
                   finding.file_name, finding.sheet_name,
                   concat(finding.column_letter, cast(finding.row_no as varchar)) as cell, finding.heading,
                   finding.value, finding.sentence, finding.hint
            from {_FINDINGS} where {condition}{own}
            order by finding.severity = 'warning', place.sort_no, finding.file_name, finding.sheet_name, finding.row_no
            limit {int(limit)}""",
        [*parameters, *([code] if code else [])],
    )
    add_label(snapshot, frame, "dataset", selection.language)
    add_name(snapshot, frame, "community", selection.language)
    return frame


_FINDINGS = """meta_finding finding join mart_submission sent on sent.submission_id = finding.submission_id
    join dim_organisation place on place.org_code = sent.community_code"""


def _of_findings(snapshot: Snapshot, selection: Selection, scope: Scope) -> tuple[str, list[object]]:
    """Of ledgers in use, and of those that were sent back whole and never replaced."""
    chosen = at_community(snapshot, selection, scope)
    cut = cut_of(snapshot, chosen, WHOLE, ("dataset",), table="sent")
    first, last = day(selection.period.first_on), day(selection.period.last_on)
    condition = (
        f"{cut.sql} and sent.submission_state in ('current', 'refused')"
        f" and sent.quarter_on <= {last} and sent.quarter_on + interval 3 month > {first}"
    )
    return condition, cut.parameters


def latest(snapshot: Snapshot, selection: Selection, scope: Scope = WHOLE) -> pd.DataFrame:
    """The submission that came last for the period or an earlier one, one row or none. Filter: dataset.

    Columns: community, community_label, dataset, dataset_label, period (key), sent_on, file_name.
    """
    chosen = at_community(snapshot, selection, scope)
    cut = cut_of(snapshot, chosen, WHOLE, ("dataset",), table="sent")
    frame = snapshot.frame(
        f"""select sent.community_code as community, sent.dataset, submission.period_key as period,
                   coalesce(submission.reported_on, cast(submission.received_at as date)) as sent_on,
                   submission.file_name
            from mart_submission sent join meta_submission submission using (submission_id)
            where {cut.sql} and sent.submission_state <> 'refused' and sent.quarter_on <= {day(selection.period.last_on)}
            order by sent_on desc, sent.submission_id limit 1""",
        cut.parameters,
    )
    add_name(snapshot, frame, "community", selection.language)
    add_label(snapshot, frame, "dataset", selection.language)
    return frame


# Rules of attention that look for figures made up at a desk -> what they are about.
PATTERNS = ("quarter_end_rush", "same_head_count", "same_title", "activity_count_jump", "head_count_outlier")


def evidence(snapshot: Snapshot, selection: Selection, item: Item, scope: Scope = WHOLE) -> pd.DataFrame:
    """The activities that an item of one of PATTERNS is about, the latest first: the columns of records.activities."""
    quarter = Period.of_days(item.since_on, item.since_on).quarters()[0]
    chosen = Selection(item.community, quarter, language=selection.language)
    frame = activities(snapshot, chosen, limit=None, scope=scope)
    slot = slots_of(snapshot, [(selection.period.first_on, selection.period.last_on)])[0]
    held = frame["held_on"].dt.date
    within = np.array([moment <= slot.as_of for moment in held], dtype=bool)
    found: pd.DataFrame = frame[within & _matching(frame, item)]
    return found.reset_index(drop=True)


def _matching(frame: pd.DataFrame, item: Item) -> npt.NDArray[np.bool_]:
    rule = item.rule.key
    if rule == "quarter_end_rush":
        wanted: Sequence[bool] = [moment >= item.since_on for moment in frame["held_on"].dt.date]
    elif rule == "same_head_count":
        wanted = [str(count) == item.subject for count in frame["head_count"].astype("Int64")]
    elif rule == "same_title":
        plain = frame["title"].str.replace(_NOT_OF_A_TITLE, "", regex=True)
        subject = pd.Series([item.subject]).str.replace(_NOT_OF_A_TITLE, "", regex=True).iloc[0]
        wanted = (plain == subject).tolist()
    elif rule == "head_count_outlier":
        wanted = [
            title == item.subject and moment == item.since_on
            for title, moment in zip(frame["title"], frame["held_on"].dt.date, strict=True)
        ]
    else:
        wanted = [True] * len(frame)
    return np.array(wanted, dtype=bool)


_NOT_OF_A_TITLE = "[^A-Za-z一-龥]|[第期次场一二三四五六七八九十]"  # as the rule same_title reads titles
