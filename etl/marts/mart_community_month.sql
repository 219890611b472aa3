-- 社区逐月：每个社区在数据期内每个月一行，没有活动的月份也在
-- month_on: 月份的第一天
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- activity_count: 活动场次（场）
-- month_count: 恒为 1
-- silent_count: 当月没有活动为 1，否则为 0
with months as (
    select month_on, max(day_on) as last_on from dim_calendar group by month_on
),
held as (
    select community_code, month_on, count(*) as activity_count from fact_activity group by community_code, month_on
)
select
    months.month_on,
    committee.district_code,
    committee.street_code,
    committee.community_code,
    coalesce(held.activity_count, 0) as activity_count,
    1 as month_count,
    case when held.activity_count is null then 1 else 0 end as silent_count
from months
join mart_committee_span as committee
    on committee.valid_from <= months.month_on and (committee.valid_to is null or committee.valid_to > months.last_on)
left join held on held.community_code = committee.community_code and held.month_on = months.month_on
