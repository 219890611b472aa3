"""What a contract demands of a row: one check for each demand, in the order of their bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from etl import values
from etl.contract import Column, Contract, Value
from etl.findings import EXPECTED, Severity


@dataclass(frozen=True)
class Check:
    bit: int
    code: str
    column: str
    severity: Severity
    violated: str  # SQL predicate over the typed row
    sentence: str  # may hold {heading} and {value}
    hint: str  # may hold {suggestion}


def checks_of(contract: Contract, catalogue: Sequence[Value]) -> list[Check]:
    """Every check that a contract implies, in the order of its bits."""
    drafts: list[tuple[str, str, Severity, str, str, str]] = []
    for column in contract.columns:
        if column.type == "person_secret":
            continue
        name, (expected, example) = column.name, EXPECTED[column.type]
        options = "、".join(value.zh for value in values.options(column, catalogue))
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
            f"请对照原始记录更正（应为：{rule.expects}），例如把这一格改为 {{suggestion}}"
            if rule.corrected
            else "更正后重新提交即可",
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
            is_partial = f"{name}__{'cut' if column.in_period else 'yearless'}"
            partial = f"{unread} and {is_partial}"
            if column.in_period:
                found.append(("ambiguous_date", name, severity, partial,
                              "“{heading}”填写的“{value}”是数值，分不清是几月几日（6.30 会变成 6.3）",
                              "请写全年月日，例如 2021-06-30，并把单元格格式设为日期或文本"))  # fmt: skip
            else:
                found.append(("date_without_year", name, severity, partial,
                              "“{heading}”填写的“{value}”没有年份", f"请写全年月日，例如 {EXPECTED['date'][1]}"))  # fmt: skip
            found.append(("bad_date", name, severity, f"{unread} and not {is_partial}",
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
            found.append(("approximate_number", name, Severity.WARNING, f"{name} is not null and {name}__about",
                          "“{heading}”填写的“{value}”是约数，已按其中的数计入", "如有准确的数请更正；确实只有约数的，可以不处理"))  # fmt: skip
        case "longitude" | "latitude":  # the point stays, without a place on the map
            found.append(("bad_number", name, Severity.WARNING, unread,
                          f"“{{heading}}”填写的“{{value}}”不是{EXPECTED[column.type][0]}", ask))  # fmt: skip
        case "crs":
            found.append(("unknown_value", name, Severity.WARNING, f"raw_{name} is not null and {name}__system is null",
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
