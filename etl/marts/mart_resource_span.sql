-- 资源的可用时段；暂停的资源不在其中
-- resource_id: 资源
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 提供资源的成员单位
-- unit_kind: 提供单位的性质
-- class_code: 服务大类
-- item_code: 资源事项
-- resource_state: 最新台账中的资源状态
-- resource_count: 恒为 1
-- used_from: 自何日起用过（可用期间内，同一单位、同一事项的需求最早在这一天对接），空为没有
-- valid_from: 自何日起可用
-- valid_to: 至何日止（不含当日），空为长期
with first_match as (
    select fact_resource.resource_id, min(fact_need.matched_on) as matched_on
    from fact_resource
    join fact_need
        on fact_need.unit_code = fact_resource.unit_code
        and fact_need.item_code = fact_resource.item_code
        and fact_need.matched_on >= fact_resource.available_from
        and (fact_resource.available_until is null or fact_need.matched_on <= fact_resource.available_until)
    where fact_need.need_state <> 'withdrawn'
    group by fact_resource.resource_id
)
select
    fact_resource.resource_id,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_resource.community_code,
    fact_resource.unit_code,
    fact_member_unit.unit_kind,
    fact_resource.class_code,
    fact_resource.item_code,
    fact_resource.resource_state,
    1 as resource_count,
    case
        when fact_resource.resource_state = 'matched'
            then coalesce(first_match.matched_on, fact_resource.available_from)
        else first_match.matched_on
    end as used_from,
    fact_resource.available_from as valid_from,
    cast(fact_resource.available_until + interval 1 day as date) as valid_to
from fact_resource
join dim_organisation on dim_organisation.org_code = fact_resource.community_code
left join fact_member_unit on fact_member_unit.unit_code = fact_resource.unit_code
left join first_match on first_match.resource_id = fact_resource.resource_id
where fact_resource.resource_state <> 'paused'
