"""One settings file names the district, its levels and the folders; nothing else in the code does."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from etl.bounds import Bounds
from etl.findings import Refused

Number = TypeVar("Number", int, float)

DEFAULT = Path(__file__).resolve().parents[1] / "data" / "settings.toml"


@dataclass(frozen=True)
class Level:
    key: str
    title: str
    title_en: str
    body: str
    role: str


@dataclass(frozen=True)
class Settings:
    path: Path
    district_code: str
    district_name: str
    district_name_en: str
    levels: tuple[Level, ...]
    reference: Path
    data: Path
    default_crs: str
    tolerance_m: float
    walking_m: tuple[int, ...]
    person_threshold: int
    key_file: Path
    due_days: int
    review_number: str
    seconds_per_file: float
    memory_mb: int
    archive_key_file: Path | None  # None: originals are kept as they came
    keep_releases: int | None  # None: all
    bounds: Bounds
    log_file: str = "logs/dashboard.log"  # of the dashboard, relative to the data folder; "": stderr alone
    log_mb: int = 10
    log_kept: int = 10

    @property
    def inbox(self) -> Path:
        return self.data / "inbox"

    def for_snapshot(self) -> dict[str, str]:
        """What readers of a snapshot need to know of the settings (rows of meta_setting)."""
        return {
            "district_code": self.district_code,
            "district_name": self.district_name,
            "district_name_en": self.district_name_en,
            "person_threshold": str(self.person_threshold),
            "due_days": str(self.due_days),
            "tolerance_m": f"{self.tolerance_m:g}",
            "review_number": self.review_number,
        }


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings file: `path`, else $LIANDONG_SETTINGS, else data/settings.toml beside the code.

    $LIANDONG_DATA, when set, replaces the data folder (for containers and tests).
    Raises Refused with one sentence when the file is missing or a setting is wrong.
    """
    chosen = path or Path(os.environ.get("LIANDONG_SETTINGS") or DEFAULT)
    try:
        raw: dict[str, Any] = tomllib.loads(chosen.read_text(encoding="utf-8"))
    except OSError as problem:
        raise Refused(f"读不到设置文件 {chosen}，请检查路径和权限") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise Refused(f"设置文件 {chosen} 不是正确的 TOML 格式：{problem}") from problem
    try:
        settings = _settings(chosen.resolve(), raw)
    except KeyError as problem:
        raise Refused(
            f"设置文件 {chosen} 缺少设置项 {problem.args[0]!r}，请对照 data/settings.toml 补上"
        ) from problem
    except (TypeError, ValueError) as problem:
        raise Refused(f"设置文件 {chosen} 中有一项的值不对：{problem}") from problem
    elsewhere = os.environ.get("LIANDONG_DATA")
    return replace(settings, data=Path(elsewhere).resolve()) if elsewhere else settings


def _settings(path: Path, raw: dict[str, Any]) -> Settings:
    folder = path.parent
    district, people, positions = raw["district"], raw["people"], raw["positions"]
    reading, log = raw.get("reading", {}), raw.get("log", {})
    levels = tuple(
        Level(level["key"], level["title"], level["title_en"], level.get("body", ""), level.get("role", ""))
        for level in raw["levels"]
    )
    if [level.key for level in levels] != ["district", "street", "community", "unit"]:
        raise ValueError("levels 必须自上而下为 district、street、community、unit 四级")
    return Settings(
        path=path,
        district_code=district["code"],
        district_name=district["name"],
        district_name_en=district.get("name_en", district["name"]),
        levels=levels,
        reference=(folder / raw["folders"]["reference"]).resolve(),
        data=(folder / raw["folders"]["data"]).resolve(),
        default_crs=positions.get("default_crs", ""),
        tolerance_m=float(positions.get("tolerance_m", 50)),
        walking_m=tuple(int(metres) for metres in positions.get("walking_m", [500])),
        person_threshold=int(people.get("threshold", 5)),
        key_file=Path(people["key_file"]).expanduser(),
        due_days=int(raw.get("reporting", {}).get("due_days", 15)),
        review_number=str(raw.get("maps", {}).get("review_number", "")),
        seconds_per_file=_above_zero(float(reading.get("seconds_per_file", 30)), "reading.seconds_per_file"),
        archive_key_file=Path(text).expanduser()
        if (text := raw.get("archive", {}).get("key_file"))
        else None,
        memory_mb=_above_zero(int(reading.get("memory_mb", 1024)), "reading.memory_mb"),
        keep_releases=_number_kept(raw.get("releases", {}).get("keep", "all")),
        bounds=_bounds(reading),
        log_file=str(log.get("file", "logs/dashboard.log")),
        log_mb=_above_zero(int(log.get("megabytes", 10)), "log.megabytes"),
        log_kept=_above_zero(int(log.get("kept", 10)), "log.kept"),
    )


def _bounds(reading: dict[str, Any]) -> Bounds:
    limits = {
        field.name: _above_zero(int(reading.get(field.name, field.default)), f"reading.{field.name}")
        for field in fields(Bounds)
        if field.type == "int"
    }
    return Bounds(**limits, hidden_sheets=bool(reading.get("hidden_sheets", False)))


def _above_zero(value: Number, name: str) -> Number:
    if value <= 0:
        raise ValueError(f"{name} 应大于 0")
    return value


def _number_kept(value: int | str) -> int | None:
    return None if value == "all" else _above_zero(int(value), "releases.keep")
