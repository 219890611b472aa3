-- 行业归口：成员单位归口哪个行业党委，每段归口一行
-- parent_id: 编号（报送号、工作表、行号）
-- community_code: 所属社区
-- unit_code: 成员单位，不在成员单位台账中的为空
-- unit_name: 填写的单位
-- industry_parent: 行业党委
-- from_on: 归口日期
-- until_on: 解除归口日期（自当日起不再归口）
-- next_from_on: 同一单位下一段归口的日期
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    cast(accepted_industry_parents.submission_id as string) || '/' || accepted_industry_parents.sheet_name || '/'
        || cast(accepted_industry_parents.row_no as string) as parent_id,
    accepted_industry_parents.community_code,
    dim_organisation.unit_code,
    accepted_industry_parents.unit_name,
    accepted_industry_parents.industry_parent,
    accepted_industry_parents.from_on,
    accepted_industry_parents.until_on,
    lead(accepted_industry_parents.from_on) over (
        partition by accepted_industry_parents.community_code, accepted_industry_parents.unit_code
        order by accepted_industry_parents.from_on
    ) as next_from_on,
    accepted_industry_parents.submission_id,
    accepted_industry_parents.sheet_name,
    accepted_industry_parents.row_no
from accepted_industry_parents
left join dim_organisation on dim_organisation.org_code = accepted_industry_parents.unit_code
