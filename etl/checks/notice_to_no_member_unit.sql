-- 接收单位“{value}”发出当日不是协议有效的成员单位
-- 请核对单位名称；如果确是成员单位，请在成员单位台账中补充或更正协议日期
select
    'notices' as dataset,
    fact_notice.submission_id,
    fact_notice.sheet_name,
    fact_notice.row_no,
    'unit_name' as column_name,
    fact_notice.unit_name as value
from fact_notice
left join dim_organisation as unit on unit.org_code = fact_notice.unit_code
where unit.org_code is null
    or unit.valid_from > fact_notice.sent_on
    or (unit.valid_to is not null and unit.valid_to <= fact_notice.sent_on)
