-- 就业岗位：用工单位每次提供的每种岗位一行
-- job_id: 编号（报送号、工作表、行号）
-- community_code: 所属社区
-- unit_code: 用工的成员单位，不在成员单位台账中的为空
-- unit_name: 填写的用工单位
-- job_title: 岗位名称
-- job_count: 岗位个数（个）
-- offered_on: 提供日期
-- month_on: 所在月份的第一天
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    cast(accepted_jobs.submission_id as string) || '/' || accepted_jobs.sheet_name || '/'
        || cast(accepted_jobs.row_no as string) as job_id,
    accepted_jobs.community_code,
    dim_organisation.unit_code,
    accepted_jobs.unit_name,
    accepted_jobs.job_title,
    accepted_jobs.job_count,
    accepted_jobs.offered_on,
    cast(date_trunc('month', accepted_jobs.offered_on) as date) as month_on,
    accepted_jobs.submission_id,
    accepted_jobs.sheet_name,
    accepted_jobs.row_no
from accepted_jobs
left join dim_organisation on dim_organisation.org_code = accepted_jobs.unit_code
