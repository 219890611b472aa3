-- 服务队承担的活动：同一社区、与在队服务队服务方向相同的活动，每场只计一次
-- month_on: 月份的第一天
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- class_code: 服务大类
-- item_code: 服务事项
-- activity_count: 活动场次（场）
with carried as (
    select distinct
        fact_activity.activity_id,
        fact_activity.month_on,
        mart_team_span.district_code,
        mart_team_span.street_code,
        mart_team_span.community_code,
        mart_team_span.class_code,
        mart_team_span.item_code
    from fact_activity
    join mart_team_span
        on mart_team_span.community_code = fact_activity.community_code
        and mart_team_span.item_code = fact_activity.item_code
        and mart_team_span.valid_from <= fact_activity.held_on
        and (mart_team_span.valid_to is null or mart_team_span.valid_to > fact_activity.held_on)
)
select
    month_on, district_code, street_code, community_code, class_code, item_code, count(*) as activity_count
from carried
group by month_on, district_code, street_code, community_code, class_code, item_code
