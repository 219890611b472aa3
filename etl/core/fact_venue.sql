-- 共享阵地：每个阵地一行，位置统一为 WGS-84，原坐标保留
-- venue_code: 阵地编码（社区编码加名称摘要）
-- venue_name: 阵地名称
-- community_code: 所属社区
-- unit_code: 提供的成员单位，联合党委自有的为空
-- unit_name: 填写的提供单位
-- venue_kind: 阵地类型
-- longitude: 经度（WGS-84），不能上图的为空
-- latitude: 纬度（WGS-84），不能上图的为空
-- original_longitude: 填报的经度
-- original_latitude: 填报的纬度
-- crs: 填报的坐标系
-- located: 能否上图
-- opens_minute: 每天几时开门（自零点起的分钟）
-- closes_minute: 每天几时关门（自零点起的分钟）
-- open_days: 开放日
-- open_to_residents: 是否向居民开放，未填写的为否
-- opened_on: 启用日期
-- closed_on: 停用日期（自当日起不计）
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    accepted_venues.venue_code,
    accepted_venues.venue_name,
    accepted_venues.community_code,
    dim_organisation.unit_code,
    accepted_venues.unit_name,
    accepted_venues.venue_kind,
    accepted_venues.wgs_longitude as longitude,
    accepted_venues.wgs_latitude as latitude,
    accepted_venues.original_longitude,
    accepted_venues.original_latitude,
    accepted_venues.position_crs as crs,
    accepted_venues.located,
    accepted_venues.opens_at as opens_minute,
    accepted_venues.closes_at as closes_minute,
    accepted_venues.open_days,
    coalesce(accepted_venues.open_to_residents, false) as open_to_residents,
    accepted_venues.opened_on,
    accepted_venues.closed_on,
    accepted_venues.submission_id,
    accepted_venues.sheet_name,
    accepted_venues.row_no
from accepted_venues
left join dim_organisation on dim_organisation.org_code = accepted_venues.unit_code
