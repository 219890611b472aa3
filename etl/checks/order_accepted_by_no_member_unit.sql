-- 接单单位“{value}”接单时不是本社区的成员单位
-- 请核对单位名称；确已签订共建协议的，请在成员单位台账中补上
select
    'orders' as dataset,
    fact_order.submission_id,
    fact_order.sheet_name,
    fact_order.row_no,
    'unit_name' as column_name,
    fact_order.unit_name as value
from fact_order
left join fact_member_unit
    on fact_member_unit.unit_code = fact_order.unit_code
    and fact_member_unit.signed_on <= coalesce(fact_order.accepted_on, fact_order.ordered_on)
    and (
        fact_member_unit.ends_on is null
        or fact_member_unit.ends_on >= coalesce(fact_order.accepted_on, fact_order.ordered_on)
    )
where fact_order.unit_name is not null and fact_member_unit.unit_code is null
