-- 共享阵地的有效期
-- venue_code: 阵地
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 提供的成员单位，联合党委自有的为空
-- venue_kind: 阵地类型
-- venue_count: 恒为 1
-- resident_count: 向居民开放为 1，否则为 0
-- located_count: 能上图为 1，否则为 0
-- weekly_open_minutes: 每周开放时长（分钟）
-- valid_from: 自何日起
-- valid_to: 至何日止（不含当日）
select
    fact_venue.venue_code,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_venue.community_code,
    fact_venue.unit_code,
    fact_venue.venue_kind,
    1 as venue_count,
    case when fact_venue.open_to_residents then 1 else 0 end as resident_count,
    case when fact_venue.located then 1 else 0 end as located_count,
    (fact_venue.closes_minute - fact_venue.opens_minute)
    * case fact_venue.open_days when 'daily' then 7 when 'weekdays' then 5 else 2 end as weekly_open_minutes,
    fact_venue.opened_on as valid_from,
    fact_venue.closed_on as valid_to
from fact_venue
join dim_organisation on dim_organisation.org_code = fact_venue.community_code
