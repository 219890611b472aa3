"""A viewer who takes everything that he can get and tries to work out a count of persons that is hidden from him.

He knows every figure that counts persons, at every level, in every month, for every combination of
categories; that organisations add up to the one above them and categories to the whole; that a share
has two sides; that counts are whole and nobody's is less than one. The truth, to compare with, is
counted here from the rows, not by the product.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations
from pathlib import Path
from typing import TypeAlias

import duckdb
import pandas as pd
import pytest

from dashboard.catalogue import Source, load_catalogue, load_levels
from dashboard.database import Snapshot, open_snapshot
from dashboard.organisations import QueryRefused, district, is_within, organisations
from dashboard.queries import measure
from dashboard.scope import OK, SUPPRESSED, WHOLE, Scope
from dashboard.selection import Period, Selection
from etl import disclosed, snapshot
from tests.unit.attacker import solved
from tests.views.county import codes

KINDS = ("member_status", "unit_kind")
# month, level, organisation, status, kind of unit ("" for all)
Cell: TypeAlias = tuple[str, str, str, str, str]
Sums: TypeAlias = list[tuple[Cell, tuple[Cell, ...]]]


@dataclass
class Known:
    """What one viewer was told."""

    shown: dict[Cell, int] = field(default_factory=dict)
    hidden: set[Cell] = field(default_factory=set)

    def tell(self, cell: Cell, state: str, amount: float) -> None:
        if state == OK:
            assert self.shown.setdefault(cell, int(amount)) == int(amount), f"told twice, differently: {cell}"
        elif state == SUPPRESSED:
            self.hidden.add(cell)


def everything(own: Snapshot, scope: Scope = WHOLE) -> Known:
    """All that `measure` gives: it is the one way in which pages, documents and the command line count."""
    known = Known()
    levels = [level.key for level in load_levels(own)]
    levels = levels[levels.index(district(own).level) :]
    window = Period.of_days(own.first_month, own.last_month)
    statuses = [value for (value,) in own.rows("select distinct member_status from mart_member_span")]
    for what in load_catalogue(own).values():
        sides = [
            (name, source)
            for name, source in (("numerator", what.numerator), ("denominator", what.denominator))
            if source and source.table == "mart_member_span"
        ]
        if not sides:
            continue
        for level in levels:
            for kinds in chain.from_iterable(combinations(KINDS, size) for size in range(3)):
                for status in statuses if KINDS[0] in kinds else [""]:
                    held = ((KINDS[0], status),) if status else ()
                    by = (level, "month", *(kind for kind in kinds if kind != KINDS[0]))
                    try:
                        frame = measure(
                            own,
                            what.key,
                            Selection(own.within or district(own).code, window, filters=held),
                            by,
                            scope,
                        )
                    except QueryRefused:
                        continue
                    if status and KINDS[0] not in what.dimensions and what.denominator is not None:
                        continue  # a ratio leaves such a filter aside
                    for name, source in sides:
                        _tell(known, frame, name, source, level, status)
    return known


def _tell(known: Known, frame: pd.DataFrame, side: str, source: Source, level: str, status: str) -> None:
    of_source = "probationary" if "probationary" in source.where else ""
    kinds = frame["unit_kind"] if "unit_kind" in frame else [""] * len(frame)
    rows = zip(frame["month"], frame[level], kinds, frame["state"], frame[side], strict=True)
    for month, org, kind, state, amount in rows:
        # A hidden ratio may be hidden for its other side: what it does not show is learnt elsewhere.
        known.tell((month, level, org, of_source or status, kind), state, amount)


def truth(whole: Snapshot) -> dict[Cell, int]:
    """Counted from the rows: distinct persons of every cell at every month's end."""
    levels = [level.key for level in load_levels(whole)]
    rows = whole.frame("select * from mart_member_span")
    rows["unit_kind"] = rows["unit_kind"].fillna("unstated")
    found: dict[Cell, int] = {}
    for month in Period.of_days(whole.first_month, whole.last_month).months():
        end = pd.Timestamp(month.last_on)
        begun = pd.to_datetime(rows["valid_from"]) <= end
        there = rows[begun & ~(pd.to_datetime(rows["valid_to"]) <= end)]
        for level in levels:
            for kinds in chain.from_iterable(combinations(KINDS, size) for size in range(3)):
                by = [f"{level}_code", *kinds]
                for key, count in there.groupby(by)["person_key"].nunique().items():
                    org, *values = key if isinstance(key, tuple) else (key,)
                    held = dict(zip(kinds, values, strict=True))
                    found[month.key, level, str(org), held.get(KINDS[0], ""), held.get(KINDS[1], "")] = int(
                        count
                    )
    return found


def sums_of(whole: Snapshot, counts: Mapping[Cell, int]) -> Sums:
    """What adds up to what. Only where it really does (a person counts once above two communities): whoever
    guesses that it does is right. What no part has is a part of its own, ("…", "rest")."""
    everyone = organisations(whole)
    parts: dict[tuple[Cell, int], list[Cell]] = defaultdict(list)
    levels = {level.number: level.key for level in load_levels(whole)}
    for cell in counts:
        month, _, code, status, kind = cell
        org = everyone[code]
        if org.level_no > 1:
            parts[(month, levels[org.level_no - 1], org.parent, status, kind), 0].append(cell)
        if status:
            parts[(month, cell[1], code, "", kind), 1].append(cell)
        if kind:
            parts[(month, cell[1], code, status, ""), 2].append(cell)
    return [
        (total, tuple(cells))
        for (total, _), cells in parts.items()
        if counts[total] >= sum(counts[cell] for cell in cells)
    ]


