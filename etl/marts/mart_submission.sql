-- 报送的行数和问题：每份报送一行，包括已被更正、全部退回和撤回的
-- submission_id: 报送号
-- quarter_on: 填报期开始的季度的第一天
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- dataset: 台账
-- submission_state: current 采用，superseded 已被更正，refused 全部退回，withdrawn 撤回
-- row_count: 读取行数；一行就是一个人的名册为空，因为行数就是人数
-- accepted_count: 其中接收的行数
-- quarantined_count: 其中退回的行数
-- fault_count: 必须更正的问题数
-- warning_count: 提醒数
with told as (
    select
        submission_id,
        sum(case when severity = 'warning' then 0 else 1 end) as fault_count,
        sum(case when severity = 'warning' then 1 else 0 end) as warning_count
    from in_finding
    group by submission_id
)
select
    in_submission.submission_id,
    cast(date_trunc('quarter', in_submission.period_first_on) as date) as quarter_on,
    place.district_code,
    place.street_code,
    in_submission.community_code,
    in_submission.dataset,
    in_submission.state as submission_state,
    in_submission.row_count,
    in_submission.accepted_count,
    in_submission.quarantined_count,
    cast(coalesce(told.fault_count, 0) as bigint) as fault_count,
    cast(coalesce(told.warning_count, 0) as bigint) as warning_count
from in_submission
join dim_organisation as place on place.org_code = in_submission.community_code
left join told on told.submission_id = in_submission.submission_id
