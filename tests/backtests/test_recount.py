"""`liandong query` agrees with a count in pandas, straight from the workbooks, in every cell.

Every indicator × level × quarter of the three years; and no small number of persons is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.catalogue import Indicator, load_catalogue
from dashboard.commands import query
from dashboard.database import open_snapshot
from etl.catalogue import read_catalogue
from tests.backtests.books import QUARTERS, Books, plain_unit
from tests.backtests.definitions import DEFINITIONS, agreed_meanwhile
from tests.backtests.recount import Recount
from tests.conftest import Release

KEYS = sorted(read_catalogue().indicators)
WINDOW, LAST = "2019..2021", QUARTERS[-1].key
THRESHOLD = 5


Cells = Callable[[str, str], pd.DataFrame]


@pytest.fixture(scope="module")
def books(counted: Recount, reference: Path, demo_release: Release) -> Books:
    codes = demo_release.rows(
        "select community_code, short_name, org_code from dim_organisation where level_no = 4"
    )
    return Books(counted, reference, {(place, plain_unit(name)): code for place, name, code in codes})


@pytest.fixture(scope="module")
def catalogue(demo_release: Release) -> Mapping[str, Indicator]:
    return load_catalogue(open_snapshot(demo_release.snapshot))


@pytest.fixture(scope="module")
def cells(demo_release: Release, books: Books, catalogue: Mapping[str, Indicator]) -> Cells:
    """cells(indicator, level): what `query` says (value, numerator, denominator, state) beside the
    recount's counted_numerator and counted_denominator, by organisation and quarter."""

    @cache
    def compared(key: str, level: str) -> pd.DataFrame:
        timeless = catalogue[key].is_timeless
        by = (level,) if timeless else (level, "quarter")
        told = query(demo_release.snapshot, key, by, WINDOW).assign(
            quarter=lambda frame: frame.get("quarter", LAST)
        )
        counted = DEFINITIONS[key].cells(books, level, QUARTERS[-1:] if timeless else QUARTERS)
        told = told.set_index([level, "quarter"])[["value", "numerator", "denominator", "state"]]
        told = told.astype({"value": float, "numerator": float, "denominator": float})
        both = told.join(counted.add_prefix("counted_"), how="outer")
        assert both.index.is_unique
        return both.fillna({name: 0.0 for name in both if name.startswith("counted_")})

    return compared


@pytest.fixture(scope="module")
def existing(books: Books) -> frozenset[tuple[str, str]]:
    """(organisation, quarter) for every committee and unit that existed on any day of the quarter."""
    every = set()
    for quarter in QUARTERS:
        there = books.committees[
            (books.committees.valid_from <= quarter.last) & ~(books.committees.valid_to <= quarter.first)
        ]
        every |= {(code, quarter.key) for code in there.community_code}
        every |= {(code, quarter.key) for code in agreed_meanwhile(books, quarter).unit_code}
    return frozenset(every)


def test_every_indicator_of_the_catalogue_is_defined_a_second_time() -> None:
    assert sorted(DEFINITIONS) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_every_cell_agrees_with_the_recount(
    cells: Cells, catalogue: Mapping[str, Indicator], key: str
) -> None:
    definition = DEFINITIONS[key]
    assert set(catalogue[key].levels) >= {"district", "street", "community"}
    for level in catalogue[key].levels:
        every = cells(key, level)
        assert every.state.notna().all(), f"{level}: a cell with records is missing"
        shown = every[every.state == "ok"]
        assert len(shown) > len(every) / 3, f"{level}: hardly a cell is shown"
        near = {"rtol": definition.tolerance, "atol": 1e-9, "err_msg": level}
        expected = definition.scale * shown.counted_numerator
        np.testing.assert_allclose(shown.numerator, shown.counted_numerator, **near)
        if definition.denominator:
            np.testing.assert_allclose(shown.denominator, shown.counted_denominator, **near)
            expected = expected / shown.counted_denominator
        else:
            assert shown.denominator.isna().all()
        np.testing.assert_allclose(shown.value, expected, **near)


@pytest.mark.parametrize("key", KEYS)
def test_no_data_is_said_exactly_where_nothing_can_be_counted(
    cells: Cells, existing: frozenset[tuple[str, str]], catalogue: Mapping[str, Indicator], key: str
) -> None:
    for level in catalogue[key].levels:
        every = cells(key, level)
        amounts = every.filter(like="counted_")
        is_there = every.index.isin(existing) if level in ("community", "unit") else np.full(len(every), True)
        nothing = (amounts.sum(axis=1) == 0) & ~is_there
        if DEFINITIONS[key].denominator:
            nothing |= amounts.counted_denominator == 0
        told = every.state == "no_data"
        wrong = every[(told != nothing) & (every.state != "suppressed")]
        assert wrong.empty, f"{level}: {wrong.index.tolist()}"
        assert every[every.state != "ok"].value.isna().all()


@pytest.mark.parametrize("key", [key for key in KEYS if DEFINITIONS[key].persons])
def test_a_small_number_of_persons_is_never_shown_and_never_to_be_worked_out(
    cells: Cells, demo_release: Release, catalogue: Mapping[str, Indicator], key: str
) -> None:
    parents = dict(demo_release.rows("select org_code, parent_code from dim_organisation"))
    above: dict[tuple[str, str], str] = {}
    for level in catalogue[key].levels:
        every = cells(key, level)
        persons = [every[f"counted_{side}"] for side in DEFINITIONS[key].persons]
        if len(persons) == 2:
            persons.append(persons[1] - persons[0])  # who is not on probation is a full member
        small = pd.concat([count.between(1, THRESHOLD - 1) for count in persons], axis=1).any(axis=1)
        hidden = every.state == "suppressed"  # perhaps for the sake of another table, by categories
        assert not (small & ~hidden).any(), f"{level}: a small number is shown"
        families: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for code, quarter in every.index[hidden]:
            families.setdefault((parents[code], quarter), []).append((code, quarter))
        for family, missing in families.items():
            whole_is_hidden = above.get(family) == "suppressed"
            if len(persons) == 1 and level != "district" and not whole_is_hidden:
                assert len(missing) > 1, f"{level} {missing}: the total less the others gives it away"
        above = every.state.to_dict()
