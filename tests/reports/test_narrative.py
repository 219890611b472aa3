"""Every figure of every narrative is asked again, and the sentences are sentences."""

from __future__ import annotations

import math
import re

import pytest

from dashboard import attention
from dashboard.catalogue import load_catalogue, load_levels
from dashboard.database import Snapshot
from dashboard.narrative.clauses import topics
from dashboard.organisations import district, organisations
from dashboard.report import Chart, Cited, Heading, Map, Prose, Report, Table
from dashboard.reports.compose import ReportRefused, compose, flat, kind_named
from dashboard.reports.kinds import Kind, kinds
from dashboard.selection import Period, Selection
from tests.reports.again import MADE_AT, as_said, asked_again
from tests.views.wellformed import check

PERIODS = {
    "month": ("2021-11", "2020-01"),
    "quarter": ("2021-Q2", "2020-Q1"),  # the first one: nothing before it
    "year": ("2021", "2020"),
}
EMPTY = {"month": "2022-05", "quarter": "2022-Q1", "year": "2015"}
_DATE = re.compile(
    r"\d{4}年(第[一二三四]季度|\d{1,2}月(\d{1,2}日)?)?|\d{1,2}月(?=最多)|\d{4}-\d{2}-\d{2}|\d{4}-\d{3}(?=号)"
)
_QUOTED = re.compile(r"“[^”]*”|‘[^’]*’")
_TRAPS = re.compile(
    r"(增长|增加|提高|下降|减少|延长|缩短)[-−]|nan|None|NaT|，。|，，|；。|；；|。。|，；|：。|（）|\{|\}|  |为为|共共|同比同比"
)


def _organisations(snapshot: Snapshot, kind: Kind) -> list[str]:
    """Of each level that the kind takes: the top, the last street, the community with the fewest units, a unit."""
    known = organisations(snapshot)
    found = []
    for level in kind.levels:
        codes = [one.code for one in known.values() if one.level == level]
        units = [sum(one.parent == code for one in known.values()) for code in codes]
        found.append(codes[units.index(min(units))])
    return found


def _made(snapshot: Snapshot, kind: str, org: str, period: str) -> Report:
    return compose(snapshot, kind_named(kind), org, Period.parse(period), MADE_AT, "20220110-abcdef").report


# Every kind at every level that it takes, the lengths and the two periods by turns.
CASES = [
    (key, place, kind.grains[place % len(kind.grains)], (place + number) % 2)
    for number, (key, kind) in enumerate(kinds().items())
    for place in range(len(kind.levels))
]


@pytest.mark.parametrize(("key", "place", "grain", "number"), CASES)
def test_every_figure_is_cited_and_found_again(
    county_years: Snapshot, key: str, place: int, grain: str, number: int
) -> None:
    org = _organisations(county_years, kinds()[key])[place]
    report = _made(county_years, key, org, PERIODS[grain][number])
    check(report, county_years)
    prose = [block for block in report.blocks if isinstance(block, Prose)]
    cited = [piece for block in prose for piece in block.sentences if isinstance(piece, Cited)]
    assert cited or place, "a report of the whole without a figure"
    for piece in cited:
        assert piece.value is not None, piece
        found = asked_again(county_years, piece)
        assert found is not None, piece
        assert math.isclose(found, piece.value, rel_tol=1e-9, abs_tol=1e-9), (piece, found)
        assert piece.text in as_said(county_years, piece, piece.value), piece
    chosen = Selection(org, Period.parse(PERIODS[grain][number]))
    subjects = {item.subject for item in attention.found(county_years, chosen)}
    _check_sentences(county_years, report, subjects)


def _check_sentences(snapshot: Snapshot, report: Report, subjects: set[str]) -> None:
    """No digit outside a citation, a date, a name, a matter's subject or a declared wording; no trap of grammar."""
    declared = _declared_words(snapshot) | subjects
    everyone = organisations(snapshot).values()
    names = sorted({name for one in everyone for name in (one.name, one.short_name)}, key=len, reverse=True)
    for block in report.blocks:
        if isinstance(block, Heading) and block.text.startswith("附"):
            return
        if not isinstance(block, Prose):
            continue
        assert not _TRAPS.search(block.text), block.text
        assert block.text[-1] == "。", block.text
        for piece in block.sentences:
            if isinstance(piece, str):
                bare = _QUOTED.sub("", _DATE.sub("", piece))
                for name in names:
                    bare = bare.replace(name, "")
                left = [figure for figure in re.findall(r"\d+", bare) if figure not in declared]
                assert not left, (left, piece)


