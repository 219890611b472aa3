-- 两新党组织的有效期
-- organisation_id: 两新党组织
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- two_new_field: 两新领域
-- organisation_count: 恒为 1
-- members_developed: 累计发展党员数（名），只用于合计
-- dormant_since: 停止活动日期
-- valid_from: 自何日起
-- valid_to: 至何日止（不含当日）
select
    fact_two_new_organisation.organisation_id,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_two_new_organisation.community_code,
    fact_two_new_organisation.two_new_field,
    1 as organisation_count,
    fact_two_new_organisation.members_developed,
    fact_two_new_organisation.dormant_since,
    fact_two_new_organisation.founded_on as valid_from,
    least(fact_two_new_organisation.dissolved_on, dim_organisation.valid_to) as valid_to
from fact_two_new_organisation
join dim_organisation on dim_organisation.org_code = fact_two_new_organisation.community_code
