"""Contract -> SQL -> accepted rows and findings, for all rows of a dataset in one pass.

Every check is one bit of a mask; a second query turns the bits that are set into findings. Rows
read = rows accepted + rows quarantined, always: a row is quarantined when a check of severity
"row" fails, and a warning never removes one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from etl import people, places
from etl.contract import Column, Contract, Value
from etl.crs import crs_name
from etl.findings import EXPECTED, FINDING_COLUMNS, POSITION_SENTENCES, Severity
from etl.tables import Table

# Reading numbers and dates out of text.
MACROS = Path(__file__).with_name("text_values.sql").read_text(encoding="utf-8")

_BOOLEANS = (
    Value("true", "是", "Yes", ("是", "√", "✓", "有", "Y", "y", "1", "对")),
    Value("false", "否", "No", ("否", "×", "无", "N", "n", "0", "不是", "-", "—", "/")),
)
# Column type -> SQL over the cell without padding ({p}), as a number's text ({n}), as a date's text with
# dashes ({d}) or as the parts of a time of day ({c}). Each stage stands in a subquery of its own: macros within macros multiply.
_SQL_TYPES = {
    "text": "{p}",
    "unit": "unit_name_of({p})",
    "integer": "to_whole({n})",
    "number": "to_number({n})",
    "longitude": "to_number({n})",
    "latitude": "to_number({n})",
    "crs": "{p}",
    "date": "sane(day_of({d}))",
    "time": "coalesce(minute_of({c}), minute_of_fraction({p}))",
}
_NUMBERS = {"integer", "number", "longitude", "latitude"}


@dataclass(frozen=True)
class Check:
    bit: int
    code: str
    column: str
    severity: Severity
    violated: str  # SQL predicate over the typed row
    sentence: str  # may hold {heading} and {value}
    hint: str


@dataclass(frozen=True)
class Validated:
    accepted: pa.Table
    findings: pa.Table  # FINDING_COLUMNS
    row_count: int
    accepted_count: int


def database() -> duckdb.DuckDBPyConnection:
    """A database in memory in which rows can be checked; a cursor of it is a checker of its own.

    Opening one costs as much as checking a thousand rows, so all datasets share it. One thread: a
    dataset has too few rows for more, and several are checked side by side.
    """
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(MACROS)
    return connection


def validate(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    tables: Sequence[Table],
    catalogue: Sequence[Value],
    outline: places.Outline,
    tolerance_m: float,
) -> Validated:
    """Check all rows of `tables` (all of this contract's dataset); `connection` comes from `database`."""
    connection.register("raw", _raw(contract, tables))
    connection.register("source", _sources(tables))
    checks = checks_of(contract, catalogue)
    connection.execute(f"create or replace temp table typed as {_typed_sql(contract, catalogue)}")
    verdicts = _judge_positions(connection, contract, outline, tolerance_m)
    connection.execute(f"create or replace temp table checked as {_checked_sql(contract, checks)}")
    accepted = connection.sql(_accepted_sql(contract, _blocking(checks))).to_arrow_table()
    findings = _findings(connection, contract, checks, verdicts)
    row_count = sum(len(table.row_nos) for table in tables)
    for name in ("raw", "source"):
        connection.unregister(name)
    return Validated(accepted, findings, row_count, accepted.num_rows)


def checks_of(contract: Contract, catalogue: Sequence[Value]) -> list[Check]:
    """Every check that a contract implies, in the order of its bits."""
    drafts: list[tuple[str, str, Severity, str, str, str]] = []
    for column in contract.columns:
        if column.type == "person_secret":
            continue
        name, (expected, example) = column.name, EXPECTED[column.type]
        options = "、".join(value.zh for value in _values(column, catalogue))
        ask = (
            f"请填写{expected}"
            + (f"，例如 {example}" if example else "")
            + (f"：{options}" if column.type == "enum" else "")
        )
        if column.required and column.type != "person_id":
            drafts.append(("required", name, Severity.ROW, f"raw_{name} is null", "“{heading}”没有填写", ask))
        drafts += _type_checks(column, ask)
    drafts += [
        (
            rule.code,
            rule.column,
            rule.severity,
            f"not coalesce({rule.valid}, true)",
            rule.zh,
            "更正后重新提交即可",
        )
        for rule in contract.rules
    ]
    return [Check(bit, *draft) for bit, draft in enumerate(drafts)]


def _type_checks(column: Column, ask: str) -> list[tuple[str, str, Severity, str, str, str]]:
    name, severity = column.name, column.severity
    unread = f"raw_{name} is not null and {name} is null"
    found = []
    match column.type:
        case "date":
            # Where the period gives the year, only 6.3 is left, which may have been 6.30.
            is_partial = f"{'is_cut_day' if column.in_period else 'is_day_of_year'}(raw_{name})"
            partial = f"case when {unread} then {is_partial} else false end"
            if column.in_period:
                found.append(("ambiguous_date", name, severity, partial,
                              "“{heading}”填写的“{value}”是数值，分不清是几月几日（6.30 会变成 6.3）",
                              "请写全年月日，例如 2021-06-30，并把单元格格式设为日期或文本"))  # fmt: skip
            else:
                found.append(("date_without_year", name, severity, partial,
                              "“{heading}”填写的“{value}”没有年份", f"请写全年月日，例如 {EXPECTED['date'][1]}"))  # fmt: skip
            found.append(("bad_date", name, severity, f"case when {unread} then not {is_partial} else false end",
                          "“{heading}”填写的“{value}”不是有效日期", ask))  # fmt: skip
        case "time":
            found.append(("bad_time", name, severity, unread, "“{heading}”填写的“{value}”不是有效时刻", ask))
        case "integer" | "number":
            found.append(
                (
                    "bad_number",
                    name,
                    severity,
                    unread,
                    f"“{{heading}}”填写的“{{value}}”不是{EXPECTED[column.type][0]}",
                    ask,
                )
            )
            found.append(("approximate_number", name, Severity.WARNING, f"{name} is not null and is_about(raw_{name})",
                          "“{heading}”填写的“{value}”是约数，已按其中的数计入", "如有准确的数请更正；确实只有约数的，可以不处理"))  # fmt: skip
        case "longitude" | "latitude":  # the point stays, without a place on the map
            found.append(("bad_number", name, Severity.WARNING, unread,
                          f"“{{heading}}”填写的“{{value}}”不是{EXPECTED[column.type][0]}", ask))  # fmt: skip
        case "crs":
            found.append(("unknown_value", name, Severity.WARNING, f"raw_{name} is not null and crs_of({name}) is null",
                          "没有认出“{heading}”填写的“{value}”", ask))  # fmt: skip
        case "enum" | "boolean" | "catalogue_item":
            found.append(
                ("unknown_value", name, severity, unread, "“{heading}”填写的“{value}”不在规定的选项之内", ask)
            )
        case "text" | "unit" if column.max_length:
            found.append(("too_long", name, severity, f"length({name}) > {column.max_length}",
                          f"“{{heading}}”超过 {column.max_length} 个字", "请缩短后重新提交"))  # fmt: skip
        case "person_id":
            for verdict, code, sentence in (
                ("missing", "required", "“{heading}”没有填写"),
                ("damaged", "damaged_number", "“{heading}”因按数值存储已丢失末几位"),
                ("invalid", "bad_person_id", "“{heading}”的位数、日期或校验码不对"),
            ):
                found.append((code, name, Severity.ROW, f"{name}__verdict = '{verdict}'", sentence, ask))
    if column.min is not None:
        found.append(("below_minimum", name, severity, f"{name} < {column.min}",
                      f"“{{heading}}”填写的“{{value}}”小于 {column.min:g}", f"请填写不小于 {column.min:g} 的数"))  # fmt: skip
    if column.max is not None:
        found.append(("above_maximum", name, severity, f"{name} > {column.max}",
                      f"“{{heading}}”填写的“{{value}}”大于 {column.max:,.0f}，可能多写了位数", "请核对后重新填写"))  # fmt: skip
    if column.in_period:
        found.append(("outside_period", name, severity, f"{name} not between period_first_on and period_last_on",
                      "“{heading}”填写的“{value}”不在本表的填报期之内", "请核对日期；属于其他季度的活动请填入该季度的台账"))  # fmt: skip
    return found


def _values(column: Column, catalogue: Sequence[Value]) -> Sequence[Value]:
    return {"enum": column.values, "boolean": _BOOLEANS, "catalogue_item": catalogue}.get(column.type, ())


def _raw(contract: Contract, tables: Sequence[Table]) -> pa.Table:
    """All cells as text, one row a sheet row; `source_no` and `row_no` say where from."""
    names = [column.name for column in contract.columns if column.type != "person_secret"]
    names += [f"{column.name}__verdict" for column in contract.columns if column.type == "person_id"]
    columns: dict[str, pa.Array] = {
        "source_no": pa.array(
            np.repeat(np.arange(len(tables)), [len(t.row_nos) for t in tables]), pa.int32()
        ),
        "row_no": pa.array([row for table in tables for row in table.row_nos], pa.int32()),
    }
    for name in names:
        columns[name] = pa.array([cell for table in tables for cell in table.cells[name]], pa.string())
    return pa.table(columns)


def _sources(tables: Sequence[Table]) -> pa.Table:
    rows = [
        {
            "source_no": number,
            "sha256": table.sha256,
            "file_name": table.file_name,
            "sheet_name": table.sheet_name,
            "dataset": table.dataset,
            "community_code": table.community_code,
            "period_key": table.period.key,
            "period_first_on": table.period.first_on,
            "period_last_on": table.period.last_on,
            "crs": table.crs,
            "letters": list(table.letters.items()),
            "headings": list(table.headings.items()),
        }
        for number, table in enumerate(tables)
    ]
    text_map = pa.map_(pa.string(), pa.string())
    schema = pa.schema(
        [("source_no", pa.int32())]
        + [
            (name, pa.string())
            for name in ("sha256", "file_name", "sheet_name", "dataset", "community_code", "period_key")
        ]
        + [("period_first_on", pa.date32()), ("period_last_on", pa.date32()), ("crs", pa.string())]
        + [("letters", text_map), ("headings", text_map)]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _typed_sql(contract: Contract, catalogue: Sequence[Value]) -> str:
    """Text cells -> `raw_<column>` (as typed, for findings) and `<column>` (its value or NULL)."""
    trimmed, filled, dashed, ranged, typed = [], [], [], [], []
    for column in contract.columns:
        name = column.name
        if column.type == "person_secret":
            continue
        if column.type == "person_id":
            typed.append(f"{name}, {name}__verdict, null::varchar as raw_{name}")
            continue
        worded = column.type not in {"date", "time", "boolean"} and column.type not in _NUMBERS
        trimmed.append(f"{'trimmed' if worded else 'half_width'}(raw.{name}) as t_{name}")
        keeps_marks = column.type in {"text", "unit", "boolean"}  # here a dash may be the answer
        blanks = "''" if keeps_marks else "'', '-', '－', '—', '——', '/', '／', '无', 'N/A'"
        filled.append(f"case when t_{name} not in ({blanks}) then t_{name} end as raw_{name}")
        if column.type == "date":
            text = f"dashed(raw_{name})"
            dashed.append(
                f"{f'with_year({text}, raw_{name}, period_first_on)' if column.in_period else text} as d_{name}"
            )
        elif column.type == "time":
            dashed.append(f"clock_parts(raw_{name}) as c_{name}")
        elif column.type in _NUMBERS:
            dashed.append(f"number_text(raw_{name}) as n_{name}")
        if column.range_end:
            ranged.append(f"range_parts(d_{name}) as r_{name}")
            typed.append(f"coalesce(sane(range_last(r_{name})), {_typed(column, ())}) as {column.range_end}")
        typed.append(f"raw_{name}, {_typed(column, _values(column, catalogue))} as {name}")
        if column.type == "unit":
            code = name.removesuffix("_name") + "_code"
            typed.append(f"community_code || '-' || left(sha256(unit_name_of(raw_{name})), 6) as {code}")
    kept = [
        f"raw.{column.name}, raw.{column.name}__verdict"
        for column in contract.columns
        if column.type == "person_id"
    ]
    source = (
        "raw.source_no, raw.row_no, community_code, period_first_on, period_last_on, source.crs as source_crs"
    )
    return f"""
        with trimmed as (select {", ".join([source, *kept, *trimmed])} from raw join source on raw.source_no = source.source_no),
        filled as (select {", ".join(["*", *filled])} from trimmed),
        dashed as (select {", ".join(["*", *dashed])} from filled),
        ranged as (select {", ".join(["*", *ranged])} from dashed)
        select source_no, row_no, community_code, period_first_on, period_last_on, source_crs, {", ".join(typed)} from ranged"""


def _typed(column: Column, values: Sequence[Value]) -> str:
    name = column.name
    if values:
        cases = " ".join(
            f"when {_quoted(spelling)} then {_quoted(value.code)}"
            for value in values
            for spelling in dict.fromkeys(value.spellings)
        )
        text = f"case replace(raw_{name}, ' ', '') {cases} end"
        return f"cast({text} as boolean)" if column.type == "boolean" else text
    stages = {"p": f"raw_{name}", "n": f"n_{name}", "d": f"d_{name}", "c": f"c_{name}"}
    day = _SQL_TYPES[column.type].format(**stages)
    # A range with an end that cannot be is as unreadable as a day that cannot be.
    first = f"case when range_last(r_{name}) is not null then sane(range_first(r_{name})) end"
    return f"coalesce({day}, {first})" if column.range_end else day


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _judge_positions(
    connection: duckdb.DuckDBPyConnection, contract: Contract, outline: places.Outline, tolerance_m: float
) -> bool:
    """Convert and judge positions, where the contract has any, into the table `position`."""
    kinds = {column.type: column.name for column in contract.columns}
    if not {"longitude", "latitude"} <= kinds.keys():
        return False
    crs = f"coalesce(crs_of({kinds['crs']}), source_crs)" if "crs" in kinds else "source_crs"
    spellings = (
        connection.execute(f"select distinct {kinds['crs']} from typed").fetchall() if "crs" in kinds else []
    )
    cases = " ".join(
        f"when s = {_quoted(text)} then {_quoted(name)}"
        for (text,) in spellings
        if text and (name := crs_name(text))
    )
    connection.execute(
        f"create or replace temp macro crs_of(s) as {f'case {cases} end' if cases else 'null::varchar'}"
    )
    rows = connection.sql(
        f"select source_no, row_no, {kinds['longitude']} as lon, {kinds['latitude']} as lat, "
        f"coalesce({crs}, '') as crs from typed order by all"
    ).to_arrow_table()
    lon, lat, verdict = places.judge_positions(
        rows["lon"].to_numpy(zero_copy_only=False).astype(float),
        rows["lat"].to_numpy(zero_copy_only=False).astype(float),
        rows["crs"].to_numpy(zero_copy_only=False).astype(object),
        outline,
        tolerance_m,
    )
    position = rows.select(["source_no", "row_no", "crs"])
    for name, values in (
        ("wgs_longitude", lon),
        ("wgs_latitude", lat),
        ("verdict", np.asarray(verdict, dtype=object)),
    ):
        position = position.append_column(name, pa.array(values, from_pandas=True))
    connection.register("position_arrow", position)
    connection.execute("create or replace temp table position as from position_arrow")
    connection.unregister("position_arrow")
    return True


def _checked_sql(contract: Contract, checks: Sequence[Check]) -> str:
    mask = (
        " + ".join(f"case when {check.violated} then {1 << check.bit}::bigint else 0 end" for check in checks)
        or "0"
    )
    keys = ", ".join(contract.key)
    # Whether a row repeats another is asked among rows that are otherwise fit.
    return f"""
        with flagged as (select *, {mask} as flags from typed),
        fit as (
            select source_no, row_no,
                   row_number() over (partition by sha256, community_code, period_first_on, {keys} order by source_no, row_no) as nth
            from flagged join (select source_no, sha256 from source) using (source_no)
            where flags & {_blocking(checks)} = 0
        )
        select flagged.*, coalesce(fit.nth > 1, false) as is_repeated
        from flagged left join fit using (source_no, row_no)"""


def _accepted_sql(contract: Contract, blocking: int) -> str:
    located = any(column.type == "longitude" for column in contract.columns)
    dropped = ["source_no", "period_first_on", "period_last_on", "source_crs", "flags", "is_repeated"]
    dropped += [f"raw_{column.name}" for column in contract.columns if column.type != "person_secret"]
    dropped += [f"{column.name}__verdict" for column in contract.columns if column.type == "person_id"]
    position = ""
    if located:
        lon = next(column.name for column in contract.columns if column.type == "longitude")
        lat = next(column.name for column in contract.columns if column.type == "latitude")
        position = f""", checked.{lon} as original_longitude, checked.{lat} as original_latitude,
            case when verdict = 'located' then wgs_longitude end as wgs_longitude,
            case when verdict = 'located' then wgs_latitude end as wgs_latitude,
            verdict = 'located' as located, position.crs as position_crs"""
        dropped += [lon, lat, *(column.name for column in contract.columns if column.type == "crs")]
    return f"""
        select source.sha256, source.dataset, source.period_key, source.sheet_name,
               checked.* exclude ({", ".join(dropped)}) {position}
        from checked join source using (source_no) {"join position using (source_no, row_no)" if located else ""}
        where flags & {blocking} = 0 and not is_repeated
        order by checked.source_no, checked.row_no"""


def _findings(
    connection: duckdb.DuckDBPyConnection, contract: Contract, checks: Sequence[Check], has_positions: bool
) -> pa.Table:
    rules = pa.table(
        {
            "bit": pa.array([1 << check.bit for check in checks], pa.int64()),
            **{
                name: pa.array([str(getattr(check, name)) for check in checks], pa.string())
                for name in ("code", "column", "severity", "sentence", "hint")
            },
        }
    ).rename_columns(["bit", "code", "column_name", "severity", "sentence", "hint"])
    connection.register("rules", rules)
    values = " ".join(
        f"when '{column.name}' then raw_{column.name}" for column in contract.columns if not column.is_secret
    )
    zh = " ".join(f"when '{column.name}' then {_quoted(column.zh)}" for column in contract.columns)
    key_title = " || '、' || ".join(_quoted(contract.column(name).zh) for name in contract.key)
    parts = [
        f"""select source_no, row_no, rules.severity, rules.code, rules.column_name,
                   case rules.column_name {values} end as value, rules.sentence, rules.hint
            from checked join rules on flags & rules.bit <> 0 where flags <> 0""",
        f"""select source_no, row_no, 'row', 'duplicate_row', '{contract.key[0]}', null,
                   '与前面某一行重复（' || {key_title} || '相同）', '如果确是两条记录，请在名称中加以区分；否则删去一行'
            from checked where is_repeated""",
    ]
    if has_positions:
        said = " ".join(
            f"when '{verdict}' then {_quoted(s)}" for verdict, (s, _) in POSITION_SENTENCES.items()
        )
        advice = " ".join(
            f"when '{verdict}' then {_quoted(h)}" for verdict, (_, h) in POSITION_SENTENCES.items()
        )
        lon = next(column.name for column in contract.columns if column.type == "longitude")
        lat = next(column.name for column in contract.columns if column.type == "latitude")
        parts.append(
            f"""select source_no, row_no, 'warning', 'position_' || verdict, '{lon}',
                       concat_ws('，', raw_{lon}, raw_{lat}), case verdict {said} end, case verdict {advice} end
                from checked join position using (source_no, row_no)
                where verdict <> 'located' and flags & {_blocking(checks)} = 0 and not is_repeated"""
        )
    found = connection.sql(f"""
        with fault(source_no, row_no, severity, code, column_name, value, sentence, hint) as ({" union all ".join(parts)}),
        headed as (
            select source.* exclude (source_no), fault.*,
                   coalesce(source.letters[fault.column_name], '') as column_letter,
                   coalesce(source.headings[fault.column_name], case fault.column_name {zh} end, '') as heading
            from fault join source on source.source_no = fault.source_no
        )
        select sha256, file_name, severity, code,
               replace(replace(sentence, '{{heading}}', heading), '{{value}}', coalesce(value, '')) as sentence, hint,
               dataset, community_code, period_key, sheet_name, row_no, column_letter, column_name, heading, value
        from headed order by source_no, row_no, code""").to_arrow_table()
    connection.unregister("rules")
    return _masked(found)


def _blocking(checks: Sequence[Check]) -> int:
    return sum(1 << check.bit for check in checks if check.severity is Severity.ROW)


def _masked(findings: pa.Table) -> pa.Table:
    """No value of a person leaves with a finding, whatever column it was typed into."""
    for name in ("value", "sentence"):
        at = findings.schema.get_field_index(name)
        masked = [people.mask(text) if text else text for text in findings[name].to_pylist()]
        findings = findings.set_column(at, name, pa.array(masked, pa.string()))
    return findings.select(list(FINDING_COLUMNS))
