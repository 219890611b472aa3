"""The declared rules of what needs attention: read from TOML, checked strictly, baked into a snapshot.

One block of etl/attention/<theme>.toml is one rule: what it is called, how grave it is, the page that
shows its evidence, the sentences that say it, and one SELECT that finds its items. Of each item it gives
COLUMNS. An item_key is built from codes, names, titles and dates, never from where a record was read:
follow-up hangs on it, over every release and resubmission. {start} and {end} stand for the first day of
the period and the last one that is known of it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import duckdb

FOLDER = Path(__file__).resolve().parent / "attention"
COLUMNS = (
    "item_key",
    "community_code",
    "unit_code",
    "since_on",
    "subject",
    "amount",
    "submission_id",
    "sheet_name",
    "row_no",
)
SEVERITIES = ("warning", "attention", "plain")
MECHANISMS = 20

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_TEXTS = {
    "name": "中文名称",
    "name_en": "英文名称",
    "sentence": "单项的中文句子",
    "sentence_en": "单项的英文句子",
    "summary": "多项的中文句子",
    "summary_en": "多项的英文句子",
    "page": "看依据的页面",
    "sql": "查询",
}
_ITEM_FIELDS = {"community", "unit", "subject", "amount", "days", "since"}
_SUMMARY_FIELDS = {"count", "names"}
_OPENS = ("community", "unit")  # of which organisation the page is opened
# Besides: `subject` says what the column is, when it is not text to be shown as it stands: "period" for a
# key such as 2021-Q4, "indicator", or a dimension (dataset, type …): then it is shown by its name.
_KEYS = {*_TEXTS, "mechanism", "severity", "params", "subject", "opens"}
_RESERVED = {"org", "period", "compare", "lang"}


class AttentionError(Exception):
    """A rule is wrong. `problems` holds one Chinese sentence for each fault, file and block named."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Rule:
    """A checked block. `theme` is the name of its file."""

    key: str
    theme: str
    block: Mapping[str, Any]

    @property
    def sql(self) -> str:
        return str(self.block["sql"])

    def select(self, start: str, end: str) -> str:
        """The query with its two days in place (as 2021-01-01)."""
        return self.sql.replace("{start}", f"date '{start}'").replace("{end}", f"date '{end}'")


def read_rules(folder: Path = FOLDER) -> tuple[Rule, ...]:
    """Every rule: by mechanism, then by name. Raises AttentionError with every fault found."""
    problems: list[str] = []
    rules: dict[str, Rule] = {}
    for file in sorted(folder.glob("*.toml")):
        for key, block in _read(file, problems).items():
            where = f"{file.name} 的规则 [{key}] "
            if key in rules:
                problems.append(f"{where}与 {rules[key].theme}.toml 中的重名，请换一个名字")
            problems += [where + text for text in _faults(key, block)]
            rules[key] = Rule(key, file.stem, block if isinstance(block, dict) else {})
    if problems:
        raise AttentionError(problems)
    return tuple(sorted(rules.values(), key=lambda rule: (rule.block["mechanism"], rule.key)))


def rule_rows(rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """Rows of meta_attention_rule."""
    return [
        {
            "rule": rule.key,
            "sort_no": number,
            "theme": rule.theme,
            "mechanism": rule.block["mechanism"],
            "severity": rule.block["severity"],
            "page": rule.block["page"],
            "params": json.dumps(rule.block.get("params", {}), ensure_ascii=False, sort_keys=True),
            "opens": rule.block.get("opens", "community"),
            "subject": rule.block.get("subject", "text"),
            **{name: rule.block[name].strip() for name in _TEXTS if name != "page"},
        }
        for number, rule in enumerate(rules, start=1)
    ]


def check_queries(connection: duckdb.DuckDBPyConnection, rules: tuple[Rule, ...]) -> None:
    """Raise AttentionError when a rule's query does not fit the tables, or gives other columns than COLUMNS."""
    problems = []
    for rule in rules:
        where = f"{rule.theme}.toml 的规则 [{rule.key}] 的 sql "
        try:
            query = connection.execute(f"describe {rule.select('2021-01-01', '2021-12-31')}")
        except duckdb.Error as problem:
            problems.append(f"{where}执行不了（{str(problem).splitlines()[0]}），请核对表名和列名")
            continue
        found = tuple(row[0] for row in query.fetchall())
        if found != COLUMNS:
            problems.append(f"{where}应依次给出 {'、'.join(COLUMNS)}，现在是 {'、'.join(found)}")
    if problems:
        raise AttentionError(problems)


def _read(file: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        problems.append(f"{file.name} 读不出来（{problem}），请检查文件是否为正确的 TOML 格式")
        return {}


def _faults(key: str, block: Any) -> Iterator[str]:
    if not isinstance(block, dict):
        yield "不是一个规则块，请写成 [规则名] 及其下的各项"
        return
    if not _NAME.fullmatch(key):
        yield "的名字应为小写英文和下划线"
    for name in sorted(block.keys() - _KEYS):
        yield f"有不认识的项 {name}，请删去或改正"
    missing = [name for name in _TEXTS if not isinstance(block.get(name), str) or not block[name].strip()]
    for name in missing:
        yield f"缺少 {name}（{_TEXTS[name]}），请补上"
    if block.get("severity") not in SEVERITIES:
        yield f"的 severity 应为 {'、'.join(SEVERITIES)} 之一"
    mechanism = block.get("mechanism")
    if isinstance(mechanism, bool) or not isinstance(mechanism, int) or not 1 <= mechanism <= MECHANISMS:
        yield f"的 mechanism 应为 1 至 {MECHANISMS} 的整数"
    if block.get("opens", "community") not in _OPENS:
        yield f"的 opens 应为 {'、'.join(_OPENS)} 之一"
    for name in ("page", "subject"):
        if name in block and name not in missing and not _NAME.fullmatch(str(block[name])):
            yield f"的 {name} 应为小写英文和下划线，现在是 {block[name]}"
    yield from _params_faults(block.get("params", {}))
    for name, fields in (("sentence", _ITEM_FIELDS), ("summary", _SUMMARY_FIELDS)):
        for text in (name, f"{name}_en"):
            if text not in missing:
                yield from _field_faults(text, block[text], fields)
    if "sql" not in missing:
        yield from _sql_faults(block["sql"])


def _params_faults(params: Any) -> Iterator[str]:
    if not isinstance(params, dict) or not all(isinstance(value, str) for value in params.values()):
        yield '的 params 应写成 { 选项 = "值" }，可以为空'
        return
    for name in params:
        if not _NAME.fullmatch(name) or name in _RESERVED:
            yield f"的 params 中不能有 {name}：组织和时段由事项本身决定"


def _field_faults(name: str, text: str, known: set[str]) -> Iterator[str]:
    try:
        used = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    except ValueError:
        yield f"的 {name} 中花括号不成对，请改正"
        return
    for field in sorted(used - known):
        yield f"的 {name} 中有不认识的 {{{field}}}，只能用 {'、'.join(sorted(known))}"


def _sql_faults(sql: str) -> Iterator[str]:
    if not re.match(r"\s*(select|with)\b", sql, re.IGNORECASE):
        yield "的 sql 应为一个 select（可以以 with 开头）"
    if ";" in sql:
        yield "的 sql 中不能有分号"
    for field in sorted(set(re.findall(r"\{(\w*)\}", sql)) - {"start", "end"}):
        yield f"的 sql 中有不认识的 {{{field}}}，只能用 {{start}} 和 {{end}}"
