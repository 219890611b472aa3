-- {value} 不在这个阵地的启用期之内
-- 请核对使用日期，或更正共享阵地台账中的启用日期和停用日期
select
    'venue_uses' as dataset, fact_venue_use.submission_id, fact_venue_use.sheet_name, fact_venue_use.row_no,
    'used_on' as column_name, fact_venue_use.used_on as value
from fact_venue_use
join fact_venue using (venue_code)
where fact_venue_use.used_on < fact_venue.opened_on or fact_venue_use.used_on >= fact_venue.closed_on
