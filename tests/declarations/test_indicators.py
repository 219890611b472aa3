"""Every declared indicator is complete, uses what exists, and can be counted."""

import re
from collections.abc import Iterator

import pytest

from dashboard.catalogue import Indicator, load_catalogue, load_dimensions
from dashboard.database import Snapshot, open_snapshot
from dashboard.queries import compare, default_selection, measure
from dashboard.selection import Period, Selection
from etl.catalogue import FOLDER, read_catalogue
from etl.contract import load_contracts
from tests.conftest import Release

CATALOGUE = read_catalogue()
KEYS = sorted(CATALOGUE.indicators)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def snapshot(demo_release: Release) -> Iterator[Snapshot]:
    opened = open_snapshot(demo_release.snapshot)
    yield opened
    opened.close()


def test_there_are_enough_indicators_and_all_are_baked_in(snapshot: Snapshot) -> None:
    assert len(KEYS) >= 80
    assert sorted(load_catalogue(snapshot)) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_an_indicator_says_what_it_is_in_both_languages(key: str) -> None:
    block = CATALOGUE.indicators[key]
    for name in ("name", "definition"):
        assert CHINESE.search(block[name])
        assert not CHINESE.search(block[f"{name}_en"])
    assert block["unit"]
    assert block["better"] in ("higher", "lower", "neutral")
    assert block["rollup"] in ("sum", "ratio", "distinct")
    assert block["definition"].endswith("。")
    assert block["definition"].count("。") == 1
    assert re.search(r"本期|期末|最新", block["definition"]), "the definition must say which time it is about"


@pytest.mark.parametrize("key", KEYS)
def test_heads_and_attendances_are_never_added(key: str) -> None:
    for side in ("numerator", "denominator"):
        sql = CATALOGUE.indicators[key].get(side, {}).get("sql", "")
        assert not ("head_count" in sql and "attended_count" in sql)


def test_names_are_unique() -> None:
    for name in ("name", "name_en"):
        names = [block[name] for block in CATALOGUE.indicators.values()]
        assert len(set(names)) == len(names)


def test_no_dimension_is_declared_in_vain() -> None:
    used = {name for block in CATALOGUE.indicators.values() for name in block["dimensions"]}
    assert used == set(CATALOGUE.dimensions)


def test_values_in_conditions_are_values_of_a_contract() -> None:
    columns = [column for contract in load_contracts().values() for column in contract.columns]
    known = {column.name: {value.code for value in column.values} for column in columns if column.values}
    known["submission_state"] = {"current", "superseded", "refused", "withdrawn"}
    text = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.toml"))
    found = re.findall(r"s\.(\w+) = '(\w+)'", text)
    assert found
    for column, value in found:
        assert value in known[column], f"{column} has no value {value}"


def by_keys(what: Indicator) -> list[tuple[str, ...]]:
    grains = [] if what.is_timeless else ["month", "quarter", "year"]
    return [(), *((key,) for key in (*what.levels, *grains, *what.dimensions))]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_indicator_can_be_counted_every_way_it_declares(
    snapshot: Snapshot, key: str, language: str
) -> None:
    what = load_catalogue(snapshot)[key]
    whole = default_selection(snapshot)
    selection = Selection(whole.org, Period.parse("2020..2021"), language="en" if language == "en" else "zh")
    whole_value = measure(snapshot, key, selection)["value"].iloc[0]
    for by in by_keys(what):
        frame = measure(snapshot, key, selection, by=by)
        # Where there is nothing of the kind, there is nothing to split.
        assert len(frame) > 0 or (set(by) <= set(what.dimensions) and whole_value == 0)
        assert set(frame["state"]) <= {"ok", "no_data", "suppressed"}
        assert frame["value"].notna().equals(frame["state"] == "ok")
        if what.format == "percent":
            assert frame["value"].dropna().between(0, 1).all()
    assert compare(snapshot, key, selection).state == "ok"


@pytest.mark.parametrize("key", KEYS)
def test_an_indicator_counts_persons_only_where_it_says_so(snapshot: Snapshot, key: str) -> None:
    what = load_catalogue(snapshot)[key]
    assert what.persons == any(
        "person" in source.sql or "member_span" in source.table or source.persons == "stated"
        for source in what.sources
    )


def test_every_dimension_splits_something_into_labelled_values(snapshot: Snapshot) -> None:
    selection = Selection(default_selection(snapshot).org, Period.parse("2020..2021"))
    for key in load_dimensions(snapshot):
        what = next(one for one in load_catalogue(snapshot).values() if key in one.dimensions)
        frame = measure(snapshot, what.key, selection, by=(key,))
        assert frame[f"{key}_label"].map(lambda label: bool(CHINESE.search(label))).all(), key
