-- 活动：每场一行
-- activity_id: 活动编号（报送号、工作表、行号）
-- community_code: 所属社区
-- unit_code: 主办的成员单位，联合党委自办的为空
-- organiser_known: 填写的主办单位是否在成员单位台账中
-- held_on: 开始日期
-- ended_on: 结束日期
-- month_on: 所在月份的第一天
-- title: 活动名称
-- activity_type: 活动类型
-- themed: 是否主题活动
-- item_code: 服务事项
-- class_code: 服务大类
-- venue: 活动地点
-- head_count: 参加人数（人）
-- attended_count: 参与人次（人次）
-- volunteer_hours: 志愿服务时长（小时）
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    cast(accepted_activities.submission_id as string) || '/' || accepted_activities.sheet_name || '/'
        || cast(accepted_activities.row_no as string) as activity_id,
    accepted_activities.community_code,
    dim_organisation.unit_code,
    accepted_activities.unit_code is null or dim_organisation.unit_code is not null as organiser_known,
    accepted_activities.held_on,
    coalesce(accepted_activities.ended_on, accepted_activities.held_on) as ended_on,
    cast(date_trunc('month', accepted_activities.held_on) as date) as month_on,
    accepted_activities.title,
    accepted_activities.activity_type,
    coalesce(accepted_activities.themed, false) as themed,
    accepted_activities.item_code,
    dim_catalogue.class_code,
    accepted_activities.venue,
    accepted_activities.head_count,
    accepted_activities.attended_count,
    accepted_activities.volunteer_hours,
    accepted_activities.submission_id,
    accepted_activities.sheet_name,
    accepted_activities.row_no
from accepted_activities
left join dim_organisation on dim_organisation.org_code = accepted_activities.unit_code
left join dim_catalogue on dim_catalogue.item_code = accepted_activities.item_code
