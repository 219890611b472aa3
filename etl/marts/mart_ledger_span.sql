-- 台账更新到何时：每个社区、每种台账、每次报送的填报期一行，到下一次报送的填报期为止
-- district_code: 城区
-- street_code: 街道（镇）
-- community_code: 社区
-- dataset: 台账
-- ledger_count: 恒为 1
-- known_on: 填报期的最后一天，台账的内容到这一天为止
-- valid_from: 填报期的第一天
-- valid_to: 下一次报送的填报期的第一天，社区先撤销的为撤销之日
with stated as (
    select dataset, community_code, period_first_on, max(period_last_on) as known_on
    from in_submission
    where state in ('current', 'superseded')
    group by dataset, community_code, period_first_on
),
followed as (
    select
        dataset,
        community_code,
        period_first_on,
        known_on,
        lead(period_first_on) over (partition by dataset, community_code order by period_first_on) as next_first_on
    from stated
)
select
    place.district_code,
    place.street_code,
    followed.community_code,
    followed.dataset,
    1 as ledger_count,
    followed.known_on,
    followed.period_first_on as valid_from,
    least(followed.next_first_on, place.valid_to) as valid_to
from followed
join dim_organisation as place on place.org_code = followed.community_code
