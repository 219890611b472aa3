"""A choice is offered in the parts of a page that it changes, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pandas as pd
import pytest

from dashboard.database import Snapshot
from dashboard.organisations import district
from dashboard.report import Block
from dashboard.selection import Period, Selection
from dashboard.views import PAGES, Page
from dashboard.views.controls import Choice, asked_in

PARTED = [
    pytest.param(page, choice, id=f"{page.key}-{choice.key}")
    for page in PAGES
    for choice in page.controls
    if isinstance(choice, Choice) and choice.parts
]


def shown(block: Block | object) -> Iterator[str]:
    """Everything that a block shows, as text."""
    if isinstance(block, pd.DataFrame):
        yield block.to_csv()
    elif isinstance(block, tuple):
        for each in block:
            yield from shown(each)
    elif is_dataclass(block):
        for field in fields(block):
            yield from shown(getattr(block, field.name))
    else:
        yield str(block)


def seen(page: Page, snapshot: Snapshot, choices: dict[str, str]) -> str:
    selection = Selection(district(snapshot).code, Period.parse("2021"), options=tuple(choices.items()))
    return "\n".join(shown(page.build(selection, snapshot).blocks))


@pytest.mark.parametrize(("page", "choice"), PARTED)
def test_a_choice_is_offered_where_it_changes_something(
    county_years: Snapshot, page: Page, choice: Choice
) -> None:
    """Of the whole district; a choice that only counts together with another one may change nothing."""
    (part,) = (each for each in page.controls if isinstance(each, Choice) and each.key == "part")
    changed = {
        name
        for name, _ in part.options
        if len({seen(page, county_years, {"part": name, choice.key: value}) for value, _ in choice.options})
        > 1
    }
    assert changed
    assert changed <= set(choice.parts) <= set(dict(part.options))
    for name, _ in part.options:
        assert (choice in asked_in(page.controls, name)) == (name in choice.parts)


def test_an_unknown_part_asks_what_the_page_opens_with_asks() -> None:
    page = next(page for page in PAGES if page.key == "places")
    assert (
        asked_in(page.controls, "no such part")
        == asked_in(page.controls, None)
        == asked_in(page.controls, "map")
    )
