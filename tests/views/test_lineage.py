"""数据溯源: what a figure counts are rows of ledgers, and they add up to it; of persons no row is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import lineage
from dashboard.catalogue import load_catalogue
from dashboard.database import Snapshot, open_snapshot
from dashboard.lineage import SideName
from dashboard.queries import measure
from dashboard.report import Note, Table
from dashboard.scope import Scope
from dashboard.selection import Language, Selection
from dashboard.views import figures, tracing
from dashboard.views import lineage as view
from etl.catalogue import read_catalogue
from etl.lineage import LineageError, read_lineage
from tests.views.county import codes, selection, table
from tests.views.wellformed import check, flat

KEYS = sorted(read_catalogue().indicators)
SIDES: tuple[SideName, ...] = ("numerator", "denominator")


def opened(
    snapshot: Snapshot,
    key: str,
    org: str = "",
    period: str = "2021",
    language: Language = "zh",
    **options: str,
) -> Selection:
    chosen = selection(snapshot, org, period, language)
    return Selection(
        chosen.org, chosen.period, language=language, options=(("figure", key), *options.items())
    )


def test_every_table_that_an_indicator_counts_leads_to_rows_but_for_geometry() -> None:
    declared = read_lineage()
    sources = [
        block[side] for block in read_catalogue().indicators.values() for side in SIDES if side in block
    ]
    tables = {source["table"] for source in sources if not source["table"].startswith("geo_")}
    assert tables == set(declared), "one for each, and none that nothing counts"


@pytest.mark.parametrize("key", KEYS)
def test_the_rows_behind_a_figure_add_up_to_it(county_years: Snapshot, key: str) -> None:
    what = load_catalogue(county_years)[key]
    community = codes(county_years, "community")[1]
    places = [codes(county_years, "street")[0], community]
    if "unit" in what.levels:
        places.append(codes(county_years, "unit")[0])
    turn = KEYS.index(key)  # the indicators take turns through the levels and the grains
    somewhere = (places[turn % len(places)], ("2020-Q3", "2021-05")[turn % 2])
    for side in SIDES:
        source = lineage.source_of(what, side)
        if source is None or not lineage.is_traced(county_years, source):
            continue
        if source.persons:
            with pytest.raises(ValueError, match="persons"):
                lineage.rows(county_years, what, source, selection(county_years))
            continue
        for org, period in (("", "2021"), somewhere):
            chosen = selection(county_years, org, period)
            told = lineage.totals(county_years, what, source, chosen)
            if lineage.is_additive(what, source):
                figure = measure(county_years, key, chosen)[side].fillna(0).iloc[0]
                assert told.amount == pytest.approx(figure), (side, org, period)
        rows = lineage.rows(county_years, what, source, selection(county_years, community))
        files = lineage.files(county_years, what, source, selection(county_years, community))
        assert rows["amount"].sum() == pytest.approx(files["amount"].sum())
        assert len(rows) == files["row_count"].sum()


@pytest.mark.parametrize("key", ["activity_count", "member_unit_count", "order_count", "meeting_count"])
def test_a_row_stands_where_it_is_said_to_stand(county_years: Snapshot, key: str) -> None:
    what = load_catalogue(county_years)[key]
    rows = lineage.rows(county_years, what, what.numerator, selection(county_years))
    assert rows[["record", "file_name", "sheet_name", "row_no", "dataset_label"]].notna().all(axis=None)
    assert not rows.duplicated(["file_name", "sheet_name", "row_no"]).any()


def test_a_filter_narrows_the_rows_as_it_narrows_the_figure(county_years: Snapshot) -> None:
    what = load_catalogue(county_years)["activity_count"]
    chosen = selection(county_years)
    narrowed = Selection(chosen.org, chosen.period, filters=(("type", "volunteer"),))
    told = lineage.totals(county_years, what, what.numerator, narrowed)
    assert told.rows == measure(county_years, what.key, narrowed)["value"].iloc[0]
    assert told.rows < lineage.totals(county_years, what, what.numerator, chosen).rows
    address = tracing.link(narrowed, what.key).params
    assert address["type"] == "volunteer"
    report = view.build(
        Selection(chosen.org, chosen.period, filters=narrowed.filters, options=(("figure", what.key),)),
        county_years,
    )
    assert len(table(report, "rows").frame) == told.rows
    assert "志愿服务" in report.subtitle


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_gives_a_page_at_every_level(county_years: Snapshot, language: Language) -> None:
    places = ["", *(codes(county_years, level)[0] for level in ("street", "community", "unit"))]
    for number, key in enumerate(("", "no_such_figure", *KEYS)):
        org = places[number % len(places)]
        side, part = ("numerator", "rows") if number % 2 else ("denominator", "files")
        chosen = opened(county_years, key, org, language=language, side=side, part=part)
        check(view.build(chosen, county_years), county_years, language)


@pytest.mark.parametrize("period", ["2022-Q1", "2015", "2021..2022"])
def test_an_odd_period_or_file_is_explained(county_years: Snapshot, period: str) -> None:
    for submission in ("", "1", "999999", "nonsense"):
        chosen = opened(county_years, "activity_count", period=period, submission=submission)
        check(view.build(chosen, county_years), county_years)


def test_persons_are_told_by_file_only_and_small_numbers_not_at_all(county_years: Snapshot) -> None:
    for key in (
        "dual_member_count",
        "team_member_count",
        "two_new_member_count",
        "activities_per_100_members",
    ):
        what = load_catalogue(county_years)[key]
        side: SideName = "numerator" if what.numerator.persons else "denominator"
        report = view.build(opened(county_years, key, side=side), county_years)
        shown = [block for block in flat(report.blocks) if isinstance(block, Table)]
        assert [block.key for block in shown] == ["files"]
        frame = shown[0].frame
        assert not {"record", "row_no", "person_key"} & set(frame.columns)
        amounts = frame["amount"].dropna()
        threshold = Scope().threshold(county_years.settings)
        assert not amounts.between(1, threshold - 1).any()
        assert frame.loc[frame["state"] == "suppressed", "amount"].isna().all()


def test_one_file_of_them_shows_its_rows(county_years: Snapshot) -> None:
    report = view.build(opened(county_years, "activity_count", part="files"), county_years)
    files = table(report, "files").frame
    first = files.iloc[0]
    own = opened(county_years, "activity_count", submission=str(first["submission"]))
    rows = table(view.build(own, county_years), "rows").frame
    assert len(rows) == first["row_count"]
    assert set(rows["file_name"]) == {first["file_name"]}


def test_every_figure_of_a_page_has_its_way_there(county_years: Snapshot) -> None:
    chosen = selection(county_years)
    card = figures.kpi(county_years, chosen, "activity_count")
    source = figures.source(county_years, chosen, "activity_count")
    for link in (card.rows, source.rows):
        assert link is not None
        assert link.params["figure"] == "activity_count"
        assert link.params["org"] == chosen.org


def test_a_viewer_sees_no_other_organisation(county_years: Snapshot) -> None:
    own, other = codes(county_years, "community")[:2]
    report = view.build(opened(county_years, "activity_count", other), open_snapshot(county_years.path, own))
    assert [block.tone for block in report.blocks if isinstance(block, Note)] == ["empty"]


@pytest.mark.parametrize("text", ['[mart_x]\nfact = "fact_x"', '[mart_x]\nsql = "select 1"\nkey = "x"'])
def test_a_half_declaration_is_refused(tmp_path: Path, text: str) -> None:
    broken = tmp_path / "lineage.toml"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(LineageError, match="mart_x"):
        read_lineage(broken)
