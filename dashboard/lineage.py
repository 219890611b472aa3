"""From a figure to the rows of the ledgers that it counts, and to the files that they stand in.

The rows are counted as the figure is (the same condition, time and organisation, over a relation that the
release itself declares for each table), so that they add up to it. Of persons no row ever leaves: only how
many each file holds, and that only where the figure itself may be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pandas as pd

from dashboard.catalogue import Indicator, Source, labels, load_dimensions, load_levels
from dashboard.counting import applied_filters, slots_of
from dashboard.database import Snapshot
from dashboard.ledgers.cut import add_name
from dashboard.organisations import organisations, visible_organisation
from dashboard.queries import measure
from dashboard.scope import WHOLE, Scope
from dashboard.selection import Period, Selection
from dashboard.statements import Cut, rows_sql

SideName: TypeAlias = Literal["numerator", "denominator"]
_SUMMED = re.compile(r"sum\(s\.(\w+)\)")  # a column of the ledger as it stands


@dataclass(frozen=True)
class Totals:
    """What lies behind one side of a figure. `amount` is what the rows add up to; of `approximate` rows the
    ledger calls the number that was counted an approximate one."""

    rows: int
    files: int
    communities: int
    amount: float
    approximate: int = 0


def source_of(what: Indicator, side: SideName) -> Source | None:
    return what.numerator if side == "numerator" else what.denominator


def is_known(snapshot: Snapshot) -> bool:
    """Whether the release leads anywhere at all: one from before there was lineage does not."""
    return bool(_relations(snapshot))


def is_traced(snapshot: Snapshot, source: Source) -> bool:
    """Whether the release says which rows of ledgers its table counts: geometry is made of none."""
    return source.table in _relations(snapshot)


def is_additive(what: Indicator, source: Source) -> bool:
    """Whether the rows' amounts add up to the figure: not where the same thing counts once over several rows."""
    return not source.persons and (
        (what.rollup != "distinct" and "distinct" not in source.sql) or _is_keyed(source)
    )


def _is_keyed(source: Source) -> bool:
    """A table with a row for each of the things that are counted as distinct ones."""
    return (source.table, source.sql) == ("mart_unit_span", "count(distinct s.unit_code)")


def totals(
    snapshot: Snapshot, what: Indicator, source: Source, selection: Selection, scope: Scope = WHOLE
) -> Totals:
    """How many rows of how many files and communities. Raises QueryRefused."""
    sql, parameters = _rows(snapshot, what, source, selection, scope)
    cells = _cells(snapshot, source)
    ((rows, files, communities, amount, approximate),) = snapshot.rows(
        f"""select count(*), count(distinct counted.submission_id), count(distinct counted.community_code),
                   coalesce(sum(amount), 0), count({cells.written})
            from ({sql}) counted {cells.joined} where amount <> 0""",
        parameters,
    )
    return Totals(int(rows), int(files), int(communities), float(amount), int(approximate))


@dataclass(frozen=True)
class _Doubt:
    """Cells of one ledger column of a community that hold approximate numbers. `period`: of a quarter's
    ledger; a list restates all of its past."""

    column: str
    dataset: str
    community: str
    period: Period | None
    count: int


def approximate_count(snapshot: Snapshot, indicators: Iterable[Indicator], org: str, period: Period) -> int:
    """How many cells hold only an approximate number, in the ledgers whose columns these figures add up:
    those of the communities of `org`, or of the one that it belongs to, and of the quarters that `period` meets."""
    doubts: tuple[_Doubt, ...] = snapshot.hold("approximate", lambda: _doubts(snapshot))
    if not doubts:  # as in most releases
        return 0
    summed = {
        (dataset, found[1])
        for what in indicators
        for source in what.sources
        if (found := _SUMMED.fullmatch(source.sql))
        for dataset in what.datasets
    }
    places = organisations(snapshot)
    here = set(places[org].codes.values())
    return sum(
        doubt.count
        for doubt in doubts
        if (doubt.dataset, doubt.column) in summed
        and (doubt.community in here or org in places[doubt.community].codes.values())
        and (
            doubt.period is None
            or (doubt.period.first_on <= period.last_on and period.first_on <= doubt.period.last_on)
        )
    )


