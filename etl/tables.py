"""Sheets of cells -> tables of a dataset: which dataset, whose, for which period, which column is which.

Headings are recognised through the contracts' aliases, on any of a sheet's first rows. Persons'
names and phone numbers are left behind here; identity numbers leave as pseudonyms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path

from etl import marks, names, people
from etl.contract import IGNORED_HEADINGS, Contract, normalise_heading
from etl.crs import crs_name
from etl.findings import FILE_SENTENCES, Finding, Severity
from etl.readers import Cell, Sheet, column_letter
from etl.reference import Reference

_HEADER_WITHIN = 30  # rows from the top in which a header is looked for
_TOTALS = frozenset({"合计", "总计", "小计", "累计", "共计"})
_TOTAL_INITIALS = frozenset(word[0] for word in _TOTALS) | marks.EXAMPLE_INITIALS
_WORD_FOR_WORD = frozenset({"text", "unit"})  # types of columns that are kept as they were typed
_NOTE = re.compile(r"^[（(]?(注|备注|说明|填表|填报|审核|联系人|制表|单位负责人)")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９：", "0123456789:")
_QUARTER = re.compile(r"(20\d\d)年?第?([一二三四1-4])季度|(20\d\d)[-_ ]?[Qq]([1-4])")
_REPORTED = re.compile(r"(20\d\d)[年./-](\d{1,2})[月./-](\d{1,2})")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4}


@dataclass(frozen=True)
class Period:
    key: str
    first_on: date
    last_on: date

    @property
    def label(self) -> str:
        """As people write it above a table."""
        return f"{self.first_on.year}年第{'一二三四'[(self.first_on.month - 1) // 3]}季度"


@dataclass(frozen=True)
class Context:
    """What the lines above a header say about the whole table."""

    committee: str = ""
    period: Period | None = None
    reported_on: date | None = None
    crs: str = ""
    is_demo: bool = False


@dataclass(frozen=True)
class Table:
    """One recognised table. `cells[name][i]` stands in sheet row `row_nos[i]`, column `letters[name]`."""

    sha256: str
    file_name: str
    sheet_name: str
    dataset: str
    community_code: str
    period: Period
    reported_on: date | None
    crs: str
    is_demo: bool
    letters: Mapping[str, str]
    headings: Mapping[str, str]
    row_nos: list[int]
    cells: Mapping[str, list[Cell]]


@dataclass(frozen=True)
class _Header:
    index: int
    dataset: str
    columns: Mapping[str, int]  # column name -> cell index


class Recogniser:
    """Knows the contracts, the committees and the key for pseudonyms; reads one file at a time."""

    def __init__(
        self, contracts: Mapping[str, Contract], reference: Reference, key: bytes, default_crs: str
    ) -> None:
        self._contracts = contracts
        self._reference = reference
        self._key = key
        self._seen = people.Memory()
        self._default_crs = default_crs
        self._headings = frozenset(text for contract in contracts.values() for text in contract.headings)

    def tables(
        self, sha256: str, file_name: str, sheets: Iterable[Sheet]
    ) -> tuple[list[Table], list[Finding]]:
        """The tables in a file, and what was wrong with the file or a sheet as a whole."""
        shown_name = people.mask_file_name(file_name, self._reference.committees)
        findings: list[Finding] = []

        def tell(code: str, severity: Severity, **details: str | int | None) -> None:
            sentence, hint = FILE_SENTENCES[code]
            words = {"name": shown_name, **details}
            known = {key: words[key] for key in ("dataset", "community_code", "period_key") if key in words}
            findings.append(
                Finding(
                    sha256,
                    shown_name,
                    severity,
                    code,
                    people.mask(sentence.format(**words)),
                    hint.format(**words),
                    sheet_name=str(details.get("sheet", "")),
                    row_no=int(details["row"]) if details.get("row") else None,  # type: ignore[arg-type]
                    column_letter=str(details.get("letter", "")),
                    heading=people.mask_cell(str(details.get("heading", ""))),
                    **known,  # type: ignore[arg-type]
                )
            )

        found: list[Table] = []
        ignorable = 0
        for sheet in (replace(sheet, name=self._shown(sheet.name)) for sheet in sheets):
            if marks.is_own_sheet(sheet.rows):
                continue
            if not any(any(row) for row in sheet.rows):
                tell("empty_sheet", Severity.WARNING, sheet=sheet.name)
                continue
            header = self._header(sheet)
            if header is None:
                if _looks_like_table(sheet):
                    tell("unrecognised_sheet", Severity.WARNING, sheet=sheet.name)
                else:
                    ignorable += 1
                continue
            table = self._table(sha256, file_name, sheet, header, tell)
            if table:
                found.append(replace(table, file_name=shown_name))
        refused = any(finding.severity is Severity.SUBMISSION for finding in findings)
        if not found and not refused:
            tell("no_table", Severity.SUBMISSION)
        return found, findings

    def _shown(self, name: str) -> str:
        """A sheet's name without persons in it; a committee may be called like one."""
        return people.mask(name) if name in self._reference.committees else people.mask_cell(name)

    def _header(self, sheet: Sheet) -> _Header | None:
        """The row that best matches a contract's headings: at least half of the required ones and two in all."""
        best: tuple[float, _Header] | None = None
        for index, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
            texts = [(at, normalise_heading(cell)) for at, cell in enumerate(row) if cell]
            if sum(text in self._headings for _, text in texts) < 2:
                continue
            for contract in self._contracts.values():
                columns: dict[str, int] = {}
                for at, text in texts:
                    column = contract.headings.get(text)
                    # The official heading beats an alias when both stand there.
                    if column and (column.name not in columns or text == normalise_heading(column.zh)):
                        columns[column.name] = at
                required = [column.name for column in contract.columns if column.required]
                hits = sum(name in columns for name in required)
                if len(columns) < 2 or hits * 2 < len(required):
                    continue
                in_name = contract.zh in sheet.name or any(
                    cell and contract.zh in cell for above in sheet.rows[:index] for cell in above
                )
                score = hits / len(required) + len(columns) / len(contract.columns) + 0.5 * in_name
                if best is None or score > best[0]:
                    best = score, _Header(index, contract.name, columns)
            if best and best[0] >= 1.5:
                break  # all required columns and more: nothing below can be a better header
        return best[1] if best else None

    def _table(
        self, sha256: str, file_name: str, sheet: Sheet, header: _Header, tell: Callable[..., None]
    ) -> Table | None:
        contract = self._contracts[header.dataset]
        context = self._context(sheet.rows[: header.index], sheet.name, file_name)
        period = context.period
        if period is None and contract.slice == "ledger" and context.reported_on:
            period = quarter_of(context.reported_on)
        known = {
            "sheet": sheet.name,
            "dataset": contract.name,
            "community_code": context.committee,
            "period_key": period.key if period else "",
        }
        missing = [c for c in contract.columns if c.required and c.name not in header.columns]
        for column in missing:
            tell(
                "missing_column", Severity.SUBMISSION, **known, row=header.index + 1,
                heading=column.zh, aliases="、".join((column.zh, *column.aliases[:3])),
            )  # fmt: skip
        if not context.committee:
            value = people.mask_cell(_stated(sheet.rows[: header.index], "填报单位") or "（未填写）")
            tell("unknown_committee", Severity.SUBMISSION, **known, value=value)
        if period is None:
            tell("no_period", Severity.SUBMISSION, **known)
        if missing or not context.committee or period is None:
            return None
        self._unread_columns(contract, sheet, header, known, tell)
        indices = [
            i
            for i in range(header.index + 1, len(sheet.rows))
            if _is_record(sheet.rows[i], sheet.rows[header.index])
        ]
        if not indices:
            tell("no_rows", Severity.WARNING, **known)
        rows = [sheet.rows[i] for i in indices]
        cells = self._cells(contract, header, rows)
        for column in contract.columns:
            if column.type in _WORD_FOR_WORD and names.are_names(cells[column.name], is_read=True):
                cells[column.name] = [people.MASK if value else None for value in cells[column.name]]
                at = header.columns[column.name]
                heading = sheet.rows[header.index][at]
                tell("names_in_column", Severity.WARNING, **known, row=header.index + 1,
                     letter=column_letter(at), heading=heading)  # fmt: skip
        return Table(
            sha256=sha256,
            file_name=file_name,
            sheet_name=sheet.name,
            dataset=contract.name,
            community_code=context.committee,
            period=period,
            reported_on=context.reported_on,
            crs=context.crs or self._default_crs,
            is_demo=context.is_demo,
            letters={name: column_letter(at) for name, at in header.columns.items()},
            headings={
                name: (sheet.rows[header.index][at] or "").strip() for name, at in header.columns.items()
            },
            row_nos=[i + 1 for i in indices],
            cells=cells,
        )

    def _cells(
        self, contract: Contract, header: _Header, rows: list[Sequence[Cell]]
    ) -> dict[str, list[Cell]]:
        cells: dict[str, list[Cell]] = {}
        by_column = list(zip_longest(*rows))  # the rows of a CSV file may differ in length
        for column in contract.columns:
            at = header.columns.get(column.name)
            if column.type == "person_secret":
                continue
            values: list[Cell] = (
                list(by_column[at]) if at is not None and at < len(by_column) else [None] * len(rows)
            )
            if column.type == "person_id":
                cells[column.name], verdicts = people.pseudonyms(values, self._key, self._seen)
                cells[f"{column.name}__verdict"] = list(verdicts)
            elif column.type in _WORD_FOR_WORD:
                cells[column.name] = [people.mask(value) if value else None for value in values]
            else:
                cells[column.name] = values
        return cells

    def _unread_columns(
        self,
        contract: Contract,
        sheet: Sheet,
        header: _Header,
        known: Mapping[str, str],
        tell: Callable[..., None],
    ) -> None:
        for at, cell in enumerate(sheet.rows[header.index]):
            if cell is None or at in header.columns.values() or normalise_heading(cell) in IGNORED_HEADINGS:
                continue
            place = {
                **known,
                "row": header.index + 1,
                "letter": column_letter(at),
                "heading": people.mask_cell(cell),
            }
            column = contract.headings.get(normalise_heading(cell))
            if column is None:
                tell("unknown_column", Severity.WARNING, **place)
            else:
                used = sheet.rows[header.index][header.columns[column.name]]
                tell("duplicate_column", Severity.WARNING, **place, other=used)

    def _context(self, above: Sequence[Sequence[Cell]], sheet_name: str, file_name: str) -> Context:
        text = "\n".join(cell for row in above for cell in row if cell).translate(_FULL_WIDTH)
        stated = _stated(above, "填报单位")
        # A file's name speaks only where the sheet is silent, and whole: 望州 must not match 望州南.
        from_name = re.split(r"[_＿ －—-]", Path(file_name).stem)[0]
        committee = self._reference.committee(stated or from_name) or ""
        period = (
            parse_quarter(_stated(above, "填报期") or "")
            or parse_quarter(text)
            or parse_quarter(sheet_name)
            or parse_quarter(file_name)
        )
        return Context(
            committee=committee,
            period=period,
            reported_on=_parse_date(_stated(above, "填报时间") or _stated(above, "填报日期") or ""),
            crs=crs_name(_stated(above, "坐标系") or "") or "",
            is_demo="演示数据" in text or "演示数据" in file_name,
        )


