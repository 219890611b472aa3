-- 就业岗位月度汇总：可以相加的数
-- month_on: 月份的第一天
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 用工的成员单位
-- unit_kind: 用工单位的性质
-- sector: 用工单位的行业
-- job_count: 岗位个数（个）
select
    fact_job.month_on,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_job.community_code,
    fact_job.unit_code,
    fact_member_unit.unit_kind,
    fact_member_unit.sector,
    cast(sum(fact_job.job_count) as bigint) as job_count
from fact_job
join dim_organisation on dim_organisation.org_code = fact_job.community_code
left join fact_member_unit on fact_member_unit.unit_code = fact_job.unit_code
group by
    fact_job.month_on, dim_organisation.district_code, dim_organisation.street_code, fact_job.community_code,
    fact_job.unit_code, fact_member_unit.unit_kind, fact_member_unit.sector
