-- 轮值主席：每次轮值一行，已排定的以后月份也在
-- community_code: 所属社区
-- unit_code: 轮值的成员单位，不在成员单位台账中的为空
-- unit_name: 填写的轮值单位名称
-- turn_on: 轮值起始日期
-- month_on: 轮值月份的第一天
-- turn_no: 当月的第几条，正常应只有一条
-- theme: 轮值主题
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    accepted_chairs.community_code,
    dim_organisation.unit_code,
    accepted_chairs.unit_name,
    accepted_chairs.turn_on,
    cast(date_trunc('month', accepted_chairs.turn_on) as date) as month_on,
    row_number() over (
        partition by accepted_chairs.community_code, date_trunc('month', accepted_chairs.turn_on)
        order by accepted_chairs.turn_on, accepted_chairs.row_no
    ) as turn_no,
    accepted_chairs.theme,
    accepted_chairs.submission_id,
    accepted_chairs.sheet_name,
    accepted_chairs.row_no
from accepted_chairs
left join dim_organisation on dim_organisation.org_code = accepted_chairs.unit_code
