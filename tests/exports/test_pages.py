"""Every page of the dashboard, as every document: no page has a block that a format cannot hold."""

from __future__ import annotations

from datetime import datetime

import pytest

from dashboard.database import Snapshot
from dashboard.exports import DOCUMENTS
from dashboard.exports.imprint import imprint_of
from dashboard.views import PAGES, Page
from tests.exports.packages import parts
from tests.views.county import PERIODS, everywhere, selection

OFFICE = ("pptx", "docx", "xlsx")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_a_page_becomes_a_document(page: Page, county_years: Snapshot) -> None:
    """Each format with another organisation and period; together the pages walk through all of them."""
    orgs = everywhere(county_years)
    number = PAGES.index(page)
    for place, key in enumerate(OFFICE):
        step = number * len(OFFICE) + place
        chosen = selection(
            county_years,
            orgs[step * 5 % len(orgs)],
            PERIODS[step % len(PERIODS)],
            language="en" if step % 7 == 6 else "zh",
        )
        report = page.build(chosen, county_years)
        imprint = imprint_of(report, county_years, chosen, datetime(2022, 1, 5, 9, 30))
        document = parts(DOCUMENTS[key].write(report, imprint))
        text = b"".join(part for name, part in document.items() if name.endswith(".xml")).decode("utf-8")
        assert report.release in text, key
        assert not [leak for leak in (">nan<", ">None<", ">NaT<", "&lt;NA&gt;") if leak in text], key
        assert "2022-01-05 09:30" in text, key
