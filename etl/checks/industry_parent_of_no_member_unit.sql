-- 归口单位“{value}”不在本社区的成员单位台账中
-- 请核对单位名称是否与成员单位台账一致；确属成员单位的，请补入成员单位台账
select
    'industry_parents' as dataset, submission_id, sheet_name, row_no, 'unit_name' as column_name, unit_name as value
from fact_industry_parent
where unit_code is null
