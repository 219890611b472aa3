-- 共享阵地逐月：每个阵地有开放日的每个月一行，没有人使用的月份也在
-- month_on: 月份的第一天
-- venue_code: 阵地
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 提供的成员单位，联合党委自有的为空
-- venue_kind: 阵地类型
-- open_day_count: 开放天数（不扣除节假日）
-- open_minutes: 开放时长（分钟）
-- used_open_minutes: 其中有人使用的时长（分钟）
with open_days as (
    select fact_venue.venue_code, dim_calendar.month_on, count(*) as open_day_count
    from fact_venue
    join dim_calendar
        on dim_calendar.day_on >= fact_venue.opened_on
        and (fact_venue.closed_on is null or dim_calendar.day_on < fact_venue.closed_on)
    where fact_venue.open_days = 'daily'
        or (fact_venue.open_days = 'weekdays' and not dim_calendar.is_weekend)
        or (fact_venue.open_days = 'weekends' and dim_calendar.is_weekend)
    group by fact_venue.venue_code, dim_calendar.month_on
),
used as (
    select venue_code, month_on, sum(used_open_minutes) as used_open_minutes
    from fact_venue_use
    group by venue_code, month_on
)
select
    open_days.month_on,
    fact_venue.venue_code,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_venue.community_code,
    fact_venue.unit_code,
    fact_venue.venue_kind,
    open_days.open_day_count,
    open_days.open_day_count * (fact_venue.closes_minute - fact_venue.opens_minute) as open_minutes,
    cast(coalesce(used.used_open_minutes, 0) as bigint) as used_open_minutes
from open_days
join fact_venue on fact_venue.venue_code = open_days.venue_code
join dim_organisation on dim_organisation.org_code = fact_venue.community_code
left join used on used.venue_code = open_days.venue_code and used.month_on = open_days.month_on
