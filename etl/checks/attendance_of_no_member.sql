-- “{value}”会议当天不是本社区共建协议有效的成员单位，却列在出席名单中
-- 请核对单位名称和协议起止日期；列席单位不必填入本表
select
    'meeting_attendance' as dataset,
    fact_meeting_attendance.submission_id,
    fact_meeting_attendance.sheet_name,
    fact_meeting_attendance.row_no,
    'unit_name' as column_name,
    fact_meeting_attendance.unit_name as value
from fact_meeting_attendance
left join dim_organisation on dim_organisation.org_code = fact_meeting_attendance.unit_code
where dim_organisation.org_code is null
    or dim_organisation.valid_from > fact_meeting_attendance.met_on
    or dim_organisation.valid_to <= fact_meeting_attendance.met_on
