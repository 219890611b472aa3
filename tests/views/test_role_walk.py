"""What a viewer of one organisation can take along or ask for by a trick: documents, reports, forged values."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from dashboard.database import Snapshot, open_snapshot
from dashboard.exports import DOCUMENTS, FORMATS
from dashboard.exports.imprint import imprint_of
from dashboard.organisations import district, organisations
from dashboard.report import Chart, Map, Table
from dashboard.reports import making
from dashboard.reports.compose import ReportRefused
from dashboard.reports.kinds import kinds
from dashboard.selection import Period, Selection
from dashboard.shell import chrome, filters, navigation
from dashboard.views import PAGES
from tests.exports.packages import parts
from tests.views.county import codes
from tests.views.test_confined import LEVELS, YEAR, everything, strangers
from tests.views.wellformed import _SET_BY_LINKS, flat

AT = datetime(2022, 1, 5, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module", params=LEVELS)
def own(request: pytest.FixtureRequest, county_years: Snapshot) -> Snapshot:
    return open_snapshot(county_years.path, codes(county_years, request.param)[0])


def text_of(document: bytes) -> str:
    """Every word of a document, also those that are split into pieces of different looks."""
    if document.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)
    if not document.startswith(b"PK"):
        return document.decode("utf-8-sig")
    found = (part for name, part in parts(document).items() if name.endswith((".xml", ".rels")))
    return "\n".join(re.sub(r"<[^>]+>", "", part.decode("utf-8")) + part.decode("utf-8") for part in found)


def foreigners(own: Snapshot, whole: Snapshot, text: str) -> list[str]:
    """Codes and names of others in a text. Where a unit was a guest stands in its own ledger, by the house's name."""
    words, visited = own.keep(("foreigners", whole.path), lambda: _words(own, whole))
    met = [word for word in words if word in text]
    if not met:
        return []
    for name in visited:
        text = text.replace(name, "")
    return [word for word in met if word in text]


def _words(own: Snapshot, whole: Snapshot) -> tuple[tuple[str, ...], tuple[str, ...]]:
    visited = own.rows("select distinct venue_name from fact_venue_use")
    pattern = strangers(own, whole).pattern
    return tuple(re.sub(r"\\(.)", r"\1", word) for word in pattern.split("|")), tuple(
        name for (name,) in visited
    )


@pytest.mark.parametrize("key", DOCUMENTS)
def test_no_document_tells_of_anybody_outside(key: str, own: Snapshot, county_years: Snapshot) -> None:
    """Each page as one of the formats, and all data behind it: together every page and every format."""
    written = 0
    for page in PAGES[list(DOCUMENTS).index(key) :: len(DOCUMENTS)]:
        chosen = Selection(own.within, YEAR)
        report = page.build(chosen, own)
        imprint = imprint_of(report, own, chosen, AT, "http://127.0.0.1/")
        documents = [DOCUMENTS[key].write(report, imprint)]
        blocks = [block for block in flat(report.blocks) if isinstance(block, Chart | Map | Table)]
        documents += [form.write(block) for block in blocks for form in FORMATS.values()]
        for document in documents:
            assert not (met := foreigners(own, county_years, text_of(document))), (page.key, met[:3])
        written += len(documents)
    assert written > len(PAGES) // len(DOCUMENTS)


def test_no_report_tells_of_anybody_outside(own: Snapshot, county_years: Snapshot) -> None:
    made, refusals = 0, []
    outside = codes(county_years, "community")[-1]
    for kind in kinds().values():
        period = Period.parse({"year": "2021", "quarter": "2021-Q4", "month": "2021-11"}[kind.grains[0]])
        for org in (own.within, outside, district(county_years).code):
            wanted = making.Wanted(kind, org, period, ("docx",))
            try:
                prepared = making.prepare(own, wanted, AT)
            except ReportRefused as problem:
                refusals.append(str(problem).replace(org, ""))
                continue
            assert org == own.within
            made += 1
            for document in prepared.documents.values():
                assert not (met := foreigners(own, county_years, text_of(document))), (kind.key, met[:3])
    assert made or district(own).level == "unit", "of a single unit there are no reports"
    assert len(refusals) >= 2 * len(kinds())
    assert not foreigners(own, county_years, " ".join(refusals))


def forged(own: Snapshot, whole: Snapshot) -> Iterator[str]:
    """What somebody might put into an address who knows of others: their codes, files and matters."""
    known = organisations(own)
    yield next(code for code in codes(whole, "community") if code not in known)
    yield next(code for code in codes(whole, "unit") if code not in known)
    mine = {number for (number,) in own.rows("select submission_id from meta_submission")}
    every = [number for (number,) in whole.rows("select submission_id from meta_submission order by 1")]
    yield str(next(number for number in every if number not in mine))
    yield "' or 1=1 --"


def test_a_tampered_selection_shows_nothing_of_others(own: Snapshot, county_years: Snapshot) -> None:
    tried = 0
    for page in PAGES:
        offered = {control.key for control in page.controls if hasattr(control, "key")}
        for value in forged(own, county_years):
            options = tuple((name, value) for name in sorted({*_SET_BY_LINKS, *offered}))
            report = page.build(Selection(own.within, YEAR, options=options, filters=(("type", value),)), own)
            for text in everything(report):
                met = foreigners(own, county_years, text.replace(value, ""))
                assert not met, (page.key, value, met[:3])
            tried += len(options)
    assert tried > 4 * len(PAGES)


def test_a_value_of_another_session_is_left_aside(
    own: Snapshot, county_years: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another viewer's address or session holds, in this viewer's place."""
    outside = codes(county_years, "community")[-1]
    above = organisations(county_years)[own.within].parent

    class Address(dict[str, str]):
        def from_dict(self, params: dict[str, str]) -> None:
            self.clear()
            self.update(params)

    for foreign in (outside, above, district(county_years).code, "000000"):
        for address, kept in (({"org": foreign}, None), ({}, foreign), ({"org": foreign}, foreign)):
            state: dict[str, object] = {}
            if kept:
                state[navigation._KEPT] = Selection(kept, YEAR)
            page = SimpleNamespace(query_params=Address(address), session_state=state)
            monkeypatch.setattr(filters, "st", page)
            monkeypatch.setattr(navigation, "st", page)
            assert filters.current(own).org == own.within
            assert page.query_params["org"] == own.within


def test_a_failure_shows_a_number_and_the_log_says_what_it_was(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(chrome.st, "html", shown.append)
    with caplog.at_level(logging.ERROR):
        try:
            raise RuntimeError("cannot read /srv/data/secret.toml")
        except RuntimeError:
            chrome.failed("zh")
    (page,) = shown
    (number,) = re.findall(r"\b[0-9A-F]{6}\b", page)
    assert "这个页面暂时无法显示" in page
    assert not re.search("RuntimeError|secret|/srv|Traceback", page)
    assert number in caplog.text
    assert "RuntimeError: cannot read /srv/data/secret.toml" in caplog.text
