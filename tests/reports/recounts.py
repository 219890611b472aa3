"""How the numbers of each block of a report are found again: through the query that people type, block by block.

A block that is in no table here fails the test: a new one has to say how it is counted again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from dashboard import commands
from dashboard.catalogue import load_catalogue
from dashboard.database import Snapshot
from dashboard.organisations import level_below, organisations
from dashboard.report import Chart, Cited, KpiRow, Table
from dashboard.selection import Period, Selection
from tests.reports.again import as_said, asked_again

WHOLE = "2020..2021"  # all years of the invented county


@dataclass
class Found:
    """A block of a report, and what is asked of the release about it."""

    snapshot: Snapshot
    chosen: Selection
    block: Table | Chart
    asked: dict[tuple[str, ...], pd.DataFrame] = field(default_factory=dict)

    @property
    def frame(self) -> pd.DataFrame:
        return self.block.frame

    def query(self, indicator: str, by: tuple[str, ...] = (), period: str = "") -> pd.DataFrame:
        key = (indicator, *by, period)
        if key not in self.asked:
            when = period or self.chosen.period.key
            self.asked[key] = commands.query(self.snapshot.path, indicator, by, when, self.chosen.org)
        return self.asked[key]

    def total(self, indicator: str, column: str = "value", period: str = "") -> float:
        value = self.query(indicator, (), period)[column].iloc[0]
        return 0.0 if pd.isna(value) else float(value)

    def below(self) -> str:
        level = level_below(self.snapshot, organisations(self.snapshot)[self.chosen.org].level)
        assert level is not None
        return level

    def cited(self, how: str) -> float:
        found = asked_again(
            self.snapshot, Cited("", "", self.chosen.org, self.chosen.period.key, (), None, how)
        )
        assert found is not None
        return found


def same(mine: object, theirs: object, *where: object) -> None:
    """Both absent, or the same number."""
    if pd.isna(mine) or pd.isna(theirs):  # type: ignore[call-overload]
        nothing = [pd.isna(each) or not each for each in (mine, theirs)]  # type: ignore[call-overload]
        assert all(nothing), (mine, theirs, *where)
        return
    assert math.isclose(float(mine), float(theirs), rel_tol=1e-9, abs_tol=1e-9), (mine, theirs, *where)  # type: ignore[arg-type]


def split(
    indicator: str | Mapping[str, str], *by: str, columns: tuple[str, ...] = (), period: str = ""
) -> Callable[[Found], None]:
    """Row by row: the query's value for the same keys; of several series, each its own indicator.

    `by`: "below" is the level below, "community" and the like stand for themselves. `columns`: the
    frame's names for them.
    """

    def check(found: Found) -> None:
        keys = tuple(found.below() if each == "below" else each for each in by)
        names = columns or keys
        for row in found.frame.to_dict("records"):
            key = indicator if isinstance(indicator, str) else indicator[str(row["series"])]
            when = period
            if not period and isinstance(indicator, str) and _years_before(found, row) == 1:
                when = found.chosen.period.year_before().key
            frame = found.query(key, keys, when)
            mask = pd.Series(True, index=frame.index)
            for name, column in zip(keys, names, strict=True):
                mask &= frame[name].astype(str) == str(row[column])
            values = frame[mask]["value"]
            same(row["value"], values.iloc[0] if len(values) else None, found.block.key, row)

    return check


def _years_before(found: Found, row: Mapping[object, object]) -> int:
    """Of a series that is called by its year."""
    name = str(row.get("series", ""))
    return (
        found.chosen.period.first_on.year - int(name[:4]) if name.endswith("年") and name[:4].isdigit() else 0
    )  # type: ignore[call-overload]


def whole(indicator: str, column: str = "value", of: str = "value", **only: str) -> Callable[[Found], None]:
    """The sum of the rows (those where the columns say `only`) is the indicator's value, or another column of it."""

    def check(found: Found) -> None:
        rows = found.frame
        for name, value in only.items():
            rows = rows[rows[name] == value]
        same(rows[column].sum(), found.total(indicator, of), found.block.key)

    return check


def count(indicator: str, most: int = 10**6, **states: str) -> Callable[[Found], None]:
    """So many rows as the indicator says, at most `most`."""

    def check(found: Found) -> None:
        rows = found.frame
        for name, value in states.items():
            rows = rows[rows[name].isin(value.split("|"))]
        same(len(rows), min(most, found.total(indicator)), found.block.key)

    return check


