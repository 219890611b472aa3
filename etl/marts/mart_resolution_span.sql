-- 议定事项从议定到办结：每项一行
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 牵头的成员单位，联合党委自办的为空
-- unit_kind: 牵头单位的性质
-- resolution_count: 恒为 1
-- due_on: 办结期限（含当日）
-- on_time_count: 在期限之内办结为 1，否则为 0
-- close_days: 从议定到办结的天数，未办结的为空
-- valid_from: 议定日期
-- valid_to: 办结日期（自当日起不再在办）
select
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_resolution.community_code,
    fact_resolution.unit_code,
    fact_member_unit.unit_kind,
    1 as resolution_count,
    fact_resolution.due_on,
    case when fact_resolution.closed_on <= fact_resolution.due_on then 1 else 0 end as on_time_count,
    cast(fact_resolution.closed_on - fact_resolution.met_on as integer) as close_days,
    fact_resolution.met_on as valid_from,
    fact_resolution.closed_on as valid_to
from fact_resolution
join dim_organisation on dim_organisation.org_code = fact_resolution.community_code
left join fact_member_unit on fact_member_unit.unit_code = fact_resolution.unit_code
