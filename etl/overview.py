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
    dim_organisation.short_name as community, meta_label.name as dataset, quarter_key as quarter,
    case when received_count = 0 then 'missing' when on_time_count = 0 then 'late' else 'received' end as state,
    late_days, row_count, accepted_count, quarantined_count, coalesce(fault.warnings, 0) as warning_count
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
