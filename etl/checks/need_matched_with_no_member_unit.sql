-- 与需求对接的“{value}”不是本区任何一个社区的成员单位
-- 请核对单位名称；确已签订共建协议的，请在成员单位台账中补上
select
    'needs' as dataset,
    submission_id,
    sheet_name,
    row_no,
    'unit_name' as column_name,
    unit_name as value
from fact_need
where not unit_known
