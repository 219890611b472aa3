-- 班子职务的逐段状态：每个职务从设岗起，任职和空缺交替，同一天只有一种状态
-- post_id: 任职的一段来自哪一行；空缺的一段来自其前一任，从未任职的来自其本行
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 选派的成员单位，社区自己的和空缺的为空
-- post_name: 职务名称
-- post_kind: 职务类别
-- post_source: 人选来源，空缺的为空
-- post_count: 恒为 1
-- filled_count: 任职为 1，空缺为 0
-- valid_from: 自何日起
-- valid_to: 至何日止（不含当日）
with terms as (
    select
        *,
        lead(filled_from) over (partition by community_code, post_name order by filled_from) as next_filled_from,
        lag(filled_from) over (partition by community_code, post_name order by filled_from) as earlier_filled_from,
        min(planned_on) over (partition by community_code, post_name) as first_planned_on
    from fact_committee_post
    where filled_from is not null
),
ended as (
    select *, least(filled_until, next_filled_from) as left_on from terms
),
never_filled as (
    select
        fact_committee_post.post_id, fact_committee_post.community_code, fact_committee_post.post_name,
        fact_committee_post.post_kind, fact_committee_post.planned_on
    from fact_committee_post
    left join terms
        on terms.community_code = fact_committee_post.community_code and terms.post_name = fact_committee_post.post_name
    where fact_committee_post.filled_from is null and terms.post_id is null
),
spans as (
    select
        post_id, community_code, unit_code, post_name, post_kind, post_source, 1 as filled_count,
        filled_from as valid_from, left_on as valid_to
    from ended
    union all
    select
        post_id, community_code, cast(null as string), post_name, post_kind, cast(null as string), 0,
        first_planned_on, filled_from
    from ended
    where earlier_filled_from is null and first_planned_on < filled_from
    union all
    select
        post_id, community_code, cast(null as string), post_name, post_kind, cast(null as string), 0,
        left_on, next_filled_from
    from ended
    where left_on is not null and (next_filled_from is null or left_on < next_filled_from)
    union all
    select
        post_id, community_code, cast(null as string), post_name, post_kind, cast(null as string), 0,
        planned_on, cast(null as date)
    from never_filled
)
select
    spans.post_id,
    dim_organisation.district_code,
    dim_organisation.street_code,
    spans.community_code,
    spans.unit_code,
    spans.post_name,
    spans.post_kind,
    spans.post_source,
    1 as post_count,
    spans.filled_count,
    spans.valid_from,
    least(spans.valid_to, dim_organisation.valid_to) as valid_to
from spans
join dim_organisation on dim_organisation.org_code = spans.community_code
