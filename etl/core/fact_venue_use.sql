-- 阵地使用：每次使用一行
-- use_id: 使用编号（报送号、工作表、行号）
-- community_code: 所属社区
-- unit_code: 使用的成员单位，居民和联合党委使用的为空
-- unit_name: 填写的使用单位
-- venue_code: 使用的阵地
-- venue_name: 填写的阵地名称
-- venue_known: 这个阵地是否在共享阵地台账中
-- venue_kind: 阵地类型，阵地不在台账中的为空
-- used_on: 使用日期
-- month_on: 所在月份的第一天
-- starts_minute: 几时开始（自零点起的分钟）
-- ends_minute: 几时结束（自零点起的分钟）
-- used_minutes: 使用时长（分钟）
-- is_open_day: 阵地当天是否开放（已启用、未停用、属于开放日）
-- used_open_minutes: 其中在开放时间之内的时长（分钟）
-- use_purpose: 使用用途
-- head_count: 使用人数（人）
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
with placed_uses as (
    select
        accepted_venue_uses.*,
        fact_venue.venue_code is not null as venue_known,
        fact_venue.venue_kind,
        fact_venue.opens_minute,
        fact_venue.closes_minute,
        coalesce(
            fact_venue.opened_on <= accepted_venue_uses.used_on
            and (fact_venue.closed_on is null or fact_venue.closed_on > accepted_venue_uses.used_on)
            and (
                fact_venue.open_days = 'daily'
                or (fact_venue.open_days = 'weekdays' and not dim_calendar.is_weekend)
                or (fact_venue.open_days = 'weekends' and dim_calendar.is_weekend)
            ),
            false
        ) as is_open_day
    from accepted_venue_uses
    left join fact_venue
        on fact_venue.community_code = accepted_venue_uses.community_code
        and fact_venue.venue_code = accepted_venue_uses.venue_code
    left join dim_calendar on dim_calendar.day_on = accepted_venue_uses.used_on
)
select
    cast(placed_uses.submission_id as string) || '/' || placed_uses.sheet_name || '/'
        || cast(placed_uses.row_no as string) as use_id,
    placed_uses.community_code,
    dim_organisation.unit_code,
    placed_uses.unit_name,
    placed_uses.venue_code,
    placed_uses.venue_name,
    placed_uses.venue_known,
    placed_uses.venue_kind,
    placed_uses.used_on,
    cast(date_trunc('month', placed_uses.used_on) as date) as month_on,
    placed_uses.starts_at as starts_minute,
    placed_uses.ends_at as ends_minute,
    placed_uses.ends_at - placed_uses.starts_at as used_minutes,
    placed_uses.is_open_day,
    case
        when placed_uses.is_open_day
            then greatest(
                0,
                least(placed_uses.ends_at, placed_uses.closes_minute)
                - greatest(placed_uses.starts_at, placed_uses.opens_minute)
            )
        else 0
    end as used_open_minutes,
    placed_uses.use_purpose,
    placed_uses.head_count,
    placed_uses.submission_id,
    placed_uses.sheet_name,
    placed_uses.row_no
from placed_uses
left join dim_organisation on dim_organisation.org_code = placed_uses.unit_code
