-- 成员单位的有效期
-- unit_code: 成员单位
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_kind: 单位性质
-- sector: 所属行业
-- member_count: 单位党员人数（人）
-- unit_count: 恒为 1
-- valid_from: 自何日起
-- valid_to: 至何日止（不含当日）
select
    fact_member_unit.unit_code,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_member_unit.community_code,
    fact_member_unit.unit_kind,
    fact_member_unit.sector,
    fact_member_unit.member_count,
    1 as unit_count,
    dim_organisation.valid_from,
    dim_organisation.valid_to
from fact_member_unit
join dim_organisation on dim_organisation.org_code = fact_member_unit.unit_code
