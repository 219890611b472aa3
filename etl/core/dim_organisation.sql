-- 组织：城区、街道（镇）、社区、成员单位四级，带有效期
-- org_code: 组织编码
-- org_name: 组织全称
-- org_name_en: 英文名称
-- short_name: 简称
-- level_no: 层级，1 为最高
-- level_key: 层级代号
-- parent_code: 上级组织
-- district_code: 所属城区
-- street_code: 所属街道（镇）
-- community_code: 所属社区
-- unit_code: 成员单位编码，仅第四级
-- valid_from: 自何日起
-- valid_to: 至何日止（不含当日），空为仍有效
-- longitude: 中心经度（WGS-84）
-- latitude: 中心纬度（WGS-84）
-- sort_no: 名册中的顺序
with districts as (
    select * from ref_organisation where level_no = 1
),
streets as (
    select * from ref_organisation where level_no = 2
),
communities as (
    select
        ref_organisation.*,
        streets.parent_code as district_code
    from ref_organisation
    join streets on streets.code = ref_organisation.parent_code
    where ref_organisation.level_no = 3
)
select
    code as org_code, name as org_name, name_en as org_name_en, short_name, level_no, 'district' as level_key,
    cast(null as string) as parent_code, code as district_code, cast(null as string) as street_code,
    cast(null as string) as community_code, cast(null as string) as unit_code,
    valid_from, valid_to, longitude, latitude, sort_no
from districts
union all
select
    code, name, name_en, short_name, level_no, 'street', parent_code, parent_code, code,
    cast(null as string), cast(null as string), valid_from, valid_to, longitude, latitude, sort_no
from streets
union all
select
    code, name, name_en, short_name, level_no, 'community', parent_code, district_code, parent_code,
    code, cast(null as string), valid_from, valid_to, longitude, latitude, sort_no
from communities
union all
select
    fact_member_unit.unit_code, fact_member_unit.unit_name, fact_member_unit.unit_name, fact_member_unit.unit_name,
    4, 'unit', communities.code, communities.district_code, communities.parent_code,
    communities.code, fact_member_unit.unit_code, fact_member_unit.signed_on,
    cast(fact_member_unit.ends_on + interval 1 day as date),
    cast(null as double), cast(null as double), communities.sort_no
from fact_member_unit
join communities on communities.code = fact_member_unit.community_code
