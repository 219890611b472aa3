-- 需求从提出到对接的时段；撤回的需求不在其中
-- need_id: 需求
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 对接的本社区成员单位
-- unit_kind: 对接单位的性质
-- class_code: 服务大类
-- item_code: 需求事项
-- asked_by: 需求方
-- need_state: 最新台账中的需求状态
-- asked_on: 提出日期
-- wanted_until: 期望完成日期
-- matched_on: 对接日期
-- need_count: 恒为 1
-- valid_from: 自何日起待对接（提出日期）
-- valid_to: 至何日止（对接之日；已对接而没有写明日期的，自提出之日起不算待对接），空为仍待对接
select
    fact_need.need_id,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_need.community_code,
    fact_need.unit_code,
    fact_member_unit.unit_kind,
    fact_need.class_code,
    fact_need.item_code,
    fact_need.asked_by,
    fact_need.need_state,
    fact_need.asked_on,
    fact_need.wanted_until,
    fact_need.matched_on,
    1 as need_count,
    fact_need.asked_on as valid_from,
    case
        when fact_need.matched_on is not null then fact_need.matched_on
        when fact_need.need_state in ('matched', 'met') then fact_need.asked_on
    end as valid_to
from fact_need
join dim_organisation on dim_organisation.org_code = fact_need.community_code
left join fact_member_unit on fact_member_unit.unit_code = fact_need.unit_code
where fact_need.need_state <> 'withdrawn'