def _doubts(snapshot: Snapshot) -> tuple[_Doubt, ...]:
    """Rows that were sent back count nowhere."""
    found = snapshot.rows(
        """select doubt.column_name, doubt.dataset, doubt.community_code, doubt.period_key,
                  doubt.dataset in (select dataset from mart_submission_quarter), count(*)
           from meta_finding doubt join meta_submission submission using (submission_id)
           where doubt.code = 'approximate_number' and submission.state = 'current'
             and not exists (from meta_finding other where other.submission_id = doubt.submission_id
                 and other.sheet_name = doubt.sheet_name and other.row_no = doubt.row_no and other.severity = 'row')
           group by all order by all"""
    )
    return tuple(
        _Doubt(column, dataset, community, Period.parse(key) if is_quarterly else None, count)
        for column, dataset, community, key, is_quarterly, count in found
    )


def rows(
    snapshot: Snapshot,
    what: Indicator,
    source: Source,
    selection: Selection,
    submission: int | None = None,
    limit: int | None = None,
    scope: Scope = WHOLE,
) -> pd.DataFrame:
    """The rows that one side of a figure counts, in the order of the register, of files and of their rows.

    Columns: record (what the ledger calls it), community, community_label, dataset, dataset_label, file_name,
    sheet_name, row_no (missing where no row stands for it), cell (F17, missing where a row counts as such),
    amount, written (what stands there, of an approximate number). `submission`: only those of one.
    Raises QueryRefused; ValueError for persons.
    """
    if source.persons:
        raise ValueError("rows of persons are never shown")
    sql, parameters = _rows(snapshot, what, source, selection, scope)
    own = " and counted.submission_id = ?" if submission is not None else ""
    cells = _cells(snapshot, source)
    frame = snapshot.frame(
        f"""select counted.record, counted.community_code as community, submission.dataset, submission.file_name,
                   counted.sheet_name, counted.row_no, {cells.place} as cell, counted.amount, {cells.written} as written
            from ({sql}) counted left join meta_submission submission using (submission_id) {cells.joined}
            left join dim_organisation place on place.org_code = counted.community_code
            where counted.amount <> 0{own}
            order by place.sort_no, place.org_code, submission.period_key desc, submission.file_name,
                     counted.sheet_name, counted.row_no, counted.record
            {"" if limit is None else f"limit {int(limit)}"}""",
        [*parameters, *([submission] if submission is not None else [])],
    ).astype({"row_no": "Int64"})
    return _named(snapshot, frame, selection)


def files(
    snapshot: Snapshot, what: Indicator, source: Source, selection: Selection, scope: Scope = WHOLE
) -> pd.DataFrame:
    """How many rows each file gives, and what they add up to. Raises QueryRefused.

    Columns: submission (number, missing for reference data), file_name, community, community_label, dataset,
    dataset_label, period (key), row_count, amount.
    """
    sql, parameters = _rows(snapshot, what, source, selection, scope)
    frame = snapshot.frame(
        f"""select counted.submission_id as submission, submission.file_name, counted.community_code as community,
                   submission.dataset, submission.period_key as period, count(*) as row_count, sum(amount) as amount
            from ({sql}) counted left join meta_submission submission using (submission_id)
            left join dim_organisation place on place.org_code = counted.community_code
            where counted.amount <> 0
            group by all order by max(place.sort_no), community, period desc, submission.file_name, submission.dataset""",
        parameters,
    ).astype({"submission": "Int64"})
    return _named(snapshot, frame, selection)


