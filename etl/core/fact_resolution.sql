-- 议定事项：每项一行，办结前一直在列
-- community_code: 所属社区
-- unit_code: 牵头的成员单位，联合党委自办的为空
-- unit_name: 填写的牵头单位名称
-- meeting_title: 议定会议
-- met_on: 议定日期
-- resolution: 议定事项
-- due_on: 办结期限（含当日）
-- closed_on: 办结日期，未办结的为空
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    accepted_resolutions.community_code,
    dim_organisation.unit_code,
    accepted_resolutions.unit_name,
    accepted_resolutions.meeting_title,
    accepted_resolutions.met_on,
    accepted_resolutions.resolution,
    accepted_resolutions.due_on,
    accepted_resolutions.closed_on,
    accepted_resolutions.submission_id,
    accepted_resolutions.sheet_name,
    accepted_resolutions.row_no
from accepted_resolutions
left join dim_organisation on dim_organisation.org_code = accepted_resolutions.unit_code
