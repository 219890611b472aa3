"""The declared indicators: read from TOML, checked strictly, given as rows to bake into a snapshot."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "indicators"
DIMENSIONS_FILE = "dimensions.toml"
REFERENCE = "reference"  # stands in `datasets` for the reference data
EVERY = "every"  # and this for all ledgers together
PERSONS_STATED = "stated"  # `persons` of a source that adds up numbers of persons as ledgers state them

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_TABLE = re.compile(r"(mart|fact|geo)_[a-z_]+")
_TEXTS = {
    "name": "中文名称",
    "name_en": "英文名称",
    "unit": "单位",
    "unit_en": "英文单位",
    "definition": "中文定义",
    "definition_en": "英文定义",
}
_CHOICES = {
    "better": ("higher", "lower", "neutral"),
    "format": ("integer", "decimal", "percent"),
    "rollup": ("sum", "ratio", "distinct"),
}
_LISTS = ("datasets", "dimensions")
_INDICATOR_KEYS = {
    *_TEXTS,
    *_CHOICES,
    *_LISTS,
    "numerator",
    "denominator",
    "scale",
    "levels",
    "target",
    "thresholds",
}
_SOURCE_KEYS = {"table", "sql", "time", "time_column", "where", "persons"}
_TIMES = ("flow", "stock", "span", "none")
_TIMES_OF_PERSONS = ("stock", "none")
_LEVELS = ("district", "street", "community", "unit")
_TIME_COLUMNS = {"stock": ("valid_from", "valid_to"), "span": ("valid_from", "valid_to"), "none": ()}


class CatalogueError(Exception):
    """The catalogue is wrong. `problems` holds one Chinese sentence for each fault, file and block named."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Catalogue:
    """The checked blocks: indicators in their order with theme names filled in, and dimensions."""

    indicators: Mapping[str, Mapping[str, Any]]
    dimensions: Mapping[str, Mapping[str, str]]

    def indicator_rows(self) -> list[dict[str, Any]]:
        """Rows of meta_indicator: indicator, theme, sort_no, definition (the whole block as JSON)."""
        return [
            {
                "indicator": key,
                "theme": block["theme"],
                "sort_no": number,
                "definition": json.dumps(
                    {name: value for name, value in block.items() if name != "theme"}, ensure_ascii=False
                ),
            }
            for number, (key, block) in enumerate(self.indicators.items(), start=1)
        ]

    def dimension_rows(self) -> list[dict[str, str]]:
        """Rows of meta_dimension: dimension, column_name, name, name_en."""
        return [
            {
                "dimension": key,
                "column_name": block["column"],
                "name": block["name"],
                "name_en": block["name_en"],
            }
            for key, block in self.dimensions.items()
        ]

    def check_tables(self, tables: Mapping[str, Collection[str]]) -> None:
        """Raise CatalogueError when an indicator needs a table or column that `tables` has not."""
        problems = []
        for key, block in self.indicators.items():
            for side, source in _sources(block):
                where = f"指标 {key} 的 {side}"
                columns = tables.get(source["table"])
                if columns is None:
                    problems.append(f"{where} 用到的表 {source['table']} 不存在，请核对表名")
                    continue
                needed = ["community_code", *_time_columns(source)]
                if side == "numerator":
                    needed += [self.dimensions[name]["column"] for name in block["dimensions"]]
                problems += [
                    f"{where} 用到的表 {source['table']} 没有 {column} 列，请核对 time 和 dimensions"
                    for column in needed
                    if column not in columns
                ]
        if problems:
            raise CatalogueError(problems)


