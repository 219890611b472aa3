"""Periods and selections: their texts, their arithmetic, and their survival of a URL."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.selection import RESERVED, Period, Selection

DEFAULTS = Selection("900100", Period.parse("2021"))


@pytest.mark.parametrize(
    ("text", "first_on", "last_on", "label", "label_en"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31), "2021年", "2021"),
        ("2021-Q4", date(2021, 10, 1), date(2021, 12, 31), "2021年第四季度", "Q4 2021"),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29), "2020年2月", "February 2020"),
        ("2019..2021", date(2019, 1, 1), date(2021, 12, 31), "2019年—2021年", "2019 – 2021"),
        ("2021-Q1..2021-Q3", date(2021, 1, 1), date(2021, 9, 30), "2021年第一季度—第三季度", "Q1 2021 – Q3 2021"),
        ("2020-11..2021-02", date(2020, 11, 1), date(2021, 2, 28), "2020年11月—2021年2月", "November 2020 – February 2021"),
    ],
)  # fmt: skip
def test_a_period_reads_and_names_itself(
    text: str, first_on: date, last_on: date, label: str, label_en: str
) -> None:
    period = Period.parse(text)
    assert (period.first_on, period.last_on, period.key) == (first_on, last_on, text)
    assert (period.label(), period.label("en")) == (label, label_en)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("去年", "不是有效的时间段"),
        ("2021-13", "不是有效的时间段"),
        ("2021-Q5", "不是有效的时间段"),
        ("21", "不是有效的时间段"),
        ("", "不是有效的时间段"),
        ("2019..2020..2021", "不是有效的时间段"),
        ("２０２１", "不是有效的时间段"),
        ("2021..2019", "结束早于开始"),
        ("2019..2021-Q3", "同一种写法"),
    ],
)
def test_a_wrong_period_is_one_chinese_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refusal:
        Period.parse(text)
    assert "\n" not in str(refusal.value)


def test_lower_case_quarters_and_blanks_are_forgiven() -> None:
    assert Period.parse(" 2021-q1 .. 2021-q1 ").key == "2021-Q1"


def test_neighbouring_periods() -> None:
    quarter = Period.parse("2021-Q1")
    assert (quarter.previous().key, quarter.year_before().key) == ("2020-Q4", "2020-Q1")
    assert [month.key for month in quarter.months()] == ["2021-01", "2021-02", "2021-03"]
    years = Period.parse("2020..2021")
    assert (years.previous().key, years.year_before().key) == ("2018..2019", "2019..2020")
    assert [year.key for year in Period.parse("2020-11..2021-02").years()] == ["2020", "2021"]
    assert [part.key for part in Period.parse("2021-11").quarters()] == ["2021-Q4"]


def test_a_period_is_cut_off_after_the_last_month_with_data() -> None:
    year = Period.parse("2021")
    assert year.until(date(2021, 9, 1)).key == "2021-Q1..2021-Q3"
    assert year.until(date(2021, 10, 1)).key == "2021-01..2021-10"
    assert year.until(date(2022, 3, 1)) is year
    assert year.until(date(2020, 3, 1)) is year  # begins later: nothing to cut
    assert year.first_months(2).key == "2021-01..2021-02"


MONTHS = st.integers(min_value=1900 * 12, max_value=2199 * 12 + 11)
PERIODS = st.builds(
    lambda start, length, step: Period.of_months(
        start // step * step,
        min(start // step * step + length * step, 2200 * 12) - 1,
        {1: "month", 3: "quarter", 12: "year"}[step],
    ),
    MONTHS,
    st.integers(min_value=1, max_value=40),
    st.sampled_from([1, 3, 12]),
)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True).filter(lambda name: name not in RESERVED)
TEXTS = st.text(min_size=1, max_size=60)


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    names = draw(st.lists(NAMES, unique=True, max_size=6))
    pairs = [(name, draw(TEXTS)) for name in names]
    cut = draw(st.integers(min_value=0, max_value=len(pairs)))
    return Selection(
        org=draw(TEXTS),
        period=draw(PERIODS),
        compare=draw(st.sampled_from(["yoy", "prev"])),
        language=draw(st.sampled_from(["zh", "en"])),
        filters=tuple(pairs[:cut]),
        options=tuple(pairs[cut:]),
    )


@given(PERIODS)
def test_a_period_survives_its_key(period: Period) -> None:
    assert Period.parse(period.key) == period
    assert period.previous().last_on < period.first_on
    assert sum(part.month_count for part in period.months()) == period.month_count


@given(selections())
def test_a_selection_survives_its_url(selection: Selection) -> None:
    dimensions = {name: None for name, _ in selection.filters}
    assert Selection.from_params(selection.to_params(), DEFAULTS, dimensions) == selection


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(["org", "period", "compare", "lang", "type"]), st.text(max_size=20)),
        st.one_of(st.text(max_size=300), st.none(), st.integers(), st.lists(st.text(max_size=5), max_size=3)),
        max_size=8,
    )
)
def test_no_url_raises(params: dict[str, object]) -> None:
    selection = Selection.from_params(params, DEFAULTS, {"type": ("volunteer",)}, {"900100"})
    assert selection.org == "900100"
    assert selection.filter("type") in (None, "volunteer")


def test_what_a_url_names_must_be_known() -> None:
    params = {
        "org": "1",
        "period": "yesterday",
        "compare": "x",
        "lang": "de",
        "type": "secret",
        "mode": "map",
    }
    selection = Selection.from_params(params, DEFAULTS, {"type": ("volunteer",)}, {"900100"})
    assert selection == replace(DEFAULTS, options=(("mode", "map"),))
    assert (selection.option("mode"), selection.option("other", "none"), selection.filter("type")) == (
        "map",
        "none",
        None,
    )


@pytest.mark.parametrize("name", ["org", "Type", "", "a-b"])
def test_a_selection_refuses_names_that_a_url_could_not_carry(name: str) -> None:
    with pytest.raises(ValueError, match="not usable"):
        replace(DEFAULTS, filters=((name, "x"),))
    with pytest.raises(ValueError, match="not usable"):
        replace(DEFAULTS, filters=(("type", "x"),), options=(("type", "y"),))
