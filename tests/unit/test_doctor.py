"""The check-up: a sound installation is said to be sound, and every fault is named with what to do."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard import audit
from etl import archive, snapshot
from etl.archive import Receipt
from etl.operations import doctor
from etl.settings import Settings
from tests.conftest import Release


@pytest.fixture
def sound(district: Release, tmp_path: Path) -> Settings:
    """A copy of a loaded county, to be spoilt."""
    for name in ("archive", "snapshots"):
        shutil.copytree(district.data / name, tmp_path / "data" / name)
    shutil.copy(district.data / "CURRENT", tmp_path / "data")
    audit.record(tmp_path / "data", "backup", account="operator")
    return replace(district.settings, data=tmp_path / "data")


def states(settings: Settings, deep: bool = False) -> dict[str, doctor.Line]:
    return {line.check: line for line in doctor.examine(settings, deep)}


def test_a_sound_installation_has_no_fault(sound: Settings) -> None:
    found = states(sound, deep=True)
    # A full disk of whoever runs this is no fault of the program.
    assert {line.state for check, line in found.items() if check != "磁盘"} == {"good"}, found
    assert "全部" in found["存档"].told


def spoil_pointer(data: Path) -> None:
    (data / "CURRENT").write_text("202112-ffffffff")


def spoil_release(data: Path) -> None:
    """Bytes in the middle of a table: the file still opens."""
    file = snapshot.served(data)
    content = bytearray(file.read_bytes())
    for at in range(len(content) // 3, len(content) * 2 // 3, 4096):
        content[at : at + 64] = os.urandom(64)
    file.write_bytes(content)


def spoil_original(data: Path) -> None:
    last = archive.receipts(data / "archive")[-1]
    archive.object_path(data / "archive", last).write_bytes(b"something else")


def spoil_clock(data: Path) -> None:
    ahead = (datetime.now(UTC) + timedelta(days=2)).isoformat(timespec="seconds")
    snapshot.publish(data, snapshot.Publication(ahead, str(snapshot.current(data)), "load"))


def spoil_access(data: Path) -> None:
    (data / "access.toml").write_text('mode = "proxi"')


def spoil_access_organisation(data: Path) -> None:
    (data / "access.toml").write_text(
        'mode = "oidc"\n[[viewer]]\naccount = "a"\nrole = "leader"\norg = "123456789"\n'
    )


def spoil_follow_ups(data: Path) -> None:
    (data / "followups.sqlite").write_bytes(b"no database at all, but long enough" * 100)


@pytest.mark.parametrize(
    ("spoil", "check", "sentence"),
    [
        (spoil_pointer, "数据版本", "liandong rebuild"),
        (spoil_release, "数据版本", "liandong rebuild"),
        (spoil_original, "存档", "请从备份放回"),
        (spoil_clock, "时钟", "校准系统时间"),
        (spoil_access, "权限文件", "谁也进不来"),
        (spoil_access_organisation, "权限文件", "不在数据之中"),
        (spoil_follow_ups, "督办记录", "请换回备份"),
    ],
)
def test_a_fault_is_named_and_it_alone(
    sound: Settings, spoil: Callable[[Path], None], check: str, sentence: str
) -> None:
    spoil(sound.data)
    found = states(sound)
    assert {name for name, line in found.items() if line.state == "fault"} == {check}
    assert sentence in found[check].told


def test_a_missing_key_is_a_fault_and_no_new_one_is_made(
    sound: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LIANDONG_PERSON_KEY")
    without = replace(
        sound, key_file=tmp_path / "keys" / "person.key", archive_key_file=tmp_path / "keys" / "archive.key"
    )
    found = states(without)
    assert found["化名密钥"].state == "fault"
    assert found["存档密钥"].state == "good", "nothing is encrypted yet"
    assert not (tmp_path / "keys").exists()


def test_names_of_persons_in_file_names_are_not_told(sound: Settings) -> None:
    line = Receipt("0" * 64, "名单13812345678.xlsx", 1, "2022-01-01T00:00:00+00:00", 9999)
    place = sound.data / "archive" / "receipts" / "999999.jsonl"
    place.write_text(json.dumps(vars(line), ensure_ascii=False) + "\n", encoding="utf-8")
    told = states(sound)["存档"].told
    assert "13812345678" not in told
    assert "名单" in told
