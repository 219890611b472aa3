-- 办结日期“{value}”早于议定它的会议
-- 请核对议定日期、会议的召开日期和办结日期
select
    'resolutions' as dataset,
    fact_resolution.submission_id,
    fact_resolution.sheet_name,
    fact_resolution.row_no,
    'closed_on' as column_name,
    fact_resolution.closed_on as value
from fact_resolution
left join fact_meeting
    on fact_meeting.community_code = fact_resolution.community_code
    and fact_meeting.meeting_title = fact_resolution.meeting_title
where fact_resolution.closed_on < coalesce(fact_meeting.held_on, fact_resolution.met_on)
