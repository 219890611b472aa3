"""What a release says of the submissions it was built from: the rows of `liandong status`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from etl import snapshot

_STATUS = """
with fault as (
    select in_use.community_code, in_use.dataset, in_use.period_key,
           count(*) filter (meta_finding.severity = 'row') as row_faults,
           count(*) filter (meta_finding.severity = 'warning') as warnings
    from meta_submission as in_use
    join meta_finding using (submission_id)
    where in_use.state = 'current'
    group by all
)
select
    dim_organisation.short_name as 社区, meta_label.name as 台账, quarter_key as 季度,
    case when received_count = 0 then '未报' when on_time_count = 0 then '迟报' else '已报' end as 状态,
    late_days as 迟报天数, row_count as 读取行数, accepted_count as 接收行数, quarantined_count as 退回行数,
    coalesce(fault.warnings, 0) as 提醒
from mart_submission_quarter
join dim_organisation on dim_organisation.org_code = mart_submission_quarter.community_code
left join meta_label on meta_label.dimension = 'dataset' and meta_label.value = mart_submission_quarter.dataset
left join fault on fault.community_code = mart_submission_quarter.community_code
    and fault.dataset = mart_submission_quarter.dataset and fault.period_key = mart_submission_quarter.quarter_key
order by quarter_on desc, dim_organisation.sort_no, mart_submission_quarter.dataset
"""


def status(data: Path) -> list[dict[str, Any]]:
    """One row a committee, dataset and quarter, newest quarter first. Raises Refused before the first load."""
    with snapshot.connect(snapshot.served(data)) as connection:
        result = connection.execute(_STATUS)
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