def by_organisation(found: Found) -> None:
    """Columns that are called like indicators, one organisation a row."""
    known = load_catalogue(found.snapshot)
    level = found.below()
    key = "org" if "org" in found.frame.columns else "org_label"
    columns = [name for name in found.frame.columns if name in known]
    assert columns, found.block.key
    for name in columns:
        asked = found.query(name, (level,)).set_index(level if key == "org" else f"{level}_label")["value"]
        for row in found.frame.to_dict("records"):
            same(row[name], asked.get(row[key]), found.block.key, name, row[key])
    if "below" in found.frame.columns:  # how many stand below each of them at the period's end
        asked = found.query("committee_count", (level,)).set_index(level)["value"]
        for row in found.frame.to_dict("records"):
            same(row["below"], asked[row["org"]], found.block.key, row["org"])


def _values(found: Found) -> None:
    indicator = "meeting_attendance_share" if "attendance" in found.block.key else "activity_count"
    level = organisations(found.snapshot)[found.frame["org"].iloc[0]].level
    split(indicator, level, columns=("org",))(found)


def _figures(found: Found) -> None:
    names = {what.name: what.key for what in load_catalogue(found.snapshot).values()}
    period = found.chosen.period
    for row in found.frame.to_dict("records"):
        cited = Cited("", names[row["name"]], found.chosen.org, period.key)
        for column, when in (("value", period), ("year_before", period.year_before()), ("previous", period.previous())):  # fmt: skip
            value = found.query(cited.indicator, (), when.key)["value"].iloc[0]
            if pd.isna(value) or when.first_on < found.snapshot.first_month:
                assert row[column] in ("—", "无数据"), (column, row)
            else:
                told = {text.rstrip("%") for text in as_said(found.snapshot, cited, float(value))}
                assert row[column] in told, (column, row, told)
        for column, how in (("yoy", "yoy"), ("prev", "prev")):
            figure = row[column].lstrip("+-").split("%")[0].split("个百分点")[0].strip()
            if not figure[:1].isdigit():
                continue
            asked = {asked_again(found.snapshot, Cited("", cited.indicator, cited.org, cited.period, (), None, f"{how}{more}")) for more in ("", "_difference")}  # fmt: skip
            said = {f"{abs(value or 0) * scale:,.{digits}f}" for value in asked for scale in (1, 100) for digits in (0, 1)}  # fmt: skip
            assert figure.split(" ")[0] in said, (column, row, said)
        plan = row["plan"].rstrip("%")
        if plan[:1].isdigit():
            since = Period.of_days(period.first_on.replace(month=1), period.last_on).key
            value = asked_again(
                found.snapshot, Cited("", cited.indicator, cited.org, since, (), None, "plan")
            )
            assert plan == f"{(value or 0) * 100:,.1f}", row


def _stages(found: Found) -> None:
    """Of an order: each stage the numerator of its share, the first one what all shares are of."""
    shares = {"dispatched": "order_dispatched_share", "accepted": "order_accepted_share", "closed": "order_closed_share"}  # fmt: skip
    for row in found.frame.to_dict("records"):
        if row["stage"] in shares:
            same(row["value"], found.total(shares[row["stage"]], "numerator"), row)
            same(row["share"], found.total(shares[row["stage"]]), row)
        elif row["stage"] == "ordered":
            same(row["value"], found.total("order_count"), row)


def _items(found: Found) -> None:
    """The two series of an item each add up to the indicator's value for it."""
    frame = found.query("order_count", ("item",)).set_index("item")["value"]
    for item, rows in found.frame.groupby("item"):
        same(rows["value"].sum(), frame[item], item)


def _due_meetings(found: Found) -> None:
    """Of the period's years: held in time and held at all, of all that were due until its end."""
    last = found.chosen.period.last_on
    period = Period.of_days(last.replace(month=1, day=1), last)
    states = found.frame["state"]
    same(states.eq("in_time").sum(), found.total("meeting_on_time_share", "numerator", period.key))
    same(states.isin(["in_time", "late"]).sum(), found.total("meeting_held_share", "numerator", period.key))
    same(states.eq("missed").sum(), found.total("missed_meeting_count", period=period.key))


