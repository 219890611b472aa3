-- 服务订单：每个订单一行，从点单到评单
-- order_id: 订单编号（报送号、工作表、行号）
-- order_no: 台账中的订单号，一个社区内不重复
-- community_code: 所属社区
-- unit_code: 接单的成员单位，由服务队、党员接单或不在成员单位台账中的为空
-- unit_name: 填写的接单单位
-- item_code: 点单事项
-- class_code: 服务大类
-- ordered_by: 点单方
-- acceptor_kind: 接单方
-- ordered_on: 点单日期
-- dispatched_on: 下单日期
-- accepted_on: 接单日期
-- closed_on: 办结日期
-- cancelled_on: 撤单日期
-- rating: 评单分数，1 至 5 分
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    cast(accepted_orders.submission_id as string) || '/' || accepted_orders.sheet_name || '/'
        || cast(accepted_orders.row_no as string) as order_id,
    accepted_orders.order_no,
    accepted_orders.community_code,
    dim_organisation.unit_code,
    accepted_orders.unit_name,
    accepted_orders.item_code,
    dim_catalogue.class_code,
    accepted_orders.ordered_by,
    accepted_orders.acceptor_kind,
    accepted_orders.ordered_on,
    accepted_orders.dispatched_on,
    accepted_orders.accepted_on,
    accepted_orders.closed_on,
    accepted_orders.cancelled_on,
    accepted_orders.rating,
    accepted_orders.submission_id,
    accepted_orders.sheet_name,
    accepted_orders.row_no
from accepted_orders
left join dim_organisation on dim_organisation.org_code = accepted_orders.unit_code
left join dim_catalogue on dim_catalogue.item_code = accepted_orders.item_code