def recovered(known: Known, counts: Mapping[Cell, int], sums: Sums, small: Collection[Cell]) -> set[Cell]:
    """Which of the small counts follow from what is known."""
    equations: dict[str, list[tuple[dict[Cell, int], int]]] = defaultdict(list)
    seen = {cell for cell in counts if cell in known.shown or cell in known.hidden}
    for total, parts in sums:
        if not seen.issuperset(parts) or total not in seen:
            continue
        terms = dict.fromkeys(parts, 1) | {total: -1}
        rest = counts[total] - sum(counts[cell] for cell in parts)
        if rest:
            terms[(*total[:3], f"rest={rest}", total[3] + total[4])] = 1
        side = -sum(sign * known.shown[cell] for cell, sign in terms.items() if cell in known.shown)
        unknown = {cell: sign for cell, sign in terms.items() if cell not in known.shown}
        if unknown:
            equations[total[0]].append((unknown, side))
    found: set[Cell] = set()
    for system in equations.values():
        found |= solved(system)
    return found & set(small)


@pytest.fixture(scope="module")
def counts(county_years: Snapshot) -> dict[Cell, int]:
    return truth(county_years)


@pytest.mark.parametrize(("level", "threshold"), [("district", 3), ("street", 10), ("community", 3)])
def test_nothing_hidden_is_found_out(
    county_years: Snapshot, counts: dict[Cell, int], level: str, threshold: int
) -> None:
    """The county's own threshold is three; for publication it is raised."""
    own = county_years
    if level != "district":
        own = open_snapshot(county_years.path, codes(county_years, level)[0])
    known, sums = everything(own, Scope(threshold)), sums_of(county_years, counts)
    everyone = organisations(own)
    inside = {
        cell: n for cell, n in counts.items() if cell[2] in everyone and is_within(own, everyone[cell[2]])
    }
    small = {cell for cell, count in inside.items() if 0 < count < threshold}
    assert all(amount == counts.get(cell, 0) for cell, amount in known.shown.items())
    assert small
    assert small <= known.hidden
    assert not small & set(known.shown)
    found = recovered(known, inside, sums, small)
    assert not found, (len(found), sorted(found)[:5])
    # He is a capable attacker: with the small ones alone hidden he finds many.
    careless = Known({cell: n for cell, n in inside.items() if cell not in small}, set(small))
    assert len(recovered(careless, inside, sums, small)) > len(small) / 4


# In each release after the first a community has lost every other member that is left (True) or has back all
# that it ever had (False).
HISTORIES = {
    "one": [(0, True)],
    "another": [(1, True)],
    "one, then another": [(0, True), (1, True)],
    "there and back": [(1, True), (1, False)],
    "twice": [(0, True), (0, True)],
    "there, back and there": [(0, True), (0, False), (0, True), (1, True)],
    "many": [(0, True), (1, True), (2, True), (0, True), (2, False), (1, True), (0, False)],
}


@pytest.mark.parametrize("history", HISTORIES)
def test_several_releases_together_give_nothing_away(
    county_years: Snapshot, counts: dict[Cell, int], tmp_path: Path, history: str
) -> None:
    """Whoever keeps what each of them shows, and knows who sent something in between, knows that the others'
    counts are the same in all of them. Of those that may have changed he takes the same count for the same."""
    releases = releases_of(county_years, tmp_path, HISTORIES[history])
    known, truths = Known(), dict[Cell, int]()
    sums: Sums = []
    for number, release in enumerate(releases):
        own, own_counts = everything(release), counts if not number else truth(release)

        def named(cell: Cell, own_counts: dict[Cell, int] = own_counts) -> Cell:
            return (*cell[:2], f"{cell[2]}={own_counts.get(cell, 0)}", *cell[3:])

        known.shown |= {named(cell): amount for cell, amount in own.shown.items()}
        known.hidden |= {named(cell) for cell in own.hidden}
        truths |= {named(cell): amount for cell, amount in own_counts.items()}
        sums += [(named(total), tuple(map(named, parts))) for total, parts in sums_of(release, own_counts)]
    small = {cell for cell, count in truths.items() if 0 < count < 3}
    assert len(small) > 200
    assert not small & set(known.shown)
    assert not recovered(known, truths, sums, small)


def releases_of(first: Snapshot, data: Path, changes: Sequence[tuple[int, bool]]) -> list[Snapshot]:
    """The first release and those that follow from each change to the one before, served one after the other."""
    folder = snapshot.folder(data)
    folder.mkdir()
    names = [f"release{number}" for number in range(len(changes) + 1)]
    for number, name in enumerate(names):
        path = folder / f"{name}.duckdb"
        shutil.copy(folder / f"{names[number - 1]}.duckdb" if number else first.path, path)
        with duckdb.connect(path) as connection:
            connection.execute("update meta_release set release_id = ?", [name])
            if number:
                which, is_loss = changes[number - 1]
                community = codes(first, "community")[which]
                if is_loss:
                    connection.execute(
                        "delete from mart_member_span where community_code = ? and hash(person_key) % ? < ?",
                        [community, 2 * number, number],
                    )
                else:
                    connection.execute(f"attach '{first.path}' as first (read_only)")
                    connection.execute("delete from mart_member_span where community_code = ?", [community])
                    connection.execute(
                        "insert into mart_member_span by name from first.mart_member_span where community_code = ?",
                        [community],
                    )
        disclosed.follow(data, name)
        (data / "CURRENT").write_text(name)
    return [open_snapshot(folder / f"{name}.duckdb") for name in names]
