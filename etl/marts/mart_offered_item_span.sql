-- 哪些服务事项何时有人提供：全区的事实，不说由谁提供
-- item_code: 服务事项
-- valid_from: 自何日起有资源可用
-- valid_to: 至何日止（不含当日），空为长期
select distinct item_code, valid_from, valid_to
from mart_resource_span
where item_code is not null
