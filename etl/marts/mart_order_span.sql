-- 服务订单从点单到办结（或撤单）的时段，和各环节的日期
-- order_id: 订单
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 接单的成员单位，由服务队、党员接单的为空
-- unit_kind: 接单单位的性质
-- class_code: 服务大类
-- item_code: 点单事项
-- ordered_by: 点单方
-- acceptor_kind: 接单方
-- ordered_on: 点单日期
-- dispatched_on: 下单日期
-- accepted_on: 接单日期
-- closed_on: 办结日期
-- cancelled_on: 撤单日期
-- rating: 评单分数，1 至 5 分
-- order_count: 恒为 1
-- valid_from: 自何日起未办结（点单日期）
-- valid_to: 至何日止（办结或撤单之日），空为仍未办结
select
    fact_order.order_id,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_order.community_code,
    fact_order.unit_code,
    fact_member_unit.unit_kind,
    fact_order.class_code,
    fact_order.item_code,
    fact_order.ordered_by,
    fact_order.acceptor_kind,
    fact_order.ordered_on,
    fact_order.dispatched_on,
    fact_order.accepted_on,
    fact_order.closed_on,
    fact_order.cancelled_on,
    fact_order.rating,
    1 as order_count,
    fact_order.ordered_on as valid_from,
    coalesce(fact_order.closed_on, fact_order.cancelled_on) as valid_to
from fact_order
join dim_organisation on dim_organisation.org_code = fact_order.community_code
left join fact_member_unit on fact_member_unit.unit_code = fact_order.unit_code