def files_of_persons(
    snapshot: Snapshot, what: Indicator, side: SideName, selection: Selection, scope: Scope = WHOLE
) -> pd.DataFrame:
    """The files that hold the persons of one side, each with how many of its community count there.

    Columns: file_name, community, community_label, dataset, dataset_label, period, amount (NaN where it may not
    be shown), state. A person in two communities' files counts in both. Raises QueryRefused.
    """
    source = source_of(what, side)
    org = visible_organisation(snapshot, selection.org)
    levels = [level.key for level in load_levels(snapshot)]
    level = levels[-1] if org.level == levels[-1] else levels[-2]
    if source is None or level not in what.levels:
        raise ValueError(f"{what.key} has no {side} at this level")
    figures = measure(snapshot, what.key, selection, (level,), scope)
    own = org.code if org.level == level == levels[-1] else ""
    counted = figures.rename(columns={level: "org"})[["org", side, "state"]]
    if own:
        counted = counted[counted["org"] == own].assign(org=org.codes.get(levels[-2], org.parent))
    amounts = counted.rename(columns={"org": "community", side: "amount"})
    sql, parameters = _rows(snapshot, what, source, selection, scope)
    frame = snapshot.frame(
        f"""select distinct submission.file_name, counted.community_code as community, submission.dataset,
                   submission.period_key as period, place.sort_no
            from ({sql}) counted join meta_submission submission using (submission_id)
            join dim_organisation place on place.org_code = counted.community_code
            order by place.sort_no, community, submission.file_name""",
        parameters,
    ).drop(columns="sort_no")
    return _named(snapshot, frame.merge(amounts, on="community", how="left"), selection)


def _rows(
    snapshot: Snapshot, what: Indicator, source: Source, selection: Selection, scope: Scope
) -> tuple[str, list[object]]:
    org = visible_organisation(snapshot, selection.org)
    known = load_dimensions(snapshot)
    held = applied_filters(snapshot, what, selection.filters)
    cut = Cut(
        levels=(),
        dimensions={},
        slots=slots_of(snapshot, [(selection.period.first_on, selection.period.last_on)]),
        inside=(org.level, org.code) if org.level_no > 1 else None,
        held={known[key].column: value for key, value in held.items()},
    )
    return rows_sql(source, _relations(snapshot)[source.table], cut, _columns(snapshot, source.table))


@dataclass(frozen=True)
class _Cells:
    """SQL that finds the cell behind each row of `counted`, and what stands in it where that is approximate."""

    joined: str = ""
    place: str = "null::varchar"
    written: str = "null::varchar"


def _cells(snapshot: Snapshot, source: Source) -> _Cells:
    """Only where a column of the ledger is summed as it stands; else a row counts as such."""
    summed = _SUMMED.fullmatch(source.sql)
    if summed is None or "meta_cell" not in snapshot.columns():
        return _Cells()
    row = "submission_id = counted.submission_id and {0}.sheet_name = counted.sheet_name"
    return _Cells(
        f"""left join meta_cell cell on cell.{row.format("cell")} and cell.column_name = '{summed[1]}'
            left join (select submission_id, sheet_name, row_no, min(value) as value from meta_finding
                       where code = 'approximate_number' and column_name = '{summed[1]}' group by all) doubt
              on doubt.{row.format("doubt")} and doubt.row_no = counted.row_no""",
        "cell.column_letter || counted.row_no",
        "doubt.value",
    )


def _relations(snapshot: Snapshot) -> Mapping[str, str]:
    """Table -> the SELECT of its rows. A release from before there was lineage has none."""

    def read() -> Mapping[str, str]:
        if "meta_lineage" not in snapshot.columns():
            return {}
        return dict(snapshot.rows("select table_name, sql from meta_lineage"))

    return snapshot.keep("lineage", read)


def _columns(snapshot: Snapshot, table: str) -> frozenset[str]:
    """Those of the relation that stand for columns of the table itself."""

    def read() -> frozenset[str]:
        described = snapshot.rows(f"describe {_relations(snapshot)[table]}")
        return frozenset(row[0] for row in described) & snapshot.columns()[table]

    return snapshot.keep(("lineage", table), read)


def _named(snapshot: Snapshot, frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    add_name(snapshot, frame, "community", selection.language)
    names = labels(snapshot, "dataset", selection.language)
    texts = [names.get(key) if isinstance(key, str) else None for key in frame["dataset"]]
    frame.insert(
        list(frame.columns).index("dataset") + 1,
        "dataset_label",
        pd.Series(texts, index=frame.index, dtype="str"),
    )
    return frame
