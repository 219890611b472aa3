-- 报送情况：每个社区、每种按季台账、每个季度一行
-- quarter_on: 季度的第一天
-- quarter_key: 季度，如 2021-Q4
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- dataset: 台账
-- expected_count: 应报，恒为 1
-- received_count: 已报为 1，否则为 0
-- on_time_count: 首次报送（全部退回的不算）不晚于截止日为 1，否则为 0
-- late_days: 首次报送（全部退回的不算）晚于截止日的天数，未报的为空
-- row_count: 采用的那次报送的行数
-- accepted_count: 其中接收的行数
-- quarantined_count: 其中退回的行数
with first_sent as (
    select dataset, community_code, period_key, min(days_after_due) as days_after_due
    from in_submission
    where state <> 'refused'
    group by dataset, community_code, period_key
),
in_use as (
    select dataset, community_code, period_key, row_count, accepted_count, quarantined_count
    from in_submission
    where state = 'current'
)
select
    in_quarter.quarter_on,
    in_quarter.quarter_key,
    committee.district_code,
    committee.street_code,
    committee.community_code,
    in_dataset.dataset,
    1 as expected_count,
    case when in_use.dataset is null then 0 else 1 end as received_count,
    case when first_sent.days_after_due <= 0 then 1 else 0 end as on_time_count,
    case when first_sent.days_after_due < 0 then 0 else first_sent.days_after_due end as late_days,
    coalesce(in_use.row_count, 0) as row_count,
    coalesce(in_use.accepted_count, 0) as accepted_count,
    coalesce(in_use.quarantined_count, 0) as quarantined_count
from in_quarter
cross join in_dataset
join mart_committee_span as committee
    on committee.valid_from <= in_quarter.quarter_on
    and (committee.valid_to is null or committee.valid_to > in_quarter.quarter_on)
left join first_sent
    on first_sent.dataset = in_dataset.dataset
    and first_sent.community_code = committee.community_code
    and first_sent.period_key = in_quarter.quarter_key
left join in_use
    on in_use.dataset = in_dataset.dataset
    and in_use.community_code = committee.community_code
    and in_use.period_key = in_quarter.quarter_key
where in_dataset.slice = 'quarter'
