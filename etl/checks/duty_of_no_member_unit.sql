-- 履职单位“{value}”在完成时限当日不是协议有效的成员单位
-- 请核对单位名称；如果确是成员单位，请在成员单位台账中补充或更正协议日期
select
    'duties' as dataset,
    fact_duty.submission_id,
    fact_duty.sheet_name,
    fact_duty.row_no,
    'unit_name' as column_name,
    fact_duty.unit_name as value
from fact_duty
left join dim_organisation as unit on unit.org_code = fact_duty.unit_code
where unit.org_code is null
    or unit.valid_from > fact_duty.due_on
    or (unit.valid_to is not null and unit.valid_to <= fact_duty.due_on)
