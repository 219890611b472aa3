"""The page 报告: it says what a kind is for, refuses what does not fit, and shows the way out."""

from __future__ import annotations

import pytest

from dashboard.database import Snapshot
from dashboard.report import Composing, Note
from dashboard.reports.kinds import kinds
from dashboard.selection import Period, Selection
from dashboard.views import reports
from tests.unit.tiny_snapshot import DISTRICT, HEDONG
from tests.views.selections import awkward
from tests.views.wellformed import check


@pytest.mark.parametrize("chosen", awkward()[::5], ids=str)
def test_every_selection_gives_a_page(tiny: Snapshot, chosen: Selection) -> None:
    check(reports.build(chosen, tiny), tiny, chosen.language)


@pytest.mark.parametrize("key", list(kinds()))
def test_a_kind_says_what_it_is_for_in_both_languages(tiny: Snapshot, key: str) -> None:
    for language in ("zh", "en"):
        chosen = Selection(DISTRICT, Period.parse("2021"), language=language, options=(("kind", key),))  # type: ignore[arg-type]
        check(reports.build(chosen, tiny), tiny, language)


def test_what_does_not_fit_is_refused_with_a_way_out(tiny: Snapshot) -> None:
    chosen = Selection(DISTRICT, Period.parse("2020..2021"), options=(("kind", "quarterly"),))
    report = reports.build(chosen, tiny)
    note = next(block for block in report.blocks if isinstance(block, Note) and block.link)
    assert "一个季度" in note.text
    assert note.link is not None
    assert note.link.params == {"period": "2021-Q4"}
    (control,) = (block for block in report.blocks if isinstance(block, Composing))
    assert control.refused
    fitting = Selection(HEDONG, Period.parse("2021-Q4"), options=(("kind", "quarterly"), ("show", "preview")))
    (control,) = (b for b in reports.build(fitting, tiny).blocks if isinstance(b, Composing))
    assert not control.refused
    assert control.preview


@pytest.mark.parametrize(
    ("period", "kind"),
    [("2021", "yearly"), ("2021-Q4", "quarterly"), ("2021-11", "monthly"), ("2020..2021", "monthly")],
)
def test_the_page_opens_on_the_kind_that_fits_the_period(tiny: Snapshot, period: str, kind: str) -> None:
    report = reports.build(Selection(DISTRICT, Period.parse(period)), tiny)
    (control,) = (block for block in report.blocks if isinstance(block, Composing))
    assert control.kind == kind
