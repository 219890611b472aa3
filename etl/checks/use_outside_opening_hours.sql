-- {value} 使用阵地，不在这个阵地的开放时间之内
-- 请核对使用时间；如果开放时间有调整，请更新共享阵地台账
select
    'venue_uses' as dataset, fact_venue_use.submission_id, fact_venue_use.sheet_name, fact_venue_use.row_no,
    'starts_at' as column_name,
    strftime(used_on, '%Y-%m-%d ') || format('{:02d}:{:02d}', starts_minute // 60, starts_minute % 60)
        || '–' || format('{:02d}:{:02d}', ends_minute // 60, ends_minute % 60) as value
from fact_venue_use
join fact_venue using (venue_code)
where fact_venue_use.used_on >= fact_venue.opened_on
    and (fact_venue.closed_on is null or fact_venue_use.used_on < fact_venue.closed_on)
    and fact_venue_use.used_open_minutes < fact_venue_use.used_minutes
