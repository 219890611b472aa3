-- 社区联合党委的有效期
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- committee_count: 恒为 1
-- valid_from: 自何日起
-- valid_to: 至何日止（不含当日）
select district_code, street_code, community_code, 1 as committee_count, valid_from, valid_to
from dim_organisation
where level_no = 3
