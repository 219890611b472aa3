-- “{value}”当月不是本社区共建协议有效的成员单位，不应列为轮值主席
-- 请核对单位名称、协议起止日期和轮值月份，并更正有误的一份台账
select
    'chairs' as dataset,
    fact_chair_turn.submission_id,
    fact_chair_turn.sheet_name,
    fact_chair_turn.row_no,
    'unit_name' as column_name,
    fact_chair_turn.unit_name as value
from fact_chair_turn
left join dim_organisation on dim_organisation.org_code = fact_chair_turn.unit_code
where dim_organisation.org_code is null
    or dim_organisation.valid_from >= fact_chair_turn.month_on + interval 1 month
    or dim_organisation.valid_to <= fact_chair_turn.month_on
