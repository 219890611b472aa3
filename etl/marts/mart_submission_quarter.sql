-- 报送情况：每个社区、每种按季台账、每个季度一行
-- quarter_on: 季度的第一天
-- quarter_key: 季度，如 2021-Q4
-- due_on: 截止日
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- dataset: 台账
-- state: received 已报（按时，或迟报而经批准），late 迟报，missing 未报，excused 免报（经批准而未报）
-- expected_count: 应报为 1；经批准免报而没有报的为 0
-- received_count: 已报为 1，否则为 0；撤回的和全部退回的不算已报
-- on_time_count: 首次报送（全部退回的和撤回的不算）不晚于截止日、或迟报经批准的为 1，否则为 0
-- late_days: 首次报送（全部退回的和撤回的不算）晚于截止日的天数，经批准的照记，未报的为空
-- excused_count: 经批准免报或迟报为 1，否则为 0；本来就按时报的为 0
-- correction_count: 采用的那次报送是锁定之后的更正为 1，否则为 0
-- withdrawn_count: 撤回了几次报送
-- is_locked: 这种台账的这个季度是否锁定
-- row_count: 采用的那次报送的行数
-- accepted_count: 其中接收的行数
-- quarantined_count: 其中退回的行数
with first_sent as (
    select dataset, community_code, period_key, min(days_after_due) as days_after_due
    from in_submission
    where state in ('current', 'superseded')
    group by dataset, community_code, period_key
),
in_use as (
    select dataset, community_code, period_key, is_correction, row_count, accepted_count, quarantined_count
    from in_submission
    where state = 'current'
),
taken_back as (
    select dataset, community_code, period_key, count(*) as withdrawn_count
    from in_submission
    where state = 'withdrawn'
    group by dataset, community_code, period_key
),
locked as (
    select distinct dataset, period_key from in_lock where until_number is null
),
due as (
    select
        in_quarter.quarter_on,
        in_quarter.quarter_key,
        in_quarter.due_on,
        committee.district_code,
        committee.street_code,
        committee.community_code,
        in_dataset.dataset,
        in_use.dataset is not null as is_received,
        first_sent.days_after_due,
        in_excuse.dataset is not null as is_excused,
        locked.dataset is not null as is_locked,
        case when in_use.is_correction then 1 else 0 end as correction_count,
        coalesce(taken_back.withdrawn_count, 0) as withdrawn_count,
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
    left join taken_back
        on taken_back.dataset = in_dataset.dataset
        and taken_back.community_code = committee.community_code
        and taken_back.period_key = in_quarter.quarter_key
    left join in_excuse
        on in_excuse.dataset = in_dataset.dataset
        and in_excuse.community_code = committee.community_code
        and in_excuse.period_key = in_quarter.quarter_key
    left join locked
        on locked.dataset = in_dataset.dataset
        and locked.period_key = in_quarter.quarter_key
    where in_dataset.slice = 'quarter'
)
select
    quarter_on,
    quarter_key,
    due_on,
    district_code,
    street_code,
    community_code,
    dataset,
    case
        when is_received and (days_after_due <= 0 or is_excused) then 'received'
        when is_received then 'late'
        when is_excused then 'excused'
        else 'missing'
    end as state,
    case when is_received or not is_excused then 1 else 0 end as expected_count,
    case when is_received then 1 else 0 end as received_count,
    case when is_received and (days_after_due <= 0 or is_excused) then 1 else 0 end as on_time_count,
    case when days_after_due < 0 then 0 else days_after_due end as late_days,
    case when is_excused and (not is_received or days_after_due > 0) then 1 else 0 end as excused_count,
    correction_count,
    withdrawn_count,
    is_locked,
    row_count,
    accepted_count,
    quarantined_count
from due
