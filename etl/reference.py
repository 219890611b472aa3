"""The district's own reference files: read, checked, and turned into lookups."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from etl.findings import Refused

Row = dict[str, str]

_HEADS = {
    "organisations": "code,name,name_en,short_name,level,parent_code,aliases,valid_from,valid_to,longitude,latitude",
    "catalogue": "class_code,class_name,class_name_en,item_code,item_name,item_name_en,aliases",
    "plans": "indicator,org_code,year,target",
    "published_figures": "figure,name,name_en,value,statement,unit,unit_en,window_stated,window_note,"
    "indicator,where_dim,where_value",
}
COLUMNS = {name: tuple(head.split(",")) for name, head in _HEADS.items()}
# Without these a line says nothing. Plans and published figures may be empty files.
_NEEDED = {
    "organisations": ("code", "name", "short_name", "level", "valid_from"),
    "catalogue": ("class_code", "class_name", "item_code", "item_name"),
    "plans": ("indicator", "org_code", "year", "target"),
    "published_figures": ("figure", "name", "value", "statement"),
}
_KEYS = {"organisations": "code", "catalogue": "item_code"}


def _day(text: str) -> date:
    return date(*map(int, re.split("[-/]", text)))


_READABLE: Mapping[str, tuple[Callable[[str], object], str]] = {
    "valid_from": (_day, "日期（如 2019-01-01）"),
    "valid_to": (_day, "日期（如 2019-01-01）"),
    "longitude": (float, "数字"),
    "latitude": (float, "数字"),
    "year": (int, "年份"),
    "target": (float, "数字"),
    "value": (float, "数字"),
}
# What people append to a committee's name, longest first; a name is compared without these.
_BRACKETED = re.compile(r"[（(](?:盖章|公章|章|签章)[）)]")
_SUFFIXES = ("联合委员会", "联合党委", "党总支", "党支部", "党工委", "居委会", "党委", "社区", "委员会", "村")


def plain_name(text: str) -> str:
    """北宁社区联合党委, 北宁社区党委, 北宁社区, 北宁 -> 北宁. Compared whole, never as a prefix."""
    name = _BRACKETED.sub("", re.sub(r"\s", "", text)).removeprefix("中共")
    while True:
        suffix = next((s for s in _SUFFIXES if name.endswith(s) and len(name) > len(s)), None)
        if suffix is None:
            return name
        name = name.removesuffix(suffix)


@dataclass(frozen=True)
class Reference:
    folder: Path
    organisations: tuple[Row, ...]
    catalogue: tuple[Row, ...]
    plans: tuple[Row, ...]
    published_figures: tuple[Row, ...]

    @cached_property
    def committees(self) -> Mapping[str, str]:
        """Plain name or alias -> code of a community committee; ambiguous names are left out."""
        found: dict[str, set[str]] = {}
        for row in self.organisations:
            if row["level"] == "3":
                for name in (row["name"], row["short_name"], *filter(None, row["aliases"].split("|"))):
                    found.setdefault(plain_name(name), set()).add(row["code"])
        return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}

    def committee(self, text: str) -> str | None:
        """The code of a community committee by any usual form of its name, also behind its street's full name."""
        name = plain_name(text)
        found = self.committees.get(name)
        for title, street in self._streets.items() if found is None else ():
            code = self.committees.get(name.split(title, 1)[1]) if title in name else None
            if code and self._parents[code] == street:
                return code
        return found

    def similar_committee(self, text: str) -> str | None:
        """The full name that an unknown one is most like; for a suggestion, never to be used unasked."""
        name = plain_name(text)
        like = get_close_matches(name, self.committees, 1, 0.6) if name else []
        if (
            not like and len(name) > 1
        ):  # one of two letters is wrong: enough, where only one name has the other
            like = get_close_matches(name, self.committees, 2, 0.5)
            like = like if len({self.committees[other] for other in like}) == 1 else []
        return self.name_of(self.committees[like[0]]) if like else None

    @cached_property
    def _streets(self) -> Mapping[str, str]:
        """Streets and towns by their titles, such as 朝阳街道: unlike 朝阳, no community's own name contains one."""
        return {row["short_name"]: row["code"] for row in self.organisations if row["level"] == "2"}

    @cached_property
    def _parents(self) -> Mapping[str, str]:
        return {row["code"]: row["parent_code"] for row in self.organisations}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {row["code"]: row["name"] for row in self.organisations}

    def name_of(self, code: str) -> str:
        """The full name of an organisation; its code where the reference does not know it."""
        return self._names.get(code, code)

    @property
    def outline(self) -> Path:
        return self.folder / "outline.geojson"

    @property
    def own_areas(self) -> Path | None:
        """Real community polygons, where an operator has put them in place of the drawn ones."""
        file = self.folder / "areas.geojson"
        return file if file.exists() else None

    def files(self) -> list[Path]:
        return sorted(file for file in self.folder.iterdir() if file.suffix in {".csv", ".geojson"})


def load_reference(folder: Path) -> Reference:
    """Raises Refused with file and line when a reference file is missing or inconsistent."""
    tables = {name: _rows(folder / f"{name}.csv", columns) for name, columns in COLUMNS.items()}
    for name, rows in tables.items():
        _check(name, rows)
    reference = Reference(folder, **tables)
    if not reference.outline.exists():
        raise Refused(f"缺少辖区轮廓文件 {reference.outline}")
    return reference


def _check(name: str, rows: tuple[Row, ...]) -> None:
    if name in _KEYS and not rows:
        raise Refused(f"参考文件 {name}.csv 只有表头，请补上内容")
    seen: set[str] = set()
    levels = {row["code"]: row["level"] for row in rows} if name == "organisations" else {}
    for number, row in enumerate(rows, start=2):
        fault = _fault(name, row, levels)
        if not fault and name in _KEYS:
            key = row[_KEYS[name]]
            fault = f"{_KEYS[name]} 填写的「{key}」与前面重复" if key in seen else None
            seen.add(key)
        if fault:
            raise Refused(f"参考文件 {name}.csv 第 {number} 行：{fault}，请更正")


def _fault(name: str, row: Row, levels: Mapping[str, str]) -> str | None:
    for column in COLUMNS[name]:
        if not row[column]:
            if column in _NEEDED[name]:
                return f"没有填写 {column}"
            continue
        read, expected = _READABLE.get(column, (str, ""))
        try:
            read(row[column])
        except (TypeError, ValueError):
            return f"{column} 填写的「{row[column]}」不是{expected}"
    if name == "organisations" and row["level"] not in {"1", "2", "3"}:
        return f"level 应为 1、2 或 3，现为「{row['level']}」"
    if (
        name == "organisations"
        and row["level"] != "1"
        and levels.get(row["parent_code"]) != str(int(row["level"]) - 1)
    ):
        return f"上级编码「{row['parent_code']}」不在名册的上一级中"
    return None


def _rows(file: Path, columns: tuple[str, ...]) -> tuple[Row, ...]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise Refused(f"参考文件 {file.name} 缺少列：{'、'.join(missing)}")
            return tuple({column: (row[column] or "").strip() for column in columns} for row in reader)
    except OSError as problem:
        raise Refused(f"缺少参考文件 {file}") from problem
    except UnicodeDecodeError as problem:
        raise Refused(f"参考文件 {file.name} 不是 UTF-8 编码，请另存为 UTF-8") from problem
