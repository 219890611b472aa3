-- 选派单位“{value}”不在本社区的成员单位台账中
-- 请核对单位名称是否与成员单位台账一致；确属成员单位的，请补入成员单位台账
select
    'committee_posts' as dataset, submission_id, sheet_name, row_no, 'unit_name' as column_name, unit_name as value
from fact_committee_post
where not unit_known
