-- 党员服务队：每支一行
-- team_id: 编号（报送号、工作表、行号）
-- community_code: 所属社区
-- team_name: 服务队名称
-- item_code: 服务方向（服务事项）
-- class_code: 服务方向所属大类
-- team_size: 队员人数（名），只用于合计
-- formed_on: 成队日期
-- ended_on: 解散日期（自当日起不计）
-- submission_id: 来自哪次报送
-- sheet_name: 来自哪张工作表
-- row_no: 来自第几行
select
    cast(accepted_service_teams.submission_id as string) || '/' || accepted_service_teams.sheet_name || '/'
        || cast(accepted_service_teams.row_no as string) as team_id,
    accepted_service_teams.community_code,
    accepted_service_teams.team_name,
    accepted_service_teams.item_code,
    dim_catalogue.class_code,
    accepted_service_teams.team_size,
    accepted_service_teams.formed_on,
    accepted_service_teams.ended_on,
    accepted_service_teams.submission_id,
    accepted_service_teams.sheet_name,
    accepted_service_teams.row_no
from accepted_service_teams
left join dim_catalogue on dim_catalogue.item_code = accepted_service_teams.item_code
