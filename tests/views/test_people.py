"""党员与单位 over the invented district: counts only, and no small one anywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.database import Snapshot
from dashboard.report import Chart, KpiRow, Note, Report, Table
from dashboard.scope import Scope
from dashboard.selection import Selection
from dashboard.views import people
from tests.unit.tiny_snapshot import DISTRICT, DONGYUAN, HEDONG, LIUAN, TASHAN, UNIT, XINXU, YUNXI
from tests.views.selections import ORGS, PERIODS, awkward, selection
from tests.views.wellformed import check, flat

PERSONS = ("dual_member_count", "members_per_unit")


def build(tiny: Snapshot, org: str = DISTRICT, period: str = "2021", **options: str) -> Report:
    return people.build(selection(org, period, **{"part": "all", **options}), tiny)


def chart(report: Report, key: str) -> Chart:
    return next(block for block in flat(report.blocks) if isinstance(block, Chart) and block.key == key)


def table(report: Report, key: str) -> Table:
    return next(block for block in flat(report.blocks) if isinstance(block, Table) and block.key == key)


def kpis(report: Report) -> dict[str, str]:
    return {
        item.key: item.value
        for block in flat(report.blocks)
        if isinstance(block, KpiRow)
        for item in block.items
    }


def said(report: Report) -> str:
    return "".join(block.text for block in flat(report.blocks) if isinstance(block, Note))


@pytest.mark.parametrize("chosen", awkward(), ids=lambda chosen: "-".join(chosen.to_params().values()))
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection) -> None:
    check(people.build(chosen, tiny), tiny, chosen.language)
    whole = replace(chosen, options=(*chosen.options, ("part", "all")))
    check(people.build(whole, tiny), tiny, chosen.language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("org", [DISTRICT, DONGYUAN, UNIT[3]])
@pytest.mark.parametrize(
    "filters", [(("unit_kind", "school"),), (("sector", "unstated"),), (("sector", "finance"),)]
)
def test_every_filter_gives_a_page(
    tiny: Snapshot, org: str, language: str, filters: tuple[tuple[str, str], ...]
) -> None:
    chosen = replace(selection(org, rank="on"), filters=filters, language=language)
    check(people.build(chosen, tiny), tiny, language)


def test_the_headline_figures(tiny: Snapshot) -> None:
    found = kpis(build(tiny))
    assert found["dual_member_count"] == "30"
    assert found["member_unit_count"] == "6"
    assert found["expiring_agreement_count"] == "1"


@pytest.mark.parametrize("org", ORGS)
@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("threshold", [5, 10])
def test_no_small_count_of_persons_is_shown(tiny: Snapshot, org: str, period: str, threshold: int) -> None:
    report = people.build(selection(org, period), tiny, Scope(person_threshold=threshold))
    for block in flat(report.blocks):
        if isinstance(block, Chart) and block.key in ("members_by_kind", "by_quarter"):
            shown = block.frame["value"].dropna()
            assert ((shown == 0) | (shown >= threshold)).all(), block.key
        if isinstance(block, Table) and "dual_member_count" in block.frame:
            shown = block.frame["dual_member_count"].dropna()
            assert ((shown == 0) | (shown >= threshold)).all()
        if isinstance(block, Table):
            assert not {"person_key", "member_count", "name"} & set(block.frame.columns)


def test_a_hidden_count_says_so_and_hides_another_one(tiny: Snapshot) -> None:
    """塔山 has three members: with its neighbour and the town shown, they could be worked out."""
    found = table(build(tiny), "alongside")
    rows = found.frame.set_index("org")
    assert rows["dual_member_count"].isna()[[TASHAN, XINXU]].all()
    assert set(rows["remark"][[TASHAN, XINXU]]) == {"不足 5 人，不显示"}
    assert rows["dual_member_count"][DONGYUAN] == 12
    assert "其中 2 个的人数不显示" in found.title


def test_a_chart_with_hidden_parts_names_no_largest(tiny: Snapshot) -> None:
    found = chart(build(tiny), "members_by_kind")
    assert "最多" not in found.title
    assert "人数过少不显示" in found.title
    assert found.frame.empty  # each kind is a single unit of a small community, or beside one
    assert found.empty == "人数过少，不显示。"


def test_persons_registered_twice_are_counted_once_and_not_told_of_when_few(tiny: Snapshot) -> None:
    """One person is registered in both communities of the street: too few to speak of."""
    assert "只计一次" not in said(build(tiny, HEDONG))
    assert "人次" not in said(build(tiny))


def test_units_are_counted_by_kind_and_sector(tiny: Snapshot) -> None:
    found = chart(build(tiny), "by_kind")
    assert found.frame["value"].sum() == 6
    assert found.title == "2021年的 6 个成员单位分属 4 种性质、5 个行业"  # schools and enterprises: two each
    assert "未填写" in set(found.frame["sector_label"])


def test_the_trend_covers_two_years_and_starts_with_the_data(tiny: Snapshot) -> None:
    found = chart(build(tiny), "by_quarter")
    assert list(found.frame["quarter"]) == [f"{year}-Q{no}" for year in (2020, 2021) for no in (1, 2, 3, 4)]
    assert found.title == "2020年第一季度末至2021年第四季度末，双重管理党员由 20 名增至 30 名"
    assert found.source.period == "2020年—2021年"
    assert list(chart(build(tiny, period="2020-02"), "by_quarter").frame["quarter"]) == ["2020-Q1"]


def test_a_unit_whose_members_are_too_few_has_no_line(tiny: Snapshot) -> None:
    found = chart(build(tiny, UNIT[6]), "by_quarter")
    assert found.frame.empty
    assert found.empty == "人数过少，不显示。"


def test_agreements_that_end_soon_are_as_many_as_the_figure_says(tiny: Snapshot) -> None:
    for org in (DISTRICT, HEDONG, YUNXI, DONGYUAN, LIUAN):
        for period in ("2021", "2021-Q3", "2021-01", "2021-05"):
            report = build(tiny, org, period)
            assert str(len(table(report, "agreements").frame)) == kpis(report)["expiring_agreement_count"]


def test_agreements_that_end_soon_say_when(tiny: Snapshot) -> None:
    found = table(build(tiny), "agreements")
    assert list(found.frame["unit_label"]) == ["远大商贸"]
    assert list(found.frame["days_left"]) == [90]
    assert found.title == "2021-12-31 在期的 6 份共建协议中，1 份在 180 天内到期"


def test_a_filter_leaves_only_its_units_in_a_community(tiny: Snapshot) -> None:
    chosen = replace(selection(DONGYUAN, part="table"), filters=(("unit_kind", "school"),))
    assert list(table(people.build(chosen, tiny), "alongside").frame["org"]) == [UNIT[1]]


def test_communities_stand_in_the_order_of_the_register_until_ranked(tiny: Snapshot) -> None:
    assert list(table(build(tiny), "alongside").frame["org"]) == [DONGYUAN, LIUAN, TASHAN, XINXU]
    ranked = table(build(tiny, HEDONG, rank="on"), "alongside").frame
    assert ranked["dual_member_count"].tolist() == sorted(ranked["dual_member_count"], reverse=True)


def test_the_reason_for_gaps_is_on_the_page(tiny: Snapshot) -> None:
    assert "不足 5 人的数不显示" in said(build(tiny))
    stricter = people.build(selection(), tiny, Scope(person_threshold=10))
    assert "不足 10 人的数不显示" in said(stricter)
