-- 党员服务队的有效期
-- team_id: 服务队
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- class_code: 服务大类
-- item_code: 服务方向（服务事项）
-- team_count: 恒为 1
-- team_size: 队员人数（名），只用于合计
-- valid_from: 自何日起
-- valid_to: 至何日止（不含当日）
select
    fact_service_team.team_id,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_service_team.community_code,
    fact_service_team.class_code,
    fact_service_team.item_code,
    1 as team_count,
    fact_service_team.team_size,
    fact_service_team.formed_on as valid_from,
    least(fact_service_team.ended_on, dim_organisation.valid_to) as valid_to
from fact_service_team
join dim_organisation on dim_organisation.org_code = fact_service_team.community_code