def read_catalogue(folder: Path = FOLDER, tables: Mapping[str, Collection[str]] | None = None) -> Catalogue:
    """Read dimensions.toml and every <theme>.toml in `folder`, themes by their sort_no.

    `tables` (name -> columns), when given, must hold all that the indicators use. The names in
    `datasets` must be folders in ../datasets. Raises CatalogueError with every fault found.
    """
    problems: list[str] = []
    dimensions = _read_dimensions(folder / DIMENSIONS_FILE, problems)
    datasets = {file.parent.name for file in folder.parent.glob("datasets/*/dataset.toml")} | {
        REFERENCE,
        EVERY,
    }
    themes = []
    for file in sorted(folder.glob("*.toml")):
        if file.name != DIMENSIONS_FILE:
            blocks = _read(file, problems)
            theme = blocks.pop("theme", {})
            problems += [f"{file.name} 的 [theme] {text}" for text in _theme_faults(theme)]
            themes.append((theme, file, blocks))
    indicators: dict[str, Mapping[str, Any]] = {}
    for theme, file, blocks in sorted(themes, key=lambda item: (item[0].get("sort_no", 0), item[1].name)):
        for key, block in blocks.items():
            where = f"{file.name} 的指标 [{key}] "
            if key in indicators:
                problems.append(f"{where}与 {indicators[key]['theme']}.toml 中的重名，请换一个名字")
            problems += [where + text for text in _indicator_faults(key, block, dimensions, datasets)]
            named = {"theme_name": theme.get("name", ""), "theme_name_en": theme.get("name_en", "")}
            indicators[key] = {**(block if isinstance(block, dict) else {}), **named, "theme": file.stem}
    if not indicators:
        problems.append(f"文件夹 {folder} 中没有指标，请检查路径")
    if problems:
        raise CatalogueError(problems)
    catalogue = Catalogue(indicators, dimensions)
    if tables is not None:
        catalogue.check_tables(tables)
    return catalogue


