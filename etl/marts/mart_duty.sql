-- 到期职责：每项职责一行，按完成时限计入
-- duty_id: 职责编号
-- due_on: 完成时限
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 履职的成员单位
-- unit_kind: 单位性质
-- duty_class: 职责类别
-- duty_count: 恒为 1
-- done_count: 已完成为 1，否则为 0
-- on_time_count: 在时限之内完成为 1，否则为 0
-- proven_count: 已完成并有佐证材料为 1，否则为 0
-- fulfilled_count: 在时限之内完成并有佐证材料为 1，否则为 0
-- late_days: 完成晚于时限的天数，其余为 0
-- valid_from: 自何日起算逾期（时限的次日）
-- valid_to: 实际完成日期，协议先终止的为终止之日
select
    fact_duty.duty_id,
    fact_duty.due_on,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_duty.community_code,
    fact_duty.unit_code,
    fact_member_unit.unit_kind,
    fact_duty.duty_class,
    1 as duty_count,
    case when fact_duty.done_on is null then 0 else 1 end as done_count,
    case when fact_duty.done_on <= fact_duty.due_on then 1 else 0 end as on_time_count,
    case when fact_duty.done_on is not null and fact_duty.evidence is not null then 1 else 0 end as proven_count,
    case when fact_duty.done_on <= fact_duty.due_on and fact_duty.evidence is not null then 1 else 0 end
        as fulfilled_count,
    case when fact_duty.done_on > fact_duty.due_on then cast(fact_duty.done_on - fact_duty.due_on as integer) else 0 end
        as late_days,
    cast(fact_duty.due_on + interval 1 day as date) as valid_from,
    least(fact_duty.done_on, unit.valid_to) as valid_to
from fact_duty
join dim_organisation on dim_organisation.org_code = fact_duty.community_code
left join fact_member_unit on fact_member_unit.unit_code = fact_duty.unit_code
left join dim_organisation as unit on unit.org_code = fact_duty.unit_code