def _declared_words(snapshot: Snapshot) -> set[str]:
    """Numbers that belong to a declared wording: 180天内, 超过30天, 500米."""
    told = " ".join(
        text
        for topic in topics().values()
        for sentence in topic.sentences
        for clause in sentence
        for text in (clause.say, clause.zero, clause.none)
    )
    rules = " ".join(
        text
        for row in snapshot.rows("select sentence, summary, name from meta_attention_rule")
        for text in row
    )
    return set(re.findall(r"\d+", told + " " + rules))


@pytest.mark.parametrize("key", list(kinds()))
def test_a_period_without_data_makes_a_short_report_that_says_so(county_years: Snapshot, key: str) -> None:
    kind = kinds()[key]
    for org in _organisations(county_years, kind):
        report = _made(county_years, key, org, EMPTY[kind.grains[0]])
        told = [block.text for block in report.blocks if isinstance(block, Prose)]
        assert "不在数据时段之内" in told[0] or "没有" in told[0]
        assert not any(isinstance(block, Chart | Map) for block in report.blocks)
        check(report, county_years)


def test_what_does_not_fit_is_refused_in_one_sentence(county_years: Snapshot) -> None:
    top = district(county_years).code
    street = next(one.code for one in organisations(county_years).values() if one.level == "street")
    for key, org, period, word in (
        ("quarterly", top, "2021", "一个季度"),
        ("monthly", top, "2021-Q1..2021-Q3", "一个月份"),
        ("community", street, "2021", "只为"),
        ("yearly", "000000", "2021", "没有名为"),
    ):
        with pytest.raises(ReportRefused, match=word):
            _made(county_years, key, org, period)


def test_a_table_holds_what_its_page_shows(county_years: Snapshot) -> None:
    from dashboard.views import hierarchy

    top = district(county_years).code
    report = _made(county_years, "quarterly", top, "2021-Q2")
    (mine,) = (
        block for block in report.blocks if isinstance(block, Table) and block.key == "hierarchy-below"
    )
    page = hierarchy.build(Selection(top, Period.parse("2021-Q2")), county_years)
    (theirs,) = (block for block in flat(page.blocks) if isinstance(block, Table) and block.key == "below")
    assert mine.frame.equals(theirs.frame)


def test_every_declared_name_is_known(county_years: Snapshot) -> None:
    catalogue = load_catalogue(county_years)
    levels = {level.key for level in load_levels(county_years)}
    used = set()
    for topic in topics().values():
        assert set(topic.indicators) <= set(catalogue), topic.key
        for sentence in topic.sentences:
            for clause in sentence:
                assert set(clause.levels) <= levels
                assert not clause.after or clause.after in catalogue, clause
    for kind in kinds().values():
        assert set(kind.levels) <= levels
        used |= set(kind.lead)
        for section in kind.sections:
            assert set(section.figures) <= set(catalogue)
            for part in section.topics:
                used.add(part.topic)
                for beside in part.beside:
                    assert set(beside.indicators) <= set(catalogue)
                    assert not beside.chart or beside.chart in beside.indicators
    assert used - {""} == set(topics()), "a topic that no report speaks of, or one that nobody wrote"


@pytest.mark.parametrize("key", list(kinds()))
def test_every_picked_block_is_there(county_years: Snapshot, key: str) -> None:
    from dashboard.views import PAGES

    pages = {page.key: page for page in PAGES}
    kind = kinds()[key]
    period = Period.parse(PERIODS[kind.grains[-1]][0])
    for section in kind.sections:
        for part in section.topics:
            for pick in part.picks:
                level = (pick.levels or kind.levels)[0]
                org = next(one.code for one in organisations(county_years).values() if one.level == level)
                report = pages[pick.view].build(Selection(org, period, options=pick.options), county_years)
                blocks = [block for block in flat(report.blocks) if isinstance(block, Chart | Table | Map)]
                found = [block for block in blocks if block.key == pick.block]
                assert found, (pick, [block.key for block in blocks])
                if pick.columns and isinstance(found[0], Table):
                    assert set(pick.columns) <= {column.name for column in found[0].columns}, pick
