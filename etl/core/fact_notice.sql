-- 信息通报：每份通报每个接收单位一行
-- notice_id: 通报编号（社区、发出日期、标题）
-- community_code: 发出通报的社区
-- unit_code: 接收的成员单位，不在成员单位台账中的为空
-- unit_name: 填写的接收单位
-- notice_title: 通报标题
-- notice_kind: 信息类别
-- needs_action: 是否需要落实；没有填写的，上级任务算需要，其余算不需要
-- sent_on: 发出日期
-- read_on: 阅读日期，空为没有阅读
-- acted_on: 落实日期，空为没有落实
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    accepted_notices.community_code || '/' || cast(accepted_notices.sent_on as string) || '/'
        || accepted_notices.notice_title as notice_id,
    accepted_notices.community_code,
    dim_organisation.unit_code,
    accepted_notices.unit_name,
    accepted_notices.notice_title,
    accepted_notices.notice_kind,
    coalesce(accepted_notices.needs_action, accepted_notices.notice_kind = 'task') as needs_action,
    accepted_notices.sent_on,
    accepted_notices.read_on,
    accepted_notices.acted_on,
    accepted_notices.submission_id,
    accepted_notices.sheet_name,
    accepted_notices.row_no
from accepted_notices
left join dim_organisation on dim_organisation.org_code = accepted_notices.unit_code
