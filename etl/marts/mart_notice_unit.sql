-- 信息通报触达：每份通报，对每个当日协议有效的成员单位和每个实际的接收单位各一行
-- notice_id: 通报
-- sent_on: 发出日期
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- unit_code: 成员单位，接收单位不在成员单位台账中的为空
-- unit_kind: 单位性质
-- notice_kind: 信息类别
-- due_count: 当日协议有效、应当收到为 1，否则为 0
-- recipient_count: 实际是接收单位为 1，被遗漏为 0
-- reached_count: 应当收到并且收到为 1，否则为 0
-- read_count: 已阅读为 1，否则为 0
-- read_soon_count: 三日内阅读为 1，否则为 0
-- read_days: 从发出到阅读的天数，没有阅读的为 0
-- task_count: 收到的通报需要落实为 1，否则为 0
-- acted_count: 需要落实并且已落实为 1，否则为 0
-- valid_from: 需要落实的，自何日起算逾期（发出后满 30 天）
-- valid_to: 落实日期，协议先终止的为终止之日
with notice as (
    select notice_id, community_code, sent_on, min(notice_kind) as notice_kind
    from fact_notice
    group by notice_id, community_code, sent_on
),
due as (
    select notice.notice_id, unit.unit_code
    from notice
    join dim_organisation as unit
        on unit.level_no = 4 and unit.community_code = notice.community_code
        and unit.valid_from <= notice.sent_on and (unit.valid_to is null or unit.valid_to > notice.sent_on)
),
pair as (
    select
        coalesce(fact_notice.notice_id, due.notice_id) as notice_id,
        coalesce(fact_notice.unit_code, due.unit_code) as unit_code,
        case when due.notice_id is null then 0 else 1 end as due_count,
        case when fact_notice.notice_id is null then 0 else 1 end as recipient_count,
        fact_notice.read_on,
        fact_notice.acted_on,
        coalesce(fact_notice.needs_action, false) as is_task
    from fact_notice
    full join due on due.notice_id = fact_notice.notice_id and due.unit_code = fact_notice.unit_code
)
select
    notice.notice_id,
    notice.sent_on,
    place.district_code,
    place.street_code,
    notice.community_code,
    pair.unit_code,
    fact_member_unit.unit_kind,
    notice.notice_kind,
    pair.due_count,
    pair.recipient_count,
    pair.due_count * pair.recipient_count as reached_count,
    case when pair.read_on is null then 0 else 1 end as read_count,
    case when pair.read_on <= notice.sent_on + interval 3 day then 1 else 0 end as read_soon_count,
    coalesce(cast(pair.read_on - notice.sent_on as integer), 0) as read_days,
    case when pair.is_task then 1 else 0 end as task_count,
    case when pair.is_task and pair.acted_on is not null then 1 else 0 end as acted_count,
    case when pair.is_task then cast(notice.sent_on + interval 31 day as date) end as valid_from,
    case when pair.is_task then least(pair.acted_on, unit.valid_to) end as valid_to
from pair
join notice on notice.notice_id = pair.notice_id
join dim_organisation as place on place.org_code = notice.community_code
left join fact_member_unit on fact_member_unit.unit_code = pair.unit_code
left join dim_organisation as unit on unit.org_code = pair.unit_code
