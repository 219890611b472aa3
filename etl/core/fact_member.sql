-- 双重管理党员：每人每社区一行，只有化名，没有姓名、电话和证件号
-- person_key: 化名（加密摘要）
-- community_code: 所在社区
-- unit_code: 所在成员单位，未在成员单位台账中的为空
-- member_status: 党员类别
-- since_on: 纳入日期
-- until_on: 转出日期（自当日起不计）
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    accepted_members.person_key,
    accepted_members.community_code,
    dim_organisation.unit_code,
    accepted_members.member_status,
    accepted_members.since_on,
    accepted_members.until_on,
    accepted_members.submission_id,
    accepted_members.sheet_name,
    accepted_members.row_no
from accepted_members
left join dim_organisation on dim_organisation.org_code = accepted_members.unit_code
