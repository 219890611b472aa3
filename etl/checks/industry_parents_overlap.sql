-- “{value}”同时归口两个行业党委，后一段开始时前一段尚未解除
-- 请填写前一段的解除归口日期；一个单位同一时间只归口一个行业党委，以免重复统计
select
    'industry_parents' as dataset, submission_id, sheet_name, row_no, 'until_on' as column_name, unit_name as value
from fact_industry_parent
where unit_code is not null and next_from_on is not null and (until_on is null or until_on > next_from_on)
