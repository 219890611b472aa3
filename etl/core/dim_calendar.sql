-- 日历：数据期内的每一天
-- day_on: 日期
-- month_on: 当月第一天
-- month_key: 月份，如 2021-11
-- quarter_key: 季度，如 2021-Q4
-- year_key: 年份，如 2021
-- is_weekend: 是否周六、周日（不考虑节假日和调休）
select
    day_on,
    cast(date_trunc('month', day_on) as date) as month_on,
    substr(cast(day_on as string), 1, 7) as month_key,
    substr(cast(day_on as string), 1, 4) || '-Q' || cast(quarter(day_on) as string) as quarter_key,
    substr(cast(day_on as string), 1, 4) as year_key,
    day_on >= cast(date_trunc('week', day_on) as date) + interval 5 day as is_weekend
from in_day
