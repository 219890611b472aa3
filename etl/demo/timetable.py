"""When which committee reports: zeal, quarters, due dates, late, missing and corrected submissions."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from etl.demo.allotment import deal, divide, scaled
from etl.demo.district import Committee

CHINESE_QUARTER = ("一", "二", "三", "四")


@dataclass(frozen=True, order=True)
class Quarter:
    year: int
    number: int  # 1..4

    @property
    def first_on(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_on(self) -> date:
        following = date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, self.number * 3 + 1, 1)
        return following - timedelta(days=1)

    @property
    def title(self) -> str:
        return f"{self.year}年第{CHINESE_QUARTER[self.number - 1]}季度"


@dataclass(frozen=True)
class Filing:
    """One committee's workbook for one quarter; `corrected_on` when it was sent a second time."""

    quarter: Quarter
    reported_on: date
    corrected_on: date | None = None


def quarters_between(first: date, last: date) -> list[Quarter]:
    """Every quarter that lies wholly within the window."""
    every = [Quarter(year, number) for year in range(first.year, last.year + 1) for number in (1, 2, 3, 4)]
    return [quarter for quarter in every if first <= quarter.first_on and quarter.last_on <= last]


def zeal_of(committees: tuple[Committee, ...], rng: Random) -> dict[str, float]:
    """How much each committee does: a few a great deal, most something, two or three nearly nothing."""
    count = len(committees)
    silent = scaled(3, count) if count > 2 else 0
    weights = [1.0 / (rank + 4) ** 0.75 * rng.uniform(0.85, 1.15) for rank in range(count - silent)]
    weights += [weights[0] * 0.02 * rng.uniform(0.7, 1.6) for _ in range(silent)]
    rng.shuffle(weights)
    return {committee.code: weight for committee, weight in zip(committees, weights, strict=True)}


def schedule(
    committees: tuple[Committee, ...],
    quarters: list[Quarter],
    zeal: dict[str, float],
    due_days: int,
    rng: Random,
) -> dict[str, list[Filing]]:
    """The filings of each committee, oldest first. A quarter that was never sent has none."""
    due = {
        committee.code: [
            quarter
            for quarter in quarters
            if committee.valid_from <= quarter.last_on
            and committee.exists_on(max(quarter.first_on, committee.valid_from))
        ]
        for committee in committees
    }
    missing = _missing(committees, due, quarters[-1], zeal, rng)
    punctuality = dict(zip(due, _latecomers(len(committees), rng), strict=True))
    filings = {
        code: [
            Filing(quarter, _reported_on(quarter, due_days, punctuality[code], rng))
            for quarter in expected
            if (code, quarter) not in missing
        ]
        for code, expected in due.items()
    }
    _correct_some(filings, quarters, rng)
    return filings


def _missing(
    committees: tuple[Committee, ...],
    due: dict[str, list[Quarter]],
    last_quarter: Quarter,
    zeal: dict[str, float],
    rng: Random,
) -> set[tuple[str, Quarter]]:
    """Never the first quarter of a committee, at most one a committee, the last quarter once."""
    lazy = sorted((committee.code for committee in committees), key=lambda code: zeal[code])
    lazy = [code for code in lazy[: max(1, len(lazy) // 2)] if len(due[code]) > 2]
    count = min(len(lazy), scaled(6, len(committees)))
    chosen = lazy[:1] + rng.sample(lazy[1:], max(0, count - 1)) if lazy else []
    missing = set()
    for position, code in enumerate(chosen):
        quarter = (
            last_quarter if position == 0 and due[code][-1] == last_quarter else rng.choice(due[code][1:-1])
        )
        missing.add((code, quarter))
    return missing


def _latecomers(count: int, rng: Random) -> list[float]:
    """The chance of each committee to be late."""
    return deal(rng, count, {0.02: 0.70, 0.15: 0.20, 0.45: 0.10})


def _reported_on(quarter: Quarter, due_days: int, late_chance: float, rng: Random) -> date:
    late = rng.random() < late_chance
    days = rng.randint(due_days + 1, due_days + 28) if late else rng.randint(min(3, due_days), due_days)
    return quarter.last_on + timedelta(days=days)


def _correct_some(filings: dict[str, list[Filing]], quarters: list[Quarter], rng: Random) -> None:
    """A few committees send a workbook again some days later, one of them for the last quarter."""
    count = scaled(5, len(filings), at_least=2)
    able = [code for code, sent in filings.items() if len(sent) > 2]
    for position, code in enumerate(rng.sample(able, min(count, len(able)))):
        sent = filings[code]
        at_end = position == 0 and sent[-1].quarter == quarters[-1]
        index = len(sent) - 1 if at_end else rng.randrange(len(sent) - 1)
        again_on = sent[index].reported_on + timedelta(days=rng.randint(6, 25))
        sent[index] = Filing(sent[index].quarter, sent[index].reported_on, again_on)


def size_of(committees: tuple[Committee, ...], total: int, minimum: int, rng: Random) -> dict[str, int]:
    """Divide `total` units or points between the committees, by a size unrelated to their zeal."""
    weights = [rng.lognormvariate(0.0, 0.5) for _ in committees]
    parts = divide(total, weights, minimum)
    return {committee.code: part for committee, part in zip(committees, parts, strict=True)}
