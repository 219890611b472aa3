-- 联系点的有效期
-- point_id: 联系点
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 责任单位
-- unit_kind: 责任单位的性质
-- point_kind: 联系点类型
-- point_count: 恒为 1
-- located_count: 能上图为 1，否则为 0
-- valid_from: 自何日起
-- valid_to: 至何日止（不含当日）
select
    fact_service_point.point_id,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_service_point.community_code,
    fact_service_point.unit_code,
    fact_member_unit.unit_kind,
    fact_service_point.point_kind,
    1 as point_count,
    case when fact_service_point.located then 1 else 0 end as located_count,
    fact_service_point.opened_on as valid_from,
    fact_service_point.closed_on as valid_to
from fact_service_point
join dim_organisation on dim_organisation.org_code = fact_service_point.community_code
left join fact_member_unit on fact_member_unit.unit_code = fact_service_point.unit_code
