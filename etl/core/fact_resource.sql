-- 资源清单：每项资源一行
-- resource_id: 资源编号（报送号、工作表、行号）
-- community_code: 所属社区
-- unit_code: 提供资源的成员单位，不在成员单位台账中的为空
-- unit_name: 填写的提供单位
-- resource_title: 资源名称
-- item_code: 资源事项
-- class_code: 服务大类
-- quantity: 可提供数量
-- quantity_unit: 数量的计量单位
-- available_from: 可用起始日期
-- available_until: 可用截止日期（含当日），空为长期
-- resource_state: 最新台账中的资源状态
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    cast(accepted_resources.submission_id as string) || '/' || accepted_resources.sheet_name || '/'
        || cast(accepted_resources.row_no as string) as resource_id,
    accepted_resources.community_code,
    dim_organisation.unit_code,
    accepted_resources.unit_name,
    accepted_resources.resource_title,
    accepted_resources.item_code,
    dim_catalogue.class_code,
    accepted_resources.quantity,
    accepted_resources.quantity_unit,
    accepted_resources.available_from,
    accepted_resources.available_until,
    accepted_resources.resource_state,
    accepted_resources.submission_id,
    accepted_resources.sheet_name,
    accepted_resources.row_no
from accepted_resources
left join dim_organisation on dim_organisation.org_code = accepted_resources.unit_code
left join dim_catalogue on dim_catalogue.item_code = accepted_resources.item_code
