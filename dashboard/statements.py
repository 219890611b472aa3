"""The SQL of an indicator, generated from its one declaration. Nothing here runs anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from dashboard.catalogue import UNSTATED, Source

# A first-of-month or first-of-quarter column stands for all of it; other columns hold single days. A
# period is of whole months, so that only the quarter can reach beyond it.
_STEP = {"quarter_on": "interval 3 month"}


@dataclass(frozen=True)
class Slot:
    """One stretch of time to be counted. Stocks are taken at `as_of`, the end of what is known of it."""

    first_on: date
    last_on: date
    as_of: date


@dataclass(frozen=True)
class Cut:
    """How the rows are to be cut: level keys, dimension key -> column, slots, and which rows count."""

    levels: tuple[str, ...]
    dimensions: Mapping[str, str]
    slots: tuple[Slot, ...]
    inside: tuple[str, str] | None = None  # (level key, org code); None: everything
    held: Mapping[str, str] = field(default_factory=dict)  # column -> the one value that counts

    @property
    def is_single(self) -> bool:
        return len(self.slots) == 1


def amounts_sql(
    sources: Sequence[Source], cut: Cut, columns: Mapping[str, Collection[str]]
) -> tuple[str, list[object]]:
    """One statement for one or several sources: side (which of them), slot_no, each level, each dimension,
    amount (double). Only groups that have rows. A dimension that a source's table lacks is NULL there, a
    dimension's empty cell is "unstated".
    """
    parameters: list[object] = [] if cut.is_single else _slot_parameters(cut)
    selects = [
        _one_side(side, source, cut, columns[source.table], parameters) for side, source in enumerate(sources)
    ]
    sql = " union all ".join(selects)
    return (sql if cut.is_single else f"with slots as ({_SLOTS}) {sql}"), parameters


def _one_side(side: int, source: Source, cut: Cut, columns: Collection[str], parameters: list[object]) -> str:
    """A place that the table does not carry itself is looked up through its community."""
    needs_lookup = False

    def place(column: str) -> str:
        nonlocal needs_lookup
        needs_lookup |= column not in columns
        return f"s.{column}" if column in columns else f"o.{column}"

    groups = [place(f"{key}_code") for key in cut.levels]
    shown = list(groups)
    for column in cut.dimensions.values():
        if column in columns:
            groups.append(_stated(column))
            shown.append(_stated(column))
        else:
            shown.append("cast(null as varchar)")
    slot_no, first, last, as_of = "p.slot_no", "p.first_on", "p.last_on", "p.as_of"
    if cut.is_single:
        slot_no, first, last, as_of = "0", *_days(cut)
    else:
        groups.insert(0, slot_no)
    conditions = _conditions(source, cut, columns, place, parameters, (first, last, as_of))
    lookup = " join dim_organisation o on o.org_code = s.community_code" if needs_lookup else ""
    slots = "" if cut.is_single else " cross join slots p"
    where = f" where {' and '.join(conditions)}" if conditions else ""
    grouped = f"group by {', '.join(groups)}" if groups else "having count(*) > 0"
    return (
        f"select {', '.join([str(side), slot_no, *shown])}, cast({_dated(source.sql, first, as_of)} as double)"
        f" from {source.table} s{lookup}{slots}{where} {grouped}"
    )


def rows_sql(source: Source, relation: str, cut: Cut, columns: Collection[str]) -> tuple[str, list[object]]:
    """The rows of ledgers that a source counts, out of a relation that has the columns of its table and where each
    row stands: community_code, submission_id, sheet_name, row_no, record, amount. For a cut of a single slot.
    """
    needs_lookup = False
    parameters: list[object] = []

    def place(column: str) -> str:
        nonlocal needs_lookup
        needs_lookup |= column not in columns
        return f"s.{column}" if column in columns else f"o.{column}"

    first, last, as_of = _days(cut)
    conditions = _conditions(source, cut, columns, place, parameters, (first, last, as_of))
    lookup = " join dim_organisation o on o.org_code = s.community_code" if needs_lookup else ""
    where = f" where {' and '.join(conditions)}" if conditions else ""
    trace = "s.community_code, s.submission_id, s.sheet_name, s.row_no, s.record"
    sql = (
        f"select {trace}, cast({_dated(source.sql, first, as_of)} as double) as amount"
        f" from ({relation}) s{lookup}{where} group by {trace}"
    )
    return sql, parameters


def _conditions(
    source: Source,
    cut: Cut,
    columns: Collection[str],
    place: Callable[[str], str],
    parameters: list[object],
    days: tuple[str, str, str],
) -> list[str]:
    """Which rows count: inside the organisation, held at a value, of the source's own kind, of the time."""
    first, last, as_of = days
    conditions = []
    if cut.inside:
        conditions.append(f"{place(f'{cut.inside[0]}_code')} = ?")
        parameters.append(cut.inside[1])
    for column, value in cut.held.items():
        if column in columns:
            conditions.append(f"{_stated(column)} = ?")
            parameters.append(value)
    if source.where:
        conditions.append(f"({_dated(source.where, first, as_of)})")
    return conditions + _time(source, first, last, as_of)


def _dated(sql: str, first: str, as_of: str) -> str:
    return sql.replace("{start}", first).replace("{end}", as_of)


def _days(cut: Cut) -> tuple[str, str, str]:
    (only,) = cut.slots
    return _day(only.first_on), _day(only.last_on), _day(only.as_of)


def _stated(column: str) -> str:
    return f"coalesce(cast(s.{column} as varchar), '{UNSTATED}')"


def _time(source: Source, first: str, last: str, as_of: str) -> list[str]:
    if source.time == "flow":
        column = f"s.{source.time_column}"
        step = _STEP.get(source.time_column)
        return [f"{column} <= {last}", f"{column} + {step} > {first}" if step else f"{column} >= {first}"]
    if source.time == "stock":
        return [f"s.valid_from <= {as_of}", f"(s.valid_to is null or s.valid_to > {as_of})"]
    if source.time == "span":
        return [f"s.valid_from <= {last}", f"(s.valid_to is null or s.valid_to > {first})"]
    return []


# Lists as parameters: planning a VALUES list of 36 months took longer than the whole query.
_SLOTS = "select unnest(?) as slot_no, unnest(?) as first_on, unnest(?) as last_on, unnest(?) as as_of"


def _slot_parameters(cut: Cut) -> list[object]:
    return [
        list(range(len(cut.slots))),
        [slot.first_on for slot in cut.slots],
        [slot.last_on for slot in cut.slots],
        [slot.as_of for slot in cut.slots],
    ]


def _day(day: date) -> str:
    return f"date '{day.isoformat()}'"
