-- 两新党组织：每个一行
-- organisation_id: 编号（报送号、工作表、行号）
-- community_code: 所属社区
-- organisation_name: 两新党组织名称
-- two_new_field: 两新领域
-- founded_on: 组建日期
-- members_developed: 累计发展党员数（名），只用于合计
-- dormant_since: 停止活动日期
-- dissolved_on: 撤销日期（自当日起不计）
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    cast(submission_id as string) || '/' || sheet_name || '/' || cast(row_no as string) as organisation_id,
    community_code,
    organisation_name,
    two_new_field,
    founded_on,
    members_developed,
    dormant_since,
    dissolved_on,
    submission_id,
    sheet_name,
    row_no
from accepted_two_new_organisations
