-- 提供资源的“{value}”不在本社区的成员单位台账中
-- 请核对单位名称；确已签订共建协议的，请在成员单位台账中补上
select
    'resources' as dataset,
    submission_id,
    sheet_name,
    row_no,
    'unit_name' as column_name,
    unit_name as value
from fact_resource
where unit_code is null
