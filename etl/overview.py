"""What a release says of the submissions it was built from: the rows of `liandong status`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from etl import snapshot
from etl.findings import Refused

# state -> (its sign in the matrix, its name); what needs doing comes first.
STATES = {
    "missing": ("缺", "未报"),
    "withdrawn": ("撤", "已撤回，尚未重报"),
    "refused": ("退", "整表退回，尚未重报"),
    "late": ("迟", "迟报"),
    "received": ("✓", "已报"),
    "excused": ("免", "免报"),
    "pending": ("待", "未到期"),
    "carried": ("·", "沿用以前的名册"),
    "none": ("", "从未报过"),
}
# Signs that take the place of 已报 and 迟报.
FAULTY, CORRECTED = ("误", "有错误待改正"), ("改", "锁定后更正")


@dataclass(frozen=True)
class Standing:
    """One committee's ledger for one period. Lists that are not due every quarter are `carried` until a
    newer one comes. Counts are of the submission of that period that counts, or counted last."""

    community_code: str
    community: str
    street: str
    dataset: str
    dataset_label: str
    period: str
    due_on: date
    state: str
    is_locked: bool
    is_correction: bool
    late_days: int | None
    withdrawn_count: int
    refused_count: int
    row_count: int
    accepted_count: int
    quarantined_count: int
    warning_count: int
    reason: str | None  # of the excuse or the withdrawal

    @property
    def has_faults(self) -> bool:
        return self.quarantined_count > 0

    @property
    def sign(self) -> str:
        if self.state in ("received", "late"):
            if self.has_faults:
                return FAULTY[0]
            if self.is_correction:
                return CORRECTED[0]
        return STATES[self.state][0]


_STATUS = """
with quarter as (
    select distinct quarter_on, quarter_key, due_on from mart_submission_quarter
),
ledger as (
    select value as dataset, name, sort_no,
           value in (select dataset from mart_submission_quarter) as is_quarterly
    from meta_label where dimension = 'dataset'
),
told as (
    select submission_id, count(*) filter (severity = 'warning') as warning_count
    from meta_finding group by submission_id
),
sent as (
    select community_code, dataset, period_key, count(*) filter (state = 'withdrawn') as withdrawn_count,
           count(*) filter (state = 'refused') as refused_count, max(withdrawn_for) as withdrawn_for
    from meta_submission group by all
),
used as (
    select * from meta_submission where state in ('current', 'superseded')
    qualify row_number() over (
        partition by community_code, dataset, period_key
        order by state, coalesce(reported_on, cast(received_at as date)) desc, submission_id desc
    ) = 1
),
begun as (
    select community_code, dataset, min(period_key) as first_key from used group by all
),
lock as (
    select dataset, period_key from meta_decision where kind in ('lock', 'open') group by all
    having arg_max(kind, decision_number) = 'lock'
),
excuse as (
    select community_code, dataset, period_key, arg_max(reason, decision_number) as reason
    from meta_decision where kind in ('excuse', 'unexcuse') group by all
    having arg_max(kind, decision_number) = 'excuse'
)
select
    place.org_code, place.short_name, street.short_name, ledger.dataset, ledger.name, quarter.quarter_key, quarter.due_on,
    case
        when used.submission_id is not null then
            case when ledger.is_quarterly and due.state = 'late' then 'late' else 'received' end
        when excuse.dataset is not null then 'excused'
        when sent.withdrawn_count > 0 then 'withdrawn'
        when sent.refused_count > 0 then 'refused'
        when ledger.is_quarterly then case when quarter.due_on >= $today then 'pending' else 'missing' end
        when begun.first_key < quarter.quarter_key then 'carried'
        else 'none'
    end,
    lock.dataset is not null, coalesce(used.is_correction, false), due.late_days,
    coalesce(sent.withdrawn_count, 0), coalesce(sent.refused_count, 0),
    coalesce(used.row_count, 0), coalesce(used.accepted_count, 0), coalesce(used.quarantined_count, 0),
    coalesce(told.warning_count, 0), coalesce(excuse.reason, sent.withdrawn_for)
from quarter
cross join ledger
join mart_committee_span as committee
    on committee.valid_from <= quarter.quarter_on
    and (committee.valid_to is null or committee.valid_to > quarter.quarter_on)
join dim_organisation as place on place.org_code = committee.community_code
join dim_organisation as street on street.org_code = committee.street_code
left join mart_submission_quarter as due
    on due.community_code = place.org_code and due.dataset = ledger.dataset and due.quarter_key = quarter.quarter_key
left join used on used.community_code = place.org_code and used.dataset = ledger.dataset
    and used.period_key = quarter.quarter_key
left join sent on sent.community_code = place.org_code and sent.dataset = ledger.dataset
    and sent.period_key = quarter.quarter_key
left join begun on begun.community_code = place.org_code and begun.dataset = ledger.dataset
left join excuse on excuse.community_code = place.org_code and excuse.dataset = ledger.dataset
    and excuse.period_key = quarter.quarter_key
left join lock on lock.dataset = ledger.dataset and lock.period_key = quarter.quarter_key
left join told on told.submission_id = used.submission_id
order by quarter.quarter_on desc, place.sort_no, ledger.sort_no
"""


def status(
    release: Path,
    today: date,
    periods: Sequence[str] | None = None,
    committee: str | None = None,
    within: str = "",
) -> list[Standing]:
    """Every committee × ledger × period of a sealed release, newest period first; by default the newest alone.

    `periods`: keys such as 2021-Q4, or () for all; `committee`: the code of one; `within`: only
    those inside this organisation. `today` tells what is not due yet. Raises Refused.
    """
    with snapshot.connect(release) as connection:
        try:
            rows = connection.execute(_STATUS, {"today": today}).fetchall()
            inside = _inside(connection, within) if within else None
        except (duckdb.BinderException, duckdb.CatalogException) as problem:
            raise Refused(
                f"版本 {release.stem} 由较早的程序生成，没有报送状态的明细；重新装入后再看"
            ) from problem
    standings = [Standing(*row) for row in rows]
    known = list(dict.fromkeys(standing.period for standing in standings))
    if periods is None:
        periods = known[:1]
    if unknown := [period for period in periods if period not in known]:
        raise Refused(f"版本 {release.stem} 里没有报送期 {unknown[0]}，有 {known[-1]} 到 {known[0]}")
    found = [standing for standing in standings if not periods or standing.period in periods]
    return [
        standing
        for standing in found
        if committee in (None, standing.community_code)
        and (inside is None or standing.community_code in inside)
    ]


def _inside(connection: duckdb.DuckDBPyConnection, code: str) -> set[str]:
    """The organisation and everything below it."""
    rows = connection.execute(
        """with recursive inside as (
               select org_code from dim_organisation where org_code = $code
               union
               select below.org_code from dim_organisation as below
               join inside on below.parent_code = inside.org_code)
           select org_code from inside""",
        {"code": code},
    ).fetchall()
    return {each for (each,) in rows}
