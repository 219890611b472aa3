-- 联席会议：每次会议一行，应开而未开的也在
-- community_code: 所属社区
-- meeting_title: 会议名称，同一社区内不重复
-- meeting_kind: 会议类别
-- plan_quarter_on: 计划季度的第一天，年度会议为第一季度，临时会议为空
-- meeting_state: 召开情况
-- held_on: 召开日期，未召开的为空
-- excuse_reason: 免开原因
-- topics: 会议议题
-- evidence: 会议纪要编号
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    community_code,
    meeting_title,
    meeting_kind,
    case
        when meeting_kind = 'annual' then make_date(cast(plan_year as integer), 1, 1)
        when meeting_kind = 'quarterly' and plan_quarter = 'q1' then make_date(cast(plan_year as integer), 1, 1)
        when meeting_kind = 'quarterly' and plan_quarter = 'q2' then make_date(cast(plan_year as integer), 4, 1)
        when meeting_kind = 'quarterly' and plan_quarter = 'q3' then make_date(cast(plan_year as integer), 7, 1)
        when meeting_kind = 'quarterly' and plan_quarter = 'q4' then make_date(cast(plan_year as integer), 10, 1)
    end as plan_quarter_on,
    meeting_state,
    case when meeting_state = 'held' then held_on end as held_on,
    excuse_reason,
    topics,
    evidence,
    submission_id,
    sheet_name,
    row_no
from accepted_meetings
