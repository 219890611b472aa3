-- 班子职务：每个职务的每一任一行，从未有人任职的职务一行；不含姓名
-- post_id: 编号（报送号、工作表、行号）
-- community_code: 所属社区
-- post_name: 职务名称
-- post_kind: 职务类别
-- post_source: 人选来源，空缺的为空
-- unit_code: 选派的成员单位，社区自己的为空
-- unit_name: 填写的选派单位
-- unit_known: 填写的选派单位是否在成员单位台账中
-- planned_on: 设岗日期
-- filled_from: 任职日期，空缺的为空
-- filled_until: 离任日期（自当日起不再任职）
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    cast(accepted_committee_posts.submission_id as string) || '/' || accepted_committee_posts.sheet_name || '/'
        || cast(accepted_committee_posts.row_no as string) as post_id,
    accepted_committee_posts.community_code,
    accepted_committee_posts.post_name,
    accepted_committee_posts.post_kind,
    accepted_committee_posts.post_source,
    dim_organisation.unit_code,
    accepted_committee_posts.unit_name,
    accepted_committee_posts.unit_code is null or dim_organisation.unit_code is not null as unit_known,
    accepted_committee_posts.planned_on,
    accepted_committee_posts.filled_from,
    accepted_committee_posts.filled_until,
    accepted_committee_posts.submission_id,
    accepted_committee_posts.sheet_name,
    accepted_committee_posts.row_no
from accepted_committee_posts
left join dim_organisation on dim_organisation.org_code = accepted_committee_posts.unit_code
