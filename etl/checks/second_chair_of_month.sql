-- {value}已经有一个轮值主席，同一个月不应再列一个
-- 请核对轮值起始日期，每月只保留一个轮值单位
select
    'chairs' as dataset,
    submission_id,
    sheet_name,
    row_no,
    'turn_on' as column_name,
    substr(cast(month_on as string), 1, 7) as value
from fact_chair_turn
where turn_no > 1
