-- 共享阵地台账中没有“{value}”
-- 请核对阵地名称，或在共享阵地台账中补报这个阵地
select 'venue_uses' as dataset, submission_id, sheet_name, row_no, 'venue_name' as column_name, venue_name as value
from fact_venue_use
where not venue_known
