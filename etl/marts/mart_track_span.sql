-- 成员单位的双轨归口：协议有效的每一天恰有一个区域归口（社区）和一个行业归口（或未归口）
-- unit_code: 成员单位
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区，即区域归口
-- unit_kind: 单位性质
-- sector: 所属行业
-- industry_parent: 行业归口，没有的为 none
-- unit_count: 恒为 1
-- valid_from: 自何日起
-- valid_to: 至何日止（不含当日）
with held as (
    select
        mart_unit_span.unit_code,
        fact_industry_parent.industry_parent,
        greatest(fact_industry_parent.from_on, mart_unit_span.valid_from) as valid_from,
        least(fact_industry_parent.until_on, fact_industry_parent.next_from_on, mart_unit_span.valid_to) as valid_to
    from fact_industry_parent
    join mart_unit_span on mart_unit_span.unit_code = fact_industry_parent.unit_code
),
real as (
    select unit_code, industry_parent, valid_from, valid_to
    from held
    where valid_to is null or valid_to > valid_from
),
ordered as (
    select
        unit_code,
        industry_parent,
        valid_from,
        valid_to,
        lag(valid_from) over (partition by unit_code order by valid_from) as earlier_from,
        lead(valid_from) over (partition by unit_code order by valid_from) as next_from
    from real
),
segments as (
    select unit_code, industry_parent, valid_from, valid_to from ordered
    union all
    select ordered.unit_code, 'none', mart_unit_span.valid_from, ordered.valid_from
    from ordered
    join mart_unit_span on mart_unit_span.unit_code = ordered.unit_code
    where ordered.earlier_from is null and mart_unit_span.valid_from < ordered.valid_from
    union all
    select ordered.unit_code, 'none', ordered.valid_to, coalesce(ordered.next_from, mart_unit_span.valid_to)
    from ordered
    join mart_unit_span on mart_unit_span.unit_code = ordered.unit_code
    where ordered.valid_to is not null
        and (coalesce(ordered.next_from, mart_unit_span.valid_to) is null
            or coalesce(ordered.next_from, mart_unit_span.valid_to) > ordered.valid_to)
    union all
    select mart_unit_span.unit_code, 'none', mart_unit_span.valid_from, mart_unit_span.valid_to
    from mart_unit_span
    left join ordered on ordered.unit_code = mart_unit_span.unit_code
    where ordered.unit_code is null
)
select
    mart_unit_span.unit_code,
    mart_unit_span.district_code,
    mart_unit_span.street_code,
    mart_unit_span.community_code,
    mart_unit_span.unit_kind,
    mart_unit_span.sector,
    segments.industry_parent,
    1 as unit_count,
    segments.valid_from,
    segments.valid_to
from segments
join mart_unit_span on mart_unit_span.unit_code = segments.unit_code
