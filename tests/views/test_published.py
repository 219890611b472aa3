"""公开数据对账: claimed beside counted, the same at every level, over the whole window whatever is selected."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from dashboard.commands import query
from dashboard.database import Snapshot, open_snapshot
from dashboard.organisations import district as top_of
from dashboard.organisations import organisations
from dashboard.published import published_figures
from dashboard.queries import measure
from dashboard.report import Note, Notes, Report
from dashboard.selection import Language, Period, Selection
from dashboard.views import published
from tests.conftest import Release
from tests.unit.tiny_snapshot import DISTRICT, DONGYUAN
from tests.views.county import kpis, table
from tests.views.selections import awkward
from tests.views.wellformed import check, flat


def at(snapshot: Snapshot, org: str = "", period: str = "2021", part: str = "all") -> Selection:
    return Selection(org or top_of(snapshot).code, Period.parse(period), options=(("part", part),))


def notes(report: Report) -> list[Notes]:
    return [block for block in flat(report.blocks) if isinstance(block, Notes)]


@pytest.mark.parametrize("chosen", awkward(), ids=lambda chosen: "-".join(chosen.to_params().values()))
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection) -> None:
    check(published.build(chosen, tiny), tiny, chosen.language)
    for part, _ in published.PART.options:
        whole = replace(chosen, options=(("part", part),))
        check(published.build(whole, tiny), tiny, chosen.language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_organisation_of_a_real_release_gives_a_page(
    county_years: Snapshot, language: Language
) -> None:
    for org in list(organisations(county_years))[::2]:
        chosen = replace(at(county_years, org), language=language)
        check(published.build(chosen, county_years), county_years, language)


def test_what_does_not_agree_is_said_in_words_and_in_the_table(tiny: Snapshot) -> None:
    """Galas: seven published, four counted. Jobs: nothing counts them in this release."""
    report = published.build(at(tiny), tiny)
    rows = table(report, "ledger").frame.set_index("figure")
    assert rows["verdict"].to_dict() == {
        "joint_committees": "✓ 一致",
        "themed": "✗ 不一致",  # ten in each year; none in 2020
        "volunteer": "✓ 一致",
        "galas": "✗ 不一致",
        "jobs": "– 未统计",
    }
    assert rows.loc["galas", "difference"] == -3
    assert kpis(report) == {
        "stated": "5",
        "agreeing": "2",
        "differing": "2",
        "at_least": "1",
        "undefined": "3",
        "unknown": "1",
    }
    texts = [note.text for note in notes(report)[0].items]
    assert texts == [
        "主题活动：公布 10 场，统计 0 场，不一致",
        "游园活动：公布 7 次，统计 4 次，不一致",
        "提供就业岗位：公布 258 个，没有可以对照的统计数",
    ]
    assert notes(report)[0].items[1].link is not None


def test_recent_years_are_no_window_and_the_page_says_so(tiny: Snapshot) -> None:
    report = published.build(at(tiny), tiny)
    said = "".join(block.text for block in flat(report.blocks) if isinstance(block, Note))
    assert "“近年来”没有起止时间" in said
    assert "2020年—2021年" in said
    assert table(report, "ledger").frame["stated_when"].tolist()[2] == "“近年来”，未说明起止时间"


def test_the_ledger_does_not_depend_on_the_period(tiny: Snapshot) -> None:
    frames = [
        table(published.build(at(tiny, period=text), tiny), "ledger").frame for text in ("2021", "2015")
    ]
    pd.testing.assert_frame_equal(*frames)


def test_every_published_figure_of_a_county_agrees(county_years: Snapshot) -> None:
    frame = published_figures(county_years)
    assert frame["agrees"].all()
    assert kpis(published.build(at(county_years), county_years))["differing"] == "0"


def test_the_commands_count_the_same(county_years: Snapshot, district: Release) -> None:
    shown = table(published.build(at(county_years), county_years), "commands").frame
    counted = published_figures(county_years).set_index("label")["counted"]
    for label, command in zip(shown["label"], shown["command"], strict=True):
        words = command.split()
        assert words[:2] == ["liandong", "query"]
        options = dict(zip(words[3::2], words[4::2], strict=True))
        by = tuple(filter(None, [options.get("--by")]))
        where = tuple(filter(None, [options.get("--where")]))
        answer = query(district.snapshot, words[2], by, options["--period"], None, where)
        assert answer["value"].min() == counted[label]


def test_every_figure_leads_to_the_page_that_lists_its_records(county_years: Snapshot) -> None:
    report = published.build(at(county_years, part="records"), county_years)
    links = [note.link for note in notes(report)[1].items]
    assert len(links) == len(published_figures(county_years))
    views = {link.view for link in links if link}
    assert views >= {"dual_track", "people", "activities", "places"}
    volunteer = next(link for link in links if link and link.params.get("type") == "volunteer")
    assert volunteer.params["period"] == "2020..2021"


def test_the_parts_add_up_to_what_was_counted(county_years: Snapshot) -> None:
    frame = published_figures(county_years).set_index("figure")
    parts = table(published.build(at(county_years), county_years), "parts").frame
    for name in ("partners", "points", "volunteer", "trainings", "themed"):
        assert parts[name].sum() == frame.loc[name, "counted"], name


def test_below_the_top_the_own_share_stands_beside(tiny: Snapshot) -> None:
    rows = table(published.build(at(tiny, DONGYUAN), tiny), "ledger").frame.set_index("figure")
    held = Selection(DONGYUAN, Period.parse("2020..2021"), filters=(("type", "volunteer"),))
    assert rows.loc["volunteer", "own"] == measure(tiny, "activity_count", held)["value"].iloc[0]
    assert rows.loc["volunteer", "counted"] == 27


def test_who_may_not_see_the_whole_is_not_told_the_whole(tiny: Snapshot) -> None:
    report = published.build(at(tiny, DONGYUAN), open_snapshot(tiny.path, DONGYUAN))
    check(report, tiny)
    assert table(report, "ledger").frame["counted"].isna().all()
    refused = published.build(at(tiny, DISTRICT), open_snapshot(tiny.path, DONGYUAN))
    assert any(isinstance(block, Note) and block.tone == "empty" for block in flat(refused.blocks))
