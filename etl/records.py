"""Which rows under a header are records, and what merged cells and damaged ones mean for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from etl import marks
from etl.contract import Contract
from etl.headers import Header, is_ignored
from etl.sheets import Cell, Sheet

_TOTAL = re.compile(
    r"(?:本?(?:月|季度?|年度?|期|页|表|社区))?(?:合计|总计|小计|累计|共计|总数)(?:[（(][^）)]*[）)])?(?:[:：]?\s*\d[\d,.]*\D{0,2})?[:：]?"
)
TOTAL_INITIALS = frozenset("合总小累共本") | marks.EXAMPLE_INITIALS
_NOTE = re.compile(
    r"[（(]?\s*(注|备注|说明|填表|填报|审核|联系|制表|制单|经办|单位负责人|负责人|分管|复核|附件|以上|※|—以下|[（(]?盖章)"
)
_LABELLED = re.compile(r"[^：:]{2,8}[：:]")
_SECTION = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]\s*\D")
_SHORT_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})")
_WIDE = 3  # columns across which a merged cell is a line of text, not a value
_NUMBERS = frozenset({"integer", "number"})


@dataclass(frozen=True)
class Records:
    """`rows[i]` is sheet row `indices[i]` (counted from 0) with merged cells filled down.

    `shared`: cells of a number that several rows share, which counts in the first of them only.
    """

    indices: list[int]
    rows: list[Sequence[Cell]]
    shared: list[tuple[int, int]] = field(default_factory=list)


def records_of(sheet: Sheet, header: Header, contract: Contract, until: int) -> Records:
    """The records between a header and row `until`."""
    start = header.last + 1
    areas = [
        area for area in sheet.merged if start <= area[0] < until and header.left <= area[1] <= header.right
    ]
    rows: Sequence[Sequence[Cell]] = sheet.rows
    shared: list[tuple[int, int]] = []
    if areas:
        rows, shared = _filled_down(sheet, header, contract, until, areas)
    lines = {top for top, left, _, right in areas if right - left + 1 >= _WIDE}
    own = range(header.left, header.right + 1)
    is_part = header.left > 0 or any(len(row) > header.right + 1 for row in rows[start:until])
    top = rows[header.last]
    ignored = {at for at, heading in header.headings.items() if is_ignored(heading)}
    required = required_of(header, contract)
    indices = []
    for index in range(start, until):
        row = rows[index]
        # Most rows are recognised by their first cells, and a load asks this of every row.
        if len(row) >= 3 and not is_part:
            first, second, third = row[:3]
            if first and second and third and TOTAL_INITIALS.isdisjoint((first[0], second[0], third[0])):
                if row != top:
                    indices.append(index)
                continue
        if is_part:
            row = [row[at] if at < len(row) else None for at in own]
        if is_record(row, top if not is_part else top[header.left : header.right + 1], ignored, header.left if is_part else 0,
                      required, index in lines) and any(sheet.rows[index][header.left : header.right + 1]):  # fmt: skip
            indices.append(index)
    return Records(indices, [rows[index] for index in indices], [p for p in shared if p[0] in set(indices)])


class Required(NamedTuple):
    """Where, under a header, the values stand that no record may lack, and which of them are any text."""

    columns: frozenset[int]
    titles: frozenset[int]


def required_of(header: Header, contract: Contract) -> Required:
    found = {
        header.columns[column.name]: column.type
        for column in contract.columns
        if column.required and column.name in header.columns
    }
    return Required(frozenset(found), frozenset(at for at, kind in found.items() if kind == "text"))


def is_record(
    row: Sequence[Cell],
    header: Sequence[Cell],
    ignored: set[int],
    offset: int,
    required: Required,
    is_line: bool,
) -> bool:
    """Not blank, not a total, not a note, not the title of a section, not the header again.

    `offset`: the column of the sheet at which `row` begins.
    """
    filled = [(at, cell) for at, cell in enumerate(row, start=offset) if cell]
    if not any(at not in ignored for at, _ in filled) or list(row) == list(header):
        return False
    texts = [cell for _, cell in filled]
    if marks.is_example(texts[0]):
        return False
    for at, cell in filled[:3]:
        if cell[0] in TOTAL_INITIALS and _TOTAL.fullmatch(re.sub(r"[\s　]", "", cell)):
            # No total has a day and a kind: what has all that a record needs is one, whatever its title.
            told = {at for at, cell in filled if any(map(str.isalnum, cell))}
            return at in required.titles and len(required.columns) > 1 and required.columns <= told
    if len(required.columns) < 2:
        return True
    if len(texts) == 1:
        return not (is_line or _NOTE.match(texts[0]) or _SECTION.match(texts[0]))
    return not (_NOTE.match(texts[0]) and all(_LABELLED.match(text) or _NOTE.match(text) for text in texts))


def _filled_down(
    sheet: Sheet, header: Header, contract: Contract, until: int, areas: Sequence[tuple[int, int, int, int]]
) -> tuple[list[Sequence[Cell]], list[tuple[int, int]]]:
    """Merged texts and days hold for each row that they span; of a number, the rows would count it twice."""
    rows: list[Sequence[Cell]] = list(sheet.rows)
    numbers = {
        header.columns[c.name] for c in contract.columns if c.type in _NUMBERS and c.name in header.columns
    }
    shared = []
    for top, left, bottom, _ in areas:
        value = rows[top][left] if left < len(rows[top]) else None
        if value is None or bottom == top:
            continue
        if left in numbers:
            shared.append((top, left))
            continue
        for index in range(top + 1, min(bottom + 1, until)):
            filled = list(rows[index])
            filled += [None] * (left + 1 - len(filled))
            filled[left] = value
            rows[index] = filled
    return rows, shared


def written_days(sheet: Sheet, values: list[Cell], indices: Sequence[int], at: int) -> list[Cell]:
    """6.3 kept as text is the third of June; kept as a number it may have been 6.30, and stays as it is."""
    for n, value in enumerate(values):
        if not value or len(value) > 5 or not (match := _SHORT_DAY.fullmatch(value)):
            continue
        if sheet.is_typed_text(indices[n], at):
            values[n] = f"{match[1]}月{match[2]}日"
    return values
