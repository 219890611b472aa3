-- 活动日期 {value} 不在本社区联合党委的存续时间之内
-- 请核对活动日期；日期无误的，请告知维护组织名册的人，更正名册中的起止日期
select
    'activities' as dataset,
    fact_activity.submission_id,
    fact_activity.sheet_name,
    fact_activity.row_no,
    'held_on' as column_name,
    fact_activity.held_on as value
from fact_activity
join dim_organisation on dim_organisation.org_code = fact_activity.community_code
where dim_organisation.valid_from > fact_activity.held_on
    or dim_organisation.valid_to <= fact_activity.held_on