def _read(file: Path, problems: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        problems.append(f"{file.name} 读不出来（{problem}），请检查文件是否存在、是否为正确的 TOML 格式")
        return {}


def _read_dimensions(file: Path, problems: list[str]) -> dict[str, Mapping[str, str]]:
    blocks = _read(file, problems)
    wanted = {"column": "列名", "name": "中文名称", "name_en": "英文名称"}
    for key, block in blocks.items():
        where = f"{file.name} 的 [{key}] "
        if not isinstance(block, dict) or not _NAME.fullmatch(key) or key in _LEVELS:
            problems.append(f"{where}不是可用的维度，请用小写英文名作为标题，且不与层级同名")
            continue
        problems += [f"{where}有不认识的项 {name}，请删去或改正" for name in block.keys() - wanted.keys()]
        problems += [f"{where}{text}" for text in _missing(block, wanted)]
    return {key: block for key, block in blocks.items() if isinstance(block, dict)}


def _theme_faults(theme: Mapping[str, Any]) -> Iterator[str]:
    yield from _missing(theme, {"name": "中文名称", "name_en": "英文名称"})
    if not isinstance(theme.get("sort_no"), int):
        yield "缺少 sort_no，请写上这一主题的次序（整数）"
    for name in theme.keys() - {"name", "name_en", "sort_no"}:
        yield f"有不认识的项 {name}，请删去或改正"


def _indicator_faults(
    key: str, block: Any, dimensions: Collection[str], datasets: Collection[str]
) -> Iterator[str]:
    if not isinstance(block, dict):
        yield "不是一个指标块，请写成 [指标名] 及其下的各项"
        return
    if not _NAME.fullmatch(key):
        yield "的名字应为小写英文和下划线"
    for name in sorted(block.keys() - _INDICATOR_KEYS):
        yield f"有不认识的项 {name}，请删去或改正"
    yield from _missing(block, _TEXTS)
    for name, allowed in _CHOICES.items():
        if block.get(name) not in allowed:
            yield f"的 {name} 应为 {'、'.join(allowed)} 之一"
    for name in _LISTS:
        if not isinstance(block.get(name), list) or not all(isinstance(item, str) for item in block[name]):
            yield f"缺少 {name}，请写成一个列表，可以为空"
            return
    if not block["datasets"]:
        yield "的 datasets 为空，请写明数据来自哪些台账"
    for name in block["datasets"]:
        if name not in datasets:
            yield f"的 datasets 中有不认识的台账 {name}，请改为已有的台账之一"
    for name in block["dimensions"]:
        if name not in dimensions:
            yield f"的 dimensions 中有不认识的维度 {name}，请先在 {DIMENSIONS_FILE} 中登记"
    if not set(block.get("levels", _LEVELS)) <= set(_LEVELS):
        yield f"的 levels 只能取 {'、'.join(_LEVELS)}"
    scale = block.get("scale", 1)
    if isinstance(scale, bool) or not isinstance(scale, int | float) or scale <= 0:
        yield "的 scale 应为大于 0 的数"
    if (block.get("rollup") == "ratio") != ("denominator" in block):
        yield "的 rollup 与 denominator 不一致：比值要写 denominator，其余不写"
    if block.get("format") == "percent" and block.get("rollup") != "ratio":
        yield "以百分比显示，因此 rollup 应为 ratio"
    if "numerator" not in block:
        yield "缺少 numerator，请写明从哪张表怎样算出"
    yield from _grading_faults(block)
    for side, source in _sources(block):
        for text in _source_faults(source):
            yield f"的 {side} {text}"


def _grading_faults(block: Mapping[str, Any]) -> Iterator[str]:
    """`target` and `thresholds`: from which value on a figure is green, and from which on yellow."""
    target, steps = block.get("target"), block.get("thresholds")
    if target is not None and not _is_number(target):
        yield "的 target 应为一个数"
    if steps is None:
        return
    if (
        not isinstance(steps, dict)
        or set(steps) != {"good", "fair"}
        or not all(map(_is_number, steps.values()))
    ):
        yield "的 thresholds 应写成 { good = …, fair = … }，两个都是数"
        return
    ordered = {"higher": steps["good"] > steps["fair"], "lower": steps["good"] < steps["fair"]}
    if not ordered.get(block.get("better", ""), False):
        yield "的 thresholds 与 better 不一致：越高越好时 good 大于 fair，越低越好时 good 小于 fair，不分好坏的不写"
    elif target is not None and (
        target < steps["good"] if block["better"] == "higher" else target > steps["good"]
    ):
        yield "的 target 不如 thresholds 的 good，达到目标却不算达标，请核对"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sources(block: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(side, block[side]) for side in ("numerator", "denominator") if side in block]


def _source_faults(source: Any) -> Iterator[str]:
    if not isinstance(source, dict):
        yield "应写成 { table = …, sql = …, time = … }"
        return
    for name in sorted(source.keys() - _SOURCE_KEYS):
        yield f"有不认识的项 {name}，请删去或改正"
    yield from _missing(source, {"table": "表名", "sql": "算式"})
    if not _TABLE.fullmatch(str(source.get("table", ""))):
        yield f"用到的表 {source.get('table')} 不是可用的表，表名应以 mart_、fact_ 或 geo_ 开头"
    if source.get("time") not in _TIMES:
        yield f"的 time 应为 {'、'.join(_TIMES)} 之一"
    if "time_column" in source and source.get("time") != "flow":
        yield "写了 time_column，因此 time 应为 flow"
    if ";" in f"{source.get('sql')}{source.get('where')}":
        yield "的算式中不能有分号"
    if ("person_key" in str(source.get("sql"))) != (source.get("persons") is True):
        yield "的 persons 与算式不一致：统计党员人数（person_key）时写 persons = true，其余不写"
    if source.get("persons", True) not in (True, PERSONS_STATED):
        yield f'的 persons 只能是 true，或 "{PERSONS_STATED}"（合计台账填报的人数）'
    if source.get("persons") and (
        source.get("time") not in _TIMES_OF_PERSONS
        or "{start}" in f"{source.get('sql')}{source.get('where')}"
    ):
        yield "统计人数，time 应为 stock 或 none，算式中不用 {start}：哪些人数不显示是按时点决定的"


def _time_columns(source: Mapping[str, Any]) -> tuple[str, ...]:
    return _TIME_COLUMNS.get(source["time"], (source.get("time_column", "month_on"),))


def _missing(block: Mapping[str, Any], wanted: Mapping[str, str]) -> Iterator[str]:
    for name, meaning in wanted.items():
        if not isinstance(block.get(name), str) or not block[name].strip():
            yield f"缺少 {name}（{meaning}），请补上"
