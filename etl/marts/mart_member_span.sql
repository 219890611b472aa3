-- 双重管理党员的有效期：每人每社区一行；区级人数按人去重
-- person_key: 化名
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 所在成员单位
-- unit_kind: 所在单位的性质
-- member_status: 党员类别
-- valid_from: 自何日起
-- valid_to: 至何日止（不含当日）
select
    fact_member.person_key,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_member.community_code,
    fact_member.unit_code,
    fact_member_unit.unit_kind,
    fact_member.member_status,
    fact_member.since_on as valid_from,
    fact_member.until_on as valid_to
from fact_member
join dim_organisation on dim_organisation.org_code = fact_member.community_code
left join fact_member_unit on fact_member_unit.unit_code = fact_member.unit_code
