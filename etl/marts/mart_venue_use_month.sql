-- 阵地使用月度汇总：可以相加的数
-- month_on: 月份的第一天
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 使用的成员单位，居民和联合党委使用的为空
-- venue_kind: 阵地类型
-- use_purpose: 使用用途
-- use_count: 使用次数（次）
-- resident_use_count: 其中居民自用的次数（次）
-- used_minutes: 使用时长（分钟）
-- head_count: 使用人数（人）
-- headed_use_count: 填报了使用人数的次数（次）
select
    fact_venue_use.month_on,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_venue_use.community_code,
    fact_venue_use.unit_code,
    fact_venue_use.venue_kind,
    fact_venue_use.use_purpose,
    count(*) as use_count,
    count(case when fact_venue_use.use_purpose = 'residents' then 1 end) as resident_use_count,
    cast(sum(fact_venue_use.used_minutes) as bigint) as used_minutes,
    cast(coalesce(sum(fact_venue_use.head_count), 0) as bigint) as head_count,
    count(fact_venue_use.head_count) as headed_use_count
from fact_venue_use
join dim_organisation on dim_organisation.org_code = fact_venue_use.community_code
group by all
