-- 出席名单中的会议“{value}”不在联席会议台账中，或者召开日期对不上
-- 请核对会议名称和会议日期，使两份台账一致
select
    'meeting_attendance' as dataset,
    fact_meeting_attendance.submission_id,
    fact_meeting_attendance.sheet_name,
    fact_meeting_attendance.row_no,
    'meeting_title' as column_name,
    fact_meeting_attendance.meeting_title as value
from fact_meeting_attendance
left join fact_meeting
    on fact_meeting.community_code = fact_meeting_attendance.community_code
    and fact_meeting.meeting_title = fact_meeting_attendance.meeting_title
where fact_meeting.held_on is null or fact_meeting.held_on <> fact_meeting_attendance.met_on
