-- 职责清单：每个单位每项职责一行
-- duty_id: 职责编号（报送号、工作表、行号）
-- community_code: 所属社区
-- unit_code: 履职的成员单位，不在成员单位台账中的为空
-- unit_name: 填写的履职单位
-- duty_class: 职责类别
-- duty: 职责内容
-- due_on: 完成时限
-- done_on: 实际完成日期，空为没有完成
-- evidence: 佐证材料，空为没有
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    cast(accepted_duties.submission_id as string) || '/' || accepted_duties.sheet_name || '/'
        || cast(accepted_duties.row_no as string) as duty_id,
    accepted_duties.community_code,
    dim_organisation.unit_code,
    accepted_duties.unit_name,
    accepted_duties.duty_class,
    accepted_duties.duty,
    accepted_duties.due_on,
    accepted_duties.done_on,
    case
        when accepted_duties.evidence not in ('无', '暂无', '没有', '-', '－', '—', '——', '/', '／')
            then accepted_duties.evidence
    end as evidence,
    accepted_duties.submission_id,
    accepted_duties.sheet_name,
    accepted_duties.row_no
from accepted_duties
left join dim_organisation on dim_organisation.org_code = accepted_duties.unit_code
