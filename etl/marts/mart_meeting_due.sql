-- 应开会议：每个社区每年一次年度联席会议（三月底前）、每季度一次季度联席会议（季末前），一次一行
-- quarter_on: 应开季度的第一天
-- due_on: 最迟召开日
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- meeting_kind: 会议类别
-- slot_state: 召开 held，因故免开 excused，未召开 missed，台账还没有报到那一天 unreported
-- held_on: 首次召开的日期
-- excuse_reason: 免开原因
-- due_count: 应开：召开和未召开的为 1，免开和未报的为 0
-- on_time_count: 不晚于最迟召开日为 1，否则为 0
-- excused_count: 因故免开为 1，否则为 0
with slots as (
    select quarter_on, cast(quarter_on + interval 3 month - interval 1 day as date) as due_on, 'quarterly' as meeting_kind
    from in_quarter
    union all
    select quarter_on, cast(quarter_on + interval 3 month - interval 1 day as date), 'annual'
    from in_quarter
    where month(quarter_on) = 1
),
reported as (
    select community_code, max(period_last_on) as known_on
    from in_submission
    where dataset = 'meetings' and state = 'current'
    group by community_code
),
planned as (
    select
        community_code,
        meeting_kind,
        plan_quarter_on,
        min(held_on) as held_on,
        max(case when meeting_state = 'excused' then 1 else 0 end) as excused_count,
        max(excuse_reason) as excuse_reason
    from fact_meeting
    group by community_code, meeting_kind, plan_quarter_on
),
judged as (
    select
        slots.quarter_on,
        slots.due_on,
        committee.district_code,
        committee.street_code,
        committee.community_code,
        slots.meeting_kind,
        case
            when planned.held_on is not null then 'held'
            when planned.excused_count = 1 then 'excused'
            when reported.known_on >= slots.due_on then 'missed'
            else 'unreported'
        end as slot_state,
        planned.held_on,
        planned.excuse_reason
    from slots
    join mart_committee_span as committee
        on committee.valid_from <= slots.quarter_on
        and (committee.valid_to is null or committee.valid_to > slots.due_on)
    left join planned
        on planned.community_code = committee.community_code
        and planned.meeting_kind = slots.meeting_kind
        and planned.plan_quarter_on = slots.quarter_on
    left join reported on reported.community_code = committee.community_code
)
select
    quarter_on,
    due_on,
    district_code,
    street_code,
    community_code,
    meeting_kind,
    slot_state,
    held_on,
    excuse_reason,
    case when slot_state = 'held' or slot_state = 'missed' then 1 else 0 end as due_count,
    case when held_on <= due_on then 1 else 0 end as on_time_count,
    case when slot_state = 'excused' then 1 else 0 end as excused_count
from judged
