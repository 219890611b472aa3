-- 活动月度汇总：可以相加的数
-- month_on: 月份的第一天
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 主办的成员单位，联合党委自办的为空
-- unit_kind: 主办单位的性质
-- activity_type: 活动类型
-- themed: 是否主题活动
-- class_code: 服务大类
-- item_code: 服务事项
-- activity_count: 活动场次（场）
-- head_count: 参加人数（人）
-- attended_count: 参与人次（人次）
-- volunteer_hours: 志愿服务时长（小时）
-- headed_activity_count: 填报了参加人数的活动（场）
select
    fact_activity.month_on,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_activity.community_code,
    fact_activity.unit_code,
    fact_member_unit.unit_kind,
    fact_activity.activity_type,
    fact_activity.themed,
    fact_activity.class_code,
    fact_activity.item_code,
    count(*) as activity_count,
    cast(coalesce(sum(fact_activity.head_count), 0) as bigint) as head_count,
    cast(coalesce(sum(fact_activity.attended_count), 0) as bigint) as attended_count,
    coalesce(sum(fact_activity.volunteer_hours), 0) as volunteer_hours,
    count(fact_activity.head_count) as headed_activity_count
from fact_activity
join dim_organisation on dim_organisation.org_code = fact_activity.community_code
left join fact_member_unit on fact_member_unit.unit_code = fact_activity.unit_code
group by all
