-- 会议出席，按月、按单位汇总：单位次，不是人次
-- month_on: 会议月份的第一天
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 成员单位
-- unit_kind: 单位性质
-- meeting_kind: 会议类别
-- invited_count: 通知到会（单位次）
-- present_count: 出席（单位次）
-- leave_count: 请假（单位次）
-- absent_count: 缺席（单位次）
select
    cast(date_trunc('month', fact_meeting_attendance.met_on) as date) as month_on,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_meeting_attendance.community_code,
    fact_meeting_attendance.unit_code,
    fact_member_unit.unit_kind,
    fact_meeting_attendance.meeting_kind,
    count(*) as invited_count,
    sum(case when fact_meeting_attendance.attendance_state = 'present' then 1 else 0 end) as present_count,
    sum(case when fact_meeting_attendance.attendance_state = 'leave' then 1 else 0 end) as leave_count,
    sum(case when fact_meeting_attendance.attendance_state = 'absent' then 1 else 0 end) as absent_count
from fact_meeting_attendance
join dim_organisation on dim_organisation.org_code = fact_meeting_attendance.community_code
left join fact_member_unit on fact_member_unit.unit_code = fact_meeting_attendance.unit_code
group by all
