-- 成员单位：签订共建协议的单位，每个社区每个单位一行
-- unit_code: 单位编码（社区编码加名称摘要）
-- unit_name: 单位名称
-- community_code: 所属社区
-- unit_kind: 单位性质
-- sector: 所属行业
-- member_count: 单位党员人数（人）
-- signed_on: 协议签订日期
-- ends_on: 协议到期日期（含当日）
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    unit_code,
    unit_name,
    community_code,
    unit_kind,
    sector,
    member_count,
    signed_on,
    ends_on,
    submission_id,
    sheet_name,
    row_no
from accepted_member_units
