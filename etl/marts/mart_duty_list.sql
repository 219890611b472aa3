-- 年度职责清单：每个成员单位每年一行，不论当年有没有职责列入清单
-- year_key: 年份
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 成员单位
-- unit_kind: 单位性质
-- unit_count: 恒为 1
-- listed_count: 当年有职责到期为 1，否则为 0
-- empty_count: 当年没有职责到期为 1，否则为 0
-- valid_from: 自何日起：当年第一天，签约不满 90 天的从满 90 天起
-- valid_to: 至何日止（不含当日）：次年第一天，协议先到期的至协议到期
with years as (
    select
        year_key,
        min(day_on) as first_on,
        cast(max(day_on) + interval 1 day as date) as after_on
    from dim_calendar
    group by year_key
),
listed as (
    select unit_code, substr(cast(due_on as string), 1, 4) as year_key
    from fact_duty
    group by unit_code, substr(cast(due_on as string), 1, 4)
)
select
    years.year_key,
    unit.district_code,
    unit.street_code,
    unit.community_code,
    unit.unit_code,
    unit.unit_kind,
    1 as unit_count,
    case when listed.unit_code is null then 0 else 1 end as listed_count,
    case when listed.unit_code is null then 1 else 0 end as empty_count,
    greatest(years.first_on, cast(unit.valid_from + interval 90 day as date)) as valid_from,
    least(years.after_on, coalesce(unit.valid_to, years.after_on)) as valid_to
from years
join mart_unit_span as unit
    on unit.valid_from + interval 90 day < years.after_on
    and (unit.valid_to is null or unit.valid_to > years.first_on)
left join listed on listed.unit_code = unit.unit_code and listed.year_key = years.year_key
