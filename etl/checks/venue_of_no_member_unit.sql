-- 提供单位“{value}”不在本社区的成员单位台账中
-- 请核对单位名称是否与成员单位台账一致；不是成员单位提供的，提供单位留空即可
select 'venues' as dataset, submission_id, sheet_name, row_no, 'unit_name' as column_name, unit_name as value
from fact_venue
where unit_name is not null and unit_code is null
