-- 会议出席：每次会议、每个通知到的单位一行
-- community_code: 所属社区
-- unit_code: 成员单位，不在成员单位台账中的为空
-- unit_name: 填写的单位名称
-- meeting_title: 会议名称
-- meeting_kind: 会议类别，会议不在联席会议台账中的为空
-- met_on: 会议日期
-- attendance_state: 出席情况
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    accepted_meeting_attendance.community_code,
    dim_organisation.unit_code,
    accepted_meeting_attendance.unit_name,
    accepted_meeting_attendance.meeting_title,
    fact_meeting.meeting_kind,
    accepted_meeting_attendance.met_on,
    accepted_meeting_attendance.attendance_state,
    accepted_meeting_attendance.submission_id,
    accepted_meeting_attendance.sheet_name,
    accepted_meeting_attendance.row_no
from accepted_meeting_attendance
left join dim_organisation on dim_organisation.org_code = accepted_meeting_attendance.unit_code
left join fact_meeting
    on fact_meeting.community_code = accepted_meeting_attendance.community_code
    and fact_meeting.meeting_title = accepted_meeting_attendance.meeting_title