def parse_quarter(text: str) -> Period | None:
    """2021年第四季度, 2021年4季度, 2021-Q4 -> the quarter."""
    match = _QUARTER.search(text.translate(_FULL_WIDTH))
    if not match:
        return None
    year, number = match[1] or match[3], match[2] or match[4]
    return quarter(int(year), _DIGITS.get(number) or int(number))


def quarter(year: int, number: int) -> Period:
    first = date(year, 3 * number - 2, 1)
    following = date(year + number // 4, (3 * number) % 12 + 1, 1)
    return Period(f"{year}-Q{number}", first, following - timedelta(days=1))


def quarter_of(day: date) -> Period:
    return quarter(day.year, (day.month + 2) // 3)


def _stated(above: Sequence[Sequence[Cell]], label: str) -> str | None:
    """The value behind 填报单位：, in the same cell or the next one that is not empty."""
    for row in above:
        filled = [cell for cell in row if cell]
        for at, cell in enumerate(filled):
            start = cell.replace(" ", "").find(label)
            if start < 0:
                continue
            rest = cell.replace(" ", "")[start + len(label) :].lstrip(":：")
            # Several labels in one cell stand apart by blanks or brackets.
            value = re.split(r"[\s　]|填报|坐标系", rest)[0] if rest else ""
            if value:
                return value
            if at + 1 < len(filled):
                return filled[at + 1]
    return None


def _parse_date(text: str) -> date | None:
    match = _REPORTED.search(text.translate(_FULL_WIDTH))
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _is_record(row: Sequence[Cell], header: Sequence[Cell]) -> bool:
    """Not blank, not a total, not a note, not the header again."""
    # Most rows are recognised by their first cells, and a load asks this of every row.
    if len(row) >= 3:
        first, second, third = row[:3]
        if first and second and third and _TOTAL_INITIALS.isdisjoint((first[0], second[0], third[0])):
            return row != header
    filled = [cell for cell in row if cell]
    if not filled or row == header or marks.is_example(filled[0]):
        return False
    if any(cell[0] in _TOTAL_INITIALS and re.sub(r"[\s:：]", "", cell) in _TOTALS for cell in filled[:3]):
        return False
    return not (len(filled) == 1 and _NOTE.match(filled[0]))


def _looks_like_table(sheet: Sheet) -> bool:
    return sum(sum(cell is not None for cell in row) >= 3 for row in sheet.rows) >= 3
