"""Sheets of cells -> tables of a dataset: which dataset, whose, for which period, which column is which.

Headings are recognised through the contracts' aliases (headers.py), the lines above say whose table it
is (preface.py), records.py tells records from totals and notes. Persons' names and phone numbers are
left behind here; identity numbers leave as pseudonyms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any

from etl import marks, names, people
from etl.contract import IGNORED_HEADINGS, Contract, normalise_heading
from etl.findings import FILE_SENTENCES, Finding, Severity
from etl.headers import Header, HeaderSearch
from etl.periods import Period, parse_quarter, quarter, quarter_of
from etl.preface import Context, context_of, inherited
from etl.records import Records, records_of, written_days
from etl.reference import Reference
from etl.sheets import Cell, Sheet, column_letter

__all__ = ["Period", "Recogniser", "Table", "column_letter", "parse_quarter", "quarter", "quarter_of"]

_WORD_FOR_WORD = frozenset({"text", "unit"})  # types of columns that are kept as they were typed
_FEW_NUMBERS = 3  # from which on it is no chance that all end in 000
Tell = Callable[..., None]


@dataclass(frozen=True)
class Table:
    """One recognised table. `cells[name][i]` stands in sheet row `row_nos[i]`, column `letters[name]`; of a
    long text (ordinary.py) the cells of a column are an Arrow array, each distinct text kept once.

    `rejected`: rows that could not be cut into cells, or are another committee's; each has its finding.
    """

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
    cells: Mapping[str, Any]
    rejected: Sequence[int] = ()

    @property
    def row_count(self) -> int:
        """Rows read: those that are checked and those that were sent back before."""
        return len(self.row_nos) + len(self.rejected)


@dataclass(frozen=True)
class Place:
    """A table before its rows are dealt out."""

    sheet: Sheet
    header: Header
    contract: Contract
    context: Context
    tell: Tell  # knows sheet, dataset, committee and period


class Recogniser:
    """Knows the contracts, the committees and the key for pseudonyms; reads one file at a time."""

    def __init__(
        self,
        contracts: Mapping[str, Contract],
        reference: Reference,
        key: bytes,
        default_crs: str,
        hidden_sheets: bool = False,
    ) -> None:
        self.contracts = contracts
        self._reference = reference
        self._key = key
        self._seen = people.Memory()
        self._default_crs = default_crs
        self._hidden_sheets = hidden_sheets
        self.search = HeaderSearch(contracts)

    def tables(
        self, sha256: str, file_name: str, sheets: Iterable[Sheet]
    ) -> tuple[list[Table], list[Finding]]:
        """The tables in a file, and what was wrong with the file or a sheet as a whole."""
        shown_name = people.mask_file_name(file_name, self._reference.committees)
        findings: list[Finding] = []

        def tell(code: str, severity: Severity, **details: str | int | None) -> None:
            sentence, hint = FILE_SENTENCES[code]
            words = {"name": shown_name, **details}
            known = {key: words[key] for key in _KNOWN if key in words}
            findings.append(
                Finding(
                    sha256,
                    shown_name,
                    severity,
                    code,
                    people.mask(sentence.format(**words)),
                    people.mask(hint.format(**words)),
                    sheet_name=str(details.get("sheet", "")),
                    row_no=int(details["row"]) if details.get("row") else None,  # type: ignore[arg-type]
                    column_letter=str(details.get("letter", "")),
                    heading=people.mask_cell(str(details.get("heading", ""))),
                    **known,  # type: ignore[arg-type]
                )
            )

        found: list[Table] = []
        all_sheets = [
            replace(sheet, name=self._shown(sheet.name))
            for sheet in sheets
            if not marks.is_own_sheet(sheet.rows)
        ]
        pages: list[tuple[Sheet, list[Header]]] = []
        for sheet in all_sheets:
            if not any(any(row) for row in sheet.rows):
                if not sheet.is_hidden:
                    tell("empty_sheet", Severity.WARNING, sheet=sheet.name)
                continue
            headers = self.search.headers(sheet)
            if sheet.is_hidden and not self._hidden_sheets:
                if headers:
                    tell("hidden_sheet", Severity.WARNING, sheet=sheet.name)
                continue
            if not headers and _looks_like_table(sheet):
                tell("unrecognised_sheet", Severity.WARNING, sheet=sheet.name)
            pages.append((sheet, headers))
        elsewhere = self._elsewhere(pages, file_name)
        for sheet, headers in pages:
            found += [
                replace(table, sha256=sha256, file_name=shown_name)
                for table in self._tables(sheet, headers, file_name, elsewhere, tell)
            ]
        refused = any(finding.severity is Severity.SUBMISSION for finding in findings)
        if not found and not refused:
            tell("no_table", Severity.SUBMISSION)
        return found, findings

    def _shown(self, name: str) -> str:
        """A sheet's name without persons in it; a committee may be called like one."""
        return people.mask(name) if name in self._reference.committees else people.mask_cell(name)

    def _elsewhere(self, sheets: Sequence[tuple[Sheet, list[Header]]], file_name: str) -> Context | None:
        """What a cover sheet says for sheets that say nothing; asked only where there is a sheet without a table."""
        covers = [sheet for sheet, headers in sheets if not headers]
        said = [context_of(sheet.rows[:30], sheet.name, "", self._reference) for sheet in covers]
        committees = {context.committee for context in said if context.committee}
        periods = {context.period for context in said if context.period}
        if not committees and not periods:
            return None
        return Context(
            committee=committees.pop() if len(committees) == 1 else "",
            period=periods.pop() if len(periods) == 1 else None,
        )

    def _tables(
        self, sheet: Sheet, headers: Sequence[Header], file_name: str, elsewhere: Context | None, tell: Tell
    ) -> Iterable[Table]:
        above: Context | None = elsewhere
        for number, header in enumerate(headers):
            below = next((h for h in headers[number + 1 :] if h.first > header.last), None)
            until = self.search.preface(sheet, below.first) if below else len(sheet.rows)
            start = self.search.preface(sheet, header.first) if number else 0
            context = context_of(sheet.rows[start : header.first], sheet.name, file_name, self._reference)
            context = inherited(context, above)
            above = context
            contract = self.contracts[header.dataset]
            if context.period is None and contract.slice == "ledger" and context.reported_on:
                context = replace(context, period=quarter_of(context.reported_on))
            yield from self._table(sheet, header, contract, context, until, tell)

    def _table(
        self, sheet: Sheet, header: Header, contract: Contract, context: Context, until: int, tell: Tell
    ) -> Iterable[Table]:
        known = {
            "sheet": sheet.name,
            "dataset": contract.name,
            "community_code": context.committee,
            "period_key": context.period.key if context.period else "",
        }

        def told(code: str, severity: Severity, **details: str | int | None) -> None:
            tell(code, severity, **{**known, **details})

        missing = [c for c in contract.columns if c.required and c.name not in header.columns]
        unknown = {
            at: heading
            for at, heading in header.headings.items()
            if not header.is_used(at) and normalise_heading(heading) not in IGNORED_HEADINGS
        }
        for column in missing:
            like = next(
                (
                    heading
                    for heading in unknown.values()
                    if self.search.suggestion(contract, heading, header.columns) is column
                ),
                None,
            )
            told(
                "missing_column", Severity.SUBMISSION, row=header.last + 1,
                heading=column.zh, aliases="、".join((column.zh, *column.aliases[:3])),
                similar=f"；表中的“{people.mask_cell(like)}”如果就是这一列，请改用上述写法" if like else "",
            )  # fmt: skip
        if not context.committee and header.committee_at is None:
            value = people.mask_cell(context.stated_committee or "（未填写）")
            told("unknown_committee", Severity.SUBMISSION, value=value,
                 similar=self._similar(context.stated_committee))  # fmt: skip
        if context.period is None and header.period_at is None:
            told("no_period", Severity.SUBMISSION)
        if missing or (not context.committee and header.committee_at is None):
            return
        if context.period is None and header.period_at is None:
            return
        place = Place(sheet, header, contract, context, told)
        self._tell_unread(place, unknown)
        records = records_of(sheet, header, contract, until)
        if not records.indices:
            told("no_rows", Severity.WARNING)
        self._tell_unheaded(place, records)
        rejected = self._rejected(place, records)
        for committee, period, indices in self._slices(place, records, rejected):
            yield self._cut(
                place, records, indices, committee, period, rejected.pop((committee, period.key), [])
            )

    def _slices(
        self, place: Place, records: Records, rejected: dict[tuple[str, str], list[int]]
    ) -> list[tuple[str, Period, list[int]]]:
        """(committee, period, positions in `records`), in the order of the rows."""
        header, context = place.header, place.context
        refused = {row for rows in rejected.values() for row in rows}
        every = [n for n, index in enumerate(records.indices) if index + 1 not in refused]
        if header.committee_at is None and header.period_at is None:
            assert context.period
            return [(context.committee, context.period, every)]
        found: dict[tuple[str, str], tuple[Period, list[int]]] = {}
        for n in every:
            row, index = records.rows[n], records.indices[n]
            committee, period, fault = self._owner(header, context, row)
            if fault or not committee or period is None:
                at = header.period_at if fault == "unknown_period" else header.committee_at
                letter = column_letter(at or 0)
                value = (row[at] if at is not None and at < len(row) else None) or "（空）"
                place.tell(fault or "unknown_owner", Severity.ROW, row=index + 1, letter=letter,
                           heading=header.headings.get(at or 0, ""), value=people.mask_cell(value),
                           similar=self._similar(value))  # fmt: skip
                owner = (context.committee, context.period.key if context.period else "")
                rejected.setdefault(owner, []).append(index + 1)
                continue
            found.setdefault((committee, period.key), (period, []))[1].append(n)
        slices = [(committee, period, rows) for (committee, _), (period, rows) in found.items()]
        orphans = [key for key in rejected if key not in found]
        if slices and orphans:  # rows sent back belong to the table, whoever's they are
            first = (slices[0][0], slices[0][1].key)
            for key in orphans:
                rejected.setdefault(first, []).extend(rejected.pop(key))
        elif not slices and context.committee and context.period:
            slices = [(context.committee, context.period, [])]
        return slices

    def _similar(self, name: str) -> str:
        like = self._reference.similar_committee(name)
        return f"；名册中相近的是“{like}”" if like else ""

    def _owner(self, header: Header, context: Context, row: Sequence[Cell]) -> tuple[str, Period | None, str]:
        """Whose a row is, by its own cells and the lines above; where these disagree, a code."""
        committee, period = context.committee, context.period
        if (at := header.committee_at) is not None and at < len(row) and (name := row[at]):
            own = self._reference.committee(name) or ""
            if not own or (committee and own != committee):
                return "", None, "other_committee" if own else "unknown_owner"
            committee = own
        if (at := header.period_at) is not None and at < len(row) and (text := row[at]):
            stated = parse_quarter(text)
            if stated is None or (period and stated != period):
                return "", None, "unknown_period"
            period = stated
        return (
            committee,
            period,
            "" if committee and period else "unknown_owner" if not committee else "unknown_period",
        )

    def _rejected(self, place: Place, records: Records) -> dict[tuple[str, str], list[int]]:
        """Rows that must not be read as they stand, told one by one."""
        sheet, header, contract, context = place.sheet, place.header, place.contract, place.context
        names = {at: contract.column(name) for name, at in header.columns.items()}
        own = (context.committee, context.period.key if context.period else "")
        rows: list[int] = []
        for index, at in records.shared:
            place.tell("shared_number", Severity.WARNING, row=index + 1, letter=column_letter(at),
                       heading=header.headings[at], value=sheet.rows[index][at])  # fmt: skip
        is_row = set(records.indices)
        for (index, at), fault in sorted(sheet.without_value.items()):
            column = names.get(at)
            if index not in is_row or column is None:
                continue
            severity = Severity.WARNING if column.severity is Severity.WARNING else Severity.ROW
            code = "uncalculated" if fault == "=" else "error_value"
            place.tell(code, severity, row=index + 1, letter=column_letter(at), column_name=column.name,
                       heading=header.headings[at], value=fault)  # fmt: skip
            if severity is Severity.ROW and index + 1 not in rows:
                rows.append(index + 1)
        if not sheet.typed:  # a comma too many moves all that follows it
            for index, row in zip(records.indices, records.rows, strict=True):
                if len(row) > header.right + 1 and any(row[header.right + 1 :]) and index + 1 not in rows:
                    place.tell(
                        "too_many_cells", Severity.ROW, row=index + 1, letter=column_letter(header.right + 1)
                    )
                    rows.append(index + 1)
        return {own: rows} if rows else {}

    def _cut(
        self,
        place: Place,
        records: Records,
        wanted: list[int],
        committee: str,
        period: Period,
        rejected: list[int],
    ) -> Table:
        sheet, header, contract, context = place.sheet, place.header, place.contract, place.context
        indices = [records.indices[n] for n in wanted]
        return Table(
            sha256="",
            file_name="",
            sheet_name=sheet.name,
            dataset=contract.name,
            community_code=committee,
            period=period,
            reported_on=context.reported_on,
            crs=context.crs or self._default_crs,
            is_demo=context.is_demo,
            letters={name: column_letter(at) for name, at in header.columns.items()},
            headings={name: header.headings[at].strip() for name, at in header.columns.items()},
            row_nos=[index + 1 for index in indices],
            # The rows of a CSV file may differ in length.
            cells=self.cells(place, list(zip_longest(*(records.rows[n] for n in wanted))), indices),
            rejected=rejected,
        )

    def cells(
        self, place: Place, by_column: Sequence[Sequence[Cell]], indices: Sequence[int]
    ) -> dict[str, list[Cell]]:
        """What is kept of the cells of some sheet rows, by the contract's columns: no names, no numbers of persons."""
        header = place.header
        cells: dict[str, list[Cell]] = {}
        for column in place.contract.columns:
            at = header.columns.get(column.name)
            if column.type == "person_secret":
                continue
            values: list[Cell] = (
                list(by_column[at]) if at is not None and at < len(by_column) else [None] * len(indices)
            )
            if column.type == "person_id":
                self._tell_zeros(place, at, values)
                cells[column.name], verdicts = people.pseudonyms(values, self._key, self._seen)
                cells[f"{column.name}__verdict"] = list(verdicts)
            elif column.type in _WORD_FOR_WORD:
                cells[column.name] = self._without_names(place, at, values)
            elif column.type == "date" and at is not None:
                cells[column.name] = written_days(place.sheet, values, indices, at)
            else:
                cells[column.name] = values
        return cells

    def _without_names(self, place: Place, at: int | None, values: Sequence[Cell]) -> list[Cell]:
        masked = people.mask_each(values)
        if at is None or not names.are_names(masked, is_read=True):
            return masked
        place.tell("names_in_column", Severity.WARNING, row=place.header.last + 1,
                   letter=column_letter(at), heading=place.header.headings[at])  # fmt: skip
        return [people.MASK if value else None for value in masked]

    def _tell_zeros(self, place: Place, at: int | None, values: Sequence[Cell]) -> None:
        """A spreadsheet that cut the numbers wrote zeros, and one cut number in eleven still looks right."""
        numbers = [value for value in values if value]
        if (
            at is not None
            and len(numbers) >= _FEW_NUMBERS
            and all(n.rstrip("'’ ").endswith("000") for n in numbers)
        ):
            place.tell("numbers_end_in_zeros", Severity.WARNING, row=place.header.last + 1,
                       letter=column_letter(at), heading=place.header.headings[at])  # fmt: skip

    def _tell_unheaded(self, place: Place, records: Records) -> None:
        """Values in a column of a workbook that has no heading; in a text file such a row is cut wrongly."""
        header, rows = place.header, records.rows
        if (
            not place.sheet.typed
            or not rows
            or len(rows[0]) <= len(header.headings)
            or header.is_beside_another
        ):
            return
        for at in range(len(rows[0])):
            index = next((n for n, row in enumerate(rows) if at < len(row) and row[at]), None)
            if index is not None and at not in header.headings:
                place.tell("values_without_heading", Severity.WARNING, row=records.indices[index] + 1,
                           letter=column_letter(at), value=people.mask_cell(rows[index][at] or ""))  # fmt: skip

    def _tell_unread(self, place: Place, unknown: Mapping[int, str]) -> None:
        header, contract = place.header, place.contract
        for at, heading in unknown.items():
            where: dict[str, str | int] = {
                "row": header.last + 1,
                "letter": column_letter(at),
                "heading": people.mask_cell(heading),
            }
            column = contract.headings.get(normalise_heading(heading))
            if column:
                used = header.headings[header.columns[column.name]]
                place.tell("duplicate_column", Severity.WARNING, **where, other=used)
            elif like := self.search.suggestion(contract, heading, header.columns):
                place.tell("similar_column", Severity.WARNING, **where, other=like.zh)
            else:
                place.tell("unknown_column", Severity.WARNING, **where)


_KNOWN = ("dataset", "community_code", "period_key", "column_name", "value")


def _looks_like_table(sheet: Sheet) -> bool:
    return sum(sum(cell is not None for cell in row) >= 3 for row in sheet.rows) >= 3
