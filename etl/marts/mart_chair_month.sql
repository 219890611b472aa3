-- 轮值主席逐月：每个社区每个月一行，没有主席的月份也在；轮值台账还没有报到的月份不在
-- month_on: 月份的第一天
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 轮值的成员单位
-- unit_kind: 轮值单位的性质
-- month_count: 恒为 1
-- chaired_count: 有轮值主席为 1，否则为 0
-- themed_count: 有轮值主席的月份里，社区开展的主题活动（场）
with months as (
    select month_on, max(day_on) as last_on from dim_calendar group by month_on
),
reported as (
    select community_code, max(period_last_on) as known_on
    from in_submission
    where dataset = 'chairs' and state = 'current'
    group by community_code
),
turns as (
    select community_code, month_on, unit_code from fact_chair_turn where turn_no = 1
),
themed as (
    select community_code, month_on, count(*) as themed_count
    from fact_activity
    where themed
    group by community_code, month_on
)
select
    months.month_on,
    committee.district_code,
    committee.street_code,
    committee.community_code,
    turns.unit_code,
    fact_member_unit.unit_kind,
    1 as month_count,
    case when turns.community_code is null then 0 else 1 end as chaired_count,
    case when turns.community_code is null then 0 else coalesce(themed.themed_count, 0) end as themed_count
from months
join mart_committee_span as committee
    on committee.valid_from <= months.month_on and (committee.valid_to is null or committee.valid_to > months.last_on)
join reported
    on reported.community_code = committee.community_code and reported.known_on >= months.last_on
left join turns on turns.community_code = committee.community_code and turns.month_on = months.month_on
left join fact_member_unit on fact_member_unit.unit_code = turns.unit_code
left join themed on themed.community_code = committee.community_code and themed.month_on = months.month_on
