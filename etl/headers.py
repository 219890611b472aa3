"""Where a sheet's tables begin: header rows of any height, on any row, several below or beside each other.

A plain header, one row with all that is required, is found first and ends the search; the costly
ways are tried where that fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import pairwise

from etl.contract import IGNORED_HEADINGS, Column, Contract, normalise_heading
from etl.preface import COMMITTEE_LABELS, PERIOD_LABELS, states_anything
from etl.sheets import Cell, Sheet

_WITHIN = 30  # rows from the top in which a header is expected
_TALLEST = 3  # rows of a header
_LONGEST = 40  # characters of a heading; longer ones are sentences
_LIKE = 0.6  # how alike an unknown heading and a known one must be for the one to be suggested
_COMMITTEE = frozenset((*COMMITTEE_LABELS, "社区", "联合党委", "社区联合党委", "所属联合党委", "所在社区"))
_PERIOD = frozenset((*PERIOD_LABELS, "季度"))
_COMPLETE = 1.5


@dataclass(frozen=True)
class Header:
    """Rows `first`..`last` and cells `left`..`right` of a sheet, counted from 0."""

    first: int
    last: int
    left: int
    right: int
    dataset: str
    columns: Mapping[str, int]  # column name -> cell index
    headings: Mapping[int, str]  # cell index -> what stands above it
    committee_at: int | None = None
    period_at: int | None = None
    score: float = 0.0
    is_beside_another: bool = False

    def is_used(self, at: int) -> bool:
        return at in self.columns.values() or at in {self.committee_at, self.period_at}


class HeaderSearch:
    """Knows all contracts' headings."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self._contracts = contracts
        owners: dict[str, list[str]] = {}
        for contract in contracts.values():
            for text in contract.headings:
                owners.setdefault(text, []).append(contract.name)
        self._owners = owners
        self.spelled = frozenset(
            heading
            for contract in contracts.values()
            for column in contract.columns
            for heading in (column.zh, *column.aliases)
        )

    def headers(self, sheet: Sheet) -> list[Header]:
        """All headers of a sheet, from the top down; those beside each other from the left."""
        found: list[Header] = []
        best = self._best(sheet, 0, _WITHIN) or self._best(sheet, _WITHIN, len(sheet.rows))
        if best is None:
            return []
        found += self._beside(sheet, best) or [best]
        for index in self._candidates(sheet, best.last + 1):
            if index <= found[-1].last:
                continue
            next_one = self._best(sheet, index, index + 1)
            if next_one is None or (len(next_one.columns) < 3 and next_one.score < _COMPLETE):
                continue
            is_same = next_one.columns == found[-1].columns and next_one.dataset == found[-1].dataset
            if is_same and not any(
                states_anything(row) for row in sheet.rows[self.preface(sheet, index) : index]
            ):
                continue  # the header again, on the next page
            found += self._beside(sheet, next_one) or [next_one]
        return found

    @staticmethod
    def preface(sheet: Sheet, header: int) -> int:
        """The first of the lines that belong to the table whose header is row `header`."""
        first = header
        while (
            first > 0
            and header - first < 8
            and 0 < sum(cell is not None for cell in sheet.rows[first - 1]) <= 3
        ):
            first -= 1
        return first

    def suggestion(self, contract: Contract, heading: str, taken: Mapping[str, int]) -> Column | None:
        """The column that an unknown heading may have meant: one that was not found and is called much alike."""
        free = {text: column for text, column in contract.headings.items() if column.name not in taken}
        like = get_close_matches(normalise_heading(heading), free, 1, _LIKE)
        return free[like[0]] if like else None

    def _candidates(self, sheet: Sheet, start: int) -> Iterator[int]:
        """Rows that may be another header, by a look at their first cells."""
        spelled = self.spelled
        for index in range(start, len(sheet.rows)):
            for cell in sheet.rows[index][:5]:
                if cell in spelled:
                    yield index
                    break

    def _best(self, sheet: Sheet, start: int, end: int) -> Header | None:
        """The header in these rows that matches a contract best: half of the required columns and two in all."""
        best: Header | None = None
        rows = sheet.rows
        for index in range(start, min(end, len(rows))):
            row = rows[index]
            known = sum(
                normalise_heading(cell) in self._owners for cell in row if cell and len(cell) <= _LONGEST
            )
            if known < 2:
                continue
            if header := self._match(sheet, index, index):
                if best is None or header.score > best.score:
                    best = header
                if best.score >= _COMPLETE:
                    break  # all required columns and more: nothing below can be a better header
        if best and best.score >= _COMPLETE and not self._goes_on(sheet, best):
            return best
        for index in [best.first] if best else range(start, min(end, len(rows))):
            for height in range(2, _TALLEST + 1):
                for first in range(max(start, index - height + 1), index + 1) if best else (index,):
                    last = first + height - 1
                    if last >= len(rows) or any(states_anything(row) for row in rows[first : last + 1]):
                        continue
                    header = self._match(sheet, first, last)
                    if header and (best is None or len(header.columns) > len(best.columns)):
                        best = header
            if best and best.last > best.first:
                break
        return best

    def _goes_on(self, sheet: Sheet, header: Header) -> bool:
        """Whether the row below belongs to the header: it has headings where a record has values, and gaps."""
        if header.last + 1 >= len(sheet.rows):
            return False
        below = sheet.rows[header.last + 1]
        required = [c.name for c in self._contracts[header.dataset].columns if c.required]
        at = [header.columns[name] for name in required if name in header.columns]
        if any(index < len(below) and below[index] for index in at):
            return False
        return any(cell and normalise_heading(cell) in self._owners for cell in below)

    def _match(
        self, sheet: Sheet, first: int, last: int, left: int = 0, right: int | None = None
    ) -> Header | None:
        texts = _stacked(sheet, first, last, left, right)
        owned = Counter(
            name for options in texts.values() for text, _ in options for name in self._owners.get(text, ())
        )
        best: Header | None = None
        for name, contract in self._contracts.items():
            if owned[name] < 2:
                continue
            columns: dict[str, int] = {}
            headings = {at: options[0][1] for at, options in texts.items()}
            for at, options in texts.items():
                for text, shown in options:
                    column = contract.headings.get(text)
                    if column is None:
                        continue
                    # The official heading beats an alias when both stand there.
                    if column.name not in columns or text == normalise_heading(column.zh):
                        columns[column.name] = at
                    headings[at] = shown
                    break
            required = [column.name for column in contract.columns if column.required]
            hits = sum(wanted in columns for wanted in required)
            if len(columns) < 2 or hits * 2 < len(required):
                continue
            in_name = contract.zh in sheet.name or any(
                cell and contract.zh in cell
                for above in sheet.rows[max(0, first - _WITHIN) : first]
                for cell in above
            )
            score = hits / len(required) + len(columns) / len(contract.columns) + 0.5 * in_name
            if best is None or score > best.score:
                used = set(columns.values())
                best = Header(
                    first,
                    last,
                    min(headings),
                    max(headings),
                    contract.name,
                    columns,
                    headings,
                    _special(texts, _COMMITTEE, used),
                    _special(texts, _PERIOD, used),
                    score,
                )
        return best

    def _beside(self, sheet: Sheet, header: Header) -> list[Header]:
        """The tables that stand beside each other under one row of headers; nothing for a single table."""
        gaps = [at for at in range(header.left, header.right) if at not in header.headings]
        if not gaps:
            return []
        found, left = [], header.left
        for gap in [*gaps, header.right + 1]:
            if gap > left:
                part = self._match(sheet, header.first, header.last, left, gap)
                required = (
                    {c.name for c in self._contracts[part.dataset].columns if c.required} if part else set()
                )
                if part and required <= part.columns.keys():
                    found.append(part)
            left = gap + 1
        return [replace(part, is_beside_another=True) for part in found] if len(found) > 1 else []


