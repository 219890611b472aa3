-- 需求清单：每项需求一行
-- need_id: 需求编号（报送号、工作表、行号）
-- community_code: 所属社区
-- unit_code: 对接的本社区成员单位，由外社区单位对接或尚未对接的为空
-- unit_name: 填写的对接单位
-- unit_known: 填写的对接单位是否为本区任一社区的成员单位
-- need_title: 需求内容
-- asked_by: 需求方
-- item_code: 需求事项
-- class_code: 服务大类
-- quantity: 需求数量
-- quantity_unit: 数量的计量单位
-- asked_on: 提出日期
-- wanted_until: 期望完成日期
-- need_state: 最新台账中的需求状态
-- matched_on: 对接日期
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
with names as (
    select distinct unit_name from fact_member_unit
)
select
    cast(accepted_needs.submission_id as string) || '/' || accepted_needs.sheet_name || '/'
        || cast(accepted_needs.row_no as string) as need_id,
    accepted_needs.community_code,
    dim_organisation.unit_code,
    accepted_needs.unit_name,
    accepted_needs.unit_name is null or names.unit_name is not null as unit_known,
    accepted_needs.need_title,
    accepted_needs.asked_by,
    accepted_needs.item_code,
    dim_catalogue.class_code,
    accepted_needs.quantity,
    accepted_needs.quantity_unit,
    accepted_needs.asked_on,
    accepted_needs.wanted_until,
    accepted_needs.need_state,
    accepted_needs.matched_on,
    accepted_needs.submission_id,
    accepted_needs.sheet_name,
    accepted_needs.row_no
from accepted_needs
left join dim_organisation on dim_organisation.org_code = accepted_needs.unit_code
left join dim_catalogue on dim_catalogue.item_code = accepted_needs.item_code
left join names on names.unit_name = accepted_needs.unit_name
