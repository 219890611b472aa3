-- 联系点：每个联系点一行，位置统一为 WGS-84，原坐标保留
-- point_id: 联系点编号（报送号、工作表、行号）
-- community_code: 所属社区
-- unit_code: 责任单位
-- point_name: 联系点名称
-- point_kind: 联系点类型
-- longitude: 经度（WGS-84），不能上图的为空
-- latitude: 纬度（WGS-84），不能上图的为空
-- original_longitude: 填报的经度
-- original_latitude: 填报的纬度
-- crs: 填报的坐标系
-- located: 能否上图
-- opened_on: 设立日期
-- closed_on: 撤销日期（自当日起不计）
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    cast(accepted_service_points.submission_id as string) || '/' || accepted_service_points.sheet_name || '/'
        || cast(accepted_service_points.row_no as string) as point_id,
    accepted_service_points.community_code,
    dim_organisation.unit_code,
    accepted_service_points.point_name,
    accepted_service_points.point_kind,
    accepted_service_points.wgs_longitude as longitude,
    accepted_service_points.wgs_latitude as latitude,
    accepted_service_points.original_longitude,
    accepted_service_points.original_latitude,
    accepted_service_points.position_crs as crs,
    accepted_service_points.located,
    accepted_service_points.opened_on,
    accepted_service_points.closed_on,
    accepted_service_points.submission_id,
    accepted_service_points.sheet_name,
    accepted_service_points.row_no
from accepted_service_points
left join dim_organisation on dim_organisation.org_code = accepted_service_points.unit_code