def _special(
    texts: Mapping[int, Sequence[tuple[str, str]]], names: frozenset[str], used: set[int]
) -> int | None:
    return next((at for at, options in texts.items() if at not in used and options[-1][0] in names), None)


def _stacked(
    sheet: Sheet, first: int, last: int, left: int, right: int | None
) -> dict[int, list[tuple[str, str]]]:
    """Cell index -> what may be its heading, (normalised, as shown): the whole stack, then its lower parts."""
    rows = sheet.rows[first : last + 1]
    width = max(map(len, rows), default=0)
    columns = range(left, min(width, right) if right is not None else width)
    if first == last:
        return {
            at: [(normalise_heading(cell), cell)]
            for at in columns
            if at < len(rows[0]) and (cell := rows[0][at]) and len(cell) <= _LONGEST
        }
    if any(
        sum(cell is not None for cell in row) < 2
        or any(cell and (len(cell) > _LONGEST or cell[0].isdigit()) for cell in row)
        for row in rows
    ):
        return {}
    grid = [[row[at] if at < len(row) else None for at in range(width)] for row in rows]
    _spread(sheet, grid, first)
    found: dict[int, list[tuple[str, str]]] = {}
    for at in columns:
        stack = [cell for level in grid if (cell := level[at])]
        if len(stack) > 1 and stack[-1] == stack[-2]:
            stack.pop()
        if not stack:
            continue
        options = ["".join(stack[depth:]) for depth in range(len(stack))]
        if len(stack) == 3:  # the middle one may be a mere grouping
            options.insert(1, stack[0] + stack[2])
        found[at] = [(normalise_heading(option), option) for option in dict.fromkeys(options)]
    return found


def _spread(sheet: Sheet, grid: list[list[Cell]], first: int) -> None:
    """A heading above several columns stands over each of them."""
    last = first + len(grid) - 1
    merged = [area for area in sheet.merged if first <= area[0] <= last and area[3] > area[1]]
    if merged:
        for top, left, _, right in merged:
            for at in range(left, min(right + 1, len(grid[0]))):
                grid[top - first][at] = grid[top - first][left]
        return
    if sheet.merged:
        return
    for level, below in pairwise(grid):
        for at in range(1, len(level)):
            if level[at] is None and below[at] is not None and below[at - 1] is not None:
                level[at] = level[at - 1]


def is_ignored(heading: str) -> bool:
    return normalise_heading(heading) in IGNORED_HEADINGS
