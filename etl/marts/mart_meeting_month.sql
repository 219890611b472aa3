-- 已召开的联席会议，按月汇总
-- month_on: 召开月份的第一天
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- meeting_kind: 会议类别
-- meeting_count: 召开的会议（次）
-- minuted_count: 其中有会议纪要编号的（次）
select
    cast(date_trunc('month', fact_meeting.held_on) as date) as month_on,
    dim_organisation.district_code,
    dim_organisation.street_code,
    fact_meeting.community_code,
    fact_meeting.meeting_kind,
    count(*) as meeting_count,
    count(fact_meeting.evidence) as minuted_count
from fact_meeting
join dim_organisation on dim_organisation.org_code = fact_meeting.community_code
where fact_meeting.held_on is not null
group by all