def _chairs(found: Found) -> None:
    held = found.frame["state"].isin(["themed", "quiet"]).sum()
    last = found.chosen.period.last_on
    period = Period.of_days(last.replace(month=1, day=1), last)
    same(held, found.total("chaired_month_share", "numerator", period.key))


def _published(found: Found) -> None:
    for row in found.frame.to_dict("records"):
        if row["indicator"] and row["counted_key"]:
            where = (f"{row['where_dim']}={row['where_value']}",) if row["where_dim"] else ()
            asked = commands.query(found.snapshot.path, row["indicator"], (), row["counted_key"], found.chosen.org, where)  # fmt: skip
            same(row["counted"], asked["value"].iloc[0], row["figure"])


def _units(found: Found) -> None:
    for name in ("activity_count", "dual_member_count"):
        asked = found.query(name, ("unit",)).set_index("unit")["value"]
        for row in found.frame.to_dict("records"):
            same(row[name], asked.get(row["unit"]), name, row["unit"])
    same(found.frame["point_count"].sum(), sum(row["point_count"] for row in found.frame.to_dict("records")))


def _follow_up(found: Found) -> None:
    for column in ("before", "gone", "settled", "waiting"):
        wanted = 0.0 if column == "settled" else found.cited(f"items_{column}")
        same(found.frame[column].sum(), wanted, column)


def _rows_of_items(how: str) -> Callable[[Found], None]:
    def check(found: Found) -> None:
        known = found.cited(how)
        assert len(found.frame) == known or (len(found.frame) < known and f"共 {known:,.0f} 项" in found.block.title)  # fmt: skip

    return check


RECOUNTS: Mapping[str, Callable[[Found], None]] = {
    "figures": _figures,
    "follow_up": _follow_up,
    "matters": _rows_of_items("items_open"),
    "coming": _rows_of_items("due"),
    "hierarchy-below": by_organisation,
    "profile-below": _units,
    "profile-points": count("service_point_count"),
    "profile-latest": count("activity_count", most=8),
    "profile-types": split("activity_count", "type"),
    "people-by_quarter": split("dual_member_count", "quarter", period=WHOLE),
    "activities-monthly": split("activity_count", "month", columns=("part",), period=WHOLE),
    "activities-by_type": split("activity_count", "type"),
    "activities-by_item": split("activity_count", "item"),
    "activities-by_organisation": _values,
    "activities-calendar": split("activity_count", "community", "month", columns=("org", "time")),
    "meetings-calendar": _due_meetings,
    "meetings-attendance": _values,
    "meetings-flow": split(
        {"议定": "resolution_count", "办结": "resolution_closed_count"}, "quarter", period=WHOLE
    ),
    "meetings-action_items": count("open_resolution_count", state="open|overdue"),
    "chairs-roster": _chairs,
    "notices-funnel": whole("notice_recipient_count", step="已送达"),
    "duties-by_class": whole("duty_count"),
    "duties-by_whom": whole("duty_count"),
    "duties-overdue": count("overdue_duty_count"),
    "orders-funnel": _stages,
    "orders-by_item": _items,
    "orders-ratings": whole("order_satisfied_share", "order_count", "denominator"),
    "supply-by_item": split({"可用资源": "resource_count", "待对接需求": "open_need_count"}, "item"),
    "supply-over_time": split({"提出": "need_count", "对接成功": "matched_need_count"}, "month"),
    "venues-by_purpose": split("venue_use_count", "month", "use_purpose"),
    "venues-by_kind": split("venue_use_rate", "venue_kind"),
    "teams-by_post": whole("post_count"),
    "two_new-by_year": whole("two_new_organisation_count"),
    "published-ledger": _published,
}


def recount(snapshot: Snapshot, chosen: Selection, block: Table | Chart) -> None:
    found = Found(snapshot, chosen, block)
    if block.key.startswith(("beside-", "chart-")):
        by_organisation(found)
    else:
        RECOUNTS[block.key](found)


def recount_cards(snapshot: Snapshot, chosen: Selection, row: KpiRow) -> None:
    for card in row.items:
        cited = Cited("", card.key, chosen.org, chosen.period.key)
        value = asked_again(snapshot, cited)
        assert card.value == "—" if value is None else card.value in as_said(snapshot, cited, value), card
